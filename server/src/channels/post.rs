//! Webhooks: a POST of JSON, in our form or in Slack's.

use super::SendError;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use std::time::Duration;

/// How long the other side may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the other side understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Our own.
    Json,
    /// Slack's incoming webhooks.
    Slack,
}

/// An address that takes messages.
pub struct Post {
    client: reqwest::Client,
    url: SecretString,
    /// What it understands.
    pub form: Form,
}

impl Post {
    /// Sets it up; nothing is sent.
    ///
    /// # Errors
    /// When no client can be had.
    pub fn new(url: &SecretString, form: Form) -> Result<Self, SendError> {
        install_encryption();
        let client = reqwest::Client::builder()
            .user_agent(concat!("benchwatch/", env!("CARGO_PKG_VERSION")))
            .timeout(PATIENCE)
            // A redirect would carry the secret in the address elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| SendError::Setup(error.without_url().to_string()))?;
        Ok(Self { client, url: url.clone(), form })
    }

    /// Sends it.
    ///
    /// # Errors
    /// When the other side does not take it.
    pub async fn send(&self, body: &Value) -> Result<(), SendError> {
        let request = self
            .client
            .post(self.url.expose_secret())
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body.to_string());
        let answer = request.send().await.map_err(in_words)?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        Err(SendError::Failed(format!("the other side answered {}", status.as_u16())))
    }
}

/// A message in Slack's form: a title, whose it is, some lines, and where to look.
#[must_use]
pub fn slack_text(title: &str, laboratory: &str, text: &str, url: Option<&str>) -> Value {
    let link = url.map_or_else(String::new, |url| format!("\n<{url}>"));
    json!({ "text": format!("*{}* ({})\n{}{link}", escaped(title), escaped(laboratory), escaped(text)) })
}

/// Slack reads these three characters as its own.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn in_words(error: reqwest::Error) -> SendError {
    if error.is_timeout() {
        return SendError::Slow(PATIENCE.as_secs());
    }
    let error = error.without_url();
    let cause = std::error::Error::source(&error).map_or_else(String::new, |cause| format!(": {cause}"));
    SendError::Failed(format!("{error}{cause}"))
}

/// `reqwest` is built without a choice of its own; whoever came first in this process wins.
pub fn install_encryption() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing a race means that another thread installed one: just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
