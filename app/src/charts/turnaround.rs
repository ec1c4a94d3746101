//! Turnaround over time: median and band to p90 against the target, above the tests within and beyond it.

use super::buckets::Buckets;
use super::option::{
    ChartOption, Drawing, EndLabel, ReferenceLine, TipRow, band, bare_bucket_axis, bars, bucket_axis, data, dotted,
    duration_axis, hidden_axis, in_seconds, line, lone_points,
};
use crate::format;
use crate::model::overview::TurnaroundPoint;
use charming::component::Grid;

/// Room for the labels of the vertical axes, and for those at the right end.
const LEFT: i64 = 44;
const RIGHT: i64 = 112;

/// Where the drawings stand in the option.
const FLOOR: usize = 0;
const TOP: usize = 1;
const BRIDGE: usize = 2;
const EARLIER: usize = 3;
const MEDIAN: usize = 4;
const WITHIN: usize = 5;
const BEYOND: usize = 6;
const LONE: usize = 7;

/// What an entry of the key hides and shows: the median, the band from it to the 90th percentile, the earlier median.
pub const TURNAROUND_KEY: [&[usize]; 3] = [&[BRIDGE, MEDIAN, LONE], &[FLOOR, TOP], &[EARLIER]];

/// What [`turnaround_chart`] draws.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnaroundInput<'a> {
    /// The axis.
    pub buckets: &'a Buckets,
    /// One point a bucket, durations in hours.
    pub points: &'a [TurnaroundPoint],
    /// The target in hours.
    pub target: f64,
    /// The names of median, within target, beyond target.
    pub names: [&'a str; 3],
    /// The records behind the bars within and beyond the target, one address a bucket; may be empty.
    pub links: [Vec<String>; 2],
}

/// The columns of the points, durations in seconds.
struct Columns {
    median: Vec<Option<f64>>,
    p90: Vec<Option<f64>>,
    earlier: Vec<Option<f64>>,
    within: Vec<Option<f64>>,
    beyond: Vec<Option<f64>>,
}

impl Columns {
    fn of(points: &[TurnaroundPoint]) -> Self {
        let hours =
            |value: fn(&TurnaroundPoint) -> Option<f64>| in_seconds(&points.iter().map(value).collect::<Vec<_>>());
        #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
        let counts =
            |value: fn(&TurnaroundPoint) -> u64| points.iter().map(|point| Some(value(point) as f64)).collect();
        Self {
            median: hours(|point| point.median),
            p90: hours(|point| point.p90),
            earlier: hours(|point| point.previous_median),
            within: counts(|point| point.within),
            beyond: counts(|point| point.beyond),
        }
    }

    fn most(&self, target: f64) -> f64 {
        let values = [&self.median, &self.p90, &self.earlier];
        values.into_iter().flatten().flatten().copied().fold(target, f64::max)
    }
}

/// The last value of a series with its position, before the unfinished bucket when there is one before it.
fn last(values: &[Option<f64>], unfinished: Option<usize>) -> Option<f64> {
    let complete = &values[..unfinished.unwrap_or(values.len()).min(values.len())];
    complete.iter().rev().flatten().next().or_else(|| values.iter().rev().flatten().next()).copied()
}

/// The chart of the turnaround card; 326 px high.
#[must_use]
pub fn turnaround_chart(input: &TurnaroundInput) -> ChartOption {
    let TurnaroundInput { buckets, points, target, names: [median, within, beyond], links } = input;
    let columns = Columns::of(points);
    let target_seconds = target * 3_600.0;
    let [floor, top] = band("p90", "c1", &columns.median, &columns.p90);
    let mut series = vec![
        Drawing::Line(floor),
        Drawing::Line(top),
        Drawing::Line(dotted(median, "c1", &columns.median).connect_nulls(true)),
        Drawing::Line(dotted(median, "ghost", &columns.earlier)),
        Drawing::Line(line(median, "c1", 2.0, &columns.median)),
    ];
    let mut meta = buckets.meta();
    let drawn = [(within, "quiet", &columns.within), (beyond, "target", &columns.beyond)];
    for ((name, colour, values), hrefs) in drawn.into_iter().zip(links) {
        if !hrefs.is_empty() {
            meta.links.get_or_insert_default().series.insert(series.len(), hrefs.clone());
        }
        let stacked = bars(name, colour, data(values, buckets.unfinished)).stack("target").x_axis_index(1);
        series.push(Drawing::Bar(stacked.y_axis_index(1)));
    }
    series.extend(lone_points(median, "c1", &columns.median).map(Drawing::Scatter));
    meta.rows = rows(&columns, [median, within, beyond]);
    meta.lines = vec![ReferenceLine {
        value: target_seconds,
        text: buckets.lang.target(&format::target(*target)),
        ..ReferenceLine::default()
    }];
    meta.ends = ends(&columns, buckets, [median, within, beyond]);
    ChartOption {
        grid: vec![
            Grid::new().left(LEFT).right(RIGHT).top(12).bottom(100).contain_label(false),
            Grid::new().left(LEFT).right(RIGHT).height(52).bottom(28).contain_label(false),
        ],
        x_axis: vec![bare_bucket_axis(&buckets.labels), bucket_axis(&buckets.labels, &buckets.shown).grid_index(1)],
        y_axis: vec![duration_axis(columns.most(target_seconds)), hidden_axis().grid_index(1)],
        series,
        benchwatch: meta,
    }
}

fn rows(columns: &Columns, [median, within, beyond]: [&str; 3]) -> Vec<TipRow> {
    let compared = columns.earlier.iter().any(Option::is_some);
    let row = |name: &str, series, values: &[Option<f64>], format, token| TipRow {
        name: name.to_owned(),
        series: Some(series),
        values: Some(values.to_vec()),
        format,
        token,
        ..TipRow::default()
    };
    vec![
        TipRow {
            before: compared.then(|| columns.earlier.clone()),
            ..row(median, MEDIAN, &columns.median, "duration", "c1")
        },
        row("p90", TOP, &columns.p90, "duration", "seq-3"),
        row(within, WITHIN, &columns.within, "count", "axis"),
        row(beyond, BEYOND, &columns.beyond, "count", "late-fill"),
    ]
}

fn ends(columns: &Columns, buckets: &Buckets, [median, within, beyond]: [&str; 3]) -> Vec<EndLabel> {
    let at_end = |name: &str, series, values: &[Option<f64>]| {
        last(values, buckets.unfinished).map(|value| EndLabel {
            axis: 0,
            value,
            text: format!("{} {}", name.to_lowercase(), format::seconds(value)),
            quiet: false,
            series,
        })
    };
    let share = |name: &str, series, values: &[Option<f64>], below: f64, quiet| {
        let most = columns.within.iter().zip(&columns.beyond);
        let most = most.map(|(a, b)| a.unwrap_or(0.0) + b.unwrap_or(0.0)).fold(0.0, f64::max);
        let any = values.iter().flatten().any(|value| *value > 0.0);
        any.then(|| EndLabel { axis: 1, value: most * below, text: name.to_lowercase(), quiet, series })
    };
    [
        at_end("p90", TOP, &columns.p90),
        at_end(median, MEDIAN, &columns.median),
        share(beyond, BEYOND, &columns.beyond, 0.7, false),
        share(within, WITHIN, &columns.within, 0.25, true),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::buckets::tests::scope;
    use super::*;
    use crate::i18n::Lang;
    use crate::model::period::Bucket;

    fn point(median: Option<f64>, p90: Option<f64>, within: u64, beyond: u64) -> TurnaroundPoint {
        TurnaroundPoint { median, p90, within, beyond, previous_median: Some(40.0), ..TurnaroundPoint::default() }
    }

    #[test]
    fn durations_are_seconds_a_day_without_reports_is_a_gap_and_counts_are_kept() {
        let buckets = Buckets::of(&scope("2026-11-14", "2026-11-16", Bucket::Day, "2026-11-17T07:40:00"), Lang::En);
        let points =
            [point(Some(48.0), Some(82.0), 51, 23), point(None, None, 0, 0), point(Some(45.0), Some(70.5), 463, 112)];
        let names = ["Median", "Within target", "Above target"];
        let links = [Vec::new(), vec!["/late".to_owned(); 3]];
        let input = TurnaroundInput { buckets: &buckets, points: &points, target: 48.0, names, links };
        let option = turnaround_chart(&input);
        let json: serde_json::Value = serde_json::from_str(&option.json()).expect("JSON");
        assert_eq!(json["series"][4]["data"], serde_json::json!([172_800, null, 162_000]));
        assert_eq!(json["series"][1]["data"], serde_json::json!([122_400, null, 91_800]));
        assert_eq!(json["series"][5]["data"], serde_json::json!([51, 0, 463]));
        assert_eq!(json["series"][6]["data"], serde_json::json!([23, 0, 112]));
        assert_eq!(json["series"][7]["data"], serde_json::json!([172_800, null, 162_000]), "both points stand alone");
        assert_eq!(json["benchwatch"]["lines"][0]["text"], "target 2\u{a0}d");
        assert_eq!(json["benchwatch"]["rows"][0]["before"][0], 144_000.0);
        assert_eq!(json["benchwatch"]["links"]["series"]["6"][2], "/late");
        assert_eq!(json["benchwatch"]["ends"][1]["text"], "median 1\u{a0}d\u{a0}21\u{a0}h");
    }

    #[test]
    fn the_label_at_the_end_is_of_the_last_complete_bucket() {
        assert_eq!(last(&[Some(1.0), Some(2.0), Some(9.0)], Some(2)), Some(2.0));
        assert_eq!(last(&[None, None, Some(9.0)], Some(2)), Some(9.0));
        assert_eq!(last(&[], None), None);
    }
}
