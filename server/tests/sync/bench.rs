//! A laboratory, its copy, and the engine between them.

use app::model::sync::SyncMode;
use qbench::{Client, ClientConfig, parse_base_url};
use qbench_sim::{Entity, LabConfig, SimConfig, Simulator, When};
use serde_json::Value;
use server::sync::{Engine, Report, RunOptions, SyncSettings, Worksheets};
use sqlx::{AssertSqlSafe, PgPool};
use std::time::Duration;

/// The kinds that are copied, with the names of their tables.
pub const COPIED: [(Entity, &str); 6] = [
    (Entity::Customer, "customers"),
    (Entity::Assay, "assays"),
    (Entity::Order, "orders"),
    (Entity::Sample, "samples"),
    (Entity::Test, "tests"),
    (Entity::Batch, "batches"),
];

/// Everything that a test needs.
pub struct Bench {
    /// The source.
    pub sim: Simulator,
    /// The copy.
    pub pool: PgPool,
    /// What copies.
    pub engine: Engine,
    raw: bool,
}

/// A laboratory of about so many tests without limits.
pub fn lab_of(tests: u32) -> SimConfig {
    SimConfig { lab: LabConfig { tests, ..LabConfig::default() }, ..SimConfig::default() }.without_limits()
}

/// A client that keeps no pace and loses no time.
pub fn client_of(sim: &Simulator, config: &SimConfig) -> Client {
    let base = parse_base_url(&sim.base_url()).expect("an address");
    let mut client = ClientConfig::new(base, config.client_id.clone(), config.client_secret.clone().into());
    client.requests_per_minute = 0;
    client.timeout = Duration::from_secs(2);
    client.retry.base_delay = Duration::from_millis(1);
    client.retry.max_delay = Duration::from_millis(5);
    client.retry.throttle_margin = Duration::from_millis(1);
    client.retry.concurrency_delay = Duration::from_millis(1);
    client.retry.seed = Some(7);
    Client::new(client).expect("a client")
}

impl Bench {
    /// Starts a simulator beside an empty copy.
    pub async fn start(pool: PgPool, config: SimConfig) -> Self {
        Self::with(pool, config, SyncSettings { requests_per_minute: 0, ..SyncSettings::default() }).await
    }

    /// The same with settings of the engine.
    pub async fn with(pool: PgPool, config: SimConfig, settings: SyncSettings) -> Self {
        let sim = Simulator::start(config.clone(), "127.0.0.1:0".parse().expect("an address")).await.expect("starts");
        let raw = settings.worksheets == Worksheets::Raw;
        let engine = Engine::new(pool.clone(), client_of(&sim, &config), settings, "test");
        Self { sim, pool, engine, raw }
    }

    /// Runs once and gives the report, whatever came of it.
    pub async fn run(&self, mode: SyncMode) -> Report {
        self.run_with(mode, &RunOptions::default()).await
    }

    /// The same with options.
    pub async fn run_with(&self, mode: SyncMode, options: &RunOptions) -> Report {
        let id = self.engine.enqueue(mode, options, "test").await.expect("queued");
        self.work(id).await;
        self.engine.report(id).await.expect("read").expect("there")
    }

    /// Works on a run as soon as the lease is free: a worker that was aborted holds it until its connection is gone.
    async fn work(&self, id: i64) {
        for _ in 0..2_000 {
            if self.engine.work(Some(id)).await.expect("worked") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the lease is held by somebody else");
    }

    /// Begins a run and kills its worker at the nth request, if it lives that long.
    pub async fn abort_at(&self, mode: SyncMode, nth: u64) {
        let id = self.engine.enqueue(mode, &RunOptions::default(), "test").await.expect("queued");
        let engine = self.engine.clone();
        let working = tokio::spawn(async move { engine.work(Some(id)).await });
        let handle = working.abort_handle();
        self.sim.faults().before(When::api().nth(nth), move |_| handle.abort());
        if let Ok(worked) = working.await {
            worked.expect("no fault of the database");
        }
    }

    /// Runs once and insists on success.
    pub async fn sync(&self, mode: SyncMode) -> Report {
        let report = self.run(mode).await;
        assert!(report.ok, "{report:#?}");
        report
    }

    /// Every difference between source and copy, in words; empty when they are equal.
    pub async fn differences(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (entity, table) in COPIED {
            let source = self.sim.lab().read(|lab| lab.records(entity, self.raw && entity == Entity::Test));
            let sql = format!("select id, raw_payload from {table} where deleted_at is null order by id");
            let copy: Vec<(i32, Value)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&self.pool).await.expect("read");
            compare(table, &source, &copy, &mut found);
        }
        found
    }

    /// Fails unless source and copy are equal.
    pub async fn assert_equal(&self) {
        let differences = self.differences().await;
        assert!(
            differences.is_empty(),
            "{} differences, among them {:#?}",
            differences.len(),
            &differences[..differences.len().min(12)]
        );
    }

    /// One number.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.expect("counted")
    }
}

fn compare(table: &str, source: &[Value], copy: &[(i32, Value)], found: &mut Vec<String>) {
    let source: std::collections::BTreeMap<i64, &Value> =
        source.iter().filter_map(|record| Some((record["id"].as_i64()?, record))).collect();
    let copy: std::collections::BTreeMap<i64, &Value> =
        copy.iter().map(|(id, record)| (i64::from(*id), record)).collect();
    for (id, record) in &source {
        match copy.get(id) {
            None => found.push(format!("{table} {id} is missing")),
            Some(stored) if stored != record => found.push(format!("{table} {id} is stale")),
            Some(_) => {}
        }
    }
    found.extend(copy.keys().filter(|id| !source.contains_key(id)).map(|id| format!("{table} {id} is gone upstream")));
}

/// Waits until a number is reached.
pub async fn until(bench: &Bench, sql: &'static str, at_least: i64) {
    for _ in 0..12_000 {
        if bench.count(sql).await >= at_least {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never reached: {sql}");
}

/// The address of a test's own database.
pub fn address(pool: &PgPool) -> String {
    let options = pool.connect_options();
    let base = std::env::var("DATABASE_URL").expect("tests with a database have an address");
    let mut url = url::Url::parse(&base).expect("an address");
    url.set_path(options.get_database().expect("a database of its own"));
    url.to_string()
}
