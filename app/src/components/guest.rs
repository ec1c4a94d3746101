//! Whether the reader is a guest, and whether the page hangs on a wall. Both are known before the first paint.

use crate::model::views::{Guest, Wall};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What the reader may do when a link led here; nothing for accounts. The server knows it from the session, the
/// browser from the document.
#[must_use]
pub fn use_guest() -> Option<Guest> {
    #[cfg(feature = "hydrate")]
    return document().document_element()?.get_attribute("data-guest").and_then(|name| Guest::from_name(&name));
    #[cfg(not(feature = "hydrate"))]
    use_context()
}

/// True for pages on a wall, which come without rail and top bar.
pub(super) fn is_bare() -> impl Fn() -> bool + Copy + Send + Sync + 'static {
    let search = use_location().search;
    move || Wall::parse(&search.get()).is_some()
}
