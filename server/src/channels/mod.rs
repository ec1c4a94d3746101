//! The ways out of the house: a mail server, addresses that take JSON, an identity provider. They carry what they are given and know
//! neither alerts nor views; errors never repeat an address, which may hold a secret.

mod mail;
mod post;
mod web;

pub use mail::{File, Letter, MailServer, mail_address, mailbox};
pub use post::{Form, Post, slack_text};
pub use web::Web;

/// Why something did not get through.
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
