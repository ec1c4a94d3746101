//! The page about customers: who sends how much, how much depends on whom, how they are served.

use super::Service;
use super::scope::{self, Resolved};
use super::series::{count, dense, unsigned};
use crate::db::metrics::customer_list::{self, CustomerFiguresRow};
use crate::db::metrics::customers::Judgement;
use crate::db::metrics::volume::{self, VolumeRow};
use app::model::customers::{
    Concentration, CustomerCourse, CustomerFigures, CustomerSort, Customers, CustomersQuery, CustomersTiles,
};
use app::model::ids::CustomerId;
use app::model::overview::{Figure, Scope, TopCustomer};
use std::cmp::Ordering;

/// Customers drawn by themselves.
const DRAWN: usize = 5;

/// Customers on the curve of concentration.
const CURVE: usize = 20;

/// Everything on the page.
pub(super) async fn load(service: &Service, query: &CustomersQuery) -> sqlx::Result<Customers> {
    let filter = &query.filter;
    let laboratory = service.laboratory();
    let now = service.now();
    let now_local = now.with_timezone(&laboratory.zone).naive_local();
    let Resolved { scope, who, periods } = scope::resolve(filter, laboratory, now_local);
    let judgement = Judgement { now, sla_hours: filter.sla_hours, final_states: &laboratory.final_states };

    let mut db = service.pool().acquire().await?;
    let volume = volume::measure(&mut *db, &who, &periods).await?;
    let everyone = customer_list::everyone(&mut *db, &who, &periods, judgement).await?;
    let answering = match query.text.as_deref() {
        Some(text) => Some(customer_list::answering(&mut *db, text).await?),
        None => None,
    };
    drop(db);

    let total_tests = total(&volume, 0);
    let mut rows: Vec<CustomerFigures> = everyone
        .iter()
        .filter(|row| answering.as_ref().is_none_or(|ids| ids.binary_search(&row.id).is_ok()))
        .map(|row| figures(&scope, row, total_tests))
        .collect();
    rows.sort_by(|a, b| in_order(query.sort, query.descending, a, b));
    Ok(Customers {
        tiles: tiles(&scope, &volume, &everyone),
        courses: courses(&scope, &volume, &everyone),
        concentration: concentration(&everyone, total_tests),
        total: everyone.len() as u64,
        rows,
        scope,
    })
}

fn total(volume: &[VolumeRow], period: i32) -> i64 {
    volume.iter().find(|row| row.total && row.period == period).map_or(0, |row| row.tests)
}

fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| count(part) / count(whole))
}

fn figures(scope: &Scope, row: &CustomerFiguresRow, total_tests: i64) -> CustomerFigures {
    let percentile = |at: usize| row.percentiles.as_ref().and_then(|values| values.get(at)).copied();
    let compared = scope.previous.is_some();
    CustomerFigures {
        share: share(row.tests, total_tests),
        previous_on_time: share(row.previous_within, row.previous_measured).filter(|_| compared),
        is_new: row.is_new,
        figures: TopCustomer {
            id: CustomerId(row.id),
            name: row.name.clone(),
            orders: unsigned(row.orders),
            samples: unsigned(row.samples),
            tests: unsigned(row.tests),
            previous_tests: compared.then(|| unsigned(row.previous_tests)),
            reported: unsigned(row.reported),
            on_time: share(row.within, row.measured),
            tat_median: percentile(0),
            tat_p90: percentile(1),
            open_orders: unsigned(row.open_orders),
            late_orders: unsigned(row.late_orders),
            series: course(scope, row),
        },
    }
}

fn course(scope: &Scope, row: &CustomerFiguresRow) -> Vec<u64> {
    let buckets = row.buckets.iter().flatten().copied();
    dense(&scope.axis, buckets.zip(row.counts.iter().flatten().copied().map(unsigned)))
}

/// Values first, then what is missing, whichever way the order goes; equals by tests, then by id.
fn in_order(sort: CustomerSort, descending: bool, a: &CustomerFigures, b: &CustomerFigures) -> Ordering {
    let directed = |order: Ordering| if descending { order.reverse() } else { order };
    let key = if sort == CustomerSort::Name {
        directed(a.figures.name.to_lowercase().cmp(&b.figures.name.to_lowercase()))
    } else {
        match (measure(sort, a), measure(sort, b)) {
            (Some(one), Some(other)) => directed(one.total_cmp(&other)),
            (one, other) => other.is_some().cmp(&one.is_some()),
        }
    };
    key.then_with(|| b.figures.tests.cmp(&a.figures.tests)).then_with(|| a.figures.id.0.cmp(&b.figures.id.0))
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn measure(sort: CustomerSort, row: &CustomerFigures) -> Option<f64> {
    let one = &row.figures;
    match sort {
        CustomerSort::Tests | CustomerSort::Name => Some(one.tests as f64),
        CustomerSort::Change => {
            let before = one.previous_tests.filter(|before| *before > 0)? as f64;
            Some((one.tests as f64 - before) / before)
        }
        CustomerSort::Orders => Some(one.orders as f64),
        CustomerSort::Samples => Some(one.samples as f64),
        CustomerSort::Reported => Some(one.reported as f64),
        CustomerSort::OnTime => one.on_time,
        CustomerSort::Median => one.tat_median,
        CustomerSort::P90 => one.tat_p90,
        CustomerSort::Open => Some(one.open_orders as f64),
        CustomerSort::Late => Some(one.late_orders as f64),
    }
}

fn tiles(scope: &Scope, volume: &[VolumeRow], everyone: &[CustomerFiguresRow]) -> CustomersTiles {
    let now = |value: i64| Figure { value: Some(count(value)), ..Figure::default() };
    let sum = |field: fn(&CustomerFiguresRow) -> i64| everyone.iter().map(field).sum::<i64>();
    let new = everyone.iter().filter(|row| row.is_new).count();
    CustomersTiles {
        active: super::overview::counted(scope, volume, |row| row.customers),
        new: now(i64::try_from(new).unwrap_or(0)),
        tests: super::overview::counted(scope, volume, |row| row.tests),
        largest_share: leading(scope, volume, everyone, 1),
        five_share: leading(scope, volume, everyone, DRAWN),
        open_orders: now(sum(|row| row.open_orders)),
        late_orders: now(sum(|row| row.late_orders)),
    }
}

/// The part of the tests that so many of the largest customers sent, in each period its own largest.
fn leading(scope: &Scope, volume: &[VolumeRow], everyone: &[CustomerFiguresRow], many: usize) -> Figure {
    let of = |period: i32, field: fn(&CustomerFiguresRow) -> i64| {
        let mut tests: Vec<i64> = everyone.iter().map(field).collect();
        tests.sort_unstable_by(|a, b| b.cmp(a));
        share(tests.into_iter().take(many).sum(), total(volume, period))
    };
    Figure {
        value: of(0, |row| row.tests),
        previous: scope.previous.and_then(|_| of(1, |row| row.previous_tests)),
        ..Figure::default()
    }
}

fn courses(scope: &Scope, volume: &[VolumeRow], everyone: &[CustomerFiguresRow]) -> Vec<CustomerCourse> {
    let drawn = everyone.iter().filter(|row| row.tests > 0).take(DRAWN);
    let mut courses: Vec<CustomerCourse> = drawn
        .map(|row| CustomerCourse { customer: Some((CustomerId(row.id), row.name.clone())), tests: course(scope, row) })
        .collect();
    let all = volume.iter().filter(|row| !row.total && row.period == 0);
    let all: Vec<u64> = dense(&scope.axis, all.filter_map(|row| Some((row.bucket?, unsigned(row.tests)))));
    let drawn_at = |at: usize| courses.iter().filter_map(|one| one.tests.get(at)).sum::<u64>();
    let others: Vec<u64> = all.iter().enumerate().map(|(at, tests)| tests.saturating_sub(drawn_at(at))).collect();
    if others.iter().any(|tests| *tests > 0) {
        courses.push(CustomerCourse { customer: None, tests: others });
    }
    courses
}

fn concentration(everyone: &[CustomerFiguresRow], total_tests: i64) -> Vec<Concentration> {
    let mut sum = 0;
    let sending = everyone.iter().filter(|row| row.tests > 0).take(CURVE);
    sending
        .filter_map(|row| {
            sum += row.tests;
            Some(Concentration {
                id: CustomerId(row.id),
                name: row.name.clone(),
                tests: unsigned(row.tests),
                share: share(sum, total_tests)?,
            })
        })
        .collect()
}
