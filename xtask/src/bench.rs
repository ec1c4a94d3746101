//! `cargo xtask bench NAME`: builds and runs the program `server/examples/bench_NAME`, optimised,
//! against `DATABASE_URL` or a private cluster that writes as durably as a real one.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::bundle::{self, Browser};
use crate::cargo::{Builder, Profile};
use crate::cluster::{Cluster, Durability};
use crate::provision::postgres;
use crate::{announce, process};

/// Which measurement to run.
#[derive(Args, Debug, Clone)]
pub struct Options {
    /// sync, metrics, pages or load
    name: String,
    /// Passed on to the measuring program as they are
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Builds and runs one measurement. A measurement that does not exist answers exit code 2.
///
/// # Errors
/// When something cannot be provided, built or started.
pub fn run(builder: &Builder, options: &Options) -> Result<ExitCode> {
    let examples = builder.workspace.root.join("server/examples");
    let example = format!("bench_{}", options.name);
    if !examples.join(format!("{example}.rs")).is_file() && !examples.join(&example).join("main.rs").is_file() {
        eprintln!("the measurement \"{}\" is not yet available", options.name);
        return Ok(ExitCode::from(2));
    }
    let cluster = match std::env::var_os("DATABASE_URL") {
        Some(_) => None,
        None => Some(Cluster::start(&postgres::require()?, Durability::Real)?),
    };
    if options.name == "pages" || options.name == "load" {
        bundle::server(builder, Profile::Release)?;
        bundle::site(builder, Browser::Small)?;
    }
    announce::timed("measurement", "compiling, optimised", || {
        process::run(
            builder.native("build", Profile::Release).args(["--example", &example]),
            "correct what the compiler reports above",
        )
    })?;
    let program = builder.programs(Profile::Release).join("examples").join(&example);
    let mut command = process::command(&program, &builder.workspace.root);
    command.args(&options.rest).env("BENCHWATCH_PROGRAM", builder.server(Profile::Release));
    if let Some(cluster) = &cluster {
        command.env("DATABASE_URL", cluster.url());
    }
    bundle::describe_site(&builder.workspace, &mut command);
    let status = command.status().with_context(|| format!("cannot start {}", program.display()))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
