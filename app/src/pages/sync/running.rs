//! The run that is going on, followed live; what there is instead when none is.

use super::controls::Controls;
use super::words::{entity_name, expected, mode_name, pages, share};
use crate::components::{Card, EmptyState, ProgressBar, Symbol, icon};
use crate::format;
use crate::i18n::Lang;
use crate::live::use_live;
use crate::model::session::Role;
use crate::model::sync::{EntityProgress, RunState, SyncPage, SyncRun};
use chrono::NaiveDateTime;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The card at the top of the page.
pub(super) fn card(page: &SyncPage, controls: Controls, lang: Lang) -> AnyView {
    let (live, first) = (use_live(), page.state.freshness.running.clone());
    let run = Memo::new(move |_| live.map_or_else(|| first.clone(), |live| live.running(first.as_ref())));
    // The frame of the card stays while its run moves on, so that the button in it keeps its focus.
    let number = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.id)));
    let (idle, last) = (idle_words(page, lang), page.runs.iter().find(|run| run.finished_at.is_some()).cloned());
    let (now, may) = (page.state.now, page.role >= Role::Manager);
    (move || match number.get() {
        Some(_) => going_on(run, now, may, controls, lang),
        None => nothing_going_on(idle.clone(), last.as_ref(), lang),
    })
    .into_any()
}

/// What the last run read stands where its progress stood.
fn nothing_going_on(why: String, last: Option<&SyncRun>, lang: Lang) -> AnyView {
    let Some(last) = last else {
        return view! { <Card title=lang.run_none() class="w8"><EmptyState what=lang.runs_empty() why/></Card> }
            .into_any();
    };
    let rows = last.entities.iter().map(|entity| row(entity, lang)).collect_view();
    view! { <Card title=lang.run_none() sub=why class="w8"><ul class="ents">{rows}</ul></Card> }.into_any()
}

fn idle_words(page: &SyncPage, lang: Lang) -> String {
    let recent = |at: NaiveDateTime| format::recent(at, page.state.now, lang);
    let ended = page.runs.iter().find_map(|run| Some((run.id, run.finished_at?)));
    let last = ended.map(|(id, at)| lang.run_none_last(&number(id, lang), &recent(at)));
    let next = page.state.schedules.iter().filter_map(|schedule| schedule.next_run).min();
    let next = match (page.state.paused, next) {
        (true, _) => Some(lang.run_none_paused().to_owned()),
        (false, next) => next.map(|at| lang.run_none_next(&recent(at))),
    };
    [last, next].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn number(id: i64, lang: Lang) -> String {
    format::count(id.unsigned_abs(), lang)
}

fn going_on(run: Memo<Option<SyncRun>>, now: NaiveDateTime, may: bool, controls: Controls, lang: Lang) -> AnyView {
    let Some(begun) = run.get_untracked() else { return ().into_any() };
    let id = begun.id;
    let sub = lang.run_sub(&format::recent(begun.started_at, now, lang), &begun.trigger, &number(id, lang));
    let cancel = move || {
        may.then(|| {
            view! {
                <ActionForm action=controls.cancel>
                    <input type="hidden" name="run" value=id.to_string()/>
                    <button class="btn danger" type="submit">{icon(Symbol::Stop)}{lang.run_cancel()}</button>
                </ActionForm>
            }
        })
    };
    let whole = Signal::derive(move || run.with(|run| run.as_ref().and_then(share)).unwrap_or(0.0));
    let spoken = Memo::new(move |_| (whole.get() * 10.0).floor() / 10.0);
    view! {
        <Card title=lang.run_title(mode_name(begun.mode, lang)) sub class="w8" actions=cancel footer=foot(run, lang)>
            <div class="body">
                <div class="wrap spread">
                    <span>{move || run.get().map(|run| extent(&run, lang))}</span>
                    <span class="mut">{move || run.get().and_then(|run| left(&run, lang))}</span>
                </div>
                <ProgressBar label=lang.run_whole() share=whole tall=true/>
                <p class="vh" role="status">
                    {move || lang.run_announce(&format::percent(spoken.get(), 0, lang))}
                </p>
            </div>
            <ul class="ents">
                {move || run.get().map(|run| run.entities.iter().map(|entity| row(entity, lang)).collect_view())}
            </ul>
        </Card>
    }
    .into_any()
}

fn extent(run: &SyncRun, lang: Lang) -> AnyView {
    let count = |n: u32| format::count(u64::from(n), lang);
    if run.state == RunState::Queued {
        return lang.run_queued().into_any();
    }
    match (share(run), pages(run)) {
        (Some(share), Some((done, total))) => {
            let pages = lang.run_pages(&count(done), &count(total));
            view! { <b>{format::percent(share, 0, lang)}</b>" "<span class="mut">{pages}</span> }.into_any()
        }
        _ => {
            let done = run.entities.iter().map(|entity| entity.pages_done).sum();
            view! { <span class="mut">{lang.run_pages_so_far(&count(done))}</span> }.into_any()
        }
    }
}

fn left(run: &SyncRun, lang: Lang) -> Option<String> {
    run.remaining_seconds.map(|seconds| lang.run_left(&format::seconds(seconds)))
}

fn row(entity: &EntityProgress, lang: Lang) -> AnyView {
    let count = |n: u32| format::count(u64::from(n), lang);
    let name = entity_name(&entity.entity, lang);
    let (class, symbol) = match (entity.done, entity.pages_done) {
        (true, _) => ("ok", Symbol::Check),
        (false, 0) => ("", Symbol::Clock),
        _ => ("run", Symbol::Refresh),
    };
    let share = match (entity.done, expected(entity)) {
        (true, _) => 1.0,
        (false, Some(total)) if total > 0 => f64::from(entity.pages_done) / f64::from(total),
        _ => 0.0,
    };
    let rows = if entity.done || entity.seen > 0 {
        lang.run_rows(&format::count(entity.seen, lang))
    } else {
        lang.run_waiting().to_owned()
    };
    let pages = match expected(entity) {
        Some(total) if !entity.done => lang.run_pages(&count(entity.pages_done), &count(total)),
        _ => lang.run_pages_so_far(&count(entity.pages_done)),
    };
    view! {
        <li class=class>
            {icon(symbol)} <span>{name.clone()}</span> <ProgressBar label=name share=Signal::stored(share)/>
            <span class="num nb">{rows}</span> <span class="num nb mut">{pages}</span>
        </li>
    }
    .into_any()
}

fn foot(run: Memo<Option<SyncRun>>, lang: Lang) -> ViewFn {
    let words = move || {
        let run = run.get()?;
        let speed = run.rows_per_second.map(|speed| lang.run_speed(&format::number(speed, 0, lang)));
        let held: u64 = run.entities.iter().map(|entity| entity.quarantined).sum();
        let parts = [
            Some(lang.run_requests(&format::count(run.requests, lang))),
            (run.retries > 0).then(|| lang.run_retries(&format::count(run.retries, lang))),
            speed,
            (held > 0).then(|| lang.sync_held(&format::count(held, lang))),
        ];
        Some(parts.into_iter().flatten().map(|part| view! { <span>{part}</span> }).collect_view())
    };
    ViewFn::from(move || words)
}
