//! The laboratory's settings; admins only.

use crate::error::AppError;
use crate::model::settings::LabSettings;
#[cfg(feature = "ssr")]
use crate::model::settings::{DayHours, HolidayChange, SettingsChange, read_holidays};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Everything that is set.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "settings/page")]
pub async fn load_settings() -> Result<LabSettings, AppError> {
    use super::context::{caller_with, fail};
    use crate::model::session::Role;
    let (_caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.settings.settings().await.or_else(fail)
}

/// Sets what is given of name, zone, language, target (in days) and final states (one a line).
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "settings/laboratory")]
pub async fn set_laboratory(
    #[server(default)] name: Option<String>,
    #[server(default)] time_zone: Option<String>,
    #[server(default)] language: Option<String>,
    #[server(default)] sla_days: Option<String>,
    #[server(default)] final_states: Option<String>,
) -> Result<(), AppError> {
    let days = match sla_days.as_deref().map(|days| days.trim().replace(',', ".").parse::<f64>()).transpose() {
        Ok(days) => days,
        Err(_) => return refuse("sla_days", "a number of days is expected").await,
    };
    change(SettingsChange {
        name,
        time_zone: time_zone.map(|zone| zone.trim().to_owned()),
        language,
        sla_hours: days.map(|days| days * 24.0),
        final_states: final_states.map(|lines| lines.lines().map(str::to_owned).collect()),
        ..SettingsChange::default()
    })
    .await
}

/// Sets the working hours of the whole week, by weekday (1 is Monday); a day whose two fields are empty has no work.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "settings/hours")]
pub async fn set_working_hours(
    opens: BTreeMap<String, String>,
    closes: BTreeMap<String, String>,
) -> Result<(), AppError> {
    let mut week = Vec::new();
    for weekday in 1..=7_u8 {
        let text = |of: &BTreeMap<String, String>| of.get(&weekday.to_string()).map(|text| text.trim().to_owned());
        let (from, to) = (text(&opens).unwrap_or_default(), text(&closes).unwrap_or_default());
        if from.is_empty() && to.is_empty() {
            continue;
        }
        let (Ok(opens), Ok(closes)) = (from.parse(), to.parse()) else {
            return refuse("working_hours", "two times such as 08:00 and 17:00 are expected, or none").await;
        };
        week.push(DayHours { weekday, opens, closes });
    }
    change(SettingsChange { working_hours: Some(week), ..SettingsChange::default() }).await
}

/// Adds holidays: one a line, a date and after it a name.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "settings/add-holidays")]
pub async fn add_holidays(lines: String) -> Result<(), AppError> {
    match read_holidays(&lines) {
        Ok(holidays) => {
            let holidays = Some(HolidayChange::Add(holidays));
            change(SettingsChange { holidays, ..SettingsChange::default() }).await
        }
        Err(line) => refuse("holidays", &format!("“{line}” does not begin with a date such as 2026-12-25")).await,
    }
}

/// Removes the holidays that are chosen, by their date after a `d`: a key that begins with a digit is read as a position.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "settings/remove-holidays")]
pub async fn remove_holidays(#[server(default)] days: BTreeMap<String, String>) -> Result<(), AppError> {
    let Ok(days) = days.keys().map(|day| day.trim_start_matches('d').parse()).collect::<Result<Vec<_>, _>>() else {
        return refuse("holidays", "dates such as 2026-12-25 are expected").await;
    };
    let holidays = Some(HolidayChange::Remove(days));
    change(SettingsChange { holidays, ..SettingsChange::default() }).await
}

#[cfg(feature = "ssr")]
async fn change(change: SettingsChange) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    use crate::model::session::Role;
    let (caller, ports) = caller_with(Role::Admin).or_else(fail)?;
    ports.settings.change(&caller, &change).await.map(|_| ()).or_else(fail)
}

/// The answer to what cannot be read; nobody but admins learns what is wrong with it.
#[cfg(feature = "ssr")]
async fn refuse(field: &str, why: &str) -> Result<(), AppError> {
    use super::context::{caller_with, fail};
    use crate::model::session::Role;
    caller_with(Role::Admin).or_else(fail)?;
    fail(AppError::Invalid { field: field.to_owned(), why: why.to_owned() })
}
