//! The orders that took or take longest.

use super::{Population, Window};
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgExecutor;

/// An order by how long it took, or has been taking.
#[derive(Clone, Debug, PartialEq)]
pub struct SlowOrder {
    /// Order id.
    pub id: i32,
    /// The laboratory's own name for it.
    pub reference: Option<String>,
    /// Customer name.
    pub customer: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Hours from creation to completion.
    pub completion_hours: Option<f64>,
    /// Hours from creation to completion or report, or until the reference moment while it is open; never negative.
    pub age_hours: f64,
    /// Created, laboratory time.
    pub created_local: Option<NaiveDateTime>,
    /// Completed, laboratory time.
    pub completed_local: Option<NaiveDateTime>,
}

/// The slowest orders created in the window: by completion time, else by age at `reference`.
///
/// # Errors
/// When the database fails.
pub async fn created(
    db: impl PgExecutor<'_>,
    customer: Option<i32>,
    state: Option<&str>,
    window: Window,
    reference: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<SlowOrder>> {
    sqlx::query_as!(
        SlowOrder,
        r#"
        with aged as (
            select o.*, hours_between(date_created, date_completed) as completion_hours,
                greatest(hours_between(date_created, coalesce(date_completed, date_order_reported, $5)), 0) as age_hours
            from visible_orders($1, null, null, null, null, $2) o
            where created_local is not null
              and ($3::timestamp is null or created_local >= $3) and ($4::timestamp is null or created_local < $4)
        )
        select a.id as "id!", a.custom_formatted_id as reference, c.name as "customer?", a.state, a.completion_hours,
            a.age_hours as "age_hours!", a.created_local, a.completed_local
        from aged a left join customers c on c.id = a.customer_account_id
        order by coalesce(a.completion_hours, a.age_hours) desc, a.date_created desc, a.id limit $6
        "#,
        customer,
        state,
        window.from,
        window.until,
        reference,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Which customers' reported orders are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerQuery {
    /// A customer's id.
    pub id: Option<i32>,
    /// A part of a customer's name, in any case; `%` and `_` stand for themselves.
    pub name: Option<String>,
}

/// A reported order.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedOrder {
    /// How many orders the whole set has; the same in every row.
    pub total: i64,
    /// Mean of the whole set, in hours.
    pub mean: f64,
    /// 95th percentile of the whole set, in hours.
    pub p95: f64,
    /// Order id.
    pub id: i32,
    /// The laboratory's own name for it.
    pub reference: Option<String>,
    /// Customer name.
    pub customer: Option<String>,
    /// Created, laboratory time.
    pub created_local: NaiveDateTime,
    /// Reported, laboratory time.
    pub reported_local: NaiveDateTime,
    /// Samples, as the LIMS counts them.
    pub samples: i32,
    /// Tests, as the LIMS counts them.
    pub tests: i32,
    /// Hours from creation to report.
    pub open_hours: f64,
}

/// The orders reported in the window that were open longest, with the figures of the whole set. Orders reported
/// before they were created are left out.
///
/// # Errors
/// When the database fails.
pub async fn reported(
    db: impl PgExecutor<'_>,
    who: &Population,
    customer: &CustomerQuery,
    window: Window,
    least_hours: f64,
    limit: i64,
) -> sqlx::Result<Vec<ReportedOrder>> {
    sqlx::query_as!(
        ReportedOrder,
        r#"
        with chosen as materialized (
            select o.*, c.name as customer, hours_between(o.date_created, o.date_order_reported) as open_hours
            from visible_orders($7, $8, $9, $10, $11, $12) o
            left join customers c on c.id = o.customer_account_id
            where o.reported_local is not null and o.created_local is not null
              and ($1::timestamp is null or o.reported_local >= $1) and ($2::timestamp is null or o.reported_local < $2)
              and hours_between(o.date_created, o.date_order_reported) >= $3
              and ($4::integer is null and $5::text is null or o.customer_account_id = $4
                  or position(folded($5) in folded(c.name)) > 0)
        ), figures as (
            select count(*) as total, avg(open_hours) as mean,
                percentile_cont(0.95) within group (order by open_hours) as p95
            from chosen
        )
        select f.total as "total!", f.mean as "mean!", f.p95 as "p95!", c.id as "id!",
            c.custom_formatted_id as reference, c.customer as "customer?", c.created_local as "created_local!",
            c.reported_local as "reported_local!", coalesce(c.sample_count, 0) as "samples!",
            coalesce(c.test_count, 0) as "tests!", c.open_hours as "open_hours!"
        from chosen c cross join figures f
        order by c.open_hours desc, c.date_order_reported desc, c.id limit $6
        "#,
        window.from,
        window.until,
        least_hours,
        customer.id,
        customer.name,
        limit,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
    )
    .fetch_all(db)
    .await
}
