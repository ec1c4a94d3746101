//! One customer's orders: how many are open, how late, what is pending in them.

use super::common::{DATES, SLA, limit};
use super::endpoint::{Call, Endpoint};
use super::params::{Kind, Param, id, query};
use super::problem::Problem;
use super::wire::{Instant, Local};
use crate::db::metrics::accounts::{self, Account, Candidate, Orders, PendingRow};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

const TAG: &str = "Customers";

/// Names compared at most.
const MOST_CANDIDATES: i64 = 50;

/// Keys listed of what is pending.
const TOP_PENDING: usize = 5;

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let who: [Param; 4] = [
        id("customer_id", "The customer; the name is then not looked at."),
        query("customer_name", Kind::Text(3), "A name or alias, or a part of one, in any case."),
        query(
            "match_strategy",
            Kind::Choice(Some("best"), &["best", "all"]),
            "Answer the best match, or list all matches of the name.",
        ),
        query("match_threshold", Kind::Float(Some(0.6), 0.0, 1.0), "The least score that the best match must have."),
    ];
    let what = [
        query("include_samples", Kind::Bool(false), "Also count pending samples."),
        query("include_tests", Kind::Bool(false), "Also count pending tests."),
        limit("limit_orders", 20, 100),
    ];
    vec![
        Endpoint::get(
            "/analytics/customers/orders/summary",
            TAG,
            "The orders of one customer, found by id or name.",
            &[&who, &DATES, &SLA, &what],
            summary,
        )
        .rows("orders"),
    ]
}

#[derive(Debug, Default, Serialize, ToSchema)]
struct CustomerOrders {
    /// Every match of the name, when all were asked for; the other fields are then null.
    matches: Option<Vec<CustomerMatch>>,
    matched_customer: Option<MatchedCustomer>,
    customer: Option<CustomerHead>,
    metrics: Option<CustomerMetrics>,
    orders: Option<Vec<CustomerOrder>>,
    top_pending: Option<TopPending>,
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomerMatch {
    id: i32,
    name: String,
    /// The alias that fits better than the name.
    alias: Option<String>,
    match_score: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct MatchedCustomer {
    id: i32,
    name: String,
    aliases: Vec<String>,
    match_score: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomerHead {
    id: i32,
    name: String,
    primary_alias: Option<String>,
    last_order_at: Option<Local>,
    sla_hours: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomerMetrics {
    total_orders: i64,
    open_orders: i64,
    overdue_orders: i64,
    warning_orders: i64,
    avg_open_duration_hours: Option<f64>,
    pending_samples: Option<i64>,
    pending_tests: Option<i64>,
    /// The moment that ages were counted up to.
    last_updated_at: Instant,
}

#[derive(Debug, Serialize, ToSchema)]
struct CustomerOrder {
    order_id: i32,
    state: Option<String>,
    age_days: i64,
    sla_status: String,
    date_created: Option<Local>,
    /// Null when there are none, or when they were not asked for.
    pending_samples: Option<i64>,
    /// Null when there are none, or when they were not asked for.
    pending_tests: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TopPending {
    matrices: Vec<PendingMatrix>,
    tests: Vec<PendingLabel>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PendingMatrix {
    matrix_type: Option<String>,
    pending_samples: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct PendingLabel {
    label_abbr: Option<String>,
    pending_tests: i64,
}

async fn summary(call: Call) -> Result<CustomerOrders, Problem> {
    let (account, score) = match (call.args.id("customer_id"), call.args.text("customer_name")) {
        (Some(id), _) => (find(&call, id).await?, 1.0),
        (None, None) => {
            return Err(Problem::Status(StatusCode::BAD_REQUEST, "customer_id or customer_name must be provided"));
        }
        (None, Some(name)) => {
            let candidates = candidates(&call, name).await?;
            if call.args.text("match_strategy") == Some("all") {
                let matches = candidates.into_iter().map(customer_match).collect();
                return Ok(CustomerOrders { matches: Some(matches), ..CustomerOrders::default() });
            }
            let best = candidates.first().filter(|best| best.score >= call.args.float("match_threshold"));
            let best = best.ok_or(Problem::not_found("customer_not_found"))?;
            (find(&call, best.id).await?, best.score)
        }
    };
    of(&call, account, score).await
}

async fn find(call: &Call, id: i32) -> Result<Account, Problem> {
    accounts::find(call.metrics().pool(), id).await?.ok_or(Problem::not_found("customer_not_found"))
}

async fn candidates(call: &Call, name: &str) -> Result<Vec<Candidate>, Problem> {
    if name.trim().chars().count() < 3 {
        return Err(Problem::Status(StatusCode::BAD_REQUEST, "customer_name must contain at least 3 characters"));
    }
    let found = accounts::candidates(call.metrics().pool(), name.trim(), MOST_CANDIDATES).await?;
    if found.is_empty() { Err(Problem::not_found("customer_not_found")) } else { Ok(found) }
}

async fn of(call: &Call, account: Account, score: f64) -> Result<CustomerOrders, Problem> {
    let metrics = call.metrics();
    let orders = Orders {
        customer: account.id,
        window: call.dates(),
        now: metrics.now(),
        sla_hours: call.args.float("sla_hours"),
        final_states: &metrics.laboratory().final_states,
    };
    let (with_samples, with_tests) = (call.args.bool("include_samples"), call.args.bool("include_tests"));
    let mut db = metrics.pool().acquire().await?;
    let standing = accounts::standing(&mut *db, orders).await?;
    let open = accounts::open(&mut *db, orders, call.args.int("limit_orders").unwrap_or(20)).await?;
    let pending = if with_samples || with_tests { accounts::pending(&mut *db, orders).await? } else { Vec::new() };
    let all = |samples| pending.iter().find(|row| row.all && row.samples == samples).map_or(0, |row| row.count);
    let (name, aliases) = (account.name.clone(), texts(&account.aliases));
    Ok(CustomerOrders {
        matches: None,
        customer: Some(CustomerHead {
            id: account.id,
            name: name.clone(),
            primary_alias: aliases
                .iter()
                .find(|alias| !alias.is_empty() && **alias != name)
                .or(aliases.first())
                .cloned(),
            last_order_at: account.last_order_local.map(Local),
            sla_hours: orders.sla_hours,
        }),
        matched_customer: Some(MatchedCustomer { id: account.id, name, aliases, match_score: rounded(score, 1e4) }),
        metrics: Some(CustomerMetrics {
            total_orders: standing.total,
            open_orders: standing.open,
            overdue_orders: standing.overdue,
            warning_orders: standing.warning,
            avg_open_duration_hours: standing.mean_age.map(|hours| rounded(hours, 1e2)),
            pending_samples: with_samples.then(|| all(true)),
            pending_tests: with_tests.then(|| all(false)),
            last_updated_at: Instant(orders.now),
        }),
        orders: Some(
            open.into_iter().map(|order| open_order(order, orders.sla_hours, with_samples, with_tests)).collect(),
        ),
        top_pending: (with_samples || with_tests).then(|| top_pending(&pending, with_samples, with_tests)),
    })
}

fn customer_match(row: Candidate) -> CustomerMatch {
    CustomerMatch { id: row.id, name: row.name, alias: row.alias, match_score: rounded(row.score, 1e4) }
}

#[expect(clippy::cast_possible_truncation, reason = "ages of orders in days are small")]
fn open_order(order: accounts::OpenOrder, sla_hours: f64, with_samples: bool, with_tests: bool) -> CustomerOrder {
    let asked = |asked: bool, count: i64| Some(count).filter(|count| asked && *count > 0);
    CustomerOrder {
        order_id: order.id,
        state: order.state,
        age_days: (order.age_hours / 24.0).floor() as i64,
        sla_status: sla_status(order.age_hours, sla_hours).to_owned(),
        date_created: order.created_local.map(Local),
        pending_samples: asked(with_samples, order.pending_samples),
        pending_tests: asked(with_tests, order.pending_tests),
    }
}

fn top_pending(rows: &[PendingRow], with_samples: bool, with_tests: bool) -> TopPending {
    let top = |samples, asked: bool| {
        rows.iter().filter(move |row| asked && !row.all && row.samples == samples).take(TOP_PENDING)
    };
    TopPending {
        matrices: top(true, with_samples)
            .map(|row| PendingMatrix { matrix_type: row.key.clone(), pending_samples: row.count })
            .collect(),
        tests: top(false, with_tests)
            .map(|row| PendingLabel { label_abbr: row.key.clone(), pending_tests: row.count })
            .collect(),
    }
}

/// The texts of a JSON list.
fn texts(list: &serde_json::Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// Rounded to a number of decimals, given as a power of ten.
pub(super) fn rounded(value: f64, scale: f64) -> f64 {
    (value * scale).round() / scale
}

/// How an age stands against the target: `overdue` above it, `warning` from three quarters of it on, else `ok`.
pub(super) fn sla_status(hours: f64, sla_hours: f64) -> &'static str {
    if sla_hours <= 0.0 {
        "ok"
    } else if hours > sla_hours {
        "overdue"
    } else if hours >= 0.75 * sla_hours {
        "warning"
    } else {
        "ok"
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn exactly_on_the_target_is_not_overdue() {
        let status = |hours| super::sla_status(hours, 48.0);
        assert_eq!([35.9, 36.0, 48.0, 48.01].map(status), ["ok", "warning", "warning", "overdue"]);
        assert_eq!(super::sla_status(100.0, 0.0), "ok");
    }
}
