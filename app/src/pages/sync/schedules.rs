//! When runs start by themselves.

use super::controls::Controls;
use super::words::mode_name;
use crate::components::{Card, Note, NoteKind, Symbol, icon};
use crate::format;
use crate::i18n::Lang;
use crate::model::session::Role;
use crate::model::sync::{Schedule, SyncPage};
use crate::pages::words::timing;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The schedules; managers change them.
pub(super) fn card(page: &SyncPage, controls: Controls, lang: Lang) -> AnyView {
    let (may, paused) = (page.role >= Role::Manager, page.state.paused);
    let pause = move || {
        may.then(|| {
            let (symbol, words) =
                if paused { (Symbol::Play, lang.schedules_resume()) } else { (Symbol::Pause, lang.schedules_pause()) };
            view! {
                <ActionForm action=controls.pause>
                    <input type="hidden" name="paused" value=(!paused).to_string()/>
                    <button class="btn quiet" type="submit">{icon(symbol)}{words}</button>
                </ActionForm>
            }
        })
    };
    let rows = page.state.schedules.iter().map(|schedule| entry(schedule, page, may, controls, lang)).collect_view();
    view! {
        <Card title=lang.schedules_title() class="w4" actions=pause>
            <div class="body schedules">
                {paused.then(|| view! { <Note kind=NoteKind::Warn text=lang.schedules_paused()/> })}
                {rows}
            </div>
        </Card>
    }
    .into_any()
}

fn entry(schedule: &Schedule, page: &SyncPage, may: bool, controls: Controls, lang: Lang) -> AnyView {
    let next = match schedule.next_run {
        Some(at) if schedule.enabled => lang.schedule_next(&format::recent(at, page.state.now, lang)),
        _ => lang.schedule_off().to_owned(),
    };
    let line = view! {
        <b>{mode_name(schedule.mode, lang)}</b>
        <span>{timing(&schedule.cron, lang)}</span>
        <span class="mut">{next}</span>
    };
    if !may {
        return view! { <p class="schedule">{line}</p> }.into_any();
    }
    view! {
        <details>
            <summary class="schedule" aria-label=lang.schedule_edit(&schedule.name)>{line} {icon(Symbol::Chevron)}</summary>
            {form(schedule, controls, lang)}
        </details>
    }
    .into_any()
}

fn form(schedule: &Schedule, controls: Controls, lang: Lang) -> AnyView {
    let Schedule { id, enabled, .. } = *schedule;
    let time = |at: Option<chrono::NaiveTime>| at.map(|at| at.format("%H:%M").to_string()).unwrap_or_default();
    let fields = [
        field(id, "cron", lang.schedule_cron(), "text", schedule.cron.clone()),
        field(id, "quiet_from", lang.schedule_quiet_from(), "time", time(schedule.quiet_from)),
        field(id, "quiet_to", lang.schedule_quiet_to(), "time", time(schedule.quiet_to)),
        field(id, "budget_share", lang.schedule_share(), "number", schedule.budget_share.to_string()),
    ];
    view! {
        <ActionForm action=controls.schedule attr:class="form">
            <input type="hidden" name="id" value=id.to_string()/>
            {fields}
            <label class="check">
                <input type="checkbox" name="enabled" value="true" checked=enabled/>
                {lang.schedule_enabled()}
            </label>
            <div class="acts"><button class="btn primary" type="submit">{lang.save()}</button></div>
        </ActionForm>
    }
    .into_any()
}

fn field(schedule: i32, name: &'static str, label: &'static str, kind: &'static str, value: String) -> AnyView {
    let id = format!("schedule-{schedule}-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id name=name type=kind value=value/>
        </div>
    }
    .into_any()
}
