//! The tables and counts of the page about priority orders. They are about now, so that files name no days.

use super::{Digest, Line, Wish, all};
use crate::error::AppError;
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::priority::{Priority, PriorityQuery, PriorityTab};
use crate::model::sheet::Sheet;
use crate::pages::priority::sheets;

const TABLES: [&str; 4] = ["list", "ages", "customers", "states"];

/// `priority-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !TABLES.contains(&table) {
        return Err(AppError::NotFound);
    }
    let query = PriorityQuery { whole: table == "list", ..PriorityQuery::parse(wish.query)? };
    let page = wish.ports.metrics.priority(&query).await?;
    Ok(one(table, &page, &query, wish.lang))
}

/// The page in figures, its list whole.
pub(super) async fn digest(wish: &Wish<'_>) -> Result<Digest, AppError> {
    let (query, lang) = (PriorityQuery { whole: true, ..PriorityQuery::parse(wish.query)? }, wish.lang);
    let page = wish.ports.metrics.priority(&query).await?;
    let sheets = all("priority", &TABLES, |table| one(table, &page, &query, lang));
    Ok(Digest { lines: lines(&page, lang), sheets, scope: page.scope })
}

fn one(table: &str, page: &Priority, query: &PriorityQuery, lang: Lang) -> Sheet {
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
    let filter = Filter { state: None, ..query.filter.clone() };
    let mut sheet = sheet.about(&page.scope, &filter, lang);
    sheet.days = None;
    sheet.about.retain(|(name, _)| name != lang.range() && name != lang.compare());
    if query.min_days > 0 {
        sheet.about.push((lang.priority_least().to_owned(), query.min_days.to_string()));
    }
    sheet
}

fn lines(page: &Priority, lang: Lang) -> Vec<Line> {
    let counts = &page.counts;
    let count = |name, value| Line::plain(name, format::count(value, lang));
    vec![
        count(lang.late(), counts.late),
        count(lang.at_risk(), counts.risk),
        count(lang.warning(), counts.warning),
        count(lang.condition_ready(), counts.ready_samples),
        count(lang.priority_metrc(), counts.metrc),
        count(lang.open_orders_title(), counts.open),
    ]
}
