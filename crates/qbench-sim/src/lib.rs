//! A simulator of the QBench LIMS REST API v1 with a living demo laboratory.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use qbench_sim::{Entity, Fault, SimConfig, Simulator, When};
//!
//! let sim = Simulator::start(SimConfig::default(), "127.0.0.1:0".parse()?).await?;
//! sim.faults().add(When::list(Entity::Test).page(3), Fault::Html(502));
//! println!("{} has {} tests", sim.base_url(), sim.lab().read(|lab| lab.count(Entity::Test)));
//! sim.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The laboratory is deterministic: the same [`LabConfig`] and clock give the same records,
//! however the clock was moved. It follows the publicly documented facts of the API; names and
//! figures are invented. Knows no client, no database and no user interface.

mod calendar;
mod catalogue;
mod cli;
mod dice;
mod http;
mod lab;
mod names;
mod render;

pub use calendar::LabZone;
pub use cli::{SimulateArgs, run};
pub use http::{
    ClockMode, ExpiredAnswer, Fault, FaultPlan, FeedMode, LabHandle, Poison, RawSpelling, Route, SimConfig, Simulator,
    Stats, When,
};
pub use lab::{Entity, Lab, LabConfig, MutateError, Worksheets};
