//! The REST interface over small laboratories: figures, shapes, refusals.

mod contract;
#[path = "../metrics/factory.rs"]
mod factory;
mod flow;
mod harness;
mod lists;
mod metrics;
mod mix;
mod overdue;
mod past;
mod process;
mod quality;
mod records;
mod tokens;
