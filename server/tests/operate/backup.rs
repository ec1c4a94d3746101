//! The drill: a backup is written, carried to another database and put back, and nothing is missing there.

use crate::program::{Folder, Spare, address, call};
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::BTreeMap;

/// A laboratory with something in every kind of table, quotes and all.
async fn fill(pool: &PgPool) {
    sqlx::raw_sql(
        "insert into customers (id, name, raw_payload) select n, 'Green ''Leaf'' ' || n, '{\"a\": \"é\"}' from generate_series(1, 20) n;
         insert into orders (id, customer_account_id, custom_formatted_id, raw_payload) select n, 1 + n % 20, 'O-' || n, '{}' from generate_series(1, 400) n;
         insert into samples (id, order_id, batch_ids, raw_payload) select n, 1 + n % 400, array[n], '{}' from generate_series(1, 800) n;
         insert into tests (id, sample_id, tat_hours, raw_payload) select n, 1 + n % 800, n / 7.0, '{}' from generate_series(1, 1600) n;
         select refresh_samples(array(select id from samples));
         insert into banned_entities (entity_type, entity_id, reason) values ('customer', 3, 'asked for');
         insert into users (username, password_hash) values ('mira', 'x');
         insert into sessions (id_hash, user_id, data, expires_at) values ('\\x01', 1, '{}', now() + interval '1 day');
         insert into audit_log (actor, action, hash) values ('mira', 'session.start', ''), ('mira', 'session.end', '');
         select nextval('data_version');",
    )
    .execute(pool)
    .await
    .expect("filled");
}

/// A hash over the rows of each table.
async fn digests(pool: &PgPool) -> BTreeMap<String, String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    )
    .fetch_all(pool)
    .await
    .expect("tables");
    let mut found = BTreeMap::new();
    for table in tables {
        let sql = format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t");
        found.insert(table, sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await.expect("a hash"));
    }
    found
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_backup_put_back_elsewhere_is_the_same_database_without_its_sessions(pool: PgPool) {
    fill(&pool).await;
    let folder = Folder::new();
    let file = folder.join("drill.dump");
    let written = call(&["backup", "--out", &file], &[("DATABASE_URL", &address(&pool))]).await;
    assert_eq!(written.code, Some(0), "{}", written.err);
    let again = call(&["backup", "--out", &file], &[("DATABASE_URL", &address(&pool))]).await;
    assert_eq!(again.code, Some(2), "a backup replaces no other: {}", again.out);

    let spare = Spare::beside(&pool).await;
    let restored = call(&["restore", &file], &[("DATABASE_URL", &spare.url)]).await;
    assert_eq!(restored.code, Some(0), "{}", restored.err);
    assert!(restored.out.contains("the audit log is whole: 2 entries"), "{}", restored.out);
    let copy = spare.pool().await;
    let (mut before, after) = (digests(&pool).await, digests(&copy).await);
    assert_ne!(before.insert("sessions".into(), String::new()), Some(String::new()), "there was a session");
    assert_eq!(before, after);
    let hidden: i64 = sqlx::query_scalar("select count(*) from tests where hidden").fetch_one(&copy).await.expect("n");
    assert!(hidden > 0, "what was banned is hidden");
    sqlx::query("insert into banned_entities (entity_type, entity_id) values ('customer', 4)")
        .execute(&copy)
        .await
        .expect("its functions and triggers work");
    copy.close().await;
    spare.remove(&pool).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_restore_replaces_a_filled_database_only_when_told_to_and_wholly_or_not_at_all(pool: PgPool) {
    fill(&pool).await;
    let folder = Folder::new();
    let file = folder.join("benchwatch-1.dump");
    let settings = address(&pool);
    let settings = [("DATABASE_URL", settings.as_str())];
    assert_eq!(call(&["backup", "--out", &file], &settings).await.code, Some(0));
    let as_saved = digests(&pool).await;
    sqlx::raw_sql(
        "delete from customers where id = 5; create table later (id int); create view over_it as select * from later",
    )
    .execute(&pool)
    .await
    .expect("changed");

    let refused = call(&["restore", &file], &settings).await;
    assert_eq!(refused.code, Some(2), "{}", refused.out);
    assert!(refused.err.contains("--force"), "{}", refused.err);

    // The description is right and the file is not: a byte in the middle has changed.
    let damaged = folder.join("damaged.dump");
    let mut bytes = std::fs::read(&file).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&damaged, bytes).expect("written");
    std::fs::copy(format!("{file}.json"), format!("{damaged}.json")).expect("copied");
    let caught = call(&["restore", "--force", &damaged], &settings).await;
    assert_eq!(caught.code, Some(1), "{}", caught.err);
    assert!(caught.err.contains("damaged"), "{}", caught.err);

    // The file is right and the description is not: noticed after everything was put back, and undone.
    let text = std::fs::read_to_string(format!("{file}.json")).expect("read");
    std::fs::copy(&file, folder.join("other.dump")).expect("copied");
    std::fs::write(
        folder.join("other.dump.json"),
        text.replace("\"public.customers\": 20", "\"public.customers\": 21"),
    )
    .expect("written");
    let undone = call(&["restore", "--force", &folder.join("other.dump")], &settings).await;
    assert_eq!(undone.code, Some(1), "{}", undone.err);
    assert!(undone.err.contains("public.customers"), "{}", undone.err);
    let customers: i64 = sqlx::query_scalar("select count(*) from customers").fetch_one(&pool).await.expect("n");
    assert_eq!(customers, 19, "the database is as it was");

    let forced = call(&["restore", "--force", &file], &settings).await;
    assert_eq!(forced.code, Some(0), "{}", forced.err);
    let mut expected = as_saved;
    expected.insert("sessions".into(), String::new());
    assert_eq!(digests(&pool).await, expected, "what came later is gone, what was deleted is back");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn old_backups_are_removed_when_so_many_are_kept(pool: PgPool) {
    let folder = Folder::new();
    for name in ["benchwatch-20250101T000000Z.dump", "benchwatch-20250102T000000Z.dump", "unrelated.dump"] {
        std::fs::write(folder.join(name), "old").expect("written");
    }
    let out = folder.path().to_string_lossy().into_owned();
    let kept = call(&["backup", "--out", &out, "--keep", "2"], &[("DATABASE_URL", &address(&pool))]).await;
    assert_eq!(kept.code, Some(0), "{}", kept.err);
    let mut names: Vec<String> = std::fs::read_dir(folder.path())
        .expect("listed")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".dump"))
        .collect();
    names.sort();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!((names[0].as_str(), names[2].as_str()), ("benchwatch-20250102T000000Z.dump", "unrelated.dump"));
}
