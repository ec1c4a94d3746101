//! The tables of the page about quality.

use super::Wish;
use crate::error::AppError;
use crate::model::sheet::Sheet;
use crate::pages::quality::sheets;

/// `quality-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !["unusual", "course", "labels", "states", "customers", "matrices", "metrc"].contains(&table) {
        return Err(AppError::NotFound);
    }
    let (filter, lang) = (wish.filter()?, wish.lang);
    let page = wish.ports.metrics.quality(&filter).await?;
    let sheet = match table {
        "unusual" => sheets::unusual(&page.unusual, lang),
        "course" => sheets::course(&page.course, &page.scope, lang),
        "labels" => sheets::labels(&page.labels, lang),
        "states" => sheets::states(&page.states, &page.customer_states, lang),
        "customers" => sheets::groups(lang.quality_by_customer(), lang.customer(), &page.customers, lang),
        "matrices" => sheets::groups(lang.quality_by_matrix(), lang.matrix(), &page.matrices, lang),
        _ => sheets::metrc(&page.metrc, lang),
    };
    Ok(sheet.about(&page.scope, &filter, lang))
}
