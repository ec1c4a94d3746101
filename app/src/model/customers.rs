//! What the page about customers shows, and the state of it.

use super::filter::{BadFilter, Filter, MAX_TEXT, percent_decode, percent_encode};
use super::ids::CustomerId;
use super::overview::{Figure, Scope, TopCustomer};
use serde::{Deserialize, Serialize};

/// What the list of customers is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CustomerSort {
    /// Tests received, and with them the share.
    #[default]
    Tests,
    /// The name.
    Name,
    /// The change of tests received against the period compared with.
    Change,
    /// Orders received.
    Orders,
    /// Samples received.
    Samples,
    /// Tests reported.
    Reported,
    /// The share of reported tests within the target.
    OnTime,
    /// Median turnaround.
    Median,
    /// 90th percentile of turnaround.
    P90,
    /// Open orders.
    Open,
    /// Late orders.
    Late,
}

impl CustomerSort {
    /// Every order, as the columns stand.
    pub const ALL: [Self; 11] = [
        Self::Name,
        Self::Tests,
        Self::Change,
        Self::Orders,
        Self::Samples,
        Self::Reported,
        Self::OnTime,
        Self::Median,
        Self::P90,
        Self::Open,
        Self::Late,
    ];

    /// The word that stands for it in a URL.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Tests => "tests",
            Self::Name => "name",
            Self::Change => "change",
            Self::Orders => "orders",
            Self::Samples => "samples",
            Self::Reported => "reported",
            Self::OnTime => "ontime",
            Self::Median => "median",
            Self::P90 => "p90",
            Self::Open => "open",
            Self::Late => "late",
        }
    }

    /// The order with this URL word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.slug() == slug)
    }
}

/// The state of the page: the shared filter, the words searched for, the order of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CustomersQuery {
    /// The filter shared with the dashboards.
    pub filter: Filter,
    /// Only customers whose name or alias holds this text, without regard to case and accents.
    pub text: Option<String>,
    /// What the list is ordered by.
    pub sort: CustomerSort,
    /// Greatest first.
    pub descending: bool,
}

impl Default for CustomersQuery {
    fn default() -> Self {
        Self { filter: Filter::default(), text: None, sort: CustomerSort::default(), descending: true }
    }
}

impl CustomersQuery {
    /// Reads a URL query; unknown names are ignored.
    ///
    /// # Errors
    /// Names the first parameter whose value cannot be used.
    pub fn parse(query: &str) -> Result<Self, BadFilter> {
        let filter = Filter::parse(query)?;
        let last = |name: &str| {
            let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == name).map(|(_, value)| percent_decode(value)).next_back()
        };
        let text = last("q").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT || text.contains('\0')) {
            return Err(BadFilter { field: "q", why: format!("must be at most {MAX_TEXT} characters of text") });
        }
        let word = last("sort").filter(|word| !word.is_empty());
        let Some(word) = word else { return Ok(Self { filter, text, ..Self::default() }) };
        let (slug, descending) = word.strip_prefix('-').map_or((word.as_str(), false), |slug| (slug, true));
        let sort = CustomerSort::from_slug(slug).ok_or_else(|| {
            let words: Vec<&str> = CustomerSort::ALL.map(CustomerSort::slug).into();
            BadFilter { field: "sort", why: format!("must be one of {}, with or without a minus", words.join(", ")) }
        })?;
        Ok(Self { filter, text, sort, descending })
    }

    /// The parameters that only this page has: what the links of the filter bar keep.
    #[must_use]
    pub fn own_pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if let Some(text) = &self.text {
            pairs.push(("q".to_owned(), text.clone()));
        }
        if (self.sort, self.descending) != (CustomerSort::default(), true) {
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
        for (name, value) in self.own_pairs() {
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
        self.filter.href_with("/customers", self.own_pairs())
    }
}

impl From<CustomersQuery> for String {
    fn from(query: CustomersQuery) -> Self {
        query.to_query()
    }
}

impl TryFrom<String> for CustomersQuery {
    type Error = BadFilter;
    fn try_from(query: String) -> Result<Self, BadFilter> {
        Self::parse(&query)
    }
}

/// A customer of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerFigures {
    /// The same figures as those of the overview's list.
    pub figures: TopCustomer,
    /// Its part of all tests received in the range, 0 to 1; absent when nothing was received.
    pub share: Option<f64>,
    /// The share of its tests within the target in the period compared with.
    pub previous_on_time: Option<f64>,
    /// True when the account was created in the range.
    pub is_new: bool,
}

/// The tests received from one customer over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerCourse {
    /// The customer; absent for all others together.
    pub customer: Option<(CustomerId, String)>,
    /// Tests created, one value a bucket of the axis.
    pub tests: Vec<u64>,
}

/// How much of the work the largest customers send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Concentration {
    /// Customer id.
    pub id: CustomerId,
    /// Customer name.
    pub name: String,
    /// Tests created.
    pub tests: u64,
    /// The part of all tests, 0 to 1, that this customer and those before it sent.
    pub share: f64,
}

/// The tiles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CustomersTiles {
    /// Customers with at least one sample or test created.
    pub active: Figure,
    /// Customers whose account was created in the range.
    pub new: Figure,
    /// Tests created, those without a customer included.
    pub tests: Figure,
    /// The part of the tests that the largest customer sent, 0 to 1.
    pub largest_share: Figure,
    /// The part of the tests that the five largest customers sent, 0 to 1.
    pub five_share: Figure,
    /// Open orders now.
    pub open_orders: Figure,
    /// Open orders beyond the target now.
    pub late_orders: Figure,
}

/// Everything on the page about customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Customers {
    /// Days, buckets, clock.
    pub scope: Scope,
    /// Tiles; they and the charts do not depend on the words searched for.
    pub tiles: CustomersTiles,
    /// The five customers with most tests, then the others together if there are any.
    pub courses: Vec<CustomerCourse>,
    /// The customers with most tests, at most twenty.
    pub concentration: Vec<Concentration>,
    /// The customers that answer to the words searched for, in the order asked for.
    pub rows: Vec<CustomerFigures>,
    /// How many customers there are without the words searched for.
    pub total: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_the_page_survives_its_url() {
        let query = CustomersQuery {
            filter: Filter::parse("range=7d&label=HM").expect("a filter"),
            text: Some("Ñandú & co".into()),
            sort: CustomerSort::OnTime,
            descending: false,
        };
        assert_eq!(CustomersQuery::parse(&query.to_query()), Ok(query));
        assert_eq!(CustomersQuery::default().href(), "/customers?range=30d");
        assert_eq!(CustomersQuery::parse("sort=-late").expect("a query").order(), "-late");
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let field = |query: &str| CustomersQuery::parse(query).expect_err(query).field;
        assert_eq!(field("sort=colour"), "sort");
        assert_eq!(field("q=%00"), "q");
        assert_eq!(field("range=fortnight"), "range");
    }
}
