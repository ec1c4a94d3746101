//! What the pages need from the server, in traits shaped like screens. `server` implements them; `app` never learns
//! how, so that no SQL can reach the browser and pages render in tests without a database.

use crate::error::AppError;
use crate::i18n::Lang;
use crate::model::accounts::{AccountPage, AdminPage, AuditPage, AuditQuery, Posted};
use crate::model::customers::{Customers, CustomersQuery};
use crate::model::deliveries::{Deliveries, NewDelivery};
use crate::model::filter::Filter;
use crate::model::ids::{BatchId, CustomerId, OrderId, SampleId, TestId};
use crate::model::mix::Mix;
use crate::model::operations::Operations;
use crate::model::overview::{FilterOptions, Overview};
use crate::model::priority::{Priority, PriorityQuery};
use crate::model::quality::Quality;
use crate::model::records::ListQuery;
use crate::model::records::detail::{BatchPage, CustomerPage, OrderPage, SamplePage, TestPage};
use crate::model::records::rows::{BatchRow, CustomerRow, Listing, OrderRow, SampleRow, TestRow};
use crate::model::records::search::SearchResults;
use crate::model::session::{CurrentUser, Role, TokenScope};
use crate::model::settings::{LabSettings, SettingsChange};
use crate::model::sync::{Certificate, Freshness, QuarantinedRecord, ScheduleChange, SyncMode, SyncRun, SyncState};
use crate::model::turnaround::{Turnaround, TurnaroundQuery};
use crate::model::views::{NewLink, NewView, SavedView, ViewsPage};
use async_trait::async_trait;
use std::net::IpAddr;
use std::sync::Arc;

/// Figures for the dashboards.
#[async_trait]
pub trait MetricsPort: Send + Sync {
    /// Everything on the overview.
    async fn overview(&self, filter: &Filter) -> Result<Overview, AppError>;
    /// Everything on the page about priority orders.
    async fn priority(&self, query: &PriorityQuery) -> Result<Priority, AppError>;
    /// How many open orders are past the standing target.
    async fn late_orders(&self) -> Result<u64, AppError>;
    /// Everything on the page about turnaround.
    async fn turnaround(&self, query: &TurnaroundQuery) -> Result<Turnaround, AppError>;
    /// Everything on the page about customers.
    async fn customers(&self, query: &CustomersQuery) -> Result<Customers, AppError>;
    /// Everything on the page about the product mix.
    async fn mix(&self, filter: &Filter) -> Result<Mix, AppError>;
    /// Everything on the page about operations.
    async fn operations(&self, filter: &Filter) -> Result<Operations, AppError>;
    /// Everything on the page about quality.
    async fn quality(&self, filter: &Filter) -> Result<Quality, AppError>;
    /// What the filter bar offers.
    async fn filter_options(&self) -> Result<FilterOptions, AppError>;
}

/// Records: lists, pages and search. A list's query must be of the kind that the method names. Records that may not
/// be shown do not exist here.
#[async_trait]
pub trait RecordsPort: Send + Sync {
    /// A page of orders.
    async fn orders(&self, query: &ListQuery) -> Result<Listing<OrderRow>, AppError>;
    /// A page of samples.
    async fn samples(&self, query: &ListQuery) -> Result<Listing<SampleRow>, AppError>;
    /// A page of tests.
    async fn tests(&self, query: &ListQuery) -> Result<Listing<TestRow>, AppError>;
    /// A page of batches.
    async fn batches(&self, query: &ListQuery) -> Result<Listing<BatchRow>, AppError>;
    /// A page of customers.
    async fn customers(&self, query: &ListQuery) -> Result<Listing<CustomerRow>, AppError>;
    /// An order with everything known about it; the target is in hours.
    async fn order(&self, id: OrderId, sla_hours: f64) -> Result<OrderPage, AppError>;
    /// A sample with everything known about it.
    async fn sample(&self, id: SampleId, sla_hours: f64) -> Result<SamplePage, AppError>;
    /// A test with everything known about it.
    async fn test(&self, id: TestId, sla_hours: f64) -> Result<TestPage, AppError>;
    /// A batch with everything known about it.
    async fn batch(&self, id: BatchId, sla_hours: f64) -> Result<BatchPage, AppError>;
    /// A customer with everything known about it.
    async fn customer(&self, id: CustomerId, sla_hours: f64) -> Result<CustomerPage, AppError>;
    /// The records that answer to some words.
    async fn search(&self, text: &str) -> Result<SearchResults, AppError>;
}

/// The synchronisation, seen and controlled.
#[async_trait]
pub trait SyncPort: Send + Sync {
    /// How fresh the copy is and what is going on.
    async fn freshness(&self) -> Result<Freshness, AppError>;
    /// The latest runs, newest first.
    async fn runs(&self, limit: u32) -> Result<Vec<SyncRun>, AppError>;
    /// Asks for a run on behalf of `user`; joins an equal one that waits. A window run goes back `days`, or as many as
    /// configured. Returns the run's number.
    async fn start(&self, mode: SyncMode, days: Option<u32>, user: &CurrentUser) -> Result<i64, AppError>;
    /// Asks a run to stop after the page it is reading.
    async fn cancel(&self, run: i64, user: &CurrentUser) -> Result<(), AppError>;
    /// Everything on the synchronisation page beside the runs.
    async fn state(&self) -> Result<SyncState, AppError>;
    /// One run.
    async fn run(&self, id: i64) -> Result<SyncRun, AppError>;
    /// What is in quarantine, the latest first.
    async fn quarantine(&self, limit: u32) -> Result<Vec<QuarantinedRecord>, AppError>;
    /// Makes every record in quarantine due and asks for a run that tries them again. Returns the run's number.
    async fn retry_quarantine(&self, user: &CurrentUser) -> Result<i64, AppError>;
    /// The latest certificates, newest first.
    async fn certificates(&self, limit: u32) -> Result<Vec<Certificate>, AppError>;
    /// Stores a schedule's timing, quiet hours, share and whether it is in force.
    async fn save_schedule(&self, change: &ScheduleChange, user: &CurrentUser) -> Result<(), AppError>;
    /// Stops all schedules, or lets them go on.
    async fn pause(&self, paused: bool, user: &CurrentUser) -> Result<(), AppError>;
    /// Asks for a verification that may mark as deleted whatever QBench does not list. Returns the run's number.
    async fn confirm_deletions(&self, user: &CurrentUser) -> Result<i64, AppError>;
}

/// Saved views and links to them, and the view that an account had last. What belongs to others is not found.
#[async_trait]
pub trait ViewsPort: Send + Sync {
    /// The views that `user` sees: its own in its order, then those of others that are for all.
    async fn views(&self, user: &CurrentUser) -> Result<Vec<SavedView>, AppError>;
    /// Everything on the page about views.
    async fn page(&self, user: &CurrentUser) -> Result<ViewsPage, AppError>;
    /// Where `user` is led after signing in; none = the overview.
    async fn home(&self, user: &CurrentUser) -> Result<Option<String>, AppError>;
    /// The filter that `user` used last; none = the default one.
    async fn last_filter(&self, user: &CurrentUser) -> Result<Option<Filter>, AppError>;
    /// Keeps the filter that `user` uses; the default one is kept by keeping none.
    async fn keep_filter(&self, filter: &Filter, user: &CurrentUser) -> Result<(), AppError>;
    /// Saves a view; one for all needs a manager.
    async fn save(&self, view: &NewView, user: &CurrentUser) -> Result<(), AppError>;
    /// Gives a view another name.
    async fn rename(&self, id: i64, name: &str, user: &CurrentUser) -> Result<(), AppError>;
    /// Moves one of the user's own views a place up or down.
    async fn shift(&self, id: i64, up: bool, user: &CurrentUser) -> Result<(), AppError>;
    /// Removes a view; links made from it stay.
    async fn delete(&self, id: i64, user: &CurrentUser) -> Result<(), AppError>;
    /// Makes a view the one that `user` is led to after signing in; none = the overview.
    async fn set_home(&self, id: Option<i64>, user: &CurrentUser) -> Result<(), AppError>;
    /// Makes a link to a view and returns its secret, which cannot be had again; needs a manager.
    async fn make_link(&self, link: &NewLink, user: &CurrentUser) -> Result<String, AppError>;
    /// Revokes a link and ends the sessions that came through it; needs a manager.
    async fn revoke_link(&self, id: i64, user: &CurrentUser) -> Result<(), AppError>;
}

/// Views that are sent by themselves. Who may call it is checked before.
#[async_trait]
pub trait DeliveriesPort: Send + Sync {
    /// All deliveries, the latest of what was sent, and the ways there are.
    async fn page(&self, user: &CurrentUser) -> Result<Deliveries, AppError>;
    /// Sets one up for a view that the caller sees.
    async fn save(&self, new: &NewDelivery, caller: &Caller) -> Result<(), AppError>;
    /// Stops one, or lets it go on.
    async fn pause(&self, id: i64, paused: bool, caller: &Caller) -> Result<(), AppError>;
    /// Asks for one now, beside its schedule.
    async fn send_now(&self, id: i64, caller: &Caller) -> Result<(), AppError>;
    /// Removes one.
    async fn delete(&self, id: i64, caller: &Caller) -> Result<(), AppError>;
}

/// Who asks, and how.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account.
    pub user: CurrentUser,
    /// The hash of the session's cookie, in hexadecimal.
    pub session: Option<String>,
    /// Where the request came from.
    pub address: IpAddr,
}

/// Somebody to be invited, as a form says it.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The name to sign in with.
    pub name: String,
    /// What the account may do.
    pub role: Role,
    /// Its mail address; empty for none.
    pub mail: String,
    /// Days until it ends.
    pub days: u32,
    /// The language of the mail.
    pub lang: Lang,
}

/// Accounts: one's own, and everybody's for administrators; what is hidden; the audit log. Who may call what is
/// checked before.
#[async_trait]
pub trait AccountsPort: Send + Sync {
    /// One's own account.
    async fn account(&self, caller: &Caller) -> Result<AccountPage, AppError>;
    /// Sets one's own password; all other sessions and all tokens end.
    async fn change_password(&self, caller: &Caller, current: String, new: String) -> Result<(), AppError>;
    /// Ends one of one's own sessions, or all others.
    async fn end_session(&self, caller: &Caller, session: Option<&str>) -> Result<(), AppError>;
    /// Begins the enrolment of a second factor.
    async fn begin_totp(&self, caller: &Caller, password: String) -> Result<(), AppError>;
    /// Gives an enrolment up.
    async fn cancel_totp(&self, caller: &Caller) -> Result<(), AppError>;
    /// Puts the second factor in use.
    async fn confirm_totp(&self, caller: &Caller, code: &str) -> Result<(), AppError>;
    /// Removes one's own second factor.
    async fn remove_totp(&self, caller: &Caller, password: String) -> Result<(), AppError>;
    /// Makes a token that lives for some days, or until it is revoked. Returns its text.
    async fn make_token(
        &self,
        caller: &Caller,
        name: &str,
        scope: TokenScope,
        days: Option<u32>,
    ) -> Result<String, AppError>;
    /// Revokes a token: one's own, or any for an admin.
    async fn revoke_token(&self, caller: &Caller, id: i64) -> Result<(), AppError>;
    /// Accounts and what is hidden.
    async fn admin(&self, caller: &Caller) -> Result<AdminPage, AppError>;
    /// Adds an account.
    async fn create_user(&self, caller: &Caller, name: &str, password: &str, role: Role) -> Result<(), AppError>;
    /// Invites somebody. Returns the secret of the link, which cannot be had again, and what became of the mail.
    async fn invite(&self, caller: &Caller, new: &NewInvitation) -> Result<(String, Posted), AppError>;
    /// Closes an invitation.
    async fn withdraw_invitation(&self, caller: &Caller, id: i64) -> Result<(), AppError>;
    /// Changes what is given of an account; its sessions and tokens end.
    async fn change_user(
        &self,
        caller: &Caller,
        name: &str,
        role: Option<Role>,
        active: Option<bool>,
        password: Option<&str>,
    ) -> Result<(), AppError>;
    /// Removes the second factor of somebody who has lost it.
    async fn reset_totp(&self, caller: &Caller, name: &str) -> Result<(), AppError>;
    /// Ends somebody's session, or all of theirs when none is named.
    async fn end_session_of(&self, caller: &Caller, name: &str, session: Option<&str>) -> Result<(), AppError>;
    /// Hides a record and everything below it.
    async fn hide(&self, caller: &Caller, kind: &str, id: i32, reason: &str) -> Result<(), AppError>;
    /// Shows it again.
    async fn unhide(&self, caller: &Caller, kind: &str, id: i32) -> Result<(), AppError>;
    /// A page of the audit log, the newest entries first.
    async fn audit(&self, query: &AuditQuery) -> Result<AuditPage, AppError>;
}

/// What administrators set about the laboratory. Who may call it is checked before.
#[async_trait]
pub trait SettingsPort: Send + Sync {
    /// Everything that is set.
    async fn settings(&self) -> Result<LabSettings, AppError>;
    /// Changes what is given and tells the result; in force at once.
    async fn change(&self, caller: &Caller, change: &SettingsChange) -> Result<LabSettings, AppError>;
}

/// Everything a server function may call, put into the Leptos context once a request.
#[derive(Clone)]
pub struct Ports {
    /// Figures.
    pub metrics: Arc<dyn MetricsPort>,
    /// Records.
    pub records: Arc<dyn RecordsPort>,
    /// Synchronisation.
    pub sync: Arc<dyn SyncPort>,
    /// Saved views and links.
    pub views: Arc<dyn ViewsPort>,
    /// Views that are sent by themselves.
    pub deliveries: Arc<dyn DeliveriesPort>,
    /// Accounts.
    pub accounts: Arc<dyn AccountsPort>,
    /// Settings of the laboratory.
    pub settings: Arc<dyn SettingsPort>,
}
