//! The tables: turnaround by group, the slowest reported orders.

use super::segments;
use super::sheets::{self, group_name};
use crate::components::{Badge, Bar, Card, EmptyState, Export, Tone, lead, may_open};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::{Filter, percent_decode};
use crate::model::records::links;
use crate::model::turnaround::{GroupBy, GroupFigures, SlowOrder, SlowOrders, Turnaround, TurnaroundQuery};
use chrono::NaiveDateTime;
use leptos::prelude::*;

/// Groups on the page at most; exports have all.
const MOST: usize = 50;

fn head(names: &[&'static str]) -> Vec<AnyView> {
    names.iter().map(|text| view! { <th scope="col" class="num">{*text}</th> }.into_any()).collect()
}

/// Turnaround by group; the group narrows the page, the count opens its records.
pub(super) fn groups(page: &Turnaround, query: &TurnaroundQuery, lang: Lang) -> AnyView {
    let class = "w12";
    let by = query.grouping();
    let state = query.clone();
    let choice = move || {
        let options = state.subject.groups().iter().map(|group| {
            let href = TurnaroundQuery { group: Some(*group), ..state.clone() }.href();
            (href, *group == by, group_name(*group, lang))
        });
        segments(lang.turn_group(), options.collect())
    };
    if page.groups.is_empty() {
        return view! {
            <Card title=lang.turn_groups() class actions=choice><EmptyState what=lang.turn_none()/></Card>
        }
        .into_any();
    }
    let most = page.groups.iter().map(|row| row.ended).max().unwrap_or(0);
    let body: Vec<_> = page.groups.iter().take(MOST).map(|row| group_row(row, most, by, query, lang)).collect();
    let over = page.groups.len().saturating_sub(MOST);
    let more = (over > 0).then(|| view! { <p class="note-end">{lang.turn_groups_rest(&over.to_string())}</p> });
    let heads = head(&[
        super::ended_name(query.subject, lang),
        lang.median(),
        "p90",
        lang.on_time(),
        lang.turn_median_change(),
    ]);
    view! {
        <Card title=lang.turn_groups() class actions=choice explain=lang.turn_groups_how()
            export=Export::with_query("turnaround-groups", query.to_query())>
            <div class="scroll" tabindex="0" role="group" aria-label=lang.turn_groups()>
                <table class="table" id="turnaround-groups">
                    <thead><tr><th scope="col">{group_name(by, lang)}</th>{heads}</tr></thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
            {more}
        </Card>
    }
    .into_any()
}

/// The filter for one group; none for records without a customer, which no filter names.
fn narrowed(row: &GroupFigures, by: GroupBy, filter: &Filter) -> Option<Filter> {
    let (key, filter) = (Some(row.key.clone()), filter.clone());
    Some(match by {
        GroupBy::Label => Filter { label: key, ..filter },
        GroupBy::Matrix => Filter { matrix: key, ..filter },
        GroupBy::Type => Filter { sample_type: key, ..filter },
        GroupBy::Customer => Filter { customer: Some(row.customer?), ..filter },
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn group_row(row: &GroupFigures, most: u64, by: GroupBy, query: &TurnaroundQuery, lang: Lang) -> AnyView {
    let own = narrowed(row, by, &query.filter);
    let (key, many) = (row.key.clone(), format::count(row.ended, lang));
    let (name, many) = match own {
        Some(filter) => {
            let list = links::ended(query.subject, &filter).href();
            let page = TurnaroundQuery { filter, ..query.clone() }.href();
            (lead(page, "", key), lead(list, "", many))
        }
        None => (key.into_any(), many.into_any()),
    };
    let change = row.median.zip(row.previous_median).map(|(now, before)| format::hours_change(now, before));
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="num">{many} " " <Bar value=row.ended as f64 whole=most as f64/></td>
            <td class="num nb">{format::hours_or_dash(row.median)}</td>
            <td class="num nb">{format::hours_or_dash(row.p90)}</td>
            <td class="num">{format::percent_or_dash(row.on_time(), 1, lang)}</td>
            <td class="num nb">{change.unwrap_or_else(|| format::MISSING.to_owned())}</td>
        </tr>
    }
    .into_any()
}

/// The form of the two thresholds.
fn thresholds(query: &TurnaroundQuery, lang: Lang) -> AnyView {
    let text = query.to_query();
    let hidden: Vec<_> = text
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| !["least", "outlier"].contains(name))
        .map(|(name, value)| view! { <input type="hidden" name=name.to_owned() value=percent_decode(value)/> })
        .collect();
    let field = |name: &'static str, text: &'static str, hours: f64| {
        view! {
            <label class="field"><span class="lab">{text}</span>
                <input class="input" type="number" name=name min="0" max="87600" step="any" value=hours.to_string()/></label>
        }
    };
    view! {
        <details class="menu">
            <summary class="btn sm">{lang.turn_thresholds()}</summary>
            <form class="pop filter-more" method="get" action="/turnaround" data-nav="">
                {hidden}
                {field("least", lang.turn_least(), query.least_hours)}
                {field("outlier", lang.turn_outlier_from(), query.outlier_hours)}
                <div class="acts"><button class="btn primary" type="submit">{lang.apply()}</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// The slowest reported orders.
pub(super) fn orders(slowest: &SlowOrders, query: &TurnaroundQuery, now: NaiveDateTime, lang: Lang) -> AnyView {
    let title = lang.turn_slow();
    let state = query.clone();
    let form = move || may_open("/turnaround").then(|| thresholds(&state, lang));
    if slowest.rows.is_empty() {
        return view! {
            <Card title class="w12" actions=form><EmptyState what=lang.turn_slow_none()/></Card>
        }
        .into_any();
    }
    let sub = lang.turn_slow_sub(
        &format::count(slowest.rows.len() as u64, lang),
        &format::count(slowest.total, lang),
        &format::hours_or_dash(slowest.mean),
        &format::hours_or_dash(slowest.p95),
    );
    let heads = head(&[lang.turn_open_time(), lang.samples(), lang.tests()]);
    let body: Vec<_> = slowest.rows.iter().map(|row| order_row(row, now, lang)).collect();
    view! {
        <Card title sub class="w12" actions=form explain=lang.turn_slow_how()
            export=Export::with_query("turnaround-orders", query.to_query())>
            <div class="scroll" tabindex="0" role="group" aria-label=title>
                <table class="table" id="turnaround-orders">
                    <thead>
                        <tr>
                            <th scope="col">{lang.order()}</th>
                            <th scope="col">{lang.customer()}</th>
                            <th scope="col">{lang.created()}</th>
                            <th scope="col">{lang.reported_at()}</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn order_row(order: &SlowOrder, now: NaiveDateTime, lang: Lang) -> AnyView {
    let mark = order.outlier.then(|| view! { " " <Badge tone=Tone::Late text=lang.turn_outlier()/> });
    view! {
        <tr data-outlier=order.outlier.then_some("true")>
            <th scope="row">{lead(format!("/orders/{}", order.id), "id", sheets::order_name(order))}</th>
            <td>{order.customer.clone().unwrap_or_else(|| format::MISSING.to_owned())}</td>
            <td class="nb">{format::date_time(order.created, now, lang)}</td>
            <td class="nb">{format::date_time(order.reported, now, lang)}</td>
            <td class="num nb">{format::hours(order.hours)}{mark}</td>
            <td class="num">{format::count(order.samples, lang)}</td>
            <td class="num">{format::count(order.tests, lang)}</td>
        </tr>
    }
    .into_any()
}
