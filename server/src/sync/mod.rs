//! The synchronisation engine: what is read from QBench, in which order, and how it lands in the copy.
//!
//! It owns plans, walks, the error policy, the lease's keeper, schedules and reports. It knows `qbench` and `db`, and
//! nothing of HTTP or pages but the wire types of `app::model::sync`.

mod agree;
mod bare;
mod batches;
mod board;
mod certify;
pub mod cron;
mod detained;
mod ends;
mod entities;
mod error;
mod fetch;
mod full;
mod gone;
mod import;
mod incremental;
mod land;
mod lease;
mod memo;
mod newest;
mod parents;
mod pieces;
mod policy;
mod port;
mod rank;
mod read;
mod report;
mod reread;
mod rows;
mod run;
mod schedule;
mod settings;
mod settle;
mod stamps;
mod times;
mod track;
mod walk;
mod window;
mod worker;
mod zone;

pub use cron::{BadCron, Cron};
pub use error::SyncError;
pub use fetch::Fetched;
pub use import::{IMPORTED, Imported};
pub use policy::{Directive, Place, Verdict, judge};
pub use port::SyncService;
pub use report::{Report, run_of};
pub use run::{Engine, RunOptions, enqueue};
pub use schedule::{fill_queue, is_paused, next_run};
pub use settings::{SyncSettings, Worksheets};
pub use worker::work;
pub use zone::adopt_zone;
