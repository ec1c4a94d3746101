//! What lies in the laboratory and when it came in: work in progress by state and age, Little's law, the heat map of
//! the week.

use super::sheets;
use crate::components::{
    Card, EmptyState, Export, HeatCell, HeatMap, HeatRow, Ramp, SheetTable, SheetTwin, state_name,
};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::operations::{AGE_BOUNDS, Little, Operations, WipState};
use crate::model::overview::Scope;
use crate::model::records::{ListQuery, RecordKind, links};
use leptos::prelude::*;

/// The tests in progress of one age.
fn of_age(list: &ListQuery, at: usize) -> ListQuery {
    let age_from = at.checked_sub(1).and_then(|before| AGE_BOUNDS.get(before)).copied();
    ListQuery { age_from, age_below: AGE_BOUNDS.get(at).copied(), ..list.clone() }
}

fn wip_row(row: &WipState, filter: &Filter, lang: Lang) -> HeatRow {
    let list = match &row.state {
        None => Some(links::tests_in_progress(filter)),
        // Nothing finds records without a state, so these have no list.
        Some(state) if state == "UNKNOWN" => None,
        Some(state) => Some(links::tests_in_progress(&Filter { state: Some(state.clone()), ..filter.clone() })),
    };
    let name = row.state.as_deref().map_or_else(|| lang.total().into(), |state| state_name(state, lang));
    let cell = |(at, value): (usize, &u64)| HeatCell {
        value: *value,
        href: list.as_ref().map(|list| of_age(list, at).href()),
    };
    HeatRow {
        name: name.into_owned(),
        href: list.as_ref().map(ListQuery::href),
        cells: row.ages.iter().enumerate().map(cell).collect(),
    }
}

/// Work in progress by state and age.
pub(super) fn card(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let title = lang.ops_wip();
    if page.wip.tests == 0 {
        return view! { <Card title class="w8"><EmptyState what=lang.ops_no_wip()/></Card> }.into_any();
    }
    let rows: Vec<HeatRow> = page.wip_states.iter().map(|row| wip_row(row, filter, lang)).collect();
    let columns = sheets::ages(lang).map(str::to_owned).to_vec();
    let (sheet, now) = (sheets::wip(&page.wip, &page.wip_states, lang), page.scope.now);
    view! {
        <Card title sub=lang.ops_wip_sub() class="w8" explain=lang.ops_wip_how()
            export=Export::new("operations-wip", filter)>
            <HeatMap caption=format!("{title}, {}", lang.ops_wip_sub()) corner=lang.state() columns rows
                ramp=Ramp::Lateness/>
            <div class="body"><SheetTwin sheet now/></div>
        </Card>
    }
    .into_any()
}

/// The two sides of Little's law.
pub(super) fn little(little: &Little, scope: &Scope, filter: &Filter, lang: Lang) -> AnyView {
    let (sheet, now) = (sheets::little(little, lang), scope.now);
    view! {
        <Card title=lang.ops_little() sub=lang.ops_little_sub() class="w4" explain=lang.ops_little_how()
            export=Export::new("operations-little", filter)>
            <SheetTable sheet now/>
        </Card>
    }
    .into_any()
}

/// Tests created by day of the week and hour.
pub(super) fn arrivals(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let title = lang.ops_arrivals();
    if page.arrivals.iter().flatten().all(|orders| *orders == 0) {
        return view! { <Card title class="w12"><EmptyState what=lang.ops_no_orders()/></Card> }.into_any();
    }
    let list = links::created(RecordKind::Orders, filter);
    let rows = (1_u8..).zip(&page.arrivals).map(|(weekday, hours)| {
        let day = ListQuery { weekday: Some(weekday), ..list.clone() };
        let cell = |(hour, value): (u8, &u64)| HeatCell {
            value: *value,
            href: Some(ListQuery { hour: Some(hour), ..day.clone() }.href()),
        };
        let cells = (0_u8..).zip(hours).map(cell).collect();
        let name = format::weekday_name(usize::from(weekday - 1), lang).to_owned();
        HeatRow { name, href: Some(day.href()), cells }
    });
    let rows: Vec<HeatRow> = rows.collect();
    let sub = lang.ops_arrivals_sub(&page.scope.zone);
    let columns = (0..24).map(|hour| format!("{hour:02}")).collect::<Vec<_>>();
    view! {
        <Card title sub=sub.clone() class="w12 week" explain=lang.ops_arrivals_how()
            export=Export::new("operations-arrivals", filter)>
            <HeatMap caption=format!("{title}, {sub}") corner=lang.ops_weekday() columns rows ramp=Ramp::Volume/>
        </Card>
    }
    .into_any()
}
