//! New and top customers.

use crate::components::{Bar, Card, EmptyState, Export, Spark, counted, lead};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::overview::{NewCustomer, TopCustomer};
use crate::model::records::{Condition, RecordKind, TurnaroundClass, links};
use chrono::NaiveDate;
use leptos::prelude::*;

/// Customers created in the range.
pub fn newcomers(customers: Vec<NewCustomer>, count: u64, today: NaiveDate, filter: &Filter, lang: Lang) -> AnyView {
    if customers.is_empty() {
        return view! {
            <Card title=lang.new_customers() class="w4"><EmptyState what=lang.no_customers_in_range()/></Card>
        }
        .into_any();
    }
    let of = links::created;
    let row = |customer: NewCustomer| {
        let own = Filter { customer: Some(customer.id), ..filter.clone() };
        let stateless = Filter { state: None, ..own.clone() };
        view! {
            <tr>
                <td>{lead(format!("/customers/{}", customer.id), "", customer.name)}</td>
                <td class="nb">{format::date(customer.since, today, lang)}</td>
                <td class="num">{counted(customer.orders, &of(RecordKind::Orders, &stateless), lang)}</td>
                <td class="num">{counted(customer.tests, &of(RecordKind::Tests, &own), lang)}</td>
            </tr>
        }
    };
    let rows: Vec<_> = customers.into_iter().map(row).collect();
    view! {
        <Card title=lang.new_customers() sub=lang.new_customers_sub(&format::count(count, lang)) class="w4"
            explain=lang.new_customers_how() export=Export::new("overview-newcomers", filter)>
            <div class="scroll" tabindex="0" role="group" aria-label=lang.new_customers()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.customer()}</th>
                            <th scope="col">{lang.since()}</th>
                            <th scope="col" class="num">{lang.orders()}</th>
                            <th scope="col" class="num">{lang.tests()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

/// Customers by tests received.
pub fn top(customers: Vec<TopCustomer>, filter: &Filter, lang: Lang) -> AnyView {
    if customers.is_empty() {
        return view! {
            <Card title=lang.top_customers() class="w12"><EmptyState what=lang.no_tests_in_range()/></Card>
        }
        .into_any();
    }
    let most = customers.iter().map(|customer| customer.tests).max().unwrap_or(0);
    let headings: [(&str, bool); 9] = [
        (lang.orders(), true),
        (lang.samples(), true),
        (lang.tests(), true),
        (lang.reported(), true),
        (lang.on_time(), true),
        (lang.tat_median(), true),
        ("p90", true),
        (lang.open(), true),
        (lang.late(), true),
    ];
    let head = headings.map(|(text, _)| view! { <th scope="col" class="num">{text}</th> });
    let rows = customers.into_iter().map(|customer| top_row(customer, most, filter, lang)).collect_view();
    view! {
        <Card title=lang.top_customers() sub=lang.by_tests_received() class="w12" explain=lang.top_customers_how()
            export=Export::new("overview-customers", filter)>
            <div class="scroll" tabindex="0" role="group" aria-label=lang.top_customers()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.customer()}</th>
                            {head.collect_view()}
                            <th scope="col"><span class="vh">{lang.tests()}</span></th>
                            <th scope="col" class="num">{lang.change_column()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn top_row(customer: TopCustomer, most: u64, filter: &Filter, lang: Lang) -> impl IntoView + use<> {
    let change = format::change(customer.tests as f64, customer.previous_tests.map(|before| before as f64), 0, lang);
    let late = if customer.late_orders > 0 { "num late" } else { "num" };
    let href = Filter { customer: None, ..filter.clone() }.href(&format!("/customers/{}", customer.id));
    let own = Filter { customer: Some(customer.id), ..filter.clone() };
    let stateless = Filter { state: None, ..own.clone() };
    let on_time = customer.on_time.map_or_else(
        || format::MISSING.into_any(),
        |share| {
            let list = links::tests_judged(&own, TurnaroundClass::Within);
            lead(list.href(), "", format::percent(share, 0, lang))
        },
    );
    let series: Vec<Option<f64>> = customer.series.iter().map(|tests| Some(*tests as f64)).collect();
    view! {
        <tr>
            <td>{lead(href, "", customer.name)}</td>
            <td class="num">{counted(customer.orders, &links::created(RecordKind::Orders, &stateless), lang)}</td>
            <td class="num">{counted(customer.samples, &links::created(RecordKind::Samples, &own), lang)}</td>
            <td class="num">
                {counted(customer.tests, &links::created(RecordKind::Tests, &own), lang)} " "
                <Bar value=customer.tests as f64 whole=most as f64/>
            </td>
            <td class="num">{counted(customer.reported, &links::tests_reported(&own), lang)}</td>
            <td class="num">{on_time}</td>
            <td class="num nb">{format::hours_or_dash(customer.tat_median)}</td>
            <td class="num nb">{format::hours_or_dash(customer.tat_p90)}</td>
            <td class="num">{counted(customer.open_orders, &links::orders_now(&own, Condition::Open), lang)}</td>
            <td class=late>{counted(customer.late_orders, &links::orders_now(&own, Condition::Late), lang)}</td>
            <td><Spark series previous=Vec::new() small=true/></td>
            <td class="num">{change.unwrap_or_else(|| format::MISSING.to_owned())}</td>
        </tr>
    }
}
