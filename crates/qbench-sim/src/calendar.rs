//! The laboratory's calendar: instants as seconds, local days, opening hours, and QBench's
//! way of printing times.
//!
//! Every stored instant is UTC; the zone decides when people work and which date ids carry.

use std::fmt::Write as _;

use chrono::{DateTime, Timelike as _, Utc};

/// An instant in whole seconds since 1970 (UTC). Enough until 2106 and half the size of an `i64`.
pub(crate) type Secs = u32;

/// The instant of something that never happens; later than every clock.
pub(crate) const NEVER: Secs = Secs::MAX;

pub(crate) const HOUR: Secs = 3600;
pub(crate) const DAY: Secs = 86_400;

/// Seconds that Eastern standard time lags behind UTC.
const STANDARD_LAG: Secs = 5 * HOUR;

/// Where the laboratory is: decides its opening hours and the dates in generated ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LabZone {
    /// US Eastern time, with daylight saving by the rule in force since 2007.
    #[default]
    Eastern,
    /// A fixed number of hours ahead of UTC (negative: behind).
    Fixed(i8),
}

/// A moment on the laboratory's wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Local {
    /// Days since 1970-01-01.
    pub(crate) day: u32,
    /// Seconds since local midnight.
    pub(crate) second: u32,
}

/// Weekday of a day number, 0 = Sunday.
pub(crate) fn weekday(day: u32) -> u32 {
    (day + 4) % 7
}

/// Year, month and day of month of a day number.
pub(crate) fn civil(day: u32) -> (u32, u32, u32) {
    let z = day + 719_468;
    let era = z / 146_097;
    let doe = z % 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + u32::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

/// True while daylight saving holds, for a moment given in standard local time.
fn is_daylight(day: u32, second: u32) -> bool {
    let (_, month, date) = civil(day);
    let last_sunday = i64::from(date) - i64::from(weekday(day));
    match month {
        4..=10 => true,
        3 if weekday(day) == 0 && (8..=14).contains(&date) => second >= 2 * HOUR,
        3 => last_sunday >= 8,
        11 if weekday(day) == 0 && date <= 7 => second < HOUR,
        11 => last_sunday < 1,
        _ => false,
    }
}

/// True on the few days on which the laboratory is closed although it is a weekday.
pub(crate) fn is_holiday(day: u32) -> bool {
    let (_, month, date) = civil(day);
    matches!((month, date), (1, 1) | (7, 4) | (12, 25))
        || (month == 11 && weekday(day) == 4 && (22..=28).contains(&date))
}

/// Opening and closing second of a local day; `None` when nobody works.
pub(crate) fn opening(day: u32, saturdays: bool) -> Option<(u32, u32)> {
    match weekday(day) {
        0 => None,
        _ if is_holiday(day) => None,
        6 if saturdays => Some((9 * HOUR, 13 * HOUR)),
        6 => None,
        _ => Some((7 * HOUR + 1800, 18 * HOUR + 1800)),
    }
}

impl LabZone {
    /// A zone in which it is mid-morning at this instant, so that a demonstration at any hour
    /// finds the laboratory at work (weekends excepted).
    #[must_use]
    pub fn awake_at(now: DateTime<Utc>) -> Self {
        let hours = 10 - now.hour() as i8;
        Self::Fixed(if hours < -11 { hours + 24 } else { hours })
    }

    /// The wall clock of the laboratory at an instant.
    pub(crate) fn local(self, at: Secs) -> Local {
        if let Self::Fixed(hours) = self {
            let shown = at.saturating_add_signed(i32::from(hours) * HOUR as i32);
            return Local { day: shown / DAY, second: shown % DAY };
        }
        let standard = at - STANDARD_LAG;
        let (day, second) = (standard / DAY, standard % DAY);
        let shown = standard + if is_daylight(day, second) { HOUR } else { 0 };
        Local { day: shown / DAY, second: shown % DAY }
    }

    /// The instant at which the laboratory's wall clock shows the given day and second.
    pub(crate) fn instant(self, day: u32, second: u32) -> Secs {
        if let Self::Fixed(hours) = self {
            return (day * DAY + second).saturating_add_signed(-i32::from(hours) * HOUR as i32);
        }
        let standard = day * DAY + second + STANDARD_LAG;
        let daylight = standard - HOUR;
        if self.local(daylight) == (Local { day, second }) { daylight } else { standard }
    }

    /// The instant itself when the laboratory is at work then, otherwise `late` seconds after the
    /// next opening (or less, when that day is shorter).
    pub(crate) fn at_work(self, at: Secs, saturdays: bool, late: u32) -> Secs {
        let now = self.local(at);
        for day in now.day..now.day + 12 {
            let Some((open, close)) = opening(day, saturdays) else {
                continue;
            };
            if day > now.day || now.second < open {
                return self.instant(day, open + late.min(close - open - 60));
            }
            if now.second < close {
                return at;
            }
        }
        at
    }

    /// The end of the working day that lies `days` working days after an instant.
    pub(crate) fn working_days_later(self, at: Secs, days: u32) -> Secs {
        let mut day = self.local(at).day;
        let mut left = days;
        while left > 0 {
            day += 1;
            if opening(day, false).is_some() {
                left -= 1;
            }
        }
        self.instant(day, 17 * HOUR)
    }
}

/// Appends `MM/DD/YYYY` of the UTC day.
pub(crate) fn write_date(out: &mut String, at: Secs) {
    let (year, month, day) = civil(at / DAY);
    let _ = write!(out, "{month:02}/{day:02}/{year:04}");
}

/// Appends `MM/DD/YYYY hh:mm AM|PM` in UTC.
pub(crate) fn write_datetime(out: &mut String, at: Secs) {
    write_date(out, at);
    let (hour, minute) = (at % DAY / HOUR, at % HOUR / 60);
    let half = if hour < 12 { "AM" } else { "PM" };
    let shown = if hour % 12 == 0 { 12 } else { hour % 12 };
    let _ = write!(out, " {shown:02}:{minute:02} {half}");
}

/// Appends the RFC 1123 form, e.g. `Fri, 10 Oct 2025 22:00:00 GMT`.
pub(crate) fn write_rfc1123(out: &mut String, at: Secs) {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = at / DAY;
    let (year, month, date) = civil(day);
    let (hour, minute, second) = (at % DAY / HOUR, at % HOUR / 60, at % 60);
    let _ = write!(
        out,
        "{}, {date:02} {} {year:04} {hour:02}:{minute:02}:{second:02} GMT",
        DAYS[weekday(day) as usize],
        MONTHS[month as usize - 1],
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    fn utc(text: &str) -> Secs {
        text.parse::<DateTime<Utc>>().expect("a date").timestamp() as Secs
    }

    #[test]
    fn days_agree_with_chrono() {
        for day in (0..40_000).step_by(13) {
            let date = NaiveDate::from_epoch_days(day as i32).expect("in range");
            assert_eq!(civil(day), (date.year() as u32, date.month(), date.day()));
            assert_eq!(weekday(day), date.weekday().num_days_from_sunday());
        }
    }

    #[test]
    fn daylight_saving_starts_and_ends_on_its_sundays() {
        for (at, hour) in [
            ("2026-03-08T06:59:00Z", 1),
            ("2026-03-08T07:00:00Z", 3),
            ("2026-11-01T05:59:00Z", 1),
            ("2026-11-01T06:00:00Z", 1),
            ("2026-11-01T07:00:00Z", 2),
            ("2026-07-01T16:00:00Z", 12),
            ("2026-12-01T17:00:00Z", 12),
            ("2026-11-24T17:00:00Z", 12),
            ("2026-03-31T16:00:00Z", 12),
            ("2026-03-07T17:00:00Z", 12),
        ] {
            assert_eq!(LabZone::Eastern.local(utc(at)).second / HOUR, hour, "{at}");
        }
    }

    #[test]
    fn a_local_moment_survives_the_round_trip() {
        for at in (utc("2026-01-01T00:00:00Z")..utc("2027-01-01T00:00:00Z")).step_by(7877) {
            let Local { day, second } = LabZone::Eastern.local(at);
            let back = LabZone::Eastern.instant(day, second);
            assert!(back == at || at - back == HOUR, "{at}");
        }
    }

    #[test]
    fn times_are_printed_as_qbench_prints_them() {
        let show = |at: &str| {
            let mut out = String::new();
            write_datetime(&mut out, utc(at));
            out
        };
        assert_eq!(show("2025-10-03T15:16:07Z"), "10/03/2025 03:16 PM");
        assert_eq!(show("2025-10-03T00:05:00Z"), "10/03/2025 12:05 AM");
        assert_eq!(show("2025-10-03T12:00:00Z"), "10/03/2025 12:00 PM");
        let mut rfc = String::new();
        write_rfc1123(&mut rfc, utc("2025-10-10T22:00:00Z"));
        assert_eq!(rfc, "Fri, 10 Oct 2025 22:00:00 GMT");
    }

    #[test]
    fn work_happens_in_opening_hours() {
        let friday_night = utc("2026-11-20T23:40:00Z");
        assert_eq!(
            LabZone::Eastern.at_work(friday_night, false, 600),
            utc("2026-11-23T12:40:00Z"),
            "Monday 07:30 Eastern, ten minutes in"
        );
        assert_eq!(LabZone::Eastern.at_work(friday_night, true, 600), utc("2026-11-21T14:10:00Z"));
        let thanksgiving = utc("2026-11-26T15:00:00Z");
        assert_eq!(LabZone::Eastern.at_work(thanksgiving, false, 0), utc("2026-11-27T12:30:00Z"));
    }

    #[test]
    fn a_demonstration_at_any_hour_finds_the_laboratory_at_work() {
        for hour in 0..24 {
            let now: DateTime<Utc> = format!("2026-11-24T{hour:02}:20:00Z").parse().expect("a date");
            let zone = LabZone::awake_at(now);
            let at = now.timestamp() as Secs;
            let Local { day, second } = zone.local(at);
            assert_eq!((second / HOUR, zone.instant(day, second)), (10, at), "{hour}");
        }
    }
}
