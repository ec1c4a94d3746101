//! A `benchwatch demo` for as long as something is tried or measured on it: free ports, data of its
//! own, and everything removed afterwards.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::bundle;
use crate::cargo::{Builder, Profile};
use crate::cluster::random_word;
use crate::guarded::{Guarded, Plan};
use crate::process;

const START_LIMIT: Duration = Duration::from_secs(300);

/// A running `benchwatch demo` with data of its own. Dropping it stops it and removes the data.
pub struct Demo {
    ready: Ready,
    server: Guarded,
}

/// What kind of demo is wanted.
pub struct Play<'a> {
    /// Which build runs it.
    pub profile: Profile,
    /// Size of its laboratory, in tests.
    pub tests: &'a str,
    /// Laboratory seconds in a real second.
    pub speed: &'a str,
    /// The name of the file its log goes to.
    pub log: &'a str,
}

/// What the demo says of itself when it is ready.
#[derive(Debug, PartialEq, Eq)]
struct Ready {
    url: String,
    user: String,
    password: String,
    simulator: String,
}

impl Demo {
    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// When it cannot start or is not ready in time; with the end of its log.
    pub fn start(builder: &Builder, play: &Play<'_>) -> Result<Self> {
        let folder = data_folder()?;
        let log = builder.workspace.own.join(play.log);
        fs::write(&log, "")?;
        let mut command = process::command(builder.server(play.profile), &builder.workspace.root);
        command.args(["demo", "--addr", "127.0.0.1:0", "--tests", play.tests, "--speed", play.speed, "--json"]);
        command.arg("--data-dir").arg(&folder);
        // The demo must be the same on every machine, whatever the developer's shell holds.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["QBENCH_", "BENCHWATCH_", "SYNC_", "DATABASE_URL", "PAGE_SIZE"].iter().any(|own| text.starts_with(own))
            {
                command.env_remove(name);
            }
        }
        bundle::describe_site(&builder.workspace, &mut command);
        let plan = Plan { signal: "TERM", folder: Some(&folder), log: &log, user: None };
        let mut server = Guarded::start(&command, &plan)?;
        let lines = lines_of(&mut server)?;
        let deadline = Instant::now() + START_LIMIT;
        let ready = wait_for_ready(&lines, &server, deadline)?;
        wait_for_health(&ready.url, deadline).with_context(|| format!("the server's log:\n{}", server.log_tail(20)))?;
        Ok(Self { ready, server })
    }

    /// Tells a program where the demo is and how to sign in.
    pub fn describe(&self, command: &mut Command) {
        command
            .env("BASE_URL", &self.ready.url)
            .env("E2E_USER", &self.ready.user)
            .env("E2E_PASSWORD", &self.ready.password)
            .env("E2E_SIM_URL", &self.ready.simulator);
    }

    /// Where its log is.
    pub fn log(&self) -> &Path {
        &self.server.log
    }
}

/// A folder that the database's unprivileged user can reach too.
fn data_folder() -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let folder = Path::new("/tmp").join(format!("benchwatch-stage-{}", &random_word()?[..12]));
    fs::create_dir(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

/// The child's standard output as a channel that closes with it; it is read to the end so that
/// the child never waits for a reader.
fn lines_of(server: &mut Guarded) -> Result<mpsc::Receiver<String>> {
    let stdout = server.take_stdout().context("standard output was taken before")?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            sender.send(line).ok();
        }
    });
    Ok(receiver)
}

fn wait_for_ready(lines: &mpsc::Receiver<String>, server: &Guarded, deadline: Instant) -> Result<Ready> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match lines.recv_timeout(left) {
            Ok(line) => {
                if let Some(ready) = Ready::parse(&line) {
                    return Ok(ready);
                }
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                bail!("the demo was not ready within {} s; its log:\n{}", START_LIMIT.as_secs(), server.log_tail(20))
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                bail!("the demo ended before it was ready; its log:\n{}", server.log_tail(20))
            }
        }
    }
}

impl Ready {
    /// Reads `ready {"url": …, "user": …, "password": …, "simulator": …}`.
    fn parse(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line.strip_prefix("ready ")?).ok()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            url: text("url")?.trim_end_matches('/').to_owned(),
            user: text("user")?,
            password: text("password")?,
            simulator: text("simulator").unwrap_or_default(),
        })
    }
}

fn wait_for_health(url: &str, deadline: Instant) -> Result<()> {
    let address = url.strip_prefix("http://").context("the demo's address is not http://")?;
    loop {
        match status_of(address, "/api/health") {
            Ok(200) => return Ok(()),
            answer if Instant::now() > deadline => bail!("{url}/api/health gives no 200: {answer:?}"),
            _ => std::thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// The HTTP status of a GET on the loopback address.
fn status_of(address: &str, path: &str) -> Result<u16> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    std::str::from_utf8(&head)?.split(' ').nth(1).context("no status line")?.parse().context("no status")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_is_told_from_other_output() {
        let line = r#"ready {"url":"http://127.0.0.1:4000/","user":"admin","password":"p","simulator":"http://127.0.0.1:4001"}"#;
        let ready = Ready::parse(line).expect("complete");
        assert_eq!(ready.url, "http://127.0.0.1:4000");
        assert_eq!(ready.simulator, "http://127.0.0.1:4001");
        assert_eq!(Ready::parse("ready soon"), None);
        assert_eq!(Ready::parse(r#"ready {"url":"http://127.0.0.1:4000"}"#), None);
    }
}
