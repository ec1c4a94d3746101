//! Toasts: short confirmations at the bottom left, in a polite live region. Never for errors.

use super::icon::{Symbol, icon, icon_with};
use crate::i18n::use_lang;
use leptos::prelude::*;
use std::time::Duration;

const SHOWN: Duration = Duration::from_secs(6);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Toast {
    id: u64,
    text: String,
    action: Option<(String, String)>,
}

/// Where toasts are handed in.
#[derive(Clone, Copy)]
pub struct ToastCentre {
    toasts: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
    held: RwSignal<bool>,
}

impl ToastCentre {
    /// An empty centre.
    #[must_use]
    pub fn new() -> Self {
        Self { toasts: RwSignal::new(Vec::new()), next: StoredValue::new(0), held: RwSignal::new(false) }
    }

    /// Shows a text for six seconds, longer while the pointer or the focus is on it.
    pub fn say(&self, text: impl Into<String>) {
        self.push(text.into(), None);
    }

    /// The same with a link: address and words.
    pub fn say_with(&self, text: impl Into<String>, href: impl Into<String>, words: impl Into<String>) {
        self.push(text.into(), Some((href.into(), words.into())));
    }

    fn push(&self, text: String, action: Option<(String, String)>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.toasts.update(|toasts| toasts.push(Toast { id, text, action }));
        self.expire(id);
    }

    fn expire(self, id: u64) {
        set_timeout(move || if self.held.get_untracked() { self.expire(id) } else { self.remove(id) }, SHOWN);
    }

    fn remove(&self, id: u64) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

impl Default for ToastCentre {
    fn default() -> Self {
        Self::new()
    }
}

/// The centre of this page.
#[must_use]
pub fn use_toasts() -> ToastCentre {
    use_context().unwrap_or_default()
}

/// The region in which toasts appear; once a page, inside the owner of the [`ToastCentre`] context.
#[component]
pub fn Toasts() -> impl IntoView {
    let centre = use_toasts();
    let lang = use_lang();
    let toast = move |toast: Toast| {
        let action = toast.action.map(|(href, words)| view! { <a class="btn quiet sm" href=href>{words}</a> });
        let close = move |_| centre.remove(toast.id);
        view! {
            <div class="toast">
                {icon_with("i c-good", Symbol::Check)} <span class="grow">{toast.text}</span> {action}
                <button class="btn quiet sm" type="button" aria-label=lang.dismiss() on:click=close>
                    {icon(Symbol::Cross)}
                </button>
            </div>
        }
    };
    view! {
        <div
            class="toasts"
            role="status"
            on:mouseenter=move |_| centre.held.set(true)
            on:mouseleave=move |_| centre.held.set(false)
            on:focusin=move |_| centre.held.set(true)
            on:focusout=move |_| centre.held.set(false)
        >
            <For each=move || centre.toasts.get() key=|toast| toast.id children=toast/>
        </div>
    }
}
