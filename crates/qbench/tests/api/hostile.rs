//! Records that nobody should send: nothing panics, the rest of the record survives.

use proptest::prelude::*;
use qbench::{
    RawRecord,
    records::{Assay, Batch, Customer, DecodeOptions, Decoded, Order, Record, Sample, TEXT_LIMIT, Test, decode},
};

fn raw(json: &str) -> RawRecord {
    RawRecord::parse(json).expect("json")
}

fn read<T: Record>(json: &str) -> Decoded<T> {
    decode(&raw(json), &DecodeOptions::utc()).expect("a record")
}

fn issues<T: Record>(json: &str) -> Vec<String> {
    read::<T>(json).issues.iter().map(ToString::to_string).collect()
}

#[test]
fn records_without_a_usable_id_are_refused_with_a_reason() {
    for (json, word) in [
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ("{}", "no id"),
        (r#"{"id":null}"#, "null"),
        (r#"{"id":"abc"}"#, "not an integer"),
        (r#"{"id":{"a":1}}"#, "not an integer"),
        (r#"{"id":3000000000}"#, "four-byte"),
        (r#"{"id":99999999999999999999999}"#, "not an integer"),
    ] {
        let bad = decode::<Order>(&raw(json), &DecodeOptions::utc()).expect_err(json);
        assert!(bad.why.contains(word), "{json}: {bad}");
    }
    assert!(RawRecord::parse("{\"id\":1").is_err());
}

#[test]
fn wrong_types_cost_their_field_and_nothing_else() {
    let order = read::<Order>(
        r#"{"id":"7","state":["X"],"customer_account_id":{"id":1},"sample_count":"many","test_count":99999999999,
            "date_created":"13/13/2025","date_completed":true,"date_received":1760320923,"custom_formatted_id":42,"last_updated":"soon"}"#,
    );
    assert_eq!(order.value.id, 7);
    assert_eq!(order.value.custom_formatted_id.as_deref(), Some("42"));
    assert!(order.value.date_received.is_some());
    assert!(order.value.state.is_none() && order.value.sample_count.is_none() && order.value.date_created.is_none());
    let fields: Vec<_> = order.issues.iter().map(|issue| issue.field).collect();
    assert_eq!(
        fields,
        [
            "customer_account_id",
            "date_created",
            "date_completed",
            "sample_count",
            "test_count",
            "state",
            "last_updated"
        ]
    );
    let text = format!("{:?}", order.issues);
    assert!(!text.contains("13/13/2025") && !text.contains("many") && !text.contains("soon"), "content in {text}");
}

#[test]
fn id_lists_lose_only_their_bad_items() {
    let sample = read::<Sample>(r#"{"id":1,"batches":[5,null,"6",7.0,"x",true,5,99999999999]}"#);
    assert_eq!(sample.value.batch_ids, [5, 6, 7, 5]);
    assert_eq!(sample.issues.len(), 1);
    assert_eq!(read::<Sample>(r#"{"id":1,"batches":9}"#).value.batch_ids, [9]);
    assert_eq!(read::<Sample>(r#"{"id":1,"batches":null}"#).value.batch_ids, [0; 0]);
    assert_eq!(issues::<Sample>(r#"{"id":1,"batches":"none"}"#), ["batch_ids: not an integer"]);
}

#[test]
fn long_texts_are_cut_at_whole_characters() {
    let name = "é".repeat(100_000);
    let customer = read::<Customer>(&format!("{{\"id\":1,\"customer_name\":\"{name}\"}}"));
    let kept = customer.value.name.expect("a name");
    assert_eq!(kept.chars().count(), TEXT_LIMIT);
    assert_eq!(customer.issues.len(), 1);
    let exact = "é".repeat(TEXT_LIMIT);
    assert!(issues::<Customer>(&format!("{{\"id\":1,\"customer_name\":\"{exact}\"}}")).is_empty());
}

#[test]
fn nul_and_half_characters_are_removed_and_noted() {
    let customer = read::<Customer>(r#"{"id":1,"customer_name":"Al\u0000der \ud83c"}"#);
    assert_eq!(customer.value.name.as_deref(), Some("Alder \u{fffd}"));
    assert_eq!(customer.issues.len(), 2);
    let odd_keys = raw(r#"{"id":1,"a\u0000\ud800":{"\ud800":1},"customer_name":"x"}"#);
    assert_eq!(odd_keys.storable_json(), "{\"id\":1,\"a\u{fffd}\":{\"\u{fffd}\":1},\"customer_name\":\"x\"}");
    assert_eq!(
        decode::<Customer>(&odd_keys, &DecodeOptions::utc()).expect("a record").value.name.as_deref(),
        Some("x")
    );
}

#[test]
fn four_hundred_levels_are_stored_as_they_are() {
    let deep = format!("{}{}", "{\"a\":[".repeat(200), "]}".repeat(200));
    let json = format!("{{\"id\":1,\"state\":\"X\",\"worksheet_data\":{deep}}}");
    let test = read::<Test>(&json);
    assert_eq!(test.value.worksheet_raw.as_deref(), Some(deep.as_str()));
    assert_eq!(test.value.state.as_deref(), Some("X"));
    assert_eq!(raw(&json).storable_json(), json);
}

#[test]
fn weights_and_flags_of_any_kind_are_read_or_noted() {
    let weight = |json: &str| read::<Sample>(&format!("{{\"id\":1,\"sample_weight\":{json}}}")).value.sample_weight;
    assert_eq!(weight("\"6,3\"").as_deref(), Some("6.3"));
    assert_eq!(weight("6.34").as_deref(), Some("6.34"));
    assert_eq!(weight("1e2").as_deref(), Some("100"));
    assert_eq!(weight("\"ND\""), None);
    assert_eq!(issues::<Sample>(r#"{"id":1,"sample_weight":"ND"}"#), ["sample_weight: not a decimal quantity"]);
    assert!(issues::<Sample>(r#"{"id":1,"sample_weight":" "}"#).is_empty());
    let flag = |json: &str| read::<Sample>(&format!("{{\"id\":1,\"has_report\":{json}}}")).value.has_report;
    assert_eq!((flag("1"), flag("\"False\""), flag("null"), flag("2")), (Some(true), Some(false), None, None));
}

/// JSON text of any shape, with odd escapes, numbers and repeated names.
fn any_json() -> impl Strategy<Value = String> {
    json_with(
        prop_oneof!["-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,5})?", "[1-9][0-9]{300,320}"].boxed(),
    )
}

fn json_with(number: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "[a-z0-9 /:.,-]{0,12}",
        "(\\\\u0000|\\\\ud8[0-9a-f]{2}|\\\\udc00|\\\\n|\\\\\\\\|\\\\\"|\\\\/|é|🧪|\\\\u00e9|x){0,6}",
    ]
    .prop_map(|inside| format!("\"{inside}\""));
    let scalar = prop_oneof![Just("null".to_owned()), Just("true".to_owned()), number, text.clone()];
    scalar.prop_recursive(6, 60, 8, move |inner| {
        let name = prop_oneof![
            text.clone(),
            prop::sample::select(
                &[
                    "\"id\"",
                    "\"state\"",
                    "\"batches\"",
                    "\"date_created\"",
                    "\"assay\"",
                    "\"worksheet_data\"",
                    "\"accessioning_type\"",
                    "\"sample_weight\"",
                    "\"qb1f\"",
                    "\"tests\"",
                    "\"customer_name\""
                ][..]
            )
            .prop_map(str::to_owned),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(|items| format!("[{}]", items.join(" , "))),
            prop::collection::vec((name, inner), 0..8).prop_map(|members| {
                let members: Vec<_> = members.into_iter().map(|(name, value)| format!("{name} :{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

fn read_all(raw: &RawRecord) {
    let options = DecodeOptions::utc();
    let _ = decode::<Customer>(raw, &options);
    let _ = decode::<Order>(raw, &options);
    let _ = decode::<Sample>(raw, &options);
    let _ = decode::<Test>(raw, &options);
    let _ = decode::<Batch>(raw, &options);
    let _ = decode::<Assay>(raw, &options);
}

proptest! {
    #[test]
    fn any_json_is_decoded_or_refused_without_panic(json in any_json()) {
        read_all(&raw(&json));
    }

    #[test]
    fn stored_text_is_good_json_and_storing_it_again_changes_nothing(json in any_json()) {
        let stored = raw(&json).storable_json().into_owned();
        let value: serde_json::Value = serde_json::from_str(&stored).expect("ordinary readers read it");
        prop_assert!(!has_nul(&value));
        prop_assert_eq!(raw(&stored).storable_json().into_owned(), stored);
    }

    #[test]
    fn the_hash_is_the_same_before_and_after_storing(json in any_json()) {
        let received = raw(&json);
        let stored = raw(&received.storable_json());
        prop_assert_eq!(received.content_hashes(), stored.content_hashes());
    }

    #[test]
    fn the_hash_survives_a_round_trip_that_orders_keys_and_drops_repetitions(json in json_with("(0|-?[1-9][0-9]{0,16})".boxed())) {
        let received = raw(&json);
        // As `jsonb` does: an ordered map in which the last of repeated names stays.
        let value: serde_json::Value = serde_json::from_str(&received.storable_json()).expect("json");
        let printed = raw(&serde_json::to_string(&value).expect("json"));
        prop_assert_eq!(received.content_hash(), printed.content_hash());
    }
}

fn has_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(has_nul),
        serde_json::Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}
