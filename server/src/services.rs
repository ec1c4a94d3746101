//! What a running process holds and every request may use.

use crate::accounts::{Accounts, Postman};
use crate::alerts::Deliveries;
use crate::auth::{Auth, Provider, Vault};
use crate::channels::SendError;
use crate::config::Config;
use crate::db::{PgPool, ReadPool};
use crate::deliveries::{self, Courier, Ways};
use crate::http::live::Live;
use crate::http::{Meter, Traffic};
use crate::lab;
use crate::metrics::shared::Shared;
use crate::metrics::{Laboratory, Service};
use crate::records;
use crate::sync::SyncService;
use crate::views;
use crate::watch;
use app::ports::Ports;
use chrono::Utc;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use tokio::sync::Notify;

/// The parts of the server, made once a process.
pub struct Services {
    /// The settings.
    pub config: Config,
    /// The laboratory as it is set at each moment.
    pub lab: lab::Current,
    /// Connections for pages and REST: statements have a time limit.
    pub pool: PgPool,
    /// Accounts and sessions.
    pub auth: Arc<Auth>,
    /// The identity provider, if there is one.
    pub provider: Option<Provider>,
    /// The figures, for REST; pages reach them through the ports.
    pub metrics: Service,
    /// Saved views and links, for the door of links; pages reach them through the ports.
    pub views: Arc<views::Service>,
    /// What server functions may call.
    pub ports: Ports,
    /// What open pages are told.
    pub live: Live,
    /// Requests answered.
    pub traffic: Traffic,
    /// Requests of the REST interface, by caller.
    pub meter: Meter,
    /// Connections for figures and records, when a read replica is configured.
    pub read: Option<ReadPool>,
    /// The client of QBench, in a process that synchronises.
    pub source: OnceLock<qbench::Client>,
    /// Messages of alerts that were sent.
    pub deliveries: Arc<Deliveries>,
    /// Makes the courier of views go at once.
    pub courier: Arc<Notify>,
    /// The folder whose file system is watched.
    pub place: PathBuf,
}

impl Services {
    /// The services over a database whose schema is up to date.
    #[must_use]
    pub fn new(config: Config, pool: PgPool) -> Arc<Self> {
        Self::reading(config, pool, None)
    }

    /// The same with figures and records read through connections of their own.
    #[must_use]
    pub fn reading(config: Config, pool: PgPool, read: Option<ReadPool>) -> Arc<Self> {
        let figures = read.as_ref().map_or_else(|| pool.clone(), |read| read.pool().clone());
        let lab = lab::Current::new(&config.lab);
        let laboratory = Laboratory::from(&*lab.get());
        let metrics = Service::new(figures.clone(), laboratory, Arc::new(Utc::now)).following(lab.clone());
        let enabled = config.qbench.is_some();
        let sync = SyncService::new(pool.clone(), lab.clone(), enabled, Arc::new(Utc::now));
        let records =
            records::Service::new(figures, records_settings(&config), Arc::new(Utc::now)).following(lab.clone());
        let auth = Arc::new(Auth::with_key(pool.clone(), Vault::new(&config)));
        let base = config.http.base();
        let views = Arc::new(views::Service::new(pool.clone(), Arc::clone(&auth), lab.clone(), base));
        let courier = Arc::new(Notify::new());
        let deliveries = deliveries::Service::new(pool.clone(), lab.clone(), &config.operate, Arc::clone(&courier));
        let accounts = Accounts::new(pool.clone(), Arc::clone(&auth), lab.clone(), Postman::new(&config));
        let settings = lab::Settings::new(pool.clone(), config.lab.clone(), lab.clone());
        let ports = Ports {
            metrics: Arc::new(Shared::new(metrics.clone())),
            records: Arc::new(records),
            sync: Arc::new(sync),
            views: Arc::<views::Service>::clone(&views),
            deliveries: Arc::new(deliveries),
            accounts: Arc::new(accounts),
            settings: Arc::new(settings),
        };
        let place = watch::place(&config);
        let provider = provider(&config);
        Arc::new(Self {
            config,
            lab,
            pool,
            auth,
            provider,
            metrics,
            views,
            ports,
            live: Live::default(),
            traffic: Traffic::default(),
            meter: Meter::default(),
            read,
            source: OnceLock::new(),
            deliveries: Arc::default(),
            courier,
            place,
        })
    }

    /// A courier of views for this process.
    ///
    /// # Errors
    /// When a channel's setting cannot be used.
    pub fn courier(&self) -> Result<Courier, SendError> {
        let ways = Ways::new(&self.config.operate)?;
        Ok(Courier::new(self.pool.clone(), self.ports.clone(), self.lab.clone(), ways, self.config.http.base()))
    }
}

/// The identity provider as it is configured.
fn provider(config: &Config) -> Option<Provider> {
    let made = Provider::new(config.oidc.clone()?);
    made.inspect_err(|error| tracing::error!(%error, "no sign-in through the identity provider")).ok()
}

/// What records depend on besides their data. QBench shows a record at `/order?id=7`; an address on this machine is a
/// simulator's, which has no pages.
fn records_settings(config: &Config) -> records::Settings {
    let page = config.qbench.as_ref().and_then(|qbench| {
        let public = qbench.base_url.domain().is_some_and(|domain| domain != "localhost");
        public.then(|| format!("{}/{{kind}}?id={{id}}", qbench.base_url.origin().ascii_serialization()))
    });
    records::Settings {
        zone: config.lab.time_zone,
        final_states: config.lab.final_states.clone(),
        qbench_record_url: page,
    }
}
