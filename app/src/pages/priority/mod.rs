//! Priority orders: what is late, what will be, and what can go out. All of it is about now.

mod cards;
mod controls;
mod orders;
mod samples;
pub mod sheets;

use crate::api::metrics::load_priority;
use crate::components::{Note, NoteKind, SkeletonCard, SkeletonTable, SkeletonTiles, Tone, icon, may_open};
use crate::format;
use crate::i18n::Lang;
use crate::model::overview::FilterOptions;
use crate::model::priority::{Priority, PriorityCounts, PriorityQuery, PriorityTab};
use crate::model::records::{Condition, ListQuery, RecordKind, links};
use crate::pages::dashboard::Dashboard;
use crate::pages::records::cells::{Look, record_name};
use leptos::prelude::*;

/// The page at `/priority`.
#[component]
pub fn PriorityPage() -> impl IntoView {
    Dashboard { title: Lang::priority_title, read: PriorityQuery::parse, load: load_priority, skeleton, content }.view()
}

fn skeleton(lang: Lang) -> AnyView {
    view! {
        <SkeletonTiles/>
        <SkeletonTable rows=10/>
        <div class="grid"><SkeletonCard title=lang.priority_ages() height=320 class="w8"/></div>
    }
    .into_any()
}

/// The whole page.
pub fn content(query: &PriorityQuery, page: Priority, options: FilterOptions, lang: Lang) -> AnyView {
    let look = Look { now: page.scope.now, sla_hours: page.scope.sla_hours, lang };
    let Priority { counts, customers, states, .. } = &page;
    let below = (cards::ages(customers, query, look), cards::states(states, query, look));
    let customers = cards::customers(customers, query, look);
    let head = (controls::bar(query, &page, options, lang), strip(counts, query, look));
    let list = match query.tab.urgency() {
        Some(_) => orders::card(query, page, look),
        None => samples::card(query, page, look),
    };
    view! {
        {head.0}
        <Note kind=NoteKind::Info text=lang.priority_note()/>
        {head.1}
        {list}
        <div class="grid"><div class="w7 column">{below.0} {below.1}</div> {customers}</div>
    }
    .into_any()
}

/// The list of records behind a tab, without the least number of days.
fn records_of(tab: PriorityTab, query: &PriorityQuery) -> ListQuery {
    let filter = &query.filter;
    match tab {
        PriorityTab::Late => links::orders_now(filter, Condition::Late),
        PriorityTab::Risk => links::orders_now(filter, Condition::AtRisk),
        PriorityTab::Warning => links::orders_now(filter, Condition::Warning),
        PriorityTab::Ready => links::ready_samples(filter),
        PriorityTab::Metrc => links::metrc_samples(filter),
    }
}

const fn tab_name(tab: PriorityTab, lang: Lang) -> &'static str {
    match tab {
        PriorityTab::Late => lang.late(),
        PriorityTab::Risk => lang.at_risk(),
        PriorityTab::Warning => lang.warning(),
        PriorityTab::Ready => lang.condition_ready(),
        PriorityTab::Metrc => lang.priority_metrc(),
    }
}

const fn tab_tone(tab: PriorityTab) -> Tone {
    match tab {
        PriorityTab::Late => Tone::Late,
        PriorityTab::Risk => Tone::Risk,
        PriorityTab::Warning => Tone::Warn,
        PriorityTab::Ready => Tone::Good,
        PriorityTab::Metrc => Tone::Neutral,
    }
}

const fn tab_count(tab: PriorityTab, counts: &PriorityCounts) -> u64 {
    match tab {
        PriorityTab::Late => counts.late,
        PriorityTab::Risk => counts.risk,
        PriorityTab::Warning => counts.warning,
        PriorityTab::Ready => counts.ready_samples,
        PriorityTab::Metrc => counts.metrc,
    }
}

/// The counts; each opens its records.
fn strip(counts: &PriorityCounts, query: &PriorityQuery, look: Look) -> AnyView {
    let lang = look.lang;
    let sub = |tab| match tab {
        PriorityTab::Late => lang.priority_late_new(&look.count(counts.newly_late)),
        PriorityTab::Risk => {
            let decimals = usize::from(counts.expected_misses < 9.95);
            lang.priority_risk_sub(&format::number(counts.expected_misses, decimals, lang))
        }
        PriorityTab::Warning => lang.priority_warning_sub().to_owned(),
        PriorityTab::Ready => lang.priority_ready_sub(&look.count(counts.ready_orders)),
        PriorityTab::Metrc => lang.priority_metrc_sub().to_owned(),
    };
    let count = |tab: &PriorityTab| {
        let tone = tab_tone(*tab);
        let symbol = tone.symbol().map(|symbol| view! { <span class=tone.text_class()>{icon(symbol)}</span> });
        let inner = view! {
            <span class="lab">{symbol} {tab_name(*tab, lang)}</span>
            <span class=format!("val {}", tone.text_class())>{look.count(tab_count(*tab, counts))}</span>
            <span class="sub">{sub(*tab)}</span>
        };
        tile(records_of(*tab, query).href(), Some(tab.slug()), inner.into_any())
    };
    let tiles = PriorityTab::ALL.iter().map(count).collect_view();
    view! { <nav class="counts" aria-label=lang.priority_counts()>{tiles} {oldest(counts, look)}</nav> }.into_any()
}

/// The order that has been open longest, or all open ones where there is none.
fn oldest(counts: &PriorityCounts, look: Look) -> AnyView {
    let lang = look.lang;
    let Some((id, number, hours)) = &counts.oldest else {
        let list = ListQuery::with_filter(RecordKind::Orders, look.filter()).with(Condition::Open);
        let inner = view! {
            <span class="lab">{lang.priority_oldest()}</span>
            <span class="val">{format::MISSING}</span>
            <span class="sub">{lang.priority_open(&look.count(counts.open))}</span>
        };
        return tile(list.href(), None, inner.into_any());
    };
    let parts = format::duration_parts(hours * 3_600.0).into_iter();
    let parts: Vec<_> = parts.map(|(number, unit)| view! { {number}<small>{unit}</small> }).collect();
    let inner = view! {
        <span class="lab">{lang.priority_oldest()}</span>
        <span class="val">{parts}</span>
        <span class="sub">{record_name(RecordKind::Orders, id.0, number.as_deref())}</span>
    };
    tile(look.href(RecordKind::Orders, id.0), None, inner.into_any())
}

/// A count that is a link as a whole, where its reader may follow it.
fn tile(href: String, name: Option<&'static str>, inner: AnyView) -> AnyView {
    if may_open(&href) {
        view! { <a href=href data-tile=name>{inner}</a> }.into_any()
    } else {
        view! { <div data-tile=name>{inner}</div> }.into_any()
    }
}
