//! Accounts, sessions, tokens, hidden records and the audit log, as pages show them. No secret ever stands here, but
//! the text of a token in the one answer that made it.

use crate::model::filter::{percent_decode, percent_encode};
use crate::model::session::{CurrentUser, Role, TokenScope};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// The most days that an invitation may be open.
pub const INVITATION_DAYS: u32 = 60;

/// The days that it is open unless told otherwise.
pub const USUAL_INVITATION_DAYS: u32 = 7;

/// A session of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEntry {
    /// The hash of its cookie, in hexadecimal: a name, not a key.
    pub id: String,
    /// When it began, laboratory time.
    pub started: NaiveDateTime,
    /// When it ends unless it is used again.
    pub ends: NaiveDateTime,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// A long-lived token of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenEntry {
    /// Its number.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scope: TokenScope,
    /// The beginning of its text.
    pub hint: String,
    /// When it was made, laboratory time.
    pub made: NaiveDateTime,
    /// When it ends; absent = never.
    pub ends: Option<NaiveDateTime>,
    /// When it was last used, to within a minute.
    pub used: Option<NaiveDateTime>,
}

/// The second factor of an account. While it is being set up its secrets stand here, for its owner and nobody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecondFactor {
    /// None.
    Off,
    /// Begun: shown until a code confirms it, and never again.
    Pending {
        /// The QR code, an SVG of ours.
        svg: String,
        /// The secret in letters.
        secret: String,
        /// The recovery codes.
        codes: Vec<String>,
    },
    /// In use.
    On {
        /// Since when, laboratory time.
        since: NaiveDateTime,
        /// Recovery codes that are left.
        codes_left: i64,
        /// Whether codes of the authenticator can be checked here.
        readable: bool,
    },
}

/// Everything on the page of one's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    /// Whose it is.
    pub user: CurrentUser,
    /// Its sessions, the newest first.
    pub sessions: Vec<SessionEntry>,
    /// Its tokens, the newest first.
    pub tokens: Vec<TokenEntry>,
    /// Its second factor.
    pub second: SecondFactor,
    /// Laboratory time of the answer.
    pub now: NaiveDateTime,
}

/// An account as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserEntry {
    /// The name used to sign in.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// False when it may not sign in.
    pub active: bool,
    /// When it last signed in, laboratory time.
    pub last_sign_in: Option<NaiveDateTime>,
    /// Sessions that are open.
    pub sessions: i64,
    /// Whether it uses a second factor.
    pub second_factor: bool,
    /// Whether that cannot be read here: the key is missing that it is sealed with.
    pub second_unreadable: bool,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// Somebody's session, as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// The account's name.
    pub user: String,
    /// The session.
    pub session: SessionEntry,
}

/// A record that is hidden, with everything below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BanEntry {
    /// customer, order, sample, batch or test.
    pub kind: String,
    /// The record's QBench id.
    pub id: i32,
    /// Why.
    pub reason: Option<String>,
    /// Who hid it.
    pub by: Option<String>,
    /// Since when, laboratory time.
    pub since: NaiveDateTime,
}

/// An invitation that is open, as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationEntry {
    /// Its number.
    pub id: i64,
    /// The name to sign in with.
    pub name: String,
    /// What the account may do.
    pub role: Role,
    /// Its mail address.
    pub mail: Option<String>,
    /// Who invites; absent for the command line.
    pub by: Option<String>,
    /// When it ends, laboratory time.
    pub ends: NaiveDateTime,
}

/// What became of the mail with an invitation's link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posted {
    /// None was wanted.
    Unwanted,
    /// It is on its way.
    Sent,
    /// The mail server did not take it.
    Refused,
    /// The server has no mail server or no public address.
    Impossible,
}

impl Posted {
    /// Everything that there is.
    const ALL: [Self; 4] = [Self::Unwanted, Self::Sent, Self::Refused, Self::Impossible];

    /// The word for it in an address.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Unwanted => "unwanted",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Impossible => "impossible",
        }
    }

    /// What this word stands for.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|posted| posted.slug() == slug)
    }
}

/// Everything on the administration's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminPage {
    /// Every account by name.
    pub users: Vec<UserEntry>,
    /// Sessions that are open, the newest first; at most 200.
    pub sessions: Vec<OpenSession>,
    /// What is hidden, oldest first.
    pub bans: Vec<BanEntry>,
    /// Invitations that are open, the newest first.
    pub invitations: Vec<InvitationEntry>,
    /// The public address of the server, or nothing.
    pub base: String,
    /// Laboratory time of the answer.
    pub now: NaiveDateTime,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number in the chain.
    pub id: i64,
    /// When, laboratory time.
    pub at: NaiveDateTime,
    /// The account's name, `cli`, or `anonymous`.
    pub actor: String,
    /// A dotted verb: `session.start`, `user.create`.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// Where from.
    pub source: String,
    /// Old and new values as JSON; empty when there are none.
    pub detail: String,
}

/// What the reader of the audit log asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    /// Only what this account did.
    pub actor: Option<String>,
    /// Only actions that begin so.
    pub action: Option<String>,
    /// Only entries before this number.
    pub before: Option<i64>,
    /// Whether the chain is to be checked.
    pub verify: bool,
}

impl AuditQuery {
    /// Reads a URL query; what cannot be used counts as not given.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('=')) {
            let value = percent_decode(value);
            match name {
                "actor" if !value.is_empty() => read.actor = Some(value),
                "action" if !value.is_empty() => read.action = Some(value),
                "before" => read.before = value.parse().ok(),
                "verify" => read.verify = value == "1",
                _ => {}
            }
        }
        read
    }

    /// The address of these entries.
    #[must_use]
    pub fn href(&self) -> String {
        let mut query = String::new();
        let before = self.before.map(|before| before.to_string());
        let pairs = [("actor", &self.actor), ("action", &self.action), ("before", &before)];
        for (name, value) in pairs.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            percent_encode(value, &mut query);
        }
        format!("/admin/audit{query}")
    }
}

/// A page of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// What was asked for.
    pub query: AuditQuery,
    /// The entries, the newest first.
    pub entries: Vec<AuditEntry>,
    /// The entries of the whole log and the first that does not follow from the one before it; when asked for.
    pub checked: Option<(i64, Option<i64>)>,
    /// Laboratory time of the answer.
    pub now: NaiveDateTime,
}

#[cfg(test)]
mod tests {
    use super::AuditQuery;

    #[test]
    fn a_query_of_the_audit_log_reads_back_from_its_address() {
        let query =
            AuditQuery { actor: Some("m & i".into()), action: Some("user.".into()), before: Some(40), verify: false };
        let href = query.href();
        assert_eq!(AuditQuery::parse(href.strip_prefix("/admin/audit").expect("its page")), query);
        assert_eq!(
            AuditQuery::parse("?before=x&actor=&verify=1"),
            AuditQuery { verify: true, ..AuditQuery::default() }
        );
    }
}
