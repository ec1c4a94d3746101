//! The ways out of the house: mail, a webhook, Slack. They carry a message and know nothing of alerts; errors never
//! repeat an address, which may hold a secret.

mod mail;
mod post;

use crate::config::AlertConfig;
use mail::Mail;
use post::{Form, Post};
use serde::Serialize;

/// A message for people, with the same in parts for programs.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// raised, repeated, recovered or test.
    pub event: &'static str,
    /// What it is about; empty for a trial.
    pub key: String,
    /// warning, critical or info.
    pub severity: String,
    /// The laboratory's name.
    pub laboratory: String,
    /// One line.
    pub title: String,
    /// Some lines.
    pub text: String,
    /// Where to look.
    pub url: Option<String>,
}

/// Why a message did not get through.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The channel cannot be set up.
    #[error("cannot be set up: {0}")]
    Setup(String),
    /// The other side refuses, or is not there.
    #[error("{0}")]
    Failed(String),
    /// The other side takes too long.
    #[error("no answer within {0} s")]
    Slow(u64),
}

enum Way {
    Mail(Box<Mail>),
    Post(Post),
}

/// The configured channels, by name.
#[derive(Default)]
pub struct Channels {
    ways: Vec<(&'static str, Way)>,
}

impl Channels {
    /// Sets the channels up; nothing is sent.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub fn new(config: &AlertConfig) -> Result<Self, SendError> {
        let mut ways = Vec::new();
        if let (Some(url), Some(from), false) = (&config.smtp_url, &config.mail_from, config.mail_to.is_empty()) {
            ways.push(("mail", Way::Mail(Box::new(Mail::new(url, from, &config.mail_to)?))));
        }
        if let Some(url) = &config.webhook {
            ways.push(("webhook", Way::Post(Post::new(url, Form::Json)?)));
        }
        if let Some(url) = &config.slack {
            ways.push(("slack", Way::Post(Post::new(url, Form::Slack)?)));
        }
        Ok(Self { ways })
    }

    /// The channels' names.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.ways.iter().map(|(name, _)| *name).collect()
    }

    /// Sends a message through one channel.
    ///
    /// # Errors
    /// When it does not get through.
    pub async fn send(&self, channel: &str, message: &Message) -> Result<(), SendError> {
        let way = self.ways.iter().find(|(name, _)| *name == channel).map(|(_, way)| way);
        match way {
            Some(Way::Mail(mail)) => mail.send(message).await,
            Some(Way::Post(post)) => post.send(message).await,
            None => Err(SendError::Setup("there is no such channel".to_owned())),
        }
    }
}
