//! An order.

use super::cells::{self, Look, customer_link, judged};
use super::course::timeline;
use super::parts::{Fact, Shown, card, columns, empty_card, facts, framed, head, look, parameter, reached};
use super::tables::{self, Common, Setting};
use crate::api::records::load_order;
use crate::components::Card;
use crate::format;
use crate::i18n::Lang;
use crate::model::ids::OrderId;
use crate::model::records::detail::{OrderPage, Part};
use crate::model::records::rows::{OrderRow, SampleRow, TestRow};
use crate::model::records::{ListQuery, RecordKind};
use leptos::prelude::*;

/// The page at `/orders/…`.
#[component]
pub fn OrderRecordPage() -> impl IntoView {
    framed(RecordKind::Orders, |id, filter| load_order(OrderId(id), filter.sla_hours), shape)
}

fn shape(page: OrderPage, query: &str, lang: Lang) -> Shown {
    let look = look(&page.backdrop, lang);
    let OrderPage { order, required, due, counted, samples, tests, backdrop } = page;
    let title = cells::record_name(RecordKind::Orders, order.id.0, order.number.as_deref());
    let remarks = [
        Some(cells::state(order.state.as_deref())),
        judged(order.clock, look),
        Some(customer_link(order.customer.as_ref(), look)),
    ];
    let known = known(&order, required, due, counted, look);
    let all = parameter(query, "tests").as_deref() == Some("all");
    let main = vec![samples_card(&order, &samples, look), tests_card(&order, &tests, all, look)];
    let body = view! {
        {head(remarks.into_iter().flatten().collect(), &backdrop, lang)}
        {timeline(&backdrop.history, due, lang.order(), look)}
        {columns(main, facts(order.id.0, known, &backdrop, look), lang.order(), &backdrop, look)}
    };
    Shown { title, body: body.into_any() }
}

fn known(
    order: &OrderRow,
    required: Option<chrono::NaiveDateTime>,
    due: Option<chrono::NaiveDateTime>,
    counted: (Option<i32>, Option<i32>),
    look: Look,
) -> Vec<Fact> {
    let lang = look.lang;
    let open = order.clock.running;
    let mut known = vec![
        Fact(lang.customer(), customer_link(order.customer.as_ref(), look)),
        Fact(lang.created(), look.moment_or_dash(order.created).into_any()),
        Fact(lang.received(), reached(order.received, open, look)),
        Fact(lang.due_at(), look.moment_or_dash(due).into_any()),
        Fact(
            if open { lang.open_for() } else { lang.turnaround_title() },
            view! { <b>{format::hours_or_dash(order.clock.hours)}</b> }.into_any(),
        ),
        Fact(lang.completed(), reached(order.completed, open, look)),
        Fact(lang.reported_at(), reached(order.reported, open, look)),
    ];
    if let Some(required) = required {
        known.insert(3, Fact(lang.required_by(), look.moment(required).into_any()));
    }
    // QBench's own counts are worth a line only where they differ from what is shown.
    let differs =
        |counted: Option<i32>, shown: u64| counted.is_some_and(|counted| i64::from(counted) != shown.cast_signed());
    if differs(counted.0, order.samples) || differs(counted.1, order.tests.total) {
        let text = |count: Option<i32>| count.map_or_else(|| format::MISSING.to_owned(), |count| count.to_string());
        known.push(Fact("", lang.qbench_counts(&text(counted.0), &text(counted.1)).into_any()));
    }
    known
}

fn samples_card(order: &OrderRow, samples: &Part<SampleRow>, look: Look) -> AnyView {
    let lang = look.lang;
    if samples.rows.is_empty() {
        return empty_card(lang.samples(), lang.no_samples());
    }
    let open = samples.rows.iter().filter(|sample| sample.clock.running).count() as u64;
    let list = ListQuery { order: Some(order.id), ..ListQuery::with_filter(RecordKind::Samples, look.filter()) };
    let table =
        tables::samples(&samples.rows, Setting { look, list: None, without: &[Common::Customer, Common::Order] });
    card(
        lang.samples(),
        lang.not_finished(&look.count(open), &look.count(samples.total)),
        view! { {table} {rest(samples, list, look)} }.into_any(),
    )
}

fn tests_card(order: &OrderRow, tests: &Part<TestRow>, all: bool, look: Look) -> AnyView {
    let lang = look.lang;
    if tests.rows.is_empty() {
        return empty_card(lang.tests(), lang.no_tests());
    }
    let open: Vec<TestRow> = tests.rows.iter().filter(|test| test.clock.running).cloned().collect();
    let (open_count, all_count) = (look.count(open.len() as u64), look.count(tests.total));
    let only_open = !all && !open.is_empty();
    let rows = if only_open { &open } else { &tests.rows };
    let table = tables::tests(rows, Setting { look, list: None, without: &[Common::Customer] });
    let list = ListQuery { order: Some(order.id), ..ListQuery::with_filter(RecordKind::Tests, look.filter()) };
    let here = look.href(RecordKind::Orders, order.id.0);
    let every = format!("{here}{}tests=all", if here.contains('?') { '&' } else { '?' });
    let choice = (!open.is_empty()).then_some((here, every));
    let (open_words, all_words) = (lang.open_count(&open_count), lang.all_count(&all_count));
    let switch = move || {
        choice.clone().map(|(here, every)| {
            view! {
                <div class="seg" role="group" aria-label=lang.which_tests()>
                    <a href=here aria-current=only_open.then_some("true") data-noscroll="">{open_words.clone()}</a>
                    <a href=every aria-current=(!only_open).then_some("true") data-noscroll="">{all_words.clone()}</a>
                </div>
            }
        })
    };
    let more = rest(tests, list, look);
    view! {
        <Card title=lang.tests() sub=lang.not_finished(&open_count, &all_count) actions=switch>{table} {more}</Card>
    }
    .into_any()
}

/// A link to the whole list, where a page shows only its beginning.
pub(super) fn rest<T>(part: &Part<T>, list: ListQuery, look: Look) -> Option<AnyView> {
    (part.total > part.rows.len() as u64).then(|| {
        let text = look.lang.show_all_in_list(&look.count(part.total));
        view! { <p class="pager"><a href=list.href()>{text}</a></p> }.into_any()
    })
}
