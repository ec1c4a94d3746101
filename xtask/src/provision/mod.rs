//! What the machine must have before anything is built or run: each part is looked for, and only
//! what is missing is fetched, announced, pinned and kept. Every part answers where it found its
//! thing; none of them knows what the thing will be used for.

pub mod apt;
pub mod chromium;
pub mod node;
pub mod postgres;
pub mod promtool;
pub mod rust;

use anyhow::Result;

use crate::workspace::Workspace;

/// Looks for everything and fetches what is missing: `cargo xtask provision`.
///
/// # Errors
/// The first part that can neither be found nor fetched, with a remedy.
pub fn everything(workspace: &Workspace) -> Result<()> {
    rust::provide(workspace)?;
    node::provide()?;
    node::install(workspace, &workspace.root.join("style/charts"))?;
    node::install(workspace, &workspace.root.join("end2end"))?;
    chromium::provide(workspace)?;
    postgres::provide()?;
    promtool::provide(workspace)?;
    Ok(())
}

/// Says what is there and what is missing, and changes nothing: `cargo xtask status`.
pub fn report(workspace: &Workspace) {
    let line = |what: &str, found: Option<String>| {
        println!("{what:<22} {}", found.unwrap_or_else(|| "missing".to_owned()));
    };
    line("rust with wasm", rust::find(workspace).map(|toolchain| toolchain.describe()));
    line("node", node::version());
    line("chromium", chromium::find().map(|path| path.display().to_string()));
    line("postgresql", postgres::find().map(|found| found.describe()));
    line("promtool", promtool::find(workspace).map(|path| path.display().to_string()));
    for folder in ["style/charts", "end2end"] {
        line(&format!("npm {folder}"), node::installed(&workspace.root.join(folder)));
    }
    line("target folder", Some(workspace.target.display().to_string()));
    let site = workspace.site();
    line("site", site.is_dir().then(|| site.display().to_string()));
}
