//! Invitations as pages and the command line make them: with the whole address of the link, by mail where that is set up.

use crate::auth::{Auth, AuthError, Host, Invited, Invitee};
use crate::channels::{Letter, MailServer, mailbox};
use crate::config::Config;
use crate::db::invitations::InvitationRow;
use app::format;
use app::i18n::Lang;
use app::model::accounts::{InvitationEntry, Posted};
use chrono::{DateTime, NaiveDateTime};
use chrono_tz::Tz;
use secrecy::SecretString;
use std::time::Duration;

/// How long a page waits for the mail server.
const PATIENCE: Duration = Duration::from_secs(15);

/// How invited people get their links.
pub struct Postman {
    server: Option<(SecretString, String)>,
    /// The public address of the server without a slash at its end; empty when it is not configured.
    pub base: String,
}

/// For whom a mail is written.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// The language.
    pub lang: Lang,
    /// The laboratory's name.
    pub laboratory: &'a str,
    /// Its zone.
    pub zone: Tz,
}

impl Postman {
    /// As it is configured.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let alerts = &config.operate.alerts;
        Self { server: alerts.smtp_url.clone().zip(alerts.mail_from.clone()), base: config.http.base() }
    }

    /// The address of the page that a secret opens.
    #[must_use]
    pub fn link(&self, token: &str) -> String {
        format!("{}/invitation/{token}", self.base)
    }

    /// Invites somebody and sends the link, where there is an address and a way.
    ///
    /// # Errors
    /// What [`Auth::invite`] refuses.
    pub async fn invite(
        &self,
        auth: &Auth,
        invitee: &Invitee,
        host: Host<'_>,
        writing: Writing<'_>,
    ) -> Result<(String, Posted), AuthError> {
        let invited = auth.invite(invitee, host).await?;
        let posted = match &invited.mail {
            None => Posted::Unwanted,
            Some(mail) => self.post(mail, &invitee.name, &invited, writing).await,
        };
        Ok((invited.token, posted))
    }

    async fn post(&self, mail: &str, name: &str, invited: &Invited, writing: Writing<'_>) -> Posted {
        let Some((url, from)) = self.server.as_ref().filter(|_| !self.base.is_empty()) else {
            return Posted::Impossible;
        };
        let letter = self.letter(name, invited, writing);
        let sending = async { MailServer::new(url, from)?.send(&[mailbox(mail)?], &letter).await };
        match tokio::time::timeout(PATIENCE, sending).await {
            Ok(Ok(())) => Posted::Sent,
            Ok(Err(error)) => {
                tracing::warn!(%error, "an invitation could not be sent");
                Posted::Refused
            }
            Err(_) => {
                tracing::warn!("an invitation could not be sent: the mail server takes too long");
                Posted::Refused
            }
        }
    }

    fn letter(&self, name: &str, invited: &Invited, writing: Writing<'_>) -> Letter {
        let Writing { lang, laboratory, zone } = writing;
        let ends = format::long_date_time(invited.expires_at.with_timezone(&zone).naive_local(), lang);
        let text = [
            lang.invitation_letter(name, laboratory),
            self.link(&invited.token),
            lang.invitation_letter_ends(&ends, zone.name()),
        ];
        Letter { subject: lang.invitation_subject(laboratory), text: text.join("\n\n") + "\n", ..Letter::default() }
    }
}

/// An open invitation, with times as the laboratory counts them.
pub fn entry(row: InvitationRow, local: impl Fn(DateTime<chrono::Utc>) -> NaiveDateTime) -> InvitationEntry {
    InvitationEntry {
        id: row.id,
        name: row.username,
        role: row.role,
        mail: row.mail,
        by: row.by,
        ends: local(row.expires_at),
    }
}
