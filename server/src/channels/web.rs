//! Calls to another server's interface: one request, one answer of bounded size. Redirects are not followed.

use super::SendError;
use super::post::install_encryption;
use axum::http::{Request, Response};
use std::time::Duration;

/// How long the other side may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest answer, in bytes.
const MOST: usize = 1024 * 1024;

/// A client.
pub struct Web {
    client: reqwest::Client,
}

impl Web {
    /// Sets it up; nothing is sent.
    ///
    /// # Errors
    /// When no client can be had.
    pub fn new() -> Result<Self, SendError> {
        install_encryption();
        let client = reqwest::Client::builder()
            .user_agent(concat!("benchwatch/", env!("CARGO_PKG_VERSION")))
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| SendError::Setup(error.to_string()))?;
        Ok(Self { client })
    }

    /// Sends a request and reads the answer to its end.
    ///
    /// # Errors
    /// When there is no answer in time, or one that is too long.
    pub async fn call(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, SendError> {
        let request = reqwest::Request::try_from(request).map_err(in_words)?;
        let mut answer = self.client.execute(request).await.map_err(in_words)?;
        let mut whole = Response::new(Vec::new());
        *whole.status_mut() = answer.status();
        whole.headers_mut().clone_from(answer.headers());
        while let Some(chunk) = answer.chunk().await.map_err(in_words)? {
            if whole.body().len() + chunk.len() > MOST {
                return Err(SendError::Failed("the answer is too long".to_owned()));
            }
            whole.body_mut().extend_from_slice(&chunk);
        }
        Ok(whole)
    }
}

fn in_words(error: reqwest::Error) -> SendError {
    if error.is_timeout() {
        return SendError::Slow(PATIENCE.as_secs());
    }
    let error = error.without_url();
    let cause = std::error::Error::source(&error).map_or_else(String::new, |cause| format!(": {cause}"));
    SendError::Failed(format!("{error}{cause}"))
}
