//! Tiles: a figure, what it was, its course, and a link to the records behind it.

use super::dialog::Explain;
use super::lead::lead;
use super::spark::Spark;
use crate::format;
use crate::i18n::{Lang, use_lang};
use crate::model::overview::Figure;
use leptos::prelude::*;

/// How a figure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things counted.
    Count,
    /// A duration in hours.
    Hours,
    /// Things for each of something.
    Ratio,
    /// A share of one.
    Share,
}

/// Which direction of a change is good news. Volumes have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Better {
    /// A change is not judged.
    #[default]
    Neither,
    /// Less is better: turnaround, holds.
    Less,
    /// More is better: on-time share, yield.
    More,
}

impl Unit {
    /// The value in words; the missing dash for nothing.
    #[must_use]
    pub fn text(self, value: Option<f64>, lang: Lang) -> String {
        match (self, value) {
            (_, None) => format::MISSING.to_owned(),
            (Self::Count, Some(value)) => format::number(value, 0, lang),
            (Self::Ratio, Some(value)) => format::number(value, 1, lang),
            (Self::Hours, Some(value)) => format::hours(value),
            (Self::Share, Some(value)) => format::percent(value, 1, lang),
        }
    }

    /// The change in words, when there is something to compare with.
    #[must_use]
    pub fn change(self, now: Option<f64>, before: Option<f64>, lang: Lang) -> Option<String> {
        match self {
            Self::Count | Self::Ratio => format::change(now?, before, 1, lang),
            Self::Hours => Some(format::hours_change(now?, before?)),
            Self::Share => Some(format::points(now?, before?, lang)),
        }
    }
}

/// The strip of tiles at the top of a page.
#[component]
pub fn TileStrip(
    /// What the figures are about, for screen readers: "Key figures, last 30 days".
    #[prop(into)]
    label: String,
    /// The tiles.
    children: Children,
) -> impl IntoView {
    view! { <section class="tiles" aria-label=label>{children()}</section> }
}

/// One figure.
#[component]
pub fn Tile(
    /// The name of the figure.
    #[prop(into)]
    label: String,
    /// Value, earlier value and course.
    figure: Figure,
    /// How it is written.
    unit: Unit,
    /// Which direction is good news.
    #[prop(optional)]
    better: Better,
    /// The records behind it.
    #[prop(optional, into)]
    href: Option<String>,
    /// How it is computed, in one or two sentences.
    #[prop(optional, into)]
    explain: Option<String>,
    /// An id for the explanation, unique on the page.
    id: &'static str,
    /// True when the last bucket is not over yet: its dip is not drawn.
    #[prop(optional)]
    unfinished: bool,
) -> impl IntoView {
    let lang = use_lang();
    let Figure { value, previous, mut series, mut previous_series } = figure;
    if unfinished && series.len() > 2 {
        series.pop();
        previous_series.truncate(series.len());
    }
    let name = match href {
        Some(href) => lead(href, "", label.clone()),
        None => view! { <span>{label.clone()}</span> }.into_any(),
    };
    view! {
        <div class="tile">
            <div class="lab">
                {name} {explain.map(|text| view! { <Explain id=format!("how-{id}") name=label.clone() text/> })}
            </div>
            {big_value(value, unit, lang)}
            <div class="sub">{comparison(value, previous, unit, better, lang)}</div>
            <Spark series previous=previous_series/>
        </div>
    }
    .into_any()
}

/// The value in large figures; units of durations are smaller.
fn big_value(value: Option<f64>, unit: Unit, lang: Lang) -> AnyView {
    match (unit, value) {
        (Unit::Hours, Some(hours)) if hours.is_finite() => {
            let parts = format::duration_parts(hours * 3_600.0);
            let parts: Vec<_> =
                parts.into_iter().map(|(number, unit)| view! { {number}<small>{unit}</small> }).collect();
            view! { <div class="val">{parts}</div> }.into_any()
        }
        (_, None) => view! { <div class="val mut">{format::MISSING}</div> }.into_any(),
        _ => view! { <div class="val">{unit.text(value, lang)}</div> }.into_any(),
    }
}

fn comparison(now: Option<f64>, before: Option<f64>, unit: Unit, better: Better, lang: Lang) -> AnyView {
    let Some(change) = unit.change(now, before, lang) else {
        let text = if now.is_some() { lang.nothing_to_compare() } else { "\u{a0}" };
        return view! { <span>{text}</span> }.into_any();
    };
    let rises = change.starts_with('+');
    let falls = change.starts_with('−');
    let arrow = match (rises, falls) {
        (true, _) => Some("M4 1l3.7 6H.3z"),
        (_, true) => Some("M4 7L.3 1h7.4z"),
        _ => None,
    };
    let class = match better {
        Better::Less if rises => "delta bad",
        Better::Less if falls => "delta good",
        Better::More if rises => "delta good",
        Better::More if falls => "delta bad",
        _ => "delta",
    };
    view! {
        <span class=class>
            {arrow.map(|path| view! { <svg viewBox="0 0 8 8" aria-hidden="true"><path d=path></path></svg> })} {change}
        </span>
        <span class="was">{lang.was(&unit.text(before, lang))}</span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_its_value_and_change_in_its_unit() {
        assert_eq!(Unit::Count.text(Some(11_528.0), Lang::En), "11,528");
        assert_eq!(Unit::Share.text(Some(0.812), Lang::En), "81.2%");
        assert_eq!(Unit::Hours.text(None, Lang::En), "–");
        assert_eq!(Unit::Count.change(Some(105.0), Some(100.0), Lang::En).as_deref(), Some("+5.0%"));
        assert_eq!(Unit::Count.change(Some(105.0), Some(0.0), Lang::En), None);
        assert_eq!(Unit::Hours.change(Some(49.5), None, Lang::En), None);
    }
}
