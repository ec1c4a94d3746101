//! What all dashboards have in common: the address says what is asked for, figures and the choices of the filter bar are
//! loaded side by side, and a fault stands where the figures would.

use crate::api::metrics::load_filter_options;
use crate::components::{ErrorNote, Page};
use crate::error::AppError;
use crate::i18n::{Lang, use_lang};
use crate::live::page_data;
use crate::model::filter::BadFilter;
use crate::model::overview::FilterOptions;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;

/// Both answers. In the browser, where each is a request, they are asked for side by side; on the server one after the
/// other, so that a page takes one connection of the database at a time.
async fn both<A, B>(
    first: impl Future<Output = Result<A, AppError>>,
    second: impl Future<Output = Result<B, AppError>>,
) -> Result<(A, B), AppError> {
    #[cfg(feature = "ssr")]
    {
        Ok((first.await?, second.await?))
    }
    #[cfg(not(feature = "ssr"))]
    {
        futures::future::try_join(first, second).await
    }
}

/// What one dashboard adds to that. `Q` is what its address asks for, `P` its figures.
pub(super) struct Dashboard<Q, P, L> {
    /// Its name, also that of what could not be loaded.
    pub(super) title: fn(Lang) -> &'static str,
    /// Reads the query of the address.
    pub(super) read: fn(&str) -> Result<Q, BadFilter>,
    /// Loads the figures.
    pub(super) load: L,
    /// What stands there until they have come.
    pub(super) skeleton: fn(Lang) -> AnyView,
    /// The page for a set of figures.
    pub(super) content: fn(&Q, P, FilterOptions, Lang) -> AnyView,
}

impl<Q, P, L, F> Dashboard<Q, P, L>
where
    Q: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    P: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    L: Fn(Q) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<P, AppError>> + Send + 'static,
{
    /// The whole page, following its address.
    pub(super) fn view(self) -> AnyView {
        let Self { title, read, load, skeleton, content } = self;
        let lang = use_lang();
        let query = use_location().search;
        let data = page_data(
            move || query.get(),
            move |query| async move {
                let query = super::checked(read(&query))?;
                let (page, options) = both(load(query.clone()), load_filter_options()).await?;
                Ok::<_, AppError>((query, page, options))
            },
        );
        let retry = Callback::new(move |()| data.refetch());
        view! {
            <Page title=title(lang)>
                <Transition fallback=move || skeleton(lang)>
                    {move || Suspend::new(async move {
                        match data.await {
                            Ok((query, page, options)) => content(&query, page, options, lang),
                            Err(error) => view! { <ErrorNote what=title(lang) error retry/> }.into_any(),
                        }
                    })}
                </Transition>
            </Page>
        }
        .into_any()
    }
}
