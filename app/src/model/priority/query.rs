//! The state of the page about priority orders.

use super::Urgency;
use crate::model::filter::{BadFilter, Filter, percent_decode, percent_encode};
use serde::{Deserialize, Serialize};

/// The most days that orders may be asked to be open for at least.
const MOST_DAYS: u32 = 36_500;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $slug:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All of them, in display order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that stands for it in a URL.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self {
                    $(Self::$variant => $slug,)+
                }
            }

            /// The one with this URL word.
            #[must_use]
            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.slug() == slug)
            }
        }
    };
}

words! {
    /// What the page lists.
    PriorityTab {
        /// Late orders.
        #[default]
        Late = "late",
        /// Orders at risk.
        Risk = "risk",
        /// Orders to watch.
        Warning = "warning",
        /// Samples ready to report.
        Ready = "ready",
        /// Samples with a METRC status.
        Metrc = "metrc",
    }
}

impl PriorityTab {
    /// The orders of the tab; none for tabs of samples.
    #[must_use]
    pub const fn urgency(self) -> Option<Urgency> {
        match self {
            Self::Late => Some(Urgency::Late),
            Self::Risk => Some(Urgency::Risk),
            Self::Warning => Some(Urgency::Warning),
            Self::Ready | Self::Metrc => None,
        }
    }
}

words! {
    /// What the orders are sorted by.
    PrioritySort {
        /// Hours open, and with them hours past the target.
        #[default]
        Age = "age",
        /// The printed number.
        Order = "order",
        /// The customer's name.
        Customer = "customer",
        /// The state.
        State = "state",
        /// Hours in that state.
        Stay = "stay",
        /// The chance of missing the target.
        Chance = "chance",
    }
}

/// The state of the page: the shared filter, the tab, from how many open days on, the order, the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PriorityQuery {
    /// The filter shared with the dashboards; its days and its state do not apply.
    pub filter: Filter,
    /// What is listed.
    pub tab: PriorityTab,
    /// Only orders that have been open for at least so many days.
    pub min_days: u32,
    /// What the orders are sorted by.
    pub sort: PrioritySort,
    /// Greatest first.
    pub descending: bool,
    /// The page, from 1.
    pub page: u32,
    /// All rows instead of a page: for exports, never in a URL.
    pub whole: bool,
}

impl Default for PriorityQuery {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            tab: PriorityTab::default(),
            min_days: 0,
            sort: PrioritySort::default(),
            descending: true,
            page: 1,
            whole: false,
        }
    }
}

impl PriorityQuery {
    /// Reads a URL query; unknown names are ignored.
    ///
    /// # Errors
    /// Names the first parameter whose value cannot be used.
    pub fn parse(query: &str) -> Result<Self, BadFilter> {
        let mut read = Self { filter: Filter::parse(query)?, ..Self::default() };
        let last = |name: &str| {
            let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
            let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| percent_decode(value));
            values.next_back().filter(|value| !value.is_empty())
        };
        if let Some(word) = last("tab") {
            read.tab = PriorityTab::from_slug(&word)
                .ok_or_else(|| one_of("tab", PriorityTab::ALL.iter().map(|tab| tab.slug())))?;
        }
        if let Some(word) = last("sort") {
            let (slug, descending) = word.strip_prefix('-').map_or((word.as_str(), false), |slug| (slug, true));
            read.sort = PrioritySort::from_slug(slug)
                .ok_or_else(|| one_of("sort", PrioritySort::ALL.iter().map(|sort| sort.slug())))?;
            read.descending = descending;
        }
        if let Some(word) = last("min_days") {
            read.min_days = number("min_days", &word, 0, MOST_DAYS)?;
        }
        if let Some(word) = last("page") {
            read.page = number("page", &word, 1, 1_000_000)?;
        }
        Ok(read)
    }

    /// The parameters that only this page has, without the page's number: what the links of the filter bar keep.
    #[must_use]
    pub fn own_pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if self.tab != PriorityTab::default() {
            pairs.push(("tab".to_owned(), self.tab.slug().to_owned()));
        }
        if self.min_days > 0 {
            pairs.push(("min_days".to_owned(), self.min_days.to_string()));
        }
        if (self.sort, self.descending) != (PrioritySort::default(), true) {
            pairs.push(("sort".to_owned(), self.order()));
        }
        pairs
    }

    /// The order as it stands in the URL: a column, with a minus for the greatest first.
    #[must_use]
    pub fn order(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.sort.slug())
    }

    /// The shortest URL query that reads back as this one.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut query = self.filter.to_query();
        for (name, value) in self.own_pairs().into_iter().chain(self.page_pair()) {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(&name);
            query.push('=');
            percent_encode(&value, &mut query);
        }
        query
    }

    /// The link to the page in this state.
    #[must_use]
    pub fn href(&self) -> String {
        self.filter.href_with("/priority", self.own_pairs().into_iter().chain(self.page_pair()).collect())
    }

    fn page_pair(&self) -> Option<(String, String)> {
        (self.page > 1).then(|| ("page".to_owned(), self.page.to_string()))
    }

    /// The same from another page.
    #[must_use]
    pub fn at(&self, page: u32) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same with another tab, from its first page.
    #[must_use]
    pub fn with_tab(&self, tab: PriorityTab) -> Self {
        Self { tab, page: 1, ..self.clone() }
    }
}

fn one_of(field: &'static str, words: impl Iterator<Item = &'static str>) -> BadFilter {
    BadFilter { field, why: format!("must be one of {}", words.collect::<Vec<_>>().join(", ")) }
}

fn number(field: &'static str, text: &str, least: u32, most: u32) -> Result<u32, BadFilter> {
    let read = text.parse().ok().filter(|value| (least..=most).contains(value));
    read.ok_or_else(|| BadFilter { field, why: format!("must be a whole number from {least} to {most}") })
}

impl From<PriorityQuery> for String {
    fn from(query: PriorityQuery) -> Self {
        query.to_query()
    }
}

impl TryFrom<String> for PriorityQuery {
    type Error = BadFilter;
    fn try_from(query: String) -> Result<Self, BadFilter> {
        Self::parse(&query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_the_page_survives_its_url() {
        let query = PriorityQuery {
            filter: Filter::parse("customer=7&sla=120").expect("a filter"),
            tab: PriorityTab::Risk,
            min_days: 4,
            sort: PrioritySort::Chance,
            descending: false,
            page: 3,
            whole: false,
        };
        assert_eq!(PriorityQuery::parse(&query.to_query()), Ok(query));
        assert_eq!(PriorityQuery::default().href(), "/priority?range=30d");
        let sorted = PriorityQuery::parse("sort=-stay&page=9").expect("a query").with_tab(PriorityTab::Warning);
        assert_eq!(sorted.href(), "/priority?range=30d&tab=warning&sort=-stay");
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let field = |query: &str| PriorityQuery::parse(query).expect_err(query).field;
        assert_eq!(field("tab=early"), "tab");
        assert_eq!(field("sort=colour"), "sort");
        assert_eq!(field("min_days=-1"), "min_days");
        assert_eq!(field("page=0"), "page");
        assert_eq!(field("sla=soon"), "sla");
    }
}
