//! A distribution: a histogram over the share that lies below, with the percentiles as marks.

use super::option::{
    ChartOption, Drawing, Links, Mark, Meta, TipRow, bare_bucket_axis, bars, bucket_axis, count_axis, data, line,
    share_axis,
};
use crate::i18n::Lang;
use charming::component::Grid;

const LEFT: i64 = 52;
const RIGHT: i64 = 16;

/// A bin of a histogram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bin {
    /// Its label on the axis: its lower edge.
    pub label: String,
    /// Its title: "1 d to 1 d 6 h".
    pub title: String,
    /// How many lie in it.
    pub count: u64,
    /// The records behind it; empty for none.
    pub href: String,
}

/// A percentile to mark.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Percentile {
    /// Where it lies: bins from the left edge, with fractions.
    pub at: f64,
    /// Its name and value: "p90 3 d 7 h".
    pub text: String,
}

/// Bars of the bins above the line of the cumulative share; no second vertical axis.
#[must_use]
pub fn distribution_chart(bins: &[Bin], percentiles: &[Percentile], names: [&str; 2], lang: Lang) -> ChartOption {
    let labels: Vec<String> = bins.iter().map(|bin| bin.label.clone()).collect();
    #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
    let counts: Vec<Option<f64>> = bins.iter().map(|bin| Some(bin.count as f64)).collect();
    let shares = cumulative(&counts);
    let every = bins.len().div_ceil(8).max(1);
    let shown: Vec<usize> = (0..bins.len()).step_by(every).collect();
    let row = |series: usize, format, token| TipRow {
        name: names[series].to_owned(),
        series: Some(series),
        format,
        token,
        ..TipRow::default()
    };
    let linked = bins.iter().any(|bin| !bin.href.is_empty());
    ChartOption {
        grid: vec![
            Grid::new().left(LEFT).right(RIGHT).top(24).bottom(116).contain_label(false),
            Grid::new().left(LEFT).right(RIGHT).height(72).bottom(28).contain_label(false),
        ],
        x_axis: vec![bare_bucket_axis(&labels), bucket_axis(&labels, &shown).grid_index(1)],
        y_axis: vec![count_axis("fmt:count"), share_axis().interval(0.5).grid_index(1)],
        series: vec![
            Drawing::Bar(bars(names[0], "c1", data(&counts, None))),
            Drawing::Line(line(names[1], "c1", 2.0, &shares).x_axis_index(1).y_axis_index(1)),
        ],
        benchwatch: Meta {
            lang: lang.tag(),
            titles: bins.iter().map(|bin| bin.title.clone()).collect(),
            rows: vec![row(0, "count", "c1"), TipRow { values: Some(shares), ..row(1, "percent", "seq-3") }],
            links: linked
                .then(|| Links { bucket: bins.iter().map(|bin| bin.href.clone()).collect(), ..Links::default() }),
            marks: percentiles.iter().map(|one| Mark { at: one.at, text: one.text.clone() }).collect(),
            ..Meta::default()
        },
    }
}

/// The share at or below the end of each bin.
fn cumulative(counts: &[Option<f64>]) -> Vec<Option<f64>> {
    let total: f64 = counts.iter().flatten().sum();
    let mut below = 0.0;
    let mut share = |count: &Option<f64>| {
        below += count.unwrap_or(0.0);
        (total > 0.0).then(|| (below / total * 10_000.0).round() / 10_000.0)
    };
    counts.iter().map(&mut share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_below_ends_at_one_and_the_counts_are_kept() {
        let bins: Vec<Bin> = [5, 0, 15].map(|count| Bin { count, ..Bin::default() }).into();
        let marks = [Percentile { at: 2.5, text: "p90".into() }];
        let option = distribution_chart(&bins, &marks, ["Tests", "Share below"], Lang::En);
        let json: serde_json::Value = serde_json::from_str(&option.json()).expect("JSON");
        assert_eq!(json["series"][0]["data"], serde_json::json!([5, 0, 15]));
        assert_eq!(json["benchwatch"]["rows"][1]["values"], serde_json::json!([0.25, 0.25, 1.0]));
        assert_eq!(json["benchwatch"]["marks"][0]["at"], 2.5);
    }

    #[test]
    fn an_empty_distribution_has_no_shares() {
        assert_eq!(cumulative(&[Some(0.0)]), [None]);
    }
}
