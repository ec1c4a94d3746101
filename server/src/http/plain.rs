//! Pages of doors: a few lines of HTML without scripts, for people who have no session.

use app::i18n::Lang;

/// A whole document around a form or a few words. Title and body are HTML: whatever comes from elsewhere is escaped
/// before.
pub(super) fn page(lang: Lang, title: &str, body: &str) -> String {
    format!(
        r#"<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{title} · benchwatch</title><link rel="stylesheet" href="/pkg/benchwatch.css"><link rel="icon" href="/favicon.svg" type="image/svg+xml"></head><body><main class="signin"><div class="left">{body}</div></main></body></html>"#,
        lang.tag()
    )
}

/// A text as HTML shows it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
