//! Who is signed in and what they may do.

use serde::{Deserialize, Serialize};

/// What an account may do; each role includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees every page and exports what is shown.
    Viewer,
    /// Also controls the synchronisation, shared views and links.
    Manager,
    /// Also manages accounts, bans and settings, and reads the audit log.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Manager, Self::Admin];

    /// Its name on the command line and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }

    /// The role with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// What a token may do of what its account may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Only read.
    #[default]
    Read,
    /// Everything that the account's role allows through the REST interface.
    Control,
}

impl TokenScope {
    /// Every scope, the least first.
    pub const ALL: [Self; 2] = [Self::Read, Self::Control];

    /// Its name in REST, in forms and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Control => "control",
        }
    }

    /// The scope with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// The signed-in account, as pages and server functions see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentUser {
    /// The account's number.
    pub id: i64,
    /// The name used to sign in.
    pub name: String,
    /// What it may do.
    pub role: Role,
}

impl CurrentUser {
    /// A guest who came through the link of this name: nobody's account, which the number says.
    #[must_use]
    pub fn guest(link: &str) -> Self {
        Self { id: 0, name: format!("guest of {link}"), role: Role::Viewer }
    }

    /// Whether this is a guest and no account.
    #[must_use]
    pub const fn is_guest(&self) -> bool {
        self.id == 0
    }
}

/// The identity provider's name for people, where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInProvider(pub String);

/// Why a sign-in did not succeed, for the sign-in page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInProblem {
    /// Unknown name, wrong password or disabled account: deliberately one answer.
    NoMatch,
    /// Too many wrong tries from this source; try again later.
    Throttled,
    /// The code of the second step is wrong or was used before.
    BadCode,
    /// Codes of the second step cannot be checked: the key is missing that the account's secret is sealed with.
    NoKey,
    /// The identity provider does not answer.
    ProviderSilent,
    /// The identity provider's answer cannot be accepted, or its sign-in was given up.
    ProviderRefused,
    /// The identity provider's account may not be used here.
    NotAdmitted,
    /// The session ended or was ended elsewhere.
    SessionEnded,
}

impl SignInProblem {
    const ALL: [Self; 8] = [
        Self::NoMatch,
        Self::Throttled,
        Self::BadCode,
        Self::NoKey,
        Self::ProviderSilent,
        Self::ProviderRefused,
        Self::NotAdmitted,
        Self::SessionEnded,
    ];

    /// The word that stands for it in the sign-in page's address.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::NoMatch => "no_match",
            Self::Throttled => "throttled",
            Self::BadCode => "bad_code",
            Self::NoKey => "no_key",
            Self::ProviderSilent => "provider_silent",
            Self::ProviderRefused => "provider_refused",
            Self::NotAdmitted => "not_admitted",
            Self::SessionEnded => "session_ended",
        }
    }

    /// The problem with this word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.slug() == slug)
    }
}
