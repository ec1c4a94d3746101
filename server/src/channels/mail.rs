//! Mail by SMTP.

use super::SendError;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;

/// How long a mail server may take for each step.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server and the sender.
pub struct MailServer {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// A mail.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// What is read where nothing else can be shown.
    pub text: String,
    /// The same as a page.
    pub html: Option<String>,
    /// What goes with it.
    pub files: Vec<File>,
    /// A word that is the same when the same letter is sent again, so that mail programs can tell.
    pub id: Option<String>,
}

/// A file that goes with a letter.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A mail address, with or without a name before it.
///
/// # Errors
/// When it cannot be read.
pub fn mailbox(text: &str) -> Result<Mailbox, SendError> {
    text.trim().parse().map_err(|_| SendError::Setup(format!("{:?} is no mail address", text.trim())))
}

/// A bare mail address as it is written.
#[must_use]
pub fn mail_address(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() <= 254).then(|| text.parse::<lettre::Address>().ok()).flatten().map(|address| address.to_string())
}

impl MailServer {
    /// Sets it up; nothing is sent.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub fn new(url: &SecretString, from: &str) -> Result<Self, SendError> {
        super::post::install_encryption();
        // The library's own words may repeat the address with its password.
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| SendError::Setup("BENCHWATCH_SMTP_URL cannot be used".to_owned()))?;
        Ok(Self { server: server.timeout(Some(PATIENCE)).build(), from: mailbox(from)? })
    }

    /// Sends a letter to all of them at once.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn send(&self, to: &[Mailbox], letter: &Letter) -> Result<(), SendError> {
        let mail = self.write(to, letter).map_err(|error| SendError::Failed(error.to_string()))?;
        let sent = tokio::time::timeout(PATIENCE * 3, self.server.send(mail)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(SendError::Failed(in_words(&error))),
            Err(_) => Err(SendError::Slow(PATIENCE.as_secs() * 3)),
        }
    }

    fn write(&self, to: &[Mailbox], letter: &Letter) -> Result<lettre::Message, lettre::error::Error> {
        let mut mail = lettre::Message::builder().from(self.from.clone()).subject(letter.subject.clone());
        for to in to {
            mail = mail.to(to.clone());
        }
        if let Some(id) = &letter.id {
            mail = mail.message_id(Some(format!("<{id}@{}>", self.from.email.domain())));
        }
        let Some(html) = &letter.html else {
            return mail.header(ContentType::TEXT_PLAIN).body(letter.text.clone());
        };
        let words = MultiPart::alternative_plain_html(letter.text.clone(), html.clone());
        let mut parts = MultiPart::mixed().multipart(words);
        for file in &letter.files {
            parts = parts.singlepart(attached(file));
        }
        mail.multipart(parts)
    }
}

fn attached(file: &File) -> SinglePart {
    let kind = ContentType::parse(file.media_type).unwrap_or(ContentType::TEXT_PLAIN);
    Attachment::new(file.name.clone()).body(file.bytes.clone(), kind)
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
