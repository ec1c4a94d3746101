//! The menu in the top bar: saved views as links, and a form that saves the page as it stands.

use crate::api::views::{SaveView, load_views};
use crate::components::{Note, NoteKind, Symbol, icon, use_toasts};
use crate::error::AppError;
use crate::i18n::{Lang, use_lang};
use crate::model::session::Role;
use crate::model::views::{MAX_NAME, SavedView, ViewsMenu};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Told by whoever changes a view, so that the menu follows.
#[derive(Clone, Copy)]
pub struct ViewsChanged(RwSignal<u64>);

impl ViewsChanged {
    /// Tells it.
    pub fn tell(self) {
        self.0.update(|changes| *changes += 1);
    }
}

/// The menu, for the layout. Its data is loaded once and again when a view changes.
pub fn views_menu() -> ViewFn {
    let lang = use_lang();
    let changed = ViewsChanged(RwSignal::new(0));
    provide_context(changed);
    let save = ServerAction::<SaveView>::new();
    let saved = Resource::new_blocking(move || changed.0.get(), |_| load_views());
    let menu = move || {
        let toasts = use_toasts();
        Effect::new(move |before: Option<usize>| {
            let version = save.version().get();
            if before.is_some_and(|before| before < version) && save.value().get_untracked() == Some(Ok(())) {
                toasts.say(lang.views_saved());
                changed.tell();
            }
            version
        });
        view! {
            <details class="menu views">
                <summary class="btn quiet">{lang.views_title()}{icon(Symbol::Chevron)}</summary>
                <div class="pop">
                    <Suspense>
                        {move || Suspend::new(async move { saved.await.ok().map(|menu| content(&menu, save, lang)) })}
                    </Suspense>
                </div>
            </details>
        }
    };
    menu.into()
}

fn content(menu: &ViewsMenu, save: ServerAction<SaveView>, lang: Lang) -> AnyView {
    let location = use_location();
    let (path, search) = (location.pathname, location.search);
    let query = move || search.get().trim_start_matches('?').to_owned();
    let shared = (menu.role >= Role::Manager).then(|| {
        view! { <label class="check"><input type="checkbox" name="shared" value="true"/>{lang.views_for_all()}</label> }
    });
    let problem = move || match save.value().get() {
        Some(Err(error)) => Some(problem_note(&error, lang)),
        _ => None,
    };
    view! {
        {menu.views.iter().map(entry).collect_view()}
        {(!menu.views.is_empty()).then(|| view! { <hr/> })}
        <ActionForm action=save attr:class="form save-view">
            <input type="hidden" name="path" value=move || path.get()/>
            <input type="hidden" name="query" value=query/>
            <input class="input" name="name" required maxlength=MAX_NAME.to_string() autocomplete="off"
                placeholder=lang.views_name() aria-label=lang.views_name()/>
            {shared}
            <button class="btn primary" type="submit">{lang.views_save_this()}</button>
        </ActionForm>
        <div aria-live="assertive">{problem}</div>
        <hr/>
        <a href="/views">{lang.views_manage()}</a>
    }
    .into_any()
}

fn entry(view: &SavedView) -> AnyView {
    view! { <a href=view.href()>{view.name.clone()}</a> }.into_any()
}

pub(super) fn problem_note(error: &AppError, lang: Lang) -> AnyView {
    view! { <Note kind=NoteKind::Bad text=error.in_words(lang)/> }.into_any()
}
