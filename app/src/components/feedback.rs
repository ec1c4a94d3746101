//! What stands in for content: notes, empty and failed parts. Say what is, then what to do.

use super::icon::{Symbol, icon};
use super::lead::may_open;
use crate::error::AppError;
use crate::i18n::{Lang, use_lang};
use leptos::prelude::*;

/// The weight of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Something failed.
    Bad,
    /// Something needs attention.
    Warn,
    /// Something to know.
    Info,
}

impl NoteKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Bad => "note bad",
            Self::Warn => "note warn",
            Self::Info => "note info",
        }
    }

    const fn symbol(self) -> Symbol {
        match self {
            Self::Bad | Self::Warn => Symbol::Warning,
            Self::Info => Symbol::Info,
        }
    }
}

/// One line with an icon and, in its children, what can be done.
#[component]
pub fn Note(
    /// Its weight.
    kind: NoteKind,
    /// What is.
    #[prop(into)]
    text: String,
    /// A live-region role: `status`, or `alert` for errors of a form.
    #[prop(optional)]
    role: Option<&'static str>,
    /// Buttons or links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=kind.class() role=role>
            {icon(kind.symbol())} <span class="grow">{text}</span> {children.map(|children| children())}
        </div>
    }
}

impl AppError {
    /// The error in words for the reader: what it is, and its reference when the log has more.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        match self {
            Self::Unauthenticated => lang.error_session().to_owned(),
            Self::Forbidden => lang.error_forbidden().to_owned(),
            Self::NotFound => lang.error_not_found().to_owned(),
            Self::Invalid { field, why } => lang.error_invalid(field, why),
            Self::Busy { why } => lang.error_busy(why),
            Self::Unavailable { what } => lang.error_unavailable(what),
            Self::Internal { reference } => format!("{} {}.", lang.error_internal(), lang.reference(reference)),
            Self::Transport => lang.error_transport().to_owned(),
        }
    }

    /// True when the same request may succeed later.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Unavailable { .. } | Self::Internal { .. } | Self::Transport)
    }
}

/// A part of a page that failed: what, why, reference, and Retry where that can help.
#[component]
pub fn ErrorNote(
    /// The part: "Turnaround".
    #[prop(into)]
    what: String,
    /// Why.
    error: AppError,
    /// Loads the part again. Without it (and without scripts) Retry loads the page again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let lang = use_lang();
    let again = error.may_pass().then(|| {
        let act = move |event: leptos::ev::MouseEvent| {
            if let Some(retry) = retry {
                event.prevent_default();
                retry.run(());
            }
        };
        view! { <a class="btn sm" href="" rel="external" on:click=act>{icon(Symbol::Refresh)}{lang.retry()}</a> }
    });
    let text = format!("{} {}", lang.did_not_load(&what), error.in_words(lang));
    view! {
        <div class="note bad">
            {icon(Symbol::Warning)} <span class="grow">{text}</span> {again}
        </div>
    }
    .into_any()
}

/// Nothing to show: what, why, and one way out.
#[component]
pub fn EmptyState(
    /// What is not there.
    #[prop(into)]
    what: String,
    /// Why.
    #[prop(optional, into)]
    why: String,
    /// The way out: link and text.
    #[prop(optional, into)]
    action: Option<(String, String)>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <svg viewBox="0 0 56 32" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">
                <path d="M1 30.5h54M8 30v-5M18 30v-5M28 30v-5M38 30v-5M48 30v-5"></path>
                <path d="M4 12h48" stroke-dasharray="3 4"></path>
            </svg>
            <b>{what}</b>
            {(!why.is_empty()).then(|| view! { <span>{why}</span> })}
            {action.filter(|(href, _)| may_open(href)).map(|(href, text)| view! { <a class="btn" href=href>{text}</a> })}
        </div>
    }
}
