//! The figures of one customer: the overview's, for this customer alone, above the record.

use crate::components::{FilterBar, FilterField};
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::ids::CustomerId;
use crate::model::overview::{FilterOptions, Overview};
use crate::pages::overview::{cards, tiles};
use leptos::prelude::*;

/// The filter bar and the figures; `filter` is that of the address, without the customer.
pub fn figures(id: CustomerId, filter: &Filter, overview: &Overview, options: FilterOptions, lang: Lang) -> AnyView {
    let own = Filter { customer: Some(id), ..filter.clone() };
    let path = format!("/customers/{id}");
    let Overview { scope, tiles, sla, volume, turnaround, labels, .. } = overview;
    let place = (path.as_str(), filter);
    let fields = FilterField::ALL.into_iter().filter(|field| *field != FilterField::Customer).collect::<Vec<_>>();
    view! {
        <FilterBar path=path.clone() filter=filter.clone() days=scope.days today=scope.now.date() options fields/>
        {tiles::of_customer(tiles.clone(), scope, &own, lang)}
        <div class="grid">
            {cards::volume(volume, tiles, scope, &own, place, lang)} {cards::labels(labels.clone(), &own, place, lang)}
            {cards::turnaround(turnaround, tiles, *sla, scope, &own, place, lang)}
        </div>
    }
    .into_any()
}
