//! From the time spent in each stage to the waterfall of the page about turnaround.

use super::series::unsigned;
use crate::db::metrics::stages::StageTime;
use app::model::stages::{Source, Stage, StageName, Step, Times, Waterfall};
use app::model::turnaround::Subject;

/// The waterfall of the source with more records: states and dates are two ways to cut time and do not mix.
pub(super) fn waterfall(subject: Subject, rows: Vec<StageTime>) -> Option<Waterfall> {
    let whole = |observed: bool| rows.iter().find(|row| row.observed == observed && row.stage.is_none());
    let many = |observed: bool| whole(observed).map_or(0, |row| row.records);
    let observed = many(true) > 0 && many(true) >= many(false);
    let total = times(whole(observed)?);
    let source = if observed { Source::States } else { Source::Dates };
    let (records, left_out) = (unsigned(many(observed)), unsigned(many(!observed)));
    let stages = rows.into_iter().filter(|row| row.observed == observed);
    let stages = stages.filter_map(|row| {
        let times = times(&row);
        Some(Stage { name: name(subject, observed, row.stage?)?, passed: unsigned(row.passed), times })
    });
    Some(Waterfall { source, records, left_out, stages: stages.collect(), whole: total })
}

fn times(row: &StageTime) -> Times {
    let percentile = |at: usize| row.percentiles.get(at).copied().unwrap_or_default();
    Times { mean: row.mean, median: percentile(0), p90: percentile(1) }
}

fn name(subject: Subject, observed: bool, stage: String) -> Option<StageName> {
    if observed {
        return Some(StageName::State(stage));
    }
    let place: usize = stage.parse().ok()?;
    Step::of(subject).get(place.checked_sub(1)?).copied().map(StageName::Until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(observed: bool, stage: Option<&str>, records: i64) -> StageTime {
        let stage = stage.map(str::to_owned);
        StageTime { observed, stage, records, passed: records, mean: 3.0, percentiles: vec![2.0, 4.0] }
    }

    #[test]
    fn the_source_with_more_records_is_drawn_and_the_other_counted() {
        let rows = |seen, dated| {
            vec![
                row(true, Some("IN PROGRESS"), seen),
                row(true, None, seen),
                row(false, Some("2"), dated),
                row(false, None, dated),
            ]
        };
        let seen = waterfall(Subject::Orders, rows(3, 3)).expect("a waterfall");
        assert_eq!((seen.source, seen.records, seen.left_out), (Source::States, 3, 3));
        assert_eq!(seen.stages[0].name, StageName::State("IN PROGRESS".into()));
        let dated = waterfall(Subject::Orders, rows(1, 4)).expect("a waterfall");
        assert_eq!((dated.source, dated.records, dated.left_out), (Source::Dates, 4, 1));
        assert_eq!(dated.stages[0].name, StageName::Until(Step::Completed));
        assert_eq!(waterfall(Subject::Orders, Vec::new()), None);
    }
}
