//! Prints the id and name of every customer of a tenant.
//!
//! ```sh
//! QBENCH_BASE_URL=https://tenant.qbench.net QBENCH_CLIENT_ID=… QBENCH_CLIENT_SECRET=… \
//!     cargo run -p qbench --example list_customers
//! ```
//! `QBENCH_TOKEN_URL` is optional.

use std::env;

use anyhow::Context as _;
use futures::TryStreamExt as _;
use qbench::{
    Client, ClientConfig, Entity, ListQuery, SortBy, SortOrder, parse_base_url,
    records::{Customer, DecodeOptions, decode},
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let variable = |name: &str| env::var(name).with_context(|| format!("set {name}"));
    let base = parse_base_url(&variable("QBENCH_BASE_URL")?)?;
    let mut config = ClientConfig::new(base, variable("QBENCH_CLIENT_ID")?, variable("QBENCH_CLIENT_SECRET")?.into());
    if let Ok(token_url) = env::var("QBENCH_TOKEN_URL") {
        config.token_url = Some(parse_base_url(&token_url)?);
    }
    let client = Client::new(config)?;

    let query = ListQuery::default().sorted(SortBy::Id, SortOrder::Asc);
    let mut records = std::pin::pin!(client.records(Entity::Customer, query));
    while let Some(raw) = records.try_next().await? {
        match decode::<Customer>(&raw, &DecodeOptions::utc()) {
            Ok(customer) => println!("{:>8}  {}", customer.value.id, customer.value.name.unwrap_or_default()),
            Err(bad) => eprintln!("a record was left out: {bad}"),
        }
    }
    let usage = client.usage();
    eprintln!("{} requests, {} repeated, {} bytes", usage.requests, usage.retries, usage.bytes);
    Ok(())
}
