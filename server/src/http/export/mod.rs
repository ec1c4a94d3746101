//! `/export/NAME.csv` and `/export/NAME.xlsx`: the tables of the pages as files. One route for all of them, behind the
//! guard of the pages; each file leaves an entry in the audit log. What a table holds is `app::exports`' business.

mod csv;
mod xlsx;

use super::App;
use super::errors::database_failed;
use super::facts::Facts;
use crate::db::audit;
use ::app::exports::{self, Wish};
use ::app::model::session::CurrentUser;
use ::app::model::sheet::Sheet;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Csv,
    Xlsx,
}

impl Kind {
    fn of(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// Answers with the file.
pub async fn download(
    State(app): State<App>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
    Extension(user): Extension<CurrentUser>,
    Extension(facts): Extension<Facts>,
) -> Response {
    let found = file.rsplit_once('.').and_then(|(name, ending)| Some((name, Kind::of(ending)?)));
    let Some((name, kind)) = found else { return StatusCode::NOT_FOUND.into_response() };
    let query = query.unwrap_or_default();
    let wish = Wish { query: &query, lang: facts.lang, ports: &app.ports };
    let sheet = match exports::sheet(name, wish).await {
        Ok(sheet) => sheet,
        Err(error) => return failed(error.status()),
    };
    let detail = serde_json::json!({ "query": query, "rows": sheet.rows.len() });
    let source = facts.address.to_string();
    let entry = audit::Entry { actor: &user.name, action: "export", subject: &file, source: &source, detail };
    if let Err(error) = audit::append(&app.pool, entry).await {
        return database_failed(&error).into_response();
    }
    let title = file_name(name, &sheet, kind);
    let lang = facts.lang;
    let written = tokio::task::spawn_blocking(move || match kind {
        Kind::Csv => Ok(csv::write(&sheet).into_bytes()),
        Kind::Xlsx => xlsx::write(&sheet, lang),
    });
    match written.await {
        Ok(Ok(bytes)) => attached(bytes, &title, kind),
        Ok(Err(error)) => {
            tracing::error!(%error, export.name = name, "a file could not be written");
            failed(500)
        }
        Err(error) => {
            tracing::error!(%error, export.name = name, "a file could not be written");
            failed(500)
        }
    }
}

fn failed(status: u16) -> Response {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// `overview-volume_2026-10-19_2026-11-17.csv`; names of tables are letters and dashes.
fn file_name(name: &str, sheet: &Sheet, kind: Kind) -> String {
    let days = sheet.days.map(|days| format!("_{}_{}", days.from, days.to)).unwrap_or_default();
    format!("{name}{days}.{}", kind.ending())
}

fn attached(bytes: Vec<u8>, title: &str, kind: Kind) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{title}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
