//! Values that are kept in HashiCorp Vault (key-value engine, version 2): a variable that says `vault:MOUNT/PATH#FIELD`
//! gets the text of that field, before anything else is read. It is asked once, when the process starts.
//!
//! Protocol: `GET /v1/MOUNT/data/PATH` with `X-Vault-Token`, and `POST /v1/auth/approle/login` for a token, as Vault's
//! HTTP API documents them.

use super::ConfigError;
use super::reader::Reader;
use crate::channels::Web;
use axum::http::{Request, Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use url::Url;

/// What a value begins with that is a reference.
const PREFIX: &str = "vault:";

/// The variables that say where Vault is and who asks, for the test of the example file.
#[cfg(test)]
pub(super) const VARIABLES: [&str; 7] = [
    "VAULT_ADDR",
    "VAULT_NAMESPACE",
    "VAULT_TOKEN",
    "VAULT_TOKEN_FILE",
    "VAULT_ROLE_ID",
    "VAULT_SECRET_ID",
    "VAULT_SECRET_ID_FILE",
];

/// Where a value is kept.
#[derive(Debug, PartialEq, Eq)]
struct Reference {
    mount: String,
    path: String,
    field: String,
}

impl Reference {
    /// Reads `MOUNT/PATH#FIELD`.
    fn parse(text: &str) -> Option<Self> {
        let (place, field) = text.rsplit_once('#')?;
        let (mount, path) = place.trim_matches('/').split_once('/')?;
        let plain = |part: &str| !part.is_empty() && part.split('/').all(|step| !matches!(step, "" | "." | ".."));
        let good = plain(mount) && plain(path) && !field.is_empty();
        good.then(|| Self { mount: mount.to_owned(), path: path.to_owned(), field: field.to_owned() })
    }
}

/// Puts what is kept in Vault in the place of each reference.
///
/// # Errors
/// Every reference that cannot be followed, with its variable and never with a value.
pub(super) async fn resolve(variables: &mut HashMap<String, String>) -> Result<(), ConfigError> {
    let mut problems = Vec::new();
    let mut wanted: BTreeMap<String, Reference> = BTreeMap::new();
    for (name, value) in variables.iter() {
        let Some(reference) = value.trim().strip_prefix(PREFIX) else { continue };
        match Reference::parse(reference) {
            Some(reference) => drop(wanted.insert(name.clone(), reference)),
            None => problems.push(format!("{name}: must be vault:MOUNT/PATH#FIELD")),
        }
    }
    if wanted.is_empty() && problems.is_empty() {
        return Ok(());
    }
    match Vault::open(variables).await {
        Ok(mut vault) => {
            for (name, reference) in wanted {
                match vault.value(&reference).await {
                    Ok(value) => drop(variables.insert(name, value)),
                    Err(why) => problems.push(format!("{name}: {why}")),
                }
            }
        }
        Err(faults) => problems.extend(faults),
    }
    problems.sort();
    if problems.is_empty() { Ok(()) } else { Err(ConfigError(problems)) }
}

/// Vault, with a token that opens it.
struct Vault {
    web: Web,
    address: Url,
    namespace: Option<String>,
    token: SecretString,
    /// Each secret is read once, however many of its fields are wanted.
    read: HashMap<String, Result<Value, String>>,
}

impl Vault {
    async fn open(variables: &HashMap<String, String>) -> Result<Self, Vec<String>> {
        let lookup = |name: &str| variables.get(name).cloned();
        let reader = Reader::new(&lookup);
        let address = reader.checked("VAULT_ADDR", "an address such as https://vault.example.org:8200", None, address);
        if reader.text("VAULT_ADDR").is_none() {
            reader.problem("VAULT_ADDR", "is missing; other variables refer to Vault");
        }
        let namespace = reader.text("VAULT_NAMESPACE");
        let token = reader.secret("VAULT_TOKEN");
        let role = reader.text("VAULT_ROLE_ID").zip(reader.secret("VAULT_SECRET_ID"));
        if token.is_none() && role.is_none() {
            reader.problem("VAULT_TOKEN", "is missing; set it, or VAULT_ROLE_ID and VAULT_SECRET_ID");
        }
        let problems = reader.into_problems();
        let (Some(address), true) = (address, problems.is_empty()) else { return Err(problems) };
        let web = Web::new().map_err(|error| vec![format!("VAULT_ADDR: {error}")])?;
        let mut vault = Self { web, address, namespace, token: token.unwrap_or_default(), read: HashMap::new() };
        if let Some((role, secret)) = role.filter(|_| vault.token.expose_secret().is_empty()) {
            vault.token = vault.log_in(&role, &secret).await.map_err(|why| vec![format!("VAULT_ROLE_ID: {why}")])?;
        }
        Ok(vault)
    }

    /// A token for a role of an application.
    async fn log_in(&self, role: &str, secret: &SecretString) -> Result<SecretString, String> {
        let body = json!({ "role_id": role, "secret_id": secret.expose_secret() });
        let answer = self.call("POST", "auth/approle/login", body.to_string().into_bytes()).await?;
        let token = answer["auth"]["client_token"].as_str();
        Ok(token.ok_or("Vault's answer to the sign-in holds no token")?.to_owned().into())
    }

    async fn value(&mut self, wanted: &Reference) -> Result<String, String> {
        let path = format!("{}/data/{}", wanted.mount, wanted.path);
        if !self.read.contains_key(&path) {
            let answer = self.call("GET", &path, Vec::new()).await;
            self.read.insert(path.clone(), answer);
        }
        let answer = self.read[&path].as_ref().map_err(Clone::clone)?;
        match &answer["data"]["data"][&wanted.field] {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(format!("{}/{} in Vault has no text {:?}", wanted.mount, wanted.path, wanted.field)),
        }
    }

    async fn call(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Value, String> {
        let mut url = self.address.clone();
        url.path_segments_mut().map_err(|()| "is no address")?.pop_if_empty().push("v1").extend(path.split('/'));
        let mut request =
            Request::builder().method(method).uri(url.as_str()).header("Content-Type", "application/json");
        if !self.token.expose_secret().is_empty() {
            request = request.header("X-Vault-Token", self.token.expose_secret());
        }
        if let Some(namespace) = &self.namespace {
            request = request.header("X-Vault-Namespace", namespace);
        }
        let request = request.body(body).map_err(|_| "the token or the namespace cannot be sent".to_owned())?;
        let answer = self.web.call(request).await.map_err(|error| format!("Vault does not answer: {error}"))?;
        understood(path, &answer)
    }
}

fn address(text: &str) -> Option<Option<Url>> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some()).then_some(Some(url))
}

fn understood(path: &str, answer: &Response<Vec<u8>>) -> Result<Value, String> {
    match answer.status() {
        StatusCode::OK => serde_json::from_slice(answer.body()).map_err(|_| "Vault's answer is no JSON".to_owned()),
        StatusCode::NOT_FOUND => Err(format!("Vault has nothing at {path} (key-value engine, version 2)")),
        StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST => {
            Err(format!("Vault refuses {path}; look at token and policy"))
        }
        StatusCode::SERVICE_UNAVAILABLE => Err("Vault is sealed or not ready".to_owned()),
        other => Err(format!("Vault answers {} for {path}", other.as_u16())),
    }
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn a_reference_names_mount_path_and_field() {
        let found = Reference::parse("secret/lab/qbench#client_secret").expect("a reference");
        assert_eq!((&*found.mount, &*found.path, &*found.field), ("secret", "lab/qbench", "client_secret"));
        for bad in ["", "secret", "secret/lab", "secret#x", "/#x", "secret/../sys#x", "secret/lab#", "secret//lab#x"] {
            assert_eq!(Reference::parse(bad), None, "{bad}");
        }
    }
}
