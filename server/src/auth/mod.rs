//! Accounts, passwords, sessions and tokens: who may come in. It knows no pages; HTTP is only the cookie's store.

mod doors;
mod identities;
mod invitations;
mod password;
mod provider;
mod seal;
mod store;
mod throttle;
mod tokens;
mod totp;
mod vault;

pub use doors::LinkSecret;
pub use identities::Admission;
pub use invitations::{Host, Invited, Invitee};
pub use password::{PasswordFault, check_new_password};
pub use provider::{Begun, Provider, ProviderFault, Told};
pub use store::{SessionStore, session_hash};
pub use tokens::{IssuedToken, MAX_TOKEN_NAME, MAX_TOKENS, TokenRow, TokenUse};
pub use totp::{Enrolment, TotpState};
pub use vault::{KeyFault, Vault};

use crate::db::{self, DbError, PgPool, audit, sessions, users};
use app::model::accounts::INVITATION_DAYS;
use app::model::session::{CurrentUser, Role};
use chrono::Duration;
use password::Hasher;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use std::time::Duration as StdDuration;
use throttle::Throttle;
use tokio::time::Instant;

/// How long a token from `POST /api/auth/login` lives: the old product's default.
pub const TOKEN_LIFETIME: Duration = Duration::hours(3);

/// How long the refusal of a name and password takes at least: unknown, disabled and wrong are not told apart by it.
const LEAST_REFUSAL: StdDuration = StdDuration::from_millis(500);

/// What a right name and password came to.
#[derive(Debug)]
pub enum FirstStep {
    /// Signed in.
    In(CurrentUser),
    /// The account with this number uses a second factor, whose code is wanted.
    CodeWanted(i64),
}

/// The service.
pub struct Auth {
    pool: PgPool,
    hasher: Hasher,
    throttle: Throttle,
    vault: Vault,
}

/// Why an account could not be changed or used.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// Unknown name, wrong password or disabled account: deliberately one answer.
    #[error("the name and the password do not match")]
    NoMatch,
    /// Too many wrong tries from this source.
    #[error("too many wrong tries; the next is possible in {0} s")]
    Throttled(u64),
    /// The name is taken.
    #[error("there is already an account with this name")]
    Exists,
    /// Somebody whom the identity provider knows may not come in here; why stands in the audit log.
    #[error("the identity provider's account may not be used here: {0}")]
    NotAdmitted(&'static str),
    /// There is no such account.
    #[error("there is no account with this name")]
    Unknown,
    /// The name cannot be used.
    #[error("a name has 3 to 150 characters, none of them a control character")]
    BadName,
    /// Somebody is invited under this name.
    #[error("an invitation for this name is open; withdraw it first")]
    Invited,
    /// The invitation's time cannot be used.
    #[error("a number of days from 1 to {INVITATION_DAYS} is expected")]
    BadDays,
    /// The mail address cannot be used.
    #[error("a mail address such as ana@example.org is expected")]
    BadMail,
    /// The mail address is another account's.
    #[error("another account has this mail address")]
    MailTaken,
    /// The password cannot be used.
    #[error(transparent)]
    BadPassword(#[from] PasswordFault),
    /// The code of the second factor is wrong or was used before.
    #[error("this code is wrong, or has been used before")]
    BadCode,
    /// There is a second factor already.
    #[error("the account has a second factor; remove it first")]
    TotpInUse,
    /// The token's name cannot be used.
    #[error("a token's name has 1 to 100 characters, none of them a control character")]
    BadTokenName,
    /// The account holds as many tokens as it may.
    #[error("an account may hold 100 tokens; revoke one first")]
    TooManyTokens,
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The key that seals second factors is missing, or another one than the database's.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The hash function failed or its thread did.
    #[error("the password could not be hashed")]
    Hash,
}

/// What a bearer token turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Bearer {
    /// Good: the account, and the token it came with.
    User(CurrentUser, TokenUse),
    /// Once good.
    Expired,
    /// Not one of ours, or its account may no longer be used.
    Invalid,
}

impl Auth {
    /// The service over this database, without a key: second factors can neither be set up nor checked.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self::with_key(pool, Vault::closed())
    }

    /// The same with the key that seals the secrets of second factors.
    #[must_use]
    pub fn with_key(pool: PgPool, vault: Vault) -> Self {
        Self { hasher: Hasher::new(), throttle: Throttle::new(pool.clone()), pool, vault }
    }

    /// The store behind the session cookie.
    #[must_use]
    pub fn session_store(&self) -> SessionStore {
        SessionStore::new(self.pool.clone())
    }

    /// Checks a name and a password given from `source`.
    ///
    /// # Errors
    /// [`AuthError::Throttled`] before anything else is looked at, [`AuthError::NoMatch`] for every other refusal.
    pub async fn verify(&self, username: &str, password: &str, source: IpAddr) -> Result<FirstStep, AuthError> {
        let begun = Instant::now();
        self.throttle.admit(source, Some(username)).await?;
        // Nobody's name holds this character, and the database refuses to compare it.
        let row = if username.contains('\0') { None } else { users::by_name(&self.pool, username).await? };
        let stored = row.as_ref().map(|row| row.password_hash.clone());
        let turn = self.hasher.turn().await?;
        self.throttle.admit(source, Some(username)).await?;
        let check = self.hasher.verify_in(&turn, stored, password.to_owned()).await?;
        let good = row.filter(|row| check.matches && row.is_active);
        let Some(row) = good else {
            self.throttle.failed(source, Some(username)).await?;
            drop(turn);
            let from = source.to_string();
            self.record("anonymous", "session.refused", &username.replace('\0', ""), &from).await;
            // Hashes of the former product take another time than ours.
            tokio::time::sleep_until(begun + LEAST_REFUSAL).await;
            return Err(AuthError::NoMatch);
        };
        drop(turn);
        if let Some(better) = check.rehashed {
            users::set_password(&self.pool, username, &better).await?;
        }
        if db::totp::of(&self.pool, row.id).await?.is_some_and(|totp| totp.secret.is_some()) {
            return Ok(FirstStep::CodeWanted(row.id));
        }
        Ok(FirstStep::In(self.let_in(row, source).await?))
    }

    /// What every sign-in ends with.
    async fn let_in(&self, row: db::users::UserRow, source: IpAddr) -> Result<CurrentUser, AuthError> {
        self.throttle.succeeded(source, &row.username).await?;
        users::signed_in(&self.pool, row.id).await?;
        self.record(&row.username, "session.start", &row.username, &source.to_string()).await;
        Ok(current(row))
    }

    /// Checks the password of an account that asks for something that needs it again. Wrong tries cost the source time
    /// as at sign-in, so that a session left open does not become a way to guess the password.
    async fn confirm_password(&self, username: &str, password: String, source: IpAddr) -> Result<(), AuthError> {
        self.throttle.admit(source, Some(username)).await?;
        let stored = users::by_name(&self.pool, username).await?.map(|row| row.password_hash);
        let turn = self.hasher.turn().await?;
        self.throttle.admit(source, Some(username)).await?;
        if !self.hasher.verify_in(&turn, stored, password).await?.matches {
            self.throttle.failed(source, Some(username)).await?;
            return Err(AuthError::NoMatch);
        }
        Ok(())
    }

    /// The account of a session, as it stands now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account(&self, id: i64) -> Result<Option<CurrentUser>, DbError> {
        Ok(users::active(&self.pool, id).await?.map(current))
    }

    /// Adds an account.
    ///
    /// # Errors
    /// When the name is taken or unusable, or the password too weak.
    pub async fn create_user(&self, username: &str, password: &str, role: Role, by: &str) -> Result<(), AuthError> {
        check_name(username)?;
        check_new_password(password, username)?;
        let hash = self.hasher.hash(password.to_owned()).await?;
        if !users::insert(&self.pool, username, &hash, role).await? {
            return Err(AuthError::Exists);
        }
        self.record(by, "user.create", username, by).await;
        Ok(())
    }

    /// Sets the password of an account whose present one is known.
    ///
    /// # Errors
    /// [`AuthError::NoMatch`] when the present password is another one, or when the new one cannot be used.
    pub async fn change_password(
        &self,
        username: &str,
        current: String,
        new: String,
        source: IpAddr,
    ) -> Result<(), AuthError> {
        self.confirm_password(username, current, source).await?;
        check_new_password(&new, username)?;
        let hash = self.hasher.hash(new).await?;
        users::set_password(&self.pool, username, &hash).await?;
        self.record(username, "user.change-password", username, &source.to_string()).await;
        Ok(())
    }

    /// Sets a password and ends the account's sessions.
    ///
    /// # Errors
    /// When there is no such account or the password is too weak.
    pub async fn reset_password(&self, username: &str, password: &str, by: &str) -> Result<(), AuthError> {
        check_new_password(password, username)?;
        let hash = self.hasher.hash(password.to_owned()).await?;
        self.changed(users::set_password(&self.pool, username, &hash).await?, username, "user.reset-password", by).await
    }

    /// Allows or refuses sign-in; refusing ends the account's sessions.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn set_active(&self, username: &str, active: bool, by: &str) -> Result<(), AuthError> {
        let action = if active { "user.enable" } else { "user.disable" };
        self.changed(users::set_active(&self.pool, username, active).await?, username, action, by).await
    }

    /// Sets the role and ends the account's sessions.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn set_role(&self, username: &str, role: Role, by: &str) -> Result<(), AuthError> {
        self.changed(users::set_role(&self.pool, username, role).await?, username, "user.set-role", by).await
    }

    /// Every account by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn users(&self) -> Result<Vec<db::users::UserRow>, DbError> {
        users::all(&self.pool).await
    }

    async fn changed(&self, found: bool, username: &str, action: &str, by: &str) -> Result<(), AuthError> {
        if !found {
            return Err(AuthError::Unknown);
        }
        sessions::end_all_of(&self.pool, username).await?;
        self.record(by, action, username, by).await;
        Ok(())
    }

    /// The audit log must not decide whether somebody gets in, so a failure is logged and not returned.
    async fn record(&self, actor: &str, action: &str, subject: &str, source: &str) {
        self.record_with(actor, action, subject, source, serde_json::json!({})).await;
    }

    /// The same with more about it; never secrets.
    async fn record_with(&self, actor: &str, action: &str, subject: &str, source: &str, detail: serde_json::Value) {
        let entry = audit::Entry { actor, action, subject, source, detail };
        if let Err(error) = audit::append(&self.pool, entry).await {
            tracing::error!(%error, audit.action = action, "audit entry not written");
        }
    }
}

fn current(row: db::users::UserRow) -> CurrentUser {
    CurrentUser { id: row.id, name: row.username, role: row.role }
}

/// Whether an account may have this name.
fn check_name(name: &str) -> Result<(), AuthError> {
    let good = (3..=150).contains(&name.chars().count()) && !name.chars().any(char::is_control) && name.trim() == name;
    if good { Ok(()) } else { Err(AuthError::BadName) }
}

/// What is stored of a secret with enough randomness of its own: a plain hash.
pub(crate) fn secret_hash(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}
