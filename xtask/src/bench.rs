//! `cargo xtask bench NAME`: measures, and prints figures; nothing passes or fails.
//!
//! `sync` and `metrics` are the programs `server/examples/bench_NAME` against `DATABASE_URL` or a private cluster that
//! writes as durably as a real one. `load` and `pages` look from outside at a `benchwatch demo` that goes on
//! synchronising: the program `server/examples/bench_load`, and Chromium led by `end2end/bench/pages.mjs`.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Args;

use crate::bundle::{self, Browser};
use crate::cargo::{Builder, Profile};
use crate::cluster::{Cluster, Durability};
use crate::provision::{chromium, node, postgres};
use crate::stage::{Demo, Play};
use crate::{announce, process};

/// Size of the laboratory that pages are measured on.
const TESTS: &str = "100000";
/// A minute of laboratory time in a second, so that synchronisations have something to write.
const SPEED: &str = "60";

/// Which measurement to run.
#[derive(Args, Debug, Clone)]
pub struct Options {
    /// sync, metrics, pages or load
    name: String,
    /// Size of the laboratory that load and pages are measured on
    #[arg(long, default_value = TESTS)]
    tests: String,
    /// Passed on to the measuring program as they are
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Builds and runs one measurement. A measurement that does not exist answers exit code 2.
///
/// # Errors
/// When something cannot be provided, built or started.
pub fn run(builder: &Builder, options: &Options) -> Result<ExitCode> {
    match options.name.as_str() {
        "sync" | "metrics" => against_a_database(builder, options),
        "load" | "pages" => against_a_demo(builder, options),
        other => {
            eprintln!("there is no measurement \"{other}\"\n  remedy: use sync, metrics, pages or load");
            Ok(ExitCode::from(2))
        }
    }
}

fn against_a_database(builder: &Builder, options: &Options) -> Result<ExitCode> {
    let cluster = match std::env::var_os("DATABASE_URL") {
        Some(_) => None,
        None => Some(Cluster::start(&postgres::require()?, Durability::Real)?),
    };
    let mut command = example(builder, &options.name)?;
    command.args(&options.rest);
    if let Some(cluster) = &cluster {
        command.env("DATABASE_URL", cluster.url());
    }
    finish(&mut command)
}

fn against_a_demo(builder: &Builder, options: &Options) -> Result<ExitCode> {
    postgres::provide()?;
    node::provide()?;
    bundle::server(builder, Profile::Release)?;
    bundle::site(builder, Browser::Small)?;
    let mut command = if options.name == "load" { example(builder, "load")? } else { browser(builder)? };
    let demo = announce::timed("demo", "a fresh laboratory to measure on", || {
        let play = Play { profile: Profile::Release, tests: &options.tests, speed: SPEED, log: "bench-server.log" };
        Demo::start(builder, &play)
    })?;
    demo.describe(&mut command);
    finish(command.args(&options.rest))
}

/// The measuring program, optimised.
fn example(builder: &Builder, name: &str) -> Result<Command> {
    let example = format!("bench_{name}");
    announce::timed("measurement", "compiling, optimised", || {
        process::run(
            builder.native("build", Profile::Release).args(["--example", &example]),
            "correct what the compiler reports above",
        )
    })?;
    let program = builder.programs(Profile::Release).join("examples").join(&example);
    Ok(process::command(program, &builder.workspace.root))
}

/// The script that leads Chromium.
fn browser(builder: &Builder) -> Result<Command> {
    let folder = builder.workspace.root.join("end2end");
    node::install(&builder.workspace, &folder)?;
    let mut command = process::command("node", &folder);
    command.arg("bench/pages.mjs");
    if let Some(path) = chromium::provide(&builder.workspace)? {
        command.env("PLAYWRIGHT_CHROMIUM", path);
    }
    Ok(command)
}

fn finish(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().with_context(|| format!("cannot start {:?}", command.get_program()))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
