//! Settings, read once from the environment into typed sections. Every fault is told at once, with the variable and
//! what is expected of it. Nothing below reads the environment again.

mod database;
mod dotenv;
mod http;
mod lab;
mod log;
mod network;
mod oidc;
mod operate;
mod qbench;
mod reader;
mod sync;
mod vault;

pub use self::qbench::QBENCH_REQUIRED;
pub use database::DatabaseConfig;
pub use http::HttpConfig;
pub use lab::{FINAL_STATES, Held, LabConfig};
pub use log::{LogConfig, LogFormat};
pub use network::{Network, NoNetwork};
pub use oidc::{CALLBACK, OidcConfig};
pub use operate::{AlertConfig, DeliveryConfig, OperateConfig};
pub use sync::{SyncConfig, WorksheetMode};

use ::qbench::ClientConfig;
use reader::Reader;
use secrecy::{ExposeSecret as _, SecretString};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the copy is kept.
    pub database: DatabaseConfig,
    /// The web side.
    pub http: HttpConfig,
    /// Sign-in through an identity provider; absent = names and passwords only.
    pub oidc: Option<OidcConfig>,
    /// The laboratory.
    pub lab: LabConfig,
    /// Access to QBench; absent = synchronisation is off.
    pub qbench: Option<ClientConfig>,
    /// How the synchronisation reads.
    pub sync: SyncConfig,
    /// The log.
    pub log: LogConfig,
    /// Limits, alerts and how long history is kept.
    pub operate: OperateConfig,
    /// What the key that seals secrets of second factors is made from; absent = a file in the data directory.
    pub secret_key: Option<SecretString>,
    /// Home of the embedded database; absent = the usual place of the user.
    pub data_dir: Option<PathBuf>,
}

/// Everything that is wrong with the settings, one line each.
#[derive(Debug, thiserror::Error)]
#[error("{} in the configuration:\n  {}", count(.0.len()), .0.join("\n  "))]
pub struct ConfigError(pub Vec<String>);

fn count(problems: usize) -> String {
    if problems == 1 { "a problem".to_owned() } else { format!("{problems} problems") }
}

/// The fewest characters of the key.
pub const MIN_SECRET_KEY: usize = 32;

fn secret_key(reader: &Reader<'_>) -> Option<SecretString> {
    const NAME: &str = "BENCHWATCH_SECRET_KEY";
    let key = reader.secret(NAME)?;
    if key.expose_secret().len() < MIN_SECRET_KEY {
        reader.problem(
            NAME,
            format_args!("must have {MIN_SECRET_KEY} random characters or more (openssl rand -base64 32)"),
        );
        return None;
    }
    Some(key)
}

impl Config {
    /// Reads the settings through a lookup of variables.
    ///
    /// # Errors
    /// All faults together.
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        let http = HttpConfig::read(&reader);
        let config = Self {
            oidc: oidc::read(&reader, http.public_url.as_ref()),
            database: DatabaseConfig::read(&reader),
            http,
            lab: LabConfig::read(&reader),
            qbench: self::qbench::read(&reader),
            sync: SyncConfig::read(&reader),
            log: LogConfig::read(&reader),
            operate: OperateConfig::read(&reader),
            secret_key: secret_key(&reader),
            data_dir: reader.text("BENCHWATCH_DATA_DIR").map(PathBuf::from),
        };
        let problems = reader.into_problems();
        if problems.is_empty() { Ok(config) } else { Err(ConfigError(problems)) }
    }

    /// Reads the environment, with the gaps filled from `.env` in the working directory, and what is kept in Vault.
    ///
    /// # Errors
    /// All faults together; those of Vault alone, since what it did not give cannot be judged.
    pub async fn from_environment() -> Result<Self, ConfigError> {
        let mut variables: HashMap<String, String> = match std::fs::read_to_string(".env") {
            Ok(text) => dotenv::parse(&text),
            Err(_) => HashMap::new(),
        };
        let texts = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        variables.extend(std::env::vars_os().filter_map(texts));
        vault::resolve(&mut variables).await?;
        Self::from_lookup(&|name| variables.get(name).cloned())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    /// The settings of a list of pairs.
    pub(crate) fn config(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_lookup(&|name| {
            settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_variable() {
        let error = config(&[
            ("BENCHWATCH_ADDR", "here"),
            ("PAGE_SIZE", "51"),
            ("BENCHWATCH_TIME_ZONE", "Mars/Olympus"),
            ("QBENCH_BASE_URL", "https://lab.qbench.net"),
            ("QBENCH_CLIENT_SECRET", "x"),
            ("BENCHWATCH_SECRET_KEY", "too short"),
            ("SYNC_WORKSHEETS", "some"),
        ]);
        let ConfigError(problems) = error.expect_err("refused");
        let named: Vec<&str> = problems.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(
            named,
            [
                "BENCHWATCH_ADDR",
                "BENCHWATCH_TIME_ZONE",
                "QBENCH_CLIENT_ID",
                "PAGE_SIZE",
                "SYNC_WORKSHEETS",
                "BENCHWATCH_SECRET_KEY"
            ]
        );
    }

    #[test]
    fn without_qbench_credentials_synchronisation_is_off_and_nothing_is_wrong() {
        assert!(config(&[]).expect("good").qbench.is_none());
        assert!(config(&[("QBENCH_CLIENT_ID", "  ")]).expect("empty is absent").qbench.is_none());
    }

    #[test]
    fn secrets_are_read_from_files_and_never_shown() {
        let file = std::env::temp_dir().join(format!("benchwatch-secret-{}", uuid::Uuid::new_v4()));
        std::fs::write(&file, "quiet-word\n").expect("written");
        let path = file.to_string_lossy().into_owned();
        let read = config(&[
            ("QBENCH_BASE_URL", "https://lab.qbench.net"),
            ("QBENCH_CLIENT_ID", "id"),
            ("QBENCH_CLIENT_SECRET_FILE", &path),
        ]);
        std::fs::remove_file(&file).expect("removed");
        let read = read.expect("good");
        use secrecy::ExposeSecret as _;
        let client = read.qbench.as_ref().expect("on");
        assert_eq!(client.client_secret.expose_secret(), "quiet-word");
        assert!(!format!("{read:?}").contains("quiet-word"));
        let gone = config(&[("DATABASE_URL_FILE", &path)]).expect_err("no such file").to_string();
        assert!(gone.contains("DATABASE_URL_FILE"), "{gone}");
    }

    #[test]
    fn the_example_file_names_exactly_the_variables_that_are_read() {
        let asked = RefCell::new(BTreeSet::new());
        let _ = Config::from_lookup(&|name| {
            asked.borrow_mut().insert(name.to_owned());
            None
        });
        asked.borrow_mut().extend(vault::VARIABLES.map(str::to_owned));
        let shown: BTreeSet<String> = include_str!("../../../.env.example")
            .lines()
            .filter_map(|line| line.trim_start_matches(['#', ' ']).split_once('='))
            .map(|(name, _)| name.to_owned())
            .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
            .collect();
        assert_eq!(asked.into_inner(), shown);
    }
}
