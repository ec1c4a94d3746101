//! Who gets a token, and what an old one is worth.

use std::time::Duration;

use qbench_sim::{ExpiredAnswer, SimConfig};
use serde_json::json;

use crate::client::{Client, assertion, epoch, read, small};

#[tokio::test]
async fn a_token_is_opaque_and_has_type_and_lifetime() {
    let client = Client::start(small()).await;
    let config = small();
    let now = epoch();
    let claims = json!({"sub": config.client_id, "iat": now, "exp": now + 3600});
    let answer = client.grant(&assertion(&config.client_secret, &claims)).await.json();
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 3600);
    assert_eq!(answer["access_token"].as_str().map(str::len), Some(36));
    assert_ne!(answer["access_token"], client.token);
}

#[tokio::test]
async fn float_claims_multipart_bodies_and_the_other_token_route_work() {
    let client = Client::start(small()).await;
    let config = small();
    let now = epoch() as f64 - 4.75;
    let claims = json!({"sub": config.client_id, "iat": now, "exp": now + 3300.0});
    let jwt = assertion(&config.client_secret, &claims);
    assert_eq!(client.grant(&jwt).await.status, 200);

    let boundary = "fourteen-dashes";
    let part = |name: &str, value: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    let body = part("grant_type", grant) + &part("assertion", &jwt) + &format!("--{boundary}--\r\n");
    let url = format!("{}/qbench/api/v2/auth/token", client.sim.base_url());
    let request =
        client.http.post(url).header("content-type", format!("multipart/form-data; boundary={boundary}")).body(body);
    let answer = read(request.send().await.expect("an answer")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let token = answer.json()["access_token"].as_str().expect("a token").to_owned();
    let client = Client { token, ..client };
    assert_eq!(client.get("order").await.status, 200);
}

#[tokio::test]
async fn bad_assertions_are_refused_with_400_and_a_reason() {
    let client = Client::start(small()).await;
    let config = small();
    let now = epoch();
    let good = json!({"sub": config.client_id, "iat": now, "exp": now + 3600});
    let with = |key: &str, value: serde_json::Value| {
        let mut claims = good.clone();
        claims[key] = value;
        claims
    };
    for (what, secret, claims) in [
        ("a wrong secret", "wrong", good.clone()),
        ("another client", &config.client_secret, with("sub", json!("somebody"))),
        ("an old assertion", &config.client_secret, with("exp", json!(now - 1))),
        ("a clock ahead", &config.client_secret, with("iat", json!(now + 60))),
        ("two hours", &config.client_secret, with("exp", json!(now + 7200))),
        ("no iat", &config.client_secret, json!({"sub": config.client_id, "exp": now + 60})),
    ] {
        let answer = client.grant(&assertion(secret, &claims)).await;
        assert_eq!(answer.status, 400, "{what}");
        assert_eq!(answer.json()["error"], "invalid_grant", "{what}");
        assert!(answer.json()["error_description"].is_string(), "{what}");
    }
    assert_eq!(client.grant("not a jwt").await.status, 400);
}

#[tokio::test]
async fn other_grants_and_other_routes_are_refused() {
    let client = Client::start(small()).await;
    let form = [("grant_type", "client_credentials")];
    let request = client.http.post(client.sim.token_url()).form(&form);
    let answer = read(request.send().await.expect("an answer")).await;
    assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("unsupported_grant_type")));
    let url = format!("{}/qbench/api/v1/oauth/token", client.sim.base_url());
    let request = client.http.post(url).bearer_auth(&client.token).form(&form);
    let answer = read(request.send().await.expect("an answer")).await;
    assert!(matches!(answer.status, 404 | 405), "{}", answer.status);
    assert!(answer.json()["error"].is_string());
}

#[tokio::test]
async fn requests_without_a_good_token_learn_nothing() {
    let client = Client::start(small()).await;
    let url = format!("{}/qbench/api/v1/order", client.sim.base_url());
    let bare = read(client.http.get(&url).send().await.expect("an answer")).await;
    assert_eq!((bare.status, &bare.json()["error"]), (400, &json!("invalid_request")));
    let description = bare.json()["error_description"].as_str().map(str::to_owned);
    assert!(description.is_some_and(|text| text.contains("Invalid Authorization header format")));
    let unknown = client.http.get(&url).bearer_auth("7d0f");
    let unknown = read(unknown.send().await.expect("an answer")).await;
    assert_eq!((unknown.status, &unknown.json()["error"]), (401, &json!("invalid_token")));
}

#[tokio::test]
async fn an_expired_token_gives_400_invalid_grant_or_401_when_so_configured() {
    for (expired_answer, status, error) in
        [(ExpiredAnswer::InvalidGrant, 400, "invalid_grant"), (ExpiredAnswer::Unauthorized, 401, "invalid_token")]
    {
        let config = SimConfig { expired_answer, ..small() };
        let client = Client::start(config).await;
        assert_eq!(client.get("order").await.status, 200);
        client.sim.expire_tokens();
        let answer = client.get("order").await;
        assert_eq!((answer.status, &answer.json()["error"]), (status, &json!(error)));
    }
}

#[tokio::test]
async fn a_token_lives_as_long_as_configured() {
    let config = SimConfig { token_ttl: Duration::ZERO, ..small() };
    let client = Client::start(config).await;
    let answer = client.get("order").await.json();
    assert_eq!(answer["error_description"], "Access token has expired.");
}
