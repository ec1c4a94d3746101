//! What doors other than sign-in use: the same brake on wrong tries, the same hash for passwords.

use super::{Auth, AuthError, secret_hash};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use std::net::IpAddr;

/// The secret of a link and what is stored of it.
pub struct LinkSecret {
    /// 256 random bits in URL-safe letters.
    pub token: String,
    /// Its SHA-256.
    pub hash: [u8; 32],
}

impl LinkSecret {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        let token = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let hash = Self::hash_of(&token);
        Self { token, hash }
    }

    /// What is stored of a secret.
    #[must_use]
    pub fn hash_of(token: &str) -> [u8; 32] {
        secret_hash(token.as_bytes())
    }
}

impl Default for LinkSecret {
    fn default() -> Self {
        Self::new()
    }
}

impl Auth {
    /// Whether `source` may try a secret now. A right one earns nothing: it would let somebody with a link try
    /// passwords of accounts for ever.
    ///
    /// # Errors
    /// [`AuthError::Throttled`], or the database.
    pub async fn admit(&self, source: IpAddr) -> Result<(), AuthError> {
        self.throttle.admit(source, None).await
    }

    /// Notes a wrong try of `source`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn refused(&self, source: IpAddr) -> Result<(), AuthError> {
        self.throttle.failed(source, None).await
    }

    /// What is stored of a link's password.
    ///
    /// # Errors
    /// [`AuthError::Hash`].
    pub async fn hash_link_password(&self, password: &str) -> Result<String, AuthError> {
        self.hasher.hash(password.to_owned()).await
    }

    /// Whether this is a link's password.
    ///
    /// # Errors
    /// [`AuthError::Hash`].
    pub async fn is_link_password(&self, stored: &str, given: &str) -> Result<bool, AuthError> {
        Ok(self.hasher.verify(Some(stored.to_owned()), given.to_owned()).await?.matches)
    }
}
