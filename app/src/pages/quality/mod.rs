//! Quality: what goes wrong, for whom, and what is out of its usual range.

mod cards;
mod groups;
pub mod sheets;

use crate::api::metrics::load_quality;
use crate::components::{Better, FilterBar, SkeletonCard, SkeletonTiles, Tile, TileStrip, Unit};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::overview::{FilterOptions, Scope};
use crate::model::quality::{Quality, QualityTiles};
use crate::model::records::{Condition, links};
use crate::pages::dashboard::Dashboard;
use leptos::prelude::*;

/// The page at `/quality`.
#[component]
pub fn QualityPage() -> impl IntoView {
    Dashboard {
        title: Lang::nav_quality,
        read: Filter::parse,
        load: load_quality,
        skeleton,
        content: |query, page, options, lang| content(query, &page, options, lang),
    }
    .view()
}

fn skeleton(lang: Lang) -> AnyView {
    view! { <SkeletonTiles/> <div class="grid"><SkeletonCard title=lang.quality_course() height=320 class="w8"/></div> }
        .into_any()
}

/// The whole page.
pub fn content(filter: &Filter, page: &Quality, options: FilterOptions, lang: Lang) -> AnyView {
    let scope = &page.scope;
    view! {
        <FilterBar path="/quality" filter=filter.clone() days=scope.days today=scope.now.date() options/>
        {strip(page.tiles.clone(), scope, filter, lang)}
        <div class="grid">
            {cards::unusual(page, filter, lang)}
            <div class="w8 column">{cards::course(page, filter, lang)} {cards::punctual(page, filter, lang)}</div>
            <div class="w4 column">{cards::labels(page, filter, lang)} {cards::metrc(page, filter, lang)}</div>
            {cards::states(page, filter, lang)}
            {groups::customers(page, filter, lang)} {groups::matrices(page, filter, lang)}
        </div>
    }
    .into_any()
}

fn strip(tiles: QualityTiles, scope: &Scope, filter: &Filter, lang: Lang) -> AnyView {
    let label = format!("{}, {}", lang.key_figures(), format::day_range(scope.days, lang));
    let [on_hold, not_reportable, cancelled] = [Condition::OnHold, Condition::NotReportable, Condition::Cancelled]
        .map(|condition| links::tests_created(filter, condition).href());
    let reworked = links::tests_reworked(filter).href();
    let reported = links::tests_reported(filter).href();
    view! {
        <TileStrip label>
            <Tile id="on-hold" label=lang.quality_on_hold() figure=tiles.on_hold unit=Unit::Count better=Better::Less
                href=on_hold explain=lang.quality_on_hold_how()/>
            <Tile id="not-reportable" label=lang.quality_not_reportable() figure=tiles.not_reportable unit=Unit::Count
                better=Better::Less href=not_reportable explain=lang.quality_not_reportable_how()/>
            <Tile id="cancelled" label=lang.quality_cancelled() figure=tiles.cancelled unit=Unit::Count
                better=Better::Less href=cancelled explain=lang.quality_cancelled_how()/>
            <Tile id="repeat" label=lang.quality_repeat_rate() figure=tiles.repeat_rate unit=Unit::Share
                better=Better::Less href=reworked explain=lang.quality_repeat_how()/>
            <Tile id="first-pass" label=lang.quality_first_pass() figure=tiles.first_pass unit=Unit::Share
                better=Better::More href=reported.clone() explain=lang.quality_first_pass_how()/>
            <Tile id="on-time" label=lang.on_time() figure=tiles.on_time unit=Unit::Share better=Better::More
                href=reported explain=lang.quality_on_time_how()/>
        </TileStrip>
    }
    .into_any()
}
