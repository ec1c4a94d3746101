//! The figures against small laboratories whose numbers were worked out by hand.

mod customers;
mod factory;
mod mix;
mod naive;
mod operations;
mod overview;
mod plans;
mod priority;
mod quality_page;
mod rolled;
mod shared;
mod turnaround_page;
