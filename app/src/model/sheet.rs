//! Tables as values: one definition of a table that the page writes in words and an export writes as typed cells.
//! It knows neither views nor file formats.

use super::filter::Filter;
use super::overview::Scope;
use super::period::{Bucket, DayRange};
use crate::format;
use crate::i18n::Lang;
use chrono::{NaiveDate, NaiveDateTime};

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words and names.
    #[default]
    Text,
    /// Things counted, and other plain numbers.
    Number,
    /// Durations in hours.
    Hours,
    /// Shares of one.
    Share,
    /// Days, the first days of buckets.
    Day,
    /// Moments of the laboratory's wall clock.
    Moment,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading.
    pub name: String,
    /// What its cells hold.
    pub kind: ColumnKind,
}

impl Column {
    /// A column with this heading.
    #[must_use]
    pub fn new(name: &str, kind: ColumnKind) -> Self {
        Self { name: name.to_owned(), kind }
    }

    /// The heading of an export, which names the unit that its bare numbers have.
    #[must_use]
    pub fn heading(&self) -> String {
        match self.kind {
            ColumnKind::Hours => format!("{} (h)", self.name),
            _ => self.name.clone(),
        }
    }
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing to show: a dash on pages, an empty cell in exports.
    #[default]
    Missing,
    /// Words.
    Text(String),
    /// A number that names a record; never grouped.
    Id(i64),
    /// Things counted.
    Count(u64),
    /// Any other number, with the decimals that a page shows.
    Number(f64, usize),
    /// A duration in hours.
    Hours(f64),
    /// A share of one.
    Share(f64),
    /// A day.
    Day(NaiveDate),
    /// The bucket that starts with a day.
    Bucket(Bucket, NaiveDate),
    /// A moment of the laboratory's wall clock.
    Moment(NaiveDateTime),
}

impl Cell {
    /// Words that may be absent.
    #[must_use]
    pub fn text(words: Option<&str>) -> Self {
        words.map_or(Self::Missing, |words| Self::Text(words.to_owned()))
    }

    /// A count that may be absent.
    #[must_use]
    pub fn count(value: Option<u64>) -> Self {
        value.map_or(Self::Missing, Self::Count)
    }

    /// A duration in hours that may be absent.
    #[must_use]
    pub fn hours(value: Option<f64>) -> Self {
        value.map_or(Self::Missing, Self::Hours)
    }

    /// A share that may be absent.
    #[must_use]
    pub fn share(value: Option<f64>) -> Self {
        value.map_or(Self::Missing, Self::Share)
    }

    /// A moment that may be absent.
    #[must_use]
    pub fn moment(value: Option<NaiveDateTime>) -> Self {
        value.map_or(Self::Missing, Self::Moment)
    }

    /// The cell as a page writes it.
    #[must_use]
    pub fn words(&self, now: NaiveDateTime, lang: Lang) -> String {
        match self {
            Self::Missing => format::MISSING.to_owned(),
            Self::Text(words) => words.clone(),
            Self::Id(id) => id.to_string(),
            Self::Count(value) => format::count(*value, lang),
            Self::Number(value, decimals) => format::number(*value, *decimals, lang),
            Self::Hours(value) => format::hours(*value),
            Self::Share(value) => format::percent(*value, 0, lang),
            Self::Day(day) => format::date(*day, now.date(), lang),
            Self::Bucket(bucket, start) => format::bucket_title(*bucket, *start, now.date(), lang),
            Self::Moment(at) => format::date_time(*at, now, lang),
        }
    }
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What it is, as the card says it.
    pub title: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; each has a cell for every column.
    pub rows: Vec<Vec<Cell>>,
    /// The days that it is about, for the name of a file.
    pub days: Option<DayRange>,
    /// What else a reader of the file must know: name and words.
    pub about: Vec<(String, String)>,
}

impl Sheet {
    /// A table with these columns and no rows yet.
    #[must_use]
    pub fn new(title: &str, columns: &[(&str, ColumnKind)]) -> Self {
        let columns = columns.iter().map(|(name, kind)| Column::new(name, *kind)).collect();
        Self { title: title.to_owned(), columns, ..Self::default() }
    }

    /// The same with these rows.
    #[must_use]
    pub fn with_rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        self.rows = rows.into_iter().collect();
        debug_assert!(self.rows.iter().all(|row| row.len() == self.columns.len()), "a cell for every column");
        self
    }

    /// The same with the view that it was taken from: laboratory, days, filter, moment.
    #[must_use]
    pub fn about(mut self, scope: &Scope, filter: &Filter, lang: Lang) -> Self {
        self.days = Some(scope.days);
        let line = |name: &str, words: String| (name.to_owned(), words);
        self.about = vec![
            line(lang.sheet_laboratory(), scope.laboratory.clone()),
            line(lang.range(), format!("{} – {}", scope.days.from, scope.days.to)),
            line(lang.sheet_zone(), scope.zone.clone()),
            line(lang.sheet_as_of(), scope.now.format("%Y-%m-%d %H:%M").to_string()),
            line(lang.target_hours(), scope.sla_hours.to_string()),
        ];
        if let Some(previous) = scope.previous {
            self.about.push(line(lang.compare(), format!("{} – {}", previous.from, previous.to)));
        }
        let held = [
            (lang.customer(), filter.customer.map(|id| id.to_string())),
            (lang.sample_type(), filter.sample_type.clone()),
            (lang.matrix(), filter.matrix.clone()),
            (lang.label(), filter.label.clone()),
            (lang.state(), filter.state.clone()),
        ];
        self.about.extend(held.into_iter().filter_map(|(name, value)| Some(line(name, value?))));
        self
    }

    /// The rows as a page writes them.
    #[must_use]
    pub fn words(&self, now: NaiveDateTime, lang: Lang) -> Vec<Vec<String>> {
        self.rows.iter().map(|row| row.iter().map(|cell| cell.words(now, lang)).collect()).collect()
    }

    /// The headings as a page writes them.
    #[must_use]
    pub fn headings(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_written_in_the_words_of_the_page() {
        let now: NaiveDateTime = "2026-11-17T07:40:00".parse().expect("a moment");
        let columns = [("Day", ColumnKind::Day), ("Tests", ColumnKind::Number), ("Median", ColumnKind::Hours)];
        let sheet = Sheet::new("Turnaround", &columns).with_rows([
            vec![Cell::Bucket(Bucket::Day, now.date()), Cell::Count(1_200), Cell::Hours(30.5)],
            vec![Cell::Missing, Cell::count(None), Cell::hours(None)],
        ]);
        assert_eq!(sheet.words(now, Lang::En), [["Tue 17 Nov", "1,200", "1\u{a0}d\u{a0}6\u{a0}h"], ["–", "–", "–"]]);
        assert_eq!(sheet.columns[2].heading(), "Median (h)");
    }
}
