//! What opens over a page: explanations and dialogs, with the platform's own means, so that the explanation needs no
//! script and the dialog has its focus handling from the browser.

use super::icon::{Symbol, icon};
use crate::i18n::use_lang;
use leptos::prelude::*;

/// The "how is this computed" button of a figure, and the explanation that it opens.
#[component]
pub fn Explain(
    /// The id of the explanation, unique on the page.
    #[prop(into)]
    id: String,
    /// What is explained.
    #[prop(into)]
    name: String,
    /// The explanation.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let label = use_lang().how_computed(&name);
    view! {
        <button class="how" type="button" popovertarget=id.clone() aria-label=label>
            {icon(Symbol::Info)}
        </button>
        <div class="explain" id=id popover="auto"><b>{name}</b>{text}</div>
    }
}

/// A dialog, opened by any button with `data-dialog` and this id. Its form (`method="dialog"` or a real action) closes it.
#[component]
pub fn Dialog(
    /// The id, unique on the page.
    id: &'static str,
    /// The heading.
    #[prop(into)]
    title: String,
    /// The content with its buttons.
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-title");
    let labelled_by = heading.clone();
    view! {
        <dialog class="dialog" id=id aria-labelledby=labelled_by>
            <h2 id=heading>{title}</h2>
            {children()}
        </dialog>
    }
}
