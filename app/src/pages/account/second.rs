//! The second factor: set up with a QR code and recovery codes, confirmed, removed. Everything works without scripts.

use super::super::words::said;
use crate::api::accounts::{BeginTotp, CancelTotp, ConfirmTotp, RemoveTotp};
use crate::components::{Badge, Card, Note, NoteKind, Tone};
use crate::format;
use crate::i18n::Lang;
use crate::model::accounts::{AccountPage, SecondFactor};
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The actions of the card.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    begin: ServerAction<BeginTotp>,
    cancel: ServerAction<CancelTotp>,
    confirm: ServerAction<ConfirmTotp>,
    remove: ServerAction<RemoveTotp>,
}

impl Acts {
    /// None of them under way.
    pub(super) fn new() -> Self {
        Self {
            begin: ServerAction::new(),
            cancel: ServerAction::new(),
            confirm: ServerAction::new(),
            remove: ServerAction::new(),
        }
    }
}

/// What came of the actions.
pub(super) fn said_all(acts: Acts, lang: Lang, again: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    view! {
        {said(acts.begin, lang, again)} {said(acts.cancel, lang, again)} {said(acts.confirm, lang, again)}
        {said(acts.remove, lang, again)}
    }
    .into_any()
}

/// The card.
pub(super) fn card(page: &AccountPage, acts: Acts, lang: Lang) -> AnyView {
    let body = match &page.second {
        SecondFactor::Off => off(acts, lang),
        SecondFactor::Pending { svg, secret, codes } => pending(svg.clone(), secret, codes, acts, lang),
        SecondFactor::On { since, codes_left, readable } => {
            let since = lang.second_on(&format::date_time(*since, page.now, lang));
            let warning = (!readable).then(|| view! { <Note kind=NoteKind::Warn text=lang.second_unreadable_own()/> });
            view! { {warning} {on(since, lang.second_codes_left(&codes_left.to_string()), acts, lang)} }.into_any()
        }
    };
    view! { <Card title=lang.second_title() sub=lang.second_sub() class="w12"><div class="body">{body}</div></Card> }
        .into_any()
}

fn password(id: &'static str, lang: Lang) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{lang.second_password()}</label>
            <input class="input" id=id name="current" type="password" autocomplete="current-password" required/>
        </div>
    }
    .into_any()
}

fn off(acts: Acts, lang: Lang) -> AnyView {
    view! {
        <p class="help">{lang.second_why()}</p>
        <ActionForm action=acts.begin attr:class="inline-form">
            {password("second-begin", lang)} <button class="btn primary" type="submit">{lang.second_begin()}</button>
        </ActionForm>
    }
    .into_any()
}

fn pending(svg: String, secret: &str, codes: &[String], acts: Acts, lang: Lang) -> AnyView {
    let grouped: Vec<String> =
        secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    let codes = codes.iter().map(|code| view! { <li><code class="secret">{code.clone()}</code></li> }).collect_view();
    view! {
        <div class="second">
            <div>
                <p>{lang.second_scan()}</p>
                <div class="qr" role="img" aria-label=lang.second_qr() inner_html=svg></div>
                <p>{lang.second_type()}" "<code class="secret" data-secret="">{grouped.join(" ")}</code></p>
            </div>
            <div>
                <Note kind=NoteKind::Warn text=lang.second_codes_now()/>
                <ul class="codes">{codes}</ul>
            </div>
        </div>
        <ActionForm action=acts.confirm attr:class="inline-form">
            <div class="field">
                <label for="second-code">{lang.second_code()}</label>
                <input class="input" id="second-code" name="code" inputmode="numeric" autocomplete="one-time-code"
                    maxlength="10" required/>
            </div>
            <button class="btn primary" type="submit">{lang.second_confirm()}</button>
        </ActionForm>
        <ActionForm action=acts.cancel>
            <button class="btn sm" type="submit">{lang.second_cancel()}</button>
        </ActionForm>
    }
    .into_any()
}

fn on(since: String, codes_left: String, acts: Acts, lang: Lang) -> AnyView {
    view! {
        <p><Badge tone=Tone::Good text=since/>" "{codes_left}</p>
        <ActionForm action=acts.remove attr:class="inline-form">
            {password("second-remove", lang)} <button class="btn danger" type="submit">{lang.second_remove()}</button>
        </ActionForm>
    }
    .into_any()
}
