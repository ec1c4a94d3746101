//! Prometheus' text form.

use super::families::Family;
use std::fmt::Write as _;

/// A page of measurements being written.
#[derive(Default)]
pub struct Page {
    text: String,
    last: Option<&'static str>,
}

impl Page {
    /// Writes one measurement; those of a family come one after the other.
    pub fn put(&mut self, family: &Family, labels: &[(&str, &str)], value: f64) {
        self.put_as(family, "", labels, value);
    }

    /// The same for a part of a histogram.
    pub fn put_as(&mut self, family: &Family, part: &str, labels: &[(&str, &str)], value: f64) {
        if self.last != Some(family.name) {
            self.last = Some(family.name);
            let (name, kind) = (family.name, family.kind.name());
            self.line(format_args!("# HELP {name} {}\n# TYPE {name} {kind}", family.help));
        }
        let mut list = String::new();
        for (name, value) in labels {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let comma = if list.is_empty() { "" } else { "," };
            write!(list, "{comma}{name}=\"{value}\"").expect("writing to a string");
        }
        let list = if list.is_empty() { list } else { format!("{{{list}}}") };
        self.line(format_args!("{}{part}{list} {value}", family.name));
    }

    /// The page.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.text, "{line}").expect("writing to a string");
    }
}
