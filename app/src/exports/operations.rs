//! The tables and key figures of the page about operations.

use super::{Digest, Line, Wish, all};
use crate::components::Unit;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::operations::Operations;
use crate::model::sheet::Sheet;
use crate::pages::operations::sheets;

const TABLES: [&str; 13] = [
    "throughput",
    "wip",
    "cycle",
    "matrices",
    "funnel",
    "slowest",
    "arrivals",
    "little",
    "batches",
    "assays",
    "stale",
    "outlook",
    "backlog",
];

/// `operations-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !TABLES.contains(&table) {
        return Err(AppError::NotFound);
    }
    let filter = wish.filter()?;
    let page = wish.ports.metrics.operations(&filter).await?;
    Ok(one(table, &page, &filter, wish.lang))
}

/// The page in figures.
pub(super) async fn digest(wish: &Wish<'_>) -> Result<Digest, AppError> {
    let (filter, lang) = (wish.filter()?, wish.lang);
    let page = wish.ports.metrics.operations(&filter).await?;
    let sheets = all("operations", &TABLES, |table| one(table, &page, &filter, lang));
    Ok(Digest { lines: lines(&page, lang), sheets, scope: page.scope })
}

fn one(table: &str, page: &Operations, filter: &Filter, lang: Lang) -> Sheet {
    let scope = &page.scope;
    let sheet = match table {
        "throughput" => sheets::flow(&page.flow, scope, lang),
        "wip" => sheets::wip(&page.wip, &page.wip_states, lang),
        "cycle" => sheets::cycle(&page.cycle, scope, lang),
        "matrices" => sheets::matrices(&page.cycle_matrices, lang),
        "funnel" => sheets::funnel(&page.funnel, lang),
        "slowest" => sheets::slowest(&page.slowest, lang),
        "arrivals" => sheets::arrivals(&page.arrivals, lang),
        "little" => sheets::little(&page.little, lang),
        "batches" => sheets::batches(&page.batches, scope, lang),
        "assays" => sheets::assays(&page.batch_assays, lang),
        "stale" => sheets::stale(&page.stale, lang),
        "outlook" => sheets::outlook(&page.outlook, lang.ops_outlook(), lang),
        _ => sheets::outlook(&page.backlog, lang.ops_backlog(), lang),
    };
    sheet.about(scope, filter, lang)
}

fn lines(page: &Operations, lang: Lang) -> Vec<Line> {
    let tiles = &page.tiles;
    vec![
        Line::of(lang.tests_received(), &tiles.received, Unit::Count, lang),
        Line::of(lang.ops_completed(), &tiles.completed, Unit::Count, lang),
        Line::of(lang.tests_reported(), &tiles.reported, Unit::Count, lang),
        Line::of(lang.ops_wip_now(), &tiles.in_progress, Unit::Count, lang),
        Line::of(lang.ops_cycle_mean(), &tiles.cycle_mean, Unit::Hours, lang),
        Line::of(lang.ops_little(), &tiles.little, Unit::Share, lang),
    ]
}
