//! The administration: accounts, hidden records, the audit log.

mod audit;
mod hidden;
mod users;

pub use audit::AuditLogPage;

use super::words::said;
use crate::api::accounts::{ChangeUser, CreateUser, HideRecord, UnhideRecord, load_admin};
use crate::components::{ErrorNote, Page, SkeletonTable};
use crate::i18n::use_lang;
use crate::live::page_data;
use leptos::prelude::*;

/// The actions of the page.
#[derive(Clone, Copy)]
struct Acts {
    create: ServerAction<CreateUser>,
    change: ServerAction<ChangeUser>,
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
        hide: ServerAction::new(),
        unhide: ServerAction::new(),
    };
    let again = move || data.refetch();
    let audit = move || view! { <a class="btn" href="/admin/audit">{lang.admin_audit()}</a> };
    view! {
        <Page title=lang.admin_title() actions=audit>
            {said(acts.create, lang, again)} {said(acts.change, lang, again)} {said(acts.hide, lang, again)}
            {said(acts.unhide, lang, again)}
            <Transition fallback=|| view! { <SkeletonTable rows=8/> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(page) => {
                            view! {
                                <div class="grid">
                                    {users::list(&page, acts, lang)} {users::create(acts, lang)}
                                    {hidden::card(&page, acts, lang)}
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
