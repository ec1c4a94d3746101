//! The place of a drawing. The server sends the option and the sentence that says the same; the chart element draws.

use leptos::prelude::*;

/// A plot of a fixed height. The element in it (`style/charts`) is loaded once the page is idle, draws, follows the
/// theme and the size, and draws anew when the option changes; it cleans up after itself when it leaves the page.
#[component]
pub fn ChartView(
    /// The option as JSON.
    #[prop(into)]
    option: Signal<String>,
    /// The name of exported files.
    #[prop(into)]
    title: String,
    /// The drawing in one sentence.
    #[prop(into)]
    summary: String,
    /// The height in pixels.
    height: u32,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| load_element());
    view! {
        <bench-chart
            class="plot"
            role="img"
            style=format!("--h:{height}px")
            aria-label=summary
            data-title=title
            data-option=move || option.get()
        ></bench-chart>
    }
}

/// Asks the document's script for the chart element: on a page that the router opened, nothing else does.
#[cfg(feature = "hydrate")]
fn load_element() {
    use wasm_bindgen::{JsCast, JsValue};
    let loader = js_sys::Reflect::get(&window(), &JsValue::from_str("benchLoadCharts"));
    if let Some(loader) = loader.ok().and_then(|loader| loader.dyn_into::<js_sys::Function>().ok()) {
        // The promise of the import is the browser's to report; a chart that cannot be drawn has its table below it.
        let _ = loader.call0(&JsValue::NULL);
    }
}
