//! Operations: what goes through the laboratory, what lies in it and for how long, what is to come.

mod batches;
mod flow;
mod outlook;
pub mod sheets;
mod wip;

use crate::api::metrics::load_operations;
use crate::components::{Better, FilterBar, SkeletonCard, SkeletonTiles, Tile, TileStrip, Unit};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::operations::{Operations, OperationsTiles};
use crate::model::overview::{FilterOptions, Scope};
use crate::model::records::{RecordKind, links};
use crate::pages::dashboard::Dashboard;
use leptos::prelude::*;

/// The page at `/operations`.
#[component]
pub fn OperationsPage() -> impl IntoView {
    Dashboard {
        title: Lang::nav_operations,
        read: Filter::parse,
        load: load_operations,
        skeleton,
        content: |query, page, options, lang| content(query, &page, options, lang),
    }
    .view()
}

fn skeleton(lang: Lang) -> AnyView {
    view! { <SkeletonTiles/> <div class="grid"><SkeletonCard title=lang.ops_throughput() height=320 class="w8"/></div> }
        .into_any()
}

/// The whole page.
pub fn content(filter: &Filter, page: &Operations, options: FilterOptions, lang: Lang) -> AnyView {
    let scope = &page.scope;
    view! {
        <FilterBar path="/operations" filter=filter.clone() days=scope.days today=scope.now.date() options/>
        {strip(page.tiles.clone(), scope, filter, lang)}
        <div class="grid">
            {flow::throughput(page, filter, lang)} {flow::funnel(&page.funnel, filter, lang)}
            {wip::card(page, filter, lang)} {wip::little(&page.little, scope, filter, lang)}
            {flow::cycle(page, filter, lang)} {flow::matrices(page, filter, lang)}
            {wip::arrivals(page, filter, lang)}
            {outlook::arrivals(page, filter, lang)} {outlook::backlog(page, filter, lang)}
            <div class="w8 column">{batches::load(page, filter, lang)} {flow::slowest(page, filter, lang)}</div>
            <div class="w4 column">{batches::assays(page, filter, lang)} {batches::stale(page, filter, lang)}</div>
        </div>
    }
    .into_any()
}

fn strip(tiles: OperationsTiles, scope: &Scope, filter: &Filter, lang: Lang) -> AnyView {
    let unfinished = scope.axis.last().is_some_and(|last| scope.is_unfinished(*last));
    let label = format!("{}, {}", lang.key_figures(), format::day_range(scope.days, lang));
    let received = links::created(RecordKind::Tests, filter).href();
    let completed = links::completed(RecordKind::Tests, filter).href();
    let reported = links::tests_reported(filter).href();
    let in_progress = links::tests_in_progress(filter).href();
    let samples = links::completed(RecordKind::Samples, filter).href();
    view! {
        <TileStrip label>
            <Tile id="received" label=lang.tests_received() figure=tiles.received unit=Unit::Count href=received
                explain=lang.tests_received_how() unfinished/>
            <Tile id="completed" label=lang.ops_completed() figure=tiles.completed unit=Unit::Count href=completed
                explain=lang.ops_completed_how() unfinished/>
            <Tile id="reported" label=lang.tests_reported() figure=tiles.reported unit=Unit::Count href=reported
                explain=lang.tests_reported_how() unfinished/>
            <Tile id="wip" label=lang.ops_wip_now() figure=tiles.in_progress unit=Unit::Count href=in_progress
                explain=lang.ops_wip_how()/>
            <Tile id="cycle" label=lang.ops_cycle_mean() figure=tiles.cycle_mean unit=Unit::Hours better=Better::Less
                href=samples explain=lang.ops_cycle_how() unfinished/>
            <Tile id="little" label=lang.ops_little() figure=tiles.little unit=Unit::Share
                explain=lang.ops_little_how()/>
        </TileStrip>
    }
    .into_any()
}
