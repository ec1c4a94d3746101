//! The browser tests: a fresh demo (database, simulator, server) on free ports with a small
//! laboratory, Playwright against it, and everything removed afterwards.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::bundle::{self, Browser};
use crate::cargo::{Builder, Profile};
use crate::counts::{self, Counts};
use crate::provision::{chromium, node, postgres};
use crate::stage::{Demo, Play};
use crate::{announce, process};

/// Enough for every chart to have something to show, little enough to sync in a moment.
const TESTS: &str = "3000";
/// A laboratory that stands still: a figure and its list are read one after the other, and must agree.
const SPEED: &str = "0";

/// What the browser tests are run with.
#[derive(Args, Debug, Clone)]
pub struct Options {
    /// Use what was built last
    #[arg(long)]
    no_build: bool,
    /// Passed on to `playwright test` as they are
    #[arg(last = true)]
    playwright: Vec<String>,
}

/// Builds, provides the browser and runs the tests: `cargo xtask e2e`.
///
/// # Errors
/// When something cannot be provided, built or started; failing tests are in the exit code.
pub fn run(builder: &Builder, options: &Options) -> Result<ExitCode> {
    postgres::provide()?;
    node::provide()?;
    if !options.no_build {
        bundle::server(builder, Profile::Dev)?;
        bundle::site(builder, Browser::Small)?;
    }
    let counts = test(builder, &options.playwright)?;
    println!("{} passed, {} failed", counts.passed, counts.failed);
    Ok(if counts.failed == 0 && counts.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Starts the demo that was built last and runs Playwright against it.
///
/// # Errors
/// When the demo or Playwright cannot run at all.
pub fn test(builder: &Builder, arguments: &[String]) -> Result<Counts> {
    let folder = builder.workspace.root.join("end2end");
    node::install(&builder.workspace, &folder)?;
    let browser = chromium::provide(&builder.workspace)?;
    let demo = announce::timed("demo", "a fresh laboratory for the browser tests", || {
        Demo::start(builder, &Play { profile: Profile::Dev, tests: TESTS, speed: SPEED, log: "e2e-server.log" })
    })?;
    let report = builder.workspace.own.join("e2e-report.json");
    fs::remove_file(&report).ok();
    let mut playwright = process::command("npx", &folder);
    playwright.args(["--no-install", "playwright", "test"]).args(arguments);
    playwright.env("E2E_REPORT", &report);
    if let Some(path) = browser {
        playwright.env("PLAYWRIGHT_CHROMIUM", path);
    }
    demo.describe(&mut playwright);
    let succeeded = process::run_watched(&mut playwright, |_| ())?;
    let text = fs::read(&report).context("Playwright wrote no report\n  remedy: see its messages above")?;
    let mut counts =
        counts::from_playwright(&serde_json::from_slice(&text)?).context("Playwright's report has no statistics")?;
    if !succeeded && counts.failed == 0 {
        counts.failed = 1;
    }
    if counts.failed > 0 {
        announce::note(&format!("the server's log: {}", demo.log().display()));
    }
    Ok(counts)
}
