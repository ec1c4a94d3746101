//! A private PostgreSQL cluster that lives as long as the value that stands for it: for tests and
//! for checking queries. Loopback and socket only, a random password, no durability unless asked.

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::guarded::{Guarded, Plan};
use crate::provision::postgres::Programs;
use crate::{announce, process};

const START_LIMIT: Duration = Duration::from_secs(60);
const SPEED: [&str; 4] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal"];

/// Whether a crash of the machine may lose what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As a real installation: for measurements.
    Real,
    /// As fast as possible: for tests.
    None,
}

/// A running cluster; dropping it stops the server and removes its data.
pub struct Cluster {
    programs: Programs,
    port: u16,
    password: String,
    // Last: the server must not stop before the rest is gone.
    _server: Guarded,
}

impl Cluster {
    /// Creates and starts a cluster in the temporary folder.
    ///
    /// # Errors
    /// When initdb or the server fails; the message holds the end of the server's log.
    pub fn start(programs: &Programs, durability: Durability) -> Result<Self> {
        announce::timed("private PostgreSQL", "a temporary cluster for this command", || start(programs, durability))
    }

    /// The address for `DATABASE_URL`, as superuser.
    pub fn url(&self) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    /// Runs SQL files in the order given, each in one transaction.
    ///
    /// # Errors
    /// The first file that fails, with psql's message.
    pub fn apply(&self, files: &[PathBuf]) -> Result<()> {
        for file in files {
            let mut psql = process::command(self.programs.program("psql"), Path::new("/"));
            psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.url()]);
            let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            if !text.starts_with("-- no-transaction") {
                psql.arg("-1");
            }
            psql.arg("-f").arg(file).env("PGOPTIONS", "-c client_min_messages=warning");
            // The password is in the address; only the file may be shown.
            let output = psql.output().context("cannot start psql")?;
            if !output.status.success() {
                let why = String::from_utf8_lossy(&output.stderr);
                bail!("{} does not apply: {}", file.display(), why.trim());
            }
        }
        Ok(())
    }
}

fn start(programs: &Programs, durability: Durability) -> Result<Cluster> {
    let user = if process::is_root() { Some(unprivileged()?) } else { None };
    let password = random_word()?;
    let mut last = None;
    // Another program may take the free port between the look and the start.
    for _ in 0..3 {
        let folder = fresh_folder(user)?;
        match launch(programs, durability, user, &password, &folder) {
            Ok((server, port)) => {
                return Ok(Cluster { programs: programs.clone(), port, password, _server: server });
            }
            Err(error) => {
                fs::remove_dir_all(&folder).ok();
                last = Some(error);
            }
        }
    }
    Err(last.context("no attempt was made")?)
}

fn launch(
    programs: &Programs,
    durability: Durability,
    user: Option<(u32, u32)>,
    password: &str,
    folder: &Path,
) -> Result<(Guarded, u16)> {
    initialise(programs, user, password, folder)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut command = process::command(programs.program("postgres"), folder);
    command.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
    command.args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
    command.args(["-c", "max_connections=200", "-c", "shared_buffers=128MB"]);
    if durability == Durability::None {
        command.args(SPEED.iter().flat_map(|setting| ["-c", setting]));
        command.args(["-c", "max_wal_senders=0"]);
    }
    let log = folder.join("log");
    let plan = Plan { signal: "INT", folder: Some(folder), log: &log, user };
    let server = Guarded::start(&command, &plan)?;
    wait_until_ready(programs, &server, folder, port)?;
    Ok((server, port))
}

fn initialise(programs: &Programs, user: Option<(u32, u32)>, password: &str, folder: &Path) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let secret = folder.join("password");
    fs::write(&secret, password)?;
    give_to(&secret, user)?;
    let mut initdb = process::command(programs.program("initdb"), folder);
    initdb.arg("-D").arg(folder.join("data")).arg("--pwfile").arg(&secret);
    initdb.args(["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--no-locale", "--no-sync"]);
    if let Some((user, group)) = user {
        initdb.uid(user).gid(group);
    }
    let output = initdb.output().context("cannot start initdb")?;
    fs::remove_file(&secret)?;
    if !output.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

fn wait_until_ready(programs: &Programs, server: &Guarded, folder: &Path, port: u16) -> Result<()> {
    let start = Instant::now();
    let mut probe = process::command(programs.program("pg_isready"), Path::new("/"));
    probe.arg("-q").arg("-h").arg(folder).args(["-p", &port.to_string()]);
    while !probe.status().is_ok_and(|status| status.success()) {
        let gave_up = server.log_tail(50).contains("FATAL:");
        if gave_up || start.elapsed() > START_LIMIT {
            bail!("the private PostgreSQL did not start:\n{}", server.log_tail(10));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// The user and group for the server when this program is root: PostgreSQL refuses to be root.
fn unprivileged() -> Result<(u32, u32)> {
    let number = |user: &str, what: &str| {
        process::output(Command::new("id").args([what, user])).and_then(|text| text.parse().ok())
    };
    ["postgres", "nobody"]
        .iter()
        .find_map(|user| Some((number(user, "-u")?, number(user, "-g")?)))
        .context("neither the user postgres nor nobody exists, and PostgreSQL refuses to run as root")
}

fn fresh_folder(user: Option<(u32, u32)>) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    // As root, TMPDIR may lie where the unprivileged user cannot go; a socket path must be short.
    let folder = Path::new("/tmp").join(format!("benchwatch-pg-{}", &random_word()?[..12]));
    fs::create_dir(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    give_to(&folder, user)?;
    Ok(folder)
}

fn give_to(path: &Path, user: Option<(u32, u32)>) -> Result<()> {
    if let Some((user, group)) = user {
        std::os::unix::fs::chown(path, Some(user), Some(group))?;
    }
    Ok(())
}

/// 32 random hexadecimal digits from the system.
pub fn random_word() -> Result<String> {
    use std::fmt::Write;
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let mut word = String::new();
    for byte in bytes {
        write!(word, "{byte:02x}")?;
    }
    Ok(word)
}
