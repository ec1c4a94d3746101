//! Lists, pages of single records, search. What is shown comes complete from the server; the views only say it in
//! words, and every state of them is in the URL.

mod bar;
mod batch;
mod cells;
mod course;
mod customer;
mod list;
mod order;
mod parts;
mod raw;
mod sample;
mod search;
mod tables;
mod test;

pub use batch::BatchRecordPage;
pub use customer::CustomerRecordPage;
pub use list::RecordListPage;
pub use order::OrderRecordPage;
pub use sample::SampleRecordPage;
pub use search::SearchPage;
pub use test::TestRecordPage;

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
