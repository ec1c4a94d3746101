//! The program as the service manager runs it: called to its end, or kept running.

use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// What a call ended with.
pub struct Outcome {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program with these settings and no others, away from any `.env`.
pub fn command(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_benchwatch"));
    command.args(arguments).env_clear().current_dir(std::env::temp_dir()).kill_on_drop(true);
    // Programs of PostgreSQL are looked for on the path too.
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(settings.iter().copied());
    command
}

/// Calls the program and waits for its end.
pub async fn call(arguments: &[&str], settings: &[(&str, &str)]) -> Outcome {
    let output = command(arguments, settings).stdin(Stdio::null()).output().await.expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Outcome { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The address of a database on the tests' server.
pub fn address_of(database: &str) -> String {
    let base = std::env::var("DATABASE_URL").expect("tests with a database have an address");
    let (base, query) = base.split_once('?').map_or((base.as_str(), None), |(base, query)| (base, Some(query)));
    let server = base.rsplit_once('/').expect("an address with a database").0;
    query.map_or_else(|| format!("{server}/{database}"), |query| format!("{server}/{database}?{query}"))
}

/// The address of a test's own database.
pub fn address(pool: &PgPool) -> String {
    address_of(pool.connect_options().get_database().expect("a database of its own"))
}

/// An empty database beside the test's own; removed at the end.
pub struct Spare {
    pub url: String,
    name: String,
}

impl Spare {
    pub async fn beside(pool: &PgPool) -> Self {
        let name = format!("benchwatch_spare_{}", uuid::Uuid::new_v4().simple());
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}"))).execute(pool).await.expect("created");
        Self { url: address_of(&name), name }
    }

    pub async fn pool(&self) -> PgPool {
        PgPoolOptions::new().max_connections(1).connect(&self.url).await.expect("connected")
    }

    pub async fn remove(self, pool: &PgPool) {
        let name = self.name;
        sqlx::raw_sql(AssertSqlSafe(format!("drop database {name} with (force)"))).execute(pool).await.expect("gone");
    }
}

/// A folder that goes away with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("benchwatch-operate-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&path).expect("a folder");
        Self(path)
    }

    pub fn join(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}
