//! The page about operations: the statements of REST, put together on one axis.

use super::Service;
use super::forecast::{Calibration, Expected};
use super::little;
use super::overview::counted;
use super::scope::{self, Resolved, instant};
use super::series::{count, dense, unsigned};
use super::{projection, workload};
use crate::db::metrics::batches::{self, StaleBatch as StaleRow};
use crate::db::metrics::flow::{self, FlowRow, FunnelRow};
use crate::db::metrics::operations::{self, ArrivalRow, CompletedRow};
use crate::db::metrics::process::{self, WipRow};
use crate::db::metrics::slow::{self, SlowOrder as SlowRow};
use crate::db::metrics::volume::{self, VolumeRow};
use crate::db::metrics::{Periods, Window};
use app::model::filter::Filter;
use app::model::ids::{AssayId, BatchId, OrderId};
use app::model::operations::{
    BatchLoad, CycleTime, ExpectedDay, FlowPoint, Little, Operations, OperationsTiles, OrderFunnel, Outlook,
    STALE_BATCH_HOURS, SlowOrder, StaleBatch, WipState,
};
use app::model::overview::{Figure, Scope};
use chrono::NaiveTime;

/// Days foretold.
const AHEAD: u64 = 14;

/// Slowest orders listed.
const SLOWEST: i64 = 10;

/// Stale batches listed.
const STALE: i64 = 20;

/// Everything on the page.
pub(super) async fn load(service: &Service, filter: &Filter) -> sqlx::Result<Operations> {
    let laboratory = service.laboratory();
    let (now, now_local) = (service.now(), service.now_local());
    let Resolved { scope, who, periods } = scope::resolve(filter, laboratory, now_local);
    let window = periods.current;
    let finals = &laboratory.final_states;
    let before = Periods { current: periods.previous, ..periods };
    let pool = service.pool();

    let mut db = pool.acquire().await?;
    let volume = volume::measure(&mut *db, &who, &periods).await?;
    let completed = operations::completed(&mut *db, &who, &periods).await?;
    let orders = flow::orders(&mut *db, &who, &periods).await?;
    let samples = flow::samples(&mut *db, &who, &periods).await?;
    let samples_before = match scope.previous {
        Some(_) => flow::samples(&mut *db, &who, &before).await?,
        None => Vec::new(),
    };
    let funnel = flow::funnel(&mut *db, &who, window).await?;
    let wip = process::wip(&mut *db, &who, now, finals).await?;
    let arrivals = operations::arrivals(&mut *db, &who, window).await?;
    let loads = batches::by_period(&mut *db, window, periods.bucket).await?;
    let assays = batches::by_assay(&mut *db, window).await?;
    let stale = batches::stale(&mut *db, now, STALE_BATCH_HOURS, finals, STALE).await?;
    let until = window.until.map_or(now, |until| instant(until, laboratory.zone)).min(now);
    let slowest = slow::created(&mut *db, who.customer, who.state.as_deref(), window, until, SLOWEST).await?;
    drop(db);
    let from = instant(scope.days.from.and_time(NaiveTime::MIN), laboratory.zone);
    let little = little::check(pool, &who, from, until.max(from)).await?;
    let little_before = match scope.previous {
        Some(_) => of_window(service, &who, periods.previous).await?,
        None => Little::default(),
    };
    let workload = workload::expected(pool, &who, now_local.date(), AHEAD).await?;

    let (wip_total, wip_states) = work_in_progress(wip);
    let open = i64::try_from(wip_total.tests).unwrap_or(i64::MAX);
    let backlog = projection::expected(pool, &who, now_local, open, finals).await?;
    let tiles = OperationsTiles {
        received: counted(&scope, &volume, |row| row.tests),
        reported: counted(&scope, &volume, |row| row.reported),
        completed: completed_figure(&scope, &completed),
        in_progress: Figure { value: Some(whole(wip_total.tests)), ..Figure::default() },
        cycle_mean: cycle_figure(&scope, &samples, &samples_before),
        little: Figure { value: little.ratio, previous: scope.previous.and(little_before.ratio), ..Figure::default() },
    };
    Ok(Operations {
        tiles,
        flow: flow_points(&scope, &volume, &completed, &orders),
        wip: wip_total,
        wip_states,
        cycle: cycle_points(&scope, &samples),
        cycle_matrices: cycle_matrices(&samples),
        funnel: order_funnel(funnel),
        slowest: slowest.into_iter().map(slow_order).collect(),
        arrivals: week(&arrivals),
        little,
        batches: batch_points(&scope, loads),
        batch_assays: assays.into_iter().map(batch_load).collect(),
        stale_total: stale.first().map_or(0, |row| unsigned(row.total)),
        stale: stale.into_iter().map(stale_batch).collect(),
        outlook: outlook(workload.days, workload.calibration),
        backlog: outlook(backlog.days, backlog.calibration),
        scope,
    })
}

async fn of_window(service: &Service, who: &crate::db::metrics::Population, window: Window) -> sqlx::Result<Little> {
    let zone = service.laboratory().zone;
    match (window.from, window.until) {
        (Some(from), Some(until)) if from < until => {
            little::check(service.pool(), who, instant(from, zone), instant(until, zone)).await
        }
        _ => Ok(Little::default()),
    }
}

fn whole(value: u64) -> f64 {
    count(i64::try_from(value).unwrap_or(i64::MAX))
}

fn completed_figure(scope: &Scope, rows: &[CompletedRow]) -> Figure {
    let total = |period| rows.iter().find(|row| row.total && row.period == period).map_or(0, |row| row.tests);
    let series = |period| {
        dense(&scope.axis, completed_buckets(rows, period)).into_iter().map(|tests| Some(count(tests))).collect()
    };
    Figure {
        value: Some(count(total(0))),
        previous: scope.previous.map(|_| count(total(1))),
        series: series(0),
        previous_series: scope.previous.map(|_| series(1)).unwrap_or_default(),
    }
}

fn completed_buckets(rows: &[CompletedRow], period: i32) -> impl Iterator<Item = (chrono::NaiveDate, i64)> {
    let found = rows.iter().filter(move |row| !row.total && row.period == period);
    found.filter_map(|row| Some((row.bucket?, row.tests)))
}

fn cycle_figure(scope: &Scope, rows: &[FlowRow], before: &[FlowRow]) -> Figure {
    let total = |rows: &[FlowRow]| rows.iter().find(|row| row.total).and_then(|row| row.mean);
    Figure {
        value: total(rows),
        previous: scope.previous.and_then(|_| total(before)),
        series: cycle_points(scope, rows).into_iter().map(|point| point.mean).collect(),
        previous_series: Vec::new(),
    }
}

fn flow_points(scope: &Scope, volume: &[VolumeRow], completed: &[CompletedRow], orders: &[FlowRow]) -> Vec<FlowPoint> {
    let found = volume.iter().filter(|row| !row.total && row.period == 0);
    let tests = dense(&scope.axis, found.filter_map(|row| Some((row.bucket?, (row.tests, row.reported)))));
    let completed = dense(&scope.axis, completed_buckets(completed, 0));
    let found = orders.iter().filter(|row| !row.total);
    let orders =
        dense(&scope.axis, found.filter_map(|row| Some((row.bucket?, (row.created, row.completed, row.mean)))));
    tests
        .into_iter()
        .zip(completed)
        .zip(orders)
        .map(|(((created, reported), completed), (orders, done, order_hours))| FlowPoint {
            tests_created: unsigned(created),
            tests_completed: unsigned(completed),
            tests_reported: unsigned(reported),
            orders_created: unsigned(orders),
            orders_completed: unsigned(done),
            order_hours,
        })
        .collect()
}

fn cycle_time(row: &FlowRow) -> CycleTime {
    CycleTime { samples: unsigned(row.completed), mean: row.mean, median: row.median }
}

fn cycle_points(scope: &Scope, rows: &[FlowRow]) -> Vec<CycleTime> {
    dense(&scope.axis, rows.iter().filter_map(|row| Some((row.bucket?, cycle_time(row)))))
}

fn cycle_matrices(rows: &[FlowRow]) -> Vec<(String, CycleTime)> {
    let mut found: Vec<_> = rows.iter().filter_map(|row| Some((row.matrix.clone()?, cycle_time(row)))).collect();
    found.sort_by(|a, b| b.1.samples.cmp(&a.1.samples).then_with(|| a.0.cmp(&b.0)));
    found
}

fn work_in_progress(rows: Vec<WipRow>) -> (WipState, Vec<WipState>) {
    let mut states = rows.into_iter().map(|row| WipState {
        state: row.state,
        tests: unsigned(row.tests),
        ages: std::array::from_fn(|at| row.ages.get(at).map_or(0, |tests| unsigned(*tests))),
        median: row.median,
        p90: row.p90,
        oldest: row.oldest,
    });
    let total = states.next().unwrap_or_default();
    (total, states.collect())
}

fn order_funnel(row: FunnelRow) -> OrderFunnel {
    OrderFunnel {
        created: unsigned(row.created),
        received: unsigned(row.received),
        completed: unsigned(row.completed),
        reported: unsigned(row.reported),
        on_hold: unsigned(row.on_hold),
        to_received: row.to_received,
        to_completed: row.to_completed,
        to_reported: row.to_reported,
    }
}

fn slow_order(row: SlowRow) -> SlowOrder {
    SlowOrder {
        id: OrderId(row.id),
        number: row.reference,
        customer: row.customer,
        state: row.state,
        completion_hours: row.completion_hours,
        age_hours: row.age_hours,
    }
}

fn week(rows: &[ArrivalRow]) -> Vec<[u64; 24]> {
    let mut week = vec![[0; 24]; 7];
    for row in rows {
        let place = usize::try_from(row.weekday - 1).ok().zip(usize::try_from(row.hour).ok());
        let cell = place.and_then(|(day, hour)| week.get_mut(day)?.get_mut(hour));
        if let Some(cell) = cell {
            *cell = unsigned(row.orders);
        }
    }
    week
}

fn batch_load(row: batches::BatchLoad) -> BatchLoad {
    BatchLoad {
        assay: row.assay.map(AssayId),
        title: row.title.or(row.label),
        batches: unsigned(row.batches),
        complete: unsigned(row.complete),
        tests: unsigned(row.tests),
        samples: unsigned(row.samples),
        fill: (row.batches > 0).then(|| count(row.tests) / count(row.batches)),
    }
}

fn batch_points(scope: &Scope, rows: Vec<batches::BatchLoad>) -> Vec<BatchLoad> {
    dense(&scope.axis, rows.into_iter().filter_map(|row| Some((row.bucket?, batch_load(row)))))
}

fn stale_batch(row: StaleRow) -> StaleBatch {
    StaleBatch {
        id: BatchId(row.id),
        name: row.name,
        assay: row.assay,
        state: row.state,
        created: row.created_local,
        idle_hours: row.idle_hours,
        tests: u64::try_from(row.tests).unwrap_or(0),
    }
}

fn outlook(days: Vec<Expected>, calibration: Calibration) -> Outlook {
    let day = |day: Expected| ExpectedDay {
        day: day.day,
        value: day.value,
        band_80: (day.low_80, day.high_80),
        band_95: (day.low_95, day.high_95),
    };
    Outlook {
        days: days.into_iter().map(day).collect(),
        tested_days: calibration.days as u64,
        inside_80: calibration.inside_80,
        inside_95: calibration.inside_95,
        mean_error: calibration.mean_error,
    }
}
