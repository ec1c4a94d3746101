//! Search by id, number, name, METRC tag and alias. Close hits are those that are, begin with or hold the words; where
//! a kind has none, names that look like the words are taken instead. Words are compared in the schema's `search_form`,
//! which the tables hold ready.

use super::{Pool, containing, escaped};
use crate::db::DbError;
use sqlx::{Executor as _, PgExecutor, Postgres, Transaction};

/// A record found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its id.
    pub id: i32,
    /// Its printed number or name.
    pub title: Option<String>,
    /// What else of it answered to the words.
    pub matched: Option<String>,
    /// What it belongs to.
    pub context: Option<String>,
    /// Its state.
    pub state: Option<String>,
    /// 0 for the words themselves, 1 for a beginning, 2 for a part, 3 for a likeness.
    pub closeness: i32,
}

/// Words to look for, and the id that they may be.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The words, trimmed and not empty.
    pub text: &'a str,
    /// The id that they name.
    pub id: Option<i32>,
    /// The most hits wanted.
    pub limit: i64,
}

impl Words<'_> {
    fn beginning(&self) -> String {
        format!("{}%", escaped(self.text))
    }

    fn part(&self) -> String {
        containing(self.text)
    }
}

/// A view of the database for one search. Its statements are planned for the very words: how often they occur decides
/// whether an index helps, and a plan for any words does not know.
///
/// # Errors
/// As the database says.
pub async fn begin(pool: &Pool) -> Result<Transaction<'static, Postgres>, DbError> {
    let mut transaction = super::snapshot(pool).await?;
    transaction.execute("set local plan_cache_mode = force_custom_plan").await?;
    Ok(transaction)
}

/// Customers whose name or alias holds the words.
///
/// # Errors
/// As the database says.
pub async fn customers(db: impl PgExecutor<'_>, words: Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with names as (
            select id, name, name as matched, search_name as form from customers where not hidden
            union all
            select c.id, c.name, alias, search_form(alias)
            from customers c
            cross join lateral jsonb_array_elements_text(
                case jsonb_typeof(c.aliases) when 'array' then c.aliases else '[]' end) alias
            where not c.hidden
        ), scored as (
            select id, name, matched, case when id = $1 or form = search_form($2) then 0
                when form like search_form($3) then 1 else 2 end as closeness
            from names where id = $1 or form like search_form($4)
        ), best as (
            select distinct on (id) id, name, matched, closeness
            from scored order by id, closeness, matched <> name
        )
        select id as "id!", name as title, nullif(matched, name) as matched, null as context, null as state,
            closeness as "closeness!"
        from best order by closeness, name collate "C", id limit $5
        "#,
        words.id,
        words.text,
        words.beginning(),
        words.part(),
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// Customers whose name or alias looks like the words.
///
/// # Errors
/// As the database says.
pub async fn customers_alike(db: impl PgExecutor<'_>, words: Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with names as (
            select id, name, name as matched, search_name as form from customers where not hidden
            union all
            select c.id, c.name, alias, search_form(alias)
            from customers c
            cross join lateral jsonb_array_elements_text(
                case jsonb_typeof(c.aliases) when 'array' then c.aliases else '[]' end) alias
            where not c.hidden
        ), scored as (
            select id, name, matched,
                greatest(similarity(form, search_form($1)), word_similarity(search_form($1), form)) as likeness
            from names
        ), best as (
            select distinct on (id) id, name, matched, likeness
            from scored where likeness >= 0.4 order by id, likeness desc, matched <> name
        )
        select id as "id!", name as title, nullif(matched, name) as matched, null as context, null as state,
            3 as "closeness!"
        from best order by likeness desc, name collate "C", id limit $2
        "#,
        words.text,
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// Orders whose number holds the words.
///
/// # Errors
/// As the database says.
pub async fn orders(db: impl PgExecutor<'_>, words: Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with best as (
            select id, case when id = $1 or search_number = search_form($2) then 0
                when search_number like search_form($3) then 1 else 2 end as closeness
            from orders where not hidden and (id = $1 or search_number like search_form($4))
            order by 2, 1 desc limit $5
        )
        select o.id as "id!", o.custom_formatted_id as title, null as matched, c.name as "context?", o.state,
            b.closeness as "closeness!"
        from best b join orders o on o.id = b.id left join customers c on c.id = o.customer_account_id
        order by b.closeness, o.id desc
        "#,
        words.id,
        words.text,
        words.beginning(),
        words.part(),
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// Orders whose number looks like the words.
///
/// # Errors
/// As the database says.
pub async fn orders_alike(db: impl PgExecutor<'_>, words: Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with best as (
            select id, similarity(search_number, search_form($1)) as likeness
            from orders where not hidden and search_number % search_form($1)
            order by 2 desc, 1 desc limit $2
        )
        select o.id as "id!", o.custom_formatted_id as title, null as matched, c.name as "context?", o.state,
            3 as "closeness!"
        from best b join orders o on o.id = b.id left join customers c on c.id = o.customer_account_id
        where b.likeness >= 0.5
        order by b.likeness desc, o.id desc
        "#,
        words.text,
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// Samples whose number, name or METRC tag holds the words.
///
/// # Errors
/// As the database says.
pub async fn samples(db: impl PgExecutor<'_>, words: Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with best as (
            select id, case
                    when id = $1 or search_form($2) in (search_number, search_name, search_tag) then 0
                    when search_number like search_form($3) or search_name like search_form($3)
                        or search_tag like search_form($3) then 1
                    else 2
                end as closeness
            from samples
            where not hidden and (id = $1 or search_number like search_form($4) or search_name like search_form($4)
                or search_tag like search_form($4))
            order by 2, 1 desc limit $5
        )
        select s.id as "id!", s.custom_formatted_id as title,
            case when s.search_tag like search_form($4) then s.metrc_id else s.sample_name end as matched,
            coalesce(o.custom_formatted_id, c.name) as "context?", s.state, b.closeness as "closeness!"
        from best b join samples s on s.id = b.id left join orders o on o.id = s.order_id
        left join customers c on c.id = s.customer_id
        order by b.closeness, s.id desc
        "#,
        words.id,
        words.text,
        words.beginning(),
        words.part(),
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// Samples whose name looks like the words.
///
/// # Errors
/// As the database says.
pub async fn samples_alike(db: impl PgExecutor<'_>, words: Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with best as (
            select id, similarity(search_name, search_form($1)) as likeness
            from samples where not hidden and search_name % search_form($1)
            order by 2 desc, 1 desc limit $2
        )
        select s.id as "id!", s.custom_formatted_id as title, s.sample_name as matched,
            coalesce(o.custom_formatted_id, c.name) as "context?", s.state, 3 as "closeness!"
        from best b join samples s on s.id = b.id left join orders o on o.id = s.order_id
        left join customers c on c.id = s.customer_id
        where b.likeness >= 0.4
        order by b.likeness desc, s.id desc
        "#,
        words.text,
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// Batches whose name holds the words.
///
/// # Errors
/// As the database says.
pub async fn batches(db: impl PgExecutor<'_>, words: Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with best as (
            select id, case when id = $1 or search_name = search_form($2) then 0
                when search_name like search_form($3) then 1 else 2 end as closeness
            from batches where not hidden and (id = $1 or search_name like search_form($4))
            order by 2, 1 desc limit $5
        )
        select b.id as "id!", b.display_name as title, null as matched, a.title as "context?", b.state,
            x.closeness as "closeness!"
        from best x join batches b on b.id = x.id left join assays a on a.id = b.assay_id
        order by x.closeness, b.id desc
        "#,
        words.id,
        words.text,
        words.beginning(),
        words.part(),
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// Batches whose name looks like the words.
///
/// # Errors
/// As the database says.
pub async fn batches_alike(db: impl PgExecutor<'_>, words: Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with best as (
            select id, similarity(search_name, search_form($1)) as likeness
            from batches where not hidden and search_name % search_form($1)
            order by 2 desc, 1 desc limit $2
        )
        select b.id as "id!", b.display_name as title, null as matched, a.title as "context?", b.state,
            3 as "closeness!"
        from best x join batches b on b.id = x.id left join assays a on a.id = b.assay_id
        where x.likeness >= 0.5
        order by x.likeness desc, b.id desc
        "#,
        words.text,
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// The test with this id.
///
/// # Errors
/// As the database says.
pub async fn test(db: impl PgExecutor<'_>, id: i32) -> Result<Option<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        select t.id, t.title, t.label_abbr as matched, coalesce(s.custom_formatted_id, s.sample_name) as "context?",
            t.state, 0 as "closeness!"
        from tests t left join samples s on s.id = t.sample_id
        where t.id = $1 and not t.hidden
        "#,
        id,
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}
