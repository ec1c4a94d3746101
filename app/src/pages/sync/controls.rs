//! What a reader can do with the synchronisation. Every control is a form, so that it works without scripts too.

use super::words::{mode_name, mode_what};
use crate::api::sync::{CancelSync, ConfirmDeletions, PauseSync, RetryQuarantine, SaveSchedule, StartSync};
use crate::components::{Card, Note, NoteKind, Symbol, icon, use_toasts};
use crate::error::AppError;
use crate::format;
use crate::i18n::Lang;
use crate::model::session::Role;
use crate::model::sync::{SyncMode, SyncPage};
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The actions of the page.
#[derive(Clone, Copy)]
pub(super) struct Controls {
    pub start: ServerAction<StartSync>,
    pub cancel: ServerAction<CancelSync>,
    pub retry: ServerAction<RetryQuarantine>,
    pub pause: ServerAction<PauseSync>,
    pub schedule: ServerAction<SaveSchedule>,
    pub confirm: ServerAction<ConfirmDeletions>,
}

impl Controls {
    pub fn new() -> Self {
        Self {
            start: ServerAction::new(),
            cancel: ServerAction::new(),
            retry: ServerAction::new(),
            pause: ServerAction::new(),
            schedule: ServerAction::new(),
            confirm: ServerAction::new(),
        }
    }

    /// Says what came of an action, and calls `changed` when it changed something.
    pub fn tell(self, lang: Lang, changed: impl Fn() + Copy + Send + Sync + 'static) {
        let toasts = use_toasts();
        let queued = move |answer: Option<Result<i64, AppError>>| {
            if let Some(Ok(run)) = answer {
                toasts.say(lang.sync_asked(&format::count(run.unsigned_abs(), lang)));
                changed();
            }
        };
        let done = move |answer: Option<Result<(), AppError>>| {
            if answer == Some(Ok(())) {
                toasts.say(lang.sync_done());
                changed();
            }
        };
        Effect::new(move |_| queued(self.start.value().get()));
        Effect::new(move |_| queued(self.retry.value().get()));
        Effect::new(move |_| queued(self.confirm.value().get()));
        Effect::new(move |_| done(self.cancel.value().get()));
        Effect::new(move |_| done(self.pause.value().get()));
        Effect::new(move |_| done(self.schedule.value().get()));
    }

    /// What the last action failed with.
    fn problem(self) -> Option<AppError> {
        let queued = [self.start.value(), self.retry.value(), self.confirm.value()];
        let done = [self.cancel.value(), self.pause.value(), self.schedule.value()];
        let mut failed = queued.iter().filter_map(|value| value.get()?.err());
        failed.next().or_else(|| done.iter().find_map(|value| value.get()?.err()))
    }

    /// The failure of the last action, for the reader.
    pub fn note(self, lang: Lang) -> impl IntoView {
        view! {
            <div aria-live="assertive">
                {move || self.problem().map(|error| view! { <Note kind=NoteKind::Bad text=error.in_words(lang)/> })}
            </div>
        }
    }
}

/// The button in the top bar.
pub(super) fn sync_now(controls: Controls, lang: Lang) -> AnyView {
    view! {
        <ActionForm action=controls.start>
            <input type="hidden" name="mode" value=SyncMode::Incremental.name()/>
            <button class="btn primary" type="submit">{icon(Symbol::Play)}{lang.sync_now()}</button>
        </ActionForm>
    }
    .into_any()
}

/// One form for each mode.
pub(super) fn start_card(page: &SyncPage, controls: Controls, lang: Lang) -> AnyView {
    let body = if !page.state.freshness.enabled {
        view! { <Note kind=NoteKind::Warn text=lang.sync_off_why()/> }.into_any()
    } else if page.role < Role::Manager {
        view! { <Note kind=NoteKind::Info text=lang.sync_managers_only()/> }.into_any()
    } else {
        SyncMode::ALL.map(|mode| start_form(mode, controls, lang)).collect_view().into_any()
    };
    view! {
        <Card title=lang.sync_start_run() class="w4">
            <div class="body starts">{body}</div>
        </Card>
    }
    .into_any()
}

fn start_form(mode: SyncMode, controls: Controls, lang: Lang) -> AnyView {
    let name = mode_name(mode, lang);
    let days = (mode == SyncMode::Window).then(|| {
        view! {
            <input class="input short" type="number" name="days" min="1" max="3653" value="7" required
                aria-label=lang.sync_days()/>
        }
    });
    view! {
        <ActionForm action=controls.start attr:class="start">
            <input type="hidden" name="mode" value=mode.name()/>
            <span class="what"><b>{name}</b><small>{mode_what(mode, lang)}</small></span>
            {days}
            <button class="btn" type="submit" aria-label=lang.sync_start(name)>{icon(Symbol::Play)}</button>
        </ActionForm>
    }
    .into_any()
}
