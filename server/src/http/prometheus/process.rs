//! What the system tells about this process; nothing where there is no `/proc`.

use super::families::{FILES, FILES_LIMIT, MEMORY, PROCESSOR, STARTED};
use super::text::Page;
use std::fs;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// Ticks of processor time in a second; the same on every Linux.
const TICKS: f64 = 100.0;

pub fn write(page: &mut Page) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(kilobytes) = number_after(&status, "VmRSS:") {
        page.put(&MEMORY, &[], kilobytes * 1024.0);
    }
    if let Some(seconds) = processor_seconds() {
        page.put(&PROCESSOR, &[], seconds);
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        #[expect(clippy::cast_precision_loss, reason = "few")]
        page.put(&FILES, &[], files.count() as f64);
    }
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    if let Some(limit) = number_after(&limits, "Max open files") {
        page.put(&FILES_LIMIT, &[], limit);
    }
    page.put(&STARTED, &[], started());
}

fn number_after(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

fn processor_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(") ").next()?.split(' ').collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS)
}

/// When the process began, or at least when it was first asked.
fn started() -> f64 {
    static STARTED_AT: OnceLock<f64> = OnceLock::new();
    *STARTED_AT.get_or_init(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |now| now.as_secs_f64());
        let up = fs::read_to_string("/proc/uptime").ok();
        let up = up.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
        let began = fs::read_to_string("/proc/self/stat").ok();
        let began = began.and_then(|stat| stat.rsplit(") ").next()?.split(' ').nth(19)?.parse::<f64>().ok());
        match (up, began) {
            (Some(up), Some(began)) => now - up + began / TICKS,
            _ => now,
        }
    })
}
