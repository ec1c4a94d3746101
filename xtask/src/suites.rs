//! `cargo xtask test`: every check and every test, going on after a failure where that makes
//! sense, with a summary and, as the very last line, the number of tests.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Args;

use crate::bundle::{self, Browser};
use crate::cargo::{Builder, Profile};
use crate::cluster::{Cluster, Durability};
use crate::counts::{self, Counts};
use crate::provision::{self, postgres, rust};
use crate::queries::{self, Then};
use crate::steps::Steps;
use crate::{announce, checks, e2e, process};

/// Parts that a developer may leave out; by default everything runs.
#[derive(Args, Debug, Clone, Copy)]
pub struct Options {
    /// Leave out the browser tests and the build of the site
    #[arg(long)]
    no_e2e: bool,
    /// Leave out formatting, clippy and the other checks of the sources
    #[arg(long)]
    no_lint: bool,
}

/// Runs everything that `options` does not leave out.
///
/// # Errors
/// When the machine cannot be provided with what the tests need; failing tests are in the exit code.
pub fn run(builder: &Builder, options: Options) -> Result<ExitCode> {
    if options.no_e2e {
        postgres::provide()?;
    } else {
        provision::everything(&builder.workspace)?;
    }
    rust::provide_components(&builder.workspace, &builder.toolchain)?;
    let programs = postgres::require()?;
    let mut steps = Steps::default();
    if !options.no_lint {
        // The first step to compile: it has to touch a source, and all later ones profit from the rest.
        steps.check("query descriptions", ".sqlx must fit the queries and the schema", || {
            queries::prepare(builder, Then::Compare)
        });
        checks::lint(builder, &mut steps);
    }
    steps.suite("native tests", "unit, database and HTTP tests", || {
        let cluster = Cluster::start(&programs, Durability::None)?;
        native(builder, &cluster)
    });
    steps.suite("xtask tests", "the build program's own", || own(builder));
    if builder.workspace.root.join("style/charts/test").is_dir() {
        steps.suite("chart tests", "the browser's chart element", || charts(builder));
    }
    if !options.no_e2e {
        browser(builder, &mut steps);
    }
    Ok(conclude(&steps))
}

fn conclude(steps: &Steps) -> ExitCode {
    steps.print_summary();
    let Counts { passed, failed } = steps.total();
    println!("{passed} passed, {failed} failed");
    steps.exit_code()
}

fn browser(builder: &Builder, steps: &mut Steps) {
    let built = steps.check("site", "the server and the browser's program", || {
        bundle::server(builder, Profile::Dev)?;
        bundle::site(builder, Browser::Small)
    });
    if built {
        steps.suite("browser tests", "Playwright against the real server", || e2e::test(builder, &[]));
    }
}

fn native(builder: &Builder, cluster: &Cluster) -> Result<Counts> {
    let mut tests = builder.native("test", Profile::Dev);
    tests.arg("--no-fail-fast").env("DATABASE_URL", cluster.url());
    bundle::describe_site(&builder.workspace, &mut tests);
    counted(&mut tests, counts::from_cargo_line)
}

/// Tests this program with the toolchain and the folder that built it, so that little is compiled.
fn own(builder: &Builder) -> Result<Counts> {
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(|folder| folder.parent()).context("this program lies in a target folder")?;
    let mut tests = process::command("cargo", &builder.workspace.root);
    tests.args(["test", "--profile", "xtask", "-p", "xtask", "--no-fail-fast"]).env("CARGO_TARGET_DIR", target);
    counted(&mut tests, counts::from_cargo_line)
}

fn charts(builder: &Builder) -> Result<Counts> {
    let folder = builder.workspace.root.join("style/charts");
    counted(process::command("npm", &folder).args(["test", "--silent"]), counts::from_node_line)
}

/// Runs a test runner and adds up what it reports. A runner that fails without naming a failed
/// test did not run all of them: that counts as one failure.
fn counted(runner: &mut Command, read: impl Fn(&str) -> Option<Counts>) -> Result<Counts> {
    let mut total = Counts::default();
    let succeeded = process::run_watched(runner, |line| {
        if let Some(counts) = read(line) {
            total += counts;
        }
    })?;
    if !succeeded && total.failed == 0 {
        announce::note(&format!("`{}` failed without naming a test; see its messages above", process::shown(runner)));
        total.failed = 1;
    }
    Ok(total)
}
