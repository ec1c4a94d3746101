//! Every fault, seen from a client.

use std::time::{Duration, Instant};

use qbench_sim::{Entity, Fault, Poison, When};
use serde_json::json;

use crate::client::{Client, id_of, small};

#[tokio::test]
async fn answers_can_be_replaced_by_errors_of_every_kind() {
    let client = Client::start(small()).await;
    let faults = client.sim.faults();
    for (fault, status, text) in [
        (Fault::RateLimited { retry_in: 30 }, 429, "Retry in 30 seconds"),
        (Fault::ConcurrencyLimited, 429, "exceeded concurrent request limit"),
        (Fault::Html(502), 502, "<html>"),
        (Fault::Html(503), 503, "Service Unavailable"),
        (Fault::Html(500), 500, "<html>"),
        (Fault::Unauthorized, 401, "invalid_token"),
        (Fault::InvalidGrant, 400, "Access token has expired."),
        (Fault::BadHeader, 400, "Invalid Authorization header format"),
        (Fault::BadRequest, 400, "Bad Request"),
    ] {
        faults.add(When::list(Entity::Order), fault.clone());
        let answer = client.get("order").await;
        assert_eq!(answer.status, status, "{fault:?}");
        assert!(answer.body.contains(text), "{fault:?}: {}", answer.body);
        assert_eq!(client.get("order").await.status, 200, "{fault:?} happens once");
    }
    let custom =
        Fault::Answer { status: 418, content_type: "text/plain".to_owned(), body: "short and stout".to_owned() };
    faults.add(When::any(), custom);
    let answer = client.get("order").await;
    assert_eq!((answer.status, &*answer.body), (418, "short and stout"));
    assert_eq!(faults.fired(), 10);
}

#[tokio::test]
async fn html_pages_and_wrong_types_say_so_in_their_content_type() {
    let client = Client::start(small()).await;
    let faults = client.sim.faults();
    faults.add(When::api(), Fault::Html(502));
    assert_eq!(client.get("order").await.header("content-type"), "text/html");
    faults.add(When::api(), Fault::ContentType("text/plain".to_owned()));
    let answer = client.get("order").await;
    assert_eq!(answer.header("content-type"), "text/plain");
    assert!(answer.json()["data"].is_array());
}

#[tokio::test]
async fn bodies_can_be_cut_malformed_or_lost_with_their_connection() {
    let client = Client::start(small()).await;
    let faults = client.sim.faults();
    for after in [0, 1, 5000] {
        faults.add(When::api(), Fault::CutBody { after });
        assert!(client.try_get("order?page_size=50").await.is_err(), "{after}");
        assert_eq!(client.get("order").await.status, 200);
    }
    faults.add(When::api(), Fault::MalformedJson);
    let answer = client.get("order").await;
    assert_eq!(answer.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&answer.body).is_err());
    faults.add(When::api(), Fault::Reset);
    assert!(client.try_get("order").await.is_err());
    assert_eq!(client.get("order").await.status, 200);
}

#[tokio::test]
async fn a_hanging_request_never_ends_and_a_delayed_one_does() {
    let client = Client::start(small()).await;
    let faults = client.sim.faults();
    faults.add(When::api(), Fault::Hang);
    let hanging = tokio::time::timeout(Duration::from_millis(300), client.get("order")).await;
    assert!(hanging.is_err());
    faults.add(When::api(), Fault::Delay(Duration::from_millis(120)));
    let started = Instant::now();
    assert_eq!(client.get("order").await.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_hanging_requests() {
    let client = Client::start(small()).await;
    client.sim.faults().add(When::api(), Fault::Hang);
    let url = format!("{}/qbench/api/v1/order", client.sim.base_url());
    let Client { sim, http, token } = client;
    let request = tokio::spawn(http.get(url).bearer_auth(token).send());
    while sim.faults().fired() == 0 {
        tokio::task::yield_now().await;
    }
    let started = Instant::now();
    sim.shutdown().await;
    assert!(started.elapsed() < Duration::from_secs(2));
    let _ = request.await;
}

#[tokio::test]
async fn faults_are_aimed_by_page_count_parameter_and_chance() {
    let client = Client::start(small()).await;
    let faults = client.sim.faults();
    let status = async |path: &str| client.get(path).await.status;

    faults.add(When::list(Entity::Test).page(2).always(), Fault::BadRequest);
    assert_eq!(status("test?page_num=1").await, 200);
    for _ in 0..3 {
        assert_eq!(status("test?page_num=2").await, 400);
    }
    faults.clear();
    faults.add(When::api().nth(3).times(2), Fault::Html(503));
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(status("order").await);
    }
    assert_eq!(seen, [200, 200, 503, 503, 200, 200]);
    faults.clear();
    faults.add(When::path("/order").param("sort_by", "id"), Fault::Html(500));
    assert_eq!(status("order").await, 200);
    assert_eq!(status("order?sort_by=id").await, 500);
    faults.clear();
    let mut runs = Vec::new();
    for _ in 0..2 {
        faults.clear();
        faults.add(When::api().chance(0.5, 9), Fault::Html(500));
        let mut run = Vec::new();
        for _ in 0..20 {
            run.push(status("order").await);
        }
        assert!(run.contains(&200) && run.contains(&500));
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1], "the same seed, the same faults");
}

#[tokio::test]
async fn a_poisoned_record_spoils_its_page_and_its_own_read() {
    let client = Client::start(small()).await;
    let faults = client.sim.faults();
    let id = client.get("test?page_size=50&page_num=2").await.ids()[7];
    faults.poison(Entity::Test, id, Poison::Always);
    assert_eq!(client.get("test?page_size=50&page_num=1").await.status, 200);
    assert_eq!(client.get("test?page_size=50&page_num=2").await.status, 400);
    assert_eq!(client.get(&format!("test/{id}")).await.status, 400);
    assert_eq!(client.get(&format!("test/{}", id + 1)).await.status, 200);
    faults.cure(Entity::Test, id);
    faults.poison(Entity::Test, id, Poison::RawWorksheets);
    assert_eq!(client.get(&format!("test/{id}")).await.status, 200);
    let raw = client.get(&format!("test/{id}?include_raw_worksheet_data=true")).await;
    assert_eq!(raw.status, 400);
}

#[tokio::test]
async fn pages_can_repeat_be_empty_or_lie_about_the_total() {
    let client = Client::start(small()).await;
    let faults = client.sim.faults();
    let first = client.get("sample?page_num=1").await.ids();
    faults.add(When::list(Entity::Sample).page(2), Fault::RepeatedPage);
    assert_eq!(client.get("sample?page_num=2").await.ids(), first);
    assert_ne!(client.get("sample?page_num=2").await.ids(), first);
    faults.add(When::list(Entity::Sample), Fault::EmptyPage);
    assert!(client.get("sample").await.ids().is_empty());
    let total = client.get("sample").await.json()["total_count"].as_i64().expect("a total");
    faults.add(When::list(Entity::Sample), Fault::WrongTotal(-30));
    assert_eq!(client.get("sample").await.json()["total_count"], json!(total - 30));
    faults.add(When::list(Entity::Sample), Fault::NoTotal);
    assert!(client.get("sample").await.json().get("total_count").is_none());
}

#[tokio::test]
async fn the_laboratory_can_change_between_two_pages() {
    let client = Client::start(small()).await;
    let victim = client.sim.lab().read(|lab| lab.ids(Entity::Order)[3]);
    client.sim.faults().before(When::list(Entity::Order).nth(2), move |lab| {
        lab.delete(Entity::Order, victim).expect("the order");
    });
    let first = client.get("order?page_size=10&page_num=1").await.ids();
    assert!(first.contains(&victim));
    let second = client.get("order?page_size=10&page_num=2").await.ids();
    let all = client.sim.lab().read(|lab| lab.ids(Entity::Order));
    let seen = first.len() + second.len();
    assert_eq!(second, all[10..20]);
    assert_eq!(seen, 20, "and the order that slid to page 1 is never seen");
    assert!(!first.contains(&all[9]) && !second.contains(&all[9]));
}

#[tokio::test]
async fn a_skewed_clock_shows_in_the_date_and_refuses_assertions() {
    use crate::client::{assertion, epoch};
    let client = Client::start(small()).await;
    let date = |answer: &crate::client::Answer| {
        chrono::DateTime::parse_from_rfc2822(answer.header("date")).expect("a date").timestamp()
    };
    assert!((date(&client.get("order").await) - epoch()).abs() <= 10);
    client.sim.faults().skew_clock(-120);
    assert!((date(&client.get("order").await) - (epoch() - 120)).abs() <= 10);
    let config = small();
    let now = epoch();
    let claims = json!({"sub": config.client_id, "iat": now, "exp": now + 3600});
    let refused = client.grant(&assertion(&config.client_secret, &claims)).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("future"));
    client.sim.faults().clear();
    client.sim.faults().add(When::api(), Fault::DateSkew(600));
    assert!((date(&client.get("order").await) - (epoch() + 600)).abs() <= 10);
}

#[tokio::test]
async fn token_requests_can_fail_too() {
    let client = Client::start(small()).await;
    client.sim.faults().add(When::token(), Fault::Html(502));
    assert_eq!(client.grant("whatever").await.status, 502);
    assert_eq!(id_of(&client.get("order/1").await.json()), 1);
}
