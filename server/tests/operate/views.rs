//! The views for business intelligence tools: their description, and what their role may see.

use sqlx::PgPool;

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_data_dictionary_in_the_docs_is_the_databases(pool: PgPool) {
    let mut table = String::new();
    let mut last = String::new();
    for column in server::db::bi::columns(&pool).await.expect("columns") {
        if column.view != last {
            let head = "| Column | Type | Meaning |\n| --- | --- | --- |\n";
            table.push_str(&format!("\n### bi.{}\n\n{}.\n\n{head}", column.view, column.about));
            last.clone_from(&column.view);
        }
        table.push_str(&format!("| `{}` | {} | {} |\n", column.name, column.kind, column.meaning));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/bi.md");
    let text = std::fs::read_to_string(path).expect("docs/bi.md");
    let mark = "<!-- made from the database -->\n";
    let fresh = format!("{}{mark}{table}", text.split_once(mark).expect("the mark").0);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &fresh).expect("written");
    }
    assert_eq!(text, fresh, "stale: run this test with UPDATE_DOCS=1 and commit docs/bi.md");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_role_of_those_tools_reads_the_views_and_nothing_else(pool: PgPool) {
    sqlx::raw_sql(
        "insert into customers (id, name, raw_payload) values (1, 'Seen', '{}'), (2, 'Hidden', '{}');
         insert into banned_entities (entity_type, entity_id) values ('customer', 2);",
    )
    .execute(&pool)
    .await
    .expect("filled");
    let mut reader = pool.acquire().await.expect("a connection");
    sqlx::query("set role benchwatch_reader").execute(&mut *reader).await.expect("the role is there");
    let seen: Vec<String> =
        sqlx::query_scalar("select customer from bi.customers").fetch_all(&mut *reader).await.expect("it may read");
    assert_eq!(seen, ["Seen"]);
    for forbidden in ["select 1 from users", "select 1 from customers", "delete from bi.customers"] {
        let refused = sqlx::query(forbidden).execute(&mut *reader).await;
        let code = refused.expect_err(forbidden).as_database_error().and_then(|error| Some(error.code()?.into_owned()));
        assert_eq!(code.as_deref(), Some("42501"), "{forbidden}");
    }
    sqlx::query("reset role").execute(&mut *reader).await.expect("back");
}
