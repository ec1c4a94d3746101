//! Batches: how many, how full, of which assay, and which lie about.

use super::sheets;
use crate::charts::{Buckets, Series, SeriesKind, counts, series_chart};
use crate::components::{
    Bar, Card, ChartCard, EmptyState, Export, KeyEntry, KeyShape, SheetTwin, StatePill, Unit, counted, lead, may_open,
};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::operations::{BatchLoad, Operations, StaleBatch};
use crate::model::records::{Condition, ListQuery, RecordKind, links};
use leptos::prelude::*;

/// Batches created over time.
pub(super) fn load(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let scope = &page.scope;
    let created = links::batches_created(filter);
    let asks = vec![lang.opens(&lang.batches().to_lowercase()); scope.axis.len()];
    let hrefs = [created.clone(), created.with(Condition::Completed)].map(|list| links::by_bucket(scope, &list));
    let buckets = Buckets::of(scope, lang).with_brush("/operations", filter, scope).with_links(hrefs[0].clone(), asks);
    let column = |value: fn(&BatchLoad) -> u64| counts(page.batches.iter().map(value));
    let drawn = [
        Series::new(lang.batches(), "c1", SeriesKind::Bar, column(|point| point.batches)),
        Series::new(lang.ops_complete(), "c3", SeriesKind::Bar, column(|point| point.complete)),
    ];
    let drawn: Vec<Series> = drawn.into_iter().zip(hrefs).map(|(one, hrefs)| one.with_links(hrefs)).collect();
    let key = drawn.iter().enumerate().map(|(at, one)| KeyEntry::new(&one.name, one.swatch, KeyShape::Square, &[at]));
    let key: Vec<KeyEntry> = key.collect();
    let opens = (1..).zip(drawn.iter().map(|one| one.links.clone())).collect::<Vec<_>>();
    let option = series_chart(&buckets, &drawn, Unit::Count, Vec::new()).json();
    let total: u64 = page.batches.iter().map(|point| point.batches).sum();
    let summary = lang.ops_batches_summary(&format::count(total, lang));
    let (sheet, now) = (sheets::batches(&page.batches, scope, lang), scope.now);
    view! {
        <ChartCard id="operations-batches" title=lang.ops_batches() sub=lang.ops_batches_sub() key_entries=key option
            summary class="w8" explain=lang.ops_batches_how() export=Export::new("operations-batches", filter)>
            <SheetTwin sheet now links=opens/>
        </ChartCard>
    }
    .into_any()
}

/// Batches by assay.
pub(super) fn assays(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let title = lang.ops_batch_assays();
    if page.batch_assays.is_empty() {
        return view! { <Card title class="w4"><EmptyState what=lang.ops_no_batches()/></Card> }.into_any();
    }
    let most = page.batch_assays.iter().map(|load| load.batches).max().unwrap_or(0);
    let created = links::batches_created(filter);
    let row = |load: &BatchLoad| {
        // Nothing finds batches without an assay, so these have no list.
        let [number, complete] = match load.assay {
            Some(assay) => {
                let list = ListQuery { assay: Some(assay), ..created.clone() };
                let complete = list.clone().with(Condition::Completed);
                [counted(load.batches, &list, lang), counted(load.complete, &complete, lang)]
            }
            None => [load.batches, load.complete].map(|count| format::count(count, lang).into_any()),
        };
        #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
        let bar = view! { <Bar value=load.batches as f64 whole=most as f64/> };
        view! {
            <tr>
                <th scope="row">{sheets::assay_name(load, lang)}</th>
                <td class="num">{number} " " {bar}</td>
                <td class="num">{complete}</td>
                <td class="num">{load.fill.map_or_else(|| format::MISSING.to_owned(), |n| format::number(n, 1, lang))}</td>
            </tr>
        }
        .into_any()
    };
    let body: Vec<AnyView> = page.batch_assays.iter().map(row).collect();
    view! {
        <Card title class="w4" explain=lang.ops_batches_how() export=Export::new("operations-assays", filter)>
            <div class="scroll" tabindex="0" role="group" aria-label=title>
                <table class="table tight">
                    <thead>
                        <tr>
                            <th scope="col">{lang.assay()}</th>
                            <th scope="col" class="num">{lang.batches()}</th>
                            <th scope="col" class="num">{lang.ops_complete()}</th>
                            <th scope="col" class="num">{lang.ops_fill()}</th>
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

/// Open batches that have not changed for long.
pub(super) fn stale(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let title = lang.ops_stale();
    if page.stale.is_empty() {
        return view! { <Card title class="w4"><EmptyState what=lang.ops_no_stale()/></Card> }.into_any();
    }
    let row = |batch: &StaleBatch| {
        let name = batch.name.clone().unwrap_or_else(|| batch.id.to_string());
        view! {
            <tr>
                <th scope="row">{lead(RecordKind::Batches.record_path(batch.id.0), "", name)}</th>
                <td><StatePill state=batch.state.clone().unwrap_or_default()/></td>
                <td class="num nb">{format::hours(batch.idle_hours)}</td>
                <td class="num">{format::count(batch.tests, lang)}</td>
            </tr>
        }
        .into_any()
    };
    let body: Vec<AnyView> = page.stale.iter().map(row).collect();
    let total = format::count(page.stale_total, lang);
    let all = lang.ops_stale_all(&total);
    let whole = links::stale_batches(filter).href();
    let footer = ViewFn::from(move || may_open(&whole).then(|| view! { <a href=whole.clone()>{all.clone()}</a> }));
    view! {
        <Card title sub=lang.ops_stale_sub(&total) class="w4" explain=lang.ops_stale_how()
            export=Export::new("operations-stale", filter) footer>
            <div class="scroll" tabindex="0" role="group" aria-label=title>
                <table class="table tight">
                    <thead>
                        <tr>
                            <th scope="col">{lang.batch()}</th>
                            <th scope="col">{lang.state()}</th>
                            <th scope="col" class="num">{lang.ops_idle()}</th>
                            <th scope="col" class="num">{lang.tests()}</th>
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}
