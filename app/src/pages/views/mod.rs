//! Saved views, the links that show them to people without an account, and those that are sent by themselves.

mod deliveries;
mod links;
mod list;
mod menu;

pub use menu::views_menu;

use crate::api::deliveries::{DeleteDelivery, PauseDelivery, SaveDelivery, SendDelivery, load_deliveries};
use crate::api::views::{DeleteView, MakeLink, RenameView, RevokeLink, SetHomeView, ShiftView, load_views_page};
use crate::components::{ErrorNote, Page, SkeletonTable, use_toasts};
use crate::error::AppError;
use crate::i18n::{Lang, use_lang};
use crate::live::page_data;
use crate::model::deliveries::Deliveries;
use crate::model::session::Role;
use crate::model::views::ViewsPage;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use menu::{ViewsChanged, problem_note};

/// The actions of the page.
#[derive(Clone, Copy)]
struct Controls {
    rename: ServerAction<RenameView>,
    shift: ServerAction<ShiftView>,
    delete: ServerAction<DeleteView>,
    home: ServerAction<SetHomeView>,
    link: ServerAction<MakeLink>,
    revoke: ServerAction<RevokeLink>,
    deliver: ServerAction<SaveDelivery>,
    send: ServerAction<SendDelivery>,
    pause: ServerAction<PauseDelivery>,
    drop: ServerAction<DeleteDelivery>,
}

impl Controls {
    fn new() -> Self {
        Self {
            rename: ServerAction::new(),
            shift: ServerAction::new(),
            delete: ServerAction::new(),
            home: ServerAction::new(),
            link: ServerAction::new(),
            revoke: ServerAction::new(),
            deliver: ServerAction::new(),
            send: ServerAction::new(),
            pause: ServerAction::new(),
            drop: ServerAction::new(),
        }
    }

    fn values(self) -> [MappedSignal<Option<Result<(), AppError>>>; 10] {
        [
            self.rename.value(),
            self.shift.value(),
            self.delete.value(),
            self.home.value(),
            self.link.value(),
            self.revoke.value(),
            self.deliver.value(),
            self.send.value(),
            self.pause.value(),
            self.drop.value(),
        ]
    }

    /// Calls `changed` after each action that changed something, and says so.
    fn tell(self, lang: Lang, changed: impl Fn() + Copy + Send + Sync + 'static) {
        let toasts = use_toasts();
        for value in self.values() {
            Effect::new(move |_| {
                if value.get() == Some(Ok(())) {
                    toasts.say(lang.views_done());
                    changed();
                }
            });
        }
    }

    /// What the last action failed with.
    fn problem(self) -> Option<AppError> {
        self.values().iter().find_map(|value| value.get()?.err())
    }
}

/// The page at `/views`; `made` in its address is the secret of a link that was just made.
#[component]
pub fn ViewsPageView() -> impl IntoView {
    let lang = use_lang();
    let query = use_location().search;
    let data = page_data(move || query.get(), |_| load());
    let retry = Callback::new(move |()| data.refetch());
    let controls = Controls::new();
    let menu = use_context::<ViewsChanged>();
    controls.tell(lang, move || {
        data.refetch();
        if let Some(menu) = menu {
            menu.tell();
        }
    });
    let problem = move || controls.problem().map(|error| problem_note(&error, lang));
    view! {
        <Page title=lang.views_title()>
            <div aria-live="assertive">{problem}</div>
            <Transition fallback=|| view! { <SkeletonTable rows=6/> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok((page, deliveries)) => content(&page, deliveries.as_ref(), &query.get_untracked(), controls, lang),
                        Err(error) => view! { <ErrorNote what=lang.views_title() error retry/> }.into_any(),
                    }
                })}
            </Transition>
        </Page>
    }
}

/// The page, with the deliveries for those who may set them up.
async fn load() -> Result<(ViewsPage, Option<Deliveries>), AppError> {
    let page = load_views_page().await?;
    let deliveries = if page.role >= Role::Manager { Some(load_deliveries().await?) } else { None };
    Ok((page, deliveries))
}

fn content(page: &ViewsPage, deliveries: Option<&Deliveries>, query: &str, controls: Controls, lang: Lang) -> AnyView {
    let manager = page.role >= Role::Manager;
    view! {
        {links::made(page, query, lang)}
        <div class="grid">
            {list::card(page, controls, lang)}
            {manager.then(|| links::form(page, controls, lang))}
            {manager.then(|| links::card(page, controls, lang))}
            {deliveries.map(|all| deliveries::card(all, page.now, controls, lang))}
            {deliveries.map(|all| deliveries::form(page, all, controls, lang))}
            {deliveries.and_then(|all| deliveries::latest(all, page.now, lang))}
        </div>
    }
    .into_any()
}
