//! The OpenAPI document, written from the same table that requests are read by.

use super::endpoint::{Endpoint, Verb};
use super::params::{Kind, Param, Place};
use super::problem::Fault;
use super::schema;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::LazyLock;
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, ComponentsBuilder, Content, ContentBuilder, HttpMethod, InfoBuilder, OpenApiBuilder, PathItem,
    PathsBuilder, Ref, RefOr, Required, ResponseBuilder,
};
use utoipa::{PartialSchema as _, ToSchema as _};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| write().to_string());

/// `/api/openapi.json`.
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}

/// The document as JSON.
#[must_use]
pub fn write() -> Value {
    let catalogue = super::catalogue();
    let mut paths = PathsBuilder::new();
    for endpoint in &catalogue {
        let method = match endpoint.verb {
            Verb::Get => HttpMethod::Get,
            Verb::Post => HttpMethod::Post,
            Verb::Patch => HttpMethod::Patch,
            Verb::Delete => HttpMethod::Delete,
        };
        paths = paths.path(format!("/api/v1{}", endpoint.path), PathItem::new(method.clone(), operation(endpoint, "")));
        if endpoint.rows.is_some() {
            paths =
                paths.path(format!("/api/v1{}.csv", endpoint.path), PathItem::new(method, operation(endpoint, "_csv")));
        }
    }
    let info = InfoBuilder::new()
        .title("benchwatch")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Figures and records of a laboratory, from its copy of the LIMS."))
        .build();
    let document = OpenApiBuilder::new().info(info).paths(paths).components(Some(components(&catalogue))).build();
    let mut document = serde_json::to_value(document).unwrap_or_default();
    document["openapi"] = json!("3.1.0");
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.extend(super::beside::paths());
    }
    document
}

fn components(catalogue: &[Endpoint]) -> Components {
    let mut components = ComponentsBuilder::new().schema("Fault", Fault::schema()).schema("Problem", problem());
    for (name, schema) in schema::shared() {
        components = components.schema(name, schema);
    }
    for endpoint in catalogue {
        let (_, named) = (endpoint.schema)();
        for (name, schema) in named {
            components = components.schema(name, schema);
        }
    }
    components.security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))).build()
}

fn problem() -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let list = ArrayBuilder::new().items(Ref::from_schema_name(Fault::name()));
    let detail = utoipa::openapi::schema::OneOfBuilder::new().item(text).item(list);
    ObjectBuilder::new().property("detail", detail).required("detail").build().into()
}

fn operation(endpoint: &Endpoint, suffix: &str) -> Operation {
    let id = endpoint.path.trim_start_matches('/').replace(['/', '-'], "_").replace(['{', '}'], "");
    let id = if endpoint.verb == Verb::Get { id } else { format!("{}_{id}", endpoint.verb.name().to_lowercase()) };
    let (answer, _) = (endpoint.schema)();
    let good = if suffix.is_empty() {
        let mut good =
            ResponseBuilder::new().description("The figures").content("application/json", Content::new(Some(answer)));
        if endpoint.rows.is_some() {
            good = good.content("text/csv", Content::new(Some(text())));
        }
        good
    } else {
        ResponseBuilder::new()
            .description("The list, one line a record")
            .content("text/csv", Content::new(Some(text())))
    };
    let mut operation = OperationBuilder::new()
        .operation_id(Some(format!("{id}{suffix}")))
        .tag(endpoint.tag)
        .summary(Some(endpoint.about))
        .security(SecurityRequirement::new("bearer", Vec::<String>::new()))
        .response(endpoint.status.as_str(), good)
        .response("401", refusal("No session or token, or one that has ended", &json!("not_authenticated")))
        .response("422", refusal("Parameters that cannot be used, all of them", &unusable()))
        .response(
            "429",
            refusal("More requests than allowed; Retry-After says when to go on", &json!("too_many_requests")),
        )
        .response("503", refusal("The database does not answer", &json!("database_unavailable")));
    if endpoint.verb == Verb::Get {
        operation = operation.response("304", ResponseBuilder::new().description("As the reader has it"));
    } else {
        operation = operation.response("403", refusal("The account's role does not allow it", &json!("forbidden")));
    }
    for (status, about, word) in statuses(endpoint) {
        operation = operation.response(status, refusal(about, &json!(word)));
    }
    for param in endpoint.params.iter().filter(|param| param.place != Place::Body) {
        operation = operation.parameter(parameter(param));
    }
    if let Some(body) = body(endpoint) {
        operation = operation.request_body(Some(body));
    }
    operation.build()
}

/// Statuses of this endpoint alone: what they mean, and the word for programs.
fn statuses(endpoint: &Endpoint) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut statuses = Vec::new();
    if endpoint.path.contains('{') || endpoint.path == "/analytics/customers/orders/summary" {
        statuses.push(("404", "No such record, or none that may be shown", "not_found"));
    }
    if endpoint.params.iter().any(|param| param.kind == Kind::Cursor) {
        statuses.push(("404", "No page begins at this cursor", "unknown_cursor"));
    }
    if matches!(endpoint.path, "/sync/quarantine" | "/settings") && endpoint.verb == Verb::Get {
        statuses.push(("403", "The account's role does not allow it", "forbidden"));
    }
    if endpoint.path == "/analytics/customers/orders/summary" {
        let word = "customer_id or customer_name must be provided";
        statuses.push(("400", "Neither id nor name, or a name of blanks", word));
    }
    if endpoint.verb != Verb::Get {
        statuses.push(("413", "The body is too large", "Payload Too Large"));
        statuses.push(("409", "Something else is going on", "busy"));
    }
    statuses
}

fn refusal(about: &str, detail: &Value) -> ResponseBuilder {
    let schema: RefOr<Schema> = Ref::from_schema_name("Problem").into();
    let content = ContentBuilder::new().schema(Some(schema)).example(Some(json!({ "detail": detail })));
    ResponseBuilder::new().description(about).content("application/json", content.build())
}

/// The faults of a request, as an example.
fn unusable() -> Value {
    json!([{
        "type": "greater_than_equal",
        "loc": ["query", "sla_hours"],
        "msg": "Input should be greater than or equal to 0",
        "input": "-1",
        "ctx": { "ge": 0.0 },
    }])
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// The JSON object that the endpoint reads, if it reads one.
fn body(endpoint: &Endpoint) -> Option<RequestBody> {
    let mut object = ObjectBuilder::new();
    let mut any = false;
    for param in endpoint.params.iter().filter(|param| param.place == Place::Body) {
        any = true;
        object = object.property(param.name, schema::field(param));
        if param.is_required() {
            object = object.required(param.name);
        }
    }
    let content = Content::new(Some(RefOr::T(Schema::from(object))));
    any.then(|| RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True)).build())
}

fn parameter(param: &Param) -> ParameterBuilder {
    let (place, required) = match param.place {
        Place::Query => (ParameterIn::Query, Required::False),
        Place::Path | Place::Body => (ParameterIn::Path, Required::True),
    };
    ParameterBuilder::new()
        .name(param.name)
        .parameter_in(place)
        .required(required)
        .description(Some(param.about))
        .schema(Some(schema::parameter(param)))
        .example(example(param))
}

/// A value that the parameter takes; none for those that are best left out.
fn example(param: &Param) -> Option<Value> {
    match param.kind {
        Kind::Moment if param.name == "as_of" => None,
        Kind::Moment if param.name.ends_with("_to") => Some(json!("2026-11-17")),
        Kind::Moment => Some(json!("2026-08-20")),
        Kind::Int(value, least, _) => {
            (value.is_some() || param.place == Place::Path).then(|| json!(value.unwrap_or(least.max(1))))
        }
        Kind::Float(value, ..) => value.map(Value::from),
        Kind::Choice(value, words) => value.or_else(|| words.first().copied()).map(Value::from),
        Kind::Bool(value) => Some(json!(value)),
        Kind::Cursor | Kind::Text(_) | Kind::Name(_) | Kind::List(..) => None,
    }
}
