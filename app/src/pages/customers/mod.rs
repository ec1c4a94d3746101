//! Customers: who sends the work, how it changes, how they are served.

mod cards;
pub mod dashboard;
pub mod sheets;
mod table;

use crate::api::metrics::load_customers;
use crate::components::{Better, FilterBar, SkeletonCard, SkeletonTable, SkeletonTiles, Tile, TileStrip, Unit};
use crate::format;
use crate::i18n::Lang;
use crate::model::customers::{Customers, CustomersQuery, CustomersTiles};
use crate::model::filter::Filter;
use crate::model::overview::{FilterOptions, Scope};
use crate::model::records::{Condition, RecordKind, links};
use crate::pages::dashboard::Dashboard;
use leptos::prelude::*;

/// The page at `/customers`.
#[component]
pub fn CustomersPage() -> impl IntoView {
    Dashboard { title: Lang::nav_customers, read: CustomersQuery::parse, load: load_customers, skeleton, content }
        .view()
}

fn skeleton(lang: Lang) -> AnyView {
    view! {
        <SkeletonTiles/>
        <div class="grid">
            <SkeletonCard title=lang.customers_course() height=320 class="w8"/>
            <SkeletonCard title=lang.customers_concentration() height=320 class="w4"/>
        </div>
        <SkeletonTable rows=10/>
    }
    .into_any()
}

/// The whole page.
pub fn content(query: &CustomersQuery, page: Customers, options: FilterOptions, lang: Lang) -> AnyView {
    let scope = page.scope.clone();
    let today = scope.now.date();
    let keep = query.own_pairs();
    view! {
        <FilterBar path="/customers" filter=query.filter.clone() days=scope.days today options keep/>
        {strip(page.tiles.clone(), &scope, &query.filter, lang)}
        <div class="grid">
            {cards::courses(&page, query, lang)} {cards::concentration(&page, query, lang)}
            {table::list(page, query, lang)}
        </div>
    }
    .into_any()
}

fn strip(tiles: CustomersTiles, scope: &Scope, filter: &Filter, lang: Lang) -> AnyView {
    let unfinished = scope.axis.last().is_some_and(|last| scope.is_unfinished(*last));
    let label = format!("{}, {}", lang.key_figures(), format::day_range(scope.days, lang));
    let active = links::active_customers(filter).href();
    let new = links::new_customers(filter).href();
    let tests = links::created(RecordKind::Tests, filter).href();
    let open = links::orders_now(filter, Condition::Open).href();
    let late = links::orders_now(filter, Condition::Late).href();
    view! {
        <TileStrip label>
            <Tile id="active" label=lang.active_customers() figure=tiles.active unit=Unit::Count href=active
                explain=lang.active_customers_how() unfinished/>
            <Tile id="new" label=lang.new_customers() figure=tiles.new unit=Unit::Count href=new
                explain=lang.new_customers_how()/>
            <Tile id="tests" label=lang.tests_received() figure=tiles.tests unit=Unit::Count href=tests
                explain=lang.tests_received_how() unfinished/>
            <Tile id="largest" label=lang.customers_largest() figure=tiles.largest_share unit=Unit::Share
                explain=lang.customers_largest_how()/>
            <Tile id="five" label=lang.customers_five() figure=tiles.five_share unit=Unit::Share
                explain=lang.customers_five_how()/>
            <Tile id="open" label=lang.open_orders_title() figure=tiles.open_orders unit=Unit::Count href=open
                explain=lang.customers_open_how()/>
            <Tile id="late" label=lang.late() figure=tiles.late_orders unit=Unit::Count better=Better::Less href=late
                explain=lang.customers_late_how()/>
        </TileStrip>
    }
    .into_any()
}
