//! What went through: throughput, cycle time, the cohort of orders, and the slowest of them.

use super::sheets;
use crate::charts::{Buckets, Series, SeriesKind, counts, positions, series_chart};
use crate::components::{
    Card, ChartCard, EmptyState, Export, Funnel, FunnelStep, KeyEntry, KeyShape, SheetTable, SheetTwin, StatePill,
    Unit, lead,
};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::operations::{CycleTime, FlowPoint, Operations, OrderFunnel, SlowOrder};
use crate::model::records::{Condition, RecordKind, links};
use leptos::prelude::*;

/// Tests created, completed and reported over time.
pub(super) fn throughput(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let scope = &page.scope;
    let received = links::created(RecordKind::Tests, filter);
    let asks = vec![lang.opens(&lang.tests().to_lowercase()); scope.axis.len()];
    let buckets = Buckets::of(scope, lang)
        .with_brush("/operations", filter, scope)
        .with_links(links::by_bucket(scope, &received), asks);
    let column = |value: fn(&FlowPoint) -> u64| counts(page.flow.iter().map(value));
    let drawn = [
        (lang.tests_received(), "c1", column(|point| point.tests_created), received),
        (
            lang.ops_completed(),
            "c6",
            column(|point| point.tests_completed),
            links::completed(RecordKind::Tests, filter),
        ),
        (lang.tests_reported(), "c3", column(|point| point.tests_reported), links::tests_reported(filter)),
    ];
    let key =
        drawn.iter().enumerate().map(|(at, (name, token, ..))| KeyEntry::new(name, token, KeyShape::Square, &[at]));
    let key: Vec<KeyEntry> = key.collect();
    let drawn = drawn.map(|(name, colour, values, list)| {
        Series::new(name, colour, SeriesKind::Bar, values).with_links(links::by_bucket(scope, &list))
    });
    let orders =
        links::by_bucket(scope, &links::created(RecordKind::Orders, &Filter { state: None, ..filter.clone() }));
    let completed =
        links::by_bucket(scope, &links::completed(RecordKind::Orders, &Filter { state: None, ..filter.clone() }));
    let tests = (1..).zip(drawn.iter().map(|one| one.links.clone()));
    let opens = tests.chain([(4, orders), (5, completed)]).collect::<Vec<_>>();
    let option = series_chart(&buckets, &drawn, Unit::Count, Vec::new()).json();
    let figure = |value: Option<f64>| Unit::Count.text(value, lang);
    let tiles = &page.tiles;
    let summary = lang.ops_throughput_summary(
        &figure(tiles.received.value),
        &figure(tiles.completed.value),
        &figure(tiles.reported.value),
    );
    let (sheet, now) = (sheets::flow(&page.flow, scope, lang), scope.now);
    view! {
        <ChartCard id="operations-throughput" title=lang.ops_throughput() key_entries=key option summary class="w8"
            explain=lang.ops_throughput_how() export=Export::new("operations-throughput", filter)>
            <SheetTwin sheet now links=opens/>
        </ChartCard>
    }
    .into_any()
}

/// Mean and median cycle time over time.
pub(super) fn cycle(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let scope = &page.scope;
    let completed = links::completed(RecordKind::Samples, filter);
    let completed = links::by_bucket(scope, &completed);
    let opens = vec![(1, completed.clone())];
    let asks = vec![lang.opens(&lang.samples().to_lowercase()); scope.axis.len()];
    let buckets = Buckets::of(scope, lang).with_brush("/operations", filter, scope).with_links(completed, asks);
    let column = |value: fn(&CycleTime) -> Option<f64>| page.cycle.iter().map(value).collect();
    let drawn = [
        Series::new(lang.ops_mean(), "c8", SeriesKind::Line, column(|point| point.mean)),
        Series::new(lang.median(), "c1", SeriesKind::Line, column(|point| point.median)),
    ];
    let at = positions(&drawn);
    let key = drawn.iter().zip(&at).map(|(one, at)| KeyEntry::new(&one.name, one.swatch, KeyShape::Line, at));
    let key: Vec<KeyEntry> = key.collect();
    let option = series_chart(&buckets, &drawn, Unit::Hours, Vec::new()).json();
    let summary = lang.ops_cycle_summary(&format::hours_or_dash(page.tiles.cycle_mean.value));
    let (sheet, now) = (sheets::cycle(&page.cycle, scope, lang), scope.now);
    view! {
        <ChartCard id="operations-cycle" title=lang.ops_cycle() sub=lang.ops_cycle_sub() key_entries=key option summary
            class="w8" explain=lang.ops_cycle_how() export=Export::new("operations-cycle", filter)>
            <SheetTwin sheet now links=opens/>
        </ChartCard>
    }
    .into_any()
}

/// Cycle time by matrix.
pub(super) fn matrices(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let title = lang.ops_cycle_matrix();
    if page.cycle_matrices.is_empty() {
        return view! { <Card title class="w4"><EmptyState what=lang.ops_no_completed()/></Card> }.into_any();
    }
    let (sheet, now) = (sheets::matrices(&page.cycle_matrices, lang), page.scope.now);
    view! {
        <Card title class="w4" explain=lang.ops_cycle_how() export=Export::new("operations-matrices", filter)>
            <SheetTable sheet now/>
        </Card>
    }
    .into_any()
}

/// How far the orders of the range have come.
pub(super) fn funnel(funnel: &OrderFunnel, filter: &Filter, lang: Lang) -> AnyView {
    let title = lang.ops_funnel();
    if funnel.created == 0 {
        return view! { <Card title class="w4"><EmptyState what=lang.ops_no_orders()/></Card> }.into_any();
    }
    let step = |name: &str, count: u64, median_hours: Option<f64>, condition: Option<Condition>| {
        let list = match condition {
            None => links::created(RecordKind::Orders, filter),
            Some(condition) => links::orders_created(filter, condition),
        };
        FunnelStep { name: name.to_owned(), count, median_hours, href: (count > 0).then(|| list.href()) }
    };
    let steps = vec![
        step(lang.created(), funnel.created, None, None),
        step(lang.received(), funnel.received, funnel.to_received, Some(Condition::Received)),
        step(lang.completed(), funnel.completed, funnel.to_completed, Some(Condition::Completed)),
        step(lang.reported_at(), funnel.reported, funnel.to_reported, Some(Condition::Reported)),
        step(lang.state_on_hold(), funnel.on_hold, None, Some(Condition::OnHold)),
    ];
    view! {
        <Card title sub=lang.ops_funnel_sub() class="w4" explain=lang.ops_funnel_how()
            export=Export::new("operations-funnel", filter)>
            <Funnel steps/>
        </Card>
    }
    .into_any()
}

/// The orders that took longest.
pub(super) fn slowest(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let title = lang.ops_slowest();
    if page.slowest.is_empty() {
        return view! { <Card title class="w8"><EmptyState what=lang.ops_no_orders()/></Card> }.into_any();
    }
    let row = |order: &SlowOrder| {
        let number = order.number.clone().unwrap_or_else(|| order.id.to_string());
        view! {
            <tr>
                <th scope="row">{lead(RecordKind::Orders.record_path(order.id.0), "", number)}</th>
                <td>{order.customer.clone().unwrap_or_else(|| format::MISSING.to_owned())}</td>
                <td><StatePill state=order.state.clone().unwrap_or_default()/></td>
                <td class="num nb">{format::hours_or_dash(order.completion_hours)}</td>
                <td class="num nb">{format::hours(order.age_hours)}</td>
            </tr>
        }
        .into_any()
    };
    let body: Vec<AnyView> = page.slowest.iter().map(row).collect();
    view! {
        <Card title class="w8" explain=lang.ops_slowest_how() export=Export::new("operations-slowest", filter)>
            <div class="scroll" tabindex="0" role="group" aria-label=title>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.order()}</th>
                            <th scope="col">{lang.customer()}</th>
                            <th scope="col">{lang.state()}</th>
                            <th scope="col" class="num">{lang.ops_completion()}</th>
                            <th scope="col" class="num">{lang.age_column()}</th>
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}
