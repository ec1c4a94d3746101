//! The page of one run: what it read, what it found, what it has to say.

use super::words::{entity_name, mode_name, result};
use crate::api::sync::load_run;
use crate::components::{Badge, Card, ErrorNote, Page, SkeletonTable};
use crate::error::AppError;
use crate::format;
use crate::i18n::{Lang, use_lang};
use crate::live::{page_data, use_live};
use crate::model::sync::{EntityProgress, SyncRun};
use crate::pages::answered;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page at `/sync/runs/:id`.
#[component]
pub fn SyncRunPage() -> impl IntoView {
    let lang = use_lang();
    let (params, live) = (use_params_map(), use_live());
    let data = page_data(
        move || (params.read().get("id").unwrap_or_default(), live.map(crate::live::Live::runs)),
        |(id, _)| async move {
            let id = answered(id.parse().map_err(|_| AppError::NotFound))?;
            load_run(id).await
        },
    );
    let retry = Callback::new(move |()| data.refetch());
    let title = move || lang.run_name(&params.read_untracked().get("id").unwrap_or_default());
    let crumb =
        move || view! { <nav class="crumb" aria-label=lang.nav_sync()><a href="/sync">{lang.nav_sync()}</a></nav> };
    view! {
        <Page title=title() crumb>
            <Transition fallback=|| view! { <SkeletonTable rows=6/> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(run) => content(&run, lang),
                        Err(error) => view! { <ErrorNote what=lang.runs_title() error retry/> }.into_any(),
                    }
                })}
            </Transition>
        </Page>
    }
}

/// The run's facts, its entities, its notes.
pub fn content(run: &SyncRun, lang: Lang) -> AnyView {
    let count = |n| format::count(n, lang);
    let (tone, word) = result(run, lang);
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any();
    let facts = [
        fact(lang.run_mode(), mode_name(run.mode, lang).to_owned()),
        fact(lang.run_by(), run.trigger.clone()),
        fact(
            lang.run_started(),
            format!("{}, {}", format::day_year(run.started_at.date(), lang), format::clock(run.started_at)),
        ),
        fact(lang.run_took(), format::seconds(run.seconds)),
        fact(lang.run_requests_column(), count(run.requests)),
        fact(lang.run_retries_column(), count(run.retries)),
    ];
    let rows = run.entities.iter().map(|entity| row(entity, lang)).collect_view();
    let notes = if run.notes.is_empty() {
        view! { <p class="mut">{lang.run_quiet()}</p> }.into_any()
    } else {
        let notes = run.notes.iter().map(|note| view! { <li>{note.clone()}</li> }).collect_view();
        view! { <ul class="notes">{notes}</ul> }.into_any()
    };
    let state = ViewFn::from(move || view! { <Badge tone text=word.clone()/> });
    view! {
        <div class="grid">
            <Card title=lang.run_report() class="w12" actions=state>
                <div class="body"><dl class="stats">{facts}</dl>{notes}</div>
            </Card>
            <Card title=lang.run_by_entity() class="w12">
                <div class="scroll" tabindex="0" role="group" aria-label=lang.run_by_entity()>
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">{lang.run_records()}</th>
                                <th class="num" scope="col">{lang.pages()}</th>
                                <th class="num" scope="col">{lang.run_seen()}</th>
                                <th class="num" scope="col">{lang.run_new()}</th>
                                <th class="num" scope="col">{lang.run_updated()}</th>
                                <th class="num" scope="col">{lang.run_unchanged()}</th>
                                <th class="num" scope="col">{lang.run_deleted()}</th>
                                <th class="num" scope="col">{lang.run_quarantined()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Card>
        </div>
    }
    .into_any()
}

fn row(entity: &EntityProgress, lang: Lang) -> AnyView {
    let cell = |n: u64| view! { <td class="num">{format::count(n, lang)}</td> }.into_any();
    let cells = [
        u64::from(entity.pages_done),
        entity.seen,
        entity.inserted,
        entity.updated,
        entity.unchanged,
        entity.deleted,
        entity.quarantined,
    ];
    view! { <tr><td>{entity_name(&entity.entity, lang)}</td>{cells.map(cell)}</tr> }.into_any()
}
