//! The client against a real HTTP peer in the same process.

mod budget;
mod hostile;
mod lists;
mod peer;
mod records;
mod retries;
mod tokens;
