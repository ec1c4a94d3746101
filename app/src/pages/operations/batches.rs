//! Batches: how many, how full, of which assay, and which lie about.

use super::{by_bucket, linked, sheets};
use crate::charts::{Buckets, Series, SeriesKind, series_chart};
use crate::components::{Bar, Card, ChartCard, EmptyState, Export, KeyEntry, KeyShape, SheetTwin, StatePill, Unit};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::operations::{BatchLoad, Operations, StaleBatch};
use crate::model::records::{ListQuery, RecordKind, links};
use leptos::prelude::*;

/// Batches created over time.
pub(super) fn load(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let scope = &page.scope;
    let created = links::batches_created(filter);
    let asks = vec![lang.opens(&lang.batches().to_lowercase()); scope.axis.len()];
    let buckets =
        Buckets::of(scope, lang).with_brush("/operations", filter, scope).with_links(by_bucket(scope, &created), asks);
    let column = |value: fn(&BatchLoad) -> u64| -> Vec<Option<f64>> {
        #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
        page.batches.iter().map(|point| Some(value(point) as f64)).collect()
    };
    let names = [(lang.batches(), "c1"), (lang.ops_complete(), "c3")];
    let key = names.iter().enumerate().map(|(at, (name, token))| KeyEntry {
        name: (*name).to_owned(),
        token,
        shape: KeyShape::Square,
        series: vec![at],
    });
    let key: Vec<KeyEntry> = key.collect();
    let values = [column(|point| point.batches), column(|point| point.complete)];
    let drawn: Vec<Series> = names
        .into_iter()
        .zip(values)
        .map(|((name, colour), values)| Series {
            name: name.to_owned(),
            colour,
            swatch: colour,
            kind: SeriesKind::Bar,
            values,
            links: Vec::new(),
        })
        .collect();
    let option = series_chart(&buckets, &drawn, Unit::Count, Vec::new()).json();
    let total: u64 = page.batches.iter().map(|point| point.batches).sum();
    let summary = lang.ops_batches_summary(&format::count(total, lang));
    let (sheet, now) = (sheets::batches(&page.batches, scope, lang), scope.now);
    view! {
        <ChartCard id="operations-batches" title=lang.ops_batches() sub=lang.ops_batches_sub() key_entries=key option
            summary class="w8" explain=lang.ops_batches_how() export=Export::new("operations-batches", filter)>
            <SheetTwin sheet now/>
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
        let number = match load.assay {
            Some(assay) => linked(load.batches, &ListQuery { assay: Some(assay), ..created.clone() }, lang),
            None => format::count(load.batches, lang).into_any(),
        };
        #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
        let bar = view! { <Bar value=load.batches as f64 whole=most as f64/> };
        view! {
            <tr>
                <th scope="row">{sheets::assay_name(load, lang)}</th>
                <td class="num">{number} " " {bar}</td>
                <td class="num">{format::count(load.complete, lang)}</td>
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
                <th scope="row"><a href=RecordKind::Batches.record_path(batch.id.0)>{name}</a></th>
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
    let footer = ViewFn::from(move || view! { <a href=links::stale_batches().href()>{all.clone()}</a> });
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
