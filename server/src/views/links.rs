//! Links: made once, opened by anybody who has them, until they expire or are revoked.

use super::{Service, in_words, invalid};
use crate::auth::{AuthError, LinkSecret};
use crate::db::DbError;
use crate::db::audit::{self, Entry};
use crate::db::shares::{self, LinkRow, NewLinkRow};
use crate::db::views::ViewRow;
use app::error::AppError;
use app::model::session::CurrentUser;
use app::model::views::{
    Guest, LinkState, MAX_LINK_DAYS, MIN_LINK_PASSWORD, NewLink, ShareLink, address, is_shareable,
};
use chrono::{Duration, Utc};
use serde_json::json;
use std::net::IpAddr;

/// The longest password that is looked at, in bytes.
const MAX_PASSWORD: usize = 1_024;

/// The one view that a link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedView {
    /// The link's number.
    pub link: i64,
    /// Its name.
    pub name: String,
    /// The page.
    pub path: String,
    /// The page's state, without a question mark.
    pub query: String,
    /// What its guests may do.
    pub guest: Guest,
}

/// What came of trying to open a link.
#[derive(Debug)]
pub enum Opened {
    /// This is the view.
    View(SharedView),
    /// A password is asked for; true when a wrong one was given.
    Password(bool),
    /// There is no such link, or none that opens any more: deliberately one answer.
    Nothing,
}

impl Service {
    pub(super) fn told_link(&self, row: LinkRow) -> ShareLink {
        let state = match (row.revoked_at, row.open) {
            (Some(_), _) => LinkState::Revoked,
            (None, true) => LinkState::Open,
            (None, false) => LinkState::Expired,
        };
        ShareLink {
            id: row.id,
            href: address(&row.path, &row.query),
            name: row.name,
            fixed: row.filters_fixed,
            password: row.password_hash.is_some(),
            expires: row.expires_at.map(|at| self.local(at)),
            state,
            views: row.views,
            by: row.created_by,
            made: self.local(row.created_at),
        }
    }

    pub(super) async fn new_link(
        &self,
        view: &ViewRow,
        link: &NewLink,
        user: &CurrentUser,
    ) -> Result<String, AppError> {
        if !is_shareable(&view.path) {
            return Err(invalid("view", "only dashboards can be shown to guests".to_owned()));
        }
        if link.days.is_some_and(|days| !(1..=MAX_LINK_DAYS).contains(&days)) {
            return Err(invalid("days", format!("a number from 1 to {MAX_LINK_DAYS} is expected")));
        }
        let password_hash = match &link.password {
            Some(password) => Some(self.hashed(password).await?),
            None => None,
        };
        let secret = LinkSecret::new();
        let row = NewLinkRow {
            token_hash: &secret.hash,
            name: &view.name,
            path: &view.path,
            query: &view.query,
            filters_fixed: link.fixed,
            password_hash: password_hash.as_deref(),
            expires_at: link.days.map(|days| Utc::now() + Duration::days(i64::from(days))),
            created_by: user.id,
        };
        let id = shares::insert(&self.pool, row).await.map_err(in_words)?;
        let detail = json!({
            "link": id, "path": view.path, "query": view.query, "fixed": link.fixed,
            "password": link.password.is_some(), "days": link.days,
        });
        self.note(user, "link.create", &view.name, detail).await?;
        Ok(secret.token)
    }

    async fn hashed(&self, password: &str) -> Result<String, AppError> {
        if password.chars().count() < MIN_LINK_PASSWORD || password.len() > MAX_PASSWORD {
            return Err(invalid("password", format!("a password has at least {MIN_LINK_PASSWORD} characters")));
        }
        let hashed = self.auth.hash_link_password(password).await;
        hashed.map_err(|_| AppError::Unavailable { what: "The hash function".to_owned() })
    }

    /// Tries to open a link. Who guesses is slowed down like who guesses at sign-in.
    ///
    /// # Errors
    /// [`AuthError::Throttled`] before anything else is looked at; the database, the hash function.
    pub async fn open(&self, token: &str, password: Option<&str>, source: IpAddr) -> Result<Opened, AuthError> {
        self.auth.admit(source).await?;
        let Some(row) = shares::by_token(&self.pool, &LinkSecret::hash_of(token)).await? else {
            self.auth.refused(source).await?;
            return Ok(Opened::Nothing);
        };
        if !row.open {
            return Ok(Opened::Nothing);
        }
        if let Some(stored) = &row.password_hash {
            let Some(given) = password else { return Ok(Opened::Password(false)) };
            if !self.auth.is_link_password(stored, given).await? {
                self.auth.refused(source).await?;
                self.note_refusal(&row, source).await;
                return Ok(Opened::Password(true));
            }
        }
        Ok(Opened::View(view_of(row)))
    }

    async fn note_refusal(&self, row: &LinkRow, source: IpAddr) {
        let source = source.to_string();
        let detail = json!({ "link": row.id });
        let entry = Entry { actor: "anonymous", action: "link.refused", subject: &row.name, source: &source, detail };
        if let Err(error) = audit::append(&self.pool, entry).await {
            tracing::error!(%error, audit.action = "link.refused", "audit entry not written");
        }
    }

    /// Counts that a link was opened.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_view(&self, link: i64) -> Result<(), DbError> {
        shares::count_view(&self.pool, link).await
    }

    /// What the guests of a link see, as long as it opens.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn still_open(&self, link: i64) -> Result<Option<SharedView>, DbError> {
        Ok(shares::by_id(&self.pool, link).await?.filter(|row| row.open).map(view_of))
    }
}

fn view_of(row: LinkRow) -> SharedView {
    let guest = if row.filters_fixed { Guest::Fixed } else { Guest::Free };
    SharedView { link: row.id, name: row.name, path: row.path, query: row.query, guest }
}
