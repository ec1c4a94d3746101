//! What came back, and the error that QBench wrote into it.

use chrono::{DateTime, Utc};
use reqwest::StatusCode;

use crate::{
    budget::Throttle,
    error::{QbenchError, clean_message},
    json::{self, Json, Kind},
};

/// A complete answer.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) server_date: Option<DateTime<Utc>>,
    pub(crate) throttle: Throttle,
    is_html: bool,
    /// The body as text. Bytes that are no UTF-8 became U+FFFD: one bad name costs no page.
    pub(crate) body: String,
}

/// The `error` and `error_description` of a refusal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ServerError {
    pub(crate) code: String,
    pub(crate) description: String,
}

impl ServerError {
    /// Both texts in one clean line.
    pub(crate) fn message(&self) -> String {
        match (self.code.is_empty(), self.description.is_empty()) {
            (true, _) => clean_message(&self.description),
            (false, true) => clean_message(&self.code),
            (false, false) => clean_message(&format!("{}: {}", self.code, self.description)),
        }
    }

    /// Whether a 400 means that the token is not good any more. Seen on v1: `invalid_grant`
    /// ("Access token has expired.") and `invalid_request` with "Invalid Authorization header
    /// format".
    pub(crate) fn means_stale_token(&self) -> bool {
        let text = format!("{} {}", self.code, self.description).to_ascii_lowercase();
        text.contains("invalid_grant")
            || text.contains("invalid_token")
            || (text.contains("invalid_request") && text.contains("authorization header format"))
    }
}

impl Reply {
    pub(crate) fn new(
        status: StatusCode,
        server_date: Option<DateTime<Utc>>,
        throttle: Throttle,
        is_html: bool,
        body: Vec<u8>,
    ) -> Self {
        let body = match String::from_utf8(body) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        Self { status, server_date, throttle, is_html, body }
    }

    /// Whether the body is a page for humans, as proxies send them.
    pub(crate) fn is_html(&self) -> bool {
        self.is_html || self.body.trim_start().starts_with('<')
    }

    /// Makes sure that the body is one JSON value; mends what has one sensible meaning.
    /// True if something had to be mended.
    pub(crate) fn require_json(&mut self, what: &str) -> Result<bool, QbenchError> {
        let Err(error) = json::check(&self.body) else {
            return Ok(false);
        };
        if self.body.trim().is_empty() {
            return Err(QbenchError::decode(what, "the body is empty"));
        }
        if self.is_html() {
            return Err(QbenchError::decode(what, "a web page instead of JSON"));
        }
        let mended = json::repair(&self.body).into_owned();
        if json::check(&mended).is_ok() {
            self.body = mended;
            return Ok(true);
        }
        let why = if error.is_eof() { "the JSON breaks off" } else { "malformed JSON" };
        Err(QbenchError::decode(what, format!("{why} at line {}, column {}", error.line(), error.column())))
    }

    /// The error that the body names, in the words of v1 or v2.
    pub(crate) fn server_error(&self) -> Option<ServerError> {
        if json::check(&self.body).is_err() {
            return None;
        }
        let json = Json::of_checked(&self.body);
        let text = |name: &str| json.member(name).filter(|v| v.kind() == Kind::Text).and_then(Json::text);
        let code = text("error").or_else(|| text("error_type")).unwrap_or_default();
        let description = text("error_description").or_else(|| text("message")).or_else(|| text("detail"));
        let description = description.unwrap_or_default();
        let found = !code.is_empty() || !description.is_empty();
        found.then(|| ServerError { code: code.into_owned(), description: description.into_owned() })
    }

    /// The server's message in one clean line; a kind word for bodies that hold none.
    pub(crate) fn message(&self) -> String {
        match self.server_error() {
            Some(error) => error.message(),
            None if self.is_html() => "a web page instead of JSON".to_owned(),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(body: &[u8]) -> Reply {
        Reply::new(StatusCode::OK, None, Throttle::default(), false, body.to_vec())
    }

    #[test]
    fn bodies_that_are_no_json_are_named_for_what_they_are() {
        for (body, word) in [
            (&b""[..], "empty"),
            (b"<html>502</html>", "web page"),
            (b"{\"data\":[{\"id\":1", "breaks off"),
            (b"{]", "malformed"),
        ] {
            let error = reply(body).require_json("GET /x").expect_err("no JSON");
            assert!(error.to_string().contains(word), "{error}");
            assert!(error.is_transient());
        }
        assert!(reply(b"{\"a\":NaN}").require_json("GET /x").expect("mended"));
        assert!(!reply(b"{\"a\":1}").require_json("GET /x").expect("good"));
        assert!(reply(b"{\"a\":\"\xff\"}").body.contains('\u{fffd}'));
    }

    #[test]
    fn errors_of_both_versions_are_read() {
        let expired = reply(br#"{"error":"invalid_grant","error_description":"Access token has expired.","qb1":"a"}"#);
        let error = expired.server_error().expect("an error");
        assert!(error.means_stale_token());
        assert_eq!(error.message(), "invalid_grant: Access token has expired.");
        let v2 = reply(br#"{"error_description":"bad filter","error_type":"validation","error_token":"x"}"#);
        assert_eq!(v2.message(), "validation: bad filter");
        assert!(!v2.server_error().expect("an error").means_stale_token());
        let header =
            reply(br#"{"error":"invalid_request","error_description":"Invalid Authorization header format."}"#);
        assert!(header.server_error().expect("an error").means_stale_token());
    }
}
