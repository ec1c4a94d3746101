//! The common budget: width, pace, and what is learnt from refusals.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::State, http::StatusCode, response::IntoResponse};
use futures::future::join_all;
use qbench::{Client, Entity, LimitKind, ListQuery, QbenchError, parse_base_url};
use tokio::{net::TcpListener, sync::Barrier, time::Instant};

use crate::peer::{Answer, Peer};

async fn list(client: &Client) -> Result<usize, QbenchError> {
    client.list(Entity::Order, &ListQuery::page(1)).await.map(|page| page.records.len())
}

const RATE: &str =
    r#"{"error":"ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 30 seconds]","qb1":"2"}"#;

#[tokio::test]
async fn everybody_waits_until_the_window_of_the_server_is_over() {
    let peer = Peer::start().await;
    let refused = Arc::new(AtomicUsize::new(0));
    let first = Arc::clone(&refused);
    peer.rule(move |_| {
        let refuse = first.fetch_add(1, Ordering::SeqCst) == 0;
        let limited = || {
            Answer::status(429, RATE)
                .header("x-qbapi-throttle-ttl", "0.3")
                .header("x-qbapi-throttle-request-count", 301)
        };
        Some(if refuse { limited() } else { Answer::page(&[1], 1) })
    });
    let mut config = peer.config();
    config.max_concurrency = 1;
    let client = Client::new(config).expect("a client");
    for result in join_all((0..5).map(|_| list(&client))).await {
        assert_eq!(result.expect("a page"), 1);
    }
    let calls = peer.calls();
    assert_eq!(calls.len(), 6);
    let pause = calls[1].at - calls[0].at;
    assert!(pause >= Duration::from_millis(290), "only {pause:?}");
    let usage = client.usage();
    assert_eq!((usage.throttled, usage.retries, usage.faults), (1, 1, 0));
    peer.finish();
}

#[tokio::test]
async fn a_refusal_without_any_hint_backs_off() {
    let peer = Peer::start().await;
    for _ in 0..8 {
        peer.expect("order", Answer::status(429, "slow down"));
    }
    peer.expect("order", Answer::page(&[1], 1));
    list(&peer.client()).await.expect("a page");
    peer.finish();
}

#[tokio::test]
async fn a_wait_beyond_reason_is_reported_instead_of_obeyed() {
    let peer = Peer::start().await;
    peer.expect("order", Answer::status(429, "{}").header("retry-after", "86400"));
    let error = list(&peer.client()).await.expect_err("refused");
    let day = Some(Duration::from_secs(86_400));
    assert!(matches!(error, QbenchError::RateLimited { kind: LimitKind::Rate, after, .. } if after == day), "{error}");
    assert!(error.is_transient());
    peer.finish();
}

#[tokio::test]
async fn too_many_at_once_narrows_the_client_and_is_repeated() {
    let peer = Peer::start().await;
    peer.expect("order", Answer::status(429, r#"{"error":"exceeded concurrent request limit of 4","qbf":"0"}"#));
    peer.expect("order", Answer::page(&[1], 1));
    let client = peer.client();
    assert_eq!(client.usage().concurrency, 10);
    list(&client).await.expect("a page");
    assert_eq!(client.usage().concurrency, 4);
    peer.finish();
}

#[tokio::test]
async fn the_width_is_used_in_full_and_never_exceeded() {
    const WIDTH: usize = 4;
    struct Inside {
        now: AtomicUsize,
        most: AtomicUsize,
        all_in: Barrier,
    }
    async fn page(State(inside): State<Arc<Inside>>) -> impl IntoResponse {
        let now = inside.now.fetch_add(1, Ordering::SeqCst) + 1;
        inside.most.fetch_max(now, Ordering::SeqCst);
        // Goes on only when as many as allowed are inside together.
        inside.all_in.wait().await;
        inside.now.fetch_sub(1, Ordering::SeqCst);
        r#"{"data":[{"id":1}],"total_pages":1}"#
    }
    let inside = Arc::new(Inside { now: AtomicUsize::new(0), most: AtomicUsize::new(0), all_in: Barrier::new(WIDTH) });
    let router = Router::new().route("/qbench/api/v1/order", axum::routing::get(page)).with_state(Arc::clone(&inside));
    let config = serve(router).await;
    let client = Client::new(qbench::ClientConfig { max_concurrency: WIDTH, ..config }).expect("a client");
    for result in join_all((0..WIDTH * 8).map(|_| list(&client))).await {
        result.expect("a page");
    }
    assert_eq!(inside.most.load(Ordering::SeqCst), WIDTH);
    assert_eq!(client.usage().in_flight, 0);
}

/// Serves a router with a token route beside it.
async fn serve(router: Router) -> qbench::ClientConfig {
    let token = || async { r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"# };
    let router = router.route(crate::peer::TOKEN_PATH, axum::routing::post(token));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let config = Peer::start().await.config();
    qbench::ClientConfig { base_url: parse_base_url(&base).expect("an address"), ..config }
}

/// A server that counts requests in a sliding window, as strictly as can be.
struct Window {
    limit: usize,
    length: Duration,
    arrivals: Mutex<VecDeque<Instant>>,
    refusals: AtomicUsize,
}

async fn counted(State(window): State<Arc<Window>>) -> impl IntoResponse {
    let now = Instant::now();
    let mut arrivals = window.arrivals.lock().expect("arrivals");
    while arrivals.front().is_some_and(|first| *first + window.length <= now) {
        arrivals.pop_front();
    }
    if arrivals.len() >= window.limit {
        window.refusals.fetch_add(1, Ordering::SeqCst);
        let limit = window.limit;
        let text = format!("{{\"error\":\"ratelimit exceeded {limit} per 1 seconds [current count: {}]\"}}", limit + 1);
        return (StatusCode::TOO_MANY_REQUESTS, [("x-qbapi-throttle-ttl", "1")], text);
    }
    arrivals.push_back(now);
    (StatusCode::OK, [("x-other", "")], r#"{"data":[{"id":1}],"total_pages":1}"#.to_owned())
}

#[tokio::test]
async fn after_the_first_refusal_the_pace_fits_the_server_and_wastes_little() {
    let window = Arc::new(Window {
        limit: 20,
        length: Duration::from_secs(1),
        arrivals: Mutex::default(),
        refusals: AtomicUsize::new(0),
    });
    let router =
        Router::new().route("/qbench/api/v1/order", axum::routing::get(counted)).with_state(Arc::clone(&window));
    let client = Client::new(serve(router).await).expect("a client");
    // Our own pace is 300 a minute: the 21st request is refused and teaches the limit.
    for result in join_all((0..40).map(|_| list(&client))).await {
        result.expect("a page");
    }
    let taught = window.refusals.load(Ordering::SeqCst);
    assert!((1..=10).contains(&taught), "{taught} refusals");
    let began = Instant::now();
    for result in join_all((0..60).map(|_| list(&client))).await {
        result.expect("a page");
    }
    assert_eq!(window.refusals.load(Ordering::SeqCst), taught, "refused again");
    // Sixty requests are three windows; the first may have to wait for the one that runs.
    assert!(began.elapsed() < Duration::from_millis(3500), "{:?}", began.elapsed());
    assert_eq!(client.usage().limit, Some(20));
}

#[tokio::test]
async fn usage_counts_up_and_can_be_subtracted() {
    let peer = Peer::start().await;
    peer.rule(|_| Some(Answer::page(&[1], 1)));
    let client = peer.client();
    list(&client).await.expect("a page");
    let before = client.usage();
    assert_eq!((before.requests, before.limit, before.left), (1, Some(300), Some(299)));
    assert!(before.resets_in.expect("a window runs") <= Duration::from_secs(60));
    assert!(before.bytes > 50);
    for _ in 0..3 {
        list(&client.clone()).await.expect("a page");
    }
    let spent = client.usage().since(&before);
    assert_eq!((spent.requests, spent.token_requests, spent.retries, spent.left), (3, 0, 0, Some(296)));
    peer.finish();
}

#[tokio::test]
async fn a_slowed_clone_waits_while_others_go_on() {
    let peer = Peer::start().await;
    peer.rule(|_| Some(Answer::page(&[1], 1)));
    let client = peer.client();
    let slow = client.slowed(1);
    list(&slow).await.expect("a page");
    let waiting = tokio::time::timeout(Duration::from_millis(100), list(&slow)).await;
    assert!(waiting.is_err(), "the second request of a minute was not held back");
    list(&client).await.expect("a page");
    assert_eq!(client.usage().requests, 2);
    peer.finish();
}

#[tokio::test]
async fn a_cancelled_call_gives_its_place_back() {
    let peer = Peer::start().await;
    peer.expect("order", Answer::hang());
    let mut config = peer.config();
    config.max_concurrency = 1;
    let client = Client::new(config).expect("a client");
    let hanging = tokio::spawn({
        let client = client.clone();
        async move { list(&client).await }
    });
    while peer.calls().is_empty() {
        tokio::task::yield_now().await;
    }
    hanging.abort();
    assert!(hanging.await.expect_err("cancelled").is_cancelled());
    peer.expect("order", Answer::page(&[1], 1));
    assert_eq!(list(&client).await.expect("a page"), 1);
    peer.finish();
}
