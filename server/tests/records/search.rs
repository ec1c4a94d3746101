//! Search: exact before prefix before part before likeness, and nothing that a wildcard made.

use crate::lab::{customer, order, records, run, sample, small};
use app::error::AppError;
use app::model::records::RecordKind::{self, Batches, Customers, Orders, Samples, Tests};
use app::model::records::search::{Closeness, MAX_HITS};
use app::ports::RecordsPort as _;
use sqlx::PgPool;

/// What a search finds: kind, id, closeness.
async fn found(pool: &PgPool, text: &str) -> Vec<(RecordKind, i32, Closeness)> {
    let results = records(pool).search(text).await.expect(text);
    results.groups.iter().flat_map(|group| group.hits.iter().map(|hit| (group.kind, hit.id, hit.closeness))).collect()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_id_finds_the_record_of_any_kind_and_a_prefix_only_its_kind(pool: PgPool) {
    small(&pool).await;
    customer(&pool, 30, "Mossgate Labs").await;
    assert_eq!(found(&pool, "30").await, [(Tests, 30, Closeness::Exact), (Customers, 30, Closeness::Exact)]);
    assert_eq!(found(&pool, "T-30").await, [(Tests, 30, Closeness::Exact)]);
    assert_eq!(found(&pool, "b-40").await, [(Batches, 40, Closeness::Exact)]);
    assert_eq!(found(&pool, "2147483648").await, []);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn printed_numbers_names_and_tags_are_found_by_any_part_the_closest_first(pool: PgPool) {
    small(&pool).await;
    order(&pool, 1, 1, 1.0, "CREATED").await;
    run(
        &pool,
        "update orders set custom_formatted_id = 'ORD-1' where id = 10; \
         update orders set custom_formatted_id = 'ORD-12' where id = 1; \
         update samples set metrc_id = '1A400001', sample_name = 'Niebla ORD-1' where id = 20",
    )
    .await;
    assert_eq!(
        found(&pool, "ord-1").await,
        [(Orders, 10, Closeness::Exact), (Orders, 1, Closeness::Exact), (Samples, 20, Closeness::Part),]
    );
    assert_eq!(found(&pool, "1a4000").await, [(Samples, 20, Closeness::Prefix)]);
    let results = records(&pool).search("1a400001").await.expect("a search");
    let hit = &results.groups[0].hits[0];
    assert_eq!(
        (hit.closeness, hit.matched.as_deref(), hit.context.as_deref()),
        (Closeness::Exact, Some("1A400001"), Some("ORD-1"))
    );
    assert_eq!(found(&pool, "week 46").await, [(Batches, 40, Closeness::Part)]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn customers_are_found_by_alias_without_accents_and_with_a_typo(pool: PgPool) {
    customer(&pool, 1, "Peñón Verde S.A.").await;
    customer(&pool, 2, "Fernholt Farms").await;
    run(&pool, r#"update customers set aliases = '["Cañada Ltd"]' where id = 1"#).await;
    assert_eq!(found(&pool, "penon").await, [(Customers, 1, Closeness::Prefix)]);
    assert_eq!(found(&pool, "PEÑÓN VERDE S.A.").await, [(Customers, 1, Closeness::Exact)]);
    let results = records(&pool).search("canada").await.expect("a search");
    assert_eq!(results.groups[0].hits[0].matched.as_deref(), Some("Cañada Ltd"));
    assert_eq!(results.groups[0].hits[0].title.as_deref(), Some("Peñón Verde S.A."));
    assert_eq!(found(&pool, "Fernhlot Farms").await, [(Customers, 2, Closeness::Similar)]);
    assert_eq!(found(&pool, "Quagmire").await, []);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn wildcards_quotes_and_json_punctuation_are_characters(pool: PgPool) {
    customer(&pool, 1, "Fernholt Farms").await;
    customer(&pool, 2, "50%_off\\ Labs").await;
    for (text, expected) in
        [("%", &[2][..]), ("_", &[2]), ("\\", &[2]), ("50%_", &[2]), ("F%m", &[]), ("[\"", &[]), ("', ''", &[])]
    {
        let ids: Vec<i32> = found(&pool, text).await.into_iter().map(|(_, id, _)| id).collect();
        assert_eq!(ids, expected, "{text}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_group_is_cut_and_says_so(pool: PgPool) {
    customer(&pool, 1, "Fernholt Farms").await;
    for id in 1..=25 {
        order(&pool, id, 1, 1.0, "CREATED").await;
        sample(&pool, id, id, "REGISTERED").await;
    }
    let results = records(&pool).search("ORD-26-").await.expect("a search");
    assert_eq!(results.groups.len(), 1);
    assert_eq!((results.groups[0].hits.len(), results.groups[0].more), (MAX_HITS, true));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn blanks_find_nothing_and_what_cannot_be_words_is_refused(pool: PgPool) {
    small(&pool).await;
    assert_eq!(found(&pool, "   ").await, []);
    for text in ["a\0b".to_owned(), "x".repeat(300)] {
        assert!(matches!(records(&pool).search(&text).await, Err(AppError::Invalid { .. })));
    }
}
