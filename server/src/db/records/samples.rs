//! Lists of samples.

use super::list::{Listed, SortColumn, Wanted};
use super::orders::{clock, customer, progress, push_done};
use super::{Sql, narrow};
use crate::db::metrics::priority::METRC_DAYS;
use app::model::ids::{OrderId, SampleId};
use app::model::records::rows::SampleRow;
use app::model::records::{Basis, Condition, Sort};
use chrono::TimeDelta;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

/// SQL for "the sample `s` is open", up to the list of states that end it.
const OPEN: &str = "s.completed_date is null and not s.has_report and not is_final(s.state, ";

impl Listed for SampleRow {
    const ALIAS: &'static str = "s";

    fn push_source(sql: &mut Sql, wanted: &Wanted<'_>) {
        if wanted.query.has(Condition::Ready) {
            // The label is the order's there, and there is no state to filter by: it is given by being ready.
            let filter = &wanted.query.filter;
            sql.push("ready_samples(").push_bind(filter.customer.map(|id| id.0));
            sql.push(", ").push_bind(wanted.query.order.map(|id| id.0));
            sql.push(", ").push_bind(filter.sample_type.clone());
            sql.push(", ").push_bind(filter.matrix.clone());
            sql.push(", ").push_bind(filter.label.clone());
            sql.push(", ").push_bind(wanted.judgement.final_states.clone());
        } else {
            narrow::population(sql, "visible_samples", wanted, true);
        }
        sql.push(") s");
    }

    fn push_conditions(sql: &mut Sql, wanted: &Wanted<'_>) {
        let column = match wanted.query.basis {
            Some(Basis::Completed) => "s.completed_local",
            _ => "s.created_local",
        };
        narrow::window(sql, wanted, column);
        if narrow::asks_for_open(wanted) {
            sql.push(" and ").push(OPEN).push_bind(wanted.judgement.ending_states()).push(")");
        }
        narrow::age(sql, wanted, "s.date_created");
        narrow::states(sql, wanted, "s.state");
        narrow::text(sql, wanted, "s.id", &["s.search_number", "s.search_name", "s.search_tag"]);
        if wanted.query.has(Condition::Reported) {
            sql.push(" and s.has_report");
        }
        if wanted.query.has(Condition::Metrc) {
            let since = wanted.judgement.now - TimeDelta::days(METRC_DAYS);
            sql.push(" and s.metrc_id in (select metrc_id from metrc_sample_statuses where metrc_date >= ");
            sql.push_bind(since).push(" and metrc_date <= ").push_bind(wanted.judgement.now).push(")");
        }
        if let Some(sample) = wanted.query.sample {
            sql.push(" and s.id = ").push_bind(sample.0);
        }
        if let Some(batch) = wanted.query.batch {
            sql.push(" and s.id in (select sample_id from tests where not hidden and batch_ids @> array[");
            sql.push_bind(batch.0).push("])");
        }
        if let Some(assay) = wanted.query.assay {
            sql.push(" and exists (select 1 from tests t where t.sample_id = s.id and not t.hidden and t.assay_id = ");
            sql.push_bind(assay.0).push(")");
        }
    }

    fn column(sort: Sort) -> SortColumn {
        match sort {
            Sort::Id => SortColumn { value: "s.id", kind: "integer" },
            Sort::Reference => SortColumn::text("s.custom_formatted_id"),
            Sort::Name => SortColumn::text("s.search_name"),
            Sort::Customer => SortColumn::text("(select c.search_name from customers c where c.id = s.customer_id)"),
            Sort::Matrix => SortColumn::text("s.matrix_type"),
            Sort::State => SortColumn::text("s.state"),
            Sort::Completed => SortColumn::time("s.completed_local"),
            _ => SortColumn::time("s.created_local"),
        }
    }

    fn push_rows(sql: &mut Sql, wanted: &Wanted<'_>) {
        sql.push(
            "select page.id, page.key::text as mark, s.custom_formatted_id, s.sample_name, s.matrix_type, \
             s.sample_type, s.metrc_id, s.state, s.created_local, s.completed_local, c.id as customer_id, \
             c.name as customer_name, o.id as order_id, o.custom_formatted_id as order_number, \
             tests.total as tests, tests.done as tests_done, ",
        );
        sql.push(OPEN).push_bind(wanted.judgement.ending_states()).push(") as running, ");
        sql.push("hours_between(s.date_created, s.completed_date) as took, ");
        sql.push("hours_between(s.date_created, ").push_bind(wanted.judgement.now).push(") as age ");
        sql.push(
            "from page join samples s on s.id = page.id \
             left join customers c on c.id = s.customer_id left join orders o on o.id = s.order_id \
             cross join lateral (select count(*) as total, count(*) filter (where ",
        );
        push_done(sql, wanted);
        sql.push(") as done from tests t where t.sample_id = s.id and not t.hidden) tests");
    }

    fn read(row: &PgRow, wanted: &Wanted<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            id: SampleId(row.try_get("id")?),
            number: row.try_get("custom_formatted_id")?,
            name: row.try_get("sample_name")?,
            order: order(row)?,
            customer: customer(row)?,
            matrix: row.try_get("matrix_type")?,
            sample_type: row.try_get("sample_type")?,
            metrc_id: row.try_get("metrc_id")?,
            state: row.try_get("state")?,
            created: row.try_get("created_local")?,
            completed: row.try_get("completed_local")?,
            tests: progress(row)?,
            clock: clock(row, wanted)?,
        })
    }
}

/// The order of a row with `order_id` and `order_number`.
pub(super) fn order(row: &PgRow) -> sqlx::Result<Option<(OrderId, Option<String>)>> {
    let id: Option<i32> = row.try_get("order_id")?;
    let number = row.try_get("order_number")?;
    Ok(id.map(|id| (OrderId(id), number)))
}
