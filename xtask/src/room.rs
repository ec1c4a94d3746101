//! Room on the disk: clones share one target folder, each clone's programs fill some gigabytes of
//! it, and a disk that fills up in mid-build fails with errors that name anything but the cause.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::cargo::Builder;
use crate::{announce, process};

/// What a clone's own programs and tests fill, cold. Whoever has compiled them already needs next to nothing, so that this
/// is no reason to refuse.
const NEEDED: u64 = 8 << 30;

/// With less than this not even one program more can be linked.
const LEAST: u64 = 2 << 30;

/// What every clone compiles for itself. Dependencies are shared and stay.
const OWN_PACKAGES: [&str; 5] = ["server", "app", "frontend", "qbench", "qbench-sim"];

/// Sees to it that there is room for a build: when little is left, the programs that all clones
/// made of this workspace are removed; each is compiled again when its clone asks for it.
///
/// # Errors
/// When too little is left all the same.
pub fn make(builder: &Builder) -> Result<()> {
    let target = &builder.workspace.target;
    let Some(before) = left(target) else { return Ok(()) };
    if before >= NEEDED {
        return Ok(());
    }
    announce::timed(
        "room",
        &format!("{} left; removing what clones compiled of this workspace", shown(before)),
        || {
            let mut clean = builder.cargo("clean");
            for package in OWN_PACKAGES {
                clean.args(["-p", package]);
            }
            process::run(&mut clean, "remove the target folder by hand")
        },
    )?;
    match left(target) {
        Some(after) if after < LEAST => bail!(
            "{} left on the disk of {}, a build needs {}\n  remedy: make room, or set CARGO_TARGET_DIR to a folder on another disk",
            shown(after),
            target.display(),
            shown(NEEDED)
        ),
        _ => Ok(()),
    }
}

fn shown(bytes: u64) -> String {
    format!("{} GB", bytes >> 30)
}

/// Bytes that an ordinary user may still write on the disk of `folder`; nothing where it cannot be told.
fn left(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|path| path.exists())?;
    let answer = Command::new("df").args(["-P", "-k"]).arg(there).output().ok()?;
    available(std::str::from_utf8(&answer.stdout).ok()?)
}

/// The fourth column of the second line of `df -P -k`, in bytes (POSIX fixes this form).
fn available(report: &str) -> Option<u64> {
    let blocks: u64 = report.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    blocks.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::available;

    #[test]
    fn the_posix_report_is_read_and_anything_else_is_unknown() {
        let report =
            "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 264241152 27262976 69206016 29% /\n";
        assert_eq!(available(report), Some(69_206_016 * 1024));
        assert_eq!(available("df: cannot read table of mounted file systems\n"), None);
        assert_eq!(available(""), None);
    }
}
