//! The REST interface over small laboratories: figures, shapes, refusals.

#![allow(dead_code, reason = "the factory serves tests of endpoints that follow")]

#[path = "../metrics/factory.rs"]
mod factory;
mod harness;
mod metrics;
mod flow;
mod contract;
mod overdue;
mod quality;
mod records;
