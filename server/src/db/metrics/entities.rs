//! Single records with what belongs to them. Hidden records are not there.

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgExecutor;

/// An order with its customer.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderHead {
    /// Order id.
    pub id: i32,
    /// The laboratory's own name for it.
    pub reference: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Hours from creation to completion or report, or until now.
    pub age_hours: Option<f64>,
    /// Created, laboratory time.
    pub created_local: Option<NaiveDateTime>,
    /// Completed, laboratory time.
    pub completed_local: Option<NaiveDateTime>,
    /// Reported, laboratory time.
    pub reported_local: Option<NaiveDateTime>,
    /// Received, laboratory time.
    pub received_local: Option<NaiveDateTime>,
    /// Customer id.
    pub customer: Option<i32>,
    /// Customer name.
    pub customer_name: Option<String>,
}

/// A visible order.
///
/// # Errors
/// When the database fails.
pub async fn order(db: impl PgExecutor<'_>, id: i32, now: DateTime<Utc>) -> sqlx::Result<Option<OrderHead>> {
    sqlx::query_as!(
        OrderHead,
        r#"
        select o.id as "id!", o.custom_formatted_id as reference, o.state,
            hours_between(o.date_created, coalesce(o.date_completed, o.date_order_reported, $2)) as age_hours,
            o.created_local, o.completed_local, o.reported_local, o.received_local, c.id as "customer?",
            c.name as "customer_name?"
        from orders o left join customers c on c.id = o.customer_account_id
        where o.id = $1 and not o.hidden
        "#,
        id,
        now,
    )
    .fetch_optional(db)
    .await
}

/// A sample with its order and customer.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleHead {
    /// Sample id.
    pub id: i32,
    /// Its name.
    pub name: Option<String>,
    /// The laboratory's own name for it.
    pub custom_id: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Whether it has a report.
    pub has_report: bool,
    /// Matrix.
    pub matrix: Option<String>,
    /// Hours from creation to completion, or until now.
    pub age_hours: Option<f64>,
    /// Created, laboratory time.
    pub created_local: Option<NaiveDateTime>,
    /// When work on it began.
    pub start_date: Option<DateTime<Utc>>,
    /// Completed, laboratory time.
    pub completed_local: Option<NaiveDateTime>,
    /// Batches, as the LIMS lists them.
    pub batch_ids: Vec<i32>,
    /// Order id, as the sample names it.
    pub order: Option<i32>,
    /// The order's id, where the order is here.
    pub found_order: Option<i32>,
    /// The order's state.
    pub order_state: Option<String>,
    /// Customer id.
    pub customer: Option<i32>,
    /// Customer name.
    pub customer_name: Option<String>,
}

/// Visible samples: one by id, or all of an order, newest first.
///
/// # Errors
/// When the database fails.
pub async fn samples(
    db: impl PgExecutor<'_>,
    id: Option<i32>,
    order: Option<i32>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<SampleHead>> {
    sqlx::query_as!(
        SampleHead,
        r#"
        select s.id as "id!", s.sample_name as name, s.custom_formatted_id as custom_id, s.state, s.has_report as "has_report!",
            s.matrix_type as matrix, hours_between(s.date_created, coalesce(s.completed_date, $3)) as age_hours,
            s.created_local, s.start_date, s.completed_local, s.batch_ids as "batch_ids!", s.order_id as "order",
            o.id as "found_order?", o.state as "order_state?", c.id as "customer?", c.name as "customer_name?"
        from samples s
        left join orders o on o.id = s.order_id
        left join customers c on c.id = o.customer_account_id
        where not s.hidden and (s.id = $1 or s.order_id = $2)
        order by s.date_created desc nulls last, s.id
        "#,
        id,
        order,
        now,
    )
    .fetch_all(db)
    .await
}

/// A test with its sample, order and customer.
#[derive(Clone, Debug, PartialEq)]
pub struct TestHead {
    /// Test id.
    pub id: i32,
    /// Label.
    pub label: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Whether it has a report.
    pub has_report: bool,
    /// Created, laboratory time.
    pub created_local: Option<NaiveDateTime>,
    /// Reported, laboratory time.
    pub reported_local: Option<NaiveDateTime>,
    /// Hours from creation to report, or until now.
    pub age_hours: Option<f64>,
    /// Batches, as the LIMS lists them.
    pub batch_ids: Vec<i32>,
    /// The sample it names.
    pub sample_id: Option<i32>,
}

/// Visible tests: one by id, all of a sample, or all of an order; newest first.
///
/// # Errors
/// When the database fails.
pub async fn tests(
    db: impl PgExecutor<'_>,
    id: Option<i32>,
    sample: Option<i32>,
    order: Option<i32>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<TestHead>> {
    sqlx::query_as!(
        TestHead,
        r#"
        select t.id, t.label_abbr as label, t.state, t.has_report, t.created_local, t.reported_local,
            hours_between(t.date_created, coalesce(t.report_completed_date, $4)) as age_hours, t.batch_ids, t.sample_id
        from tests t
        where not t.hidden and (t.id = $1 or t.sample_id = $2 or t.order_id = $3)
        order by t.date_created desc nulls last, t.id
        "#,
        id,
        sample,
        order,
        now,
    )
    .fetch_all(db)
    .await
}

/// The worksheet of a visible test, as the LIMS sent it.
///
/// # Errors
/// When the database fails.
pub async fn worksheet(db: impl PgExecutor<'_>, id: i32) -> sqlx::Result<Option<serde_json::Value>> {
    let row = sqlx::query_scalar!("select worksheet_raw from tests where id = $1 and not hidden", id);
    Ok(row.fetch_optional(db).await?.flatten())
}

/// A batch by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchName {
    /// Batch id.
    pub id: i32,
    /// Its name.
    pub display_name: Option<String>,
}

/// The visible batches among some ids, by id.
///
/// # Errors
/// When the database fails.
pub async fn batches(db: impl PgExecutor<'_>, ids: &[i32]) -> sqlx::Result<Vec<BatchName>> {
    sqlx::query_as!(
        BatchName,
        "select id, display_name from batches where id = any ($1) and not hidden order by id",
        ids,
    )
    .fetch_all(db)
    .await
}
