//! What is known of the copy's truth: the latest certificate, and the records that could not be stored whole.

use super::controls::Controls;
use super::words::entity_name;
use crate::components::{Card, EmptyState, Note, NoteKind, Symbol, icon};
use crate::format;
use crate::i18n::Lang;
use crate::model::session::Role;
use crate::model::sync::{Certificate, EntityProof, QuarantinedRecord, SyncPage};
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The latest certificate.
pub(super) fn certificate(page: &SyncPage, controls: Controls, lang: Lang) -> AnyView {
    let Some(certificate) = &page.state.certificate else {
        return view! {
            <Card title=lang.cert_title() class="w4">
                <EmptyState what=lang.cert_none() why=lang.cert_none_why()/>
            </Card>
        }
        .into_any();
    };
    let Certificate { run, issued_at, equal, entities, .. } = certificate;
    let (class, symbol, words) = if *equal {
        ("c-good", Symbol::Check, lang.cert_equal())
    } else {
        ("c-late", Symbol::Warning, lang.cert_unequal())
    };
    let when = format!(
        "{} · {}",
        format::date_time(*issued_at, page.state.now, lang),
        lang.run_name(&format::count(run.unsigned_abs(), lang)).to_lowercase()
    );
    let accept = (!equal && page.role == Role::Admin).then(|| {
        view! {
            <div class="body">
                <Note kind=NoteKind::Warn text=lang.cert_accept_why()>
                    <ActionForm action=controls.confirm>
                        <button class="btn sm" type="submit">{lang.cert_accept()}</button>
                    </ActionForm>
                </Note>
            </div>
        }
    });
    let rows = entities.iter().map(|proof| proof_row(proof, lang)).collect_view();
    let href = format!("/sync/runs/{run}");
    view! {
        <Card title=lang.cert_title() class="w4">
            <div class="body cert">
                <p class=format!("wrap {class}")>{icon(symbol)}<b>{words}</b></p>
                <p class="mut"><a href=href>{when}</a></p>
            </div>
            {accept}
            <table class="table tight">
                <thead>
                    <tr>
                        <th scope="col">{lang.run_records()}</th>
                        <th class="num" scope="col">{lang.cert_source()}</th>
                        <th class="num" scope="col">{lang.cert_copy()}</th>
                        <th class="num" scope="col">{lang.cert_healed()}</th>
                        <th class="num a-x" scope="col">{lang.cert_hash()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </Card>
    }
    .into_any()
}

fn proof_row(proof: &EntityProof, lang: Lang) -> AnyView {
    let count = |n| format::count(n, lang);
    let short = proof.copy_hash.get(..8).unwrap_or(&proof.copy_hash).to_owned();
    view! {
        <tr>
            <td>{entity_name(&proof.entity, lang)}</td>
            <td class="num">{count(proof.source_count)}</td>
            <td class="num">{count(proof.copy_count)}</td>
            <td class="num">{count(proof.healed)}</td>
            <td class="num a-x"><span class="hash" title=proof.copy_hash.clone()>{short}</span></td>
        </tr>
    }
    .into_any()
}

/// The quarantine.
pub(super) fn quarantine(page: &SyncPage, controls: Controls, lang: Lang) -> AnyView {
    let held: i64 = page.state.entities.iter().map(|entity| entity.quarantined).sum();
    let count = format::count(held.unsigned_abs(), lang);
    if page.quarantine.is_empty() {
        let (what, why) = match held {
            0 => (lang.quarantine_empty().to_owned(), lang.quarantine_empty_why()),
            _ => (lang.sync_held(&count), lang.quarantine_managers()),
        };
        return view! { <Card title=lang.quarantine_title() class="w8"><EmptyState what why/></Card> }.into_any();
    }
    let retry = move || {
        view! {
            <ActionForm action=controls.retry>
                <button class="btn" type="submit">{icon(Symbol::Refresh)}{lang.quarantine_retry()}</button>
            </ActionForm>
        }
    };
    let rows = page.quarantine.iter().map(|record| quarantined(record, page, lang)).collect_view();
    view! {
        <Card title=lang.quarantine_title() sub=lang.quarantine_sub(&count) class="w8" actions=retry>
            <div class="scroll" tabindex="0" role="group" aria-label=lang.quarantine_title()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.quarantine_record()}</th>
                            <th scope="col">{lang.quarantine_id()}</th>
                            <th scope="col">{lang.quarantine_why()}</th>
                            <th class="a-x" scope="col">{lang.quarantine_since()}</th>
                            <th class="num a-x" scope="col">{lang.quarantine_tries()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn quarantined(record: &QuarantinedRecord, page: &SyncPage, lang: Lang) -> AnyView {
    let id = match record.entity_id {
        Some(id) if record.stored => {
            view! { <a class="id" href=format!("/{}/{id}", record.entity)>{id.to_string()}</a> }.into_any()
        }
        Some(id) => id.to_string().into_any(),
        None => format::MISSING.into_any(),
    };
    let raw = record.raw.clone().map(|raw| {
        view! { <details class="raw-short"><summary>{lang.quarantine_raw()}</summary><pre>{raw}</pre></details> }
    });
    view! {
        <tr>
            <td>{entity_name(&record.entity, lang)}</td>
            <td>{id}</td>
            <td>{record.reason.clone()}{raw}</td>
            <td class="nb a-x">{format::date_time(record.first_seen, page.state.now, lang)}</td>
            <td class="num a-x">{record.attempts.to_string()}</td>
        </tr>
    }
    .into_any()
}
