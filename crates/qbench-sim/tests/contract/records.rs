//! Single records and the shapes of their fields.

use chrono::{NaiveDate, NaiveDateTime};
use qbench_sim::{Entity, LabConfig, RawSpelling, SimConfig, Worksheets};
use serde_json::Value;

use crate::client::{Client, id_of, is_noise, small};

fn is_datetime(value: &Value) -> bool {
    let text = value.as_str().unwrap_or("");
    text.len() == 19 && NaiveDateTime::parse_from_str(text, "%m/%d/%Y %I:%M %p").is_ok()
}

fn is_date(value: &Value) -> bool {
    let text = value.as_str().unwrap_or("");
    text.len() == 10 && NaiveDate::parse_from_str(text, "%m/%d/%Y").is_ok()
}

/// Asserts that a field, wherever it is set, has a shape; and that it is set somewhere.
fn each(rows: &[Value], key: &str, shape: impl Fn(&Value) -> bool) {
    let set: Vec<&Value> = rows.iter().filter_map(|row| row.get(key)).filter(|value| !value.is_null()).collect();
    assert!(!set.is_empty(), "{key} is never set");
    for value in set {
        assert!(shape(value), "{key}: {value}");
    }
}

fn absent_and_present(rows: &[Value], key: &str) {
    assert!(rows.iter().any(|row| row.get(key).is_none()), "{key} is always there");
    assert!(rows.iter().any(|row| row.get(key).is_some()), "{key} is never there");
}

#[tokio::test]
async fn dates_have_the_forms_of_their_fields() {
    let client = Client::start(small()).await;
    let orders = client.walk("order").await;
    for key in ["date_created", "date_received", "date_completed"] {
        each(&orders, key, is_datetime);
    }
    each(&orders, "date_order_reported", is_date);
    each(&orders, "cc_latest_sync", |v| v.as_str().is_some_and(|t| t.ends_with(" GMT")));
    let samples = client.walk("sample").await;
    for key in ["date_created", "start_date", "complete_date", "report_date"] {
        each(&samples, key, is_datetime);
    }
    let tests = client.walk("test").await;
    for key in ["date_created", "report_completed_date", "estimated_complete_date"] {
        each(&tests, key, is_date);
    }
    for key in ["start_date", "complete_date", "reported_datetime", "needs_review_data_datetime"] {
        each(&tests, key, is_datetime);
    }
    each(&client.walk("batch").await, "date_created", is_date);
    for rows in [orders, samples, tests] {
        each(&rows, "last_updated", |v| v.as_str().is_some_and(|text| text.parse::<u32>().is_ok()));
    }
}

#[tokio::test]
async fn optional_keys_are_absent_when_unset() {
    let client = Client::start(small()).await;
    absent_and_present(&client.walk("order").await, "collected_datetime");
    absent_and_present(&client.walk("sample").await, "report_date");
    let tests = client.walk("test").await;
    absent_and_present(&tests, "reported_datetime");
    absent_and_present(&tests, "needs_review_data_datetime");
    let customers = client.walk("customer").await;
    absent_and_present(&customers, "divisions");
    assert!(customers.iter().any(|c| c["date_created"].is_null()));
    assert!(customers.iter().any(|c| is_datetime(&c["date_created"])));
}

#[tokio::test]
async fn ids_ascend_with_gaps() {
    let client = Client::start(SimConfig { lab: LabConfig { tests: 3000, ..LabConfig::default() }, ..small() }).await;
    let ids = client.sim.lab().read(|lab| lab.ids(Entity::Test));
    assert!(ids.is_sorted_by(|a, b| a < b));
    assert!(ids.last().copied() > Some(ids.len() as u64));
}

#[tokio::test]
async fn single_reads_carry_children_and_list_items_do_not() {
    let client = Client::start(small()).await;
    let orders = client.walk("order").await;
    let listed = &orders[2];
    assert!(listed.get("samples").is_none());
    let order = client.get(&format!("order/{}", id_of(listed))).await.json();
    let samples = order["samples"].as_array().expect("samples");
    assert_eq!(Some(samples.len() as u64), listed["sample_count"].as_u64());
    let tests: usize = samples.iter().map(|s| s["tests"].as_array().expect("tests").len()).sum();
    assert_eq!(Some(tests as u64), listed["test_count"].as_u64());
    assert!(order.as_object().expect("an object").keys().any(|key| is_noise(key)));

    let id = id_of(&samples[0]);
    let sample = client.get(&format!("sample/{id}?include=tests")).await.json();
    assert_eq!(sample["tests"], samples[0]["tests"]);
    let item = &client.walk("sample").await[0];
    assert!(item.get("tests").is_none());
    for path in ["customer", "test", "batch", "assay", "panel", "contact"] {
        let first = id_of(&client.walk(path).await[0]);
        let answer = client.get(&format!("{path}/{first}")).await;
        assert_eq!((answer.status, id_of(&answer.json())), (200, first), "{path}");
    }
}

#[tokio::test]
async fn a_test_has_its_assay_inside_and_no_label_of_its_own() {
    let client = Client::start(small()).await;
    for test in client.walk("test").await {
        assert!(test.get("label_abbr").is_none() && test.get("title").is_none());
        assert_eq!(test["assay"]["id"], test["assay_id"]);
        assert!(test["assay"]["title"].is_string());
        assert_eq!(test["has_report"], false);
    }
}

#[tokio::test]
async fn a_published_sample_has_a_report_and_its_tests_have_not() {
    let client = Client::start(small()).await;
    let tests = client.walk("test").await;
    let mut published = 0;
    for sample in client.walk("sample").await {
        assert_eq!(sample["has_report"], sample.get("report_date").is_some());
        if sample["has_report"] == false || sample["state"] != "COMPLETED" {
            continue;
        }
        published += 1;
        let own = tests.iter().filter(|t| t["sample_id"] == sample["id"]);
        for test in own {
            let state = test["state"].as_str().expect("a state");
            assert!(["REPORTED", "NOT REPORTABLE", "CANCELLED", "CLIENT CANCELLED"].contains(&state), "{state}");
        }
    }
    assert!(published > 20);
}

#[tokio::test]
async fn a_failed_test_stays_and_a_later_one_replaces_it() {
    let config = SimConfig { lab: LabConfig { tests: 2000, ..LabConfig::default() }, ..small() };
    let client = Client::start(config).await;
    let tests = client.sim.lab().read(|lab| lab.records(Entity::Test, false));
    let failed: Vec<&Value> = tests.iter().filter(|t| t["state"] == "NOT REPORTABLE").collect();
    assert!(failed.len() > 10);
    let replaced = failed.iter().filter(|failed| {
        tests.iter().any(|other| {
            other["sample_id"] == failed["sample_id"]
                && other["assay_id"] == failed["assay_id"]
                && id_of(other) > id_of(failed)
        })
    });
    assert!(replaced.count() * 10 > failed.len() * 9, "nearly all are replaced");
    for test in failed {
        assert!(is_date(&test["report_completed_date"]), "dated although not reported");
        assert_eq!(test["parent_status"], "COMPLETED");
    }
}

#[tokio::test]
async fn worksheets_show_named_cells_or_all_of_them() {
    let client = Client::start(small()).await;
    let named = client.walk("test").await;
    assert!(named.iter().any(|t| t["worksheet_data"].is_null()));
    let sheet = |t: &Value| t["worksheet_data"].as_object().cloned();
    let with_sheet = named.iter().find(|t| sheet(t).is_some()).expect("a sheet");
    for cell in sheet(with_sheet).expect("cells").values() {
        assert!(cell["value"].is_string() || cell["value"].is_boolean());
    }
    for flag in ["include_raw_worksheet_data", "include_raw_worsksheet_data"] {
        let url = format!("test/{}?{flag}=true", id_of(with_sheet));
        let raw = sheet(&client.get(&url).await.json()).expect("cells");
        assert!(raw.contains_key("A8"), "cells by place");
        assert!(raw.len() > sheet(with_sheet).expect("cells").len());
    }
}

#[tokio::test]
async fn a_tenant_may_know_only_the_misspelt_flag() {
    let config = SimConfig { raw_worksheet_spelling: RawSpelling::OnlyMisspelt, ..small() };
    let client = Client::start(config).await;
    let right = client.get("test?include_raw_worksheet_data=true").await;
    assert_eq!(right.status, 400);
    let wrong = client.get("test?include_raw_worsksheet_data=true").await;
    assert_eq!(wrong.status, 200);
}

#[tokio::test]
async fn full_worksheets_have_the_weight_of_real_ones() {
    let config = SimConfig { lab: LabConfig { worksheets: Worksheets::Full, ..small().lab }, ..small() };
    let client = Client::start(config).await;
    let tests = client.walk("test").await;
    let sizes = || {
        let sheets = tests.iter().filter_map(|t| t["worksheet_data"].as_object());
        sheets.map(serde_json::Map::len)
    };
    assert!(sizes().min() >= Some(33) && sizes().max() >= Some(470));
}
