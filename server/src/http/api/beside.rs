//! The description of the paths under `/api` that are not in the catalogue: signing in, the session, the probe, the
//! stream of events, and the description itself.

use serde_json::{Map, Value, json};

/// The paths with their operations, as the OpenAPI document holds them.
pub(super) fn paths() -> Map<String, Value> {
    let all = [
        ("/api/health", json!({ "get": health() })),
        ("/api/auth/login", json!({ "post": login() })),
        ("/api/v1/session", json!({ "get": session() })),
        ("/api/live", json!({ "get": live() })),
        ("/api/openapi.json", json!({ "get": text("openapi", "This document.", "application/json") })),
        ("/api/docs", json!({ "get": text("docs", "This document as a page to read and try.", "text/html") })),
        ("/api/docs.js", json!({ "get": text("docs_script", "The script of that page.", "text/javascript") })),
        ("/api/docs.css", json!({ "get": text("docs_style", "The style sheet of that page.", "text/css") })),
    ];
    all.into_iter().map(|(path, operations)| (path.to_owned(), operations)).collect()
}

/// An answer in JSON with an example.
fn answer(about: &str, schema: &Value, example: &Value) -> Value {
    json!({ "description": about, "content": { "application/json": { "schema": schema, "example": example } } })
}

/// A refusal with the word that programs go by.
fn refusal(about: &str, word: &str) -> Value {
    answer(about, &json!({ "$ref": "#/components/schemas/Problem" }), &json!({ "detail": word }))
}

fn object(required: &[&str], properties: &Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

fn health() -> Value {
    let schema = object(&["status"], &json!({ "status": { "type": "string" } }));
    json!({
        "operationId": "health",
        "tags": ["Server"],
        "summary": "Whether the process answers; asks nothing else.",
        "responses": { "200": answer("It does", &schema, &json!({ "status": "ok" })) },
    })
}

fn login() -> Value {
    let asked = object(
        &["username", "password"],
        &json!({
            "username": { "type": "string", "minLength": 3, "maxLength": 150 },
            "password": { "type": "string", "minLength": 6, "format": "password" },
        }),
    );
    let user = object(&["username"], &json!({ "username": { "type": "string" } }));
    let token = object(
        &["access_token", "token_type", "expires_at", "expires_in", "user"],
        &json!({
            "access_token": { "type": "string" },
            "token_type": { "type": "string" },
            "expires_at": { "type": "string", "format": "date-time" },
            "expires_in": { "type": "integer", "description": "Seconds." },
            "user": user,
        }),
    );
    let given = json!({
        "access_token": "bwt_…",
        "token_type": "bearer",
        "expires_at": "2026-11-17T15:40:00.000000Z",
        "expires_in": 10800,
        "user": { "username": "ana" },
    });
    let fault = json!({ "detail": [{ "type": "missing", "loc": ["body", "password"], "msg": "Field required" }] });
    json!({
        "operationId": "auth_login",
        "tags": ["Server"],
        "summary": "A bearer token for a name and a password.",
        "requestBody": {
            "required": true,
            "content": { "application/json": {
                "schema": asked, "example": { "username": "ana", "password": "correct horse" } } },
        },
        "responses": {
            "200": answer("A token", &token, &given),
            "401": refusal("Name and password do not match an account in force", "invalid_credentials"),
            "403": refusal("The request comes from another site's page", "forbidden"),
            "413": { "description": "The body is too large" },
            "422": answer("A body that cannot be used", &json!({ "type": "object" }), &fault),
            "429": refusal("Too many wrong tries; Retry-After says when to go on", "too_many_attempts"),
            "503": refusal("The database does not answer", "database_unavailable"),
        },
    })
}

fn session() -> Value {
    let schema =
        object(&["username", "role"], &json!({ "username": { "type": "string" }, "role": { "type": "string" } }));
    json!({
        "operationId": "session",
        "tags": ["Server"],
        "summary": "Whose token or session this is.",
        "security": [{ "bearer": [] }],
        "responses": {
            "200": answer("The account", &schema, &json!({ "username": "ana", "role": "viewer" })),
            "401": refusal("No session or token, or one that has ended", "not_authenticated"),
            "429": refusal("More requests than allowed; Retry-After says when to go on", "too_many_requests"),
            "503": refusal("The database does not answer", "database_unavailable"),
        },
    })
}

fn live() -> Value {
    json!({
        "operationId": "live",
        "tags": ["Server"],
        "summary": "A stream of events for pages: what the synchronisation does. Needs a session, not a token.",
        "responses": {
            "200": { "description": "The stream", "content": { "text/event-stream": { "schema": { "type": "string" } } } },
            "303": { "description": "Without a session: to signing in" },
            "401": refusal("Without a session", "not_authenticated"),
            "503": { "description": "The database does not answer" },
        },
    })
}

fn text(id: &str, about: &str, kind: &str) -> Value {
    json!({
        "operationId": id,
        "tags": ["Server"],
        "summary": about,
        "responses": { "200": { "description": about, "content": { kind: { "schema": {} } } } },
    })
}
