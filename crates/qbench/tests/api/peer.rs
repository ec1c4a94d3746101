//! An HTTP server that answers by script. It fails the test for every call that the script does
//! not foresee, and for every foreseen call that was not made.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use qbench::{Client, ClientConfig, RetryPolicy, parse_base_url};
use tokio::net::TcpListener;

pub const CLIENT_ID: &str = "11112222-aaaa-bbbb-cccc-333344445555";
pub const SECRET: &str = "a-secret-that-must-never-be-seen";
pub const TOKEN_PATH: &str = "/qbench/oauth2/v1/token";

/// What the peer sends.
#[derive(Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    fault: Fault,
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// The connection breaks in the middle of the body.
    Cut,
    /// No answer ever comes.
    Hang,
}

impl Answer {
    pub fn json(body: &str) -> Self {
        Self::status(200, body)
    }

    pub fn status(status: u16, body: &str) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { status, headers, body: body.as_bytes().to_vec(), fault: Fault::None }
    }

    pub fn html(status: u16) -> Self {
        let body = b"<html><body>502 Bad Gateway</body></html>".to_vec();
        Self { status, headers: vec![("content-type", "text/html".to_owned())], body, fault: Fault::None }
    }

    pub fn bytes(body: &[u8]) -> Self {
        Self { body: body.to_vec(), ..Self::json("") }
    }

    pub fn cut(body: &str) -> Self {
        Self { fault: Fault::Cut, ..Self::json(body) }
    }

    pub fn hang() -> Self {
        Self { fault: Fault::Hang, ..Self::json("") }
    }

    pub fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// A page of records that hold nothing but their ids.
    pub fn page(ids: &[i64], total_pages: u32) -> Self {
        let data: Vec<_> = ids.iter().map(|id| format!("{{\"id\":{id}}}")).collect();
        let data = data.join(",");
        Self::json(&format!("{{\"qb1f\":\"a0\",\"total_pages\":{total_pages},\"data\":[{data}],\"total_count\":9}}"))
    }

    async fn send(self) -> Response {
        let body = match self.fault {
            Fault::None => Body::from(self.body),
            Fault::Hang => std::future::pending().await,
            Fault::Cut => {
                let parts = [Ok(self.body), Err(std::io::Error::other("cut"))];
                Body::from_stream(futures::stream::iter(parts))
            }
        };
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(body).expect("a response")
    }
}

/// A call that was made.
#[derive(Debug, Clone)]
pub struct Seen {
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: String,
    pub at: tokio::time::Instant,
}

impl Seen {
    pub fn bearer(&self) -> &str {
        let header = self.headers.get("authorization").and_then(|h| h.to_str().ok()).unwrap_or_default();
        header.strip_prefix("Bearer ").unwrap_or_default()
    }

    /// The claims of a token request's assertion, checked against the secret.
    pub fn claims(&self) -> serde_json::Value {
        let assertion = url::form_urlencoded::parse(self.body.as_bytes()).find(|(name, _)| name == "assertion");
        let assertion = assertion.expect("an assertion").1;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["sub", "exp"]);
        jsonwebtoken::decode(&assertion, &DecodingKey::from_secret(SECRET.as_bytes()), &validation)
            .expect("a signed assertion")
            .claims
    }
}

type Rule = Box<dyn Fn(&Seen) -> Option<Answer> + Send>;

#[derive(Default)]
struct Script {
    tokens: VecDeque<Answer>,
    token_rule: Option<Rule>,
    granted: u32,
    calls: VecDeque<(String, Answer)>,
    rule: Option<Rule>,
    seen: Vec<Seen>,
    problems: Vec<String>,
}

pub struct Peer {
    base: String,
    script: Arc<Mutex<Script>>,
}

impl Peer {
    pub async fn start() -> Self {
        let script = Arc::new(Mutex::new(Script::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, script }
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().expect("the script")
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// The next token request is answered so; without a script each gets `token-1`, `token-2` …
    pub fn token(&self, answer: Answer) -> &Self {
        self.script().tokens.push_back(answer);
        self
    }

    /// Token requests for which the rule has an answer get it.
    pub fn token_rule(&self, rule: impl Fn(&Seen) -> Option<Answer> + Send + 'static) {
        self.script().token_rule = Some(Box::new(rule));
    }

    /// The next call must be to this path below the API base (with the query, if one is given).
    pub fn expect(&self, path: &str, answer: Answer) -> &Self {
        self.script().calls.push_back((path.to_owned(), answer));
        self
    }

    /// Calls for which the rule has an answer get it, before the script is asked.
    pub fn rule(&self, rule: impl Fn(&Seen) -> Option<Answer> + Send + 'static) {
        self.script().rule = Some(Box::new(rule));
    }

    pub fn config(&self) -> ClientConfig {
        let base = parse_base_url(&self.base).expect("an address");
        let mut config = ClientConfig::new(base, CLIENT_ID, SECRET.into());
        config.timeout = Duration::from_secs(5);
        config.retry = RetryPolicy {
            base_delay: Duration::from_millis(2),
            max_delay: Duration::from_millis(10),
            throttle_margin: Duration::ZERO,
            concurrency_delay: Duration::from_millis(5),
            seed: Some(7),
            ..RetryPolicy::default()
        };
        config
    }

    pub fn client(&self) -> Client {
        Client::new(self.config()).expect("a client")
    }

    /// The API calls made so far.
    pub fn calls(&self) -> Vec<Seen> {
        self.script().seen.iter().filter(|seen| seen.path != TOKEN_PATH).cloned().collect()
    }

    /// The token requests made so far.
    pub fn token_calls(&self) -> Vec<Seen> {
        self.script().seen.iter().filter(|seen| seen.path == TOKEN_PATH).cloned().collect()
    }

    /// Fails if anything unforeseen happened or anything foreseen did not.
    pub fn finish(self) {
        let script = self.script();
        assert!(script.problems.is_empty(), "unforeseen: {:#?}", script.problems);
        let missing: Vec<_> = script.calls.iter().map(|(path, _)| path).collect();
        assert!(missing.is_empty(), "never called: {missing:?}");
        assert!(script.tokens.is_empty(), "{} token answers were not fetched", script.tokens.len());
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
    let seen = Seen {
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        at: tokio::time::Instant::now(),
    };
    let answer = script.lock().expect("the script").next(seen);
    answer.send().await
}

impl Script {
    fn next(&mut self, seen: Seen) -> Answer {
        self.seen.push(seen.clone());
        if seen.path == TOKEN_PATH {
            return self.next_token(&seen);
        }
        if let Some(answer) = self.rule.as_ref().and_then(|rule| rule(&seen)) {
            return answer;
        }
        let query = if seen.query.is_empty() { String::new() } else { format!("?{}", seen.query) };
        let asked = format!("{}{query}", seen.path.trim_start_matches("/qbench/api/v1/"));
        match self.calls.pop_front() {
            Some((path, answer)) if asked == path || asked.split('?').next() == Some(path.as_str()) => answer,
            Some((path, _)) => self.unforeseen(&format!("{asked} instead of {path}")),
            None => self.unforeseen(&asked),
        }
    }

    fn next_token(&mut self, seen: &Seen) -> Answer {
        if let Some(answer) = self.token_rule.as_ref().and_then(|rule| rule(seen)) {
            return answer;
        }
        if let Some(answer) = self.tokens.pop_front() {
            return answer;
        }
        self.granted += 1;
        grant(&format!("token-{}", self.granted), 3600)
    }

    fn unforeseen(&mut self, what: &str) -> Answer {
        self.problems.push(what.to_owned());
        Answer::status(StatusCode::IM_A_TEAPOT.as_u16(), "{\"error\":\"not in the script\"}")
    }
}

/// A good token answer.
pub fn grant(token: &str, seconds: u32) -> Answer {
    Answer::json(&format!(
        "{{\"access_token\":\"{token}\",\"token_type\":\"Bearer\",\"expires_in\":{seconds},\"qb77\":\"1\"}}"
    ))
}
