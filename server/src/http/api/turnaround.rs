//! How long tests took: reports against the target, the daily trend, percentiles, by label, matrix and customer.

use super::common::{CUSTOMER, DATES, KINDS, ORDER, SLA, STATE};
use super::dense;
use super::endpoint::{Ages, Call, Endpoint};
use super::moment::{self, days};
use super::params::{Kind, Param, query};
use super::problem::Problem;
use super::volume::{reports, single, total};
use crate::db::metrics::spread::{self, By, Clock, GroupRow, Histogram};
use crate::db::metrics::turnaround::{self, TurnaroundRow};
use crate::metrics::series::moving_average;
use app::model::period::Bucket;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

const TAG: &str = "Turnaround";

/// The longest moving average, in days.
const MAX_WINDOW: i64 = 366;

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let average =
        [query("moving_average_window", Kind::Int(Some(7), 1, MAX_WINDOW), "Calendar days of the moving average.")];
    let group = [query(
        "group_by",
        Kind::Choice(None, &["day", "week"]),
        "Also answer a series of means, by day or week of the report.",
    )];
    let by = [query("by", Kind::Choice(Some("label"), &["label", "matrix", "customer"]), "What tests are grouped by.")];
    let old: [&[Param]; 8] = [&REPORTED, &OLD_NAMES, &CUSTOMER, &ORDER, &STATE, &KINDS, &SLA, &group];
    vec![
        Endpoint::get(
            "/metrics/reports/overview",
            TAG,
            "Tests reported in a range, against the target.",
            &[&DATES, &CUSTOMER, &ORDER, &STATE, &KINDS, &SLA],
            reports_overview,
        )
        .ages(Ages::Never),
        Endpoint::get(
            "/metrics/tests/tat-daily",
            TAG,
            "Turnaround of reported tests, day by day, with a moving average.",
            &[&DATES, &CUSTOMER, &ORDER, &STATE, &KINDS, &SLA, &average],
            tat_daily,
        )
        .ages(Ages::Never)
        .rows("points"),
        Endpoint::get(
            "/metrics/tests/tat",
            TAG,
            "Mean, percentiles and histogram of the turnaround of tests reported in a range.",
            &old,
            tat,
        )
        .ages(Ages::Never)
        .rows("series"),
        Endpoint::get(
            "/metrics/tests/tat-breakdown",
            TAG,
            "Turnaround by label of tests created in a range.",
            &[&CREATED, &CUSTOMER, &ORDER, &STATE, &KINDS, &SLA],
            breakdown,
        )
        .ages(Ages::Never)
        .rows("breakdown"),
        Endpoint::get(
            "/metrics/tests/turnaround",
            TAG,
            "Turnaround of tests reported in a range, by label, matrix or customer.",
            &[&DATES, &CUSTOMER, &ORDER, &STATE, &KINDS, &SLA, &by],
            turnaround_by,
        )
        .ages(Ages::Never)
        .rows("groups"),
    ]
}

const REPORTED: [Param; 2] = [
    query("date_reported_from", Kind::Moment, "First moment of the report date."),
    query("date_reported_to", Kind::Moment, "Last moment of the report date; a date or midnight means the whole day."),
];

const OLD_NAMES: [Param; 2] = [
    query("date_created_from", Kind::Moment, "Old name of date_reported_from: here it bounds the report date too."),
    query("date_created_to", Kind::Moment, "Old name of date_reported_to: here it bounds the report date too."),
];

const CREATED: [Param; 2] = [
    query("date_created_from", Kind::Moment, "First moment of the creation date."),
    query("date_created_to", Kind::Moment, "Last moment of the creation date; a date or midnight means the whole day."),
];

#[derive(Debug, Serialize, ToSchema)]
struct ReportsOverview {
    /// Tests whose report date lies in the range, in whatever state.
    total_reports: i64,
    /// At or below the target.
    reports_within_sla: i64,
    /// Above the target.
    reports_beyond_sla: i64,
    /// Without a creation date, or reported before it. The three parts add up to the total.
    reports_unknown_sla: i64,
}

async fn reports_overview(call: Call) -> Result<ReportsOverview, Problem> {
    let periods = single(call.dates(), Bucket::Month);
    let rows =
        turnaround::measure(call.metrics().pool(), &call.population(), &periods, call.args.float("sla_hours")).await?;
    let part = |field: fn(&TurnaroundRow) -> i64| total(&rows).map_or(0, field);
    Ok(ReportsOverview {
        total_reports: part(reports),
        reports_within_sla: part(|row| row.within),
        reports_beyond_sla: part(|row| row.beyond),
        reports_unknown_sla: part(|row| row.undated + row.negative),
    })
}

#[derive(Debug, Serialize, ToSchema)]
struct TatDaily {
    points: Vec<TatDay>,
    /// Test-weighted mean of the calendar days of the window that end with the day; the days before the range count
    /// too. Absent where the window is one day.
    moving_average_hours: Option<Vec<TatAverage>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TatDay {
    date: NaiveDate,
    /// Mean turnaround; absent when nothing was reported.
    average_hours: Option<f64>,
    within_sla: i64,
    beyond_sla: i64,
    /// Without a creation date, or reported before it.
    unknown_sla: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct TatAverage {
    period_start: NaiveDate,
    value: f64,
}

async fn tat_daily(call: Call) -> Result<TatDaily, Problem> {
    let (who, window) = (call.population(), call.dates());
    let span = call.args.int("moving_average_window").unwrap_or(7);
    let mut db = call.metrics().pool().acquire().await?;
    let periods = single(window, Bucket::Day);
    let rows = turnaround::measure(&mut *db, &who, &periods, call.args.float("sla_hours")).await?;
    let sums = turnaround::daily(&mut *db, &who, window.starting_earlier(span - 1)).await?;
    let found = rows
        .iter()
        .filter(|row| !row.total)
        .filter_map(|row| Some((row.bucket?, (row.mean, row.within, row.beyond, row.undated + row.negative))));
    let points: Vec<TatDay> = dense::fill(found, days(window), Bucket::Day)
        .into_iter()
        .map(|(date, (average_hours, within_sla, beyond_sla, unknown_sla))| TatDay {
            date,
            average_hours,
            within_sla,
            beyond_sla,
            unknown_sla,
        })
        .collect();
    let averages = || {
        let average = |day: &TatDay| {
            let value = moving_average(&sums, day.date, span.cast_unsigned())?;
            Some(TatAverage { period_start: day.date, value })
        };
        points.iter().filter_map(average).collect::<Vec<_>>()
    };
    let moving_average_hours = (span > 1).then(averages).filter(|averages| !averages.is_empty());
    Ok(TatDaily { moving_average_hours, points })
}

#[derive(Debug, Serialize, ToSchema)]
struct Tat {
    metrics: TatMetrics,
    distribution: Vec<TatClass>,
    series: Vec<TatPoint>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TatMetrics {
    average_hours: Option<f64>,
    median_hours: Option<f64>,
    p90_hours: Option<f64>,
    p95_hours: Option<f64>,
    p99_hours: Option<f64>,
    completed_within_sla: i64,
    completed_beyond_sla: i64,
    /// Tests reported before they were created: in none of the other figures.
    negative_durations: i64,
    /// The target that was used.
    sla_hours: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct TatClass {
    label: String,
    count: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct TatPoint {
    period_start: NaiveDate,
    /// Mean turnaround; absent when nothing was reported.
    value: Option<f64>,
}

async fn tat(call: Call) -> Result<Tat, Problem> {
    let given = |name, old| call.args.moment(name).or(call.args.moment(old));
    let (from, to) = (given("date_reported_from", "date_created_from"), given("date_reported_to", "date_created_to"));
    let window = moment::window(from, to, call.metrics().laboratory().zone);
    let (who, sla_hours) = (call.population(), call.args.float("sla_hours"));
    let group = call.args.text("group_by");
    let bucket = dense::bucket(group);
    let mut db = call.metrics().pool().acquire().await?;
    let rows = turnaround::measure(&mut *db, &who, &single(window, bucket), sla_hours).await?;
    let classes = spread::histogram(&mut *db, &who, window).await?;
    let whole = total(&rows);
    let series = || {
        let found = rows.iter().filter(|row| !row.total).filter_map(|row| Some((row.bucket?, row.mean)));
        let points = dense::fill(found, days(window), bucket).into_iter();
        points.map(|(period_start, value)| TatPoint { period_start, value }).collect()
    };
    Ok(Tat {
        metrics: TatMetrics {
            average_hours: whole.and_then(|row| row.mean),
            median_hours: whole.and_then(|row| row.percentile(0)),
            p90_hours: whole.and_then(|row| row.percentile(1)),
            p95_hours: whole.and_then(|row| row.percentile(2)),
            p99_hours: whole.and_then(|row| row.percentile(3)),
            completed_within_sla: whole.map_or(0, |row| row.within),
            completed_beyond_sla: whole.map_or(0, |row| row.beyond),
            negative_durations: whole.map_or(0, |row| row.negative),
            sla_hours,
        },
        distribution: histogram(classes),
        series: group.map(|_| series()).unwrap_or_default(),
    })
}

fn histogram(classes: Histogram) -> Vec<TatClass> {
    [
        ("0-24h", classes.under_24),
        ("24-48h", classes.under_48),
        ("48-72h", classes.under_72),
        ("72-168h", classes.under_168),
        (">=168h", classes.rest),
    ]
    .map(|(label, count)| TatClass { label: label.to_owned(), count })
    .into()
}

#[derive(Debug, Serialize, ToSchema)]
struct TatBreakdown {
    breakdown: Vec<TatLabel>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TatLabel {
    label: String,
    average_hours: Option<f64>,
    median_hours: Option<f64>,
    p95_hours: Option<f64>,
    /// Tests with a usable turnaround.
    total_tests: i64,
    /// Tests reported before they were created: in none of the other figures.
    negative_durations: i64,
}

async fn breakdown(call: Call) -> Result<TatBreakdown, Problem> {
    let window = call.window("date_created_from", "date_created_to");
    let rows = grouped(&call, window, Clock::Created, By::Label).await?;
    let breakdown = rows
        .into_iter()
        .map(|row| TatLabel {
            average_hours: row.mean,
            median_hours: percentile(&row, 0),
            p95_hours: percentile(&row, 2),
            total_tests: row.measured,
            negative_durations: row.negative,
            label: row.key,
        })
        .collect();
    Ok(TatBreakdown { breakdown })
}

#[derive(Debug, Serialize, ToSchema)]
struct TurnaroundGroups {
    /// `label`, `matrix` or `customer`.
    by: String,
    sla_hours: f64,
    groups: Vec<TurnaroundGroup>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TurnaroundGroup {
    key: String,
    /// The customer's id, when grouped by customer.
    customer_id: Option<i32>,
    total_tests: i64,
    average_hours: Option<f64>,
    median_hours: Option<f64>,
    p90_hours: Option<f64>,
    p95_hours: Option<f64>,
    p99_hours: Option<f64>,
    within_sla: i64,
    beyond_sla: i64,
    /// Share within the target, 0 to 1.
    within_ratio: Option<f64>,
    negative_durations: i64,
}

async fn turnaround_by(call: Call) -> Result<TurnaroundGroups, Problem> {
    let word = call.args.text("by").unwrap_or("label");
    let by = match word {
        "matrix" => By::Matrix,
        "customer" => By::Customer,
        _ => By::Label,
    };
    let rows = grouped(&call, call.dates(), Clock::Reported, by).await?;
    let groups = rows.into_iter().map(group).collect();
    Ok(TurnaroundGroups { by: word.to_owned(), sla_hours: call.args.float("sla_hours"), groups })
}

fn group(row: GroupRow) -> TurnaroundGroup {
    TurnaroundGroup {
        customer_id: row.id,
        total_tests: row.measured,
        average_hours: row.mean,
        median_hours: percentile(&row, 0),
        p90_hours: percentile(&row, 1),
        p95_hours: percentile(&row, 2),
        p99_hours: percentile(&row, 3),
        within_sla: row.within,
        beyond_sla: row.measured - row.within,
        within_ratio: ratio(row.within, row.measured),
        negative_durations: row.negative,
        key: row.key,
    }
}

/// A share, absent when there is nothing to share.
pub(super) fn ratio(part: i64, whole: i64) -> Option<f64> {
    use crate::metrics::series::count;
    (whole > 0).then(|| count(part) / count(whole))
}

fn percentile(row: &GroupRow, at: usize) -> Option<f64> {
    row.percentiles.as_ref().and_then(|values| values.get(at)).copied()
}

async fn grouped(
    call: &Call,
    window: crate::db::metrics::Window,
    clock: Clock,
    by: By,
) -> Result<Vec<GroupRow>, Problem> {
    let sla_hours = call.args.float("sla_hours");
    Ok(spread::grouped(call.metrics().pool(), &call.population(), window, clock, by, sla_hours).await?)
}
