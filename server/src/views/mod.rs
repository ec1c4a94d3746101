//! Saved views, and links that show one view to people without an account.

mod links;

pub use links::{Opened, SharedView};

use crate::auth::Auth;
use crate::db::audit::{self, Entry};
use crate::db::views::{self as store, ViewRow};
use crate::db::{DbError, PgPool, filters, shares};
use crate::lab::Current;
use crate::refusal;
use app::error::AppError;
use app::model::filter::Filter;
use app::model::session::{CurrentUser, Role};
use app::model::views::{MAX_NAME, NewLink, NewView, SavedView, ViewsPage, data_query};
use app::ports::ViewsPort;
use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value, json};
use std::sync::Arc;

/// The most views of an account.
const MAX_VIEWS: usize = 100;

/// The longest address of a view, in bytes.
const MAX_ADDRESS: usize = 2_000;

/// The service.
pub struct Service {
    pool: PgPool,
    auth: Arc<Auth>,
    lab: Current,
    base: String,
}

impl Service {
    /// The service over this database; `base` is the public address of the server, or empty.
    #[must_use]
    pub const fn new(pool: PgPool, auth: Arc<Auth>, lab: Current, base: String) -> Self {
        Self { pool, auth, lab, base }
    }

    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.lab.zone()).naive_local()
    }

    async fn note(&self, user: &CurrentUser, action: &str, subject: &str, detail: Value) -> Result<(), AppError> {
        let entry = Entry { actor: &user.name, action, subject, source: "web", detail };
        audit::append(&self.pool, entry).await.map_err(in_words)
    }

    async fn visible(&self, user: &CurrentUser) -> Result<Vec<ViewRow>, AppError> {
        if user.is_guest() {
            return Err(AppError::Forbidden);
        }
        store::visible(&self.pool, user.id).await.map_err(in_words)
    }

    /// A view that the user sees.
    async fn seen(&self, id: i64, user: &CurrentUser) -> Result<ViewRow, AppError> {
        self.visible(user).await?.into_iter().find(|row| row.id == id).ok_or(AppError::NotFound)
    }

    /// A view that the user may change.
    async fn editable(&self, id: i64, user: &CurrentUser) -> Result<ViewRow, AppError> {
        let row = self.seen(id, user).await?;
        if may_edit(&row, user) { Ok(row) } else { Err(AppError::Forbidden) }
    }
}

/// One's own, and for admins what is for all: somebody must be able to remove what a former colleague shared.
fn may_edit(row: &ViewRow, user: &CurrentUser) -> bool {
    row.owner == user.id || (row.shared && user.role >= Role::Admin)
}

fn told(row: ViewRow, user: &CurrentUser) -> SavedView {
    SavedView {
        own: row.owner == user.id,
        editable: may_edit(&row, user),
        id: row.id,
        name: row.name,
        path: row.path,
        query: row.query,
        shared: row.shared,
        home: row.home,
    }
}

fn managers_only(user: &CurrentUser) -> Result<(), AppError> {
    if user.role >= Role::Manager { Ok(()) } else { Err(AppError::Forbidden) }
}

fn checked_name(name: &str) -> Result<&str, AppError> {
    let name = name.trim();
    let fits = (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name) } else { Err(invalid("name", format!("a name has 1 to {MAX_NAME} characters"))) }
}

/// Addresses are used as links and in redirects: only plain paths of this site.
fn check_address(path: &str, query: &str) -> Result<(), AppError> {
    let plain = |text: &str| text.bytes().all(|c| c.is_ascii_graphic() && c != b'\\' && c != b'#');
    let local = path.starts_with('/') && !path.starts_with("//") && !path.contains(['?', '%']);
    let page = !["/login", "/logout", "/api", "/s/", "/export", "/pkg"].iter().any(|start| path.starts_with(start));
    if local && page && plain(path) && plain(query) && path.len() + query.len() <= MAX_ADDRESS {
        Ok(())
    } else {
        Err(invalid("path", "a page of this site is expected".to_owned()))
    }
}

#[async_trait]
impl ViewsPort for Service {
    async fn views(&self, user: &CurrentUser) -> Result<Vec<SavedView>, AppError> {
        Ok(self.visible(user).await?.into_iter().map(|row| told(row, user)).collect())
    }

    async fn page(&self, user: &CurrentUser) -> Result<ViewsPage, AppError> {
        let views = self.views(user).await?;
        let links =
            if user.role >= Role::Manager { shares::all(&self.pool).await.map_err(in_words)? } else { Vec::new() };
        Ok(ViewsPage {
            views,
            links: links.into_iter().map(|row| self.told_link(row)).collect(),
            role: user.role,
            base: self.base.clone(),
            now: self.local(Utc::now()),
        })
    }

    async fn home(&self, user: &CurrentUser) -> Result<Option<String>, AppError> {
        Ok(self.views(user).await?.into_iter().find(|view| view.home).map(|view| view.href()))
    }

    async fn last_filter(&self, user: &CurrentUser) -> Result<Option<Filter>, AppError> {
        if user.is_guest() {
            return Ok(None);
        }
        let kept = filters::last(&self.pool, user.id).await.map_err(in_words)?;
        // What an earlier version kept may mean nothing any more.
        Ok(kept.and_then(|query| Filter::parse(&query).ok()))
    }

    async fn keep_filter(&self, filter: &Filter, user: &CurrentUser) -> Result<(), AppError> {
        if user.is_guest() {
            return Err(AppError::Forbidden);
        }
        let query = filter.to_query();
        if query.is_empty() {
            return filters::forget(&self.pool, user.id).await.map_err(in_words);
        }
        filters::keep(&self.pool, user.id, &query).await.map_err(in_words)
    }

    async fn save(&self, view: &NewView, user: &CurrentUser) -> Result<(), AppError> {
        if view.shared {
            managers_only(user)?;
        }
        let (name, query) = (checked_name(&view.name)?, data_query(&view.query));
        check_address(&view.path, &query)?;
        if self.visible(user).await?.iter().filter(|row| row.owner == user.id).count() >= MAX_VIEWS {
            return Err(invalid("name", format!("an account may save {MAX_VIEWS} views; delete one first")));
        }
        let row = store::NewRow { owner: user.id, name, path: &view.path, query: &query, shared: view.shared };
        store::insert(&self.pool, row).await.map_err(in_words)?;
        if view.shared {
            self.note(user, "view.share", name, json!({ "path": view.path, "query": query })).await?;
        }
        Ok(())
    }

    async fn rename(&self, id: i64, name: &str, user: &CurrentUser) -> Result<(), AppError> {
        let (row, name) = (self.editable(id, user).await?, checked_name(name)?);
        store::rename(&self.pool, id, name).await.map_err(in_words)?;
        if row.shared {
            self.note(user, "view.rename", &row.name, json!({ "name": name })).await?;
        }
        Ok(())
    }

    async fn shift(&self, id: i64, up: bool, user: &CurrentUser) -> Result<(), AppError> {
        let rows = self.visible(user).await?;
        let mut ids: Vec<i64> = rows.iter().filter(|row| row.owner == user.id).map(|row| row.id).collect();
        let from = ids.iter().position(|own| *own == id).ok_or(AppError::NotFound)?;
        let to = if up { from.saturating_sub(1) } else { (from + 1).min(ids.len() - 1) };
        ids.swap(from, to);
        store::reorder(&self.pool, user.id, &ids).await.map_err(in_words)
    }

    async fn delete(&self, id: i64, user: &CurrentUser) -> Result<(), AppError> {
        let row = self.editable(id, user).await?;
        store::delete(&self.pool, id).await.map_err(in_words)?;
        if row.shared {
            self.note(user, "view.delete", &row.name, json!({ "path": row.path, "query": row.query })).await?;
        }
        Ok(())
    }

    async fn set_home(&self, id: Option<i64>, user: &CurrentUser) -> Result<(), AppError> {
        let Some(id) = id else { return store::clear_home(&self.pool, user.id).await.map_err(in_words) };
        self.seen(id, user).await?;
        store::set_home(&self.pool, user.id, id).await.map_err(in_words)
    }

    async fn make_link(&self, link: &NewLink, user: &CurrentUser) -> Result<String, AppError> {
        managers_only(user)?;
        let row = self.seen(link.view, user).await?;
        self.new_link(&row, link, user).await
    }

    async fn revoke_link(&self, id: i64, user: &CurrentUser) -> Result<(), AppError> {
        managers_only(user)?;
        let name = shares::revoke(&self.pool, id).await.map_err(in_words)?.ok_or(AppError::NotFound)?;
        self.note(user, "link.revoke", &name, json!({ "link": id })).await
    }
}

fn invalid(field: &str, why: String) -> AppError {
    AppError::Invalid { field: field.to_owned(), why }
}

/// A failure of the database as pages may know it.
fn in_words(error: DbError) -> AppError {
    refusal::of_database(&error, "saved views could not be asked")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_a_page_of_this_site() {
        assert_eq!(check_address("/", ""), Ok(()));
        assert_eq!(check_address("/records/orders", "late=1&customer=3"), Ok(()));
        for bad in ["", "//evil.example", "/\\evil", "https://evil.example", "/login", "/s/abc", "/a b", "/api/live"] {
            assert!(check_address(bad, "").is_err(), "{bad:?}");
        }
        assert!(check_address("/", "a=\r\nb").is_err());
        assert!(check_address("/", &"x".repeat(3_000)).is_err());
    }
}
