//! Where alerts go: mail, a webhook, Slack, as configured.

use crate::channels::{Form, Letter, MailServer, Post, mailbox, slack_text};
use crate::config::AlertConfig;
use lettre::message::Mailbox;
use serde::Serialize;
use serde_json::json;

pub use crate::channels::SendError;

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

enum Way {
    Mail(Box<MailServer>, Vec<Mailbox>),
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
            let to: Result<Vec<Mailbox>, SendError> = config.mail_to.iter().map(|text| mailbox(text)).collect();
            ways.push(("mail", Way::Mail(Box::new(MailServer::new(url, from)?), to?)));
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
            Some(Way::Mail(mail, to)) => mail.send(to, &message.letter()).await,
            Some(Way::Post(post)) => post.send(&message.body(post.form)).await,
            None => Err(SendError::Setup("there is no such channel".to_owned())),
        }
    }
}

impl Message {
    fn letter(&self) -> Letter {
        let link = self.url.as_ref().map_or_else(String::new, |url| format!("\n{url}\n"));
        Letter {
            subject: format!("[{}] {}", self.laboratory, self.title),
            text: format!("{}\n\n{}\n{link}", self.title, self.text),
            ..Letter::default()
        }
    }

    fn body(&self, form: Form) -> serde_json::Value {
        match form {
            Form::Json => json!(self),
            Form::Slack => slack_text(&self.title, &self.laboratory, &self.text, self.url.as_deref()),
        }
    }
}
