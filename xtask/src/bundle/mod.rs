//! The site: everything that the server hands out as files, put together in one folder of this
//! clone. `pkg/` holds the compiled parts; the rest are copies of `style/public`.
//!
//! File names carry no hash. Leptos reads hashes from a `hash.txt` beside the server's program,
//! and that folder is shared by all clones; the server revalidates these files instead.

mod charts;
mod compress;
mod stamp;
mod styles;
mod wasm;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::{Builder, OUTPUT_NAME, Profile};
use crate::workspace::Workspace;
use crate::{announce, process};

/// How the browser's part is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Browser {
    /// As small as possible: minutes when cold.
    Small,
    /// As quick to rebuild as possible, several times larger.
    Quick,
}

/// Builds the server's program and keeps this clone's copy of it.
///
/// # Errors
/// When cargo fails; its own output tells why.
pub fn server(builder: &Builder, profile: Profile) -> Result<()> {
    announce::timed("server", "compiling with cargo", || {
        process::run(
            builder.native("build", profile).args(["--bin", "benchwatch"]),
            "correct what the compiler reports above",
        )?;
        keep(&builder.programs(profile).join("benchwatch"), &builder.server(profile))
    })
}

/// Puts a program where no other clone's build replaces it. A running one keeps its old file.
fn keep(program: &Path, place: &Path) -> Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    if place.exists() {
        fs::remove_file(place)?;
    }
    fs::hard_link(program, place)
        .or_else(|_| fs::copy(program, place).map(|_| ()))
        .with_context(|| format!("cannot copy {} to {}", program.display(), place.display()))
}

/// Builds the whole site.
///
/// # Errors
/// The first part that cannot be built, with the tool's own message.
pub fn site(builder: &Builder, browser: Browser) -> Result<()> {
    let workspace = &builder.workspace;
    fs::create_dir_all(workspace.package())
        .with_context(|| format!("cannot create {}", workspace.package().display()))?;
    wasm::build(builder, browser)?;
    styles::build(workspace)?;
    charts::build(workspace)?;
    copy_public(workspace)?;
    compress::build(workspace, browser)
}

/// Rebuilds the style sheet and the copied files only.
///
/// # Errors
/// When the style sheet does not compile.
pub fn looks(workspace: &Workspace) -> Result<()> {
    styles::build(workspace)?;
    copy_public(workspace)
}

/// The variables from which Leptos learns where its files are.
pub fn describe_site(workspace: &Workspace, command: &mut Command) {
    command
        .env("LEPTOS_OUTPUT_NAME", OUTPUT_NAME)
        .env("LEPTOS_SITE_ROOT", workspace.site())
        .env("LEPTOS_SITE_PKG_DIR", "pkg");
}

fn copy_public(workspace: &Workspace) -> Result<()> {
    let from = workspace.root.join("style/public");
    if from.is_dir() {
        copy_folder(&from, &workspace.site()).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            stamp::write_if_changed(&target, &fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

/// Copies the release program and the site into `folder`, ready to be carried elsewhere.
///
/// # Errors
/// When something cannot be copied.
pub fn export(builder: &Builder, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let program = builder.server(Profile::Release);
    fs::copy(&program, folder.join("benchwatch")).with_context(|| format!("cannot copy {}", program.display()))?;
    copy_folder(&builder.workspace.site(), &folder.join("site"))
}
