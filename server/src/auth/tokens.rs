//! Tokens for programs: those of a sign-in through the interface, which live for hours, and those that people make,
//! name, limit in scope and revoke.

use super::{Auth, AuthError, Bearer, TOKEN_LIFETIME, current, secret_hash};
use crate::db::{DbError, api_tokens, users};
use app::model::session::{CurrentUser, Role, TokenScope};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

pub use api_tokens::TokenRow;

/// The most tokens an account may hold.
pub const MAX_TOKENS: usize = 100;

/// The longest name of a token, in characters.
pub const MAX_TOKEN_NAME: usize = 100;

/// Characters of a token that are stored and shown, so that its owner can tell which one it is.
const HINT: usize = 9;

/// A token that has just been made: the only moment at which its text is known.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// Its number.
    pub id: i64,
    /// The text to put after `Bearer`.
    pub secret: String,
    /// When it ends; absent = never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Which token a request came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenUse {
    /// Its number.
    pub id: i64,
    /// What it may do.
    pub scope: TokenScope,
    /// Whether somebody made it, as against a sign-in.
    pub personal: bool,
}

impl Auth {
    /// Makes the token of a sign-in and says when it ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn issue_token(&self, user: &CurrentUser, name: &str) -> Result<(String, DateTime<Utc>), DbError> {
        let (secret, expires) = (secret(), Utc::now() + TOKEN_LIFETIME);
        self.store_token(user, name, TokenScope::Control, &secret, false, Some(expires)).await?;
        Ok((secret, expires))
    }

    /// Makes a named token for the account behind a request; `source` is where the request came from, for the audit log.
    ///
    /// # Errors
    /// [`AuthError::BadTokenName`], [`AuthError::TooManyTokens`], or the database.
    pub async fn create_api_token(
        &self,
        user: &CurrentUser,
        name: &str,
        scope: TokenScope,
        expires_at: Option<DateTime<Utc>>,
        source: &str,
    ) -> Result<IssuedToken, AuthError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > MAX_TOKEN_NAME || name.chars().any(char::is_control) {
            return Err(AuthError::BadTokenName);
        }
        if self.api_tokens(user).await?.len() >= MAX_TOKENS {
            return Err(AuthError::TooManyTokens);
        }
        let secret = secret();
        let id = self.store_token(user, name, scope, &secret, true, expires_at).await?;
        self.record(&user.name, "token.create", name, source).await;
        Ok(IssuedToken { id, secret, expires_at })
    }

    /// The named tokens of an account, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn api_tokens(&self, user: &CurrentUser) -> Result<Vec<TokenRow>, DbError> {
        api_tokens::list(&self.pool, Some(user.id)).await
    }

    /// The named tokens of every account, the newest first; for admins.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all_api_tokens(&self) -> Result<Vec<TokenRow>, DbError> {
        api_tokens::list(&self.pool, None).await
    }

    /// Ends a named token at once: one's own, or any for an admin. False when there is no such token.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn revoke_api_token(&self, user: &CurrentUser, id: i64, source: &str) -> Result<bool, DbError> {
        let whose = (user.role < Role::Admin).then_some(user.id);
        let Some(name) = api_tokens::delete(&self.pool, id, whose).await? else { return Ok(false) };
        self.record(&user.name, "token.revoke", &name, source).await;
        Ok(true)
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bearer(&self, token: &str) -> Result<Bearer, DbError> {
        let Some(owner) = api_tokens::owner(&self.pool, &secret_hash(token.as_bytes())).await? else {
            return Ok(Bearer::Invalid);
        };
        if owner.expired {
            return Ok(Bearer::Expired);
        }
        let token = TokenUse { id: owner.id, scope: owner.scope, personal: owner.personal };
        let user = users::active(&self.pool, owner.user).await?;
        Ok(user.map_or(Bearer::Invalid, |row| Bearer::User(current(row), token)))
    }

    async fn store_token(
        &self,
        user: &CurrentUser,
        name: &str,
        scope: TokenScope,
        secret: &str,
        personal: bool,
        expires: Option<DateTime<Utc>>,
    ) -> Result<i64, DbError> {
        let hash = secret_hash(secret.as_bytes());
        let hint = secret.get(..HINT).unwrap_or_default();
        let token = api_tokens::NewToken { hash: &hash, user: user.id, name, scope, hint, personal, expires };
        api_tokens::insert(&self.pool, token).await
    }
}

fn secret() -> String {
    format!("bw_{}", BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
}
