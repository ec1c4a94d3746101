//! The components rendered on the server, without a browser or a database.
#![cfg(feature = "ssr")]

use app::charts::{Buckets, VolumeInput, volume_chart};
use app::components::{
    AccountMenu, Chrome, EmptyState, ErrorNote, FilterBar, Frame, FreshLabel, HeatCell, HeatMap, HeatRow, LateCount,
    Page, Ramp, RankRow, RankedList, Sort, SortHeader, StatePill, Tile, TileStrip, Unit,
};
use app::components::{Better, ChartCard, KeyEntry, TableTwin};
use app::error::AppError;
use app::i18n::{Lang, provide_lang};
use app::model::filter::Filter;
use app::model::ids::CustomerId;
use app::model::overview::{CustomerOption, Figure, FilterOptions, Scope, VolumePoint};
use app::model::period::{Bucket, DayRange};
use app::model::session::{CurrentUser, Role};
use app::model::sync::Freshness;
use leptos::prelude::*;
use leptos_router::components::Router;
use leptos_router::location::RequestUrl;

/// Renders a view in this language as the server does for a request of `url`.
fn render<V: IntoView + 'static>(lang: Lang, url: &str, view: impl FnOnce() -> V + Send + 'static) -> String {
    let owner = Owner::new();
    let url = url.to_owned();
    owner.with(|| {
        provide_context(RequestUrl::new(&url));
        leptos_meta::provide_meta_context();
        provide_lang(lang);
        view().into_view().to_html()
    })
}

fn range() -> DayRange {
    DayRange { from: "2026-10-19".parse().expect("a date"), to: "2026-11-17".parse().expect("a date") }
}

fn scope() -> Scope {
    Scope {
        laboratory: "Quillmere Analytical".into(),
        days: range(),
        previous: Some(range().previous()),
        bucket: Bucket::Day,
        axis: Bucket::Day.axis(range()),
        now: "2026-11-17T07:40:00".parse().expect("a time"),
        zone: "UTC".into(),
        sla_hours: 48.0,
        past: false,
    }
}

fn options() -> FilterOptions {
    FilterOptions {
        customers: vec![CustomerOption { id: CustomerId(7), name: "Drossel & Vane <Ltd>".into() }],
        labels: vec!["HM".into()],
        states: vec!["ON HOLD".into()],
        ..FilterOptions::default()
    }
}

#[test]
fn a_tile_shows_value_change_and_what_it_was_in_the_language_of_the_page() {
    let tile = || {
        let figure = Figure {
            value: Some(11_528.0),
            previous: Some(11_259.0),
            series: vec![Some(1.0), Some(3.0), Some(2.0)],
            previous_series: vec![Some(2.0), Some(2.0), Some(2.0)],
        };
        view! { <Tile label="Tests received" figure unit=Unit::Count href="/tests" explain="Tests created." id="tests"/> }
    };
    let english = render(Lang::En, "/", tile);
    for part in ["11,528", "+2.4%", "was 11,259", "href=\"/tests\"", "popovertarget=\"how-tests\"", "Tests created."] {
        assert!(english.contains(part), "{part} in {english}");
    }
    let spanish = render(Lang::Es, "/", tile);
    assert!(spanish.contains("11.528") && spanish.contains("antes 11.259"), "{spanish}");
}

#[test]
fn a_tile_judges_turnaround_but_not_volume() {
    let figure = || Figure { value: Some(49.5), previous: Some(47.4), ..Figure::default() };
    let slower = render(Lang::En, "/", move || {
        view! { <Tile label="Mean" figure=figure() unit=Unit::Hours better=Better::Less id="mean"/> }
    });
    assert!(slower.contains("delta bad"), "{slower}");
    let more = render(Lang::En, "/", move || view! { <Tile label="Tests" figure=figure() unit=Unit::Count id="t"/> });
    assert!(!more.contains("bad") && more.contains("delta"), "{more}");
}

#[test]
fn a_figure_without_value_or_earlier_value_says_so() {
    let html = render(Lang::En, "/", || {
        let alone = Figure { value: Some(5.0), ..Figure::default() };
        view! {
            <TileStrip label="Key figures">
                <Tile label="A" figure=Figure::default() unit=Unit::Hours id="a"/>
                <Tile label="B" figure=alone unit=Unit::Count id="b"/>
            </TileStrip>
        }
    });
    assert!(html.contains("val mut\">–") && html.contains("nothing to compare with"), "{html}");
}

#[test]
fn the_filter_bar_works_by_links_and_forms_and_escapes_names() {
    let html = render(Lang::En, "/", || {
        let filter = Filter { customer: Some(CustomerId(7)), ..Filter::default() };
        let today = scope().now.date();
        view! { <FilterBar path="/" filter days=range() today options=options()/> }
    });
    for part in [
        "href=\"/?range=7d&amp;customer=7\"",
        "19 Oct – 17 Nov 2026",
        "Drossel &amp; Vane &lt;Ltd&gt;",
        "Remove filter: Customer Drossel &amp; Vane",
        "type=\"hidden\" name=\"customer\" value=\"7\"",
        "data-period=\"earlier\"",
        "vs previous 30 days",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains("data-period=\"later\""), "the range ends today: {html}");
}

#[test]
fn a_chart_card_has_the_option_a_sentence_and_the_numbers_as_a_table() {
    let html = render(Lang::En, "/", || {
        let buckets = Buckets::of(&scope(), Lang::En);
        let points: Vec<VolumePoint> =
            (0..30).map(|n| VolumePoint { samples: n, tests: n * 4, reported: n * 3, previous_tests: None }).collect();
        let names = ["Tests received", "Tests reported", "Samples received"];
        let option =
            volume_chart(&VolumeInput { buckets: &buckets, points: &points, names, links: Default::default() }).json();
        let key_entries =
            vec![KeyEntry { name: "Tests received".into(), token: "c1", series: vec![0], ..KeyEntry::default() }];
        view! {
            <ChartCard title="Samples and tests" option summary="Tests per day." key_entries id="volume">
                <TableTwin label="Samples and tests" columns=vec!["Day".into(), "Tests".into()] rows=vec![vec!["19 Oct".into(), "588".into()]]/>
            </ChartCard>
        }
    });
    for part in
        ["<bench-chart", "role=\"img\"", "aria-label=\"Tests per day.\"", "--h:300px", "data-series=\"0\"", ">588<"]
    {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(html.contains("&quot;benchwatch&quot;"), "the option is in the document: {html}");
}

#[test]
fn the_frame_marks_the_current_page_and_works_without_scripts() {
    let html = render(Lang::Es, "/records?range=7d", || {
        let user = CurrentUser { id: 1, name: "Marta Ibarra".into(), role: Role::Manager };
        let fresh = Freshness {
            as_of: Some("2026-11-17T07:33:00".parse().expect("a time")),
            age_minutes: Some(7),
            enabled: true,
            ..Freshness::default()
        };
        provide_context(Chrome {
            fresh: (move || view! { <FreshLabel freshness=fresh.clone()/> }).into(),
            late: (|| view! { <LateCount count=12/> }).into(),
            account: (move || view! { <AccountMenu user=user.clone()/> }).into(),
            ..Chrome::default()
        });
        view! { <Router><Frame><Page title="Prioridad"><p>"x"</p></Page></Frame></Router> }
    });
    for part in [
        "<h1>Prioridad",
        "aria-current=\"page\"",
        "Datos de las 07:33",
        "action=\"/logout\"",
        "href=\"/records?range=7d&amp;lang=en\"",
        "action=\"/search\"",
        "id=\"main\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert_eq!(html.matches("<h1").count(), 1);
}

#[test]
fn an_error_says_what_why_and_how_to_find_it_in_the_log() {
    let html = render(Lang::En, "/", || {
        view! { <ErrorNote what="Turnaround" error=AppError::Internal { reference: "7f3a-19".into() }/> }
    });
    assert!(html.contains("Turnaround did not load.") && html.contains("Reference 7f3a-19"), "{html}");
    assert!(html.contains("Retry"), "{html}");
    let refused = render(Lang::En, "/", || view! { <ErrorNote what="Users" error=AppError::Forbidden/> });
    assert!(!refused.contains("Retry"), "trying again cannot help: {refused}");
}

#[test]
fn lists_tables_and_pills_carry_words_beside_their_colours() {
    let html = render(Lang::En, "/", || {
        let rows = vec![RankRow {
            code: "CN".into(),
            name: "Cannabinoids".into(),
            value: 1_902,
            previous: Some(1_961),
            href: Some("/tests?label=CN".into()),
        }];
        let heat = vec![HeatRow {
            name: "Tamsin Hollow".into(),
            href: None,
            cells: vec![HeatCell { value: 0, href: None }, HeatCell { value: 7, href: Some("/orders".into()) }],
        }];
        view! {
            <RankedList rows/>
            <HeatMap caption="Late orders" corner="Customer" columns=vec!["A".into(), "B".into()] rows=heat ramp=Ramp::Lateness/>
            <table><thead><tr>
                <SortHeader text="Age" column="age" sort=Sort::parse("-age") href=|sort| format!("/?sort={}", sort.word()) numeric=true/>
            </tr></thead></table>
            <StatePill state="NEEDS REVIEW (LAB)"/>
            <EmptyState what="No tests" why="The lab was closed." action=("/?range=7d".to_owned(), "Show 7 days".to_owned())/>
        }
    });
    for part in [
        "1,902",
        "−3%",
        "l7",
        "·",
        "aria-sort=\"descending\"",
        "/?sort=age",
        "st-review",
        "Needs review (lab)",
        "Show 7 days",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}
