//! Records as real tenants send them, field by field.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use qbench::{
    RawRecord,
    records::{Assay, Batch, Customer, DecodeOptions, Decoded, Order, Record, Sample, Test, When, decode},
};

fn read<T: Record>(json: &str) -> Decoded<T> {
    decode(&RawRecord::parse(json).expect("json"), &DecodeOptions::utc()).expect("a record")
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("a time").to_utc()
}

fn time(text: &str) -> Option<When> {
    Some(When { at: at(text), date_only: false })
}

fn day(text: &str) -> Option<When> {
    Some(When { at: at(&format!("{text}T00:00:00Z")), date_only: true })
}

#[test]
fn a_customer_has_a_name_and_maybe_a_date() {
    let customer = read::<Customer>(
        r#"{"id":423,"customer_name":"Alder Grove Farms","name":"other","date_created":"03/04/2021 05:06 PM","last_updated":"1759060819","deleted":false}"#,
    );
    let expected = Customer {
        id: 423,
        name: Some("Alder Grove Farms".into()),
        date_created: time("2021-03-04T17:06:00Z"),
        last_updated: Some(at("2025-09-28T12:00:19Z")),
        deleted: Some(false),
    };
    assert_eq!(customer.value, expected);
    assert!(customer.issues.is_empty() && customer.absent.is_empty(), "{:?}", customer);
    let old = read::<Customer>(r#"{"id":1,"customer_name":null,"name":"Birch Labs","date_created":null}"#);
    assert_eq!((old.value.name.as_deref(), old.value.date_created), (Some("Birch Labs"), None));
    assert!(old.issues.is_empty());
    assert_eq!(old.absent, ["last_updated", "deleted"]);
}

#[test]
fn an_order_has_times_and_one_date_only() {
    let order = read::<Order>(
        r#"{"id":3335,"custom_formatted_id":"ORD-101325-3335","customer_account_id":72,"state":"REPORTED",
            "date_created":"10/13/2025 03:16 PM","date_received":"10/13/2025 03:15 PM","date_completed":"10/20/2025 12:00 AM",
            "date_order_reported":"10/21/2025","date_required":null,"sample_count":4,"test_count":13,"last_updated":"1760368567",
            "tags":[],"cc_latest_sync":"Fri, 10 Oct 2025 22:00:00 GMT"}"#,
    );
    let expected = Order {
        id: 3335,
        custom_formatted_id: Some("ORD-101325-3335".into()),
        customer_account_id: Some(72),
        date_created: time("2025-10-13T15:16:00Z"),
        date_completed: time("2025-10-20T00:00:00Z"),
        date_order_reported: day("2025-10-21"),
        date_received: time("2025-10-13T15:15:00Z"),
        date_required: None,
        sample_count: Some(4),
        test_count: Some(13),
        state: Some("REPORTED".into()),
        last_updated: Some(at("2025-10-13T15:16:07Z")),
    };
    assert_eq!(order.value, expected);
    assert!(order.issues.is_empty() && order.absent.is_empty());
    assert_eq!(
        order.value.date_order_reported.and_then(When::date).map(|d| d.to_string()).as_deref(),
        Some("2025-10-21")
    );
}

#[test]
fn a_sample_takes_its_type_tag_and_weight_from_tenant_fields() {
    let sample = read::<Sample>(
        r#"{"id":15028,"order_id":3335,"sample_name":"","description":"Harvest 7","custom_formatted_id":"S25-15028","leaf_id":"1A4000000000000000000042",
            "metrc_uid":"ignored","has_report":true,"batches":[8659,8660],"complete_date":"10/14/2025 07:10 PM","date_created":"10/13/2025 03:20 PM",
            "start_date":"10/14/2025 08:00 AM","report_date":"10/20/2025 09:00 AM","matrix_type":"Flower","sample_type":"ignored",
            "accessioning_type":{"id":2,"value":"Adult Use"},"state":"COMPLETED","sample_weight":"6.34g","last_updated":"1760469019"}"#,
    );
    let expected = Sample {
        id: 15028,
        sample_name: Some("Harvest 7".into()),
        custom_formatted_id: Some("S25-15028".into()),
        metrc_id: Some("1A4000000000000000000042".into()),
        order_id: Some(3335),
        has_report: Some(true),
        batch_ids: vec![8659, 8660],
        completed_date: time("2025-10-14T19:10:00Z"),
        date_created: time("2025-10-13T15:20:00Z"),
        start_date: time("2025-10-14T08:00:00Z"),
        report_date: time("2025-10-20T09:00:00Z"),
        matrix_type: Some("Flower".into()),
        sample_type: Some("Adult Use".into()),
        state: Some("COMPLETED".into()),
        test_count: None,
        sample_weight: Some("6.34".into()),
        last_updated: Some(at("2025-10-14T19:10:19Z")),
    };
    assert_eq!(sample.value, expected);
    assert!(sample.issues.is_empty());
    assert_eq!(sample.absent, ["test_count"]);
}

#[test]
fn a_samples_type_falls_back_to_the_plain_field() {
    let kind = |json: &str| read::<Sample>(json).value.sample_type;
    assert_eq!(kind(r#"{"id":1,"sample_type":"R&D"}"#).as_deref(), Some("R&D"));
    assert_eq!(kind(r#"{"id":1,"accessioning_type":null,"sample_type":"R&D"}"#).as_deref(), Some("R&D"));
    assert_eq!(
        kind(r#"{"id":1,"accessioning_type":{"id":1,"value":null},"sample_type":"R&D"}"#).as_deref(),
        Some("R&D")
    );
    assert_eq!(kind(r#"{"id":1,"accessioning_type":"Medical"}"#).as_deref(), Some("Medical"));
    assert_eq!(kind(r#"{"id":1,"accessioning_type":{"id":1}}"#), None);
    assert_eq!(kind(r#"{"id":1}"#), None);
}

#[test]
fn a_test_takes_label_and_title_from_its_assay() {
    let json = r#"{"id":51700,"sample_id":15028,"assay_id":5,"state":"NEEDS REVIEW (Data Team)","parent_status":"IN PROGRESS","date_created":"10/13/2025",
        "start_date":"10/14/2025 08:00 AM","complete_date":null,"report_completed_date":null,"has_report":false,"last_updated":"1760469019",
        "batches":[8659],"assay":{"id":5,"title":"Heavy Metals","label_abbr":"HM"},
        "worksheet_data":{"as_ppm":{"value":"0.02"}},"worksheet_json":{"other":1}}"#;
    let test = read::<Test>(json);
    let expected = Test {
        id: 51700,
        sample_id: Some(15028),
        assay_id: Some(5),
        batch_ids: vec![8659],
        date_created: day("2025-10-13"),
        start_date: time("2025-10-14T08:00:00Z"),
        complete_date: None,
        report_completed_date: None,
        reported_datetime: None,
        state: Some("NEEDS REVIEW (Data Team)".into()),
        parent_status: Some("IN PROGRESS".into()),
        has_report: Some(false),
        label_abbr: Some("HM".into()),
        title: Some("Heavy Metals".into()),
        worksheet_raw: Some(r#"{"as_ppm":{"value":"0.02"}}"#.into()),
        last_updated: Some(at("2025-10-14T19:10:19Z")),
    };
    assert_eq!(test.value, expected);
    assert!(test.issues.is_empty());
    assert_eq!(test.absent, ["reported_datetime"]);
    let own = read::<Test>(
        r#"{"id":1,"label_abbr":"CN","title":"","assay":{"id":7,"title":"Cannabinoids","label_abbr":"XX"}}"#,
    )
    .value;
    assert_eq!(
        (own.label_abbr.as_deref(), own.title.as_deref(), own.assay_id),
        (Some("CN"), Some("Cannabinoids"), Some(7))
    );
}

#[test]
fn what_a_list_leaves_out_is_told_apart_from_null() {
    let absent = read::<Test>(r#"{"id":1,"sample_id":2,"worksheet_data":null,"report_completed_date":null}"#).absent;
    for field in ["label_abbr", "title", "has_report"] {
        assert!(absent.contains(&field), "{field} in {absent:?}");
    }
    for field in ["sample_id", "worksheet_raw", "report_completed_date"] {
        assert!(!absent.contains(&field), "{field} in {absent:?}");
    }
}

#[test]
fn the_first_worksheet_that_holds_something_is_taken() {
    let worksheet = |json: &str| read::<Test>(json).value.worksheet_raw;
    assert_eq!(
        worksheet(r#"{"id":1,"worksheet_data":{},"worksheet_json":"{\"data\":[1]}"}"#).as_deref(),
        Some(r#""{\"data\":[1]}""#)
    );
    assert_eq!(
        worksheet(r#"{"id":1,"worksheet_data":null,"worksheet_json":[],"worksheet_raw":[0]}"#).as_deref(),
        Some("[0]")
    );
    assert_eq!(worksheet(r#"{"id":1,"worksheet_data":null,"worksheet_json":""}"#), None);
    assert_eq!(worksheet(r#"{"id":1,"worksheet_data":{"a":"x\u0000"}}"#).as_deref(), Some(r#"{"a":"x"}"#));
}

#[test]
fn a_batch_lists_its_samples_and_tests() {
    let batch = read::<Batch>(
        r#"{"id":8659,"assay_id":5,"display_name":"HM 1013","date_created":"10/13/2025","last_updated":1760469019,"sample_ids":[1,"2",{"id":3}],"test_ids":[4],
            "batch_status":"NOT STARTED","batch_complete":false}"#,
    );
    let expected = Batch {
        id: 8659,
        assay_id: Some(5),
        display_name: Some("HM 1013".into()),
        date_created: day("2025-10-13"),
        date_prepared: None,
        last_updated: Some(at("2025-10-14T19:10:19Z")),
        sample_ids: vec![1, 2, 3],
        test_ids: vec![4],
        state: Some("NOT STARTED".into()),
        complete: Some(false),
    };
    assert_eq!(batch.value, expected);
    assert!(batch.issues.is_empty());
    assert_eq!(batch.absent, ["date_prepared"]);
}

#[test]
fn an_assay_keeps_what_dashboards_need() {
    let assay = read::<Assay>(r#"{"id":5,"title":"Heavy Metals","label_abbr":"HM","method":"ICP-MS","category":{"id":1,"name":"Metals"},"units":"ppm","duration":3,"base_price":50.0,"deleted":false}"#).value;
    assert_eq!(assay.category.as_deref(), Some("Metals"));
    assert_eq!((assay.duration, assay.base_price.as_deref()), (Some(3), Some("50.0")));
}

#[test]
fn times_without_a_zone_follow_the_source_zone_and_dates_do_not() {
    let five_hours_behind = |local: NaiveDateTime| local.and_utc() + TimeDelta::hours(5);
    let raw = RawRecord::parse(
        r#"{"id":1,"date_created":"10/13/2025 11:00 PM","date_order_reported":"10/13/2025","date_completed":"2025-10-13T11:00:00Z","last_updated":"0"}"#,
    );
    let order =
        decode::<Order>(&raw.expect("json"), &DecodeOptions::in_zone(five_hours_behind)).expect("a record").value;
    assert_eq!(order.date_created, time("2025-10-14T04:00:00Z"));
    assert_eq!(order.date_order_reported, day("2025-10-13"));
    assert_eq!(order.date_completed, time("2025-10-13T11:00:00Z"));
    assert_eq!(order.last_updated, Some(at("1970-01-01T00:00:00Z")));
}
