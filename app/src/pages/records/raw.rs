//! The record as QBench sent it, with its names and values told apart by colour.

use super::cells::Look;
use crate::components::{Symbol, icon_with};
use crate::model::records::detail::RawRecord;
use leptos::prelude::*;

/// The raw record behind a disclosure.
pub(super) fn raw(record: &RawRecord, look: Look) -> AnyView {
    let lang = look.lang;
    let html = coloured(&record.text);
    let note = record.cut.then(|| view! { <p class="mut">{lang.raw_cut()}</p> });
    let fields = look.count(record.fields as u64);
    view! {
        <section class="card">
            <details class="disclose">
                <summary>
                    {icon_with("i tw", Symbol::Right)} {lang.raw_record()}
                    <span class="mut sub">{lang.raw_sub(&fields)}</span>
                </summary>
                <div class="body">
                    <pre tabindex="0" role="region" aria-label=lang.raw_record() inner_html=html></pre>
                    {note}
                </div>
            </details>
        </section>
    }
    .into_any()
}

/// Indented JSON as HTML: names in `pk`, texts in `ps`, numbers and words in `pn`.
fn coloured(json: &str) -> String {
    let mut html = String::with_capacity(json.len() * 2);
    for line in json.lines() {
        let rest = line.trim_start();
        html.push_str(&line[..line.len() - rest.len()]);
        match text_end(rest) {
            Some(end) if rest[end..].starts_with(": ") => {
                mark("pk", &rest[..end], &mut html);
                html.push_str(": ");
                value(&rest[end + 2..], &mut html);
            }
            _ => value(rest, &mut html),
        }
        html.push('\n');
    }
    html
}

/// Where a JSON text that begins here ends.
fn text_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    let mut characters = text.char_indices();
    characters.next().filter(|(_, first)| *first == '"')?;
    for (at, character) in characters {
        match character {
            '"' if !escaped => return Some(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

fn value(text: &str, html: &mut String) {
    let bare = text.strip_suffix(',').unwrap_or(text);
    match bare.as_bytes().first() {
        Some(b'"') => mark("ps", bare, html),
        Some(b'{' | b'}' | b'[' | b']') | None => escape(bare, html),
        Some(_) => mark("pn", bare, html),
    }
    html.push_str(&text[bare.len()..]);
}

fn mark(class: &str, text: &str, html: &mut String) {
    html.push_str("<span class=\"");
    html.push_str(class);
    html.push_str("\">");
    escape(text, html);
    html.push_str("</span>");
}

/// Appends a text so that HTML reads it as that text.
fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::coloured;

    #[test]
    fn names_texts_and_numbers_are_told_apart() {
        assert_eq!(
            coloured("{\n  \"a\": \"x\",\n  \"b\": -1.5\n}"),
            "{\n  <span class=\"pk\">&quot;a&quot;</span>: <span class=\"ps\">&quot;x&quot;</span>,\n  \
             <span class=\"pk\">&quot;b&quot;</span>: <span class=\"pn\">-1.5</span>\n}\n"
        );
    }

    #[test]
    fn nothing_in_a_record_becomes_markup() {
        let html = coloured("{\n  \"<b>\\\": \": \"</span><script>alert('x')</script>\"\n  <img src=x onerror=y>\n}");
        for forbidden in ["<script", "<img", "<b>", "alert('"] {
            assert!(!html.contains(forbidden), "{html}");
        }
    }

    #[test]
    fn a_record_cut_in_the_middle_of_a_text_is_still_shown() {
        assert!(coloured("{\n  \"a\": \"unfinished").contains("unfinished"));
    }
}
