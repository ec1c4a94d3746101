//! The saved views, with what their owner can do to them.

use super::Controls;
use crate::components::{Badge, Card, EmptyState, Section, Symbol, Tone, icon};
use crate::i18n::Lang;
use crate::model::session::Role;
use crate::model::views::{MAX_NAME, SavedView, ViewsPage};
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The views as a table; each leads to its page.
pub(super) fn card(page: &ViewsPage, controls: Controls, lang: Lang) -> AnyView {
    let class = if page.role >= Role::Manager { "w8" } else { "w12" };
    if page.views.is_empty() {
        return view! {
            <Card title=lang.views_title() class=class>
                <EmptyState what=lang.views_none() why=lang.views_none_why()/>
            </Card>
        }
        .into_any();
    }
    let rows = page.views.iter().map(|view| row(view, controls, lang)).collect_view();
    view! {
        <Card title=lang.views_title() sub=lang.views_sub() class=class explain=lang.views_explain()>
            <div class="scroll" tabindex="0" role="group" aria-label=lang.views_title()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.view_column()}</th>
                            <th scope="col">{lang.view_page()}</th>
                            <th scope="col">{lang.view_who()}</th>
                            <th scope="col">{lang.view_acts()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn row(view: &SavedView, controls: Controls, lang: Lang) -> AnyView {
    let section = Section::of(&view.path).map_or_else(|| view.path.clone(), |section| section.name(lang).to_owned());
    let who = if view.shared { lang.view_all() } else { lang.view_mine() };
    let home = view.home.then(|| view! { <Badge tone=Tone::Good text=lang.view_is_home()/> });
    view! {
        <tr>
            <td><a class="id" href=view.href()>{view.name.clone()}</a>" "{home}</td>
            <td>{section}</td>
            <td>{who}</td>
            <td class="acts">{acts(view, controls, lang)}</td>
        </tr>
    }
    .into_any()
}

fn acts(view: &SavedView, controls: Controls, lang: Lang) -> AnyView {
    let (id, name, is_home) = (view.id, view.name.clone(), view.home);
    let home_words = if view.home { lang.view_unmake_home(&name) } else { lang.view_make_home(&name) };
    let home = view! {
        <ActionForm action=controls.home>
            {hidden("id", id.to_string())} {hidden("home", (!is_home).to_string())}
            <button class="btn icon quiet" type="submit" aria-label=home_words.clone() title=home_words aria-pressed=is_home.to_string()>
                {icon(Symbol::Overview)}
            </button>
        </ActionForm>
    };
    let shift = |up: bool, words: String| {
        let class = if up { "btn icon quiet" } else { "btn icon quiet down" };
        view! {
            <ActionForm action=controls.shift>
                {hidden("id", id.to_string())} {hidden("up", up.to_string())}
                <button class=class type="submit" aria-label=words.clone() title=words>{icon(Symbol::Up)}</button>
            </ActionForm>
        }
    };
    let order = view.own.then(|| (shift(true, lang.view_up(&name)), shift(false, lang.view_down(&name))));
    let edit = view.editable.then(|| (rename(id, &name, controls, lang), delete(id, &name, controls, lang)));
    view! { <div class="row-acts">{home} {order} {edit}</div> }.into_any()
}

fn rename(id: i64, name: &str, controls: Controls, lang: Lang) -> AnyView {
    let (label, name) = (lang.view_rename(name), name.to_owned());
    view! {
        <ActionForm action=controls.rename attr:class="rename">
            {hidden("id", id.to_string())}
            <input class="input" name="name" value=name required maxlength=MAX_NAME.to_string()
                aria-label=label/>
            <button class="btn" type="submit">{lang.save()}</button>
        </ActionForm>
    }
    .into_any()
}

fn delete(id: i64, name: &str, controls: Controls, lang: Lang) -> AnyView {
    let words = lang.view_delete(name);
    view! {
        <ActionForm action=controls.delete>
            {hidden("id", id.to_string())}
            <button class="btn icon quiet" type="submit" aria-label=words.clone() title=words>{icon(Symbol::Cross)}</button>
        </ActionForm>
    }
    .into_any()
}

pub(super) fn hidden(name: &'static str, value: String) -> AnyView {
    view! { <input type="hidden" name=name value=value/> }.into_any()
}
