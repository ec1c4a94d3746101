//! Connections: how many, how long, in which time zone; and the migrations.

use crate::MIGRATOR;
use crate::config::DatabaseConfig;
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgPool};
use std::str::FromStr as _;
use std::time::Duration;

/// Why the database cannot be used at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No address was given where one is needed.
    #[error("no database address is set")]
    NoAddress,
    /// The address cannot be read.
    #[error("DATABASE_URL cannot be read: {0}")]
    Address(#[source] sqlx::Error),
    /// Nothing answers there, or it refuses us.
    #[error("the database {target} does not answer: {why}")]
    Connect {
        /// Host, port, database and user; never the password.
        target: String,
        /// The driver's words.
        why: String,
    },
    /// The schema could not be brought up to date.
    #[error("the database schema could not be brought up to date: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
}

/// Opens a pool and makes one connection, so that a dead database is told at once.
///
/// # Errors
/// When no address is set, or the server there does not answer or refuses the sign-in.
pub async fn connect(config: &DatabaseConfig) -> Result<PgPool, StartError> {
    let options = options(config)?;
    let target = describe(&options);
    PgPoolOptions::new()
        .max_connections(config.max_connections)
        .acquire_timeout(config.acquire_timeout)
        .idle_timeout(Duration::from_secs(600))
        .connect_with(options)
        .await
        .map_err(|error| StartError::Connect { target, why: reason(&error) })
}

/// Brings the schema up to date, one process at a time.
///
/// # Errors
/// When a migration fails, or the database was written by a newer benchwatch.
pub async fn migrate(pool: &PgPool) -> Result<(), StartError> {
    let asked = |error: sqlx::Error| StartError::Migrate(error.into());
    let mut connection = pool.acquire().await.map_err(asked)?;
    // Building an index, or waiting for the process that builds it, takes longer than any page may.
    sqlx::query("set statement_timeout = 0").execute(&mut *connection).await.map_err(asked)?;
    let migrated = MIGRATOR.run(&mut *connection).await.map_err(StartError::Migrate);
    // Views of the past have the columns of their tables, whichever migration added them.
    sqlx::query("select past.rebuild()").execute(&mut *connection).await.map_err(asked)?;
    sqlx::query("reset statement_timeout").execute(&mut *connection).await.map_err(asked)?;
    migrated
}

/// Connections to the same database on which every statement finds the records as they were at a moment. They are made
/// when they are needed and end with the pool.
#[must_use]
pub fn as_of(pool: &PgPool, moment: DateTime<Utc>) -> PgPool {
    let moment = moment.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string();
    let options =
        (*pool.connect_options()).clone().options([("search_path", "past,public"), ("benchwatch.as_of", &*moment)]);
    PgPoolOptions::new()
        .max_connections(2)
        .min_connections(0)
        .acquire_timeout(pool.options().get_acquire_timeout())
        .connect_lazy_with(options)
}

pub(super) fn options(config: &DatabaseConfig) -> Result<PgConnectOptions, StartError> {
    let url = config.url.as_ref().ok_or(StartError::NoAddress)?;
    let limit = config.statement_timeout.map_or(0, |limit| limit.as_millis());
    let options = PgConnectOptions::from_str(url.expose_secret()).map_err(StartError::Address)?;
    Ok(options
        .application_name("benchwatch")
        .options([
            ("timezone", "UTC".to_owned()),
            ("statement_timeout", limit.to_string()),
            // Compiling a plan takes longer than running it; and filters make each call a statement of its own.
            ("jit", "off".to_owned()),
            ("plan_cache_mode", "force_custom_plan".to_owned()),
            // To begin helpers takes longer than to read a figure, and many read at once.
            ("max_parallel_workers_per_gather", "0".to_owned()),
        ])
        .disable_statement_logging())
}

/// Where the connection goes, for messages.
fn describe(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or("(default)");
    let (host, port) = (options.get_host(), options.get_port());
    format!("{database:?} at {host}:{port} (user {:?})", options.get_username())
}

/// A driver's error in a few words.
fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::PoolTimedOut => "no connection within the time limit".to_owned(),
        sqlx::Error::Database(database) => database.message().to_owned(),
        sqlx::Error::Io(io) => io.to_string(),
        other => other.to_string(),
    }
}
