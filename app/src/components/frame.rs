//! The frame around every page: skip link, rail, bottom navigation on phones, top bar, toasts, the list of keys.
//! What the frame shows of the server's state comes in through [`Chrome`], which the layout puts into the context.

use super::guest::{is_bare, use_guest};
use super::icon::{Symbol, icon, icon_with};
use super::last_filter::Remembered;
use super::toast::{ToastCentre, Toasts};
use crate::format;
use crate::i18n::{Lang, use_lang};
use crate::model::filter::{AsOf, Filter};
use crate::model::session::{CurrentUser, Role};
use crate::model::sync::Freshness;
use crate::model::views::told_filter;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// The entries of the main navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// The overview.
    Overview,
    /// Priority orders.
    Priority,
    /// Turnaround.
    Turnaround,
    /// Operations.
    Operations,
    /// Quality.
    Quality,
    /// Customers.
    Customers,
    /// Product mix.
    Mix,
    /// Records.
    Records,
    /// Synchronisation.
    Sync,
}

impl Section {
    /// The sections that have a page, in the order of the rail.
    pub const ALL: [Self; 9] = [
        Self::Overview,
        Self::Priority,
        Self::Turnaround,
        Self::Operations,
        Self::Quality,
        Self::Customers,
        Self::Mix,
        Self::Records,
        Self::Sync,
    ];

    /// On a phone these stand at the bottom, the rest behind "More".
    const PHONE: usize = 2;

    /// Its path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Priority => "/priority",
            Self::Turnaround => "/turnaround",
            Self::Operations => "/operations",
            Self::Quality => "/quality",
            Self::Customers => "/customers",
            Self::Mix => "/mix",
            Self::Records => "/records",
            Self::Sync => "/sync",
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Overview => lang.nav_overview(),
            Self::Priority => lang.nav_priority(),
            Self::Turnaround => lang.nav_turnaround(),
            Self::Operations => lang.nav_operations(),
            Self::Quality => lang.nav_quality(),
            Self::Customers => lang.nav_customers(),
            Self::Mix => lang.nav_mix(),
            Self::Records => lang.nav_records(),
            Self::Sync => lang.nav_sync(),
        }
    }

    /// The key that leads there after `g`.
    const fn key(self) -> &'static str {
        match self {
            Self::Overview => "o",
            Self::Priority => "p",
            Self::Turnaround => "t",
            Self::Operations => "r",
            Self::Quality => "q",
            Self::Customers => "c",
            Self::Mix => "m",
            Self::Records => "d",
            Self::Sync => "s",
        }
    }

    const fn symbol(self) -> Symbol {
        match self {
            Self::Overview => Symbol::Overview,
            Self::Priority => Symbol::Priority,
            Self::Turnaround => Symbol::Turnaround,
            Self::Operations => Symbol::Operations,
            Self::Quality => Symbol::Quality,
            Self::Customers => Symbol::Customers,
            Self::Mix => Symbol::Mix,
            Self::Records => Symbol::Records,
            Self::Sync => Symbol::Sync,
        }
    }

    /// True for dashboards: the filter goes along from one to the other.
    const fn has_filter(self) -> bool {
        !matches!(self, Self::Records | Self::Sync)
    }

    /// The section that a path belongs to.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or("");
        match first {
            "" => Some(Self::Overview),
            "orders" | "samples" | "tests" | "batches" | "search" => Some(Self::Records),
            word => Self::ALL.into_iter().find(|section| section.path().trim_start_matches('/') == word),
        }
    }

    /// Its address when the reader stands at `path` with `query` and had the filter `last` before.
    fn href(self, path: &str, query: &str, last: Option<&Filter>) -> String {
        let here = told_filter(path, query);
        let as_of = AsOf::of_query(query);
        let other =
            || (last.is_some() || as_of.is_some()).then(|| Filter { as_of, ..last.cloned().unwrap_or_default() });
        let filter = here.or_else(other).filter(|_| self.has_filter());
        filter.map_or_else(|| self.path().to_owned(), |filter| filter.href(self.path()))
    }
}

/// What the frame shows of the server's state: views that the layout makes, usually around a resource.
#[derive(Clone, Default)]
pub struct Chrome {
    /// How fresh the data is: a [`FreshLabel`].
    pub fresh: ViewFn,
    /// The menu of saved views.
    pub views: ViewFn,
    /// The number of late orders: a [`LateCount`].
    pub late: ViewFn,
    /// The account menu: an [`AccountMenu`].
    pub account: ViewFn,
}

/// The frame. Its children are the pages, each a [`Page`]; [`Chrome`] comes from the context.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    provide_context(ToastCentre::new());
    let chrome = use_context::<Chrome>().unwrap_or_default();
    let (bare, account) = (is_bare(), use_guest().is_none());
    view! {
        <a class="skip" href="#main" rel="external">{lang.skip_to_content()}</a>
        <div class="shell" class:bare=bare>
            {account.then(|| rail(&chrome, lang))}
            <div class="main">{children()}</div>
        </div>
        {account.then(|| bottom_navigation(&chrome, lang))}
        {keys_dialog(lang)}
        <Toasts/>
    }
    .into_any()
}

fn rail(chrome: &Chrome, lang: Lang) -> AnyView {
    let (home, _) = navigation(Section::Overview);
    view! {
        <nav class="rail" aria-label=lang.main_navigation()>
            <a class="brand" href=home aria-label=lang.home()>
                <svg width="28" height="28" aria-hidden="true"><use href=Symbol::Brand.href()></use></svg>
            </a>
            <ul>{Section::ALL.map(|section| rail_item(section, chrome, lang)).collect_view()}</ul>
            <div class="foot">{theme_button(lang)} {chrome.account.run()}</div>
        </nav>
    }
    .into_any()
}

/// Address and `aria-current` of a section, following the location.
fn navigation(section: Section) -> (impl Fn() -> String + Clone, impl Fn() -> Option<&'static str> + Clone) {
    let location = use_location();
    let (path, search) = (location.pathname, location.search);
    let last = use_context::<Remembered>();
    let href = move || {
        let last = last.and_then(Remembered::get);
        section.href(&path.get(), &search.get(), last.as_ref())
    };
    let current = move || (Section::of(&path.get()) == Some(section)).then_some("page");
    (href, current)
}

fn rail_item(section: Section, chrome: &Chrome, lang: Lang) -> AnyView {
    let (href, current) = navigation(section);
    let late = (section == Section::Priority).then(|| chrome.late.run());
    let class = if section == Section::Records { "sep" } else { "" };
    view! {
        <li class=class>
            <a class="nav" href=href aria-current=current data-key=section.key()>
                {icon(section.symbol())} <span>{section.name(lang)}</span> {late}
            </a>
        </li>
    }
    .into_any()
}

fn bottom_navigation(chrome: &Chrome, lang: Lang) -> AnyView {
    let item = |section: Section| {
        let (href, current) = navigation(section);
        let late = (section == Section::Priority).then(|| chrome.late.run());
        view! {
            <a href=href aria-current=current>{icon(section.symbol())} <span>{section.name(lang)}</span> {late}</a>
        }
        .into_any()
    };
    let (first, rest) = Section::ALL.split_at(Section::PHONE);
    view! {
        <nav class="bottomnav" aria-label=lang.main_navigation_phone()>
            {first.iter().map(|section| item(*section)).collect_view()}
            <details class="menu">
                <summary>{icon(Symbol::Menu)} <span>{lang.nav_more()}</span></summary>
                <div class="pop">
                    {rest.iter().map(|section| item(*section)).collect_view()} <hr/>
                    {language_links(lang)} {theme_item(lang)} {sign_out(lang)}
                </div>
            </details>
        </nav>
    }
    .into_any()
}

fn theme_button(lang: Lang) -> impl IntoView {
    view! {
        <button class="btn icon quiet js-only" type="button" data-theme-switch="" aria-label=lang.switch_theme()>
            {icon(Symbol::Sun)}
        </button>
    }
}

fn theme_item(lang: Lang) -> impl IntoView {
    view! {
        <button class="js-only" type="button" data-theme-switch="">{icon(Symbol::Sun)}{lang.switch_theme()}</button>
    }
}

/// Links to this page in each language; a full load, since the whole document changes.
fn language_links(lang: Lang) -> impl IntoView {
    let location = use_location();
    let link = move |other: Lang| {
        let (path, search) = (location.pathname, location.search);
        let href = move || with_language(&path.get(), &search.get(), other);
        view! {
            <a
                href=href
                rel="external"
                lang=other.tag()
                data-lang=other.tag()
                aria-current=(other == lang).then_some("true")
            >
                {icon(Symbol::Globe)}
                {other.own_name()}
            </a>
        }
    };
    Lang::ALL.map(link).collect_view()
}

fn with_language(path: &str, query: &str, lang: Lang) -> String {
    let query = query.trim_start_matches('?');
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
    let pairs: Vec<&str> = kept.collect();
    let joint = if pairs.is_empty() { String::new() } else { format!("{}&", pairs.join("&")) };
    format!("{path}?{joint}lang={}", lang.tag())
}

fn sign_out(lang: Lang) -> impl IntoView {
    view! {
        <form method="post" action="/logout"><button type="submit">{icon(Symbol::External)}{lang.sign_out()}</button></form>
    }
}

/// The account menu at the foot of the rail.
#[component]
pub fn AccountMenu(
    /// Who is signed in.
    user: CurrentUser,
    /// Further links, such as to the administration.
    #[prop(optional, into)]
    links: ViewFn,
) -> impl IntoView {
    let lang = use_lang();
    let role = match user.role {
        Role::Viewer => lang.role_viewer(),
        Role::Manager => lang.role_manager(),
        Role::Admin => lang.role_admin(),
    };
    let initials = initials(&user.name);
    let label = lang.account_of(&initials, &user.name);
    view! {
        <details class="menu">
            <summary class="avatar" aria-label=label>{initials}</summary>
            <div class="pop">
                <p class="who">{user.name}<small>{role}</small></p>
                {links.run()} {language_links(lang)}
                <button class="js-only" type="button" data-dialog="keys">
                    {icon(Symbol::Keyboard)}{lang.keyboard_keys()}<span class="end">"?"</span>
                </button>
                <hr/>
                {sign_out(lang)}
            </div>
        </details>
    }
    .into_any()
}

/// Two letters for a name: of its first two words, or its first two letters.
fn initials(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or("?");
    let letters: String = match words.next() {
        Some(second) => first.chars().take(1).chain(second.chars().take(1)).collect(),
        None => first.chars().take(2).collect(),
    };
    letters.to_uppercase()
}

/// The number of late orders on the navigation; nothing when there are none.
#[component]
pub fn LateCount(
    /// How many.
    count: u64,
) -> impl IntoView {
    let lang = use_lang();
    let text = if count > 99 { "99+".to_owned() } else { count.to_string() };
    (count > 0).then(|| {
        view! {
            <span class="count" aria-hidden="true">{text}</span>
            <span class="vh">{lang.late_suffix(&format::count(count, lang))}</span>
        }
    })
}

/// How fresh the data is.
#[component]
pub fn FreshLabel(
    /// The state of the copy.
    freshness: Freshness,
    /// Whether the page has just taken new data in.
    #[prop(optional)]
    updated: bool,
) -> impl IntoView {
    let lang = use_lang();
    let Freshness { as_of, age_minutes, running, problem, enabled, .. } = freshness;
    let age = age_minutes.unwrap_or(0);
    let (dot, remark) = match (enabled, running.is_some(), problem.is_some()) {
        (false, ..) => ("dot off", Some(lang.sync_off())),
        _ if updated => ("dot live", Some(lang.page_updated())),
        (_, true, _) => ("dot busy", Some(lang.sync_running())),
        (_, _, true) => ("dot late", Some(lang.sync_failed())),
        _ if as_of.is_none() || age > 60 => ("dot warn", None),
        _ => ("dot live", None),
    };
    let text = as_of.map_or_else(
        || lang.no_data_yet().to_owned(),
        |at| {
            let now = at + chrono::Duration::minutes(age);
            lang.data_as_of(&format::recent(at, now, lang))
        },
    );
    let title = as_of.map(|_| format::age(age, lang));
    let words = view! {
        <span class=dot aria-hidden="true"></span>
        <span class="when">{text}</span>
        {remark.map(|remark| view! { <span class="remark">{remark}</span> })}
    };
    if use_guest().is_none() {
        view! { <a class="fresh" href=Section::Sync.path() title=title>{words}</a> }.into_any()
    } else {
        view! { <span class="fresh" title=title>{words}</span> }.into_any()
    }
}

/// A page inside the frame: top bar with its one `h1`, then its content.
#[component]
pub fn Page(
    /// The heading and the document's title.
    #[prop(into)]
    title: String,
    /// Beside the heading: the laboratory, a count, or a trail in a `nav` of class `crumb`.
    #[prop(optional, into)]
    crumb: ViewFn,
    /// At the right of the top bar: buttons and menus.
    #[prop(optional, into)]
    actions: ViewFn,
    /// The content.
    children: Children,
) -> impl IntoView {
    let chrome = use_context::<Chrome>().unwrap_or_default();
    let search = use_guest().is_none().then(|| search_box(use_lang()));
    view! {
        <Title text=title.clone()/>
        <header>
            <div class="topbar">
                <h1>{title}</h1>
                {crumb.run()} <span class="grow"></span> {search} {chrome.views.run()} {chrome.fresh.run()} {actions.run()}
            </div>
        </header>
        <main class="page" id="main" tabindex="-1">{children()}</main>
    }
    .into_any()
}

fn search_box(lang: Lang) -> impl IntoView {
    view! {
        <form class="search" method="get" action="/search" role="search" aria-label=lang.search() data-nav="">
            {icon(Symbol::Search)}
            <input type="search" name="q" placeholder=lang.search_hint() aria-label=lang.search_hint() autocomplete="off"/>
            <kbd class="js-only" aria-hidden="true">"Ctrl K"</kbd>
        </form>
        <a class="btn icon quiet search-link" href="/search" aria-label=lang.search()>{icon(Symbol::Search)}</a>
    }
}

fn keys_dialog(lang: Lang) -> AnyView {
    let pages = format!("g + {}", Section::ALL.map(Section::key).join(" "));
    let rows: [(&str, &str); 9] = [
        ("Ctrl K", lang.key_search()),
        ("/", lang.key_filter()),
        (&pages, lang.key_pages()),
        ("[ ]", lang.key_period()),
        ("← →", lang.key_arrows()),
        ("↵", lang.key_enter()),
        ("t", lang.key_twin()),
        ("?", lang.key_help()),
        ("Esc", lang.key_escape()),
    ];
    let row = |(key, what): (&str, &'static str)| view! { <dt><kbd>{key.to_owned()}</kbd></dt><dd>{what}</dd> };
    view! {
        <dialog class="dialog" id="keys" aria-labelledby="keys-title">
            <h2 id="keys-title">{lang.keyboard_keys()}</h2>
            <dl class="keys">{rows.map(row).collect_view()}</dl>
            <label class="check"><input type="checkbox" id="single-keys" checked/>{lang.single_keys()}</label>
            <div class="acts">
                <button class="btn" type="button" data-close="">{icon_with("i", Symbol::Check)}{lang.close()}</button>
            </div>
        </dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_found_by_its_path_and_by_what_lies_below_it() {
        for section in Section::ALL {
            assert_eq!(Section::of(section.path()), Some(section));
        }
        assert_eq!(Section::of("/orders/12"), Some(Section::Records));
        assert_eq!(Section::of("/nowhere"), None);
    }

    #[test]
    fn the_filter_goes_along_between_dashboards_only() {
        let href = |section: Section, path, query| section.href(path, query, None);
        assert_eq!(href(Section::Mix, "/", "?range=7d&sort=-age"), "/mix?range=7d");
        assert_eq!(href(Section::Mix, "/", "?range=30d"), "/mix?range=30d");
        assert_eq!(href(Section::Sync, "/", "?range=7d"), "/sync");
        assert_eq!(href(Section::Mix, "/sync", "?range=7d"), "/mix");
        assert_eq!(href(Section::Mix, "/", "?range=nonsense"), "/mix");
    }

    #[test]
    fn where_no_filter_is_in_force_the_last_one_leads_to_a_dashboard() {
        let last = Filter::parse("range=90d&customer=7").expect("a filter");
        assert_eq!(Section::Mix.href("/records/orders", "?customer=3", Some(&last)), "/mix?range=90d&customer=7");
        assert_eq!(Section::Mix.href("/", "?range=7d", Some(&last)), "/mix?range=7d");
        assert_eq!(Section::Records.href("/sync", "", Some(&last)), "/records");
    }

    #[test]
    fn a_language_link_replaces_the_language_and_keeps_the_rest() {
        assert_eq!(with_language("/mix", "?range=7d&lang=en", Lang::Es), "/mix?range=7d&lang=es");
        assert_eq!(with_language("/", "", Lang::En), "/?lang=en");
    }

    #[test]
    fn initials_come_from_two_words_or_two_letters() {
        assert_eq!(initials("m.ibarra"), "MI");
        assert_eq!(initials("Marta Ibarra"), "MI");
        assert_eq!(initials("owner"), "OW");
        assert_eq!(initials(""), "?");
    }
}
