//! The stream of events in the browser.

use super::Live;
use crate::api::sync::load_freshness;
use crate::error::AppError;
use crate::model::sync::Freshness;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// The pause before a stream that the browser has given up is opened anew.
const AGAIN: Duration = Duration::from_secs(20);

/// An open stream with the functions that it calls.
struct Stream {
    source: EventSource,
    _handlers: [Closure<dyn FnMut(MessageEvent)>; 4],
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Where the stream of a page is kept.
type Held = StoredValue<Option<Stream>, LocalStorage>;

/// Opens the stream and keeps it open as long as the owner lives.
pub(super) fn open(live: Live) {
    let held = StoredValue::new_local(None);
    connect(live, held);
    let clock = set_interval_with_handle(move || live.minutes.update(|minutes| *minutes += 1), Duration::from_secs(60));
    if let Ok(clock) = clock {
        on_cleanup(move || clock.clear());
    }
}

fn connect(live: Live, held: Held) {
    // Without a stream the page stays as it is, which is what a browser without scripts has too.
    let Ok(source) = EventSource::new("/api/live") else { return };
    let told = Closure::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        if let Ok(freshness) = serde_json::from_str::<Freshness>(&text) {
            live.hear(freshness);
        }
    });
    let program = Closure::new(|event: MessageEvent| compare(&event.data().as_string().unwrap_or_default()));
    let ended = Closure::new(move |_: MessageEvent| {
        live.ended.set(true);
        held.set_value(None);
    });
    let watched = source.clone();
    let failed = Closure::new(move |_: MessageEvent| {
        // The browser itself comes back after a lost connection, but not after a refusal.
        if watched.ready_state() == EventSource::CLOSED {
            spawn_local(refused(live, held));
        }
    });
    let listen = |name: &str, handler: &Closure<dyn FnMut(MessageEvent)>| {
        source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref()).is_ok()
    };
    let listens = listen("program", &program) && listen("freshness", &told);
    if listens && listen("ended", &ended) && listen("error", &failed) {
        held.set_value(Some(Stream { source, _handlers: [program, told, ended, failed] }));
    }
}

/// When the server serves another program than the one that runs here, the next page must come with it.
fn compare(served: &str) {
    let Some(root) = document().document_element() else { return };
    if root.get_attribute("data-program").is_some_and(|own| own != served) {
        be_plain();
    }
}

/// Leaves links and forms to the browser from now on (`boot.js`): every page works without scripts too.
pub fn be_plain() {
    if let Some(root) = document().document_element() {
        // It can only fail for a name that is no attribute name.
        root.set_attribute("data-plain", "true").ok();
    }
}

/// Asks why: a session that ended before its page listened cannot be told so by the stream. Anything else passes.
async fn refused(live: Live, held: Held) {
    match load_freshness().await {
        Err(AppError::Unauthenticated) => {
            live.ended.set(true);
            held.set_value(None);
        }
        Ok(_) | Err(_) => set_timeout(move || again(live, held), AGAIN),
    }
}

/// Opens the stream anew, unless the page has gone meanwhile.
fn again(live: Live, held: Held) {
    if held.try_with_value(|_| ()).is_some() {
        connect(live, held);
    }
}
