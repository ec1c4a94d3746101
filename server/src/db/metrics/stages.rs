//! Where the time of the records that ended in a window went, stage by stage: by the observed changes of state where there
//! are any, else by the record's own dates. The stages of a record add up to the whole of its time.

use super::{Population, Window};
use sqlx::PgExecutor;

/// The time that the records of one source spent in a stage, or in all. Durations in hours; a record that was never in
/// the stage counts with none.
#[derive(Clone, Debug, PartialEq)]
pub struct StageTime {
    /// True for the records whose changes of state were seen, false for those that have only their dates.
    pub observed: bool,
    /// The state, or the position of the step between two dates; absent in the total.
    pub stage: Option<String>,
    /// Records of this source.
    pub records: i64,
    /// Of these, records that spent time in the stage.
    pub passed: i64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Median and 90th percentile, by linear interpolation.
    pub percentiles: Vec<f64>,
}

/// The stages of both sources in the order in which records come to them, each source with its total at the end. `kind`
/// is `tests`, `samples` or `orders`; records without a beginning, or that ended before it, are left out.
///
/// # Errors
/// When the database fails.
pub async fn stages(
    db: impl PgExecutor<'_>,
    kind: &str,
    who: &Population,
    window: Window,
) -> sqlx::Result<Vec<StageTime>> {
    // Percentiles are picked from the sorted times of those that passed, after so many zeros as records did not:
    // a row for each record and stage that it was never in would take twice as long.
    sqlx::query_as!(
        StageTime,
        r#"
        with done as (
            select id, moments, moments[1] as began, moments[cardinality(moments)] as ended
            from staged_records($1, $2, $3, $4, $5, $6, $7)
            where ($8::timestamp is null or ended_local >= $8) and ($9::timestamp is null or ended_local < $9)
              and moments[1] <= moments[cardinality(moments)]
        ), changes as (
            select d.id, d.began, d.ended, h.from_state, h.to_state, coalesce(h.changed_at, h.seen_at) as at,
                lag(coalesce(h.changed_at, h.seen_at)) over way as before, lead(h.id) over way is null as last
            from done d join state_changes h on h.entity = $1 and h.entity_id = d.id
            window way as (partition by d.id order by h.seen_at, h.id)
        ), stays as (
            select id, true as observed, coalesce(nullif(from_state, ''), 'UNKNOWN') as stage,
                coalesce(before, began) as since, at as until, began, ended from changes
            union all
            select id, true, coalesce(nullif(to_state, ''), 'UNKNOWN'), at, ended, began, ended from changes where last
            union all
            select d.id, false, step::text, (select max(at) from unnest(d.moments[1:step]) at),
                (select max(at) from unnest(d.moments[1:step + 1]) at), d.began, d.ended
            from done d cross join generate_series(1, cardinality(d.moments) - 1) step
            where not exists (select from changes c where c.id = d.id)
        ), spent as (
            select id, observed, stage, min(hours_between(began, greatest(since, began))) as entered,
                sum(greatest(hours_between(greatest(since, began), least(until, ended)), 0)) as hours
            from stays group by id, observed, stage
        ), whole as (
            select observed, null::text as stage, sum(hours) as hours, null::double precision as entered
            from spent group by id, observed
        ), sorted as (
            select observed, stage, avg(entered) as entered, sum(hours) as total, array_agg(hours order by hours) as hours
            from (select observed, stage, hours, entered from spent where hours > 0 union all select * from whole) parts
            group by observed, stage
        ), counted as (
            select observed, count(*) as records from whole group by observed
        )
        select s.observed as "observed!", s.stage as "stage?", c.records as "records!", cardinality(s.hours)::bigint as "passed!",
            s.total / c.records as "mean!",
            array(
                select (1 - part) * coalesce(s.hours[below], 0) + part * coalesce(s.hours[below + 1], 0)
                from unnest(array[0.5, 0.9]::double precision[]) with ordinality wanted (share, place),
                    lateral (select share * (c.records - 1) as at) position,
                    lateral (select at - floor(at) as part,
                        floor(at)::integer + 1 - (c.records - cardinality(s.hours))::integer as below) pick
                order by place) as "percentiles!"
        from sorted s join counted c using (observed)
        order by s.observed desc, case when s.observed then s.entered end nulls last, s.stage collate "C" nulls last
        "#,
        kind,
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
