//! How the installation is watched and kept tidy: limits, alerts and their channels, how long history is kept.

use super::reader::Reader;
use app::i18n::Lang;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::time::Duration;

/// Settings of operation.
#[derive(Clone, Debug)]
pub struct OperateConfig {
    /// Where `/metrics` and `/health/*` are served apart from the pages; absent = only beside them.
    pub metrics_addr: Option<SocketAddr>,
    /// A copy older than this is late.
    pub freshness_limit: Duration,
    /// Less free space than this, in percent, is little.
    pub disk_free_percent: u8,
    /// Days that ended runs, certificates and settled quarantine are kept; absent = for ever.
    pub keep_runs: Option<u32>,
    /// Days that observed changes of state are kept; absent = for ever.
    pub keep_history: Option<u32>,
    /// What is told to whom.
    pub alerts: AlertConfig,
    /// Where views can be sent, beside mail.
    pub deliveries: DeliveryConfig,
}

/// Addresses that views can be sent to; mail goes by the server and the sender of alerts.
#[derive(Clone, Debug)]
pub struct DeliveryConfig {
    /// An address that gets JSON.
    pub webhook: Option<SecretString>,
    /// An incoming webhook of Slack, or of something that understands the same.
    pub slack: Option<SecretString>,
}

/// Settings of alerts.
#[derive(Clone, Debug)]
pub struct AlertConfig {
    /// The mail server, such as `smtps://user:password@mail.example.org`; absent = no mail.
    pub smtp_url: Option<SecretString>,
    /// The sender's address.
    pub mail_from: Option<String>,
    /// Who gets mail.
    pub mail_to: Vec<String>,
    /// An address that gets JSON.
    pub webhook: Option<SecretString>,
    /// An incoming webhook of Slack, or of something that understands the same.
    pub slack: Option<SecretString>,
    /// Pause until an alert that is still open is told again.
    pub repeat: Duration,
    /// So many new records in quarantine within a day are an alert.
    pub quarantine: u32,
    /// The language of messages.
    pub lang: Lang,
}

impl OperateConfig {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        Self {
            metrics_addr: reader.checked(
                "BENCHWATCH_METRICS_ADDR",
                "an address with a port such as 127.0.0.1:9464",
                None,
                |text| text.parse().ok().map(Some),
            ),
            freshness_limit: Duration::from_secs(
                60 * whole(reader, "BENCHWATCH_FRESHNESS_LIMIT_MINUTES", (1, 100_000), 30),
            ),
            disk_free_percent: u8::try_from(whole(reader, "BENCHWATCH_DISK_FREE_PERCENT", (0, 100), 10)).unwrap_or(10),
            keep_runs: days(reader, "BENCHWATCH_KEEP_RUNS_DAYS", 365),
            keep_history: days(reader, "BENCHWATCH_KEEP_HISTORY_DAYS", 0),
            alerts: AlertConfig::read(reader),
            deliveries: DeliveryConfig {
                webhook: address(reader, "BENCHWATCH_DELIVERY_WEBHOOK_URL", &["http", "https"]),
                slack: address(reader, "BENCHWATCH_DELIVERY_SLACK_URL", &["http", "https"]),
            },
        }
    }
}

impl Default for OperateConfig {
    fn default() -> Self {
        Self::read(&Reader::new(&|_| None))
    }
}

impl AlertConfig {
    fn read(reader: &Reader<'_>) -> Self {
        let alerts = Self {
            smtp_url: address(reader, "BENCHWATCH_SMTP_URL", &["smtp", "smtps"]),
            mail_from: reader.checked("BENCHWATCH_MAIL_FROM", MAILBOX, None, |text| mailbox(text).map(Some)),
            mail_to: reader.list("BENCHWATCH_ALERT_MAIL_TO", MAILBOX, mailbox),
            webhook: address(reader, "BENCHWATCH_ALERT_WEBHOOK_URL", &["http", "https"]),
            slack: address(reader, "BENCHWATCH_ALERT_SLACK_URL", &["http", "https"]),
            repeat: Duration::from_secs(3600 * whole(reader, "BENCHWATCH_ALERT_REPEAT_HOURS", (1, 1_000), 12)),
            quarantine: u32::try_from(whole(reader, "BENCHWATCH_ALERT_QUARANTINE", (1, 1_000_000), 20)).unwrap_or(20),
            lang: reader.checked("BENCHWATCH_ALERT_LANG", "en or es", Lang::En, Lang::from_tag),
        };
        if !alerts.mail_to.is_empty() {
            for (name, missing) in [
                ("BENCHWATCH_SMTP_URL", !reader.has("BENCHWATCH_SMTP_URL")),
                ("BENCHWATCH_MAIL_FROM", reader.text("BENCHWATCH_MAIL_FROM").is_none()),
            ] {
                if missing {
                    reader.problem(name, "is missing; BENCHWATCH_ALERT_MAIL_TO cannot be reached without it");
                }
            }
        }
        alerts
    }
}

const MAILBOX: &str = "mail addresses such as lab@example.org";

/// A mail address, as far as one can tell by looking; with or without a name before it.
fn mailbox(text: &str) -> Option<String> {
    text.parse::<lettre::message::Mailbox>().is_ok().then(|| text.to_owned())
}

/// An address that may hold a secret: its value is never repeated.
fn address(reader: &Reader<'_>, name: &str, schemes: &[&str]) -> Option<SecretString> {
    use secrecy::ExposeSecret as _;
    let given = reader.secret(name)?;
    let url = url::Url::parse(given.expose_secret()).ok();
    let good = url.is_some_and(|url| schemes.contains(&url.scheme()) && url.host_str().is_some());
    if !good {
        reader.problem(name, format_args!("must be an address that begins with {}://", schemes.join(":// or ")));
        return None;
    }
    Some(given)
}

fn whole(reader: &Reader<'_>, name: &str, (low, high): (u64, u64), default: u64) -> u64 {
    let expectation = format!("a whole number from {low} to {high}");
    reader.checked(name, &expectation, default, |text| text.parse().ok().filter(|number| (low..=high).contains(number)))
}

/// A number of days; 0 means for ever.
fn days(reader: &Reader<'_>, name: &str, default: u64) -> Option<u32> {
    let days = whole(reader, name, (0, 36_500), default);
    u32::try_from(days).ok().filter(|days| *days > 0)
}

#[cfg(test)]
mod tests {
    use crate::config::tests::config;

    #[test]
    fn mail_needs_a_server_and_a_sender_and_addresses_with_secrets_are_not_repeated() {
        let error = config(&[
            ("BENCHWATCH_ALERT_MAIL_TO", "lab@example.org"),
            ("BENCHWATCH_ALERT_SLACK_URL", "hooks.example.org/quiet-word"),
        ]);
        let error = error.expect_err("refused").to_string();
        for name in ["BENCHWATCH_SMTP_URL", "BENCHWATCH_MAIL_FROM", "BENCHWATCH_ALERT_SLACK_URL"] {
            assert!(error.contains(name), "{error}");
        }
        assert!(!error.contains("quiet-word"), "{error}");
    }

    #[test]
    fn no_days_means_for_ever() {
        let kept = config(&[("BENCHWATCH_KEEP_RUNS_DAYS", "0")]).expect("good").operate;
        assert_eq!((kept.keep_runs, kept.keep_history), (None, None));
        assert_eq!(config(&[]).expect("good").operate.keep_runs, Some(365));
    }
}
