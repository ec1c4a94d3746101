//! What happens after each class of failure.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use qbench::{Client, Entity, GetOptions, ListQuery, NetworkFault, QbenchError, RetryPolicy, parse_base_url};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::peer::{Answer, Peer};

async fn list(client: &Client) -> Result<qbench::Page, QbenchError> {
    client.list(Entity::Order, &ListQuery::page(1)).await
}

#[tokio::test]
async fn passing_faults_are_repeated_until_a_good_answer_comes() {
    let peer = Peer::start().await;
    for fault in [
        Answer::html(502),
        Answer::html(200),
        Answer::cut("{\"data\":[{\"id\":1},"),
        Answer::json("{\"data\":[{\"id\":1},"),
        Answer::status(500, r#"{"error":"boom"}"#),
    ] {
        peer.expect("order", fault);
    }
    peer.expect("order", Answer::page(&[1, 2], 1));
    let client = peer.client();
    assert_eq!(list(&client).await.expect("a page").records.len(), 2);
    let usage = client.usage();
    assert_eq!((usage.requests, usage.retries, usage.faults, usage.throttled), (6, 5, 5, 0));
    peer.finish();
}

#[tokio::test]
async fn lasting_faults_are_given_up_with_the_last_reason() {
    let peer = Peer::start().await;
    for _ in 0..6 {
        peer.expect("order", Answer::status(503, r#"{"error":"down for maintenance"}"#));
    }
    let error = list(&peer.client()).await.expect_err("down");
    assert!(matches!(&error, QbenchError::Rejected { status: 503, message, .. } if message == "down for maintenance"));
    assert!(error.is_transient());
    peer.finish();
}

#[tokio::test]
async fn refusals_are_not_repeated() {
    for status in [400, 403, 404, 422] {
        let peer = Peer::start().await;
        peer.expect("order", Answer::status(status, r#"{"error":"no"}"#));
        let error = list(&peer.client()).await.expect_err("refused");
        assert_eq!(error.status(), Some(status));
        assert!(!error.is_transient());
        peer.finish();
    }
}

#[tokio::test]
async fn a_hanging_answer_is_cut_off_and_asked_for_again() {
    let peer = Peer::start().await;
    peer.expect("order", Answer::hang()).expect("order", Answer::page(&[1], 1));
    let mut config = peer.config();
    config.timeout = Duration::from_millis(300);
    let client = Client::new(config).expect("a client");
    assert_eq!(list(&client).await.expect("a page").records.len(), 1);
    assert_eq!(client.usage().faults, 1);
    peer.finish();
}

#[tokio::test]
async fn a_body_that_trickles_for_ever_is_a_time_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = socket.read(&mut request).await;
                let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{").await;
                while socket.write_all(b" ").await.is_ok() {
                    tokio::task::yield_now().await;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            });
        }
    });
    let mut config = Peer::start().await.config();
    config.base_url = parse_base_url(&base).expect("an address");
    config.timeout = Duration::from_millis(150);
    config.retry = RetryPolicy::none();
    let error = list(&Client::new(config).expect("a client")).await.expect_err("no end");
    assert!(matches!(error, QbenchError::Timeout { .. }), "{error}");
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_is_a_network_fault() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            drop(socket);
        }
    });
    let mut config = Peer::start().await.config();
    config.base_url = parse_base_url(&base).expect("an address");
    config.retry.retries = 2;
    let error = list(&Client::new(config).expect("a client")).await.expect_err("closed");
    assert!(matches!(error, QbenchError::Transport { fault: NetworkFault::Cut, .. }), "{error:?}");
    assert!(accepted.load(Ordering::SeqCst) >= 3);
}

/// A client of an address that does not answer.
fn client_of(base: &str, config: qbench::ClientConfig) -> Client {
    let base_url = parse_base_url(base).expect("an address");
    Client::new(qbench::ClientConfig { base_url, retry: RetryPolicy::none(), ..config }).expect("a client")
}

#[tokio::test]
async fn a_refused_connection_and_an_unknown_host_are_told_apart() {
    let config = Peer::start().await.config();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let closed = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let error = list(&client_of(&closed, config.clone())).await.expect_err("refused");
    assert!(matches!(error, QbenchError::Transport { fault: NetworkFault::Refused, .. }), "{error:?}");
    assert!(error.to_string().contains("connection refused"), "{error}");
    let error = list(&client_of("http://no-such-host.invalid", config)).await.expect_err("unknown");
    assert!(matches!(error, QbenchError::Transport { fault: NetworkFault::Dns, .. }), "{error:?}");
    assert!(error.to_string().contains("cannot be resolved"), "{error}");
}

#[tokio::test]
async fn plain_http_where_encryption_was_expected_is_a_tls_fault() {
    let peer = Peer::start().await;
    let base = peer.base().replace("http://", "https://");
    let error = list(&client_of(&base, peer.config())).await.expect_err("not encrypted");
    assert!(matches!(error, QbenchError::Transport { fault: NetworkFault::Tls, .. }), "{error:?}");
    assert!(!error.is_transient());
    peer.finish();
}

#[tokio::test]
async fn bodies_beyond_the_limit_are_not_read() {
    let peer = Peer::start().await;
    peer.expect("order", Answer::json(&format!("{{\"data\":[\"{}\"]}}", "x".repeat(5000))));
    let mut config = peer.config();
    config.max_body_bytes = 4096;
    let error = list(&Client::new(config).expect("a client")).await.expect_err("too large");
    assert!(matches!(error, QbenchError::TooLarge { limit: 4096, .. }), "{error}");
    peer.finish();
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let (peer, other) = (Peer::start().await, Peer::start().await);
    let target = format!("{}/qbench/api/v1/order", other.base());
    peer.expect("order", Answer::status(302, "").header("location", target));
    let error = list(&peer.client()).await.expect_err("redirected");
    assert_eq!(error.status(), Some(302));
    assert!(other.calls().is_empty());
    peer.finish();
}

#[tokio::test]
async fn a_redirect_on_the_same_host_is_followed() {
    let peer = Peer::start().await;
    peer.expect("order", Answer::status(307, "").header("location", "/qbench/api/v1/order/"))
        .expect("order/", Answer::page(&[1], 1));
    assert_eq!(list(&peer.client()).await.expect("a page").records.len(), 1);
    peer.finish();
}

#[tokio::test]
async fn a_missing_record_is_nothing_and_a_missing_server_is_an_error() {
    let peer = Peer::start().await;
    peer.expect("sample/5", Answer::status(404, r#"{"error":"not found"}"#));
    peer.expect("sample/6", Answer::html(404));
    let client = peer.client();
    assert_eq!(client.get(Entity::Sample, 5).await.expect("an answer"), None);
    assert_eq!(client.get(Entity::Sample, 6).await.expect_err("no API").status(), Some(404));
    peer.finish();
}

#[tokio::test]
async fn the_misspelt_worksheet_parameter_is_tried_once_and_remembered() {
    let peer = Peer::start().await;
    peer.rule(|call| {
        call.query
            .contains("include_raw_worksheet_data")
            .then(|| Answer::status(400, r#"{"error":"unknown parameter"}"#))
    });
    for page in 1..=2 {
        peer.expect(
            &format!("test?page_num={page}&page_size=50&include_raw_worsksheet_data=true"),
            Answer::page(&[1], 9),
        );
    }
    peer.expect("test/7?include_raw_worsksheet_data=true", Answer::json(r#"{"id":7}"#));
    peer.expect("order?page_num=1&page_size=50", Answer::page(&[1], 1));
    let client = peer.client();
    for page in 1..=2 {
        client.list(Entity::Test, &ListQuery::page(page).with_raw_worksheet()).await.expect("a page");
    }
    let raw = GetOptions { raw_worksheet: true };
    assert!(client.get_with(Entity::Test, 7, raw).await.expect("an answer").is_some());
    // Orders have no worksheets: the parameter is not sent.
    client.list(Entity::Order, &ListQuery::page(1).with_raw_worksheet()).await.expect("a page");
    assert_eq!(client.usage().requests, 6);
    peer.finish();
}

#[tokio::test]
async fn a_page_that_is_refused_in_both_spellings_keeps_the_first_reason_and_teaches_nothing() {
    let peer = Peer::start().await;
    peer.expect("test", Answer::status(400, r#"{"error":"worksheet broken"}"#));
    peer.expect("test", Answer::status(400, r#"{"error":"unknown parameter"}"#));
    // The first record alone can be had with its worksheet: a record on the page is to blame, not the parameter.
    peer.expect("test?page_num=1&page_size=1&include_raw_worksheet_data=true", Answer::page(&[1], 60));
    peer.expect("test?page_num=2&page_size=50&include_raw_worksheet_data=true", Answer::page(&[1], 2));
    peer.expect("test", Answer::status(400, r#"{"error":"worksheet broken"}"#));
    let client = peer.client();
    let page = |n| ListQuery::page(n).with_raw_worksheet();
    let error = client.list(Entity::Test, &page(1)).await.expect_err("refused");
    assert!(error.to_string().contains("worksheet broken"), "{error}");
    client.list(Entity::Test, &page(2)).await.expect("a page");
    // Now the right spelling is known to be accepted: one request is enough to learn of the fault.
    client.list(Entity::Test, &page(1)).await.expect_err("refused");
    peer.finish();
}

#[tokio::test]
async fn a_list_that_takes_the_worksheet_parameter_in_no_spelling_is_read_without_it() {
    let peer = Peer::start().await;
    for _ in 0..6 {
        peer.expect("test", Answer::status(400, r#"{"error":"unknown parameter"}"#));
    }
    peer.expect("test?page_num=1&page_size=50", Answer::page(&[1], 2));
    peer.expect("test?page_num=1&page_size=50", Answer::page(&[1], 2));
    peer.expect("test?page_num=2&page_size=50", Answer::page(&[2], 2));
    let client = peer.client();
    for number in [1, 2] {
        let page = client.list(Entity::Test, &ListQuery::page(number).with_raw_worksheet()).await.expect("a page");
        assert_eq!(page.records.len(), 1);
    }
    peer.finish();
}
