//! Any chart over time: bars, stacked bars, lines, areas, bands with reference lines. States over time, throughput,
//! work in progress, forecasts.

use super::buckets::Buckets;
use super::option::{
    ChartOption, Drawing, ReferenceLine, TipRow, band, bars, bucket_axis, count_axis, data, dotted, duration_axis,
    in_seconds, line, lone_points, points, share_axis, token,
};
use crate::components::Unit;
use charming::component::Grid;
use charming::element::AreaStyle;

/// How a series is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum SeriesKind {
    /// Bars beside each other.
    #[default]
    Bar,
    /// Bars upon each other.
    Stack,
    /// A line.
    Line,
    /// A line over its area.
    Area,
    /// A thin dotted line: what it is compared with.
    Compared,
    /// Points: outliers.
    Points,
    /// A band from these lower values up to the values of the series.
    Band(Vec<Option<f64>>),
}

/// A series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its colour: a token of the theme (`c1`, `state.hold`, `ghost`).
    pub colour: &'static str,
    /// The CSS custom property of its swatch without the dashes (`c1`, `st-hold-glyph`, `ghost`).
    pub swatch: &'static str,
    /// How it is drawn.
    pub kind: SeriesKind,
    /// One value a bucket; hours for durations, shares of one for shares.
    pub values: Vec<Option<f64>>,
    /// The records behind each point, where they differ from those of the bucket.
    pub links: Vec<String>,
}

impl Series {
    /// A series whose swatch is of its colour, without links of its own.
    #[must_use]
    pub fn new(name: &str, colour: &'static str, kind: SeriesKind, values: Vec<Option<f64>>) -> Self {
        Self { name: name.to_owned(), colour, swatch: colour, kind, values, links: Vec::new() }
    }

    /// The same with a swatch of another name.
    #[must_use]
    pub fn with_swatch(mut self, swatch: &'static str) -> Self {
        self.swatch = swatch;
        self
    }

    /// The same; its points open these records.
    #[must_use]
    pub fn with_links(mut self, links: Vec<String>) -> Self {
        self.links = links;
        self
    }
}

/// Counts as values of a series.
#[must_use]
pub fn counts(values: impl IntoIterator<Item = u64>) -> Vec<Option<f64>> {
    #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
    values.into_iter().map(|count| Some(count as f64)).collect()
}

/// The positions of each series' drawings in the chart, for its key: bands take two, lines another for lone points.
#[must_use]
pub fn positions(series: &[Series]) -> Vec<Vec<usize>> {
    let mut next = 0;
    let mut take = |one: &Series| {
        let lone = matches!(one.kind, SeriesKind::Line) && lone_points(&one.name, one.colour, &one.values).is_some();
        let many = if matches!(one.kind, SeriesKind::Band(_)) || lone { 2 } else { 1 };
        next += many;
        (next - many..next).collect()
    };
    series.iter().map(&mut take).collect()
}

/// A chart over time; where each series is drawn say [`positions`].
#[must_use]
pub fn series_chart(buckets: &Buckets, series: &[Series], unit: Unit, lines: Vec<ReferenceLine>) -> ChartOption {
    let mut drawings = Vec::new();
    let mut meta = buckets.meta();
    for one in series {
        let values = if unit == Unit::Hours { in_seconds(&one.values) } else { one.values.clone() };
        let at = drawings.len();
        draw(one, &values, unit, buckets, &mut drawings);
        meta.rows.push(TipRow {
            name: one.name.clone(),
            series: Some(at),
            values: Some(values),
            format: format_of(unit),
            token: one.swatch,
            before: None,
        });
        if !one.links.is_empty() {
            meta.links.get_or_insert_default().series.insert(at, one.links.clone());
        }
    }
    let most = meta.rows.iter().filter_map(|row| row.values.as_ref()).flatten().flatten().copied();
    let most = most.chain(lines.iter().map(|line| line.value)).fold(0.0, f64::max);
    let right = if lines.is_empty() { 8 } else { 112 };
    meta.lines = lines;
    ChartOption {
        grid: vec![Grid::new().right(right)],
        x_axis: vec![bucket_axis(&buckets.labels, &buckets.shown)],
        y_axis: vec![match unit {
            Unit::Count | Unit::Ratio => count_axis("fmt:count"),
            Unit::Hours => duration_axis(most),
            Unit::Share => share_axis(),
        }],
        series: drawings,
        benchwatch: meta,
    }
}

const fn format_of(unit: Unit) -> &'static str {
    match unit {
        Unit::Count | Unit::Ratio => "count",
        Unit::Hours => "duration",
        Unit::Share => "percent",
    }
}

fn draw(one: &Series, values: &[Option<f64>], unit: Unit, buckets: &Buckets, out: &mut Vec<Drawing>) {
    let Series { name, colour, .. } = one;
    match &one.kind {
        SeriesKind::Bar => out.push(Drawing::Bar(bars(name, colour, data(values, buckets.unfinished)))),
        SeriesKind::Stack => {
            out.push(Drawing::Bar(bars(name, colour, data(values, buckets.unfinished)).stack("all")));
        }
        SeriesKind::Line => {
            out.push(Drawing::Line(line(name, colour, 2.0, values)));
            out.extend(lone_points(name, colour, values).map(Drawing::Scatter));
        }
        SeriesKind::Area => {
            let area = AreaStyle::new().color(token(colour)).opacity(0.16);
            out.push(Drawing::Line(line(name, colour, 2.0, values).area_style(area)));
        }
        SeriesKind::Compared => out.push(Drawing::Line(dotted(name, colour, values))),
        SeriesKind::Points => out.push(Drawing::Scatter(points(name, colour, values))),
        SeriesKind::Band(low) => {
            let low = if unit == Unit::Hours { in_seconds(low) } else { low.clone() };
            out.extend(band(name, colour, &low, values).map(Drawing::Line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::buckets::tests::scope;
    use super::*;
    use crate::i18n::Lang;
    use crate::model::period::Bucket;

    fn buckets() -> Buckets {
        Buckets::of(&scope("2026-11-12", "2026-11-13", Bucket::Day, "2026-11-17T07:40:00"), Lang::En)
    }

    #[test]
    fn stacked_series_keep_their_numbers_and_their_links() {
        let one = |name: &str, colour, values: [f64; 2]| Series {
            name: name.into(),
            colour,
            swatch: "c1",
            kind: SeriesKind::Stack,
            values: values.map(Some).into(),
            links: vec!["/tests?a".into(), "/tests?b".into()],
        };
        let series = [one("On hold", "state.hold", [3.0, 4.0]), one("Rerun", "state.rework", [1.0, 0.0])];
        let json: serde_json::Value =
            serde_json::from_str(&series_chart(&buckets(), &series, Unit::Count, vec![]).json()).expect("JSON");
        assert_eq!(json["series"][0]["data"], serde_json::json!([3, 4]));
        assert_eq!(json["series"][1]["stack"], "all");
        assert_eq!(json["series"][1]["itemStyle"]["color"], "tok:state.rework");
        assert_eq!(json["benchwatch"]["links"]["series"]["1"][1], "/tests?b");
    }

    #[test]
    fn the_positions_are_where_the_series_are_drawn() {
        let values = |of: [Option<f64>; 2]| of.to_vec();
        let line = |name: &str, of| Series::new(name, "c1", SeriesKind::Line, values(of));
        let band = SeriesKind::Band(values([Some(1.0), Some(1.0)]));
        let series = [
            Series::new("band", "c1", band, values([Some(2.0), Some(3.0)])),
            line("gap", [Some(1.0), None]),
            line("whole", [Some(1.0), Some(2.0)]),
            Series::new("points", "c1", SeriesKind::Points, values([None, Some(2.0)])),
        ];
        assert_eq!(positions(&series), [vec![0, 1], vec![2, 3], vec![4], vec![5]]);
        let option = series_chart(&buckets(), &series, Unit::Count, vec![]);
        let json: serde_json::Value = serde_json::from_str(&option.json()).expect("JSON");
        let names =
            [0, 1, 2, 3, 4, 5].map(|at: usize| json["series"][at]["name"].as_str().unwrap_or_default().to_owned());
        assert_eq!(names, ["band", "band", "gap", "gap", "whole", "points"]);
        assert_eq!(json["series"].as_array().map(Vec::len), Some(6));
    }

    #[test]
    fn durations_are_drawn_in_seconds_and_the_axis_reaches_the_reference_line() {
        let series = [Series {
            name: "Age".into(),
            colour: "c1",
            swatch: "c1",
            kind: SeriesKind::Line,
            values: vec![Some(1.0), None],
            links: vec![],
        }];
        let limit = ReferenceLine { value: 30.0 * 86_400.0, text: "limit".into(), ..ReferenceLine::default() };
        let json: serde_json::Value =
            serde_json::from_str(&series_chart(&buckets(), &series, Unit::Hours, vec![limit]).json()).expect("JSON");
        assert_eq!(json["series"][0]["data"], serde_json::json!([3600, null]));
        assert!(json["yAxis"][0]["max"].as_f64().expect("max") >= 30.0 * 86_400.0);
    }
}
