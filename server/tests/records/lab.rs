//! A small laboratory in a database: factories that write the few columns a rule is about.

use app::model::records::ListQuery;
use app::model::records::RecordKind;
use app::ports::RecordsPort;
use chrono::{DateTime, NaiveDateTime, Utc};
use server::records::{Service, Settings};
use sqlx::PgPool;
use std::fmt::Write as _;
use std::sync::Arc;

/// The moment at which every test asks: 17 November 2026, 12:00 UTC, 07:00 in New York.
pub const NOW: &str = "2026-11-17T12:00:00Z";

/// The laboratory's zone.
pub const ZONE: chrono_tz::Tz = chrono_tz::America::New_York;

/// An instant `hours` before now.
pub fn ago(hours: f64) -> DateTime<Utc> {
    let now: DateTime<Utc> = NOW.parse().expect("an instant");
    #[expect(clippy::cast_possible_truncation, reason = "hours of a test")]
    let back = chrono::TimeDelta::seconds((hours * 3_600.0) as i64);
    now - back
}

/// The laboratory's wall clock then.
pub fn local(at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&ZONE).naive_local()
}

/// The records of the database as of [`NOW`].
pub fn records(pool: &PgPool) -> Service {
    let settings = Settings {
        zone: ZONE,
        final_states: ["REPORTED", "COMPLETED", "CANCELLED", "CLIENT CANCELLED"].map(str::to_owned).to_vec(),
        qbench_record_url: Some("https://lab.example/{kind}?id={id}".to_owned()),
    };
    Service::new(pool.clone(), settings, Arc::new(|| NOW.parse().expect("an instant")))
}

/// A list query from its URL.
pub fn query(kind: RecordKind, text: &str) -> ListQuery {
    ListQuery::parse(kind, text).expect(text)
}

/// The ids of a list, in its order.
pub async fn ids(pool: &PgPool, kind: RecordKind, text: &str) -> Vec<i32> {
    let (service, query) = (records(pool), query(kind, text));
    let (ids, total): (Vec<i32>, u64) = match kind {
        RecordKind::Orders => {
            service.orders(&query).await.map(|list| (list.rows.iter().map(|row| row.id.0).collect(), list.total))
        }
        RecordKind::Samples => {
            service.samples(&query).await.map(|list| (list.rows.iter().map(|row| row.id.0).collect(), list.total))
        }
        RecordKind::Tests => {
            service.tests(&query).await.map(|list| (list.rows.iter().map(|row| row.id.0).collect(), list.total))
        }
        RecordKind::Batches => {
            service.batches(&query).await.map(|list| (list.rows.iter().map(|row| row.id.0).collect(), list.total))
        }
        RecordKind::Customers => {
            service.customers(&query).await.map(|list| (list.rows.iter().map(|row| row.id.0).collect(), list.total))
        }
    }
    .expect(text);
    assert_eq!(total, ids.len() as u64, "the total of a list that fits on one page: {text}");
    ids
}

/// Runs statements that need no values.
pub async fn run(pool: &PgPool, sql: &'static str) {
    sqlx::raw_sql(sql).execute(pool).await.expect(sql);
}

/// A customer.
pub async fn customer(pool: &PgPool, id: i32, name: &str) {
    sqlx::query("insert into customers (id, name, raw_payload, created_local) values ($1, $2, jsonb_build_object('id', $1), $3)")
        .bind(id)
        .bind(name)
        .bind(local(ago(24.0 * f64::from(id))))
        .execute(pool)
        .await
        .expect("a customer");
}

/// An order of a customer, created `age` hours ago, in a state.
pub async fn order(pool: &PgPool, id: i32, customer: i32, age: f64, state: &str) {
    let created = ago(age);
    sqlx::query(
        "insert into orders (id, custom_formatted_id, customer_account_id, date_created, created_local, state, raw_payload) \
         values ($1, $2, $3, $4, $5, $6, jsonb_build_object('id', $1))",
    )
    .bind(id)
    .bind(format!("ORD-26-{id:05}"))
    .bind(customer)
    .bind(created)
    .bind(local(created))
    .bind(state)
    .execute(pool)
    .await
    .expect("an order");
}

/// A sample of an order, created with it.
pub async fn sample(pool: &PgPool, id: i32, order: i32, state: &str) {
    sqlx::query(
        "insert into samples (id, sample_name, custom_formatted_id, order_id, customer_id, hidden, date_created, \
         created_local, state, raw_payload) \
         select $1, $2, $3, o.id, o.customer_account_id, o.hidden, o.date_created, o.created_local, $4, \
         jsonb_build_object('id', $1) from orders o where o.id = $5",
    )
    .bind(id)
    .bind(format!("Lot {id}"))
    .bind(format!("S26-{id:05}"))
    .bind(state)
    .bind(order)
    .execute(pool)
    .await
    .expect("a sample");
}

/// A test of a sample, created with it.
pub async fn test(pool: &PgPool, id: i32, sample: i32, label: &str, state: &str) {
    sqlx::query(
        "insert into tests (id, sample_id, order_id, customer_id, hidden, date_created, created_local, label_abbr, \
         title, state, raw_payload) \
         select $1, s.id, s.order_id, s.customer_id, s.hidden, s.date_created, s.created_local, $2, $3, $4, \
         jsonb_build_object('id', $1) from samples s where s.id = $5",
    )
    .bind(id)
    .bind(label)
    .bind(format!("Assay {label}"))
    .bind(state)
    .bind(sample)
    .execute(pool)
    .await
    .expect("a test");
}

/// Reports a test `age` hours ago.
pub async fn report(pool: &PgPool, id: i32, age: f64) {
    let at = ago(age);
    sqlx::query(
        "update tests set report_completed_date = $2, reported_local = $3, \
         tat_hours = hours_between(date_created, $2) where id = $1",
    )
    .bind(id)
    .bind(at)
    .bind(local(at))
    .execute(pool)
    .await
    .expect("a report");
}

/// Puts tests into a batch.
pub async fn batch(pool: &PgPool, id: i32, name: &str, tests: &[i32]) {
    sqlx::query(
        "insert into batches (id, display_name, test_ids, raw_payload) values ($1, $2, $3, jsonb_build_object('id', $1, 'test_ids', $3))",
    )
    .bind(id)
    .bind(name)
    .bind(tests)
    .execute(pool)
    .await
    .expect("a batch");
    sqlx::query("update tests set batch_ids = batch_ids || $1 where id = any ($2)")
        .bind(id)
        .bind(tests)
        .execute(pool)
        .await
        .expect("its tests");
}

/// Bans a record.
pub async fn ban(pool: &PgPool, kind: &str, id: i32) {
    sqlx::query("insert into banned_entities (entity_type, entity_id) values ($1, $2)")
        .bind(kind)
        .bind(id)
        .execute(pool)
        .await
        .expect("a ban");
}

/// One customer (1) with one order (10, 100 hours old), two samples (20, 21) and three tests (30, 31 of 20; 32 of 21).
pub async fn small(pool: &PgPool) {
    customer(pool, 1, "Fernholt Farms").await;
    order(pool, 10, 1, 100.0, "IN PROGRESS").await;
    sample(pool, 20, 10, "IN PROGRESS").await;
    sample(pool, 21, 10, "REGISTERED").await;
    test(pool, 30, 20, "HM", "IN PROGRESS").await;
    test(pool, 31, 20, "PS", "COMPLETED").await;
    test(pool, 32, 21, "HM", "NOT STARTED").await;
    batch(pool, 40, "HM week 46", &[30, 32]).await;
}

/// A readable form of a list of ids, for messages.
pub fn spelt(ids: &[i32]) -> String {
    ids.iter().fold(String::new(), |mut text, id| {
        let _ = write!(text, "{id} ");
        text
    })
}
