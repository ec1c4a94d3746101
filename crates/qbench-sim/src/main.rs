//! `qbench-sim`: serves a simulated laboratory.

use clap::Parser;

/// A simulated QBench tenant with a living demo laboratory.
#[derive(Debug, Parser)]
#[command(name = "qbench-sim", version)]
struct Cli {
    #[command(flatten)]
    simulate: qbench_sim::SimulateArgs,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    qbench_sim::run(Cli::parse().simulate).await
}
