//! A record's course: states side by side in time, and the changes one by one.

use super::cells::Look;
use super::parts::card;
use crate::components::{Card, Family, glyph, state_name};
use crate::format;
use crate::i18n::Lang;
use crate::model::records::detail::{Event, History, Lane, Segment};
use chrono::{Days, NaiveDateTime, NaiveTime, TimeDelta};
use leptos::prelude::*;

/// Changes shown before the rest is folded away.
const SHOWN: usize = 10;

/// Lanes drawn at most.
const MOST_LANES: usize = 40;

/// A stretch of time that a drawing covers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    from: NaiveDateTime,
    to: NaiveDateTime,
}

impl Span {
    /// What the lanes cover, and the target when it lies ahead of an open record.
    fn of(lanes: &[Lane], due: Option<NaiveDateTime>, now: NaiveDateTime) -> Option<Self> {
        let from = lanes.iter().flat_map(|lane| lane.segments.first().map(|first| first.from)).min();
        let from = from.or_else(|| lanes.iter().filter_map(|lane| lane.end.as_ref().map(|end| end.0)).min())?;
        let running = lanes.iter().any(|lane| lane.end.is_none());
        let ends = lanes
            .iter()
            .filter_map(|lane| lane.end.as_ref().map(|end| end.0).or_else(|| lane.segments.last().map(|last| last.to)));
        let to = ends.chain(due.filter(|_| running)).chain(running.then_some(now)).max()?;
        // A line that ends where it begins still has a width.
        Some(Self { from, to: to.max(from + TimeDelta::hours(1)) })
    }

    /// Where a moment lies, in percent.
    #[expect(clippy::cast_precision_loss, reason = "seconds of a record's life")]
    fn percent(self, at: NaiveDateTime) -> f64 {
        let whole = (self.to - self.from).num_seconds().max(1) as f64;
        (100.0 * (at - self.from).num_seconds() as f64 / whole).clamp(0.0, 100.0)
    }

    /// Midnights to mark, at most a dozen, equally far apart.
    fn ticks(self) -> Vec<NaiveDateTime> {
        let days = (self.to - self.from).num_days();
        let step = [1_u64, 2, 7, 14, 28, 56, 91, 182].into_iter().find(|step| days <= 10 * step.cast_signed());
        let step = Days::new(step.unwrap_or(365));
        let first = self.from.date().and_time(NaiveTime::MIN) + TimeDelta::days(1);
        std::iter::successors(Some(first), |at| at.checked_add_days(step))
            .take_while(|at| *at <= self.to)
            .take(12)
            .collect()
    }
}

/// The drawing; nothing when there is nothing to draw.
pub(super) fn timeline(history: &History, due: Option<NaiveDateTime>, own: &str, look: Look) -> Option<AnyView> {
    let lang = look.lang;
    let lanes = &history.lanes[..history.lanes.len().min(MOST_LANES)];
    let span = Span::of(lanes, due, look.now)?;
    let summary = lang.timeline_summary(&look.moment(span.from), &look.moment(span.to));
    let tick = move |at: NaiveDateTime| {
        view! { <span style=place(span.percent(at))>{format::day(at.date(), lang)}</span> }
    };
    let line = move |at: NaiveDateTime| view! { <i style=place(span.percent(at))></i> };
    let ticks = span.ticks();
    let (lines, days) =
        (ticks.iter().map(|at| line(*at)).collect_view(), ticks.iter().map(|at| tick(*at)).collect_view());
    let target = due.filter(|due| (span.from..=span.to).contains(due)).map(|due| {
        let text = lang.target(&look.moment(due));
        let class = if span.percent(due) > 70.0 { "target end" } else { "target" };
        view! { <i class=class style=place(span.percent(due))><b>{text}</b></i> }
    });
    let guessed = lanes.iter().any(|lane| !lane.observed);
    let note = if guessed { lang.timeline_from_dates() } else { "" };
    let entries = key(lanes, lang);
    let key = move || {
        let entry = |(word, name): &(&'static str, String)| {
            view! { <span><i style=format!("--k:var(--st-{word}-glyph)")></i>{name.clone()}</span> }
        };
        view! { <span class="key">{entries.iter().map(entry).collect_view()}</span> }
    };
    let rows = lanes.iter().enumerate().map(|(at, lane)| row(lane, at == 0, span, own, look)).collect_view();
    let view = view! {
        <Card title=lang.timeline() sub=lang.timeline_sub() actions=key>
            <div class="body lanes">
                <div class="lines" aria-hidden="true">{lines} {target}</div>
                <ul aria-label=summary>{rows}</ul>
                <div class="axis" aria-hidden="true">{days}</div>
                <p class="mut note-end">{note}</p>
            </div>
        </Card>
    };
    Some(view.into_any())
}

fn place(percent: f64) -> String {
    format!("--l:{percent:.2}%")
}

/// The families that occur, in the order of the work.
fn key(lanes: &[Lane], lang: Lang) -> Vec<(&'static str, String)> {
    let order = [
        (Family::Waiting, "CREATED"),
        (Family::Staged, "BATCHED"),
        (Family::Working, "IN PROGRESS"),
        (Family::Review, "IN REVIEW"),
        (Family::Hold, "ON HOLD"),
        (Family::Rework, "RERUN"),
        (Family::Done, "COMPLETED"),
    ];
    let occurs = |family: Family| {
        lanes.iter().flat_map(|lane| &lane.segments).any(|segment| Family::of(&segment.state) == family)
    };
    order
        .into_iter()
        .filter(|(family, _)| occurs(*family))
        .map(|(family, state)| (family.word(), state_name(state, lang).into_owned()))
        .collect()
}

fn row(lane: &Lane, first: bool, span: Span, own: &str, look: Look) -> AnyView {
    let name = match &lane.name {
        None => view! { <b>{own.to_owned()}</b> }.into_any(),
        Some(name) => view! { <a href=look.href(lane.kind, lane.id)>{name.clone()}</a> }.into_any(),
    };
    let segments = lane.segments.iter().map(|segment| bar(segment, span, look)).collect_view();
    let end = lane.end.as_ref().map(|(at, state)| {
        let class = format!("end st-{}", Family::of(state).word());
        view! { <span class=class style=place(span.percent(*at))>{glyph(Family::of(state).symbol())}</span> }
    });
    let class = match (first, lane.observed) {
        (true, true) => "first",
        (true, false) => "first guessed",
        (false, true) => "",
        (false, false) => "guessed",
    };
    view! {
        <li class=class>
            <span class="who">{name}</span>
            <span class="track" aria-hidden="true">{segments} {end}</span>
            <span class="vh">{spoken(lane, look)}</span>
        </li>
    }
    .into_any()
}

fn bar(segment: &Segment, span: Span, look: Look) -> AnyView {
    let (from, to) = (span.percent(segment.from), span.percent(segment.to));
    let style = format!("--l:{from:.2}%;--w:{:.2}%", to - from);
    let class = format!("st-{}", Family::of(&segment.state).word());
    view! { <i class=class style=style title=time_in(segment, look.lang)></i> }.into_any()
}

/// "In progress, 2 d 20 h".
fn time_in(segment: &Segment, lang: Lang) -> String {
    #[expect(clippy::cast_precision_loss, reason = "seconds of a record's life")]
    let hours = (segment.to - segment.from).num_seconds() as f64 / 3_600.0;
    format!("{}, {}", state_name(&segment.state, lang), format::hours(hours))
}

/// A lane in words.
fn spoken(lane: &Lane, look: Look) -> String {
    let mut words: Vec<String> = lane.segments.iter().map(|segment| time_in(segment, look.lang)).collect();
    if let Some((at, state)) = &lane.end {
        words.push(format!("{} {}", state_name(state, look.lang), look.moment(*at)));
    }
    words.join("; ")
}

/// The changes one by one, newest first.
pub(super) fn history(history: &History, own: &str, look: Look) -> AnyView {
    let lang = look.lang;
    if history.events.is_empty() {
        let nothing = view! { <p class="body mut">{lang.no_changes_seen()}</p> };
        return card(lang.history(), String::new(), nothing.into_any());
    }
    let item = |event: &Event| happened(event, own, look);
    let (shown, rest) = history.events.split_at(history.events.len().min(SHOWN));
    let more = (!rest.is_empty()).then(|| {
        view! {
            <details class="twin">
                <summary>{lang.show_more(rest.len())}</summary>
                <ol class="events">{rest.iter().map(item).collect_view()}</ol>
            </details>
        }
    });
    let body = view! { <ol class="events">{shown.iter().map(item).collect_view()}</ol> {more} };
    card(lang.history(), lang.changes_of_state(&look.count(history.total)), body.into_any())
}

fn happened(event: &Event, own: &str, look: Look) -> AnyView {
    let lang = look.lang;
    let state = event.to.as_deref().unwrap_or_default();
    let who = match &event.name {
        None => own.to_owned().into_any(),
        Some(name) => view! { <a href=look.href(event.kind, event.id)>{name.clone()}</a> }.into_any(),
    };
    let mut remarks = Vec::new();
    if let Some(from) = &event.from {
        remarks.push(lang.was_state(&state_name(from, lang).to_lowercase()));
    }
    if let Some(after) = event.after {
        remarks.push(lang.seen_between(&format::recent(after, event.seen, lang), &format::clock(event.seen)));
    }
    let family = Family::of(state);
    view! {
        <li>
            <span class="when">{look.moment(event.at)}</span>
            <span class=format!("g st-{}", family.word())>{glyph(family.symbol())}</span>
            <span>
                {who} " " {lang.changed_to()} " " <b>{state_name(state, lang).into_owned()}</b>
                <small>{remarks.join("; ")}</small>
            </span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::records::RecordKind;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment")
    }

    fn lane(from: &str, to: &str, ended: bool) -> Lane {
        let segment = Segment { state: "IN PROGRESS".to_owned(), from: at(from), to: at(to) };
        let end = ended.then(|| (at(to), "REPORTED".to_owned()));
        Lane { kind: RecordKind::Orders, id: 1, name: None, observed: true, segments: vec![segment], end }
    }

    #[test]
    fn a_drawing_reaches_to_now_or_to_the_target_only_while_something_is_open() {
        let now = at("2026-11-17 12:00");
        let due = Some(at("2026-11-19 12:00"));
        let open = Span::of(&[lane("2026-11-10 09:00", "2026-11-17 12:00", false)], due, now).expect("a span");
        assert_eq!(open, Span { from: at("2026-11-10 09:00"), to: at("2026-11-19 12:00") });
        let done = Span::of(&[lane("2026-11-10 09:00", "2026-11-12 12:00", true)], due, now).expect("a span");
        assert_eq!(done.to, at("2026-11-12 12:00"));
        assert_eq!(Span::of(&[], due, now), None);
    }

    #[test]
    fn there_are_never_more_than_a_dozen_ticks() {
        for days in [0, 1, 5, 10, 11, 60, 400, 3_000] {
            let span = Span { from: at("2026-01-01 09:00"), to: at("2026-01-01 10:00") + TimeDelta::days(days) };
            let ticks = span.ticks();
            assert!(ticks.len() <= 12, "{days} days: {}", ticks.len());
            assert!(days == 0 || !ticks.is_empty(), "{days} days");
        }
    }

    #[test]
    fn a_moment_lies_between_nothing_and_all() {
        let span = Span { from: at("2026-11-10 00:00"), to: at("2026-11-20 00:00") };
        assert!((span.percent(at("2026-11-15 00:00")) - 50.0).abs() < 1e-9);
        assert!(span.percent(at("2026-12-15 00:00")) <= 100.0);
    }
}
