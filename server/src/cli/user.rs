//! `benchwatch user`: accounts.

use super::Stop;
use crate::auth::Auth;
use crate::db::PgPool;
use app::model::session::Role;
use clap::{Args, Subcommand};
use std::io::BufRead as _;

/// Who did it, in the audit log.
const BY: &str = "cli";

#[derive(Subcommand)]
pub enum Command {
    /// Add an account
    Create {
        /// The name to sign in with
        name: String,
        /// viewer, manager or admin
        #[arg(long, value_parser = role, default_value = "viewer")]
        role: Role,
        #[command(flatten)]
        password: Password,
    },
    /// Set a password and end the account's sessions
    ResetPassword {
        /// The account
        name: String,
        #[command(flatten)]
        password: Password,
    },
    /// List the accounts
    List,
    /// Refuse sign-in and end the account's sessions
    Disable {
        /// The account
        name: String,
    },
    /// Allow sign-in again
    Enable {
        /// The account
        name: String,
    },
    /// Remove the second factor of somebody who has lost it
    ResetTotp {
        /// The account
        name: String,
    },
    /// Change what an account may do
    SetRole {
        /// The account
        name: String,
        /// viewer, manager or admin
        #[arg(value_parser = role)]
        role: Role,
    },
}

#[derive(Args)]
pub struct Password {
    /// Read the password from one line of standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

impl Password {
    fn read(&self) -> Result<String, Stop> {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        let password = line.trim_end_matches(['\r', '\n']);
        if password.is_empty() {
            return Err(Stop::Usage("standard input has no password in its first line".to_owned()));
        }
        Ok(password.to_owned())
    }
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_name(text).ok_or_else(|| "viewer, manager or admin".to_owned())
}

/// Runs the command.
pub async fn run(command: Command, pool: PgPool) -> Result<(), Stop> {
    let auth = Auth::new(pool);
    match command {
        Command::Create { name, role, password } => {
            auth.create_user(&name, &password.read()?, role, BY).await?;
            println!("created {name} ({})", role.name());
        }
        Command::ResetPassword { name, password } => {
            auth.reset_password(&name, &password.read()?, BY).await?;
            println!("the password of {name} is set; its sessions have ended");
        }
        Command::List => {
            for user in auth.users().await? {
                let state = if user.is_active { "active" } else { "disabled" };
                println!("{}\t{}\t{state}", user.username, user.role.name());
            }
        }
        Command::Disable { name } => {
            auth.set_active(&name, false, BY).await?;
            println!("{name} is disabled; its sessions have ended");
        }
        Command::Enable { name } => {
            auth.set_active(&name, true, BY).await?;
            println!("{name} is enabled");
        }
        Command::ResetTotp { name } => {
            auth.reset_totp(&name, BY, BY).await?;
            println!("{name} signs in with the password alone now");
        }
        Command::SetRole { name, role } => {
            auth.set_role(&name, role, BY).await?;
            println!("{name} is {} now; its sessions have ended", role.name());
        }
    }
    Ok(())
}
