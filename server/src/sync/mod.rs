//! The synchronisation engine: what is read from QBench, in which order, and how it lands in the copy.
//!
//! It owns plans, walks, the error policy, the lease's keeper, schedules and reports. It knows `qbench` and `db`, and
//! nothing of HTTP or pages but the wire types of `app::model::sync`.

#![allow(dead_code, reason = "the walk that drives these parts is not written yet")]

mod board;
mod entities;
mod error;
mod land;
mod lease;
mod policy;
mod read;
mod report;
mod rows;
mod settings;
mod times;

pub use error::SyncError;
pub use policy::{Directive, Place, Verdict, judge};
pub use report::{Report, run_of};
pub use settings::{SyncSettings, Worksheets};
