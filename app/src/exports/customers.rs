//! The tables and key figures of the page about customers.

use super::{Digest, Line, Wish, all};
use crate::components::Unit;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::model::customers::{Customers, CustomersQuery};
use crate::model::sheet::Sheet;
use crate::pages::customers::sheets;

const TABLES: [&str; 3] = ["list", "course", "concentration"];

/// `customers-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !TABLES.contains(&table) {
        return Err(AppError::NotFound);
    }
    let query = CustomersQuery::parse(wish.query)?;
    let page = wish.ports.metrics.customers(&query).await?;
    Ok(one(table, &page, &query, wish.lang))
}

/// The page in figures.
pub(super) async fn digest(wish: &Wish<'_>) -> Result<Digest, AppError> {
    let (query, lang) = (CustomersQuery::parse(wish.query)?, wish.lang);
    let page = wish.ports.metrics.customers(&query).await?;
    let sheets = all("customers", &TABLES, |table| one(table, &page, &query, lang));
    Ok(Digest { lines: lines(&page, lang), sheets, scope: page.scope })
}

fn one(table: &str, page: &Customers, query: &CustomersQuery, lang: Lang) -> Sheet {
    let sheet = match table {
        "list" => sheets::list(&page.rows, lang),
        "course" => sheets::courses(page, lang),
        _ => sheets::concentration(&page.concentration, lang),
    };
    sheet.about(&page.scope, &query.filter, lang)
}

fn lines(page: &Customers, lang: Lang) -> Vec<Line> {
    let tiles = &page.tiles;
    vec![
        Line::of(lang.active_customers(), &tiles.active, Unit::Count, lang),
        Line::of(lang.new_customers(), &tiles.new, Unit::Count, lang),
        Line::of(lang.tests_received(), &tiles.tests, Unit::Count, lang),
        Line::of(lang.customers_largest(), &tiles.largest_share, Unit::Share, lang),
        Line::of(lang.customers_five(), &tiles.five_share, Unit::Share, lang),
        Line::of(lang.open_orders_title(), &tiles.open_orders, Unit::Count, lang),
        Line::of(lang.late(), &tiles.late_orders, Unit::Count, lang),
    ]
}
