//! What several pages say alike.

use crate::components::{Note, NoteKind, use_toasts};
use crate::error::AppError;
use crate::i18n::Lang;
use crate::model::session::Role;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// A role's name.
pub(super) const fn role_name(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Viewer => lang.role_viewer(),
        Role::Manager => lang.role_manager(),
        Role::Admin => lang.role_admin(),
    }
}

/// Says what came of an action: a toast when it was done, a note when it was refused; `changed` is called when done.
pub(super) fn said<A>(action: ServerAction<A>, lang: Lang, changed: impl Fn() + Copy + Send + Sync + 'static) -> AnyView
where
    A: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    let (value, toasts) = (action.value(), use_toasts());
    Effect::new(move |_| {
        if value.get() == Some(Ok(())) {
            toasts.say(lang.sync_done());
            changed();
        }
    });
    let problem = move || value.get().and_then(Result::err);
    view! {
        <div class="said" aria-live="assertive">
            {move || problem().map(|error| view! { <Note kind=NoteKind::Bad text=error.in_words(lang) role="alert"/> })}
        </div>
    }
    .into_any()
}
