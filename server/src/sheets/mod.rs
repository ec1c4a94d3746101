//! Tables as files. They know the tables of the pages, and neither who asks for them nor how they travel.

pub mod csv;
pub mod xlsx;

use app::model::deliveries::FileKind;
use app::model::sheet::Sheet;

/// What a file of this kind is to a program that gets it.
#[must_use]
pub const fn media_type(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Csv => "text/csv; charset=utf-8; header=present",
        FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

/// `overview-volume_2026-10-19_2026-11-17.csv`; names of tables are letters and dashes.
#[must_use]
pub fn file_name(name: &str, sheet: &Sheet, kind: FileKind) -> String {
    let days = sheet.days.map(|days| format!("_{}_{}", days.from, days.to)).unwrap_or_default();
    format!("{name}{days}.{}", kind.name())
}
