//! A list as a stream of pages, for callers that want everything in order.

use futures::{Stream, TryStreamExt as _, stream};

use crate::{Client, Entity, ListQuery, Page, QbenchError, RawRecord};

impl Client {
    /// All pages of a list, one after the other, from `query.page` on.
    ///
    /// The list may change meanwhile: sort by id ascending where each record must be seen once.
    pub fn pages(
        &self,
        entity: Entity,
        query: ListQuery,
    ) -> impl Stream<Item = Result<Page, QbenchError>> + Send + 'static {
        let client = self.clone();
        stream::try_unfold(Some(query), move |next| {
            let client = client.clone();
            async move {
                let Some(query) = next else {
                    return Ok(None);
                };
                let page = client.list(entity, &query).await?;
                let next = (!page.is_last()).then(|| ListQuery { page: query.page.max(1) + 1, ..query });
                Ok(Some((page, next)))
            }
        })
    }

    /// All records of a list, in order.
    pub fn records(
        &self,
        entity: Entity,
        query: ListQuery,
    ) -> impl Stream<Item = Result<RawRecord, QbenchError>> + Send + 'static {
        self.pages(entity, query).map_ok(|page| stream::iter(page.records.into_iter().map(Ok))).try_flatten()
    }
}
