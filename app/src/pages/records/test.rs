//! A test.

use super::cells::{self, Look, customer_link, judged, order_link, record_link, sample_link, text_or_dash};
use super::course::timeline;
use super::order::rest;
use super::parts::{Fact, Shown, card, columns, empty_card, facts, framed, head, look, reached};
use super::tables::{self, Common, Setting};
use crate::api::records::load_test;
use crate::format;
use crate::i18n::Lang;
use crate::model::ids::TestId;
use crate::model::records::detail::{Cell, TestPage, Worksheet};
use crate::model::records::{ListQuery, RecordKind};
use leptos::prelude::*;

/// The page at `/tests/…`.
#[component]
pub fn TestRecordPage() -> impl IntoView {
    framed(RecordKind::Tests, |id, filter| load_test(TestId(id), filter.sla_hours), shape)
}

fn shape(page: TestPage, _query: &str, lang: Lang) -> Shown {
    let look = look(&page.backdrop, lang);
    let test = &page.test;
    let title = cells::record_name(RecordKind::Tests, test.id.0, None);
    let remarks = [
        Some(cells::state(test.state.as_deref())),
        judged(test.clock, look),
        Some(tables::label(test.label.clone(), test.title.clone())),
        Some(sample_link(test.sample.as_ref(), look)),
    ];
    let main = [Some(worksheet(page.worksheet.as_ref(), look)), siblings(&page, look)];
    let known = facts(test.id.0, known(&page, look), &page.backdrop, look);
    let body = view! {
        {head(remarks.into_iter().flatten().collect(), &page.backdrop, lang)}
        {timeline(&page.backdrop.history, page.due, lang.test(), look)}
        {columns(main.into_iter().flatten().collect(), known, lang.test(), &page.backdrop, look)}
    };
    Shown { title, body: body.into_any() }
}

fn known(page: &TestPage, look: Look) -> Vec<Fact> {
    let lang = look.lang;
    let test = &page.test;
    let open = test.clock.running;
    let batches = test.batches.iter().map(|(id, name)| {
        view! { <div>{record_link(RecordKind::Batches, id.0, name.as_deref(), look)}</div> }
    });
    let batches = if test.batches.is_empty() { cells::dash() } else { batches.collect_view().into_any() };
    vec![
        Fact(lang.assay(), tables::label(test.label.clone(), test.title.clone())),
        Fact(lang.method(), text_or_dash(page.method.clone())),
        Fact(lang.sample(), sample_link(test.sample.as_ref(), look)),
        Fact(lang.name(), text_or_dash(page.sample_name.clone())),
        Fact(lang.order(), order_link(test.order.as_ref(), look)),
        Fact(lang.customer(), customer_link(test.customer.as_ref(), look)),
        Fact(lang.batch(), batches),
        Fact(lang.created(), look.moment_or_dash(test.created).into_any()),
        Fact(lang.started(), reached(page.started, open, look)),
        Fact(lang.due_at(), look.moment_or_dash(page.due).into_any()),
        Fact(
            if open { lang.open_for() } else { lang.turnaround_title() },
            view! { <b>{format::hours_or_dash(test.clock.hours)}</b> }.into_any(),
        ),
        Fact(lang.completed(), reached(test.completed, open, look)),
        Fact(lang.reported_at(), reached(test.reported, open, look)),
    ]
}

fn worksheet(sheet: Option<&Worksheet>, look: Look) -> AnyView {
    let lang = look.lang;
    let Some(sheet) = sheet.filter(|sheet| sheet.filled > 0) else {
        return empty_card(lang.worksheet(), lang.worksheet_none());
    };
    let row = |cell: &Cell| {
        let name = cell.label.clone().unwrap_or_else(|| cell.name.clone());
        let formula = cell.formula.clone().map(|formula| view! { <code>{formula}</code> });
        view! { <tr><th scope="row">{name}</th><td class="cellvalue">{cell.value.clone()}</td><td class="a-x">{formula}</td></tr> }
    };
    let count = |count: usize| look.count(count as u64);
    let more = sheet.filled - sheet.cells.len();
    let note = (more > 0).then(|| view! { <p class="pager">{lang.raw_cut()}</p> });
    let body = view! {
        <div class="scroll sheet" tabindex="0" role="group" aria-label=lang.worksheet()>
            <table class="table tight">
                <thead>
                    <tr>
                        <th scope="col">{lang.worksheet_cell()}</th>
                        <th scope="col">{lang.worksheet_value()}</th>
                        <th scope="col" class="a-x">{lang.worksheet_formula()}</th>
                    </tr>
                </thead>
                <tbody>{sheet.cells.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        {note}
    };
    card(lang.worksheet(), lang.worksheet_sub(&count(sheet.filled), &count(sheet.empty)), body.into_any())
}

fn siblings(page: &TestPage, look: Look) -> Option<AnyView> {
    let sample = page.test.sample.as_ref().map(|(id, _)| *id);
    let list = ListQuery { sample, ..ListQuery::with_filter(RecordKind::Tests, look.filter()) };
    let setting = Setting { look, list: None, without: &[Common::Customer, Common::Sample] };
    (!page.siblings.rows.is_empty()).then(|| {
        let body = view! { {tables::tests(&page.siblings.rows, setting)} {rest(&page.siblings, list, look)} };
        card(look.lang.other_tests(), look.count(page.siblings.total), body.into_any())
    })
}
