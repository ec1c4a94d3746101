//! A folder a route: the page and its private parts.

mod layout;
pub mod overview;
pub mod records;
pub mod sign_in;

pub use layout::Layout;
