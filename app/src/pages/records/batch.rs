//! A batch.

use super::cells::{self, Look, customer_link, record_link};
use super::course::timeline;
use super::order::rest;
use super::parts::{Fact, Shown, card, columns, empty_card, facts, framed, head, look, reached};
use super::tables::{self, Common, Setting};
use crate::api::records::load_batch;
use crate::format;
use crate::i18n::Lang;
use crate::model::ids::BatchId;
use crate::model::records::detail::BatchPage;
use crate::model::records::{ListQuery, RecordKind};
use leptos::prelude::*;

/// The page at `/batches/…`.
#[component]
pub fn BatchRecordPage() -> impl IntoView {
    framed(RecordKind::Batches, |id, filter| load_batch(BatchId(id), filter.sla_hours), shape)
}

fn shape(page: BatchPage, _query: &str, lang: Lang) -> Shown {
    let look = look(&page.backdrop, lang);
    let batch = &page.batch;
    let title = cells::record_name(RecordKind::Batches, batch.id.0, batch.name.as_deref());
    let remarks = vec![cells::state(batch.state.as_deref()), tables::label(batch.label.clone(), batch.title.clone())];
    let main = [Some(tests(&page, look)), customers(&page, look)];
    let known = facts(batch.id.0, known(&page, look), &page.backdrop, look);
    let body = view! {
        {head(remarks, &page.backdrop, lang)}
        {timeline(&page.backdrop.history, None, lang.batch(), look)}
        {columns(main.into_iter().flatten().collect(), known, lang.batch(), &page.backdrop, look)}
    };
    Shown { title, body: body.into_any() }
}

fn known(page: &BatchPage, look: Look) -> Vec<Fact> {
    let lang = look.lang;
    let batch = &page.batch;
    let neighbour =
        |id: Option<BatchId>| id.map_or_else(cells::dash, |id| record_link(RecordKind::Batches, id.0, None, look));
    let complete = match batch.complete {
        Some(true) => lang.yes().into_any(),
        Some(false) => lang.no().into_any(),
        None => cells::dash(),
    };
    vec![
        Fact(lang.assay(), tables::label(batch.label.clone(), batch.title.clone())),
        Fact(lang.tests_done(), cells::progress(batch.tests, look)),
        Fact(lang.samples(), look.count(page.samples).into_any()),
        Fact(lang.created(), look.moment_or_dash(batch.created).into_any()),
        Fact(lang.prepared(), reached(page.prepared, batch.complete == Some(false), look)),
        Fact(lang.age_column(), format::hours_or_dash(batch.age_hours).into_any()),
        Fact(lang.complete(), complete),
        Fact(lang.batch_before(), neighbour(page.neighbours.0)),
        Fact(lang.batch_after(), neighbour(page.neighbours.1)),
    ]
}

fn tests(page: &BatchPage, look: Look) -> AnyView {
    let lang = look.lang;
    if page.tests.rows.is_empty() {
        return empty_card(lang.tests(), lang.no_tests());
    }
    let open = page.tests.rows.iter().filter(|test| test.clock.running).count() as u64;
    let list = ListQuery { batch: Some(page.batch.id), ..ListQuery::with_filter(RecordKind::Tests, look.filter()) };
    let setting = Setting { look, list: None, without: &[Common::Batch] };
    card(
        lang.tests(),
        lang.not_finished(&look.count(open), &look.count(page.tests.total)),
        view! { {tables::tests(&page.tests.rows, setting)} {rest(&page.tests, list, look)} }.into_any(),
    )
}

fn customers(page: &BatchPage, look: Look) -> Option<AnyView> {
    let lang = look.lang;
    (!page.customers.is_empty()).then(|| {
        let rows = page.customers.iter().map(|(customer, tests)| {
            view! { <tr><td>{customer_link(Some(customer), look)}</td><td class="num">{look.count(*tests)}</td></tr> }
        });
        let table = view! {
            <table class="table">
                <thead><tr><th scope="col">{lang.customer()}</th><th scope="col" class="num">{lang.tests()}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        };
        card(lang.customers_in_batch(), String::new(), table.into_any())
    })
}
