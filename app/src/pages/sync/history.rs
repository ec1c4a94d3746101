//! The runs that were.

use super::words::{mode_name, result, sum};
use crate::components::{Badge, Card, EmptyState};
use crate::format;
use crate::i18n::Lang;
use crate::model::sync::{SyncPage, SyncRun};
use chrono::NaiveDateTime;
use leptos::prelude::*;

/// The latest runs as a table; each leads to its page.
pub(super) fn card(page: &SyncPage, lang: Lang) -> AnyView {
    if page.runs.is_empty() {
        return view! {
            <Card title=lang.runs_title() class="w8">
                <EmptyState what=lang.runs_empty() why=lang.runs_empty_why()/>
            </Card>
        }
        .into_any();
    }
    let now = page.state.now;
    let rows = page.runs.iter().map(|run| row(run, now, lang)).collect_view();
    let sub = lang.runs_latest(&format::count(page.runs.len() as u64, lang));
    view! {
        <Card title=lang.runs_title() sub class="w8">
            <div class="scroll" tabindex="0" role="group" aria-label=lang.runs_title()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.run_column()}</th>
                            <th scope="col">{lang.run_mode()}</th>
                            <th scope="col">{lang.run_started()}</th>
                            <th class="num" scope="col">{lang.run_took()}</th>
                            <th class="num" scope="col">{lang.run_new()}</th>
                            <th class="num" scope="col">{lang.run_updated()}</th>
                            <th class="num a-x" scope="col">{lang.run_unchanged()}</th>
                            <th class="num a-x" scope="col">{lang.run_deleted()}</th>
                            <th class="num a-x" scope="col">{lang.run_requests_column()}</th>
                            <th scope="col">{lang.run_result()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn row(run: &SyncRun, now: NaiveDateTime, lang: Lang) -> AnyView {
    let count = |n| format::count(n, lang);
    let (tone, word) = result(run, lang);
    let took = if run.finished_at.is_some() { format::seconds(run.seconds) } else { format::MISSING.to_owned() };
    view! {
        <tr>
            <td><a class="id" href=format!("/sync/runs/{}", run.id)>{count(run.id.unsigned_abs())}</a></td>
            <td class="nb">{mode_name(run.mode, lang)}</td>
            <td class="nb">{format::recent(run.started_at, now, lang)}</td>
            <td class="num nb">{took}</td>
            <td class="num">{count(sum(run, |entity| entity.inserted))}</td>
            <td class="num">{count(sum(run, |entity| entity.updated))}</td>
            <td class="num a-x mut">{count(sum(run, |entity| entity.unchanged))}</td>
            <td class="num a-x">{count(sum(run, |entity| entity.deleted))}</td>
            <td class="num a-x">{count(run.requests)}</td>
            <td><Badge tone text=word/></td>
        </tr>
    }
    .into_any()
}
