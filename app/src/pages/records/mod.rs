//! Lists, pages of single records, search. What is shown comes complete from the server; the views only say it in
//! words, and every state of them is in the URL.

mod bar;
mod batch;
pub(crate) mod cells;
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

use super::{answered, checked};
