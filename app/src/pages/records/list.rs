//! The list of a kind of record.

use super::bar::{bar, tabs};
use super::cells::{Look, kind_words};
use super::{checked, tables};
use crate::api::metrics::load_filter_options;
use crate::api::records::{list_batches, list_customers, list_orders, list_samples, list_tests};
use crate::components::{Card, EmptyState, ErrorNote, Page, Pager, SkeletonTable};
use crate::error::AppError;
use crate::i18n::{Lang, use_lang};
use crate::live::page_data;
use crate::model::overview::FilterOptions;
use crate::model::records::list::Cursor;
use crate::model::records::rows::{BatchRow, CustomerRow, Listing, OrderRow, SampleRow, TestRow};
use crate::model::records::{ListQuery, RecordKind};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

/// The rows of a list, whatever they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Rows {
    Orders(Listing<OrderRow>),
    Samples(Listing<SampleRow>),
    Tests(Listing<TestRow>),
    Batches(Listing<BatchRow>),
    Customers(Listing<CustomerRow>),
}

/// A list with its filter and what the filter bar offers.
type Loaded = (ListQuery, Rows, FilterOptions);

async fn load(kind: RecordKind, query: String) -> Result<Loaded, AppError> {
    let query = checked(ListQuery::parse(kind, &query))?;
    let asked = query.clone();
    let rows = match kind {
        RecordKind::Orders => Rows::Orders(list_orders(asked).await?),
        RecordKind::Samples => Rows::Samples(list_samples(asked).await?),
        RecordKind::Tests => Rows::Tests(list_tests(asked).await?),
        RecordKind::Batches => Rows::Batches(list_batches(asked).await?),
        RecordKind::Customers => Rows::Customers(list_customers(asked).await?),
    };
    Ok((query, rows, load_filter_options().await?))
}

/// The page at `/records/…`.
#[component]
pub fn RecordListPage(
    /// What is listed.
    kind: RecordKind,
) -> impl IntoView {
    let lang = use_lang();
    let query = use_location().search;
    let data = page_data(move || query.get(), move |query| load(kind, query));
    let retry = Callback::new(move |()| data.refetch());
    let crumb = move || view! { <nav class="crumb" aria-label=lang.nav_records()><a href="/records">{lang.nav_records()}</a></nav> };
    view! {
        <Page title=kind_words(kind, lang) crumb>
            <Transition fallback=move || view! { <SkeletonTable rows=12/> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(loaded) => content(loaded, lang),
                        Err(error) => failed(kind, error, retry, lang),
                    }
                })}
            </Transition>
        </Page>
    }
}

fn failed(kind: RecordKind, error: AppError, retry: Callback<()>, lang: Lang) -> AnyView {
    let all = ListQuery::new(kind);
    view! {
        {tabs(&all)} <ErrorNote what=kind_words(kind, lang) error retry/>
        <p><a class="btn" href=all.href()>{lang.show_all_records()}</a></p>
    }
    .into_any()
}

fn content((query, rows, options): Loaded, lang: Lang) -> AnyView {
    match rows {
        Rows::Orders(list) => page(&query, list, options, lang, tables::orders),
        Rows::Samples(list) => page(&query, list, options, lang, tables::samples),
        Rows::Tests(list) => page(&query, list, options, lang, tables::tests),
        Rows::Batches(list) => page(&query, list, options, lang, tables::batch_rows),
        Rows::Customers(list) => page(&query, list, options, lang, tables::customers),
    }
}

fn page<T>(
    query: &ListQuery,
    list: Listing<T>,
    options: FilterOptions,
    lang: Lang,
    table: fn(&[T], tables::Setting<'_>) -> AnyView,
) -> AnyView {
    let look = Look { now: list.now, sla_hours: query.filter.sla_hours, lang };
    let title = kind_words(query.kind, lang);
    let body = if list.rows.is_empty() {
        let all = (ListQuery::new(query.kind).href(), lang.show_all_records().to_owned());
        view! { <EmptyState what=lang.nothing_listed() why=lang.nothing_listed_why() action=all/> }.into_any()
    } else {
        table(&list.rows, tables::Setting { look, list: Some(query), without: &[] })
    };
    let last = (list.first + list.rows.len() as u64).saturating_sub(1);
    let shown = lang.rows_shown(&look.count(list.first), &look.count(last), &look.count(list.total));
    let link = |cursor: Option<Cursor>| cursor.map(|cursor| query.clone().at(Some(cursor)).href());
    let (previous, next) = (link(list.previous.map(Cursor::Before)), link(list.next.map(Cursor::After)));
    let pager = (!list.rows.is_empty()).then(|| match (previous, next) {
        (None, None) => view! { <Pager summary=shown/> }.into_any(),
        (Some(previous), None) => view! { <Pager summary=shown previous/> }.into_any(),
        (None, Some(next)) => view! { <Pager summary=shown next/> }.into_any(),
        (Some(previous), Some(next)) => view! { <Pager summary=shown previous next/> }.into_any(),
    });
    view! {
        {tabs(query)} {bar(query, list.days, &list.within, list.states, options, look)}
        <Card title sub=look.count(list.total)>{body} {pager}</Card>
    }
    .into_any()
}
