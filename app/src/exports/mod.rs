//! What can be taken away: the tables of the pages by name. Each comes from the port call and the table definition
//! that its page uses, so a file holds exactly what is seen. It knows no file format and no HTTP.

mod customers;
mod mix;
mod operations;
mod overview;
mod priority;
mod quality;
mod turnaround;

use crate::error::AppError;
use crate::i18n::Lang;
use crate::model::filter::Filter;
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
