//! Who sends the work: tests by customer over time, and how much depends on how few.

use super::sheets;
use crate::charts::{Buckets, Series, SeriesKind, counts, series_chart};
use crate::components::{Card, ChartCard, EmptyState, Export, KeyEntry, KeyShape, SheetTwin, Unit};
use crate::format;
use crate::i18n::Lang;
use crate::model::customers::{CustomerCourse, Customers, CustomersQuery};
use crate::model::filter::Filter;
use crate::model::records::{RecordKind, links};
use leptos::prelude::*;

const COLOURS: [&str; 6] = ["c1", "c3", "c5", "c6", "c7", "ghost"];

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
        links::by_bucket(scope, &links::of_customer(links::created(RecordKind::Tests, filter), *id))
    };
    let one = |(at, course): (usize, &CustomerCourse)| {
        let values = counts(course.tests.iter().copied());
        let name = sheets::course_name(course, lang);
        Series::new(&name, colour(at, course), SeriesKind::Stack, values).with_links(link(course))
    };
    let series: Vec<Series> = page.courses.iter().enumerate().map(one).collect();
    let all = links::by_bucket(scope, &links::created(RecordKind::Tests, filter));
    let asks = vec![lang.opens(&lang.tests().to_lowercase()); scope.axis.len()];
    let buckets = Buckets::of(scope, lang).with_brush("/customers", filter, scope).with_links(all, asks);
    let option = series_chart(&buckets, &series, Unit::Count, Vec::new()).json();
    let key = series.iter().enumerate().map(|(at, one)| KeyEntry::new(&one.name, one.swatch, KeyShape::Square, &[at]));
    let key: Vec<KeyEntry> = key.collect();
    let opens = (1..).zip(series.iter().map(|one| one.links.clone())).collect::<Vec<_>>();
    let named = page.courses.iter().filter(|course| course.customer.is_some()).count();
    let summary = lang.customers_course_summary(&named.to_string());
    let (sheet, now) = (sheets::courses(page, lang), scope.now);
    view! {
        <ChartCard id="customers-course" title=lang.customers_course() sub=lang.customers_course_sub() key_entries=key option
            summary class="w8" explain=lang.customers_course_how() export=Export::new("customers-course", filter)>
            <SheetTwin sheet now links=opens/>
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
    let shares = points.iter().map(|point| Some(point.share)).collect();
    let series = [Series::new(lang.customers_up_to_here(), "c1", SeriesKind::Area, shares)];
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
