//! How numbers, durations and dates are written, in both languages; the same text on the server and in the browser.
//! It knows no locale of the machine and no clock: what "this year" is comes in as an argument.
//!
//! Missing values are [`MISSING`], never zero. Durations are hours on the wire and are rounded down.

use crate::i18n::Lang;
use crate::model::period::{Bucket, DayRange};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

/// What stands where there is no value.
pub const MISSING: &str = "–";

const NBSP: char = '\u{a0}';
const MINUS: char = '−';

/// A number with this many decimals, halves rounded away from zero; [`MISSING`] for NaN and infinities.
#[must_use]
pub fn number(value: f64, decimals: usize, lang: Lang) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    let plain = format!("{:.*}", decimals, (value.abs() * scale).round() / scale);
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::with_capacity(plain.len() + 4);
    if value < 0.0 && plain.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        text.push(MINUS);
    }
    push_grouped(whole, lang, &mut text);
    if !part.is_empty() {
        text.push(lang.pick('.', ','));
        text.push_str(part);
    }
    text
}

/// English groups from four digits on, Spanish from five.
fn push_grouped(digits: &str, lang: Lang, out: &mut String) {
    let group = digits.len() >= lang.pick(4, 5);
    for (at, digit) in digits.chars().enumerate() {
        if group && at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(lang.pick(',', '.'));
        }
        out.push(digit);
    }
}

/// A count: "11,528", "11.528".
#[must_use]
pub fn count(value: u64, lang: Lang) -> String {
    let mut text = String::new();
    push_grouped(&value.to_string(), lang, &mut text);
    text
}

/// A count that may be missing.
#[must_use]
pub fn count_or_dash(value: Option<u64>, lang: Lang) -> String {
    value.map_or_else(|| MISSING.to_owned(), |value| count(value, lang))
}

/// A share of one as a percentage: 0.812 is "81.2%" with one decimal, "81,2 %" in Spanish.
#[must_use]
pub fn percent(share: f64, decimals: usize, lang: Lang) -> String {
    let mut text = number(share * 100.0, decimals, lang);
    if share.is_finite() {
        if lang == Lang::Es {
            text.push(NBSP);
        }
        text.push('%');
    }
    text
}

/// A share of one that may be missing.
#[must_use]
pub fn percent_or_dash(share: Option<f64>, decimals: usize, lang: Lang) -> String {
    share.map_or_else(|| MISSING.to_owned(), |share| percent(share, decimals, lang))
}

/// Puts a plus before a text that is greater than nothing.
fn signed(text: String, value: f64) -> String {
    if value > 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) { format!("+{text}") } else { text }
}

/// The relative change, "+5.8%", "−3%", "0%"; `None` when there is nothing to compare with.
#[must_use]
pub fn change(now: f64, before: Option<f64>, decimals: usize, lang: Lang) -> Option<String> {
    let before = before.filter(|before| *before != 0.0 && before.is_finite() && now.is_finite())?;
    let ratio = (now - before) / before.abs();
    Some(signed(percent(ratio, decimals, lang), ratio))
}

/// The difference of two shares in percentage points: "+0.7 pp", "−1,2 pp".
#[must_use]
pub fn points(now: f64, before: f64, lang: Lang) -> String {
    let difference = (now - before) * 100.0;
    signed(format!("{}{NBSP}pp", number(difference, 1, lang)), difference)
}

/// The number-and-unit pairs of a duration in seconds, at most two of them, rounded down, without sign.
#[must_use]
pub fn duration_parts(seconds: f64) -> Vec<(String, &'static str)> {
    // Beyond any age of a record the exact figure does not matter, so the saturating cast is fine.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "absolute value, saturating")]
    let whole = seconds.abs() as u64;
    match whole {
        86_400.. => vec![((whole / 86_400).to_string(), "d"), ((whole % 86_400 / 3_600).to_string(), "h")],
        3_600.. => vec![((whole / 3_600).to_string(), "h")],
        60.. => vec![((whole / 60).to_string(), "min")],
        _ => vec![(whole.to_string(), "s")],
    }
}

/// A duration in seconds: "3 d 14 h", "14 h", "42 min", "4 s".
#[must_use]
pub fn seconds(value: f64) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    let sign = if value <= -1.0 { MINUS.to_string() } else { String::new() };
    let parts: Vec<String> =
        duration_parts(value).into_iter().map(|(number, unit)| format!("{number}{NBSP}{unit}")).collect();
    sign + &parts.join("\u{a0}")
}

/// A duration in hours, as the metrics have them.
#[must_use]
pub fn hours(value: f64) -> String {
    seconds(value * 3_600.0)
}

/// A duration in hours that may be missing.
#[must_use]
pub fn hours_or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| MISSING.to_owned(), hours)
}

/// The difference of two durations in hours with its sign: "+2 h", "−1 h", "0 s" becomes "±0".
#[must_use]
pub fn hours_change(now: f64, before: f64) -> String {
    let difference = (now - before) * 3_600.0;
    if difference.abs() < 60.0 { "±0".to_owned() } else { signed(seconds(difference), difference) }
}

/// A target in hours: whole days as "2 d", else the plain duration.
#[must_use]
pub fn target(hours_: f64) -> String {
    if hours_ >= 24.0 && hours_ % 24.0 == 0.0 { format!("{}{NBSP}d", hours_ / 24.0) } else { hours(hours_) }
}

/// A duration in milliseconds for answer times: "310 ms", from one second on "1.2 s".
#[must_use]
pub fn milliseconds(value: f64, lang: Lang) -> String {
    if value < 1_000.0 {
        format!("{}{NBSP}ms", number(value, 0, lang))
    } else {
        format!("{}{NBSP}s", number(value / 1_000.0, 1, lang))
    }
}

const MONTHS: [(&str, &str); 12] = [
    ("January", "enero"),
    ("February", "febrero"),
    ("March", "marzo"),
    ("April", "abril"),
    ("May", "mayo"),
    ("June", "junio"),
    ("July", "julio"),
    ("August", "agosto"),
    ("September", "septiembre"),
    ("October", "octubre"),
    ("November", "noviembre"),
    ("December", "diciembre"),
];

const WEEKDAYS: [(&str, &str); 7] = [
    ("Monday", "lunes"),
    ("Tuesday", "martes"),
    ("Wednesday", "miércoles"),
    ("Thursday", "jueves"),
    ("Friday", "viernes"),
    ("Saturday", "sábado"),
    ("Sunday", "domingo"),
];

fn month_name(date: NaiveDate, lang: Lang) -> &'static str {
    let (english, spanish) = MONTHS[date.month0() as usize];
    lang.pick(english, spanish)
}

/// The name of a day of the week, Monday being 0.
#[must_use]
pub fn weekday_name(from_monday: usize, lang: Lang) -> &'static str {
    let (english, spanish) = WEEKDAYS[from_monday % 7];
    lang.pick(english, spanish)
}

/// The first three letters of a name; the names of both languages differ in them.
fn short(name: &str) -> &str {
    name.char_indices().nth(3).map_or(name, |(end, _)| &name[..end])
}

/// Three letters of a day of the week, Monday being 0: "Tue", "mar".
#[must_use]
pub fn weekday_short(from_monday: usize, lang: Lang) -> &'static str {
    short(weekday_name(from_monday, lang))
}

/// A day without its year: "17 Nov", "17 nov".
#[must_use]
pub fn day(date: NaiveDate, lang: Lang) -> String {
    format!("{} {}", date.day(), short(month_name(date, lang)))
}

/// A day with its year: "17 Nov 2026".
#[must_use]
pub fn day_year(date: NaiveDate, lang: Lang) -> String {
    format!("{} {}", day(date, lang), date.year())
}

/// A day, with its year only when that is not the year of `today`.
#[must_use]
pub fn date(date: NaiveDate, today: NaiveDate, lang: Lang) -> String {
    if date.year() == today.year() { day(date, lang) } else { day_year(date, lang) }
}

/// A day with its weekday: "Tue 17 Nov".
#[must_use]
pub fn weekday_day(date: NaiveDate, lang: Lang) -> String {
    format!("{} {}", weekday_short(date.weekday().num_days_from_monday() as usize, lang), day(date, lang))
}

/// A time of day: "07:40".
#[must_use]
pub fn clock(at: NaiveDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// A date and time: "17 Nov, 07:40", with the year only when that is not the year of `now`.
#[must_use]
pub fn date_time(at: NaiveDateTime, now: NaiveDateTime, lang: Lang) -> String {
    format!("{}, {}", date(at.date(), now.date(), lang), clock(at))
}

/// An instant of today as a time, any other as date and time.
#[must_use]
pub fn recent(at: NaiveDateTime, now: NaiveDateTime, lang: Lang) -> String {
    if at.date() == now.date() { clock(at) } else { date_time(at, now, lang) }
}

/// A date and time in full: "Tuesday 17 November, 07:40", "martes 17 de noviembre, 07:40".
#[must_use]
pub fn long_date_time(at: NaiveDateTime, lang: Lang) -> String {
    let weekday = weekday_name(at.weekday().num_days_from_monday() as usize, lang);
    let month = month_name(at.date(), lang);
    format!("{weekday} {}{}{month}, {}", at.day(), lang.pick(" ", " de "), clock(at))
}

/// A range of days: "19 Oct – 17 Nov 2026"; one day alone is that day.
#[must_use]
pub fn day_range(range: DayRange, lang: Lang) -> String {
    let to = day_year(range.to, lang);
    if range.from == range.to {
        to
    } else if range.from.year() == range.to.year() {
        format!("{} – {to}", day(range.from, lang))
    } else {
        format!("{} – {to}", day_year(range.from, lang))
    }
}

/// The label of a bucket on an axis: "17 Nov", for months "Nov"; with the year when it is not that of `today`.
#[must_use]
pub fn bucket_label(bucket: Bucket, start: NaiveDate, today: NaiveDate, lang: Lang) -> String {
    match bucket {
        Bucket::Day | Bucket::Week => date(start, today, lang),
        Bucket::Month if start.year() == today.year() => short(month_name(start, lang)).to_owned(),
        Bucket::Month => format!("{} {}", short(month_name(start, lang)), start.year()),
    }
}

/// The title of a bucket: "Tue 17 Nov", "week of 9 Nov", "November 2026".
#[must_use]
pub fn bucket_title(bucket: Bucket, start: NaiveDate, today: NaiveDate, lang: Lang) -> String {
    match bucket {
        Bucket::Day if start.year() == today.year() => weekday_day(start, lang),
        Bucket::Day => format!("{} {}", weekday_day(start, lang), start.year()),
        Bucket::Week => format!("{} {}", lang.pick("week of", "semana del"), date(start, today, lang)),
        Bucket::Month => format!("{}{}{}", month_name(start, lang), lang.pick(" ", " de "), start.year()),
    }
}

/// How old something is, in minutes: "7 min old", "hace 7 min".
#[must_use]
pub fn age(minutes: i64, lang: Lang) -> String {
    #[expect(clippy::cast_precision_loss, reason = "minutes of an age are far below 2^52")]
    let text = seconds(minutes.max(0) as f64 * 60.0);
    match lang {
        Lang::En => format!("{text} old"),
        Lang::Es => format!("hace {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Lang::{En, Es};

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn at(text: &str) -> NaiveDateTime {
        text.parse().expect("a date and time")
    }

    fn spaced(text: &str) -> String {
        text.replace(' ', "\u{a0}")
    }

    #[test]
    fn counts_are_grouped_from_four_digits_in_english_and_from_five_in_spanish() {
        assert_eq!(count(0, En), "0");
        assert_eq!(count(3_068, En), "3,068");
        assert_eq!(count(3_068, Es), "3068");
        assert_eq!(count(11_528, Es), "11.528");
        assert_eq!(count(1_234_567, En), "1,234,567");
        assert_eq!(count_or_dash(None, En), "–");
    }

    #[test]
    fn halves_are_rounded_away_from_zero_and_a_rounded_zero_has_no_sign() {
        assert_eq!(number(2.5, 0, En), "3");
        assert_eq!(number(-2.5, 0, En), "−3");
        assert_eq!(number(-0.2, 0, En), "0");
        assert_eq!(number(12.34, 1, Es), "12,3");
        assert_eq!(number(-1_234.5, 1, En), "−1,234.5");
        assert_eq!(number(f64::NAN, 0, En), MISSING);
    }

    #[test]
    fn percentages_have_a_space_in_spanish_only() {
        assert_eq!(percent(0.812, 1, En), "81.2%");
        assert_eq!(percent(0.812, 1, Es), spaced("81,2 %"));
        assert_eq!(percent(1.0, 0, En), "100%");
        assert_eq!(percent_or_dash(None, 1, Es), MISSING);
    }

    #[test]
    fn a_change_has_its_sign_and_needs_something_to_compare_with() {
        assert_eq!(change(3_068.0, Some(2_900.0), 1, En).as_deref(), Some("+5.8%"));
        assert_eq!(change(97.0, Some(100.0), 0, Es), Some(spaced("−3 %")));
        assert_eq!(change(100.0, Some(100.0), 1, En).as_deref(), Some("0.0%"));
        assert_eq!(change(5.0, Some(0.0), 1, En), None);
        assert_eq!(change(5.0, None, 1, En), None);
        assert_eq!(points(0.812, 0.819, En), spaced("−0.7 pp"));
    }

    #[test]
    fn durations_have_two_units_at_most_and_are_rounded_down() {
        assert_eq!(hours(3.0 * 24.0 + 14.99), spaced("3 d 14 h"));
        assert_eq!(hours(48.0), spaced("2 d 0 h"));
        assert_eq!(hours(14.99), spaced("14 h"));
        assert_eq!(seconds(42.0 * 60.0), spaced("42 min"));
        assert_eq!(seconds(4.9), spaced("4 s"));
        assert_eq!(seconds(-7_200.0), spaced("−2 h"));
        assert_eq!(seconds(0.0), spaced("0 s"));
        assert_eq!(hours_or_dash(None), MISSING);
        assert_eq!(hours(f64::INFINITY), MISSING);
    }

    #[test]
    fn targets_are_whole_days_where_they_can_be() {
        assert_eq!(target(48.0), spaced("2 d"));
        assert_eq!(target(36.0), spaced("1 d 12 h"));
        assert_eq!(target(12.0), spaced("12 h"));
    }

    #[test]
    fn changes_of_durations_have_a_sign() {
        assert_eq!(hours_change(49.5, 47.4), spaced("+2 h"));
        assert_eq!(hours_change(44.0, 45.0), spaced("−1 h"));
        assert_eq!(hours_change(44.0, 44.001), "±0");
    }

    #[test]
    fn dates_follow_the_language_and_name_the_year_once_it_is_not_this_one() {
        let today = d("2026-11-17");
        assert_eq!(day_year(today, En), "17 Nov 2026");
        assert_eq!(day_year(today, Es), "17 nov 2026");
        assert_eq!(date(d("2026-01-02"), today, Es), "2 ene");
        assert_eq!(date(d("2025-12-31"), today, En), "31 Dec 2025");
        assert_eq!(weekday_day(today, Es), "mar 17 nov");
        assert_eq!(weekday_day(d("2026-11-18"), Es), "mié 18 nov");
        assert_eq!(date_time(at("2026-11-17T07:40:59"), at("2026-11-17T08:00:00"), En), "17 Nov, 07:40");
        assert_eq!(recent(at("2026-11-17T07:05:00"), at("2026-11-17T08:00:00"), En), "07:05");
        assert_eq!(long_date_time(at("2026-11-17T07:40:00"), En), "Tuesday 17 November, 07:40");
        assert_eq!(long_date_time(at("2026-11-17T07:40:00"), Es), "martes 17 de noviembre, 07:40");
    }

    #[test]
    fn ranges_name_a_common_year_once() {
        let range = |from, to| DayRange { from: d(from), to: d(to) };
        assert_eq!(day_range(range("2026-10-19", "2026-11-17"), En), "19 Oct – 17 Nov 2026");
        assert_eq!(day_range(range("2025-12-20", "2026-01-18"), Es), "20 dic 2025 – 18 ene 2026");
        assert_eq!(day_range(range("2026-11-17", "2026-11-17"), En), "17 Nov 2026");
    }

    #[test]
    fn buckets_are_named_by_their_width() {
        let today = d("2026-11-17");
        assert_eq!(bucket_title(Bucket::Week, d("2026-11-09"), today, En), "week of 9 Nov");
        assert_eq!(bucket_title(Bucket::Month, d("2026-11-01"), today, Es), "noviembre de 2026");
        assert_eq!(bucket_label(Bucket::Month, d("2025-12-01"), today, En), "Dec 2025");
        assert_eq!(bucket_label(Bucket::Day, today, today, En), "17 Nov");
    }

    #[test]
    fn ages_are_never_negative() {
        assert_eq!(age(7, En), format!("{} old", spaced("7 min")));
        assert_eq!(age(7, Es), format!("hace {}", spaced("7 min")));
        assert_eq!(age(-3, En), format!("{} old", spaced("0 s")));
    }
}
