//! Tests by assay label.

use super::{Periods, Population, rolled};
use sqlx::PgExecutor;

/// The tests of one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelRow {
    /// The label; `unknown` where there is none.
    pub label: String,
    /// The title of the assay with this label.
    pub title: Option<String>,
    /// Tests created in the current period.
    pub tests: i64,
    /// Tests created in the period compared with.
    pub previous: i64,
}

/// Counts the tests created in both periods by label, most first, equal counts by label.
///
/// # Errors
/// When the database fails.
pub async fn created(db: impl PgExecutor<'_>, who: &Population, periods: &Periods) -> sqlx::Result<Vec<LabelRow>> {
    let key =
        rolled::key(who, &[periods.current, periods.previous]).filter(|key| matches!(key.dimension, "all" | "label"));
    if let Some(key) = key {
        return created_by_day(db, Some(key.key).filter(|label| !label.is_empty()), periods).await;
    }
    sqlx::query_as!(
        LabelRow,
        r#"
        with created as (
            select key_of(label_abbr) as label, 1 as now, 0 as before
            from visible_tests($1, $2, $3, $4, $5, $6)
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            union all
            select key_of(label_abbr), 0, 1
            from visible_tests($1, $2, $3, $4, $5, $6)
            where ($9::timestamp is null or created_local >= $9) and ($10::timestamp is null or created_local < $10)
        )
        select c.label as "label!",
            (select min(a.title) from assays a where a.label_abbr = c.label and a.deleted_at is null) as title,
            sum(c.now) as "tests!", sum(c.before) as "previous!"
        from created c
        group by c.label
        order by 3 desc, 4 desc, c.label collate "C"
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        periods.current.from,
        periods.current.until,
        periods.previous.from,
        periods.previous.until,
    )
    .fetch_all(db)
    .await
}

/// The same from the roll-up: of one label, or of each.
async fn created_by_day(
    db: impl PgExecutor<'_>,
    label: Option<String>,
    periods: &Periods,
) -> sqlx::Result<Vec<LabelRow>> {
    sqlx::query_as!(
        LabelRow,
        r#"
        with created as (
            select key as label, tests as now, 0 as before from day_figures('label', $1, $2, $3) where tests > 0
            union all
            select key, 0, tests from day_figures('label', $1, $4, $5) where tests > 0
        )
        select c.label as "label!",
            (select min(a.title) from assays a where a.label_abbr = c.label and a.deleted_at is null) as title,
            sum(c.now) as "tests!", sum(c.before) as "previous!"
        from created c
        group by c.label
        order by 3 desc, 4 desc, c.label collate "C"
        "#,
        label,
        periods.current.from,
        periods.current.until,
        periods.previous.from,
        periods.previous.until,
    )
    .fetch_all(db)
    .await
}
