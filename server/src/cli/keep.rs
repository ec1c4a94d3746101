//! What a long-running process does beside its work: it watches the installation, follows the read replica, and serves
//! its measurements on an address of their own.

use super::Stop;
use super::front::Front;
use crate::alerts::{Alerts, Upkeep};
use crate::auth::AuthError;
use crate::config::Config;
use crate::db::{Database, ReadPool};
use crate::deliveries::Rounds;
use crate::lab;
use crate::services::Services;
use anyhow::Context as _;
use chrono::Utc;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The services of a process over its database, with the replica if one is configured.
pub fn services(config: Config, database: &Database) -> Result<Arc<Services>, Stop> {
    let read = match config.database.at_replica() {
        Some(replica) => Some(ReadPool::new(database.config(), &replica).context("DATABASE_REPLICA_URL")?),
        None => None,
    };
    Ok(Services::reading(config, database.pool().clone(), read))
}

/// Seals secrets that an older program has left unsealed. What cannot be done is told and stops nothing: only second
/// factors depend on it.
pub async fn seal(services: &Services) {
    match services.auth.seal_secrets().await {
        Ok(()) => {}
        Err(AuthError::Key(fault)) => {
            tracing::warn!(error = %fault, "second factors can be neither set up nor checked")
        }
        Err(error) => tracing::warn!(%error, "second factors could not be looked at"),
    }
}

/// Puts the settings of administrators in force, now and whenever they change.
pub async fn follow_settings(services: &Arc<Services>, stop: CancellationToken) -> Result<(), Stop> {
    let (lab, pool, config) = (services.lab.clone(), services.pool.clone(), services.config.lab.clone());
    lab.refresh(&pool, &config).await?;
    tokio::spawn(lab::follow(lab, pool, config, stop));
    Ok(())
}

/// Begins to send views whose time has come.
pub fn deliver(services: &Services) -> Result<Rounds, Stop> {
    let courier = services.courier().context("the channels of deliveries")?;
    Ok(Rounds::start(courier, Arc::clone(&services.courier)))
}

/// The background of a process.
pub struct Keeping {
    upkeep: Upkeep,
    rounds: Rounds,
    probes: Option<Front>,
    stop: CancellationToken,
}

impl Keeping {
    /// Begins.
    pub async fn start(services: &Arc<Services>) -> Result<Self, Stop> {
        let config = &services.config;
        let probes = match config.operate.metrics_addr {
            Some(addr) => {
                let front = Front::listen(addr, "BENCHWATCH_METRICS_ADDR").await?;
                front.open_probes(Arc::clone(services));
                Some(front)
            }
            None => None,
        };
        let alerts = Alerts::new(config, services.pool.clone(), Utc::now()).context("the channels of alerts")?;
        let alerts = alerts.counting(Arc::clone(&services.deliveries)).following(services.lab.clone());
        let upkeep = Upkeep::start(alerts, services.pool.clone(), config.operate.clone());
        let rounds = deliver(services)?;
        let stop = CancellationToken::new();
        follow_settings(services, stop.clone()).await?;
        if let Some(read) = services.read.clone() {
            tokio::spawn(read.watch(services.pool.clone(), stop.clone()));
        }
        Ok(Self { upkeep, rounds, probes, stop })
    }

    /// Ends; the lock of the watching process is free at once.
    pub async fn stop(self) {
        self.stop.cancel();
        self.upkeep.stop().await;
        self.rounds.stop().await;
        if let Some(probes) = self.probes {
            probes.close().await;
        }
    }
}
