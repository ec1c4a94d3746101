//! One customer: found by a name as people type it, and the state of its orders.

use super::Window;
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgExecutor;

/// A customer that a name may mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Customer id.
    pub id: i32,
    /// Customer name.
    pub name: String,
    /// The alias that fits better than the name, if one does.
    pub alias: Option<String>,
    /// How well it fits: 1 equal, 0.9 at the start, 0.75 inside, below that by similarity.
    pub score: f64,
}

/// The visible customers whose name or alias resembles `term`, best first, then by name and id. Case and accents do
/// not matter; `%` and `_` stand for themselves.
///
/// # Errors
/// When the database fails.
pub async fn candidates(db: impl PgExecutor<'_>, term: &str, limit: i64) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"
        with texts as (
            select id, name, null::text as alias, 0::bigint as position, folded(name) as text
            from customers where not hidden
            union all
            select c.id, c.name, a.alias, a.position, folded(a.alias)
            from customers c
            cross join jsonb_array_elements_text(case jsonb_typeof(c.aliases) when 'array' then c.aliases else '[]' end)
                with ordinality a (alias, position)
            where not c.hidden and a.alias is not null
        ), scored as (
            select t.*, case when text = folded($1) then 1.0 when starts_with(text, folded($1)) then 0.9
                when position(folded($1) in text) > 0 then 0.75
                else 0.7 * similarity(text, folded($1)) end::double precision as score
            from texts t
        ), best as (
            select distinct on (id) id, name, alias, score from scored where score >= 0.3
            order by id, score desc, position
        )
        select id as "id!", name as "name!", alias as "alias?", score as "score!"
        from best order by score desc, name collate "C", id limit $2
        "#,
        term,
        limit,
    )
    .fetch_all(db)
    .await
}

/// A customer's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Customer id.
    pub id: i32,
    /// Customer name.
    pub name: String,
    /// Other names, as they stand in the LIMS.
    pub aliases: serde_json::Value,
    /// When the newest visible order was created, laboratory time.
    pub last_order_local: Option<NaiveDateTime>,
}

/// A visible customer.
///
/// # Errors
/// When the database fails.
pub async fn find(db: impl PgExecutor<'_>, id: i32) -> sqlx::Result<Option<Account>> {
    sqlx::query_as!(
        Account,
        r#"
        select c.id, c.name, c.aliases,
            (select max(o.created_local) from orders o where o.customer_account_id = c.id and not o.hidden) as last_order_local
        from customers c where c.id = $1 and not c.hidden
        "#,
        id,
    )
    .fetch_optional(db)
    .await
}

/// The orders of a customer in a range of the creation date.
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    /// Customer id.
    pub customer: i32,
    /// The range.
    pub window: Window,
    /// The moment that ages are counted up to.
    pub now: DateTime<Utc>,
    /// The turnaround target in hours.
    pub sla_hours: f64,
    /// States that end an order, in upper case.
    pub final_states: &'a [String],
}

/// How a customer's orders stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// All orders of the range.
    pub total: i64,
    /// Open ones.
    pub open: i64,
    /// Open beyond the target.
    pub overdue: i64,
    /// Open with three quarters of the target used, and not all of it.
    pub warning: i64,
    /// Mean age of the open ones in hours.
    pub mean_age: Option<f64>,
}

/// Counts a customer's orders.
///
/// # Errors
/// When the database fails.
pub async fn standing(db: impl PgExecutor<'_>, orders: Orders<'_>) -> sqlx::Result<Standing> {
    sqlx::query_as!(
        Standing,
        r#"
        with chosen as (
            select o.date_created is not null and o.date_completed is null and o.date_order_reported is null
                    and not is_final(o.state, $6) as open,
                greatest(hours_between(o.date_created, $4), 0) as age
            from visible_orders($1, null, null, null, null, null) o
            where ($2::timestamp is null or o.created_local >= $2) and ($3::timestamp is null or o.created_local < $3)
        )
        select count(*) as "total!", count(*) filter (where open) as "open!",
            count(*) filter (where open and $5::double precision > 0 and age > $5) as "overdue!",
            count(*) filter (where open and $5 > 0 and age <= $5 and age >= 0.75 * $5) as "warning!",
            avg(age) filter (where open) as mean_age
        from chosen
        "#,
        orders.customer,
        orders.window.from,
        orders.window.until,
        orders.now,
        orders.sla_hours,
        orders.final_states,
    )
    .fetch_one(db)
    .await
}

/// An open order of a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenOrder {
    /// Order id.
    pub id: i32,
    /// State.
    pub state: Option<String>,
    /// Age in hours.
    pub age_hours: f64,
    /// Created, laboratory time.
    pub created_local: Option<NaiveDateTime>,
    /// Visible samples without a completion date.
    pub pending_samples: i64,
    /// Visible tests without a report date.
    pub pending_tests: i64,
}

/// A customer's open orders, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn open(db: impl PgExecutor<'_>, orders: Orders<'_>, limit: i64) -> sqlx::Result<Vec<OpenOrder>> {
    sqlx::query_as!(
        OpenOrder,
        r#"
        select o.id as "id!", o.state, greatest(hours_between(o.date_created, $4), 0) as "age_hours!", o.created_local,
            (select count(*) from samples s where s.order_id = o.id and not s.hidden and s.completed_date is null) as "pending_samples!",
            (select count(*) from tests t where t.order_id = o.id and not t.hidden and t.report_completed_date is null) as "pending_tests!"
        from open_orders($1, null, null, null, null, null, $5) o
        where o.date_created is not null
          and ($2::timestamp is null or o.created_local >= $2) and ($3::timestamp is null or o.created_local < $3)
        order by o.date_created, o.id limit $6
        "#,
        orders.customer,
        orders.window.from,
        orders.window.until,
        orders.now,
        orders.final_states,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Work that is pending in a customer's orders, by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRow {
    /// True for samples by matrix, false for tests by label.
    pub samples: bool,
    /// True for the row that covers all.
    pub all: bool,
    /// The matrix or label; absent where there is none.
    pub key: Option<String>,
    /// Samples without a completion date, or tests without a report date.
    pub count: i64,
}

/// What is pending in all orders of the range, finished ones too; most first.
///
/// # Errors
/// When the database fails.
pub async fn pending(db: impl PgExecutor<'_>, orders: Orders<'_>) -> sqlx::Result<Vec<PendingRow>> {
    sqlx::query_as!(
        PendingRow,
        r#"
        with chosen as materialized (
            select o.id from visible_orders($1, null, null, null, null, null) o
            where ($2::timestamp is null or o.created_local >= $2) and ($3::timestamp is null or o.created_local < $3)
        ), work as (
            select true as samples, nullif(s.matrix_type, '') as key
            from samples s join chosen on chosen.id = s.order_id
            where not s.hidden and s.completed_date is null
            union all
            select false, nullif(t.label_abbr, '')
            from tests t join chosen on chosen.id = t.order_id
            where not t.hidden and t.report_completed_date is null
        )
        select samples as "samples!", grouping(key) = 1 as "all!", key as "key?", count(*) as "count!"
        from work group by grouping sets ((samples), (samples, key))
        order by 1 desc, 2 desc, 4 desc, key collate "C" nulls last
        "#,
        orders.customer,
        orders.window.from,
        orders.window.until,
    )
    .fetch_all(db)
    .await
}
