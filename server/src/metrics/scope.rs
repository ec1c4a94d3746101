//! What a filter means at a given moment: the days, the period compared with, the axis.

use super::Laboratory;
use crate::db::metrics::{Periods, Population, Shift, Window};
use app::model::filter::Filter;
use app::model::overview::Scope;
use app::model::period::{Comparison, DayRange};
use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// A filter, resolved: what to ask the database and what to tell the reader about it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What the reader is told.
    pub scope: Scope,
    /// Whose records count.
    pub who: Population,
    /// When.
    pub periods: Periods,
}

/// Resolves a filter at the moment `now` of the laboratory's wall clock.
///
/// When the range is not over yet, the period compared with ends at the same elapsed time, so that half a day is
/// compared with half a day.
#[must_use]
pub fn resolve(filter: &Filter, laboratory: &Laboratory, now: NaiveDateTime) -> Resolved {
    let days = filter.range.days(now.date());
    let previous = filter.compare.days(days);
    let bucket = filter.bucket_for(days);
    let periods = Periods {
        current: Window::days(days.from, days.to),
        previous: previous.map_or(Window::EMPTY, |previous| cut(days, previous, now)),
        shift: shift(filter.compare, days),
        bucket: bucket.slug(),
    };
    let scope = Scope {
        laboratory: laboratory.name.clone(),
        days,
        previous,
        bucket,
        axis: bucket.axis(days),
        now,
        zone: laboratory.zone.name().to_owned(),
        sla_hours: filter.sla_hours,
        past: filter.as_of.is_some(),
    };
    Resolved { scope, who: population(filter), periods }
}

/// Whose records a filter is about.
#[must_use]
pub fn population(filter: &Filter) -> Population {
    Population {
        customer: filter.customer.map(|id| id.0),
        order: None,
        sample_type: filter.sample_type.clone(),
        matrix: filter.matrix.clone(),
        label: filter.label.clone(),
        state: filter.state.clone(),
        past: filter.as_of.is_some(),
    }
}

/// The instant of a wall clock text of the laboratory: the earlier one where clocks are set back, the first valid
/// moment after it where they are set forward.
#[must_use]
pub fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let found = zone.from_local_datetime(&local).earliest();
    let later =
        || local.checked_add_signed(TimeDelta::hours(1)).and_then(|later| zone.from_local_datetime(&later).earliest());
    found.or_else(later).map_or_else(|| local.and_utc(), |moment| moment.with_timezone(&Utc))
}

fn cut(days: DayRange, previous: DayRange, now: NaiveDateTime) -> Window {
    let whole = Window::days(previous.from, previous.to);
    let start = days.from.and_time(NaiveTime::MIN);
    let begin = previous.from.and_time(NaiveTime::MIN);
    match begin.checked_add_signed(now - start) {
        _ if now < start => Window::EMPTY,
        Some(end) => Window { until: whole.until.map(|until| until.min(end)), ..whole },
        None => whole,
    }
}

fn shift(compare: Comparison, days: DayRange) -> Shift {
    match compare {
        Comparison::Previous => Shift { months: 0, days: i32::try_from(days.days()).unwrap_or(0) },
        Comparison::Year => Shift { months: 12, days: 0 },
        Comparison::None => Shift::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::period::{Bucket, Range};

    fn moment(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment")
    }

    fn resolved(query: &str, now: &str) -> Resolved {
        let laboratory = Laboratory::from(&crate::config::LabConfig::default());
        resolve(&Filter::parse(query).expect("a filter"), &laboratory, moment(now))
    }

    #[test]
    fn an_unfinished_range_is_compared_with_as_much_of_the_one_before() {
        let today = resolved("range=today", "2026-11-17 09:30");
        assert_eq!(today.periods.current, Window::new(moment("2026-11-17 00:00"), moment("2026-11-18 00:00")));
        assert_eq!(today.periods.previous, Window::new(moment("2026-11-16 00:00"), moment("2026-11-16 09:30")));
        let week = resolved("range=7d", "2026-11-17 09:30");
        assert_eq!(week.periods.previous, Window::new(moment("2026-11-04 00:00"), moment("2026-11-10 09:30")));
    }

    #[test]
    fn a_finished_range_is_compared_with_all_of_the_one_before() {
        let past = resolved("from=2026-10-01&to=2026-10-31&compare=year", "2026-11-17 09:30");
        assert_eq!(past.periods.previous, Window::new(moment("2025-10-01 00:00"), moment("2025-11-01 00:00")));
        assert_eq!(past.periods.shift, Shift { months: 12, days: 0 });
        assert_eq!(past.scope.bucket, Bucket::Day);
        assert_eq!(past.scope.axis.len(), 31);
    }

    #[test]
    fn a_range_that_has_not_begun_is_compared_with_nothing() {
        let future = resolved("from=2026-12-01&to=2026-12-02", "2026-11-17 09:30");
        assert_eq!(future.periods.previous, Window::EMPTY);
        assert!(matches!(Filter::default().range, Range::Preset(_)));
    }
}
