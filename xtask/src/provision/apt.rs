//! Installing packages on Debian and its relatives, as root or through sudo.
//! `apt-get update` runs at most once in the life of this process.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail};

use crate::{announce, process};

static UPDATED: AtomicBool = AtomicBool::new(false);

/// Whether this machine has apt and this user can run it as root without being asked.
pub fn is_available() -> bool {
    process::find_on_path("apt-get").is_some() && (process::is_root() || process::find_on_path("sudo").is_some())
}

/// Whether the package lists were refreshed by this process.
pub fn is_updated() -> bool {
    UPDATED.load(Ordering::Relaxed)
}

/// Installs packages without their recommendations.
///
/// # Errors
/// When apt is not available or fails.
pub fn install(packages: &[&str]) -> Result<()> {
    if !is_available() {
        bail!("no apt-get with root rights here to install {}", packages.join(" "));
    }
    update()?;
    announce::note(&format!("apt-get install {}", packages.join(" ")));
    process::run(
        as_root("env")
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq"])
            .arg("--no-install-recommends")
            .args(packages),
        &format!("run `apt-get install {}` by hand and see what it says", packages.join(" ")),
    )
}

/// Refreshes the package lists, once in the life of this process.
///
/// # Errors
/// When apt fails.
pub fn update() -> Result<()> {
    if UPDATED.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    announce::note("apt-get update");
    process::run(as_root("apt-get").args(["update", "-qq"]), "check the network and the package sources below /etc/apt")
}

/// A command that runs as root, through sudo when needed.
pub fn as_root(program: &str) -> Command {
    let root = Path::new("/");
    if process::is_root() {
        process::command(program, root)
    } else {
        let mut sudo = process::command("sudo", root);
        sudo.arg(program);
        sudo
    }
}
