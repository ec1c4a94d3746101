//! What `/metrics` serves, what is promised about it, and what the alert rules and the dashboard ask for.

use crate::program::{Kept, address};
use server::config::Config;
use server::http::prometheus::{families, page};
use server::services::Services;
use sqlx::PgPool;
use std::collections::BTreeSet;
use std::sync::Arc;

const RULES: &str = include_str!("../../../deploy/prometheus/alerts.yml");
const DASHBOARD: &str = include_str!("../../../deploy/grafana/benchwatch.json");

fn services(pool: PgPool) -> Arc<Services> {
    Services::new(Config::from_lookup(&|_| None).expect("the defaults"), pool)
}

/// Names of measurements in a text, the parts of histograms by the histogram's name.
fn names_in(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with("benchwatch_") || word.starts_with("process_"))
        .map(|word| {
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|part| word.strip_suffix(part));
            base.filter(|base| base.ends_with("_seconds")).unwrap_or(word).to_owned()
        })
        .collect()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn everything_promised_is_served_and_nothing_else(pool: PgPool) {
    sqlx::raw_sql(
        "insert into sync_runs (mode, state, trigger, started_at, finished_at, error_kind)
            values ('full', 'failed', 'x', now(), now(), 'credentials');
         insert into sync_watermarks (entity, as_of) values ('orders', now());
         insert into sync_quarantine (entity, key, reason, stored) values ('orders', '7', 'because', false);
         insert into sync_certificates (run_id, as_of, entities, equal) values (1, now(), '[]', true);
         insert into alerts (key, severity, detail, since, last_seen) values ('sync-failed', 'warning', '', now(), now());",
    )
    .execute(&pool)
    .await
    .expect("filled");
    let services = services(pool);
    let base = qbench::parse_base_url("https://lab.qbench.net").expect("an address");
    let client = qbench::Client::new(qbench::ClientConfig::new(base, "id", String::from("secret").into()));
    services.source.set(client.expect("a client")).ok().expect("set once");
    let text = page(&services).await;
    let served: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    // Only an installation with a replica has a figure for it.
    let promised: BTreeSet<&str> =
        families::ALL.iter().map(|family| family.name).filter(|name| !name.contains("replica")).collect();
    assert_eq!(served, promised);
    let first = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).count();
    assert_eq!(first, served.len(), "each family stands in one piece");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let value = line.rsplit(' ').next().expect("a value");
        assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
    }
    assert!(text.contains("benchwatch_sync_failed{reason=\"credentials\"} 1\n"), "{text}");
}

#[test]
fn rules_and_dashboard_ask_only_for_what_is_promised() {
    let known: BTreeSet<String> = families::ALL.iter().map(|family| family.name.to_owned()).collect();
    for (file, text) in [("alerts.yml", RULES), ("benchwatch.json", DASHBOARD)] {
        let asked = names_in(text);
        assert!(asked.len() > 10, "{file} asks for little: {asked:?}");
        let unknown: Vec<&String> = asked.difference(&known).collect();
        assert!(unknown.is_empty(), "{file} asks for {unknown:?}");
    }
    serde_json::from_str::<serde_json::Value>(DASHBOARD).expect("JSON");
}

#[test]
fn every_rule_has_its_entry_in_the_runbook() {
    let runbook = include_str!("../../../docs/runbook.md");
    let rules: Vec<&str> = RULES.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(rules.len() > 8);
    for rule in rules {
        assert!(runbook.contains(&format!("\n## {rule}\n")), "{rule} has no entry");
        assert!(RULES.contains(&format!("docs/runbook.md#{rule}\"")), "{rule} does not lead to its entry");
    }
}

#[test]
fn the_list_of_measurements_in_the_docs_is_the_programs() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/metrics.md");
    let text = std::fs::read_to_string(path).expect("docs/metrics.md");
    let (head, _) = text.split_once("<!-- made from the program -->\n").expect("the mark before the table");
    let fresh = format!("{head}<!-- made from the program -->\n\n{}", families::table());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &fresh).expect("written");
    }
    assert_eq!(text, fresh, "stale: run this test with UPDATE_DOCS=1 and commit docs/metrics.md");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn probes_tell_every_part_with_its_figure_and_measurements_need_their_token(pool: PgPool) {
    let database = address(&pool);
    let settings = [("DATABASE_URL", database.as_str()), ("BENCHWATCH_METRICS_TOKEN", "a-long-token")];
    let settings = [&settings[..], &[("BENCHWATCH_DISK_FREE_PERCENT", "0")]].concat();
    let settings =
        [&settings[..], &[("BENCHWATCH_LOG", "info,server=debug"), ("BENCHWATCH_LOG_FORMAT", "json")]].concat();
    let process = Kept::serve(&settings).await;
    let ready = process.get("/health/ready", &[]).await;
    let body: serde_json::Value = serde_json::from_str(&ready.body).expect("JSON");
    assert_eq!((ready.status, &body["status"]), (200, &"ok".into()), "{body}");
    assert_eq!(body["migrations"]["pending"], 0);
    assert!(body["database"]["milliseconds"].is_number() && body["disk"]["free_bytes"].is_number(), "{body}");
    assert_eq!((&body["freshness"]["state"], &body["qbench"]["state"]), (&"off".into(), &"off".into()));
    assert_eq!(process.get("/metrics", &[]).await.status, 403);
    assert_eq!(process.get("/metrics", &[("authorization", "Bearer another")]).await.status, 403);
    let measured = process.get("/metrics", &[("authorization", "Bearer a-long-token")]).await;
    assert_eq!(measured.status, 200);
    assert!(measured.body.contains("\nbenchwatch_db_up 1\n"), "{}", measured.body);
    let log = process.stop().await;
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let id = &ready.request_id;
    assert!(
        lines.iter().any(|line| line["span"]["request.id"] == id.as_str()),
        "the request's id is in the log: {log}"
    );
    assert!(!log.contains("a-long-token"), "secrets are not");
}
