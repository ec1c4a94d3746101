//! What enters the work in progress and what leaves it, by day.

use super::{Population, Window, rolled};
use chrono::NaiveDate;
use sqlx::PgExecutor;

/// A day of the laboratory's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceRow {
    /// The day.
    pub day: NaiveDate,
    /// Tests created, without those that have ended in a final state with no date of an end.
    pub entered: i64,
    /// Tests completed or reported, by the earlier of the two dates.
    pub left: i64,
}

/// The days of the window on which a test entered or left, in order. A test that ended without a date counts on neither
/// side, so that work in progress grows by what entered and shrinks by what left.
///
/// # Errors
/// When the database fails.
pub async fn by_day(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    finals: &[String],
) -> sqlx::Result<Vec<BalanceRow>> {
    if rolled::tells_all(who, &[window]) {
        return by_rolled_day(db, window, finals).await;
    }
    sqlx::query_as!(
        BalanceRow,
        r#"
        with moves as (
            select created_local::date as day, 1 as entered, 0 as went
            from visible_tests($1, $2, $3, $4, $5, $6)
            where created_local >= $7 and created_local < $8
              and (reported_local is not null or completed_local is not null
                or not (is_final(state, $9) or coalesce(upper(btrim(state)), '') = 'NOT REPORTABLE'))
            union all
            select completed_local::date, 0, 1
            from visible_tests($1, $2, $3, $4, $5, $6)
            where completed_local is not null and completed_local >= $7 and completed_local < $8
              and created_local is not null and (reported_local is null or reported_local >= completed_local)
            union all
            select reported_local::date, 0, 1
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null and reported_local >= $7 and reported_local < $8
              and created_local is not null and (completed_local is null or completed_local > reported_local)
        )
        select day as "day!", sum(entered) as "entered!", sum(went) as "left!"
        from moves group by 1 order by 1
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        finals,
    )
    .fetch_all(db)
    .await
}

/// The same from the roll-up.
async fn by_rolled_day(db: impl PgExecutor<'_>, window: Window, finals: &[String]) -> sqlx::Result<Vec<BalanceRow>> {
    sqlx::query_as!(
        BalanceRow,
        r#"
        with moves as (
            select day, went,
                case when is_final(key, $3) or upper(btrim(key)) = 'NOT REPORTABLE' then ended else tests end as entered
            from day_figures('state', null, $1, $2)
        )
        select day as "day!", sum(entered) as "entered!", sum(went) as "left!"
        from moves where entered + went > 0 group by 1 order by 1
        "#,
        window.from,
        window.until,
        finals,
    )
    .fetch_all(db)
    .await
}
