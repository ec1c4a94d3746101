//! Instants, wall clocks and turnaround.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use qbench::records::When;

/// The laboratory's wall clock: an instant shifted into the zone, a plain date as midnight of that very date.
pub(crate) fn wall_clock(when: When, zone: Tz) -> NaiveDateTime {
    if when.date_only { when.at.naive_utc() } else { when.at.with_timezone(&zone).naive_local() }
}

/// The instant of a wall clock; the earlier one where a clock is set back, the first after the gap where it is set
/// forward.
pub(crate) fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => {
            let after = zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest();
            after.map_or_else(|| local.and_utc(), |at| at.to_utc())
        }
    }
}

/// Hours between creation and report: by the instants when both have a time, else by the wall clocks.
pub(crate) fn turnaround(created: Option<When>, reported: Option<When>, zone: Tz) -> Option<f64> {
    let (created, reported) = (created?, reported?);
    let passed = if created.date_only || reported.date_only {
        wall_clock(reported, zone) - wall_clock(created, zone)
    } else {
        reported.at - created.at
    };
    Some(passed.num_milliseconds() as f64 / 3_600_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> When {
        When { at: text.parse().expect("an instant"), date_only: false }
    }

    fn day(text: &str) -> When {
        When { at: format!("{text}T00:00:00Z").parse().expect("a day"), date_only: true }
    }

    const NEW_YORK: Tz = Tz::America__New_York;

    #[test]
    fn a_plain_date_stays_that_date_in_any_zone() {
        assert_eq!(wall_clock(day("2025-10-13"), NEW_YORK).to_string(), "2025-10-13 00:00:00");
        assert_eq!(wall_clock(at("2025-10-13T02:02:00Z"), NEW_YORK).to_string(), "2025-10-12 22:02:00");
    }

    #[test]
    fn turnaround_of_two_times_ignores_the_clock_change_between_them() {
        // 2 November 2025: the night has 25 hours.
        let hours = turnaround(Some(at("2025-11-01T16:00:00Z")), Some(at("2025-11-02T17:00:00Z")), NEW_YORK);
        assert_eq!(hours, Some(25.0));
        let hours = turnaround(Some(day("2025-11-01")), Some(at("2025-11-02T17:00:00Z")), NEW_YORK);
        assert_eq!(hours, Some(36.0));
        assert_eq!(turnaround(Some(day("2025-11-01")), Some(day("2025-11-03")), NEW_YORK), Some(48.0));
        assert_eq!(turnaround(None, Some(day("2025-11-03")), NEW_YORK), None);
    }

    #[test]
    fn wall_clocks_that_do_not_exist_or_exist_twice_have_one_instant() {
        let local = |text: &str| text.parse::<NaiveDateTime>().expect("a wall clock");
        assert_eq!(instant(local("2025-03-09T02:30:00"), NEW_YORK).to_rfc3339(), "2025-03-09T07:30:00+00:00");
        assert_eq!(instant(local("2025-11-02T01:30:00"), NEW_YORK).to_rfc3339(), "2025-11-02T05:30:00+00:00");
    }
}
