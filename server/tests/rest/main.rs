//! The REST interface over small laboratories: figures, shapes, refusals.

mod contract;
#[path = "../metrics/factory.rs"]
mod factory;
mod flow;
mod harness;
mod metrics;
mod overdue;
mod quality;
mod records;
