//! Records: what a list asks for and gets, what a record's page shows, and what a search finds.
//! The rules behind the figures (open, late, ready …) are the database's; here are only their names.

pub mod detail;
pub mod links;
pub mod list;
pub mod rows;
pub mod search;
mod words;

pub use list::ListQuery;
pub use words::{Basis, Condition, Direction, RecordKind, Sort, TurnaroundClass};
