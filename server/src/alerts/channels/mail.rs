//! Mail by SMTP.

use super::{Message, SendError};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;

/// How long a mail server may take for each step.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server, the sender, and who gets the messages.
pub struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Vec<Mailbox>,
}

impl Mail {
    pub fn new(url: &SecretString, from: &str, to: &[String]) -> Result<Self, SendError> {
        super::post::install_encryption();
        let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|error| SendError::Setup(error.to_string()));
        // The library's own words may repeat the address with its password.
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| SendError::Setup("BENCHWATCH_SMTP_URL cannot be used".to_owned()))?;
        let to: Result<Vec<Mailbox>, SendError> = to.iter().map(|text| mailbox(text)).collect();
        Ok(Self { server: server.timeout(Some(PATIENCE)).build(), from: mailbox(from)?, to: to? })
    }

    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        let mut mail = lettre::Message::builder()
            .from(self.from.clone())
            .subject(format!("[{}] {}", message.laboratory, message.title))
            .header(ContentType::TEXT_PLAIN);
        for to in &self.to {
            mail = mail.to(to.clone());
        }
        let link = message.url.as_ref().map_or_else(String::new, |url| format!("\n{url}\n"));
        let mail = mail.body(format!("{}\n\n{}\n{link}", message.title, message.text));
        let mail = mail.map_err(|error| SendError::Failed(error.to_string()))?;
        let sent = tokio::time::timeout(PATIENCE * 3, self.server.send(mail)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(SendError::Failed(in_words(&error))),
            Err(_) => Err(SendError::Slow(PATIENCE.as_secs() * 3)),
        }
    }
}

/// The error with its causes.
fn in_words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}
