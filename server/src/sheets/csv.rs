//! A table as CSV (RFC 4180): ISO dates, plain numbers, texts that no spreadsheet takes for a formula.

use app::model::sheet::{Cell, Column, Sheet};

/// The whole file.
#[must_use]
pub fn write(sheet: &Sheet) -> String {
    let mut out = String::new();
    line(&mut out, sheet.columns.iter().map(Column::heading));
    for row in &sheet.rows {
        line(&mut out, row.iter().map(cell));
    }
    out
}

/// Appends a line with these cells, quoted where they need it.
pub fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        if cell.contains([',', '"', '\r', '\n']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
}

/// A text that no spreadsheet takes for a formula.
#[must_use]
pub fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// A cell: bare numbers, ISO dates.
#[must_use]
pub fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) => safe(text),
        Cell::Id(id) => id.to_string(),
        Cell::Count(count) => count.to_string(),
        Cell::Number(value, _) | Cell::Hours(value) | Cell::Share(value) => value.to_string(),
        Cell::Day(day) | Cell::Bucket(_, day) => day.to_string(),
        Cell::Moment(at) => at.format("%Y-%m-%dT%H:%M:%S").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::sheet::ColumnKind;

    #[test]
    fn numbers_are_bare_dates_iso_and_formulas_text() {
        let columns = [("Customer", ColumnKind::Text), ("Median", ColumnKind::Hours), ("Day", ColumnKind::Day)];
        let sheet = Sheet::new("x", &columns).with_rows([
            vec![Cell::Text("=1+1, \"so\"".into()), Cell::Hours(67.2), Cell::Day("2026-11-02".parse().expect("a day"))],
            vec![Cell::Missing, Cell::Hours(-1.5), Cell::Missing],
        ]);
        assert_eq!(write(&sheet), "Customer,Median (h),Day\r\n\"'=1+1, \"\"so\"\"\",67.2,2026-11-02\r\n,-1.5,\r\n");
    }
}
