//! What holds for every endpoint: refusals, redirects, validators, CSV, the description.

use crate::factory::Factory;
use crate::harness::{Client, Reply};
use app::model::session::Role;
use axum::http::{Method, StatusCode};
use chrono_tz::{America::New_York, UTC};
use serde_json::{Value, json};
use server::http::api::catalogue;
use server::http::api::endpoint::{Ages, Endpoint, Verb};
use server::http::api::params::{Kind, Place};
use sqlx::PgPool;
use std::collections::BTreeSet;

/// A path with an id for each capture.
fn path(template: &str, id: &str) -> String {
    template.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>().join("/")
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn all_faults_of_a_request_come_in_one_answer(pool: PgPool) {
    let client = Client::new(&pool, "2026-11-10 00:00", UTC);
    let faults = client
        .refused("/analytics/orders/slowest?limit=0&date_from=soon&customer_id=1.5&date_to=2026-11-31", 422)
        .await;
    let told: BTreeSet<_> = faults
        .as_array()
        .expect("a list")
        .iter()
        .map(|fault| (fault["type"].as_str().unwrap_or(""), fault["loc"][1].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        BTreeSet::from([
            ("greater_than_equal", "limit"),
            ("datetime_from_date_parsing", "date_from"),
            ("datetime_from_date_parsing", "date_to"),
            ("int_parsing", "customer_id")
        ])
    );
    let path = client.refused("/entities/orders/x1", 422).await;
    assert_eq!((&path[0]["loc"], &path[0]["input"]), (&json!(["path", "order_id"]), &json!("x1")));
    client.refused("/entities/orders/2147483648", 422).await;
    client.refused("/entities/orders/2147483647", 404).await;
}

/// Those of them that are tried as the moment to see everything from: each opens connections of its own.
const DATED: [&str; 2] = ["nan", "0001-01-01T00:00:00%2B14:00"];

/// Values that have broken interfaces before.
const NASTY: [&str; 32] = [
    "",
    "0",
    "-1",
    "1",
    "999999999999999999999999999999999999999999",
    "-9223372036854775809",
    "2147483648",
    "1e400",
    "nan",
    "inf",
    "-inf",
    "1.5",
    "1_0",
    "%00",
    "a%00b",
    "%ff%fe",
    "%F0%9F%A7%AA",
    "'; drop table tests; --",
    "%25",
    "_%25",
    "true",
    "day",
    "week",
    "9999-12-31",
    "0001-01-01",
    "2026-11-12T25:00",
    "9999-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00%2B14:00",
    "1e5",
    "99999999999",
    "-99999999999999",
    "%E2%80%AE",
];

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn no_value_of_any_parameter_is_a_server_error(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: New_York };
    lab.customer(1, Some("2026-11-01 00:00")).await;
    lab.order(1, 1, [Some("2026-11-02 00:00"), None, None], None).await;
    lab.sample(1, 1, [Some("2026-11-02 00:00"), None], [None; 3]).await;
    lab.test(1, 1, [Some("2026-11-02 00:00"), Some("2026-11-03 00:00")], None, None).await;
    let client = Client::new(&pool, "2026-11-10 00:00", New_York).signed_in(Role::Manager);
    for endpoint in catalogue().into_iter().filter(|endpoint| endpoint.verb == Verb::Get) {
        for param in &endpoint.params {
            for value in NASTY.iter().copied().filter(|value| param.name != "as_of" || DATED.contains(value)) {
                let uri = match param.place {
                    Place::Query => {
                        format!("{}?{}={}", path(endpoint.path, "1"), param.name, value.replace(' ', "%20"))
                    }
                    Place::Path | Place::Body => path(endpoint.path, &value.replace(' ', "%20")),
                };
                let reply = client.reply(&uri).await;
                assert!(
                    matches!(reply.status.as_u16(), 200 | 307 | 400 | 404 | 422),
                    "{uri}: {} {}",
                    reply.status,
                    reply.text
                );
                if reply.status.is_redirection() {
                    continue;
                }
                let body: Value = serde_json::from_str(&reply.text).unwrap_or_else(|error| panic!("{uri}: {error}"));
                assert!(reply.status.is_success() || body["detail"] != json!(null), "{uri}");
            }
        }
    }
}

#[test]
fn every_number_has_bounds_on_both_sides() {
    for endpoint in catalogue() {
        for param in &endpoint.params {
            match param.kind {
                Kind::Int(default, least, most) => {
                    assert!(least > i64::MIN && most < i64::MAX && least <= most, "{} {}", endpoint.path, param.name);
                    assert!(
                        default.is_none_or(|value| (least..=most).contains(&value)),
                        "{} {}",
                        endpoint.path,
                        param.name
                    );
                }
                Kind::Float(default, least, most) => {
                    assert!(least.is_finite() && most.is_finite(), "{} {}", endpoint.path, param.name);
                    assert!(
                        default.is_none_or(|value| (least..=most).contains(&value)),
                        "{} {}",
                        endpoint.path,
                        param.name
                    );
                }
                _ => {}
            }
        }
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_empty_laboratory_answers_every_endpoint(pool: PgPool) {
    let client = Client::new(&pool, "2026-11-10 00:00", UTC).signed_in(Role::Admin);
    for endpoint in
        catalogue().into_iter().filter(|endpoint| endpoint.verb == Verb::Get && !endpoint.path.contains('{'))
    {
        if endpoint.path == "/analytics/customers/orders/summary" {
            continue;
        }
        for query in [
            "",
            "?date_from=2026-11-01&date_to=2026-11-08",
            "?date_from=2026-11-08&date_to=2026-11-01",
            "?date_from=0001-01-01&date_to=9999-12-31",
        ] {
            client.get(&format!("{}{query}", endpoint.path)).await;
        }
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn unknown_paths_and_methods_answer_json_and_a_trailing_slash_moves(pool: PgPool) {
    let client = Client::new(&pool, "2026-11-10 00:00", UTC);
    assert_eq!(client.refused("/metrics/nothing", 404).await, "Not Found");
    let post = client.send(Method::POST, "/api/v1/metrics/summary", &[]).await;
    assert_eq!(
        (post.status, post.text.as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, r#"{"detail":"Method Not Allowed"}"#)
    );
    let slash = client.send(Method::GET, "/api/v1/metrics/summary/?date_from=2026-11-01", &[]).await;
    assert_eq!(slash.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(slash.headers["location"], "/api/v1/metrics/summary?date_from=2026-11-01");
    assert_eq!(
        client.send(Method::GET, "/api/v1/entities/orders/5/", &[]).await.status,
        StatusCode::TEMPORARY_REDIRECT
    );
    assert_eq!(client.send(Method::GET, "/api/v1/nothing/", &[]).await.status, StatusCode::NOT_FOUND);
    let head = client.send(Method::HEAD, "/api/v1/metrics/summary", &[]).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_validator_spares_the_body_until_the_answer_changes(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: UTC };
    lab.customer(1, Some("2026-11-01 00:00")).await;
    let client = Client::new(&pool, "2026-11-10 00:00", UTC);
    let first = client.reply("/metrics/customers/new").await;
    let tag = first.headers["etag"].to_str().expect("a tag").to_owned();
    assert!(first.headers["cache-control"].to_str().expect("a text").contains("private"));
    let again = client.send(Method::GET, "/api/v1/metrics/customers/new", &[("if-none-match", &tag)]).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    lab.ban("customer", 1).await;
    let banned = client.send(Method::GET, "/api/v1/metrics/customers/new", &[("if-none-match", &tag)]).await;
    assert_eq!((banned.status, banned.text.as_str()), (StatusCode::OK, r#"{"customers":[]}"#));
}

/// The validator of an answer: what it follows from, and its content.
fn validator(reply: &Reply) -> (String, String) {
    let tag = reply.headers["etag"].to_str().expect("a text").trim_start_matches("W/").trim_matches('"');
    let (key, content) = tag.split_once('.').unwrap_or_else(|| panic!("{tag} has no key"));
    (key.to_owned(), content.to_owned())
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_validator_holds_until_the_content_a_setting_or_a_clock_that_matters_changes(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: UTC };
    lab.customer(1, Some("2026-11-01 00:00")).await;
    lab.order(1, 1, [Some("2026-11-02 00:00"), None, None], None).await;
    lab.sample(1, 1, [Some("2026-11-02 00:00"), None], [None; 3]).await;
    lab.test(1, 1, [Some("2026-11-02 00:00"), None], None, None).await;
    let at = |now: &str, zone| Client::new(&pool, now, zone).signed_in(Role::Viewer);
    let client = at("2026-11-10 00:00", UTC);
    let later = |ages| match ages {
        Ages::Never => at("2027-01-01 00:00", UTC),
        Ages::Daily => at("2026-11-10 23:59", UTC),
        Ages::Always | Ages::Otherwise => at("2026-11-10 00:00", UTC),
    };
    let with_content = |endpoint: &Endpoint| endpoint.verb == Verb::Get && endpoint.ages != Ages::Otherwise;
    let endpoints: Vec<Endpoint> = catalogue().into_iter().filter(with_content).collect();
    assert!(endpoints.len() > 45, "figures and lists have one");
    let mut held = Vec::new();
    for endpoint in &endpoints {
        let by_name = if endpoint.path.ends_with("customers/orders/summary") { "?customer_id=1" } else { "" };
        let uri = format!("/api/v1{}{by_name}", path(endpoint.path, "1"));
        let first = client.send(Method::GET, &uri, &[]).await;
        assert_eq!(first.status, StatusCode::OK, "{uri}: {}", first.text);
        let tag = first.headers["etag"].to_str().expect("a text").to_owned();
        for method in [Method::GET, Method::HEAD] {
            let again = later(endpoint.ages).send(method, &uri, &[("if-none-match", &tag)]).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{uri}");
            assert_eq!(again.headers["etag"], tag, "{uri}");
        }
        let aged = at("2026-11-11 00:01", UTC).send(Method::GET, &uri, &[]).await;
        let kept = validator(&aged).0 == validator(&first).0;
        assert_eq!(kept, endpoint.ages == Ages::Never, "{uri}");
        if endpoint.rows.is_some() {
            let table = client.send(Method::GET, &uri, &[("accept", "text/csv"), ("if-none-match", &tag)]).await;
            assert_eq!(table.status, StatusCode::OK, "{uri} as a table is another answer");
            let tag = table.headers["etag"].to_str().expect("a text");
            let again = client.send(Method::GET, &uri, &[("accept", "text/csv"), ("if-none-match", tag)]).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{uri} as a table");
        }
        held.push((uri, validator(&first).0));
    }
    let changed = async |held: &mut Vec<(String, String)>, what: &str| {
        for (uri, key) in held.iter_mut() {
            let reply = client.send(Method::GET, uri, &[]).await;
            if reply.status == StatusCode::OK {
                let fresh = validator(&reply).0;
                assert_ne!(fresh, *key, "{uri} after {what}");
                *key = fresh;
            }
        }
    };
    lab.test(2, 1, [Some("2026-11-03 00:00"), None], None, None).await;
    changed(&mut held, "a new test").await;
    lab.ban("test", 2).await;
    changed(&mut held, "a ban").await;
    sqlx::query("delete from banned_entities").execute(&pool).await.expect("no ban");
    changed(&mut held, "the end of a ban").await;
    sqlx::query("insert into holidays (day, name) values ('2026-11-26', 'x')").execute(&pool).await.expect("a holiday");
    changed(&mut held, "a holiday").await;
    for (uri, key) in &held {
        let zone = at("2026-11-10 00:00", New_York).send(Method::GET, uri, &[]).await;
        assert_ne!(validator(&zone).0, *key, "{uri} in another zone");
    }
    sqlx::query("update tests set state = state where id = 99").execute(&pool).await.expect("nothing");
    let (uri, key) = &held[0];
    assert_eq!(validator(&client.send(Method::GET, uri, &[]).await).0, *key, "nothing was written");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_is_seen_from_the_past_stays_and_what_is_seen_from_now_on_does_not(pool: PgPool) {
    let key = async |now: &str, query: &str| {
        let uri = format!("/api/v1/metrics/summary?{query}");
        validator(&Client::new(&pool, now, UTC).send(Method::GET, &uri, &[]).await).0
    };
    let (early, late) = ("2026-11-10 00:00", "2026-11-10 12:00");
    assert_eq!(key(early, "as_of=2026-11-01").await, key(late, "as_of=2026-11-01").await);
    assert_ne!(key(early, "as_of=2026-11-20").await, key(late, "as_of=2026-11-20").await);
    assert_ne!(key(early, "as_of=2026-11-01").await, key(early, "as_of=2026-11-02").await);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn lists_are_csv_by_suffix_and_by_accept(pool: PgPool) {
    Factory { pool: &pool, zone: UTC }.customer(1, Some("2026-11-01 00:00")).await;
    sqlx::query("update customers set name = '=1+1, \"x\"'").execute(&pool).await.expect("a name");
    let client = Client::new(&pool, "2026-11-10 00:00", UTC);
    let table = "id,name,created_at\r\n1,\"'=1+1, \"\"x\"\"\",2026-11-01T00:00:00\r\n";
    let suffix = client.reply("/metrics/customers/new.csv").await;
    assert_eq!(
        (suffix.headers["content-type"].to_str().expect("a text"), suffix.text.as_str()),
        ("text/csv; charset=utf-8", table)
    );
    let accept = client.send(Method::GET, "/api/v1/metrics/customers/new", &[("accept", "text/csv")]).await;
    assert_eq!(accept.text, table);
    let both = client.send(Method::GET, "/api/v1/metrics/summary", &[("accept", "text/csv")]).await;
    assert_eq!(both.headers["content-type"], "application/json", "there is no list in it");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_description_lists_every_path_with_its_parameters(pool: PgPool) {
    let client = Client::new(&pool, "2026-11-10 00:00", UTC);
    let reply = client.send(Method::GET, "/api/openapi.json", &[]).await;
    let document: Value = serde_json::from_str(&reply.text).expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let mut operations = BTreeSet::new();
    for endpoint in catalogue() {
        let verb = endpoint.verb.name().to_lowercase();
        let operation = &document["paths"][format!("/api/v1{}", endpoint.path)][verb];
        let named: Vec<_> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|param| param["name"].as_str())
            .collect();
        let expected: Vec<_> =
            endpoint.params.iter().filter(|param| param.place != Place::Body).map(|param| param.name).collect();
        assert_eq!(named, expected, "{}", endpoint.path);
        assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len(), "{}: a name twice", endpoint.path);
        assert!(operations.insert(operation["operationId"].to_string()), "{}", endpoint.path);
    }
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for name in reply.text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(schemas.contains_key(name), "{name} is not described");
    }
    let docs = client.send(Method::GET, "/api/docs", &[]).await;
    assert_eq!(docs.status, StatusCode::OK);
    assert!(docs.text.contains("/api/v1/metrics/summary") && !docs.text.contains("https://"));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_the_description_calls_a_moment_or_a_flag_is_what_is_read(pool: PgPool) {
    let client = Client::new(&pool, "2026-11-10 00:00", UTC);
    let document: Value =
        serde_json::from_str(&client.send(Method::GET, "/api/openapi.json", &[]).await.text).expect("JSON");
    let schemas = &document["components"]["schemas"];
    let numbers =
        schemas["PointInTime"]["anyOf"].as_array().into_iter().flatten().find(|kind| kind["type"] == "number");
    let bound = |name: &str| numbers.and_then(|kind| kind[name].as_f64()).expect("a bound");
    for (number, status) in
        [(bound("minimum"), 200), (bound("minimum") - 1.0, 422), (bound("maximum"), 200), (bound("maximum") + 1.0, 422)]
    {
        let reply = client.reply(&format!("/metrics/summary?date_from={number}")).await;
        assert_eq!(reply.status.as_u16(), status, "{number}");
    }
    assert!(schemas["Flag"]["anyOf"].as_array().is_some_and(|kinds| kinds.len() == 3));
    for (word, status) in [("true", 200), ("0", 200), ("ON", 200), ("n", 200), ("2", 422), ("null", 422), ("", 422)] {
        let reply = client.reply(&format!("/metrics/activity/daily?compare_previous={word}")).await;
        assert_eq!(reply.status.as_u16(), status, "{word:?}");
    }
    let parameters = document["paths"]["/api/v1/metrics/activity/daily"]["get"]["parameters"].as_array();
    let named = |name: &str| parameters.into_iter().flatten().find(|one| one["name"] == name).expect("it is there");
    assert_eq!(named("compare_previous")["schema"]["$ref"], "#/components/schemas/Flag");
    assert_eq!(named("date_from")["schema"]["$ref"], "#/components/schemas/PointInTime");
}

/// The paths under `/api` that the sources of the web server give to a router by name, and those of the catalogue.
fn routed() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http");
    let mut sources = Vec::new();
    for folder in [folder.to_owned(), format!("{folder}/api")] {
        for entry in std::fs::read_dir(folder).expect("sources") {
            let path = entry.expect("a file").path();
            if path.is_file() {
                sources.push(std::fs::read_to_string(path).unwrap_or_default());
            }
        }
    }
    let named = sources.iter().flat_map(|source| source.split(".route(\"").skip(1));
    let named = named.filter_map(|rest| rest.split('"').next()).filter(|path| path.starts_with("/api/"));
    let mut routed: BTreeSet<String> = named.map(str::to_owned).collect();
    assert!(routed.len() >= 6, "the sources are read: {routed:?}");
    for endpoint in catalogue() {
        routed.insert(format!("/api/v1{}", endpoint.path));
        if endpoint.rows.is_some() {
            routed.insert(format!("/api/v1{}.csv", endpoint.path));
        }
    }
    routed
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_is_served_and_what_is_described_are_the_same(pool: PgPool) {
    let client = Client::new(&pool, "2026-11-10 00:00", UTC);
    let reply = client.send(Method::GET, "/api/openapi.json", &[]).await;
    let document: Value = serde_json::from_str(&reply.text).expect("JSON");
    let described: BTreeSet<String> = document["paths"].as_object().expect("paths").keys().cloned().collect();
    assert_eq!(described, routed());
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (verb, operation) in operations.as_object().expect("operations") {
            assert!(operation["summary"].is_string() && operation["operationId"].is_string(), "{verb} {path}");
            for (status, answer) in operation["responses"].as_object().expect("responses") {
                let json = &answer["content"]["application/json"];
                let refused = status.starts_with('4') && !json.is_null();
                assert!(!refused || !json["example"].is_null(), "{verb} {path} {status} has no example");
            }
        }
    }
}
