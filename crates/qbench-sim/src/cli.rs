//! The command line of the simulator, for its own binary and for `benchwatch simulate`.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;

use crate::calendar::LabZone;
use crate::http::{ClockMode, SimConfig, Simulator};
use crate::lab::{Entity, LabConfig};

/// A simulated QBench tenant with a living demo laboratory.
#[derive(Debug, Clone, Args)]
pub struct SimulateArgs {
    /// Address to listen on; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:4010")]
    pub addr: SocketAddr,
    /// Approximate number of tests in the laboratory, 20 to 1,000,000.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(20..=1_000_000))]
    pub tests: u32,
    /// The same seed gives the same laboratory.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Laboratory seconds in a real second; 0 freezes its clock.
    #[arg(long, default_value_t = 1.0)]
    pub speed: f64,
    /// Where the laboratory's clock starts (RFC 3339); default: now.
    #[arg(long)]
    pub now: Option<DateTime<Utc>>,
    /// Put the laboratory where it is mid-morning at the start of its clock, so that something
    /// happens at any hour; otherwise it keeps US Eastern office hours.
    #[arg(long)]
    pub awake: bool,
    /// Requests a minute.
    #[arg(long, default_value_t = 300)]
    pub rate: u32,
    /// Requests at the same time.
    #[arg(long, default_value_t = 10)]
    pub concurrency: usize,
    /// No limit of rate or concurrency.
    #[arg(long)]
    pub no_limits: bool,
    /// Added to every answer.
    #[arg(long, default_value_t = 0)]
    pub latency_ms: u64,
    /// The client that gets tokens.
    #[arg(long, default_value_t = SimConfig::default().client_id)]
    pub client_id: String,
    /// Its secret. Not a real one: the simulator only serves invented data.
    #[arg(long, default_value_t = SimConfig::default().client_secret)]
    pub client_secret: String,
    /// Lifetime of access tokens in seconds.
    #[arg(long, default_value_t = 3600)]
    pub token_ttl: u64,
}

impl SimulateArgs {
    /// The configuration that these arguments mean.
    #[must_use]
    pub fn config(&self) -> SimConfig {
        let limits = !self.no_limits;
        let now = self.now.unwrap_or_else(Utc::now);
        let zone = if self.awake { LabZone::awake_at(now) } else { LabZone::default() };
        SimConfig {
            lab: LabConfig { seed: self.seed, tests: self.tests, now, zone, ..LabConfig::default() },
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            token_ttl: Duration::from_secs(self.token_ttl),
            rate_limit: limits.then_some((self.rate, Duration::from_secs(60))),
            concurrency_limit: limits.then_some(self.concurrency),
            latency: Duration::from_millis(self.latency_ms),
            clock: if self.speed > 0.0 { ClockMode::Live { speed: self.speed } } else { ClockMode::Frozen },
            ..SimConfig::default()
        }
    }
}

/// Serves a laboratory until Ctrl-C.
///
/// # Errors
/// When the address cannot be bound.
pub async fn run(args: SimulateArgs) -> anyhow::Result<()> {
    let simulator = Simulator::start(args.config(), args.addr).await?;
    let (customers, orders, samples, tests) = simulator.lab().read(|lab| {
        (lab.count(Entity::Customer), lab.count(Entity::Order), lab.count(Entity::Sample), lab.count(Entity::Test))
    });
    println!("QBench simulator: {customers} customers, {orders} orders, {samples} samples, {tests} tests");
    println!("QBENCH_BASE_URL={}", simulator.base_url());
    println!("QBENCH_TOKEN_URL={}", simulator.token_url());
    println!("QBENCH_CLIENT_ID={}", args.client_id);
    println!("QBENCH_CLIENT_SECRET={}", args.client_secret);
    println!("Ctrl-C stops it.");
    tokio::signal::ctrl_c().await?;
    simulator.shutdown().await;
    Ok(())
}
