//! How work goes through the laboratory: the shape of turnaround on either clock, work in progress and its age,
//! Little's law, first-pass yield.

use super::{Population, Window, rolled};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// Between which events, and on which clock, turnaround is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// From the reception of the order instead of the creation of the test.
    pub from_reception: bool,
    /// To completion instead of the report.
    pub to_completion: bool,
    /// On the working-time clock instead of the calendar.
    pub working_time: bool,
    /// Without the time that the test was on hold; on the calendar clock only.
    pub without_holds: bool,
}

/// The turnaround of tests whose last event lies in a window. Durations in hours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Tests with a usable duration.
    pub measured: i64,
    /// Tests whose last event lies before the first.
    pub negative: i64,
    /// Tests whose first event has no date.
    pub undated: i64,
    /// At or below the target.
    pub within: i64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// 50th, 90th, 95th and 99th percentile.
    pub percentiles: Option<Vec<f64>>,
    /// The quantiles 0, 0.02 … 1.
    pub curve: Option<Vec<f64>>,
}

/// The shape of turnaround.
///
/// # Errors
/// When the database fails.
pub async fn profile(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    measure: Measure,
    sla_hours: f64,
) -> sqlx::Result<Profile> {
    if measure == Measure::default()
        && let Some(key) = rolled::key(who, &[window])
    {
        let rows =
            rolled::days(db, key.dimension, Some(&key.key), [window, Window::EMPTY], rolled::Read::Hours).await?;
        return Ok(rolled::profile(&rows, sla_hours));
    }
    sqlx::query_as!(
        Profile,
        r#"
        with chosen as (
            select t.id, case when $9 then o.received_local else t.created_local end as began_local,
                case when $10 then t.completed_local else t.reported_local end as ended_local,
                case when $9 then o.date_received else t.date_created end as began,
                case when $10 then t.complete_date else t.report_completed_date end as ended
            from visible_tests($1, $2, $3, $4, $5, $6) t
            left join orders o on $9 and o.id = t.order_id
            where case when $10 then t.completed_local else t.reported_local end is not null
              and ($7::timestamp is null or case when $10 then t.completed_local else t.reported_local end >= $7)
              and ($8::timestamp is null or case when $10 then t.completed_local else t.reported_local end < $8)
        ), changes as (
            select entity_id, to_state, coalesce(changed_at, seen_at) as at,
                lead(coalesce(changed_at, seen_at)) over (partition by entity_id order by seen_at, id) as until
            from state_changes where $12 and entity = 'tests'
        ), held as (
            select c.id, sum(greatest(hours_between(greatest(h.at, c.began), least(coalesce(h.until, c.ended), c.ended)), 0)) as hours
            from changes h join chosen c on c.id = h.entity_id
            where upper(btrim(h.to_state)) = 'ON HOLD' group by c.id
        ), timed as (
            select case when c.ended < c.began then -1
                when $11 then (b.before + least(greatest(extract(epoch from c.ended_local - b.opens), 0), b.seconds)
                    - a.before - least(greatest(extract(epoch from c.began_local - a.opens), 0), a.seconds)) / 3600
                else hours_between(c.began, c.ended) - coalesce(held.hours, 0) end as hours
            from chosen c
            left join held on held.id = c.id
            left join working_days a on $11 and a.day = c.began_local::date
            left join working_days b on $11 and b.day = c.ended_local::date
        )
        select count(*) filter (where hours >= 0) as "measured!", count(*) filter (where hours < 0) as "negative!",
            count(*) filter (where hours is null) as "undated!",
            count(*) filter (where hours >= 0 and hours <= $13) as "within!",
            (avg(hours) filter (where hours >= 0))::double precision as mean,
            percentile_cont(array[0.5, 0.9, 0.95, 0.99]) within group (order by hours) filter (where hours >= 0) as percentiles,
            percentile_cont(array(select n / 50.0::double precision from generate_series(0, 50) n))
                within group (order by hours) filter (where hours >= 0) as curve
        from (select hours::double precision as hours from timed) all_timed
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        measure.from_reception,
        measure.to_completion,
        measure.working_time,
        measure.without_holds,
        sla_hours,
    )
    .fetch_one(db)
    .await
}

/// Tests in progress in one state, or in all. Ages in hours since creation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WipRow {
    /// The state; absent in the total.
    pub state: Option<String>,
    /// Tests.
    pub tests: i64,
    /// Younger than 24, 48, 72, 168 hours, and older: five counts.
    pub ages: Vec<i64>,
    /// Median age.
    pub median: Option<f64>,
    /// 90th percentile of the age.
    pub p90: Option<f64>,
    /// The greatest age.
    pub oldest: Option<f64>,
}

/// Tests that are neither reported nor completed nor in a final state, by state; most tests first, the total before all.
///
/// # Errors
/// When the database fails.
pub async fn wip(
    db: impl PgExecutor<'_>,
    who: &Population,
    now: DateTime<Utc>,
    finals: &[String],
) -> sqlx::Result<Vec<WipRow>> {
    sqlx::query_as!(
        WipRow,
        r#"
        with aged as (
            select coalesce(nullif(state, ''), 'UNKNOWN') as state, hours_between(date_created, $7) as age
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is null and completed_local is null and date_created <= $7
              and not is_final(state, $8) and coalesce(upper(btrim(state)), '') <> 'NOT REPORTABLE'
        )
        select state as "state?", count(*) as "tests!",
            array[count(*) filter (where age < 24), count(*) filter (where age >= 24 and age < 48),
                count(*) filter (where age >= 48 and age < 72), count(*) filter (where age >= 72 and age < 168),
                count(*) filter (where age >= 168)] as "ages!",
            percentile_cont(0.5) within group (order by age) as median,
            percentile_cont(0.9) within group (order by age) as p90, max(age) as oldest
        from aged group by grouping sets ((), (state)) order by grouping(state) desc, 2 desc, state collate "C"
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        now,
        finals,
    )
    .fetch_all(db)
    .await
}

/// What Little's law relates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// Tests in progress, on average over the time of the window.
    pub in_progress: Option<f64>,
    /// Tests reported in the window.
    pub reported: i64,
    /// Mean turnaround of these, in hours.
    pub mean_hours: Option<f64>,
}

/// The average work in progress over a window, from the lives of all tests that are reported at some time, with the
/// throughput and turnaround of the same.
///
/// # Errors
/// When the database fails.
pub async fn little(
    db: impl PgExecutor<'_>,
    who: &Population,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<Flow> {
    sqlx::query_as!(
        Flow,
        r#"
        with lives as (
            select date_created as began, report_completed_date as ended, tat_hours
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null and tat_hours >= 0
              and reported_local >= ($7::timestamptz at time zone 'UTC') - interval '1 day'
              and report_completed_date >= $7 and date_created < $8
        )
        select sum(greatest(hours_between(greatest(began, $7), least(ended, $8)), 0)) / nullif(hours_between($7, $8), 0) as in_progress,
            count(*) filter (where ended < $8) as "reported!", avg(tat_hours) filter (where ended < $8) as mean_hours
        from lives
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        from,
        until,
    )
    .fetch_one(db)
    .await
}

/// How many tests came through without being run or prepared again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassRow {
    /// The label; absent in the total.
    pub label: Option<String>,
    /// Tests reported in the window.
    pub tests: i64,
    /// Of these, tests with any observed change of state.
    pub observed: i64,
    /// Of these, tests that were in a state of rework.
    pub reworked: i64,
}

/// First-pass counts of the tests reported in the window, the total first, then by label.
///
/// # Errors
/// When the database fails.
pub async fn first_pass(db: impl PgExecutor<'_>, who: &Population, window: Window) -> sqlx::Result<Vec<PassRow>> {
    if rolled::tells_all(who, &[window]) {
        return first_pass_by_day(db, window).await;
    }
    sqlx::query_as!(
        PassRow,
        r#"
        with done as (
            select id, key_of(label_abbr) as label from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null
              and ($7::timestamp is null or reported_local >= $7) and ($8::timestamp is null or reported_local < $8)
        ), seen as (
            select h.entity_id as id, bool_or(upper(btrim(h.to_state)) in ('RERUN', 'RE-PREP')
                or upper(btrim(h.from_state)) in ('RERUN', 'RE-PREP')) as reworked
            from state_changes h where h.entity = 'tests' and h.entity_id in (select id from done) group by 1
        )
        select label as "label?", count(*) as "tests!", count(s.id) as "observed!",
            count(*) filter (where s.reworked) as "reworked!"
        from done d left join seen s on s.id = d.id
        group by grouping sets ((), (label)) order by grouping(label) desc, 2 desc, label collate "C"
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

/// The same from the roll-up.
async fn first_pass_by_day(db: impl PgExecutor<'_>, window: Window) -> sqlx::Result<Vec<PassRow>> {
    sqlx::query_as!(
        PassRow,
        r#"
        select key as "label?", coalesce(sum(reported), 0) as "tests!", coalesce(sum(observed), 0) as "observed!",
            coalesce(sum(reworked), 0) as "reworked!"
        from day_figures('label', null, $1, $2) where reported > 0
        group by grouping sets ((), (key)) order by grouping(key) desc, 2 desc, key collate "C"
        "#,
        window.from,
        window.until,
    )
    .fetch_all(db)
    .await
}

/// An order that is done, or still open: what completion is foretold from.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderLife {
    /// Order id.
    pub id: i32,
    /// Its printed number.
    pub number: Option<String>,
    /// Whose it is.
    pub customer: Option<i32>,
    /// When it was created.
    pub created: DateTime<Utc>,
    /// Hours until completion or report; absent while it is open.
    pub hours: Option<f64>,
}

/// The orders created since `since` that are done, and all open ones, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn order_lives(
    db: impl PgExecutor<'_>,
    who: &Population,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    finals: &[String],
) -> sqlx::Result<Vec<OrderLife>> {
    sqlx::query_as!(
        OrderLife,
        r#"
        select o.id as "id!", o.custom_formatted_id as "number?", o.customer_account_id as "customer?",
            o.date_created as "created!", hours_between(o.date_created, coalesce(o.date_completed, o.date_order_reported)) as "hours?"
        from visible_orders(null, null, null, null, null, null) o
        where o.created_local >= ($7::timestamptz at time zone 'UTC') - interval '1 day' and o.date_created >= $7
          and coalesce(o.date_completed, o.date_order_reported) >= o.date_created
        union all
        select o.id, o.custom_formatted_id, o.customer_account_id, o.date_created, null
        from open_orders($1, $2, $3, $4, $5, $6, $9) o
        where o.date_created <= $8
        order by 4, 1
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        since,
        now,
        finals,
    )
    .fetch_all(db)
    .await
}
