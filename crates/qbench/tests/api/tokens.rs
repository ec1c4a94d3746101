//! How tokens are got, shared, renewed and given up.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use qbench::{Client, Entity, ListQuery, QbenchError};

use crate::peer::{Answer, CLIENT_ID, Peer, SECRET, grant};

const EXPIRED: &str = r#"{"error":"invalid_grant","error_description":"Access token has expired.","qb1":"2"}"#;

async fn list(client: &Client) -> Result<usize, QbenchError> {
    client.list(Entity::Order, &ListQuery::page(1)).await.map(|page| page.records.len())
}

#[tokio::test]
async fn calls_at_the_same_time_share_one_token_request() {
    let peer = Peer::start().await;
    peer.rule(|_| Some(Answer::page(&[1], 1)));
    let client = peer.client();
    for result in join_all((0..10).map(|_| list(&client))).await {
        assert_eq!(result.expect("a page"), 1);
    }
    let [asked] = &peer.token_calls()[..] else { panic!("{} token requests", peer.token_calls().len()) };
    assert!(asked.body.contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"));
    let claims = asked.claims();
    let now = Utc::now().timestamp();
    assert_eq!(claims["sub"], CLIENT_ID);
    let (iat, exp) = (claims["iat"].as_i64().expect("iat"), claims["exp"].as_i64().expect("exp"));
    assert!(iat < now && iat >= now - 60, "iat {iat} at {now}");
    assert!(exp - iat <= 3300);
    assert!(peer.calls().iter().all(|call| call.bearer() == "token-1"));
    assert_eq!(client.usage().token_requests, 1);
    peer.finish();
}

#[tokio::test]
async fn ten_calls_with_an_expired_token_cause_one_renewal() {
    for refusal in [
        Answer::status(400, EXPIRED),
        Answer::status(401, r#"{"error":"invalid_token"}"#),
        Answer::status(401, ""),
        Answer::status(
            400,
            r#"{"error":"invalid_request","error_description":"x: Invalid Authorization header format."}"#,
        ),
        Answer::json(EXPIRED),
    ] {
        let peer = Peer::start().await;
        peer.rule(move |call| Some(if call.bearer() == "token-1" { refusal.clone() } else { Answer::page(&[1], 1) }));
        let client = peer.client();
        for result in join_all((0..10).map(|_| list(&client))).await {
            assert_eq!(result.expect("a page"), 1);
        }
        assert_eq!(peer.token_calls().len(), 2);
        peer.finish();
    }
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let peer = Peer::start().await;
    peer.token(grant("short", 1));
    peer.rule(|_| Some(Answer::page(&[1], 1)));
    let mut config = peer.config();
    config.requests_per_minute = 0;
    let client = Client::new(config).expect("a client");
    list(&client).await.expect("a page");
    let began = Instant::now();
    while peer.token_calls().len() < 2 {
        list(&client).await.expect("a page");
        assert!(began.elapsed() < Duration::from_secs(5), "never renewed");
    }
    assert!(began.elapsed() < Duration::from_millis(900), "renewed only after it had expired");
    assert_eq!(peer.calls().last().expect("a call").bearer(), "token-1");
    peer.finish();
}

#[tokio::test]
async fn a_life_given_as_text_or_not_at_all_is_good_enough() {
    let peer = Peer::start().await;
    peer.token(Answer::json(r#"{"access_token":"t","expires_in":"3600"}"#));
    peer.rule(|_| Some(Answer::page(&[1], 1)));
    list(&peer.client()).await.expect("a page");
    peer.token(Answer::json(r#"{"access_token":"t"}"#));
    let client = peer.client();
    list(&client).await.expect("a page");
    list(&client).await.expect("a page");
    assert_eq!(peer.token_calls().len(), 2);
    peer.finish();
}

#[tokio::test]
async fn a_token_that_is_always_refused_ends_the_call_after_a_few_renewals() {
    let peer = Peer::start().await;
    peer.rule(|_| Some(Answer::status(401, r#"{"error":"invalid_token","error_description":"No such token."}"#)));
    let error = list(&peer.client()).await.expect_err("refused");
    assert!(matches!(&error, QbenchError::Unauthorized { why } if why.contains("No such token")), "{error}");
    assert!(!error.is_transient());
    assert_eq!(peer.calls().len(), 7);
    peer.finish();
}

fn an_hour_ahead() -> DateTime<Utc> {
    Utc::now() + TimeDelta::hours(1)
}

fn two_hours_behind() -> DateTime<Utc> {
    Utc::now() - TimeDelta::hours(2)
}

/// Refuses assertions as QBench does: not yet valid, or expired.
fn strict_clock(peer: &Peer) {
    peer.token_rule(|call| {
        let claims = call.claims();
        let now = Utc::now().timestamp();
        let valid = claims["iat"].as_i64()? <= now && claims["exp"].as_i64()? > now;
        (!valid).then(|| Answer::status(400, r#"{"error":"invalid_grant","error_description":"Bad assertion."}"#))
    });
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_by_the_servers_date() {
    for clock in [an_hour_ahead as fn() -> DateTime<Utc>, two_hours_behind] {
        let peer = Peer::start().await;
        strict_clock(&peer);
        peer.rule(|_| Some(Answer::page(&[1], 1)));
        let mut config = peer.config();
        config.clock = clock;
        let client = Client::new(config).expect("a client");
        list(&client).await.expect("a page");
        assert_eq!(peer.token_calls().len(), 2);
        let skew = client.check().await.clock_skew.expect("known");
        assert!(skew.abs() > TimeDelta::minutes(59), "{skew}");
        peer.finish();
    }
}

#[tokio::test]
async fn a_right_clock_is_not_blamed_for_wrong_credentials() {
    let peer = Peer::start().await;
    peer.token(Answer::status(400, r#"{"error":"invalid_client","error_description":"Unknown client."}"#));
    let error = list(&peer.client()).await.expect_err("refused");
    assert!(error.to_string().contains("Unknown client"), "{error}");
    assert!(!error.to_string().contains("clock"), "{error}");
    assert_eq!(peer.token_calls().len(), 1);
    assert!(peer.calls().is_empty());
    peer.finish();
}

#[tokio::test]
async fn waiting_calls_share_a_failed_token_request() {
    let peer = Peer::start().await;
    peer.token_rule(|_| Some(Answer::status(401, r#"{"error":"invalid_client"}"#)));
    let client = peer.client();
    let results = join_all((0..10).map(|_| list(&client))).await;
    assert!(results.iter().all(|result| matches!(result, Err(QbenchError::Unauthorized { .. }))));
    assert_eq!(peer.token_calls().len(), 1);
    // Nothing was sent, so nothing of the budget is gone.
    assert_eq!(client.usage().left, Some(300));
    peer.finish();
}

#[tokio::test]
async fn passing_faults_of_the_token_service_are_repeated() {
    let peer = Peer::start().await;
    peer.token(Answer::html(502)).token(Answer::cut("{\"acc")).token(Answer::status(429, "{}"));
    peer.expect("order", Answer::page(&[1], 1));
    list(&peer.client()).await.expect("a page");
    assert_eq!(peer.token_calls().len(), 4);
    peer.finish();
}

#[tokio::test]
async fn answers_that_are_no_tokens_are_named() {
    for (answer, word) in [
        (Answer::json(r#"{"token_type":"Bearer"}"#), "no access_token"),
        (Answer::json(r#"{"error":"invalid_client"}"#), "invalid_client"),
        (Answer::json(r#"{"access_token":"a\nb"}"#), "no header text"),
        (Answer::status(404, r#"{"error":"no route"}"#), "no route"),
    ] {
        let peer = Peer::start().await;
        peer.token(answer);
        let error = list(&peer.client()).await.expect_err("no token");
        assert!(error.to_string().contains(word), "{error}");
        peer.finish();
    }
}

#[tokio::test]
async fn neither_secret_nor_token_shows_up_in_errors() {
    let peer = Peer::start().await;
    let secret_token = "0123456789abcdef0123456789abcdef";
    peer.token(grant(secret_token, 3600));
    let echo = format!("{{\"error\":\"bad token {secret_token} and {SECRET}x1\"}}");
    peer.expect("order", Answer::status(403, &echo));
    let client = peer.client();
    let error = list(&client).await.expect_err("refused");
    let text = format!("{error} {error:?} {:?}", peer.config());
    assert!(!text.contains(secret_token) && !text.contains(SECRET), "{text}");
    peer.finish();
}
