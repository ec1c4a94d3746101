//! The style sheet: `style/main.scss` compiled by the Sass compiler that is linked into this
//! program.

use anyhow::{Result, anyhow};

use super::stamp;
use crate::announce;
use crate::cargo::OUTPUT_NAME;
use crate::workspace::Workspace;

/// Compiles the style sheet; without `style/main.scss` there is none.
///
/// # Errors
/// When the Sass does not compile; the message names file and line.
pub fn build(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("style");
    let main = folder.join("main.scss");
    if !main.is_file() {
        announce::note("style/main.scss is not there, so the pages have no style sheet");
        return Ok(());
    }
    let result = workspace.package().join(format!("{OUTPUT_NAME}.css"));
    let inputs = sources(&folder);
    stamp::unless_fresh(workspace, "css", &inputs, &result, || {
        announce::timed("style sheet", "compiling style/main.scss", || {
            let options = grass::Options::default().style(grass::OutputStyle::Compressed).load_path(&folder);
            let css = grass::from_path(&main, &options).map_err(|error| anyhow!("{error}"))?;
            stamp::write_if_changed(&result, css.as_bytes())
        })
    })
}

/// The Sass sources: everything in `style` but the folders that hold something else.
fn sources(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    entries
        .flatten()
        .filter(|entry| entry.file_name() != "charts" && entry.file_name() != "public")
        .map(|entry| entry.path())
        .collect()
}
