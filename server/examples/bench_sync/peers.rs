//! The processes that a measurement consists of: the simulator, and what copies from it.

use crate::figures::Figures;
use anyhow::{Context as _, Result, ensure};
use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A laboratory for one measurement.
#[derive(Clone, Copy, Debug)]
pub struct Laboratory {
    pub tests: u32,
    pub latency_ms: u32,
    /// The documented limits: 300 requests a minute, ten at once.
    pub limited: bool,
}

/// A simulator in a process of its own, so that its work is nobody else's.
pub struct Source {
    pub base: String,
    pub token: String,
    pub client: String,
    pub secret: String,
    _process: Child,
}

impl Source {
    pub async fn start(lab: Laboratory) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["simulator", "--addr", "127.0.0.1:0", "--speed", "0", "--now", "2026-11-17T12:40:00Z"]);
        command.args(["--tests", &lab.tests.to_string(), "--latency-ms", &lab.latency_ms.to_string()]);
        if !lab.limited {
            command.arg("--no-limits");
        }
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut told = BufReader::new(process.stdout.take().context("no output")?).lines();
        let mut found: [Option<String>; 4] = Default::default();
        let names = ["QBENCH_BASE_URL=", "QBENCH_TOKEN_URL=", "QBENCH_CLIENT_ID=", "QBENCH_CLIENT_SECRET="];
        while found.iter().any(Option::is_none) {
            let line = told.next_line().await?.context("the simulator ended")?;
            for (value, name) in found.iter_mut().zip(names) {
                if let Some(rest) = line.strip_prefix(name) {
                    *value = Some(rest.to_owned());
                }
            }
        }
        let [base, token, client, secret] = found.map(Option::unwrap_or_default);
        Ok(Self { base, token, client, secret, _process: process })
    }
}

/// One run of the engine, in a process of its own.
pub async fn engine(source: &Source, database: &str, mode: &str, limited: bool) -> Result<Figures> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["engine", "--mode", mode, "--base", &source.base, "--client", &source.client]);
    command.env("BENCH_SECRET", &source.secret).env("DATABASE_URL", database);
    if limited {
        command.arg("--limited");
    }
    figures(command).await
}

/// The script, where this machine has what it needs.
pub async fn script(source: &Source, database: &str, python: &str) -> Result<Figures> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/bench_sync/baseline.py");
    let mut command = Command::new(python);
    let api = format!("{}/qbench/api/v1", source.base.trim_end_matches('/'));
    command.arg(file).args([&api, &source.token, &source.client, &source.secret, database]);
    figures(command).await
}

/// Whether an interpreter has what the script needs.
pub async fn has_script(python: &str) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", "import aiohttp, asyncpg, orjson"]).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}

/// What a process prints in its last line.
async fn figures(mut command: Command) -> Result<Figures> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true).output().await?;
    ensure!(output.status.success(), "a measured process failed");
    let text = String::from_utf8(output.stdout)?;
    serde_json::from_str(text.lines().last().context("it said nothing")?).context("no figures")
}
