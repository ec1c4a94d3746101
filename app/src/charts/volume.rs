//! Samples and tests over time: what came in, what went out, and what came in during the period compared with.

use super::buckets::Buckets;
use super::option::{ChartOption, Drawing, Ticks, TipRow, bars, bucket_axis, count_axis, data, line};
use crate::model::overview::VolumePoint;
use charming::component::Grid;

/// What [`volume_chart`] draws.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeInput<'a> {
    /// The axis.
    pub buckets: &'a Buckets,
    /// One point a bucket.
    pub points: &'a [VolumePoint],
    /// The names of tests received, tests reported, samples received.
    pub names: [&'a str; 3],
    /// The records behind the points of each, one address a bucket; may be empty.
    pub links: [Vec<String>; 3],
}

/// Bars of tests received and reported with ticks of the earlier period, and the line of samples received.
#[must_use]
pub fn volume_chart(input: &VolumeInput) -> ChartOption {
    let VolumeInput { buckets, points, names, links } = input;
    let column = |value: fn(&VolumePoint) -> Option<u64>| -> Vec<Option<f64>> {
        #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
        points.iter().map(|point| value(point).map(|count| count as f64)).collect()
    };
    let received = column(|point| Some(point.tests));
    let reported = column(|point| Some(point.reported));
    let mut samples = column(|point| Some(point.samples));
    let earlier = column(|point| point.previous_tests);
    let shown_samples = samples.clone();
    if let Some(last) = buckets.unfinished.filter(|last| *last < samples.len()) {
        samples[last] = None; // a line cannot be half as strong at its end, so it stops before
    }
    let compared = earlier.iter().any(Option::is_some);
    let row = |series: usize, token, before, values| TipRow {
        name: names[series].to_owned(),
        series: Some(series),
        values,
        format: "count",
        token,
        before,
    };
    let mut meta = buckets.meta();
    meta.rows = vec![
        row(0, "c1", compared.then(|| earlier.clone()), None),
        row(1, "c3", None, None),
        row(2, "c8", None, Some(shown_samples)),
    ];
    for (at, hrefs) in links.iter().enumerate().filter(|(_, hrefs)| !hrefs.is_empty()) {
        meta.links.get_or_insert_default().series.insert(at, hrefs.clone());
    }
    if compared {
        meta.ticks = vec![Ticks { bar: 0, values: earlier }];
    }
    ChartOption {
        grid: vec![Grid::new()],
        x_axis: vec![bucket_axis(&buckets.labels, &buckets.shown)],
        y_axis: vec![count_axis("fmt:count")],
        series: vec![
            Drawing::Bar(bars(names[0], "c1", data(&received, buckets.unfinished))),
            Drawing::Bar(bars(names[1], "c3", data(&reported, buckets.unfinished))),
            Drawing::Line(line(names[2], "c8", 2.0, &samples)),
        ],
        benchwatch: meta,
    }
}

#[cfg(test)]
mod tests {
    use super::super::buckets::tests::scope;
    use super::*;
    use crate::i18n::Lang;
    use crate::model::period::Bucket;

    #[test]
    fn the_option_has_the_numbers_given_and_weakens_the_running_day() {
        let buckets = Buckets::of(&scope("2026-11-16", "2026-11-17", Bucket::Day, "2026-11-17T07:40:00"), Lang::En);
        let points = [
            VolumePoint { samples: 159, tests: 627, reported: 575, previous_tests: Some(587) },
            VolumePoint { samples: 26, tests: 96, reported: 31, previous_tests: None },
        ];
        let names = ["Tests received", "Tests reported", "Samples received"];
        let links = [vec!["/t?0".to_owned(), "/t?1".to_owned()], Vec::new(), Vec::new()];
        let option = volume_chart(&VolumeInput { buckets: &buckets, points: &points, names, links });
        let json: serde_json::Value = serde_json::from_str(&option.json()).expect("JSON");
        assert_eq!(json["series"][0]["type"], "bar");
        assert_eq!(json["series"][0]["data"][0], 627);
        assert_eq!(json["series"][0]["data"][1]["value"], 96);
        assert_eq!(json["series"][1]["data"][0], 575);
        assert_eq!(json["series"][2]["data"], serde_json::json!([159, null]));
        assert_eq!(json["benchwatch"]["rows"][2]["values"], serde_json::json!([159.0, 26.0]));
        assert_eq!(json["benchwatch"]["ticks"], serde_json::json!([{ "bar": 0, "values": [587.0, null] }]));
        assert_eq!(json["benchwatch"]["links"]["series"], serde_json::json!({ "0": ["/t?0", "/t?1"] }));
        assert_eq!(json["xAxis"][0]["data"], serde_json::json!(["16 Nov", "today"]));
    }
}
