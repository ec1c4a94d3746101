//! Search by id, number, name, METRC tag and alias. Close hits are those that are, begin with or hold the words; where
//! a kind has none, names that look like the words are taken instead.

use super::{containing, escaped};
use crate::db::DbError;
use sqlx::PgExecutor;

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

/// Words to look for, and the id they may be.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    /// The words, trimmed and not empty.
    pub text: &'a str,
    /// The id that they name.
    pub id: Option<i32>,
    /// True to look for likeness instead of the words themselves.
    pub alike: bool,
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

/// Customers, by name and aliases.
///
/// # Errors
/// As the database says.
pub async fn customers(db: impl PgExecutor<'_>, words: &Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with names as (
            select c.id, c.name, n.name as matched, search_form(n.name) as form
            from customers c
            cross join lateral (
                select c.name union select alias from jsonb_array_elements_text(
                    case jsonb_typeof(c.aliases) when 'array' then c.aliases else '[]' end) alias
            ) n
            where not c.hidden
        ), scored as (
            select id, name, matched, case
                    when id = $1 or form = search_form($2) then 0
                    when form like search_form($3) then 1
                    when form like search_form($4) then 2
                    when $5 and greatest(similarity(form, search_form($2)), word_similarity(search_form($2), form)) >= 0.4
                        then 3
                end as closeness,
                greatest(similarity(form, search_form($2)), word_similarity(search_form($2), form)) as likeness
            from names
        ), best as (
            select distinct on (id) id, name, matched, closeness, likeness
            from scored where closeness is not null
            order by id, closeness, likeness desc, matched <> name
        )
        select id as "id!", name as title, nullif(matched, name) as matched, null as context, null as state,
            closeness as "closeness!"
        from best order by closeness, likeness desc, name collate "C", id limit $6
        "#,
        words.id,
        words.text,
        words.beginning(),
        words.part(),
        words.alike,
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// Orders, by id and number.
///
/// # Errors
/// As the database says.
pub async fn orders(db: impl PgExecutor<'_>, words: &Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with scored as (
            select o.id, case
                    when o.id = $1 or search_form(o.custom_formatted_id) = search_form($2) then 0
                    when search_form(o.custom_formatted_id) like search_form($3) then 1
                    when search_form(o.custom_formatted_id) like search_form($4) then 2
                    else 3
                end as closeness,
                coalesce(similarity(search_form(o.custom_formatted_id), search_form($2)), 0) as likeness
            from orders o
            where not o.hidden and (o.id = $1
                or (not $5 and search_form(o.custom_formatted_id) like search_form($4))
                or ($5 and search_form(o.custom_formatted_id) % search_form($2)))
        )
        select o.id as "id!", o.custom_formatted_id as title, null as matched, c.name as "context?", o.state,
            s.closeness as "closeness!"
        from scored s join orders o on o.id = s.id left join customers c on c.id = o.customer_account_id
        where s.closeness < 3 or s.likeness >= 0.5
        order by s.closeness, s.likeness desc, o.id desc limit $6
        "#,
        words.id,
        words.text,
        words.beginning(),
        words.part(),
        words.alike,
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// Samples, by id, number, name and METRC tag; only names can be alike.
///
/// # Errors
/// As the database says.
pub async fn samples(db: impl PgExecutor<'_>, words: &Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with scored as (
            select s.id, case
                    when s.id = $1 or search_form($2) in (search_form(s.custom_formatted_id), search_form(s.sample_name),
                        search_form(s.metrc_id)) then 0
                    when search_form(s.custom_formatted_id) like search_form($3)
                        or search_form(s.sample_name) like search_form($3)
                        or search_form(s.metrc_id) like search_form($3) then 1
                    when search_form(s.custom_formatted_id) like search_form($4)
                        or search_form(s.sample_name) like search_form($4)
                        or search_form(s.metrc_id) like search_form($4) then 2
                    else 3
                end as closeness,
                coalesce(similarity(search_form(s.sample_name), search_form($2)), 0) as likeness
            from samples s
            where not s.hidden and (s.id = $1
                or (not $5 and (search_form(s.custom_formatted_id) like search_form($4)
                    or search_form(s.sample_name) like search_form($4)
                    or search_form(s.metrc_id) like search_form($4)))
                or ($5 and search_form(s.sample_name) % search_form($2)))
        )
        select s.id as "id!", s.custom_formatted_id as title,
            case when search_form(s.metrc_id) like search_form($4) then s.metrc_id else s.sample_name end as matched,
            coalesce(o.custom_formatted_id, c.name) as "context?", s.state, x.closeness as "closeness!"
        from scored x join samples s on s.id = x.id left join orders o on o.id = s.order_id
        left join customers c on c.id = s.customer_id
        where x.closeness < 3 or x.likeness >= 0.4
        order by x.closeness, x.likeness desc, s.id desc limit $6
        "#,
        words.id,
        words.text,
        words.beginning(),
        words.part(),
        words.alike,
        words.limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

/// Batches, by id and name.
///
/// # Errors
/// As the database says.
pub async fn batches(db: impl PgExecutor<'_>, words: &Words<'_>) -> Result<Vec<Found>, DbError> {
    let found = sqlx::query_as!(
        Found,
        r#"
        with scored as (
            select b.id, case
                    when b.id = $1 or search_form(b.display_name) = search_form($2) then 0
                    when search_form(b.display_name) like search_form($3) then 1
                    when search_form(b.display_name) like search_form($4) then 2
                    else 3
                end as closeness,
                coalesce(similarity(search_form(b.display_name), search_form($2)), 0) as likeness
            from batches b
            where not b.hidden and (b.id = $1
                or (not $5 and search_form(b.display_name) like search_form($4))
                or ($5 and search_form(b.display_name) % search_form($2)))
        )
        select b.id as "id!", b.display_name as title, null as matched, a.title as "context?", b.state,
            s.closeness as "closeness!"
        from scored s join batches b on b.id = s.id left join assays a on a.id = b.assay_id
        where s.closeness < 3 or s.likeness >= 0.5
        order by s.closeness, s.likeness desc, b.id desc limit $6
        "#,
        words.id,
        words.text,
        words.beginning(),
        words.part(),
        words.alike,
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
