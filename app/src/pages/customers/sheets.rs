//! The tables of the page about customers, for its cards and for exports.

use crate::i18n::Lang;
use crate::model::customers::{Concentration, CustomerCourse, CustomerFigures, Customers};
use crate::model::sheet::{Cell, Column, ColumnKind, Sheet};

/// The list of customers.
#[must_use]
pub fn list(rows: &[CustomerFigures], lang: Lang) -> Sheet {
    let columns = [
        ("ID", ColumnKind::Number),
        (lang.customer(), ColumnKind::Text),
        (lang.tests_received(), ColumnKind::Number),
        (lang.customers_share(), ColumnKind::Share),
        (lang.customers_compare(), ColumnKind::Number),
        (lang.orders(), ColumnKind::Number),
        (lang.samples(), ColumnKind::Number),
        (lang.tests_reported(), ColumnKind::Number),
        (lang.on_time(), ColumnKind::Share),
        (lang.tat_median(), ColumnKind::Hours),
        (lang.tat_p90(), ColumnKind::Hours),
        (lang.open(), ColumnKind::Number),
        (lang.late(), ColumnKind::Number),
    ];
    let row = |row: &CustomerFigures| {
        let one = &row.figures;
        vec![
            Cell::Id(one.id.0.into()),
            Cell::Text(one.name.clone()),
            Cell::Count(one.tests),
            Cell::share(row.share),
            Cell::count(one.previous_tests),
            Cell::Count(one.orders),
            Cell::Count(one.samples),
            Cell::Count(one.reported),
            Cell::share(one.on_time),
            Cell::hours(one.tat_median),
            Cell::hours(one.tat_p90),
            Cell::Count(one.open_orders),
            Cell::Count(one.late_orders),
        ]
    };
    Sheet::new(lang.customers(), &columns).with_rows(rows.iter().map(row))
}

/// The name of a course.
#[must_use]
pub fn course_name(course: &CustomerCourse, lang: Lang) -> String {
    course.customer.as_ref().map_or_else(|| lang.customers_others().to_owned(), |(_, name)| name.clone())
}

/// Tests by bucket and customer.
#[must_use]
pub fn courses(page: &Customers, lang: Lang) -> Sheet {
    let mut sheet = Sheet::new(lang.customers_course(), &[(lang.period_column(), ColumnKind::Day)]);
    sheet.columns.extend(page.courses.iter().map(|course| Column::new(&course_name(course, lang), ColumnKind::Number)));
    let row = |(at, start): (usize, &chrono::NaiveDate)| {
        let counts = page.courses.iter().map(|course| Cell::count(course.tests.get(at).copied()));
        std::iter::once(Cell::Bucket(page.scope.bucket, *start)).chain(counts).collect()
    };
    let rows: Vec<Vec<Cell>> = page.scope.axis.iter().enumerate().map(row).collect();
    sheet.with_rows(rows)
}

/// The curve of concentration.
#[must_use]
pub fn concentration(points: &[Concentration], lang: Lang) -> Sheet {
    let columns = [
        (lang.customer(), ColumnKind::Text),
        (lang.tests_received(), ColumnKind::Number),
        (lang.customers_up_to_here(), ColumnKind::Share),
    ];
    let row = |point: &Concentration| {
        vec![Cell::Text(point.name.clone()), Cell::Count(point.tests), Cell::Share(point.share)]
    };
    Sheet::new(lang.customers_concentration(), &columns).with_rows(points.iter().map(row))
}
