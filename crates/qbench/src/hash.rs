//! Content hashes of records: do two JSON texts say the same?
//!
//! # Canonical form
//! The hash is the first 16 bytes of SHA-256 over the record's canonical JSON text (UTF-8):
//! 1. The text is first made storable (see [`crate::RawRecord::storable_json`]): no random filler
//!    member at the top level, no NUL, no half surrogate pairs, no numbers or depths beyond the
//!    limits. So a payload hashes the same before and after a round trip through `jsonb`.
//! 2. Members of every object are ordered by name (by bytes); of repeated names the last counts.
//! 3. No blanks between tokens.
//! 4. Strings hold every character as itself except `"` and `\` (with a backslash) and characters
//!    below U+0020 (as `\u00xx`, lower case).
//! 5. Equal numbers have one spelling: `50`, `50.0` and `5e1` are `50`; what is not an integer of
//!    at most 40 digits is `digits e power` (`0.5` is `5e-1`); zero has no sign.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use crate::{
    json::{Json, StorableNumber, Tape, canonical_number, escape_into, storable_number, unescape},
    raw::is_filler,
    storable::MAX_STORED_DEPTH,
};

/// Hashes of one record over less and less of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHashes {
    /// Everything but the random filler member.
    pub full: [u8; 16],
    /// Without `worksheet_data`, `worksheet_json` and `worksheet_raw`, of which different calls
    /// give different amounts (all cells, named cells, none).
    pub without_worksheet: [u8; 16],
    /// Also without nested `samples` and `tests`, which single reads have and lists lack.
    pub own: [u8; 16],
}

/// Members whose extent depends on how the record was asked for.
const WORKSHEET_KEYS: [&str; 3] = ["worksheet_data", "worksheet_json", "worksheet_raw"];

/// Members that hold other records.
const CHILD_KEYS: [&str; 2] = ["samples", "tests"];

/// Hashes well-formed JSON text.
pub(crate) fn content_hashes(text: &str) -> ContentHashes {
    let tape = Tape::of_checked(text);
    let mut canonical = Canonical { tape: &tape, out: String::with_capacity(1024), members: Vec::new() };
    if !text.trim_start().starts_with('{') {
        canonical.value(0, 1);
        let all = short(&Sha256::digest(canonical.out.as_bytes()));
        return ContentHashes { full: all, without_worksheet: all, own: all };
    }
    canonical.collect_members(0, |name, value| !is_filler(name, Json::of_checked(value)));
    let members: Vec<_> = canonical.members.drain(..).collect();
    let has = |keys: &[&str]| members.iter().any(|(name, _)| keys.contains(&name.as_ref()));
    let mut full = Digester::new();
    // Hashes that cannot differ are not computed twice.
    let mut without_worksheet = has(&WORKSHEET_KEYS).then(Digester::new);
    let mut own = has(&CHILD_KEYS).then(Digester::new);
    for (name, value) in &members {
        canonical.out.clear();
        escape_into(&mut canonical.out, name);
        canonical.out.push(':');
        canonical.value(*value, 2);
        let member = canonical.out.as_bytes();
        full.member(member);
        let worksheet = WORKSHEET_KEYS.contains(&name.as_ref());
        if let Some(digester) = without_worksheet.as_mut().filter(|_| !worksheet) {
            digester.member(member);
        }
        let child = CHILD_KEYS.contains(&name.as_ref());
        if let Some(digester) = own.as_mut().filter(|_| !worksheet && !child) {
            digester.member(member);
        }
    }
    let full = full.finish();
    let without_worksheet = without_worksheet.map_or(full, Digester::finish);
    let own = own.map_or(without_worksheet, Digester::finish);
    ContentHashes { full, without_worksheet, own }
}

/// The first 16 bytes.
fn short(digest: &[u8]) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&digest[..16]);
    first
}

/// Feeds the members of the outermost object to SHA-256 as if they stood in one text.
struct Digester {
    sha: Sha256,
    empty: bool,
}

impl Digester {
    fn new() -> Self {
        Self { sha: Sha256::new(), empty: true }
    }

    fn member(&mut self, bytes: &[u8]) {
        self.sha.update(if self.empty { b"{" } else { b"," });
        self.empty = false;
        self.sha.update(bytes);
    }

    fn finish(mut self) -> [u8; 16] {
        self.sha.update(if self.empty { b"{}".as_slice() } else { b"}".as_slice() });
        short(&self.sha.finalize())
    }
}

/// Writes the canonical form. Recursion is bounded by [`MAX_STORED_DEPTH`].
struct Canonical<'a, 't> {
    tape: &'t Tape<'a>,
    out: String,
    /// Members of the objects being written, outermost first; one vector saves an allocation each.
    members: Vec<(Cow<'a, str>, usize)>,
}

impl Canonical<'_, '_> {
    fn value(&mut self, at: usize, depth: usize) {
        let Some(node) = self.tape.node(at) else {
            return;
        };
        let text = self.tape.text(node);
        match text.as_bytes().first() {
            Some(b'{' | b'[') if depth > MAX_STORED_DEPTH => escape_into(&mut self.out, text),
            Some(b'{') => self.object(at, depth),
            Some(b'[') => self.array(at, depth),
            Some(b'"') => self.string(text),
            Some(b'-' | b'0'..=b'9') => self.number(text),
            _ => self.out.push_str(text),
        }
    }

    /// Puts the members to be kept of the object at `at`, ordered and without repetitions, on the
    /// stack.
    fn collect_members(&mut self, at: usize, keep: impl Fn(&str, &str) -> bool) {
        let from = self.members.len();
        let tape = self.tape;
        let mut children = tape.children(at);
        while let (Some(name), Some(value)) = (children.next(), children.next()) {
            let text = |at| tape.node(at).map_or("", |node| tape.text(node));
            let quoted = text(name);
            let name = unescape(quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default()).text;
            if keep(&name, text(value)) {
                self.members.push((name, value));
            }
        }
        let members = &mut self.members[from..];
        if members.is_sorted_by(|a, b| a.0 < b.0) {
            return;
        }
        // Reversed and then sorted stably, the last of equal names comes first.
        members.reverse();
        members.sort_by(|a, b| a.0.cmp(&b.0));
        if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            let mut kept: Vec<_> = self.members.drain(from..).collect();
            kept.dedup_by(|later, first| later.0 == first.0);
            self.members.append(&mut kept);
        }
    }

    fn object(&mut self, at: usize, depth: usize) {
        let from = self.members.len();
        self.collect_members(at, |_, _| true);
        let to = self.members.len();
        self.out.push('{');
        for i in from..to {
            if i > from {
                self.out.push(',');
            }
            let (name, value) = std::mem::take(&mut self.members[i]);
            escape_into(&mut self.out, &name);
            self.out.push(':');
            self.value(value, depth + 1);
        }
        self.out.push('}');
        self.members.truncate(from);
    }

    fn array(&mut self, at: usize, depth: usize) {
        self.out.push('[');
        let tape = self.tape;
        for (i, child) in tape.children(at).enumerate() {
            if i > 0 {
                self.out.push(',');
            }
            self.value(child, depth + 1);
        }
        self.out.push(']');
    }

    fn string(&mut self, quoted: &str) {
        if quoted.contains('\\') {
            let inside = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
            escape_into(&mut self.out, &unescape(inside).text);
        } else {
            self.out.push_str(quoted);
        }
    }

    fn number(&mut self, text: &str) {
        match storable_number(text) {
            StorableNumber::AsIs => self.out.push_str(&canonical_number(text)),
            StorableNumber::AsText => {
                self.out.push('"');
                self.out.push_str(text);
                self.out.push('"');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(text: &str) -> [u8; 16] {
        content_hashes(text).full
    }

    #[test]
    fn order_blanks_escapes_numbers_and_filler_do_not_matter() {
        let plain = full(r#"{"id":1,"a":{"x":"é","y":[1,50]},"b":null}"#);
        assert_eq!(plain, full(r#" {"qb12f":"ab0", "b" : null, "a":{"y":[1,5e1],"x":"\u00e9"}, "id":1.0 }"#));
        assert_eq!(plain, full(r#"{"id":7,"a":{"x":"é","y":[1,50]},"b":null,"id":1}"#));
        assert_ne!(plain, full(r#"{"id":1,"a":{"x":"é","y":[50,1]},"b":null}"#));
        assert_ne!(plain, full(r#"{"id":1,"a":{"x":"e","y":[1,50]},"b":null}"#));
        assert_ne!(plain, full(r#"{"id":"1","a":{"x":"é","y":[1,50]},"b":null}"#));
    }

    #[test]
    fn the_hash_is_sha_256_of_the_canonical_text() {
        let canonical = br#"{"a":[5e-1,true],"id":1}"#;
        let digest = Sha256::digest(canonical);
        assert_eq!(full(r#"{"id":1,"a":[0.50, true]}"#), digest[..16]);
        assert_eq!(full("{}"), Sha256::digest(b"{}")[..16]);
    }

    #[test]
    fn worksheets_and_nested_records_can_be_left_out() {
        let list = content_hashes(r#"{"id":1,"state":"X"}"#);
        let single = content_hashes(r#"{"id":1,"state":"X","worksheet_data":{"a":1},"tests":[{"id":2}]}"#);
        assert_ne!(list.full, single.full);
        assert_ne!(list.without_worksheet, single.without_worksheet);
        assert_eq!(list.own, single.own);
        let other_cells = content_hashes(r#"{"id":1,"state":"X","worksheet_data":{"b":1},"tests":[{"id":2}]}"#);
        assert_eq!(other_cells.without_worksheet, single.without_worksheet);
    }

    #[test]
    fn absurd_depth_does_not_overflow_the_stack() {
        let deep =
            format!("{{\"id\":1,\"a\":{}{}}}", "[{\"x\":".repeat(100_000), "0".to_owned() + &"}]".repeat(100_000));
        assert!(crate::json::check(&deep).is_ok());
        assert_ne!(full(&deep), full("{\"id\":1}"));
    }
}
