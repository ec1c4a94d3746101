//! Seals what must be stored and read again: the secrets of second factors. XChaCha20-Poly1305 with a key that is never in
//! the database. Whose secret it is, and what for, is part of the seal: one cannot be put in another's place.

use crate::config::{Config, MIN_SECRET_KEY as MIN_KEY};
use crate::db::embedded::default_data_dir;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::RngExt as _;
use rand::distr::Alphanumeric;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The file in the data directory that holds the key where none is set.
const FILE: &str = "secret.key";

/// Characters of a key that is made here: 256 random bits and more.
const KEY_LENGTH: usize = 44;

/// The first byte of everything sealed.
const VERSION: u8 = 1;

/// Where the parts of something sealed begin: version, name of the key, nonce, text.
const NONCE_AT: usize = 1 + 8;
const TEXT_AT: usize = NONCE_AT + 24;

/// The length of a secret that was stored before there were seals; nothing sealed is as short.
pub const PLAIN: usize = 20;

/// The name of a key: it says which one sealed something, and nothing about it.
pub type KeyName = [u8; 8];

/// What something sealed is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The secret of a second factor in use.
    Totp,
    /// An enrolment that waits for its first code.
    Enrolment,
}

/// Why something cannot be sealed or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// What is sealed was sealed with another key.
    #[error(
        "second factors in this database are sealed with a key that is not here; set BENCHWATCH_SECRET_KEY to it, or \
         remove them (benchwatch user reset-totp --unreadable), so that they can be set up anew"
    )]
    Foreign,
    /// There is none, and none can be kept.
    #[error("no key is set and none can be kept in {place} ({error}); set BENCHWATCH_SECRET_KEY")]
    NoPlace {
        /// The folder.
        place: String,
        /// Why not.
        error: io::Error,
    },
    /// The key's file holds something else.
    #[error("{0} holds no key: {MIN_KEY} characters or more are expected")]
    BadFile(PathBuf),
    /// What was sealed is broken, or another account's.
    #[error("a sealed secret cannot be opened: it was changed, or belongs to another account")]
    Broken,
}

/// A key that is at hand.
struct Key {
    cipher: XChaCha20Poly1305,
    name: KeyName,
}

impl Key {
    fn of(text: &str) -> Self {
        let bytes: [u8; 32] = Sha256::digest(format!("benchwatch secret key\0{text}")).into();
        let digest: [u8; 32] =
            Sha256::new().chain_update(b"benchwatch key name\0").chain_update(bytes).finalize().into();
        let mut name = KeyName::default();
        name.copy_from_slice(&digest[..8]);
        Self { cipher: XChaCha20Poly1305::new(&bytes.into()), name }
    }
}

/// The key, once it is needed.
pub struct Vault {
    setting: Option<SecretString>,
    folder: Option<PathBuf>,
    key: OnceLock<Key>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// With the key that is configured, or the one in the data directory.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let folder = config.data_dir.clone().or_else(|| default_data_dir().ok());
        Self { setting: config.secret_key.clone(), folder, key: OnceLock::new() }
    }

    /// One without a key and without a place for one.
    #[must_use]
    pub const fn closed() -> Self {
        Self { setting: None, folder: None, key: OnceLock::new() }
    }

    /// Where the key comes from, for messages.
    #[must_use]
    pub fn source(&self) -> String {
        match (&self.setting, self.file()) {
            (Some(_), _) => "BENCHWATCH_SECRET_KEY".to_owned(),
            (None, Some(file)) => file.display().to_string(),
            (None, None) => "nowhere".to_owned(),
        }
    }

    /// The file that holds the key where none is set.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(FILE)).filter(|_| self.setting.is_none())
    }

    /// The name of the key, if there is one at hand; none is made.
    ///
    /// # Errors
    /// When its file holds something else or cannot be read.
    pub fn name(&self) -> Result<Option<KeyName>, KeyFault> {
        Ok(self.find()?.map(|key| key.name))
    }

    /// The name of the key; one is made where there is none.
    ///
    /// # Errors
    /// When none can be kept.
    pub fn name_or_make(&self) -> Result<KeyName, KeyFault> {
        if let Some(key) = self.find()? {
            return Ok(key.name);
        }
        let Some(folder) = &self.folder else {
            let error = io::Error::new(ErrorKind::NotFound, "there is no data directory");
            return Err(KeyFault::NoPlace { place: self.source(), error });
        };
        make(folder).map_err(|error| KeyFault::NoPlace { place: folder.display().to_string(), error })?;
        let found = self.find()?.map(|key| key.name);
        found.ok_or_else(|| KeyFault::BadFile(folder.join(FILE)))
    }

    fn find(&self) -> Result<Option<&Key>, KeyFault> {
        if let Some(key) = self.key.get() {
            return Ok(Some(key));
        }
        let key = match (&self.setting, self.file()) {
            (Some(setting), _) => Key::of(setting.expose_secret().trim()),
            (None, Some(file)) => match fs::read_to_string(&file) {
                Ok(text) if text.trim().len() >= MIN_KEY => Key::of(text.trim()),
                Ok(_) => return Err(KeyFault::BadFile(file)),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(KeyFault::NoPlace { place: file.display().to_string(), error }),
            },
            (None, None) => return Ok(None),
        };
        Ok(Some(self.key.get_or_init(|| key)))
    }

    /// Seals something of an account with the key at hand.
    ///
    /// # Errors
    /// When there is no key.
    pub fn seal(&self, purpose: Purpose, user: i64, plain: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let key = self.find()?.ok_or(KeyFault::Foreign)?;
        let nonce: [u8; TEXT_AT - NONCE_AT] = rand::random();
        let aad = belongs(purpose, user);
        let text = key.cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad });
        let text = text.map_err(|_| KeyFault::Broken)?;
        Ok([&[VERSION][..], &key.name, &nonce, &text].concat())
    }

    /// Reads what was sealed for the same account and purpose.
    ///
    /// # Errors
    /// When it was sealed with another key, changed, or belongs to somebody else.
    pub fn open(&self, purpose: Purpose, user: i64, sealed: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let name = key_name(sealed).ok_or(KeyFault::Broken)?;
        let key = self.find()?.filter(|key| key.name == name).ok_or(KeyFault::Foreign)?;
        let nonce: [u8; TEXT_AT - NONCE_AT] =
            sealed.get(NONCE_AT..TEXT_AT).and_then(|nonce| nonce.try_into().ok()).ok_or(KeyFault::Broken)?;
        let msg = sealed.get(TEXT_AT..).ok_or(KeyFault::Broken)?;
        let aad = belongs(purpose, user);
        key.cipher.decrypt(&XNonce::from(nonce), Payload { msg, aad: &aad }).map_err(|_| KeyFault::Broken)
    }
}

/// The name of the key that sealed something.
fn key_name(sealed: &[u8]) -> Option<KeyName> {
    sealed.strip_prefix(&[VERSION])?.get(..8)?.try_into().ok()
}

/// What is bound to a seal.
fn belongs(purpose: Purpose, user: i64) -> [u8; 9] {
    let mut aad = [match purpose {
        Purpose::Totp => 1,
        Purpose::Enrolment => 2,
    }; 9];
    aad[1..].copy_from_slice(&user.to_be_bytes());
    aad
}

/// Puts a new key into the folder, whole or not at all; whoever comes second finds the first one's.
fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let own = folder.join(format!("{FILE}.{}", uuid::Uuid::new_v4().simple()));
    let text: String = rand::rng().sample_iter(&Alphanumeric).take(KEY_LENGTH).map(char::from).collect();
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&own).and_then(|mut file| {
        file.write_all(format!("{text}\n").as_bytes())?;
        file.sync_all()?;
        fs::hard_link(&own, folder.join(FILE))
    });
    fs::remove_file(&own).ok();
    match written {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Ok(()) => {
            tracing::info!(file = %folder.join(FILE).display(), "a key for second factors was made; back it up");
            Ok(())
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn vault(key: &str) -> Vault {
        Vault { setting: Some(key.into()), ..Vault::closed() }
    }

    #[test]
    fn what_is_sealed_opens_for_its_account_and_purpose_with_its_key_only() {
        let one = vault("a key of more than thirty-two characters");
        let sealed = one.seal(Purpose::Totp, 7, b"12345678901234567890").expect("sealed");
        assert!(sealed.len() > PLAIN && !sealed.windows(4).any(|part| part == b"1234"));
        assert_eq!(one.open(Purpose::Totp, 7, &sealed).expect("opened"), b"12345678901234567890");
        assert_ne!(one.seal(Purpose::Totp, 7, b"12345678901234567890").expect("sealed"), sealed, "a nonce each");
        assert!(matches!(one.open(Purpose::Totp, 8, &sealed), Err(KeyFault::Broken)));
        assert!(matches!(one.open(Purpose::Enrolment, 7, &sealed), Err(KeyFault::Broken)));
        let other = vault("another key of more than thirty-two characters");
        assert!(matches!(other.open(Purpose::Totp, 7, &sealed), Err(KeyFault::Foreign)));
        for at in [0, 1, NONCE_AT, TEXT_AT, sealed.len() - 1] {
            let mut broken = sealed.clone();
            broken[at] ^= 1;
            assert!(one.open(Purpose::Totp, 7, &broken).is_err(), "byte {at}");
        }
        for short in [0, 1, NONCE_AT, TEXT_AT, TEXT_AT + 3] {
            assert!(one.open(Purpose::Totp, 7, &sealed[..short]).is_err(), "{short} bytes");
        }
    }

    #[test]
    fn the_key_is_made_once_and_for_its_owner_alone() {
        let folder = std::env::temp_dir().join(format!("benchwatch-vault-{}", uuid::Uuid::new_v4().simple()));
        let at_home = || Vault { folder: Some(folder.clone()), ..Vault::closed() };
        assert_eq!(at_home().name().expect("looked for"), None, "looking makes none");
        let names: Vec<KeyName> = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..8).map(|_| scope.spawn(|| at_home().name_or_make().expect("made"))).collect();
            makers.into_iter().map(|maker| maker.join().expect("no panic")).collect()
        });
        assert!(names.iter().all(|name| *name == names[0]), "{names:?}");
        let file = folder.join(FILE);
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 1);
        // The file's text may be set instead.
        let text = fs::read_to_string(&file).expect("text");
        assert_eq!(vault(&text).name().expect("a key"), Some(names[0]));
        fs::write(&file, "short").expect("written");
        assert!(matches!(at_home().name_or_make(), Err(KeyFault::BadFile(_))));
        fs::remove_dir_all(&folder).expect("removed");
        assert!(matches!(Vault::closed().name_or_make(), Err(KeyFault::NoPlace { .. })));
    }
}
