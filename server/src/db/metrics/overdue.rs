//! Orders that have been open too long: how many, whose, since when; and the work that is left in them.

use super::Window;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use sqlx::PgExecutor;

/// What counts as too long.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// The range of the creation date.
    pub window: Window,
    /// The moment that open hours are counted up to.
    pub reference: DateTime<Utc>,
    /// From how many open hours on an order is overdue.
    pub overdue_hours: f64,
    /// From how many open hours on an order is near it.
    pub warning_hours: f64,
    /// The turnaround target in hours.
    pub sla_hours: f64,
    /// States that end an order, in upper case.
    pub final_states: &'a [String],
}

/// Open orders of one customer, period or state, or all of them. Hours are of the overdue ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverdueRow {
    /// `total`, `customer`, `period`, `cell` (customer and period) or `state`.
    pub dimension: String,
    /// Customer id.
    pub customer: Option<i32>,
    /// Customer name.
    pub name: Option<String>,
    /// First day of the period of creation.
    pub bucket: Option<NaiveDate>,
    /// State.
    pub state: Option<String>,
    /// Open orders, overdue or not.
    pub open: i64,
    /// Overdue orders.
    pub overdue: i64,
    /// Overdue orders beyond the target.
    pub beyond: i64,
    /// The sum of their open hours.
    pub sum: Option<f64>,
    /// The longest of them.
    pub max: Option<f64>,
}

/// Counts the open orders in every dimension; groups without an overdue order are left out.
///
/// # Errors
/// When the database fails.
pub async fn count(db: impl PgExecutor<'_>, limits: Limits<'_>, bucket: &str) -> sqlx::Result<Vec<OverdueRow>> {
    sqlx::query_as!(
        OverdueRow,
        r#"
        with open as (
            select o.customer_account_id as customer, c.name, date_trunc($6, o.created_local)::date as bucket, o.state,
                hours_between(o.date_created, $3) as hours, hours_between(o.date_created, $3) >= $4 as late
            from open_orders(null, null, null, null, null, null, $7) o
            left join customers c on c.id = o.customer_account_id
            where o.created_local is not null
              and ($1::timestamp is null or o.created_local >= $1) and ($2::timestamp is null or o.created_local < $2)
        )
        select case when grouping(customer) = 0 and grouping(bucket) = 0 then 'cell'
                when grouping(customer) = 0 then 'customer' when grouping(bucket) = 0 then 'period'
                when grouping(state) = 0 then 'state' else 'total' end as "dimension!",
            customer as "customer?", name as "name?", bucket as "bucket?", state as "state?", count(*) as "open!", count(*) filter (where late) as "overdue!",
            count(*) filter (where late and hours > $5) as "beyond!",
            sum(hours) filter (where late) as "sum?", max(hours) filter (where late) as "max?"
        from open
        group by grouping sets ((), (customer, name), (bucket), (customer, name, bucket), (state))
        having count(*) filter (where late) > 0
            or (grouping(customer) = 1 and grouping(bucket) = 1 and grouping(state) = 1)
        order by 1, name collate "C", customer, bucket, state collate "C"
        "#,
        limits.window.from,
        limits.window.until,
        limits.reference,
        limits.overdue_hours,
        limits.sla_hours,
        bucket,
        limits.final_states,
    )
    .fetch_all(db)
    .await
}

/// An order that is overdue or near it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenOrder {
    /// True for overdue, false for near it.
    pub overdue: bool,
    /// Order id.
    pub id: i32,
    /// The laboratory's own name for it.
    pub reference: Option<String>,
    /// Customer id.
    pub customer: Option<i32>,
    /// Customer name.
    pub name: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Created, laboratory time.
    pub created_local: NaiveDateTime,
    /// Hours open.
    pub open_hours: f64,
}

/// The longest open orders: up to `most.0` overdue ones and `most.1` that are near it.
///
/// # Errors
/// When the database fails.
pub async fn longest(db: impl PgExecutor<'_>, limits: Limits<'_>, most: (i64, i64)) -> sqlx::Result<Vec<OpenOrder>> {
    sqlx::query_as!(
        OpenOrder,
        r#"
        with open as (
            select o.*, hours_between(o.date_created, $3) as hours
            from open_orders(null, null, null, null, null, null, $6) o
            where o.created_local is not null
              and ($1::timestamp is null or o.created_local >= $1) and ($2::timestamp is null or o.created_local < $2)
        ), listed as (
            (select true as overdue, * from open where hours >= $4 order by hours desc, id limit $7)
            union all
            (select false, * from open where hours >= $5 and hours < $4 order by hours desc, id limit $8)
        )
        select l.overdue as "overdue!", l.id as "id!", l.custom_formatted_id as "reference?",
            l.customer_account_id as "customer?", c.name as "name?", l.state as "state?", l.created_local as "created_local!",
            l.hours as "open_hours!"
        from listed l left join customers c on c.id = l.customer_account_id
        order by l.overdue desc, l.hours desc, l.id
        "#,
        limits.window.from,
        limits.window.until,
        limits.reference,
        limits.overdue_hours,
        limits.warning_hours,
        limits.final_states,
        most.0,
        most.1,
    )
    .fetch_all(db)
    .await
}

/// One assay of one sample; a sample without tests has one row without an assay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssayRow {
    /// Order id.
    pub order: i32,
    /// Sample id.
    pub sample: i32,
    /// The laboratory's own name for the sample.
    pub custom_id: Option<String>,
    /// The sample's name.
    pub name: Option<String>,
    /// Its matrix.
    pub matrix: Option<String>,
    /// The label of the assay's first test.
    pub label: Option<String>,
    /// The assay's tests, by id.
    pub tests: Option<Vec<i32>>,
    /// Their states, each once, in upper case; `--` where there is none.
    pub states: Option<Vec<String>>,
    /// True while a test of the assay that is not cancelled is in no final state.
    pub pending: bool,
}

/// The assays of the visible samples of some orders, by sample. Tests end as reported, not reportable or cancelled.
///
/// # Errors
/// When the database fails.
pub async fn assays(db: impl PgExecutor<'_>, orders: &[i32]) -> sqlx::Result<Vec<AssayRow>> {
    sqlx::query_as!(
        AssayRow,
        r#"
        select s.order_id as "order!", s.id as "sample!", s.custom_formatted_id as custom_id, s.sample_name as name,
            s.matrix_type as matrix, (array_agg(t.label_abbr order by t.id))[1] as label,
            array_agg(t.id order by t.id) filter (where t.id is not null) as tests,
            array_agg(distinct upper(coalesce(nullif(t.state, ''), '--'))) filter (where t.id is not null) as states,
            coalesce(bool_or(upper(btrim(coalesce(t.state, ''))) not in
                ('REPORTED', 'NOT REPORTABLE', 'CANCELLED', 'CLIENT CANCELLED')) filter (where t.id is not null), false) as "pending!"
        from samples s
        left join tests t on t.sample_id = s.id and not t.hidden
        where s.order_id = any ($1) and not s.hidden
        group by s.order_id, s.id, s.custom_formatted_id, s.sample_name, s.matrix_type, coalesce(nullif(t.label_abbr, ''), '--')
        order by s.id, coalesce(nullif(t.label_abbr, ''), '--')
        "#,
        orders,
    )
    .fetch_all(db)
    .await
}

/// A sample whose tests are all done while its order is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadySample {
    /// Sample id.
    pub id: i32,
    /// Its name.
    pub name: Option<String>,
    /// The laboratory's own name for it.
    pub custom_id: Option<String>,
    /// Order id.
    pub order: Option<i32>,
    /// The laboratory's own name for the order.
    pub order_reference: Option<String>,
    /// Customer id.
    pub customer: Option<i32>,
    /// Customer name.
    pub customer_name: Option<String>,
    /// Created, laboratory time.
    pub created_local: NaiveDateTime,
    /// Completed, laboratory time.
    pub completed_local: Option<NaiveDateTime>,
    /// Tests that are not cancelled: all of them completed or not reportable.
    pub tests: i64,
}

/// The samples created in the window that are ready to report, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn ready(
    db: impl PgExecutor<'_>,
    window: Window,
    final_states: &[String],
    limit: i64,
) -> sqlx::Result<Vec<ReadySample>> {
    sqlx::query_as!(
        ReadySample,
        r#"
        select s.id as "id!", s.sample_name as name, s.custom_formatted_id as custom_id, s.order_id as "order",
            o.custom_formatted_id as "order_reference?", s.customer_id as customer, c.name as "customer_name?",
            s.created_local as "created_local!", s.completed_local, done.tests as "tests!"
        from samples s
        left join orders o on o.id = s.order_id
        left join customers c on c.id = s.customer_id
        cross join lateral (
            select count(*) as tests,
                bool_and(upper(btrim(coalesce(t.state, ''))) in ('COMPLETED', 'NOT REPORTABLE')) as ready
            from tests t
            where t.sample_id = s.id and not t.hidden
              and upper(btrim(coalesce(t.state, ''))) not in ('CANCELLED', 'CLIENT CANCELLED')
        ) done
        where not s.hidden and s.created_local >= $1 and s.created_local < $2
          and o.date_order_reported is null and not is_final(o.state, $3) and done.ready
        order by s.created_local, s.id limit $4
        "#,
        window.from,
        window.until,
        final_states,
        limit,
    )
    .fetch_all(db)
    .await
}

/// A sample with the latest METRC status of its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetrcSample {
    /// Sample id.
    pub id: i32,
    /// The laboratory's own name for it.
    pub custom_id: Option<String>,
    /// Created, laboratory time.
    pub created_local: Option<NaiveDateTime>,
    /// The tag.
    pub metrc_id: String,
    /// Its status.
    pub status: Option<String>,
    /// When the status was set.
    pub at: DateTime<Utc>,
    /// Customer name.
    pub customer_name: Option<String>,
}

/// The visible samples whose tag got a status between two instants, newest first.
///
/// # Errors
/// When the database fails.
pub async fn metrc(
    db: impl PgExecutor<'_>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<MetrcSample>> {
    sqlx::query_as!(
        MetrcSample,
        r#"
        with latest as (
            select distinct on (metrc_id) metrc_id, metrc_status, metrc_date
            from metrc_sample_statuses where metrc_date >= $1 and metrc_date <= $2
            order by metrc_id, metrc_date desc, id desc
        )
        select s.id as "id!", s.custom_formatted_id as custom_id, s.created_local, l.metrc_id as "metrc_id!",
            l.metrc_status as status, l.metrc_date as "at!", c.name as "customer_name?"
        from latest l
        join samples s on s.metrc_id = l.metrc_id and not s.hidden
        left join customers c on c.id = s.customer_id
        order by l.metrc_date desc, s.id limit $3
        "#,
        from,
        to,
        limit,
    )
    .fetch_all(db)
    .await
}
