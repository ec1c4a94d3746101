//! The second factor: time-based codes (RFC 6238), shown once at enrolment with recovery codes, each accepted once.

use super::vault::Purpose;
use super::{Auth, AuthError, secret_hash};
use crate::db::{self, totp, users};
use app::model::session::CurrentUser;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::net::IpAddr;
use totp_rs::{Builder, Secret, Totp};

/// Recovery codes of an account.
const CODES: usize = 10;

/// Letters of recovery codes: none that looks like another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Seconds for which an enrolment that has been begun may be confirmed.
const ENROLMENT: i64 = 30 * 60;

/// An enrolment that waits for its first code.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pending {
    secret: String,
    codes: Vec<String>,
    at: i64,
}

/// What an account sees of its second factor.
pub enum TotpState {
    /// None.
    Off,
    /// Begun: what is shown until a code confirms it.
    Pending(Enrolment),
    /// In use.
    On {
        /// Since when.
        since: DateTime<Utc>,
        /// Recovery codes that are left.
        codes_left: i64,
        /// Whether codes of the authenticator can be checked: not without the key that the secret is sealed with.
        readable: bool,
    },
}

/// What a person needs to set an authenticator up.
pub struct Enrolment {
    /// The address in the QR code, as a drawing.
    pub svg: String,
    /// The secret in letters, for typing.
    pub secret: String,
    /// The recovery codes.
    pub codes: Vec<String>,
}

impl Auth {
    /// The second factor of an account.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn totp(&self, user: &CurrentUser) -> Result<TotpState, AuthError> {
        let Some(row) = totp::of(&self.pool, user.id).await? else { return Ok(TotpState::Off) };
        if let (Some(secret), Some(since)) = (row.secret, row.since) {
            let readable = self.read_secret(user.id, secret).await.is_ok();
            return Ok(TotpState::On { since, codes_left: row.codes_left, readable });
        }
        match self.pending(user.id, row.pending) {
            Some(pending) => Ok(TotpState::Pending(shown(&pending, &user.name)?)),
            None => Ok(TotpState::Off),
        }
    }

    /// Begins an enrolment, for whoever knows the account's password.
    ///
    /// # Errors
    /// [`AuthError::Throttled`], [`AuthError::NoMatch`], [`AuthError::TotpInUse`].
    pub async fn begin_totp(&self, user: &CurrentUser, password: String, source: IpAddr) -> Result<(), AuthError> {
        self.confirm_password(&user.name, password, source).await?;
        if totp::of(&self.pool, user.id).await?.is_some_and(|row| row.secret.is_some()) {
            return Err(AuthError::TotpInUse);
        }
        let secret = Secret::new(Box::from(rand::random::<[u8; 20]>())).to_base32();
        let pending = Pending { secret, codes: (0..CODES).map(|_| code()).collect(), at: Utc::now().timestamp() };
        let value = serde_json::to_vec(&pending).map_err(|_| AuthError::Hash)?;
        self.own_key().await?;
        let sealed = self.vault.seal(Purpose::Enrolment, user.id, &value)?;
        let stored = json!({ "sealed": BASE64_STANDARD.encode(sealed) });
        totp::set_pending(&self.pool, user.id, Some(&stored)).await?;
        Ok(())
    }

    /// Gives an enrolment up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cancel_totp(&self, user: &CurrentUser) -> Result<(), AuthError> {
        Ok(totp::set_pending(&self.pool, user.id, None).await?)
    }

    /// Puts the second factor in use, once its first code is right.
    ///
    /// # Errors
    /// [`AuthError::Throttled`], [`AuthError::BadCode`] when it is not, or nothing waits to be confirmed.
    pub async fn confirm_totp(&self, user: &CurrentUser, given: &str, source: IpAddr) -> Result<(), AuthError> {
        self.throttle.admit(source, Some(&user.name)).await?;
        let row = totp::of(&self.pool, user.id).await?;
        let Some(pending) = row.and_then(|row| self.pending(user.id, row.pending)) else {
            return Err(AuthError::BadCode);
        };
        let secret = Secret::try_from_base32(&pending.secret).map_err(|_| AuthError::Hash)?;
        let secret: &[u8] = secret.as_ref();
        let Some(step) = matching_step(secret, given)? else {
            self.throttle.failed(source, Some(&user.name)).await?;
            return Err(AuthError::BadCode);
        };
        let codes: Vec<Vec<u8>> = pending.codes.iter().map(|code| hashed(code)).collect();
        let mut tx = db::begin(&self.pool).await?;
        let sealed = self.seal_for_use(&mut tx, user.id, secret).await?;
        totp::put_in_use(&mut tx, user.id, &sealed, step, &codes).await?;
        tx.commit().await.map_err(db::DbError::from)?;
        self.record(&user.name, "totp.enable", &user.name, &source.to_string()).await;
        Ok(())
    }

    /// Removes one's own second factor; needs the password.
    ///
    /// # Errors
    /// [`AuthError::Throttled`], [`AuthError::NoMatch`], [`AuthError::Unknown`] when there is none.
    pub async fn remove_totp(&self, user: &CurrentUser, password: String, source: IpAddr) -> Result<(), AuthError> {
        self.confirm_password(&user.name, password, source).await?;
        if !totp::remove(&self.pool, &user.name).await? {
            return Err(AuthError::Unknown);
        }
        self.record(&user.name, "totp.disable", &user.name, &source.to_string()).await;
        Ok(())
    }

    /// Removes the second factor of somebody who has lost it.
    ///
    /// # Errors
    /// [`AuthError::Unknown`] when there is no such account or it has none.
    pub async fn reset_totp(&self, username: &str, by: &str, source: &str) -> Result<(), AuthError> {
        if !totp::remove(&self.pool, username).await? {
            return Err(AuthError::Unknown);
        }
        self.record(by, "totp.reset", username, source).await;
        Ok(())
    }

    /// The accounts that use a second factor, by number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn totp_users(&self) -> Result<Vec<i64>, AuthError> {
        Ok(totp::users(&self.pool).await?)
    }

    /// The second step of a sign-in: a code of the authenticator or a recovery code, for an account whose password was
    /// right. Each code is accepted once.
    ///
    /// # Errors
    /// [`AuthError::Throttled`], [`AuthError::BadCode`], and [`AuthError::NoMatch`] for an account that may not be used
    /// any more.
    pub async fn second_step(&self, account: i64, given: &str, source: IpAddr) -> Result<CurrentUser, AuthError> {
        let Some(row) = users::active(&self.pool, account).await? else { return Err(AuthError::NoMatch) };
        let from = source.to_string();
        // Codes take turns as passwords do, or many could be tried at once before the first wrong one is counted.
        let turn = self.hasher.turn().await?;
        self.throttle.admit(source, Some(&row.username)).await?;
        if !self.takes(account, given).await? {
            self.throttle.failed(source, Some(&row.username)).await?;
            self.record(&row.username, "session.code-refused", &row.username, &from).await;
            return Err(AuthError::BadCode);
        }
        drop(turn);
        self.let_in(row, source).await
    }

    /// What waits to be confirmed. What cannot be read any more is begun again.
    fn pending(&self, user: i64, stored: Option<serde_json::Value>) -> Option<Pending> {
        let sealed = BASE64_STANDARD.decode(stored?.get("sealed")?.as_str()?).ok()?;
        let plain = self.vault.open(Purpose::Enrolment, user, &sealed).ok()?;
        let pending: Pending = serde_json::from_slice(&plain).ok()?;
        (Utc::now().timestamp() - pending.at < ENROLMENT).then_some(pending)
    }

    async fn takes(&self, account: i64, given: &str) -> Result<bool, AuthError> {
        let Some(stored) = totp::of(&self.pool, account).await?.and_then(|row| row.secret) else { return Ok(false) };
        let step = match self.read_secret(account, stored).await {
            Ok(secret) => matching_step(&secret, given)?,
            // Recovery codes are checked without the secret.
            Err(AuthError::Key(fault)) if digits(given).is_some() => return Err(fault.into()),
            Err(AuthError::Key(_)) => None,
            Err(error) => return Err(error),
        };
        if let Some(step) = step {
            return Ok(totp::take_step(&self.pool, account, step).await?);
        }
        Ok(totp::take_recovery_code(&self.pool, account, &hashed(given)).await?)
    }
}

/// The six digits of a code, if it is one.
fn digits(given: &str) -> Option<String> {
    let digits: String = given.chars().filter(|c| !c.is_whitespace()).take(7).collect();
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// The step whose code this is, within one step of now; an authenticator's clock may be a little off.
fn matching_step(secret: &[u8], given: &str) -> Result<Option<i64>, AuthError> {
    let Some(digits) = digits(given) else { return Ok(None) };
    let now = u64::try_from(Utc::now().timestamp()).unwrap_or(0);
    let step = totp(secret, "account")?.check(&digits, now);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

fn totp(secret: &[u8], account: &str) -> Result<Totp, AuthError> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_skew(1)
        .with_issuer(Some("benchwatch"))
        .with_account_name(account)
        .build()
        .map_err(|_| AuthError::Hash)
}

fn shown(pending: &Pending, name: &str) -> Result<Enrolment, AuthError> {
    let secret = Secret::try_from_base32(&pending.secret).map_err(|_| AuthError::Hash)?;
    // A colon would end the account's name in the address.
    let url = totp(secret.as_ref(), &name.replace(':', " "))?.to_url().map_err(|_| AuthError::Hash)?;
    let code = QrCode::new(url.as_bytes()).map_err(|_| AuthError::Hash)?;
    let drawing = code.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    // The declaration has no place inside a page.
    let svg = drawing.find("<svg").map_or_else(String::new, |at| drawing[at..].to_owned());
    Ok(Enrolment { svg, secret: pending.secret.clone(), codes: pending.codes.clone() })
}

/// 120 random bits, so that a plain hash of them is enough, in letters that can be read out and groups of four.
fn code() -> String {
    let letters = rand::random::<[u8; 24]>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let groups: Vec<String> = letters.chunks(4).map(|four| four.iter().collect()).collect();
    groups.join("-")
}

/// What is stored of a recovery code, however it was typed.
fn hashed(code: &str) -> Vec<u8> {
    let plain: String = code.to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    secret_hash(plain.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of eight digits.
        let totp = totp(b"12345678901234567890", "account").expect("a generator");
        assert_eq!(totp.generate(59).to_string(), "287082");
        assert_eq!(totp.generate(1_111_111_109).to_string(), "081804");
        assert_eq!(totp.generate(20_000_000_000).to_string(), "353130");
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_typed() {
        let one = code();
        assert_eq!(one.len(), 29);
        assert_eq!(hashed(&one), hashed(&format!(" {} ", one.replace('-', " ").to_uppercase())));
        assert_ne!(hashed(&one), hashed(&code()));
    }

    #[test]
    fn what_is_no_code_matches_nothing() {
        for given in ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34\0 56"] {
            assert_eq!(matching_step(b"12345678901234567890", given).expect("checked"), None, "{given:?}");
        }
    }

    #[test]
    fn the_drawing_is_an_svg_without_a_declaration() {
        let pending = Pending { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into(), codes: vec![], at: 0 };
        let shown = shown(&pending, "ana: \"<b>\"").expect("shown");
        assert!(shown.svg.starts_with("<svg") && !shown.svg.contains("<b>"), "{}", shown.svg);
    }
}
