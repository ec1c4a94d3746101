//! The tables of the page about operations, for its cards and for exports.

use crate::components::state_name;
use crate::format;
use crate::i18n::Lang;
use crate::model::operations::{
    BatchLoad, CycleTime, FlowPoint, Little, OrderFunnel, Outlook, SlowOrder, StaleBatch, WipState,
};
use crate::model::overview::Scope;
use crate::model::sheet::{Cell, ColumnKind, Sheet};

const NUMBER: ColumnKind = ColumnKind::Number;
const HOURS: ColumnKind = ColumnKind::Hours;

/// What went through, by bucket.
#[must_use]
pub fn flow(points: &[FlowPoint], scope: &Scope, lang: Lang) -> Sheet {
    let columns = [
        (lang.period_column(), ColumnKind::Day),
        (lang.tests_received(), NUMBER),
        (lang.ops_completed(), NUMBER),
        (lang.tests_reported(), NUMBER),
        (lang.ops_orders_created(), NUMBER),
        (lang.ops_orders_completed(), NUMBER),
        (lang.ops_order_hours(), HOURS),
    ];
    let row = |(start, point): (_, &FlowPoint)| {
        vec![
            Cell::Bucket(scope.bucket, start),
            Cell::Count(point.tests_created),
            Cell::Count(point.tests_completed),
            Cell::Count(point.tests_reported),
            Cell::Count(point.orders_created),
            Cell::Count(point.orders_completed),
            Cell::hours(point.order_hours),
        ]
    };
    Sheet::new(lang.ops_throughput(), &columns).with_rows(scope.axis.iter().copied().zip(points).map(row))
}

/// The headings of the ages of work in progress.
pub(super) const fn ages(lang: Lang) -> [&'static str; 5] {
    [lang.ops_age_first(), lang.ops_age_second(), lang.ops_age_third(), lang.ops_age_fourth(), lang.ops_age_last()]
}

/// Work in progress by state and age, the total last.
#[must_use]
pub fn wip(total: &WipState, states: &[WipState], lang: Lang) -> Sheet {
    let mut columns = vec![(lang.state(), ColumnKind::Text), (lang.tests(), NUMBER)];
    columns.extend(ages(lang).map(|name| (name, NUMBER)));
    columns.extend([lang.ops_median_age(), lang.ops_p90_age(), lang.ops_oldest()].map(|name| (name, HOURS)));
    let row = |row: &WipState| {
        let name = row.state.as_deref().map_or_else(|| lang.total().into(), |state| state_name(state, lang));
        let mut cells = vec![Cell::Text(name.into_owned()), Cell::Count(row.tests)];
        cells.extend(row.ages.map(Cell::Count));
        cells.extend([row.median, row.p90, row.oldest].map(Cell::hours));
        cells
    };
    Sheet::new(lang.ops_wip(), &columns).with_rows(states.iter().chain([total]).map(row))
}

/// Cycle time by bucket.
#[must_use]
pub fn cycle(points: &[CycleTime], scope: &Scope, lang: Lang) -> Sheet {
    let columns = [
        (lang.period_column(), ColumnKind::Day),
        (lang.samples(), NUMBER),
        (lang.ops_mean(), HOURS),
        (lang.median(), HOURS),
    ];
    let row = |(start, point): (_, &CycleTime)| {
        vec![
            Cell::Bucket(scope.bucket, start),
            Cell::Count(point.samples),
            Cell::hours(point.mean),
            Cell::hours(point.median),
        ]
    };
    Sheet::new(lang.ops_cycle(), &columns).with_rows(scope.axis.iter().copied().zip(points).map(row))
}

/// Cycle time by matrix.
#[must_use]
pub fn matrices(rows: &[(String, CycleTime)], lang: Lang) -> Sheet {
    let columns =
        [(lang.matrix(), ColumnKind::Text), (lang.samples(), NUMBER), (lang.ops_mean(), HOURS), (lang.median(), HOURS)];
    let row = |(name, cycle): &(String, CycleTime)| {
        vec![Cell::Text(name.clone()), Cell::Count(cycle.samples), Cell::hours(cycle.mean), Cell::hours(cycle.median)]
    };
    Sheet::new(lang.ops_cycle_matrix(), &columns).with_rows(rows.iter().map(row))
}

/// The cohort of orders, step by step.
#[must_use]
pub fn funnel(funnel: &OrderFunnel, lang: Lang) -> Sheet {
    let columns = [
        (lang.ops_step(), ColumnKind::Text),
        (lang.orders(), NUMBER),
        (lang.ops_share(), ColumnKind::Share),
        (lang.ops_median_time(), HOURS),
    ];
    let steps = [
        (lang.created(), funnel.created, None),
        (lang.received(), funnel.received, funnel.to_received),
        (lang.completed(), funnel.completed, funnel.to_completed),
        (lang.reported_at(), funnel.reported, funnel.to_reported),
        (lang.state_on_hold(), funnel.on_hold, None),
    ];
    #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
    let share = |part: u64| (funnel.created > 0).then(|| part as f64 / funnel.created as f64);
    let row = |(name, orders, hours): (&str, u64, Option<f64>)| {
        vec![Cell::Text(name.to_owned()), Cell::Count(orders), Cell::share(share(orders)), Cell::hours(hours)]
    };
    Sheet::new(lang.ops_funnel(), &columns).with_rows(steps.map(row))
}

/// The slowest orders.
#[must_use]
pub fn slowest(orders: &[SlowOrder], lang: Lang) -> Sheet {
    let columns = [
        ("ID", NUMBER),
        (lang.order(), ColumnKind::Text),
        (lang.customer(), ColumnKind::Text),
        (lang.state(), ColumnKind::Text),
        (lang.ops_completion(), HOURS),
        (lang.age_column(), HOURS),
    ];
    let row = |order: &SlowOrder| {
        vec![
            Cell::Id(order.id.0.into()),
            Cell::text(order.number.as_deref()),
            Cell::text(order.customer.as_deref()),
            Cell::Text(state_name(order.state.as_deref().unwrap_or(""), lang).into_owned()),
            Cell::hours(order.completion_hours),
            Cell::Hours(order.age_hours),
        ]
    };
    Sheet::new(lang.ops_slowest(), &columns).with_rows(orders.iter().map(row))
}

/// Tests created by day of the week and hour.
#[must_use]
pub fn arrivals(week: &[[u64; 24]], lang: Lang) -> Sheet {
    let hours: Vec<String> = (0..24).map(|hour| format!("{hour:02}")).collect();
    let mut columns = vec![(lang.ops_weekday(), ColumnKind::Text)];
    columns.extend(hours.iter().map(|hour| (hour.as_str(), NUMBER)));
    columns.push((lang.total(), NUMBER));
    let row = |(day, hours): (usize, &[u64; 24])| {
        let mut cells = vec![Cell::Text(format::weekday_name(day, lang).to_owned())];
        cells.extend(hours.map(Cell::Count));
        cells.push(Cell::Count(hours.iter().sum()));
        cells
    };
    Sheet::new(lang.ops_arrivals(), &columns).with_rows(week.iter().enumerate().map(row))
}

/// The two sides of Little's law.
#[must_use]
pub fn little(little: &Little, lang: Lang) -> Sheet {
    let number = |value: Option<f64>| value.map_or(Cell::Missing, |value| Cell::Number(value, 1));
    let rows = [
        (lang.ops_average_wip(), number(little.in_progress)),
        (lang.ops_per_day(), number(little.per_day)),
        (lang.tat_mean(), Cell::hours(little.mean_hours)),
        (lang.ops_expected_wip(), number(little.expected)),
        (lang.ops_ratio(), Cell::share(little.ratio)),
    ];
    Sheet::new(lang.ops_little(), &[(lang.ops_measure(), ColumnKind::Text), (lang.ops_value(), NUMBER)])
        .with_rows(rows.map(|(name, cell)| vec![Cell::Text(name.to_owned()), cell]))
}

fn load(first: Cell, load: &BatchLoad) -> Vec<Cell> {
    vec![
        first,
        Cell::Count(load.batches),
        Cell::Count(load.complete),
        Cell::Count(load.tests),
        Cell::Count(load.samples),
        load.fill.map_or(Cell::Missing, |fill| Cell::Number(fill, 1)),
    ]
}

const fn load_columns(first: (&'static str, ColumnKind), lang: Lang) -> [(&'static str, ColumnKind); 6] {
    [
        first,
        (lang.batches(), NUMBER),
        (lang.ops_complete(), NUMBER),
        (lang.tests(), NUMBER),
        (lang.samples(), NUMBER),
        (lang.ops_fill(), NUMBER),
    ]
}

/// Batches by bucket.
#[must_use]
pub fn batches(points: &[BatchLoad], scope: &Scope, lang: Lang) -> Sheet {
    let columns = load_columns((lang.period_column(), ColumnKind::Day), lang);
    let row = |(start, point): (_, &BatchLoad)| load(Cell::Bucket(scope.bucket, start), point);
    Sheet::new(lang.ops_batches(), &columns).with_rows(scope.axis.iter().copied().zip(points).map(row))
}

/// Batches by assay.
#[must_use]
pub fn assays(rows: &[BatchLoad], lang: Lang) -> Sheet {
    let columns = load_columns((lang.assay(), ColumnKind::Text), lang);
    let row = |one: &BatchLoad| load(Cell::Text(assay_name(one, lang)), one);
    Sheet::new(lang.ops_batch_assays(), &columns).with_rows(rows.iter().map(row))
}

/// What an assay is called where batches are told apart by it.
pub(super) fn assay_name(load: &BatchLoad, lang: Lang) -> String {
    match (&load.title, load.assay) {
        (Some(title), _) => title.clone(),
        (None, Some(id)) => format!("{} {id}", lang.assay()),
        (None, None) => lang.unknown().to_owned(),
    }
}

/// Stale batches.
#[must_use]
pub fn stale(rows: &[StaleBatch], lang: Lang) -> Sheet {
    let columns = [
        ("ID", NUMBER),
        (lang.batch(), ColumnKind::Text),
        (lang.assay(), ColumnKind::Text),
        (lang.state(), ColumnKind::Text),
        (lang.created(), ColumnKind::Moment),
        (lang.ops_idle(), HOURS),
        (lang.tests(), NUMBER),
    ];
    let row = |batch: &StaleBatch| {
        vec![
            Cell::Id(batch.id.0.into()),
            Cell::text(batch.name.as_deref()),
            Cell::text(batch.assay.as_deref()),
            Cell::Text(state_name(batch.state.as_deref().unwrap_or(""), lang).into_owned()),
            Cell::moment(batch.created),
            Cell::Hours(batch.idle_hours),
            Cell::Count(batch.tests),
        ]
    };
    Sheet::new(lang.ops_stale(), &columns).with_rows(rows.iter().map(row))
}

/// The days to come, with their bands.
#[must_use]
pub fn outlook(outlook: &Outlook, title: &str, lang: Lang) -> Sheet {
    let (band_80, band_95) = (lang.ops_band_80(), lang.ops_band_95());
    let names = [lang.ops_low(band_80), lang.ops_high(band_80), lang.ops_low(band_95), lang.ops_high(band_95)];
    let mut columns = vec![(lang.ops_weekday(), ColumnKind::Day), (lang.ops_expected(), NUMBER)];
    columns.extend(names.iter().map(|name| (name.as_str(), NUMBER)));
    let rows = outlook.days.iter().map(|day| {
        let numbers = [day.value, day.band_80.0, day.band_80.1, day.band_95.0, day.band_95.1];
        std::iter::once(Cell::Day(day.day)).chain(numbers.map(|value| Cell::Number(value, 1))).collect()
    });
    Sheet::new(title, &columns).with_rows(rows)
}
