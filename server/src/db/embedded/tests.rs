//! The life of an embedded cluster, with real processes.

use super::{Embedded, EmbeddedError};
use secrecy::ExposeSecret as _;
use sqlx::{Connection as _, PgConnection};
use std::path::PathBuf;

/// A data directory that goes away with the test.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("benchwatch-test-{}", uuid::Uuid::new_v4().simple())))
    }

    async fn join(&self) -> Embedded {
        Embedded::join(Some(&self.0)).await.expect("a running database")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

async fn ask(embedded: &Embedded, sql: &'static str) -> Result<i64, sqlx::Error> {
    let mut connection = PgConnection::connect(embedded.url().expose_secret()).await?;
    let answer = sqlx::query_scalar(sql).fetch_one(&mut connection).await;
    connection.close().await?;
    answer
}

fn runs(embedded: &Embedded) -> bool {
    embedded.folder().join("data/postmaster.pid").exists()
}

#[tokio::test]
async fn a_cluster_is_made_joined_outlives_a_crash_and_keeps_its_data() {
    let place = Place::new();
    let first = place.join().await;
    let mut connection = PgConnection::connect(first.url().expose_secret()).await.expect("connected");
    sqlx::query("create table kept (id bigint)").execute(&mut connection).await.expect("created");
    sqlx::query("insert into kept values (7)").execute(&mut connection).await.expect("inserted");
    connection.close().await.expect("closed");

    let second = place.join().await;
    assert_eq!(second.url().expose_secret(), first.url().expose_secret(), "the same server");
    second.leave().await.expect("left");
    assert_eq!(ask(&first, "select id from kept").await.expect("still runs"), 7);

    // A killed process leaves its cluster running and its locks open, as dropping does.
    let url = first.url().expose_secret().to_owned();
    drop(first);
    let third = place.join().await;
    assert_eq!(third.url().expose_secret(), url, "the same server after a crash");
    let files = third.folder().to_path_buf();
    third.leave().await.expect("left");
    assert!(!files.join("data/postmaster.pid").exists(), "the last one stops it");

    let fourth = place.join().await;
    assert!(runs(&fourth));
    assert_eq!(ask(&fourth, "select id from kept").await.expect("kept"), 7);
    let refused = Embedded::discard(&place.0).await;
    assert!(matches!(refused, Err(EmbeddedError::InUse(_))), "nobody's database is taken away");
    fourth.leave().await.expect("left");

    Embedded::discard(&place.0).await.expect("discarded");
    let fifth = place.join().await;
    assert!(ask(&fifth, "select id from kept").await.is_err(), "a new cluster");
    fifth.leave().await.expect("left");
}

#[tokio::test]
async fn the_cluster_is_utf_8_in_utc_behind_a_password_on_loopback_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let embedded = place.join().await;
    let good = "select count(*) from pg_settings where (name, setting) in
        (('server_encoding', 'UTF8'), ('TimeZone', 'UTC'), ('listen_addresses', '127.0.0.1'), ('jit', 'off'))";
    assert_eq!(ask(&embedded, good).await.expect("an answer"), 4);
    let password = std::fs::metadata(embedded.folder().join("password")).expect("a file");
    assert_eq!(password.permissions().mode() & 0o777, 0o600);
    let (scheme, rest) = embedded.url().expose_secret().split_once("://").expect("an address");
    let host = rest.split_once('@').expect("a host").1;
    let wrong = PgConnection::connect(&format!("{scheme}://benchwatch:guess@{host}")).await;
    assert!(matches!(wrong, Err(sqlx::Error::Database(_))), "a wrong password is refused");
    embedded.leave().await.expect("left");
}

#[tokio::test]
async fn a_pid_file_of_another_process_does_not_keep_the_cluster_from_starting() {
    let place = Place::new();
    let embedded = place.join().await;
    let file = embedded.folder().join("data/postmaster.pid");
    embedded.leave().await.expect("left");
    let ourselves = std::process::id();
    std::fs::write(&file, format!("{ourselves}\n/nowhere\n0\n1\n\n")).expect("written");
    let again = place.join().await;
    assert_eq!(ask(&again, "select 1::bigint").await.expect("an answer"), 1);
    again.leave().await.expect("left");
}

#[tokio::test]
async fn a_cluster_that_dies_while_it_is_used_comes_back_where_it_was() {
    use rustix::process::{Pid, Signal, kill_process};
    let place = Place::new();
    let embedded = place.join().await;
    let neighbour = place.join().await;
    let file = embedded.folder().join("data/postmaster.pid");
    let text = std::fs::read_to_string(&file).expect("it runs");
    let pid = text.lines().next().and_then(|line| line.parse().ok()).and_then(Pid::from_raw).expect("a process");
    kill_process(pid, Signal::KILL).expect("killed");
    let began = std::time::Instant::now();
    // Two who look after it start it once.
    while ask(&embedded, "select 1::bigint").await.is_err() {
        assert!(began.elapsed().as_secs() < 60, "it does not come back");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_ne!(std::fs::read_to_string(&file).expect("it runs"), text, "another process");
    assert_eq!(ask(&neighbour, "select 1::bigint").await.expect("the same address serves both"), 1);
    neighbour.leave().await.expect("left");
    embedded.leave().await.expect("left");
    assert!(!file.exists(), "who leaves on purpose is not held back");
}
