//! What is logged, and in which form.

use super::reader::Reader;

/// The form of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Settings of the log on standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// A filter in the notation of `tracing`, such as `info,server::sync=debug`.
    pub filter: String,
    /// The form of lines.
    pub format: LogFormat,
}

impl LogConfig {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let usual = "info,sqlx=warn".to_owned();
        Self {
            filter: reader.checked("BENCHWATCH_LOG", "a filter such as info,server=debug", usual, |text| {
                text.parse::<tracing_subscriber::filter::EnvFilter>().is_ok().then(|| text.to_owned())
            }),
            format: reader.checked("BENCHWATCH_LOG_FORMAT", "text or json", LogFormat::Text, |text| match text {
                "text" => Some(LogFormat::Text),
                "json" => Some(LogFormat::Json),
                _ => None,
            }),
        }
    }
}
