//! The tables of the overview.

use super::Wish;
use crate::error::AppError;
use crate::model::sheet::Sheet;
use crate::pages::overview::sheets;

/// `overview-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !["volume", "turnaround", "labels", "newcomers", "customers"].contains(&table) {
        return Err(AppError::NotFound);
    }
    let filter = wish.filter()?;
    let lang = wish.lang;
    let page = wish.ports.metrics.overview(&filter).await?;
    let sheet = match table {
        "volume" => sheets::volume(&page.volume, &page.scope, lang),
        "turnaround" => sheets::turnaround(&page.turnaround, &page.scope, lang),
        "labels" => sheets::labels(&page.labels, lang),
        "newcomers" => sheets::newcomers(&page.new_customers, lang),
        _ => sheets::top(&page.top_customers, lang),
    };
    Ok(sheet.about(&page.scope, &filter, lang))
}
