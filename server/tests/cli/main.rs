//! The command line as an operator meets it: the real program, its exit codes and what it says.

use server::db::audit::{Entry, append};
use sqlx::PgPool;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a call ended with.
struct Outcome {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Calls the program with these settings and no others, away from any `.env`.
fn call(arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_benchwatch"));
    command.args(arguments).env_clear().envs(settings.iter().copied()).current_dir(std::env::temp_dir());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("piped");
    // A call that fails early does not read its input.
    stdin.write_all(input.as_bytes()).ok();
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Outcome { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The address of a test's own database.
fn address(pool: &PgPool) -> String {
    let options = pool.connect_options();
    let database = options.get_database().expect("a database of its own");
    let base = std::env::var("DATABASE_URL").expect("tests with a database have an address");
    let (base, query) = base.split_once('?').map_or((base.as_str(), None), |(base, query)| (base, Some(query)));
    let server = base.rsplit_once('/').expect("an address with a database").0;
    query.map_or_else(|| format!("{server}/{database}"), |query| format!("{server}/{database}?{query}"))
}

/// Calls that use the test's database.
async fn with(pool: &PgPool, arguments: &[&str], input: &str) -> Outcome {
    let (url, input) = (address(pool), input.to_owned());
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    let calling = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        call(&arguments, &[("DATABASE_URL", &url)], &input)
    });
    calling.await.expect("no panic")
}

#[test]
fn a_wrong_configuration_is_told_whole_and_ends_with_2() {
    let outcome = call(&["migrate"], &[("PAGE_SIZE", "0"), ("BENCHWATCH_ADDR", "nowhere")], "");
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.err.contains("PAGE_SIZE") && outcome.err.contains("BENCHWATCH_ADDR"), "{}", outcome.err);
}

#[test]
fn an_unknown_command_ends_with_2() {
    assert_eq!(call(&["frobnicate"], &[], "").code, Some(2));
}

#[test]
fn a_dead_database_is_told_with_its_place_and_without_its_password() {
    // Nobody listens on a port that has just been given back.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr()).expect("a port").port();
    let url = format!("postgres://lab:hunter2-word@127.0.0.1:{port}/copy");
    let outcome = call(&["user", "list"], &[("DATABASE_URL", &url)], "");
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.err.contains(&format!("127.0.0.1:{port}")), "{}", outcome.err);
    assert!(!outcome.err.contains("hunter2"), "{}", outcome.err);
    assert_eq!(outcome.err.trim().lines().count(), 1, "{}", outcome.err);
}

#[test]
fn synchronising_without_credentials_names_them_and_ends_with_2() {
    let outcome = call(&["sync", "full"], &[], "");
    assert_eq!(outcome.code, Some(2));
    for name in ["QBENCH_BASE_URL", "QBENCH_CLIENT_ID", "QBENCH_CLIENT_SECRET"] {
        assert!(outcome.err.contains(name), "{}", outcome.err);
    }
}

#[test]
fn the_doctor_tells_faults_with_remedies_and_ends_with_1() {
    let outcome = call(&["doctor"], &[("PAGE_SIZE", "many")], "");
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.out.contains("FAIL  configuration: PAGE_SIZE"), "{}", outcome.out);
    assert!(outcome.out.contains("      -> "), "{}", outcome.out);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn accounts_are_made_listed_changed_and_disabled(pool: PgPool) {
    let made = with(&pool, &["user", "create", "mira", "--role", "manager", "--password-stdin"], "a quiet meadow\n");
    assert_eq!(made.await.code, Some(0));
    let again = with(&pool, &["user", "create", "mira", "--password-stdin"], "another meadow\n").await;
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("already"), "{}", again.err);
    let weak = with(&pool, &["user", "create", "noa", "--password-stdin"], "short\n").await;
    assert_eq!(weak.code, Some(1), "{}", weak.err);
    assert_eq!(with(&pool, &["user", "set-role", "mira", "admin"], "").await.code, Some(0));
    assert_eq!(with(&pool, &["user", "disable", "mira"], "").await.code, Some(0));
    let listed = with(&pool, &["user", "list"], "").await;
    assert_eq!(listed.out, "mira\tadmin\tdisabled\n");
    let verified = with(&pool, &["audit", "verify"], "").await;
    assert!(verified.out.contains("3 entries"), "{}", verified.out);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_ban_hides_at_once_what_is_below_it(pool: PgPool) {
    sqlx::raw_sql(
        "insert into customers (id, name, raw_payload) values (3, 'Invented Farms', '{}');
         insert into orders (id, customer_account_id, raw_payload) values (7, 3, '{}');",
    )
    .execute(&pool)
    .await
    .expect("inserted");
    let hidden = async || -> bool {
        sqlx::query_scalar("select hidden from orders where id = 7").fetch_one(&pool).await.expect("an order")
    };
    let record = ["--type", "customer", "--id", "3"];
    let added = with(&pool, &[&["ban", "add"], &record[..], &["--reason", "asked for"]].concat(), "").await;
    assert_eq!(added.code, Some(0), "{}", added.err);
    assert!(hidden().await);
    let listed = with(&pool, &["ban", "list"], "").await;
    assert!(listed.out.starts_with("customer\t3\t") && listed.out.ends_with("\tasked for\n"), "{}", listed.out);
    assert_eq!(with(&pool, &[&["ban", "remove"], &record[..]].concat(), "").await.code, Some(0));
    assert!(!hidden().await);
}

#[test]
fn a_secret_file_that_is_missing_is_named() {
    let gone: PathBuf = std::env::temp_dir().join("benchwatch-no-such-file");
    let outcome = call(&["migrate"], &[("DATABASE_URL_FILE", &gone.to_string_lossy())], "");
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.err.contains("DATABASE_URL_FILE"), "{}", outcome.err);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn entries_written_at_the_same_moment_leave_the_audit_log_intact(pool: PgPool) {
    let writers = (0..4).map(|writer| {
        let pool = pool.clone();
        tokio::spawn(async move {
            for entry in 0..50 {
                let subject = format!("{writer}/{entry}");
                let detail = serde_json::json!({});
                let entry = Entry { actor: "test", action: "test.write", subject: &subject, source: "test", detail };
                append(&pool, entry).await.expect("written");
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("no panic");
    }
    let outcome = with(&pool, &["audit", "verify"], "").await;
    assert_eq!(outcome.code, Some(0), "{}{}", outcome.out, outcome.err);
    sqlx::query("truncate audit_log").execute(&pool).await.expect_err("refused");
}
