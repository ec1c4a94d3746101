//! Lists: envelope, paging, sorting, filters.

use qbench_sim::{Entity, SimConfig};
use serde_json::Value;

use crate::client::{Client, id_of, is_noise, keys, small};

#[tokio::test]
async fn a_list_is_an_envelope_with_a_random_key() {
    let client = Client::start(small()).await;
    let mut seen = std::collections::HashSet::new();
    for _ in 0..10 {
        let body = client.get("order?page_size=50").await.json();
        let mut keys = keys(&body);
        keys.sort_unstable();
        assert_eq!(keys, ["data", "total_count", "total_pages"]);
        let object = body.as_object().expect("an object");
        let noise: Vec<_> = object.iter().filter(|(key, _)| is_noise(key)).collect();
        assert_eq!(noise.len(), 1);
        assert!(noise[0].1.as_str().is_some_and(|text| (1..=16).contains(&text.len())));
        seen.insert(noise[0].0.clone());
        let inside = body["data"][0].as_object().expect("a row");
        assert!(!inside.keys().any(|key| is_noise(key)));
    }
    assert!(seen.len() > 1, "the key changes from answer to answer");
}

#[tokio::test]
async fn every_entity_can_be_walked_to_its_end_and_equals_the_laboratory() {
    let client = Client::start(small()).await;
    for entity in Entity::ALL {
        let mut walked: Vec<u64> = client.walk(entity.path()).await.iter().map(id_of).collect();
        walked.sort_unstable();
        let truth = client.sim.lab().read(|lab| lab.ids(entity));
        assert_eq!(walked, truth, "{entity:?}");
        assert!(!truth.is_empty());
    }
}

#[tokio::test]
async fn rows_of_a_walk_equal_the_truth() {
    let client = Client::start(small()).await;
    let walked = client.walk("test?sort_by=id&include_raw_worksheet_data=true").await;
    let truth = client.sim.lab().read(|lab| lab.records(Entity::Test, true));
    assert_eq!(walked, truth);
}

#[tokio::test]
async fn page_size_defaults_to_20_and_is_clamped_to_50() {
    let client = Client::start(small()).await;
    assert_eq!(client.get("test").await.ids().len(), 20);
    assert_eq!(client.get("test?page_size=50").await.ids().len(), 50);
    let clamped = client.get("test?page_size=200").await;
    assert_eq!(clamped.ids().len(), 50);
    let body = clamped.json();
    let total = body["total_count"].as_u64().expect("a total");
    assert_eq!(body["total_pages"].as_u64(), Some(total.div_ceil(50)));
    assert_eq!(client.get("test?page_num=x").await.status, 400);
}

#[tokio::test]
async fn a_page_past_the_end_is_empty() {
    let client = Client::start(small()).await;
    let answer = client.get("sample?page_num=5000&page_size=50").await;
    assert_eq!(answer.status, 200);
    assert!(answer.ids().is_empty());
    assert!(answer.json()["total_count"].as_u64() > Some(0));
}

#[tokio::test]
async fn batch_lists_do_not_count() {
    let client = Client::start(small()).await;
    let body = client.get("batch?page_size=50").await.json();
    assert_eq!(body["total_count"], Value::Null);
    let count = client.sim.lab().read(|lab| lab.count(Entity::Batch)) as u64;
    assert_eq!(body["total_pages"].as_u64(), Some(count.div_ceil(50)));
}

#[tokio::test]
async fn customers_come_by_name_and_others_by_id() {
    let client = Client::start(small()).await;
    let customers = client.walk("customer").await;
    let names: Vec<String> =
        customers.iter().map(|c| c["customer_name"].as_str().expect("a name").to_lowercase()).collect();
    assert!(names.is_sorted());
    assert!(!customers.iter().map(id_of).is_sorted());
    for path in ["order", "sample", "test", "batch"] {
        assert!(client.walk(path).await.iter().map(id_of).is_sorted(), "{path}");
    }
}

#[tokio::test]
async fn lists_sort_by_the_documented_fields_in_both_directions() {
    let client = Client::start(small()).await;
    for path in ["customer", "order", "sample", "test", "batch"] {
        let by_id = client.walk(&format!("{path}?sort_by=id&sort_order=desc")).await;
        assert!(by_id.iter().map(id_of).is_sorted_by(|a, b| a > b), "{path}");
        let updated = client.walk(&format!("{path}?sort_by=last_updated&sort_order=desc")).await;
        let stamps = updated.iter().map(|row| {
            let text = row["last_updated"].as_str().expect("text");
            text.parse::<u64>().expect("seconds")
        });
        assert!(stamps.is_sorted_by(|a, b| a >= b), "{path}");
        assert_eq!(updated.len(), by_id.len());
        let created = client.walk(&format!("{path}?sort_by=date_created&sort_order=desc")).await;
        assert_eq!(created.len(), by_id.len(), "{path}");
    }
    let orders = client.walk("order?sort_by=date_created&sort_order=desc").await;
    assert!(orders.iter().map(id_of).is_sorted_by(|a, b| a > b));
    let by_order = client.walk("sample?sort_by=order_id").await;
    assert!(by_order.iter().map(|s| s["order_id"].as_u64()).is_sorted());
    assert_eq!(client.get("order?sort_by=upload_flag").await.status, 400);
    assert_eq!(client.get("order?sort_order=sideways").await.status, 400);
}

#[tokio::test]
async fn a_tenant_may_refuse_to_sort_by_last_updated() {
    let config = SimConfig { sort_by_last_updated: false, ..small() };
    let client = Client::start(config).await;
    assert_eq!(client.get("test?sort_by=last_updated").await.status, 400);
    assert_eq!(client.get("test?sort_by=date_created").await.status, 200);
}

#[tokio::test]
async fn repeated_filters_select_the_families() {
    let client = Client::start(small()).await;
    let orders = client.walk("order").await;
    let tests = client.walk("test").await;
    let samples = client.walk("sample").await;
    let wanted = [id_of(&orders[3]), id_of(&orders[7])];
    let own: Vec<u64> =
        samples.iter().filter(|s| s["order_id"].as_u64().is_some_and(|id| wanted.contains(&id))).map(id_of).collect();
    let filter = format!("order_ids={}&order_ids={}", wanted[0], wanted[1]);
    let found: Vec<u64> = client.walk(&format!("sample?{filter}")).await.iter().map(id_of).collect();
    assert_eq!(found, own);
    let below = |row: &&Value| row["sample_id"].as_u64().is_some_and(|id| own.contains(&id));
    let own_tests: Vec<u64> = tests.iter().filter(below).map(id_of).collect();
    let found: Vec<u64> = client.walk(&format!("test?{filter}")).await.iter().map(id_of).collect();
    assert_eq!(found, own_tests);
    let by_sample: String = own.iter().map(|id| format!("&sample_ids={id}")).collect();
    let found = client.walk(&format!("test?x=1{by_sample}")).await;
    assert_eq!(found.iter().map(id_of).collect::<Vec<_>>(), own_tests);

    let customer = &orders[3]["customer_account_id"];
    let own = orders.iter().filter(|o| o["customer_account_id"] == *customer);
    let found = client.walk(&format!("order?customer_ids={customer}")).await;
    assert_eq!(found.len(), own.count());
}

#[tokio::test]
async fn tests_can_be_filtered_by_assay_and_by_state() {
    let client = Client::start(small()).await;
    let tests = client.walk("test").await;
    let count = |keep: &dyn Fn(&Value) -> bool| tests.iter().filter(|t| keep(t)).count();
    let found = client.walk("test?assay_ids=3&assay_ids=4").await;
    assert_eq!(found.len(), count(&|t| [3, 4].contains(&t["assay_id"].as_u64().unwrap_or(0))));
    let found = client.walk("test?statuses=REPORTED&statuses=NEEDS+REVIEW+(Data+Team)&sort_by=last_updated").await;
    let wanted = ["REPORTED", "NEEDS REVIEW (Data Team)"];
    assert_eq!(found.len(), count(&|t| wanted.contains(&t["state"].as_str().unwrap_or(""))));
    assert!(!found.is_empty());
}

#[tokio::test]
async fn unknown_parameters_are_tolerated_and_unknown_paths_are_not() {
    let client = Client::start(small()).await;
    assert_eq!(client.get("order?colour=blue").await.status, 200);
    for path in ["orders", "order/99999999", "order/abc", "test/1/worksheet", "updates/batch/0"] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.json()["error"].is_string(), "{path}");
    }
}
