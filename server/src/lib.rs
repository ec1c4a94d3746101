//! The server side of benchwatch: configuration, SQL, synchronisation, metrics, sign-in, HTTP, command line.

pub mod accounts;
pub mod alerts;
pub mod auth;
pub mod channels;
pub mod cli;
pub mod config;
pub mod db;
pub mod deliveries;
pub mod http;
pub mod lab;
#[cfg(test)]
mod layers;
pub mod metrics;
pub mod records;
mod refusal;
pub mod services;
pub mod sheets;
pub mod sync;
pub mod views;
pub mod watch;

/// The schema, applied at start under a lock.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");
