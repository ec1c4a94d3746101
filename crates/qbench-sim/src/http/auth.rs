//! Tokens: the JWT-bearer grant and the check of what comes back with each request.
//!
//! Knows the wall clock, not the laboratory's.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use uuid::Uuid;

use super::request::parse_form;
use super::respond::Answer;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Longest accepted lifetime of an assertion, with a little room for rounding.
const MAX_LIFETIME: f64 = 3600.0 + 5.0;

/// How an expired access token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExpiredAnswer {
    /// 400 `invalid_grant`, as v1 does.
    #[default]
    InvalidGrant,
    /// 401 `invalid_token`, as some tenants do.
    Unauthorized,
}

#[derive(Debug, Deserialize)]
struct Claims {
    sub: Option<String>,
    /// Clients send whole numbers or floats.
    iat: Option<f64>,
    exp: Option<f64>,
}

/// Tokens in circulation.
#[derive(Debug)]
pub(crate) struct Tokens {
    client_id: String,
    client_secret: String,
    ttl: Duration,
    expired: ExpiredAnswer,
    issued: Mutex<HashMap<String, Instant>>,
}

impl Tokens {
    pub(crate) fn new(client_id: String, client_secret: String, ttl: Duration, expired: ExpiredAnswer) -> Self {
        Self { client_id, client_secret, ttl, expired, issued: Mutex::default() }
    }

    /// Answers the token endpoint. `now` is the server's clock in epoch seconds.
    pub(crate) fn grant(&self, content_type: &str, body: &[u8], now: f64) -> Answer {
        let fields = match content_type.split_once("boundary=") {
            Some((_, boundary)) if content_type.starts_with("multipart/form-data") => {
                parse_multipart(body, boundary.trim_matches('"'))
            }
            _ => parse_form(&String::from_utf8_lossy(body)),
        };
        let field = |name: &str| {
            let mut pairs = fields.iter();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
        };
        match field("grant_type") {
            None => return refuse("invalid_request", "Missing grant_type."),
            Some(GRANT) => {}
            Some(_) => return refuse("unsupported_grant_type", "Unsupported grant type."),
        }
        let Some(assertion) = field("assertion") else {
            return refuse("invalid_request", "Missing assertion.");
        };
        match self.verify(assertion, now) {
            Ok(()) => self.issue(),
            Err(why) => refuse("invalid_grant", why),
        }
    }

    fn verify(&self, assertion: &str, now: f64) -> Result<(), &'static str> {
        let mut validation = Validation::new(Algorithm::HS256);
        // The claims are checked below: against a clock that can be skewed, floats allowed.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let key = DecodingKey::from_secret(self.client_secret.as_bytes());
        let claims = decode::<Claims>(assertion, &key, &validation)
            .map_err(|_| "Assertion signature verification failed.")?
            .claims;
        if claims.sub.as_deref() != Some(&*self.client_id) {
            return Err("Unknown client.");
        }
        let (Some(iat), Some(exp)) = (claims.iat, claims.exp) else {
            return Err("Assertion must have iat and exp.");
        };
        if iat > now + 1.0 {
            return Err("Assertion was issued in the future.");
        }
        if exp <= now {
            return Err("Assertion has expired.");
        }
        if exp - iat > MAX_LIFETIME {
            return Err("Assertion lifetime is longer than one hour.");
        }
        Ok(())
    }

    fn issue(&self) -> Answer {
        let token = Uuid::new_v4().to_string();
        let body = serde_json::json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.ttl.as_secs(),
        });
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        issued.insert(token, Instant::now() + self.ttl);
        Answer::object(200, body.to_string())
    }

    /// Checks the `Authorization` header of a request; the error is the answer to give.
    pub(crate) fn check(&self, authorization: Option<&str>) -> Result<(), Answer> {
        let Some(token) = authorization.and_then(|value| value.strip_prefix("Bearer ")) else {
            return Err(bad_header());
        };
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        match issued.get(token) {
            Some(until) if Instant::now() < *until => Ok(()),
            Some(_) => Err(expired(self.expired)),
            None => Err(unauthorized()),
        }
    }

    /// Ends every token at once.
    pub(crate) fn expire_all(&self) {
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        for until in issued.values_mut() {
            *until = now.min(*until);
        }
    }
}

fn refuse(error: &str, description: &str) -> Answer {
    Answer::error(400, error, Some(description))
}

/// The refusal of an expired token.
pub(crate) fn expired(how: ExpiredAnswer) -> Answer {
    match how {
        ExpiredAnswer::InvalidGrant => refuse("invalid_grant", "Access token has expired."),
        ExpiredAnswer::Unauthorized => unauthorized(),
    }
}

/// The refusal of an unknown token.
pub(crate) fn unauthorized() -> Answer {
    Answer::error(401, "invalid_token", Some("The access token is invalid."))
}

/// The refusal of a missing or malformed header.
pub(crate) fn bad_header() -> Answer {
    refuse("invalid_request", "Invalid Authorization header format.")
}

/// The text fields of a multipart form; parts that are not text fields are skipped.
fn parse_multipart(body: &[u8], boundary: &str) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    text.split(&format!("--{boundary}"))
        .filter_map(|part| {
            let (head, value) = part.split_once("\r\n\r\n")?;
            let (_, name) = head.split_once("name=\"")?;
            let (name, _) = name.split_once('"')?;
            let value = value.strip_suffix("\r\n").unwrap_or(value);
            Some((name.to_owned(), value.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multipart_fields_are_read() {
        let body = "--xyz\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nabc\r\n\
                    --xyz\r\nContent-Disposition: form-data; name=\"assertion\"\r\n\r\na.b.c\r\n\
                    --xyz--\r\n";
        assert_eq!(
            parse_multipart(body.as_bytes(), "xyz"),
            [("grant_type".to_owned(), "abc".to_owned()), ("assertion".to_owned(), "a.b.c".to_owned())]
        );
    }
}
