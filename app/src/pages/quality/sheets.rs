//! The tables of the page about quality, for its cards and for exports.

use crate::components::state_name;
use crate::i18n::Lang;
use crate::model::overview::Scope;
use crate::model::quality::{
    CustomerStates, LabelPass, Measure, MetrcTag, Outcome, QualityGroup, QualityPoint, Unusual, Whose,
};
use crate::model::sheet::{Cell, ColumnKind, Sheet};

const TEXT: ColumnKind = ColumnKind::Text;
const NUMBER: ColumnKind = ColumnKind::Number;
const SHARE: ColumnKind = ColumnKind::Share;

/// What a measure is called.
pub(super) const fn measure(measure: Measure, lang: Lang) -> &'static str {
    match measure {
        Measure::Late => lang.quality_late(),
        Measure::Repeated => lang.quality_repeated(),
        Measure::NotReportable => lang.quality_not_reportable(),
        Measure::Cancelled => lang.quality_cancelled(),
    }
}

/// What a group is called.
pub(super) fn whose(whose: &Whose, lang: Lang) -> String {
    match whose {
        Whose::All => lang.quality_everybody().to_owned(),
        Whose::Customer(_, name) | Whose::Matrix(name) => name.clone(),
    }
}

/// What is out of its usual range.
#[must_use]
pub fn unusual(rows: &[Unusual], lang: Lang) -> Sheet {
    let columns = [
        (lang.quality_what(), TEXT),
        (lang.quality_whose(), TEXT),
        (lang.quality_cases(), NUMBER),
        (lang.tests(), NUMBER),
        (lang.quality_share(), SHARE),
        (lang.quality_usual(), SHARE),
        (lang.quality_limit(), SHARE),
    ];
    let row = |one: &Unusual| {
        vec![
            Cell::Text(measure(one.measure, lang).to_owned()),
            Cell::Text(whose(&one.whose, lang)),
            Cell::Count(one.cases),
            Cell::Count(one.tests),
            Cell::Share(one.share),
            Cell::Share(one.usual),
            Cell::Share(one.limit),
        ]
    };
    Sheet::new(lang.quality_unusual(), &columns).with_rows(rows.iter().map(row))
}

/// What became of the tests, by bucket.
#[must_use]
pub fn course(points: &[QualityPoint], scope: &Scope, lang: Lang) -> Sheet {
    let columns = [
        (lang.period_column(), ColumnKind::Day),
        (lang.quality_on_hold(), NUMBER),
        (lang.quality_rework(), NUMBER),
        (lang.quality_not_reportable(), NUMBER),
        (lang.quality_cancelled(), NUMBER),
        (lang.within_target(), NUMBER),
        (lang.above_target(), NUMBER),
        (lang.on_time(), SHARE),
    ];
    let row = |(start, point): (_, &QualityPoint)| {
        let judged = Outcome { within: point.within, beyond: point.beyond, ..Outcome::default() };
        let counts = [point.on_hold, point.rework, point.not_reportable, point.cancelled, point.within, point.beyond];
        let mut cells = vec![Cell::Bucket(scope.bucket, start)];
        cells.extend(counts.map(Cell::Count));
        cells.push(Cell::share(judged.on_time()));
        cells
    };
    Sheet::new(lang.quality_course(), &columns).with_rows(scope.axis.iter().copied().zip(points).map(row))
}

/// States by customer.
#[must_use]
pub fn states(states: &[String], rows: &[CustomerStates], lang: Lang) -> Sheet {
    let names: Vec<String> = states.iter().map(|state| state_name(state, lang).into_owned()).collect();
    let mut columns = vec![(lang.customer(), TEXT)];
    columns.extend(names.iter().map(|name| (name.as_str(), NUMBER)));
    let row = |one: &CustomerStates| {
        std::iter::once(Cell::Text(one.name.clone())).chain(one.counts.iter().copied().map(Cell::Count)).collect()
    };
    Sheet::new(lang.quality_states(), &columns).with_rows(rows.iter().map(row))
}

/// First pass by label.
#[must_use]
pub fn labels(rows: &[LabelPass], lang: Lang) -> Sheet {
    let columns = [
        (lang.label(), TEXT),
        (lang.reported(), NUMBER),
        (lang.quality_observed(), NUMBER),
        (lang.quality_reworked(), NUMBER),
        (lang.quality_first_pass(), SHARE),
    ];
    let row = |one: &LabelPass| {
        vec![
            Cell::Text(one.label.clone()),
            Cell::Count(one.tests),
            Cell::Count(one.observed),
            Cell::Count(one.reworked),
            Cell::share(one.first_pass()),
        ]
    };
    Sheet::new(lang.quality_labels(), &columns).with_rows(rows.iter().map(row))
}

/// The headings of tables of groups after the name.
pub(super) const fn group_heads(lang: Lang) -> [&'static str; 10] {
    [
        lang.created(),
        lang.quality_on_hold(),
        lang.quality_not_reportable(),
        lang.quality_cancelled(),
        lang.reported(),
        lang.quality_late(),
        lang.quality_reworked(),
        lang.on_time(),
        lang.quality_repeat_rate(),
        lang.quality_first_pass(),
    ]
}

/// Quality by customer or matrix; `title` and `name` say by what.
#[must_use]
pub fn groups(title: &str, name: &str, rows: &[QualityGroup], lang: Lang) -> Sheet {
    let kind = |at: usize| if at < 7 { NUMBER } else { SHARE };
    let mut columns = vec![(name, TEXT)];
    columns.extend(group_heads(lang).into_iter().enumerate().map(|(at, head)| (head, kind(at))));
    let row = |group: &QualityGroup| {
        let one = &group.outcome;
        let counts =
            [one.created, one.on_hold, one.not_reportable, one.cancelled, one.reported, one.beyond, one.reworked];
        let mut cells = vec![Cell::Text(whose(&group.whose, lang))];
        cells.extend(counts.map(Cell::Count));
        cells.extend([one.on_time(), one.repeat_rate(), one.first_pass()].map(Cell::share));
        cells
    };
    Sheet::new(title, &columns).with_rows(rows.iter().map(row))
}

/// The samples with a METRC status.
#[must_use]
pub fn metrc(rows: &[MetrcTag], lang: Lang) -> Sheet {
    let columns = [
        ("ID", NUMBER),
        (lang.sample(), TEXT),
        (lang.customer(), TEXT),
        (lang.metrc_tag(), TEXT),
        (lang.metrc_status(), TEXT),
        (lang.given_at(), ColumnKind::Moment),
    ];
    let row = |one: &MetrcTag| {
        vec![
            Cell::Id(one.sample.0.into()),
            Cell::text(one.number.as_deref()),
            Cell::text(one.customer.as_deref()),
            Cell::Text(one.tag.clone()),
            Cell::text(one.status.as_deref()),
            Cell::Moment(one.given),
        ]
    };
    Sheet::new(lang.quality_metrc(), &columns).with_rows(rows.iter().map(row))
}
