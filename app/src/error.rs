//! The only error that crosses the wire. It carries no text from below: what an internal fault was stands in the
//! log, under the reference that the reader is shown.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a page or a server function could not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum AppError {
    /// No session, or one that has ended.
    #[error("not signed in")]
    Unauthenticated,
    /// The account's role does not allow it.
    #[error("not allowed")]
    Forbidden,
    /// No such record, or none that may be shown.
    #[error("not found")]
    NotFound,
    /// An argument cannot be used.
    #[error("{field}: {why}")]
    Invalid {
        /// The parameter.
        field: String,
        /// What is wrong with it.
        why: String,
    },
    /// It cannot be done right now because something else is going on.
    #[error("busy: {why}")]
    Busy {
        /// What is going on.
        why: String,
    },
    /// Something that the product depends on does not answer: the database, QBench.
    #[error("{what} does not answer")]
    Unavailable {
        /// Which part.
        what: String,
    },
    /// A fault of the product; the log has more under this reference.
    #[error("internal error, reference {reference}")]
    Internal {
        /// The request id in the log.
        reference: String,
    },
    /// The server could not be reached, or its answer could not be read.
    #[error("the server could not be reached")]
    Transport,
}

impl AppError {
    /// The HTTP status that tells the same.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Invalid { .. } => 422,
            Self::Busy { .. } => 409,
            Self::Unavailable { .. } => 503,
            Self::Internal { .. } | Self::Transport => 500,
        }
    }
}

impl From<crate::model::filter::BadFilter> for AppError {
    fn from(bad: crate::model::filter::BadFilter) -> Self {
        Self::Invalid { field: bad.field.to_owned(), why: bad.why }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(why) | ServerFnErrorErr::MissingArg(why) => {
                Self::Invalid { field: "arguments".to_owned(), why }
            }
            _ => Self::Transport,
        }
    }
}
