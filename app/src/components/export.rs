//! Taking away what a card shows: the numbers as CSV or XLSX through the server's one export route, a drawing as PNG
//! or SVG from the chart element. The links work without scripts; the drawings need them.

use super::icon::{Symbol, icon};
use super::lead::may_open;
use crate::i18n::use_lang;
use crate::model::filter::Filter;
use leptos::prelude::*;

/// Where the numbers of a card can be had: the name of a table in `app::exports` and the view that it is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    name: &'static str,
    query: String,
}

impl Export {
    /// The table of this name for a filter.
    #[must_use]
    pub fn new(name: &'static str, filter: &Filter) -> Self {
        Self::with_query(name, filter.to_query())
    }

    /// The table of this name for a URL query: that of pages with state beside the filter.
    #[must_use]
    pub fn with_query(name: &'static str, query: impl Into<String>) -> Self {
        Self { name, query: query.into().trim_start_matches('?').to_owned() }
    }

    /// The address of the file with this ending.
    #[must_use]
    pub fn href(&self, ending: &str) -> String {
        let joint = if self.query.is_empty() { "" } else { "?" };
        format!("/export/{}.{ending}{joint}{}", self.name, self.query)
    }
}

/// The menu at the right of a card's header.
#[component]
pub fn ExportMenu(
    /// The card's title.
    #[prop(into)]
    title: String,
    /// Where the numbers can be had.
    #[prop(default = None)]
    export: Option<Export>,
    /// True for a card with a chart, which can be saved as a picture.
    #[prop(optional)]
    drawing: bool,
) -> impl IntoView {
    let lang = use_lang();
    let picture = |kind: &'static str, text| {
        view! {
            <button class="js-only" type="button" data-export=kind>{icon(Symbol::Image)}{text}</button>
        }
    };
    let file = |href: String, text| {
        view! { <a href=href rel="external" download="">{icon(Symbol::Download)}{text}</a> }
    };
    let numbers = export.filter(|export| may_open(&export.href("csv"))).map(|export| {
        view! {
            {file(export.href("csv"), lang.export_csv())}
            {file(export.href("xlsx"), lang.export_xlsx())}
        }
    });
    if numbers.is_none() && !drawing {
        return ().into_any();
    }
    let class = if numbers.is_some() { "menu" } else { "menu js-only" };
    view! {
        <details class=class>
            <summary class="btn icon quiet" aria-label=lang.more_for(&title)>{icon(Symbol::More)}</summary>
            <div class="pop">
                {numbers}
                {drawing.then(|| picture("png", lang.save_as_png()))}
                {drawing.then(|| picture("svg", lang.save_as_svg()))}
            </div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_asked_for_with_the_filter_of_the_page() {
        let filter = Filter::parse("range=7d&customer=7").expect("a filter");
        assert_eq!(
            Export::new("overview-volume", &filter).href("xlsx"),
            "/export/overview-volume.xlsx?range=7d&customer=7"
        );
        assert_eq!(Export::new("overview-volume", &Filter::default()).href("csv"), "/export/overview-volume.csv");
        assert_eq!(Export::with_query("customers", "?sort=-late").href("csv"), "/export/customers.csv?sort=-late");
    }
}
