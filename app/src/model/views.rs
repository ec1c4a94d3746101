//! Saved views, and links that show one view to people without an account.

use super::filter::Filter;
use super::session::Role;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// The longest name of a view, in characters.
pub const MAX_NAME: usize = 80;

/// The shortest password of a link, in characters.
pub const MIN_LINK_PASSWORD: usize = 8;

/// The most days that a link may live.
pub const MAX_LINK_DAYS: u32 = 3_650;

/// A guest: somebody who came through a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guest {
    /// Sees one view with its filters as they are.
    Fixed,
    /// May change the filters.
    Free,
}

impl Guest {
    /// Its name on the document.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Free => "free",
        }
    }

    /// The guest with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Fixed, Self::Free].into_iter().find(|guest| guest.name() == name)
    }
}

/// The pages that a link may show: dashboards, which hold figures and no records, and the name of their figures.
const SHAREABLE: [(&str, &str); 7] = [
    ("/", "overview"),
    ("/priority", "priority"),
    ("/turnaround", "turnaround"),
    ("/operations", "operations"),
    ("/quality", "quality"),
    ("/customers", "customers"),
    ("/mix", "mix"),
];

/// Whether a link may show the page at `path`.
#[must_use]
pub fn is_shareable(path: &str) -> bool {
    SHAREABLE.iter().any(|(page, _)| *page == path)
}

/// Whether the page at `page` loads figures from `endpoint`: its own, or what every filter bar offers.
#[must_use]
pub fn loads(page: &str, endpoint: &str) -> bool {
    let Some((_, figures)) = SHAREABLE.iter().find(|(path, _)| *path == page) else { return false };
    let own = endpoint.strip_prefix("/api/metrics/");
    own.is_some_and(|name| {
        name == "filter-options"
            || name.strip_prefix(figures).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '-']))
    })
}

/// A query without what is said about the screen and not about the data, nor a question mark.
#[must_use]
pub fn data_query(query: &str) -> String {
    let about_screen = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        !pair.is_empty() && !["embed", "every", "rotate", "lang"].contains(&name)
    };
    query.trim_start_matches('?').split('&').filter(about_screen).collect::<Vec<_>>().join("&")
}

/// A page on a wall: bare, loaded again every so often, in turn with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wall {
    /// Seconds until it is loaded again.
    pub every: u32,
    /// The secrets of the links that follow.
    pub rotate: Vec<String>,
}

impl Wall {
    /// The most links that take turns.
    const MAX_TURNS: usize = 20;

    /// What a URL query asks for; `embed=1` is needed, `every` seconds and `rotate=SECRET,SECRET` may be there.
    #[must_use]
    pub fn parse(query: &str) -> Option<Self> {
        let get = |name: &str| {
            query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        };
        get("embed").filter(|value| *value == "1")?;
        let every = get("every").and_then(|text| text.parse().ok()).unwrap_or(300).clamp(10, 86_400);
        let secret = |word: &&str| {
            !word.is_empty()
                && word.len() <= 64
                && word.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c))
        };
        let words = get("rotate").unwrap_or_default();
        let rotate = words.split(',').filter(secret).take(Self::MAX_TURNS).map(str::to_owned).collect();
        Some(Self { every, rotate })
    }

    /// The query that asks for it.
    #[must_use]
    pub fn to_query(&self) -> String {
        let turns = if self.rotate.is_empty() { String::new() } else { format!("&rotate={}", self.rotate.join(",")) };
        format!("embed=1&every={}{turns}", self.every)
    }

    /// What the document tells the browser: when to load which address, the link whose turn is next or this page.
    #[must_use]
    pub fn refresh(&self) -> String {
        let Some((next, rest)) = self.rotate.split_first() else { return self.every.to_string() };
        let then = Self { every: self.every, rotate: rest.to_vec() };
        format!("{}; url=/s/{next}?{}", self.every, then.to_query())
    }
}

/// An address of ours from its page and its state.
#[must_use]
pub fn address(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The same for an account's own use: a dashboard that was saved without any filter was saved with the default one, and
/// must not show the one that the account used last.
#[must_use]
pub fn exact_address(path: &str, query: &str) -> String {
    if !is_shareable(path) || Filter::is_named_in(query) {
        return address(path, query);
    }
    let joint = if query.is_empty() { "" } else { "&" };
    format!("{path}?{}{joint}{query}", Filter::default().named())
}

/// The filter that a page tells by its address, to be remembered: that of a dashboard, which is not on a wall.
#[must_use]
pub fn told_filter(path: &str, query: &str) -> Option<Filter> {
    let told = is_shareable(path) && Filter::is_named_in(query) && Wall::parse(query).is_none();
    told.then(|| Filter::parse(query).ok()).flatten()
}

/// Where an account is led that opens a dashboard without saying anything about its data, and had this filter last.
#[must_use]
pub fn remembered_address(path: &str, query: &str, last: &Filter) -> Option<String> {
    let silent = is_shareable(path) && data_query(query).is_empty() && Wall::parse(query).is_none();
    silent.then(|| address(path, [&last.named(), query].join("&").trim_end_matches('&')))
}

/// The filter that an account used last, as it was when its page was asked for; none = the default one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LastFilter(pub Option<Filter>);

/// A saved view as an account sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its number.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// The page.
    pub path: String,
    /// The page's state, without a question mark.
    pub query: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whether it is the account's own: only those have an order.
    pub own: bool,
    /// Whether the account may rename and delete it.
    pub editable: bool,
    /// Whether the account is led here after signing in.
    pub home: bool,
}

impl SavedView {
    /// Where it leads.
    #[must_use]
    pub fn href(&self) -> String {
        exact_address(&self.path, &self.query)
    }
}

/// A view to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewView {
    /// What it is called.
    pub name: String,
    /// The page.
    pub path: String,
    /// The page's state.
    pub query: String,
    /// Whether everybody is to see it.
    pub shared: bool,
}

/// A link to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// The saved view that it shows.
    pub view: i64,
    /// Whether its filters cannot be changed.
    pub fixed: bool,
    /// The password that it asks for.
    pub password: Option<String>,
    /// The days that it lives; absent = until it is revoked.
    pub days: Option<u32>,
}

/// Whether a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// It opens.
    Open,
    /// Its time is over, or its maker's account.
    Expired,
    /// It was revoked.
    Revoked,
}

/// A link as managers see it; its secret is shown once, when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareLink {
    /// Its number.
    pub id: i64,
    /// The name of the view that it was made from.
    pub name: String,
    /// The page with its state.
    pub href: String,
    /// Whether its filters cannot be changed.
    pub fixed: bool,
    /// Whether it asks for a password.
    pub password: bool,
    /// When it ends, on the laboratory's clock.
    pub expires: Option<NaiveDateTime>,
    /// Whether it opens.
    pub state: LinkState,
    /// How often it was opened; coming back in the same session does not count.
    pub views: i64,
    /// Who made it.
    pub by: String,
    /// When it was made, on the laboratory's clock.
    pub made: NaiveDateTime,
}

/// What the menu shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewsMenu {
    /// The account's own views in its order, then those of others that are for all.
    pub views: Vec<SavedView>,
    /// What the account may do.
    pub role: Role,
}

/// Everything on the page about views.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewsPage {
    /// The account's own views in its order, then those of others that are for all.
    pub views: Vec<SavedView>,
    /// Every link, the newest first; none for viewers.
    pub links: Vec<ShareLink>,
    /// What the account may do.
    pub role: Role,
    /// The public address of the server without a slash at its end; empty when it is not configured.
    pub base: String,
    /// Now, on the laboratory's clock.
    pub now: NaiveDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loads_its_own_figures_and_no_others() {
        assert!(loads("/", "/api/metrics/overview"));
        assert!(loads("/customers", "/api/metrics/customers"));
        assert!(loads("/mix", "/api/metrics/filter-options"));
        assert!(!loads("/mix", "/api/metrics/customers"));
        assert!(!loads("/mix", "/api/metrics/mixture"));
        assert!(!loads("/mix", "/api/records/orders"));
        assert!(!loads("/records", "/api/metrics/filter-options"));
    }

    #[test]
    fn what_is_said_about_the_screen_is_no_part_of_a_view() {
        assert_eq!(data_query("?range=7d&embed=1&lang=es&customer=3&every=30&rotate=a"), "range=7d&customer=3");
        assert_eq!(data_query("embedded=1&&range=7d"), "embedded=1&range=7d");
    }

    #[test]
    fn a_saved_dashboard_shows_what_was_saved_and_not_what_was_used_last() {
        assert_eq!(exact_address("/mix", ""), "/mix?range=30d");
        assert_eq!(exact_address("/priority", "tab=risk"), "/priority?range=30d&tab=risk");
        assert_eq!(exact_address("/mix", "range=7d"), "/mix?range=7d");
        assert_eq!(exact_address("/records/orders", ""), "/records/orders");
    }

    #[test]
    fn a_filter_is_told_by_dashboards_only_and_not_by_walls() {
        let week = Filter::parse("range=7d").expect("a filter");
        assert_eq!(told_filter("/customers", "?range=7d&q=farm&lang=es"), Some(week.clone()));
        for (path, query) in [
            ("/customers", "q=farm"),
            ("/mix", "range=7d&embed=1"),
            ("/mix", "range=fortnight"),
            ("/records/orders", "customer=7"),
            ("/customers/7", "range=7d"),
        ] {
            assert_eq!(told_filter(path, query), None, "{path}?{query}");
        }
        assert_eq!(remembered_address("/mix", "", &week).as_deref(), Some("/mix?range=7d"));
        assert_eq!(remembered_address("/mix", "lang=es", &week).as_deref(), Some("/mix?range=7d&lang=es"));
        for (path, query) in [("/mix", "embed=1"), ("/mix", "range=30d"), ("/priority", "tab=risk"), ("/records", "")] {
            assert_eq!(remembered_address(path, query, &week), None, "{path}?{query}");
        }
    }

    #[test]
    fn screens_take_turns_and_letters_that_are_no_secret_are_left_out() {
        let wall = Wall::parse("range=7d&embed=1&every=3&rotate=a,\"><b,c").expect("a wall");
        assert_eq!(wall, Wall { every: 10, rotate: vec!["a".into(), "c".into()] });
        assert_eq!(wall.refresh(), "10; url=/s/a?embed=1&every=10&rotate=c");
        assert_eq!(Wall::parse(&wall.to_query()), Some(wall));
        assert_eq!(Wall::parse("embed=1").expect("a wall").refresh(), "300");
        assert_eq!(Wall::parse("embed=0&every=20"), None);
    }
}
