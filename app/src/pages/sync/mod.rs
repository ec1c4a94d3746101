//! The synchronisation: how fresh the copy is, what is going on, what was, what is set aside, and how to act on it.

mod controls;
mod history;
mod proof;
mod run;
mod running;
mod schedules;
mod words;

pub use run::SyncRunPage;

use crate::api::sync::load_sync_page;
use crate::components::{ErrorNote, Note, NoteKind, Page, SkeletonCard, SkeletonTable};
use crate::format;
use crate::i18n::{Lang, use_lang};
use crate::live::{Live, page_data, use_live};
use crate::model::session::Role;
use crate::model::sync::{EntityFreshness, SyncPage};
use chrono::NaiveDateTime;
use controls::Controls;
use leptos::prelude::*;

/// The page at `/sync`.
#[component]
pub fn SynchronisationPage() -> impl IntoView {
    let lang = use_lang();
    let live = use_live();
    let data = page_data(move || live.map(Live::runs), |_| load_sync_page());
    let retry = Callback::new(move |()| data.refetch());
    let controls = Controls::new();
    controls.tell(lang, move || data.refetch());
    let now = move || {
        view! {
            <Suspense>
                {move || Suspend::new(async move {
                    let may = data.await.is_ok_and(|page| page.role >= Role::Manager && page.state.freshness.enabled);
                    may.then(|| controls::sync_now(controls, lang))
                })}
            </Suspense>
        }
    };
    view! {
        <Page title=lang.nav_sync() actions=now>
            {controls.note(lang)}
            <Transition fallback=skeleton>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(page) => content(&page, controls, lang),
                        Err(error) => view! { <ErrorNote what=lang.nav_sync() error retry/> }.into_any(),
                    }
                })}
            </Transition>
        </Page>
    }
}

fn skeleton() -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="grid">
            <SkeletonCard title=lang.run_none() height=220 class="w8"/>
            <SkeletonCard title=lang.sync_start_run() height=220 class="w4"/>
        </div>
        <SkeletonTable rows=8/>
    }
}

fn content(page: &SyncPage, controls: Controls, lang: Lang) -> AnyView {
    let freshness = &page.state.freshness;
    let problem = freshness.problem.clone().map(|why| {
        view! { <Note kind=NoteKind::Bad text=format!("{} {why}", lang.sync_failing())/> }
    });
    view! {
        {problem}
        {ages(page, lang)}
        <div class="grid">
            {running::card(page, controls, lang)} {controls::start_card(page, controls, lang)}
            {history::card(page, lang)} {proof::certificate(page, controls, lang)}
            {proof::quarantine(page, controls, lang)} {schedules::card(page, controls, lang)}
        </div>
    }
    .into_any()
}

/// How old the copy of each kind of record is.
fn ages(page: &SyncPage, lang: Lang) -> AnyView {
    let strip = page.state.entities.iter().map(|entity| age(entity, page.state.now, lang)).collect_view();
    view! { <section class="counts" aria-label=lang.sync_ages()>{strip}</section> }.into_any()
}

fn age(entity: &EntityFreshness, now: NaiveDateTime, lang: Lang) -> AnyView {
    let minutes = entity.as_of.map(|at| (now - at).num_minutes().max(0));
    let dot = match minutes {
        None => "dot off",
        Some(minutes) if minutes > 60 => "dot warn",
        Some(_) => "dot live",
    };
    let words = minutes.map_or_else(|| lang.sync_never_read().to_owned(), |minutes| format::age(minutes, lang));
    let below = match (entity.quarantined, entity.as_of) {
        (0, Some(at)) => lang.sync_up_to(&format::recent(at, now, lang)),
        (0, None) => String::new(),
        (held, _) => lang.sync_held(&format::count(held.unsigned_abs(), lang)),
    };
    // Assays have no list of their own.
    let href = (entity.entity != "assays").then(|| format!("/records/{}", entity.entity));
    view! {
        <a href=href>
            <span class="lab"><span class=dot aria-hidden="true"></span>{words::entity_name(&entity.entity, lang)}</span>
            <span class="val small">{words}</span>
            <span class="sub">{below}</span>
        </a>
    }
    .into_any()
}
