//! Cards, and the card around a chart: title, definition, key, menu, plot of a fixed height, and the same numbers as a table.

use super::dialog::Explain;
use super::export::{Export, ExportMenu};
use super::icon::{Symbol, icon_with};
use super::lead::lead;
use crate::charts::ChartView;
use crate::i18n::use_lang;
use crate::model::sheet::{ColumnKind, Sheet};
use chrono::NaiveDateTime;
use leptos::prelude::*;

/// A surface with a header.
#[component]
pub fn Card(
    /// The title.
    #[prop(into)]
    title: String,
    /// A few words after the title: a definition, a count.
    #[prop(optional, into)]
    sub: String,
    /// The width in the grid (`w8`, `w4` …) and further classes.
    #[prop(optional)]
    class: &'static str,
    /// Keys, badges, buttons or a menu at the right of the header.
    #[prop(optional, into)]
    actions: ViewFn,
    /// How the figures are computed: opens from a button in the header.
    #[prop(optional, into)]
    explain: Option<String>,
    /// Where the numbers can be had as CSV and XLSX.
    #[prop(optional, into)]
    export: Option<Export>,
    /// The line at the foot of the card.
    #[prop(optional)]
    footer: Option<ViewFn>,
    /// The body: tables and lists fill the card, other content stands in a `div` of class `body`.
    children: Children,
) -> impl IntoView {
    let label = title.clone();
    let heading = title.clone();
    let menu = export.map(|export| view! { <ExportMenu title=title.clone() export=Some(export)/> });
    view! {
        <section class=format!("card {class}") aria-label=label>
            <header>
                <h2>{heading}</h2>
                {(!sub.is_empty()).then(|| view! { <span class="sub">{sub}</span> })}
                <span class="grow"></span>
                {actions.run()}
                {explain.map(|text| view! { <Explain id=how_id(&title) name=title.clone() text/> })}
                {menu}
            </header>
            {children()}
            {footer.map(|footer| view! { <footer>{footer.run()}</footer> })}
        </section>
    }
    .into_any()
}

/// The id of the explanation of a card, made of its title, which no other card of the page has.
fn how_id(title: &str) -> String {
    let word = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    format!("how-card-{}", title.chars().map(word).collect::<String>())
}

/// How an entry of a key looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyShape {
    /// A bar's square.
    #[default]
    Square,
    /// A line.
    Line,
    /// A tick of the period compared with.
    Tick,
    /// A dashed line.
    Dash,
    /// A band.
    Band,
}

impl KeyShape {
    const fn class(self) -> &'static str {
        match self {
            Self::Square => "",
            Self::Line => "ln",
            Self::Tick => "tick",
            Self::Dash => "dash",
            Self::Band => "band",
        }
    }
}

/// An entry of a chart's key. One that names series hides and shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyEntry {
    /// The name of what is drawn.
    pub name: String,
    /// Its CSS custom property without the dashes: `c1`, `ghost`, `late-fill`.
    pub token: &'static str,
    /// How it is drawn.
    pub shape: KeyShape,
    /// The positions of its series in the chart; none for what is always drawn.
    pub series: Vec<usize>,
}

impl KeyEntry {
    /// An entry for the series at these positions.
    #[must_use]
    pub fn new(name: &str, token: &'static str, shape: KeyShape, series: &[usize]) -> Self {
        Self { name: name.to_owned(), token, shape, series: series.to_vec() }
    }
}

fn key(entries: Vec<KeyEntry>) -> impl IntoView {
    let entry = |KeyEntry { name, token, shape, series }: KeyEntry| {
        let mark = view! { <i class=shape.class() style=format!("--k:var(--{token})")></i> };
        if series.is_empty() {
            return view! { <span>{mark}{name}</span> }.into_any();
        }
        let series = series.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        view! { <button type="button" data-series=series aria-pressed="true">{mark}{name}</button> }.into_any()
    };
    (!entries.is_empty()).then(|| view! { <span class="key">{entries.into_iter().map(entry).collect_view()}</span> })
}

/// The numbers of a drawing as a table that opens below it.
#[component]
pub fn TableTwin(
    /// What is in the table, for screen readers.
    #[prop(into)]
    label: String,
    /// The headings; all but the first column hold numbers.
    columns: Vec<String>,
    /// The cells as they are written.
    rows: Vec<Vec<String>>,
    /// What the cells of some columns open: the position of a column, and one address a row.
    #[prop(optional)]
    links: Vec<(usize, Vec<String>)>,
) -> impl IntoView {
    let lang = use_lang();
    let summary = match rows.len() {
        0 | 1 => lang.show_as_table().to_owned(),
        many => lang.buckets_as_table(many),
    };
    let class = |at: usize| if at == 0 { "" } else { "num nb" };
    let head = columns.into_iter().enumerate().map(|(at, text)| view! { <th class=class(at) scope="col">{text}</th> });
    let opens = |row: usize, column: usize| {
        let (_, hrefs) = links.iter().find(|(linked, _)| *linked == column)?;
        hrefs.get(row).filter(|href| !href.is_empty()).cloned()
    };
    let cell = |row: usize, (at, text): (usize, String)| {
        let content = match opens(row, at).filter(|_| text.contains(|c: char| ('1'..='9').contains(&c))) {
            Some(href) => lead(href, "", text),
            None => text.into_any(),
        };
        view! { <td class=class(at)>{content}</td> }
    };
    let row = |(at, cells): (usize, Vec<String>)| {
        let cells = cells.into_iter().enumerate().map(|one| cell(at, one));
        view! { <tr>{cells.collect_view()}</tr> }
    };
    view! {
        <details class="twin">
            <summary>{icon_with("i chev", Symbol::Right)}{summary}</summary>
            <div class="scroll" tabindex="0" role="group" aria-label=label>
                <table class="table tight">
                    <thead><tr>{head.collect_view()}</tr></thead>
                    <tbody>{rows.into_iter().enumerate().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// A table of values as a table twin: the same cells that an export of it has.
#[component]
pub fn SheetTwin(
    /// The table.
    sheet: Sheet,
    /// The laboratory's wall clock, for dates in words.
    now: NaiveDateTime,
    /// What the cells of some columns open: the position of a column, and one address a row.
    #[prop(optional)]
    links: Vec<(usize, Vec<String>)>,
) -> impl IntoView {
    let lang = use_lang();
    let rows = sheet.words(now, lang);
    let columns = sheet.headings();
    view! { <TableTwin label=sheet.title columns rows links/> }
}

/// A table of values, open. Words stand left and numbers right.
#[component]
pub fn SheetTable(
    /// The table.
    sheet: Sheet,
    /// The laboratory's wall clock, for dates in words.
    now: NaiveDateTime,
) -> impl IntoView {
    let lang = use_lang();
    let words = sheet.words(now, lang);
    let kinds: Vec<ColumnKind> = sheet.columns.iter().map(|column| column.kind).collect();
    let class = |at: usize| match kinds.get(at) {
        None | Some(ColumnKind::Text) => "",
        Some(ColumnKind::Day | ColumnKind::Moment) => "nb",
        Some(_) => "num nb",
    };
    let head = sheet
        .headings()
        .into_iter()
        .enumerate()
        .map(|(at, text)| view! { <th class=class(at) scope="col">{text}</th> });
    let row = |cells: Vec<String>| {
        let cells = cells.into_iter().enumerate().map(|(at, text)| view! { <td class=class(at)>{text}</td> });
        view! { <tr>{cells.collect_view()}</tr> }
    };
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=sheet.title.clone()>
            <table class="table">
                <thead><tr>{head.collect_view()}</tr></thead>
                <tbody>{words.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The card of a chart. Its height is that of the finished drawing from the first paint on.
#[component]
pub fn ChartCard(
    /// The title; also the name of exported files.
    #[prop(into)]
    title: String,
    /// One line that defines what is drawn.
    #[prop(optional, into)]
    sub: String,
    /// The key, in drawing order.
    #[prop(optional)]
    key_entries: Vec<KeyEntry>,
    /// The option as JSON.
    #[prop(into)]
    option: Signal<String>,
    /// The drawing in one sentence, for those who do not see it.
    #[prop(into)]
    summary: String,
    /// The height of the plot in pixels.
    #[prop(default = 300)]
    height: u32,
    /// How the figures are computed.
    #[prop(optional, into)]
    explain: Option<String>,
    /// An id, unique on the page.
    id: &'static str,
    /// Where the numbers can be had as CSV and XLSX.
    #[prop(optional, into)]
    export: Option<Export>,
    /// The width in the grid: `w8`, `w4` …
    #[prop(optional)]
    class: &'static str,
    /// Words at the right of the footer.
    #[prop(optional, into)]
    note: ViewFn,
    /// The table twin.
    children: Children,
) -> impl IntoView {
    let label = title.clone();
    let heading = title.clone();
    let menu = view! { <ExportMenu title=title.clone() export drawing=true/> };
    view! {
        <section class=format!("card {class}") aria-label=label>
            <header>
                <h2>{heading}</h2>
                {(!sub.is_empty()).then(|| view! { <span class="sub">{sub}</span> })}
                <span class="grow"></span>
                {key(key_entries)}
                {explain.map(|text| view! { <Explain id=format!("how-{id}") name=title.clone() text/> })}
                {menu}
            </header>
            <div class="body">
                <ChartView option title=title summary height/>
            </div>
            <footer>{children()}<span class="note-end">{note.run()}</span></footer>
        </section>
    }
    .into_any()
}
