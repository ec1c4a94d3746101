//! A moment of the past, as of which the laboratory is shown.

use crate::format;
use crate::i18n::Lang;
use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use std::fmt;

/// A moment on the laboratory's wall clock; midnight stands for the whole day, as everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf(NaiveDateTime);

impl AsOf {
    /// Reads `2026-11-17`, `2026-11-17T14:30` or `2026-11-17T14:30:05`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let day = text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN));
        let moment = |form| NaiveDateTime::parse_from_str(text, form).ok();
        let moment = day.or_else(|| moment("%Y-%m-%dT%H:%M")).or_else(|| moment("%Y-%m-%dT%H:%M:%S"))?;
        (1970..=9000).contains(&moment.year()).then_some(Self(moment))
    }

    /// The moment that a URL query names.
    #[must_use]
    pub fn of_query(query: &str) -> Option<Self> {
        let value =
            query.trim_start_matches('?').split('&').filter_map(|pair| pair.strip_prefix("as_of=")).next_back()?;
        Self::parse(&super::filter::percent_decode(value))
    }

    /// The last moment that is seen.
    #[must_use]
    pub fn last(self) -> NaiveDateTime {
        if self.is_day() { self.0 + TimeDelta::days(1) - TimeDelta::microseconds(1) } else { self.0 }
    }

    /// Whether a whole day is meant.
    #[must_use]
    pub fn is_day(self) -> bool {
        self.0.time() == NaiveTime::MIN
    }

    /// In words: "17 Nov 2026", "17 Nov 2026, 14:30".
    #[must_use]
    pub fn in_words(self, lang: Lang) -> String {
        let day = format::day_year(self.0.date(), lang);
        if self.is_day() { day } else { format!("{day}, {}", format::clock(self.0)) }
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match (self.is_day(), self.0.and_utc().timestamp() % 60) {
            (true, _) => "%Y-%m-%d",
            (false, 0) => "%Y-%m-%dT%H:%M",
            (false, _) => "%Y-%m-%dT%H:%M:%S",
        };
        write!(out, "{}", self.0.format(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_means_all_of_it_and_a_moment_itself() {
        let seen = |text: &str| AsOf::parse(text).map(|as_of| (as_of.to_string(), as_of.last().to_string()));
        let told = |text: &str, last: &str| Some((text.to_owned(), last.to_owned()));
        assert_eq!(seen("2026-11-17"), told("2026-11-17", "2026-11-17 23:59:59.999999"));
        assert_eq!(seen("2026-11-17T00:00"), told("2026-11-17", "2026-11-17 23:59:59.999999"));
        assert_eq!(seen("2026-11-17T14:30:00"), told("2026-11-17T14:30", "2026-11-17 14:30:00"));
        assert_eq!(seen("2026-11-17T14:30:05"), told("2026-11-17T14:30:05", "2026-11-17 14:30:05"));
        for text in ["", "17.11.2026", "2026-11-31", "2026-11-17T25:00", "9999-12-31", "-0001-01-01"] {
            assert_eq!(seen(text), None, "{text}");
        }
        assert_eq!(AsOf::of_query("?range=7d&as_of=2026-11-17T14%3A30"), AsOf::parse("2026-11-17T14:30"));
        assert_eq!(AsOf::of_query("?basis_as_of=2026-11-17"), None);
        assert_eq!(
            AsOf::parse("2026-11-17T14:30").map(|as_of| as_of.in_words(Lang::Es)),
            Some("17 nov 2026, 14:30".into())
        );
    }
}
