//! All SQL. Knows nothing of ours but ids, times and its own settings; everybody above asks in Rust types.

mod error;
pub mod metrics;
mod pool;

pub use error::DbError;
pub use pool::{StartError, connect, migrate};
