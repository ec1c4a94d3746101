//! The tables and key figures of the overview.

use super::{Digest, Line, Wish, all};
use crate::components::Unit;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::overview::Overview;
use crate::model::sheet::Sheet;
use crate::pages::overview::sheets;

const TABLES: [&str; 5] = ["volume", "turnaround", "labels", "newcomers", "customers"];

/// `overview-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !TABLES.contains(&table) {
        return Err(AppError::NotFound);
    }
    let filter = wish.filter()?;
    let page = wish.ports.metrics.overview(&filter).await?;
    Ok(one(table, &page, &filter, wish.lang))
}

/// The page in figures.
pub(super) async fn digest(wish: &Wish<'_>) -> Result<Digest, AppError> {
    let (filter, lang) = (wish.filter()?, wish.lang);
    let page = wish.ports.metrics.overview(&filter).await?;
    let sheets = all("overview", &TABLES, |table| one(table, &page, &filter, lang));
    Ok(Digest { lines: lines(&page, lang), sheets, scope: page.scope })
}

fn one(table: &str, page: &Overview, filter: &Filter, lang: Lang) -> Sheet {
    let sheet = match table {
        "volume" => sheets::volume(&page.volume, &page.scope, lang),
        "turnaround" => sheets::turnaround(&page.turnaround, &page.scope, lang),
        "labels" => sheets::labels(&page.labels, lang),
        "newcomers" => sheets::newcomers(&page.new_customers, lang),
        _ => sheets::top(&page.top_customers, lang),
    };
    sheet.about(&page.scope, filter, lang)
}

fn lines(page: &Overview, lang: Lang) -> Vec<Line> {
    let tiles = &page.tiles;
    vec![
        Line::of(lang.samples_received(), &tiles.samples, Unit::Count, lang),
        Line::of(lang.tests_received(), &tiles.tests, Unit::Count, lang),
        Line::of(lang.tests_reported(), &tiles.reported, Unit::Count, lang),
        Line::of(lang.active_customers(), &tiles.active_customers, Unit::Count, lang),
        Line::of(lang.tat_mean(), &tiles.tat_mean, Unit::Hours, lang),
        Line::of(lang.tat_median(), &tiles.tat_median, Unit::Hours, lang),
        Line::of(lang.tat_p90(), &tiles.tat_p90, Unit::Hours, lang),
    ]
}
