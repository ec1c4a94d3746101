//! The `.env` file of the working directory: it fills gaps, the real environment wins.

use std::collections::HashMap;

/// The variables of a file's text: `NAME=value` lines, `#` comments, optional `export` and quotes.
pub(super) fn parse(text: &str) -> HashMap<String, String> {
    text.lines().filter_map(line).collect()
}

fn line(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    if text.starts_with('#') {
        return None;
    }
    let text = text.strip_prefix("export ").unwrap_or(text);
    let (name, value) = text.split_once('=')?;
    Some((name.trim().to_owned(), unquote(value.trim()).to_owned()))
}

/// Without a pair of quotes; without a comment behind an unquoted value.
fn unquote(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote)
            && let Some(end) = inner.find(quote)
        {
            return &inner[..end];
        }
    }
    value.split_once(" #").map_or(value, |(left, _)| left.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_quotes_and_comments_are_read() {
        let read = parse("# no\nA=1\nexport B = 'two # words' # said\nC=x=y # note\n\nD=\nE=\"q\"");
        let get = |name: &str| read.get(name).map(String::as_str);
        assert_eq!(get("A"), Some("1"));
        assert_eq!(get("B"), Some("two # words"));
        assert_eq!(get("C"), Some("x=y"));
        assert_eq!(get("D"), Some(""));
        assert_eq!(get("E"), Some("q"));
        assert_eq!(read.len(), 5);
    }
}
