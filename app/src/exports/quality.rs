//! The tables and key figures of the page about quality.

use super::{Digest, Line, Wish, all};
use crate::components::Unit;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::quality::Quality;
use crate::model::sheet::Sheet;
use crate::pages::quality::sheets;

const TABLES: [&str; 7] = ["unusual", "course", "labels", "states", "customers", "matrices", "metrc"];

/// `quality-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !TABLES.contains(&table) {
        return Err(AppError::NotFound);
    }
    let filter = wish.filter()?;
    let page = wish.ports.metrics.quality(&filter).await?;
    Ok(one(table, &page, &filter, wish.lang))
}

/// The page in figures.
pub(super) async fn digest(wish: &Wish<'_>) -> Result<Digest, AppError> {
    let (filter, lang) = (wish.filter()?, wish.lang);
    let page = wish.ports.metrics.quality(&filter).await?;
    let sheets = all("quality", &TABLES, |table| one(table, &page, &filter, lang));
    Ok(Digest { lines: lines(&page, lang), sheets, scope: page.scope })
}

fn one(table: &str, page: &Quality, filter: &Filter, lang: Lang) -> Sheet {
    let sheet = match table {
        "unusual" => sheets::unusual(&page.unusual, lang),
        "course" => sheets::course(&page.course, &page.scope, lang),
        "labels" => sheets::labels(&page.labels, lang),
        "states" => sheets::states(&page.states, &page.customer_states, lang),
        "customers" => sheets::groups(lang.quality_by_customer(), lang.customer(), &page.customers, lang),
        "matrices" => sheets::groups(lang.quality_by_matrix(), lang.matrix(), &page.matrices, lang),
        _ => sheets::metrc(&page.metrc, lang),
    };
    sheet.about(&page.scope, filter, lang)
}

fn lines(page: &Quality, lang: Lang) -> Vec<Line> {
    let tiles = &page.tiles;
    vec![
        Line::of(lang.quality_on_hold(), &tiles.on_hold, Unit::Count, lang),
        Line::of(lang.quality_not_reportable(), &tiles.not_reportable, Unit::Count, lang),
        Line::of(lang.quality_cancelled(), &tiles.cancelled, Unit::Count, lang),
        Line::of(lang.quality_repeat_rate(), &tiles.repeat_rate, Unit::Share, lang),
        Line::of(lang.quality_first_pass(), &tiles.first_pass, Unit::Share, lang),
        Line::of(lang.on_time(), &tiles.on_time, Unit::Share, lang),
    ]
}
