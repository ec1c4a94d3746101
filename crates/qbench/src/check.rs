//! A look at the connection for diagnosis: can a token be had, does a list answer, are the clocks
//! together?

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::Instant;

use crate::{Client, Entity, ListQuery, QbenchError};

/// What a check found.
#[derive(Debug, Clone)]
pub struct Check {
    /// The API's base address.
    pub api_url: String,
    /// Where tokens are asked for.
    pub token_url: String,
    /// Whether a token was granted.
    pub token: Result<(), QbenchError>,
    /// Whether a list of one customer was answered; not tried without a token.
    pub api: Option<Result<ApiFacts, QbenchError>>,
    /// QBench's clock minus ours, exact to about a second; unknown if nothing was answered.
    pub clock_skew: Option<TimeDelta>,
}

/// What the API answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiFacts {
    /// Customers that the tenant has, where told.
    pub customers: Option<u64>,
    /// Time from sending the request to its complete answer.
    pub round_trip: Duration,
}

impl Check {
    /// Whether everything worked.
    pub fn is_good(&self) -> bool {
        self.token.is_ok() && matches!(self.api, Some(Ok(_)))
    }
}

impl Client {
    /// Tries a token and one cheap request. Failures are part of the result.
    pub async fn check(&self) -> Check {
        let token = self.shared.tokens.current().await.map(|_| ());
        let api = if token.is_ok() { Some(self.check_api().await) } else { None };
        Check {
            api_url: self.shared.endpoints.api.to_string(),
            token_url: self.shared.endpoints.token.to_string(),
            token,
            api,
            clock_skew: self.shared.transport.clock_skew(),
        }
    }

    async fn check_api(&self) -> Result<ApiFacts, QbenchError> {
        let query = ListQuery { page_size: 1, ..ListQuery::default() };
        let began = Instant::now();
        let page = self.list(Entity::Customer, &query).await?;
        Ok(ApiFacts { customers: page.total_count, round_trip: began.elapsed() })
    }
}
