//! The chart library for the browser: `style/charts` bundled by its own locked esbuild.

use anyhow::Result;

use super::stamp;
use crate::provision::node;
use crate::workspace::Workspace;
use crate::{announce, process};

/// Installs the locked packages and bundles them; a clone without `style/charts` has no charts.
///
/// # Errors
/// When npm or the bundler fails.
pub fn build(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("style/charts");
    if !folder.join("package-lock.json").is_file() {
        announce::note("style/charts is not there, so the pages have no charts");
        return Ok(());
    }
    node::provide()?;
    node::install(workspace, &folder)?;
    let result = workspace.package().join("charts.js");
    stamp::unless_fresh(workspace, "charts", std::slice::from_ref(&folder), &result, || {
        announce::timed("charts", "bundling ECharts", || {
            process::run(
                process::command("node", &folder).arg("build.mjs").arg(format!("--outfile={}", result.display())),
                "remove style/charts/node_modules and try again",
            )
        })
    })
}
