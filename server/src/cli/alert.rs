//! `benchwatch alert`: do messages arrive?

use super::Stop;
use crate::alerts::channels::Channels;
use crate::alerts::trial;
use crate::config::Config;
use anyhow::Context as _;
use clap::Subcommand;

#[derive(Subcommand)]
pub enum Command {
    /// Send a trial through every configured channel
    Test,
}

/// Runs the command; one channel that fails is enough for exit code 1.
pub async fn run(command: Command, config: &Config) -> Result<(), Stop> {
    let Command::Test = command;
    let channels = Channels::new(&config.operate.alerts).context("the channels of alerts")?;
    if channels.names().is_empty() {
        return Err(Stop::Usage(
            "no channel is set: set BENCHWATCH_ALERT_MAIL_TO with BENCHWATCH_SMTP_URL and BENCHWATCH_MAIL_FROM, \
             BENCHWATCH_ALERT_WEBHOOK_URL or BENCHWATCH_ALERT_SLACK_URL"
                .to_owned(),
        ));
    }
    let laboratory = config.lab.name.as_deref().unwrap_or("benchwatch");
    let message = trial(config.operate.alerts.lang, laboratory, config.http.public_url.clone().map(Into::into));
    let mut failed = 0;
    for name in channels.names() {
        match channels.send(name, &message).await {
            Ok(()) => println!("ok    {name}"),
            Err(error) => {
                failed += 1;
                println!("FAIL  {name}: {error}");
            }
        }
    }
    if failed > 0 {
        return Err(Stop::Failed(anyhow::anyhow!("{failed} of the channels failed")));
    }
    Ok(())
}
