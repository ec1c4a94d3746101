//! Operating benchwatch: the real program, real databases, real peers.

mod alerts;
mod backup;
mod metrics;
mod program;
mod views;
