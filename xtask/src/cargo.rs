//! Cargo as this workspace must call it: one package set, so that features are unified in one way
//! and nothing is compiled twice, one target folder, the provisioned toolchain.
//! Never `--workspace` or `--all-features`: that would put the browser's and the server's features
//! of Leptos into the same build.

use std::path::PathBuf;
use std::process::Command;

use crate::process;
use crate::provision::rust::{TARGET, Toolchain};
use crate::workspace::Workspace;

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

impl Builder {
    /// A cargo command in the root of the workspace.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = process::command("cargo", &self.workspace.root);
        command
            .arg(subcommand)
            .env("CARGO_TARGET_DIR", &self.workspace.target)
            .env("LEPTOS_OUTPUT_NAME", OUTPUT_NAME)
            .env("SQLX_OFFLINE", "true");
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
