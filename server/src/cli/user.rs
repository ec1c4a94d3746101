//! `benchwatch user`: accounts.

use super::Stop;
use crate::accounts::{Postman, Writing};
use crate::auth::{Auth, Host, Invitee, Vault};
use crate::config::Config;
use crate::db::PgPool;
use app::model::accounts::{Posted, USUAL_INVITATION_DAYS};
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
    /// Invite somebody, who chooses the password; prints the link, which works once
    Invite {
        /// The name to sign in with
        name: String,
        /// viewer, manager or admin
        #[arg(long, value_parser = role, default_value = "viewer")]
        role: Role,
        /// The mail address; the link is sent to it where mail is set up
        #[arg(long)]
        mail: Option<String>,
        /// Days until the invitation ends
        #[arg(long, default_value_t = USUAL_INVITATION_DAYS)]
        days: u32,
    },
    /// Set a password and end the account's sessions
    ResetPassword {
        /// The account
        name: String,
        #[command(flatten)]
        password: Password,
    },
    /// Set an account's mail address, by which the identity provider's people are tied to it; without one it is removed
    SetMail {
        /// The account
        name: String,
        /// The address
        mail: Option<String>,
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
        #[arg(required_unless_present = "unreadable")]
        name: Option<String>,
        /// Of everybody whose second factor is sealed with a key that is not here
        #[arg(long, conflicts_with = "name")]
        unreadable: bool,
        /// Do it, instead of saying whose would be removed
        #[arg(long, requires = "unreadable")]
        yes: bool,
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
pub async fn run(command: Command, pool: PgPool, config: &Config) -> Result<(), Stop> {
    let auth = Auth::with_key(pool, Vault::new(config));
    match command {
        Command::Create { name, role, password } => {
            auth.create_user(&name, &password.read()?, role, BY).await?;
            println!("created {name} ({})", role.name());
        }
        Command::Invite { name, role, mail, days } => {
            invite(&auth, config, Invitee { name, role, mail, days }).await?;
        }
        Command::ResetPassword { name, password } => {
            auth.reset_password(&name, &password.read()?, BY).await?;
            println!("the password of {name} is set; its sessions have ended");
        }
        Command::SetMail { name, mail } => {
            auth.set_mail(&name, mail.as_deref(), BY).await?;
            println!("{name}: {}", mail.as_deref().unwrap_or("no mail address"));
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
        Command::ResetTotp { name, unreadable: _, yes } => {
            let names = match name {
                Some(name) => auth.reset_totp(&name, BY, BY).await.map(|()| vec![name])?,
                None if yes => auth.reset_unreadable(BY, BY).await?,
                None => return Err(unconfirmed(&auth.unreadable().await?)),
            };
            for name in names {
                println!("{name} signs in with the password alone now");
            }
        }
        Command::SetRole { name, role } => {
            auth.set_role(&name, role, BY).await?;
            println!("{name} is {} now; its sessions have ended", role.name());
        }
    }
    Ok(())
}

/// A call without the service's settings finds nothing readable: nothing is removed before somebody has looked.
fn unconfirmed(names: &[String]) -> Stop {
    if names.is_empty() {
        return Stop::Usage("every second factor can be read here; nothing is to be removed".to_owned());
    }
    Stop::Usage(format!(
        "cannot be read with the key at hand: {}; if this call has the key of the service, --yes removes them",
        names.join(", ")
    ))
}

/// Prints the link on standard output, and everything else beside it.
async fn invite(auth: &Auth, config: &Config, invitee: Invitee) -> Result<(), Stop> {
    let mut postman = Postman::new(config);
    let host = Host { id: None, name: BY, source: BY };
    let laboratory = config.lab.name.as_deref().unwrap_or("benchwatch");
    let writing = Writing { lang: config.operate.alerts.lang, laboratory, zone: config.lab.time_zone };
    let (token, posted) = postman.invite(auth, &invitee, host, writing).await?;
    if postman.base.is_empty() {
        postman.base = format!("http://{}", config.http.addr);
        eprintln!("BENCHWATCH_PUBLIC_URL is not set: the link is for browsers on this machine");
    }
    println!("{}", postman.link(&token));
    match posted {
        Posted::Unwanted => {}
        Posted::Sent => eprintln!("it was sent by mail too"),
        Posted::Refused => eprintln!("the mail server did not take the mail: pass the link on yourself"),
        Posted::Impossible => eprintln!(
            "no mail was sent: set BENCHWATCH_SMTP_URL, BENCHWATCH_MAIL_FROM and BENCHWATCH_PUBLIC_URL, or pass the link on \
             yourself"
        ),
    }
    Ok(())
}
