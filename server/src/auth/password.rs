//! Passwords: what is accepted, how they are hashed and checked.

use super::AuthError;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The fewest characters of a password.
pub const MIN_LENGTH: usize = 12;

/// The most bytes of a password; beyond that only the hash function's time would grow.
pub const MAX_BYTES: usize = 1_024;

/// Why a new password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Too short.
    #[error("a password has at least {MIN_LENGTH} characters")]
    TooShort,
    /// Too long.
    #[error("a password has at most {MAX_BYTES} bytes")]
    TooLong,
    /// Everybody's.
    #[error("this password is on the list of common passwords, is the user name, or repeats a few characters")]
    Common,
}

/// Roots of the most used passwords of twelve and more characters (padded variants are caught by the prefix rule).
const COMMON: [&str; 14] = [
    "password",
    "123456",
    "qwerty",
    "letmein",
    "welcome",
    "administrator",
    "iloveyou",
    "abc123",
    "changeme",
    "111111",
    "monkey",
    "dragon",
    "laboratory",
    "benchwatch",
];

/// Whether a new password may be used.
///
/// # Errors
/// Says why not.
pub fn check_new_password(password: &str, username: &str) -> Result<(), PasswordFault> {
    if password.chars().count() < MIN_LENGTH {
        return Err(PasswordFault::TooShort);
    }
    if password.len() > MAX_BYTES {
        return Err(PasswordFault::TooLong);
    }
    let lower = password.to_lowercase();
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let rest_is_plain = |root: &str| {
        lower
            .strip_prefix(root)
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || "!.?_-".contains(c)) || rest == root)
    };
    if distinct.len() < 5 || lower == username.to_lowercase() || COMMON.into_iter().any(rest_is_plain) {
        return Err(PasswordFault::Common);
    }
    Ok(())
}

/// The outcome of a check.
pub struct Check {
    /// Whether the password is the one.
    pub matches: bool,
    /// A new hash to store, when the stored one used other parameters.
    pub rehashed: Option<String>,
}

/// argon2id, two at a time, off the async threads.
pub struct Hasher {
    argon2: Argon2<'static>,
    slots: Arc<Semaphore>,
    decoy: String,
}

impl Hasher {
    /// OWASP's first choice (46 MiB, one pass, one lane) with a second pass: 100 to 250 ms on a small server.
    pub fn new() -> Self {
        let params = Params::new(47_104, 2, 1, None).expect("parameters within argon2's bounds");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = argon2
            .hash_password(&rand::random::<[u8; 32]>())
            .map(|hash| hash.to_string())
            .expect("hashing with checked parameters");
        Self { argon2, slots: Arc::new(Semaphore::new(2)), decoy }
    }

    /// Hashes a password into PHC form.
    pub async fn hash(&self, password: String) -> Result<String, AuthError> {
        let argon2 = self.argon2.clone();
        let turn = self.turn().await?;
        off_thread(&turn, move || hash(&argon2, &password)).await?
    }

    /// Checks a password. Without a stored hash a decoy is checked, so that an unknown name takes as long.
    pub async fn verify(&self, stored: Option<String>, password: String) -> Result<Check, AuthError> {
        let turn = self.turn().await?;
        self.verify_in(&turn, stored, password).await
    }

    /// Waits until a hash may be computed. Whoever counts wrong tries looks at the count after this and notes a wrong
    /// one before the turn is given back: else hundreds could be tried at once before the first is counted.
    pub async fn turn(&self) -> Result<Turn, AuthError> {
        Ok(Arc::new(self.slots.clone().acquire_owned().await.map_err(|_| AuthError::Hash)?))
    }

    /// The same in a turn that one has.
    pub async fn verify_in(&self, turn: &Turn, stored: Option<String>, password: String) -> Result<Check, AuthError> {
        let argon2 = self.argon2.clone();
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.clone());
        off_thread(turn, move || {
            let short_enough = password.len() <= MAX_BYTES;
            if stored.starts_with("$2") {
                // The product this one replaces; its hash is replaced at once.
                let matches = bcrypt::verify(&password, &stored).unwrap_or(false) && known && short_enough;
                let rehashed = if matches { Some(hash(&argon2, &password)?) } else { None };
                return Ok(Check { matches, rehashed });
            }
            let parsed = PasswordHash::new(&stored).map_err(|_| AuthError::Hash)?;
            let matches = argon2.verify_password(password.as_bytes(), &parsed).is_ok() && known && short_enough;
            let current = stored.contains("m=47104,t=2,p=1");
            let rehashed = if matches && !current { Some(hash(&argon2, &password)?) } else { None };
            Ok(Check { matches, rehashed })
        })
        .await?
    }
}

/// Leave to compute a hash, until it and the computation are over.
pub type Turn = Arc<OwnedSemaphorePermit>;

async fn off_thread<T: Send + 'static>(turn: &Turn, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AuthError> {
    let turn = Arc::clone(turn);
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    })
    .await
    .map_err(|_| AuthError::Hash)
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, AuthError> {
    argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|_| AuthError::Hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_and_long_ones_welcome() {
        let check = |password: &str| check_new_password(password, "marta.ibarra");
        assert_eq!(check("short"), Err(PasswordFault::TooShort));
        assert_eq!(check("Password2026!"), Err(PasswordFault::Common));
        assert_eq!(check("abababababab"), Err(PasswordFault::Common));
        assert_eq!(check("Marta.Ibarra"), Err(PasswordFault::Common));
        let long = "long enough ".repeat(100);
        assert_eq!(check(&long), Err(PasswordFault::TooLong));
        assert_eq!(check("correct horse battery"), Ok(()));
    }

    #[tokio::test]
    async fn a_hash_opens_with_its_password_only() {
        let hasher = Hasher::new();
        let stored = hasher.hash("correct horse battery".into()).await.expect("hashed");
        assert!(stored.starts_with("$argon2id$"));
        assert!(hasher.verify(Some(stored.clone()), "correct horse battery".into()).await.expect("checked").matches);
        assert!(!hasher.verify(Some(stored), "correct horse batterz".into()).await.expect("checked").matches);
        assert!(!hasher.verify(None, "correct horse battery".into()).await.expect("checked").matches);
    }

    #[tokio::test]
    async fn the_hash_of_the_former_product_is_accepted_and_replaced() {
        let stored = bcrypt::hash("correct horse battery", 4).expect("hashed");
        assert!(stored.starts_with("$2b$"));
        let hasher = Hasher::new();
        let check = hasher.verify(Some(stored.clone()), "correct horse battery".into()).await.expect("checked");
        assert!(check.matches && check.rehashed.expect("a new hash").starts_with("$argon2id$"));
        let check = hasher.verify(Some(stored), "correct horse batterz".into()).await.expect("checked");
        assert!(!check.matches && check.rehashed.is_none());
        assert!(
            !hasher.verify(Some("$2b$nonsense".into()), "correct horse battery".into()).await.expect("checked").matches
        );
    }

    #[tokio::test]
    async fn an_old_hash_is_replaced_at_sign_in() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).expect("params"));
        let stored = hash(&weak, "correct horse battery").expect("hashed");
        let check = Hasher::new().verify(Some(stored), "correct horse battery".into()).await.expect("checked");
        assert!(check.rehashed.expect("a new hash").contains("m=47104,t=2"));
    }
}
