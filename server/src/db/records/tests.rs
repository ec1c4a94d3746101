//! Lists of tests.

use super::list::{Listed, SortColumn, Wanted};
use super::orders::{clock, customer};
use super::samples::order;
use super::{Sql, containing, narrow};
use app::model::ids::{BatchId, SampleId, TestId};
use app::model::records::rows::TestRow;
use app::model::records::{Basis, Condition, Sort, TurnaroundClass};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

/// SQL for "the test `t` is open", up to the list of states that end it.
const OPEN: &str = "t.reported_local is null and not is_final(t.state, ";

impl Listed for TestRow {
    const ALIAS: &'static str = "t";

    fn push_source(sql: &mut Sql, wanted: &Wanted<'_>) {
        narrow::population(sql, "visible_tests", wanted, true);
        sql.push(") t");
    }

    fn push_conditions(sql: &mut Sql, wanted: &Wanted<'_>) {
        let column = match wanted.query.basis {
            Some(Basis::Completed) => "t.completed_local",
            Some(Basis::Reported) => "t.reported_local",
            _ => "t.created_local",
        };
        narrow::window(sql, wanted, column);
        if narrow::asks_for_open(wanted) {
            sql.push(" and ").push(OPEN).push_bind(wanted.judgement.ending_states()).push(")");
        }
        narrow::age(sql, wanted, "t.date_created");
        push_progress(sql, wanted);
        narrow::states(sql, wanted, "t.state");
        if let Some(text) = wanted.query.text.as_deref() {
            // The assays hold the same titles a thousand times less often.
            sql.push(" and (t.id = ").push_bind(text.parse::<i32>().ok());
            sql.push(" or t.label_abbr ilike ").push_bind(containing(text));
            sql.push(" or t.title ilike ").push_bind(containing(text));
            sql.push(" or t.assay_id in (select id from assays where search_form(title) like search_form(");
            sql.push_bind(containing(text)).push(")))");
        }
        push_turnaround(sql, wanted);
        if wanted.query.has(Condition::Reported) {
            sql.push(" and t.reported_local is not null");
        }
        if let Some(sample) = wanted.query.sample {
            sql.push(" and t.sample_id = ").push_bind(sample.0);
        }
        if let Some(batch) = wanted.query.batch {
            sql.push(" and t.batch_ids @> array[").push_bind(batch.0).push("]");
        }
        if let Some(assay) = wanted.query.assay {
            sql.push(" and t.assay_id = ").push_bind(assay.0);
        }
    }

    fn column(sort: Sort) -> SortColumn {
        match sort {
            Sort::Id => SortColumn { value: "t.id", kind: "integer" },
            Sort::Label => SortColumn::text("t.label_abbr"),
            Sort::Customer => SortColumn::text("(select c.search_name from customers c where c.id = t.customer_id)"),
            Sort::State => SortColumn::text("t.state"),
            Sort::Completed => SortColumn::time("t.completed_local"),
            Sort::Reported => SortColumn::time("t.reported_local"),
            Sort::Turnaround => SortColumn { value: "t.tat_hours", kind: "double precision" },
            _ => SortColumn::time("t.created_local"),
        }
    }

    fn push_rows(sql: &mut Sql, wanted: &Wanted<'_>) {
        sql.push(
            "select page.id, page.key::text as mark, t.label_abbr, t.title, t.state, t.created_local, \
             t.completed_local, t.reported_local, s.id as sample_id, s.custom_formatted_id as sample_number, \
             c.id as customer_id, c.name as customer_name, o.id as order_id, o.custom_formatted_id as order_number, \
             batches.ids as batch_ids, batches.names as batch_names, (select max(h.seen_at) from state_changes h \
             where h.entity = 'tests' and h.entity_id = t.id and h.to_state = t.state) at time zone ",
        );
        sql.push_bind(wanted.judgement.zone.clone()).push(" as since, ");
        sql.push(OPEN).push_bind(wanted.judgement.ending_states()).push(") as running, ");
        sql.push("coalesce(t.tat_hours, hours_between(t.date_created, t.complete_date)) as took, ");
        sql.push("hours_between(t.date_created, ").push_bind(wanted.judgement.now).push(") as age ");
        sql.push(
            "from page join tests t on t.id = page.id left join samples s on s.id = t.sample_id \
             left join customers c on c.id = t.customer_id left join orders o on o.id = t.order_id \
             cross join lateral (select array_agg(b.id order by b.id desc) as ids, \
             array_agg(b.display_name order by b.id desc) as names from batches b \
             where b.id = any (t.batch_ids) and not b.hidden) batches",
        );
    }

    fn read(row: &PgRow, wanted: &Wanted<'_>) -> sqlx::Result<Self> {
        let sample: Option<i32> = row.try_get("sample_id")?;
        let number = row.try_get("sample_number")?;
        let batches: Option<Vec<i32>> = row.try_get("batch_ids")?;
        let names: Option<Vec<Option<String>>> = row.try_get("batch_names")?;
        Ok(Self {
            id: TestId(row.try_get("id")?),
            label: row.try_get("label_abbr")?,
            title: row.try_get("title")?,
            sample: sample.map(|id| (SampleId(id), number)),
            order: order(row)?,
            customer: customer(row)?,
            state: row.try_get("state")?,
            batches: batches.into_iter().flatten().map(BatchId).zip(names.into_iter().flatten()).collect(),
            created: row.try_get("created_local")?,
            completed: row.try_get("completed_local")?,
            reported: row.try_get("reported_local")?,
            since: row.try_get("since")?,
            clock: clock(row, wanted)?,
        })
    }
}

/// Writes the conditions of work in progress: that it is, how old it is, when it came in, whether it was done again.
fn push_progress(sql: &mut Sql, wanted: &Wanted<'_>) {
    let query = wanted.query;
    let now = wanted.judgement.now;
    if query.has(Condition::InProgress) {
        sql.push(" and t.reported_local is null and t.completed_local is null and t.date_created <= ").push_bind(now);
        sql.push(" and not is_final(t.state, ").push_bind(wanted.judgement.final_states.clone());
        sql.push(") and coalesce(upper(btrim(t.state)), '') <> 'NOT REPORTABLE'");
    }
    narrow::age_bounds(sql, wanted, "t.date_created");
    narrow::part_of_week(sql, wanted, "t.created_local");
    if query.has(Condition::Reworked) {
        sql.push(
            " and exists (select 1 from state_changes h where h.entity = 'tests' and h.entity_id = t.id \
             and (upper(btrim(h.to_state)) in ('RERUN', 'RE-PREP') or upper(btrim(h.from_state)) in ('RERUN', 'RE-PREP')))",
        );
    }
}

/// Writes the conditions on turnaround; all of them are about reported tests.
fn push_turnaround(sql: &mut Sql, wanted: &Wanted<'_>) {
    let query = wanted.query;
    if query.turnaround.is_some() || query.over_hours.is_some() || query.upto_hours.is_some() {
        sql.push(" and t.reported_local is not null");
    }
    match query.turnaround {
        Some(TurnaroundClass::Within) => {
            sql.push(" and t.tat_hours >= 0 and t.tat_hours <= ").push_bind(wanted.judgement.sla_hours);
        }
        Some(TurnaroundClass::Beyond) => {
            sql.push(" and t.tat_hours >= 0 and t.tat_hours > ").push_bind(wanted.judgement.sla_hours);
        }
        Some(TurnaroundClass::Unknown) => {
            sql.push(" and (t.tat_hours is null or t.tat_hours < 0)");
        }
        None => {}
    }
    if let Some(hours) = query.over_hours {
        sql.push(" and t.tat_hours > ").push_bind(hours);
    }
    if let Some(hours) = query.upto_hours {
        sql.push(" and t.tat_hours >= 0 and t.tat_hours <= ").push_bind(hours);
    }
}
