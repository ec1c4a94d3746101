//! What is open now: orders against the target, samples ready to report, assays that got slower.

use super::{Population, customers::Judgement};
use chrono::NaiveDateTime;
use sqlx::PgExecutor;

/// The state of the work at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BriefingRow {
    /// Open orders.
    pub open_orders: i64,
    /// Open orders beyond the target.
    pub late: i64,
    /// Of these, those that passed it within the last 24 hours.
    pub newly_late: i64,
    /// Open orders that have used three quarters of the target and not all of it.
    pub at_risk: i64,
    /// Samples whose tests are all done while their order is not.
    pub ready_samples: i64,
    /// The label whose median turnaround of the last 7 days exceeds that of the 28 days before by most.
    pub slowest_label: Option<String>,
    /// By how many hours.
    pub slowest_hours: Option<f64>,
}

/// Looks at the work as it stands at `judgement.now`, which `now_local` gives on the laboratory's wall clock.
///
/// Ready: every test that is not cancelled is completed or not reportable, there is at least one such test, and the
/// order is in no final state. The slowest label needs five reports in each of the two periods.
///
/// # Errors
/// When the database fails.
pub async fn briefing(
    db: impl PgExecutor<'_>,
    who: &Population,
    judgement: Judgement<'_>,
    now_local: NaiveDateTime,
) -> sqlx::Result<BriefingRow> {
    sqlx::query_as!(
        BriefingRow,
        r#"
        with open as (
            select id, hours_between(date_created, $7) as age from open_orders($1, $2, $3, $4, $5, null, $9)
        ), counted as (
            select count(*) as orders,
                count(*) filter (where age > $8) as late,
                count(*) filter (where age > $8 and age <= $8 + 24) as newly_late,
                count(*) filter (where $8 > 0 and age <= $8 and age >= 0.75 * $8) as at_risk
            from open
        ), ready as (
            select count(*) as samples from (
                select t.sample_id
                from open_orders($1, $2, $3, $4, $5, null, $9) o
                join visible_tests($1, $2, $3, $4, null, null) t on t.order_id = o.id
                where upper(btrim(coalesce(t.state, ''))) not in ('CANCELLED', 'CLIENT CANCELLED')
                group by t.sample_id
                having bool_and(upper(btrim(coalesce(t.state, ''))) in ('COMPLETED', 'NOT REPORTABLE'))
            ) done
        ), recent as (
            select label_abbr, reported_local >= $10::timestamp - interval '7 days' as is_new,
                percentile_cont(0.5) within group (order by tat_hours) as median, count(*) as tests
            from visible_tests($1, $2, $3, $4, $5, $6)
            where reported_local is not null and reported_local >= $10::timestamp - interval '35 days'
              and reported_local < $10 and tat_hours >= 0 and label_abbr <> ''
            group by 1, 2
        ), slower as (
            select n.label_abbr, n.median - b.median as hours
            from recent n join recent b using (label_abbr)
            where n.is_new and not b.is_new and n.tests >= 5 and b.tests >= 5 and n.median > b.median
            order by 2 desc, 1 limit 1
        )
        select counted.orders as "open_orders!", counted.late as "late!", counted.newly_late as "newly_late!",
            counted.at_risk as "at_risk!", ready.samples as "ready_samples!",
            slower.label_abbr as "slowest_label?", slower.hours as "slowest_hours?"
        from counted cross join ready left join slower on true
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        judgement.now,
        judgement.sla_hours,
        judgement.final_states,
        now_local,
    )
    .fetch_one(db)
    .await
}
