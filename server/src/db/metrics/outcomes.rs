//! How tests came out: what became of those created, how punctual and how often repeated those reported were; and the
//! statuses of METRC tags.

use super::{Population, Window, rolled};
use chrono::NaiveDateTime;
use sqlx::PgExecutor;

/// The tests of one customer or matrix, or all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutcomeRow {
    /// `total`, `customer` or `matrix`.
    pub dimension: String,
    /// Customer id.
    pub customer: Option<i32>,
    /// Customer name.
    pub name: Option<String>,
    /// Matrix, `unknown` where there is none.
    pub matrix: Option<String>,
    /// Tests created in the window.
    pub created: i64,
    /// Of these, on hold now.
    pub on_hold: i64,
    /// Of these, not reportable.
    pub not_reportable: i64,
    /// Of these, cancelled, by the laboratory or the client.
    pub cancelled: i64,
    /// Tests reported in the window.
    pub reported: i64,
    /// Of these, at or below the target.
    pub within: i64,
    /// Of these, above the target.
    pub beyond: i64,
    /// Of the reported, tests with any observed change of state.
    pub observed: i64,
    /// Of these, tests that were in a state of rework.
    pub reworked: i64,
}

/// The outcomes in the window: in total, by customer, by matrix.
///
/// # Errors
/// When the database fails.
pub async fn measure(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    sla_hours: f64,
) -> sqlx::Result<Vec<OutcomeRow>> {
    if rolled::tells_all(who, &[window]) {
        return by_day(db, window, sla_hours).await;
    }
    sqlx::query_as!(
        OutcomeRow,
        r#"
        with parts as (
            select id, customer_id as customer, sample_id, true as is_new, upper(btrim(state)) as state, null::double precision as hours
            from visible_tests($1, $2, $3, $4, $5, $6)
            where created_local is not null
              and ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            union all
            select id, customer_id, sample_id, false, null, tat_hours
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null
              and ($7::timestamp is null or reported_local >= $7) and ($8::timestamp is null or reported_local < $8)
        ), seen as (
            select h.entity_id as id, bool_or(upper(btrim(h.to_state)) in ('RERUN', 'RE-PREP')
                or upper(btrim(h.from_state)) in ('RERUN', 'RE-PREP')) as reworked
            from state_changes h where h.entity = 'tests' and h.entity_id in (select id from parts where not is_new) group by 1
        ), keyed as (
            select p.customer, p.is_new, p.state, p.hours, key_of(s.matrix_type) as matrix, n.id as seen, n.reworked
            from parts p left join samples s on s.id = p.sample_id left join seen n on not p.is_new and n.id = p.id
        ), counted as (
            select case when grouping(customer) = 0 then 'customer' when grouping(matrix) = 0 then 'matrix' else 'total' end as dimension,
                customer, matrix, count(*) filter (where is_new) as created,
                count(*) filter (where state = 'ON HOLD') as on_hold,
                count(*) filter (where state = 'NOT REPORTABLE') as not_reportable,
                count(*) filter (where state in ('CANCELLED', 'CLIENT CANCELLED')) as cancelled,
                count(*) filter (where not is_new) as reported,
                count(*) filter (where hours >= 0 and hours <= $9) as within,
                count(*) filter (where hours >= 0 and hours > $9) as beyond,
                count(seen) as observed, count(*) filter (where reworked) as reworked
            from keyed group by grouping sets ((), (customer), (matrix))
        )
        select n.dimension as "dimension!", n.customer as "customer?", c.name as "name?", n.matrix as "matrix?",
            n.created as "created!", n.on_hold as "on_hold!", n.not_reportable as "not_reportable!",
            n.cancelled as "cancelled!", n.reported as "reported!", n.within as "within!", n.beyond as "beyond!",
            n.observed as "observed!", n.reworked as "reworked!"
        from counted n left join customers c on c.id = n.customer
        order by n.created desc, n.reported desc, c.name collate "C", n.customer, n.matrix collate "C"
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        sla_hours,
    )
    .fetch_all(db)
    .await
}

/// The same from the roll-up.
async fn by_day(db: impl PgExecutor<'_>, window: Window, sla_hours: f64) -> sqlx::Result<Vec<OutcomeRow>> {
    // How many of an ascending list lie at or below a limit is what width_bucket finds.
    sqlx::query_as!(
        OutcomeRow,
        r#"
        with days as (
            select 'total' as part, null::integer as customer, null::text as matrix, d.* from day_figures('all', '', $1, $2) d
            union all
            select 'customer', nullif(key, '')::integer, null, d.* from day_figures('customer', null, $1, $2) d
            union all
            select 'matrix', null, key, d.* from day_figures('matrix', null, $1, $2) d
        ), counted as (
            select part, customer, matrix, sum(tests) as created, sum(held) as on_hold, sum(not_reportable) as not_reportable,
                sum(cancelled) as cancelled, sum(reported) as reported, sum(observed) as observed, sum(reworked) as reworked,
                sum(width_bucket($3::double precision, hours) - width_bucket(-1e-12::double precision, hours)) as within,
                sum(cardinality(hours) - width_bucket($3::double precision, hours)) as beyond
            from days where tests + reported > 0 group by part, customer, matrix
        )
        select n.part as "dimension!", n.customer as "customer?", c.name as "name?", n.matrix as "matrix?",
            n.created as "created!", n.on_hold as "on_hold!", n.not_reportable as "not_reportable!",
            n.cancelled as "cancelled!", n.reported as "reported!", n.within as "within!", n.beyond as "beyond!",
            n.observed as "observed!", n.reworked as "reworked!"
        from (
            select * from counted
            union all
            select 'total', null, null, 0, 0, 0, 0, 0, 0, 0, 0, 0 where not exists (select from counted)
        ) n
        left join customers c on c.id = n.customer
        order by n.created desc, n.reported desc, c.name collate "C", n.customer, n.matrix collate "C"
        "#,
        window.from,
        window.until,
        sla_hours,
    )
    .fetch_all(db)
    .await
}

/// The tests of one customer in one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerStateRow {
    /// Customer id.
    pub customer: i32,
    /// Customer name.
    pub name: String,
    /// The state as stored; `UNKNOWN` where there is none.
    pub state: String,
    /// Tests created in the window.
    pub tests: i64,
}

/// The tests created in the window by customer and state, customers by name.
///
/// # Errors
/// When the database fails.
pub async fn states_by_customer(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
) -> sqlx::Result<Vec<CustomerStateRow>> {
    sqlx::query_as!(
        CustomerStateRow,
        r#"
        with counted as (
            select customer_id, state, count(*) as tests
            from visible_tests($1, $2, $3, $4, $5, $6)
            where created_local is not null
              and ($7::timestamp is null or created_local >= $7) and ($8::timestamp is null or created_local < $8)
            group by 1, 2
        )
        select c.id as "customer!", c.name as "name!", coalesce(nullif(t.state, ''), 'UNKNOWN') as "state!",
            sum(t.tests)::bigint as "tests!"
        from counted t join customers c on c.id = t.customer_id
        group by 1, 2, 3 order by c.name collate "C", 1, 3
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

/// The latest status of a METRC tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRow {
    /// Sample id.
    pub sample: i32,
    /// Its printed number.
    pub number: Option<String>,
    /// The customer's name.
    pub customer: Option<String>,
    /// The tag.
    pub tag: String,
    /// The status.
    pub status: Option<String>,
    /// When it was given, laboratory time.
    pub given: NaiveDateTime,
    /// Samples whose tag has this status; the same in every row of a status.
    pub of_status: i64,
}

/// The samples whose METRC tag was given a status in the window, each with its latest one; newest first.
///
/// # Errors
/// When the database fails.
pub async fn tags(db: impl PgExecutor<'_>, who: &Population, window: Window, zone: &str) -> sqlx::Result<Vec<TagRow>> {
    sqlx::query_as!(
        TagRow,
        r#"
        with latest as (
            select distinct on (metrc_id) metrc_id, metrc_status, metrc_date
            from metrc_sample_statuses
            where metrc_date at time zone $9 >= $7::timestamp and metrc_date at time zone $9 < $8::timestamp
            order by metrc_id, metrc_date desc, id desc
        )
        select s.id as "sample!", s.custom_formatted_id as number, c.name as "customer?", l.metrc_id as "tag!",
            l.metrc_status as status, l.metrc_date at time zone $9 as "given!",
            count(*) over (partition by l.metrc_status) as "of_status!"
        from latest l
        join visible_samples($1, $2, $3, $4, $5, $6) s on s.metrc_id = l.metrc_id
        left join customers c on c.id = s.customer_id
        order by l.metrc_date desc, s.id
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        zone,
    )
    .fetch_all(db)
    .await
}
