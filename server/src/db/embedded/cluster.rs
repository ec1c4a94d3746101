//! One cluster: made once, started when it does not run, stopped when nobody needs it.

use super::account::{Account, command, give};
use super::binaries::Binaries;
use super::folder::Folder;
use super::{EmbeddedError, at};
use rand::RngExt as _;
use rand::distr::Alphanumeric;
use rustix::process::{Pid, test_kill_process};
use secrecy::SecretString;
use sqlx::{Connection as _, PgConnection};
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The owner of everything in the cluster, and the name of the database.
const NAME: &str = "benchwatch";

/// How long the database may take to come up after a crash, when it replays its journal.
const START_LIMIT: Duration = Duration::from_secs(120);

/// A port may be taken between looking for it and using it.
const START_TRIES: u32 = 3;

/// A Unix socket's path has little room; `.s.PGSQL.65535.lock` comes behind the folder.
const LONGEST_SOCKET_FOLDER: usize = 85;

/// The cluster and the programs that handle it.
pub struct Cluster {
    root: PathBuf,
    data: PathBuf,
    log: PathBuf,
    password: PathBuf,
    account: Option<Account>,
    binaries: Binaries,
}

impl Cluster {
    pub fn new(folder: &Folder, binaries: Binaries) -> Self {
        Self {
            root: folder.root().to_path_buf(),
            data: folder.data(),
            log: folder.log(),
            password: folder.password(),
            account: folder.account(),
            binaries,
        }
    }

    /// The port of the server that runs on this data, once it answers.
    pub async fn running_port(&self) -> Option<u16> {
        let start = Instant::now();
        while start.elapsed() < START_LIMIT {
            let text = fs::read_to_string(self.pid_file()).ok()?;
            let (pid, port) = parse_pid_file(&text);
            if !is_postgres(pid?) {
                // Left behind by a crash of the machine; its number may be another process's now.
                self.clear_locks(port);
                return None;
            }
            if let Some(port) = port
                && self.answers(port).await
            {
                return Some(port);
            }
            // It is starting or stopping, which nothing announces to us.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        None
    }

    /// Removes the locks of a process that is no more. PostgreSQL does so itself, but not while the number of the dead
    /// process is still known: until its parent has asked for it, which the first process of a container may never do.
    fn clear_locks(&self, port: Option<u16>) {
        fs::remove_file(self.pid_file()).ok();
        if let Some(port) = port {
            fs::remove_file(self.root.join(format!(".s.PGSQL.{port}.lock"))).ok();
        }
    }

    /// Whether the server's process is there, whatever it is busy with.
    pub fn lives(&self) -> bool {
        let text = fs::read_to_string(self.pid_file()).unwrap_or_default();
        parse_pid_file(&text).0.is_some_and(is_postgres)
    }

    /// Starts the server, making the cluster first if there is none, and tells its port.
    pub async fn start(&self) -> Result<u16, EmbeddedError> {
        if !self.data.join("PG_VERSION").exists() {
            self.create().await?;
        }
        // On the port of the last time, if it is free: others may hold addresses with it.
        let mut outcome = self.start_once(self.last_port()).await;
        for _ in 1..START_TRIES {
            if outcome.is_ok() {
                break;
            }
            outcome = self.start_once(None).await;
        }
        let port = outcome?;
        self.ensure_database(port).await?;
        tracing::info!(db.port = port, db.version = self.binaries.version, "the embedded database runs");
        Ok(port)
    }

    /// Stops the server; open connections end.
    pub async fn stop(&self) -> Result<(), EmbeddedError> {
        if !self.pid_file().exists() {
            return Ok(());
        }
        let data = self.data.as_os_str();
        self.run("pg_ctl", &["stop", "-w", "-t", "60", "-m", "fast", "-D"].map(OsStr::new), data).await
    }

    /// The address of the database with the owner's password.
    pub fn url(&self, port: u16) -> Result<SecretString, EmbeddedError> {
        self.url_of(port, NAME)
    }

    fn url_of(&self, port: u16, database: &str) -> Result<SecretString, EmbeddedError> {
        let password = fs::read_to_string(&self.password).map_err(at("cannot read the password in", &self.password))?;
        Ok(format!("postgres://{NAME}:{}@127.0.0.1:{port}/{database}", password.trim()).into())
    }

    fn pid_file(&self) -> PathBuf {
        self.data.join("postmaster.pid")
    }

    /// Makes the cluster beside its place and moves it there when it is whole.
    async fn create(&self) -> Result<(), EmbeddedError> {
        tracing::info!(folder = %self.root.display(), "making the embedded database");
        self.new_password()?;
        let unfinished = self.root.join("data.new");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(at("cannot remove", &unfinished))?;
        }
        let mut password = std::ffi::OsString::from("--pwfile=");
        password.push(&self.password);
        let mut outcome = Ok(());
        // Not every system knows C.UTF-8; plain C sorts alike, and only upper and lower case of foreign letters suffer.
        for locale in ["--locale=C.UTF-8", "--locale=C"] {
            let arguments = [
                OsStr::new("--username=benchwatch"),
                &password,
                OsStr::new("--auth=scram-sha-256"),
                OsStr::new("--encoding=UTF8"),
                OsStr::new(locale),
                OsStr::new("-D"),
            ];
            outcome = self.run("initdb", &arguments, unfinished.as_os_str()).await;
            if outcome.is_ok() {
                break;
            }
        }
        outcome?;
        let conf = unfinished.join("postgresql.conf");
        let append = OpenOptions::new()
            .append(true)
            .open(&conf)
            .and_then(|mut file| writeln!(file, "\ninclude_if_exists = 'benchwatch.conf'"));
        append.map_err(at("cannot write", &conf))?;
        fs::rename(&unfinished, &self.data).map_err(at("cannot move to", &self.data))
    }

    fn new_password(&self) -> Result<(), EmbeddedError> {
        let password: String = rand::rng().sample_iter(&Alphanumeric).take(32).map(char::from).collect();
        let written = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&self.password)
            .and_then(|mut file| writeln!(file, "{password}"));
        written.map_err(at("cannot write", &self.password))?;
        give(&self.password, self.account)
    }

    fn settings_file(&self) -> PathBuf {
        self.data.join("benchwatch.conf")
    }

    /// The port that was used last, while nobody else listens there.
    fn last_port(&self) -> Option<u16> {
        let text = fs::read_to_string(self.settings_file()).ok()?;
        let port = text.lines().find_map(|line| line.strip_prefix("port = ")?.parse().ok())?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok().then_some(port)
    }

    async fn start_once(&self, port: Option<u16>) -> Result<u16, EmbeddedError> {
        let port = port.map_or_else(free_port, Ok).map_err(at("cannot find a free port for", &self.root))?;
        let conf = self.settings_file();
        fs::write(&conf, settings(port, &self.root)).map_err(at("cannot write", &conf))?;
        give(&conf, self.account)?;
        let limit = START_LIMIT.as_secs().to_string();
        let arguments = ["start", "-w", "-t", &limit, "-l"].map(OsStr::new);
        let arguments = [&arguments[..], &[self.log.as_os_str(), OsStr::new("-D")]].concat();
        self.run("pg_ctl", &arguments, self.data.as_os_str()).await.map_err(|error| self.with_log(error))?;
        Ok(port)
    }

    async fn ensure_database(&self, port: u16) -> Result<(), EmbeddedError> {
        let made = async {
            let mut maintenance = self.open(port, "postgres").await?;
            let known: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                .bind(NAME)
                .fetch_one(&mut maintenance)
                .await?;
            if !known {
                sqlx::query("create database benchwatch").execute(&mut maintenance).await?;
            }
            maintenance.close().await
        };
        made.await.map_err(|error| EmbeddedError::Program { program: "create database", why: error.to_string() })
    }

    /// Whether the server on this port takes our password and works on our data.
    async fn answers(&self, port: u16) -> bool {
        let asked = async {
            let mut connection = self.open(port, "postgres").await?;
            let data: String = sqlx::query_scalar("show data_directory").fetch_one(&mut connection).await?;
            connection.close().await?;
            Ok::<_, sqlx::Error>(data)
        };
        asked.await.is_ok_and(|data| Path::new(&data) == self.data)
    }

    async fn open(&self, port: u16, database: &str) -> Result<PgConnection, sqlx::Error> {
        use secrecy::ExposeSecret as _;
        let url = self.url_of(port, database).map_err(|error| sqlx::Error::Configuration(Box::new(error)))?;
        PgConnection::connect(url.expose_secret()).await
    }

    async fn run(&self, program: &'static str, arguments: &[&OsStr], last: &OsStr) -> Result<(), EmbeddedError> {
        let path = self.binaries.program(program);
        let output = command(&path, self.account).args(arguments).arg(last).output().await;
        let output = output.map_err(at("cannot run", &path))?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(EmbeddedError::Program { program, why: tail(&String::from_utf8_lossy(&said)) })
    }

    /// The error, with what the server wrote last: pg_ctl only says that one should look there.
    fn with_log(&self, error: EmbeddedError) -> EmbeddedError {
        let EmbeddedError::Program { program, why } = error else { return error };
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let said = if log.is_empty() { why } else { tail(&log) };
        EmbeddedError::Program { program, why: format!("{said} (more in {})", self.log.display()) }
    }
}

/// Everything that differs from PostgreSQL's defaults; written anew at each start.
fn settings(port: u16, root: &Path) -> String {
    let folder = root.to_string_lossy();
    let socket = if folder.len() > LONGEST_SOCKET_FOLDER { String::new() } else { folder.replace('\'', "''") };
    format!(
        "# Written at every start of the embedded database.
port = {port}
listen_addresses = '127.0.0.1'
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
max_connections = 100
shared_buffers = '256MB'
max_wal_size = '2GB'
jit = off
"
    )
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The process and the port that `postmaster.pid` names; the port comes a moment after the process.
fn parse_pid_file(text: &str) -> (Option<i32>, Option<u16>) {
    let mut lines = text.lines().map(str::trim);
    let pid = lines.next().and_then(|line| line.parse().ok());
    (pid, lines.nth(2).and_then(|line| line.parse().ok()))
}

/// Whether a process of this number lives and is a PostgreSQL, as far as the system tells.
fn is_postgres(pid: i32) -> bool {
    let Some(pid) = Pid::from_raw(pid) else { return false };
    // A process that we may not signal is alive all the same.
    let alive = !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH));
    // `71 (postgres) S …`; a zombie (Z) is only a number that nobody has asked for yet.
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    alive && stat.map_or(true, |stat| stat.contains(" (postgres") && !stat.contains(") Z "))
}

/// The last lines that say something, on one line.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(4)..].join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pid_file_tells_process_and_port_as_far_as_it_is_written() {
        assert_eq!(parse_pid_file("71\n/d\n170\n5433\n/s\n"), (Some(71), Some(5433)));
        assert_eq!(parse_pid_file("71\n/d\n"), (Some(71), None));
        assert_eq!(parse_pid_file(""), (None, None));
    }

    #[test]
    fn a_socket_folder_that_is_too_long_means_no_socket() {
        assert!(settings(1, Path::new("/d'x")).contains("unix_socket_directories = '/d''x'"));
        assert!(settings(1, Path::new(&"/d".repeat(60))).contains("unix_socket_directories = ''"));
    }
}
