//! A customer.

use super::cells::{self, Look};
use super::order::rest;
use super::parts::{Fact, Shown, card, empty_card, facts, framed, head, look};
use super::raw::raw;
use super::tables::{self, Common, Setting};
use crate::api::metrics::{load_filter_options, load_overview};
use crate::api::records::load_customer;
use crate::components::{Badge, Bar, Tone};
use crate::error::AppError;
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::ids::CustomerId;
use crate::model::overview::{FilterOptions, Overview};
use crate::model::period::{DayRange, Range};
use crate::model::records::detail::{CustomerMonth, CustomerPage, CustomerVolume, Part};
use crate::model::records::rows::OrderRow;
use crate::model::records::{Condition, ListQuery, RecordKind, links};
use crate::pages::customers::dashboard;
use chrono::{Days, Months};
use leptos::prelude::*;

/// What the page shows: the record, the filter, the figures, what the filter bar offers.
type Loaded = (CustomerPage, Filter, Overview, FilterOptions);

/// The page at `/customers/…`.
#[component]
pub fn CustomerRecordPage() -> impl IntoView {
    framed(RecordKind::Customers, load, shape)
}

/// The record, and the figures of the range asked for; a customer in the address means nothing here.
async fn load(id: i32, filter: Filter) -> Result<Loaded, AppError> {
    let id = CustomerId(id);
    let page = load_customer(id, filter.sla_hours).await?;
    let filter = Filter { customer: None, ..filter };
    let overview = load_overview(Filter { customer: Some(id), ..filter.clone() }).await?;
    Ok((page, filter, overview, load_filter_options().await?))
}

fn shape((page, filter, overview, options): Loaded, _query: &str, lang: Lang) -> Shown {
    let look = look(&page.backdrop, lang);
    let customer = &page.customer;
    let own = Filter { customer: Some(customer.id), ..look.filter() };
    let orders = ListQuery::with_filter(RecordKind::Orders, own.clone());
    let late = (customer.late_orders > 0).then(|| {
        view! { <Badge tone=Tone::Late text=lang.orders_late(&look.count(customer.late_orders))/> }.into_any()
    });
    let aliases = page.aliases.join(", ");
    let known = vec![
        Fact(lang.since(), look.moment_or_dash(customer.created).into_any()),
        Fact(lang.aliases(), cells::text_or_dash(Some(aliases))),
        Fact(lang.orders(), list_link(&orders, customer.orders, look)),
        Fact(lang.open(), list_link(&orders.clone().with(Condition::Open), customer.open_orders, look)),
        Fact(lang.late(), list_link(&orders.clone().with(Condition::Late), customer.late_orders, look)),
        Fact(lang.last_order(), look.moment_or_dash(customer.last_order).into_any()),
    ];
    let open_list = orders.clone().with(Condition::Open);
    let open = orders_card(lang.open_orders_title(), &page.open, open_list, lang.no_open_orders(), look);
    let recent = orders_card(lang.recent_orders(), &page.recent, orders, lang.no_orders_yet(), look);
    let body = view! {
        {head(late.into_iter().collect(), &page.backdrop, lang)}
        {dashboard::figures(customer.id, &filter, &overview, options, lang)}
        <div class="grid">
            <div class="w8 column">{open} {recent}</div>
            <div class="w4 column">
                {facts(customer.id.0, known, &page.backdrop, look)} {volumes(&page.volumes, &own, look)}
                {months(&page.months, &own, look)}
            </div>
        </div>
        {raw(&page.backdrop.raw, look)}
    };
    Shown { title: customer.name.clone(), body: body.into_any() }
}

/// A count that opens its list.
fn list_link(list: &ListQuery, count: u64, look: Look) -> AnyView {
    view! { <a href=list.href()>{look.count(count)}</a> }.into_any()
}

fn orders_card(
    title: &'static str,
    orders: &Part<OrderRow>,
    list: ListQuery,
    nothing: &'static str,
    look: Look,
) -> AnyView {
    if orders.rows.is_empty() {
        return empty_card(title, nothing);
    }
    let setting = Setting { look, list: None, without: &[Common::Customer] };
    card(
        title,
        look.count(orders.total),
        view! { {tables::orders(&orders.rows, setting)} {rest(orders, list, look)} }.into_any(),
    )
}

/// What came in and went out in the last days; each number opens its records.
fn volumes(volumes: &[CustomerVolume], own: &Filter, look: Look) -> AnyView {
    let lang = look.lang;
    let column = |volume: &CustomerVolume| {
        let words = volume.days.map_or_else(|| lang.all_time().to_owned(), |days| lang.last_days(days));
        view! { <th scope="col" class="num">{words}</th> }
    };
    let row = |(name, cell): (&'static str, VolumeCell)| {
        let cells = volumes.iter().map(|volume| view! { <td class="num nb">{cell(volume, own, look)}</td> });
        view! { <tr><th scope="row">{name}</th>{cells.collect_view()}</tr> }
    };
    let rows: [(&'static str, VolumeCell); 6] = [
        (lang.orders(), |volume, own, look| {
            list_link(&since(volume, RecordKind::Orders, own, look), volume.orders, look)
        }),
        (lang.samples(), |volume, own, look| {
            list_link(&since(volume, RecordKind::Samples, own, look), volume.samples, look)
        }),
        (lang.tests(), |volume, own, look| list_link(&since(volume, RecordKind::Tests, own, look), volume.tests, look)),
        (lang.reported(), |volume, own, look| list_link(&reported_since(volume, own, look), volume.reported, look)),
        (lang.on_time(), |volume, _, look| format::percent_or_dash(volume.on_time(), 0, look.lang).into_any()),
        (lang.tat_median(), |volume, _, _| format::hours_or_dash(volume.tat_median).into_any()),
    ];
    let table = view! {
        <div class="scroll" tabindex="0" role="group" aria-label=lang.volumes()>
            <table class="table">
                <thead><tr><td></td>{volumes.iter().map(column).collect_view()}</tr></thead>
                <tbody>{rows.map(row).collect_view()}</tbody>
            </table>
        </div>
    };
    card(lang.volumes(), lang.volumes_sub().to_owned(), table.into_any())
}

type VolumeCell = fn(&CustomerVolume, &Filter, Look) -> AnyView;

/// The last days of a volume as fixed days, so that the list counts the same tomorrow.
fn days(volume: &CustomerVolume, look: Look) -> Option<DayRange> {
    let back = u64::try_from(volume.days? - 1).ok()?;
    let to = look.now.date();
    Some(DayRange { from: to.checked_sub_days(Days::new(back))?, to })
}

fn since(volume: &CustomerVolume, kind: RecordKind, own: &Filter, look: Look) -> ListQuery {
    match days(volume, look) {
        Some(days) => links::within(links::created(kind, own), days),
        None => ListQuery::with_filter(kind, own.clone()),
    }
}

fn reported_since(volume: &CustomerVolume, own: &Filter, look: Look) -> ListQuery {
    match days(volume, look) {
        Some(days) => links::within(links::tests_reported(own), days),
        None => ListQuery::with_filter(RecordKind::Tests, own.clone()).with(Condition::Reported),
    }
}

/// The months as a table with bars.
#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn months(months: &[CustomerMonth], own: &Filter, look: Look) -> AnyView {
    let lang = look.lang;
    let most = months.iter().map(|month| month.tests).max().unwrap_or(0);
    let row = |month: &CustomerMonth| {
        let last = month.month.checked_add_months(Months::new(1)).and_then(|next| next.checked_sub_days(Days::new(1)));
        let days = DayRange { from: month.month, to: last.unwrap_or(month.month).min(look.now.date()) };
        let filter = Filter { range: Range::Days(days), ..own.clone() };
        let name = format::bucket_title(crate::model::period::Bucket::Month, month.month, look.now.date(), lang);
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="wide"><Bar value=month.tests as f64 whole=most as f64/></td>
                <td class="num">{list_link(&links::created(RecordKind::Tests, &filter), month.tests, look)}</td>
                <td class="num">{list_link(&links::tests_reported(&filter), month.reported, look)}</td>
            </tr>
        }
    };
    let table = view! {
        <table class="table tight">
            <thead>
                <tr>
                    <th scope="col">{lang.month()}</th>
                    <td></td>
                    <th scope="col" class="num">{lang.tests()}</th>
                    <th scope="col" class="num">{lang.reported()}</th>
                </tr>
            </thead>
            <tbody>{months.iter().rev().map(row).collect_view()}</tbody>
        </table>
    };
    card(lang.months_title(), String::new(), table.into_any())
}
