//! Child processes that end with this program, whatever ends it: a shell of four lines holds the
//! other end of a pipe, and when the pipe closes (return, panic, Ctrl-C, kill -9) it stops the
//! child and removes its folder. It does not know what the child is.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};

use crate::process;

/// Arguments: signal, folder to remove at the end, log file, then the command.
/// The shell ignores Ctrl-C so that it can still clean up; the child was started before that and
/// does not inherit it.
const WATCHER: &str = r#"
signal=$1; folder=$2; log=$3; shift 3
"$@" </dev/null 2>>"$log" &
child=$!
trap "" INT TERM HUP
exec >/dev/null 2>&1
cat >/dev/null
kill -"$signal" $child
( sleep 20; kill -KILL $child ) &
late=$!
wait $child
kill -KILL $late
[ -z "$folder" ] || rm -rf "$folder"
"#;

/// A running child together with its watcher. Dropping it stops the child and waits for the end.
pub struct Guarded {
    watcher: Child,
    stdout: Option<ChildStdout>,
    /// Where the child's standard error goes.
    pub log: PathBuf,
}

/// How a guarded child is started and stopped.
pub struct Plan<'a> {
    /// The signal that asks the child to stop: `TERM`, `INT`.
    pub signal: &'a str,
    /// Removed after the child has ended.
    pub folder: Option<&'a Path>,
    /// The file that receives the child's standard error.
    pub log: &'a Path,
    /// Run as this user and group instead of the own one; needs root.
    pub user: Option<(u32, u32)>,
}

impl Guarded {
    /// Starts `command` (its program, arguments, folder and variables) under a watcher.
    ///
    /// # Errors
    /// When the shell cannot be started.
    pub fn start(command: &Command, plan: &Plan<'_>) -> Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", WATCHER, "watcher", plan.signal]);
        shell.arg(plan.folder.unwrap_or(Path::new(""))).arg(plan.log);
        shell.arg(command.get_program()).args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            shell.current_dir(folder);
        }
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        if let Some((user, group)) = plan.user {
            shell.uid(user).gid(group);
        }
        let mut watcher = shell
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{}`", process::shown(command)))?;
        let stdout = watcher.stdout.take();
        Ok(Self { watcher, stdout, log: plan.log.to_owned() })
    }

    /// The child's standard output; it can be taken once.
    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.stdout.take()
    }

    /// The last lines of the child's standard error, for messages.
    pub fn log_tail(&self, lines: usize) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        tail(&String::from_utf8_lossy(&bytes), lines)
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        if let Err(error) = self.watcher.wait() {
            eprintln!("cannot wait for a child process: {error}");
        }
    }
}

/// The last `lines` lines of a text.
pub fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};

    #[test]
    fn dropping_the_guard_stops_the_child_and_removes_its_folder() {
        let folder = std::env::temp_dir().join(format!("xtask-guarded-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("temporary folder");
        let log = folder.join("log");
        let mut command = Command::new("sh");
        command.args(["-c", "echo $$; exec sleep 600"]);
        let plan = Plan { signal: "TERM", folder: Some(&folder), log: &log, user: None };
        let mut guarded = Guarded::start(&command, &plan).expect("sh exists");
        let mut pid = String::new();
        BufReader::new(guarded.take_stdout().expect("piped")).read_line(&mut pid).expect("the child prints its number");
        drop(guarded);
        assert!(!folder.exists());
        let alive = Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status();
        assert!(!alive.expect("kill exists").success());
    }

    #[test]
    fn the_tail_of_a_short_text_is_all_of_it() {
        assert_eq!(tail("a\nb", 5), "a\nb");
        assert_eq!(tail("a\nb\nc", 2), "b\nc");
    }
}
