//! Tables as a workbook: typed cells, a header that stays, and a sheet that says which view it was taken from.
//! Texts are written as texts, so nothing in them is ever a formula.

use app::i18n::Lang;
use app::model::sheet::{Cell, ColumnKind, Sheet};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// The most characters of a cell.
const MOST: usize = 32_767;

/// How cells look, by what they hold.
struct Formats {
    head: Format,
    count: Format,
    hours: Format,
    share: Format,
    day: Format,
    moment: Format,
}

impl Formats {
    fn new() -> Self {
        let number = |format: &str| Format::new().set_num_format(format);
        Self {
            head: Format::new().set_bold(),
            count: number("#,##0"),
            hours: number("0.0"),
            share: number("0.0%"),
            day: number("yyyy-mm-dd"),
            moment: number("yyyy-mm-dd hh:mm"),
        }
    }
}

/// The whole file: a sheet for each table, and one about the view.
///
/// # Errors
/// When a table does not fit.
pub fn write(sheets: &[&Sheet], title: &str, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats::new();
    let mut book = Workbook::new();
    let mut tabs = vec![lang.sheet_about().to_owned()];
    for sheet in sheets {
        let tab = tab(&sheet.title, &tabs);
        table(book.add_worksheet(), &tab, sheet, &formats)?;
        tabs.push(tab);
    }
    let about = book.add_worksheet();
    about.set_name(lang.sheet_about())?;
    about.set_column_width(0, 20.0)?;
    about.set_column_width(1, 48.0)?;
    about.write_string_with_format(0, 0, clipped(title), &formats.head)?;
    for (at, (name, words)) in (1_u32..).zip(sheets.first().map_or(&[][..], |sheet| &sheet.about)) {
        about.write_string(at, 0, clipped(name))?;
        about.write_string(at, 1, clipped(words))?;
    }
    book.save_to_buffer()
}

fn table(table: &mut Worksheet, tab: &str, sheet: &Sheet, formats: &Formats) -> Result<(), XlsxError> {
    table.set_name(tab)?;
    let last_column = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    for (at, column) in (0_u16..).zip(&sheet.columns) {
        table.write_string_with_format(0, at, clipped(&column.heading()), &formats.head)?;
    }
    let mut end = 0;
    for (at, row) in (1_u32..).zip(&sheet.rows) {
        for (column, value) in (0_u16..).zip(row) {
            put(table, at, column, value, formats)?;
        }
        end = at;
    }
    table.set_freeze_panes(1, 0)?;
    table.autofilter(0, 0, end, last_column)?;
    for (at, column) in (0_u16..).zip(&sheet.columns) {
        table.set_column_width(at, width(sheet, usize::from(at), column.kind))?;
    }
    Ok(())
}

fn put(table: &mut Worksheet, row: u32, column: u16, cell: &Cell, formats: &Formats) -> Result<(), XlsxError> {
    match cell {
        Cell::Missing => return Ok(()),
        Cell::Text(text) => table.write_string(row, column, clipped(text))?,
        #[expect(clippy::cast_precision_loss, reason = "ids and counts are far below 2^52")]
        Cell::Id(id) => table.write_number(row, column, *id as f64)?,
        #[expect(clippy::cast_precision_loss, reason = "ids and counts are far below 2^52")]
        Cell::Count(count) => table.write_number_with_format(row, column, *count as f64, &formats.count)?,
        Cell::Number(value, _) => table.write_number(row, column, *value)?,
        Cell::Hours(value) => table.write_number_with_format(row, column, *value, &formats.hours)?,
        Cell::Share(value) => table.write_number_with_format(row, column, *value, &formats.share)?,
        Cell::Day(day) | Cell::Bucket(_, day) => {
            let day = ExcelDateTime::parse_from_str(&day.to_string())?;
            table.write_datetime_with_format(row, column, &day, &formats.day)?
        }
        Cell::Moment(at) => {
            let at = ExcelDateTime::parse_from_str(&at.format("%Y-%m-%dT%H:%M:%S").to_string())?;
            table.write_datetime_with_format(row, column, &at, &formats.moment)?
        }
    };
    Ok(())
}

fn clipped(text: &str) -> &str {
    text.char_indices().nth(MOST).map_or(text, |(end, _)| &text[..end])
}

/// The name of a tab: at most 31 characters, some of which are not allowed, and none twice in any case.
fn tab(title: &str, taken: &[String]) -> String {
    let plain: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).collect();
    let numbered = (1..).map(|at| {
        let number = if at == 1 { String::new() } else { format!(" {at}") };
        let room = 31 - number.chars().count();
        format!("{}{number}", plain.chars().take(room).collect::<String>())
    });
    let is_free = |name: &String| !taken.iter().any(|tab| tab.to_lowercase() == name.to_lowercase());
    numbered.filter(is_free).find(|name| !name.is_empty()).unwrap_or_default()
}

/// Wide enough for the heading and for the longest of the first rows, within reason.
#[expect(clippy::cast_precision_loss, reason = "lengths of texts below a hundred characters")]
fn width(sheet: &Sheet, at: usize, kind: ColumnKind) -> f64 {
    let head = sheet.columns.get(at).map_or(0, |column| column.heading().chars().count());
    let longest = sheet.rows.iter().take(500).filter_map(|row| match row.get(at) {
        Some(Cell::Text(text)) => Some(text.chars().count()),
        _ => None,
    });
    let least = if kind == ColumnKind::Moment { 16 } else { 11 };
    (longest.chain([head, least]).max().unwrap_or(least).min(60) + 2) as f64
}
