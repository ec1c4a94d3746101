//! Search: a form, and what answers to it. The arrow keys step through the hits.

use super::answered;
use super::cells::{kind_words, record_name, state};
use crate::api::records::search_records;
use crate::components::{Card, EmptyState, ErrorNote, Page, SkeletonTable, Symbol, icon};
use crate::error::AppError;
use crate::format;
use crate::i18n::{Lang, use_lang};
use crate::live::page_data;
use crate::model::records::search::{Closeness, Hit, HitGroup, SearchResults};
use crate::model::records::{ListQuery, RecordKind};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page at `/search`.
#[component]
pub fn SearchPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_location().search;
    let words = move || super::parts::parameter(&query.get(), "q").unwrap_or_default();
    let data = page_data(words, |words| async move {
        if words.trim().is_empty() { answered(Ok(SearchResults::default())) } else { search_records(words).await }
    });
    let retry = Callback::new(move |()| data.refetch());
    view! {
        <Page title=lang.search()>
            <div class="finding" on:keydown=step>
                <form class="finder large" method="get" action="/search" role="search" data-nav="">
                    {icon(Symbol::Search)}
                    <input
                        class="input"
                        id="hit-0"
                        type="search"
                        name="q"
                        value=words
                        placeholder=lang.search_prompt()
                        aria-label=lang.search_prompt()
                        maxlength="255"
                        autocomplete="off"
                        autofocus
                    />
                    <button class="btn primary" type="submit">{lang.find()}</button>
                </form>
                <Transition fallback=move || view! { <SkeletonTable rows=6/> }>
                    {move || Suspend::new(async move {
                        match data.await {
                            Ok(results) => content(results, lang),
                            Err(error) => failed(error, retry, lang),
                        }
                    })}
                </Transition>
            </div>
        </Page>
    }
}

fn failed(error: AppError, retry: Callback<()>, lang: Lang) -> AnyView {
    view! { <ErrorNote what=lang.search() error retry/> }.into_any()
}

fn content(results: SearchResults, lang: Lang) -> AnyView {
    if results.text.is_empty() {
        return view! { <p class="mut">{lang.search_help()}</p> }.into_any();
    }
    if results.groups.is_empty() {
        let what = lang.search_nothing(&results.text);
        return view! { <section class="card"><EmptyState what=what why=lang.search_nothing_why()/></section> }
            .into_any();
    }
    let count: usize = results.groups.iter().map(|group| group.hits.len()).sum();
    let summary = lang.search_found(&format::count(count as u64, lang), &results.text);
    let mut first = 1;
    let mut groups = Vec::with_capacity(results.groups.len());
    for group in results.groups {
        let length = group.hits.len();
        groups.push(group_card(group, first, &results.text, lang));
        first += length;
    }
    view! { <p class="mut" role="status">{summary}</p> {groups} }.into_any()
}

/// The hits of a kind; `first` is the number of the first one on the page.
fn group_card(group: HitGroup, first: usize, text: &str, lang: Lang) -> AnyView {
    let HitGroup { kind, hits, more } = group;
    let similar = hits.iter().all(|hit| hit.closeness == Closeness::Similar);
    let sub = if similar { lang.similar_hits() } else { "" };
    let rows = hits.into_iter().enumerate().map(|(at, hit)| row(kind, hit, first + at)).collect_view();
    let list = ListQuery { text: Some(text.to_owned()), ..ListQuery::new(kind) }.href();
    let more =
        more.then(|| view! { <p class="pager">{lang.search_more()} " " <a href=list>{kind_words(kind, lang)}</a></p> });
    view! {
        <Card title=kind_words(kind, lang) sub=sub>
            <table class="table hits"><tbody>{rows}</tbody></table>
            {more}
        </Card>
    }
    .into_any()
}

fn row(kind: RecordKind, hit: Hit, number: usize) -> impl IntoView {
    let name = record_name(kind, hit.id, hit.title.as_deref());
    let about = match kind {
        RecordKind::Tests => [hit.matched, hit.title].into_iter().flatten().collect::<Vec<_>>().join(" "),
        _ => hit.matched.unwrap_or_default(),
    };
    view! {
        <tr>
            <td><a class="id" id=format!("hit-{number}") href=kind.record_path(hit.id)>{name}</a></td>
            <td>{about}</td>
            <td class="mut a-x">{hit.context}</td>
            <td>{(kind != RecordKind::Customers).then(|| state(hit.state.as_deref()))}</td>
        </tr>
    }
}

/// Moves the focus to the hit after or before the one that has it; the form's field counts as the one before the first.
fn step(event: KeyboardEvent) {
    let by = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    if focus_beside(by) {
        event.prevent_default();
    }
}

#[cfg(feature = "hydrate")]
fn focus_beside(by: i32) -> bool {
    use wasm_bindgen::JsCast as _;
    let document = document();
    let number = document.active_element().and_then(|at| at.id().strip_prefix("hit-")?.parse::<i32>().ok());
    let Some(number) = number else { return false };
    let next = document.get_element_by_id(&format!("hit-{}", number + by));
    next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()).is_some_and(|next| next.focus().is_ok())
}

#[cfg(not(feature = "hydrate"))]
const fn focus_beside(_by: i32) -> bool {
    false
}
