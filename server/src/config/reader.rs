//! Reads single variables and collects what is wrong with them. Knows no section.

use secrecy::SecretString;
use std::cell::RefCell;
use std::fmt::Display;
use std::str::FromStr;

/// Looks variables up and remembers every fault.
pub(super) struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    problems: RefCell<Vec<String>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, problems: RefCell::default() }
    }

    /// Every fault so far.
    pub(super) fn into_problems(self) -> Vec<String> {
        self.problems.into_inner()
    }

    /// Notes that a variable is not what it should be.
    pub(super) fn problem(&self, name: &str, expectation: impl Display) {
        self.problems.borrow_mut().push(format!("{name}: {expectation}"));
    }

    /// The trimmed text; empty counts as absent, because compose files pass unset variables so.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let value = (self.lookup)(name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// A secret from the variable, or from the file that `<name>_FILE` names.
    pub(super) fn secret(&self, name: &str) -> Option<SecretString> {
        let file_name = format!("{name}_FILE");
        let (value, file) = (self.text(name), self.text(&file_name));
        match (value, file) {
            (Some(_), Some(_)) => {
                self.problem(name, format_args!("set either it or {file_name}, not both"));
                None
            }
            (Some(value), None) => Some(value.into()),
            (None, Some(path)) => self.secret_file(&file_name, &path),
            (None, None) => None,
        }
    }

    fn secret_file(&self, name: &str, path: &str) -> Option<SecretString> {
        match std::fs::read_to_string(path) {
            Ok(text) if !text.trim().is_empty() => Some(text.trim().to_owned().into()),
            Ok(_) => {
                self.problem(name, format_args!("the file {path} is empty"));
                None
            }
            Err(error) => {
                self.problem(name, format_args!("the file {path} cannot be read ({error})"));
                None
            }
        }
    }

    /// Whether a secret is given in either way; for variables that go together.
    pub(super) fn has(&self, name: &str) -> bool {
        self.text(name).is_some() || self.text(&format!("{name}_FILE")).is_some()
    }

    /// A value of a type that reads itself; the default when absent or wrong.
    pub(super) fn parsed<T: FromStr>(&self, name: &str, expectation: &str, default: T) -> T {
        self.checked(name, expectation, default, |text| text.parse().ok())
    }

    /// A value read by `parse`; the default when absent or wrong.
    pub(super) fn checked<T>(&self, name: &str, expectation: &str, default: T, parse: impl Fn(&str) -> Option<T>) -> T {
        let Some(text) = self.text(name) else {
            return default;
        };
        parse(&text).unwrap_or_else(|| {
            self.problem(name, format_args!("must be {expectation}, not {text:?}"));
            default
        })
    }

    /// A list separated by commas; wrong members are named.
    pub(super) fn list<T>(&self, name: &str, expectation: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let text = self.text(name).unwrap_or_default();
        let mut members = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match parse(part) {
                Some(member) => members.push(member),
                None => self.problem(name, format_args!("must be {expectation}, not {part:?}")),
            }
        }
        members
    }
}
