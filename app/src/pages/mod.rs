//! A folder a route: the page and its private parts.

pub mod overview;
