//! What the former product has collected comes over, once, and hides nothing that is newer here.

use crate::program::{Outcome, Spare, address, call};
use sqlx::PgPool;

/// Calls `benchwatch import` with the former product's tables in `from`.
async fn import(pool: &PgPool, from: &str) -> Outcome {
    let settings = [
        ("DATABASE_URL", &*address(pool)),
        ("BENCHWATCH_IMPORT_URL", from),
        ("QBENCH_BASE_URL", "http://127.0.0.1:9"),
        ("QBENCH_CLIENT_ID", "nobody"),
        ("QBENCH_CLIENT_SECRET", "a secret that is asked by nobody"),
    ];
    call(&["import"], &settings).await
}

async fn former(pool: &PgPool) -> Spare {
    let spare = Spare::beside(pool).await;
    let there = spare.pool().await;
    sqlx::raw_sql(include_str!("former.sql")).execute(&there).await.expect("made");
    there.close().await;
    spare
}

async fn count(pool: &PgPool, what: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {what}"))).fetch_one(pool).await.expect("n")
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn records_accounts_and_hidden_records_come_over_once(pool: PgPool) {
    let spare = former(&pool).await;
    sqlx::raw_sql(
        "insert into users (username, password_hash, role) values ('here', 'x', 'admin');
         insert into customers (id, name, raw_payload) values (2, 'Amber Farms Inc.', '{}')",
    )
    .execute(&pool)
    .await
    .expect("what is here already");

    let first = import(&pool, &spare.url).await;
    assert_eq!(first.code, Some(0), "{}", first.err);
    for line in [
        "1 hidden records",
        "customer: 1 added, 1 were here already, 1 in quarantine",
        "test: 2501 added, 0 were here already, 0 in quarantine",
        "aliases of 1 customers",
        "2 METRC states",
        "account mira: a viewer",
        "account gone: a disabled viewer",
        "account odd: left out",
        "account here: there is one of this name already",
    ] {
        assert!(first.out.contains(line), "{line:?} is not in {}", first.out);
    }
    let kept: (String, String) =
        sqlx::query_as("select name, (select role from users where username = 'here') from customers where id = 2")
            .fetch_one(&pool)
            .await
            .expect("a row");
    assert_eq!(kept, ("Amber Farms Inc.".to_owned(), "admin".to_owned()), "what is here is newer");
    assert_eq!(count(&pool, "tests where order_id = 10 and customer_id = 1 and not hidden").await, 2501);
    assert_eq!(count(&pool, "orders where id = 11 and hidden").await, 1);
    assert_eq!(count(&pool, "orders where id = 10 and date_created = '2026-11-03 09:30Z'").await, 1);
    assert_eq!(count(&pool, "customers where id = 1 and aliases ? 'Leaf Green'").await, 1);
    assert_eq!(count(&pool, "batches where 30 = any (test_ids)").await, 1);
    assert_eq!(count(&pool, "sync_quarantine").await, 1, "the record that QBench never gave");

    let again = import(&pool, &spare.url).await;
    assert_eq!(again.code, Some(0), "{}", again.err);
    for line in
        ["0 hidden records", "test: 0 added, 2501 were here already", "0 METRC states", "aliases of 0 customers"]
    {
        assert!(again.out.contains(line), "{line:?} is not in {}", again.out);
    }
    assert_eq!(count(&pool, "tests").await, 2501);
    spare.remove(&pool).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn another_kind_of_database_and_a_missing_address_are_told_apart(pool: PgPool) {
    let spare = Spare::beside(&pool).await;
    let foreign = import(&pool, &spare.url).await;
    assert_eq!(foreign.code, Some(2));
    assert!(foreign.err.contains("BENCHWATCH_IMPORT_URL") && foreign.err.contains("customers"), "{}", foreign.err);
    spare.remove(&pool).await;

    let dead = import(&pool, "postgres://mira:hush@127.0.0.1:9/old").await;
    assert_eq!(dead.code, Some(1));
    assert!(dead.err.contains("BENCHWATCH_IMPORT_URL") && !dead.err.contains("hush"), "{}", dead.err);

    let absent = call(&["import"], &[("DATABASE_URL", &address(&pool))]).await;
    assert_eq!(absent.code, Some(2));
    assert!(absent.err.contains("BENCHWATCH_IMPORT_URL is not set"), "{}", absent.err);
}
