//! Lists, single records, the change feed and the check: what is asked, and what is understood.

use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt as _;
use qbench::{Entity, ListQuery, QbenchError, SortBy, SortOrder};

use crate::peer::{Answer, Peer};

#[tokio::test]
async fn a_list_is_asked_for_and_read_as_documented() {
    let peer = Peer::start().await;
    let path = "sample?page_num=3&page_size=50&sort_by=last_updated&sort_order=desc&order_ids=1&order_ids=2&q=a%26b";
    peer.expect(
        path,
        Answer::json(r#"{"total_count":101,"qbde7":"3e9f356fc547","data":[{"id":8},{"id":9}],"total_pages":3}"#),
    );
    let query = ListQuery { page_size: 500, ..ListQuery::page(3) }
        .sorted(SortBy::LastUpdated, SortOrder::Desc)
        .filter("order_ids", 1)
        .filter("order_ids", 2)
        .filter("q", "a&b");
    let page = peer.client().list(Entity::Sample, &query).await.expect("a page");
    assert_eq!(page.records.iter().map(|raw| raw.id()).collect::<Vec<_>>(), [Some(8), Some(9)]);
    assert_eq!((page.total_count, page.total_pages, page.page, page.page_size), (Some(101), Some(3), 3, 50));
    assert!(page.is_last() && !page.mended);
    assert!((Utc::now() - page.server_date.expect("a date")).abs() < TimeDelta::minutes(1));
    let call = &peer.calls()[0];
    let header = |name: &str| call.headers[name].to_str().expect("text").to_owned();
    assert_eq!(header("accept"), "application/json");
    assert!(header("user-agent").starts_with("benchwatch/"));
    assert!(header("accept-encoding").contains("gzip"));
    peer.finish();
}

#[tokio::test]
async fn a_stream_of_records_ends_with_the_last_page() {
    let peer = Peer::start().await;
    peer.expect("order?page_num=1&page_size=2", Answer::page(&[1, 2], 3));
    peer.expect("order?page_num=2&page_size=2", Answer::page(&[3, 4], 3));
    peer.expect("order?page_num=3&page_size=2", Answer::page(&[5], 3));
    let query = ListQuery { page_size: 2, ..ListQuery::default() };
    let records: Vec<_> = peer.client().records(Entity::Order, query).try_collect().await.expect("all");
    assert_eq!(records.iter().filter_map(|raw| raw.id()).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    peer.finish();
}

#[tokio::test]
async fn an_answer_of_another_shape_is_a_broken_contract() {
    let peer = Peer::start().await;
    peer.expect("order", Answer::json("[]")).expect("order/4", Answer::json(r#"{"id":5}"#));
    let client = peer.client();
    let error = client.list(Entity::Order, &ListQuery::page(1)).await.expect_err("no list");
    assert!(matches!(error, QbenchError::Contract { .. }), "{error}");
    let error = client.get(Entity::Order, 4).await.expect_err("another record");
    assert!(error.to_string().contains("record 5 instead"), "{error}");
    peer.finish();
}

#[tokio::test]
async fn a_single_record_comes_with_its_nested_records() {
    let peer = Peer::start().await;
    peer.expect("sample/12", Answer::json(r#"{"qb0ddb":"d","id":12,"tests":[{"id":1},{"id":2}],"state":"X"}"#));
    let raw = peer.client().get(Entity::Sample, 12).await.expect("an answer").expect("a record");
    assert_eq!(raw.nested("tests").iter().filter_map(|test| test.id()).collect::<Vec<_>>(), [1, 2]);
    assert!(raw.as_json().contains("qb0ddb") && !raw.storable_json().contains("qb0ddb"));
    assert!(raw.has_key("state") && !raw.has_key("order_id"));
    peer.finish();
}

#[tokio::test]
async fn the_change_feed_gives_objects_ids_and_deletions() {
    let peer = Peer::start().await;
    peer.expect(
        "updates/order/1760320923?return_objects=true",
        Answer::json(r#"{"updated":[{"id":1,"state":"X"},2],"deleted":[9],"qb1":"0"}"#),
    );
    peer.expect("updates/assay/1760320923", Answer::json(r#"{"deleted":[],"updated":[3]}"#));
    peer.expect("updates/batch/1760320923", Answer::status(404, r#"{"error":"no route"}"#));
    let since = DateTime::from_timestamp(1_760_320_923, 0).expect("a time");
    let client = peer.client();
    let orders = client.updates(Entity::Order, since, true).await.expect("a feed");
    assert_eq!((orders.updated.len(), orders.updated_ids, orders.deleted), (1, vec![2], vec![9]));
    assert!(orders.server_date.is_some());
    let assays = client.updates(Entity::Assay, since, false).await.expect("a feed");
    assert_eq!((assays.updated.len(), assays.updated_ids), (0, vec![3]));
    let error = client.updates(Entity::Batch, since, true).await.expect_err("no feed of batches");
    assert_eq!(error.status(), Some(404));
    peer.finish();
}

#[tokio::test]
async fn a_page_with_one_odd_record_is_mended_and_not_lost() {
    let peer = Peer::start().await;
    peer.expect(
        "test",
        Answer::bytes(b"{\"data\":[{\"id\":1,\"results\":NaN},{\"id\":2,\"state\":\"caf\xe9\t\"}],\"total_pages\":1}"),
    );
    let page = peer.client().list(Entity::Test, &ListQuery::page(1)).await.expect("a page");
    assert_eq!(page.records.len(), 2);
    assert!(page.mended);
    assert_eq!(page.records[0].as_json(), r#"{"id":1,"results":null}"#);
    peer.finish();
}

#[tokio::test]
async fn the_check_tells_how_far_it_came() {
    let peer = Peer::start().await;
    peer.expect("customer?page_num=1&page_size=1", Answer::page(&[1], 9));
    let check = peer.client().check().await;
    assert!(check.is_good());
    assert_eq!(check.api.expect("tried").expect("answered").customers, Some(9));
    assert!(check.clock_skew.expect("known").abs() < TimeDelta::seconds(5));
    assert!(check.token_url.ends_with("/qbench/oauth2/v1/token"));
    peer.token(Answer::status(400, r#"{"error":"invalid_client"}"#));
    let check = peer.client().check().await;
    assert!(!check.is_good() && check.api.is_none());
    assert!(check.token.expect_err("refused").to_string().contains("client secret"));
    peer.finish();
}
