//! The change feed, in every state that a tenant may offer it.

use chrono::TimeDelta;
use qbench_sim::{Entity, FeedMode, SimConfig};
use serde_json::Value;

use crate::client::{Client, id_of, keys, small};

fn ids(list: &Value) -> Vec<u64> {
    let list = list.as_array().expect("a list");
    list.iter().map(|id| id.as_u64().expect("an id")).collect()
}

#[tokio::test]
async fn the_feed_tells_what_was_updated_and_deleted_since() {
    let client = Client::start(small()).await;
    let lab = client.sim.lab();
    let (since, gone, changed) = lab.write(|lab| {
        lab.stop_living();
        lab.advance_to(lab.now() + TimeDelta::hours(1));
        let ids = lab.ids(Entity::Test);
        lab.delete(Entity::Test, ids[5]).expect("a test");
        lab.bump(Entity::Test, ids[9]).expect("a test");
        (lab.now().timestamp(), ids[5], ids[9])
    });
    let feed = client.get(&format!("updates/test/{since}")).await.json();
    let mut names = keys(&feed);
    names.sort_unstable();
    assert_eq!(names, ["deleted", "updated"]);
    assert_eq!(ids(&feed["deleted"]), [gone]);
    assert_eq!(ids(&feed["updated"]), [changed]);
    let later = client.get(&format!("updates/test/{}", since + 1)).await.json();
    assert!(ids(&later["updated"]).is_empty() && ids(&later["deleted"]).is_empty());
    assert_eq!(client.get(&format!("test/{gone}")).await.status, 404);
}

#[tokio::test]
async fn the_feed_of_all_time_names_every_record_and_can_carry_objects() {
    let client = Client::start(small()).await;
    for entity in Entity::ALL.into_iter().filter(|entity| entity.in_feed()) {
        let feed = client.get(&format!("updates/{}/0?return_objects=true", entity.path())).await.json();
        let mut objects = feed["updated"].as_array().expect("a list").clone();
        objects.sort_by_key(id_of);
        let truth = client.sim.lab().read(|lab| lab.records(entity, false));
        assert_eq!(objects, truth, "{entity:?}");
    }
    assert_eq!(client.get("updates/test/yesterday").await.status, 400);
}

#[tokio::test]
async fn a_living_laboratory_shows_in_the_feed_exactly_what_changed() {
    let client = Client::start(small()).await;
    let lab = client.sim.lab();
    let before = lab.read(|lab| lab.records(Entity::Sample, false));
    let since = lab.write(|lab| {
        let since = lab.now().timestamp() + 1;
        lab.advance_to(lab.now() + TimeDelta::hours(30));
        since
    });
    let feed = client.get(&format!("updates/sample/{since}")).await.json();
    let updated = ids(&feed["updated"]);
    let mut changed = Vec::new();
    for sample in lab.read(|lab| lab.records(Entity::Sample, false)) {
        if !before.contains(&sample) {
            changed.push(id_of(&sample));
        }
    }
    assert!(!changed.is_empty());
    for id in &changed {
        assert!(updated.contains(id), "sample {id} changed and is not in the feed");
    }
}

#[tokio::test]
async fn feeds_may_be_refused_missing_or_truncated() {
    for (feed, status) in [(FeedMode::Refused, 403), (FeedMode::Missing, 404)] {
        let client = Client::start(SimConfig { feed, ..small() }).await;
        assert_eq!(client.get("updates/order/0").await.status, status);
    }
    let client = Client::start(SimConfig { feed: FeedMode::Truncated(7), ..small() }).await;
    let body = client.get("updates/order/0").await.json();
    assert_eq!(ids(&body["updated"]).len(), 7);
}

#[tokio::test]
async fn feed_objects_may_carry_named_cells_only() {
    let url = "updates/test/0?return_objects=true&include_raw_worksheet_data=true";
    for (feed, raw) in [(FeedMode::Full, true), (FeedMode::NamedCellsOnly, false)] {
        let client = Client::start(SimConfig { feed, ..small() }).await;
        let body = client.get(url).await.json();
        let objects = body["updated"].as_array().expect("a list");
        let has_places = objects.iter().any(|t| t["worksheet_data"].get("A8").is_some());
        assert_eq!(has_places, raw);
    }
}
