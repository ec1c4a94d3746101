//! The tables and key figures of the page about turnaround.

use super::{Digest, Line, Wish, all};
use crate::components::Unit;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::model::sheet::Sheet;
use crate::model::turnaround::{Turnaround, TurnaroundQuery};
use crate::pages::turnaround::{ended_name, sheets};

const TABLES: [&str; 6] = ["distribution", "curve", "trend", "groups", "stages", "orders"];

/// `turnaround-…`.
pub(super) async fn sheet(table: &str, wish: &Wish<'_>) -> Result<Sheet, AppError> {
    if !TABLES.contains(&table) {
        return Err(AppError::NotFound);
    }
    let query = TurnaroundQuery::parse(wish.query)?;
    let page = wish.ports.metrics.turnaround(&query).await?;
    Ok(one(table, &page, &query, wish.lang))
}

/// The page in figures.
pub(super) async fn digest(wish: &Wish<'_>) -> Result<Digest, AppError> {
    let (query, lang) = (TurnaroundQuery::parse(wish.query)?, wish.lang);
    let page = wish.ports.metrics.turnaround(&query).await?;
    let sheets = all("turnaround", &TABLES, |table| one(table, &page, &query, lang));
    Ok(Digest { lines: lines(&page, &query, lang), sheets, scope: page.scope })
}

fn one(table: &str, page: &Turnaround, query: &TurnaroundQuery, lang: Lang) -> Sheet {
    let sheet = match table {
        "distribution" => sheets::distribution(&page.bins, lang),
        "curve" => sheets::curve(&page.curve, lang),
        "trend" => sheets::trend(page, lang),
        "groups" => sheets::groups(&page.groups, query.grouping(), lang),
        "stages" => sheets::stages(page.stages.as_ref(), lang),
        _ => sheets::orders(&page.slowest, lang),
    };
    let mut sheet = sheet.about(&page.scope, &query.filter, lang);
    sheet.about.push((lang.turn_clock().to_owned(), sheets::clock_name(query.clock, lang).to_owned()));
    sheet.about.push((lang.turn_entity().to_owned(), sheets::subject_name(query.subject, lang).to_owned()));
    sheet
}

fn lines(page: &Turnaround, query: &TurnaroundQuery, lang: Lang) -> Vec<Line> {
    let tiles = &page.tiles;
    vec![
        Line::of(lang.turn_mean(), &tiles.mean, Unit::Hours, lang),
        Line::of(lang.median(), &tiles.median, Unit::Hours, lang),
        Line::of(lang.tat_p90(), &tiles.p90, Unit::Hours, lang),
        Line::of(lang.turn_p95(), &tiles.p95, Unit::Hours, lang),
        Line::of(lang.turn_p99(), &tiles.p99, Unit::Hours, lang),
        Line::of(lang.on_time(), &tiles.on_time, Unit::Share, lang),
        Line::of(ended_name(query.subject, lang), &tiles.ended, Unit::Count, lang),
    ]
}
