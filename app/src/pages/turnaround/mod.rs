//! Turnaround: how long the work takes, how that spreads and changes, where the time goes.

mod cards;
pub mod sheets;
mod tables;
mod waterfall;

use self::sheets::{clock_name, subject_name};
use crate::api::metrics::load_turnaround;
use crate::components::{
    Better, FilterBar, Note, NoteKind, SkeletonCard, SkeletonTable, SkeletonTiles, Tile, TileStrip, Unit, may_open,
};
use crate::format;
use crate::i18n::Lang;
use crate::model::overview::FilterOptions;
use crate::model::records::{TurnaroundClass, links};
use crate::model::turnaround::{Subject, TimeClock, Turnaround, TurnaroundQuery};
use crate::pages::dashboard::Dashboard;
use leptos::prelude::*;

/// The page at `/turnaround`.
#[component]
pub fn TurnaroundPage() -> impl IntoView {
    Dashboard {
        title: Lang::nav_turnaround,
        read: TurnaroundQuery::parse,
        load: load_turnaround,
        skeleton,
        content: |query, page, options, lang| content(query, &page, options, lang),
    }
    .view()
}

fn skeleton(lang: Lang) -> AnyView {
    view! {
        <SkeletonTiles/>
        <div class="grid">
            <SkeletonCard title=lang.turn_distribution() height=326 class="w8"/>
            <SkeletonCard title=lang.turn_curve() height=326 class="w4"/>
        </div>
        <SkeletonTable rows=10/>
    }
    .into_any()
}

/// A segmented control of links: address, whether it is in force, words.
fn segments(label: &'static str, options: Vec<(String, bool, &'static str)>) -> AnyView {
    let link = |(href, current, text): (String, bool, &'static str)| {
        may_open(&href).then(|| {
            view! { <a href=href aria-current=current.then_some("true") data-noscroll="">{text}</a> }
        })
    };
    view! {
        <div class="seg" role="group" aria-label=label>{options.into_iter().map(link).collect_view()}</div>
    }
    .into_any()
}

/// What is measured, and by which clock.
fn switches(query: &TurnaroundQuery, lang: Lang) -> AnyView {
    let subject = |subject: Subject| {
        let href = TurnaroundQuery { subject, ..query.clone() }.href();
        (href, subject == query.subject, subject_name(subject, lang))
    };
    let clock = |clock: TimeClock| {
        let href = TurnaroundQuery { clock, ..query.clone() }.href();
        (href, clock == query.clock, clock_name(clock, lang))
    };
    view! {
        {segments(lang.turn_entity(), Subject::ALL.map(subject).into())}
        {segments(lang.turn_clock(), TimeClock::ALL.map(clock).into())}
    }
    .into_any()
}

/// The whole page.
pub fn content(query: &TurnaroundQuery, page: &Turnaround, options: FilterOptions, lang: Lang) -> AnyView {
    let scope = &page.scope;
    let today = scope.now.date();
    let keep = query.own_pairs();
    let state = query.clone();
    let extra = move || switches(&state, lang);
    view! {
        <FilterBar path="/turnaround" filter=query.filter.clone() days=scope.days today options keep extra/>
        {strip(page, query, lang)}
        {left_out(page, query, lang)}
        <div class="grid">
            {cards::distribution(page, query, lang)} {cards::curve(page, query, lang)}
            {cards::trend(page, query, lang)} {waterfall::card(page, query, lang)} {tables::groups(page, query, lang)}
            {tables::orders(&page.slowest, query, scope.now, lang)}
        </div>
    }
    .into_any()
}

/// The name of what ended in the range.
pub(crate) const fn ended_name(subject: Subject, lang: Lang) -> &'static str {
    match subject {
        Subject::Tests => lang.turn_tests_reported(),
        Subject::Samples => lang.turn_samples_completed(),
        Subject::Orders => lang.turn_orders_reported(),
    }
}

fn strip(page: &Turnaround, query: &TurnaroundQuery, lang: Lang) -> AnyView {
    let (scope, tiles) = (&page.scope, page.tiles.clone());
    let unfinished = scope.axis.last().is_some_and(|last| scope.is_unfinished(*last));
    let label = format!("{}, {}", lang.key_figures(), format::day_range(scope.days, lang));
    let ended = links::ended(query.subject, &query.filter).href();
    // Lists judge tests by the calendar only.
    let judged = query.subject == Subject::Tests && query.clock == TimeClock::Calendar;
    let on_time =
        if judged { links::tests_judged(&query.filter, TurnaroundClass::Within).href() } else { ended.clone() };
    let name = ended_name(query.subject, lang);
    view! {
        <TileStrip label>
            <Tile id="mean" label=lang.turn_mean() figure=tiles.mean unit=Unit::Hours better=Better::Less
                href=ended.clone() explain=lang.turn_how() unfinished/>
            <Tile id="median" label=lang.median() figure=tiles.median unit=Unit::Hours better=Better::Less
                href=ended.clone() explain=lang.turn_how() unfinished/>
            <Tile id="p90" label=lang.tat_p90() figure=tiles.p90 unit=Unit::Hours better=Better::Less
                href=ended.clone() explain=lang.turn_how() unfinished/>
            <Tile id="p95" label=lang.turn_p95() figure=tiles.p95 unit=Unit::Hours better=Better::Less
                href=ended.clone() explain=lang.turn_how() unfinished/>
            <Tile id="p99" label=lang.turn_p99() figure=tiles.p99 unit=Unit::Hours better=Better::Less
                href=ended.clone() explain=lang.turn_how() unfinished/>
            <Tile id="on-time" label=lang.on_time() figure=tiles.on_time unit=Unit::Share better=Better::More
                href=on_time explain=lang.turn_on_time_how() unfinished/>
            <Tile id="ended" label=name figure=tiles.ended unit=Unit::Count href=ended.clone()
                explain=lang.turn_ended_how() unfinished/>
        </TileStrip>
    }
    .into_any()
}

/// What no duration counts, with its list where there is one.
fn left_out(page: &Turnaround, query: &TurnaroundQuery, lang: Lang) -> Option<AnyView> {
    let many = page.measured.undated + page.measured.negative;
    if many == 0 {
        return None;
    }
    let text = lang.turn_left_out(&format::count(many, lang));
    let listed = query.subject == Subject::Tests && query.clock == TimeClock::Calendar;
    let link = listed.then(|| {
        let href = links::tests_judged(&query.filter, TurnaroundClass::Unknown).href();
        may_open(&href).then(|| view! { <a class="btn sm" href=href>{lang.turn_show_left_out()}</a> })
    });
    Some(view! { <Note kind=NoteKind::Info text>{link}</Note> }.into_any())
}
