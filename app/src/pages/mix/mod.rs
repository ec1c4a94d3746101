//! The product mix: what the work is made of, and how that changes.

pub mod sheets;

use super::overview::cards;
use crate::api::metrics::load_mix;
use crate::components::{
    Bar, Card, EmptyState, Export, FilterBar, SkeletonCard, SkeletonTiles, Tile, TileStrip, Unit, counted, lead,
};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::mix::{KindCount, Mix, MixTiles};
use crate::model::overview::{FilterOptions, Scope};
use crate::model::records::{RecordKind, links};
use crate::pages::dashboard::Dashboard;
use leptos::prelude::*;

/// The page at `/mix`.
#[component]
pub fn MixPage() -> impl IntoView {
    Dashboard { title: Lang::nav_mix, read: Filter::parse, load: load_mix, skeleton, content }.view()
}

fn skeleton(lang: Lang) -> AnyView {
    view! { <SkeletonTiles/> <div class="grid"><SkeletonCard title=lang.mix_by_matrix() height=320 class="w8"/></div> }
        .into_any()
}

/// A dimension of samples: what it is called, its table, and how the filter is narrowed to a key.
struct Dimension {
    title: &'static str,
    name: &'static str,
    table: &'static str,
    narrow: fn(&Filter, String) -> Filter,
}

/// The whole page.
pub fn content(filter: &Filter, page: Mix, options: FilterOptions, lang: Lang) -> AnyView {
    let Mix { scope, tiles, matrices, types, labels } = page;
    let matrix = Dimension {
        title: lang.mix_by_matrix(),
        name: lang.matrix(),
        table: "mix-matrices",
        narrow: |filter, key| Filter { matrix: Some(key), ..filter.clone() },
    };
    let kind = Dimension {
        title: lang.mix_by_type(),
        name: lang.sample_type(),
        table: "mix-types",
        narrow: |filter, key| Filter { sample_type: Some(key), ..filter.clone() },
    };
    view! {
        <FilterBar path="/mix" filter=filter.clone() days=scope.days today=scope.now.date() options/>
        {strip(tiles, &scope, filter, lang)}
        <div class="grid">
            <div class="w8 column">
                {kinds(&matrices, &matrix, filter, lang)} {kinds(&types, &kind, filter, lang)}
            </div>
            {cards::labels(labels, filter, ("/mix", filter), lang)}
        </div>
    }
    .into_any()
}

fn strip(tiles: MixTiles, scope: &Scope, filter: &Filter, lang: Lang) -> AnyView {
    let unfinished = scope.axis.last().is_some_and(|last| scope.is_unfinished(*last));
    let label = format!("{}, {}", lang.key_figures(), format::day_range(scope.days, lang));
    let samples = links::created(RecordKind::Samples, filter).href();
    let tests = links::created(RecordKind::Tests, filter).href();
    view! {
        <TileStrip label>
            <Tile id="samples" label=lang.samples_received() figure=tiles.samples unit=Unit::Count href=samples
                explain=lang.samples_received_how() unfinished/>
            <Tile id="tests" label=lang.tests_received() figure=tiles.tests unit=Unit::Count href=tests.clone()
                explain=lang.tests_received_how() unfinished/>
            <Tile id="per-sample" label=lang.mix_tests_per_sample() figure=tiles.tests_per_sample unit=Unit::Ratio href=tests.clone()
                explain=lang.mix_tests_per_sample_how()/>
            <Tile id="matrices" label=lang.mix_matrices() figure=tiles.matrices unit=Unit::Count
                explain=lang.mix_matrices_how()/>
            <Tile id="labels" label=lang.mix_labels() figure=tiles.labels unit=Unit::Count explain=lang.mix_labels_how()/>
            <Tile id="largest" label=lang.mix_largest() figure=tiles.largest_matrix unit=Unit::Share
                explain=lang.mix_largest_how()/>
        </TileStrip>
    }
    .into_any()
}

fn kinds(rows: &[KindCount], by: &Dimension, filter: &Filter, lang: Lang) -> AnyView {
    let title = by.title;
    if rows.is_empty() {
        return view! { <Card title class="w8"><EmptyState what=lang.mix_none()/></Card> }.into_any();
    }
    let most = rows.iter().map(|row| row.samples.max(row.previous.unwrap_or(0))).max().unwrap_or(0);
    let body: Vec<_> = rows.iter().map(|row| kind_row(row, rows, most, by, filter, lang)).collect();
    let name = by.name;
    let heads = [
        lang.samples(),
        lang.customers_share(),
        lang.change_column(),
        lang.orders(),
        lang.tests(),
        lang.mix_with_report(),
    ];
    let heads = heads.map(|text| view! { <th scope="col" class="num">{text}</th> }).into_iter().collect_view();
    view! {
        <Card title sub=lang.mix_tick() class="w8" explain=lang.mix_kinds_how() export=Export::new(by.table, filter)>
            <div class="scroll" tabindex="0" role="group" aria-label=title>
                <table class="table">
                    <thead><tr><th scope="col">{name}</th>{heads}</tr></thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn kind_row(kind: &KindCount, all: &[KindCount], most: u64, by: &Dimension, filter: &Filter, lang: Lang) -> AnyView {
    let own = (by.narrow)(filter, kind.key.clone());
    let list = links::created(RecordKind::Samples, &own);
    let change = format::change(kind.samples as f64, kind.previous.map(|before| before as f64), 0, lang);
    let count = |n| format::count(n, lang);
    let samples = counted(kind.samples, &list, lang);
    view! {
        <tr>
            <th scope="row">{lead(own.href("/mix"), "", kind.key.clone())}</th>
            <td class="num">
                {samples} " "
                <Bar value=kind.samples as f64 whole=most as f64 previous=kind.previous.map(|before| before as f64)/>
            </td>
            <td class="num">{format::percent_or_dash(sheets::share(kind.samples, all), 0, lang)}</td>
            <td class="num">{change.unwrap_or_else(|| format::MISSING.to_owned())}</td>
            <td class="num">{count(kind.orders)}</td>
            <td class="num">{count(kind.tests)}</td>
            <td class="num">{count(kind.with_report)}</td>
        </tr>
    }
    .into_any()
}
