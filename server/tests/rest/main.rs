//! The REST interface over small laboratories: figures, shapes, refusals.

#[path = "../metrics/factory.rs"]
mod factory;
mod harness;
mod metrics;
