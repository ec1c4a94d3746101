//! The tables of the page about customers.

use super::Wish;
use crate::error::AppError;
use crate::model::customers::CustomersQuery;
use crate::model::sheet::Sheet;
use crate::pages::customers::sheets;

/// `customers-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !["list", "course", "concentration"].contains(&table) {
        return Err(AppError::NotFound);
    }
    let query = CustomersQuery::parse(wish.query)?;
    let page = wish.ports.metrics.customers(&query).await?;
    let sheet = match table {
        "list" => sheets::list(&page.rows, wish.lang),
        "course" => sheets::courses(&page, wish.lang),
        _ => sheets::concentration(&page.concentration, wish.lang),
    };
    Ok(sheet.about(&page.scope, &query.filter, wish.lang))
}
