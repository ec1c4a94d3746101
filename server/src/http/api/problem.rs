//! Errors as the REST interface tells them: always `{"detail": …}`; a list of faults when parameters cannot be used.

use crate::db::DbError;
use app::error::AppError;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// What is wrong with one parameter.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Fault {
    /// The kind of fault, for programs: `int_parsing`, `less_than_equal` …
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where: `query`, `path` or `body`, and the parameter's name.
    pub loc: [Cow<'static, str>; 2],
    /// What is expected, for people.
    pub msg: String,
    /// What was given; `null` where nothing was.
    pub input: Option<String>,
    /// The bound, pattern or reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub ctx: Option<Map<String, Value>>,
}

/// Why a request was not answered.
#[derive(Debug)]
pub enum Problem {
    /// Parameters that cannot be used, all of them.
    Invalid(Vec<Fault>),
    /// A status with a word for programs.
    Status(StatusCode, &'static str),
    /// The database failed.
    Storage(DbError),
    /// The synchronisation or another part refused.
    App(AppError),
}

impl Problem {
    /// 404 with this word.
    #[must_use]
    pub const fn not_found(word: &'static str) -> Self {
        Self::Status(StatusCode::NOT_FOUND, word)
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Invalid { field, why } => Self::Invalid(vec![Fault {
                kind: "value_error",
                loc: ["query".into(), field.into()],
                msg: format!("Value error, {why}"),
                input: None,
                ctx: None,
            }]),
            other => Self::App(other),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Self::Invalid(faults) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "detail": faults }))).into_response()
            }
            Self::Status(status, word) => detail(status, word),
            Self::Storage(error) => database(&error),
            Self::App(error) => refusal(&error),
        }
    }
}

/// An error with a text as its detail.
#[must_use]
pub fn detail(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "detail": text }))).into_response()
}

/// A failed statement: 503 where repeating helps, else 500 with a reference that is in the log.
fn database(error: &DbError) -> Response {
    if error.is_transient() {
        tracing::warn!(error = %error, "the database does not answer");
        return detail(StatusCode::SERVICE_UNAVAILABLE, "database_unavailable");
    }
    let reference = uuid::Uuid::new_v4().simple().to_string();
    tracing::error!(error.reference = reference, error = %error, "a statement failed");
    let body = json!({ "detail": "internal_error", "reference": reference });
    (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
}

fn refusal(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match error {
        AppError::Unauthenticated => detail(status, "not_authenticated"),
        AppError::Forbidden => detail(status, "forbidden"),
        AppError::NotFound => detail(status, "not_found"),
        AppError::Busy { .. } => detail(status, "busy"),
        AppError::Unavailable { .. } => detail(status, "unavailable"),
        AppError::Invalid { .. } => detail(status, "invalid"),
        AppError::Internal { .. } | AppError::Transport => detail(status, "internal_error"),
    }
}
