//! The tables of the page about operations.

use super::Wish;
use crate::error::AppError;
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
    let (filter, lang) = (wish.filter()?, wish.lang);
    let page = wish.ports.metrics.operations(&filter).await?;
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
    Ok(sheet.about(scope, &filter, lang))
}
