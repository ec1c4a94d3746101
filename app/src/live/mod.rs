//! What open pages hear from the server. The layout keeps one stream of events open; the label in the top bar, the
//! page about the synchronisation and every page's data follow it. On the server nothing is ever heard, so a page
//! without scripts stays as it was sent.

#[cfg(feature = "hydrate")]
mod stream;

#[cfg(feature = "hydrate")]
pub use stream::be_plain;

use crate::model::filter::AsOf;
use crate::model::sync::{Freshness, SyncRun};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;

/// Which program the server serves to browsers. A page keeps the mark that it came with in `data-program`: once the server
/// serves another one, parts that the page still has to fetch would not fit it.
#[derive(Clone, Debug)]
pub struct Program(pub std::sync::Arc<str>);

/// What was heard, in the context of every page inside the frame.
#[derive(Clone, Copy)]
pub struct Live {
    freshness: RwSignal<Option<Freshness>>,
    /// Minutes since the freshness was told.
    minutes: RwSignal<i64>,
    /// How often data landed while nothing was running: what pages load their data by.
    landed: RwSignal<u64>,
    /// The version of the data that the page shows.
    shown: StoredValue<Option<i64>>,
    /// True for some seconds after the page took new data in.
    updated: RwSignal<bool>,
    /// True once the session is over.
    ended: RwSignal<bool>,
    /// The query of the address: a page of the past takes no new data in.
    query: Memo<String>,
}

impl Live {
    /// Puts an ear into the context; for the layout.
    #[must_use]
    pub fn provide() -> Self {
        let live = Self {
            freshness: RwSignal::new(None),
            minutes: RwSignal::new(0),
            landed: RwSignal::new(0),
            shown: StoredValue::new(None),
            updated: RwSignal::new(false),
            ended: RwSignal::new(false),
            query: use_location().search,
        };
        provide_context(live);
        live
    }

    /// Opens the stream of events, in the browser. `first` is what the page came with.
    pub fn follow(self, first: Resource<Result<Freshness, crate::error::AppError>>) {
        #[cfg(feature = "hydrate")]
        {
            Effect::new(move |_| {
                if let Some(Ok(freshness)) = first.get() {
                    self.hear(freshness);
                }
            });
            stream::open(self);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = first;
    }

    /// Takes in how fresh the copy is. New data makes pages load again once no run is going on: a full run lands data
    /// every second, and a page that changes under the reader's eyes every second cannot be read.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only browsers hear"))]
    fn hear(self, told: Freshness) {
        let shown = self.shown.get_value();
        if shown.is_none() {
            self.shown.set_value(Some(told.data_version));
        } else if told.running.is_none() && shown < Some(told.data_version) && !self.is_past() {
            self.shown.set_value(Some(told.data_version));
            if reload_guest() {
                return;
            }
            self.landed.update(|landed| *landed += 1);
            self.updated.set(true);
            set_timeout(move || self.updated.set(false), std::time::Duration::from_secs(6));
        }
        self.minutes.set(0);
        self.freshness.set(Some(told));
    }

    #[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only browsers hear"))]
    fn is_past(self) -> bool {
        self.query.with_untracked(|query| AsOf::of_query(query).is_some())
    }

    /// The freshness as it was told last, its age brought up to now; `first` until anything was told.
    #[must_use]
    pub fn freshness(self, first: &Freshness) -> Freshness {
        let mut told = self.freshness.get().unwrap_or_else(|| first.clone());
        told.age_minutes = told.age_minutes.map(|age| age + self.minutes.get());
        told
    }

    /// The run that is going on, by what was told last; `first` until anything was told.
    #[must_use]
    pub fn running(self, first: Option<&SyncRun>) -> Option<SyncRun> {
        self.freshness.with(|told| told.as_ref().map_or_else(|| first.cloned(), |told| told.running.clone()))
    }

    /// The numbers of the run that is going on and of the one that ended last: they change when runs begin and end.
    #[must_use]
    pub fn runs(self) -> (Option<i64>, Option<i64>) {
        self.freshness.with(|told| {
            let told = told.as_ref();
            (told.and_then(|told| told.running.as_ref().map(|run| run.id)), told.and_then(|told| told.last_run))
        })
    }

    /// Whether the page has just taken new data in.
    #[must_use]
    pub fn updated(self) -> bool {
        self.updated.get()
    }

    /// Whether the session is over.
    #[must_use]
    pub fn ended(self) -> bool {
        self.ended.get()
    }
}

/// Guests get new data with the whole page: its parts are closed to them. True when the page goes.
fn reload_guest() -> bool {
    let guest = crate::components::use_guest().is_some();
    if guest {
        window().location().reload().ok();
    }
    guest
}

/// The ear of this page, if it stands inside the frame.
#[must_use]
pub fn use_live() -> Option<Live> {
    use_context()
}

/// The data of a page: loaded before the first paint, again when `source` changes, and again when a synchronisation
/// has landed data. Inside a `Transition` the page keeps its place meanwhile.
pub fn page_data<K, T, F>(
    source: impl Fn() -> K + Send + Sync + 'static,
    load: impl Fn(K) -> F + Send + Sync + 'static,
) -> Resource<T>
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let live = use_live();
    let landed = move || live.map_or(0, |live| live.landed.get());
    Resource::new_blocking(move || (source(), landed()), move |(key, _)| load(key))
}
