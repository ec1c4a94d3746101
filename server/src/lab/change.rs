//! Settings as pages and REST see and change them: checked, stored in one transaction with the entry in the audit log,
//! and in force at once.

use super::{Settings, key};
use crate::db::audit::{self, Entry};
use crate::db::lab::{self, HolidayRow, HoursRow};
use crate::db::sync::{next_data_version, notify, put_setting};
use crate::db::{DbError, PgConnection};
use crate::refusal;
use app::error::AppError;
use app::i18n::Lang;
use app::model::settings::{DayHours, Holiday, HolidayChange, LabSettings, SettingsChange};
use app::ports::{Caller, SettingsPort};
use async_trait::async_trait;
use chrono::{Datelike as _, NaiveDate};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The longest name of a laboratory, a holiday or a state, in characters.
const MAX_NAME: usize = 100;

/// The most states that end an order.
const MAX_STATES: usize = 50;

/// The most holidays.
const MAX_HOLIDAYS: usize = 1_000;

/// The years that the table of working days covers.
const YEARS: std::ops::RangeInclusive<i32> = 2010..=2045;

/// The longest target: ten years.
const MAX_SLA_HOURS: f64 = 87_600.0;

#[async_trait]
impl SettingsPort for Settings {
    async fn settings(&self) -> Result<LabSettings, AppError> {
        let mut conn = self.pool.acquire().await.map_err(|error| in_words(error.into()))?;
        self.read(&mut conn).await.map_err(in_words)
    }

    async fn change(&self, caller: &Caller, change: &SettingsChange) -> Result<LabSettings, AppError> {
        self.check(change).await?;
        let mut tx = crate::db::begin(&self.pool).await.map_err(in_words)?;
        lab::lock(&mut *tx).await.map_err(in_words)?;
        // What another process has changed meanwhile is the old value.
        self.current.refresh(&self.pool, &self.config).await.map_err(in_words)?;
        let before = self.read(&mut tx).await.map_err(in_words)?;
        let after = applied(&before, change)?;
        let detail = differences(&before, &after);
        if detail.is_empty() {
            return Ok(before);
        }
        store(&mut tx, &before, &after, &caller.user.name).await.map_err(in_words)?;
        let source = caller.address.to_string();
        let entry = Entry {
            actor: &caller.user.name,
            action: "settings.change",
            subject: "",
            source: &source,
            detail: detail.into(),
        };
        audit::append(&mut *tx, entry).await.map_err(in_words)?;
        next_data_version(&mut *tx).await.map_err(in_words)?;
        notify(&mut *tx, "{}").await.map_err(in_words)?;
        tx.commit().await.map_err(|error| in_words(error.into()))?;
        self.current.refresh(&self.pool, &self.config).await.map_err(in_words)?;
        self.current.call();
        self.settings().await
    }
}

impl Settings {
    async fn read(&self, conn: &mut PgConnection) -> Result<LabSettings, DbError> {
        let now = self.current.get();
        let hours = lab::working_hours(&mut *conn).await?;
        let holidays = lab::holidays(&mut *conn).await?;
        let held = [
            (self.config.held.name, "name", "BENCHWATCH_LAB_NAME"),
            (self.config.held.time_zone, "time_zone", "BENCHWATCH_TIME_ZONE"),
            (self.config.held.final_states, "final_states", "BENCHWATCH_FINAL_STATES"),
        ];
        Ok(LabSettings {
            name: now.name.clone().unwrap_or_default(),
            time_zone: now.zone.name().to_owned(),
            coming_zone: (now.wanted_zone != now.zone).then(|| now.wanted_zone.name().to_owned()),
            language: now.language,
            sla_hours: now.sla_hours,
            final_states: now.final_states.clone(),
            working_hours: hours.into_iter().filter_map(day_hours).collect(),
            holidays: holidays.into_iter().map(|row| Holiday { day: row.day, name: row.name }).collect(),
            held: held
                .into_iter()
                .filter(|(held, ..)| *held)
                .map(|(_, field, variable)| (field.to_owned(), variable.to_owned()))
                .collect(),
        })
    }

    /// What can be told without the stored values.
    async fn check(&self, change: &SettingsChange) -> Result<(), AppError> {
        let held = self.config.held;
        for (given, held, field) in [
            (change.name.is_some(), held.name, "name"),
            (change.time_zone.is_some(), held.time_zone, "time_zone"),
            (change.final_states.is_some(), held.final_states, "final_states"),
        ] {
            if given && held {
                return Err(invalid(field, "the environment has set it, and wins"));
            }
        }
        if let Some(zone) = &change.time_zone {
            let known = zone.parse::<Tz>().is_ok() && lab::knows_zone(&self.pool, zone).await.map_err(in_words)?;
            if !known {
                return Err(invalid("time_zone", "an IANA time zone such as America/Denver is expected"));
            }
        }
        Ok(())
    }
}

fn day_hours(row: HoursRow) -> Option<DayHours> {
    Some(DayHours { weekday: u8::try_from(row.weekday).ok()?, opens: row.opens, closes: row.closes })
}

/// The settings with the change in them.
fn applied(before: &LabSettings, change: &SettingsChange) -> Result<LabSettings, AppError> {
    let mut after = before.clone();
    if let Some(name) = &change.name {
        after.name = plain("name", name, 0)?;
    }
    if let Some(zone) = &change.time_zone {
        after.coming_zone = (*zone != before.time_zone).then(|| zone.clone());
    }
    if let Some(language) = &change.language {
        after.language = match language.as_str() {
            "browser" => None,
            "en" => Some(Lang::En),
            "es" => Some(Lang::Es),
            _ => return Err(invalid("language", "en, es or browser is expected")),
        };
    }
    if let Some(hours) = change.sla_hours {
        if !(hours > 0.0 && hours <= MAX_SLA_HOURS) {
            return Err(invalid("sla_hours", "a number of hours above 0, at most ten years, is expected"));
        }
        after.sla_hours = hours;
    }
    if let Some(states) = &change.final_states {
        after.final_states = checked_states(states)?;
    }
    if let Some(hours) = &change.working_hours {
        after.working_hours = checked_hours(hours)?;
    }
    if let Some(change) = &change.holidays {
        after.holidays = with_holidays(&before.holidays, change)?;
    }
    Ok(after)
}

/// A text without control characters and blanks around it.
fn plain(field: &str, text: &str, least: usize) -> Result<String, AppError> {
    let text = text.trim();
    let length = text.chars().count();
    if (least..=MAX_NAME).contains(&length) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(invalid(field, "at most 100 characters are expected, none of them a control character"))
    }
}

fn checked_states(states: &[String]) -> Result<Vec<String>, AppError> {
    let mut checked: Vec<String> = Vec::new();
    for state in states.iter().filter(|state| !state.trim().is_empty()) {
        let state = plain("final_states", state, 1)?.to_uppercase();
        if !checked.contains(&state) {
            checked.push(state);
        }
    }
    if checked.is_empty() || checked.len() > MAX_STATES {
        return Err(invalid("final_states", "1 to 50 states are expected"));
    }
    Ok(checked)
}

fn checked_hours(hours: &[DayHours]) -> Result<Vec<DayHours>, AppError> {
    let mut week = BTreeMap::new();
    for day in hours {
        if !(1..=7).contains(&day.weekday) {
            return Err(invalid("working_hours", "a weekday is a number from 1 (Monday) to 7"));
        }
        if day.opens >= day.closes {
            return Err(invalid("working_hours", "work ends after it began, on the same day"));
        }
        if week.insert(day.weekday, *day).is_some() {
            return Err(invalid("working_hours", "each weekday is named once"));
        }
    }
    if week.is_empty() {
        return Err(invalid("working_hours", "at least one day of the week has work"));
    }
    Ok(week.into_values().collect())
}

fn with_holidays(before: &[Holiday], change: &HolidayChange) -> Result<Vec<Holiday>, AppError> {
    let mut all: BTreeMap<NaiveDate, String> = BTreeMap::new();
    if !matches!(change, HolidayChange::Only(_)) {
        all.extend(before.iter().map(|holiday| (holiday.day, holiday.name.clone())));
    }
    match change {
        HolidayChange::Only(holidays) | HolidayChange::Add(holidays) => {
            for holiday in holidays {
                if !YEARS.contains(&holiday.day.year()) {
                    return Err(invalid("holidays", "days of the years 2010 to 2045 are expected"));
                }
                all.insert(holiday.day, plain("holidays", &holiday.name, 0)?);
            }
        }
        HolidayChange::Remove(days) => all.retain(|day, _| !days.contains(day)),
    }
    if all.len() > MAX_HOLIDAYS {
        return Err(invalid("holidays", "at most 1000 holidays are kept"));
    }
    Ok(all.into_iter().map(|(day, name)| Holiday { day, name }).collect())
}

/// Old and new value of everything that differs, for the audit log.
fn differences(before: &LabSettings, after: &LabSettings) -> serde_json::Map<String, Value> {
    let (Value::Object(old), Value::Object(new)) = (json!(before), json!(after)) else { return serde_json::Map::new() };
    let differs = |(field, new): (String, Value)| {
        let old = old.get(&field)?.clone();
        (old != new).then(|| (field, json!({ "old": old, "new": new })))
    };
    new.into_iter().filter_map(differs).collect()
}

async fn store(conn: &mut PgConnection, before: &LabSettings, after: &LabSettings, by: &str) -> Result<(), DbError> {
    let optional = |text: &str| if text.is_empty() { None } else { Some(Value::from(text)) };
    let zone = after.coming_zone.as_ref().unwrap_or(&after.time_zone);
    for (changed, key, value) in [
        (before.name != after.name, key::NAME, optional(&after.name)),
        (before.coming_zone != after.coming_zone, key::ZONE, optional(zone)),
        (before.language != after.language, key::LANGUAGE, after.language.map(|lang| Value::from(lang.tag()))),
        ((before.sla_hours - after.sla_hours).abs() > f64::EPSILON, key::SLA, Some(json!(after.sla_hours))),
        (before.final_states != after.final_states, key::FINAL_STATES, Some(json!(after.final_states))),
    ] {
        match value {
            Some(value) if changed => put_setting(&mut *conn, key, &value, by).await?,
            None if changed => lab::forget(&mut *conn, key).await?,
            _ => {}
        }
    }
    if before.working_hours != after.working_hours {
        let row = |day: &DayHours| HoursRow { weekday: i32::from(day.weekday), opens: day.opens, closes: day.closes };
        lab::set_working_hours(conn, &after.working_hours.iter().map(row).collect::<Vec<_>>()).await?;
    }
    if before.holidays != after.holidays {
        let row = |holiday: &Holiday| HolidayRow { day: holiday.day, name: holiday.name.clone() };
        lab::set_holidays(conn, &after.holidays.iter().map(row).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

fn invalid(field: &str, why: &str) -> AppError {
    AppError::Invalid { field: field.to_owned(), why: why.to_owned() }
}

fn in_words(error: DbError) -> AppError {
    refusal::of_database(&error, "settings could not be read or changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before() -> LabSettings {
        LabSettings {
            name: "Fernholt Labs".into(),
            time_zone: "UTC".into(),
            coming_zone: None,
            language: None,
            sla_hours: 48.0,
            final_states: vec!["REPORTED".into()],
            working_hours: vec![day(1, "08:00", "17:00")],
            holidays: vec![holiday("2026-12-25", "Christmas")],
            held: Vec::new(),
        }
    }

    fn day(weekday: u8, opens: &str, closes: &str) -> DayHours {
        let time = |text: &str| text.parse().expect("a time");
        DayHours { weekday, opens: time(opens), closes: time(closes) }
    }

    fn holiday(day: &str, name: &str) -> Holiday {
        Holiday { day: day.parse().expect("a date"), name: name.into() }
    }

    fn fault(change: SettingsChange) -> String {
        match applied(&before(), &change) {
            Err(AppError::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn hostile_values_are_refused_and_named() {
        let default = SettingsChange::default;
        assert_eq!(fault(SettingsChange { name: Some("x".repeat(101)), ..default() }), "name");
        assert_eq!(fault(SettingsChange { name: Some("a\0b".into()), ..default() }), "name");
        assert_eq!(fault(SettingsChange { language: Some("de".into()), ..default() }), "language");
        for hours in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e6] {
            assert_eq!(fault(SettingsChange { sla_hours: Some(hours), ..default() }), "sla_hours");
        }
        for states in [vec![], vec!["  ".into()], vec!["A\nB".into()], (0..51).map(|n| format!("S{n}")).collect()] {
            assert_eq!(fault(SettingsChange { final_states: Some(states), ..default() }), "final_states");
        }
        for hours in [
            vec![],
            vec![day(0, "08:00", "17:00")],
            vec![day(8, "08:00", "17:00")],
            vec![day(1, "17:00", "08:00")],
            vec![day(1, "08:00", "08:00")],
            vec![day(1, "08:00", "12:00"), day(1, "13:00", "17:00")],
        ] {
            assert_eq!(fault(SettingsChange { working_hours: Some(hours), ..default() }), "working_hours");
        }
        for days in [vec![holiday("1999-01-01", "")], vec![holiday("2026-01-01", &"x".repeat(101))]] {
            let change = HolidayChange::Add(days);
            assert_eq!(fault(SettingsChange { holidays: Some(change), ..default() }), "holidays");
        }
    }

    #[test]
    fn only_what_differs_is_told_with_old_and_new_value() {
        let change = SettingsChange {
            sla_hours: Some(72.0),
            name: Some(" Fernholt Labs ".into()),
            final_states: Some(vec!["reported".into(), "Released".into(), "RELEASED".into()]),
            holidays: Some(HolidayChange::Add(vec![holiday("2026-01-01", "New Year")])),
            ..SettingsChange::default()
        };
        let after = applied(&before(), &change).expect("good");
        assert_eq!(after.final_states, ["REPORTED", "RELEASED"]);
        assert_eq!(after.holidays.len(), 2);
        let told = differences(&before(), &after);
        assert_eq!(told.keys().collect::<Vec<_>>(), ["final_states", "holidays", "sla_hours"]);
        assert_eq!(told["sla_hours"], json!({ "old": 48.0, "new": 72.0 }));
        let gone = HolidayChange::Remove(vec!["2026-12-25".parse().expect("a date")]);
        let change = SettingsChange { holidays: Some(gone), ..SettingsChange::default() };
        assert!(applied(&before(), &change).expect("good").holidays.is_empty());
    }
}
