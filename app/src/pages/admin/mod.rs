//! The administration: accounts, hidden records, settings, the audit log.

mod audit;
mod hidden;
mod invitations;
mod sessions;
mod settings;
mod users;

pub use audit::AuditLogPage;
pub use settings::SettingsPage;

use super::words::said;
use crate::api::accounts::{
    ChangeUser, CreateUser, EndSessionOf, HideRecord, InviteUser, ResetTotp, UnhideRecord, WithdrawInvitation,
    load_admin,
};
use crate::components::{ErrorNote, Page, SkeletonTable};
use crate::i18n::use_lang;
use crate::live::page_data;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The actions of the page.
#[derive(Clone, Copy)]
struct Acts {
    create: ServerAction<CreateUser>,
    invite: ServerAction<InviteUser>,
    withdraw: ServerAction<WithdrawInvitation>,
    change: ServerAction<ChangeUser>,
    reset: ServerAction<ResetTotp>,
    end: ServerAction<EndSessionOf>,
    hide: ServerAction<HideRecord>,
    unhide: ServerAction<UnhideRecord>,
}

/// The page at `/admin`; `invited` in its address is the secret of an invitation that was just made.
#[component]
pub fn AdministrationPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_location().search;
    let data = page_data(move || query.get(), |_| load_admin());
    let retry = Callback::new(move |()| data.refetch());
    let acts = Acts {
        create: ServerAction::new(),
        invite: ServerAction::new(),
        withdraw: ServerAction::new(),
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
            {said(acts.invite, lang, again)} {said(acts.withdraw, lang, again)}
            <Transition fallback=|| view! { <SkeletonTable rows=8/> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(page) => {
                            view! {
                                {users::unreadable(&page, lang)}
                                {invitations::made(&page, &query.get_untracked(), lang)}
                                <div class="grid">
                                    <div class="w8 column">
                                        {users::list(&page, acts, lang)} {invitations::card(&page, acts, lang)}
                                        {sessions::card(&page, acts, lang)} {hidden::card(&page, acts, lang)}
                                    </div>
                                    <div class="w4 column">
                                        {users::create(acts, lang)} {invitations::form(acts, lang)}
                                    </div>
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
