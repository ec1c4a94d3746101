//! A folder a route: the page and its private parts.

pub mod account;
pub mod admin;
pub mod customers;
mod dashboard;
mod layout;
pub mod mix;
pub mod operations;
pub mod overview;
pub mod priority;
pub mod quality;
pub mod records;
mod sessions;
pub mod sign_in;
pub mod sync;
pub mod turnaround;
pub mod views;
mod words;

pub use layout::Layout;

use crate::error::AppError;
use crate::model::filter::BadFilter;

/// Gives the answer the HTTP status that says what the error says.
fn answered<T>(result: Result<T, AppError>) -> Result<T, AppError> {
    #[cfg(feature = "ssr")]
    let result = result.or_else(crate::api::context::fail);
    result
}

/// What was read from a URL, or the error that it answers with.
fn checked<T>(read: Result<T, BadFilter>) -> Result<T, AppError> {
    answered(read.map_err(AppError::from))
}
