//! A Rust toolchain that can compile for the browser. Ways, in this order: the active toolchain
//! has the target; Debian's private toolchain was already made; rustup adds the target; Debian's
//! private toolchain is made now. `WASM_STD=rustup|debian` restricts the choice.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::workspace::Workspace;
use crate::{announce, process};

/// The target of the browser bundle.
pub const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_NAME: &str = "debian-wasm";
const RUSTUP_LIMIT: Duration = Duration::from_secs(120);

/// A toolchain that compiles for the server and for the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    /// The value of `RUSTUP_TOOLCHAIN`; `None` leaves the choice to rustup (or to a Rust without it).
    pub name: Option<OsString>,
    how: &'static str,
}

impl Toolchain {
    fn active(how: &'static str) -> Self {
        Self { name: std::env::var_os("RUSTUP_TOOLCHAIN"), how }
    }

    fn debian(how: &'static str) -> Self {
        Self { name: Some(DEBIAN_NAME.into()), how }
    }

    /// For messages: the name and how it was found.
    pub fn describe(&self) -> String {
        let name = self.name.as_deref().map_or("the active one".into(), |name| name.to_string_lossy());
        format!("{name} ({})", self.how)
    }

    /// Makes a cargo, rustc or rustup command use this toolchain.
    pub fn choose_for(&self, command: &mut Command) {
        if let Some(name) = &self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Any,
    Rustup,
    Debian,
}

impl Choice {
    fn parse(text: &str) -> Result<Self> {
        match text {
            "" | "auto" => Ok(Self::Any),
            "rustup" => Ok(Self::Rustup),
            "debian" => Ok(Self::Debian),
            other => bail!("WASM_STD is \"{other}\"\n  remedy: use auto, rustup or debian"),
        }
    }

    fn from_environment() -> Result<Self> {
        Self::parse(&std::env::var("WASM_STD").unwrap_or_default())
    }
}

/// The toolchain that would be used without fetching anything.
pub fn find(workspace: &Workspace) -> Option<Toolchain> {
    let choice = Choice::from_environment().ok()?;
    let active_is_debian = std::env::var_os("RUSTUP_TOOLCHAIN").is_some_and(|name| name == DEBIAN_NAME);
    if (choice != Choice::Debian || active_is_debian) && has_target(workspace, None) {
        return Some(Toolchain::active("it has the WASM target"));
    }
    (choice != Choice::Rustup && has_target(workspace, Some(DEBIAN_NAME)))
        .then(|| Toolchain::debian("made earlier from Debian's packages"))
}

/// Finds or makes the toolchain.
///
/// # Errors
/// When every permitted way fails; the message tells what was tried.
pub fn provide(workspace: &Workspace) -> Result<Toolchain> {
    let choice = Choice::from_environment()?;
    if let Some(found) = find(workspace) {
        announce::ready("WASM target", &found.describe());
        return Ok(found);
    }
    let mut tried = Vec::new();
    if choice != Choice::Debian {
        match announce::timed("WASM target", "the active toolchain lacks it, asking rustup", || {
            add_by_rustup(workspace)
        }) {
            Ok(()) => return Ok(Toolchain::active("rustup added the WASM target")),
            Err(error) => tried.push(format!("{error:#}")),
        }
    }
    if choice != Choice::Rustup {
        let why = "making a private toolchain from Debian's packages, about three minutes, once";
        match announce::timed("WASM target", why, || make_from_debian(workspace)) {
            Ok(()) => return Ok(Toolchain::debian("made from Debian's packages")),
            Err(error) => tried.push(format!("{error:#}")),
        }
    }
    bail!(
        "no Rust toolchain with {TARGET}\n{}\n  remedy: run `rustup target add {TARGET}` where the network allows it, \
         or set RUSTUP_TOOLCHAIN to a toolchain that has it",
        tried.join("\n")
    )
}

fn add_by_rustup(workspace: &Workspace) -> Result<()> {
    let mut command = process::command("rustup", &workspace.root);
    command.args(["target", "add", TARGET]);
    process::run_within(&mut command, RUSTUP_LIMIT, "without network to static.rust-lang.org, use WASM_STD=debian")?;
    if !has_target(workspace, None) {
        bail!("rustup reported success, but the target's standard library is not there");
    }
    Ok(())
}

fn make_from_debian(workspace: &Workspace) -> Result<()> {
    let script = workspace.root.join("xtask/provision/debian-rust-wasm.sh");
    let mut command = process::command("bash", &workspace.root);
    command
        .arg(script)
        .env("PREFIX", debian_prefix(workspace))
        .env("NAME", DEBIAN_NAME)
        .env("APT_UPDATED", if apt::is_updated() { "1" } else { "0" })
        .env_remove("RUSTUP_TOOLCHAIN");
    let rebuilt = !debian_prefix(workspace).join("toolchain").exists();
    process::run(&mut command, "see the lines above; the way needs apt-get and, unless root, sudo")?;
    if !has_target(workspace, Some(DEBIAN_NAME)) {
        bail!("the toolchain {DEBIAN_NAME} was made, but has no standard library for {TARGET}");
    }
    if rebuilt {
        discard_stale_objects(workspace)?;
    }
    Ok(())
}

/// Objects compiled against an earlier build of the WASM standard library do not link (E0463).
fn discard_stale_objects(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target.join(TARGET);
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

fn debian_prefix(workspace: &Workspace) -> PathBuf {
    if let Some(prefix) = std::env::var_os("RUST_WASM_PREFIX") {
        return prefix.into();
    }
    let system = Path::new("/opt/rust-wasm");
    if process::is_root() { system.to_owned() } else { workspace.cache.join("rust-wasm") }
}

/// Whether the toolchain (`None`: the active one) has the target's standard library.
fn has_target(workspace: &Workspace, toolchain: Option<&str>) -> bool {
    let mut rustc = process::command("rustc", &workspace.root);
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    if let Some(name) = toolchain {
        rustc.env("RUSTUP_TOOLCHAIN", name);
    }
    process::output(&mut rustc).is_some_and(|folder| holds_std(Path::new(&folder)))
}

fn holds_std(folder: &Path) -> bool {
    let Ok(entries) = folder.read_dir() else { return false };
    let names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    ["libcore-", "libstd-"]
        .iter()
        .all(|part| names.iter().any(|name| name.starts_with(part) && name.ends_with(".rlib")))
}

/// Makes sure that the toolchain can format and lint.
///
/// # Errors
/// When rustfmt or clippy is missing and rustup cannot add it.
pub fn provide_components(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        let mut probe = process::command(program, &workspace.root);
        probe.arg("--version");
        toolchain.choose_for(&mut probe);
        if process::output(&mut probe).is_some() {
            continue;
        }
        announce::timed(component, "the toolchain lacks it", || {
            let mut add = process::command("rustup", &workspace.root);
            add.args(["component", "add", component]);
            toolchain.choose_for(&mut add);
            process::run_within(&mut add, RUSTUP_LIMIT, "install the component by hand")
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_is_read_strictly() {
        assert_eq!(Choice::parse("").expect("empty"), Choice::Any);
        assert_eq!(Choice::parse("debian").expect("debian"), Choice::Debian);
        assert!(Choice::parse("nix").is_err());
    }

    #[test]
    fn a_folder_without_the_standard_library_is_not_a_target() {
        let folder = std::env::temp_dir().join(format!("xtask-std-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("temporary folder");
        std::fs::write(folder.join("libcore-1.rlib"), "").expect("write");
        assert!(!holds_std(&folder));
        std::fs::write(folder.join("libstd-1.rlib"), "").expect("write");
        assert!(holds_std(&folder));
        std::fs::remove_dir_all(&folder).expect("remove");
    }
}
