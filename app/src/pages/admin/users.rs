//! Everybody's accounts.

use super::super::words::role_name;
use super::Acts;
use crate::components::{Badge, Card, Note, NoteKind, Symbol, Tone, icon};
use crate::format;
use crate::i18n::Lang;
use crate::model::accounts::{AdminPage, UserEntry};
use crate::model::session::Role;
use chrono::NaiveDateTime;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// How many second factors cannot be read, and what to do.
pub(super) fn unreadable(page: &AdminPage, lang: Lang) -> Option<AnyView> {
    let count = page.users.iter().filter(|user| user.second_unreadable).count();
    let text = lang.second_unreadable_some(&count.to_string());
    (count > 0).then(|| view! { <Note kind=NoteKind::Warn text/> }.into_any())
}

/// The accounts; each opens to what can be changed of it.
pub(super) fn list(page: &AdminPage, acts: Acts, lang: Lang) -> AnyView {
    let rows = page.users.iter().map(|user| row(user, page.now, acts, lang)).collect_view();
    let links = move || {
        view! {
            <a class="btn" href="/admin/settings">{lang.settings_title()}</a>
            <a class="btn" href="/admin/audit">{lang.admin_audit()}</a>
        }
    };
    view! {
        <Card title=lang.users_title() actions=links>
            <div class="scroll" tabindex="0" role="group" aria-label=lang.users_title()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.user_name()}</th>
                            <th scope="col">{lang.user_role()}</th>
                            <th scope="col">{lang.user_state()}</th>
                            <th scope="col">{lang.user_last()}</th>
                            <th class="num" scope="col">{lang.user_sessions()}</th>
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

fn row(user: &UserEntry, now: NaiveDateTime, acts: Acts, lang: Lang) -> AnyView {
    let last = user.last_sign_in.map_or_else(|| lang.token_never().to_owned(), |at| format::date_time(at, now, lang));
    let (tone, state) = if user.active { (Tone::Good, lang.user_active()) } else { (Tone::Warn, lang.user_disabled()) };
    let (second_tone, second_words) =
        if user.second_unreadable { (Tone::Warn, lang.second_unreadable()) } else { (Tone::Good, lang.second_used()) };
    let second = user.second_factor.then(|| view! { " " <Badge tone=second_tone text=second_words/> });
    let you = user.this.then(|| view! { " " <span class="mut">"("{lang.user_you()}")"</span> });
    view! {
        <tr>
            <td>{user.name.clone()}{you}</td>
            <td>{role_name(user.role, lang)}</td>
            <td><Badge tone text=state/>{second}</td>
            <td class="nb">{last}</td>
            <td class="num">{user.sessions.to_string()}</td>
            <td class="num">{change(user.clone(), acts, lang)}</td>
        </tr>
    }
    .into_any()
}

fn change(user: UserEntry, acts: Acts, lang: Lang) -> AnyView {
    let label = lang.user_change(&user.name);
    let [for_role, for_state, for_password] = [(); 3].map(|()| named(&user.name));
    let active = (!user.active).to_string();
    let (roles, role_id) = (options(user.role, lang), format!("role-of-{}", user.name));
    let password_id = format!("password-of-{}", user.name);
    let switch = if user.active { lang.user_disable() } else { lang.user_enable() };
    // Taking rights from oneself is another administrator's to do.
    let rights = (!user.this).then(|| {
        view! {
            <ActionForm action=acts.change attr:class="inline-form">
                {for_role}
                <div class="field">
                    <label for=role_id.clone()>{lang.user_role()}</label>
                    <select class="input" id=role_id name="role">{roles}</select>
                </div>
                <button class="btn" type="submit">{lang.user_set_role()}</button>
            </ActionForm>
            <ActionForm action=acts.change attr:class="inline-form">
                {for_state} <input type="hidden" name="active" value=active/>
                <button class="btn danger" type="submit">{switch}</button>
            </ActionForm>
        }
    });
    let [for_end, for_reset] = [(); 2].map(|()| named(&user.name));
    let end = (user.sessions > 0 && !user.this).then(|| {
        let label = lang.open_end_all(&user.name);
        view! {
            <ActionForm action=acts.end>{for_end} <button class="btn" type="submit">{label}</button></ActionForm>
        }
    });
    let reset = user.second_factor.then(|| {
        view! {
            <ActionForm action=acts.reset>
                {for_reset} <button class="btn danger" type="submit">{lang.second_reset()}</button>
            </ActionForm>
        }
    });
    view! {
        <details class="menu wide">
            <summary class="btn sm" aria-label=label>{icon(Symbol::More)}</summary>
            <div class="pop">
                {rights}
                <ActionForm action=acts.change attr:class="inline-form">
                    {for_password}
                    <div class="field">
                        <label for=password_id.clone()>{lang.password_new()}</label>
                        <input class="input" id=password_id name="password" type="password" minlength="12" required
                            autocomplete="new-password"/>
                    </div>
                    <button class="btn" type="submit">{lang.user_reset()}</button>
                </ActionForm>
                {end} {reset}
            </div>
        </details>
    }
    .into_any()
}

/// The hidden field that says whose account a form changes.
fn named(name: &str) -> AnyView {
    view! { <input type="hidden" name="name" value=name.to_owned()/> }.into_any()
}

pub(super) fn options(chosen: Role, lang: Lang) -> AnyView {
    let option = |role: Role| {
        view! { <option value=role.name() selected=role == chosen>{role_name(role, lang)}</option> }
    };
    Role::ALL.map(option).into_any()
}

/// The form for a new account.
pub(super) fn create(acts: Acts, lang: Lang) -> AnyView {
    view! {
        <Card title=lang.user_create()>
            <div class="body">
                <ActionForm action=acts.create attr:class="form">
                    <div class="field">
                        <label for="new-name">{lang.user_name()}</label>
                        <input class="input" id="new-name" name="name" minlength="3" maxlength="150" required
                            autocomplete="off"/>
                    </div>
                    <div class="field">
                        <label for="new-password">{lang.password()}</label>
                        <input class="input" id="new-password" name="password" type="password" minlength="12" required
                            autocomplete="new-password"/>
                    </div>
                    <div class="field">
                        <label for="new-role">{lang.user_role()}</label>
                        <select class="input" id="new-role" name="role">{options(Role::Viewer, lang)}</select>
                    </div>
                    <div class="acts"><button class="btn primary" type="submit">{lang.user_create()}</button></div>
                </ActionForm>
            </div>
        </Card>
    }
    .into_any()
}
