//! What can go wrong in a run.

use crate::db::DbError;
use qbench::{Entity, NetworkFault, QbenchError};

/// A failure of a run or of a part of it.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// QBench did not give what was asked for; the client has repeated what can be repeated.
    #[error(transparent)]
    Source(#[from] QbenchError),
    /// The copy could not be read or written.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Another process took the lease over.
    #[error("another process has taken over; this one stopped without writing anything more")]
    LeaseLost,
    /// Somebody asked the run to stop.
    #[error("cancelled")]
    Cancelled,
    /// A list went on changing under the walk.
    #[error("the list of {} kept changing while it was read", .0.plural())]
    Unsettled(Entity),
    /// A list shows the same page whatever page it is asked for.
    #[error("the list of {} shows the same page again and again", .0.plural())]
    Repeats(Entity),
    /// A list cannot be read although QBench answers other questions.
    #[error("the list of {} cannot be read: {source}", .entity.plural())]
    Unreadable {
        /// Which list.
        entity: Entity,
        /// Why.
        source: Box<SyncError>,
    },
    /// Settings that a run needs are missing.
    #[error("synchronisation is off: {} not set", .0.join(", "))]
    NotConfigured(Vec<&'static str>),
    /// A part of the run failed; the others were read.
    #[error("{} could not be read: {source}", .entity.plural())]
    Entity {
        /// Which part.
        entity: Entity,
        /// Why.
        source: Box<SyncError>,
    },
    /// A task of the engine ended in a panic.
    #[error("a part of the engine stopped unexpectedly")]
    Broken,
}

impl SyncError {
    /// Whether QBench understood the question and refuses it, so that another one may bring the same records.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Source(source) if source.status() == Some(400))
    }

    /// Whether a single record or page may be to blame: QBench or a proxy failed to answer this very question.
    pub(crate) fn may_be_local(&self) -> bool {
        match self {
            Self::Source(QbenchError::Rejected { status, .. }) => *status >= 500,
            Self::Source(QbenchError::Decode { .. } | QbenchError::Timeout { .. }) => true,
            Self::Source(QbenchError::Transport { fault, .. }) => {
                matches!(fault, NetworkFault::Cut | NetworkFault::Other)
            }
            _ => false,
        }
    }

    /// What kind of failure it is, in one word: what alerts and measurements tell apart.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Source(error) => source_kind(error),
            Self::Db(_) => "database",
            Self::NotConfigured(_) => "credentials",
            Self::Entity { source, .. } | Self::Unreadable { source, .. } => source.kind(),
            Self::LeaseLost | Self::Cancelled | Self::Unsettled(_) | Self::Repeats(_) | Self::Broken => "other",
        }
    }
}

fn source_kind(error: &QbenchError) -> &'static str {
    match error {
        QbenchError::Unauthorized { .. } | QbenchError::Rejected { status: 401, .. } => "credentials",
        QbenchError::Transport { .. } | QbenchError::Timeout { .. } => "unreachable",
        QbenchError::RateLimited { .. } => "limited",
        QbenchError::Rejected { status: 500.., .. } => "unreachable",
        QbenchError::Rejected { .. } => "refused",
        QbenchError::Config { .. }
        | QbenchError::Decode { .. }
        | QbenchError::Contract { .. }
        | QbenchError::TooLarge { .. } => "other",
    }
}

impl From<tokio::task::JoinError> for SyncError {
    fn from(error: tokio::task::JoinError) -> Self {
        if error.is_cancelled() { Self::Cancelled } else { Self::Broken }
    }
}
