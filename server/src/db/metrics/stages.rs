//! Where the time of the records that ended in a window went, stage by stage: by the observed changes of state where there
//! are any, else by the record's own dates. The stages of a record add up to the whole of its time.

use super::rolled::{self, Durations};
use super::{Population, Window};
use sqlx::PgExecutor;
use std::collections::BTreeMap;

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
    if kind == "tests" && rolled::tells_all(who, &[window]) {
        return Ok(by_day(days(db, &["states", "dates"], window).await?));
    }
    // Percentiles are picked from the sorted times of those that passed, after so many zeros as records did not:
    // a row for each record and stage that it was never in would take twice as long.
    sqlx::query_as!(
        StageTime,
        r#"
        with times as materialized (
            select observed, stage, entered, hours from stage_times($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ), sorted as (
            select observed, stage, avg(entered) as entered, sum(hours) as total, array_agg(hours order by hours) as hours
            from times where stage is null or hours > 0 group by observed, stage
        ), counted as (
            select observed, count(*) as records from times where stage is null group by observed
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

/// Time in one state. Durations in hours.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitsRow {
    /// The state that was left.
    pub state: String,
    /// How often it was left.
    pub visits: i64,
    /// Mean stay.
    pub mean: Option<f64>,
    /// Median and 90th percentile of the stay.
    pub percentiles: Option<Vec<f64>>,
}

/// The stays in each state of the tests reported in the window, from the observed changes; longest total first.
///
/// # Errors
/// When the database fails.
pub async fn visits(db: impl PgExecutor<'_>, who: &Population, window: Window) -> sqlx::Result<Vec<VisitsRow>> {
    if rolled::tells_all(who, &[window]) {
        return Ok(visits_by_day(days(db, &["visits"], window).await?));
    }
    sqlx::query_as!(
        VisitsRow,
        r#"
        with done as (
            select id, date_created from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null
              and ($7::timestamp is null or reported_local >= $7) and ($8::timestamp is null or reported_local < $8)
        ), stays as (
            select coalesce(nullif(h.from_state, ''), 'UNKNOWN') as state,
                hours_between(coalesce(lag(coalesce(h.changed_at, h.seen_at)) over (partition by h.entity_id order by h.seen_at, h.id),
                    d.date_created), coalesce(h.changed_at, h.seen_at)) as hours
            from done d join state_changes h on h.entity = 'tests' and h.entity_id = d.id
        )
        select state as "state!", count(*) as "visits!", avg(hours) as mean,
            percentile_cont(array[0.5, 0.9]) within group (order by hours) as percentiles
        from stays where hours >= 0 group by state order by sum(hours) desc, state collate "C"
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

/// A stage on one day, or on the part of it that lies in a window.
struct StageDay {
    source: String,
    stage: String,
    entered: f64,
    hours: Vec<f64>,
}

/// The days of these sources.
async fn days(db: impl PgExecutor<'_>, sources: &[&str], window: Window) -> sqlx::Result<Vec<StageDay>> {
    sqlx::query_as!(
        StageDay,
        r#"
        select source as "source!", stage as "stage!", entered as "entered!", hours as "hours!"
        from stage_figures($1, $2) where source = any ($3)
        "#,
        window.from,
        window.until,
        sources as &[&str],
    )
    .fetch_all(db)
    .await
}

/// The days of each source and stage together.
fn together(days: &[StageDay]) -> BTreeMap<(&str, &str), (f64, Durations)> {
    let mut parts: BTreeMap<(&str, &str), Vec<&StageDay>> = BTreeMap::new();
    for day in days {
        parts.entry((&day.source, &day.stage)).or_default().push(day);
    }
    let merged = |days: Vec<&StageDay>| {
        (days.iter().map(|day| day.entered).sum(), Durations::of(days.iter().map(|day| day.hours.as_slice())))
    };
    parts.into_iter().map(|(key, days)| (key, merged(days))).collect()
}

/// The figures of [`stages`].
fn by_day(days: Vec<StageDay>) -> Vec<StageTime> {
    let parts = together(&days);
    let mut found: Vec<(Option<f64>, StageTime)> = parts
        .iter()
        .filter_map(|((source, stage), (entered, passed))| {
            let observed = *source == "states";
            let records = parts.get(&(*source, ""))?.1.hours.len();
            let zeros = vec![0.0; records.saturating_sub(passed.hours.len())];
            let all = Durations::of([zeros.as_slice(), passed.hours.as_slice()]);
            let row = StageTime {
                observed,
                stage: Some((*stage).to_owned()).filter(|stage| !stage.is_empty()),
                records: rolled::count(records),
                passed: rolled::count(passed.hours.len()),
                mean: all.mean()?,
                percentiles: all.percentiles(&[0.5, 0.9])?,
            };
            let order = row.stage.is_some() && observed;
            Some((order.then(|| entered / rolled::float(passed.hours.len())), row))
        })
        .collect();
    let last = |row: &StageTime| row.stage.is_none();
    found.sort_by(|(a, left), (b, right)| {
        let entered = a.unwrap_or(f64::INFINITY).total_cmp(&b.unwrap_or(f64::INFINITY));
        right
            .observed
            .cmp(&left.observed)
            .then(entered)
            .then(last(left).cmp(&last(right)))
            .then(left.stage.cmp(&right.stage))
    });
    found.into_iter().map(|(_, row)| row).collect()
}

/// The figures of [`visits`].
fn visits_by_day(days: Vec<StageDay>) -> Vec<VisitsRow> {
    let mut found: Vec<(f64, VisitsRow)> = together(&days)
        .into_iter()
        .map(|((_, state), (_, stays))| {
            let row = VisitsRow {
                state: state.to_owned(),
                visits: rolled::count(stays.hours.len()),
                mean: stays.mean(),
                percentiles: stays.percentiles(&[0.5, 0.9]),
            };
            (stays.hours.iter().sum(), row)
        })
        .collect();
    found.sort_by(|(a, left), (b, right)| b.total_cmp(a).then_with(|| left.state.cmp(&right.state)));
    found.into_iter().map(|(_, row)| row).collect()
}
