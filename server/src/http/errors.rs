//! What failures look like: JSON below `/api`, a plain page elsewhere, and never a word from inside.

use super::facts::Facts;
use super::headers::content_type;
use crate::db::DbError;
use app::error::AppError;
use app::i18n::Lang;
use axum::Json;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A failure below `/api`: `{"detail": …}`.
pub fn detail(status: StatusCode, detail: &str) -> Response {
    (status, Json(json!({ "detail": detail }))).into_response()
}

/// A failure of a server function: what the browser's side reads, and the `detail` that everything below `/api` has.
pub fn app_error(status: StatusCode, error: &AppError) -> Response {
    let mut body = json!(error);
    body["detail"] = error.to_string().into();
    (status, Json(body)).into_response()
}

/// The answer where a database failure has no better one; the log has the cause.
pub fn database_failed(error: &DbError) -> StatusCode {
    if error.is_transient() {
        tracing::warn!(%error, "the database does not answer");
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        tracing::error!(%error, "a statement failed");
        StatusCode::INTERNAL_SERVER_ERROR
    }
}

/// Gives an answer that only has a status its body. Answers with a body of their own stay as they are.
pub fn dress(response: Response, facts: &Facts) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_dressed(&response) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let (kind, text) = if facts.is_api {
        let detail = json!({ "detail": status.canonical_reason().unwrap_or("Error") });
        ("application/json", detail.to_string())
    } else {
        ("text/html; charset=utf-8", page(status, facts))
    };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        parts.headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static("5"));
    }
    Response::from_parts(parts, Body::from(text))
}

/// Bodies of the frameworks are plain text; ours are JSON or HTML.
fn is_dressed(response: &Response) -> bool {
    let kind = content_type(response);
    kind.starts_with("application/json") || kind.starts_with("text/html") || kind.starts_with("text/event-stream")
}

/// A page for a status: what happened, what to do, the reference.
fn page(status: StatusCode, facts: &Facts) -> String {
    let lang = facts.lang;
    let (title, advice) = words(status, lang);
    let reference = match lang {
        Lang::En => "Reference",
        Lang::Es => "Referencia",
    };
    let home = match lang {
        Lang::En => "To the overview",
        Lang::Es => "Al resumen",
    };
    let (tag, id, code) = (lang.tag(), &facts.id, status.as_u16());
    format!(
        r#"<!DOCTYPE html><html lang="{tag}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · benchwatch</title><link rel="stylesheet" href="/pkg/benchwatch.css"><link rel="icon" href="/favicon.svg" type="image/svg+xml"></head><body><main class="signin"><div class="left"><div class="form"><h1>{title}</h1><p>{advice}</p><p><a href="/">{home}</a></p><p class="help">{code} · {reference} {id}</p></div></div></main></body></html>"#
    )
}

const fn words(status: StatusCode, lang: Lang) -> (&'static str, &'static str) {
    match (status, lang) {
        (StatusCode::NOT_FOUND, Lang::En) => ("Page not found", "There is nothing at this address."),
        (StatusCode::NOT_FOUND, Lang::Es) => ("Página no encontrada", "No hay nada en esta dirección."),
        (StatusCode::FORBIDDEN, Lang::En) => {
            ("Not allowed", "Your account may not do this, or the request came from another site.")
        }
        (StatusCode::FORBIDDEN, Lang::Es) => {
            ("No permitido", "Su cuenta no puede hacerlo, o la petición vino de otro sitio.")
        }
        (StatusCode::TOO_MANY_REQUESTS, Lang::En) => {
            ("Please wait", "Too many wrong tries. Wait a little, then sign in again.")
        }
        (StatusCode::TOO_MANY_REQUESTS, Lang::Es) => {
            ("Espere, por favor", "Demasiados intentos fallidos. Espere un poco y vuelva a entrar.")
        }
        (StatusCode::SERVICE_UNAVAILABLE, Lang::En) => {
            ("Back in a moment", "The database does not answer right now. This page works again as soon as it does.")
        }
        (StatusCode::SERVICE_UNAVAILABLE, Lang::Es) => {
            ("Enseguida volvemos", "La base de datos no responde ahora. Esta página funcionará en cuanto lo haga.")
        }
        (_, Lang::En) if status.as_u16() >= 500 => (
            "Something went wrong",
            "It has been logged. Try again; if it stays, tell your administrator the reference.",
        ),
        (_, Lang::Es) if status.as_u16() >= 500 => (
            "Algo falló",
            "Ha quedado registrado. Inténtelo de nuevo; si persiste, dé la referencia a su administrador.",
        ),
        (_, Lang::En) => ("This request cannot be answered", "The address or its parameters are not usable."),
        (_, Lang::Es) => ("No se puede responder", "La dirección o sus parámetros no son válidos."),
    }
}
