//! What an administrator sets about the laboratory, as the page and REST show and take it.

use crate::i18n::Lang;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// The working hours of a weekday, laboratory time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayHours {
    /// 1 (Monday) to 7 (Sunday).
    pub weekday: u8,
    /// When work begins.
    pub opens: NaiveTime,
    /// When it ends, after it began.
    pub closes: NaiveTime,
}

/// A day without work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The day.
    pub day: NaiveDate,
    /// What it is called; may be empty.
    pub name: String,
}

/// Everything that is set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabSettings {
    /// The laboratory's name.
    pub name: String,
    /// The zone of days, weeks and ranges (IANA).
    pub time_zone: String,
    /// A zone that has been asked for while the copy still speaks of `time_zone`.
    pub coming_zone: Option<String>,
    /// The language of those who have chosen none; absent = the browser's.
    pub language: Option<Lang>,
    /// The turnaround target where a view asks for no other, in hours.
    pub sla_hours: f64,
    /// The states that end an order, in upper case.
    pub final_states: Vec<String>,
    /// Days with work, Monday first.
    pub working_hours: Vec<DayHours>,
    /// Days without work, the earliest first.
    pub holidays: Vec<Holiday>,
    /// Which of these (by field) the environment has set, so that they cannot be changed here, and by which variable.
    pub held: Vec<(String, String)>,
}

impl LabSettings {
    /// The variable of the environment that has set this field.
    #[must_use]
    pub fn held_by(&self, field: &str) -> Option<&str> {
        self.held.iter().find(|(held, _)| held == field).map(|(_, variable)| variable.as_str())
    }
}

/// What is to be changed; what is absent stays. Values are as people wrote them and are checked where they are stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SettingsChange {
    /// The laboratory's name; empty = the one from the environment, or none.
    pub name: Option<String>,
    /// The zone.
    pub time_zone: Option<String>,
    /// `en`, `es`, or `browser`.
    pub language: Option<String>,
    /// The turnaround target in hours.
    pub sla_hours: Option<f64>,
    /// The states that end an order.
    pub final_states: Option<Vec<String>>,
    /// The whole week.
    pub working_hours: Option<Vec<DayHours>>,
    /// What happens to the holidays.
    pub holidays: Option<HolidayChange>,
}

/// A change of the holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HolidayChange {
    /// These and no others.
    Only(Vec<Holiday>),
    /// These too; a day that there is gets the new name.
    Add(Vec<Holiday>),
    /// Without these days.
    Remove(Vec<NaiveDate>),
}

/// Reads holidays as people write them: one a line, a date such as 2026-12-25 and, after it, a name.
///
/// # Errors
/// The first line that does not begin with a date.
pub fn read_holidays(text: &str) -> Result<Vec<Holiday>, String> {
    let read = |line: &str| {
        let (date, name) = line.split_once(|c: char| c.is_whitespace() || ",;".contains(c)).unwrap_or((line, ""));
        let day = date.parse().map_err(|_| line.chars().take(40).collect::<String>())?;
        Ok(Holiday { day, name: name.trim_matches(|c: char| c.is_whitespace() || ",;".contains(c)).to_owned() })
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_are_read_one_a_line() {
        let day = |text: &str| text.parse().expect("a date");
        let read = read_holidays("2026-12-25 Christmas Day\r\n\n 2027-01-01;New Year \n2027-01-06").expect("holidays");
        let told: Vec<_> = read.iter().map(|holiday| (holiday.day, holiday.name.as_str())).collect();
        assert_eq!(
            told,
            [(day("2026-12-25"), "Christmas Day"), (day("2027-01-01"), "New Year"), (day("2027-01-06"), "")]
        );
        assert_eq!(read_holidays("2026-12-25\n25 December"), Err("25 December".to_owned()));
        assert_eq!(read_holidays("2026-02-30 never"), Err("2026-02-30 never".to_owned()));
    }
}
