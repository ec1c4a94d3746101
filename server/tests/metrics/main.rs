//! The figures against small laboratories whose numbers were worked out by hand.

mod customers;
mod factory;
mod mix;
mod naive;
mod overview;
mod plans;
mod turnaround_page;
