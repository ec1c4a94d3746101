//! `benchwatch audit`: is the audit log whole?

use super::Stop;
use crate::db::PgPool;
use crate::db::audit;
use clap::Subcommand;

#[derive(Subcommand)]
pub enum Command {
    /// Check that no entry was changed or taken out
    Verify,
}

/// Runs the command.
pub async fn run(command: Command, pool: PgPool) -> Result<(), Stop> {
    match command {
        Command::Verify => match audit::verify(&pool).await? {
            (entries, None) => {
                println!("the audit log is whole: {entries} entries");
                Ok(())
            }
            (entries, Some(broken)) => Err(Stop::Failed(anyhow::anyhow!(
                "the audit log was changed: entry {broken} of {entries} does not follow from the one before it; \
                 compare it with a backup"
            ))),
        },
    }
}
