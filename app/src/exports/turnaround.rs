//! The tables of the page about turnaround.

use super::Wish;
use crate::error::AppError;
use crate::model::sheet::Sheet;
use crate::model::turnaround::TurnaroundQuery;
use crate::pages::turnaround::sheets;

/// `turnaround-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !["distribution", "curve", "trend", "groups", "stages", "orders"].contains(&table) {
        return Err(AppError::NotFound);
    }
    let query = TurnaroundQuery::parse(wish.query)?;
    let page = wish.ports.metrics.turnaround(&query).await?;
    let lang = wish.lang;
    let sheet = match table {
        "distribution" => sheets::distribution(&page.bins, lang),
        "curve" => sheets::curve(&page.curve, lang),
        "trend" => sheets::trend(&page, lang),
        "groups" => sheets::groups(&page.groups, query.grouping(), lang),
        "stages" => sheets::stages(page.stages.as_ref(), lang),
        _ => sheets::orders(&page.slowest, lang),
    };
    let mut sheet = sheet.about(&page.scope, &query.filter, lang);
    sheet.about.push((lang.turn_clock().to_owned(), sheets::clock_name(query.clock, lang).to_owned()));
    sheet.about.push((lang.turn_entity().to_owned(), sheets::subject_name(query.subject, lang).to_owned()));
    Ok(sheet)
}
