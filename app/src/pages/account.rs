//! One's own account: password, second factor, sessions, tokens.

mod second;

use super::sessions::{Row, end_fields, table};
use super::words::{role_name, said};
use crate::api::accounts::{ChangePassword, EndSession, MakeToken, RevokeToken, load_account};
use crate::components::{Card, EmptyState, ErrorNote, Note, NoteKind, Page, SkeletonTable};
use crate::format;
use crate::i18n::{Lang, use_lang};
use crate::live::page_data;
use crate::model::accounts::{AccountPage, TokenEntry};
use crate::model::session::TokenScope;
use chrono::NaiveDateTime;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The actions of the page.
#[derive(Clone, Copy)]
struct Acts {
    password: ServerAction<ChangePassword>,
    session: ServerAction<EndSession>,
    make: ServerAction<MakeToken>,
    revoke: ServerAction<RevokeToken>,
    second: second::Acts,
}

/// The page at `/account`.
#[component]
pub fn OwnAccountPage() -> impl IntoView {
    let lang = use_lang();
    let data = page_data(|| (), |()| load_account());
    let retry = Callback::new(move |()| data.refetch());
    let acts = Acts {
        password: ServerAction::new(),
        session: ServerAction::new(),
        make: ServerAction::new(),
        revoke: ServerAction::new(),
        second: second::Acts::new(),
    };
    let again = move || data.refetch();
    view! {
        <Page title=lang.account_title()>
            {said(acts.password, lang, again)} {said(acts.session, lang, again)} {said(acts.revoke, lang, again)}
            {second::said_all(acts.second, lang, again)} {made(acts.make, lang, again)}
            <Transition fallback=|| view! { <SkeletonTable rows=6/> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(page) => content(&page, acts, lang),
                        Err(error) => view! { <ErrorNote what=lang.account_title() error retry/> }.into_any(),
                    }
                })}
            </Transition>
        </Page>
    }
}

/// The text of a token that was just made, or why it was not.
fn made(action: ServerAction<MakeToken>, lang: Lang, changed: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let value = action.value();
    Effect::new(move |_| {
        if matches!(value.get(), Some(Ok(_))) {
            changed();
        }
    });
    view! {
        <div class="said" role="status">
            {move || match value.get() {
                Some(Ok(token)) => {
                    view! {
                        <Note kind=NoteKind::Info text=lang.token_text()><code class="secret">{token}</code></Note>
                    }
                        .into_any()
                }
                Some(Err(error)) => view! { <Note kind=NoteKind::Bad text=error.in_words(lang)/> }.into_any(),
                None => ().into_any(),
            }}
        </div>
    }
    .into_any()
}

fn content(page: &AccountPage, acts: Acts, lang: Lang) -> AnyView {
    let who = lang.account_who(&page.user.name, &role_name(page.user.role, lang).to_lowercase());
    view! {
        <p class="brief"><span>{who}</span></p>
        <div class="grid">
            {password_card(acts, lang)} {sessions_card(page, acts, lang)} {second::card(page, acts.second, lang)}
            {tokens_card(page, acts, lang)}
        </div>
    }
    .into_any()
}

fn password_card(acts: Acts, lang: Lang) -> AnyView {
    let field = |id: &'static str, label: &'static str, complete: &'static str| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input class="input" id=id name=id type="password" autocomplete=complete required/>
            </div>
        }
        .into_any()
    };
    let fields = [
        field("current", lang.password_current(), "current-password"),
        field("password", lang.password_new(), "new-password"),
        field("repeated", lang.password_again(), "new-password"),
    ];
    view! {
        <Card title=lang.password_title() class="w4">
            <div class="body">
                <ActionForm action=acts.password attr:class="form">
                    {fields} <p class="help">{lang.password_rule()}</p>
                    <div class="acts"><button class="btn primary" type="submit">{lang.password_change()}</button></div>
                </ActionForm>
            </div>
        </Card>
    }
    .into_any()
}

fn sessions_card(page: &AccountPage, acts: Acts, lang: Lang) -> AnyView {
    let others = page.sessions.iter().any(|session| !session.this);
    let end = move || {
        others.then(|| {
            view! {
                <ActionForm action=acts.session>
                    <button class="btn" type="submit">{lang.session_end_others()}</button>
                </ActionForm>
            }
        })
    };
    let rows = page.sessions.iter().cloned().map(|session| Row { user: None, session }).collect();
    let end_one = move |row: &Row| {
        let fields = end_fields(&row.session, lang);
        view! { <ActionForm action=acts.session>{fields}</ActionForm> }.into_any()
    };
    let table = table(lang.sessions_title(), rows, page.now, end_one, lang);
    view! {
        <Card title=lang.sessions_title() sub=lang.sessions_sub() class="w8" actions=end>{table}</Card>
    }
    .into_any()
}

const fn scope_words(scope: TokenScope, lang: Lang) -> &'static str {
    match scope {
        TokenScope::Read => lang.token_read(),
        TokenScope::Control => lang.token_control(),
    }
}

fn tokens_card(page: &AccountPage, acts: Acts, lang: Lang) -> AnyView {
    let scopes = TokenScope::ALL.map(|scope| view! { <option value=scope.name()>{scope_words(scope, lang)}</option> });
    let list = if page.tokens.is_empty() {
        view! { <EmptyState what=lang.tokens_none() why=lang.tokens_none_why()/> }.into_any()
    } else {
        let rows = page.tokens.iter().map(|token| token_row(token.clone(), page.now, acts, lang)).collect_view();
        view! {
            <div class="scroll" tabindex="0" role="group" aria-label=lang.tokens_title()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.token_name()}</th>
                            <th scope="col">{lang.token_scope()}</th>
                            <th scope="col">{lang.token_begins()}</th>
                            <th scope="col">{lang.token_made()}</th>
                            <th scope="col">{lang.token_used()}</th>
                            <th scope="col">{lang.token_ends()}</th>
                            <th scope="col"><span class="vh">{lang.user_actions()}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <Card title=lang.tokens_title() sub=lang.tokens_sub() class="w12">
            {list}
            <div class="body">
                <ActionForm action=acts.make attr:class="inline-form">
                    <div class="field">
                        <label for="token-name">{lang.token_name()}</label>
                        <input class="input" id="token-name" name="name" maxlength="100" required/>
                    </div>
                    <div class="field">
                        <label for="token-scope">{lang.token_scope()}</label>
                        <select class="input" id="token-scope" name="scope">{scopes}</select>
                    </div>
                    <div class="field">
                        <label for="token-days">{lang.token_days()}</label>
                        <input class="input" id="token-days" name="days" type="number" min="1" max="3650"/>
                    </div>
                    <button class="btn primary" type="submit">{lang.token_make()}</button>
                </ActionForm>
            </div>
        </Card>
    }
    .into_any()
}

fn token_row(token: TokenEntry, now: NaiveDateTime, acts: Acts, lang: Lang) -> AnyView {
    let when = |at: Option<NaiveDateTime>| {
        at.map_or_else(|| lang.token_never().to_owned(), |at| format::date_time(at, now, lang))
    };
    view! {
        <tr>
            <td>{token.name}</td>
            <td>{scope_words(token.scope, lang)}</td>
            <td><code>{token.hint}"…"</code></td>
            <td class="nb">{format::date_time(token.made, now, lang)}</td>
            <td class="nb">{when(token.used)}</td>
            <td class="nb">{when(token.ends)}</td>
            <td class="num">
                <ActionForm action=acts.revoke>
                    <input type="hidden" name="id" value=token.id.to_string()/>
                    <button class="btn sm danger" type="submit">{lang.token_revoke()}</button>
                </ActionForm>
            </td>
        </tr>
    }
    .into_any()
}
