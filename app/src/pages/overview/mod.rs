//! The overview: what came in, what went out, how fast, for whom.

pub(super) mod cards;
mod customers;
pub mod sheets;
pub(super) mod tiles;

use crate::api::metrics::load_overview;
use crate::components::{FilterBar, SkeletonCard, SkeletonTiles, lead};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::overview::{Briefing, FilterOptions, Overview, Scope};
use crate::pages::dashboard::Dashboard;
use leptos::prelude::*;

/// The page at `/`.
#[component]
pub fn OverviewPage() -> impl IntoView {
    Dashboard { title: Lang::nav_overview, read: Filter::parse, load: load_overview, skeleton, content }.view()
}

fn skeleton(lang: Lang) -> AnyView {
    view! {
        <SkeletonTiles/>
        <div class="grid">
            <SkeletonCard title=lang.samples_and_tests() height=320 class="w8"/>
            <SkeletonCard title=lang.tests_by_label() height=320 class="w4"/>
        </div>
    }
    .into_any()
}

/// The whole page for a set of figures.
fn content(filter: &Filter, overview: Overview, options: FilterOptions, lang: Lang) -> AnyView {
    let Overview { scope, briefing, tiles, sla, volume, turnaround, labels, .. } = overview;
    let today = scope.now.date();
    view! {
        {briefing_line(&briefing, &scope, filter, lang)}
        <FilterBar path="/" filter=filter.clone() days=scope.days today options/>
        {tiles::strip(tiles.clone(), &scope, filter, lang)}
        <div class="grid">
            {cards::volume(&volume, &tiles, &scope, filter, ("/", filter), lang)}
            {cards::labels(labels, filter, ("/", filter), lang)}
            {cards::turnaround(&turnaround, &tiles, sla, &scope, filter, ("/", filter), lang)}
            {customers::newcomers(overview.new_customers, overview.new_customer_count, today, filter, lang)}
            {customers::top(overview.top_customers, filter, lang)}
        </div>
    }
    .into_any()
}

/// One line about now, at most four facts, each a link.
fn briefing_line(briefing: &Briefing, scope: &Scope, filter: &Filter, lang: Lang) -> AnyView {
    let count = |n| format::count(n, lang);
    let then = Filter { as_of: filter.as_of, ..Filter::default() };
    let sla = Filter { sla_hours: filter.sla_hours, ..then.clone() };
    let records = |filter: &Filter, path: &str, what: &str| {
        let href = filter.href(path);
        format!("{href}{}{what}", if href.contains('?') { '&' } else { '?' })
    };
    let mut facts: Vec<AnyView> = Vec::new();
    if briefing.late > 0 {
        let newly = (briefing.newly_late > 0).then(|| format!(", {}", lang.newly_late(&count(briefing.newly_late))));
        let one = briefing.late == 1;
        let text = if one { lang.order_late().to_owned() } else { lang.orders_late(&count(briefing.late)) };
        let fact = lead(records(&sla, "/records/orders", "late=1"), "", view! { <b class="late">{text}</b> });
        facts.push(view! { {fact}{newly}". " }.into_any());
    }
    if briefing.at_risk > 0 {
        let text = lang.orders_at_risk(&count(briefing.at_risk));
        let fact = lead(records(&sla, "/records/orders", "at_risk=1"), "", view! { <b class="risk">{text}</b> });
        facts.push(view! { {fact}" "{lang.of_missing_target()}". " }.into_any());
    }
    if let Some((label, hours)) = &briefing.slowest {
        let href = Filter { label: Some(label.clone()), ..then.clone() }.href("/");
        let text = lang.label_slower(&format::hours(*hours));
        let fact = lead(href, "", view! { <b>{label.clone()}</b> });
        facts.push(view! { {fact}" "{text}". " }.into_any());
    }
    if briefing.ready_samples > 0 {
        let one = briefing.ready_samples == 1;
        let text =
            if one { lang.sample_ready().to_owned() } else { lang.samples_ready(&count(briefing.ready_samples)) };
        let state = if one { lang.is_ready() } else { lang.are_ready() };
        let fact = lead(records(&then, "/records/samples", "ready=1"), "", view! { <b>{text}</b> });
        facts.push(view! { {fact}" "{state}"." }.into_any());
    }
    if briefing.late == 0 && briefing.at_risk == 0 {
        let text = lang.all_on_track(&count(briefing.open_orders));
        facts.insert(0, view! { {text}" " }.into_any());
    }
    view! {
        <p class="brief">
            <span>{facts}</span>
            <time datetime=scope.now.format("%Y-%m-%dT%H:%M").to_string()>{format::long_date_time(scope.now, lang)}</time>
        </p>
    }
    .into_any()
}

/// The list of records of a kind that a figure counts: the page's filter, and which date its range is about.
fn records_href(kind: &str, basis: &str, filter: &Filter) -> String {
    let query = filter.to_query();
    let joint = if query.is_empty() { "" } else { "&" };
    format!("/records/{kind}?basis={basis}{joint}{query}")
}
