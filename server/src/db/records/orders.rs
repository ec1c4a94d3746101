//! Lists of orders.

use super::list::{Listed, SortColumn, Wanted};
use super::narrow;
use super::{Sql, unsigned};
use app::model::ids::{CustomerId, OrderId};
use app::model::records::rows::{Clock, CustomerRef, OrderRow, Progress};
use app::model::records::{Basis, Condition, Sort};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

impl Listed for OrderRow {
    const ALIAS: &'static str = "o";

    fn push_source(sql: &mut Sql, wanted: &Wanted<'_>) {
        let open = narrow::asks_for_open(wanted);
        narrow::population(sql, if open { "open_orders" } else { "visible_orders" }, wanted, true);
        if open {
            sql.push(", ").push_bind(wanted.judgement.final_states.clone());
        }
        sql.push(") o");
    }

    fn push_conditions(sql: &mut Sql, wanted: &Wanted<'_>) {
        let column = match wanted.query.basis {
            Some(Basis::Received) => "o.received_local",
            Some(Basis::Completed) => "o.completed_local",
            Some(Basis::Reported) => "o.reported_local",
            _ => "o.created_local",
        };
        narrow::window(sql, wanted, column);
        narrow::age(sql, wanted, "o.date_created");
        narrow::part_of_week(sql, wanted, "o.created_local");
        narrow::age_bounds(sql, wanted, "o.date_created");
        narrow::states(sql, wanted, "o.state");
        narrow::text(sql, wanted, "o.id", &["o.search_number"]);
        if wanted.query.has(Condition::Reported) {
            sql.push(" and o.reported_local is not null");
        }
        if wanted.query.has(Condition::Received) {
            sql.push(" and o.date_received is not null");
        }
        if wanted.query.has(Condition::Completed) {
            sql.push(" and o.date_completed is not null");
        }
        if let Some(sample) = wanted.query.sample {
            sql.push(" and o.id = (select order_id from samples where not hidden and id = ")
                .push_bind(sample.0)
                .push(")");
        }
        if let Some(batch) = wanted.query.batch {
            sql.push(" and o.id in (select order_id from tests where not hidden and batch_ids @> array[");
            sql.push_bind(batch.0).push("])");
        }
        if let Some(assay) = wanted.query.assay {
            sql.push(" and exists (select 1 from tests t where t.order_id = o.id and not t.hidden and t.assay_id = ");
            sql.push_bind(assay.0).push(")");
        }
    }

    fn column(sort: Sort) -> SortColumn {
        match sort {
            Sort::Id => SortColumn { value: "o.id", kind: "integer" },
            Sort::Reference => SortColumn::text("o.custom_formatted_id"),
            Sort::Customer => {
                SortColumn::text("(select c.search_name from customers c where c.id = o.customer_account_id)")
            }
            Sort::State => SortColumn::text("o.state"),
            Sort::Received => SortColumn::time("o.received_local"),
            Sort::Completed => SortColumn::time("o.completed_local"),
            Sort::Reported => SortColumn::time("o.reported_local"),
            Sort::Turnaround => SortColumn {
                value: "hours_between(o.date_created, coalesce(o.date_completed, o.date_order_reported))",
                kind: "double precision",
            },
            _ => SortColumn::time("o.created_local"),
        }
    }

    fn push_rows(sql: &mut Sql, wanted: &Wanted<'_>) {
        sql.push(
            "select page.id, page.key::text as mark, o.custom_formatted_id, o.state, o.created_local, \
             o.received_local, o.completed_local, o.reported_local, c.id as customer_id, c.name as customer_name, \
             samples.total as samples, tests.total as tests, tests.done as tests_done, \
             o.date_completed is null and o.date_order_reported is null and not is_final(o.state, ",
        );
        sql.push_bind(wanted.judgement.final_states.clone());
        sql.push(
            ") as running, hours_between(o.date_created, coalesce(o.date_completed, o.date_order_reported)) as took, ",
        );
        sql.push("hours_between(o.date_created, ").push_bind(wanted.judgement.now).push(") as age ");
        sql.push(
            "from page join orders o on o.id = page.id \
             left join customers c on c.id = o.customer_account_id \
             cross join lateral (select count(*) as total from samples s where s.order_id = o.id and not s.hidden) samples \
             cross join lateral (select count(*) as total, count(*) filter (where ",
        );
        push_done(sql, wanted);
        sql.push(") as done from tests t where t.order_id = o.id and not t.hidden) tests");
    }

    fn read(row: &PgRow, wanted: &Wanted<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            id: OrderId(row.try_get("id")?),
            number: row.try_get("custom_formatted_id")?,
            customer: customer(row)?,
            state: row.try_get("state")?,
            created: row.try_get("created_local")?,
            received: row.try_get("received_local")?,
            completed: row.try_get("completed_local")?,
            reported: row.try_get("reported_local")?,
            samples: unsigned(row.try_get("samples")?),
            tests: progress(row)?,
            clock: clock(row, wanted)?,
        })
    }
}

/// Writes the condition that the test `t` needs no more work.
pub(super) fn push_done(sql: &mut Sql, wanted: &Wanted<'_>) {
    sql.push("t.reported_local is not null or is_final(t.state, ")
        .push_bind(wanted.judgement.ending_states())
        .push(")");
}

/// The customer of a row with `customer_id` and `customer_name`.
pub(super) fn customer(row: &PgRow) -> sqlx::Result<Option<CustomerRef>> {
    let id: Option<i32> = row.try_get("customer_id")?;
    let name: Option<String> = row.try_get("customer_name")?;
    Ok(id.zip(name).map(|(id, name)| CustomerRef { id: CustomerId(id), name }))
}

/// The progress of a row with `tests` and `tests_done`.
pub(super) fn progress(row: &PgRow) -> sqlx::Result<Progress> {
    Ok(Progress { done: unsigned(row.try_get("tests_done")?), total: unsigned(row.try_get("tests")?) })
}

/// The clock of a row with `running`, `age` and `took`.
pub(super) fn clock(row: &PgRow, wanted: &Wanted<'_>) -> sqlx::Result<Clock> {
    let running = row.try_get("running")?;
    let hours = row.try_get(if running { "age" } else { "took" })?;
    Ok(Clock::new(hours, running, wanted.judgement.sla_hours))
}
