//! Invitations: an administrator names an account, whoever has the link chooses its password.

use super::{Auth, AuthError, LinkSecret, check_name, check_new_password};
use crate::channels::mail_address;
use crate::db::invitations::{self, InvitationRow, NewInvitationRow};
use crate::db::{DbError, users};
use app::model::accounts::INVITATION_DAYS;
use app::model::session::{CurrentUser, Role};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use std::net::IpAddr;

/// Who is invited as what.
#[derive(Clone, Debug)]
pub struct Invitee {
    /// The name to sign in with.
    pub name: String,
    /// What the account may do.
    pub role: Role,
    /// Its mail address.
    pub mail: Option<String>,
    /// Days until the invitation ends.
    pub days: u32,
}

/// Who invites, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Host<'a> {
    /// The account; absent for the command line.
    pub id: Option<i64>,
    /// Its name in the audit log.
    pub name: &'a str,
    /// Where it asks from.
    pub source: &'a str,
}

/// An invitation that has just been made: the only moment at which its secret is known.
pub struct Invited {
    /// The secret of its link.
    pub token: String,
    /// The mail address as it is stored.
    pub mail: Option<String>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl Auth {
    /// Invites somebody.
    ///
    /// # Errors
    /// When the name or the address cannot be used or is taken, or somebody is invited under this name already.
    pub async fn invite(&self, invitee: &Invitee, host: Host<'_>) -> Result<Invited, AuthError> {
        check_name(&invitee.name)?;
        if !(1..=INVITATION_DAYS).contains(&invitee.days) {
            return Err(AuthError::BadDays);
        }
        let mail = self.free_mail(invitee.mail.as_deref()).await?;
        if users::by_name(&self.pool, &invitee.name).await?.is_some() {
            return Err(AuthError::Exists);
        }
        let secret = LinkSecret::new();
        let expires_at = Utc::now() + Duration::days(i64::from(invitee.days));
        let row = NewInvitationRow {
            token_hash: &secret.hash,
            username: &invitee.name,
            mail: mail.as_deref(),
            role: invitee.role,
            created_by: host.id,
            expires_at,
        };
        if !invitations::insert(&self.pool, row).await? {
            return Err(AuthError::Invited);
        }
        let detail = json!({ "role": invitee.role.name(), "mail": mail, "days": invitee.days });
        self.record_with(host.name, "invitation.create", &invitee.name, host.source, detail).await;
        Ok(Invited { token: secret.token, mail, expires_at })
    }

    /// An address as it is stored; refused when it is none, or another account's.
    pub(super) async fn free_mail(&self, text: Option<&str>) -> Result<Option<String>, AuthError> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
        let address = mail_address(text).ok_or(AuthError::BadMail)?;
        if users::by_mail(&self.pool, &address).await?.is_some() {
            return Err(AuthError::MailTaken);
        }
        Ok(Some(address))
    }

    /// The invitations that are open, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn invitations(&self) -> Result<Vec<InvitationRow>, DbError> {
        invitations::open(&self.pool).await
    }

    /// The invitation with this secret. None for one that was never made, is used, has expired or was withdrawn:
    /// deliberately one answer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn invitation(&self, token: &str) -> Result<Option<InvitationRow>, DbError> {
        invitations::by_token(&self.pool, &LinkSecret::hash_of(token)).await
    }

    /// Makes the account of an invitation, with the password that the invited chose. None as for [`Auth::invitation`].
    ///
    /// # Errors
    /// [`AuthError::BadPassword`], after which the invitation is still open; the database, the hash function.
    pub async fn accept_invitation(
        &self,
        token: &str,
        password: &str,
        source: IpAddr,
    ) -> Result<Option<CurrentUser>, AuthError> {
        let Some(found) = self.invitation(token).await? else { return Ok(None) };
        check_new_password(password, &found.username)?;
        let hash = self.hasher.hash(password.to_owned()).await?;
        let Some(id) = invitations::accept(&self.pool, &LinkSecret::hash_of(token), &hash).await? else {
            return Ok(None);
        };
        let (name, from) = (found.username.as_str(), source.to_string());
        let detail = json!({ "role": found.role.name(), "invited_by": found.by });
        self.record_with(name, "invitation.accept", name, &from, detail).await;
        users::signed_in(&self.pool, id).await?;
        self.record(name, "session.start", name, &from).await;
        Ok(Some(CurrentUser { id, name: found.username, role: found.role }))
    }

    /// Closes an invitation; false when there is nothing to close.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn withdraw_invitation(&self, id: i64, host: Host<'_>) -> Result<bool, DbError> {
        let Some(name) = invitations::withdraw(&self.pool, id).await? else { return Ok(false) };
        self.record(host.name, "invitation.withdraw", &name, host.source).await;
        Ok(true)
    }
}
