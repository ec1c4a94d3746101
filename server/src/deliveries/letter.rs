//! A view as it is sent: the same figures and tables in words, as a page, as JSON, and as files.

use crate::channels::{File, Letter, slack_text};
use crate::sheets::{csv, file_name, media_type, xlsx};
use app::exports::Digest;
use app::format;
use app::i18n::Lang;
use app::model::deliveries::FileKind;
use app::model::sheet::{Cell, ColumnKind, Sheet};
use rust_xlsxwriter::XlsxError;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Rows of a table in a mail at most; its file has all.
const MOST_ROWS: usize = 15;

/// A view at a moment, ready to be sent.
pub struct Edition {
    /// The name of the view.
    pub name: String,
    /// What it says.
    pub digest: Digest,
    /// In which language.
    pub lang: Lang,
    /// Where it can be opened; absent where the server has no public address.
    pub url: Option<String>,
    /// Its files.
    pub files: Vec<File>,
    /// A word of its own that stays when it is sent again.
    pub id: String,
}

impl Edition {
    /// Days and moment.
    fn about(&self) -> String {
        let (scope, lang) = (&self.digest.scope, self.lang);
        let now = lang.delivery_as_of(&format::long_date_time(scope.now, lang));
        let dated = self.digest.sheets.iter().any(|(_, sheet)| sheet.days.is_some());
        let days = if dated { format!("{} · ", format::day_range(scope.days, lang)) } else { String::new() };
        format!("{} · {days}{now}", scope.laboratory)
    }

    fn tables(&self) -> impl Iterator<Item = &(String, Sheet)> {
        self.digest.sheets.iter().filter(|(_, sheet)| !sheet.rows.is_empty())
    }

    /// The rows that a mail shows: the first ones, of a series the latest.
    fn words(&self, sheet: &Sheet) -> Vec<Vec<String>> {
        let over = sheet.rows.len().saturating_sub(MOST_ROWS);
        let is_series = sheet.columns.first().is_some_and(|column| column.kind == ColumnKind::Day);
        let skipped = if is_series { over } else { 0 };
        sheet.words(self.digest.scope.now, self.lang).into_iter().skip(skipped).take(MOST_ROWS).collect()
    }

    fn more(&self, sheet: &Sheet) -> Option<String> {
        let over = sheet.rows.len().saturating_sub(MOST_ROWS) as u64;
        (over > 0).then(|| self.lang.delivery_more_rows(&format::count(over, self.lang)))
    }

    /// As a mail.
    #[must_use]
    pub fn letter(&self) -> Letter {
        Letter {
            subject: format!("{} – {}", self.name, self.digest.scope.laboratory),
            text: self.text(),
            html: Some(self.html()),
            files: self.files.clone(),
            id: Some(self.id.clone()),
        }
    }

    /// As plain text.
    fn text(&self) -> String {
        let mut out = format!("{}\n{}\n\n", self.name, self.about());
        for line in &self.digest.lines {
            let change = line.change.as_ref().map_or_else(String::new, |change| format!(" ({change})"));
            let _ = writeln!(out, "{}: {}{change}", line.name, line.value);
        }
        for (_, sheet) in self.tables() {
            let _ = write!(out, "\n{}\n", sheet.title);
            self.columns(sheet, &mut out);
            if let Some(more) = self.more(sheet) {
                let _ = writeln!(out, "{more}");
            }
        }
        if let Some(url) = &self.url {
            let _ = write!(out, "\n{}: {url}\n", self.lang.delivery_open());
        }
        let _ = write!(out, "\n{}\n", self.lang.delivery_why());
        out
    }

    /// A table in columns of equal width.
    fn columns(&self, sheet: &Sheet, out: &mut String) {
        let mut rows = vec![sheet.headings()];
        rows.extend(self.words(sheet));
        let width = |at: usize| rows.iter().filter_map(|row| Some(row.get(at)?.chars().count())).max().unwrap_or(0);
        let widths: Vec<usize> = (0..sheet.columns.len()).map(width).collect();
        for row in &rows {
            let cells = row.iter().zip(&widths).zip(&sheet.columns).map(|((cell, &width), column)| {
                if matches!(column.kind, ColumnKind::Text | ColumnKind::Day) {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
            let _ = writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    }

    /// As a page for mail programs, which read styles only where they stand.
    fn html(&self) -> String {
        let mut out = String::new();
        let (title, about) = (escaped(&self.name), escaped(&self.about()));
        let tag = self.lang.tag();
        let _ = write!(
            out,
            "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>{title}</title></head><body style=\"{BODY}\">\
             <h1 style=\"{H1}\">{title}</h1><p style=\"{QUIET}\">{about}</p>"
        );
        let _ = write!(out, "<table style=\"{TABLE}\"><tbody>");
        for line in &self.digest.lines {
            let change = line.change.as_deref().map(escaped).unwrap_or_default();
            let _ = write!(
                out,
                "<tr><th scope=\"row\" style=\"{LEFT}\">{}</th><td style=\"{RIGHT};font-weight:600\">{}</td>\
                 <td style=\"{RIGHT};color:#5b6470\">{change}</td></tr>",
                escaped(&line.name),
                escaped(&line.value)
            );
        }
        out.push_str("</tbody></table>");
        for (_, sheet) in self.tables() {
            self.table(sheet, &mut out);
        }
        if let Some(url) = &self.url {
            let words = self.lang.delivery_open();
            let _ =
                write!(out, "<p style=\"margin:24px 0\"><a href=\"{}\" style=\"{LINK}\">{words}</a></p>", escaped(url));
        }
        let _ = write!(out, "<p style=\"{QUIET}\">{}</p></body></html>", self.lang.delivery_why());
        out
    }

    fn table(&self, sheet: &Sheet, out: &mut String) {
        let side = |at: usize| {
            if sheet.columns.get(at).is_none_or(|column| matches!(column.kind, ColumnKind::Text | ColumnKind::Day)) {
                LEFT
            } else {
                RIGHT
            }
        };
        let _ = write!(out, "<h2 style=\"{H2}\">{}</h2><table style=\"{TABLE}\"><thead><tr>", escaped(&sheet.title));
        for (at, heading) in sheet.headings().iter().enumerate() {
            let _ = write!(out, "<th scope=\"col\" style=\"{};color:#5b6470\">{}</th>", side(at), escaped(heading));
        }
        out.push_str("</tr></thead><tbody>");
        for row in self.words(sheet) {
            out.push_str("<tr>");
            for (at, cell) in row.iter().enumerate() {
                let _ = write!(out, "<td style=\"{}\">{}</td>", side(at), escaped(cell));
            }
            out.push_str("</tr>");
        }
        out.push_str("</tbody></table>");
        if let Some(more) = self.more(sheet) {
            let _ = write!(out, "<p style=\"{QUIET}\">{more}</p>");
        }
    }

    /// For programs: figures in words, cells as in a CSV.
    #[must_use]
    pub fn json(&self) -> Value {
        let scope = &self.digest.scope;
        let lines = self.digest.lines.iter();
        let figures = lines.map(|line| json!({ "name": line.name, "value": line.value, "change": line.change }));
        let tables = self.digest.sheets.iter().map(|(name, sheet)| {
            let columns: Vec<String> = sheet.columns.iter().map(app::model::sheet::Column::heading).collect();
            let rows: Vec<Vec<String>> = sheet.rows.iter().map(|row| row.iter().map(plain).collect()).collect();
            json!({ "name": name, "title": sheet.title, "columns": columns, "rows": rows })
        });
        json!({
            "event": "delivery",
            "id": self.id,
            "laboratory": scope.laboratory,
            "view": self.name,
            "from": scope.days.from,
            "to": scope.days.to,
            "as_of": scope.now.format("%Y-%m-%dT%H:%M:%S").to_string(),
            "time_zone": scope.zone,
            "figures": figures.collect::<Vec<_>>(),
            "tables": tables.collect::<Vec<_>>(),
            "url": self.url,
        })
    }

    /// For people who read Slack.
    #[must_use]
    pub fn slack(&self) -> Value {
        let mut text = self.about();
        for line in &self.digest.lines {
            let change = line.change.as_ref().map_or_else(String::new, |change| format!(" ({change})"));
            let _ = write!(text, "\n• {}: {}{change}", line.name, line.value);
        }
        slack_text(&self.name, &self.digest.scope.laboratory, &text, self.url.as_deref())
    }
}

/// Texts reach programs as they are; only spreadsheets take them for formulas.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        other => csv::cell(other),
    }
}

/// The tables of a view as files: one workbook, or a text for each table that is not empty.
///
/// # Errors
/// When a table does not fit into a workbook.
pub fn files(name: &str, digest: &Digest, kind: FileKind, lang: Lang) -> Result<Vec<File>, XlsxError> {
    let media_type = media_type(kind);
    let full = digest.sheets.iter().filter(|(_, sheet)| !sheet.rows.is_empty());
    if kind == FileKind::Csv {
        let file = |(table, sheet): &(String, Sheet)| File {
            name: file_name(table, sheet, kind),
            media_type,
            bytes: csv::write(sheet).into_bytes(),
        };
        return Ok(full.map(file).collect());
    }
    let sheets: Vec<&Sheet> = full.map(|(_, sheet)| sheet).collect();
    let Some(first) = digest.sheets.first().filter(|_| !sheets.is_empty()) else { return Ok(Vec::new()) };
    let (table, sheet) = first;
    let page = table.split('-').next().unwrap_or(table);
    Ok(vec![File { name: file_name(page, sheet, kind), media_type, bytes: xlsx::write(&sheets, name, lang)? }])
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const BODY: &str = "margin:0;padding:24px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;\
    font-size:14px;line-height:1.45;color:#1c2430;background:#ffffff";
const H1: &str = "margin:0 0 4px;font-size:20px";
const H2: &str = "margin:28px 0 8px;font-size:15px";
const QUIET: &str = "margin:0 0 16px;font-size:12px;color:#5b6470";
const TABLE: &str = "border-collapse:collapse;font-size:13px";
const LEFT: &str = "text-align:left;font-weight:400;padding:4px 16px 4px 0;border-bottom:1px solid #e3e7ec;\
    vertical-align:top";
const RIGHT: &str = "text-align:right;font-weight:400;padding:4px 0 4px 16px;border-bottom:1px solid #e3e7ec;\
    vertical-align:top;white-space:nowrap;font-variant-numeric:tabular-nums";
const LINK: &str = "display:inline-block;padding:8px 14px;border-radius:6px;background:#1a5fb4;color:#ffffff;\
    text-decoration:none";
