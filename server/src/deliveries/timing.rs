//! When a view is sent: what a form says as five fields, and which of them are refused.

use crate::sync::cron::Cron;
use app::error::AppError;
use app::model::deliveries::Timing;
use chrono::{DateTime, NaiveTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;

/// The least time between two deliveries.
const LEAST: TimeDelta = TimeDelta::hours(1);

/// Minute, hour, day of month, month, day of week.
///
/// # Errors
/// Names the field that cannot be used.
pub fn cron(timing: &Timing, now: DateTime<Utc>, zone: Tz) -> Result<String, AppError> {
    let text = match timing.every.as_str() {
        "daily" => format!("{} * * *", clock(timing)?),
        "weekly" => format!("{} * * {}", clock(timing)?, number(&timing.weekday, "weekday", 7)?),
        "monthly" => format!("{} {} * *", clock(timing)?, number(&timing.day, "day", 28)?),
        "cron" => timing.cron.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => return Err(invalid("every", "daily, weekly, monthly or cron is expected")),
    };
    let cron = Cron::parse(&text).map_err(|error| invalid("cron", &error.to_string()))?;
    check_pace(&cron, now, zone)?;
    Ok(text)
}

/// The first moment after another.
#[must_use]
pub fn next(cron: &str, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    Cron::parse(cron).ok()?.next_after(after, zone)
}

fn check_pace(cron: &Cron, now: DateTime<Utc>, zone: Tz) -> Result<(), AppError> {
    let Some(mut last) = cron.next_after(now, zone) else {
        return Err(invalid("cron", "there is no such moment within a year"));
    };
    // A day and a night show every pace below an hour.
    for _ in 0..25 {
        let Some(next) = cron.next_after(last, zone) else { break };
        if next - last < LEAST {
            return Err(invalid("cron", "at most one delivery an hour"));
        }
        last = next;
    }
    Ok(())
}

/// Minute and hour.
fn clock(timing: &Timing) -> Result<String, AppError> {
    let at: NaiveTime =
        timing.at.trim().parse().map_err(|_| invalid("at", "a time of day such as 07:00 is expected"))?;
    Ok(format!("{} {}", at.minute(), at.hour()))
}

fn number(text: &str, field: &str, most: u32) -> Result<u32, AppError> {
    let number = text.trim().parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| invalid(field, &format!("a number from 1 to {most} is expected")))
}

fn invalid(field: &str, why: &str) -> AppError {
    AppError::Invalid { field: field.to_owned(), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(every: &str, rest: [&str; 4]) -> Result<String, String> {
        let [at, weekday, day, cron_text] = rest.map(str::to_owned);
        let timing = Timing { every: every.to_owned(), at, weekday, day, cron: cron_text };
        let now = "2026-11-17T12:00:00Z".parse().expect("an instant");
        cron(&timing, now, Tz::UTC).map_err(|error| match error {
            AppError::Invalid { field, .. } => field,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn the_choices_of_the_form_become_five_fields() {
        assert_eq!(told("daily", ["07:05", "", "", ""]), Ok("5 7 * * *".to_owned()));
        assert_eq!(told("weekly", ["06:00", "7", "", ""]), Ok("0 6 * * 7".to_owned()));
        assert_eq!(told("monthly", ["00:30", "", "28", ""]), Ok("30 0 28 * *".to_owned()));
        assert_eq!(told("cron", ["", "", "", " 0  6 * * 1-5 "]), Ok("0 6 * * 1-5".to_owned()));
    }

    #[test]
    fn what_cannot_be_used_is_named_and_nobody_is_flooded() {
        assert_eq!(told("daily", ["7 o'clock", "", "", ""]), Err("at".to_owned()));
        assert_eq!(told("weekly", ["07:00", "8", "", ""]), Err("weekday".to_owned()));
        assert_eq!(told("monthly", ["07:00", "", "31", ""]), Err("day".to_owned()));
        assert_eq!(told("hourly", ["07:00", "", "", ""]), Err("every".to_owned()));
        for bad in ["* * * * *", "*/30 * * * *", "0,20 7 * * *", "0 0 30 2 *", "soon"] {
            assert_eq!(told("cron", ["", "", "", bad]), Err("cron".to_owned()), "{bad}");
        }
        assert!(told("cron", ["", "", "", "0 * * * *"]).is_ok(), "every hour");
    }
}
