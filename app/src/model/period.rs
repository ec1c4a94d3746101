//! Ranges of laboratory days, the buckets they are cut into, and what they are compared with.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A range of whole laboratory days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRange {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl DayRange {
    /// How many days the range covers; at least 1 for a range that is not reversed.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// The day after the last one: the exclusive upper bound.
    #[must_use]
    pub fn end(&self) -> NaiveDate {
        self.to.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
    }

    /// The equally long range that ends the day before this one begins.
    #[must_use]
    pub fn previous(&self) -> Self {
        let length = u64::try_from(self.days()).unwrap_or(1);
        let back = |day: NaiveDate| day.checked_sub_days(Days::new(length)).unwrap_or(NaiveDate::MIN);
        Self { from: back(self.from), to: back(self.to) }
    }

    /// The same days of the year before (29 February becomes 28).
    #[must_use]
    pub fn year_before(&self) -> Self {
        let back = |day: NaiveDate| day.checked_sub_months(Months::new(12)).unwrap_or(NaiveDate::MIN);
        Self { from: back(self.from), to: back(self.to) }
    }
}

/// The named ranges of the filter bar; each ends today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Today alone.
    Today,
    /// Seven days.
    Week,
    /// Thirty days, the default.
    Month,
    /// Ninety days.
    Quarter,
    /// Since the first day of the calendar month.
    MonthToDate,
    /// Since the first day of the calendar quarter.
    QuarterToDate,
    /// Since 1 January.
    YearToDate,
}

impl Preset {
    /// Every preset, in the order of the filter bar.
    pub const ALL: [Self; 7] =
        [Self::Today, Self::Week, Self::Month, Self::Quarter, Self::MonthToDate, Self::QuarterToDate, Self::YearToDate];

    /// The word that stands for it in a URL.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
            Self::MonthToDate => "mtd",
            Self::QuarterToDate => "qtd",
            Self::YearToDate => "ytd",
        }
    }

    /// The preset with this URL word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.slug() == slug)
    }

    /// The days it means when today is `today`.
    #[must_use]
    pub fn days(self, today: NaiveDate) -> DayRange {
        let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN);
        let from = match self {
            Self::Today => today,
            Self::Week => back(6),
            Self::Month => back(29),
            Self::Quarter => back(89),
            Self::MonthToDate => today.with_day(1).unwrap_or(today),
            Self::QuarterToDate => {
                NaiveDate::from_ymd_opt(today.year(), today.month0() / 3 * 3 + 1, 1).unwrap_or(today)
            }
            Self::YearToDate => NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today),
        };
        DayRange { from, to: today }
    }
}

/// The days a view covers: a preset that moves with the calendar, or fixed days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// A named range that ends today.
    Preset(Preset),
    /// Fixed days.
    Days(DayRange),
}

impl Range {
    /// The days it means when today is `today`.
    #[must_use]
    pub fn days(self, today: NaiveDate) -> DayRange {
        match self {
            Self::Preset(preset) => preset.days(today),
            Self::Days(days) => days,
        }
    }
}

/// The width of one point of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// A calendar day.
    #[default]
    Day,
    /// An ISO week, named by its Monday.
    Week,
    /// A calendar month, named by its first day.
    Month,
}

impl Bucket {
    /// Every bucket, narrowest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The word that stands for it in a URL, and PostgreSQL's `date_trunc` field.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The bucket with this URL word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.slug() == slug)
    }

    /// The first day of the bucket that holds `day`.
    #[must_use]
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => {
                day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day)
            }
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }

    /// The first day of the bucket after the one that starts at `start`.
    #[must_use]
    pub fn next(self, start: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => start.checked_add_days(Days::new(1)),
            Self::Week => start.checked_add_days(Days::new(7)),
            Self::Month => start.checked_add_months(Months::new(1)),
        }
        .unwrap_or(NaiveDate::MAX)
    }

    /// The first days of all buckets that touch the range, in order: the axis of a dense series.
    #[must_use]
    pub fn axis(self, range: DayRange) -> Vec<NaiveDate> {
        let mut starts = Vec::new();
        let mut start = self.start(range.from);
        while start <= range.to && start < NaiveDate::MAX {
            starts.push(start);
            start = self.next(start);
        }
        starts
    }
}

/// What the figures of a range are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The equally long range just before.
    #[default]
    Previous,
    /// The same days one year before.
    Year,
    /// Nothing.
    None,
}

impl Comparison {
    /// Every comparison, in the order of the filter bar.
    pub const ALL: [Self; 3] = [Self::Previous, Self::Year, Self::None];

    /// The word that stands for it in a URL.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::Year => "year",
            Self::None => "none",
        }
    }

    /// The comparison with this URL word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.slug() == slug)
    }

    /// The days to compare `range` with.
    #[must_use]
    pub fn days(self, range: DayRange) -> Option<DayRange> {
        match self {
            Self::Previous => Some(range.previous()),
            Self::Year => Some(range.year_before()),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn presets_end_today_and_have_the_length_they_name() {
        let today = day("2026-11-17");
        assert_eq!(Preset::Week.days(today), DayRange { from: day("2026-11-11"), to: today });
        assert_eq!(Preset::Month.days(today).days(), 30);
        assert_eq!(Preset::QuarterToDate.days(today).from, day("2026-10-01"));
        assert_eq!(Preset::YearToDate.days(today).from, day("2026-01-01"));
    }

    #[test]
    fn the_previous_range_touches_this_one_and_is_as_long() {
        let range = DayRange { from: day("2026-03-01"), to: day("2026-03-31") };
        assert_eq!(range.previous(), DayRange { from: day("2026-01-29"), to: day("2026-02-28") });
        assert_eq!(range.previous().end(), range.from);
    }

    #[test]
    fn a_week_starts_on_monday_and_a_month_on_its_first_day() {
        let range = DayRange { from: day("2026-11-11"), to: day("2026-12-01") };
        assert_eq!(Bucket::Week.axis(range), ["2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30"].map(day));
        assert_eq!(Bucket::Month.axis(range), ["2026-11-01", "2026-12-01"].map(day));
        assert_eq!(Bucket::Day.axis(range).len(), 21);
    }
}
