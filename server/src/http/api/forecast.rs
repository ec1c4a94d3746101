//! What is to come: tests to be created, and tests that will be in progress.

use super::common::{CUSTOMER, KINDS, STATE};
use super::endpoint::{Ages, Call, Endpoint};
use super::params::{Kind, query};
use super::problem::Problem;
use crate::db::metrics::process;
use crate::metrics::forecast::{Calibration, Expected};
use crate::metrics::projection;
use crate::metrics::workload::{self, Workload};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

const TAG: &str = "Mix";

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let days = [query("days", Kind::Int(Some(14), 1, 60), "Days to come.")];
    vec![
        Endpoint::get(
            "/analytics/kpis/workload-forecast",
            TAG,
            "Tests to come in, day by day, with bands and a back-test.",
            &[&CUSTOMER, &KINDS, &days],
            workload_forecast,
        )
        .ages(Ages::Daily)
        .rows("days"),
        Endpoint::get(
            "/analytics/kpis/backlog-forecast",
            TAG,
            "Tests in progress at the end of each of the next 14 days, with bands and a back-test.",
            &[&CUSTOMER, &KINDS, &STATE],
            backlog_forecast,
        )
        .rows("days"),
    ]
}

#[derive(Debug, Serialize, ToSchema)]
struct WorkloadForecast {
    /// How it is made.
    method: String,
    days: Vec<ForecastDay>,
    /// How the same method did on the last days.
    calibration: ForecastCalibration,
}

#[derive(Debug, Serialize, ToSchema)]
struct ForecastDay {
    date: NaiveDate,
    /// Tests expected: to be created, or in progress at the end of the day.
    expected: f64,
    low_80: f64,
    high_80: f64,
    low_95: f64,
    high_95: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct ForecastCalibration {
    /// Days foretold again; of a backlog, projections of fourteen days each.
    days: usize,
    /// Share inside the 80 % band.
    inside_80: f64,
    /// Share inside the 95 % band.
    inside_95: f64,
    /// Mean absolute error in tests.
    mean_absolute_error: f64,
}

async fn workload_forecast(call: Call) -> Result<WorkloadForecast, Problem> {
    let ahead = call.args.int("days").and_then(|days| u64::try_from(days).ok()).unwrap_or(14);
    let metrics = call.metrics();
    let Workload { days, calibration } =
        workload::expected(metrics.pool(), &call.population(), metrics.now_local().date(), ahead).await?;
    Ok(WorkloadForecast {
        method: "Mean of the same weekday over eight weeks; bands from the errors of such means over eight weeks."
            .to_owned(),
        days: days.into_iter().map(forecast_day).collect(),
        calibration: told(calibration),
    })
}

fn told(calibration: Calibration) -> ForecastCalibration {
    ForecastCalibration {
        days: calibration.days,
        inside_80: calibration.inside_80,
        inside_95: calibration.inside_95,
        mean_absolute_error: calibration.mean_error,
    }
}

fn forecast_day(day: Expected) -> ForecastDay {
    ForecastDay {
        date: day.day,
        expected: day.value,
        low_80: day.low_80,
        high_80: day.high_80,
        low_95: day.low_95,
        high_95: day.high_95,
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct BacklogForecast {
    /// How it is made.
    method: String,
    /// Tests in progress now.
    in_progress: i64,
    days: Vec<ForecastDay>,
    /// How the same method did before.
    calibration: ForecastCalibration,
}

async fn backlog_forecast(call: Call) -> Result<BacklogForecast, Problem> {
    let (metrics, who) = (call.metrics(), call.population());
    let finals = &metrics.laboratory().final_states;
    let wip = process::wip(metrics.pool(), &who, metrics.now(), finals).await?;
    let in_progress = wip.first().map_or(0, |total| total.tests);
    let projected = projection::expected(metrics.pool(), &who, metrics.now_local(), in_progress, finals).await?;
    Ok(BacklogForecast {
        method:
            "Tests in progress, plus what each weekday added on average over eight weeks; bands from the errors of \
                 such projections over the same distance."
                .to_owned(),
        in_progress,
        days: projected.days.into_iter().map(forecast_day).collect(),
        calibration: told(projected.calibration),
    })
}
