//! A record's course: its observed changes of state laid out in time. Where none were seen, the record's own dates
//! tell what can be told.

use app::model::records::RecordKind;
use app::model::records::detail::{Event, Lane, Segment};
use chrono::NaiveDateTime;

/// What is known of a record besides its observed changes.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// Its kind.
    pub kind: RecordKind,
    /// Its id.
    pub id: i32,
    /// What it is called; absent for the page's own record.
    pub name: Option<String>,
    /// Its state now.
    pub state: Option<String>,
    /// Whether it is still open.
    pub running: bool,
    /// The dates that it went through, in order: creation, start, completion, report.
    pub dates: [Option<NaiveDateTime>; 4],
}

/// The states that the dates stand for.
const MILESTONES: [&str; 4] = ["CREATED", "IN PROGRESS", "COMPLETED", "REPORTED"];

/// Lays out a record's states; nothing when neither dates nor changes are known. `events` are its own, newest first.
pub(super) fn lane(subject: &Subject, events: &[Event], now: NaiveDateTime) -> Option<Lane> {
    let mut own: Vec<&Event> =
        events.iter().filter(|event| event.kind == subject.kind && event.id == subject.id).collect();
    own.reverse();
    let observed = !own.is_empty();
    let points = if observed { observed_points(subject, &own) } else { dated_points(subject) };
    let (last, before) = points.split_last()?;
    let mut segments = Vec::with_capacity(points.len());
    for (at, (from, state)) in before.iter().enumerate() {
        push(&mut segments, state, *from, points[at + 1].0);
    }
    let end = if subject.running {
        push(&mut segments, &last.1, last.0, now);
        None
    } else {
        Some(last.clone())
    };
    Some(Lane { kind: subject.kind, id: subject.id, name: subject.name.clone(), observed, segments, end })
}

/// The state that each change led to, and from creation on the state that the first change ended.
fn observed_points(subject: &Subject, events: &[&Event]) -> Vec<(NaiveDateTime, String)> {
    let unknown = || String::new();
    let mut points = Vec::with_capacity(events.len() + 1);
    if let (Some(created), Some(first)) = (subject.dates[0], events.first())
        && created < first.at
    {
        points.push((created, first.from.clone().unwrap_or_else(unknown)));
    }
    points.extend(events.iter().map(|event| (event.at, event.to.clone().unwrap_or_else(unknown))));
    points
}

/// The state that each date stands for; the last one is the record's own, since it is known.
fn dated_points(subject: &Subject) -> Vec<(NaiveDateTime, String)> {
    let mut points: Vec<(NaiveDateTime, String)> = Vec::new();
    for (date, state) in subject.dates.iter().zip(MILESTONES) {
        if let Some(date) = *date
            && points.last().is_none_or(|(before, _)| *before <= date)
        {
            points.push((date, state.to_owned()));
        }
    }
    if let (Some(last), Some(state)) = (points.last_mut(), &subject.state) {
        last.1.clone_from(state);
    }
    points
}

/// Adds a time in a state, or prolongs the one before when nothing changed.
fn push(segments: &mut Vec<Segment>, state: &str, from: NaiveDateTime, to: NaiveDateTime) {
    match segments.last_mut() {
        Some(before) if before.state == state && before.to == from => before.to = to.max(from),
        _ if to > from => segments.push(Segment { state: state.to_owned(), from, to }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment")
    }

    fn subject(running: bool, dates: [Option<&str>; 4]) -> Subject {
        let state = Some(if running { "ON HOLD" } else { "REPORTED" }.to_owned());
        Subject { kind: RecordKind::Orders, id: 1, name: None, state, running, dates: dates.map(|date| date.map(at)) }
    }

    fn change(from: &str, to: &str, moment: &str) -> Event {
        Event {
            kind: RecordKind::Orders,
            id: 1,
            name: None,
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
            at: at(moment),
            after: None,
            seen: at(moment),
        }
    }

    fn told(lane: &Lane) -> Vec<String> {
        lane.segments.iter().map(|one| format!("{} {} – {}", one.state, one.from, one.to)).collect()
    }

    #[test]
    fn observed_changes_follow_each_other_from_creation_to_now() {
        let events = [
            change("IN PROGRESS", "ON HOLD", "2026-11-03 09:00"),
            change("CREATED", "IN PROGRESS", "2026-11-02 09:00"),
        ];
        let lane = lane(&subject(true, [Some("2026-11-01 09:00"), None, None, None]), &events, at("2026-11-04 09:00"));
        let lane = lane.expect("a lane");
        assert!(lane.observed && lane.end.is_none());
        assert_eq!(
            told(&lane),
            [
                "CREATED 2026-11-01 09:00:00 – 2026-11-02 09:00:00",
                "IN PROGRESS 2026-11-02 09:00:00 – 2026-11-03 09:00:00",
                "ON HOLD 2026-11-03 09:00:00 – 2026-11-04 09:00:00",
            ]
        );
    }

    #[test]
    fn without_observed_changes_the_dates_are_laid_out_and_say_so() {
        let dates = [Some("2026-11-01 09:00"), Some("2026-11-02 09:00"), None, Some("2026-11-03 09:00")];
        let lane = lane(&subject(false, dates), &[], at("2026-11-09 09:00")).expect("a lane");
        assert!(!lane.observed);
        assert_eq!(lane.end, Some((at("2026-11-03 09:00"), "REPORTED".to_owned())));
        assert_eq!(
            told(&lane),
            [
                "CREATED 2026-11-01 09:00:00 – 2026-11-02 09:00:00",
                "IN PROGRESS 2026-11-02 09:00:00 – 2026-11-03 09:00:00",
            ]
        );
    }

    #[test]
    fn dates_that_contradict_each_other_make_no_backward_time() {
        let dates = [Some("2026-11-03 09:00"), Some("2026-11-02 09:00"), None, None];
        let running = lane(&subject(true, dates), &[], at("2026-11-04 09:00")).expect("a lane");
        assert_eq!(told(&running), ["ON HOLD 2026-11-03 09:00:00 – 2026-11-04 09:00:00"]);
        assert_eq!(lane(&subject(true, [None; 4]), &[], at("2026-11-04 09:00")), None);
    }

    #[test]
    fn changes_of_other_records_do_not_count() {
        let mut other = change("CREATED", "REPORTED", "2026-11-02 09:00");
        other.id = 2;
        let lane = lane(&subject(true, [Some("2026-11-01 09:00"), None, None, None]), &[other], at("2026-11-04 09:00"));
        assert!(!lane.expect("a lane").observed);
    }
}
