//! Views that are sent by themselves: to whom, when, and what came of it.

use crate::i18n::Lang;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// The most addresses that a mail goes to.
pub const MAX_RECIPIENTS: usize = 20;

/// A way out of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A mail with the tables as files.
    Mail,
    /// JSON to the address that the server was given.
    Webhook,
    /// A message to Slack, or to something that understands the same.
    Slack,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Mail, Self::Webhook, Self::Slack];

    /// Its name in forms and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
            Self::Slack => "slack",
        }
    }

    /// The way with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

/// The files that a mail brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A workbook with a sheet for each table.
    Xlsx,
    /// A text file for each table.
    Csv,
}

impl FileKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Xlsx, Self::Csv];

    /// Its name in forms, in the database and at the end of a file's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How often, as a form says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timing {
    /// `daily`, `weekly`, `monthly` or `cron`.
    pub every: String,
    /// The time of day, as `07:00`.
    pub at: String,
    /// The day of the week, 1 for Monday to 7.
    pub weekday: String,
    /// The day of the month.
    pub day: String,
    /// Minute, hour, day of month, month, day of week.
    pub cron: String,
}

/// A delivery to be set up, as a form says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// The saved view.
    pub view: i64,
    /// When.
    pub timing: Timing,
    /// How.
    pub way: Way,
    /// Addresses, with commas between them; for mail only.
    pub recipients: String,
    /// The files that it brings.
    pub files: FileKind,
    /// In which language.
    pub lang: Lang,
}

/// What came of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is on its way, or will be tried again.
    Waiting,
    /// It got through.
    Sent,
    /// It was given up.
    Failed,
    /// The server ended while it was being handed over: it may have got through, and is not sent again.
    Uncertain,
}

/// One time that a view was sent, or is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The view.
    pub name: String,
    /// When it was due.
    pub due: NaiveDateTime,
    /// Who asked for it; absent for the schedule.
    pub asked_by: Option<String>,
    /// How, and to whom.
    pub to: String,
    /// What came of it.
    pub outcome: Outcome,
    /// How often it was tried.
    pub attempts: u32,
    /// When it ended, or is tried again.
    pub at: Option<NaiveDateTime>,
    /// Why it did not get through.
    pub error: Option<String>,
}

/// A view that is sent by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// The view.
    pub name: String,
    /// The page with its state.
    pub href: String,
    /// When, as five fields.
    pub cron: String,
    /// How.
    pub way: Way,
    /// To whom, for mail.
    pub recipients: Vec<String>,
    /// The files that a mail brings.
    pub files: FileKind,
    /// In which language.
    pub lang: Lang,
    /// Who set it up.
    pub by: String,
    /// Whether it is in force.
    pub enabled: bool,
    /// When it is next sent.
    pub next: Option<NaiveDateTime>,
    /// The last time, or the one under way.
    pub last: Option<Sending>,
}

/// Deliveries on the page about views, for managers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliveries {
    /// All of them.
    pub all: Vec<Delivery>,
    /// The latest times that something was sent, the newest first.
    pub latest: Vec<Sending>,
    /// The ways that the server can send.
    pub ways: Vec<Way>,
}
