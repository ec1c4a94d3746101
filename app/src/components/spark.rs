//! Sparklines: the course of a figure in 30 px, with the period compared with in grey. Decoration beside its numbers.

use leptos::prelude::*;

const WIDTH: f64 = 168.0;
const HEIGHT: f64 = 30.0;
const MARGIN: f64 = 3.0;

/// Maps positions and values into the view box.
struct Scale {
    steps: f64,
    low: f64,
    high: f64,
}

impl Scale {
    fn of(series: &[&[Option<f64>]]) -> Option<Self> {
        let values = || series.iter().copied().flatten().flatten().copied().filter(|value| value.is_finite());
        let low = values().reduce(f64::min)?;
        let high = values().reduce(f64::max)?;
        let longest = series.iter().map(|one| one.len()).max()?;
        #[expect(clippy::cast_precision_loss, reason = "a series has a few hundred points")]
        let steps = longest.saturating_sub(1).max(1) as f64;
        Some(Self { steps, low, high })
    }

    fn point(&self, at: usize, value: f64) -> (f64, f64) {
        #[expect(clippy::cast_precision_loss, reason = "a series has a few hundred points")]
        let x = MARGIN + at as f64 / self.steps * (WIDTH - 2.0 * MARGIN);
        let span = self.high - self.low;
        let share = if span > 0.0 { (value - self.low) / span } else { 0.5 };
        (x, HEIGHT - MARGIN - share * (HEIGHT - 2.0 * MARGIN))
    }

    /// The path of a series; a missing value breaks it.
    fn path(&self, series: &[Option<f64>]) -> String {
        let mut path = String::new();
        let mut pen = 'M';
        for (at, value) in series.iter().enumerate() {
            if let Some(value) = value.filter(|value| value.is_finite()) {
                let (x, y) = self.point(at, value);
                path.push_str(&format!("{pen}{x:.1} {y:.1}"));
                pen = 'L';
            } else {
                pen = 'M';
            }
        }
        path
    }

    /// The dot at the last value.
    fn end(&self, series: &[Option<f64>]) -> Option<String> {
        let (at, value) = series.iter().enumerate().rev().find_map(|(at, value)| value.map(|value| (at, value)))?;
        let (x, y) = self.point(at, value);
        Some(format!("M{x:.1} {y:.1}h0"))
    }
}

/// A sparkline; nothing at all when there is no value.
#[component]
pub fn Spark(
    /// The values, oldest first.
    #[prop(into)]
    series: Vec<Option<f64>>,
    /// The same of the period compared with.
    #[prop(optional, into)]
    previous: Vec<Option<f64>>,
    /// The small form for table rows.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let scale = Scale::of(&[&series, &previous])?;
    let style = if small { "height:22px;margin:0;width:100px" } else { "" };
    let before = scale.path(&previous);
    Some(view! {
        <svg class="spark" style=style viewBox="0 0 168 30" preserveAspectRatio="none" aria-hidden="true">
            {(!before.is_empty()).then(|| view! { <path class="prev" d=before></path> })}
            <path class="cur" d=scale.path(&series)></path>
            {scale.end(&series).map(|dot| view! { <path class="end" d=dot></path> })}
        </svg>
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_breaks_the_line_and_the_highest_value_is_at_the_top() {
        let series = [Some(0.0), None, Some(10.0)];
        let scale = Scale::of(&[&series]).expect("two values");
        assert_eq!(scale.path(&series), "M3.0 27.0M165.0 3.0");
        assert_eq!(scale.end(&series).as_deref(), Some("M165.0 3.0h0"));
    }

    #[test]
    fn a_flat_series_lies_in_the_middle_and_nothing_has_no_scale() {
        let series = [Some(4.0), Some(4.0)];
        assert_eq!(Scale::of(&[&series]).expect("values").path(&series), "M3.0 15.0L165.0 15.0");
        assert!(Scale::of(&[&[None, None]]).is_none());
    }
}
