//! Remembering from which inputs a part was made, so that unchanged parts are not made again.
//! A stamp is the fingerprint of the inputs' bytes; times are not looked at.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::{Workspace, fingerprint};

/// Makes a part unless its inputs are those of the last time and its result is still there.
///
/// # Errors
/// Whatever `make` answers, or an unreadable input.
pub fn unless_fresh(
    workspace: &Workspace,
    part: &str,
    inputs: &[PathBuf],
    result: &Path,
    make: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let now = fingerprint_of(inputs)?;
    let file = workspace.stamp(part);
    if result.exists() && fs::read_to_string(&file).is_ok_and(|then| then == now) {
        return Ok(());
    }
    make()?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file, now).with_context(|| format!("cannot write {}", file.display()))
}

/// One fingerprint over names and bytes of files and, deeply, folders.
fn fingerprint_of(inputs: &[PathBuf]) -> Result<String> {
    let mut files = Vec::new();
    for input in inputs {
        collect(input, &mut files)?;
    }
    files.sort();
    let mut bytes = Vec::new();
    for file in &files {
        bytes.extend_from_slice(file.to_string_lossy().as_bytes());
        let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        bytes.extend_from_slice(fingerprint(&content).as_bytes());
    }
    Ok(fingerprint(&bytes))
}

/// Adds a file, or all files below a folder but for installed and built ones.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        if path.exists() {
            files.push(path.to_owned());
        }
        return Ok(());
    }
    for entry in path.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        if name != "node_modules" && name != "dist" {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

/// Writes a file unless it already has these bytes, so that its time tells of a real change.
///
/// # Errors
/// When the file cannot be written.
pub fn write_if_changed(file: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_made_again_only_after_a_change_of_its_inputs() {
        let root = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(&root).expect("temporary folder");
        let workspace =
            Workspace { root: root.clone(), target: root.clone(), cache: root.clone(), own: root.join("own") };
        let (input, result) = (root.join("in"), root.join("out"));
        let mut made = 0;
        for text in ["a", "a", "b"] {
            fs::write(&input, text).expect("write");
            unless_fresh(&workspace, "part", std::slice::from_ref(&input), &result, || {
                made += 1;
                Ok(fs::write(&result, "")?)
            })
            .expect("make");
        }
        assert_eq!(made, 2);
        fs::remove_dir_all(&root).expect("remove");
    }
}
