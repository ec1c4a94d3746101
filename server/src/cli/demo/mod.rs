//! `benchwatch demo`: an invented laboratory, a database, the first synchronisation and the pages, in one process.

mod accounts;
mod fill;
mod memory;

use super::Stop;
use super::front::{Front, asked_to_stop};
use super::keep;
use super::sync::engine;
use super::worker::Worker;
use crate::config::{Config, SyncConfig};
use crate::db::embedded::{Embedded, default_data_dir};
use crate::db::{self, Database};
use crate::deliveries::Rounds;
use crate::services::Services;
use accounts::Passwords;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clap::Args;
use memory::Memory;
use qbench::ClientConfig;
use qbench_sim::{ClockMode, LabConfig, LabZone, SimConfig, Simulator};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Pause between incremental runs: short, so that one can watch the laboratory live.
const INTERVAL: Duration = Duration::from_secs(30);

#[derive(Args)]
pub struct Options {
    /// Where the pages are served; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:3000")]
    addr: SocketAddr,
    /// Approximate number of tests that the laboratory has done
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(20..=1_000_000))]
    tests: u32,
    /// The same seed gives the same laboratory
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Laboratory seconds in a real second; 0 freezes its clock
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Where the demo's data is kept [default: a folder of its own in the usual place]
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Forget the data of earlier demos
    #[arg(long)]
    fresh: bool,
    /// Tell where everything is in one line of JSON
    #[arg(long)]
    json: bool,
}

/// Serves the demo until the process is told to stop.
pub async fn run(config: Config, options: Options) -> Result<(), Stop> {
    let front = Front::listen(options.addr, "--addr").await?;
    let folder = data_dir(&config, &options)?;
    std::fs::create_dir_all(&folder)?;
    let (lab, goes_on) = choose_laboratory(&folder, &options).await?;
    let simulator = Simulator::start(sim_config(&lab, &options), SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let mut config = demo_config(config, &simulator, &lab)?;
    config.data_dir = Some(folder.clone());
    let database = Database::open(&config.database, Some(&folder)).await?;
    let plan = Plan { lab, goes_on, folder: &folder };
    let mut told_to_stop = pin!(asked_to_stop());
    let prepared = tokio::select! {
        working = prepare(&front, &database, &simulator, config, &options, plan) => working.map(Some),
        told = &mut told_to_stop => told.map(|()| None).map_err(Stop::from),
    };
    let outcome = match prepared {
        Ok(Some((worker, rounds))) => {
            let told = told_to_stop.await;
            worker.stop().await;
            rounds.stop().await;
            told.map_err(Stop::from)
        }
        Ok(None) => Ok(()),
        Err(stop) => Err(stop),
    };
    front.close().await;
    simulator.shutdown().await;
    database.close().await;
    outcome
}

/// What the first synchronisation has to know.
struct Plan<'a> {
    lab: Memory,
    goes_on: bool,
    folder: &'a Path,
}

/// Fills the database, opens the pages and lets the synchronisation go on in the background.
async fn prepare(
    front: &Front,
    database: &Database,
    simulator: &Simulator,
    config: Config,
    options: &Options,
    plan: Plan<'_>,
) -> Result<(Worker, Rounds), Stop> {
    db::migrate(database.pool()).await?;
    let passwords = accounts::provide(database.pool()).await?;
    if !plan.goes_on {
        fill::first_sync(&engine(&config, database, "demo").await?).await?;
        if is_steady(options) {
            plan.lab.keep(plan.folder)?;
        }
    }
    let worker = Worker::start(&config, database, "demo").await?;
    let services = Services::new(config, database.pool().clone());
    keep::seal(&services).await;
    keep::follow_settings(&services, CancellationToken::new()).await?;
    let rounds = keep::deliver(&services)?;
    front.open(services);
    announce(front, simulator, &passwords, options.json);
    Ok((worker, rounds))
}

fn data_dir(config: &Config, options: &Options) -> Result<PathBuf, Stop> {
    let told = options.data_dir.as_ref().map(std::path::absolute).transpose()?;
    let usual = || config.data_dir.clone().map_or_else(default_data_dir, Ok).map(|folder| folder.join("demo"));
    Ok(told.map_or_else(usual, Ok)?)
}

/// Only a laboratory on the wall clock can be found again where it was left.
fn is_steady(options: &Options) -> bool {
    options.speed.total_cmp(&1.0).is_eq()
}

/// The laboratory of the last start when it still serves; else a new one, with an empty database.
async fn choose_laboratory(folder: &Path, options: &Options) -> Result<(Memory, bool), Stop> {
    let wanted = Memory { seed: options.seed, tests: options.tests, born: Utc::now() };
    let known = Memory::recall(folder).filter(|known| known.serves(&wanted) && !options.fresh && is_steady(options));
    if let Some(known) = known {
        return Ok((known, true));
    }
    Memory::forget(folder);
    Embedded::discard(folder).await?;
    Ok((wanted, false))
}

fn sim_config(lab: &Memory, options: &Options) -> SimConfig {
    let clock = if options.speed > 0.0 { ClockMode::Live { speed: options.speed } } else { ClockMode::Frozen };
    let zone = LabZone::awake_at(lab.born);
    SimConfig {
        lab: LabConfig { seed: lab.seed, tests: lab.tests, now: lab.born, zone, ..LabConfig::default() },
        clock,
        resume_at: Some(Utc::now()),
        ..SimConfig::default()
    }
    .without_limits()
}

/// The demo's own settings; only the log and the names stay as they are set.
fn demo_config(mut config: Config, simulator: &Simulator, lab: &Memory) -> Result<Config, Stop> {
    let sim = SimConfig::default();
    let base = qbench::parse_base_url(&simulator.base_url())?;
    let mut client = ClientConfig::new(base, sim.client_id, sim.client_secret.into());
    client.requests_per_minute = 0;
    config.qbench = Some(client);
    config.database.url = None;
    config.sync = SyncConfig { interval: Some(INTERVAL), ..SyncConfig::default() };
    config.lab.name.get_or_insert_with(|| "Demo laboratory".to_owned());
    config.lab.time_zone = zone_of(lab.born);
    config.lab.source_zone = Tz::UTC;
    Ok(config)
}

/// The zone in which the laboratory keeps its hours. POSIX counts westwards: `Etc/GMT-5` is five hours ahead.
fn zone_of(born: DateTime<Utc>) -> Tz {
    let hours = match LabZone::awake_at(born) {
        LabZone::Fixed(hours) => hours,
        LabZone::Eastern => return Tz::America__New_York,
    };
    format!("Etc/GMT{:+}", -hours).parse().unwrap_or(Tz::UTC)
}

fn announce(front: &Front, simulator: &Simulator, passwords: &Passwords, json: bool) {
    let (url, simulator) = (front.url(), simulator.base_url());
    if json {
        let ready = serde_json::json!({
            "url": url,
            "user": "admin",
            "password": passwords.admin,
            "viewer": "viewer",
            "viewer_password": passwords.viewer,
            "simulator": simulator,
        });
        println!("ready {ready}");
        return;
    }
    println!();
    println!("  Dashboards   {url}");
    println!("  Sign in      admin / {}", passwords.admin);
    println!("               viewer / {}", passwords.viewer);
    println!("  QBench       {simulator} (simulated)");
    println!("  Ctrl-C stops everything; the data is kept for the next start.");
    println!();
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Offset as _;

    #[test]
    fn the_demos_zone_is_the_laboratorys() {
        for hour in 0..24 {
            let born: DateTime<Utc> = format!("2026-11-24T{hour:02}:20:00Z").parse().expect("an instant");
            let LabZone::Fixed(hours) = LabZone::awake_at(born) else { panic!("a fixed zone") };
            let shown = born.with_timezone(&zone_of(born)).offset().fix().local_minus_utc();
            assert_eq!(shown, i32::from(hours) * 3600, "{hour}");
        }
    }
}
