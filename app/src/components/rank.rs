//! Ranked lists: a code, a name, a bar with a tick for the period compared with, the number as a link, the change.

use super::bars::Bar;
use super::lead::may_open;
use crate::format;
use crate::i18n::use_lang;
use leptos::prelude::*;

/// A row of a ranked list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RankRow {
    /// A short code before the name; may be empty.
    pub code: String,
    /// The name.
    pub name: String,
    /// The value.
    pub value: u64,
    /// The value in the period compared with.
    pub previous: Option<u64>,
    /// The records behind it.
    pub href: Option<String>,
}

/// A ranked list. Bars share one scale.
#[component]
pub fn RankedList(
    /// The rows, greatest first.
    rows: Vec<RankRow>,
) -> impl IntoView {
    let whole = rows.iter().map(|row| row.value.max(row.previous.unwrap_or(0))).max().unwrap_or(0);
    view! { <ol class="rank">{rows.into_iter().map(|row| rank_row(row, whole)).collect_view()}</ol> }
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn rank_row(row: RankRow, whole: u64) -> impl IntoView {
    let lang = use_lang();
    let RankRow { code, name, value, previous, href } = row;
    let number = format::count(value, lang);
    let number = match href {
        Some(href) if may_open(&href) => {
            let label = format!("{name}: {number}");
            view! { <a class="num" href=href aria-label=label>{number}</a> }.into_any()
        }
        _ => view! { <span class="num">{number}</span> }.into_any(),
    };
    let change = format::change(value as f64, previous.map(|before| before as f64), 0, lang);
    view! {
        <li>
            <span class="code">{code}</span>
            <span class="name" title=name.clone()>{name.clone()}</span>
            <Bar value=value as f64 whole=whole as f64 previous=previous.map(|before| before as f64)/>
            {number}
            <span class="d">{change.unwrap_or_default()}</span>
        </li>
    }
}
