//! `benchwatch ban`: records that are hidden, with everything below them. The database makes it effective at once.

use super::Stop;
use crate::db::PgPool;
use crate::db::bans::{self, Banned};
use clap::{Args, Subcommand, ValueEnum};

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Customer,
    Order,
    Sample,
    Batch,
    Test,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Order => "order",
            Self::Sample => "sample",
            Self::Batch => "batch",
            Self::Test => "test",
        }
    }
}

#[derive(Args)]
pub struct Record {
    /// The kind of record
    #[arg(long = "type", value_enum, ignore_case = true)]
    kind: Kind,
    /// Its QBench id
    #[arg(long)]
    id: i32,
}

#[derive(Subcommand)]
pub enum Command {
    /// Hide a record and everything below it
    Add {
        #[command(flatten)]
        record: Record,
        /// Why
        #[arg(long)]
        reason: Option<String>,
    },
    /// Show it again
    Remove {
        #[command(flatten)]
        record: Record,
    },
    /// List what is hidden
    List,
}

/// Runs the command.
pub async fn run(command: Command, pool: PgPool) -> Result<(), Stop> {
    match command {
        Command::Add { record: Record { kind, id }, reason } => {
            let added = bans::add(&pool, kind.name(), id, reason.as_deref(), "cli").await?;
            println!("{} {id} {}", kind.name(), if added { "is banned" } else { "was banned already" });
        }
        Command::Remove { record: Record { kind, id } } => {
            let removed = bans::remove(&pool, kind.name(), id).await?;
            println!("{} {id} {}", kind.name(), if removed { "is shown again" } else { "was not banned" });
        }
        Command::List => {
            for Banned { kind, id, reason, since, .. } in bans::all(&pool).await? {
                println!("{kind}\t{id}\t{}\t{}", since.format("%Y-%m-%d %H:%M UTC"), reason.unwrap_or_default());
            }
        }
    }
    Ok(())
}
