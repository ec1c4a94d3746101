//! What a record's page shows besides its row: payload, further dates, worksheet, METRC statuses, volumes.
//!
//! Instants without a local column of their own are put on the laboratory's wall clock here. One at midnight UTC is
//! taken for a plain date and stays that date.

use super::Judgement;
use crate::db::DbError;
use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;
use sqlx::PgExecutor;

/// What all records have.
#[derive(Clone, Debug)]
pub struct Common {
    /// The payload as QBench sent it.
    pub raw: Value,
    /// When it was read.
    pub fetched: NaiveDateTime,
    /// When QBench says it changed last.
    pub updated: Option<NaiveDateTime>,
}

/// Further facts of an order.
#[derive(Clone, Debug)]
pub struct OrderFacts {
    /// What all records have.
    pub common: Common,
    /// When the customer wants it.
    pub required: Option<NaiveDateTime>,
    /// When the target is due.
    pub due: Option<NaiveDateTime>,
    /// Samples by QBench's count.
    pub sample_count: Option<i32>,
    /// Tests by QBench's count.
    pub test_count: Option<i32>,
}

/// Further facts of an order that may be shown.
///
/// # Errors
/// As the database says.
pub async fn order(db: impl PgExecutor<'_>, id: i32, judged: &Judgement) -> Result<Option<OrderFacts>, DbError> {
    let row = sqlx::query!(
        r#"
        select raw_payload as raw, fetched_at at time zone $2 as "fetched!", last_updated at time zone $2 as updated,
            date_required at time zone case when date_required::time = '00:00' then 'UTC' else $2 end as required,
            created_local + make_interval(secs => 3600 * $3::float8) as due, sample_count, test_count
        from orders where id = $1 and not hidden
        "#,
        id,
        &judged.zone,
        judged.sla_hours,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| OrderFacts {
        common: Common { raw: row.raw, fetched: row.fetched, updated: row.updated },
        required: row.required,
        due: row.due,
        sample_count: row.sample_count,
        test_count: row.test_count,
    }))
}

/// Further facts of a sample.
#[derive(Clone, Debug)]
pub struct SampleFacts {
    /// What all records have.
    pub common: Common,
    /// When work on it began.
    pub started: Option<NaiveDateTime>,
    /// When the target is due.
    pub due: Option<NaiveDateTime>,
    /// Whether it has a report.
    pub has_report: bool,
    /// Whether it is ready to report.
    pub ready: bool,
    /// Its weight.
    pub weight: Option<String>,
    /// Its order.
    pub order: Option<i32>,
}

/// Further facts of a sample that may be shown.
///
/// # Errors
/// As the database says.
pub async fn sample(db: impl PgExecutor<'_>, id: i32, judged: &Judgement) -> Result<Option<SampleFacts>, DbError> {
    let row = sqlx::query!(
        r#"
        select s.raw_payload as raw, s.fetched_at at time zone $2 as "fetched!", s.last_updated at time zone $2 as updated,
            s.start_date at time zone case when s.start_date::time = '00:00' then 'UTC' else $2 end as started,
            s.created_local + make_interval(secs => 3600 * $3::float8) as due, s.has_report,
            trim_scale(s.sample_weight)::text as weight, s.order_id,
            exists (select 1 from ready_samples(null, s.order_id, null, null, null, $4) r where r.id = s.id) as "ready!"
        from samples s where s.id = $1 and not s.hidden
        "#,
        id,
        &judged.zone,
        judged.sla_hours,
        &judged.final_states,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| SampleFacts {
        common: Common { raw: row.raw, fetched: row.fetched, updated: row.updated },
        started: row.started,
        due: row.due,
        has_report: row.has_report,
        ready: row.ready,
        weight: row.weight,
        order: row.order_id,
    }))
}

/// Further facts of a test.
#[derive(Clone, Debug)]
pub struct TestFacts {
    /// What all records have.
    pub common: Common,
    /// When work on it began.
    pub started: Option<NaiveDateTime>,
    /// When the target is due.
    pub due: Option<NaiveDateTime>,
    /// Whether it has a report.
    pub has_report: bool,
    /// Its worksheet.
    pub worksheet: Option<Value>,
    /// Its assay.
    pub assay: Option<i32>,
    /// The method of the assay.
    pub method: Option<String>,
    /// Its sample.
    pub sample: Option<i32>,
    /// The name of its sample.
    pub sample_name: Option<String>,
}

/// Further facts of a test that may be shown.
///
/// # Errors
/// As the database says.
pub async fn test(db: impl PgExecutor<'_>, id: i32, judged: &Judgement) -> Result<Option<TestFacts>, DbError> {
    let row = sqlx::query!(
        r#"
        select t.raw_payload as raw, t.fetched_at at time zone $2 as "fetched!", t.last_updated at time zone $2 as updated,
            t.start_date at time zone case when t.start_date::time = '00:00' then 'UTC' else $2 end as started,
            t.created_local + make_interval(secs => 3600 * $3::float8) as due, t.has_report, t.worksheet_raw as worksheet,
            t.assay_id, t.sample_id, (select a.method from assays a where a.id = t.assay_id) as method,
            (select s.sample_name from samples s where s.id = t.sample_id) as sample_name
        from tests t where t.id = $1 and not t.hidden
        "#,
        id,
        &judged.zone,
        judged.sla_hours,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| TestFacts {
        common: Common { raw: row.raw, fetched: row.fetched, updated: row.updated },
        started: row.started,
        due: row.due,
        has_report: row.has_report,
        worksheet: row.worksheet,
        assay: row.assay_id,
        method: row.method,
        sample: row.sample_id,
        sample_name: row.sample_name,
    }))
}

/// Further facts of a batch.
#[derive(Clone, Debug)]
pub struct BatchFacts {
    /// What all records have.
    pub common: Common,
    /// Its assay.
    pub assay: Option<i32>,
    /// When it was prepared.
    pub prepared: Option<NaiveDateTime>,
    /// Samples in it that may be shown.
    pub samples: i64,
    /// The batch of the same assay before it.
    pub before: Option<i32>,
    /// The batch of the same assay after it.
    pub after: Option<i32>,
}

/// Further facts of a batch that may be shown.
///
/// # Errors
/// As the database says.
pub async fn batch(db: impl PgExecutor<'_>, id: i32, judged: &Judgement) -> Result<Option<BatchFacts>, DbError> {
    let row = sqlx::query!(
        r#"
        select b.raw_payload as raw, b.fetched_at at time zone $2 as "fetched!", b.last_updated at time zone $2 as updated,
            b.date_prepared at time zone case when b.date_prepared::time = '00:00' then 'UTC' else $2 end as prepared,
            b.assay_id,
            (select count(distinct t.sample_id) from tests t where t.batch_ids @> array[b.id] and not t.hidden) as "samples!",
            (select max(x.id) from batches x where x.assay_id = b.assay_id and x.id < b.id and not x.hidden) as before,
            (select min(x.id) from batches x where x.assay_id = b.assay_id and x.id > b.id and not x.hidden) as after
        from batches b where b.id = $1 and not b.hidden
        "#,
        id,
        &judged.zone,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| BatchFacts {
        common: Common { raw: row.raw, fetched: row.fetched, updated: row.updated },
        assay: row.assay_id,
        prepared: row.prepared,
        samples: row.samples,
        before: row.before,
        after: row.after,
    }))
}

/// The customers with tests in a batch, most tests first: id, name, tests.
///
/// # Errors
/// As the database says.
pub async fn batch_customers(db: impl PgExecutor<'_>, id: i32) -> Result<Vec<(i32, String, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"
        select c.id, c.name, count(*) as "tests!"
        from tests t join customers c on c.id = t.customer_id
        where t.batch_ids @> array[$1::integer] and not t.hidden
        group by c.id order by 3 desc, c.id limit 100
        "#,
        id,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name, row.tests)).collect())
}

/// The METRC statuses of a tag, newest first: status and time.
///
/// # Errors
/// As the database says.
pub async fn metrc(
    db: impl PgExecutor<'_>,
    tag: &str,
    judged: &Judgement,
) -> Result<Vec<(Option<String>, Option<NaiveDateTime>)>, DbError> {
    let rows = sqlx::query!(
        r#"
        select metrc_status, metrc_date at time zone $2 as at
        from metrc_sample_statuses where metrc_id = $1
        order by metrc_date desc nulls last, id desc limit 100
        "#,
        tag,
        &judged.zone,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.metrc_status, row.at)).collect())
}

/// Further facts of a customer.
#[derive(Clone, Debug)]
pub struct CustomerFacts {
    /// What all records have.
    pub common: Common,
    /// Other names.
    pub aliases: Vec<String>,
}

/// Further facts of a customer that may be shown.
///
/// # Errors
/// As the database says.
pub async fn customer(db: impl PgExecutor<'_>, id: i32, judged: &Judgement) -> Result<Option<CustomerFacts>, DbError> {
    let row = sqlx::query!(
        r#"
        select raw_payload as raw, fetched_at at time zone $2 as "fetched!", last_updated at time zone $2 as updated,
            array(select distinct alias collate "C" from jsonb_array_elements_text(
                case jsonb_typeof(aliases) when 'array' then aliases else '[]' end) alias
                where alias <> '' and alias <> name order by 1) as "aliases!"
        from customers where id = $1 and not hidden
        "#,
        id,
        &judged.zone,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| CustomerFacts {
        common: Common { raw: row.raw, fetched: row.fetched, updated: row.updated },
        aliases: row.aliases,
    }))
}

/// What came from a customer since a day, and how it was reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Volume {
    /// Orders created.
    pub orders: i64,
    /// Samples created.
    pub samples: i64,
    /// Tests created.
    pub tests: i64,
    /// Tests reported.
    pub reported: i64,
    /// Of these, within the target.
    pub within: i64,
    /// Of these, beyond it.
    pub beyond: i64,
    /// Median turnaround of these in hours.
    pub tat_median: Option<f64>,
}

/// Counts what came from a customer in a range of days, `None` for all time.
///
/// # Errors
/// As the database says.
pub async fn volume(
    db: impl PgExecutor<'_>,
    customer: i32,
    window: Option<super::Window>,
    sla_hours: f64,
) -> Result<Volume, DbError> {
    let row = sqlx::query_as!(
        Volume,
        r#"
        with reported as (
            select tat_hours from visible_tests($1, null, null, null, null, null)
            where reported_local is not null and ($2::timestamp is null or reported_local >= $2)
              and ($3::timestamp is null or reported_local < $3)
        )
        select
            (select count(*) from visible_orders($1, null, null, null, null, null)
                where ($2::timestamp is null or created_local >= $2)
                  and ($3::timestamp is null or created_local < $3)) as "orders!",
            (select count(*) from visible_samples($1, null, null, null, null, null)
                where ($2::timestamp is null or created_local >= $2)
                  and ($3::timestamp is null or created_local < $3)) as "samples!",
            (select count(*) from visible_tests($1, null, null, null, null, null)
                where ($2::timestamp is null or created_local >= $2)
                  and ($3::timestamp is null or created_local < $3)) as "tests!",
            count(*) as "reported!",
            count(*) filter (where tat_hours >= 0 and tat_hours <= $4) as "within!",
            count(*) filter (where tat_hours >= 0 and tat_hours > $4) as "beyond!",
            percentile_cont(0.5) within group (order by tat_hours) filter (where tat_hours >= 0) as tat_median
        from reported
        "#,
        customer,
        window.map(|window| window.from),
        window.map(|window| window.until),
        sla_hours,
    )
    .fetch_one(db)
    .await?;
    Ok(row)
}

/// Tests of a customer by month: first day, created, reported. Months without any are missing.
///
/// # Errors
/// As the database says.
pub async fn months(
    db: impl PgExecutor<'_>,
    customer: i32,
    from: NaiveDate,
) -> Result<Vec<(NaiveDate, i64, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"
        with events as (
            select created_local as at, 1 as created, 0 as reported
            from visible_tests($1, null, null, null, null, null) where created_local >= $2::date
            union all
            select reported_local, 0, 1
            from visible_tests($1, null, null, null, null, null)
            where reported_local is not null and reported_local >= $2::date
        )
        select date_trunc('month', at)::date as "month!", sum(created) as "created!", sum(reported) as "reported!"
        from events group by 1 order by 1
        "#,
        customer,
        from,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.month, row.created, row.reported)).collect())
}

/// A table whose records have states of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stateful {
    /// Orders.
    Orders,
    /// Samples.
    Samples,
    /// Batches.
    Batches,
}

/// The states that visible records of a table are in, in code-point order.
///
/// # Errors
/// As the database says.
pub async fn states(db: impl PgExecutor<'_>, of: Stateful) -> Result<Vec<String>, DbError> {
    let table = match of {
        Stateful::Orders => "orders",
        Stateful::Samples => "samples",
        Stateful::Batches => "batches",
    };
    let states = sqlx::query_scalar!(
        r#"
        select distinct state collate "C" as "state!" from (
            select state from orders where $1 = 'orders' and not hidden
            union all select state from samples where $1 = 'samples' and not hidden
            union all select state from batches where $1 = 'batches' and not hidden
        ) records where state <> '' order by 1 limit 100
        "#,
        table,
    )
    .fetch_all(db)
    .await?;
    Ok(states)
}

/// What a list is narrowed to, by name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Narrowed {
    /// Order.
    pub order: Option<i32>,
    /// Sample.
    pub sample: Option<i32>,
    /// Batch.
    pub batch: Option<i32>,
}

/// The printed names of an order, a sample and a batch that may be shown.
///
/// # Errors
/// As the database says.
pub async fn names(
    db: impl PgExecutor<'_>,
    of: Narrowed,
) -> Result<(Option<String>, Option<String>, Option<String>), DbError> {
    let row = sqlx::query!(
        r#"
        select (select custom_formatted_id from orders where id = $1 and not hidden) as "order",
            (select custom_formatted_id from samples where id = $2 and not hidden) as sample,
            (select display_name from batches where id = $3 and not hidden) as batch
        "#,
        of.order,
        of.sample,
        of.batch,
    )
    .fetch_one(db)
    .await?;
    Ok((row.order, row.sample, row.batch))
}

/// Those of the given records that may not be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Orders.
    pub orders: Vec<i32>,
    /// Samples.
    pub samples: Vec<i32>,
    /// Tests.
    pub tests: Vec<i32>,
    /// Batches.
    pub batches: Vec<i32>,
}

/// Picks from the given records those that may not be shown.
///
/// # Errors
/// As the database says.
pub async fn hidden(db: impl PgExecutor<'_>, mentioned: &Hidden) -> Result<Hidden, DbError> {
    let found = sqlx::query_as!(
        Hidden,
        r#"
        select array(select id from orders where hidden and id = any ($1)) as "orders!",
            array(select id from samples where hidden and id = any ($2)) as "samples!",
            array(select id from tests where hidden and id = any ($3)) as "tests!",
            array(select id from batches where hidden and id = any ($4)) as "batches!"
        "#,
        &mentioned.orders,
        &mentioned.samples,
        &mentioned.tests,
        &mentioned.batches,
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}
