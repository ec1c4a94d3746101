//! What can go wrong below, sorted by what a caller can do about it.

/// A statement that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// The values cannot be stored (SQLSTATE classes 22, 23 and 54): some row is to blame, not the connection.
    #[error("the database refuses a value ({code})")]
    Data {
        /// The SQLSTATE.
        code: String,
        /// The driver's error; its text may quote values and stays out of logs.
        #[source]
        source: sqlx::Error,
    },
    /// The connection failed or the server is going down; the same call may succeed later.
    #[error("the database does not answer: {0}")]
    Connection(#[source] sqlx::Error),
    /// Another transaction was in the way; the same transaction may succeed at once.
    #[error("the database asks to repeat the transaction ({code})")]
    Conflict {
        /// The SQLSTATE.
        code: String,
        /// The driver's error.
        #[source]
        source: sqlx::Error,
    },
    /// Anything else: a fault of ours or of the schema.
    #[error("database error: {0}")]
    Driver(#[source] sqlx::Error),
}

impl DbError {
    /// Whether repeating the transaction later makes sense without anyone changing anything.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Connection(_) | Self::Conflict { .. })
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let code = match &error {
            sqlx::Error::Database(database) => database.code().map(|code| code.into_owned()),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => return Self::Connection(error),
            _ => None,
        };
        let Some(code) = code else {
            return Self::Driver(error);
        };
        // The server ended the session of a client that fell silent in a transaction.
        if matches!(code.as_str(), "25P03" | "25P04") {
            return Self::Connection(error);
        }
        match code.get(..2) {
            Some("22" | "23" | "54") => Self::Data { code, source: error },
            Some("40" | "55") => Self::Conflict { code, source: error },
            Some("08" | "53" | "57") => Self::Connection(error),
            _ => Self::Driver(error),
        }
    }
}
