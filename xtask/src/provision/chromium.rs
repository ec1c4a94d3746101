//! A Chromium for the browser tests: the one named by `PLAYWRIGHT_CHROMIUM`, one on the PATH,
//! Debian's package, or at last Playwright's own download.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::apt;
use crate::workspace::Workspace;
use crate::{announce, process};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A Chromium that is already there.
pub fn find() -> Option<PathBuf> {
    std::env::var_os("PLAYWRIGHT_CHROMIUM")
        .map(PathBuf::from)
        .filter(|path| process::is_executable(path))
        .or_else(|| NAMES.iter().find_map(|name| process::find_on_path(name)))
}

/// Finds or installs a Chromium. `None` means Playwright's own, which Playwright finds by itself.
///
/// # Errors
/// When `PLAYWRIGHT_CHROMIUM` names no program, or nothing can be installed.
pub fn provide(workspace: &Workspace) -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os("PLAYWRIGHT_CHROMIUM")
        && !process::is_executable(named.as_ref())
    {
        bail!("PLAYWRIGHT_CHROMIUM names {}, which is not a program\n  remedy: correct or unset it", named.display());
    }
    if let Some(path) = find() {
        announce::ready("Chromium", &path.display().to_string());
        return Ok(Some(path));
    }
    if apt::is_available() {
        let why = "none on the PATH, installing Debian's package";
        if announce::timed("Chromium", why, || apt::install(&["chromium", "fonts-dejavu-core"])).is_ok()
            && let Some(path) = find()
        {
            return Ok(Some(path));
        }
        announce::note("apt could not provide it");
    }
    announce::timed("Chromium", "downloading the one that belongs to Playwright", || {
        process::run(
            process::command("npx", &workspace.root.join("end2end")).args([
                "--no-install",
                "playwright",
                "install",
                "chromium",
            ]),
            "install Chromium or Chrome, or set PLAYWRIGHT_CHROMIUM to its path",
        )
    })?;
    Ok(None)
}
