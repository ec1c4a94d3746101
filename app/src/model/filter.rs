//! The state of a dashboard: one value that is a URL query, a server function's argument and a metrics query.
//! A link is a view, so nothing that changes what is shown may live elsewhere.

pub use super::as_of::AsOf;
use super::ids::CustomerId;
use super::period::{Bucket, Comparison, DayRange, Preset, Range};
use super::views::{address, is_shareable};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// The longest range a view may cover, in days.
pub const MAX_DAYS: i64 = 3_700;

/// The longest text a filter may hold, in characters.
pub const MAX_TEXT: usize = 255;

/// The target where neither a view nor the laboratory says anything, in hours.
pub const DEFAULT_SLA_HOURS: f64 = 48.0;

/// The parameters of a filter.
const PARAMETERS: [&str; 12] =
    ["range", "from", "to", "bucket", "compare", "customer", "type", "matrix", "label", "state", "sla", "as_of"];

/// The default filter where it must be named.
const DEFAULT_NAMED: &str = "range=30d";

/// The laboratory's own target. It is a part of what a query without `sla` means, as today's date is, and so not of any
/// filter: the server sets it from the settings, a browser from the document.
static LABORATORY_SLA: AtomicU64 = AtomicU64::new(DEFAULT_SLA_HOURS.to_bits());

/// The target that holds where a view asks for no other, in hours.
#[must_use]
pub fn default_sla_hours() -> f64 {
    f64::from_bits(LABORATORY_SLA.load(Ordering::Relaxed))
}

/// Sets that target for this process or browser.
pub fn set_default_sla_hours(hours: f64) {
    LABORATORY_SLA.store(hours.to_bits(), Ordering::Relaxed);
}

/// Which records a view is about and how it cuts them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Filter {
    /// The days covered.
    pub range: Range,
    /// The width of a point of each series; `None` picks one that suits the range.
    pub bucket: Option<Bucket>,
    /// What the figures are compared with.
    pub compare: Comparison,
    /// Only this customer.
    pub customer: Option<CustomerId>,
    /// Only samples of this accessioning type.
    pub sample_type: Option<String>,
    /// Only samples of this matrix.
    pub matrix: Option<String>,
    /// Only tests with this assay label.
    pub label: Option<String>,
    /// Only records in this state.
    pub state: Option<String>,
    /// The turnaround target in hours.
    pub sla_hours: f64,
    /// The moment as of which everything is shown; `None` = now.
    pub as_of: Option<AsOf>,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            range: Range::Preset(Preset::Month),
            bucket: None,
            compare: Comparison::default(),
            customer: None,
            sample_type: None,
            matrix: None,
            label: None,
            state: None,
            sla_hours: default_sla_hours(),
            as_of: None,
        }
    }
}

/// A part of a query that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct BadFilter {
    /// The name of the query parameter.
    pub field: &'static str,
    /// What is wrong with it, in words for the person who wrote the link.
    pub why: String,
}

impl Filter {
    /// Reads a URL query (`a=b&c=d`, percent-encoded). Unknown names are ignored, the last of a repeated name counts.
    ///
    /// # Errors
    /// Names the first parameter whose value cannot be used.
    pub fn parse(query: &str) -> Result<Self, BadFilter> {
        let pairs: Vec<(String, String)> = query
            .trim_start_matches('?')
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (percent_decode(name), percent_decode(value))
            })
            .collect();
        Self::from_pairs(|name| pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str()))
    }

    /// Reads a query through a lookup from parameter name to decoded value; an empty value counts as absent.
    ///
    /// # Errors
    /// Names the first parameter whose value cannot be used.
    pub fn from_pairs<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Result<Self, BadFilter> {
        let get = |field: &str| get(field).filter(|value| !value.is_empty());
        let text = |field: &'static str| get(field).map(|value| checked_text(field, value)).transpose();
        Ok(Self {
            range: range(get("range"), get("from"), get("to"))?,
            bucket: get("bucket")
                .map(|word| Bucket::from_slug(word).ok_or_else(|| expected("bucket", "day, week, month")))
                .transpose()?,
            compare: get("compare")
                .map(|word| Comparison::from_slug(word).ok_or_else(|| expected("compare", "previous, year, none")))
                .transpose()?
                .unwrap_or_default(),
            customer: get("customer")
                .map(|id| id.parse().map_err(|_| expected("customer", "a customer id")))
                .transpose()?,
            sample_type: text("type")?,
            matrix: text("matrix")?,
            label: text("label")?,
            state: text("state")?,
            sla_hours: get("sla").map(sla).transpose()?.unwrap_or_else(default_sla_hours),
            as_of: get("as_of")
                .map(|text| {
                    AsOf::parse(text).ok_or_else(|| {
                        expected("as_of", "a day such as 2026-11-17 or a moment such as 2026-11-17T14:30")
                    })
                })
                .transpose()?,
        })
    }

    /// The shortest URL query that reads back as this filter; empty for the default view.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut query = String::new();
        let mut put = |name: &str, value: &str| {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            percent_encode(value, &mut query);
        };
        match self.range {
            Range::Preset(Preset::Month) => {}
            Range::Preset(preset) => put("range", preset.slug()),
            Range::Days(days) => {
                put("from", &days.from.to_string());
                put("to", &days.to.to_string());
            }
        }
        if let Some(bucket) = self.bucket {
            put("bucket", bucket.slug());
        }
        if self.compare != Comparison::default() {
            put("compare", self.compare.slug());
        }
        if let Some(customer) = self.customer {
            put("customer", &customer.to_string());
        }
        for (name, value) in
            [("type", &self.sample_type), ("matrix", &self.matrix), ("label", &self.label), ("state", &self.state)]
        {
            if let Some(value) = value {
                put(name, value);
            }
        }
        if (self.sla_hours - default_sla_hours()).abs() > f64::EPSILON {
            put("sla", &self.sla_hours.to_string());
        }
        if let Some(as_of) = self.as_of {
            put("as_of", &as_of.to_string());
        }
        query
    }

    /// The link to `path` with this filter. One to a dashboard names the filter in any case: without any, it would lead
    /// to the filter that its reader used last.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        if is_shareable(path) { self.href_with(path, Vec::new()) } else { address(path, &self.to_query()) }
    }

    /// The link to a dashboard with this filter and parameters that only that page has.
    #[must_use]
    pub fn href_with(&self, path: &str, own: Vec<(String, String)>) -> String {
        let mut href = address(path, &self.named());
        for (name, value) in own {
            href.push('&');
            href.push_str(&name);
            href.push('=');
            percent_encode(&value, &mut href);
        }
        href
    }

    /// The shortest URL query that names this filter: never empty, so that it can be told from a query without any.
    #[must_use]
    pub fn named(&self) -> String {
        Some(self.to_query()).filter(|query| !query.is_empty()).unwrap_or_else(|| DEFAULT_NAMED.to_owned())
    }

    /// Whether a URL query names a filter; even an empty value does.
    #[must_use]
    pub fn is_named_in(query: &str) -> bool {
        let mut names = query.trim_start_matches('?').split('&').map(|pair| pair.split('=').next().unwrap_or_default());
        names.any(|name| PARAMETERS.contains(&name))
    }

    /// The same of now: what is remembered of it, since nobody means to stay in the past.
    #[must_use]
    pub fn of_now(self) -> Self {
        Self { as_of: None, ..self }
    }

    /// The bucket in use: the one asked for, or the one that keeps a series below about a hundred points.
    #[must_use]
    pub fn bucket_for(&self, days: DayRange) -> Bucket {
        self.bucket.unwrap_or(match days.days() {
            ..=92 => Bucket::Day,
            93..=400 => Bucket::Week,
            _ => Bucket::Month,
        })
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.to_query()
    }
}

impl TryFrom<String> for Filter {
    type Error = BadFilter;
    fn try_from(query: String) -> Result<Self, BadFilter> {
        Self::parse(&query)
    }
}

fn bad<T>(field: &'static str, why: impl Into<String>) -> Result<T, BadFilter> {
    Err(BadFilter { field, why: why.into() })
}

fn expected(field: &'static str, values: &str) -> BadFilter {
    BadFilter { field, why: format!("must be {values}") }
}

fn checked_text(field: &'static str, value: &str) -> Result<String, BadFilter> {
    if value.chars().count() > MAX_TEXT {
        return bad(field, format!("is longer than {MAX_TEXT} characters"));
    }
    if value.contains('\0') {
        return bad(field, "holds a NUL character");
    }
    Ok(value.to_owned())
}

fn range(preset: Option<&str>, from: Option<&str>, to: Option<&str>) -> Result<Range, BadFilter> {
    let date = |field: &'static str, text: &str| {
        text.parse::<NaiveDate>().map_err(|_| BadFilter { field, why: "must be a date such as 2026-11-17".to_owned() })
    };
    match (preset, from, to) {
        (_, Some(from), Some(to)) => {
            let days = DayRange { from: date("from", from)?, to: date("to", to)? };
            if days.from > days.to {
                return bad("to", "is before the first day");
            }
            if days.days() > MAX_DAYS {
                return bad("to", format!("is more than {MAX_DAYS} days after the first day"));
            }
            Ok(Range::Days(days))
        }
        (_, Some(_), None) => bad("to", "is missing: a range has two ends"),
        (_, None, Some(_)) => bad("from", "is missing: a range has two ends"),
        (Some(word), None, None) => Preset::from_slug(word)
            .map(Range::Preset)
            .ok_or_else(|| expected("range", "today, 7d, 30d, 90d, mtd, qtd or ytd")),
        (None, None, None) => Ok(Range::Preset(Preset::Month)),
    }
}

fn sla(text: &str) -> Result<f64, BadFilter> {
    match text.parse::<f64>() {
        Ok(hours) if (0.0..=87_600.0).contains(&hours) => Ok(hours),
        _ => bad("sla", "must be a number of hours between 0 and 87600"),
    }
}

/// Decodes `%XX` and `+`; bytes that are not UTF-8 become the replacement character.
#[must_use]
pub fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match (bytes[at], hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (_, Some(byte)) => {
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

/// Appends `text` with everything but unreserved characters percent-encoded.
pub fn percent_encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_its_url() {
        let filter = Filter {
            range: Range::Days(DayRange {
                from: "2026-10-19".parse().expect("a date"),
                to: "2026-11-17".parse().expect("a date"),
            }),
            bucket: Some(Bucket::Week),
            compare: Comparison::Year,
            customer: Some(CustomerId(7)),
            sample_type: Some("Adult Use".into()),
            matrix: Some("Ñandú & más=100%".into()),
            label: Some("HM".into()),
            state: Some("ON HOLD".into()),
            sla_hours: 36.5,
            as_of: AsOf::parse("2026-11-17T14:30"),
        };
        assert_eq!(Filter::parse(&filter.to_query()), Ok(filter));
        assert_eq!(Filter::default().to_query(), "");
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let field = |query: &str| Filter::parse(query).expect_err(query).field;
        assert_eq!(field("from=2026-02-30&to=2026-03-01"), "from");
        assert_eq!(field("from=2026-03-02&to=2026-03-01"), "to");
        assert_eq!(field("from=2026-03-02"), "to");
        assert_eq!(field("range=fortnight"), "range");
        assert_eq!(field("bucket=hour"), "bucket");
        assert_eq!(field("customer=99999999999"), "customer");
        assert_eq!(field("sla=NaN"), "sla");
        assert_eq!(field("as_of=yesterday"), "as_of");
        assert_eq!(field("state=%00"), "state");
        assert_eq!(field(&format!("label={}", "x".repeat(300))), "label");
    }

    #[test]
    fn a_link_to_a_dashboard_names_even_the_default_filter() {
        assert_eq!(Filter::default().href("/mix"), "/mix?range=30d");
        assert_eq!(Filter::parse(&Filter::default().named()), Ok(Filter::default()));
        assert_eq!(Filter::default().href("/customers/7"), "/customers/7");
        assert!(Filter::is_named_in("?tab=risk&customer="));
        assert!(!Filter::is_named_in("?tab=risk&lang=es&ranges=7d"));
    }

    #[test]
    fn broken_percent_signs_are_taken_literally() {
        assert_eq!(percent_decode("100%+%zz%c3%b1%"), "100% %zzñ%");
    }
}
