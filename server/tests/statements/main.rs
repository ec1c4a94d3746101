//! Every statement behind the figures is asked by a page or an endpoint, and answers at the size of a real laboratory;
//! the overview needs few of them.

mod caught;
#[expect(dead_code, reason = "shared with the tests of the figures")]
#[path = "../metrics/factory.rs"]
mod factory;
#[expect(dead_code, reason = "shared with the tests of REST")]
#[path = "../rest/harness.rs"]
mod harness;

use app::model::customers::CustomersQuery;
use app::model::filter::Filter;
use app::model::priority::{PriorityQuery, PriorityTab};
use app::model::session::Role;
use app::model::turnaround::TurnaroundQuery;
use app::ports::MetricsPort as _;
use axum::http::{Method, StatusCode};
use caught::{caught, single_blanks};
use chrono_tz::UTC;
use factory::service;
use harness::Client;
use server::http::api::catalogue;
use server::http::api::endpoint::Verb;
use sqlx::PgPool;
use std::collections::BTreeSet;

/// Tests of the laboratory; two hundred thousand take two cores too long.
const TESTS: u32 = 100_000;

const NOW: &str = "2026-11-17 12:40";

/// The filters that everything is asked with: read from the roll-up, from a part of it, and counted from the records.
const FILTERS: [&str; 4] = ["", "customer_id=7", "matrix_type=Flower", "customer_id=7&matrix_type=Flower"];
const VIEWS: [&str; 4] =
    ["range=90d", "range=90d&customer=7", "range=90d&matrix=Flower", "range=90d&customer=7&matrix=Flower"];

/// The texts of the statements that stand in the sources of `server/src/db/metrics`.
fn written() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/metrics");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("the folder of statements") {
        let source = std::fs::read_to_string(entry.expect("a file").path()).expect("a source");
        let raw = source.split("r#\"").skip(1).filter_map(|rest| rest.split("\"#").next());
        found.extend(raw.map(single_blanks));
    }
    assert!(found.len() > 50, "the sources are read");
    found
}

async fn fill(pool: &PgPool) {
    let mut db = pool.acquire().await.expect("a connection");
    let set = "select set_config('lab.tests', $1, false), set_config('lab.now', $2, false), set_config('timezone', 'UTC', false)";
    sqlx::query(set).bind(TESTS.to_string()).bind(format!("{NOW}Z")).execute(&mut *db).await.expect("settings");
    sqlx::raw_sql(include_str!("laboratory.sql")).execute(&mut *db).await.expect("a laboratory");
    sqlx::raw_sql("vacuum analyze").execute(&mut *db).await.expect("statistics");
    server::db::metrics::rolled::roll(pool).await.expect("figures by day");
    sqlx::raw_sql("vacuum analyze").execute(&mut *db).await.expect("statistics");
}

/// Asks every page and every endpoint that reads.
async fn ask_everything(pool: &PgPool) {
    let service = service(pool, NOW, UTC);
    for view in VIEWS {
        let filter = Filter::parse(view).expect("a filter");
        service.overview(&filter).await.expect("an overview");
        service.mix(&filter).await.expect("a mix");
        service.operations(&filter).await.expect("operations");
        service.quality(&filter).await.expect("quality");
        for tab in PriorityTab::ALL {
            let query = PriorityQuery { filter: filter.clone(), tab: *tab, ..PriorityQuery::default() };
            service.priority(&query).await.expect("priority");
        }
        for text in ["", "&q=customer"] {
            let query = CustomersQuery::parse(&format!("{view}{text}")).expect("a query");
            service.customers(&query).await.expect("customers");
        }
        for part in ["", "&clock=working", "&subject=samples", "&subject=orders"] {
            let query = TurnaroundQuery::parse(&format!("{view}{part}")).expect("a query");
            service.turnaround(&query).await.expect("turnaround");
        }
    }
    server::db::metrics::rolled::roll(pool).await.expect("nothing to do");
    service.late_orders().await.expect("a number");
    service.filter_options().await.expect("choices");
    let client = Client::new(pool, NOW, UTC).signed_in(Role::Admin);
    for endpoint in catalogue().into_iter().filter(|endpoint| endpoint.verb == Verb::Get) {
        let parts: Vec<_> =
            endpoint.path.split('/').map(|part| if part.starts_with('{') { "1001" } else { part }).collect();
        for filter in FILTERS {
            let days = "date_from=2026-08-20&date_to=2026-11-17";
            let named =
                if endpoint.path.ends_with("customers/orders/summary") { "&customer_name=customer 7" } else { "" };
            let parts_too = "include_samples=true&include_tests=true";
            let path = format!("{}?{days}&{parts_too}&{filter}{named}", parts.join("/")).replace(' ', "%20");
            let status = client.reply(&path).await.status.as_u16();
            assert!(matches!(status, 200 | 404), "{path}: {status}");
        }
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_statement_is_asked_the_overview_asks_six_at_most_and_an_unchanged_answer_one(pool: PgPool) {
    fill(&pool).await;
    let watched = caught::pool(&pool).await;
    let written = written();

    let filter = Filter::parse("range=90d").expect("a filter");
    service(&watched, NOW, UTC).overview(&filter).await.expect("an overview");
    let overview = caught().into_iter().filter(|text| written.contains(text)).count();
    assert!((1..=6).contains(&overview), "the overview asks {overview} statements");

    let client = Client::new(&watched, NOW, UTC).signed_in(Role::Viewer);
    let path = "/api/v1/analytics/orders/slowest?date_from=2026-08-20";
    let first = client.send(Method::GET, path, &[]).await;
    let tag = first.headers["etag"].to_str().expect("a text");
    caught();
    let again = client.send(Method::GET, path, &[("if-none-match", tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let asked: Vec<String> = caught().into_iter().collect();
    assert_eq!(asked, ["select mark::text as \"mark!\" from content_mark"]);

    ask_everything(&watched).await;
    let caught = caught();
    let unseen: Vec<&String> = written.iter().filter(|text| !caught.contains(*text)).collect();
    assert!(unseen.is_empty(), "statements that nothing here asks:\n{unseen:#?}");
}
