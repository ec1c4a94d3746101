//! What waits now: the open orders of any age, since when they and their tests are in their states, the samples that
//! are ready to report, and those with a METRC status.

use super::Population;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use sqlx::PgExecutor;

/// Days that METRC statuses are looked back for.
pub const METRC_DAYS: i64 = 30;

/// An open order.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenRow {
    /// Order id.
    pub id: i32,
    /// Its printed number.
    pub number: Option<String>,
    /// Customer id.
    pub customer: Option<i32>,
    /// Customer name.
    pub name: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Created, laboratory time.
    pub created: Option<NaiveDateTime>,
    /// Hours since creation.
    pub age: Option<f64>,
    /// Hours since the last observed change of its state.
    pub stay: Option<f64>,
}

/// The open orders, oldest first. The population's state does not apply.
///
/// # Errors
/// When the database fails.
pub async fn open(
    db: impl PgExecutor<'_>,
    who: &Population,
    now: DateTime<Utc>,
    finals: &[String],
) -> sqlx::Result<Vec<OpenRow>> {
    sqlx::query_as!(
        OpenRow,
        r#"
        select o.id as "id!", o.custom_formatted_id as number, o.customer_account_id as customer, c.name as "name?",
            nullif(o.state, '') as state, o.created_local as created, hours_between(o.date_created, $5) as age,
            (select hours_between(coalesce(h.changed_at, h.seen_at), $5) from state_changes h
             where h.entity = 'orders' and h.entity_id = o.id order by h.seen_at desc, h.id desc limit 1) as stay
        from open_orders($1, null, $2, $3, $4, null, $6) o
        left join customers c on c.id = o.customer_account_id
        order by o.date_created nulls last, o.id
        "#,
        who.customer,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        now,
        finals,
    )
    .fetch_all(db)
    .await
}

/// How many orders are late.
///
/// # Errors
/// When the database fails.
pub async fn late(db: impl PgExecutor<'_>, now: DateTime<Utc>, sla_hours: f64, finals: &[String]) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "late!" from open_orders(null, null, null, null, null, null, $3)
        where hours_between(date_created, $1) > $2
        "#,
        now,
        sla_hours,
        finals,
    )
    .fetch_one(db)
    .await
}

/// A pending test and how long it has been in its state.
#[derive(Clone, Debug, PartialEq)]
pub struct StayRow {
    /// Test id.
    pub id: i32,
    /// State.
    pub state: Option<String>,
    /// Hours since the last observed change of its state.
    pub hours: f64,
}

/// The observed stays of the pending tests of some orders.
///
/// # Errors
/// When the database fails.
pub async fn stays(db: impl PgExecutor<'_>, orders: &[i32], now: DateTime<Utc>) -> sqlx::Result<Vec<StayRow>> {
    sqlx::query_as!(
        StayRow,
        r#"
        select t.id, t.state, last.hours as "hours!"
        from samples s
        join tests t on t.sample_id = s.id and not t.hidden
        cross join lateral (
            select hours_between(coalesce(h.changed_at, h.seen_at), $2) as hours from state_changes h
            where h.entity = 'tests' and h.entity_id = t.id order by h.seen_at desc, h.id desc limit 1
        ) last
        where s.order_id = any ($1) and not s.hidden
          and upper(btrim(coalesce(t.state, ''))) not in ('REPORTED', 'NOT REPORTABLE', 'CANCELLED', 'CLIENT CANCELLED')
        "#,
        orders,
        now,
    )
    .fetch_all(db)
    .await
}

/// How many samples wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleCounts {
    /// Samples ready to report.
    pub ready: i64,
    /// Orders that they belong to.
    pub ready_orders: i64,
    /// Samples whose METRC tag got a status within [`METRC_DAYS`].
    pub metrc: i64,
}

/// Counts the samples that wait.
///
/// # Errors
/// When the database fails.
pub async fn sample_counts(
    db: impl PgExecutor<'_>,
    who: &Population,
    now: DateTime<Utc>,
    finals: &[String],
) -> sqlx::Result<SampleCounts> {
    sqlx::query_as!(
        SampleCounts,
        r#"
        select count(*) as "ready!", count(distinct order_id) as "ready_orders!",
            (select count(*) from visible_samples($1, null, $2, $3, $4, null) s
             where s.metrc_id in (select metrc_id from metrc_sample_statuses
                where metrc_date >= $6 and metrc_date <= $7)) as "metrc!"
        from ready_samples($1, null, $2, $3, $4, $5)
        "#,
        who.customer,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        finals,
        now - TimeDelta::days(METRC_DAYS),
        now,
    )
    .fetch_one(db)
    .await
}

/// A sample that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleRow {
    /// Sample id.
    pub id: i32,
    /// Its printed number.
    pub number: Option<String>,
    /// Its name.
    pub sample_name: Option<String>,
    /// Order id.
    pub order: Option<i32>,
    /// The order's printed number.
    pub order_number: Option<String>,
    /// Customer id.
    pub customer: Option<i32>,
    /// Customer name.
    pub name: Option<String>,
    /// Since when it waits, laboratory time.
    pub at: Option<NaiveDateTime>,
    /// Hours that it has waited.
    pub hours: Option<f64>,
    /// Its tests that are not cancelled.
    pub tests: i64,
    /// METRC tag.
    pub tag: Option<String>,
    /// METRC status.
    pub status: Option<String>,
}

/// The samples ready to report, the longest waiting first: since completion, else since their last test was done.
///
/// # Errors
/// When the database fails.
pub async fn ready(
    db: impl PgExecutor<'_>,
    who: &Population,
    now: DateTime<Utc>,
    finals: &[String],
    part: (i64, i64),
) -> sqlx::Result<Vec<SampleRow>> {
    sqlx::query_as!(
        SampleRow,
        r#"
        select s.id as "id!", s.custom_formatted_id as number, s.sample_name, o.id as "order?",
            o.custom_formatted_id as "order_number?", c.id as "customer?", c.name as "name?", s.completed_local as at,
            hours_between(coalesce(s.completed_date, done.last), $6) as hours, done.tests as "tests!",
            null::text as tag, null::text as status
        from ready_samples($1, null, $2, $3, $4, $5) s
        left join orders o on o.id = s.order_id
        left join customers c on c.id = s.customer_id
        cross join lateral (
            select count(*) as tests, max(t.complete_date) as last from tests t
            where t.sample_id = s.id and not t.hidden
              and upper(btrim(coalesce(t.state, ''))) not in ('CANCELLED', 'CLIENT CANCELLED')
        ) done
        order by 9 desc nulls last, 1 limit $7 offset $8
        "#,
        who.customer,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        finals,
        now,
        part.0,
        part.1,
    )
    .fetch_all(db)
    .await
}

/// The samples whose METRC tag got a status within [`METRC_DAYS`], with the latest one, the longest waiting first.
/// `zone` names the laboratory's zone.
///
/// # Errors
/// When the database fails.
pub async fn metrc(
    db: impl PgExecutor<'_>,
    who: &Population,
    now: DateTime<Utc>,
    zone: &str,
    part: (i64, i64),
) -> sqlx::Result<Vec<SampleRow>> {
    sqlx::query_as!(
        SampleRow,
        r#"
        with latest as (
            select distinct on (metrc_id) metrc_id, metrc_status, metrc_date
            from metrc_sample_statuses where metrc_date >= $5 and metrc_date <= $6
            order by metrc_id, metrc_date desc, id desc
        )
        select s.id as "id!", s.custom_formatted_id as number, s.sample_name, o.id as "order?",
            o.custom_formatted_id as "order_number?", c.id as "customer?", c.name as "name?",
            l.metrc_date at time zone $7 as at, hours_between(l.metrc_date, $6) as hours, 0::bigint as "tests!",
            l.metrc_id as tag, l.metrc_status as status
        from latest l
        join visible_samples($1, null, $2, $3, $4, null) s on s.metrc_id = l.metrc_id
        left join orders o on o.id = s.order_id
        left join customers c on c.id = s.customer_id
        order by l.metrc_date, s.id limit $8 offset $9
        "#,
        who.customer,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        now - TimeDelta::days(METRC_DAYS),
        now,
        zone,
        part.0,
        part.1,
    )
    .fetch_all(db)
    .await
}
