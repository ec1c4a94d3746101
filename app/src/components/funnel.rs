//! A funnel as a list: each step with its count, its share of the first step and the time to get there.

use super::bars::Bar;
use super::lead::lead;
use crate::format;
use crate::i18n::use_lang;
use leptos::prelude::*;

/// A step of a funnel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunnelStep {
    /// Its name.
    pub name: String,
    /// How many of the cohort got there.
    pub count: u64,
    /// Median hours from the first step, when known.
    pub median_hours: Option<f64>,
    /// The records behind it.
    pub href: Option<String>,
}

/// A funnel of one cohort; shares are of the first step.
#[component]
pub fn Funnel(
    /// The steps in order.
    steps: Vec<FunnelStep>,
) -> impl IntoView {
    let first = steps.first().map_or(0, |step| step.count);
    view! { <ol class="rank funnel">{steps.into_iter().map(|step| funnel_step(step, first)).collect_view()}</ol> }
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn funnel_step(step: FunnelStep, first: u64) -> impl IntoView {
    let lang = use_lang();
    let FunnelStep { name, count, median_hours, href } = step;
    let number = format::count(count, lang);
    let number = match href {
        Some(href) => lead(href, "num", number),
        None => view! { <span class="num">{number}</span> }.into_any(),
    };
    let share = if first > 0 { Some(count as f64 / first as f64) } else { None };
    view! {
        <li>
            <span class="name">{name}</span>
            <Bar value=count as f64 whole=first as f64/>
            {number}
            <span class="d">{format::percent_or_dash(share, 0, lang)}</span>
            <span class="d">{format::hours_or_dash(median_hours)}</span>
        </li>
    }
}
