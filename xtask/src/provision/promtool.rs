//! Prometheus' own checker of alert rules: the one on the PATH, or the one in Debian's package, of which nothing else is
//! installed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::apt;
use crate::workspace::Workspace;
use crate::{announce, process};

const NAME: &str = "promtool";
const PACKAGE: &str = "prometheus";

/// A checker that is already there.
pub fn find(workspace: &Workspace) -> Option<PathBuf> {
    let kept = kept(workspace);
    process::find_on_path(NAME).or_else(|| process::is_executable(&kept).then_some(kept))
}

/// Finds or fetches it.
///
/// # Errors
/// When there is none and this is no machine with apt.
pub fn provide(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(path) = find(workspace) {
        announce::ready(NAME, &path.display().to_string());
        return Ok(path);
    }
    if process::find_on_path("apt-get").is_none() || process::find_on_path("dpkg-deb").is_none() {
        bail!(
            "there is no {NAME} and no apt-get to fetch it with\n  remedy: install Prometheus so that {NAME} is on the PATH"
        );
    }
    announce::timed(NAME, "none on the PATH, taking it from Debian's package", || fetch(workspace))?;
    find(workspace).with_context(|| format!("Debian's package {PACKAGE} holds no {NAME}"))
}

fn kept(workspace: &Workspace) -> PathBuf {
    workspace.cache.join("prometheus").join(NAME)
}

fn fetch(workspace: &Workspace) -> Result<()> {
    let folder = workspace.cache.join("prometheus").join("package");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let remedy = "check the network and the package sources below /etc/apt";
    apt::update()?;
    process::run(process::command("apt-get", &folder).args(["download", "-qq", PACKAGE]), remedy)?;
    let package = only_package(&folder)?;
    process::run(process::command("dpkg-deb", &folder).arg("-x").arg(&package).arg(&folder), remedy)?;
    fs::rename(folder.join("usr/bin").join(NAME), kept(workspace))?;
    fs::remove_dir_all(&folder)?;
    Ok(())
}

fn only_package(folder: &Path) -> Result<PathBuf> {
    let files = folder.read_dir()?.flatten().map(|entry| entry.path());
    files
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "deb"))
        .context("apt-get downloaded nothing")
}
