//! Where the copy is kept: a given PostgreSQL, or one of our own below the data directory.

use super::reader::Reader;
use secrecy::SecretString;
use std::time::Duration;
use url::Url;

/// Most connections of a pool for work: a handful of writers keeps the database busy.
const WORK_CONNECTIONS: u32 = 6;

/// How to reach the database, and how much of it to use.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// The address with user and password; absent = the embedded cluster.
    pub url: Option<SecretString>,
    /// A replica of it for reading; absent = everything is read where it is written.
    pub replica_url: Option<SecretString>,
    /// The database of the product that this one replaces; only `benchwatch import` looks there.
    pub former_url: Option<SecretString>,
    /// Most connections of one pool.
    pub max_connections: u32,
    /// How long a request waits for a free connection, and a start for the server.
    pub acquire_timeout: Duration,
    /// Longest statement; absent = none. Pages and REST have one, the synchronisation has not.
    pub statement_timeout: Option<Duration>,
}

impl DatabaseConfig {
    /// Settings for a database of this address with the usual limits.
    #[must_use]
    pub fn at(url: impl Into<SecretString>) -> Self {
        Self { url: Some(url.into()), ..Self::default() }
    }

    /// The same database for work that may take long: no limit on statements.
    #[must_use]
    pub fn for_work(&self) -> Self {
        Self { statement_timeout: None, max_connections: WORK_CONNECTIONS, ..self.clone() }
    }

    /// The same limits at the replica, if there is one.
    #[must_use]
    pub fn at_replica(&self) -> Option<Self> {
        let url = self.replica_url.clone()?;
        Some(Self { url: Some(url), ..self.clone() })
    }

    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let given = reader.secret("DATABASE_URL");
        let old = from_parts(reader);
        let replica = reader.secret("DATABASE_REPLICA_URL");
        let former = reader.secret("BENCHWATCH_IMPORT_URL");
        Self {
            url: given.and_then(|url| checked_url(reader, "DATABASE_URL", &url)).or(old),
            former_url: former.and_then(|url| checked_url(reader, "BENCHWATCH_IMPORT_URL", &url)),
            replica_url: replica.and_then(|url| checked_url(reader, "DATABASE_REPLICA_URL", &url)),
            ..Self::default()
        }
    }
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: None,
            former_url: None,
            replica_url: None,
            max_connections: 20,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Some(Duration::from_secs(30)),
        }
    }
}

/// The address if it is one of PostgreSQL; `postgresql+driver://` of the old product is understood.
fn checked_url(reader: &Reader<'_>, name: &str, url: &SecretString) -> Option<SecretString> {
    use secrecy::ExposeSecret as _;
    let text = url.expose_secret();
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let known = matches!(scheme.split('+').next(), Some("postgres" | "postgresql"));
    let plain = format!("postgres://{rest}");
    if !known || Url::parse(&plain).is_err() {
        // The value holds a password: it is not repeated.
        reader.problem(name, "must look like postgres://user:password@host:5432/database");
        return None;
    }
    Some(plain.into())
}

/// The old product's single variables; any of them set means that this way is wanted.
fn from_parts(reader: &Reader<'_>) -> Option<SecretString> {
    use secrecy::ExposeSecret as _;
    let (database, user, host) =
        (reader.text("POSTGRES_DB"), reader.text("POSTGRES_USER"), reader.text("POSTGRES_HOST"));
    let password = reader.secret("POSTGRES_PASSWORD");
    let port: u16 = reader.parsed("POSTGRES_PORT", "a port number", 5432);
    if reader.has("DATABASE_URL") || [&database, &user, &host].iter().all(|part| part.is_none()) {
        return None;
    }
    for (name, part) in [("POSTGRES_DB", &database), ("POSTGRES_USER", &user)] {
        if part.is_none() {
            reader.problem(name, "is missing; the POSTGRES_ variables go together (or set DATABASE_URL)");
        }
    }
    let mut url = Url::parse("postgres://localhost").expect("a constant address");
    let host = host.as_deref().unwrap_or("localhost");
    if url.set_host(Some(host)).is_err() {
        reader.problem("POSTGRES_HOST", format_args!("must be a host name, not {host:?}"));
        return None;
    }
    url.set_port(Some(port)).ok()?;
    url.set_username(&user?.replace('%', "%25")).ok()?;
    let password = password.map(|secret| secret.expose_secret().replace('%', "%25"));
    url.set_password(password.as_deref()).ok()?;
    url.path_segments_mut().ok()?.push(&database?);
    Some(String::from(url).into())
}

#[cfg(test)]
mod tests {
    use crate::config::tests::config;
    use secrecy::ExposeSecret as _;

    fn url(settings: &[(&str, &str)]) -> Option<String> {
        config(settings).expect("good").database.url.map(|url| url.expose_secret().to_owned())
    }

    #[test]
    fn without_settings_the_embedded_database_is_meant() {
        assert_eq!(url(&[]), None);
    }

    #[test]
    fn a_password_with_any_characters_survives_the_old_variables() {
        let found = url(&[
            ("POSTGRES_DB", "lab"),
            ("POSTGRES_USER", "me"),
            ("POSTGRES_PASSWORD", "p@ss/w:rd?#%41 ü"),
            ("POSTGRES_HOST", "db"),
        ]);
        assert_eq!(found.as_deref(), Some("postgres://me:p%40ss%2Fw%3Ard%3F%23%2541%20%C3%BC@db:5432/lab"));
    }

    #[test]
    fn the_whole_address_wins_and_an_old_driver_is_understood() {
        let found = url(&[("DATABASE_URL", "postgresql+psycopg://a:b@c/d"), ("POSTGRES_DB", "x")]);
        assert_eq!(found.as_deref(), Some("postgres://a:b@c/d"));
    }

    #[test]
    fn an_address_of_something_else_is_refused_without_showing_it() {
        let error = config(&[("DATABASE_URL", "mysql://u:hunter2@h/d")]).expect_err("refused").to_string();
        assert!(error.contains("DATABASE_URL") && !error.contains("hunter2"), "{error}");
    }
}
