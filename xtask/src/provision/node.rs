//! Node.js and the packages pinned by a `package-lock.json`. Browsers are never downloaded here.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::workspace::{Workspace, fingerprint};
use crate::{announce, process};

const OLDEST: u32 = 18;
const STAMP: &str = "node_modules/.benchwatch-lock";

/// The version of the node on the PATH.
pub fn version() -> Option<String> {
    process::output(process::command("node", Path::new("/")).arg("--version"))
}

/// Finds Node.js and npm, or installs Debian's.
///
/// # Errors
/// When there is none, or one older than 18.
pub fn provide() -> Result<()> {
    if version().is_none() || process::find_on_path("npm").is_none() {
        announce::timed("Node.js", "charts and browser tests need node and npm", || {
            apt::install(&["nodejs", "npm"]).context("remedy: install Node.js 20 or newer from https://nodejs.org")
        })?;
    }
    let version = version().context("node is still missing\n  remedy: install Node.js 20 or newer")?;
    match major(&version) {
        Some(major) if major >= OLDEST => {
            announce::ready("Node.js", &version);
            Ok(())
        }
        _ => bail!("Node.js {version} is too old\n  remedy: install Node.js 20 or newer"),
    }
}

/// The first number of a version: `v20.20.2` gives 20.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Installs the locked packages of a folder unless exactly these are already there.
/// A folder without `package-lock.json` is left alone.
///
/// # Errors
/// When npm fails.
pub fn install(workspace: &Workspace, folder: &Path) -> Result<()> {
    let Ok(lock) = std::fs::read(folder.join("package-lock.json")) else { return Ok(()) };
    let wanted = fingerprint(&lock);
    let name = folder.strip_prefix(&workspace.root).unwrap_or(folder).display().to_string();
    if std::fs::read_to_string(folder.join(STAMP)).is_ok_and(|found| found == wanted) {
        announce::ready("npm packages", &name);
        return Ok(());
    }
    announce::timed("npm packages", &format!("{name} as locked"), || {
        process::run(
            process::command("npm", folder)
                .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
                .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
            "check the network to the npm registry, then run the command again",
        )?;
        std::fs::write(folder.join(STAMP), &wanted).context("cannot write the stamp")
    })
}

/// Whether the locked packages are installed, for `status`.
pub fn installed(folder: &Path) -> Option<String> {
    let lock = std::fs::read(folder.join("package-lock.json")).ok()?;
    let stamp = std::fs::read_to_string(folder.join(STAMP)).ok()?;
    (stamp == fingerprint(&lock)).then(|| "as locked".to_owned())
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn node_versions_are_understood() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
