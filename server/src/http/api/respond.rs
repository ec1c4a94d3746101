//! From request to response: parameters, the endpoint, then JSON or CSV with a validator.

use super::ApiState;
use super::endpoint::{Call, Endpoint, Verb};
use super::moment;
use super::params::{Args, Kind, Param, Place};
use super::problem::{Fault, Problem};
use super::validator::{self, Validator};
use crate::auth::TokenUse;
use crate::http::facts::Facts;
use app::model::filter::default_sla_hours;
use app::model::session::CurrentUser;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

/// What stands in the path's braces, unless it is no text.
type Captures = Result<RawPathParams, RawPathParamsRejection>;

/// The largest body that is read, in bytes.
const MAX_BODY: usize = 64 * 1024;

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// An axum handler of an endpoint; `csv` when the path itself asks for CSV.
pub fn handler(
    state: ApiState,
    endpoint: Arc<Endpoint>,
    csv: bool,
) -> impl Fn(Captures, Request) -> Answer + Clone + Send + Sync + 'static {
    move |captures, request| {
        let (state, endpoint) = (state.clone(), Arc::clone(&endpoint));
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let wants_csv = csv || asks_for_csv(&parts.headers);
            let asked = Asked { csv: wants_csv, captures: &captures, parts: &parts };
            answer(state, &endpoint, asked, body).await.unwrap_or_else(IntoResponse::into_response)
        })
    }
}

/// A request without its body.
struct Asked<'a> {
    csv: bool,
    captures: &'a Captures,
    parts: &'a Parts,
}

async fn answer(state: ApiState, endpoint: &Endpoint, asked: Asked<'_>, body: Body) -> Result<Response, Problem> {
    let request = asked.parts;
    let captures = named(asked.captures, &endpoint.params);
    let fields =
        if endpoint.params.iter().any(|param| param.place == Place::Body) { fields(body).await? } else { Map::new() };
    let mut state = state;
    state.metrics = state.metrics.settled();
    let params = with_target(&endpoint.params);
    let args = Args::read(&params, &captures, request.uri.query().unwrap_or_default(), &fields)?;
    let seen = seen_from(state.clone(), &args);
    let mut validator = Validator::default();
    if endpoint.verb == Verb::Get {
        let query = request.uri.query().unwrap_or_default();
        let asked =
            validator::Asked { endpoint, captures: &captures, query, csv: asked.csv, dated: args.moment("as_of") };
        validator = Validator::of(&state, &asked).await?;
        if let Some(unchanged) = validator.spare(&request.headers) {
            return Ok(unchanged);
        }
    }
    let user = request.extensions.get::<CurrentUser>().cloned();
    let token = request.extensions.get::<TokenUse>().copied();
    let source = request.extensions.get::<Facts>().map_or_else(String::new, |facts| facts.address.to_string());
    let body = (endpoint.run)(Call { state: seen, args, user, token, source }).await?;
    let (body, kind) = match endpoint.rows.filter(|_| asked.csv).and_then(|rows| super::csv::write(&body, rows)) {
        Some(table) => (table, "text/csv; charset=utf-8"),
        None => (body, "application/json"),
    };
    if endpoint.verb != Verb::Get {
        let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")];
        return Ok((endpoint.status, headers, body).into_response());
    }
    Ok(validator.settled(&state).await?.answer(&request.headers, body, kind))
}

/// The parameters with the laboratory's own target as the default of theirs.
fn with_target(params: &[Param]) -> Vec<Param> {
    let own = |param: &Param| match (param.name, param.kind) {
        ("sla_hours", Kind::Float(Some(_), least, most)) => {
            Param { kind: Kind::Float(Some(default_sla_hours()), least, most), ..*param }
        }
        _ => *param,
    };
    params.iter().map(own).collect()
}

/// The figures as of the moment that a request names.
fn seen_from(mut state: ApiState, args: &Args) -> ApiState {
    let zone = state.metrics.laboratory().zone;
    if let Some(until) = moment::window(None, args.moment("as_of"), zone).until {
        // A record that comes to be in the very first moment after a day is not yet there.
        state.metrics = state.metrics.as_of(moment::instant(until, zone) - TimeDelta::microseconds(1));
    }
    state
}

/// The fields of a body that holds a JSON object.
async fn fields(body: Body) -> Result<Map<String, Value>, Problem> {
    let fault = |kind, place: String, msg: &str| {
        let loc = ["body".into(), place.into()];
        Problem::Invalid(vec![Fault { kind, loc, msg: msg.to_owned(), input: None, ctx: None }])
    };
    let bytes = axum::body::to_bytes(body, MAX_BODY)
        .await
        .map_err(|_| Problem::Status(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large"))?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(fault("model_type", String::new(), "Input should be an object")),
        Err(error) => Err(fault("json_invalid", error.column().to_string(), "JSON decode error")),
    }
}

/// The captures by name. What is no text becomes a character that no kind of parameter takes.
fn named(captures: &Captures, params: &[Param]) -> HashMap<String, String> {
    match captures {
        Ok(captures) => captures.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        Err(_) => params.iter().map(|param| (param.name.to_owned(), char::REPLACEMENT_CHARACTER.to_string())).collect(),
    }
}

fn asks_for_csv(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == "text/csv"))
}
