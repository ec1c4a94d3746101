//! The types that cross the wire between server and browser. They know neither Leptos nor the database,
//! and every time in them is the laboratory's wall clock, so that no client needs a time-zone table.

pub mod accounts;
pub mod as_of;
pub mod customers;
pub mod definitions;
pub mod deliveries;
pub mod filter;
pub mod ids;
pub mod mix;
pub mod operations;
pub mod overview;
pub mod period;
pub mod priority;
pub mod quality;
pub mod records;
pub mod session;
pub mod settings;
pub mod sheet;
pub mod stages;
pub mod sync;
pub mod turnaround;
pub mod views;
