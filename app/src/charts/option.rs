//! The option that goes to the chart element: typed parts of charming, and the block `benchwatch` that `style/charts`
//! reads. Only the parts in use are named, so only they are compiled into the WASM.

use crate::components::may_open;
use charming::component::{Axis, Grid};
use charming::datatype::{CompositeValue, DataFrame, DataPoint, DataPointItem};
use charming::element::{
    AreaStyle, AxisLabel, AxisLine, AxisType, Color, ItemStyle, LineStyle, LineStyleType, SplitLine, Symbol,
};
use charming::series::{Bar, Line, Scatter};
use serde::Serialize;
use std::collections::BTreeMap;

/// How strong the bars of an unfinished bucket are.
const UNFINISHED: f64 = 0.45;

/// A drawing of the option.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "a chart has a handful of series, each drawn once")]
pub(super) enum Drawing {
    /// Bars.
    Bar(Bar),
    /// A line, or with an area style a band.
    Line(Line),
    /// Points.
    Scatter(Scatter),
}

/// A whole option.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChartOption {
    pub(super) grid: Vec<Grid>,
    pub(super) x_axis: Vec<Axis>,
    pub(super) y_axis: Vec<Axis>,
    pub(super) series: Vec<Drawing>,
    /// What the chart element needs beside ECharts.
    pub benchwatch: Meta,
}

impl ChartOption {
    /// The option as JSON. What its reader may not open is left out of it.
    #[must_use]
    pub fn json(&self) -> String {
        let first = |links: &Links| {
            links.bucket.iter().chain(links.series.values().flatten()).find(|href| !href.is_empty()).cloned()
        };
        let mut option = self.clone();
        let meta = &mut option.benchwatch;
        if meta.links.as_ref().and_then(first).is_some_and(|href| !may_open(&href)) {
            meta.links = None;
            meta.asks = Vec::new();
        }
        meta.brush = meta.brush.take().filter(|brush| may_open(&brush.href));
        serde_json::to_string(&option).expect("an option is plain data with text keys")
    }
}

/// What tooltips list, what a click opens, and what is drawn beside the series.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Meta {
    /// The language of numbers: `en` or `es`.
    pub lang: &'static str,
    /// One title a bucket.
    pub titles: Vec<String>,
    /// The rows of the tooltip.
    pub rows: Vec<TipRow>,
    /// What Enter or a click opens, one text a bucket.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<String>,
    /// The records behind the points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Links>,
    /// Choosing a range by dragging.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brush: Option<Brush>,
    /// Whether the buckets are names and not points of time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub named: bool,
    /// Buckets in which the laboratory was closed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<usize>,
    /// Values of the period compared with, marked on bars.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<Ticks>,
    /// Horizontal reference lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ReferenceLine>,
    /// Vertical marks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// Labels at the right end of lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<EndLabel>,
}

/// A row of the tooltip.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TipRow {
    /// The name of the value.
    pub name: String,
    /// The series that the row is about; it is left out while that is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<usize>,
    /// The values, where they are not those of the series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Option<f64>>>,
    /// `count`, `number`, `percent` or `duration` (seconds).
    pub format: &'static str,
    /// The CSS custom property of the swatch without the dashes.
    pub token: &'static str,
    /// Values to compare with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Vec<Option<f64>>>,
}

/// The records behind the points: per bucket, and where they differ per series.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Links {
    /// One address a bucket.
    pub bucket: Vec<String>,
    /// By position of the series: one address a bucket.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub series: BTreeMap<usize, Vec<String>>,
}

/// Choosing a range by dragging over buckets.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Brush {
    /// The address with `{from}` and `{to}`.
    pub href: String,
    /// First and last day of each bucket.
    pub buckets: Vec<(String, String)>,
    /// Says that it can be done.
    pub hint: &'static str,
}

/// Earlier values, marked on the bars of a series.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ticks {
    /// The position of the bars.
    pub bar: usize,
    /// One value a bucket.
    pub values: Vec<Option<f64>>,
}

/// A horizontal reference line, such as a target or a control limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReferenceLine {
    /// Where it lies, in the unit of the axis (durations in seconds).
    pub value: f64,
    /// Its name.
    pub text: String,
    /// The colour of the line: a token of the theme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'static str>,
    /// The colour of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ink: Option<&'static str>,
}

/// A vertical mark, such as a percentile.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Mark {
    /// Where it lies: buckets from the left edge, with fractions.
    pub at: f64,
    /// Its name.
    pub text: String,
}

/// A label at the right end of a line.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EndLabel {
    /// The position of the vertical axis.
    pub axis: usize,
    /// The height, in the unit of the axis.
    pub value: f64,
    /// The words.
    pub text: String,
    /// Quieter words: a label that does not lead.
    pub quiet: bool,
    /// The series that it names; it is left out while that is hidden.
    pub series: usize,
}

/// A colour of the theme.
pub(super) fn token(name: &str) -> Color {
    Color::Value(format!("tok:{name}"))
}

/// Values as data; the unfinished bucket is drawn weaker.
pub(super) fn data(values: &[Option<f64>], unfinished: Option<usize>) -> DataFrame {
    let point = |(at, value): (usize, &Option<f64>)| {
        let value = number(*value);
        if Some(at) == unfinished {
            DataPoint::Item(DataPointItem::new(value).item_style(ItemStyle::new().opacity(UNFINISHED)))
        } else {
            DataPoint::Value(value)
        }
    };
    values.iter().enumerate().map(point).collect()
}

/// A number without needless digits; nothing stays nothing.
fn number(value: Option<f64>) -> CompositeValue {
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
        Some(value) if value.fract() == 0.0 && value.abs() < 9e15 => CompositeValue::from(value as i64),
        Some(value) if value.is_finite() => CompositeValue::from((value * 100.0).round() / 100.0),
        _ => CompositeValue::OptionalNumber(None),
    }
}

/// Bars in one colour.
pub(super) fn bars(name: &str, colour: &str, values: DataFrame) -> Bar {
    Bar::new().name(name).item_style(ItemStyle::new().color(token(colour))).data(values)
}

/// A line in one colour, gaps where there is nothing.
pub(super) fn line(name: &str, colour: &str, width: f64, values: &[Option<f64>]) -> Line {
    Line::new()
        .name(name)
        .show_symbol(false)
        .item_style(ItemStyle::new().color(token(colour)))
        .line_style(LineStyle::new().color(token(colour)).width(width))
        .data(data(values, None))
}

/// A thin dotted line: the period compared with, or the bridge over a gap.
pub(super) fn dotted(name: &str, colour: &str, values: &[Option<f64>]) -> Line {
    line(name, colour, 1.0, values)
        .line_style(LineStyle::new().color(token(colour)).width(1.0).type_(LineStyleType::Dotted))
}

/// A band between two series, as two stacked lines of which only the area of the upper one is seen.
pub(super) fn band(name: &str, colour: &str, low: &[Option<f64>], high: &[Option<f64>]) -> [Line; 2] {
    let stack = format!("band {name}");
    let rise: Vec<Option<f64>> =
        low.iter().zip(high).map(|(low, high)| low.zip(*high).map(|(low, high)| (high - low).max(0.0))).collect();
    let floor: Vec<Option<f64>> = low.iter().zip(high).map(|(low, high)| low.filter(|_| high.is_some())).collect();
    let bare = |values: &[Option<f64>]| line(name, colour, 0.0, values).stack(stack.clone()).silent(true);
    let top = line(name, colour, 1.0, &rise)
        .stack(stack.clone())
        .silent(true)
        .area_style(AreaStyle::new().color(token(colour)).opacity(0.16));
    [bare(&floor), top]
}

/// The points that have no neighbour, which a line would not show.
pub(super) fn lone_points(name: &str, colour: &str, values: &[Option<f64>]) -> Option<Scatter> {
    let alone = |at: usize| {
        let neighbour = |at: Option<usize>| at.and_then(|at| values.get(at)).is_some_and(Option::is_some);
        values[at].filter(|_| !neighbour(at.checked_sub(1)) && !neighbour(at.checked_add(1)))
    };
    let lone: Vec<Option<f64>> = (0..values.len()).map(alone).collect();
    lone.iter().any(Option::is_some).then(|| points(name, colour, &lone))
}

/// Points over the buckets.
pub(super) fn points(name: &str, colour: &str, values: &[Option<f64>]) -> Scatter {
    Scatter::new()
        .name(name)
        .symbol(Symbol::Circle)
        .symbol_size(7.0)
        .item_style(ItemStyle::new().color(token(colour)))
        .data(data(values, None))
}

/// The axis of the buckets, labelled at the positions given.
pub(super) fn bucket_axis(labels: &[String], shown: &[usize]) -> Axis {
    let label = shown.iter().fold(AxisLabel::new(), |label, at| label.custom_values(i64::try_from(*at).unwrap_or(0)));
    Axis::new().type_(AxisType::Category).data(labels.to_vec()).axis_label(label)
}

/// The axis of the buckets without labels, under the upper of two drawings.
pub(super) fn bare_bucket_axis(labels: &[String]) -> Axis {
    Axis::new().type_(AxisType::Category).data(labels.to_vec()).axis_label(AxisLabel::new().show(false))
}

/// An axis of numbers from zero, with at most six grid lines.
pub(super) fn count_axis(format: &str) -> Axis {
    Axis::new()
        .type_(AxisType::Value)
        .min_interval(1.0)
        .split_number(5.0)
        .axis_label(AxisLabel::new().formatter(format))
}

/// An axis of shares of one.
pub(super) fn share_axis() -> Axis {
    Axis::new()
        .type_(AxisType::Value)
        .min(0)
        .max(1)
        .interval(0.25)
        .axis_label(AxisLabel::new().formatter("fmt:percent"))
}

/// An axis of durations in seconds: whole days, or a round number of hours or minutes when all is shorter.
pub(super) fn duration_axis(most: f64) -> Axis {
    const STEPS: [f64; 13] = [
        60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 10_800.0, 21_600.0, 43_200.0, 86_400.0, 172_800.0, 432_000.0,
        864_000.0,
    ];
    let most = most.max(60.0);
    let step = STEPS.into_iter().find(|step| most / step <= 5.0);
    let step = step.unwrap_or_else(|| (most / 5.0 / 864_000.0).ceil() * 864_000.0);
    let top = (most / step).ceil() * step;
    Axis::new().type_(AxisType::Value).min(0).max(top).interval(step).axis_label(AxisLabel::new().formatter("fmt:days"))
}

/// An axis without anything to see, for bars that have no scale of their own.
pub(super) fn hidden_axis() -> Axis {
    Axis::new()
        .type_(AxisType::Value)
        .axis_label(AxisLabel::new().show(false))
        .axis_line(AxisLine::new().show(false))
        .split_line(SplitLine::new().show(false))
}

/// Hours as whole seconds.
pub(super) fn in_seconds(hours: &[Option<f64>]) -> Vec<Option<f64>> {
    hours.iter().map(|hours| hours.map(|hours| (hours * 3_600.0).floor())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_needless_digits_and_nothing_is_null() {
        let values = data(&[Some(3.0), Some(0.123_456), None, Some(f64::NAN)], Some(0));
        let json = serde_json::to_value(&values).expect("plain data");
        assert_eq!(json, serde_json::json!([{ "value": 3, "itemStyle": { "opacity": 0.45 } }, 0.12, null, null]));
    }

    #[test]
    fn a_band_is_the_low_line_and_the_rise_above_it() {
        let [floor, rise] = band("b", "c1", &[Some(2.0), None, Some(1.0)], &[Some(5.0), Some(4.0), None]);
        let data = |line: &Line| serde_json::to_value(line).expect("plain data")["data"].clone();
        assert_eq!(data(&floor), serde_json::json!([2, null, null]));
        assert_eq!(data(&rise), serde_json::json!([3, null, null]));
    }

    #[test]
    fn only_points_without_neighbours_are_drawn_as_dots() {
        let values = [Some(1.0), Some(2.0), None, Some(3.0), None];
        let lone = lone_points("x", "c1", &values).expect("one lone point");
        let json = serde_json::to_value(&lone).expect("plain data");
        assert_eq!(json["data"], serde_json::json!([null, null, null, 3, null]));
        assert!(lone_points("x", "c1", &[Some(1.0), Some(2.0)]).is_none());
    }

    #[test]
    fn duration_axes_have_round_steps_and_at_most_five_of_them() {
        for hours in [0.0, 0.2, 3.0, 20.0, 40.0, 100.0, 700.0, 9_000.0] {
            let axis = serde_json::to_value(duration_axis(hours * 3_600.0)).expect("plain data");
            let (top, step) = (axis["max"].as_f64().expect("max"), axis["interval"].as_f64().expect("interval"));
            assert!(top >= hours * 3_600.0 && top / step <= 5.0, "{hours} h: {top} by {step}");
        }
    }
}
