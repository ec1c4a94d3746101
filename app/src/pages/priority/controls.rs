//! What narrows the page: the shared filter bar with target and least age in it, the tabs, the pager.

use super::{tab_count, tab_name};
use crate::components::{FilterBar, FilterField, Pager, may_open};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::{Filter, percent_decode};
use crate::model::overview::FilterOptions;
use crate::model::priority::{PAGE_ROWS, Priority, PriorityCounts, PriorityQuery, PriorityTab};
use crate::pages::records::cells::Look;
use leptos::prelude::*;

/// Targets that one click sets, in hours.
const TARGETS: [f64; 5] = [24.0, 48.0, 72.0, 120.0, 168.0];

/// The filter bar.
pub(super) fn bar(query: &PriorityQuery, page: &Priority, options: FilterOptions, lang: Lang) -> AnyView {
    let fields = vec![FilterField::Customer, FilterField::Type, FilterField::Matrix, FilterField::Label];
    let own = query.clone();
    let extra = move || view! { {targets(&own, lang)} {limits(&own, lang)} };
    view! {
        <FilterBar path="/priority" filter=query.filter.clone() days=page.scope.days today=page.scope.now.date() options
            fields keep=query.own_pairs() buckets=false compares=false ranges=false extra/>
    }
    .into_any()
}

fn targets(query: &PriorityQuery, lang: Lang) -> AnyView {
    let link = |hours: f64| {
        let filter = Filter { sla_hours: hours, ..query.filter.clone() };
        let current = ((hours - query.filter.sla_hours).abs() < f64::EPSILON).then_some("true");
        let href = PriorityQuery { filter, ..query.at(1) }.href();
        view! { <a href=href aria-current=current data-noscroll="">{format::target(hours)}</a> }
    };
    view! {
        <div class="seg" role="group" aria-label=lang.target_label()>{TARGETS.map(link).collect_view()}</div>
    }
    .into_any()
}

/// Target and least age as a form.
fn limits(query: &PriorityQuery, lang: Lang) -> AnyView {
    let rest = PriorityQuery { min_days: 0, ..query.at(1) }.to_query();
    let hidden: Vec<_> = rest
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| *name != "sla")
        .map(|(name, value)| view! { <input type="hidden" name=name.to_owned() value=percent_decode(value)/> })
        .collect();
    let (target, least) = (query.filter.sla_hours.to_string(), query.min_days.to_string());
    view! {
        <form class="wrap limits" method="get" action="/priority" data-nav="">
            {hidden}
            <label class="wrap">{lang.priority_target()}
                <input class="input short" type="number" name="sla" min="0" max="87600" step="any" value=target/></label>
            <label class="wrap">{lang.priority_least()}
                <input class="input short" type="number" name="min_days" min="0" max="36500" step="1" value=least/></label>
            <button class="btn" type="submit">{lang.apply()}</button>
        </form>
    }
    .into_any()
}

/// The tabs with their counts.
pub(super) fn tabs(query: &PriorityQuery, counts: &PriorityCounts, look: Look) -> AnyView {
    let tab = |tab: &PriorityTab| {
        let current = (*tab == query.tab).then_some("page");
        let count = look.count(tab_count(*tab, counts));
        let href = query.with_tab(*tab).href();
        may_open(&href).then(|| {
            view! {
                <a href=href aria-current=current data-noscroll="">{tab_name(*tab, look.lang)} " " {count}</a>
            }
        })
    };
    view! {
        <nav class="seg tabs" aria-label=look.lang.priority_what()>{PriorityTab::ALL.iter().map(tab).collect_view()}</nav>
    }
    .into_any()
}

/// Which rows of how many, and the pages before and after.
pub(super) fn pager(query: &PriorityQuery, page: u32, shown: usize, total: u64, look: Look) -> AnyView {
    let before = u64::from(page - 1) * PAGE_ROWS as u64;
    let last = before + shown as u64;
    let summary = look.lang.rows_shown(&look.count(before + 1), &look.count(last), &look.count(total));
    let previous = (page > 1).then(|| query.at(page - 1).href());
    let next = (last < total).then(|| query.at(page + 1).href());
    match (previous, next) {
        (Some(previous), Some(next)) => view! { <Pager summary previous next/> }.into_any(),
        (Some(previous), None) => view! { <Pager summary previous/> }.into_any(),
        (None, Some(next)) => view! { <Pager summary next/> }.into_any(),
        (None, None) => view! { <Pager summary/> }.into_any(),
    }
}
