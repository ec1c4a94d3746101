//! Settings of the laboratory: read and changed by administrators.

use super::endpoint::{Call, Endpoint};
use super::params::{Kind, field};
use super::problem::{Fault, Problem};
use app::error::AppError;
use app::model::session::Role;
use app::model::settings::{DayHours, Holiday, HolidayChange, LabSettings, SettingsChange};
use app::ports::Caller;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};
use utoipa::ToSchema;

const TAG: &str = "Settings";

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let changes = [
        field("name", Kind::Name(0), "The laboratory's name."),
        field("time_zone", Kind::Text(0), "The zone of days, weeks and ranges: an IANA name such as America/Denver."),
        field("language", Kind::Choice(None, &["en", "es", "browser"]), "The language of those who have chosen none."),
        field("sla_hours", Kind::Float(None, 0.01, 87_600.0), "The turnaround target where a view asks for no other."),
        field("final_states", Kind::List("string", 1, 50), "The states that end an order: all of them, 1 to 50."),
        field("working_hours", Kind::List("WorkingDay", 1, 7), "The whole week; days that are not named have no work."),
        field("holidays", Kind::List("FreeDay", 0, 1000), "Days without work: these and no others."),
    ];
    vec![
        Endpoint::get("/settings", TAG, "What is set about the laboratory; admins only.", &[], read),
        Endpoint::get(
            "/settings",
            TAG,
            "Changes what is given, at once and everywhere; admins only.",
            &[&changes],
            change,
        )
        .patch(),
    ]
}

/// The working hours of a weekday.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkingDay {
    /// 1 (Monday) to 7 (Sunday).
    #[schema(minimum = 1, maximum = 7)]
    weekday: u8,
    /// When work begins: `08:00`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    opens: String,
    /// When it ends: `17:00`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    closes: String,
}

/// A day without work.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FreeDay {
    /// The day: `2026-12-25`.
    #[schema(value_type = String, format = Date)]
    day: chrono::NaiveDate,
    /// What it is called.
    #[serde(default)]
    #[schema(max_length = 100, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    name: String,
}

/// A field that the environment has set.
#[derive(Debug, Serialize, ToSchema)]
struct HeldField {
    field: String,
    variable: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct LaboratorySettings {
    name: String,
    /// The zone that the copy speaks of.
    time_zone: String,
    /// A zone that takes effect when the running synchronisation has ended.
    coming_time_zone: Option<String>,
    /// `en`, `es` or `browser`.
    language: String,
    sla_hours: f64,
    final_states: Vec<String>,
    working_hours: Vec<WorkingDay>,
    holidays: Vec<FreeDay>,
    /// What the environment has set; it cannot be changed here.
    held: Vec<HeldField>,
}

fn told(settings: LabSettings) -> LaboratorySettings {
    let working = |day: DayHours| WorkingDay {
        weekday: day.weekday,
        opens: day.opens.format("%H:%M").to_string(),
        closes: day.closes.format("%H:%M").to_string(),
    };
    LaboratorySettings {
        name: settings.name,
        time_zone: settings.time_zone,
        coming_time_zone: settings.coming_zone,
        language: settings.language.map_or("browser", app::i18n::Lang::tag).to_owned(),
        sla_hours: settings.sla_hours,
        final_states: settings.final_states,
        working_hours: settings.working_hours.into_iter().map(working).collect(),
        holidays: settings.holidays.into_iter().map(|day| FreeDay { day: day.day, name: day.name }).collect(),
        held: settings.held.into_iter().map(|(field, variable)| HeldField { field, variable }).collect(),
    }
}

async fn read(call: Call) -> Result<LaboratorySettings, Problem> {
    if call.user()?.role < Role::Admin {
        return Err(Problem::App(AppError::Forbidden));
    }
    Ok(told(call.state.settings.settings().await?))
}

async fn change(call: Call) -> Result<LaboratorySettings, Problem> {
    let user = call.acting(Role::Admin)?.clone();
    let text = |name| call.args.text(name).map(str::to_owned);
    let change = SettingsChange {
        name: text("name"),
        time_zone: text("time_zone"),
        language: text("language"),
        sla_hours: call.args.given_float("sla_hours"),
        final_states: list(&call, "final_states")?,
        working_hours: working_hours(&call)?,
        holidays: list::<FreeDay>(&call, "holidays")?.map(|days| {
            HolidayChange::Only(days.into_iter().map(|day| Holiday { day: day.day, name: day.name }).collect())
        }),
    };
    let address = call.source.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let caller = Caller { user, session: None, address };
    match call.state.settings.change(&caller, &change).await {
        Ok(settings) => Ok(told(settings)),
        Err(AppError::Invalid { field, why }) => Err(fault(&field, &why)),
        Err(error) => Err(error.into()),
    }
}

fn working_hours(call: &Call) -> Result<Option<Vec<DayHours>>, Problem> {
    let Some(days) = list::<WorkingDay>(call, "working_hours")? else { return Ok(None) };
    let read = |day: WorkingDay| match (day.opens.parse(), day.closes.parse()) {
        (Ok(opens), Ok(closes)) => Ok(DayHours { weekday: day.weekday, opens, closes }),
        _ => Err(fault("working_hours", "times such as 08:00 are expected")),
    };
    days.into_iter().map(read).collect::<Result<_, _>>().map(Some)
}

fn list<T: DeserializeOwned>(call: &Call, name: &str) -> Result<Option<Vec<T>>, Problem> {
    let Some(json) = call.args.list(name) else { return Ok(None) };
    serde_json::from_value(json.clone()).map(Some).map_err(|error| fault(name, &error.to_string()))
}

fn fault(field: &str, why: &str) -> Problem {
    Problem::Invalid(vec![Fault {
        kind: "value_error",
        loc: ["body".into(), field.to_owned().into()],
        msg: format!("Value error, {why}"),
        input: None,
        ctx: None,
    }])
}
