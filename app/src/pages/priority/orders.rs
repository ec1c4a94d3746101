//! The orders of a tab; each opens to its open samples and their pending tests.

use super::{controls, records_of, tab_tone};
use crate::components::{
    Badge, Bullet, Card, EmptyState, Export, Sort, SortHeader, StatePill, Symbol, Tone, icon_with, lead, may_open,
};
use crate::format;
use crate::i18n::Lang;
use crate::model::priority::{
    OpenAssay, OpenSample, Priority, PriorityOrder, PriorityQuery, PrioritySort, PriorityTab, Who,
};
use crate::model::records::RecordKind;
use crate::pages::records::cells::{Look, dash, record_link, record_name, state, text_or_dash};
use leptos::prelude::*;

/// The card with the list.
pub(super) fn card(query: &PriorityQuery, page: Priority, look: Look) -> AnyView {
    let lang = look.lang;
    let tabs = controls::tabs(query, &page.counts, look);
    let body = if page.orders.is_empty() { nothing(query, &page, look) } else { rows(query, page, look) };
    view! {
        <Card title=lang.priority_list() explain=lang.priority_how() class="w12"
            export=Export::with_query("priority-list", query.to_query())>
            <div class="body">{tabs}</div>
            {body}
        </Card>
    }
    .into_any()
}

fn nothing(query: &PriorityQuery, page: &Priority, look: Look) -> AnyView {
    let lang = look.lang;
    let what = match query.tab {
        PriorityTab::Risk => lang.priority_none_risk(),
        PriorityTab::Warning => lang.priority_none_warning(),
        _ => lang.priority_none_late(),
    };
    if query.min_days > 0 && super::tab_count(query.tab, &page.counts) > 0 {
        let all = PriorityQuery { min_days: 0, ..query.at(1) }.href();
        let action = (all, lang.priority_any_days().to_owned());
        let what = lang.priority_none_so_old(&look.count(u64::from(query.min_days)));
        return view! { <EmptyState what action/> }.into_any();
    }
    view! { <EmptyState what/> }.into_any()
}

const fn heading(sort: PrioritySort, lang: Lang) -> &'static str {
    match sort {
        PrioritySort::Order => lang.order(),
        PrioritySort::Customer => lang.customer(),
        PrioritySort::State => lang.state(),
        PrioritySort::Stay => lang.in_this_state(),
        PrioritySort::Age => lang.open_for(),
        PrioritySort::Chance => lang.priority_chance(),
    }
}

fn rows(query: &PriorityQuery, page: Priority, look: Look) -> AnyView {
    let lang = look.lang;
    let sort = Sort { column: query.sort.slug().to_owned(), descending: query.descending };
    let header = |of: PrioritySort, class: &'static str| {
        let state = query.clone();
        let href = move |sort: &Sort| {
            let by = PrioritySort::from_slug(&sort.column).unwrap_or_default();
            PriorityQuery { sort: by, descending: sort.descending, ..state.at(1) }.href()
        };
        let numeric = matches!(of, PrioritySort::Age | PrioritySort::Stay | PrioritySort::Chance);
        view! { <SortHeader text=heading(of, lang) column=of.slug() sort=sort.clone() href numeric class/> }
    };
    let tone = tab_tone(query.tab);
    let shown = page.orders.len();
    let body: Vec<_> = page.orders.into_iter().map(|order| row(order, tone, look)).collect();
    let whole = records_of(query.tab, query).href();
    let all = lang.priority_all_in_list(&look.count(super::tab_count(query.tab, &page.counts)));
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=lang.priority_list()>
            <table class="table stack">
                <thead>
                    <tr>
                        {header(PrioritySort::Order, "")} {header(PrioritySort::Customer, "")}
                        {header(PrioritySort::State, "a-x")} {header(PrioritySort::Stay, "a-x")}
                        <th scope="col">{lang.created()}</th> {header(PrioritySort::Age, "")}
                        <th scope="colgroup" colspan="2">{lang.priority_against(&format::target(look.sla_hours))}</th>
                        <td class="a-over"></td> {header(PrioritySort::Chance, "a-x")}
                        <th scope="col">{lang.priority_wait()}</th>
                        <th scope="col" class="num">{lang.priority_samples_open()}</th>
                        <th scope="col" class="num">{lang.priority_tests_open()}</th>
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

/// A customer as a link to its page, or a dash.
pub(super) fn customer(who: &Who, look: Look) -> AnyView {
    who.as_ref().map_or_else(dash, |(id, name)| lead(look.href(RecordKind::Customers, id.0), "lk", name.clone()))
}

fn row(order: PriorityOrder, tone: Tone, look: Look) -> AnyView {
    let lang = look.lang;
    let over = order.age - look.sla_hours;
    let judged =
        if over > 0.0 { format::hours_change(order.age, look.sla_hours) } else { lang.due_in(&format::hours(-over)) };
    let class = if over > 0.0 { "c-late" } else { "" };
    let wait = order.wait.clone().map(|(state, hours)| {
        view! {
            <StatePill state=state.unwrap_or_default()/>
            <span class="mut nb">{format::hours(hours)}</span>
        }
    });
    let wait = wait.map_or_else(|| nothing_open(&order, lang), IntoAny::into_any);
    let samples = lang.of(&look.count(order.work.len() as u64), &look.count(order.samples));
    view! {
        <tr>
            <th scope="row" class="a-id">{record_link(RecordKind::Orders, order.id.0, order.number.as_deref(), look)}</th>
            <td class="a-cust">{customer(&order.customer, look)}</td>
            <td class="a-x">{state(order.state.as_deref())}</td>
            <td class="a-x num nb">{format::hours_or_dash(order.stay)}</td>
            <td class="a-x nb">{look.moment_or_dash(order.created)}</td>
            <td class="a-open num nb">{format::hours(order.age)}</td>
            <td class="a-x" style="width:96px"><Bullet hours=order.age target=look.sla_hours tone/></td>
            <td class="a-x num nb"><span class=class>{judged.clone()}</span></td>
            <td class="a-over"><Badge tone text=judged/></td>
            <td class="a-x num">{format::percent_or_dash(order.chance.filter(|_| over <= 0.0), 0, lang)}</td>
            <td class="a-state"><span class="wrap" style="flex-wrap:nowrap">{wait}</span></td>
            <td class="a-x num nb">{samples}</td>
            <td class="a-tests num">{look.count(order.open_tests)}
                <span class="lbl-s">" " {lang.priority_tests_open().to_lowercase()}</span></td>
        </tr>
        {work(&order, look)}
    }
    .into_any()
}

/// Why nothing of an order waits.
fn nothing_open(order: &PriorityOrder, lang: Lang) -> AnyView {
    let text = match (order.samples, order.work.is_empty()) {
        (0, _) => lang.priority_no_samples(),
        (_, true) => lang.priority_work_none(),
        (_, false) => return dash(),
    };
    view! { <span class="mut nb">{text}</span> }.into_any()
}

/// The row of what is left to do in an order, where there is something; opens without scripts.
fn work(order: &PriorityOrder, look: Look) -> Option<AnyView> {
    if order.work.is_empty() {
        return None;
    }
    let lang = look.lang;
    let name = record_name(RecordKind::Orders, order.id.0, order.number.as_deref());
    let body: Vec<_> = order.work.iter().map(|sample| sample_rows(sample, look)).collect();
    let label = lang.priority_work(&name);
    let opens = view! {
        <details class="opens">
            <summary>{icon_with("i chev", Symbol::Right)}{label.clone()}</summary>
            <div class="inner">
                <table class="table tight" aria-label=label>
                    <thead>
                        <tr>
                            <th scope="col">{lang.test()}</th> <th scope="col">{lang.label()}</th>
                            <th scope="col">{lang.state()}</th> <th scope="col" class="num">{lang.in_this_state()}</th>
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </details>
    };
    Some(view! { <tr class="detail work"><td colspan="13">{opens}</td></tr> }.into_any())
}

fn sample_rows(sample: &OpenSample, look: Look) -> AnyView {
    let said = [sample.name.as_deref(), sample.matrix.as_deref()];
    let mut said: Vec<String> =
        said.into_iter().flatten().filter(|text| !text.trim().is_empty()).map(str::to_owned).collect();
    said.push(look.lang.priority_tests_of(&look.count(sample.open_tests), &look.count(sample.tests)));
    let assays: Vec<_> = sample.assays.iter().map(|assay| assay_row(assay, look)).collect();
    view! {
        <tr class="grp">
            <td colspan="4">
                {record_link(RecordKind::Samples, sample.id.0, sample.number.as_deref(), look)} " · " {said.join(" · ")}
            </td>
        </tr>
        {assays}
    }
    .into_any()
}

fn assay_row(assay: &OpenAssay, look: Look) -> AnyView {
    let states: Vec<_> = assay.states.iter().map(|state| view! { <StatePill state=state.clone()/> }).collect();
    view! {
        <tr>
            <td>{record_link(RecordKind::Tests, assay.test.0, None, look)}</td>
            <td>{text_or_dash(assay.label.clone())}</td>
            <td><span class="wrap">{states}</span></td>
            <td class="num nb">{format::hours_or_dash(assay.stay)}</td>
        </tr>
    }
    .into_any()
}
