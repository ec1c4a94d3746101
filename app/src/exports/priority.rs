//! The tables of the page about priority orders. They are about now, so that files name no days.

use super::Wish;
use crate::error::AppError;
use crate::model::filter::Filter;
use crate::model::priority::{PriorityQuery, PriorityTab};
use crate::model::sheet::Sheet;
use crate::pages::priority::sheets;

/// `priority-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !["list", "ages", "customers", "states"].contains(&table) {
        return Err(AppError::NotFound);
    }
    let lang = wish.lang;
    let query = PriorityQuery { whole: table == "list", ..PriorityQuery::parse(wish.query)? };
    let page = wish.ports.metrics.priority(&query).await?;
    let sheet = match (table, query.tab) {
        ("ages", _) => sheets::ages(&page.customers, lang),
        ("customers", _) => sheets::customers(&page.customers, lang),
        ("states", _) => sheets::states(&page.states, lang),
        (_, PriorityTab::Ready) => sheets::ready(&page.samples, lang),
        (_, PriorityTab::Metrc) => sheets::metrc(&page.samples, lang),
        (_, tab) => {
            let title = match tab {
                PriorityTab::Risk => lang.at_risk(),
                PriorityTab::Warning => lang.warning(),
                _ => lang.late(),
            };
            sheets::orders(title, &page.orders, page.scope.sla_hours, lang)
        }
    };
    let filter = Filter { state: None, ..query.filter };
    let mut sheet = sheet.about(&page.scope, &filter, lang);
    sheet.days = None;
    sheet.about.retain(|(name, _)| name != lang.range() && name != lang.compare());
    if query.min_days > 0 {
        sheet.about.push((lang.priority_least().to_owned(), query.min_days.to_string()));
    }
    Ok(sheet)
}
