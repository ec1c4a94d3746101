//! The two limits and the counters.

use std::sync::Arc;
use std::time::Duration;

use qbench_sim::{Fault, SimConfig, When};

use crate::client::{Client, keys, small};

#[tokio::test]
async fn the_request_beyond_the_rate_is_refused_with_text_and_headers() {
    let config = SimConfig { rate_limit: Some((5, Duration::from_secs(60))), ..small() };
    let client = Client::start(config).await;
    for _ in 0..5 {
        assert_eq!(client.get("order").await.status, 200);
    }
    let refused = client.get("order").await;
    assert_eq!(refused.status, 429);
    let error = refused.json()["error"].as_str().expect("an error").to_owned();
    let ttl: u32 = refused.header("X-QBAPI-Throttle-TTL").parse().expect("seconds");
    assert!((1..=60).contains(&ttl));
    assert_eq!(error, format!("ratelimit exceeded 5 per 60 seconds [current count: 6. Retry in {ttl} seconds]"));
    assert_eq!(refused.header("X-QBAPI-Throttle-Request-Count"), "6");
    assert!(refused.headers.get("retry-after").is_none());
    assert_eq!(client.sim.stats().rate_limited, 1);
}

#[tokio::test]
async fn the_window_ends_and_requests_pass_again() {
    let config = SimConfig { rate_limit: Some((1, Duration::from_millis(1))), ..small() };
    let client = Client::start(config).await;
    assert_eq!(client.get("order").await.status, 200);
    // Each request takes longer than the window.
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert_eq!(client.get("order").await.status, 200);
}

#[tokio::test]
async fn one_request_too_many_at_the_same_time_is_refused() {
    let config = SimConfig { concurrency_limit: Some(3), ..small() };
    let client = Arc::new(Client::start(config).await);
    let faults = client.sim.faults();
    faults.add(When::api().times(3), Fault::Hang);
    let held: Vec<_> = (0..3)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.try_get("order").await.map(|answer| answer.status) })
        })
        .collect();
    while faults.fired() < 3 {
        tokio::task::yield_now().await;
    }
    let refused = client.get("order").await;
    assert_eq!(refused.status, 429);
    let body = refused.json();
    assert_eq!(body["error"], "exceeded concurrent request limit of 3");
    assert_eq!(keys(&body), ["error"]);
    assert!(refused.headers.get("x-qbapi-throttle-ttl").is_none());
    let stats = client.sim.stats();
    assert_eq!((stats.max_concurrent, stats.concurrency_limited), (4, 1));
    held.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_status() {
    let client = Client::start(small()).await;
    client.get("order?page_num=2").await;
    client.get("order/1").await;
    client.get("nothing").await;
    let stats = client.sim.stats();
    assert_eq!(stats.total, 4);
    assert_eq!((stats.route("order list"), stats.route("order detail")), (1, 1));
    assert_eq!((stats.route("token"), stats.route("unknown")), (1, 1));
    assert_eq!(stats.statuses.values().sum::<u64>(), 4);
    assert!(stats.log.contains(&"GET /qbench/api/v1/order?page_num=2".to_owned()));
    client.sim.reset_stats();
    assert_eq!(client.sim.stats().total, 0);
}
