//! The tables of the page about the product mix.

use super::Wish;
use crate::error::AppError;
use crate::model::sheet::Sheet;
use crate::pages::mix::sheets;

/// `mix-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    let lang = wish.lang;
    if !["matrices", "types"].contains(&table) {
        return Err(AppError::NotFound);
    }
    let filter = wish.filter()?;
    let page = wish.ports.metrics.mix(&filter).await?;
    let sheet = match table {
        "matrices" => sheets::kinds(lang.mix_by_matrix(), lang.matrix(), &page.matrices, lang),
        _ => sheets::kinds(lang.mix_by_type(), lang.sample_type(), &page.types, lang),
    };
    Ok(sheet.about(&page.scope, &filter, lang))
}
