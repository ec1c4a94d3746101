//! The WebAssembly entry point: it hydrates the server-rendered page and does nothing else.

use app::live::be_plain;
use leptos::mount::hydrate_from_async;
use leptos::prelude::document;
use leptos::tachys::dom::body;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Called by the page's module script once the bundle has arrived. The page's own part may still be on its way. When
/// the page answers to clicks, the root element says so (`data-hydrated`): a click before that would be lost.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        be_plain();
    }));
    spawn_local(async {
        hydrate_from_async(body(), app::App).await.forget();
        if let Some(root) = document().document_element() {
            // It can only fail for a name that is no attribute name.
            root.set_attribute("data-hydrated", "true").ok();
        }
    });
}
