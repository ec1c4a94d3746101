//! Operating benchwatch: the real program, real databases, real peers.

mod alerts;
mod backup;
mod faults;
mod import;
mod live;
mod metrics;
mod program;
mod secrets;
mod settings;
mod views;
