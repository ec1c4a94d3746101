//! The identity provider: authorization code with PKCE, state and nonce. What it says is checked by the library; what that
//! means for accounts is decided in `identities`. It is asked when somebody comes, never at the start.

use crate::channels::{SendError, Web};
use crate::config::OidcConfig;
use app::model::session::Role;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, IdTokenFields, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse, SubjectIdentifier, TokenResponse as _, UserInfoClaims,
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

/// How long the provider's description of itself, and its keys, are taken as they were read.
const FRESH: Duration = Duration::from_secs(60);

/// How long it is not asked again after it could not be.
const PAUSE: Duration = Duration::from_secs(5);

/// Claims beside the usual ones.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Extra {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Extra {}

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Extra,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type Known = Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

type Info = UserInfoClaims<Extra, CoreGenderClaim>;

/// Why the provider lets nobody in.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProviderFault {
    /// It does not answer, or not with what it should.
    #[error("the identity provider does not answer: {0}")]
    Silent(String),
    /// What it says, or what came back from it, cannot be accepted.
    #[error("the answer of the identity provider cannot be accepted: {0}")]
    Refused(String),
}

/// A sign-in that has been begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Where the browser goes.
    pub url: Url,
    /// What has to come back with it.
    pub state: String,
    /// What has to stand in the ID token.
    pub nonce: String,
    /// What proves that the code is ours.
    pub verifier: String,
}

/// Somebody whom the provider knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The provider.
    pub issuer: String,
    /// Who, by a word that never changes.
    pub subject: String,
    /// What the person is called there.
    pub name: Option<String>,
    /// A mail address that the provider has verified.
    pub mail: Option<String>,
    /// The highest role that the claim names.
    pub role: Option<Role>,
}

/// The provider as it is configured.
pub struct Provider {
    /// The settings.
    pub config: OidcConfig,
    web: Arc<Web>,
    known: Mutex<Option<(Instant, Result<CoreProviderMetadata, ProviderFault>)>>,
}

impl Provider {
    /// Sets it up; nothing is asked.
    ///
    /// # Errors
    /// When no client can be had.
    pub fn new(config: OidcConfig) -> Result<Self, SendError> {
        Ok(Self { config, web: Arc::new(Web::new()?), known: Mutex::default() })
    }

    /// The provider's description of itself. Many who come at once ask once.
    async fn metadata(&self) -> Result<CoreProviderMetadata, ProviderFault> {
        let mut known = self.known.lock().await;
        if let Some((since, answer)) = &*known
            && since.elapsed() < if answer.is_ok() { FRESH } else { PAUSE }
        {
            return answer.clone();
        }
        let silent = |error: &dyn std::error::Error| ProviderFault::Silent(in_words(error));
        let answer = match IssuerUrl::new(self.config.issuer.clone()) {
            Ok(issuer) => {
                let asked = CoreProviderMetadata::discover_async(issuer, &self.caller()).await;
                asked.map_err(|error| silent(&error))
            }
            Err(error) => Err(silent(&error)),
        };
        *known = Some((Instant::now(), answer.clone()));
        answer
    }

    /// How the library speaks HTTP.
    fn caller(
        &self,
    ) -> impl Fn(HttpRequest) -> futures::future::BoxFuture<'static, Result<openidconnect::HttpResponse, SendError>>
    + Send
    + Sync {
        let web = Arc::clone(&self.web);
        move |request| {
            let web = Arc::clone(&web);
            Box::pin(async move { web.call(request).await })
        }
    }

    async fn client(&self) -> Result<Known, ProviderFault> {
        let config = &self.config;
        let secret = config.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        let redirect = RedirectUrl::from_url(config.redirect.clone());
        let id = ClientId::new(config.client_id.clone());
        Ok(Client::from_provider_metadata(self.metadata().await?, id, secret).set_redirect_uri(redirect))
    }

    /// Whether it answers as it should, for `doctor`: how many keys it signs with.
    ///
    /// # Errors
    /// [`ProviderFault::Silent`].
    pub async fn check(&self) -> Result<usize, ProviderFault> {
        Ok(self.metadata().await?.jwks().keys().len())
    }

    /// Begins a sign-in.
    ///
    /// # Errors
    /// [`ProviderFault::Silent`].
    pub async fn begin(&self) -> Result<Begun, ProviderFault> {
        let client = self.client().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, state, nonce) = request.set_pkce_challenge(challenge).url();
        let (state, nonce) = (state.into_secret(), nonce.secret().clone());
        Ok(Begun { url, state, nonce, verifier: verifier.into_secret() })
    }

    /// Turns the code of a sign-in into somebody.
    ///
    /// # Errors
    /// When the provider does not answer, or refuses the code, or its ID token is not for us, not from it or not for this
    /// sign-in.
    pub async fn finish(&self, code: &str, nonce: &str, verifier: &str) -> Result<Told, ProviderFault> {
        let refused = |error: &dyn std::error::Error| ProviderFault::Refused(in_words(error));
        let (client, caller) = (self.client().await?, self.caller());
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|error| refused(&error))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        let tokens: Tokens = request.request_async(&caller).await.map_err(|error| match error {
            RequestTokenError::Request(error) => ProviderFault::Silent(in_words(&error)),
            // Its answer may hold tokens.
            RequestTokenError::Parse(error, _) => refused(&error),
            other => refused(&other),
        })?;
        let token = tokens.id_token().ok_or_else(|| ProviderFault::Refused("there is no ID token".to_owned()))?;
        let checked = token.claims(&client.id_token_verifier(), &Nonce::new(nonce.to_owned()));
        let claims = checked.map_err(|error| refused(&error))?;
        let info = self.user_info(&client, &tokens, claims.subject()).await?;
        // Many providers say everything but the subject there and not in the ID token.
        let from_info = info.as_ref().map(Info::standard_claims);
        let name = claims.preferred_username().or_else(|| from_info?.preferred_username());
        let mail = match (claims.email(), from_info) {
            (Some(mail), _) => Some((mail, claims.email_verified())),
            (None, Some(info)) => info.email().map(|mail| (mail, info.email_verified())),
            (None, None) => None,
        };
        let role = self.role(claims.additional_claims()).or_else(|| self.role(info.as_ref()?.additional_claims()));
        Ok(Told {
            issuer: self.config.issuer.clone(),
            subject: claims.subject().to_string(),
            name: name.map(|name| name.to_string()),
            mail: mail.filter(|(_, verified)| *verified == Some(true)).map(|(mail, _)| mail.to_string()),
            role,
        })
    }

    /// What the provider tells beside the ID token, if it has a place for that.
    async fn user_info(
        &self,
        client: &Known,
        tokens: &Tokens,
        subject: &SubjectIdentifier,
    ) -> Result<Option<Info>, ProviderFault> {
        let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject.clone())) else {
            return Ok(None);
        };
        let answer = request.request_async::<Extra, _, CoreGenderClaim>(&self.caller()).await;
        answer.map(Some).map_err(|error| ProviderFault::Refused(in_words(&error)))
    }

    /// The highest role that the claim names.
    fn role(&self, claims: &Extra) -> Option<Role> {
        let value = claim(&claims.all, self.config.role_claim.as_deref()?)?;
        let named: Vec<&str> = match value {
            Value::String(one) => vec![one],
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        named.into_iter().filter_map(|value| self.meaning(value)).max()
    }

    /// The role that a value of the claim stands for. Where nothing says so, roles have their own names.
    fn meaning(&self, value: &str) -> Option<Role> {
        if self.config.roles.is_empty() {
            return Role::from_name(value);
        }
        self.config.roles.iter().filter(|(known, _)| known == value).map(|(_, role)| *role).max()
    }
}

/// A claim by its name, or by a path of names with dots between them.
fn claim<'a>(all: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = all.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    claim(all.get(first)?.as_object()?, rest)
}

/// An error with its causes.
fn in_words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn provider(claim: &str, roles: &[(&str, Role)]) -> Provider {
        let config = OidcConfig {
            issuer: "http://localhost:9".to_owned(),
            client_id: "benchwatch".to_owned(),
            client_secret: None,
            name: "ID".to_owned(),
            scopes: Vec::new(),
            role_claim: Some(claim.to_owned()),
            roles: roles.iter().map(|(value, role)| ((*value).to_owned(), *role)).collect(),
            default_role: None,
            redirect: Url::parse("http://localhost:1/login/provider/callback").expect("an address"),
        };
        Provider::new(config).expect("set up")
    }

    #[test]
    fn the_highest_role_of_a_claim_counts_and_unknown_values_are_nothing() {
        let groups = provider("groups", &[("leads", Role::Manager), ("staff", Role::Viewer)]);
        let role = |value: Value| groups.role(&serde_json::from_value(json!({ "groups": value })).expect("claims"));
        assert_eq!(role(json!(["staff", "leads", "cooks"])), Some(Role::Manager));
        assert_eq!(role(json!("staff")), Some(Role::Viewer));
        for nothing in [json!([]), json!("admin"), json!(["Leads", 7]), json!(7), json!(null), json!({ "leads": true })]
        {
            assert_eq!(role(nothing.clone()), None, "{nothing}");
        }
        let own = provider("realm_access.roles", &[]);
        let claims = json!({ "realm_access": { "roles": ["admin", "root"] } });
        assert_eq!(own.role(&serde_json::from_value(claims).expect("claims")), Some(Role::Admin));
    }

    #[tokio::test]
    async fn a_provider_that_nobody_runs_is_silent_and_not_asked_again_at_once() {
        let gone = provider("groups", &[]);
        let begun = Instant::now();
        for _ in 0..3 {
            assert!(matches!(gone.begin().await, Err(ProviderFault::Silent(_))));
        }
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert!(matches!(gone.finish("code", "nonce", "verifier").await, Err(ProviderFault::Silent(_))));
    }
}
