//! A waterfall: each stage floats where the ones before it end, the whole stands at the end on the ground.

use super::option::{
    ChartOption, Drawing, Links, Meta, ReferenceLine, TipRow, bars, bucket_axis, data, duration_axis, in_seconds,
};
use crate::i18n::Lang;
use charming::component::Grid;
use charming::element::{Color, ItemStyle};
use charming::series::Bar;

/// How strong the bars of the 90th percentile are behind those of the median.
const BEHIND: f64 = 0.28;

/// A bar of a waterfall, durations in hours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fall {
    /// Its name on the axis.
    pub label: String,
    /// Its name and what is behind it, for the tooltip.
    pub title: String,
    /// Median.
    pub median: f64,
    /// 90th percentile.
    pub p90: f64,
    /// Arithmetic mean.
    pub mean: f64,
    /// The records that spent time in it.
    pub passed: u64,
    /// The records behind it; empty for none.
    pub href: String,
    /// What a click opens.
    pub ask: String,
}

/// The stages and, last, the whole. The names are those of median, 90th percentile, mean and records. Each stage begins
/// at the sum of the medians before it.
#[must_use]
pub fn waterfall_chart(
    stages: &[Fall],
    whole: &Fall,
    names: [&str; 4],
    lines: Vec<ReferenceLine>,
    lang: Lang,
) -> ChartOption {
    let falls: Vec<&Fall> = stages.iter().chain([whole]).collect();
    let column = |of: fn(&Fall) -> f64| in_seconds(&falls.iter().map(|fall| Some(of(fall))).collect::<Vec<_>>());
    let (medians, p90s, means) = (column(|fall| fall.median), column(|fall| fall.p90), column(|fall| fall.mean));
    let mut floor = 0.0;
    let mut floors: Vec<Option<f64>> = Vec::new();
    for median in medians.iter().take(stages.len()) {
        floors.push(Some(floor));
        floor += median.unwrap_or_default();
    }
    floors.push(Some(0.0));
    let tops = floors.iter().zip(&p90s).map(|(floor, p90)| floor.unwrap_or_default() + p90.unwrap_or_default());
    let most = lines.iter().map(|line| line.value).chain(tops).fold(floor, f64::max);
    let labels: Vec<String> = falls.iter().map(|fall| fall.label.clone()).collect();
    let all: Vec<usize> = (0..labels.len()).collect();
    #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
    let passed = falls.iter().map(|fall| Some(fall.passed as f64)).collect();
    let row = |at: usize, series, values: Vec<Option<f64>>, format, token| TipRow {
        name: names[at].to_owned(),
        series,
        values: Some(values),
        format,
        token,
        ..TipRow::default()
    };
    let linked = falls.iter().any(|fall| !fall.href.is_empty());
    let links = Links { bucket: falls.iter().map(|fall| fall.href.clone()).collect(), ..Links::default() };
    ChartOption {
        // Room for the names of the lines.
        grid: vec![Grid::new().right(if lines.is_empty() { 8 } else { 112 })],
        x_axis: vec![bucket_axis(&labels, &all)],
        y_axis: vec![duration_axis(most)],
        series: [
            ground(&floors, names[1]),
            bars(names[1], "c1", data(&p90s, None)).item_style(colour("c1").opacity(BEHIND)).stack(names[1]),
            ground(&floors, names[0]),
            bars(names[0], "c1", data(&medians, None)).stack(names[0]),
        ]
        .map(|bar| Drawing::Bar(bar.bar_gap("-100%")))
        .into(),
        benchwatch: Meta {
            lang: lang.tag(),
            titles: falls.iter().map(|fall| fall.title.clone()).collect(),
            rows: vec![
                row(0, Some(3), medians, "duration", "c1"),
                row(1, Some(1), p90s, "duration", "seq-3"),
                row(2, None, means, "duration", "surface"),
                row(3, None, passed, "count", "surface"),
            ],
            asks: if linked { falls.iter().map(|fall| fall.ask.clone()).collect() } else { Vec::new() },
            links: linked.then_some(links),
            lines,
            named: true,
            ..Meta::default()
        },
    }
}

fn colour(token: &str) -> ItemStyle {
    ItemStyle::new().color(super::option::token(token))
}

/// What a stack floats on: bars that are not seen.
fn ground(floors: &[Option<f64>], stack: &str) -> Bar {
    Bar::new()
        .item_style(ItemStyle::new().color(Color::Value("transparent".to_owned())))
        .stack(stack)
        .data(data(floors, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_begins_where_the_medians_before_it_end_and_the_whole_on_the_ground() {
        let fall = |median, p90| Fall { median, p90, ..Fall::default() };
        let stages = [fall(2.0, 3.0), fall(0.0, 5.0), fall(1.0, 1.0)];
        let names = ["Median", "p90", "Mean", "Records"];
        let option = waterfall_chart(&stages, &fall(3.5, 9.0), names, Vec::new(), Lang::En);
        let json: serde_json::Value = serde_json::from_str(&option.json()).expect("JSON");
        let hours = |at: usize| {
            let values = json["series"][at]["data"].as_array().expect("data").iter();
            values.map(|value| value.as_f64().expect("a number") / 3_600.0).collect::<Vec<_>>()
        };
        assert_eq!(hours(2), [0.0, 2.0, 2.0, 0.0]);
        assert_eq!(hours(0), hours(2), "both percentiles float at one height");
        assert_eq!((hours(3), hours(1)), (vec![2.0, 0.0, 1.0, 3.5], vec![3.0, 5.0, 1.0, 9.0]));
        assert!(json["yAxis"][0]["max"].as_f64().expect("max") >= 9.0 * 3_600.0);
    }
}
