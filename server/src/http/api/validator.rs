//! Validators of answers, `W/"KEY.CONTENT"`. The key is made from all that an answer follows from, so that whoever asks
//! with a key that still holds is told 304 before anything is computed. The second part is made from the answer itself:
//! where the key has changed and the answer has not, only the body is spared. Answers that follow from more than a
//! request and the copy have the second part alone.

use super::ApiState;
use super::endpoint::{Ages, Endpoint};
use super::moment::{self, Moment};
use super::problem::Problem;
use crate::db::content;
use app::model::filter::default_sla_hours;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;
use std::time::UNIX_EPOCH;

/// The program that computes: after an update the same request may have another answer.
static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let file = std::env::current_exe().and_then(std::fs::metadata).ok();
    let written = file.as_ref().and_then(|file| file.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    format!("{} {:?} {:?}", env!("CARGO_PKG_VERSION"), file.map(|file| file.len()), written)
});

/// A request, as far as its answer follows from it.
pub(super) struct Asked<'a> {
    pub endpoint: &'a Endpoint,
    pub captures: &'a HashMap<String, String>,
    pub query: &'a str,
    /// Whether a table is wanted.
    pub csv: bool,
    /// The moment that everything is to be seen from.
    pub dated: Option<Moment>,
}

/// The key of an answer, if it has one, and the mark of the content that it was made with.
#[derive(Default)]
pub(super) struct Validator {
    key: Option<(String, String)>,
}

impl Validator {
    /// The validator of an answer that is still to be computed.
    pub async fn of(state: &ApiState, asked: &Asked<'_>) -> Result<Self, Problem> {
        if asked.endpoint.ages == Ages::Otherwise {
            return Ok(Self::default());
        }
        let mark = content::mark(state.metrics.pool()).await.map_err(Problem::Storage)?;
        let captures: Vec<_> =
            asked.endpoint.params.iter().filter_map(|param| asked.captures.get(param.name)).collect();
        let laboratory = state.metrics.laboratory();
        let all = (
            (&*PROGRAM, &mark, asked.endpoint.path, captures, asked.query, asked.csv),
            (laboratory, default_sla_hours(), time(state, asked)),
        );
        Ok(Self { key: Some((digest(format!("{all:?}").as_bytes()), mark)) })
    }

    /// The same for an answer that was computed meanwhile: without a key where the content has changed in between, or was
    /// read from a replica that is behind.
    pub async fn settled(self, state: &ApiState) -> Result<Self, Problem> {
        let Some((key, before)) = self.key else { return Ok(self) };
        let after = content::mark(state.metrics.pool()).await.map_err(Problem::Storage)?;
        Ok(Self { key: (before == after).then_some((key, before)) })
    }

    /// 304 for a reader whose key still holds.
    pub fn spare(&self, asked: &HeaderMap) -> Option<Response> {
        let (key, _) = self.key.as_ref()?;
        let known = known(asked).find(|tag| tag.split_once('.').is_some_and(|(held, _)| held == key))?;
        Some(dressed(StatusCode::NOT_MODIFIED.into_response(), known))
    }

    /// The answer with this body; 304 for a reader who has it.
    pub fn answer(&self, asked: &HeaderMap, body: String, kind: &'static str) -> Response {
        let content = digest(body.as_bytes());
        let has = known(asked).any(|tag| tag == "*" || tag.rsplit('.').next() == Some(content.as_str()));
        let response = if has {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(header::CONTENT_TYPE, kind)], body).into_response()
        };
        match &self.key {
            Some((key, _)) => dressed(response, &format!("{key}.{content}")),
            None => dressed(response, &content),
        }
    }
}

/// The clock, as far as the answer follows from it. What is seen from a moment of the past does not follow from it.
fn time(state: &ApiState, asked: &Asked<'_>) -> String {
    let (now, zone) = (state.metrics.now(), state.metrics.laboratory().zone);
    let seen_from = moment::window(None, asked.dated, zone).until.map(|until| moment::instant(until, zone));
    match (seen_from, asked.endpoint.ages) {
        (Some(at), _) if at <= now => String::new(),
        (None, Ages::Never) => String::new(),
        (None, Ages::Daily) => now.with_timezone(&zone).date_naive().to_string(),
        (Some(_), _) | (None, Ages::Always | Ages::Otherwise) => now.timestamp().div_euclid(60).to_string(),
    }
}

/// The validators that a reader has, without their quotes.
fn known(asked: &HeaderMap) -> impl Iterator<Item = &str> {
    let tags = asked.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|tags| tags.to_str().ok());
    tags.flat_map(|tags| tags.split(',')).map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'))
}

fn dressed(mut response: Response, tag: &str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Authorization, Cookie"));
    if let Ok(tag) = HeaderValue::from_str(&format!("W/\"{tag}\"")) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Half of a SHA-256, in hexadecimal.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
