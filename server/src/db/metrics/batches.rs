//! Batches: how many, how full, how old, and what they do to turnaround.

use super::rolled::{self, Durations};
use super::{Population, Window};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use sqlx::PgExecutor;
use std::collections::BTreeMap;

/// The batches created in one period, or of one assay.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchLoad {
    /// First day of the period, when by period.
    pub bucket: Option<NaiveDate>,
    /// Assay id, when by assay.
    pub assay: Option<i32>,
    /// The assay's title.
    pub title: Option<String>,
    /// The assay's label.
    pub label: Option<String>,
    /// Batches.
    pub batches: i64,
    /// Batches that are complete.
    pub complete: i64,
    /// Tests in them, as the LIMS lists them.
    pub tests: i64,
    /// Samples in them, as the LIMS lists them.
    pub samples: i64,
    /// When the newest was created, laboratory time.
    pub newest: Option<NaiveDateTime>,
}

/// The visible batches created in the window, by period, in order; those without a date are left out.
///
/// # Errors
/// When the database fails.
pub async fn by_period(db: impl PgExecutor<'_>, window: Window, bucket: &str) -> sqlx::Result<Vec<BatchLoad>> {
    sqlx::query_as!(
        BatchLoad,
        r#"
        select date_trunc($3, created_local)::date as "bucket?", null::integer as "assay?", null::text as "title?",
            null::text as "label?", count(*) as "batches!", count(*) filter (where complete) as "complete!",
            coalesce(sum(cardinality(test_ids)), 0)::bigint as "tests!",
            coalesce(sum(cardinality(sample_ids)), 0)::bigint as "samples!", max(created_local) as "newest?"
        from batches
        where not hidden and created_local is not null
          and ($1::timestamp is null or created_local >= $1) and ($2::timestamp is null or created_local < $2)
        group by 1 order by 1
        "#,
        window.from,
        window.until,
        bucket,
    )
    .fetch_all(db)
    .await
}

/// The same by assay, most batches first.
///
/// # Errors
/// When the database fails.
pub async fn by_assay(db: impl PgExecutor<'_>, window: Window) -> sqlx::Result<Vec<BatchLoad>> {
    sqlx::query_as!(
        BatchLoad,
        r#"
        select null::date as "bucket?", b.assay_id as "assay?", a.title as "title?", a.label_abbr as "label?",
            count(*) as "batches!", count(*) filter (where b.complete) as "complete!",
            coalesce(sum(cardinality(b.test_ids)), 0)::bigint as "tests!",
            coalesce(sum(cardinality(b.sample_ids)), 0)::bigint as "samples!", max(b.created_local) as "newest?"
        from batches b left join assays a on a.id = b.assay_id
        where not b.hidden
          and ($1::timestamp is null or b.created_local >= $1) and ($2::timestamp is null or b.created_local < $2)
        group by b.assay_id, a.title, a.label_abbr
        order by 5 desc, b.assay_id
        "#,
        window.from,
        window.until,
    )
    .fetch_all(db)
    .await
}

/// A batch that is not complete.
#[derive(Clone, Debug, PartialEq)]
pub struct StaleBatch {
    /// How many there are in all; the same in every row.
    pub total: i64,
    /// Batch id.
    pub id: i32,
    /// Its name.
    pub name: Option<String>,
    /// The assay's title.
    pub assay: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Created, laboratory time.
    pub created_local: Option<NaiveDateTime>,
    /// Hours since it was last changed, or created where that is not known.
    pub idle_hours: f64,
    /// Tests in it, as the LIMS lists them.
    pub tests: i32,
}

/// The visible batches that are not complete and have not changed for `least_hours`, longest first.
///
/// # Errors
/// When the database fails.
pub async fn stale(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    least_hours: f64,
    final_states: &[String],
    limit: i64,
) -> sqlx::Result<Vec<StaleBatch>> {
    sqlx::query_as!(
        StaleBatch,
        r#"
        with idle as (
            select b.*, hours_between(coalesce(b.last_updated, b.date_created), $1) as hours
            from batches b
            where not b.hidden and not coalesce(b.complete, false) and not is_final(b.state, $3)
              and coalesce(b.last_updated, b.date_created) is not null
        )
        select count(*) over () as "total!", i.id as "id!", i.display_name as "name?", a.title as "assay?",
            i.state as "state?", i.created_local as "created_local?", i.hours as "idle_hours!",
            cardinality(i.test_ids) as "tests!"
        from idle i left join assays a on a.id = i.assay_id
        where i.hours >= $2
        order by i.hours desc, i.id limit $4
        "#,
        now,
        least_hours,
        final_states,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Turnaround of the tests of one batch, of all batched tests, or of those in no batch. Durations in hours.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchImpact {
    /// `batched`, `single` or `batch`.
    pub dimension: String,
    /// Batch id.
    pub id: Option<i32>,
    /// Its name.
    pub name: Option<String>,
    /// Tests reported in the range with a usable turnaround.
    pub tests: i64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Median and 95th percentile.
    pub percentiles: Option<Vec<f64>>,
}

/// Turnaround of tests reported in the window with and without a batch, and of the visible batches that were slowest
/// by their median.
///
/// # Errors
/// When the database fails.
pub async fn impact(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    limit: i64,
) -> sqlx::Result<Vec<BatchImpact>> {
    if rolled::tells_all(who, &[window]) {
        return Ok(impact_by_day(impact_days(db, window).await?, limit));
    }
    sqlx::query_as!(
        BatchImpact,
        r#"
        with chosen as materialized (
            select batch_ids, tat_hours from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null and tat_hours >= 0
              and ($7::timestamp is null or reported_local >= $7) and ($8::timestamp is null or reported_local < $8)
        ), sides as (
            select case when cardinality(batch_ids) > 0 then 'batched' else 'single' end as dimension, null::integer as id,
                null::text as name, count(*) as tests, avg(tat_hours) as mean,
                percentile_cont(array[0.5, 0.95]) within group (order by tat_hours) as percentiles
            from chosen group by 1
        ), slowest as (
            select 'batch' as dimension, b.id, b.display_name as name, count(*) as tests, avg(c.tat_hours) as mean,
                percentile_cont(array[0.5, 0.95]) within group (order by c.tat_hours) as percentiles
            from chosen c cross join unnest(c.batch_ids) as of (batch) join batches b on b.id = of.batch and not b.hidden
            group by b.id, b.display_name order by percentile_cont(0.5) within group (order by c.tat_hours) desc, b.id limit $9
        )
        select dimension as "dimension!", id as "id?", name as "name?", tests as "tests!", mean as "mean?",
            percentiles as "percentiles?"
        from (select * from sides union all select * from slowest) every
        order by percentiles[1] desc, id
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The tests of one side or batch reported on one day.
struct ImpactDay {
    key: String,
    id: Option<i32>,
    name: Option<String>,
    hours: Vec<f64>,
}

async fn impact_days(db: impl PgExecutor<'_>, window: Window) -> sqlx::Result<Vec<ImpactDay>> {
    sqlx::query_as!(
        ImpactDay,
        r#"
        with days as (
            select * from day_figures('batched', null, $1, $2) union all select * from day_figures('batch', null, $1, $2)
        )
        select d.key as "key!", b.id as "id?", b.display_name as "name?", d.hours as "hours!"
        from days d
        left join batches b on b.id = case d.dimension when 'batch' then d.key::integer end and not b.hidden
        where d.dimension = 'batched' or b.id is not null
        "#,
        window.from,
        window.until,
    )
    .fetch_all(db)
    .await
}

/// The figures of [`impact`].
fn impact_by_day(days: Vec<ImpactDay>, limit: i64) -> Vec<BatchImpact> {
    let mut parts: BTreeMap<(&str, Option<i32>), Vec<&ImpactDay>> = BTreeMap::new();
    for day in &days {
        let dimension = if day.id.is_some() { "batch" } else { &day.key };
        parts.entry((dimension, day.id)).or_default().push(day);
    }
    let one = |((dimension, id), days): ((&str, Option<i32>), Vec<&ImpactDay>)| {
        let all = Durations::of(days.iter().map(|day| day.hours.as_slice()));
        let percentiles = all.percentiles(&[0.5, 0.95])?;
        Some(BatchImpact {
            dimension: dimension.to_owned(),
            id,
            name: days.first().and_then(|day| day.name.clone()),
            tests: rolled::count(all.hours.len()),
            mean: all.mean(),
            percentiles: Some(percentiles),
        })
    };
    let mut found: Vec<BatchImpact> = parts.into_iter().filter_map(one).collect();
    let median = |row: &BatchImpact| row.percentiles.as_ref().and_then(|values| values.first().copied()).unwrap_or(0.0);
    let unnamed = |row: &BatchImpact| (row.id.is_none(), row.id);
    found.sort_by(|a, b| median(b).total_cmp(&median(a)).then_with(|| unnamed(a).cmp(&unnamed(b))));
    let mut left = limit;
    found.retain(|row| {
        left -= i64::from(row.id.is_some());
        row.id.is_none() || left >= 0
    });
    found
}

/// An assay of the LIMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssayRow {
    /// Assay id.
    pub id: i32,
    /// Title.
    pub title: Option<String>,
    /// Label.
    pub label: Option<String>,
    /// Method.
    pub method: Option<String>,
    /// Category.
    pub category: Option<String>,
}

/// The assays by id, after the one with this id.
///
/// # Errors
/// When the database fails.
pub async fn assays(db: impl PgExecutor<'_>, after: Option<i32>, limit: i64) -> sqlx::Result<Vec<AssayRow>> {
    sqlx::query_as!(
        AssayRow,
        r#"
        select id, title, label_abbr as label, method, category from assays
        where deleted_at is null and ($1::integer is null or id > $1) order by id limit $2
        "#,
        after,
        limit,
    )
    .fetch_all(db)
    .await
}
