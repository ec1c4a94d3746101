//! Times of day and week as five fields: minute, hour, day of month, month, day of week (0 or 7 is Sunday). Each field
//! is `*`, a number, a range `a-b`, a step `*/n` or `a-b/n`, or several of them with commas. Knows no database.

use chrono::{DateTime, Datelike as _, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;

/// A timing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    any_day: bool,
    any_weekday: bool,
}

/// Why a text is no timing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct BadCron {
    /// Which of the five fields.
    pub field: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl Cron {
    /// Reads a timing.
    ///
    /// # Errors
    /// The first field that cannot be read.
    pub fn parse(text: &str) -> Result<Self, BadCron> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else {
            let why = format!("five fields are expected, {} were given", fields.len());
            return Err(BadCron { field: "timing", why });
        };
        let mut weekday_set = set(weekdays, "day of week", 0, 7)?;
        if weekday_set & (1 << 7) != 0 {
            weekday_set |= 1;
        }
        Ok(Self {
            minutes: set(minutes, "minute", 0, 59)?,
            hours: set(hours, "hour", 0, 23)?,
            days: set(days, "day of month", 1, 31)?,
            months: set(months, "month", 1, 12)?,
            weekdays: weekday_set,
            any_day: days.starts_with('*'),
            any_weekday: weekdays.starts_with('*'),
        })
    }

    /// Whether a minute is meant. As everywhere with such timings, a day of the month and a day of the week that are
    /// both given are alternatives.
    #[must_use]
    pub fn matches(&self, at: DateTime<Tz>) -> bool {
        let has = |set: u64, value: u32| set & (1 << value) != 0;
        let day = has(self.days, at.day());
        let weekday = has(self.weekdays, at.weekday().num_days_from_sunday());
        let on_day = if self.any_day || self.any_weekday { day && weekday } else { day || weekday };
        has(self.minutes, at.minute()) && has(self.hours, at.hour()) && has(self.months, at.month()) && on_day
    }

    /// The first such minute after an instant, within a year and a month.
    #[must_use]
    pub fn next_after(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let first = whole_minute(after) + TimeDelta::minutes(1);
        let minutes = (0..60 * 24 * 400).map(|minute| first + TimeDelta::minutes(minute));
        minutes.into_iter().find(|at| self.matches(at.with_timezone(&zone)))
    }

    /// The last such minute in `(after, until]`, looking back a day at most.
    #[must_use]
    pub fn last_between(&self, after: DateTime<Utc>, until: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let last = whole_minute(until);
        (0..60 * 24)
            .map(|minute| last - TimeDelta::minutes(minute))
            .take_while(|at| *at > after)
            .find(|at| self.matches(at.with_timezone(&zone)))
    }
}

fn whole_minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at - TimeDelta::seconds(i64::from(at.second())) - TimeDelta::nanoseconds(i64::from(at.nanosecond()))
}

/// One field as a set of numbers.
fn set(text: &str, field: &'static str, low: u32, high: u32) -> Result<u64, BadCron> {
    let bad = |why: String| BadCron { field, why };
    let number = |text: &str| {
        let number = text.parse::<u32>().ok().filter(|number| (low..=high).contains(number));
        number.ok_or_else(|| bad(format!("{text:?} is no number from {low} to {high}")))
    };
    let mut all = 0;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => {
                let step = step.parse::<usize>().ok().filter(|step| *step > 0);
                (range, step.ok_or_else(|| bad(format!("{part:?} has no usable step")))?)
            }
            None => (part, 1),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (low, high),
            Some((from, to)) => (number(from)?, number(to)?),
            None => (number(range)?, if part.contains('/') { high } else { number(range)? }),
        };
        if from > to {
            return Err(bad(format!("{part:?} ends before it begins")));
        }
        all |= (from..=to).step_by(step).fold(0, |set, value| set | 1_u64 << value);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn next(timing: &str, after: &str, zone: Tz) -> String {
        let next = Cron::parse(timing).expect("a timing").next_after(at(after), zone);
        next.map(|at| at.to_rfc3339()).unwrap_or_default()
    }

    #[test]
    fn the_next_time_is_found_on_the_laboratorys_clock() {
        let new_york = Tz::America__New_York;
        assert_eq!(next("*/5 * * * *", "2026-11-17T12:03:10Z", Tz::UTC), "2026-11-17T12:05:00+00:00");
        assert_eq!(next("30 2 * * *", "2026-11-17T12:00:00Z", new_york), "2026-11-18T07:30:00+00:00");
        assert_eq!(next("0 6 * * 1-5", "2026-11-20T12:00:00Z", new_york), "2026-11-23T11:00:00+00:00");
        assert_eq!(next("0 0 29 2 *", "2026-01-01T00:00:00Z", Tz::UTC), "");
        assert_eq!(next("0 12 1,15 * 7", "2026-11-17T12:00:00Z", Tz::UTC), "2026-11-22T12:00:00+00:00");
    }

    #[test]
    fn a_missed_time_is_found_by_looking_back() {
        let nightly = Cron::parse("30 2 * * *").expect("a timing");
        let found = nightly.last_between(at("2026-11-16T02:30:00Z"), at("2026-11-17T08:00:00Z"), Tz::UTC);
        assert_eq!(found, Some(at("2026-11-17T02:30:00Z")));
        let found = nightly.last_between(at("2026-11-17T02:30:00Z"), at("2026-11-17T08:00:00Z"), Tz::UTC);
        assert_eq!(found, None);
    }

    #[test]
    fn what_is_no_timing_is_refused_in_words() {
        for (text, field) in [
            ("* * * *", "timing"),
            ("60 * * * *", "minute"),
            ("* 5-2 * * *", "hour"),
            ("* * * x *", "month"),
            ("*/0 * * * *", "minute"),
        ] {
            assert_eq!(Cron::parse(text).expect_err("refused").field, field, "{text}");
        }
    }
}
