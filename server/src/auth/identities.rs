//! From somebody whom the identity provider knows to an account of ours.
//!
//! An account is known by issuer and subject. One that is not tied yet is tied when the provider has verified the mail
//! address that an administrator has given the account; a name, or an address that is not verified, ties nothing. Others get
//! an account of their own, if a role is meant for them.

use super::provider::Told;
use super::{Auth, AuthError, check_name, current};
use crate::channels::mail_address;
use crate::db::identities::{self, NewAccount};
use crate::db::users::{self, UserRow};
use app::model::session::{CurrentUser, Role};
use serde_json::json;
use std::net::IpAddr;

/// Who did it, in the audit log.
const BY: &str = "oidc";

/// What the configuration says about roles.
#[derive(Clone, Copy, Debug)]
pub struct Admission {
    /// Whether the provider decides what people may do.
    pub decides: bool,
    /// The role of those whom it gives none; absent = they do not come in.
    pub default: Option<Role>,
}

impl Auth {
    /// Lets somebody in whom the provider knows: the second factor and the rules of passwords are the provider's.
    ///
    /// # Errors
    /// [`AuthError::NotAdmitted`] for a disabled account, for somebody without a role, and for a name that is taken.
    pub async fn enter(&self, told: &Told, rules: Admission, source: IpAddr) -> Result<CurrentUser, AuthError> {
        match self.admit_told(told, rules, source).await {
            Err(AuthError::NotAdmitted(why)) => {
                let who = told.name.as_deref().unwrap_or(&told.subject).replace('\0', "");
                let detail = json!({ "why": why, "issuer": told.issuer });
                self.record_with("anonymous", "session.refused", &who, &source.to_string(), detail).await;
                Err(AuthError::NotAdmitted(why))
            }
            other => other,
        }
    }

    async fn admit_told(&self, told: &Told, rules: Admission, source: IpAddr) -> Result<CurrentUser, AuthError> {
        // The database refuses this character.
        if [&told.subject, told.name.as_ref().unwrap_or(&told.subject)].iter().any(|text| text.contains('\0')) {
            return Err(AuthError::NotAdmitted("its name cannot be used"));
        }
        let meant = told.role.or(rules.default);
        let row = match self.known(told).await? {
            Some(row) if !row.is_active => return Err(AuthError::NotAdmitted("the account is disabled")),
            Some(row) if rules.decides => {
                let role = meant.ok_or(AuthError::NotAdmitted("no role is meant for it"))?;
                if row.role != role {
                    self.set_role(&row.username, role, BY).await?;
                }
                UserRow { role, ..row }
            }
            Some(row) => row,
            None => self.newcomer(told, meant.ok_or(AuthError::NotAdmitted("no role is meant for it"))?).await?,
        };
        users::signed_in(&self.pool, row.id).await?;
        let detail = json!({ "issuer": told.issuer });
        self.record_with(&row.username, "session.start", &row.username, &source.to_string(), detail).await;
        Ok(current(row))
    }

    /// The account that is tied, or is tied now by its mail address.
    async fn known(&self, told: &Told) -> Result<Option<UserRow>, AuthError> {
        let tied = identities::account(&self.pool, &told.issuer, &told.subject).await?;
        if tied.is_some() {
            return Ok(tied);
        }
        let Some(mail) = told.mail.as_deref().and_then(mail_address) else { return Ok(None) };
        let Some(row) = users::by_mail(&self.pool, &mail).await? else { return Ok(None) };
        if !row.is_active {
            return Ok(Some(row));
        }
        // Addresses are given to other people: one that is tied already stays with whom it is tied to.
        if !identities::link(&self.pool, &told.issuer, &told.subject, row.id).await? {
            return Err(AuthError::NotAdmitted("the account with its mail address belongs to somebody else there"));
        }
        let detail = json!({ "issuer": told.issuer, "subject": told.subject, "mail": mail });
        self.record_with(BY, "identity.link", &row.username, BY, detail).await;
        Ok(Some(row))
    }

    /// An account for somebody who has none.
    async fn newcomer(&self, told: &Told, role: Role) -> Result<UserRow, AuthError> {
        let mail = told.mail.as_deref().and_then(mail_address);
        let wanted = told.name.as_deref().map(str::trim).filter(|name| check_name(name).is_ok());
        let name = wanted.or(mail.as_deref()).unwrap_or(&told.subject);
        check_name(name).map_err(|_| AuthError::NotAdmitted("its name cannot be used"))?;
        // A password that nobody knows: an administrator may set another.
        let hash = self.hasher.hash(super::doors::LinkSecret::new().token).await?;
        let account = NewAccount { username: name, password_hash: &hash, role, mail: mail.as_deref() };
        let made = identities::make(&self.pool, &told.issuer, &told.subject, account).await?;
        made.ok_or(AuthError::NotAdmitted("another account has its name"))?;
        let detail = json!({ "issuer": told.issuer, "subject": told.subject, "role": role.name() });
        self.record_with(BY, "user.create", name, BY, detail).await;
        users::by_name(&self.pool, name).await?.ok_or(AuthError::Unknown)
    }

    /// Gives an account a mail address, or takes it away; by it the provider's people are tied.
    ///
    /// # Errors
    /// When there is no such account, or the address cannot be used.
    pub async fn set_mail(&self, username: &str, mail: Option<&str>, by: &str) -> Result<(), AuthError> {
        let row = if username.contains('\0') { None } else { users::by_name(&self.pool, username).await? };
        let row = row.ok_or(AuthError::Unknown)?;
        let own =
            users::by_mail(&self.pool, mail.unwrap_or_default().trim()).await?.is_some_and(|other| other.id == row.id);
        let mail = if own { mail.and_then(mail_address) } else { self.free_mail(mail).await? };
        users::set_mail(&self.pool, row.id, mail.as_deref()).await?;
        self.record_with(by, "user.set-mail", username, by, json!({ "mail": mail })).await;
        Ok(())
    }
}
