//! The demo's two accounts, with new passwords at every start.

use super::Stop;
use crate::auth::{Auth, AuthError};
use crate::db::PgPool;
use app::model::session::Role;
use rand::RngExt as _;
use rand::distr::Alphanumeric;

/// Who did it, in the audit log.
const BY: &str = "demo";

/// The passwords of this start.
pub struct Passwords {
    /// Of `admin`.
    pub admin: String,
    /// Of `viewer`.
    pub viewer: String,
}

/// Makes the accounts, or gives the ones that are there new passwords.
pub async fn provide(pool: &PgPool) -> Result<Passwords, Stop> {
    let auth = Auth::new(pool.clone());
    let passwords = Passwords { admin: random_password(), viewer: random_password() };
    for (name, password, role) in
        [("admin", &passwords.admin, Role::Admin), ("viewer", &passwords.viewer, Role::Viewer)]
    {
        match auth.create_user(name, password, role, BY).await {
            Err(AuthError::Exists) => auth.reset_password(name, password, BY).await?,
            other => other?,
        }
    }
    Ok(passwords)
}

fn random_password() -> String {
    rand::rng().sample_iter(&Alphanumeric).take(16).map(char::from).collect()
}
