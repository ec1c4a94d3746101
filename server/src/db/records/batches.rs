//! Lists of batches. A test belongs to a batch when the test says so.

use super::list::{Listed, SortColumn, Wanted};
use super::orders::{progress, push_done};
use super::{Sql, narrow};
use app::model::ids::BatchId;
use app::model::operations::STALE_BATCH_HOURS;
use app::model::records::rows::BatchRow;
use app::model::records::{Condition, Sort};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

impl Listed for BatchRow {
    const ALIAS: &'static str = "b";

    fn push_source(sql: &mut Sql, _wanted: &Wanted<'_>) {
        sql.push("batches b");
    }

    fn push_conditions(sql: &mut Sql, wanted: &Wanted<'_>) {
        let query = wanted.query;
        let filter = &query.filter;
        sql.push(" and not b.hidden");
        narrow::window(sql, wanted, "b.created_local");
        narrow::text(sql, wanted, "b.id", &["b.search_name"]);
        if let Some(state) = &filter.state {
            sql.push(" and b.state = ").push_bind(state.clone());
        }
        if query.has(Condition::Open) {
            sql.push(" and b.complete is not true and not is_final(b.state, ");
            sql.push_bind(wanted.judgement.final_states.clone()).push(")");
        }
        if query.has(Condition::Completed) {
            sql.push(" and b.complete");
        }
        if query.has(Condition::Stale) {
            sql.push(" and not coalesce(b.complete, false) and not is_final(b.state, ");
            sql.push_bind(wanted.judgement.final_states.clone());
            sql.push(") and hours_between(coalesce(b.last_updated, b.date_created), ").push_bind(wanted.judgement.now);
            sql.push(") >= ").push_bind(STALE_BATCH_HOURS);
        }
        if let Some(batch) = query.batch {
            sql.push(" and b.id = ").push_bind(batch.0);
        }
        if let Some(assay) = query.assay {
            sql.push(" and b.assay_id = ").push_bind(assay.0);
        }
        let by_tests = filter.customer.is_some()
            || filter.sample_type.is_some()
            || filter.matrix.is_some()
            || filter.label.is_some()
            || query.order.is_some()
            || query.sample.is_some();
        if by_tests {
            sql.push(" and b.id in (select unnest(t.batch_ids) from ");
            narrow::population(sql, "visible_tests", wanted, false);
            sql.push(") t where true");
            if let Some(sample) = query.sample {
                sql.push(" and t.sample_id = ").push_bind(sample.0);
            }
            sql.push(")");
        }
    }

    fn column(sort: Sort) -> SortColumn {
        match sort {
            Sort::Id => SortColumn { value: "b.id", kind: "integer" },
            Sort::Name => SortColumn::text("b.search_name"),
            Sort::Label => SortColumn::text("(select a.label_abbr from assays a where a.id = b.assay_id)"),
            Sort::State => SortColumn::text("b.state"),
            _ => SortColumn::time("b.created_local"),
        }
    }

    fn push_rows(sql: &mut Sql, wanted: &Wanted<'_>) {
        sql.push(
            "select page.id, page.key::text as mark, b.display_name, a.label_abbr, a.title, b.state, b.complete, \
             b.created_local, tests.total as tests, tests.done as tests_done, hours_between(b.date_created, ",
        );
        sql.push_bind(wanted.judgement.now);
        sql.push(
            ") as age from page join batches b on b.id = page.id left join assays a on a.id = b.assay_id \
             cross join lateral (select count(*) as total, count(*) filter (where ",
        );
        push_done(sql, wanted);
        sql.push(") as done from tests t where t.batch_ids @> array[b.id] and not t.hidden) tests");
    }

    fn read(row: &PgRow, _wanted: &Wanted<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            id: BatchId(row.try_get("id")?),
            name: row.try_get("display_name")?,
            label: row.try_get("label_abbr")?,
            title: row.try_get("title")?,
            state: row.try_get("state")?,
            complete: row.try_get("complete")?,
            created: row.try_get("created_local")?,
            tests: progress(row)?,
            age_hours: row.try_get("age")?,
        })
    }
}
