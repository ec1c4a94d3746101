//! Quality by customer and by matrix.

use super::cards::table;
use super::sheets;
use crate::components::{Card, EmptyState, Export, counted, lead};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::quality::{Quality, QualityGroup, Whose};
use crate::model::records::{Condition, RecordKind, TurnaroundClass, links};
use leptos::prelude::*;

/// Rows of a table at most; exports have all.
const MOST: usize = 50;

/// The filter for the tests of one group.
pub(super) fn narrowed(whose: &Whose, filter: &Filter) -> Filter {
    match whose {
        Whose::All => filter.clone(),
        Whose::Customer(id, _) => Filter { customer: Some(*id), ..filter.clone() },
        Whose::Matrix(matrix) => Filter { matrix: Some(matrix.clone()), ..filter.clone() },
    }
}

/// By customer.
pub(super) fn customers(page: &Quality, filter: &Filter, lang: Lang) -> AnyView {
    card(
        lang.quality_by_customer(),
        lang.customer(),
        Export::new("quality-customers", filter),
        &page.customers,
        filter,
        lang,
    )
}

/// By matrix.
pub(super) fn matrices(page: &Quality, filter: &Filter, lang: Lang) -> AnyView {
    card(lang.quality_by_matrix(), lang.matrix(), Export::new("quality-matrices", filter), &page.matrices, filter, lang)
}

fn card(
    title: &'static str,
    name: &'static str,
    export: Export,
    rows: &[QualityGroup],
    filter: &Filter,
    lang: Lang,
) -> AnyView {
    if rows.is_empty() {
        return view! { <Card title class="w12"><EmptyState what=lang.no_tests_in_range()/></Card> }.into_any();
    }
    let body = rows.iter().take(MOST).map(|group| group_row(group, filter, lang)).collect();
    let rest = rows.len().saturating_sub(MOST) as u64;
    let sub = if rest > 0 { lang.quality_rest(&format::count(rest, lang)) } else { String::new() };
    let heads: Vec<&str> = std::iter::once(name).chain(sheets::group_heads(lang)).collect();
    view! {
        <Card title sub class="w12" explain=lang.quality_groups_how() export=export>
            {table(title, &heads, 1, body)}
        </Card>
    }
    .into_any()
}

fn group_row(group: &QualityGroup, filter: &Filter, lang: Lang) -> AnyView {
    let own = narrowed(&group.whose, filter);
    let one = &group.outcome;
    let numbers = [
        (one.created, links::created(RecordKind::Tests, &own)),
        (one.on_hold, links::tests_created(&own, Condition::OnHold)),
        (one.not_reportable, links::tests_created(&own, Condition::NotReportable)),
        (one.cancelled, links::tests_created(&own, Condition::Cancelled)),
        (one.reported, links::tests_reported(&own)),
        (one.beyond, links::tests_judged(&own, TurnaroundClass::Beyond)),
        (one.reworked, links::tests_reworked(&own)),
    ];
    let numbers = numbers.map(|(count, list)| view! { <td class="num">{counted(count, &list, lang)}</td> }.into_any());
    let shares = [one.on_time(), one.repeat_rate(), one.first_pass()]
        .map(|share| view! { <td class="num">{format::percent_or_dash(share, 0, lang)}</td> }.into_any());
    let cells: Vec<AnyView> = numbers.into_iter().chain(shares).collect();
    view! {
        <tr>
            <th scope="row">{lead(own.href("/quality"), "", sheets::whose(&group.whose, lang))}</th>
            {cells}
        </tr>
    }
    .into_any()
}
