//! The JWT with which the client proves who it is (RFC 7523, HS256 over the client secret).
//!
//! QBench wants `sub` (client id), `iat` and `exp`, at most an hour apart, and refuses an `iat` in
//! the future; no `iss` or `aud`.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use crate::error::QbenchError;

/// How far `iat` lies in the past, so that small clock differences do no harm. Seconds.
const LEEWAY: i64 = 5;

/// Life of the assertion, well below the hour that QBench allows. Seconds.
const LIFETIME: i64 = 3300;

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    iat: i64,
    exp: i64,
}

/// Signs an assertion that is valid at `now`.
pub(crate) fn sign(client_id: &str, secret: &SecretString, now: DateTime<Utc>) -> Result<SecretString, QbenchError> {
    let iat = now.timestamp() - LEEWAY;
    let claims = Claims { sub: client_id, iat, exp: iat + LIFETIME };
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
        .map(SecretString::from)
        .map_err(|_| QbenchError::config("the client secret cannot sign an assertion"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{DecodingKey, Validation, decode};

    #[test]
    fn the_assertion_carries_the_client_and_lives_less_than_an_hour() {
        let secret = SecretString::from("key");
        let now = Utc::now();
        let token = sign("client", &secret, now).expect("signed");
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["sub", "exp"]);
        let read = decode::<serde_json::Value>(token.expose_secret(), &DecodingKey::from_secret(b"key"), &validation)
            .expect("valid");
        let claim = |name: &str| read.claims[name].as_i64().expect("a number");
        assert_eq!(read.claims["sub"], "client");
        assert_eq!(claim("iat"), now.timestamp() - LEEWAY);
        assert_eq!(claim("exp") - claim("iat"), LIFETIME);
        assert_eq!(read.header.typ.as_deref(), Some("JWT"));
    }
}
