//! `/export/NAME.csv` and `/export/NAME.xlsx`: the tables of the pages as files. One route for all of them, behind the
//! guard of the pages; each file leaves an entry in the audit log. What a table holds is `app::exports`' business.

use super::App;
use super::errors::database_failed;
use super::facts::Facts;
use crate::db::audit;
use crate::sheets::{self, csv, xlsx};
use ::app::exports::{self, Wish};
use ::app::model::deliveries::FileKind;
use ::app::model::session::CurrentUser;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Answers with the file.
pub async fn download(
    State(app): State<App>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
    Extension(user): Extension<CurrentUser>,
    Extension(facts): Extension<Facts>,
) -> Response {
    let found = file.rsplit_once('.').and_then(|(name, ending)| Some((name, FileKind::from_name(ending)?)));
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
    let title = sheets::file_name(name, &sheet, kind);
    let lang = facts.lang;
    let written = tokio::task::spawn_blocking(move || match kind {
        FileKind::Csv => Ok(csv::write(&sheet).into_bytes()),
        FileKind::Xlsx => xlsx::write(&[&sheet], &sheet.title, lang),
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

fn attached(bytes: Vec<u8>, title: &str, kind: FileKind) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(sheets::media_type(kind)));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{title}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
