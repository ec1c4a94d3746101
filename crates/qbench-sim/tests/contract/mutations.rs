//! Changes from outside, as a client sees them.

use chrono::TimeDelta;
use qbench_sim::{ClockMode, Entity, MutateError, SimConfig};
use serde_json::{Value, json};

use crate::client::{Client, id_of, small};

async fn quiet() -> Client {
    let mut config = small();
    config.lab.quiet = true;
    let client = Client::start(config).await;
    client.sim.lab().write(|lab| lab.advance_to(lab.now() + TimeDelta::hours(5)));
    client
}

#[tokio::test]
async fn nothing_happens_by_itself_in_a_quiet_laboratory() {
    let client = quiet().await;
    let everything = |client: &Client| {
        client.sim.lab().read(|lab| {
            let all = Entity::ALL.into_iter();
            all.map(|entity| lab.records(entity, false)).collect::<Vec<_>>()
        })
    };
    let before = everything(&client);
    let lab = client.sim.lab();
    lab.write(|lab| lab.advance_to(lab.now() + TimeDelta::days(30)));
    assert_eq!(everything(&client), before);
}

#[tokio::test]
async fn inserted_records_appear_with_their_parents() {
    let client = quiet().await;
    let (order, sample, test) = client.sim.lab().write(|lab| {
        let customer = lab.ids(Entity::Customer)[2];
        let order = lab.insert(Entity::Order, json!({"customer_account_id": customer}));
        let order = order.expect("an order");
        let sample =
            lab.insert(Entity::Sample, json!({"order_id": order, "sample_name": "Late arrival"})).expect("a sample");
        let test =
            lab.insert(Entity::Test, json!({"sample_id": sample, "assay_id": 9, "state": "ON HOLD"})).expect("a test");
        (order, sample, test)
    });
    let order = client.get(&format!("order/{order}")).await.json();
    assert_eq!(order["sample_count"], 1);
    assert_eq!(order["samples"][0]["id"], sample);
    assert_eq!(order["samples"][0]["sample_name"], "Late arrival");
    let newest = client.get("test?sort_by=id&sort_order=desc").await.json();
    let newest = &newest["data"][0];
    assert_eq!((id_of(newest), &newest["state"]), (test, &json!("ON HOLD")));
    assert_eq!(newest["assay"]["label_abbr"], "HM");
    let held = client.get(&format!("test?statuses=ON+HOLD&sample_ids={sample}")).await;
    assert_eq!(held.ids(), [test]);
}

#[tokio::test]
async fn an_insert_can_take_an_id_in_a_gap_but_not_one_in_use() {
    let client = quiet().await;
    let lab = client.sim.lab();
    let id = lab.write(|lab| {
        let ids = lab.ids(Entity::Order);
        lab.delete(Entity::Order, ids[4]).expect("an order");
        let taken = lab.insert(Entity::Order, json!({"id": ids[5]}));
        assert_eq!(taken, Err(MutateError::Taken(Entity::Order, ids[5])));
        lab.insert(Entity::Order, json!({"id": ids[4]})).expect("a free id")
    });
    assert!(lab.read(|lab| lab.ids(Entity::Order)).is_sorted());
    assert_eq!(client.get(&format!("order/{id}")).await.status, 200);
    let newest = client.get("order?sort_by=date_created&sort_order=desc").await;
    assert_eq!(newest.ids()[0], id, "created last although its id is low");
}

#[tokio::test]
async fn patches_move_last_updated_and_silent_ones_do_not() {
    let client = quiet().await;
    let lab = client.sim.lab();
    let (id, before) = lab.read(|lab| {
        let id = lab.ids(Entity::Sample)[4];
        (id, lab.last_updated(Entity::Sample, id))
    });
    lab.write(|lab| lab.patch_silently(Entity::Sample, id, json!({"comments": "quietly"}))).expect("a sample");
    assert_eq!(lab.read(|lab| lab.last_updated(Entity::Sample, id)), before);
    let sample = client.get(&format!("sample/{id}")).await.json();
    assert_eq!(sample["comments"], "quietly");
    lab.write(|lab| lab.patch(Entity::Sample, id, json!({"state": "ON FIRE"}))).expect("a sample");
    lab.write(|lab| lab.remove_field(Entity::Sample, id, "leaf_id")).expect("a sample");
    let now = lab.read(|lab| lab.now());
    let sample = client.get(&format!("sample/{id}")).await.json();
    assert_eq!(sample["last_updated"], now.timestamp().to_string());
    assert_eq!((&sample["state"], sample.get("leaf_id")), (&json!("ON FIRE"), None));
    let first = client.get("sample?sort_by=last_updated&sort_order=desc").await;
    assert_eq!(first.ids()[0], id);
}

#[tokio::test]
async fn deletion_takes_the_children_along_unless_told_otherwise() {
    let client = quiet().await;
    let lab = client.sim.lab();
    let orders = client.walk("order").await;
    let order = orders.iter().find(|o| o["sample_count"] == 2).expect("an order");
    let id = id_of(order);
    let samples = client.walk(&format!("sample?order_ids={id}")).await;
    lab.write(|lab| lab.delete_only(Entity::Sample, id_of(&samples[0]))).expect("a sample");
    let left = client.get(&format!("order/{id}")).await.json();
    assert_eq!(left["sample_count"], 1);
    let orphans = client.walk(&format!("test?sample_ids={}", id_of(&samples[0]))).await;
    assert!(orphans.is_empty(), "a filter by a deleted sample finds nothing");
    let all = client.walk("test").await;
    assert!(all.iter().any(|t| t["sample_id"] == samples[0]["id"]));

    lab.write(|lab| lab.delete(Entity::Order, id)).expect("an order");
    assert_eq!(client.get(&format!("order/{id}")).await.status, 404);
    assert_eq!(client.get(&format!("sample/{}", id_of(&samples[1]))).await.status, 404);
    let gone = lab.read(|lab| lab.deleted_ids(Entity::Sample));
    assert!(gone.contains(&id_of(&samples[0])) && gone.contains(&id_of(&samples[1])));

    lab.write(|lab| lab.restore(Entity::Order, id)).expect("a deleted order");
    assert_eq!(client.get(&format!("order/{id}")).await.status, 200);
    let since = lab.read(|lab| lab.now().timestamp());
    let feed = client.get(&format!("updates/order/{since}")).await.json();
    let ids = |key: &str| feed[key].as_array().expect("a list").clone();
    assert!(ids("updated").contains(&json!(id)) && !ids("deleted").contains(&json!(id)));
}

#[tokio::test]
async fn records_can_be_replaced_by_any_text() {
    let client = quiet().await;
    let lab = client.sim.lab();
    let ids = lab.read(|lab| lab.ids(Entity::Test));
    let deep = format!("{{\"id\":{},\"x\":{}{}}}", ids[1], "[".repeat(400), "]".repeat(400));
    let texts = [
        format!("{{\"id\":{},\"state\":7,\"date_created\":\"02/30/2026\"}}", ids[0]),
        deep.clone(),
        "{\"id\":null}".to_owned(),
        format!("{{\"id\":{}}}", ids[9]),
        format!("{{\"id\":{},\"state\":\"A\\u0000B\"}}", ids[4]),
        format!("{{\"id\":{},\"comments\":\"{}\"}}", ids[5], "y".repeat(100_000)),
        format!("{{\"id\":{},\"sample_id\":99999999999999999999999999}}", ids[6]),
    ];
    for (id, text) in ids.iter().zip(&texts) {
        lab.write(|lab| lab.set_raw(Entity::Test, *id, Some(text.clone()))).expect("a test");
    }
    let page = client.get("test?page_size=50").await;
    assert_eq!(page.status, 200);
    for text in &texts {
        assert!(page.body.contains(text.as_str()));
    }
    assert!(client.get(&format!("test/{}", ids[1])).await.body.contains("[[[["));
    for id in ids.iter().take(texts.len()) {
        lab.write(|lab| lab.set_raw(Entity::Test, *id, None)).expect("a test");
    }
    let page = client.get("test?page_size=50").await;
    assert_eq!(page.ids(), ids[..50]);
}

#[tokio::test]
async fn a_live_clock_brings_changes_without_being_asked() {
    let config = SimConfig { clock: ClockMode::Live { speed: 86_400.0 * 20.0 }, ..small() };
    let client = Client::start(config).await;
    let started = client.sim.lab().read(|lab| lab.now());
    let count = async || client.get("test").await.json()["total_count"].as_u64();
    let before: Option<u64> = count().await;
    let mut after = before;
    while after == before {
        after = count().await;
    }
    assert!(after > before);
    assert!(client.sim.lab().read(|lab| lab.now()) > started);
    let newest: Value = client.get("order?sort_by=id&sort_order=desc").await.json();
    assert!(newest["data"][0]["id"].is_u64());
}
