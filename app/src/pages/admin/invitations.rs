//! Inviting people, and the invitations that are open.

use super::super::words::role_name;
use super::Acts;
use super::users::options;
use crate::components::{Card, EmptyState, Note, NoteKind};
use crate::format;
use crate::i18n::Lang;
use crate::model::accounts::{AdminPage, INVITATION_DAYS, InvitationEntry, Posted, USUAL_INVITATION_DAYS};
use crate::model::session::Role;
use chrono::NaiveDateTime;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The invitation that was just made, if the page's address tells its secret.
pub(super) fn made(page: &AdminPage, query: &str, lang: Lang) -> Option<AnyView> {
    let told = |name: &str| {
        query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    };
    let secret = told("invited")?;
    let plain = secret.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c));
    let mail = match told("mail").and_then(Posted::from_slug) {
        Some(Posted::Sent) => Some((NoteKind::Info, lang.invite_sent())),
        Some(Posted::Refused) => Some((NoteKind::Warn, lang.invite_refused())),
        Some(Posted::Impossible) => Some((NoteKind::Warn, lang.invite_impossible())),
        Some(Posted::Unwanted) | None => None,
    };
    (plain && !secret.is_empty()).then(|| {
        let link = format!("{}/invitation/{secret}", page.base);
        view! {
            <Note kind=NoteKind::Info text=lang.invite_made() role="status">
                <p class="made">
                    <b>{lang.invite_link()}</b>" "<a href=link.clone() rel="external">{link.clone()}</a>
                </p>
            </Note>
            {mail.map(|(kind, text)| view! { <Note kind text role="status"/> })}
        }
        .into_any()
    })
}

/// The form that invites.
pub(super) fn form(acts: Acts, lang: Lang) -> AnyView {
    view! {
        <Card title=lang.invite_title()>
            <div class="body">
                <p>{lang.invite_why()}</p>
                <ActionForm action=acts.invite attr:class="form">
                    <div class="field">
                        <label for="invite-name">{lang.invite_name()}</label>
                        <input class="input" id="invite-name" name="name" minlength="3" maxlength="150" required
                            autocomplete="off"/>
                    </div>
                    <div class="field">
                        <label for="invite-mail">{lang.invite_mail()}</label>
                        <input class="input" id="invite-mail" name="mail" type="email" maxlength="254" autocomplete="off"/>
                    </div>
                    <div class="field">
                        <label for="invite-role">{lang.user_role()}</label>
                        <select class="input" id="invite-role" name="role">{options(Role::Viewer, lang)}</select>
                    </div>
                    <div class="field">
                        <label for="invite-days">{lang.invite_days()}</label>
                        <input class="input" id="invite-days" name="days" type="number" min="1"
                            max=INVITATION_DAYS.to_string() value=USUAL_INVITATION_DAYS.to_string()/>
                    </div>
                    <div class="acts"><button class="btn primary" type="submit">{lang.invite()}</button></div>
                </ActionForm>
            </div>
        </Card>
    }
    .into_any()
}

/// The open ones as a table.
pub(super) fn card(page: &AdminPage, acts: Acts, lang: Lang) -> AnyView {
    if page.invitations.is_empty() {
        return view! {
            <Card title=lang.invitations_title()>
                <EmptyState what=lang.invitations_none() why=lang.invitations_none_why()/>
            </Card>
        }
        .into_any();
    }
    let rows = page.invitations.iter().map(|entry| row(entry, page.now, acts, lang)).collect_view();
    view! {
        <Card title=lang.invitations_title()>
            <div class="scroll" tabindex="0" role="group" aria-label=lang.invitations_title()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.invitation_whom()}</th>
                            <th scope="col">{lang.user_role()}</th>
                            <th scope="col">{lang.invitation_mail()}</th>
                            <th scope="col">{lang.invitation_by()}</th>
                            <th scope="col">{lang.invitation_ends()}</th>
                            <th scope="col"><span class="vh">{lang.user_actions()}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn row(entry: &InvitationEntry, now: NaiveDateTime, acts: Acts, lang: Lang) -> AnyView {
    let (id, withdraw) = (entry.id, lang.invitation_withdraw(&entry.name));
    let by = entry.by.clone().unwrap_or_else(|| lang.invitation_cli().to_owned());
    view! {
        <tr>
            <td>{entry.name.clone()}</td>
            <td>{role_name(entry.role, lang)}</td>
            <td>{entry.mail.clone()}</td>
            <td>{by}</td>
            <td class="nb">{format::date_time(entry.ends, now, lang)}</td>
            <td class="num">
                <ActionForm action=acts.withdraw>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <button class="btn sm danger" type="submit">{withdraw}</button>
                </ActionForm>
            </td>
        </tr>
    }
    .into_any()
}
