//! Whose the late orders are, how old, and in which state.

use super::sheets;
use crate::components::{Bar, Card, EmptyState, Export, HeatCell, HeatMap, HeatRow, Ramp, lead};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::ids::CustomerId;
use crate::model::priority::{AGES, LateCustomer, LateState, PriorityQuery, Who, age_hours};
use crate::model::records::{Condition, ListQuery, links};
use crate::pages::records::cells::{Look, dash, state as pill};
use leptos::prelude::*;

/// Customers on the page at most; exports have all.
const MOST: usize = 15;

fn late(query: &PriorityQuery) -> ListQuery {
    links::orders_now(&query.filter, Condition::Late)
}

/// The page for one customer.
fn narrowed(query: &PriorityQuery, id: CustomerId) -> String {
    PriorityQuery { filter: Filter { customer: Some(id), ..query.filter.clone() }, ..query.at(1) }.href()
}

fn name(who: &Who, lang: Lang) -> String {
    who.as_ref().map_or_else(|| lang.priority_no_customer().to_owned(), |(_, name)| name.clone())
}

fn export(table: &'static str, query: &PriorityQuery) -> Export {
    Export::with_query(table, query.to_query())
}

fn more(all: usize, look: Look) -> Option<AnyView> {
    let over = all.saturating_sub(MOST) as u64;
    (over > 0)
        .then(|| view! { <p class="note-end">{look.lang.priority_more_customers(&look.count(over))}</p> }.into_any())
}

/// Late orders by customer and age, as a heat map.
pub(super) fn ages(customers: &[LateCustomer], query: &PriorityQuery, look: Look) -> AnyView {
    let lang = look.lang;
    let title = lang.priority_ages();
    if customers.is_empty() {
        return view! { <Card title class="w7"><EmptyState what=lang.priority_none_late()/></Card> }.into_any();
    }
    let row = |one: &LateCustomer| {
        let cell = |(class, orders): (usize, &u64)| {
            let href = one.customer.as_ref().map(|(id, _)| {
                let (age_from, age_below) = age_hours(class);
                ListQuery { age_from, age_below, ..links::of_customer(late(query), *id) }.href()
            });
            HeatCell { value: *orders, href }
        };
        HeatRow {
            name: name(&one.customer, lang),
            href: one.customer.as_ref().map(|(id, _)| narrowed(query, *id)),
            cells: one.ages.iter().enumerate().map(cell).collect(),
        }
    };
    let rows: Vec<HeatRow> = customers.iter().take(MOST).map(row).collect();
    let more = more(customers.len(), look);
    let columns: Vec<String> = (0..AGES.len()).map(|class| sheets::age_name(class, lang)).collect();
    view! {
        <Card title sub=lang.priority_ages_sub() class="w7" explain=lang.priority_ages_how()
            export=export("priority-ages", query)>
            <HeatMap caption=title corner=lang.customer() columns rows ramp=Ramp::Lateness/>
            {more}
        </Card>
    }
    .into_any()
}

/// Late orders by customer, as bars.
#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
pub(super) fn customers(customers: &[LateCustomer], query: &PriorityQuery, look: Look) -> AnyView {
    let lang = look.lang;
    let title = lang.priority_customers();
    if customers.is_empty() {
        return view! { <Card title class="w5"><EmptyState what=lang.priority_none_late()/></Card> }.into_any();
    }
    let most = customers.first().map_or(0, LateCustomer::orders);
    let row = |one: &LateCustomer| {
        let count = look.count(one.orders());
        let count = match &one.customer {
            Some((id, _)) => lead(links::of_customer(late(query), *id).href(), "", count),
            None => count.into_any(),
        };
        let who = match &one.customer {
            Some((id, name)) => lead(narrowed(query, *id), "", name.clone()),
            None => lang.priority_no_customer().into_any(),
        };
        view! {
            <tr>
                <th scope="row">{who}</th>
                <td class="num">{count}</td>
                <td><Bar value=one.orders() as f64 whole=most as f64 colour="var(--late-fill)"/></td>
                <td class="num nb">{format::hours(one.longest)}</td>
            </tr>
        }
    };
    let body: Vec<_> = customers.iter().take(MOST).map(row).collect();
    let more = more(customers.len(), look);
    view! {
        <Card title class="w5" explain=lang.priority_customers_how() export=export("priority-customers", query)>
            <div class="scroll" tabindex="0" role="group" aria-label=title>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.customer()}</th> <th scope="col" class="num">{lang.late()}</th>
                            <td></td> <th scope="col" class="num">{lang.priority_longest_open()}</th>
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
            {more}
        </Card>
    }
    .into_any()
}

/// Late orders by state, and how long they have been in it.
#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
pub(super) fn states(states: &[LateState], query: &PriorityQuery, look: Look) -> AnyView {
    let lang = look.lang;
    let title = lang.priority_states();
    if states.is_empty() {
        return view! { <Card title class="w7"><EmptyState what=lang.priority_none_late()/></Card> }.into_any();
    }
    let whole: u64 = states.iter().map(|one| one.orders).sum();
    let row = |one: &LateState| {
        let count = look.count(one.orders);
        let count = match &one.state {
            Some(state) => {
                let mut list = late(query);
                list.filter.state = Some(state.clone());
                lead(list.href(), "", count)
            }
            None => count.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{one.state.as_deref().map_or_else(dash, |state| pill(Some(state)))}</th>
                <td class="num">{count}</td>
                <td><Bar value=one.orders as f64 whole=whole as f64/></td>
                <td class="num">{format::percent_or_dash(sheets::share(one.orders, states), 0, lang)}</td>
                <td class="num nb">{format::hours_or_dash(one.median)}</td>
                <td class="num nb">{format::hours_or_dash(one.longest)}</td>
            </tr>
        }
    };
    let body: Vec<_> = states.iter().map(row).collect();
    view! {
        <Card title sub=lang.priority_states_sub() class="w7" explain=lang.priority_states_how()
            export=export("priority-states", query)>
            <div class="scroll" tabindex="0" role="group" aria-label=title>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.state()}</th> <th scope="col" class="num">{lang.late()}</th> <td></td>
                            <th scope="col" class="num">{lang.priority_share()}</th>
                            <th scope="col" class="num">{lang.priority_in_state_median()}</th>
                            <th scope="col" class="num">{lang.priority_in_state_longest()}</th>
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}
