//! Running other programs: a clean environment, errors that name the command and a remedy,
//! time limits, and children that cannot outlive this process. It knows no particular program.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Cargo variables that configure cargo and therefore belong to the user. All others were set by
/// the `cargo run` that started this program and would confuse a cargo that it starts in turn.
const USER_CARGO_VARIABLES: [&str; 9] = [
    "CARGO_HOME",
    "CARGO_TARGET_DIR",
    "CARGO_TERM_",
    "CARGO_BUILD_",
    "CARGO_NET_",
    "CARGO_HTTP_",
    "CARGO_REGISTR",
    "CARGO_INCREMENTAL",
    "CARGO_PROFILE_",
];

/// A command in `folder` without the variables that `cargo run` added for this program.
pub fn command(program: impl AsRef<Path>, folder: &Path) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(folder).env_remove("RUST_RECURSION_COUNT");
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_cargo_leftover) {
            command.env_remove(name);
        }
    }
    for name in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
        if let Some(value) = std::env::var_os(name) {
            match without_cargo_folders(&value) {
                Some(rest) => command.env(name, rest),
                None => command.env_remove(name),
            };
        }
    }
    command
}

fn is_cargo_leftover(name: &str) -> bool {
    name == "CARGO" || (name.starts_with("CARGO_") && !USER_CARGO_VARIABLES.iter().any(|kept| name.starts_with(kept)))
}

/// `cargo run` puts the toolchain's and the target's library folders first; another toolchain
/// must not load its libraries from there.
fn without_cargo_folders(paths: &OsString) -> Option<OsString> {
    let kept: Vec<PathBuf> = std::env::split_paths(paths)
        .filter(|path| {
            !path.components().any(|part| part.as_os_str() == "rustlib" || part.as_os_str() == "toolchains")
                && !path.components().any(|part| part.as_os_str() == "deps")
                && !path.ends_with("debug")
        })
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    if kept.is_empty() { None } else { std::env::join_paths(kept).ok() }
}

/// The command line as a person would type it.
pub fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs a command to its end with its output on standard error.
///
/// # Errors
/// When it cannot start or ends with a failure; the message carries the command and `remedy`.
pub fn run(command: &mut Command, remedy: &str) -> Result<()> {
    let line = shown(command);
    let status = command
        .stdout(Stdio::from(std::io::stderr()))
        .status()
        .with_context(|| format!("cannot start `{line}`\n  remedy: {remedy}"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}\n  remedy: {remedy}");
    }
    Ok(())
}

/// Like [`run`], but kills the command when it takes longer than `limit`.
///
/// # Errors
/// As [`run`], and when the limit is over.
pub fn run_within(command: &mut Command, limit: Duration, remedy: &str) -> Result<()> {
    let line = shown(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::from(std::io::stderr()))
        .spawn()
        .with_context(|| format!("cannot start `{line}`\n  remedy: {remedy}"))?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(());
            }
            bail!("`{line}` ended with {status}\n  remedy: {remedy}");
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("`{line}` took longer than {} s\n  remedy: {remedy}", limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Standard output of a short command, trimmed; `None` when it is missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a command, shows each line of its standard output and hands it to `see`.
/// Answers whether the command succeeded.
///
/// # Errors
/// When the command cannot start or its output cannot be read.
pub fn run_watched(command: &mut Command, mut see: impl FnMut(&str)) -> Result<bool> {
    let line = shown(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{line}`"))?;
    let stdout = child.stdout.take().context("standard output was not piped")?;
    for text in BufReader::new(stdout).split(b'\n') {
        let text = String::from_utf8_lossy(&text?).into_owned();
        println!("{text}");
        see(&text);
    }
    Ok(child.wait()?.success())
}

/// Finds a program on the PATH.
pub fn find_on_path(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|folder| folder.join(name)).find(|file| is_executable(file))
}

/// Whether the file exists and may be executed by somebody.
pub fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).as_deref() == Some("0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_the_surrounding_cargo_run_are_dropped_and_settings_kept() {
        for leftover in ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_BIN_NAME"] {
            assert!(is_cargo_leftover(leftover), "{leftover}");
        }
        for setting in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_TERM_COLOR", "CARGO_BUILD_JOBS"] {
            assert!(!is_cargo_leftover(setting), "{setting}");
        }
    }

    #[test]
    fn library_folders_of_a_toolchain_are_dropped() {
        let mixed = OsString::from("/x/target/debug/deps:/x/target/debug:/r/toolchains/stable/lib:/opt/lib");
        assert_eq!(without_cargo_folders(&mixed), Some(OsString::from("/opt/lib")));
        assert_eq!(without_cargo_folders(&OsString::from("/r/toolchains/stable/lib")), None);
    }

    #[test]
    fn a_command_over_its_limit_is_stopped_and_says_so() {
        let mut sleeper = command("sleep", Path::new("/"));
        sleeper.arg("30");
        let error = run_within(&mut sleeper, Duration::from_millis(200), "wait less")
            .expect_err("the limit is shorter than the sleep");
        let text = format!("{error:#}");
        assert!(text.contains("sleep 30") && text.contains("wait less"), "{text}");
    }
}
