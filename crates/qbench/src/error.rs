//! What can go wrong when talking to QBench, in words that an operator can act on.
//!
//! No variant ever holds a token, a secret or the content of a laboratory record; text that the
//! server wrote is kept only where it is its error message, cleaned and cut.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

/// The cause below an error, shared so that one failed token request can answer many callers.
pub type Cause = Arc<dyn StdError + Send + Sync>;

/// A failed call. Cloning is cheap.
#[derive(Debug, Clone, thiserror::Error)]
pub enum QbenchError {
    /// The settings cannot work; nothing was sent.
    #[error("QBench settings: {what}")]
    Config {
        /// Which setting, and what is expected.
        what: String,
    },
    /// No answer, or only a part of one, came over the network.
    #[error("{what}: {fault}")]
    Transport {
        /// The call, for example `GET /qbench/api/v1/order`.
        what: String,
        /// What happened on the network.
        fault: NetworkFault,
        /// The library's own error.
        #[source]
        source: Option<Cause>,
    },
    /// The answer was not complete within the time limit of one attempt.
    #[error("{what}: no complete answer within {} s", .after.as_secs_f32())]
    Timeout {
        /// The call.
        what: String,
        /// The time limit.
        after: Duration,
    },
    /// QBench goes on refusing calls because the tenant's budget is spent (429).
    #[error("{what}: QBench refuses further requests for now ({kind}{})", wait_text(*.after))]
    RateLimited {
        /// The call.
        what: String,
        /// Which of the two documented limits.
        kind: LimitKind,
        /// How long QBench asked to wait, if it said so.
        after: Option<Duration>,
    },
    /// The credentials or the token were refused.
    #[error("QBench refuses the credentials: {why}")]
    Unauthorized {
        /// The server's reason and what to check.
        why: String,
    },
    /// Any other answer with an error status.
    #[error("{what}: answered {status}{}", message_text(.message))]
    Rejected {
        /// The call.
        what: String,
        /// The HTTP status.
        status: u16,
        /// The server's error message, cleaned and cut; empty if it gave none.
        message: String,
    },
    /// The answer could not be read as JSON: cut off, malformed or a page for humans.
    #[error("{what}: unreadable answer ({why})")]
    Decode {
        /// The call.
        what: String,
        /// What the body is instead.
        why: String,
    },
    /// The answer is JSON but not what the API promises.
    #[error("{what}: unexpected answer ({why})")]
    Contract {
        /// The call.
        what: String,
        /// What is missing or wrong.
        why: String,
    },
    /// The body is larger than allowed.
    #[error("{what}: the answer is larger than {limit} bytes")]
    TooLarge {
        /// The call.
        what: String,
        /// The limit in bytes.
        limit: usize,
    },
}

/// What happened on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkFault {
    /// The host name has no address.
    Dns,
    /// Nobody listens at the address.
    Refused,
    /// The connection could not be made for another reason.
    Unreachable,
    /// The encrypted connection could not be made.
    Tls,
    /// The connection was closed before the answer was complete.
    Cut,
    /// Anything else.
    Other,
}

impl fmt::Display for NetworkFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "the host name cannot be resolved (check QBENCH_BASE_URL and DNS)",
            Self::Refused => "connection refused (nothing listens at this address)",
            Self::Unreachable => "the host cannot be reached",
            Self::Tls => "the encrypted connection failed (certificate or TLS version)",
            Self::Cut => "the connection broke off before the answer was complete",
            Self::Other => "network failure",
        })
    }
}

/// Which of the two documented limits was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitKind {
    /// Too many requests in a time window (300 per 60 s by default).
    Rate,
    /// Too many requests at once (10 by default).
    Concurrency,
}

impl fmt::Display for LimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rate => "requests per minute",
            Self::Concurrency => "requests at once",
        })
    }
}

impl QbenchError {
    /// Whether the same call may well succeed later without anyone changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport { fault, .. } => !matches!(fault, NetworkFault::Tls),
            Self::Timeout { .. } | Self::RateLimited { .. } | Self::Decode { .. } => true,
            Self::Rejected { status, .. } => *status >= 500 || matches!(status, 408 | 425),
            Self::Config { .. } | Self::Unauthorized { .. } | Self::Contract { .. } | Self::TooLarge { .. } => false,
        }
    }

    /// The HTTP status, where the server refused the call with one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Rejected { status, .. } => Some(*status),
            Self::RateLimited { .. } => Some(429),
            _ => None,
        }
    }

    pub(crate) fn config(what: impl Into<String>) -> Self {
        Self::Config { what: what.into() }
    }

    pub(crate) fn contract(what: &str, why: impl Into<String>) -> Self {
        Self::Contract { what: what.to_owned(), why: why.into() }
    }

    pub(crate) fn decode(what: &str, why: impl Into<String>) -> Self {
        Self::Decode { what: what.to_owned(), why: why.into() }
    }

    /// Turns the HTTP library's error into ours, keeping only host and path of the address.
    pub(crate) fn from_reqwest(what: &str, error: reqwest::Error, limit: Duration) -> Self {
        let host = error.url().and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
        let what = host.map_or_else(|| what.to_owned(), |(host, port)| format!("{what} at {host}:{port}"));
        let error = error.without_url();
        if error.is_timeout() {
            return Self::Timeout { what, after: limit };
        }
        let fault = network_fault(&error);
        Self::Transport { what, fault, source: Some(Arc::new(error)) }
    }
}

fn network_fault(error: &reqwest::Error) -> NetworkFault {
    use std::io::ErrorKind;
    if error.is_dns() {
        return NetworkFault::Dns;
    }
    let mut kind = None;
    let mut cause: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(current) = cause {
        if current.is::<rustls::Error>() {
            return NetworkFault::Tls;
        }
        let io = current.downcast_ref::<std::io::Error>();
        kind = io.map(std::io::Error::kind).or(kind);
        // An io error names as its source the source of what it wraps, not the wrapped error.
        cause = match io.and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => current.source(),
        };
    }
    match kind {
        Some(ErrorKind::ConnectionRefused) => NetworkFault::Refused,
        _ if error.is_connect() => NetworkFault::Unreachable,
        Some(
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof,
        ) => NetworkFault::Cut,
        _ if error.is_body() || error.is_decode() || error.is_request() => NetworkFault::Cut,
        _ => NetworkFault::Other,
    }
}

fn wait_text(after: Option<Duration>) -> String {
    after.map(|d| format!(", retry in {} s", d.as_secs_f32().ceil())).unwrap_or_default()
}

fn message_text(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

/// Longest server message that is kept.
const MESSAGE_LIMIT: usize = 300;

/// Makes text from the server fit for one log line: no control characters, no runs of blanks, no
/// word that could be a token, at most 300 characters.
pub(crate) fn clean_message(text: &str) -> String {
    let mut out = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(if looks_secret(word) { "[hidden]" } else { word });
    }
    if out.chars().count() > MESSAGE_LIMIT {
        out = out.chars().take(MESSAGE_LIMIT).chain(['…']).collect();
    }
    out
}

/// Long words of letters and digits mixed: tokens, UUIDs, assertions.
fn looks_secret(word: &str) -> bool {
    word.len() >= 24
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.=+/'\":,;()[]".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_one_clean_line_without_tokens() {
        let cleaned = clean_message("bad\n token\t0b3c9a7e-1111-2222-3333-444455556666 \u{0}\u{7} given");
        assert_eq!(cleaned, "bad token [hidden] given");
        assert!(clean_message(&"word ".repeat(500)).chars().count() <= MESSAGE_LIMIT + 1);
    }

    #[test]
    fn transient_and_lasting_failures_are_told_apart() {
        let rejected = |status| QbenchError::Rejected { what: "x".into(), status, message: String::new() };
        assert!(rejected(503).is_transient());
        assert!(!rejected(404).is_transient());
        assert!(!QbenchError::config("x").is_transient());
    }
}
