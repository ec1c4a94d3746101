//! The tables of the overview, for its cards and for exports.

use crate::i18n::Lang;
use crate::model::overview::{LabelCount, NewCustomer, Scope, TopCustomer, TurnaroundPoint, VolumePoint};
use crate::model::sheet::{Cell, ColumnKind, Sheet};

/// Samples and tests by bucket.
#[must_use]
pub fn volume(points: &[VolumePoint], scope: &Scope, lang: Lang) -> Sheet {
    let columns = [
        (lang.period_column(), ColumnKind::Day),
        (lang.samples(), ColumnKind::Number),
        (lang.tests_received(), ColumnKind::Number),
        (lang.tests_reported(), ColumnKind::Number),
        (lang.previous_period(), ColumnKind::Number),
    ];
    let row = |(start, point): (_, &VolumePoint)| {
        vec![
            Cell::Bucket(scope.bucket, start),
            Cell::Count(point.samples),
            Cell::Count(point.tests),
            Cell::Count(point.reported),
            Cell::count(point.previous_tests),
        ]
    };
    Sheet::new(lang.samples_and_tests(), &columns).with_rows(scope.axis.iter().copied().zip(points).map(row))
}

/// Turnaround by bucket.
#[must_use]
pub fn turnaround(points: &[TurnaroundPoint], scope: &Scope, lang: Lang) -> Sheet {
    let columns = [
        (lang.period_column(), ColumnKind::Day),
        (lang.tat_mean(), ColumnKind::Hours),
        (lang.tat_median(), ColumnKind::Hours),
        (lang.tat_p90(), ColumnKind::Hours),
        (lang.moving_average(), ColumnKind::Hours),
        (lang.within_target(), ColumnKind::Number),
        (lang.above_target(), ColumnKind::Number),
    ];
    let row = |(start, point): (_, &TurnaroundPoint)| {
        vec![
            Cell::Bucket(scope.bucket, start),
            Cell::hours(point.mean),
            Cell::hours(point.median),
            Cell::hours(point.p90),
            Cell::hours(point.moving_average),
            Cell::Count(point.within),
            Cell::Count(point.beyond),
        ]
    };
    Sheet::new(lang.turnaround_title(), &columns).with_rows(scope.axis.iter().copied().zip(points).map(row))
}

/// Tests by label.
#[must_use]
pub fn labels(labels: &[LabelCount], lang: Lang) -> Sheet {
    let columns = [
        (lang.label(), ColumnKind::Text),
        (lang.title(), ColumnKind::Text),
        (lang.tests(), ColumnKind::Number),
        (lang.previous_period(), ColumnKind::Number),
    ];
    let row = |label: &LabelCount| {
        vec![
            Cell::Text(label.label.clone()),
            Cell::text(label.title.as_deref()),
            Cell::Count(label.tests),
            Cell::count(label.previous),
        ]
    };
    Sheet::new(lang.tests_by_label(), &columns).with_rows(labels.iter().map(row))
}

/// Customers created in the range.
#[must_use]
pub fn newcomers(customers: &[NewCustomer], lang: Lang) -> Sheet {
    let columns = [
        ("ID", ColumnKind::Number),
        (lang.customer(), ColumnKind::Text),
        (lang.since(), ColumnKind::Day),
        (lang.orders(), ColumnKind::Number),
        (lang.tests(), ColumnKind::Number),
    ];
    let row = |customer: &NewCustomer| {
        vec![
            Cell::Id(customer.id.0.into()),
            Cell::Text(customer.name.clone()),
            Cell::Day(customer.since),
            Cell::Count(customer.orders),
            Cell::Count(customer.tests),
        ]
    };
    Sheet::new(lang.new_customers(), &columns).with_rows(customers.iter().map(row))
}

/// Customers by tests received.
#[must_use]
pub fn top(customers: &[TopCustomer], lang: Lang) -> Sheet {
    let columns = [
        ("ID", ColumnKind::Number),
        (lang.customer(), ColumnKind::Text),
        (lang.orders(), ColumnKind::Number),
        (lang.samples(), ColumnKind::Number),
        (lang.tests(), ColumnKind::Number),
        (lang.previous_period(), ColumnKind::Number),
        (lang.reported(), ColumnKind::Number),
        (lang.on_time(), ColumnKind::Share),
        (lang.tat_median(), ColumnKind::Hours),
        ("p90", ColumnKind::Hours),
        (lang.open(), ColumnKind::Number),
        (lang.late(), ColumnKind::Number),
    ];
    let row = |customer: &TopCustomer| {
        vec![
            Cell::Id(customer.id.0.into()),
            Cell::Text(customer.name.clone()),
            Cell::Count(customer.orders),
            Cell::Count(customer.samples),
            Cell::Count(customer.tests),
            Cell::count(customer.previous_tests),
            Cell::Count(customer.reported),
            Cell::share(customer.on_time),
            Cell::hours(customer.tat_median),
            Cell::hours(customer.tat_p90),
            Cell::Count(customer.open_orders),
            Cell::Count(customer.late_orders),
        ]
    };
    Sheet::new(lang.top_customers(), &columns).with_rows(customers.iter().map(row))
}
