//! `benchwatch doctor`: what works, what does not, and what to do about it; a line each.

use super::Stop;
use crate::auth::{Auth, Provider, Vault};
use crate::config::{Config, ConfigError, OidcConfig};
use crate::db::{Database, health};
use qbench::{Client, ClientConfig, QbenchError, RetryPolicy};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Clocks further apart than this make tokens fail.
const CLOCK_TOLERANCE_SECONDS: i64 = 30;

/// Less free space than this stops a database sooner or later.
const LITTLE_SPACE: u64 = 1024 * 1024 * 1024;

/// Collects findings while printing them.
#[derive(Default)]
struct Findings {
    failures: usize,
}

impl Findings {
    fn ok(&self, what: &str, facts: impl std::fmt::Display) {
        println!("ok    {what}: {facts}");
    }

    fn note(&self, what: &str, facts: impl std::fmt::Display) {
        println!("note  {what}: {facts}");
    }

    fn fail(&mut self, what: &str, why: impl std::fmt::Display, remedy: &str) {
        self.failures += 1;
        println!("FAIL  {what}: {why}");
        println!("      -> {remedy}");
    }
}

/// Looks at everything; one failure is enough for exit code 1.
pub async fn run(config: Result<Config, ConfigError>) -> Result<(), Stop> {
    let mut findings = Findings::default();
    let config = match config {
        Ok(config) => config,
        Err(ConfigError(problems)) => {
            for problem in problems {
                findings.fail("configuration", problem, "correct the variable in the environment or in .env");
            }
            return verdict(&findings);
        }
    };
    findings.ok("configuration", "every variable is understood");
    let folder = check_database(&config, &mut findings).await;
    check_disk(folder.as_deref(), &mut findings);
    if let Some(oidc) = &config.oidc {
        check_provider(oidc, &mut findings).await;
    }
    match &config.qbench {
        Some(client) => check_qbench(client, &mut findings).await,
        None => findings.note("QBench", "no credentials are set; synchronisation is off"),
    }
    verdict(&findings)
}

fn verdict(findings: &Findings) -> Result<(), Stop> {
    match findings.failures {
        0 => Ok(()),
        1 => Err(Stop::Failed(anyhow::anyhow!("1 check failed"))),
        several => Err(Stop::Failed(anyhow::anyhow!("{several} checks failed"))),
    }
}

/// Checks the database and returns the folder of the embedded one.
async fn check_database(config: &Config, findings: &mut Findings) -> Option<PathBuf> {
    let embedded = config.database.url.is_none();
    let database = match Database::open(&config.database, config.data_dir.as_deref()).await {
        Ok(database) => database,
        Err(error) => {
            let remedy = if embedded {
                "install PostgreSQL 14 or newer, or set DATABASE_URL"
            } else {
                "check DATABASE_URL, that the server runs, and that it accepts this user from here"
            };
            findings.fail("database", error, remedy);
            return None;
        }
    };
    let folder = database.embedded_folder().map(Path::to_path_buf);
    match health::facts(database.pool()).await {
        Ok(facts) => judge_database(&facts, folder.as_deref(), findings),
        Err(error) => findings.fail("database", error, "look into the server's log"),
    }
    match health::probe(database.pool()).await {
        Ok(probe) if probe.migrations_pending == 0 => findings.ok("schema", "up to date"),
        Ok(probe) if probe.is_empty => findings.note("schema", "the database is empty; the first start fills it"),
        Ok(probe) => {
            let pending = format!("{} migrations are pending", probe.migrations_pending);
            findings.fail("schema", pending, "run `benchwatch migrate`; `benchwatch serve` does it at its start too");
        }
        Err(error) => findings.fail("schema", error, "run `benchwatch migrate`"),
    }
    check_secrets(config, &database, findings).await;
    database.close().await;
    folder
}

/// Whether second factors are sealed, and can be read here.
async fn check_secrets(config: &Config, database: &Database, findings: &mut Findings) {
    if !health::probe(database.pool()).await.is_ok_and(|probe| probe.migrations_pending == 0) {
        return;
    }
    let vault = Vault::new(config);
    let (source, known) = (vault.source(), vault.name());
    let standing = Auth::with_key(database.pool().clone(), vault).secrets().await;
    match (known, standing) {
        (Err(error), _) => findings.fail("secret key", error, "put the key back, or remove the file to begin anew"),
        (_, Err(error)) => findings.fail("secret key", error, "look into the server's log"),
        (_, Ok(standing)) if standing.foreign > 0 => findings.fail(
            "secret key",
            format!("{} second factors are sealed with another key than that of {source}", standing.foreign),
            "bring their key (BENCHWATCH_SECRET_KEY, or secret.key in the data directory), or have them set up anew: \
             `benchwatch user reset-totp --unreadable`",
        ),
        (_, Ok(standing)) if standing.plain > 0 => findings.fail(
            "secret key",
            format!("{} second factors are stored unsealed", standing.plain),
            "start `benchwatch serve` once, which seals them; where its data directory cannot be written, set \
             BENCHWATCH_SECRET_KEY",
        ),
        (Ok(None), Ok(_)) => findings.note("secret key", format!("none yet; the first start makes one in {source}")),
        (Ok(Some(_)), Ok(standing)) => {
            findings.ok("secret key", format!("{source}; {} second factors are sealed with it", standing.own));
        }
    }
}

fn judge_database(facts: &health::ServerFacts, folder: Option<&Path>, findings: &mut Findings) {
    let version = format!("PostgreSQL {}.{}", facts.version / 10_000, facts.version % 10_000);
    if facts.version < 140_000 {
        findings.fail("database", format!("{version} is too old"), "use PostgreSQL 14 or newer");
    } else if let Some(folder) = folder {
        findings.ok("database", format!("{version}, embedded, in {}", folder.display()));
    } else {
        findings.ok("database", version);
    }
    if facts.has_trigrams {
        findings.ok("pg_trgm", "available");
    } else {
        findings.fail("pg_trgm", "the extension is not available", "install the server's contrib package");
    }
}

fn check_disk(folder: Option<&Path>, findings: &mut Findings) {
    let place = folder.unwrap_or(Path::new("/"));
    match rustix::fs::statvfs(place) {
        Ok(facts) => {
            let free = facts.f_bavail.saturating_mul(facts.f_frsize);
            let text = format!("{:.1} GB free at {}", free as f64 / 1e9, place.display());
            if free < LITTLE_SPACE {
                findings.fail("disk", text, "make room, or move the data directory (BENCHWATCH_DATA_DIR)");
            } else {
                findings.ok("disk", text);
            }
        }
        Err(error) => findings.fail("disk", error, "check that the folder can be read"),
    }
}

/// Whether the identity provider describes itself as it should.
async fn check_provider(config: &OidcConfig, findings: &mut Findings) {
    let remedy = "check OIDC_ISSUER letter by letter, and that this machine reaches it (proxy, firewall, certificate)";
    let provider = match Provider::new(config.clone()) {
        Ok(provider) => provider,
        Err(error) => return findings.fail("identity provider", error, remedy),
    };
    match provider.check().await {
        Ok(keys) => {
            let back = &config.redirect;
            findings.ok("identity provider", format!("{}, {keys} keys; it has to know {back}", config.issuer));
        }
        Err(error) => findings.fail("identity provider", error, remedy),
    }
}

async fn check_qbench(config: &ClientConfig, findings: &mut Findings) {
    let mut config = config.clone();
    config.retry = RetryPolicy::none();
    config.timeout = Duration::from_secs(15);
    let client = match Client::new(config) {
        Ok(client) => client,
        Err(error) => return findings.fail("QBench", error, "check the QBENCH_ variables"),
    };
    let check = client.check().await;
    match check.clock_skew.map(|skew| skew.num_seconds()) {
        Some(skew) if skew.abs() > CLOCK_TOLERANCE_SECONDS => findings.fail(
            "clock",
            format!("this machine is {} s {}", skew.abs(), if skew > 0 { "behind QBench" } else { "ahead of QBench" }),
            "synchronise the machine's clock (NTP); QBench refuses tokens signed at another time",
        ),
        Some(skew) => findings.ok("clock", format!("{skew} s from QBench")),
        None => findings.note("clock", "not compared, because QBench did not answer"),
    }
    match &check.token {
        Ok(()) => findings.ok("QBench token", format!("granted by {}", check.token_url)),
        Err(error) => findings.fail("QBench token", format!("{error} ({})", check.token_url), token_remedy(error)),
    }
    match check.api {
        Some(Ok(facts)) => {
            let customers = facts.customers.map_or("an unknown number of".to_owned(), |count| count.to_string());
            let took = facts.round_trip.as_millis();
            findings.ok("QBench API", format!("{customers} customers, answered in {took} ms"));
        }
        Some(Err(error)) => findings.fail(
            "QBench API",
            format!("{error} ({})", check.api_url),
            "check QBENCH_BASE_URL, and that the API user may read customers",
        ),
        None => findings.note("QBench API", "not tried without a token"),
    }
}

fn token_remedy(error: &QbenchError) -> &'static str {
    match error {
        QbenchError::Unauthorized { .. } => {
            "check QBENCH_CLIENT_ID and QBENCH_CLIENT_SECRET against QBench's developer settings"
        }
        _ => "check QBENCH_BASE_URL and QBENCH_TOKEN_URL, and that this machine reaches QBench (proxy, firewall)",
    }
}
