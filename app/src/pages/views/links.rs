//! Making links, and those that there are.

use super::Controls;
use super::list::hidden;
use crate::components::{Badge, Card, EmptyState, Note, NoteKind, Tone};
use crate::format;
use crate::i18n::Lang;
use crate::model::views::{
    LinkState, MAX_LINK_DAYS, MIN_LINK_PASSWORD, SavedView, ShareLink, ViewsPage, Wall, is_shareable,
};
use chrono::NaiveDateTime;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The link that was just made, if the page's address tells its secret.
pub(super) fn made(page: &ViewsPage, query: &str, lang: Lang) -> Option<AnyView> {
    let secret = query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("made="))?;
    let plain = secret.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c));
    (plain && !secret.is_empty()).then(|| {
        let link = format!("{}/s/{secret}", page.base);
        let wall = format!("{link}?{}", Wall { every: 300, rotate: Vec::new() }.to_query());
        let line = |words: &'static str, href: String| {
            view! { <p class="made"><b>{words}</b>" "<a href=href.clone() rel="external">{href.clone()}</a></p> }
        };
        view! {
            <Note kind=NoteKind::Info text=lang.link_made() role="status">
                {line(lang.link_made_open(), link)} {line(lang.link_made_wall(), wall)}
            </Note>
        }
        .into_any()
    })
}

fn option(view: &SavedView) -> AnyView {
    view! { <option value=view.id.to_string()>{view.name.clone()}</option> }.into_any()
}

/// The form that makes a link.
pub(super) fn form(page: &ViewsPage, controls: Controls, lang: Lang) -> AnyView {
    let views: Vec<_> = page.views.iter().filter(|view| is_shareable(&view.path)).collect();
    let body = if views.is_empty() {
        view! { <Note kind=NoteKind::Info text=lang.link_no_views()/> }.into_any()
    } else {
        let options = views.into_iter().map(option).collect_view();
        view! {
            <ActionForm action=controls.link attr:class="form">
                <div class="field">
                    <label for="link-view">{lang.link_view()}</label>
                    <select class="input" id="link-view" name="view">{options}</select>
                </div>
                <label class="check">
                    <input type="checkbox" name="fixed" value="true" checked/>{lang.link_fixed()}
                </label>
                <div class="field">
                    <label for="link-password">{lang.link_password()}</label>
                    <input class="input" id="link-password" name="password" type="password" autocomplete="new-password"
                        minlength=MIN_LINK_PASSWORD.to_string()/>
                </div>
                <div class="field">
                    <label for="link-days">{lang.link_days()}</label>
                    <input class="input" id="link-days" name="days" type="number" min="1" max=MAX_LINK_DAYS.to_string()/>
                </div>
                <div class="acts"><button class="btn primary" type="submit">{lang.link_make()}</button></div>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <Card title=lang.link_new() class="w4">
            <div class="body"><p>{lang.link_new_why()}</p>{body}</div>
        </Card>
    }
    .into_any()
}

/// The links as a table.
pub(super) fn card(page: &ViewsPage, controls: Controls, lang: Lang) -> AnyView {
    if page.links.is_empty() {
        return view! {
            <Card title=lang.links_title() class="w12"><EmptyState what=lang.links_none() why=lang.links_none_why()/></Card>
        }
        .into_any();
    }
    let rows = page.links.iter().map(|link| row(link, page.now, controls, lang)).collect_view();
    view! {
        <Card title=lang.links_title() class="w12" explain=lang.links_explain()>
            <div class="scroll" tabindex="0" role="group" aria-label=lang.links_title()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.link_view()}</th>
                            <th scope="col">{lang.link_filters()}</th>
                            <th scope="col">{lang.link_ends()}</th>
                            <th class="num" scope="col">{lang.link_views()}</th>
                            <th scope="col">{lang.link_by()}</th>
                            <th scope="col">{lang.link_state()}</th>
                            <th scope="col">{lang.view_acts()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn row(link: &ShareLink, now: NaiveDateTime, controls: Controls, lang: Lang) -> AnyView {
    let (tone, state) = match link.state {
        LinkState::Open => (Tone::Good, lang.link_is_open()),
        LinkState::Expired => (Tone::Warn, lang.link_is_expired()),
        LinkState::Revoked => (Tone::Neutral, lang.link_is_revoked()),
    };
    let filters = if link.fixed { lang.link_filters_fixed() } else { lang.link_filters_free() };
    let filters = if link.password { format!("{filters}, {}", lang.link_has_password()) } else { filters.to_owned() };
    let ends = link.expires.map_or_else(|| lang.link_never().to_owned(), |at| format::recent(at, now, lang));
    let revoke = (link.state != LinkState::Revoked).then(|| {
        let (id, words) = (link.id, lang.link_revoke(&link.name));
        view! {
            <ActionForm action=controls.revoke>
                {hidden("id", id.to_string())}
                <button class="btn" type="submit">{words}</button>
            </ActionForm>
        }
    });
    view! {
        <tr>
            <td><a class="id" href=link.href.clone()>{link.name.clone()}</a></td>
            <td>{filters}</td>
            <td class="nb">{ends}</td>
            <td class="num">{format::count(link.views.unsigned_abs(), lang)}</td>
            <td>{link.by.clone()} <small class="mut">" "{format::recent(link.made, now, lang)}</small></td>
            <td><Badge tone text=state/></td>
            <td>{revoke}</td>
        </tr>
    }
    .into_any()
}
