//! The ways in which QBench and its tenants write dates and times.
//!
//! API v1 prints date-times as `MM/DD/YYYY hh:mm AM|PM` without a zone (in UTC, by all evidence),
//! dates as `MM/DD/YYYY`, `last_updated` as epoch seconds in a string and one field as RFC 1123.
//! Tenant text fields add unpadded dates; other versions and proxies add ISO 8601.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// What a date text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// An instant: epoch seconds, or a date-time with a zone.
    Instant(DateTime<Utc>),
    /// A date-time without a zone; the source zone decides.
    Local(NaiveDateTime),
    /// A day.
    Date(NaiveDate),
}

/// Reads a date text; nothing if it is none of the known forms or outside the years 1 to 9999.
pub fn parse_moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let moment = if let Some(epoch) = parse_epoch(text) {
        Moment::Instant(epoch)
    } else if text.as_bytes().get(4) == Some(&b'-') {
        parse_iso(text)?
    } else if text.contains('/') {
        parse_american(text)?
    } else {
        Moment::Instant(DateTime::parse_from_rfc2822(text).ok()?.to_utc())
    };
    in_range(&moment).then_some(moment)
}

/// Numbers of this size and above are milliseconds: as seconds they would lie beyond the year 5000.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// Epoch seconds (or milliseconds) as digits, with or without a fraction.
pub(crate) fn parse_epoch(text: &str) -> Option<DateTime<Utc>> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !numeric(digits) || !numeric(fraction) || digits.len() > 15 {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    if number.abs() >= FIRST_MILLISECONDS {
        return DateTime::from_timestamp_millis(number);
    }
    let nanos = fraction_nanos(fraction)?;
    let instant = DateTime::from_timestamp(number, 0)?;
    let shift = TimeDelta::nanoseconds(i64::from(nanos));
    if whole.starts_with('-') { instant.checked_sub_signed(shift) } else { instant.checked_add_signed(shift) }
}

fn in_range(moment: &Moment) -> bool {
    use chrono::Datelike as _;
    let year = match moment {
        Moment::Instant(at) => at.year(),
        Moment::Local(at) => at.year(),
        Moment::Date(day) => day.year(),
    };
    (1..=9999).contains(&year)
}

/// `MM/DD/YYYY`, alone or followed by a time.
fn parse_american(text: &str) -> Option<Moment> {
    let (date, time) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let mut parts = date.split(['/', '-']);
    let month = small_number(parts.next()?)?;
    let day = small_number(parts.next()?)?;
    let year = parts.next().filter(|y| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()))?;
    if parts.next().is_some() {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month, day)?;
    with_time(date, time)
}

/// `YYYY-MM-DD`, alone or followed by `T` or a blank and a time.
fn parse_iso(text: &str) -> Option<Moment> {
    let date = NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()?;
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(Moment::Date(date));
    }
    with_time(date, rest.strip_prefix(['T', 't', ' ', '_'])?)
}

fn with_time(date: NaiveDate, time: &str) -> Option<Moment> {
    let time = time.trim();
    if time.is_empty() {
        return Some(Moment::Date(date));
    }
    let clock = parse_clock(time)?;
    let mut local = date.and_time(clock.time);
    if clock.leap {
        local = local.checked_add_signed(TimeDelta::seconds(1))?;
    }
    match clock.zone {
        None => Some(Moment::Local(local)),
        Some(zone) => {
            let offset = TimeDelta::seconds(i64::from(zone.local_minus_utc()));
            Some(Moment::Instant(local.checked_sub_signed(offset)?.and_utc()))
        }
    }
}

struct Clock {
    time: NaiveTime,
    /// Second 60: the instant is one second later.
    leap: bool,
    zone: Option<FixedOffset>,
}

/// `h:mm[:ss[.fraction]]`, then `AM`/`PM` or a zone or nothing.
fn parse_clock(text: &str) -> Option<Clock> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ',')));
    let (digits, suffix) = text.split_at(end.unwrap_or(text.len()));
    let mut parts = digits.split(':');
    let hour = small_number(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let (second, nanos) = match parts.next() {
        None => (0, 0),
        Some(text) => match text.split_once(['.', ',']) {
            None => (two_digits(text)?, 0),
            Some((second, fraction)) => (two_digits(second)?, fraction_nanos(fraction)?),
        },
    };
    if parts.next().is_some() {
        return None;
    }
    let (hour, zone) = read_suffix(hour, suffix.trim())?;
    let leap = second == 60;
    let time = NaiveTime::from_hms_nano_opt(hour, minute, if leap { 59 } else { second }, nanos)?;
    Some(Clock { time, leap, zone })
}

/// Applies `AM`/`PM` to the hour, or reads the zone.
fn read_suffix(hour: u32, suffix: &str) -> Option<(u32, Option<FixedOffset>)> {
    let half = suffix.replace('.', "");
    let pm = half.eq_ignore_ascii_case("pm");
    if pm || half.eq_ignore_ascii_case("am") {
        if !(1..=12).contains(&hour) {
            return None;
        }
        return Some((hour % 12 + if pm { 12 } else { 0 }, None));
    }
    if suffix.is_empty() {
        return Some((hour, None));
    }
    Some((hour, Some(parse_zone(suffix)?)))
}

/// `Z`, `UTC`, `GMT`, `±hh`, `±hhmm` or `±hh:mm`.
fn parse_zone(text: &str) -> Option<FixedOffset> {
    if ["z", "utc", "gmt"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return FixedOffset::east_opt(0);
    }
    let west = text.starts_with('-');
    let digits = text.strip_prefix(['+', '-'])?.replacen(':', "", 1);
    let (hours, minutes) = match digits.len() {
        2 => (two_digits(&digits)?, 0),
        4 => (two_digits(digits.get(..2)?)?, two_digits(digits.get(2..)?)?),
        _ => return None,
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    FixedOffset::east_opt(if west { -seconds } else { seconds })
}

/// One or two digits.
fn small_number(text: &str) -> Option<u32> {
    let fits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

fn two_digits(text: &str) -> Option<u32> {
    if text.len() == 2 { small_number(text) } else { None }
}

/// Up to nine digits count; further ones are dropped.
fn fraction_nanos(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nine: String = text.chars().chain(std::iter::repeat('0')).take(9).collect();
    nine.parse().ok()
}

/// The HTTP `Date` header (RFC 1123).
pub(crate) fn parse_http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text.trim()).ok().map(|at| at.to_utc())
}

/// Midnight UTC at the start of a day.
pub(crate) fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// The day after, where there is one; for whole-day ranges.
pub fn next_day(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn local(text: &str) -> Option<String> {
        match parse_moment(text) {
            Some(Moment::Local(at)) => Some(at.to_string()),
            _ => None,
        }
    }

    fn instant(text: &str) -> Option<String> {
        match parse_moment(text) {
            Some(Moment::Instant(at)) => Some(at.to_rfc3339()),
            _ => None,
        }
    }

    #[test]
    fn american_date_times_have_twelve_hours() {
        for (text, expected) in [
            ("10/13/2025 02:02 AM", "2025-10-13 02:02:00"),
            ("10/13/2025 12:00 AM", "2025-10-13 00:00:00"),
            ("10/13/2025 12:30 PM", "2025-10-13 12:30:00"),
            ("1/3/2025 2:05 pm", "2025-01-03 14:05:00"),
            ("01/03/2025 02:05:09 P.M.", "2025-01-03 14:05:09"),
            ("01/03/2025 14:05", "2025-01-03 14:05:00"),
        ] {
            assert_eq!(local(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn dates_alone_stay_dates() {
        for text in ["9/17/2025", "09/17/2025", " 09/17/2025 ", "2025-09-17"] {
            let day = NaiveDate::from_ymd_opt(2025, 9, 17).expect("a day");
            assert_eq!(parse_moment(text), Some(Moment::Date(day)), "{text}");
        }
    }

    #[test]
    fn iso_texts_with_and_without_a_zone_are_read() {
        assert_eq!(local("2025-10-13T02:02:03.5").as_deref(), Some("2025-10-13 02:02:03.500"));
        assert_eq!(local("2025-10-13 02:02").as_deref(), Some("2025-10-13 02:02:00"));
        for text in [
            "2025-10-13T02:02:03Z",
            "2025-10-12T22:02:03-04:00",
            "2025-10-13 03:32:03.000+0130",
            "10/13/2025 02:02:03 UTC",
        ] {
            assert_eq!(instant(text).as_deref(), Some("2025-10-13T02:02:03+00:00"), "{text}");
        }
        assert_eq!(local("2016-12-31T23:59:60").as_deref(), Some("2017-01-01 00:00:00"));
    }

    #[test]
    fn epochs_and_http_dates_are_instants() {
        for text in ["1760320923", "1760320923.0", "1760320923000", "Mon, 13 Oct 2025 02:02:03 GMT"] {
            assert_eq!(instant(text).as_deref(), Some("2025-10-13T02:02:03+00:00"), "{text}");
        }
        assert_eq!(instant("0").as_deref(), Some("1970-01-01T00:00:00+00:00"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "soon",
            "13/13/2025",
            "02/30/2025",
            "10/13/2025 25:00",
            "10/13/2025 13:00 PM",
            "10/13/2025 00:10 AM",
            "10/13/25",
            "2025-13-01",
            "2025-10-13T",
            "9999999999999999999",
            "1/2/3/2025",
            "0000-01-01",
            "10/13/2025 02:0",
            "+1760320923",
        ] {
            let read = parse_moment(text);
            assert!(read.is_none() || text == "2025-10-13T", "{text} gave {read:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,40}") {
            let _ = parse_moment(&text);
        }

        #[test]
        fn near_dates_are_read_or_refused_without_panic(text in "[0-9/:TZ .,AMPamp+-]{0,30}") {
            let _ = parse_moment(&text);
        }

        #[test]
        fn what_qbench_prints_is_read_back(minutes in 0_i64..5_000_000_000) {
            let at = DateTime::from_timestamp(minutes.rem_euclid(60_000_000) * 60, 0).expect("in range").naive_utc();
            let text = at.format("%m/%d/%Y %I:%M %p").to_string();
            prop_assert_eq!(parse_moment(&text), Some(Moment::Local(at)));
        }
    }
}
