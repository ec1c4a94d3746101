//! Sign-in through an identity provider (OpenID Connect). Without an issuer there is none.

use super::reader::Reader;
use app::model::session::Role;
use secrecy::SecretString;
use url::{Host, Url};

/// Settings of the identity provider.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// Who it is, as its own description says it, letter by letter.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What we prove it with; absent = it knows us as a public client.
    pub client_secret: Option<SecretString>,
    /// What people call it.
    pub name: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that says what somebody may do; absent = the provider does not decide it.
    pub role_claim: Option<String>,
    /// Which of its values stand for which role.
    pub roles: Vec<(String, Role)>,
    /// The role of those for whom the claim names none, and of new accounts; absent = they do not come in.
    pub default_role: Option<Role>,
    /// Where it sends people back to.
    pub redirect: Url,
}

/// The page that the provider sends people back to.
pub const CALLBACK: &str = "/login/provider/callback";

pub(super) fn read(reader: &Reader<'_>, public: Option<&Url>) -> Option<OidcConfig> {
    let issuer = reader.checked("OIDC_ISSUER", ISSUER, None, |text| issuer(text).then(|| Some(text.to_owned())));
    let client_id = reader.text("OIDC_CLIENT_ID");
    let client_secret = reader.secret("OIDC_CLIENT_SECRET");
    let name = reader.text("OIDC_NAME").unwrap_or_else(|| "OpenID Connect".to_owned());
    let scopes = reader.text("OIDC_SCOPES").unwrap_or_else(|| "profile email".to_owned());
    let role_claim = reader.text("OIDC_ROLE_CLAIM");
    let roles = reader.list("OIDC_ROLES", "pairs such as lab-leads=manager, lab-staff=viewer", |pair| {
        let (value, role) = pair.rsplit_once('=')?;
        Some((value.trim().to_owned(), Role::from_name(role.trim())?)).filter(|(value, _)| !value.is_empty())
    });
    let default_role = reader.checked("OIDC_DEFAULT_ROLE", "viewer, manager, admin or none", None, |text| match text {
        "none" => Some(None),
        name => Role::from_name(name).map(Some),
    });
    if reader.text("OIDC_ISSUER").is_none() {
        if client_id.is_some() {
            reader.problem("OIDC_ISSUER", "is missing; the OIDC_ variables go together");
        }
        return None;
    }
    if client_id.is_none() {
        reader.problem("OIDC_CLIENT_ID", "is missing; the OIDC_ variables go together");
    }
    if public.is_none() {
        reader.problem("BENCHWATCH_PUBLIC_URL", "is missing; the provider of OIDC_ISSUER sends people back to it");
    }
    Some(OidcConfig {
        issuer: issuer?,
        client_id: client_id?,
        client_secret,
        name,
        scopes: scopes.split_whitespace().filter(|scope| *scope != "openid").map(str::to_owned).collect(),
        role_claim,
        roles,
        default_role,
        redirect: public?.join(CALLBACK).ok()?,
    })
}

const ISSUER: &str = "an address that begins with https:// (http:// on this machine only)";

/// Whoever can change what an unencrypted provider answers can come in as anybody.
fn issuer(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    url.query().is_none() && (url.scheme() == "https" || (url.scheme() == "http" && here))
}

#[cfg(test)]
mod tests {
    use crate::config::tests::config;
    use app::model::session::Role;

    #[test]
    fn the_provider_needs_a_name_for_us_and_an_address_to_send_people_back_to() {
        let told = config(&[("OIDC_ISSUER", "https://id.example.org")]).expect_err("refused").to_string();
        assert!(told.contains("OIDC_CLIENT_ID") && told.contains("BENCHWATCH_PUBLIC_URL"), "{told}");
        for bad in ["http://id.example.org", "id.example.org", "https://id.example.org?a=b", "ftp://localhost"] {
            let told = config(&[("OIDC_ISSUER", bad)]).expect_err("refused").to_string();
            assert!(told.contains("OIDC_ISSUER"), "{bad}: {told}");
        }
        let told = config(&[("OIDC_CLIENT_ID", "benchwatch")]).expect_err("refused").to_string();
        assert!(told.contains("OIDC_ISSUER"), "{told}");
        assert!(config(&[]).expect("good").oidc.is_none());
    }

    #[test]
    fn values_of_the_claim_stand_for_roles_and_nobody_comes_in_by_default() {
        let base = [
            ("OIDC_ISSUER", "http://localhost:9/"),
            ("OIDC_CLIENT_ID", "benchwatch"),
            ("BENCHWATCH_PUBLIC_URL", "https://lab.example.org"),
            ("OIDC_ROLES", "cn=leads,=manager"),
        ];
        let told = config(&base).expect_err("refused").to_string();
        assert!(told.contains("OIDC_ROLES"), "{told}");
        let good = [&base[..3], &[("OIDC_ROLES", "leads = manager, staff=viewer"), ("OIDC_SCOPES", "openid groups")]];
        let read = config(&good.concat()).expect("good").oidc.expect("a provider");
        assert_eq!(read.roles, [("leads".to_owned(), Role::Manager), ("staff".to_owned(), Role::Viewer)]);
        assert_eq!((read.default_role, read.scopes.as_slice()), (None, &["groups".to_owned()][..]));
        assert_eq!(read.issuer, "http://localhost:9/", "letter by letter");
        assert_eq!(read.redirect.as_str(), "https://lab.example.org/login/provider/callback");
    }
}
