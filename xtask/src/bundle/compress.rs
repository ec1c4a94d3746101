//! Compressed twins (`.br`, `.gz`) of the bundle's files, made once at build time so that the
//! server need not compress them for every visitor. Node does it: its compressors are native.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::{Browser, stamp};
use crate::workspace::Workspace;
use crate::{announce, process};

/// Compresses what is worth it; with the quick profile stale twins are removed instead.
///
/// # Errors
/// When node fails.
pub fn build(workspace: &Workspace, browser: Browser) -> Result<()> {
    let inputs = originals(workspace)?;
    if browser == Browser::Quick {
        for file in &inputs {
            for twin in twins(file) {
                fs::remove_file(twin).ok();
            }
        }
        return Ok(());
    }
    let Some(first) = inputs.first() else { return Ok(()) };
    let result = twins(first)[0].clone();
    stamp::unless_fresh(workspace, "compressed", &inputs, &result, || {
        announce::timed("compression", "brotli and gzip twins of the bundle", || {
            process::run(
                process::command("node", &workspace.root).arg("xtask/provision/compress.mjs").args(&inputs),
                "see the message of node above",
            )
        })
    })
}

fn originals(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = workspace
        .package()
        .read_dir()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| ["js", "css", "wasm"].iter().any(|known| end == *known)))
        .collect();
    files.sort();
    Ok(files)
}

fn twins(file: &std::path::Path) -> [PathBuf; 2] {
    ["br", "gz"].map(|end| {
        let mut name = file.as_os_str().to_owned();
        name.push(".");
        name.push(end);
        PathBuf::from(name)
    })
}
