//! As whom the database's processes run: PostgreSQL refuses to be root.

use super::EmbeddedError;
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;

/// The user and group for the database's processes; absent = as ourselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// The user's number.
    pub user: u32,
    /// The group's number.
    pub group: u32,
}

impl Account {
    /// Nobody else than ourselves, unless we are root.
    pub fn needed() -> Result<Option<Self>, EmbeddedError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let text = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"].iter().find_map(|name| of_name(&text, name)).map(Some).ok_or(EmbeddedError::NoAccount)
    }
}

/// The account's line in the text of `/etc/passwd`.
fn of_name(text: &str, name: &str) -> Option<Account> {
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let known = fields.next()? == name;
        let (user, group) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
        known.then_some(Account { user, group })
    })
}

/// A program of PostgreSQL, run as the account, with nothing of our environment that could change its mind.
pub fn command(program: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_MESSAGES", "C").current_dir("/").stdin(Stdio::null());
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
    command
}

/// Gives a file or folder to the account.
pub fn give(path: &Path, account: Option<Account>) -> Result<(), EmbeddedError> {
    let Some(account) = account else { return Ok(()) };
    std::os::unix::fs::chown(path, Some(account.user), Some(account.group)).map_err(super::at("cannot give away", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_name() {
        let text = "root:x:0:0:root:/root:/bin/sh\npostgres:x:107:115:,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(of_name(text, "postgres"), Some(Account { user: 107, group: 115 }));
        assert_eq!(of_name(text, "nobody"), None);
    }
}
