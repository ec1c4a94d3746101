//! The server of benchwatch: everything that needs a database, a clock or a network.

pub mod db;
pub mod metrics;

/// The schema, applied at start under a lock.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");
