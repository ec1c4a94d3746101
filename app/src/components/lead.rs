//! Words and numbers that lead somewhere, as far as their reader may go there. A link that would answer 403 to a guest
//! is not drawn as one: its words stand alone.

use super::guest::use_guest;
use crate::format;
use crate::i18n::Lang;
use crate::model::records::ListQuery;
use crate::model::views::Guest;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Whether the reader may open `href`. Guests have one page; with free filters, all states of it.
#[must_use]
pub fn may_open(href: &str) -> bool {
    match use_guest() {
        None => true,
        Some(Guest::Fixed) => false,
        Some(Guest::Free) => {
            let path = href.split(['?', '#']).next().unwrap_or_default();
            path.is_empty() || path == use_location().pathname.get_untracked()
        }
    }
}

/// Words as a link of this class; for readers who may not go there, words.
#[must_use]
pub fn lead(href: impl Into<String>, class: &'static str, words: impl IntoView + 'static) -> AnyView {
    let href = href.into();
    if may_open(&href) {
        view! { <a class=class href=href>{words}</a> }.into_any()
    } else {
        view! { <span class=class>{words}</span> }.into_any()
    }
}

/// A count that opens its records; nothing to open where there is nothing.
#[must_use]
pub fn counted(count: u64, list: &ListQuery, lang: Lang) -> AnyView {
    let text = format::count(count, lang);
    if count == 0 { text.into_any() } else { lead(list.href(), "", text) }
}
