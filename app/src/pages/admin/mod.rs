//! The administration: accounts, hidden records, settings, the audit log.

mod audit;
mod hidden;
mod sessions;
mod settings;
mod users;

pub use audit::AuditLogPage;
pub use settings::SettingsPage;

use super::words::said;
use crate::api::accounts::{ChangeUser, CreateUser, EndSessionOf, HideRecord, ResetTotp, UnhideRecord, load_admin};
use crate::components::{ErrorNote, Page, SkeletonTable};
use crate::i18n::use_lang;
use crate::live::page_data;
use leptos::prelude::*;

/// The actions of the page.
#[derive(Clone, Copy)]
struct Acts {
    create: ServerAction<CreateUser>,
    change: ServerAction<ChangeUser>,
    reset: ServerAction<ResetTotp>,
    end: ServerAction<EndSessionOf>,
    hide: ServerAction<HideRecord>,
    unhide: ServerAction<UnhideRecord>,
}

/// The page at `/admin`.
#[component]
pub fn AdministrationPage() -> impl IntoView {
    let lang = use_lang();
    let data = page_data(|| (), |()| load_admin());
    let retry = Callback::new(move |()| data.refetch());
    let acts = Acts {
        create: ServerAction::new(),
        change: ServerAction::new(),
        reset: ServerAction::new(),
        end: ServerAction::new(),
        hide: ServerAction::new(),
        unhide: ServerAction::new(),
    };
    let again = move || data.refetch();
    view! {
        <Page title=lang.admin_title()>
            {said(acts.create, lang, again)} {said(acts.change, lang, again)} {said(acts.hide, lang, again)}
            {said(acts.unhide, lang, again)} {said(acts.reset, lang, again)} {said(acts.end, lang, again)}
            <Transition fallback=|| view! { <SkeletonTable rows=8/> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(page) => {
                            view! {
                                <div class="grid">
                                    {users::list(&page, acts, lang)} {users::create(acts, lang)}
                                    {sessions::card(&page, acts, lang)} {hidden::card(&page, acts, lang)}
                                </div>
                            }
                                .into_any()
                        }
                        Err(error) => view! { <ErrorNote what=lang.admin_title() error retry/> }.into_any(),
                    }
                })}
            </Transition>
        </Page>
    }
}
