//! Points in time as parameters: dates, date-times with or without a zone, Unix numbers; and the range they bound.

use crate::db::metrics::Window;
pub use crate::metrics::scope::instant;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};

/// Unix numbers beyond this are milliseconds.
const MILLISECONDS_FROM: f64 = 2e10;

/// A point in time as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Without a zone: the laboratory's wall clock.
    Local(NaiveDateTime),
    /// With a zone, or a Unix number (then UTC).
    Zoned(DateTime<FixedOffset>),
}

impl Moment {
    /// Reads a date, a date-time or a Unix number.
    ///
    /// # Errors
    /// What is wrong, in a few words.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if is_number(text) {
            return unix(text);
        }
        let date = calendar_date(text.get(..10).ok_or("input is too short")?)?;
        let Some(rest) = text.get(10..).filter(|rest| !rest.is_empty()) else {
            return Ok(Self::Local(date.and_time(NaiveTime::MIN)));
        };
        let rest = rest
            .strip_prefix(['T', 't', ' ', '_'])
            .ok_or("invalid datetime separator, expected `T`, `t`, `_` or space")?;
        let (clock, zone) = split_zone(rest)?;
        let local = date.and_time(wall_clock(clock)?);
        match zone {
            None => Ok(Self::Local(local)),
            Some(zone) => zone.from_local_datetime(&local).single().map(Self::Zoned).ok_or("datetime is out of range"),
        }
    }

    /// The same on the laboratory's wall clock.
    #[must_use]
    pub fn local(self, zone: Tz) -> NaiveDateTime {
        match self {
            Self::Local(local) => local,
            Self::Zoned(moment) => moment.with_timezone(&zone).naive_local(),
        }
    }

    /// The wall clock it was written with.
    fn written(self) -> NaiveDateTime {
        match self {
            Self::Local(local) => local,
            Self::Zoned(moment) => moment.naive_local(),
        }
    }

    /// The end of a range that names this moment as its last: a date or midnight means the whole day.
    fn end(self, zone: Tz) -> NaiveDateTime {
        let step =
            if self.written().time() == NaiveTime::MIN { TimeDelta::days(1) } else { TimeDelta::microseconds(1) };
        let later = match self {
            Self::Local(local) => local.checked_add_signed(step).map(Self::Local),
            Self::Zoned(moment) => moment.checked_add_signed(step).map(Self::Zoned),
        };
        later.unwrap_or(self).local(zone)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Local(local) => serializer.serialize_str(&local_text(*local)),
            Self::Zoned(moment) if moment.offset().local_minus_utc() == 0 => {
                serializer.serialize_str(&format!("{}Z", local_text(moment.naive_utc())))
            }
            Self::Zoned(moment) => {
                serializer.serialize_str(&format!("{}{}", local_text(moment.naive_local()), moment.format("%:z")))
            }
        }
    }
}

/// A wall clock text; a fraction of six digits only where there is one.
#[must_use]
pub fn local_text(moment: NaiveDateTime) -> String {
    let whole = moment.format("%Y-%m-%dT%H:%M:%S");
    match moment.and_utc().timestamp_subsec_micros() {
        0 => whole.to_string(),
        micros => format!("{whole}.{micros:06}"),
    }
}

/// The range that two optional bounds describe, on the laboratory's wall clock.
#[must_use]
pub fn window(from: Option<Moment>, to: Option<Moment>, zone: Tz) -> Window {
    Window { from: from.map(|from| from.local(zone)), until: to.map(|to| to.end(zone)) }
}

/// The moment that ages are counted up to: now, or the end of the range where that lies in the past.
#[must_use]
pub fn reference(window: Window, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    window.until.map_or(now, |until| instant(until, zone).min(now))
}

/// The days of a range that both bounds are given for, both ends included.
#[must_use]
pub fn days(window: Window) -> Option<(NaiveDate, NaiveDate)> {
    let last = window.until?.checked_sub_signed(TimeDelta::microseconds(1))?.date();
    Some((window.from?.date(), last))
}

/// How many calendar days two bounds span, as written.
#[must_use]
pub fn span(from: Moment, to: Moment) -> i64 {
    (to.written().date() - from.written().date()).num_days() + 1
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(fraction)
}

#[expect(clippy::cast_possible_truncation, reason = "checked against the range of years")]
fn unix(text: &str) -> Result<Moment, &'static str> {
    let number: f64 = text.parse().map_err(|_| "dates after 9999 are not supported as unix timestamps")?;
    let seconds = if number.abs() > MILLISECONDS_FROM { number / 1000.0 } else { number };
    if seconds.abs() > 3e11 {
        return Err("dates after 9999 are not supported as unix timestamps");
    }
    let moment = DateTime::from_timestamp_micros((seconds * 1e6).round() as i64).ok_or("datetime is out of range")?;
    if in_range(moment.date_naive()) {
        Ok(Moment::Zoned(moment.fixed_offset()))
    } else {
        Err("dates after 9999 are not supported as unix timestamps")
    }
}

/// PostgreSQL and the JSON format agree on these years.
fn in_range(date: NaiveDate) -> bool {
    use chrono::Datelike as _;
    (1..=9999).contains(&date.year())
}

fn digits(text: &str, length: usize) -> Option<u32> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn calendar_date(text: &str) -> Result<NaiveDate, &'static str> {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err("invalid character in date");
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return Err("invalid character in date");
    };
    if !(1..=12).contains(&month) {
        return Err("month value is outside expected range of 1-12");
    }
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), month, day).ok_or("day value is outside expected range")?;
    if in_range(date) { Ok(date) } else { Err("year 0 is out of range") }
}

fn wall_clock(text: &str) -> Result<NaiveTime, &'static str> {
    let (clock, fraction) = match text.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let parts: Vec<Option<u32>> = clock.split(':').map(|part| digits(part, 2)).collect();
    let (hour, minute, second) = match (parts.as_slice(), fraction) {
        ([Some(hour), Some(minute)], None) => (*hour, *minute, 0),
        ([Some(hour), Some(minute), Some(second)], _) => (*hour, *minute, *second),
        _ => return Err("invalid character in time"),
    };
    let micros = match fraction {
        None => 0,
        Some(text) if !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{text:0<6}")
                .get(..6)
                .and_then(|text| text.parse().ok())
                .ok_or("second fraction value is invalid")?
        }
        Some(_) => return Err("second fraction value is invalid"),
    };
    if second > 59 {
        return Err("second value is outside expected range of 0-59");
    }
    NaiveTime::from_hms_micro_opt(hour, minute, second, micros).ok_or("hour or minute value is outside expected range")
}

fn split_zone(text: &str) -> Result<(&str, Option<FixedOffset>), &'static str> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Ok((clock, FixedOffset::east_opt(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Ok((text, None)) };
    let (clock, zone) = text.split_at(at);
    let (sign, zone) = zone.split_at(1);
    let compact = zone.replacen(':', "", 1);
    let well_placed =
        zone.len() == 4 && !zone.contains(':') || zone.len() == 5 && zone.as_bytes().get(2) == Some(&b':');
    let number = digits(&compact, 4).filter(|_| well_placed).ok_or("invalid timezone")?;
    let (hours, minutes) = (number / 100, number % 100);
    if hours > 23 || minutes > 59 {
        return Err("timezone offset must be less than 24 hours");
    }
    let seconds = (hours * 3600 + minutes * 60).cast_signed();
    Ok((clock, FixedOffset::east_opt(if sign == "-" { -seconds } else { seconds })))
}

/// The day after; the same day at the end of the calendar.
#[must_use]
pub fn next_day(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        let moment = Moment::parse(text).ok()?;
        serde_json::to_string(&moment).ok().map(|json| json.trim_matches('"').to_owned())
    }

    #[test]
    fn every_accepted_form_is_read() {
        for (text, expected) in [
            ("2026-11-12", "2026-11-12T00:00:00"),
            ("2026-11-12T03:07", "2026-11-12T03:07:00"),
            ("2026-11-12t03:07:43", "2026-11-12T03:07:43"),
            ("2026-11-12 03:07:43,5", "2026-11-12T03:07:43.500000"),
            ("2026-11-12_03:07:43.1234569", "2026-11-12T03:07:43.123456"),
            ("2026-11-12T03:07:43Z", "2026-11-12T03:07:43Z"),
            ("2026-11-12T03:07:43-0530", "2026-11-12T03:07:43-05:30"),
            ("2026-11-12T03:07:43+00:00", "2026-11-12T03:07:43Z"),
            ("20261101", "1970-08-23T12:05:01Z"),
            ("1762300800000", "2025-11-05T00:00:00Z"),
            ("-1.5", "1969-12-31T23:59:58.500000Z"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            " 2026-11-12",
            "2026-11-12 ",
            "2026-1-12",
            "2026-13-01",
            "2026-02-30",
            "2026-11-12T03",
            "2026-11-12T24:00:00",
            "2026-11-12T03:07:60",
            "2026-11-12T03:07:43 00:00",
            "2026-11-12T03:07:43+24:00",
            "0000-01-01",
            "nan",
            "inf",
            "1e5",
            "99999999999999999999999999999999999999999",
            "2026-11-12\0",
            "١٢٣٤-11-12",
            "2026-11-12T03:07:43.",
        ] {
            assert!(Moment::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn midnight_as_an_end_means_the_whole_day_in_the_zone_it_was_written_with() {
        let zone = chrono_tz::America::New_York;
        let end = |text: &str| local_text(window(None, Moment::parse(text).ok(), zone).until.expect("an end"));
        assert_eq!(end("2026-11-12"), "2026-11-13T00:00:00");
        assert_eq!(end("2026-11-12T10:00:00"), "2026-11-12T10:00:00.000001");
        assert_eq!(end("2026-11-12T00:00:00Z"), "2026-11-12T19:00:00");
        assert_eq!(end("9999-12-31"), "+10000-01-01T00:00:00");
    }
}
