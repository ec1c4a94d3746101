//! `/api/docs`: the OpenAPI document as a page to read and try, of this server's own making.

use super::params::{Kind, MAX_NAME, Param};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::fmt::Write as _;

const SCRIPT: &str = include_str!("docs.js");
const STYLE: &str = include_str!("docs.css");

/// The script of the page.
pub async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}

/// The style sheet of the page.
pub async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// The page.
pub async fn page() -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)], render())
        .into_response()
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

fn render() -> String {
    let mut body = String::new();
    let mut chapter = "";
    for endpoint in super::catalogue() {
        if endpoint.tag != chapter {
            chapter = endpoint.tag;
            let _ = write!(body, "<h2>{}</h2>", escape(chapter));
        }
        let verb = endpoint.verb.name();
        let _ = write!(
            body,
            "<details><summary><b>{verb}</b> <code>/api/v1{}</code> <span>{}</span></summary><form data-verb=\"{verb}\" data-path=\"/api/v1{}\">",
            escape(endpoint.path),
            escape(endpoint.about),
            escape(endpoint.path)
        );
        for param in &endpoint.params {
            field(&mut body, param);
        }
        body.push_str(
            "<p><button>Try it</button> <output></output></p><pre hidden tabindex=\"0\"></pre></form></details>",
        );
    }
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>REST interface · benchwatch</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"/favicon.svg\">\
         <link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body><header><h1>REST interface</h1>\
         <p>Machine-readable: <a href=\"/api/openapi.json\">openapi.json</a>. Errors are <code>{{\"detail\": …}}</code>. \
         Lists and series answer CSV to <code>Accept: text/csv</code> or with <code>.csv</code> at the end of the path.</p>\
         <p><label>Bearer token, for trying without a session <input id=\"token\" autocomplete=\"off\"></label></p></header>\
         <main>{body}</main><script src=\"/api/docs.js\" defer></script></body></html>"
    )
}

fn field(body: &mut String, param: &Param) {
    let hint = match param.kind {
        Kind::Int(value, least, most) => format!("{least} to {most}{}", default(value)),
        Kind::Float(value, least, most) => format!("{least} to {most}{}", default(value)),
        Kind::Bool(value) => format!("true or false, default {value}"),
        Kind::Moment => "date, date-time or Unix number".to_owned(),
        Kind::Text(0) => "text".to_owned(),
        Kind::List(..) => "a JSON array".to_owned(),
        Kind::Cursor => "the next or previous of an earlier answer".to_owned(),
        Kind::Name(least) => format!("text of {least} to {MAX_NAME} characters"),
        Kind::Text(least) => format!("text of at least {least} characters"),
        Kind::Choice(value, words) => format!("{}{}", words.join(" | "), default(value)),
    };
    let _ = write!(
        body,
        "<label><code>{}</code> {} <small>{}</small> <input name=\"{}\" autocomplete=\"off\"></label>",
        escape(param.name),
        escape(param.about),
        escape(&hint),
        escape(param.name)
    );
}

fn default(value: Option<impl std::fmt::Display>) -> String {
    value.map(|value| format!(", default {value}")).unwrap_or_default()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
