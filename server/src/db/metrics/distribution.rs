//! How records created in a window spread over states, matrices and labels. Null and empty keys are `unknown`.

use super::{Population, Window, rolled};
use sqlx::PgExecutor;

/// A count; what it counts stands in `dimension`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpreadRow {
    /// `total`, `state`, `matrix` or `label`.
    pub dimension: String,
    /// The key; absent in the total.
    pub key: Option<String>,
    /// Records.
    pub count: i64,
    /// Of these, completed samples or reported tests.
    pub done: i64,
}

/// Samples created in the window: in total, by state and by matrix; most first, equal counts by key.
///
/// # Errors
/// When the database fails.
pub async fn samples(db: impl PgExecutor<'_>, who: &Population, window: Window) -> sqlx::Result<Vec<SpreadRow>> {
    sqlx::query_as!(
        SpreadRow,
        r#"
        with created as (
            select key_of(state) as state, key_of(matrix_type) as matrix, completed_date is not null as done
            from visible_samples($1, $2, $3, $4, $5, $6)
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
        )
        select case when grouping(state) = 0 then 'state' when grouping(matrix) = 0 then 'matrix' else 'total' end as "dimension!",
            coalesce(state, matrix) as "key?", count(*) as "count!", count(*) filter (where done) as "done!"
        from created group by grouping sets ((), (state), (matrix))
        order by 3 desc, coalesce(state, matrix) collate "C"
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
    )
    .fetch_all(db)
    .await
}

/// Tests created in the window, of one batch if it is given: in total, by state and by label.
///
/// # Errors
/// When the database fails.
pub async fn tests(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    batch: Option<i32>,
) -> sqlx::Result<Vec<SpreadRow>> {
    if batch.is_none() && rolled::tells_all(who, &[window]) {
        return tests_by_day(db, window).await;
    }
    sqlx::query_as!(
        SpreadRow,
        r#"
        with created as (
            select key_of(state) as state, key_of(label_abbr) as label, report_completed_date is not null as done
            from visible_tests($1, $2, $3, $4, $5, $6)
            where ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
              and ($9::integer is null or batch_ids @> array[$9])
        )
        select case when grouping(state) = 0 then 'state' when grouping(label) = 0 then 'label' else 'total' end as "dimension!",
            coalesce(state, label) as "key?", count(*) as "count!", count(*) filter (where done) as "done!"
        from created group by grouping sets ((), (state), (label))
        order by 3 desc, coalesce(state, label) collate "C"
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        batch,
    )
    .fetch_all(db)
    .await
}

/// The same from the roll-up.
async fn tests_by_day(db: impl PgExecutor<'_>, window: Window) -> sqlx::Result<Vec<SpreadRow>> {
    sqlx::query_as!(
        SpreadRow,
        r#"
        with created as (
            select 'total' as dimension, null::text as key, tests, answered from day_figures('all', '', $1, $2)
            union all
            select 'state', key_of(key), tests, answered from day_figures('state', null, $1, $2)
            union all
            select 'label', key, tests, answered from day_figures('label', null, $1, $2)
        )
        select dimension as "dimension!", key as "key?", count as "count!", done as "done!"
        from (
            select dimension, key, sum(tests) as count, sum(answered) as done
            from created where tests > 0 group by dimension, key
            union all
            select 'total', null, 0, 0 where not exists (select from created where tests > 0)
        ) spread
        order by count desc, key collate "C"
        "#,
        window.from,
        window.until,
    )
    .fetch_all(db)
    .await
}
