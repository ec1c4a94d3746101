//! What all record pages are made of: the frame around them, the head, the facts.

use super::cells::{Look, kind_word, kind_words};
use super::course::history;
use super::raw::raw;
use super::{answered, checked};
use crate::components::{Card, EmptyState, ErrorNote, Page, SkeletonCard, Symbol, icon};
use crate::error::AppError;
use crate::i18n::{Lang, use_lang};
use crate::live::page_data;
use crate::model::filter::{Filter, percent_decode};
use crate::model::records::RecordKind;
use crate::model::records::detail::Backdrop;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A record's page once it is there: its heading and its content.
pub(super) struct Shown {
    /// The heading.
    pub title: String,
    /// The content.
    pub body: AnyView,
}

/// The page of the record whose id stands in the route: loads it, and shows it or why it cannot be shown. `shape`
/// also gets the URL's query.
pub(super) fn framed<T, F>(
    kind: RecordKind,
    fetch: impl Fn(i32, Filter) -> F + Copy + Send + Sync + 'static,
    shape: fn(T, &str, Lang) -> Shown,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let lang = use_lang();
    let (params, search) = (use_params_map(), use_location().search);
    let data = page_data(
        move || (params.read().get("id").unwrap_or_default(), search.get()),
        move |(id, query)| async move {
            let id = answered(id.parse().map_err(|_| AppError::NotFound))?;
            let filter = checked(Filter::parse(&query))?;
            Ok::<_, AppError>((fetch(id, filter).await?, query))
        },
    );
    let retry = Callback::new(move |()| data.refetch());
    let waiting = move || {
        view! { <Page title=kind_word(kind, lang)><SkeletonCard title=kind_word(kind, lang) height=320/></Page> }
    };
    view! {
        <Transition fallback=waiting>
            {move || Suspend::new(async move {
                let shown = match data.await {
                    Ok((page, query)) => shape(page, &query, lang),
                    Err(error) => not_shown(kind, error, retry, lang),
                };
                view! { <Page title=shown.title crumb=move || trail(kind, lang)>{shown.body}</Page> }
            })}
        </Transition>
    }
}

fn not_shown(kind: RecordKind, error: AppError, retry: Callback<()>, lang: Lang) -> Shown {
    let title = kind_word(kind, lang).to_owned();
    if error == AppError::NotFound {
        let list = (kind.list_path().to_owned(), kind_words(kind, lang).to_owned());
        let body = view! {
            <section class="card"><EmptyState what=lang.error_not_found() why=lang.nothing_listed_why() action=list/></section>
        };
        return Shown { title, body: body.into_any() };
    }
    let body = view! { <ErrorNote what=title.clone() error retry/> }.into_any();
    Shown { title, body }
}

fn trail(kind: RecordKind, lang: Lang) -> AnyView {
    if kind == RecordKind::Customers {
        return view! {
            <nav class="crumb" aria-label=lang.nav_customers()><a href="/customers">{lang.nav_customers()}</a></nav>
        }
        .into_any();
    }
    view! {
        <nav class="crumb" aria-label=lang.nav_records()>
            <a href="/records">{lang.nav_records()}</a>
            <span aria-hidden="true">"/"</span>
            <a href=kind.list_path()>{kind_words(kind, lang)}</a>
        </nav>
    }
    .into_any()
}

/// The value of a parameter of a query.
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| percent_decode(value)).next_back()
}

/// The head of a page: pills and remarks, then the ways to QBench.
pub(super) fn head(remarks: Vec<AnyView>, backdrop: &Backdrop, lang: Lang) -> AnyView {
    let qbench = backdrop.qbench_url.clone().map(|href| {
        view! {
            <a class="btn" href=href target="_blank" rel="external noopener noreferrer">
                {icon(Symbol::External)} {lang.open_in_qbench()}
            </a>
        }
    });
    view! { <div class="rechead">{remarks} <span class="grow"></span> {qbench}</div> }.into_any()
}

/// A card around a body that is there already.
pub(super) fn card(title: &'static str, sub: String, body: AnyView) -> AnyView {
    view! { <Card title sub>{body}</Card> }.into_any()
}

/// A card that says that there is nothing to show.
pub(super) fn empty_card(title: &'static str, what: &'static str) -> AnyView {
    view! { <Card title><EmptyState what/></Card> }.into_any()
}

/// A fact: its name and its value.
pub(super) struct Fact(pub &'static str, pub AnyView);

/// The facts of a record, then those that every record has.
pub(super) fn facts(id: i32, mut facts: Vec<Fact>, backdrop: &Backdrop, look: Look) -> AnyView {
    let lang = look.lang;
    facts.push(Fact(lang.qbench_id(), id.to_string().into_any()));
    facts.push(Fact(lang.last_change(), look.moment_or_dash(backdrop.updated).into_any()));
    facts.push(Fact(lang.read_from_qbench(), look.moment(backdrop.fetched).into_any()));
    let row = |Fact(name, value): Fact| view! { <dt>{name}</dt><dd>{value}</dd> };
    let list = facts.into_iter().map(row).collect_view();
    card(lang.facts(), String::new(), view! { <div class="body"><dl class="facts">{list}</dl></div> }.into_any())
}

/// A date of a record: "not yet" while the record is open, a dash when it never came.
pub(super) fn reached(at: Option<chrono::NaiveDateTime>, open: bool, look: Look) -> AnyView {
    match at {
        Some(at) => look.moment(at).into_any(),
        None if open => view! { <span class="mut">{look.lang.not_yet()}</span> }.into_any(),
        None => super::cells::dash(),
    }
}

/// Two columns: what belongs to the record, and what is known of it; the payload below both.
pub(super) fn columns(main: Vec<AnyView>, facts: AnyView, own: &str, backdrop: &Backdrop, look: Look) -> AnyView {
    view! {
        <div class="grid">
            <div class="w8 column">{main}</div>
            <div class="w4 column">{facts} {history(&backdrop.history, own, look)}</div>
        </div>
        {raw(&backdrop.raw, look)}
    }
    .into_any()
}

/// The look of a page.
pub(super) const fn look(backdrop: &Backdrop, lang: Lang) -> Look {
    Look { now: backdrop.now, sla_hours: backdrop.sla_hours, lang }
}

#[cfg(test)]
mod tests {
    use super::parameter;

    #[test]
    fn the_last_of_a_repeated_parameter_counts() {
        assert_eq!(parameter("?tests=open&sla=36&tests=all", "tests").as_deref(), Some("all"));
        assert_eq!(parameter("?sla=36", "tests"), None);
    }
}
