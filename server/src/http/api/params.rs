//! The parameters of the REST interface: one table says their names, kinds, defaults and bounds; requests are read
//! by it and the OpenAPI document is written from it, so that the two cannot differ.

use super::moment::Moment;
use super::problem::{Fault, Problem};
use app::model::filter::percent_decode;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The longest duration a parameter may give, in hours.
pub const MAX_HOURS: f64 = 1_000_000.0;

/// The longest text a parameter may hold, in characters.
pub const MAX_TEXT: usize = 255;

/// The longest name, in characters.
pub const MAX_NAME: usize = 100;

/// The longest cursor: it holds the value of a text column.
pub const MAX_CURSOR: usize = 2048;

/// What a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A whole number with its default and bounds.
    Int(Option<i64>, i64, i64),
    /// A finite number with its default and bounds.
    Float(Option<f64>, f64, f64),
    /// Yes or no, with its default.
    Bool(bool),
    /// A date, date-time or Unix number.
    Moment,
    /// A text of at least this many characters; where the least is 0, an empty text counts as not given.
    Text(usize),
    /// A text of at least this many and at most [`MAX_NAME`] characters, none of them a control character.
    Name(usize),
    /// A mark that an earlier answer handed out.
    Cursor,
    /// A JSON array in the body; its items are of this schema, or `string`; with the least and greatest number of them.
    List(&'static str, usize, usize),
    /// One of a few words, with its default.
    Choice(Option<&'static str>, &'static [&'static str]),
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// After the question mark.
    Query,
    /// In the path, between braces.
    Path,
    /// A field of the JSON object in the body; a text of at least one character is required there.
    Body,
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What it holds.
    pub kind: Kind,
    /// What it does, in a sentence.
    pub about: &'static str,
}

/// A query parameter.
#[must_use]
pub const fn query(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, place: Place::Query, kind, about }
}

/// A field of the body.
#[must_use]
pub const fn field(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, place: Place::Body, kind, about }
}

impl Param {
    /// Whether a request without it is refused.
    #[must_use]
    pub fn is_required(&self) -> bool {
        match self.place {
            Place::Path => true,
            Place::Query => false,
            Place::Body => matches!(self.kind, Kind::Text(least) | Kind::Name(least) if least > 0),
        }
    }
}

/// A path parameter that holds an id.
#[must_use]
pub const fn path_id(name: &'static str, about: &'static str) -> Param {
    Param { name, place: Place::Path, kind: Kind::Int(None, i32::MIN as i64, i32::MAX as i64), about }
}

/// A path parameter that holds a number of ours, which may be large.
#[must_use]
pub const fn path_big_id(name: &'static str, about: &'static str) -> Param {
    Param { name, place: Place::Path, kind: Kind::Int(None, 1, 1 << 52), about }
}

/// An id as a query parameter.
#[must_use]
pub const fn id(name: &'static str, about: &'static str) -> Param {
    query(name, Kind::Int(None, i32::MIN as i64, i32::MAX as i64), about)
}

#[derive(Clone, Debug, PartialEq)]
enum Held {
    Int(i64),
    Float(f64),
    Bool(bool),
    Moment(Moment),
    Text(String),
    List(Value),
}

/// The values of a request's parameters, defaults filled in.
#[derive(Clone, Debug, Default)]
pub struct Args(HashMap<&'static str, Held>);

impl Args {
    /// Reads the parameters in `table` from the path's captures, the query, the last of a repeated name, and the
    /// fields of the body, where null is as good as nothing.
    ///
    /// # Errors
    /// Every parameter that cannot be used.
    pub fn read(
        table: &[Param],
        captures: &HashMap<String, String>,
        query: &str,
        body: &Map<String, Value>,
    ) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (percent_decode(name), percent_decode(value)))
            .collect();
        let mut held = HashMap::new();
        let mut faults = Vec::new();
        for param in table {
            let text = match param.place {
                Place::Path => Ok(captures.get(param.name).cloned()),
                Place::Body => written(param, body.get(param.name)),
                Place::Query => {
                    Ok(pairs.iter().rev().find(|(name, _)| name == param.name).map(|(_, value)| value.clone()))
                }
            };
            match text.and_then(|text| value(param, text.as_deref())) {
                Ok(Some(value)) => {
                    held.insert(param.name, value);
                }
                Ok(None) => {}
                Err(fault) => faults.push(*fault),
            }
        }
        if faults.is_empty() { Ok(Self(held)) } else { Err(Problem::Invalid(faults)) }
    }

    /// A whole number.
    #[must_use]
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(Held::Int(value)) => Some(*value),
            _ => None,
        }
    }

    /// An id; ids are bounded to what the columns hold.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<i32> {
        self.int(name).and_then(|value| i32::try_from(value).ok())
    }

    /// A number that has a default.
    #[must_use]
    pub fn float(&self, name: &str) -> f64 {
        match self.0.get(name) {
            Some(Held::Float(value)) => *value,
            _ => 0.0,
        }
    }

    /// A number that need not be given.
    #[must_use]
    pub fn given_float(&self, name: &str) -> Option<f64> {
        match self.0.get(name) {
            Some(Held::Float(value)) => Some(*value),
            _ => None,
        }
    }

    /// Yes or no.
    #[must_use]
    pub fn bool(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Held::Bool(true))
    }

    /// A point in time.
    #[must_use]
    pub fn moment(&self, name: &str) -> Option<Moment> {
        match self.0.get(name) {
            Some(Held::Moment(value)) => Some(*value),
            _ => None,
        }
    }

    /// A JSON array.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<&Value> {
        match self.0.get(name) {
            Some(Held::List(value)) => Some(value),
            _ => None,
        }
    }

    /// A text or a choice.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Held::Text(value)) => Some(value),
            _ => None,
        }
    }
}

/// A field of the body as text, if its JSON type is the one that the parameter has.
fn written(param: &Param, value: Option<&Value>) -> Result<Option<String>, Box<Fault>> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
    match (value, param.kind) {
        (Value::String(text), Kind::Text(_) | Kind::Name(_) | Kind::Choice(..) | Kind::Moment | Kind::Cursor) => {
            Ok(Some(text.clone()))
        }
        (Value::Number(_), Kind::Int(..) | Kind::Float(..))
        | (Value::Bool(_), Kind::Bool(_))
        | (Value::Array(_), Kind::List(..)) => Ok(Some(value.to_string())),
        (_, kind) => {
            let (name, words) = match kind {
                Kind::Int(..) => ("int_type", "integer"),
                Kind::Float(..) => ("float_type", "number"),
                Kind::Bool(_) => ("bool_type", "boolean"),
                Kind::List(..) => ("list_type", "list"),
                Kind::Moment | Kind::Text(_) | Kind::Name(_) | Kind::Cursor | Kind::Choice(..) => {
                    ("string_type", "string")
                }
            };
            Err(fault(param, &value.to_string(), name, format!("Input should be a valid {words}"), None))
        }
    }
}

fn value(param: &Param, text: Option<&str>) -> Result<Option<Held>, Box<Fault>> {
    let Some(text) = text else { return default(param) };
    match param.kind {
        Kind::Int(_, least, most) => int(text).ok_or_else(|| wrong(param, text, "int_parsing")).and_then(|value| {
            at_least(param, text, value >= i128::from(least), json!(least))?;
            at_most(param, text, value <= i128::from(most), json!(most))?;
            Ok(i64::try_from(value).ok().map(Held::Int))
        }),
        Kind::Float(_, least, most) => {
            float(text).ok_or_else(|| wrong(param, text, "float_parsing")).and_then(|value| {
                at_least(param, text, value >= least, json!(least))?;
                if value.is_infinite() {
                    return Err(wrong(param, text, "finite_number"));
                }
                at_most(param, text, value <= most, json!(most))?;
                Ok(Some(Held::Float(value)))
            })
        }
        Kind::Bool(_) => {
            bool(text).map(|value| Some(Held::Bool(value))).ok_or_else(|| wrong(param, text, "bool_parsing"))
        }
        Kind::Moment => Moment::parse(text).map(|value| Some(Held::Moment(value))).map_err(|why| {
            let msg = format!("Input should be a valid datetime or date, {why}");
            fault(param, text, "datetime_from_date_parsing", msg, Some(("error", json!(why))))
        }),
        Kind::Text(least) => words(param, text, least, MAX_TEXT),
        Kind::Cursor => words(param, text, 0, MAX_CURSOR),
        Kind::Name(least) => match words(param, text, least, MAX_NAME) {
            Ok(_) if text.contains(char::is_control) => Err(mismatch(param, text, r"^[^\x00-\x1f\x7f-\x9f]*$")),
            judged => judged,
        },
        Kind::List(_, least, most) => match serde_json::from_str(text) {
            Ok(Value::Array(items)) => counted(param, items, least, most),
            _ => Err(fault(param, text, "list_type", "Input should be a valid list".to_owned(), None)),
        },
        Kind::Choice(_, choices) if choices.contains(&text) => Ok(Some(Held::Text(text.to_owned()))),
        Kind::Choice(_, choices) => Err(mismatch(param, text, &format!("^({})$", choices.join("|")))),
    }
}

fn default(param: &Param) -> Result<Option<Held>, Box<Fault>> {
    Ok(match param.kind {
        _ if param.is_required() => return Err(fault(param, "", "missing", "Field required".to_owned(), None)),
        Kind::Int(value, ..) => value.map(Held::Int),
        Kind::Float(value, ..) => value.map(Held::Float),
        Kind::Bool(value) => Some(Held::Bool(value)),
        Kind::Moment | Kind::Text(_) | Kind::Name(_) | Kind::Cursor | Kind::List(..) => None,
        Kind::Choice(value, _) => value.map(|word| Held::Text(word.to_owned())),
    })
}

fn counted(param: &Param, items: Vec<Value>, least: usize, most: usize) -> Result<Option<Held>, Box<Fault>> {
    let told = |kind, msg: String, name, bound: usize| Err(fault(param, "", kind, msg, Some((name, json!(bound)))));
    match items.len() {
        count if count < least => {
            told("too_short", format!("List should have at least {least} items"), "min_length", least)
        }
        count if count > most => told("too_long", format!("List should have at most {most} items"), "max_length", most),
        _ => Ok(Some(Held::List(Value::Array(items)))),
    }
}

fn words(param: &Param, text: &str, least: usize, most: usize) -> Result<Option<Held>, Box<Fault>> {
    let length = text.chars().count();
    if text.contains('\0') {
        return Err(mismatch(param, text, r"^[^\x00]*$"));
    }
    if length > most {
        let msg = format!("String should have at most {most} characters");
        return Err(fault(param, text, "string_too_long", msg, Some(("max_length", json!(most)))));
    }
    if length < least {
        let msg = format!("String should have at least {least} characters");
        return Err(fault(param, text, "string_too_short", msg, Some(("min_length", json!(least)))));
    }
    Ok((length > 0).then(|| Held::Text(text.to_owned())))
}

/// An optional sign, digits with single underscores between them, and a fraction of zeros. Saturates.
fn int(text: &str) -> Option<i128> {
    let text = text.trim();
    let text = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let well_formed = digits.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let amount = digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(0_i128, |sum, byte| sum.saturating_mul(10).saturating_add(i128::from(byte - b'0')));
    well_formed.then_some(if negative { -amount } else { amount })
}

fn float(text: &str) -> Option<f64> {
    let text = text.trim();
    let well_formed = !text.starts_with('_') && !text.ends_with('_') && !text.contains("__");
    well_formed.then(|| text.replace('_', "").parse().ok()).flatten()
}

fn bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" | "t" | "y" => Some(true),
        "false" | "0" | "no" | "off" | "f" | "n" => Some(false),
        _ => None,
    }
}

fn at_least(param: &Param, text: &str, holds: bool, bound: Value) -> Result<(), Box<Fault>> {
    let msg = format!("Input should be greater than or equal to {}", plain(&bound));
    if holds { Ok(()) } else { Err(fault(param, text, "greater_than_equal", msg, Some(("ge", bound)))) }
}

fn at_most(param: &Param, text: &str, holds: bool, bound: Value) -> Result<(), Box<Fault>> {
    let msg = format!("Input should be less than or equal to {}", plain(&bound));
    if holds { Ok(()) } else { Err(fault(param, text, "less_than_equal", msg, Some(("le", bound)))) }
}

/// A bound in a sentence: without a zero fraction.
fn plain(bound: &Value) -> String {
    let text = bound.to_string();
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

fn wrong(param: &Param, text: &str, kind: &'static str) -> Box<Fault> {
    let msg = match kind {
        "int_parsing" => "Input should be a valid integer, unable to parse string as an integer",
        "float_parsing" => "Input should be a valid number, unable to parse string as a number",
        "bool_parsing" => "Input should be a valid boolean, unable to interpret input",
        _ => "Input should be a finite number",
    };
    fault(param, text, kind, msg.to_owned(), None)
}

fn mismatch(param: &Param, text: &str, pattern: &str) -> Box<Fault> {
    let msg = format!("String should match pattern '{pattern}'");
    fault(param, text, "string_pattern_mismatch", msg, Some(("pattern", json!(pattern))))
}

fn fault(param: &Param, text: &str, kind: &'static str, msg: String, ctx: Option<(&'static str, Value)>) -> Box<Fault> {
    let place = match param.place {
        Place::Query => "query",
        Place::Path => "path",
        Place::Body => "body",
    };
    let ctx = ctx.map(|(name, value)| Map::from_iter([(name.to_owned(), value)]));
    Box::new(Fault { kind, loc: [place.into(), param.name.into()], msg, input: Some(text.to_owned()), ctx })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [Param; 6] = [
        query("limit", Kind::Int(Some(10), 1, 100), ""),
        query("sla_hours", Kind::Float(Some(48.0), 0.0, MAX_HOURS), ""),
        query("full", Kind::Bool(false), ""),
        query("date_from", Kind::Moment, ""),
        query("name", Kind::Text(3), ""),
        query("interval", Kind::Choice(Some("day"), &["day", "week"]), ""),
    ];

    fn read(query: &str) -> Result<Args, Vec<Fault>> {
        Args::read(&TABLE, &HashMap::new(), query, &Map::new()).map_err(|problem| match problem {
            Problem::Invalid(faults) => faults,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn what_is_absent_has_its_default_and_the_last_of_a_repeated_name_counts() {
        let args = read("limit=7&limit=%208_0.0%20&unknown=1").expect("arguments");
        assert_eq!(args.int("limit"), Some(80));
        assert_eq!((args.float("sla_hours"), args.bool("full"), args.text("interval")), (48.0, false, Some("day")));
        assert_eq!((args.moment("date_from"), args.text("name")), (None, None));
    }

    #[test]
    fn all_faults_are_told_at_once_in_the_order_of_the_table() {
        let faults = read("interval=Day&full=maybe&limit=101&sla_hours=-1&name=ab&date_from=x").expect_err("faults");
        let told: Vec<_> = faults.iter().map(|fault| (fault.kind, &*fault.loc[1])).collect();
        assert_eq!(
            told,
            [
                ("less_than_equal", "limit"),
                ("greater_than_equal", "sla_hours"),
                ("bool_parsing", "full"),
                ("datetime_from_date_parsing", "date_from"),
                ("string_too_short", "name"),
                ("string_pattern_mismatch", "interval"),
            ]
        );
        assert_eq!(
            serde_json::to_value(&faults[1]).expect("JSON"),
            json!({"type": "greater_than_equal", "loc": ["query", "sla_hours"],
                "msg": "Input should be greater than or equal to 0", "input": "-1", "ctx": {"ge": 0.0}})
        );
        assert_eq!(
            serde_json::to_value(&faults[5]).expect("JSON")["msg"],
            "String should match pattern '^(day|week)$'"
        );
    }

    #[test]
    fn numbers_that_no_column_holds_are_refused() {
        let kind = |query: &str| read(query).map_err(|faults| faults[0].kind).err();
        assert_eq!(kind(&format!("limit={}", "9".repeat(40))), Some("less_than_equal"));
        assert_eq!(kind(&format!("limit=-{}", "9".repeat(400))), Some("greater_than_equal"));
        assert_eq!(kind(&format!("sla_hours={}", "9".repeat(40))), Some("less_than_equal"));
        assert_eq!(kind("sla_hours=inf"), Some("finite_number"));
        assert_eq!(kind("sla_hours=-inf"), Some("greater_than_equal"));
        assert_eq!(kind("sla_hours=NaN"), Some("greater_than_equal"));
        for text in ["1.5", "1e0", "", "1__0", "_1", "1_", "--1", "1.x", "٣"] {
            assert_eq!(kind(&format!("limit={text}")), Some("int_parsing"), "{text}");
        }
        assert_eq!(kind("name=ab%00c"), Some("string_pattern_mismatch"));
        assert_eq!(kind(&format!("name={}", "x".repeat(256))), Some("string_too_long"));
    }
}
