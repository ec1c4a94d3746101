//! Cargo as this workspace must call it: one package set, so that features are unified in one way
//! and nothing is compiled twice, one target folder, the provisioned toolchain.
//! Never `--workspace` or `--all-features`: that would put the browser's and the server's features
//! of Leptos into the same build.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::provision::rust::{TARGET, Toolchain};
use crate::workspace::{Workspace, fingerprint};

/// Everything that runs natively. The same for check, clippy, test and build.
pub const NATIVE: [&str; 10] =
    ["-p", "server", "-p", "qbench", "-p", "qbench-sim", "-p", "app", "--features", "app/ssr"];

/// The crate that becomes the browser bundle.
pub const BROWSER: [&str; 4] = ["-p", "frontend", "--target", TARGET];

/// The base name of the bundle's files; `.cargo/config.toml` says the same to the compiler.
pub const OUTPUT_NAME: &str = "benchwatch";

/// The workspace together with the toolchain that was found for it.
#[derive(Debug, Clone)]
pub struct Builder {
    /// Where things are.
    pub workspace: Workspace,
    /// What compiles.
    pub toolchain: Toolchain,
}

/// How much the compiler should optimise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Dev,
    /// Quick to run.
    Release,
}

impl Profile {
    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// Passes the compiler's command line on unchanged; see [`Builder::new`].
const WRAPPER: &str = "#!/bin/sh\nexec \"$@\"\n";

impl Builder {
    /// Prepares cargo for this clone.
    ///
    /// Clones share one target folder so that dependencies are compiled once. But cargo names what
    /// it makes of a workspace's own crates without regard to where the workspace lies, and takes
    /// another clone's newer result for this clone's. The path of a workspace wrapper is part of
    /// those names, and of no others: a wrapper of its own keeps each clone's crates apart.
    ///
    /// # Errors
    /// When the wrapper cannot be written.
    pub fn new(workspace: Workspace, toolchain: Toolchain) -> Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        let builder = Self { workspace, toolchain };
        let wrapper = builder.wrapper();
        if !process::is_executable(&wrapper) {
            fs::create_dir_all(&builder.workspace.own)
                .and_then(|()| fs::write(&wrapper, WRAPPER))
                .and_then(|()| fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)))
                .with_context(|| format!("cannot write {}", wrapper.display()))?;
        }
        Ok(builder)
    }

    fn wrapper(&self) -> PathBuf {
        self.workspace.own.join("rustc")
    }

    /// Clippy takes the wrapper's place, so for clippy the clone is told apart by a compiler flag
    /// that nothing asks for. To be put after `--`.
    pub fn clippy_mark(&self) -> [String; 2] {
        ["--cfg".to_owned(), format!("clone_{}", fingerprint(self.workspace.root.as_os_str().as_encoded_bytes()))]
    }

    /// A cargo command in the root of the workspace.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = process::command("cargo", &self.workspace.root);
        command
            .arg(subcommand)
            .env("CARGO_TARGET_DIR", &self.workspace.target)
            .env("LEPTOS_OUTPUT_NAME", OUTPUT_NAME)
            .env("SQLX_OFFLINE", "true");
        if std::env::var_os("RUSTC_WORKSPACE_WRAPPER").is_none() {
            command.env("RUSTC_WORKSPACE_WRAPPER", self.wrapper());
        }
        self.toolchain.choose_for(&mut command);
        command
    }

    /// A cargo command over the native package set.
    pub fn native(&self, subcommand: &str, profile: Profile) -> Command {
        let mut command = self.cargo(subcommand);
        command.args(NATIVE);
        if profile == Profile::Release {
            command.arg("--release");
        }
        command
    }

    /// Where cargo puts the native programs of a profile. All clones share this folder, so what
    /// lies there may be another clone's at any moment.
    pub fn programs(&self, profile: Profile) -> PathBuf {
        self.workspace.target.join(profile.folder())
    }

    /// This clone's own copy of the server's program; see [`crate::bundle::server`].
    pub fn server(&self, profile: Profile) -> PathBuf {
        self.workspace.own.join(profile.folder()).join("benchwatch")
    }
}
