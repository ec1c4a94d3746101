//! `cargo xtask …`: everything that is done to this workspace, from an empty machine on.
//! Each command first provides what it needs (see [`provision`]) and then calls cargo in the one
//! way that the workspace is built. Unix only.

mod announce;
mod bench;
mod bundle;
mod cargo;
mod checks;
mod cluster;
mod counts;
mod deb;
mod demo;
mod e2e;
mod guarded;
mod process;
mod provision;
mod queries;
mod room;
mod stage;
mod steps;
mod suites;
mod supply;
mod watch;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use cargo::{Builder, Profile};
use provision::rust;
use workspace::Workspace;

/// Builds, runs and tests benchwatch, and provides what the machine lacks for it.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and run the demo laboratory with its dashboards
    Demo(demo::Options),
    /// All checks and all tests
    Test(suites::Options),
    /// The demo, rebuilt and restarted when a source changes
    Dev(demo::Options),
    /// Only the browser tests; arguments for Playwright after `--`
    E2e(e2e::Options),
    /// Measure: sync, metrics, pages or load
    Bench(bench::Options),
    /// Build the server and the site
    Build(BuildOptions),
    /// Format the sources
    Fmt,
    /// Formatting, clippy with warnings denied, what the browser's program depends on
    Lint,
    /// Record the descriptions of the SQL queries in .sqlx
    SqlxPrepare {
        /// Only compare; fail when .sqlx is stale
        #[arg(long)]
        check: bool,
    },
    /// Fetch whatever the machine lacks
    Provision,
    /// Say what the machine has and lacks, and change nothing
    Status,
}

#[derive(Args)]
struct BuildOptions {
    /// Optimise the server too
    #[arg(long)]
    release: bool,
    /// Also copy the release program and the site into this folder
    #[arg(long, value_name = "DIR", requires = "release")]
    out: Option<PathBuf>,
    /// Also pack them as a Debian package into this folder
    #[arg(long, value_name = "DIR", requires = "release")]
    deb: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    match task {
        Task::Status => provision::report(&workspace),
        Task::Provision => provision::everything(&workspace)?,
        Task::Demo(options) => demo::run(&builder(workspace)?, &options)?,
        Task::Build(options) => build(&builder(workspace)?, &options)?,
        Task::Fmt => checks::format(&formatter(workspace)?)?,
        Task::Lint => return lint(&builder(workspace)?),
        Task::Test(options) => return suites::run(&builder(workspace)?, options),
        Task::Dev(options) => watch::run(&builder(workspace)?, &options)?,
        Task::E2e(options) => return e2e::run(&builder(workspace)?, &options),
        Task::Bench(options) => return bench::run(&builder(workspace)?, &options),
        Task::SqlxPrepare { check } => {
            let then = if check { queries::Then::Compare } else { queries::Then::Replace };
            queries::prepare(&builder(workspace)?, then)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn builder(workspace: Workspace) -> Result<Builder> {
    let builder = formatter(workspace)?;
    room::make(&builder)?;
    Ok(builder)
}

/// A builder for what compiles nothing and needs no room.
fn formatter(workspace: Workspace) -> Result<Builder> {
    let toolchain = rust::provide(&workspace)?;
    Builder::new(workspace, toolchain)
}

fn lint(builder: &Builder) -> Result<ExitCode> {
    rust::provide_components(&builder.workspace, &builder.toolchain)?;
    let mut steps = steps::Steps::default();
    checks::lint(builder, &mut steps);
    steps.print_summary();
    Ok(steps.exit_code())
}

fn build(builder: &Builder, options: &BuildOptions) -> Result<()> {
    let profile = if options.release { Profile::Release } else { Profile::Dev };
    bundle::server(builder, profile)?;
    bundle::site(builder, bundle::Browser::Small)?;
    announce::note(&format!("server: {}", builder.server(profile).display()));
    announce::note(&format!("site:   {}", builder.workspace.site().display()));
    if let Some(folder) = &options.out {
        bundle::export(builder, folder)?;
        announce::note(&format!("copied to {}", folder.display()));
    }
    if let Some(folder) = &options.deb {
        let package = deb::build(builder, folder)?;
        announce::note(&format!("package: {}", package.display()));
    }
    Ok(())
}
