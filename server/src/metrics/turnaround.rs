//! The page about turnaround: one measure on two clocks, its shape, course, groups and slowest records.

use super::Service;
use super::control;
use super::overview::{measured, turnaround_points};
use super::scope::{self, Resolved};
use super::series::{count, dense, unsigned};
use super::stages::waterfall;
use crate::db::metrics::slow::{self, CustomerQuery, ReportedOrder};
use crate::db::metrics::stages;
use crate::db::metrics::timed::{self, BinRow, Timed, TimedGroupRow};
use crate::db::metrics::turnaround::TurnaroundRow;
use crate::db::metrics::{Population, Window};
use app::model::ids::{CustomerId, OrderId};
use app::model::overview::{Figure, Scope, TurnaroundPoint};
use app::model::turnaround::{
    CurvePoint, DurationBin, GroupFigures, Limits, Measured, SlowOrder, SlowOrders, Subject, TimeClock, Turnaround,
    TurnaroundQuery, TurnaroundTiles,
};

/// Orders listed at most.
const LISTED: i64 = 50;

/// Bins beside the open one at most.
const BINS: f64 = 24.0;

/// Widths of bins in hours; up to two days all of them divide or are divided by whole days.
const WIDTHS: [f64; 14] = [0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0, 48.0, 168.0, 720.0, 8_760.0];

/// Everything on the page.
pub(super) async fn load(service: &Service, query: &TurnaroundQuery) -> sqlx::Result<Turnaround> {
    let filter = &query.filter;
    let Resolved { scope, who, periods } = scope::resolve(filter, service.laboratory(), service.now_local());
    let what = Timed { kind: query.subject.slug(), working: query.clock == TimeClock::Working };

    let mut db = service.pool().acquire().await?;
    let rows = timed::measure(&mut *db, what, &who, &periods, filter.sla_hours).await?;
    let curve = timed::curve(&mut *db, what, &who, periods.current).await?;
    let previous = match scope.previous {
        Some(_) => timed::curve(&mut *db, what, &who, periods.previous).await?,
        None => None,
    };
    let edges = edges(total(&rows, 0).and_then(|row| row.percentile(3)), filter.sla_hours);
    let bins = timed::bins(&mut *db, what, &who, periods.current, &edges).await?;
    let groups = timed::grouped(&mut *db, what, &who, &periods, query.grouping().slug(), filter.sla_hours).await?;
    let slowest = slowest(&mut db, query, &who, periods.current).await?;
    let stages = stages::stages(&mut *db, what.kind, &who, periods.current).await?;
    drop(db);

    let points = turnaround_points(&scope, &rows, &[]);
    Ok(Turnaround {
        tiles: tiles(&scope, &rows),
        measured: split(&rows),
        bins: histogram(&edges, &bins),
        curve: cumulative(curve, previous),
        median_limits: limits(&scope, &points, |point| point.median),
        p90_limits: limits(&scope, &points, |point| point.p90),
        points,
        groups: groups.into_iter().map(|row| group(&scope, row)).collect(),
        slowest: slow_orders(slowest, query.outlier_hours),
        stages: waterfall(query.subject, stages),
        scope,
    })
}

/// The slowest reported orders. The state of the filter is that of the subject, so it counts only where that is orders.
async fn slowest(
    db: &mut sqlx::PgConnection,
    query: &TurnaroundQuery,
    who: &Population,
    window: Window,
) -> sqlx::Result<Vec<ReportedOrder>> {
    let state = who.state.clone().filter(|_| query.subject == Subject::Orders);
    let who = Population { state, ..who.clone() };
    slow::reported(db, &who, &CustomerQuery::default(), window, query.least_hours, LISTED).await
}

fn total(rows: &[TurnaroundRow], period: i32) -> Option<&TurnaroundRow> {
    rows.iter().find(|row| row.total && row.period == period)
}

fn ended(row: &TurnaroundRow) -> i64 {
    row.measured + row.undated + row.negative
}

fn on_time(row: &TurnaroundRow) -> Option<f64> {
    (row.measured > 0).then(|| count(row.within) / count(row.measured))
}

fn tiles(scope: &Scope, rows: &[TurnaroundRow]) -> TurnaroundTiles {
    let measured = |field: fn(&TurnaroundRow) -> Option<f64>| measured(scope, rows, field);
    TurnaroundTiles {
        ended: counted(scope, rows),
        on_time: measured(on_time),
        mean: measured(|row| row.mean),
        median: measured(|row| row.percentile(0)),
        p90: measured(|row| row.percentile(1)),
        p95: measured(|row| row.percentile(2)),
        p99: measured(|row| row.percentile(3)),
    }
}

/// What ended; where nothing did it is zero.
fn counted(scope: &Scope, rows: &[TurnaroundRow]) -> Figure {
    let whole = |period| count(total(rows, period).map_or(0, ended));
    let series = |period| {
        let found = rows.iter().filter(|row| !row.total && row.period == period);
        let laid = dense(&scope.axis, found.filter_map(|row| Some((row.bucket?, ended(row)))));
        laid.into_iter().map(|many| Some(count(many))).collect()
    };
    Figure {
        value: Some(whole(0)),
        previous: scope.previous.map(|_| whole(1)),
        series: series(0),
        previous_series: scope.previous.map(|_| series(1)).unwrap_or_default(),
    }
}

fn split(rows: &[TurnaroundRow]) -> Measured {
    total(rows, 0).map_or_else(Measured::default, |row| Measured {
        within: unsigned(row.within),
        beyond: unsigned(row.beyond),
        undated: unsigned(row.undated),
        negative: unsigned(row.negative),
    })
}

/// Upper edges of the bins: up to the 99th percentile, and up to the target unless that lies far beyond it.
fn edges(p99: Option<f64>, sla_hours: f64) -> Vec<f64> {
    let Some(p99) = p99 else { return Vec::new() };
    let reach = if sla_hours <= 3.0 * p99 { p99.max(sla_hours) } else { p99 };
    let width = WIDTHS.into_iter().find(|width| reach / width <= BINS).unwrap_or(reach / BINS);
    let mut edges = vec![width];
    while edges.len() < 24 && edges.last().is_some_and(|edge| *edge < reach) {
        edges.push(width * f64::from(u32::try_from(edges.len() + 1).unwrap_or(u32::MAX)));
    }
    edges
}

fn histogram(edges: &[f64], rows: &[BinRow]) -> Vec<DurationBin> {
    let many = |from_end: usize| {
        let found = rows.iter().find(|row| usize::try_from(row.from_end) == Ok(from_end));
        unsigned(found.map_or(0, |row| row.count))
    };
    let lower = |at: usize| at.checked_sub(1).and_then(|before| edges.get(before)).copied().unwrap_or(0.0);
    let mut bins: Vec<DurationBin> = edges
        .iter()
        .enumerate()
        .map(|(at, edge)| DurationBin { over: lower(at), upto: Some(*edge), count: many(edges.len() - at) })
        .collect();
    if let (Some(last), beyond @ 1..) = (edges.last(), many(0)) {
        bins.push(DurationBin { over: *last, upto: None, count: beyond });
    }
    bins
}

fn cumulative(curve: Option<Vec<f64>>, previous: Option<Vec<f64>>) -> Vec<CurvePoint> {
    let earlier = |at: usize| previous.as_ref().and_then(|values| values.get(at)).copied();
    let point = |(at, hours): (usize, f64)| CurvePoint {
        share: f64::from(u32::try_from(at).unwrap_or(0)) / 50.0,
        hours,
        previous: earlier(at),
    };
    curve.unwrap_or_default().into_iter().enumerate().map(point).collect()
}

fn limits(scope: &Scope, points: &[TurnaroundPoint], of: fn(&TurnaroundPoint) -> Option<f64>) -> Option<Limits> {
    let complete = scope.axis.iter().zip(points).filter(|(start, _)| !scope.is_unfinished(**start));
    control::limits(complete.map(|(_, point)| of(point)))
}

fn group(scope: &Scope, row: TimedGroupRow) -> GroupFigures {
    let percentile = |at: usize| row.percentiles.as_ref().and_then(|values| values.get(at)).copied();
    GroupFigures {
        customer: row.id.map(CustomerId),
        ended: unsigned(row.ended),
        measured: unsigned(row.measured),
        within: unsigned(row.within),
        mean: row.mean,
        median: percentile(0),
        p90: percentile(1),
        previous_median: scope.previous.and(row.previous_median),
        key: row.key,
    }
}

fn slow_orders(rows: Vec<ReportedOrder>, outlier_hours: f64) -> SlowOrders {
    let first = rows.first();
    SlowOrders {
        total: first.map_or(0, |row| unsigned(row.total)),
        mean: first.map(|row| row.mean),
        p95: first.map(|row| row.p95),
        rows: rows
            .into_iter()
            .map(|row| SlowOrder {
                id: OrderId(row.id),
                reference: row.reference,
                customer: row.customer,
                created: row.created_local,
                reported: row.reported_local,
                samples: unsigned(row.samples.into()),
                tests: unsigned(row.tests.into()),
                hours: row.open_hours,
                outlier: row.open_hours >= outlier_hours,
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_reach_the_last_percentile_and_the_target_where_that_is_near() {
        assert_eq!(edges(Some(40.0), 48.0).last(), Some(&48.0));
        let quarters: Vec<f64> = (1..=20).map(|n| f64::from(n) / 4.0).collect();
        assert_eq!(edges(Some(5.0), 48.0), quarters, "the target is far beyond");
        assert_eq!(edges(Some(0.0), 48.0), [0.25]);
        assert!(edges(Some(1e9), 48.0).len() <= 24);
        assert!(edges(None, 48.0).is_empty());
    }

    #[test]
    fn a_bin_holds_its_upper_edge_and_what_lies_beyond_has_one_of_its_own() {
        let rows = [BinRow { from_end: 0, count: 1 }, BinRow { from_end: 2, count: 4 }];
        let bins = histogram(&[24.0, 48.0], &rows);
        let brief: Vec<_> = bins.iter().map(|bin| (bin.over, bin.upto, bin.count)).collect();
        assert_eq!(brief, [(0.0, Some(24.0), 4), (24.0, Some(48.0), 0), (48.0, None, 1)]);
    }
}
