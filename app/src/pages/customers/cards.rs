//! Who sends the work: tests by customer over time, and how much depends on how few.

use super::sheets;
use crate::charts::{Buckets, Series, SeriesKind, series_chart};
use crate::components::{Card, ChartCard, EmptyState, Export, KeyEntry, KeyShape, SheetTwin, Unit};
use crate::format;
use crate::i18n::Lang;
use crate::model::customers::{CustomerCourse, Customers, CustomersQuery};
use crate::model::filter::Filter;
use crate::model::overview::Scope;
use crate::model::period::DayRange;
use crate::model::records::{RecordKind, links};
use leptos::prelude::*;

const COLOURS: [&str; 6] = ["c1", "c3", "c5", "c6", "c7", "ghost"];

/// The days of a bucket, cut to the range.
fn days_of(scope: &Scope, start: chrono::NaiveDate) -> DayRange {
    let last = scope.bucket.next(start).pred_opt().unwrap_or(start);
    DayRange { from: start.max(scope.days.from), to: last.min(scope.days.to) }
}

/// Tests over time by customer; a bar opens its tests.
pub(super) fn courses(page: &Customers, query: &CustomersQuery, lang: Lang) -> AnyView {
    let (scope, filter) = (&page.scope, &query.filter);
    if page.courses.is_empty() {
        return view! {
            <Card title=lang.customers_course() class="w8"><EmptyState what=lang.no_tests_in_range()/></Card>
        }
        .into_any();
    }
    let colour = |at: usize, course: &CustomerCourse| {
        if course.customer.is_some() { COLOURS[at.min(COLOURS.len() - 2)] } else { "ghost" }
    };
    let link = |course: &CustomerCourse| -> Vec<String> {
        let Some((id, _)) = &course.customer else { return Vec::new() };
        let own = links::of_customer(links::created(RecordKind::Tests, filter), *id);
        scope.axis.iter().map(|start| links::within(own.clone(), days_of(scope, *start)).href()).collect()
    };
    #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
    let one = |(at, course): (usize, &CustomerCourse)| Series {
        name: sheets::course_name(course, lang),
        colour: colour(at, course),
        swatch: colour(at, course),
        kind: SeriesKind::Stack,
        values: course.tests.iter().map(|tests| Some(*tests as f64)).collect(),
        links: link(course),
    };
    let series: Vec<Series> = page.courses.iter().enumerate().map(one).collect();
    let all = links::created(RecordKind::Tests, filter);
    let all = scope.axis.iter().map(|start| links::within(all.clone(), days_of(scope, *start)).href()).collect();
    let asks = vec![lang.opens(&lang.tests().to_lowercase()); scope.axis.len()];
    let buckets = Buckets::of(scope, lang).with_brush("/customers", filter, scope).with_links(all, asks);
    let option = series_chart(&buckets, &series, Unit::Count, Vec::new()).json();
    let key: Vec<KeyEntry> = page
        .courses
        .iter()
        .enumerate()
        .map(|(at, course)| KeyEntry {
            name: sheets::course_name(course, lang),
            token: colour(at, course),
            shape: KeyShape::Square,
            series: vec![at],
        })
        .collect();
    let named = page.courses.iter().filter(|course| course.customer.is_some()).count();
    let summary = lang.customers_course_summary(&named.to_string());
    let (sheet, now) = (sheets::courses(page, lang), scope.now);
    view! {
        <ChartCard id="customers-course" title=lang.customers_course() sub=lang.customers_course_sub() key_entries=key option
            summary class="w8" explain=lang.customers_course_how() export=Export::new("customers-course", filter)>
            <SheetTwin sheet now/>
        </ChartCard>
    }
    .into_any()
}

/// The curve of concentration; a point opens its customer.
pub(super) fn concentration(page: &Customers, query: &CustomersQuery, lang: Lang) -> AnyView {
    let points = &page.concentration;
    let Some(last) = points.last() else {
        return view! {
            <Card title=lang.customers_concentration() class="w4"><EmptyState what=lang.no_tests_in_range()/></Card>
        }
        .into_any();
    };
    let buckets = Buckets {
        lang,
        labels: (1..=points.len()).map(|rank| rank.to_string()).collect(),
        titles: points.iter().map(|point| point.name.clone()).collect(),
        shown: (0..points.len()).filter(|at| at % 5 == 4 || *at == 0).collect(),
        ..Buckets::default()
    }
    .with_links(
        points.iter().map(|point| customer_href(point.id, &query.filter)).collect(),
        vec![lang.opens(&lang.customer().to_lowercase()); points.len()],
    );
    let series = [Series {
        name: lang.customers_up_to_here().to_owned(),
        colour: "c1",
        swatch: "c1",
        kind: SeriesKind::Area,
        values: points.iter().map(|point| Some(point.share)).collect(),
        links: Vec::new(),
    }];
    let option = series_chart(&buckets, &series, Unit::Share, Vec::new()).json();
    let summary =
        lang.customers_concentration_summary(&points.len().to_string(), &format::percent(last.share, 0, lang));
    let (sheet, now) = (sheets::concentration(points, lang), page.scope.now);
    view! {
        <ChartCard id="customers-concentration" title=lang.customers_concentration()
            sub=lang.customers_concentration_sub() option summary class="w4" explain=lang.customers_concentration_how()
            export=Export::new("customers-concentration", &query.filter)>
            <SheetTwin sheet now/>
        </ChartCard>
    }
    .into_any()
}

/// The page of a customer with the filter of this one.
pub(super) fn customer_href(id: crate::model::ids::CustomerId, filter: &Filter) -> String {
    Filter { customer: None, ..filter.clone() }.href(&format!("/customers/{id}"))
}
