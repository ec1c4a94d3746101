//! Heat maps as tables: every cell is a number and, where it has records, a link.

use super::lead::lead;
use crate::format;
use crate::i18n::use_lang;
use leptos::prelude::*;

/// What the colours mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ramp {
    /// Blue: more of something.
    Volume,
    /// Orange to red: lateness.
    Lateness,
}

impl Ramp {
    const fn letter(self) -> char {
        match self {
            Self::Volume => 'v',
            Self::Lateness => 'l',
        }
    }

    /// The class of a value: the lightest of seven steps for the smallest, none for zero.
    fn class(self, value: u64, most: u64) -> String {
        if value == 0 || most == 0 {
            return "z".to_owned();
        }
        let step = if most <= 7 { value } else { (value * 7).div_ceil(most) };
        format!("{}{}", self.letter(), step.clamp(1, 7))
    }
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatCell {
    /// The value; zero is a dot.
    pub value: u64,
    /// The records behind it.
    pub href: Option<String>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatRow {
    /// Its name.
    pub name: String,
    /// The page of what it names.
    pub href: Option<String>,
    /// One cell a column.
    pub cells: Vec<HeatCell>,
}

/// A heat map with row totals.
#[component]
pub fn HeatMap(
    /// What it shows, for screen readers.
    #[prop(into)]
    caption: String,
    /// The heading of the row names.
    #[prop(into)]
    corner: String,
    /// The headings of the columns.
    columns: Vec<String>,
    /// The rows.
    rows: Vec<HeatRow>,
    /// The meaning of the colours.
    ramp: Ramp,
    /// Whether rows have a total.
    #[prop(default = true)]
    totals: bool,
) -> impl IntoView {
    let lang = use_lang();
    let most = rows.iter().flat_map(|row| row.cells.iter().map(|cell| cell.value)).max().unwrap_or(0);
    let heads = columns.iter().map(|column| view! { <th scope="col">{column.clone()}</th> }).collect_view();
    let body = rows.into_iter().map(|row| heat_row(row, ramp, most, totals)).collect_view();
    let label = caption.clone();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=label>
            <table class="heat">
                <caption class="vh">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{corner}</th>
                        {heads}
                        {totals.then(|| view! { <th scope="col">{lang.total()}</th> })}
                    </tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn heat_row(row: HeatRow, ramp: Ramp, most: u64, totals: bool) -> impl IntoView {
    let lang = use_lang();
    let total: u64 = row.cells.iter().map(|cell| cell.value).sum();
    let cells = row.cells.into_iter().map(|cell| {
        let text = if cell.value == 0 { "·".to_owned() } else { format::count(cell.value, lang) };
        let content = match cell.href.filter(|_| cell.value > 0) {
            Some(href) => lead(href, "", text),
            None => text.into_any(),
        };
        view! { <td class=ramp.class(cell.value, most)>{content}</td> }
    });
    let name = match row.href {
        Some(href) => lead(href, "", row.name),
        None => row.name.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            {cells.collect_view()}
            {totals.then(|| view! { <td class="tot">{format::count(total, lang)}</td> })}
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::Ramp;

    #[test]
    fn small_values_have_a_step_each_and_large_ones_share_seven() {
        assert_eq!(Ramp::Lateness.class(0, 5), "z");
        assert_eq!(Ramp::Lateness.class(3, 5), "l3");
        assert_eq!(Ramp::Volume.class(1, 700), "v1");
        assert_eq!(Ramp::Volume.class(700, 700), "v7");
        assert_eq!(Ramp::Volume.class(350, 700), "v4");
    }
}
