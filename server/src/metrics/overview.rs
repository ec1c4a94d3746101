//! The overview: six statements, put together on one axis.

use super::Service;
use super::scope::{self, Resolved};
use super::series::{MOVING_DAYS, count, dense, moving_average, unsigned};
use crate::db::metrics::backlog::{self, BriefingRow};
use crate::db::metrics::customers::{self, CustomerRow, Judgement};
use crate::db::metrics::labels::{self, LabelRow};
use crate::db::metrics::turnaround::{self, DaySum, TurnaroundRow};
use crate::db::metrics::volume::{self, VolumeRow};
use app::model::filter::Filter;
use app::model::ids::CustomerId;
use app::model::overview::{
    Briefing, Figure, LabelCount, NewCustomer, Overview, OverviewTiles, Scope, SlaSplit, TopCustomer, TurnaroundPoint,
    VolumePoint,
};
use chrono::{Days, NaiveDate};

/// Customers listed at most, both by volume and by novelty.
const LISTED: i64 = 10;

/// Everything on the overview.
pub(super) async fn load(service: &Service, filter: &Filter) -> sqlx::Result<Overview> {
    let laboratory = service.laboratory();
    let now = service.now();
    let now_local = now.with_timezone(&laboratory.zone).naive_local();
    let Resolved { scope, who, periods } = scope::resolve(filter, laboratory, now_local);
    let judgement = Judgement { now, sla_hours: filter.sla_hours, final_states: &laboratory.final_states };
    let look_back = periods.current.starting_earlier(MOVING_DAYS.cast_signed() - 1);

    let mut db = service.pool().acquire().await?;
    let volume = volume::measure(&mut *db, &who, &periods).await?;
    let turnaround = turnaround::measure(&mut *db, &who, &periods, filter.sla_hours).await?;
    let sums = turnaround::daily(&mut *db, &who, look_back).await?;
    let labels = labels::created(&mut *db, &who, &periods).await?;
    let customers = customers::leading(&mut *db, &who, &periods, judgement, LISTED).await?;
    let briefing = backlog::briefing(&mut *db, &who, judgement, now_local).await?;
    drop(db);

    Ok(Overview {
        briefing: brief(briefing),
        tiles: tiles(&scope, &volume, &turnaround),
        sla: sla_split(&turnaround, 0),
        previous_sla: scope.previous.map(|_| sla_split(&turnaround, 1)),
        volume: volume_points(&scope, &volume),
        turnaround: turnaround_points(&scope, &turnaround, &sums),
        labels: label_counts(&scope, labels),
        new_customer_count: customers.first().map_or(0, |row| unsigned(row.new_customers)),
        new_customers: new_customers(&customers),
        top_customers: top_customers(&scope, &customers),
        scope,
    })
}

fn tiles(scope: &Scope, volume: &[VolumeRow], turnaround: &[TurnaroundRow]) -> OverviewTiles {
    let counted = |field: fn(&VolumeRow) -> i64| counted(scope, volume, field);
    let measured = |field: fn(&TurnaroundRow) -> Option<f64>| measured(scope, turnaround, field);
    OverviewTiles {
        samples: counted(|row| row.samples),
        tests: counted(|row| row.tests),
        reported: counted(|row| row.reported),
        active_customers: counted(|row| row.customers),
        tat_mean: measured(|row| row.mean),
        tat_median: measured(|row| row.percentile(0)),
        tat_p90: measured(|row| row.percentile(1)),
    }
}

/// A figure that counts: where nothing is found it is zero.
pub(super) fn counted(scope: &Scope, rows: &[VolumeRow], field: fn(&VolumeRow) -> i64) -> Figure {
    let total = |period| rows.iter().find(|row| row.total && row.period == period).map_or(0, field);
    let series = |period| {
        let found = rows.iter().filter(|row| !row.total && row.period == period);
        dense(&scope.axis, found.filter_map(|row| Some((row.bucket?, field(row)))))
            .into_iter()
            .map(|value| Some(count(value)))
            .collect()
    };
    Figure {
        value: Some(count(total(0))),
        previous: scope.previous.map(|_| count(total(1))),
        series: series(0),
        previous_series: scope.previous.map(|_| series(1)).unwrap_or_default(),
    }
}

/// A figure that measures: where nothing is found it is absent.
pub(super) fn measured(scope: &Scope, rows: &[TurnaroundRow], field: fn(&TurnaroundRow) -> Option<f64>) -> Figure {
    let total = |period| rows.iter().find(|row| row.total && row.period == period).and_then(field);
    let series = |period| {
        let found = rows.iter().filter(|row| !row.total && row.period == period);
        dense(&scope.axis, found.filter_map(|row| Some((row.bucket?, field(row)))))
    };
    Figure {
        value: total(0),
        previous: scope.previous.and_then(|_| total(1)),
        series: series(0),
        previous_series: scope.previous.map(|_| series(1)).unwrap_or_default(),
    }
}

fn sla_split(rows: &[TurnaroundRow], period: i32) -> SlaSplit {
    rows.iter().find(|row| row.total && row.period == period).map_or_else(SlaSplit::default, |row| SlaSplit {
        within: unsigned(row.within),
        beyond: unsigned(row.beyond),
        unknown: unsigned(row.undated + row.negative),
    })
}

fn volume_points(scope: &Scope, rows: &[VolumeRow]) -> Vec<VolumePoint> {
    let series = |period| {
        let found = rows.iter().filter(move |row| !row.total && row.period == period);
        dense(
            &scope.axis,
            found.filter_map(|row| Some((row.bucket?, [row.samples, row.tests, row.reported].map(unsigned)))),
        )
    };
    let before = series(1);
    let point = |([samples, tests, reported], before): ([u64; 3], [u64; 3])| VolumePoint {
        samples,
        tests,
        reported,
        previous_tests: scope.previous.map(|_| before[1]),
    };
    series(0).into_iter().zip(before).map(point).collect()
}

pub(super) fn turnaround_points(scope: &Scope, rows: &[TurnaroundRow], sums: &[DaySum]) -> Vec<TurnaroundPoint> {
    let mut points: Vec<TurnaroundPoint> = scope
        .axis
        .iter()
        .map(|start| TurnaroundPoint {
            moving_average: moving_average(sums, last_day(scope, *start), MOVING_DAYS),
            ..TurnaroundPoint::default()
        })
        .collect();
    for row in rows.iter().filter(|row| !row.total) {
        let place = row.bucket.and_then(|bucket| super::series::position(&scope.axis, bucket));
        let Some(point) = place.and_then(|at| points.get_mut(at)) else { continue };
        if row.period == 0 {
            point.mean = row.mean;
            point.median = row.percentile(0);
            point.p90 = row.percentile(1);
            point.within = unsigned(row.within);
            point.beyond = unsigned(row.beyond);
        } else {
            point.previous_median = row.percentile(0);
        }
    }
    points
}

/// The last day of the range in the bucket that starts at `start`.
fn last_day(scope: &Scope, start: NaiveDate) -> NaiveDate {
    let end = scope.bucket.next(start).checked_sub_days(Days::new(1)).unwrap_or(start);
    end.min(scope.days.to)
}

pub(super) fn label_counts(scope: &Scope, rows: Vec<LabelRow>) -> Vec<LabelCount> {
    rows.into_iter()
        .filter(|row| row.tests > 0)
        .map(|row| LabelCount {
            label: row.label,
            title: row.title,
            tests: unsigned(row.tests),
            previous: scope.previous.map(|_| unsigned(row.previous)),
        })
        .collect()
}

fn new_customers(rows: &[CustomerRow]) -> Vec<NewCustomer> {
    let mut new: Vec<&CustomerRow> = rows.iter().filter(|row| row.new.is_some()).collect();
    new.sort_by_key(|row| row.new);
    new.into_iter()
        .filter_map(|row| {
            Some(NewCustomer {
                id: CustomerId(row.id),
                name: row.name.clone(),
                since: row.created_local?.date(),
                orders: unsigned(row.orders),
                tests: unsigned(row.tests),
            })
        })
        .collect()
}

fn top_customers(scope: &Scope, rows: &[CustomerRow]) -> Vec<TopCustomer> {
    rows.iter()
        .filter(|row| row.top.is_some())
        .map(|row| {
            let percentile = |at: usize| row.percentiles.as_ref().and_then(|values| values.get(at)).copied();
            let buckets = row.buckets.iter().flatten().copied();
            let counts = row.counts.iter().flatten().copied().map(unsigned);
            TopCustomer {
                id: CustomerId(row.id),
                name: row.name.clone(),
                orders: unsigned(row.orders),
                samples: unsigned(row.samples),
                tests: unsigned(row.tests),
                previous_tests: scope.previous.map(|_| unsigned(row.previous_tests)),
                reported: unsigned(row.reported),
                on_time: (row.measured > 0).then(|| count(row.within) / count(row.measured)),
                tat_median: percentile(0),
                tat_p90: percentile(1),
                open_orders: unsigned(row.open_orders),
                late_orders: unsigned(row.late_orders),
                series: dense(&scope.axis, buckets.zip(counts)),
            }
        })
        .collect()
}

fn brief(row: BriefingRow) -> Briefing {
    Briefing {
        open_orders: unsigned(row.open_orders),
        late: unsigned(row.late),
        newly_late: unsigned(row.newly_late),
        at_risk: unsigned(row.at_risk),
        ready_samples: unsigned(row.ready_samples),
        slowest: row.slowest_label.zip(row.slowest_hours),
    }
}
