//! Lists of records with filters, order, search and pages that hold still while records come in. The same code that
//! reads the links of the pages turns parameters into a list.

use super::common::{CUSTOMER, DATES, KINDS, SLA, STATE};
use super::endpoint::{Ages, Call, Endpoint};
use super::params::{Kind, Param, id, query};
use super::problem::Problem;
use super::wire::Untyped;
use app::error::AppError;
use app::model::ids::{AssayId, BatchId, CustomerId, OrderId, SampleId};
use app::model::period::{DayRange, Range};
use app::model::records::list::Cursor;
use app::model::records::rows::{BatchRow, CustomerRow, Listing, OrderRow, SampleRow, TestRow};
use app::model::records::search::SearchResults;
use app::model::records::{Basis, Condition, Direction, ListQuery, RecordKind, Sort, TurnaroundClass};
use axum::http::StatusCode;
use chrono::NaiveDate;

const TAG: &str = "Lists";

/// The most hours that a bound of turnaround may give.
const MAX_TURNAROUND: f64 = 1_000_000.0;

/// What narrows a list to records above.
const ABOVE: [Param; 3] = [
    id("order_id", "Only records of this order."),
    id("batch_id", "Only records of this batch."),
    id("assay_id", "Only records of this assay."),
];

const SAMPLE: [Param; 1] = [id("sample_id", "Only records of this sample.")];

const TURNAROUND: [Param; 3] = [
    query(
        "tat",
        Kind::Choice(None, &["within", "beyond", "unknown"]),
        "Only tests whose turnaround stands so against the target.",
    ),
    query(
        "tat_over_hours",
        Kind::Float(None, -MAX_TURNAROUND, MAX_TURNAROUND),
        "Only tests with a turnaround above this.",
    ),
    query(
        "tat_upto_hours",
        Kind::Float(None, -MAX_TURNAROUND, MAX_TURNAROUND),
        "Only tests with a turnaround of this or less.",
    ),
];

/// What every list knows.
const PLACE: [Param; 5] = [
    query("q", Kind::Text(0), "A part of a number or name."),
    query("direction", Kind::Choice(None, &["asc", "desc"]), "The direction; without it, what suits the column."),
    query("after", Kind::Cursor, "The rows that follow: the `next` of an earlier answer in the same order."),
    query("before", Kind::Cursor, "The rows that come before: the `previous` of an earlier answer in the same order."),
    query("limit", Kind::Int(Some(50), 1, 200), "Rows of a page."),
];

/// The words of one kind: dates, conditions, columns.
struct Words {
    bases: &'static [&'static str],
    conditions: &'static [&'static str],
    sorts: &'static [&'static str],
}

const fn words(kind: RecordKind) -> Words {
    match kind {
        RecordKind::Orders => Words {
            bases: &["created", "received", "completed", "reported"],
            conditions: &[
                "open",
                "late",
                "newly_late",
                "at_risk",
                "warning",
                "on_hold",
                "cancelled",
                "reported",
                "received",
                "completed",
            ],
            sorts: &[
                "id",
                "reference",
                "customer",
                "state",
                "created",
                "received",
                "completed",
                "reported",
                "turnaround",
            ],
        },
        RecordKind::Samples => Words {
            bases: &["created", "completed"],
            conditions: &[
                "open",
                "late",
                "newly_late",
                "at_risk",
                "warning",
                "ready",
                "metrc",
                "on_hold",
                "cancelled",
                "not_reportable",
                "reported",
            ],
            sorts: &["id", "reference", "name", "customer", "matrix", "state", "created", "completed"],
        },
        RecordKind::Tests => Words {
            bases: &["created", "completed", "reported"],
            conditions: &[
                "open",
                "late",
                "newly_late",
                "at_risk",
                "warning",
                "on_hold",
                "cancelled",
                "not_reportable",
                "rework",
                "reported",
                "in_progress",
                "reworked",
            ],
            sorts: &["id", "label", "customer", "state", "created", "completed", "reported", "turnaround"],
        },
        RecordKind::Batches => Words {
            bases: &["created"],
            conditions: &["open", "stale", "completed"],
            sorts: &["id", "name", "label", "state", "created"],
        },
        RecordKind::Customers => {
            Words { bases: &["created", "active"], conditions: &["open", "late"], sorts: &["id", "name", "created"] }
        }
    }
}

const fn about(condition: Condition) -> &'static str {
    match condition {
        Condition::Open => "Only open records.",
        Condition::Late => "Only open records beyond the target.",
        Condition::NewlyLate => "Only records that passed the target within the last day.",
        Condition::AtRisk => "Only open records that have used three quarters of the target.",
        Condition::Warning => "Only open records that have used half of the target and not three quarters.",
        Condition::Metrc => "Only samples whose METRC tag got a status within the last 30 days.",
        Condition::Ready => "Only samples that are ready to report.",
        Condition::OnHold => "Only records on hold.",
        Condition::Cancelled => "Only cancelled records.",
        Condition::NotReportable => "Only records that cannot be reported.",
        Condition::Rework => "Only tests that are run or prepared again.",
        Condition::Reported => "Only reported records.",
        Condition::Received => "Only orders with a reception date.",
        Condition::Completed => "Only orders with a completion date.",
        Condition::InProgress => "Only tests in progress.",
        Condition::Reworked => "Only tests that were seen in a state of rework.",
        Condition::Stale => "Only batches that are not complete and have not changed for three days.",
    }
}

/// The parameters of a kind's list.
fn table(kind: RecordKind) -> Vec<Param> {
    let known = words(kind);
    let own: &[&[Param]] = match kind {
        RecordKind::Customers => &[],
        RecordKind::Batches => &[&ABOVE, &SAMPLE, &STATE],
        RecordKind::Orders | RecordKind::Samples => &[&CUSTOMER, &KINDS, &STATE, &ABOVE, &SAMPLE],
        RecordKind::Tests => &[&CUSTOMER, &KINDS, &STATE, &ABOVE, &SAMPLE, &TURNAROUND],
    };
    let mut table = [DATES.as_slice(), &SLA, &PLACE].concat();
    table.extend(own.concat());
    table.push(query("basis", Kind::Choice(Some("created"), known.bases), "The date that the range bounds."));
    table.push(query(
        "sort",
        Kind::Choice(None, known.sorts),
        "The column to order by; without it, what suits the list.",
    ));
    let conditions = kind.conditions().iter().zip(known.conditions);
    table.extend(conditions.map(|(condition, name)| query(name, Kind::Bool(false), about(*condition))));
    table
}

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let words = [query("q", Kind::Text(0), "An id, a number, a name, a METRC tag, or a part of one.")];
    let list = |kind| table(kind);
    vec![
        Endpoint::get("/orders", TAG, "Orders.", &[&list(RecordKind::Orders)], orders).ages(Ages::Always).rows("rows"),
        Endpoint::get("/samples", TAG, "Samples.", &[&list(RecordKind::Samples)], samples)
            .ages(Ages::Always)
            .rows("rows"),
        Endpoint::get("/tests", TAG, "Tests.", &[&list(RecordKind::Tests)], tests).ages(Ages::Always).rows("rows"),
        Endpoint::get("/batches", TAG, "Batches.", &[&list(RecordKind::Batches)], batches)
            .ages(Ages::Always)
            .rows("rows"),
        Endpoint::get("/customers", TAG, "Customers.", &[&list(RecordKind::Customers)], customers)
            .ages(Ages::Always)
            .rows("rows"),
        Endpoint::get(
            "/search",
            TAG,
            "Records of every kind that answer to some words, best first.",
            &[&words],
            search,
        )
        .ages(Ages::Always)
        .rows("groups"),
    ]
}

/// The list that a request asks for.
fn asked(call: &Call, kind: RecordKind) -> ListQuery {
    let text = |name: &str| call.args.text(name).map(str::to_owned);
    let mut list = ListQuery::new(kind);
    list.filter.sla_hours = call.args.float("sla_hours");
    list.filter.customer = call.args.id("customer_id").map(CustomerId);
    list.filter.sample_type = text("sample_type");
    list.filter.matrix = text("matrix_type");
    list.filter.label = text("label");
    list.filter.state = text("state");
    if let Some(days) = days(call) {
        list.filter.range = Range::Days(days);
        list.basis = text("basis").and_then(|word| Basis::from_slug(&word));
    }
    for condition in kind.conditions().iter().filter(|condition| call.args.bool(condition.slug())) {
        list = list.with(*condition);
    }
    list.turnaround = text("tat").and_then(|word| TurnaroundClass::from_slug(&word));
    list.over_hours = call.args.given_float("tat_over_hours");
    list.upto_hours = call.args.given_float("tat_upto_hours");
    list.order = call.args.id("order_id").map(OrderId);
    list.sample = call.args.id("sample_id").map(SampleId);
    list.batch = call.args.id("batch_id").map(BatchId);
    list.assay = call.args.id("assay_id").map(AssayId);
    list.text = text("q");
    list.sort = text("sort").and_then(|word| Sort::from_slug(&word));
    list.direction = text("direction").and_then(|word| Direction::from_slug(&word));
    list.cursor = text("after").map(Cursor::After).or_else(|| text("before").map(Cursor::Before));
    list.limit = call.args.int("limit").and_then(|limit| u32::try_from(limit).ok()).unwrap_or(list.limit);
    list
}

/// The days between the bounds; a missing one is far away.
fn days(call: &Call) -> Option<DayRange> {
    let window = call.dates();
    if window.from.is_none() && window.until.is_none() {
        return None;
    }
    let last = |until: chrono::NaiveDateTime| (until - chrono::TimeDelta::microseconds(1)).date();
    Some(DayRange {
        from: window.from.map_or(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default(), |from| from.date()),
        to: window.until.map_or(NaiveDate::from_ymd_opt(9999, 12, 30).unwrap_or_default(), last),
    })
}

/// A cursor that no list of this order handed out names a page that does not exist.
fn no_such_page(error: AppError) -> Problem {
    match error {
        AppError::Invalid { field, .. } if field == "after" || field == "before" => {
            Problem::Status(StatusCode::NOT_FOUND, "unknown_cursor")
        }
        other => other.into(),
    }
}

async fn orders(call: Call) -> Result<Untyped<Listing<OrderRow>>, Problem> {
    call.state.records.orders(&asked(&call, RecordKind::Orders)).await.map(Untyped).map_err(no_such_page)
}

async fn samples(call: Call) -> Result<Untyped<Listing<SampleRow>>, Problem> {
    call.state.records.samples(&asked(&call, RecordKind::Samples)).await.map(Untyped).map_err(no_such_page)
}

async fn tests(call: Call) -> Result<Untyped<Listing<TestRow>>, Problem> {
    call.state.records.tests(&asked(&call, RecordKind::Tests)).await.map(Untyped).map_err(no_such_page)
}

async fn batches(call: Call) -> Result<Untyped<Listing<BatchRow>>, Problem> {
    call.state.records.batches(&asked(&call, RecordKind::Batches)).await.map(Untyped).map_err(no_such_page)
}

async fn customers(call: Call) -> Result<Untyped<Listing<CustomerRow>>, Problem> {
    call.state.records.customers(&asked(&call, RecordKind::Customers)).await.map(Untyped).map_err(no_such_page)
}

async fn search(call: Call) -> Result<Untyped<SearchResults>, Problem> {
    Ok(Untyped(call.state.records.search(call.args.text("q").unwrap_or_default()).await?))
}

#[cfg(test)]
mod tests_of_words {
    use super::*;

    #[test]
    fn the_words_of_the_interface_are_the_words_of_the_pages() {
        for kind in RecordKind::ALL {
            let known = words(*kind);
            let slugs = |words: &[&str], ours: Vec<&str>| assert_eq!(words, ours, "{kind:?}");
            slugs(known.bases, kind.bases().iter().map(|word| word.slug()).collect());
            slugs(known.conditions, kind.conditions().iter().map(|word| word.slug()).collect());
            slugs(known.sorts, kind.sorts().iter().map(|word| word.slug()).collect());
        }
    }
}
