//! PostgreSQL's client programs, and the database's address in the form that they take: the password goes through the
//! environment, where other users of the machine cannot read it.

use super::DumpError;
use crate::db::embedded::{major, program_folders};
use secrecy::{ExposeSecret as _, SecretString};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;
use url::Url;

/// Parts of an address's query that libpq knows too.
const SHARED: [&str; 7] = ["sslmode", "sslrootcert", "sslcert", "sslkey", "host", "port", "user"];

/// Where the database is.
pub struct Address {
    plain: String,
    password: Option<SecretString>,
}

impl Address {
    /// Takes the password out of an address.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(url: &SecretString) -> Result<Self, DumpError> {
        let mut url = Url::parse(url.expose_secret()).map_err(|_| DumpError::Address)?;
        let mut password = url.password().map(decoded);
        let mut kept = Vec::new();
        for (name, value) in url.query_pairs().into_owned() {
            let name = if name == "ssl-mode" { "sslmode".to_owned() } else { name };
            if name == "password" {
                password = Some(value);
            } else if SHARED.contains(&name.as_str()) {
                kept.push((name, value));
            }
        }
        url.set_password(None).map_err(|()| DumpError::Address)?;
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        Ok(Self { plain: url.into(), password: password.map(Into::into) })
    }
}

/// Percent signs resolved; unlike in a form, `+` and `&` mean themselves.
fn decoded(text: &str) -> String {
    let field = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(field.as_bytes()).next().map_or_else(String::new, |(_, value)| value.into_owned())
}

/// The programs of one version.
pub struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// Finds programs that are as new as the server of version `server`; `embedded` is the folder of a database of
    /// our own.
    ///
    /// # Errors
    /// When there are none.
    pub async fn find(server: u32, embedded: Option<&Path>) -> Result<Self, DumpError> {
        let mut best: Option<(u32, PathBuf)> = None;
        for folder in program_folders("pg_dump", embedded) {
            let complete = ["pg_restore", "psql"].iter().all(|name| folder.join(name).is_file());
            let Some(version) = version(&folder.join("pg_dump")).await else { continue };
            // The nearest version writes what the server understands.
            if complete && version >= server && best.as_ref().is_none_or(|(known, _)| version < *known) {
                best = Some((version, folder));
            }
        }
        best.map(|(_, folder)| Self { folder }).ok_or(DumpError::NoTools { program: "pg_dump", minimum: server })
    }

    /// A program that works on the database.
    pub(super) fn on(&self, program: &str, address: &Address) -> Command {
        let mut command = self.program(program);
        command.arg(format!("--dbname={}", address.plain));
        match &address.password {
            Some(password) => command.env("PGPASSWORD", password.expose_secret()),
            None => &mut command,
        };
        command
    }

    /// A program that works on files.
    pub(super) fn program(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.env("LC_MESSAGES", "C").env("PGAPPNAME", "benchwatch backup").env_remove("PGOPTIONS");
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

async fn version(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output().await;
    major(&String::from_utf8_lossy(&output.ok()?.stdout))
}

/// Runs a program to its end; gives what it wrote.
pub(super) async fn finish(program: &'static str, command: &mut Command) -> Result<Vec<u8>, DumpError> {
    let output = command.output().await.map_err(|error| DumpError::Program { program, why: error.to_string() })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(DumpError::Program { program, why: last_words(&output.stderr) })
}

/// The last lines of what a program wrote, on one line.
pub(super) fn last_words(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(3)..].join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_leaves_the_address_whatever_it_is_made_of() {
        let url = "postgres://lab:p%40s%2F+%26%C3%BC@db:5433/copy?sslmode=require&statement-cache-capacity=9";
        let address = Address::of(&url.to_owned().into()).expect("an address");
        assert_eq!(address.plain, "postgres://lab@db:5433/copy?sslmode=require");
        assert_eq!(address.password.expect("a password").expose_secret(), "p@s/+&ü");
    }
}
