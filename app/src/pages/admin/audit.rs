//! Who did what, when, from where.

use crate::api::accounts::load_audit;
use crate::components::{Card, EmptyState, ErrorNote, Note, NoteKind, Page, SkeletonTable, Symbol, icon};
use crate::format;
use crate::i18n::{Lang, use_lang};
use crate::live::page_data;
use crate::model::accounts::{AuditEntry, AuditPage, AuditQuery};
use chrono::NaiveDateTime;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page at `/admin/audit`.
#[component]
pub fn AuditLogPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_location().search;
    let data = page_data(move || query.get(), |query| load_audit(AuditQuery::parse(&query)));
    let retry = Callback::new(move |()| data.refetch());
    let crumb = move || {
        view! { <nav class="crumb" aria-label=lang.admin_title()><a href="/admin">{lang.admin_title()}</a></nav> }
    };
    view! {
        <Page title=lang.admin_audit() crumb>
            <Transition fallback=|| view! { <SkeletonTable rows=12/> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(page) => content(&page, lang),
                        Err(error) => view! { <ErrorNote what=lang.admin_audit() error retry/> }.into_any(),
                    }
                })}
            </Transition>
        </Page>
    }
}

fn content(page: &AuditPage, lang: Lang) -> AnyView {
    let checked = page.checked.map(|(entries, broken)| {
        let count = |n: i64| format::count(n.unsigned_abs(), lang);
        match broken {
            None => view! { <Note kind=NoteKind::Info text=lang.audit_whole(&count(entries)) role="status"/> },
            Some(broken) => view! { <Note kind=NoteKind::Bad text=lang.audit_broken(&count(broken)) role="alert"/> },
        }
    });
    let rows = page.entries.iter().map(|entry| row(entry, page.now, lang)).collect_view();
    let older = page.entries.last().filter(|_| page.entries.len() >= 100).map(|last| {
        let href = AuditQuery { before: Some(last.id), verify: false, ..page.query.clone() }.href();
        view! { <p><a class="btn" href=href rel="next">{lang.audit_older()}</a></p> }
    });
    let table = if page.entries.is_empty() {
        view! { <EmptyState what=lang.audit_none()/> }.into_any()
    } else {
        view! {
            <div class="scroll" tabindex="0" role="group" aria-label=lang.admin_audit()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.audit_when()}</th>
                            <th scope="col">{lang.audit_who()}</th>
                            <th scope="col">{lang.audit_what()}</th>
                            <th scope="col">{lang.audit_whom()}</th>
                            <th scope="col">{lang.audit_where()}</th>
                            <th scope="col">{lang.audit_detail()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        {checked} {filter(&page.query, lang)}
        <Card title=lang.admin_audit()>{table}</Card>
        {older}
    }
    .into_any()
}

fn filter(query: &AuditQuery, lang: Lang) -> AnyView {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    view! {
        <form class="inline-form" method="get" action="/admin/audit" data-nav="">
            <div class="field">
                <label for="audit-actor">{lang.audit_who()}</label>
                <input class="input" id="audit-actor" name="actor" value=value(&query.actor)/>
            </div>
            <div class="field">
                <label for="audit-action">{lang.audit_what()}</label>
                <input class="input" id="audit-action" name="action" value=value(&query.action)/>
            </div>
            <button class="btn" type="submit">{icon(Symbol::Filter)}{lang.apply()}</button>
            <a class="btn" href="/admin/audit?verify=1">{icon(Symbol::Check)}{lang.audit_check()}</a>
        </form>
    }
    .into_any()
}

fn row(entry: &AuditEntry, now: NaiveDateTime, lang: Lang) -> AnyView {
    let of = AuditQuery { actor: Some(entry.actor.clone()), ..AuditQuery::default() }.href();
    view! {
        <tr>
            <td class="nb">{format::date_time(entry.at, now, lang)}</td>
            <td><a href=of>{entry.actor.clone()}</a></td>
            <td class="nb"><code>{entry.action.clone()}</code></td>
            <td>{entry.subject.clone()}</td>
            <td class="nb">{entry.source.clone()}</td>
            <td><code class="detail">{entry.detail.clone()}</code></td>
        </tr>
    }
    .into_any()
}
