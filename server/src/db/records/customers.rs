//! Lists of customers.

use super::list::{Listed, SortColumn, Wanted};
use super::{Sql, containing, narrow, unsigned};
use app::model::ids::CustomerId;
use app::model::records::rows::CustomerRow;
use app::model::records::{Basis, Sort};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

impl Listed for CustomerRow {
    const ALIAS: &'static str = "c";

    fn push_source(sql: &mut Sql, _wanted: &Wanted<'_>) {
        sql.push("customers c");
    }

    fn push_conditions(sql: &mut Sql, wanted: &Wanted<'_>) {
        let filter = &wanted.query.filter;
        sql.push(" and not c.hidden");
        if let Some(customer) = filter.customer {
            sql.push(" and c.id = ").push_bind(customer.0);
        }
        match wanted.query.basis {
            Some(Basis::Active) => {
                sql.push(" and c.id in (");
                push_customers_of(sql, wanted, "visible_samples");
                sql.push(" union ");
                push_customers_of(sql, wanted, "visible_tests");
                sql.push(")");
            }
            _ => {
                narrow::window(sql, wanted, "c.created_local");
                if filter.sample_type.is_some() || filter.matrix.is_some() || filter.label.is_some() {
                    sql.push(" and c.id in (select x.customer_id from ");
                    narrow::population(sql, "visible_samples", wanted, false);
                    sql.push(") x)");
                }
            }
        }
        if narrow::asks_for_open(wanted) {
            sql.push(" and c.id in (select x.customer_account_id from ");
            narrow::population(sql, "open_orders", wanted, false);
            sql.push(", ").push_bind(wanted.judgement.final_states.clone()).push(") x where true");
            narrow::age(sql, wanted, "x.date_created");
            sql.push(")");
        }
        if let Some(text) = wanted.query.text.as_deref() {
            sql.push(" and (c.id = ").push_bind(text.parse::<i32>().ok());
            sql.push(" or c.search_name like search_form(").push_bind(containing(text)).push(")");
            sql.push(
                " or exists (select 1 from jsonb_array_elements_text(case jsonb_typeof(c.aliases) \
                 when 'array' then c.aliases else '[]' end) alias where search_form(alias) like search_form(",
            );
            sql.push_bind(containing(text)).push(")))");
        }
    }

    fn column(sort: Sort) -> SortColumn {
        match sort {
            Sort::Id => SortColumn { value: "c.id", kind: "integer" },
            Sort::Name => SortColumn::text("c.search_name"),
            _ => SortColumn::time("c.created_local"),
        }
    }

    fn push_rows(sql: &mut Sql, wanted: &Wanted<'_>) {
        let (now, target) = (wanted.judgement.now, wanted.judgement.sla_hours);
        sql.push(
            "select page.id, page.key::text as mark, c.name, c.created_local, orders.total as orders, \
             orders.last_created, open.total as open_orders, open.late as late_orders \
             from page join customers c on c.id = page.id \
             cross join lateral (select count(*) as total, max(o.created_local) as last_created \
             from visible_orders(c.id, null, null, null, null, null) o) orders \
             cross join lateral (select count(*) as total, count(*) filter (where hours_between(o.date_created, ",
        );
        sql.push_bind(now).push(") > ").push_bind(target);
        sql.push(") as late from open_orders(c.id, null, null, null, null, null, ");
        sql.push_bind(wanted.judgement.final_states.clone()).push(") o) open");
    }

    fn read(row: &PgRow, _wanted: &Wanted<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            id: CustomerId(row.try_get("id")?),
            name: row.try_get("name")?,
            created: row.try_get("created_local")?,
            orders: unsigned(row.try_get("orders")?),
            open_orders: unsigned(row.try_get("open_orders")?),
            late_orders: unsigned(row.try_get("late_orders")?),
            last_order: row.try_get("last_created")?,
        })
    }
}

/// Writes the customers of the records of a population that were created in the window.
fn push_customers_of(sql: &mut Sql, wanted: &Wanted<'_>, function: &str) {
    sql.push("select x.customer_id from ");
    narrow::population(sql, function, wanted, true);
    sql.push(") x where x.customer_id is not null");
    narrow::window(sql, wanted, "x.created_local");
}
