//! A minimal HTTP client of the simulator: no retries, no tolerance.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header, encode};
use qbench_sim::{LabConfig, SimConfig, Simulator};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

/// The answer to one request.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).expect("the header");
        value.to_str().expect("a text header")
    }

    /// The ids in `data`.
    pub fn ids(&self) -> Vec<u64> {
        let data = &self.json()["data"];
        let data = data.as_array().expect("a list");
        data.iter().map(id_of).collect()
    }
}

pub fn id_of(record: &Value) -> u64 {
    record["id"].as_u64().expect("an id")
}

/// The keys of an object without the random one.
pub fn keys(object: &Value) -> Vec<&str> {
    let object = object.as_object().expect("an object");
    let keys = object.keys().map(String::as_str);
    keys.filter(|key| !is_noise(key)).collect()
}

pub fn is_noise(key: &str) -> bool {
    key.strip_prefix("qb")
        .is_some_and(|hex| (1..=4).contains(&hex.len()) && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A small laboratory without limits.
pub fn small() -> SimConfig {
    SimConfig { lab: LabConfig { tests: 600, days: 40, ..LabConfig::default() }, ..SimConfig::default() }
        .without_limits()
}

pub fn epoch() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_secs() as i64
}

pub fn assertion(secret: &str, claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::default(), claims, &key).expect("an assertion")
}

/// A client with a token.
pub struct Client {
    pub sim: Simulator,
    pub http: reqwest::Client,
    pub token: String,
}

impl Client {
    pub async fn start(config: SimConfig) -> Self {
        let (id, secret) = (config.client_id.clone(), config.client_secret.clone());
        let addr = "127.0.0.1:0".parse().expect("an address");
        let sim = Simulator::start(config, addr).await.expect("a simulator");
        // reqwest wants a provider even where nothing is encrypted; a second try is refused.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let mut client = Self { sim, http, token: String::new() };
        let now = epoch();
        let claims = json!({"sub": id, "iat": now, "exp": now + 3600});
        let answer = client.grant(&assertion(&secret, &claims)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let token = answer.json()["access_token"].as_str().expect("a token").to_owned();
        client.token = token;
        client
    }

    pub async fn grant(&self, assertion: &str) -> Answer {
        let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)];
        let request = self.http.post(self.sim.token_url()).form(&form);
        read(request.send().await.expect("an answer")).await
    }

    /// A GET below `/qbench/api/v1/`.
    pub async fn get(&self, path: &str) -> Answer {
        self.try_get(path).await.expect("an answer")
    }

    pub async fn try_get(&self, path: &str) -> reqwest::Result<Answer> {
        let url = format!("{}/qbench/api/v1/{path}", self.sim.base_url());
        let request = self.http.get(url).bearer_auth(&self.token);
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await?;
        Ok(Answer { status, headers, body })
    }

    /// Every record of a list, page by page.
    pub async fn walk(&self, path: &str) -> Vec<Value> {
        let mut all = Vec::new();
        for page in 1.. {
            let join = if path.contains('?') { '&' } else { '?' };
            let answer = self.get(&format!("{path}{join}page_size=50&page_num={page}")).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            let mut body = answer.json();
            let Value::Array(rows) = body["data"].take() else {
                panic!("no data in {path}");
            };
            if rows.is_empty() {
                return all;
            }
            all.extend(rows);
        }
        all
    }
}

pub async fn read(response: reqwest::Response) -> Answer {
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.text().await.expect("a body"),
    }
}
