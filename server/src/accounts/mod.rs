//! Accounts as pages see and change them: one's own, and, for administrators, everybody's; what is hidden; the audit log.

mod invitations;

pub use invitations::{Postman, Writing};

use crate::auth::{Auth, AuthError, Host, Invitee, TotpState};
use crate::db::audit::{self, Entry};
use crate::db::{DbError, PgPool, bans, sessions, users};
use crate::lab::Current;
use crate::refusal;
use app::error::AppError;
use app::model::accounts::{
    AccountPage, AdminPage, AuditEntry, AuditPage, AuditQuery, BanEntry, OpenSession, Posted, SecondFactor,
    SessionEntry, TokenEntry, UserEntry,
};
use app::model::session::{Role, TokenScope};
use app::ports::{AccountsPort, Caller, NewInvitation};
use async_trait::async_trait;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use serde_json::json;
use std::sync::Arc;

/// Entries of the audit log on a page.
const AUDIT_PAGE: i64 = 100;

/// The most sessions that are listed.
const MOST_SESSIONS: i64 = 200;

/// The longest reason for hiding a record, in characters.
const MAX_REASON: usize = 500;

/// The service.
pub struct Accounts {
    pool: PgPool,
    auth: Arc<Auth>,
    lab: Current,
    postman: Postman,
}

impl Accounts {
    /// A service over these accounts.
    #[must_use]
    pub const fn new(pool: PgPool, auth: Arc<Auth>, lab: Current, postman: Postman) -> Self {
        Self { pool, auth, lab, postman }
    }

    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.lab.zone()).naive_local()
    }

    async fn note(
        &self,
        caller: &Caller,
        action: &str,
        subject: &str,
        detail: serde_json::Value,
    ) -> Result<(), AppError> {
        let source = caller.address.to_string();
        let entry = Entry { actor: &caller.user.name, action, subject, source: &source, detail };
        audit::append(&self.pool, entry).await.map_err(in_words)
    }

    /// Refuses what would leave nobody to administer, or lock out the one who asks.
    async fn check_change(&self, caller: &Caller, name: &str, takes_away: bool) -> Result<(), AppError> {
        if !takes_away {
            return Ok(());
        }
        if name == caller.user.name {
            return Err(invalid("name", "an administrator's own account is changed by another administrator"));
        }
        let all = users::all(&self.pool).await.map_err(in_words)?;
        let others = all.iter().filter(|user| user.is_active && user.role == Role::Admin && user.username != name);
        if others.count() == 0 { Err(invalid("name", "one administrator has to remain")) } else { Ok(()) }
    }
}

#[async_trait]
impl AccountsPort for Accounts {
    async fn account(&self, caller: &Caller) -> Result<AccountPage, AppError> {
        let rows = sessions::of(&self.pool, caller.user.id).await.map_err(in_words)?;
        let tokens = self.auth.api_tokens(&caller.user).await.map_err(in_words)?;
        let sessions = rows.into_iter().map(|row| SessionEntry {
            this: caller.session.as_deref() == Some(&*row.id),
            id: row.id,
            started: self.local(row.started),
            ends: self.local(row.expires),
        });
        let tokens = tokens.into_iter().map(|row| TokenEntry {
            id: row.id,
            name: row.name,
            scope: row.scope,
            hint: row.hint,
            made: self.local(row.created_at),
            ends: row.expires_at.map(|at| self.local(at)),
            used: row.last_used_at.map(|at| self.local(at)),
        });
        let second = match self.auth.totp(&caller.user).await.map_err(refused)? {
            TotpState::Off => SecondFactor::Off,
            TotpState::Pending(shown) => {
                SecondFactor::Pending { svg: shown.svg, secret: shown.secret, codes: shown.codes }
            }
            TotpState::On { since, codes_left, readable } => {
                SecondFactor::On { since: self.local(since), codes_left, readable }
            }
        };
        Ok(AccountPage {
            second,
            user: caller.user.clone(),
            sessions: sessions.collect(),
            tokens: tokens.collect(),
            now: self.local(Utc::now()),
        })
    }

    async fn change_password(&self, caller: &Caller, current: String, new: String) -> Result<(), AppError> {
        let name = &caller.user.name;
        self.auth.change_password(name, current, new, caller.address).await.map_err(refused)?;
        sessions::end_others(&self.pool, caller.user.id, caller.session.as_deref(), true).await.map_err(in_words)
    }

    async fn end_session(&self, caller: &Caller, session: Option<&str>) -> Result<(), AppError> {
        let (id, keep) = (caller.user.id, caller.session.as_deref());
        let done = match session {
            Some(session) => sessions::end_one(&self.pool, id, session).await,
            None => sessions::end_others(&self.pool, id, keep, false).await,
        };
        done.map_err(in_words)?;
        self.note(caller, "session.end", &caller.user.name, json!({ "all_others": session.is_none() })).await
    }

    async fn begin_totp(&self, caller: &Caller, password: String) -> Result<(), AppError> {
        self.auth.begin_totp(&caller.user, password, caller.address).await.map_err(refused)
    }

    async fn cancel_totp(&self, caller: &Caller) -> Result<(), AppError> {
        self.auth.cancel_totp(&caller.user).await.map_err(refused)
    }

    async fn confirm_totp(&self, caller: &Caller, code: &str) -> Result<(), AppError> {
        self.auth.confirm_totp(&caller.user, code, caller.address).await.map_err(refused)
    }

    async fn remove_totp(&self, caller: &Caller, password: String) -> Result<(), AppError> {
        self.auth.remove_totp(&caller.user, password, caller.address).await.map_err(refused)
    }

    async fn make_token(
        &self,
        caller: &Caller,
        name: &str,
        scope: TokenScope,
        days: Option<u32>,
    ) -> Result<String, AppError> {
        let ends = days.map(|days| Utc::now() + Duration::days(i64::from(days)));
        let source = caller.address.to_string();
        let made = self.auth.create_api_token(&caller.user, name, scope, ends, &source).await;
        Ok(made.map_err(refused)?.secret)
    }

    async fn revoke_token(&self, caller: &Caller, id: i64) -> Result<(), AppError> {
        let source = caller.address.to_string();
        let found = self.auth.revoke_api_token(&caller.user, id, &source).await.map_err(in_words)?;
        if found { Ok(()) } else { Err(AppError::NotFound) }
    }

    async fn admin(&self, caller: &Caller) -> Result<AdminPage, AppError> {
        let open = sessions::open_by_account(&self.pool).await.map_err(in_words)?;
        let sessions_of = |id: i64| open.iter().find(|(user, _)| *user == id).map_or(0, |(_, count)| *count);
        let second = self.auth.totp_users().await.map_err(refused)?;
        let unreadable = match self.auth.unreadable().await {
            Ok(names) => names,
            // The start has told of it, and `doctor` does.
            Err(AuthError::Key(_)) => Vec::new(),
            Err(error) => return Err(refused(error)),
        };
        let theirs = sessions::all_open(&self.pool, MOST_SESSIONS).await.map_err(in_words)?;
        let sessions = theirs.into_iter().map(|(user, row)| OpenSession {
            user,
            session: SessionEntry {
                this: caller.session.as_deref() == Some(&*row.id),
                id: row.id,
                started: self.local(row.started),
                ends: self.local(row.expires),
            },
        });
        let sessions = sessions.collect();
        let all = users::all(&self.pool).await.map_err(in_words)?;
        let users = all.into_iter().map(|row| UserEntry {
            this: row.id == caller.user.id,
            sessions: sessions_of(row.id),
            second_factor: second.contains(&row.id),
            second_unreadable: unreadable.contains(&row.username),
            name: row.username,
            role: row.role,
            active: row.is_active,
            last_sign_in: row.last_login_at.map(|at| self.local(at)),
        });
        let hidden = bans::all(&self.pool).await.map_err(in_words)?;
        let bans = hidden.into_iter().map(|ban| BanEntry {
            kind: ban.kind,
            id: ban.id,
            reason: ban.reason,
            by: ban.by,
            since: self.local(ban.since),
        });
        let invited = self.auth.invitations().await.map_err(in_words)?;
        let invitations = invited.into_iter().map(|row| invitations::entry(row, |at| self.local(at)));
        Ok(AdminPage {
            users: users.collect(),
            sessions,
            bans: bans.collect(),
            invitations: invitations.collect(),
            base: self.postman.base.clone(),
            now: self.local(Utc::now()),
        })
    }

    async fn create_user(&self, caller: &Caller, name: &str, password: &str, role: Role) -> Result<(), AppError> {
        self.auth.create_user(name, password, role, &caller.user.name).await.map_err(refused)
    }

    async fn invite(&self, caller: &Caller, new: &NewInvitation) -> Result<(String, Posted), AppError> {
        let lab = self.lab.get();
        let laboratory = lab.name.as_deref().unwrap_or("benchwatch");
        let writing = Writing { lang: new.lang, laboratory, zone: lab.zone };
        let mail = Some(new.mail.clone());
        let invitee = Invitee { name: new.name.clone(), role: new.role, mail, days: new.days };
        let source = caller.address.to_string();
        let host = Host { id: Some(caller.user.id), name: &caller.user.name, source: &source };
        self.postman.invite(&self.auth, &invitee, host, writing).await.map_err(refused)
    }

    async fn withdraw_invitation(&self, caller: &Caller, id: i64) -> Result<(), AppError> {
        let source = caller.address.to_string();
        let host = Host { id: Some(caller.user.id), name: &caller.user.name, source: &source };
        let found = self.auth.withdraw_invitation(id, host).await.map_err(in_words)?;
        if found { Ok(()) } else { Err(AppError::NotFound) }
    }

    async fn change_user(
        &self,
        caller: &Caller,
        name: &str,
        role: Option<Role>,
        active: Option<bool>,
        password: Option<&str>,
    ) -> Result<(), AppError> {
        let takes_away = role.is_some_and(|role| role < Role::Admin) || active == Some(false);
        self.check_change(caller, name, takes_away).await?;
        let by = &caller.user.name;
        if let Some(password) = password {
            self.auth.reset_password(name, password, by).await.map_err(refused)?;
        }
        if let Some(role) = role {
            self.auth.set_role(name, role, by).await.map_err(refused)?;
        }
        if let Some(active) = active {
            self.auth.set_active(name, active, by).await.map_err(refused)?;
        }
        Ok(())
    }

    async fn reset_totp(&self, caller: &Caller, name: &str) -> Result<(), AppError> {
        let source = caller.address.to_string();
        self.auth.reset_totp(name, &caller.user.name, &source).await.map_err(refused)
    }

    async fn end_session_of(&self, caller: &Caller, name: &str, session: Option<&str>) -> Result<(), AppError> {
        let row = if name.contains('\0') { None } else { users::by_name(&self.pool, name).await.map_err(in_words)? };
        let id = row.ok_or(AppError::NotFound)?.id;
        let done = match session {
            Some(session) if session.contains('\0') => return Err(AppError::NotFound),
            Some(session) => sessions::end_one(&self.pool, id, session).await,
            None => sessions::end_others(&self.pool, id, None, false).await,
        };
        done.map_err(in_words)?;
        self.note(caller, "session.end", name, json!({ "all": session.is_none() })).await
    }

    async fn hide(&self, caller: &Caller, kind: &str, id: i32, reason: &str) -> Result<(), AppError> {
        if !["customer", "order", "sample", "batch", "test"].contains(&kind) {
            return Err(invalid("kind", "customer, order, sample, batch or test is expected"));
        }
        if id < 1 {
            return Err(invalid("id", "a record's id is a number from 1 on"));
        }
        let reason = reason.trim();
        if reason.chars().count() > MAX_REASON || reason.contains('\0') {
            return Err(invalid("reason", "at most 500 characters are expected"));
        }
        let reason = (!reason.is_empty()).then_some(reason);
        let by = &caller.user.name;
        if !bans::add(&self.pool, kind, id, reason, by).await.map_err(in_words)? {
            return Err(AppError::Busy { why: "the record is hidden already".to_owned() });
        }
        self.note(caller, "ban.add", &format!("{kind} {id}"), json!({ "reason": reason })).await
    }

    async fn unhide(&self, caller: &Caller, kind: &str, id: i32) -> Result<(), AppError> {
        if !bans::remove(&self.pool, kind, id).await.map_err(in_words)? {
            return Err(AppError::NotFound);
        }
        self.note(caller, "ban.remove", &format!("{kind} {id}"), json!({})).await
    }

    async fn audit(&self, query: &AuditQuery) -> Result<AuditPage, AppError> {
        let (actor, action) = (query.actor.as_deref(), query.action.as_deref());
        let rows = audit::latest(&self.pool, actor, action, query.before, AUDIT_PAGE).await.map_err(in_words)?;
        let entries = rows.into_iter().map(|row| AuditEntry {
            id: row.id,
            at: self.local(row.at),
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            source: row.source,
            detail: if row.detail == json!({}) || row.detail.is_null() {
                String::new()
            } else {
                row.detail.to_string()
            },
        });
        let checked = if query.verify { Some(audit::verify(&self.pool).await.map_err(in_words)?) } else { None };
        Ok(AuditPage { query: query.clone(), entries: entries.collect(), checked, now: self.local(Utc::now()) })
    }
}

fn invalid(field: &str, why: &str) -> AppError {
    AppError::Invalid { field: field.to_owned(), why: why.to_owned() }
}

/// What the accounts refused, as pages may know it.
fn refused(error: AuthError) -> AppError {
    let why = error.to_string();
    match error {
        AuthError::Database(error) => in_words(error),
        AuthError::Throttled(_) => AppError::Busy { why },
        AuthError::Unknown => AppError::NotFound,
        AuthError::NotAdmitted(_) => AppError::Forbidden,
        AuthError::NoMatch => invalid("current", "this is not the present password"),
        AuthError::Exists | AuthError::BadName | AuthError::BadTokenName | AuthError::Invited => invalid("name", &why),
        AuthError::BadDays => invalid("days", &why),
        AuthError::BadMail | AuthError::MailTaken => invalid("mail", &why),
        AuthError::BadPassword(_) => invalid("password", &why),
        AuthError::BadCode => invalid("code", &why),
        AuthError::TooManyTokens | AuthError::TotpInUse | AuthError::Key(_) => AppError::Busy { why },
        AuthError::Hash => internal(&error),
    }
}

/// What the log says of a failure.
const WHAT: &str = "accounts could not be read or changed";

fn in_words(error: DbError) -> AppError {
    refusal::of_database(&error, WHAT)
}

fn internal(error: &dyn std::error::Error) -> AppError {
    refusal::internal(error, WHAT)
}
