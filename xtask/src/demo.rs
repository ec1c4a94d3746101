//! The demo: everything is built, then this process becomes `benchwatch demo`, so that Ctrl-C and
//! the exit code are the server's own.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::cargo::{Builder, Profile};
use crate::provision::postgres;
use crate::{announce, bundle, process};

/// What the demo is started with.
#[derive(Args, Debug, Clone)]
pub struct Options {
    /// The port of the pages on the loopback address
    #[arg(long, default_value_t = 3000)]
    pub port: u16,
    /// How many tests the laboratory has done
    #[arg(long, value_name = "N")]
    pub tests: Option<u32>,
    /// Forget the demo's data and begin anew
    #[arg(long)]
    pub fresh: bool,
    /// Passed on to `benchwatch demo` as they are
    #[arg(last = true)]
    pub rest: Vec<String>,
}

/// Builds and becomes the demo server.
///
/// # Errors
/// When something cannot be provided, built or started.
pub fn run(builder: &Builder, options: &Options) -> Result<()> {
    postgres::provide()?;
    bundle::server(builder, Profile::Dev)?;
    bundle::site(builder, bundle::Browser::Small)?;
    announce::step("demo", "starting the laboratory, the database and the pages");
    let error = command(builder, options).exec();
    Err(error).context("cannot start benchwatch demo")
}

/// The command of the demo server.
pub fn command(builder: &Builder, options: &Options) -> Command {
    let program = builder.server(Profile::Dev);
    let mut command = process::command(program, &builder.workspace.root);
    command.args(["demo", "--addr", &format!("127.0.0.1:{}", options.port)]);
    if let Some(tests) = options.tests {
        command.args(["--tests", &tests.to_string()]);
    }
    if options.fresh {
        command.arg("--fresh");
    }
    command.args(&options.rest);
    bundle::describe_site(&builder.workspace, &mut command);
    command
}
