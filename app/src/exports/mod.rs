//! What can be taken away: the tables of the pages by name, and what a page says for those who do not open it. Each comes
//! from the port call and the table definition that its page uses, so a file or a mail holds exactly what is seen. It
//! knows no file format and no HTTP.

mod customers;
mod mix;
mod operations;
mod overview;
mod priority;
mod quality;
mod turnaround;

use crate::components::Unit;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::overview::{Figure, Scope};
use crate::model::sheet::Sheet;
use crate::ports::Ports;

/// A wish for a table: from which view, in which language.
pub struct Wish<'a> {
    /// The URL query of the page.
    pub query: &'a str,
    /// The language of headings and words.
    pub lang: Lang,
    /// Where the figures come from.
    pub ports: &'a Ports,
}

impl Wish<'_> {
    /// The filter of the page.
    ///
    /// # Errors
    /// Names the first parameter whose value cannot be used.
    pub fn filter(&self) -> Result<Filter, AppError> {
        Ok(Filter::parse(self.query)?)
    }
}

/// The table with this name. A page adds its tables in a file of its own, one arm here for all of them.
///
/// # Errors
/// [`AppError::NotFound`] for names that no page has; else as the page's port says.
pub async fn sheet(name: &str, wish: Wish<'_>) -> Result<Sheet, AppError> {
    let (page, table) = name.split_once('-').unwrap_or((name, ""));
    match page {
        "customers" => customers::sheet(table, &wish).await,
        "mix" => mix::sheet(table, &wish).await,
        "operations" => operations::sheet(table, &wish).await,
        "overview" => overview::sheet(table, &wish).await,
        "priority" => priority::sheet(table, &wish).await,
        "quality" => quality::sheet(table, &wish).await,
        "turnaround" => turnaround::sheet(table, &wish).await,
        _ => Err(AppError::NotFound),
    }
}

/// A key figure in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// Its value, as the page writes it.
    pub value: String,
    /// The change against the period compared with; absent where there is nothing to compare.
    pub change: Option<String>,
}

impl Line {
    fn of(name: &str, figure: &Figure, unit: Unit, lang: Lang) -> Self {
        let change = unit.change(figure.value, figure.previous, lang);
        Self { name: name.to_owned(), value: unit.text(figure.value, lang), change }
    }

    fn plain(name: &str, value: String) -> Self {
        Self { name: name.to_owned(), value, change: None }
    }
}

/// Everything that a page says in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// Days, laboratory, moment.
    pub scope: Scope,
    /// The key figures.
    pub lines: Vec<Line>,
    /// The tables with the names that they have as files, in the order of the page.
    pub sheets: Vec<(String, Sheet)>,
}

/// What the dashboard at `path` says.
///
/// # Errors
/// [`AppError::NotFound`] for other pages; else as the page's port says.
pub async fn digest(path: &str, wish: Wish<'_>) -> Result<Digest, AppError> {
    match path {
        "/" => overview::digest(&wish).await,
        "/customers" => customers::digest(&wish).await,
        "/mix" => mix::digest(&wish).await,
        "/operations" => operations::digest(&wish).await,
        "/priority" => priority::digest(&wish).await,
        "/quality" => quality::digest(&wish).await,
        "/turnaround" => turnaround::digest(&wish).await,
        _ => Err(AppError::NotFound),
    }
}

/// The tables of a page under their names as files.
fn all(page: &str, tables: &[&str], one: impl Fn(&str) -> Sheet) -> Vec<(String, Sheet)> {
    tables.iter().map(|table| (format!("{page}-{table}"), one(table))).collect()
}
