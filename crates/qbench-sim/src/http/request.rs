//! What a request asks for: its route and its parameters.

use axum::http::{Method, Uri};

use crate::lab::{Entity, ListQuery, Sort};

/// The largest page that QBench serves.
pub(crate) const MAX_PAGE_SIZE: usize = 50;
/// The page size when none is asked for.
const DEFAULT_PAGE_SIZE: usize = 20;

/// A route of the API.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Route {
    /// The token endpoint, in either spelling.
    Token,
    /// A list of records.
    List(Entity),
    /// One record.
    Detail(Entity, String),
    /// The change feed since an instant.
    Feed(Entity, String),
    /// The list of accessioning types.
    AccessioningTypes,
    /// Anything else.
    Unknown,
}

impl Route {
    fn parse(path: &str) -> Self {
        if matches!(path, "/qbench/oauth2/v1/token" | "/qbench/api/v2/auth/token") {
            return Self::Token;
        }
        let Some(rest) = path.strip_prefix("/qbench/api/v1/") else {
            return Self::Unknown;
        };
        let parts: Vec<&str> = rest.split('/').collect();
        match parts[..] {
            ["accessioningtype"] => Self::AccessioningTypes,
            ["updates", name, since] => match Entity::from_path(name) {
                Some(entity) if entity.in_feed() => Self::Feed(entity, since.to_owned()),
                _ => Self::Unknown,
            },
            [name] => Entity::from_path(name).map_or(Self::Unknown, Self::List),
            [name, id] => Entity::from_path(name).map_or(Self::Unknown, |entity| Self::Detail(entity, id.to_owned())),
            _ => Self::Unknown,
        }
    }

    /// A short name for counters, e.g. `GET test list`.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Token => "token".to_owned(),
            Self::List(entity) => format!("{} list", entity.path()),
            Self::Detail(entity, _) => format!("{} detail", entity.path()),
            Self::Feed(entity, _) => format!("{} updates", entity.path()),
            Self::AccessioningTypes => "accessioningtype list".to_owned(),
            Self::Unknown => "unknown".to_owned(),
        }
    }
}

/// A request as faults and handlers see it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) route: Route,
    pub(crate) params: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn new(method: Method, uri: &Uri) -> Self {
        Self {
            method,
            path: uri.path().to_owned(),
            route: Route::parse(uri.path()),
            params: parse_form(uri.query().unwrap_or("")),
        }
    }

    /// The first value of a parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        let mut pairs = self.params.iter();
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.param(name).is_some_and(|value| value == "true")
    }

    /// The page asked for, 1 when none is given, `None` when it is no number.
    pub(crate) fn page(&self) -> Option<usize> {
        match self.param("page_num") {
            None => Some(1),
            Some(text) => text.parse::<usize>().ok().map(|page| page.max(1)),
        }
    }

    /// The page size asked for, within what QBench serves.
    pub(crate) fn page_size(&self) -> Option<usize> {
        match self.param("page_size") {
            None => Some(DEFAULT_PAGE_SIZE),
            Some(text) => {
                let size = text.parse::<usize>().ok()?;
                Some(size.clamp(1, MAX_PAGE_SIZE))
            }
        }
    }

    /// Sort and filters of a list; an error names the parameter that cannot be served.
    pub(crate) fn list_query(&self, entity: Entity, by_last_updated: bool) -> Result<ListQuery, String> {
        let mut query = ListQuery::all(entity);
        if entity == Entity::Customer {
            // Without `sort_by` QBench returns customers by name, whatever their case.
            query.sort = Sort::Name;
        }
        if let Some(field) = self.param("sort_by") {
            query.sort = sort_of(entity, field)
                .filter(|sort| by_last_updated || *sort != Sort::Updated)
                .ok_or_else(|| format!("sort_by {field}"))?;
        }
        query.descending = match self.param("sort_order") {
            None => false,
            Some(order) if order.eq_ignore_ascii_case("asc") => false,
            Some(order) if order.eq_ignore_ascii_case("desc") => true,
            Some(order) => return Err(format!("sort_order {order}")),
        };
        query.customers = self.ids("customer_ids")?;
        query.orders = self.ids("order_ids")?;
        query.samples = self.ids("sample_ids")?;
        query.assays = self.ids("assay_ids")?;
        query.statuses = self.all("statuses").map(str::to_owned).collect();
        if entity == Entity::Contact {
            query.customers.extend(self.ids("customer_id")?);
        }
        Ok(query)
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.params.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn ids(&self, name: &str) -> Result<Vec<u64>, String> {
        self.all(name).map(|text| text.parse().map_err(|_| format!("{name} {text}"))).collect()
    }
}

fn sort_of(entity: Entity, field: &str) -> Option<Sort> {
    match (field, entity) {
        ("id", _) => Some(Sort::Id),
        ("last_updated", _) => Some(Sort::Updated),
        ("date_created", _) => Some(Sort::Created),
        ("customer_name", Entity::Customer) => Some(Sort::Name),
        ("order_id", Entity::Sample) => Some(Sort::OrderId),
        ("sample_type" | "description" | "comments", Entity::Sample) => Some(Sort::Text),
        _ => None,
    }
}

/// Decodes `a=1&b=x%20y` into pairs.
pub(crate) fn parse_form(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str) -> Asked {
        Asked::new(Method::GET, &uri.parse().expect("a uri"))
    }

    #[test]
    fn routes_are_told_apart() {
        assert_eq!(asked("/qbench/oauth2/v1/token").route, Route::Token);
        assert_eq!(asked("/qbench/api/v2/auth/token").route, Route::Token);
        assert_eq!(asked("/qbench/api/v1/test?page_num=2").route, Route::List(Entity::Test));
        assert_eq!(asked("/qbench/api/v1/order/12").route, Route::Detail(Entity::Order, "12".to_owned()));
        assert_eq!(asked("/qbench/api/v1/updates/sample/5").route, Route::Feed(Entity::Sample, "5".to_owned()));
        assert_eq!(asked("/qbench/api/v1/updates/batch/5").route, Route::Unknown);
        assert_eq!(asked("/qbench/api/v1/oauth/token").route, Route::Unknown);
        assert_eq!(asked("/qbench/api/v1/orders").route, Route::Unknown);
    }

    #[test]
    fn parameters_are_decoded_and_repeated_ones_kept() {
        let asked = asked("/qbench/api/v1/test?statuses=ON%20HOLD&statuses=IN+REVIEW&sample_ids=4&x");
        let query = asked.list_query(Entity::Test, true).expect("valid");
        assert_eq!(query.statuses, ["ON HOLD", "IN REVIEW"]);
        assert_eq!(query.samples, [4]);
    }

    #[test]
    fn page_sizes_are_clamped_and_default_to_twenty() {
        assert_eq!(asked("/qbench/api/v1/test").page_size(), Some(20));
        assert_eq!(asked("/qbench/api/v1/test?page_size=200").page_size(), Some(50));
        assert_eq!(asked("/qbench/api/v1/test?page_size=x").page_size(), None);
    }
}
