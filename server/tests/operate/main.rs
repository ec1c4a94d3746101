//! Operating benchwatch: the real program, real databases, real peers.

mod alerts;
mod backup;
mod deliveries;
#[expect(dead_code, reason = "shared with the tests of the figures")]
#[path = "../metrics/factory.rs"]
mod factory;
mod faults;
mod import;
mod invitations;
mod keys;
mod live;
mod metrics;
mod peers;
mod program;
mod secrets;
mod settings;
mod vault;
mod views;
