//! The tables and key figures of the page about the product mix.

use super::{Digest, Line, Wish, all};
use crate::components::Unit;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::mix::Mix;
use crate::model::sheet::Sheet;
use crate::pages::mix::sheets;

const TABLES: [&str; 2] = ["matrices", "types"];

/// `mix-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !TABLES.contains(&table) {
        return Err(AppError::NotFound);
    }
    let filter = wish.filter()?;
    let page = wish.ports.metrics.mix(&filter).await?;
    Ok(one(table, &page, &filter, wish.lang))
}

/// The page in figures.
pub(super) async fn digest(wish: &Wish<'_>) -> Result<Digest, AppError> {
    let (filter, lang) = (wish.filter()?, wish.lang);
    let page = wish.ports.metrics.mix(&filter).await?;
    let sheets = all("mix", &TABLES, |table| one(table, &page, &filter, lang));
    Ok(Digest { lines: lines(&page, lang), sheets, scope: page.scope })
}

fn one(table: &str, page: &Mix, filter: &Filter, lang: Lang) -> Sheet {
    let sheet = match table {
        "matrices" => sheets::kinds(lang.mix_by_matrix(), lang.matrix(), &page.matrices, lang),
        _ => sheets::kinds(lang.mix_by_type(), lang.sample_type(), &page.types, lang),
    };
    sheet.about(&page.scope, filter, lang)
}

fn lines(page: &Mix, lang: Lang) -> Vec<Line> {
    let tiles = &page.tiles;
    vec![
        Line::of(lang.samples_received(), &tiles.samples, Unit::Count, lang),
        Line::of(lang.tests_received(), &tiles.tests, Unit::Count, lang),
        Line::of(lang.mix_tests_per_sample(), &tiles.tests_per_sample, Unit::Ratio, lang),
        Line::of(lang.mix_matrices(), &tiles.matrices, Unit::Count, lang),
        Line::of(lang.mix_labels(), &tiles.labels, Unit::Count, lang),
        Line::of(lang.mix_largest(), &tiles.largest_matrix, Unit::Share, lang),
    ]
}
