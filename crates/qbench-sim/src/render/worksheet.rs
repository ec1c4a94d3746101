//! Worksheets: named cells, or every cell by its place in the sheet.

use std::fmt::Write as _;

use super::json::Object;
use crate::catalogue::ASSAYS;
use crate::dice::hash;
use crate::lab::records::Test;
use crate::lab::{Lab, Worksheets};

/// Columns of an analyte's row.
const COLUMNS: [&str; 7] = ["result", "loq", "lod", "limit", "dilution", "rpd", "status"];
/// Analytes shown in a compact worksheet.
const COMPACT: usize = 3;

/// Appends `worksheet_data`: null before the test is started and for assays without a sheet.
pub(super) fn write(out: &mut String, lab: &Lab, test: &Test, key: u64, raw: bool) {
    let analytes = ASSAYS[test.assay as usize].analytes;
    let size = lab.config().worksheets;
    let now = lab.seen_at();
    if size == Worksheets::None || analytes.is_empty() || test.started > now {
        out.push_str("null");
        return;
    }
    let shown = match size {
        Worksheets::Full => analytes.len(),
        _ => analytes.len().min(COMPACT),
    };
    let columns = if size == Worksheets::Full { 7 } else { 4 };
    let filled = test.data <= now;
    let mut sheet = Object::begin(out, now);
    general_cells(&mut sheet, test, key, size);
    for (row, analyte) in analytes[..shown].iter().enumerate() {
        for (column, name) in COLUMNS.iter().enumerate().take(columns) {
            let value = cell_value(key, row, column, filled);
            if raw {
                let letter = (b'A' + column as u8) as char;
                sheet.with(&format!("{letter}{}", row + 8), |out| {
                    let _ = write!(out, "{{\"value\":\"{value}\"}}");
                });
            }
            sheet.with(&format!("{analyte}_{name}"), |out| {
                named_cell(out, column, &value);
            });
        }
    }
    sheet.end();
}

fn named_cell(out: &mut String, column: usize, value: &str) {
    let _ = match column {
        0 => write!(out, "{{\"value\":\"{value}\",\"html_style\":\"text-align: right;\"}}"),
        1 => write!(out, "{{\"value\":\"{value}\",\"default_numeric_value\":\"0\"}}"),
        5 => write!(out, "{{\"value\":\"{value}\",\"div_by_zero_err\":\"N/A\"}}"),
        6 => write!(out, "{{\"value\":\"{value}\",\"formula\":\"=IF(A1>D1,1,0)\"}}"),
        _ => write!(out, "{{\"value\":\"{value}\"}}"),
    };
}

fn cell_value(key: u64, row: usize, column: usize, filled: bool) -> String {
    let cell = hash(&[key, row as u64, column as u64]);
    match column {
        0 if !filled => String::new(),
        0 => match cell % 20 {
            0..=6 => "ND".to_owned(),
            7 => "<LOQ".to_owned(),
            8 if cell & 0x100 == 0 => "TNTC".to_owned(),
            _ => format!("{}.{:03}", (cell >> 12) % 30, (cell >> 24) % 1000),
        },
        1 => "0.050".to_owned(),
        2 => "0.015".to_owned(),
        3 => format!("{}.0", 1 + row % 9),
        4 => "1".to_owned(),
        5 => format!("{}.{}", cell % 12, (cell >> 8) % 10),
        _ if filled => "Pass".to_owned(),
        _ => String::new(),
    }
}

/// Cells that every sheet has, whatever is measured.
fn general_cells(sheet: &mut Object<'_>, test: &Test, key: u64, size: Worksheets) {
    sheet.with("sample_mass", |out| {
        let _ = write!(out, "{{\"value\":\"0.{:04}\",\"display_name\":\"Mass\"}}", key % 9000 + 500);
    });
    sheet.raw("dilution_factor", r#"{"value":"10","default_value":"10"}"#);
    sheet.with("analyst", |out| {
        let _ = write!(out, "{{\"value\":\"T{}\"}}", key % 9 + 1);
    });
    let reviewed = test.data != crate::calendar::NEVER && test.seed.is_multiple_of(2);
    sheet.with("qc_passed", |out| {
        let _ = write!(
            out,
            "{{\"value\":{reviewed},\"evaluated_condition\":{reviewed},\"true_value\":\"Pass\",\
             \"false_value\":\"Fail\"}}"
        );
    });
    if size == Worksheets::Full {
        for (name, value) in [
            ("instrument_id", "EQ-017"),
            ("column_lot", "C-2291"),
            ("solvent_lot", "S-0448"),
            ("standard_lot", "R-7710"),
            ("calibration_r2", "0.9991"),
            ("blank_result", "ND"),
            ("spike_recovery", "98.4"),
            ("temperature", "21.5"),
        ] {
            sheet.with(name, |out| {
                let _ = write!(out, "{{\"value\":\"{value}\"}}");
            });
        }
    }
}
