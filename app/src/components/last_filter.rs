//! The filter that the reader used last, for links to dashboards from where no filter is in force. The server knows it
//! from the account, the browser from the document and from what has been chosen since.

use crate::model::filter::Filter;
#[cfg(not(feature = "hydrate"))]
use crate::model::views::LastFilter;
use leptos::prelude::*;

/// What is remembered, in the context of everything inside the frame.
#[derive(Clone, Copy)]
pub struct Remembered(RwSignal<Option<Filter>>);

impl Remembered {
    /// Puts what came with the page into the context; for the layout.
    #[must_use]
    pub fn provide() -> Self {
        #[cfg(feature = "hydrate")]
        let first = document().document_element().and_then(|root| root.get_attribute("data-filter"));
        #[cfg(not(feature = "hydrate"))]
        let first = last_filter_query();
        let remembered = Self(RwSignal::new(first.and_then(|query| Filter::parse(&query).ok())));
        provide_context(remembered);
        remembered
    }

    /// The filter; none = the default one.
    #[must_use]
    pub fn get(self) -> Option<Filter> {
        self.0.get()
    }

    /// Takes in what is used now. False when it is what was used before.
    pub fn take(self, filter: &Filter) -> bool {
        let now = (*filter != Filter::default()).then(|| filter.clone());
        let changed = self.0.with_untracked(|before| *before != now);
        if changed {
            self.0.set(now);
        }
        changed
    }
}

/// What the server told about this request, as the document passes it on.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn last_filter_query() -> Option<String> {
    use_context::<LastFilter>()?.0.map(|filter| filter.to_query())
}
