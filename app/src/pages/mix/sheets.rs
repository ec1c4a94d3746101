//! The tables of the page about the product mix, for its cards and for exports.

use crate::i18n::Lang;
use crate::model::mix::KindCount;
use crate::model::sheet::{Cell, ColumnKind, Sheet};

/// The part of the samples that one key has.
#[must_use]
pub fn share(part: u64, kinds: &[KindCount]) -> Option<f64> {
    let whole: u64 = kinds.iter().map(|kind| kind.samples).sum();
    #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Samples by matrix or type; `title` and `name` say by what.
#[must_use]
pub fn kinds(title: &str, name: &str, kinds: &[KindCount], lang: Lang) -> Sheet {
    let columns = [
        (name, ColumnKind::Text),
        (lang.samples(), ColumnKind::Number),
        (lang.customers_share(), ColumnKind::Share),
        (lang.previous_period(), ColumnKind::Number),
        (lang.orders(), ColumnKind::Number),
        (lang.tests(), ColumnKind::Number),
        (lang.mix_with_report(), ColumnKind::Number),
    ];
    let row = |kind: &KindCount| {
        vec![
            Cell::Text(kind.key.clone()),
            Cell::Count(kind.samples),
            Cell::share(share(kind.samples, kinds)),
            Cell::count(kind.previous),
            Cell::Count(kind.orders),
            Cell::Count(kind.tests),
            Cell::Count(kind.with_report),
        ]
    };
    Sheet::new(title, &columns).with_rows(kinds.iter().map(row))
}
