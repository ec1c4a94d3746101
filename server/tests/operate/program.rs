//! The program as the service manager runs it: called to its end, or kept running.

use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// What a call ended with.
pub struct Outcome {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program with these settings and no others, away from any `.env`.
pub fn command(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_benchwatch"));
    command.args(arguments).env_clear().current_dir(std::env::temp_dir()).kill_on_drop(true);
    // Not a file in the place of the machine's own installation.
    command.env("BENCHWATCH_SECRET_KEY", "a key for tests, long enough to be one");
    // Programs of PostgreSQL are looked for on the path too.
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(settings.iter().copied());
    command
}

/// Calls the program and waits for its end.
pub async fn call(arguments: &[&str], settings: &[(&str, &str)]) -> Outcome {
    let output = command(arguments, settings).stdin(Stdio::null()).output().await.expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Outcome { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The same with something to read.
pub async fn call_with_input(arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Outcome {
    use tokio::io::AsyncWriteExt as _;
    let mut command = command(arguments, settings);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).await.expect("read");
    let output = child.wait_with_output().await.expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Outcome { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A stream of events as a browser keeps it open.
pub struct Stream(reqwest::Response);

impl Stream {
    /// Reads until the text holds these words; gives what was read.
    pub async fn until(&mut self, words: &str) -> String {
        let mut text = String::new();
        while !text.contains(words) || !text.ends_with("\n\n") {
            let chunk = self.0.chunk().await.expect("the stream goes on").expect("more to read");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
        text
    }
}

/// The address of a database on the tests' server.
pub fn address_of(database: &str) -> String {
    let base = std::env::var("DATABASE_URL").expect("tests with a database have an address");
    let (base, query) = base.split_once('?').map_or((base.as_str(), None), |(base, query)| (base, Some(query)));
    let server = base.rsplit_once('/').expect("an address with a database").0;
    query.map_or_else(|| format!("{server}/{database}"), |query| format!("{server}/{database}?{query}"))
}

/// The address of a test's own database.
pub fn address(pool: &PgPool) -> String {
    address_of(pool.connect_options().get_database().expect("a database of its own"))
}

/// An empty database beside the test's own; removed at the end.
pub struct Spare {
    pub url: String,
    name: String,
}

impl Spare {
    pub async fn beside(pool: &PgPool) -> Self {
        let name = format!("benchwatch_spare_{}", uuid::Uuid::new_v4().simple());
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}"))).execute(pool).await.expect("created");
        Self { url: address_of(&name), name }
    }

    pub async fn pool(&self) -> PgPool {
        PgPoolOptions::new().max_connections(1).connect(&self.url).await.expect("connected")
    }

    pub async fn remove(self, pool: &PgPool) {
        let name = self.name;
        sqlx::raw_sql(AssertSqlSafe(format!("drop database {name} with (force)"))).execute(pool).await.expect("gone");
    }
}

/// A folder that goes away with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("benchwatch-operate-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&path).expect("a folder");
        Self(path)
    }

    pub fn join(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub request_id: String,
}

/// A `benchwatch serve` that runs.
pub struct Kept {
    child: tokio::process::Child,
    pub url: String,
    log: tokio::task::JoinHandle<String>,
    client: reqwest::Client,
}

impl Kept {
    /// Starts it on a free port and waits until it says where it serves.
    pub async fn serve(settings: &[(&str, &str)]) -> Self {
        Self::serve_with(&["serve"], settings).await
    }

    pub async fn serve_with(arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
        let mut command = command(arguments, settings);
        command.env("BENCHWATCH_ADDR", "127.0.0.1:0").stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut stderr = child.stderr.take().expect("piped");
        // Read all the time, or a full pipe would stop the program.
        let log = tokio::spawn(async move {
            let mut text = String::new();
            stderr.read_to_string(&mut text).await.expect("text");
            text
        });
        let mut url = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut url).await.expect("a line");
        assert!(url.starts_with("http://"), "it did not start: {:?}", log.await);
        // Only the first of a process counts; the rest are told so.
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { child, url: url.trim().to_owned(), log, client }
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.get(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let id = answer.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
        Answer { status, request_id: id, body: answer.text().await.expect("text") }
    }

    /// Asks with a method and a body.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let method = method.parse().expect("a method");
        let mut request = self.client.request(method, format!("{}{path}", self.url)).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        Answer { status, request_id: String::new(), body: answer.text().await.expect("text") }
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Signs in as a browser does; gives the cookie.
    pub async fn sign_in(&self, name: &str, password: &str) -> String {
        let form = [("username", name), ("password", password)];
        let answer = self.client.post(format!("{}/login", self.url)).form(&form).send().await.expect("an answer");
        let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok()?.split(';').next());
        cookie.expect("a session").to_owned()
    }

    /// Opens a stream of events.
    pub async fn stream(&self, path: &str, cookie: &str) -> Stream {
        let request = self.client.get(format!("{}{path}", self.url)).header("cookie", cookie);
        Stream(request.send().await.expect("an answer"))
    }

    /// Asks it to stop as a service manager does; gives its log.
    pub async fn stop(mut self) -> String {
        let id = i32::try_from(self.child.id().expect("it runs")).expect("a number");
        let pid = rustix::process::Pid::from_raw(id).expect("a process");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("told");
        let status = self.child.wait().await.expect("it ends");
        let log = self.log.await.expect("read");
        assert!(status.success(), "{log}");
        log
    }
}
