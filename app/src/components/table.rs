//! Parts of data tables: headers that sort by a link, rows that open, paging. All of it is state in the URL.

use super::icon::{Symbol, icon};
use super::lead::{lead, may_open};
use crate::i18n::use_lang;
use leptos::prelude::*;

/// The order of a table: a column of its own choosing, up or down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// The column's word in the URL.
    pub column: String,
    /// Greatest first.
    pub descending: bool,
}

impl Sort {
    /// Reads `column` or `-column`.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let (column, descending) = word.strip_prefix('-').map_or((word, false), |column| (column, true));
        Self { column: column.to_owned(), descending }
    }

    /// The word that reads back as this order.
    #[must_use]
    pub fn word(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.column)
    }

    /// The order that a click on this column's header asks for: the other direction of the current column, else
    /// greatest first for numbers and least first for words.
    #[must_use]
    pub fn toggled(&self, column: &str, numeric: bool) -> Self {
        let descending = if self.column == column { !self.descending } else { numeric };
        Self { column: column.to_owned(), descending }
    }
}

/// The header of a column that sorts: a link that asks for the other order.
#[component]
pub fn SortHeader<F>(
    /// The column's heading.
    #[prop(into)]
    text: String,
    /// The column's word.
    column: &'static str,
    /// The order in force.
    sort: Sort,
    /// Makes the link for an order.
    href: F,
    /// True for columns of numbers.
    #[prop(optional)]
    numeric: bool,
    /// Further classes, such as `a-x` for columns that a phone does not show.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView
where
    F: Fn(&Sort) -> String,
{
    let active = sort.column == column;
    let order = match (active, sort.descending) {
        (false, _) => None,
        (true, true) => Some("descending"),
        (true, false) => Some("ascending"),
    };
    let arrow = match order {
        Some("descending") => Some(Symbol::Chevron),
        Some(_) => Some(Symbol::Up),
        None => None,
    };
    let link = href(&sort.toggled(column, numeric));
    let class = format!("{}{class}", if numeric { "num " } else { "" });
    let heading = lead(link, "sort", view! { {text}{arrow.map(icon)} });
    view! { <th scope="col" class=class aria-sort=order>{heading}</th> }
}

/// The chevron of a row that opens. It is a link to the page with the row open, so it works without scripts; with them
/// the router follows it in place.
#[component]
pub fn RowToggle(
    /// What opens: "Samples of ORD-1".
    #[prop(into)]
    label: String,
    /// Whether it is open.
    open: bool,
    /// The page with the row in the other state.
    #[prop(into)]
    href: String,
    /// The id of the row that opens.
    #[prop(into)]
    controls: String,
) -> impl IntoView {
    let controls = open.then_some(controls);
    view! {
        <a
            class="tog"
            href=href
            aria-label=label
            aria-expanded=open.to_string()
            aria-controls=controls
            data-noscroll=""
        >
            {icon(Symbol::Right)}
        </a>
    }
}

/// Paging by links: what is shown, and where to go.
#[component]
pub fn Pager(
    /// What is shown: "34 orders, oldest first".
    #[prop(into)]
    summary: String,
    /// The page before.
    #[prop(optional, into)]
    previous: Option<String>,
    /// The page after.
    #[prop(optional, into)]
    next: Option<String>,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <nav class="pager" aria-label=lang.pages()>
            <span class="grow">{summary}</span>
            {previous.filter(|href| may_open(href)).map(|href| view! { <a class="btn sm" rel="prev" href=href>{lang.previous_page()}</a> })}
            {next.filter(|href| may_open(href)).map(|href| view! { <a class="btn sm" rel="next" href=href>{lang.next_page()}</a> })}
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::Sort;

    #[test]
    fn an_order_survives_its_word() {
        for word in ["age", "-age"] {
            assert_eq!(Sort::parse(word).word(), word);
        }
    }

    #[test]
    fn a_second_click_turns_the_order_round_and_numbers_begin_with_the_greatest() {
        let by_age = Sort::parse("-age");
        assert_eq!(by_age.toggled("age", true).word(), "age");
        assert_eq!(by_age.toggled("tests", true).word(), "-tests");
        assert_eq!(by_age.toggled("customer", false).word(), "customer");
    }
}
