//! What failed inside, as pages may know it: that the database does not answer, or a reference under which the log tells
//! the rest.

use crate::db::DbError;
use app::error::AppError;

/// A failure of the database; `what` stands in the log and says what could not be done.
pub fn of_database(error: &DbError, what: &'static str) -> AppError {
    if error.is_transient() {
        tracing::warn!(%error, "the database does not answer");
        return AppError::Unavailable { what: "The database".to_owned() };
    }
    internal(error, what)
}

/// Any failure of which nobody but the log may know more.
pub fn internal(error: &dyn std::error::Error, what: &'static str) -> AppError {
    let reference = uuid::Uuid::new_v4().simple().to_string();
    tracing::error!(%error, error.reference = reference, "{what}");
    AppError::Internal { reference }
}
