//! Keyset paging over any kind of record: a page goes on where the last one ended, whatever was added meanwhile, and
//! equal values are told apart by the id. Records without a value in the sort column come last in both directions.

use super::{Judgement, Sql, Window, unsigned};
use crate::db::DbError;
use app::model::records::{Direction, ListQuery, Sort};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};

/// Which records are asked for.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The filter and the order.
    pub query: &'a ListQuery,
    /// The days of the filter, where a basis applies them.
    pub window: Option<Window>,
    /// What they are judged by.
    pub judgement: &'a Judgement,
    /// Nothing but this record.
    pub only: Option<i32>,
}

/// The place of a row in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its value in the sort column, as the database prints it.
    pub value: Option<String>,
    /// Its id.
    pub id: i32,
}

/// Part of a list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chunk<T> {
    /// The rows with their places, in the order of the list.
    pub rows: Vec<(Mark, T)>,
    /// True when there are more in the direction that was read.
    pub more: bool,
}

/// The column that a list is ordered by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SortColumn {
    /// SQL of its value.
    pub value: &'static str,
    /// SQL name of its type.
    pub kind: &'static str,
}

impl SortColumn {
    pub const fn time(value: &'static str) -> Self {
        Self { value, kind: "timestamp" }
    }

    pub const fn text(value: &'static str) -> Self {
        Self { value, kind: "text" }
    }
}

/// A kind of record that can be listed.
pub(crate) trait Listed: Sized {
    /// Its alias in the statements below, whose `id` is the record's.
    const ALIAS: &'static str;

    /// Writes the population, with its alias: `visible_orders(…) o`.
    fn push_source(sql: &mut Sql, wanted: &Wanted<'_>);

    /// Writes the further conditions, each beginning with `and`.
    fn push_conditions(sql: &mut Sql, wanted: &Wanted<'_>);

    /// The column of an order; one that the kind does not know is the creation.
    fn column(sort: Sort) -> SortColumn;

    /// Writes what is read of each row of `page (id, key)`: `select page.id, page.key::text as mark, … from page …`.
    fn push_rows(sql: &mut Sql, wanted: &Wanted<'_>);

    /// Reads a row.
    fn read(row: &PgRow, wanted: &Wanted<'_>) -> sqlx::Result<Self>;
}

/// Counts all that the filter leaves.
///
/// # Errors
/// As the database says.
pub(crate) async fn count<T: Listed>(db: &mut PgConnection, wanted: &Wanted<'_>) -> Result<u64, DbError> {
    let mut sql = Sql::new("select count(*) from ");
    push_population::<T>(&mut sql, wanted);
    let total: i64 = sql.build_query_scalar().fetch_one(db).await?;
    Ok(unsigned(total))
}

/// Reads up to `limit` rows from the beginning, after a place or before one.
///
/// # Errors
/// As the database says; [`DbError::Data`] when the value of the mark is not one of the column.
pub(crate) async fn page<T: Listed>(
    db: &mut PgConnection,
    wanted: &Wanted<'_>,
    mark: Option<&Mark>,
    backwards: bool,
    limit: u32,
) -> Result<Chunk<T>, DbError> {
    let (sort, shown) = wanted.query.order_by();
    let direction = if backwards { shown.reversed() } else { shown };
    let column = T::column(sort);
    let most = i64::from(limit) + 1;
    let mut rows = Vec::new();
    for stretch in stretches(mark, backwards) {
        let rest = most - i64::try_from(rows.len()).unwrap_or(most);
        if rest > 0 {
            let mut sql = statement::<T>(wanted, column, stretch, direction, rest);
            for row in sql.build().fetch_all(&mut *db).await? {
                let mark = Mark { value: row.try_get("mark")?, id: row.try_get("id")? };
                rows.push((mark, T::read(&row, wanted)?));
            }
        }
    }
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    if backwards {
        rows.reverse();
    }
    Ok(Chunk { rows, more })
}

/// Reads one record, unless it is hidden or unknown.
///
/// # Errors
/// As the database says.
pub(crate) async fn one<T: Listed>(db: &mut PgConnection, wanted: &Wanted<'_>) -> Result<Option<T>, DbError> {
    let chunk = page::<T>(db, wanted, None, false, 1).await?;
    Ok(chunk.rows.into_iter().next().map(|(_, row)| row))
}

/// A stretch of a list: the rows with a value or those without, all of them or those beyond a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stretch<'m> {
    Valued(Option<(&'m str, i32)>),
    Missing(Option<i32>),
}

/// The stretches to read, in reading order.
fn stretches(mark: Option<&Mark>, backwards: bool) -> Vec<Stretch<'_>> {
    let place = mark.map(|mark| (mark.value.as_deref(), mark.id));
    match (place, backwards) {
        (None, false) => vec![Stretch::Valued(None), Stretch::Missing(None)],
        (None, true) => vec![Stretch::Missing(None), Stretch::Valued(None)],
        (Some((Some(value), id)), false) => vec![Stretch::Valued(Some((value, id))), Stretch::Missing(None)],
        (Some((Some(value), id)), true) => vec![Stretch::Valued(Some((value, id)))],
        (Some((None, id)), false) => vec![Stretch::Missing(Some(id))],
        (Some((None, id)), true) => vec![Stretch::Missing(Some(id)), Stretch::Valued(None)],
    }
}

fn push_population<T: Listed>(sql: &mut Sql, wanted: &Wanted<'_>) {
    T::push_source(sql, wanted);
    sql.push(" where true");
    if let Some(id) = wanted.only {
        sql.push(format_args!(" and {}.id = ", T::ALIAS)).push_bind(id);
    }
    T::push_conditions(sql, wanted);
}

fn statement<T: Listed>(
    wanted: &Wanted<'_>,
    column: SortColumn,
    stretch: Stretch<'_>,
    direction: Direction,
    limit: i64,
) -> Sql {
    let SortColumn { value, kind } = column;
    let (id, order) = (format!("{}.id", T::ALIAS), direction.slug());
    let beyond = match direction {
        Direction::Ascending => ">",
        Direction::Descending => "<",
    };
    let mut sql = Sql::new(format!("with page as (select {id} as id, ({value})::{kind} as key from "));
    push_population::<T>(&mut sql, wanted);
    match stretch {
        Stretch::Valued(None) => {
            sql.push(format_args!(" and ({value}) is not null order by {value} {order}, {id} {order}"));
        }
        Stretch::Valued(Some((key, after))) => {
            sql.push(format_args!(" and ({value}, {id}) {beyond} ("));
            sql.push_bind(key.to_owned()).push(format_args!("::text::{kind}, ")).push_bind(after);
            sql.push(format_args!(") order by {value} {order}, {id} {order}"));
        }
        Stretch::Missing(after) => {
            sql.push(format_args!(" and ({value}) is null"));
            if let Some(after) = after {
                sql.push(format_args!(" and {id} {beyond} ")).push_bind(after);
            }
            sql.push(format_args!(" order by {id} {order}"));
        }
    }
    sql.push(" limit ").push_bind(limit).push(") ");
    T::push_rows(&mut sql, wanted);
    sql.push(format_args!(" order by page.key {order}, page.id {order}"));
    sql
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn reading_on_from_a_value_reaches_the_rows_without_one_and_reading_back_does_not() {
        let mark = Mark { value: Some("7".to_owned()), id: 3 };
        assert_eq!(stretches(Some(&mark), false), [Stretch::Valued(Some(("7", 3))), Stretch::Missing(None)]);
        assert_eq!(stretches(Some(&mark), true), [Stretch::Valued(Some(("7", 3)))]);
        let bare = Mark { value: None, id: 3 };
        assert_eq!(stretches(Some(&bare), true), [Stretch::Missing(Some(3)), Stretch::Valued(None)]);
    }
}
