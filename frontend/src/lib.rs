//! The WebAssembly entry point: it hydrates the server-rendered page and does nothing else.

use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's module script once the bundle has arrived. When the page answers to
/// clicks, the root element says so (`data-hydrated`): a click before that would be lost.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    if let Some(root) = document().document_element() {
        // It can only fail for a name that is no attribute name.
        root.set_attribute("data-hydrated", "true").ok();
    }
}
