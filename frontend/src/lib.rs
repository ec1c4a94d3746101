//! The WebAssembly entry point: it hydrates the server-rendered page and does nothing else.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's module script once the bundle has arrived.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
