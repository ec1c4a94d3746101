//! The simulator against the documented facts of the API, over real HTTP.

mod client;
mod faults;
mod feed;
mod large;
mod limits;
mod lists;
mod mutations;
mod records;
mod tokens;
