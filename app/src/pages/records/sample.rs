//! A sample.

use super::cells::{self, Look, customer_link, dash, judged, order_link, text_or_dash};
use super::course::timeline;
use super::order::rest;
use super::parts::{Fact, Shown, card, columns, empty_card, facts, framed, head, look, reached};
use super::tables::{self, Common, Setting};
use crate::api::records::load_sample;
use crate::components::{Badge, Tone};
use crate::format;
use crate::i18n::Lang;
use crate::model::ids::SampleId;
use crate::model::records::detail::{MetrcStatus, SamplePage};
use crate::model::records::{ListQuery, RecordKind};
use leptos::prelude::*;

/// The page at `/samples/…`.
#[component]
pub fn SampleRecordPage() -> impl IntoView {
    framed(RecordKind::Samples, |id, filter| load_sample(SampleId(id), filter.sla_hours), shape)
}

fn shape(page: SamplePage, _query: &str, lang: Lang) -> Shown {
    let look = look(&page.backdrop, lang);
    let sample = &page.sample;
    let title = cells::record_name(RecordKind::Samples, sample.id.0, sample.number.as_deref());
    let ready = page.ready.then(|| view! { <Badge tone=Tone::Good text=lang.ready_to_report()/> }.into_any());
    let remarks = [
        Some(cells::state(sample.state.as_deref())),
        ready,
        judged(sample.clock, look),
        sample.name.clone().map(IntoAny::into_any),
        Some(customer_link(sample.customer.as_ref(), look)),
    ];
    let main = [Some(tests(&page, look)), batches(&page, look), metrc(&page.metrc, look)];
    let known = facts(sample.id.0, known(&page, look), &page.backdrop, look);
    let body = view! {
        {head(remarks.into_iter().flatten().collect(), &page.backdrop, lang)}
        {timeline(&page.backdrop.history, page.due, lang.sample(), look)}
        {columns(main.into_iter().flatten().collect(), known, lang.sample(), &page.backdrop, look)}
    };
    Shown { title, body: body.into_any() }
}

fn known(page: &SamplePage, look: Look) -> Vec<Fact> {
    let lang = look.lang;
    let sample = &page.sample;
    let open = sample.clock.running;
    let yes_or_no = if page.has_report { lang.yes() } else { lang.no() };
    vec![
        Fact(lang.name(), text_or_dash(sample.name.clone())),
        Fact(lang.customer(), customer_link(sample.customer.as_ref(), look)),
        Fact(lang.order(), order_link(sample.order.as_ref(), look)),
        Fact(lang.sample_type(), text_or_dash(sample.sample_type.clone())),
        Fact(lang.matrix(), text_or_dash(sample.matrix.clone())),
        Fact(lang.weight(), text_or_dash(page.weight.clone())),
        Fact(lang.metrc_tag(), text_or_dash(sample.metrc_id.clone())),
        Fact(lang.created(), look.moment_or_dash(sample.created).into_any()),
        Fact(lang.started(), reached(page.started, open, look)),
        Fact(lang.due_at(), look.moment_or_dash(page.due).into_any()),
        Fact(
            if open { lang.open_for() } else { lang.turnaround_title() },
            view! { <b>{format::hours_or_dash(sample.clock.hours)}</b> }.into_any(),
        ),
        Fact(lang.completed(), reached(sample.completed, open, look)),
        Fact(lang.has_report(), yes_or_no.into_any()),
    ]
}

fn tests(page: &SamplePage, look: Look) -> AnyView {
    let lang = look.lang;
    if page.tests.rows.is_empty() {
        return empty_card(lang.tests(), lang.no_tests());
    }
    let open = page.tests.rows.iter().filter(|test| test.clock.running).count() as u64;
    let list = ListQuery { sample: Some(page.sample.id), ..ListQuery::with_filter(RecordKind::Tests, look.filter()) };
    let setting = Setting { look, list: None, without: &[Common::Customer, Common::Sample] };
    card(
        lang.tests(),
        lang.not_finished(&look.count(open), &look.count(page.tests.total)),
        view! { {tables::tests(&page.tests.rows, setting)} {rest(&page.tests, list, look)} }.into_any(),
    )
}

fn batches(page: &SamplePage, look: Look) -> Option<AnyView> {
    let setting = Setting { look, list: None, without: &[] };
    (!page.batches.rows.is_empty()).then(|| {
        let table = tables::batch_rows(&page.batches.rows, setting);
        card(look.lang.batches(), look.count(page.batches.total), table)
    })
}

fn metrc(statuses: &[MetrcStatus], look: Look) -> Option<AnyView> {
    let lang = look.lang;
    let row = |one: &MetrcStatus| {
        let status = one.status.clone().map_or_else(dash, IntoAny::into_any);
        view! { <tr><td>{status}</td><td class="num nb">{look.moment_or_dash(one.at)}</td></tr> }
    };
    (!statuses.is_empty()).then(|| {
        let table = view! {
            <table class="table">
                <thead><tr><th scope="col">{lang.metrc_status()}</th><th scope="col" class="num">{lang.given_at()}</th></tr></thead>
                <tbody>{statuses.iter().map(row).collect_view()}</tbody>
            </table>
        };
        card(lang.metrc_statuses(), String::new(), table.into_any())
    })
}
