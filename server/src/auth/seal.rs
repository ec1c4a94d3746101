//! Second factors and their seals: everything that stands unsealed is sealed, and what cannot be read is told.

use super::vault::{KeyFault, PLAIN, Purpose};
use super::{Auth, AuthError};
use crate::db::sealing::{self, Standing};
use crate::db::{self, totp};

impl Auth {
    /// Makes sure that there is a key and that it is the database's, and seals what an older program has left unsealed.
    ///
    /// # Errors
    /// [`AuthError::Key`] when there is no key or the database's is another one.
    pub async fn seal_secrets(&self) -> Result<(), AuthError> {
        self.own_key().await?;
        sealing::forget_plain_enrolments(&self.pool).await?;
        for (user, plain) in sealing::plain(&self.pool).await? {
            self.seal_plain(user, &plain).await?;
        }
        Ok(())
    }

    /// How the secrets stand, seen from here; no key is made.
    ///
    /// # Errors
    /// When the key's file cannot be read; the database.
    pub async fn secrets(&self) -> Result<Standing, AuthError> {
        let name = self.vault.name()?;
        Ok(sealing::standing(&self.pool, name.as_ref().map(<[u8; 8]>::as_slice)).await?)
    }

    /// The accounts whose second factor cannot be read here.
    ///
    /// # Errors
    /// As for [`Auth::secrets`].
    pub async fn unreadable(&self) -> Result<Vec<String>, AuthError> {
        let name = self.vault.name()?;
        Ok(sealing::foreign(&self.pool, name.as_ref().map(<[u8; 8]>::as_slice)).await?)
    }

    /// Removes the second factors that cannot be read here, and tells whose they were.
    ///
    /// # Errors
    /// As for [`Auth::secrets`].
    pub async fn reset_unreadable(&self, by: &str, source: &str) -> Result<Vec<String>, AuthError> {
        let names = self.unreadable().await?;
        for name in &names {
            if totp::remove(&self.pool, name).await? {
                self.record(by, "totp.reset", name, source).await;
            }
        }
        Ok(names)
    }

    /// A key to seal with. None is made where the database has one that is not here: its secrets would be lost from sight.
    pub(super) async fn own_key(&self) -> Result<(), AuthError> {
        let name = match self.vault.name()? {
            Some(name) => name,
            None if sealing::standing(&self.pool, None).await?.foreign > 0 => return Err(KeyFault::Foreign.into()),
            None => self.vault.name_or_make()?,
        };
        if sealing::claim(&self.pool, &name).await? { Ok(()) } else { Err(KeyFault::Foreign.into()) }
    }

    /// Seals a secret that is put in use, and makes sure in the same transaction that the key is the database's.
    pub(super) async fn seal_for_use(
        &self,
        tx: &mut db::PgConnection,
        user: i64,
        secret: &[u8],
    ) -> Result<Vec<u8>, AuthError> {
        let name = self.vault.name_or_make()?;
        if !sealing::claim(tx, &name).await? {
            return Err(KeyFault::Foreign.into());
        }
        Ok(self.vault.seal(Purpose::Totp, user, secret)?)
    }

    /// The secret of a second factor in use. One that is not sealed yet is sealed now.
    pub(super) async fn read_secret(&self, user: i64, stored: Vec<u8>) -> Result<Vec<u8>, AuthError> {
        if stored.len() != PLAIN {
            return Ok(self.vault.open(Purpose::Totp, user, &stored)?);
        }
        if let Err(error) = self.seal_plain(user, &stored).await {
            tracing::warn!(%error, "a second factor stands unsealed");
        }
        Ok(stored)
    }

    async fn seal_plain(&self, user: i64, plain: &[u8]) -> Result<(), AuthError> {
        self.own_key().await?;
        let sealed = self.vault.seal(Purpose::Totp, user, plain)?;
        Ok(sealing::replace(&self.pool, user, plain, &sealed).await?)
    }
}
