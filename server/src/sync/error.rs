//! What can go wrong in a run.

use crate::db::DbError;
use qbench::{Entity, QbenchError};

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
    /// What kind of failure it is, in one word: what alerts and measurements tell apart.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Source(error) => source_kind(error),
            Self::Db(_) => "database",
            Self::NotConfigured(_) => "credentials",
            Self::Entity { source, .. } => source.kind(),
            Self::LeaseLost | Self::Cancelled | Self::Unsettled(_) | Self::Broken => "other",
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
