//! The key figures.

use super::records_href;
use crate::components::{Better, Tile, TileStrip, Unit};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::overview::{OverviewTiles, Scope};
use crate::model::records::links;
use leptos::prelude::*;

/// The strip of seven.
pub fn strip(tiles: OverviewTiles, scope: &Scope, filter: &Filter, lang: Lang) -> AnyView {
    let unfinished = scope.axis.last().is_some_and(|last| scope.is_unfinished(*last));
    let label = format!("{}, {}", lang.key_figures(), format::day_range(scope.days, lang));
    let reported = records_href("tests", "reported", filter);
    let received = records_href("tests", "created", filter);
    let samples = records_href("samples", "created", filter);
    let active = links::active_customers(filter).href();
    view! {
        <TileStrip label>
            <Tile id="samples" label=lang.samples_received() figure=tiles.samples unit=Unit::Count href=samples
                explain=lang.samples_received_how() unfinished/>
            <Tile id="tests" label=lang.tests_received() figure=tiles.tests unit=Unit::Count href=received
                explain=lang.tests_received_how() unfinished/>
            <Tile id="reported" label=lang.tests_reported() figure=tiles.reported unit=Unit::Count
                href=reported.clone() explain=lang.tests_reported_how() unfinished/>
            <Tile id="customers" label=lang.active_customers() figure=tiles.active_customers unit=Unit::Count
                href=active explain=lang.active_customers_how() unfinished/>
            <Tile id="tat-mean" label=lang.tat_mean() figure=tiles.tat_mean unit=Unit::Hours better=Better::Less
                href=reported.clone() explain=lang.tat_how() unfinished/>
            <Tile id="tat-median" label=lang.tat_median() figure=tiles.tat_median unit=Unit::Hours
                better=Better::Less href=reported.clone() explain=lang.tat_how() unfinished/>
            <Tile id="tat-p90" label=lang.tat_p90() figure=tiles.tat_p90 unit=Unit::Hours better=Better::Less
                href=reported explain=lang.tat_how() unfinished/>
        </TileStrip>
    }
    .into_any()
}

/// The figures of one customer: those of the strip without the number of customers.
pub fn of_customer(tiles: OverviewTiles, scope: &Scope, filter: &Filter, lang: Lang) -> AnyView {
    let unfinished = scope.axis.last().is_some_and(|last| scope.is_unfinished(*last));
    let label = format!("{}, {}", lang.key_figures(), format::day_range(scope.days, lang));
    let reported = records_href("tests", "reported", filter);
    let samples = records_href("samples", "created", filter);
    let received = records_href("tests", "created", filter);
    view! {
        <TileStrip label>
            <Tile id="samples" label=lang.samples_received() figure=tiles.samples unit=Unit::Count
                href=samples explain=lang.samples_received_how() unfinished/>
            <Tile id="tests" label=lang.tests_received() figure=tiles.tests unit=Unit::Count
                href=received explain=lang.tests_received_how() unfinished/>
            <Tile id="reported" label=lang.tests_reported() figure=tiles.reported unit=Unit::Count
                href=reported.clone() explain=lang.tests_reported_how() unfinished/>
            <Tile id="tat-median" label=lang.tat_median() figure=tiles.tat_median unit=Unit::Hours
                better=Better::Less href=reported.clone() explain=lang.tat_how() unfinished/>
            <Tile id="tat-p90" label=lang.tat_p90() figure=tiles.tat_p90 unit=Unit::Hours better=Better::Less
                href=reported explain=lang.tat_how() unfinished/>
        </TileStrip>
    }
    .into_any()
}
