//! All SQL. Knows nothing of ours but ids and times; everybody above asks in Rust types.

mod error;
pub mod lims;
pub mod sync;

pub use error::DbError;
