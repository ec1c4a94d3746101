//! Access to the QBench tenant. All of it absent means that synchronisation is off.

use super::reader::Reader;
use qbench::{ClientConfig, parse_base_url};
use url::Url;

/// What a synchronisation cannot do without.
pub const QBENCH_REQUIRED: [&str; 3] = ["QBENCH_BASE_URL", "QBENCH_CLIENT_ID", "QBENCH_CLIENT_SECRET"];

/// The client's settings; `None` when nothing is set or something is wrong (and noted).
pub(super) fn read(reader: &Reader<'_>) -> Option<ClientConfig> {
    let (base, id) = (reader.text("QBENCH_BASE_URL"), reader.text("QBENCH_CLIENT_ID"));
    let secret = reader.secret("QBENCH_CLIENT_SECRET");
    let token_url = reader.checked("QBENCH_TOKEN_URL", "an address that begins with https://", None, |text| {
        let url = Url::parse(text).ok()?;
        matches!(url.scheme(), "http" | "https").then_some(Some(url))
    });
    let pace = reader.parsed("QBENCH_REQUESTS_PER_MINUTE", "a number of requests, 0 for no limit", 300_u32);
    let concurrency = reader.checked("QBENCH_MAX_CONCURRENCY", "a number from 1 to 100", 10, |text| {
        text.parse().ok().filter(|number| (1..=100).contains(number))
    });
    let given = [base.is_some(), id.is_some(), reader.has("QBENCH_CLIENT_SECRET")];
    if given.contains(&true) {
        for (name, _) in QBENCH_REQUIRED.iter().zip(given).filter(|(_, given)| !given) {
            reader.problem(name, "is missing; set all three of the QBench credentials, or none");
        }
    }
    let base = match parse_base_url(&base?) {
        Ok(base) => base,
        Err(error) => {
            reader.problem("QBENCH_BASE_URL", error);
            return None;
        }
    };
    let mut client = ClientConfig::new(base, id?, secret?);
    client.token_url = token_url;
    client.requests_per_minute = pace;
    client.max_concurrency = concurrency;
    Some(client)
}
