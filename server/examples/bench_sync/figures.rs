//! What is measured, and how it is read from the system.

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::fs;

/// What one process did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Whether it came to its end.
    pub ok: bool,
    /// By the clock.
    pub seconds: f64,
    /// Records read.
    pub rows: u64,
    /// Requests sent, those for tokens left out.
    pub requests: u64,
    /// Refusals for want of budget.
    pub throttled: u64,
    /// Requests sent until the end of each whole minute.
    pub by_minute: Vec<u64>,
    /// Seconds of a processor, in user and system mode.
    pub cpu: f64,
    /// The most memory that it held, in kilobytes.
    pub peak_kb: u64,
    /// What the report of the run said.
    pub notes: Vec<String>,
}

impl Figures {
    /// Records a second.
    pub fn rate(&self) -> f64 {
        self.rows as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }
}

/// Seconds of a processor that this process has used.
pub fn own_cpu() -> f64 {
    stat("self").map_or(0.0, |stat| stat.own)
}

/// Kilobytes that this process held at most.
pub fn own_peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}

/// Seconds of a processor that a server with all its sessions, also those that have ended, has used; by the process of
/// any session of it.
pub fn server_cpu(session: i32) -> Result<f64> {
    let head = stat(&session.to_string()).context("the server runs on another machine")?.parent;
    let mut sum = stat(&head.to_string()).map_or(0.0, |stat| stat.own + stat.ended);
    for entry in fs::read_dir("/proc")?.flatten() {
        let child = entry.file_name().to_str().and_then(stat).filter(|stat| stat.parent == head);
        sum += child.map_or(0.0, |stat| stat.own);
    }
    Ok(sum)
}

struct Stat {
    parent: u32,
    own: f64,
    /// Of children that have ended.
    ended: f64,
}

fn stat(process: &str) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let fields: Vec<&str> = text.rsplit(") ").next()?.split(' ').collect();
    let seconds = |place: usize| fields.get(place)?.parse::<f64>().ok().map(|ticks| ticks / 100.0);
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own: seconds(11)? + seconds(12)?,
        ended: seconds(13)? + seconds(14)?,
    })
}
