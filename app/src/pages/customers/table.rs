//! The list of customers: sorts and searches by links and a form; each number opens its records.

use super::cards::customer_href;
use crate::components::{Bar, Card, EmptyState, Export, Sort, SortHeader, Spark, counted, lead, may_open};
use crate::format;
use crate::i18n::Lang;
use crate::model::customers::{CustomerFigures, CustomerSort, Customers, CustomersQuery};
use crate::model::filter::{Filter, percent_decode};
use crate::model::records::{Condition, RecordKind, TurnaroundClass, links};
use leptos::prelude::*;

/// Rows on the page at most; exports have all.
const MOST: usize = 50;

const fn heading(sort: CustomerSort, lang: Lang) -> &'static str {
    match sort {
        CustomerSort::Name => lang.customer(),
        CustomerSort::Tests => lang.tests(),
        CustomerSort::Change => lang.change_column(),
        CustomerSort::Orders => lang.orders(),
        CustomerSort::Samples => lang.samples(),
        CustomerSort::Reported => lang.reported(),
        CustomerSort::OnTime => lang.on_time(),
        CustomerSort::Median => lang.median(),
        CustomerSort::P90 => "p90",
        CustomerSort::Open => lang.open(),
        CustomerSort::Late => lang.late(),
    }
}

/// The card with the list.
pub(super) fn list(page: Customers, query: &CustomersQuery, lang: Lang) -> AnyView {
    let shown = format::count(page.rows.len() as u64, lang);
    let sub =
        format!("{} {}", lang.customers_shown(&shown, &format::count(page.total, lang)), lang.customers_with_records());
    let finder = {
        let query = query.clone();
        move || may_open("/customers").then(|| finder(&query, lang))
    };
    let body = if page.rows.is_empty() { nothing(query, lang) } else { rows(page, query, lang) };
    view! {
        <Card title=lang.customers_all() sub class="w12" actions=finder explain=lang.top_customers_how()
            export=Export::with_query("customers-list", query.to_query())>
            {body}
        </Card>
    }
    .into_any()
}

fn nothing(query: &CustomersQuery, lang: Lang) -> AnyView {
    match &query.text {
        Some(text) => {
            let all = CustomersQuery { text: None, ..query.clone() }.href();
            let action = (all, lang.customers_clear_search().to_owned());
            view! { <EmptyState what=lang.customers_none_found(text) action/> }.into_any()
        }
        None => view! { <EmptyState what=lang.customers_none()/> }.into_any(),
    }
}

/// The form that finds customers by a part of their name.
fn finder(query: &CustomersQuery, lang: Lang) -> AnyView {
    let rest = CustomersQuery { text: None, ..query.clone() }.to_query();
    let hidden: Vec<_> = rest
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| view! { <input type="hidden" name=name.to_owned() value=percent_decode(value)/> })
        .collect();
    let value = query.text.clone().unwrap_or_default();
    view! {
        <form class="finder" method="get" action="/customers" role="search" aria-label=lang.customers_find() data-nav="">
            {hidden}
            <input class="input" type="search" name="q" value=value placeholder=lang.customers_find()
                aria-label=lang.customers_find() maxlength="255" autocomplete="off"/>
        </form>
    }
    .into_any()
}

fn rows(page: Customers, query: &CustomersQuery, lang: Lang) -> AnyView {
    let most = page.rows.iter().map(|row| row.figures.tests).max().unwrap_or(0);
    let sort = Sort { column: query.sort.slug().to_owned(), descending: query.descending };
    let header = |of: CustomerSort| {
        let state = query.clone();
        let href = move |sort: &Sort| {
            let by = CustomerSort::from_slug(&sort.column).unwrap_or_default();
            CustomersQuery { sort: by, descending: sort.descending, ..state.clone() }.href()
        };
        let numeric = of != CustomerSort::Name;
        view! { <SortHeader text=heading(of, lang) column=of.slug() sort=sort.clone() href numeric/> }
    };
    let [name, tests, change, rest @ ..] = CustomerSort::ALL;
    let over = page.rows.len().saturating_sub(MOST);
    let body: Vec<_> = page.rows.into_iter().take(MOST).map(|one| row(one, most, &query.filter, lang)).collect();
    let more = (over > 0).then(|| view! { <p class="note-end">{lang.customers_rest(&over.to_string())}</p> });
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=lang.customers_all()>
            <table class="table">
                <thead>
                    <tr>
                        {header(name)} {header(tests)} <th scope="col" class="num">{lang.customers_share()}</th>
                        {header(change)} <th scope="col">{lang.customers_trend()}</th>
                        {rest.map(header).into_iter().collect_view()}
                    </tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
        {more}
    }
    .into_any()
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn row(row: CustomerFigures, most: u64, filter: &Filter, lang: Lang) -> AnyView {
    let CustomerFigures { figures: one, share, is_new, .. } = row;
    let own = Filter { customer: Some(one.id), ..filter.clone() };
    let stateless = Filter { state: None, ..own.clone() };
    let change = format::change(one.tests as f64, one.previous_tests.map(|before| before as f64), 0, lang);
    let late = if one.late_orders > 0 { "num late" } else { "num" };
    let series: Vec<Option<f64>> = one.series.iter().map(|tests| Some(*tests as f64)).collect();
    let new = is_new.then(|| view! { " " <span class="sub">{lang.customers_new_badge()}</span> });
    let on_time = one.on_time.map(|share| {
        let list = links::tests_judged(&own, TurnaroundClass::Within).href();
        lead(list, "", format::percent(share, 0, lang))
    });
    let on_time = on_time.unwrap_or_else(|| format::MISSING.into_any());
    view! {
        <tr>
            <th scope="row">{lead(customer_href(one.id, filter), "", one.name.clone())}{new}</th>
            <td class="num">
                {counted(one.tests, &links::created(RecordKind::Tests, &own), lang)} " "
                <Bar value=one.tests as f64 whole=most as f64/>
            </td>
            <td class="num">{format::percent_or_dash(share, 0, lang)}</td>
            <td class="num">{change.unwrap_or_else(|| format::MISSING.to_owned())}</td>
            <td><Spark series previous=Vec::new() small=true/></td>
            <td class="num">{counted(one.orders, &links::created(RecordKind::Orders, &stateless), lang)}</td>
            <td class="num">{counted(one.samples, &links::created(RecordKind::Samples, &own), lang)}</td>
            <td class="num">{counted(one.reported, &links::tests_reported(&own), lang)}</td>
            <td class="num">{on_time}</td>
            <td class="num nb">{format::hours_or_dash(one.tat_median)}</td>
            <td class="num nb">{format::hours_or_dash(one.tat_p90)}</td>
            <td class="num">{counted(one.open_orders, &links::orders_now(&own, Condition::Open), lang)}</td>
            <td class=late>{counted(one.late_orders, &links::orders_now(&own, Condition::Late), lang)}</td>
        </tr>
    }
    .into_any()
}
