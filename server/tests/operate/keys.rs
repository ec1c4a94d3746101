//! The key of second factors: made at the first start, missed by a copy on another machine.

use crate::program::{Folder, Kept, Spare, address, call, command};
use sqlx::PgPool;
use std::os::unix::fs::PermissionsExt as _;

/// Somebody with a second factor as a former program has stored it.
async fn fill(pool: &PgPool) {
    let sql = "insert into users (username, password_hash, totp_secret, totp_since) \
               values ('ana', 'x', '\\x3132333435363738393031323334353637383930', now())";
    sqlx::raw_sql(sql).execute(pool).await.expect("filled");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_first_start_makes_a_key_and_seals_and_a_copy_without_it_says_what_to_do(pool: PgPool) {
    fill(&pool).await;
    let (home, away) = (Folder::new(), Folder::new());
    let (url, home_path, away_path) = (address(&pool), home.join("data"), away.join("data"));
    // An empty setting is none.
    let at_home =
        [("DATABASE_URL", url.as_str()), ("BENCHWATCH_DATA_DIR", home_path.as_str()), ("BENCHWATCH_SECRET_KEY", "")];
    let before = call(&["doctor"], &at_home).await;
    assert!(before.out.contains("FAIL  secret key: 1 second factors are stored unsealed"), "{}", before.out);
    let first = Kept::serve(&at_home).await;
    let second = Kept::serve(&at_home).await;
    for server in [first, second] {
        let log = server.stop().await;
        assert!(!log.contains("neither set up nor checked"), "{log}");
    }
    let file = home.path().join("data/secret.key");
    assert_eq!(std::fs::metadata(&file).expect("a key").permissions().mode() & 0o777, 0o600);
    let length: i32 =
        sqlx::query_scalar("select length(totp_secret) from users").fetch_one(&pool).await.expect("a secret");
    assert!(length > 20, "sealed");
    let after = call(&["doctor"], &at_home).await;
    assert!(after.out.contains("ok    secret key: ") && after.out.contains("1 second factors"), "{}", after.out);

    let dump = home.join("drill.dump");
    assert_eq!(call(&["backup", "--out", &dump], &at_home).await.code, Some(0));
    let key = std::fs::read_to_string(&file).expect("text");
    let bytes = std::fs::read(&dump).expect("a backup");
    assert!(!bytes.windows(key.trim().len()).any(|part| part == key.trim().as_bytes()), "a backup holds no key");
    let spare = Spare::beside(&pool).await;
    let elsewhere = [
        ("DATABASE_URL", spare.url.as_str()),
        ("BENCHWATCH_DATA_DIR", away_path.as_str()),
        ("BENCHWATCH_SECRET_KEY", ""),
    ];
    let restored = call(&["restore", &dump], &elsewhere).await;
    assert_eq!(restored.code, Some(0), "{}", restored.err);
    assert!(restored.out.contains("the second factors of ana cannot be read here"), "{}", restored.out);
    let log = Kept::serve(&elsewhere).await.stop().await;
    assert!(log.contains("neither set up nor checked") && log.contains("BENCHWATCH_SECRET_KEY"), "{log}");
    assert!(!away.path().join("data/secret.key").exists(), "no second key for the same database");
    let told = call(&["doctor"], &elsewhere).await;
    assert!(told.code == Some(1) && told.out.contains("FAIL  secret key: 1 second factors are sealed"), "{}", told.out);
    let brought = call(&["doctor"], &[elsewhere[0], elsewhere[1], ("BENCHWATCH_SECRET_KEY", key.trim())]).await;
    assert!(brought.out.contains("ok    secret key: BENCHWATCH_SECRET_KEY"), "{}", brought.out);
    let asked = call(&["user", "reset-totp", "--unreadable"], &elsewhere).await;
    assert!(asked.code == Some(2) && asked.err.contains("ana; if this call has the key"), "{}", asked.err);
    let reset = call(&["user", "reset-totp", "--unreadable", "--yes"], &elsewhere).await;
    assert_eq!(reset.out, "ana signs in with the password alone now\n", "{}", reset.err);
    Kept::serve(&elsewhere).await.stop().await;
    assert!(away.path().join("data/secret.key").exists(), "begun anew");
    spare.remove(&pool).await;
}

#[tokio::test]
async fn a_short_key_is_refused_without_being_repeated() {
    let output =
        command(&["user", "list"], &[("BENCHWATCH_SECRET_KEY", "quiet-word")]).output().await.expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("BENCHWATCH_SECRET_KEY") && !told.contains("quiet-word"), "{told}");
}
