//! The samples that wait: ready to report, or with a METRC status.

use super::orders::customer;
use super::{controls, records_of, tab_count};
use crate::components::{Badge, Card, EmptyState, Export, Tone, may_open};
use crate::format;
use crate::model::priority::{ListedSample, Priority, PriorityQuery, PriorityTab};
use crate::model::records::RecordKind;
use crate::pages::records::cells::{Look, order_link, record_link, text_or_dash};
use leptos::prelude::*;

/// The card with the list.
pub(super) fn card(query: &PriorityQuery, page: Priority, look: Look) -> AnyView {
    let lang = look.lang;
    let tabs = controls::tabs(query, &page.counts, look);
    let body = if page.samples.is_empty() {
        let none =
            if query.tab == PriorityTab::Ready { lang.priority_none_ready() } else { lang.priority_none_metrc() };
        view! { <EmptyState what=none/> }.into_any()
    } else {
        rows(query, page, look)
    };
    view! {
        <Card title=super::tab_name(query.tab, lang) explain=lang.priority_samples_how() class="w12"
            export=Export::with_query("priority-list", query.to_query())>
            <div class="body">{tabs}</div>
            {body}
        </Card>
    }
    .into_any()
}

fn rows(query: &PriorityQuery, page: Priority, look: Look) -> AnyView {
    let lang = look.lang;
    let ready = query.tab == PriorityTab::Ready;
    let own = if ready {
        [("nb", lang.completed()), ("num", lang.priority_waiting()), ("num", lang.tests())]
    } else {
        [("", lang.metrc_tag()), ("", lang.metrc_status()), ("num", lang.priority_open_time())]
    };
    let own = own.map(|(class, text)| view! { <th scope="col" class=class>{text}</th> }).into_iter().collect_view();
    let shown = page.samples.len();
    let body: Vec<_> = page.samples.into_iter().map(|sample| row(sample, look)).collect();
    let whole = records_of(query.tab, query).href();
    let all = lang.priority_all_in_list(&look.count(tab_count(query.tab, &page.counts)));
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=super::tab_name(query.tab, lang)>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{lang.sample()}</th> <th scope="col" class="a-x">{lang.name()}</th>
                        <th scope="col" class="a-x">{lang.order()}</th> <th scope="col">{lang.customer()}</th> {own}
                    </tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
        {controls::pager(query, page.page, shown, page.total, look)}
        {may_open(&whole).then(|| view! { <footer><a href=whole>{all}</a></footer> })}
    }
    .into_any()
}

/// The tone of a METRC status, whatever its case and blanks.
fn tone(status: &str) -> Tone {
    let word: String = status.chars().filter(|c| c.is_alphanumeric()).collect();
    match word.to_lowercase().as_str() {
        "testinginprogress" => Tone::Warn,
        "testpassed" | "retestpassed" => Tone::Good,
        "testfailed" | "retestfailed" => Tone::Late,
        _ => Tone::Neutral,
    }
}

fn row(sample: ListedSample, look: Look) -> AnyView {
    let hours = format::hours_or_dash(sample.hours);
    let own = if let Some((tag, status)) = sample.metrc {
        let status = status.filter(|status| !status.trim().is_empty());
        let status = status
            .map_or_else(|| text_or_dash(None), |status| view! { <Badge tone=tone(&status) text=status/> }.into_any());
        view! { <td class="nb">{tag}</td><td>{status}</td><td class="num nb">{hours}</td> }.into_any()
    } else {
        let tests = look.count(sample.tests);
        view! {
            <td class="nb">{look.moment_or_dash(sample.at)}</td>
            <td class="num nb">{hours}</td>
            <td class="num nb">{format!("{tests}/{tests}")}</td>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row">{record_link(RecordKind::Samples, sample.id.0, sample.number.as_deref(), look)}</th>
            <td class="a-x">{text_or_dash(sample.name)}</td>
            <td class="a-x">{order_link(sample.order.as_ref(), look)}</td>
            <td>{customer(&sample.customer, look)}</td>
            {own}
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metrc_status_is_judged_in_any_spelling() {
        assert_eq!(tone("TestingInProgress"), Tone::Warn);
        assert_eq!(tone("testing in progress"), Tone::Warn);
        assert_eq!(tone("Retest Passed"), Tone::Good);
        assert_eq!(tone("Submitted"), Tone::Neutral);
    }
}
