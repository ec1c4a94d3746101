//! Bars inside rows and panels: shares, age against target, progress, and the graduated budget meter.

use super::badge::Tone;
use crate::format;
use crate::i18n::use_lang;
use leptos::prelude::*;

/// A share as a CSS percentage, between 0 and 100.
fn percent_of(value: f64, whole: f64) -> String {
    let share = if whole > 0.0 && value.is_finite() { (value / whole).clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.1}%", share * 100.0)
}

/// A bar with an optional tick for what it was before. Its numbers stand beside it, so it is hidden from screen readers.
#[component]
pub fn Bar(
    /// The value.
    value: f64,
    /// The value of a full bar.
    whole: f64,
    /// The earlier value, drawn as a tick.
    #[prop(default = None)]
    previous: Option<f64>,
    /// The CSS colour; the first series colour when absent.
    #[prop(optional, into)]
    colour: Option<String>,
) -> impl IntoView {
    let mut style = format!("--v:{}", percent_of(value, whole));
    if let Some(previous) = previous {
        style.push_str(&format!(";--p:{}", percent_of(previous, whole)));
    }
    if let Some(colour) = colour {
        style.push_str(&format!(";--c:{colour}"));
    }
    view! { <span class="bar" style=style aria-hidden="true"><i></i>{previous.map(|_| view! { <u></u> })}</span> }
}

/// Age against target: the target is the tick in the middle, and the bar is full at twice the target.
#[component]
pub fn Bullet(
    /// Hours used.
    hours: f64,
    /// The target in hours.
    target: f64,
    /// How it is judged.
    tone: Tone,
) -> impl IntoView {
    let style = format!("--v:{};--t:50%;--c:{}", percent_of(hours, 2.0 * target), tone.fill());
    view! { <div class="bullet" style=style aria-hidden="true"><i></i><u></u></div> }
}

/// How far something is. Numbers in words stand beside it.
#[component]
pub fn ProgressBar(
    /// What progresses.
    #[prop(into)]
    label: String,
    /// How much is done, 0 to 1; follows its signal.
    #[prop(into)]
    share: Signal<f64>,
    /// The taller bar of a whole run.
    #[prop(optional)]
    tall: bool,
) -> impl IntoView {
    let percent = Memo::new(move |_| (share.get().clamp(0.0, 1.0) * 100.0).floor());
    let class = move || if percent.get() >= 100.0 { "progress done" } else { "progress" };
    let style = move || format!("--v:{}%{}", percent.get(), if tall { ";height:8px" } else { "" });
    view! {
        <span
            class=class
            style=style
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent.get().to_string()
        >
            <i></i>
        </span>
    }
}

/// A budget on a scale of thirty graduations: the used ones are in the accent colour.
#[component]
pub fn BudgetMeter(
    /// What is used up.
    #[prop(into)]
    label: String,
    /// How much of it.
    #[prop(into)]
    used: Signal<u64>,
    /// The limit; the scale ends there.
    limit: u64,
) -> impl IntoView {
    let lang = use_lang();
    let words = Memo::new(move |_| lang.of(&format::count(used.get(), lang), &format::count(limit, lang)));
    let marks = (0..=30_u64).map(move |at| {
        let x = format!("{:.1}", 400.0 * f64::from(u32::try_from(at).unwrap_or(0)) / 30.0);
        let top = if at % 5 == 0 { 2 } else { 7 };
        let stroke = move || if limit > 0 && at * limit <= used.get() * 30 { "var(--accent)" } else { "var(--axis)" };
        view! {
            <path d=format!("M{x} {top}V20") stroke=stroke stroke-width="2" vector-effect="non-scaling-stroke"></path>
        }
    });
    let name = label.clone();
    view! {
        <div class="meter">
            <div class="top"><span>{label}</span><b>{move || words.get()}</b></div>
            <svg
                viewBox="0 0 400 22"
                preserveAspectRatio="none"
                role="img"
                aria-label=move || format!("{name}: {}", words.get())
            >
                {marks.collect_view()}
            </svg>
            <div class="ends">
                <span>"0"</span>
                <span>{format::count(limit / 2, lang)}</span>
                <span>{format::count(limit, lang)}</span>
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::percent_of;

    #[test]
    fn shares_stay_between_nothing_and_all() {
        assert_eq!(percent_of(1.0, 3.0), "33.3%");
        assert_eq!(percent_of(9.0, 3.0), "100.0%");
        assert_eq!(percent_of(-1.0, 3.0), "0.0%");
        assert_eq!(percent_of(1.0, 0.0), "0.0%");
        assert_eq!(percent_of(f64::NAN, 1.0), "0.0%");
    }
}
