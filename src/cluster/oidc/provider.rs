//! What a provider of OpenID Connect is asked: where its tokens are to be had, and new ones for a refresh token.

use super::Tokens;
use crate::{
    cluster::{CONNECT, authority, proxy},
    refusal,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use form_urlencoded::{Serializer, byte_serialize};
use http::{
    Method, Request, StatusCode, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION},
};
use http_body_util::{BodyExt, Limited};
use kube::{
    Config,
    client::{Body, ClientBuilder},
};
use serde::Deserialize;
use std::{net::IpAddr, path::Path, time::Duration};

/// Longest that one answer may take.
const ANSWER: Duration = Duration::from_secs(15);
/// Largest answer: a token is some kilobytes.
const LARGEST: usize = 1 << 20;
/// How often discovery is led on to another address.
const LED_ON: usize = 5;
/// Most letters that are shown of what a provider says of itself.
const SHOWN: usize = 200;

/// A provider, as the kubeconfig describes it.
pub struct Provider {
    issuer: String,
    client: String,
    /// Empty where there is none, as with public clients.
    secret: String,
    /// Whose certificates are trusted, where it is not the system that says so.
    roots: Option<Vec<Vec<u8>>>,
    found: Option<Found>,
}

/// What is known of it since the first time.
#[derive(Clone)]
pub struct Found {
    tokens: Uri,
    /// How it wants to be told who asks.
    style: Option<Style>,
}

/// How a client says who it is (RFC 6749, 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Header,
    Parameters,
}

#[derive(Deserialize)]
struct Metadata {
    token_endpoint: Option<String>,
}

#[derive(Deserialize)]
struct Granted {
    id_token: Option<String>,
    refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    error_description: Option<String>,
}

struct Answer {
    status: StatusCode,
    location: Option<String>,
    body: Vec<u8>,
}

impl Provider {
    /// What the kubeconfig says; `get` gives the value of a field, if it has one.
    ///
    /// # Errors
    /// It does not say enough, or names an authority that is none.
    pub fn new<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Result<Provider, String> {
        let needed = |key: &str| {
            get(key).map(str::to_owned).ok_or_else(|| format!("the auth-provider's config has no {key}"))
        };
        let (file, data) = ("idp-certificate-authority", "idp-certificate-authority-data");
        let roots = if let Some(encoded) = get(data) {
            let pem = BASE64_STANDARD.decode(encoded).map_err(|error| format!("{data}: {error}"))?;
            Some(authority::certificates(&pem, data)?)
        } else if let Some(path) = get(file) {
            // As in kubectl: relative to where it is run.
            let pem = std::fs::read(Path::new(path)).map_err(|error| format!("{file} {path}: {error}"))?;
            Some(authority::certificates(&pem, path)?)
        } else {
            None
        };
        Ok(Provider {
            issuer: needed(super::ISSUER)?,
            client: needed(super::CLIENT)?,
            secret: get("client-secret").unwrap_or_default().to_owned(),
            roots,
            found: None,
        })
    }

    /// Where tokens are to be had. Nothing that is secret is sent.
    ///
    /// # Errors
    /// It does not say.
    pub async fn discover(&mut self) -> Result<Found, String> {
        if let Some(found) = &self.found {
            return Ok(found.clone());
        }
        let found = Found { tokens: self.endpoint().await?, style: None };
        Ok(self.found.insert(found).clone())
    }

    /// New tokens from there: an id-token, and a refresh token if the provider gives another one.
    ///
    /// # Errors
    /// It gives none, and what it says, without anything that is secret.
    pub async fn refresh(&mut self, there: Found, refresh_token: &str) -> Result<Tokens, String> {
        let Found { tokens, style: known } = there;
        let mut style = known.unwrap_or(Style::Header);
        let mut answer = self.ask(&tokens, self.question(&tokens, style, refresh_token)?).await?;
        // Which way it takes can only be tried (as golang.org/x/oauth2 does). Who refused has used nothing up.
        if known.is_none() && answer.status.is_client_error() {
            style = Style::Parameters;
            answer = self.ask(&tokens, self.question(&tokens, style, refresh_token)?).await?;
        }
        let host = tokens.authority().map_or_else(String::new, ToString::to_string);
        if !answer.status.is_success() {
            let why = self.in_words(&answer.body, refresh_token);
            return Err(format!("{host} refuses the refresh-token: {}{why}", answer.status));
        }
        self.found = Some(Found { tokens, style: Some(style) });
        // What serde says of an answer may have a token in it.
        let granted: Granted = serde_json::from_slice(&answer.body)
            .map_err(|_| format!("what {host} answered is no answer to a refresh-token"))?;
        let id = granted.id_token.filter(|token| !token.is_empty()).ok_or_else(|| {
            format!(
                "{host} gave no id_token: the scope openid was not asked for at the login, or it gives none for a refresh-token"
            )
        })?;
        Ok(Tokens { id: Some(id), refresh: granted.refresh_token.filter(|token| !token.is_empty()) })
    }

    /// Where tokens are to be had (OpenID Connect Discovery 1.0, section 4).
    async fn endpoint(&self) -> Result<Uri, String> {
        let well_known = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let mut uri = address(&well_known)?;
        for _ in 0..=LED_ON {
            let request = Request::get(path(&uri)).body(Vec::new()).map_err(|error| error.to_string())?;
            let answer = self.ask(&uri, request).await?;
            if let (true, Some(next)) = (answer.status.is_redirection(), &answer.location) {
                uri = match next.starts_with('/') && !next.starts_with("//") {
                    true => address(&format!("{}{next}", origin(&uri)))?,
                    false => address(next)?,
                };
                continue;
            }
            if answer.status != StatusCode::OK {
                return Err(format!("{uri} answers {}", answer.status));
            }
            let metadata: Metadata = serde_json::from_slice(&answer.body)
                .map_err(|error| format!("what {uri} answers is no provider's metadata: {error}"))?;
            let endpoint = metadata.token_endpoint.filter(|endpoint| !endpoint.is_empty());
            return address(&endpoint.ok_or_else(|| format!("{uri} names no token_endpoint"))?);
        }
        Err(format!("{well_known} leads on and on"))
    }

    /// The question for new tokens.
    fn question(&self, to: &Uri, style: Style, refresh_token: &str) -> Result<Request<Vec<u8>>, String> {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", refresh_token);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path(to))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        match style {
            Style::Header => {
                let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                let both = format!("{}:{}", encoded(&self.client), encoded(&self.secret));
                let mut header = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(both)))
                    .map_err(|error| error.to_string())?;
                header.set_sensitive(true);
                request = request.header(AUTHORIZATION, header);
            }
            Style::Parameters => {
                form.append_pair("client_id", &self.client);
                if !self.secret.is_empty() {
                    form.append_pair("client_secret", &self.secret);
                }
            }
        }
        request.body(form.finish().into_bytes()).map_err(|error| error.to_string())
    }

    /// One request, on a connection of its own: the next one is most of an hour away.
    async fn ask(&self, uri: &Uri, request: Request<Vec<u8>>) -> Result<Answer, String> {
        let whom = origin(uri);
        let server = whom.parse::<Uri>().map_err(|error| format!("{whom} is not a URL: {error}"))?;
        let proxy = proxy::from_environment(&server, |name| std::env::var(name).ok());
        let mut config = Config::new(server);
        config.root_cert = self.roots.clone();
        config.connect_timeout = Some(CONNECT);
        config.default_retry = false;
        config.proxy_url = proxy.as_deref().map(proxy::parse).transpose()?;
        let client = ClientBuilder::try_from(config).map_err(|error| refusal::chain(&error))?.build();
        let mut request = request.map(Body::from);
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        let exchange = async {
            let answer = client.send(request).await;
            let answer = answer
                .map_err(|error| format!("{whom} cannot be reached: {}", refusal::why_unreachable(&error)))?;
            let (head, body) = answer.into_parts();
            let location = head.headers.get(LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
            let body = Limited::new(body, LARGEST).collect().await;
            let body = body.map_err(|error| format!("what {whom} answers breaks off: {error}"))?;
            Ok(Answer { status: head.status, location, body: body.to_bytes().to_vec() })
        };
        tokio::time::timeout(ANSWER, exchange)
            .await
            .unwrap_or_else(|_| Err(format!("{whom} does not answer within {}", refusal::seconds(ANSWER))))
    }

    /// Why it refuses (RFC 6749, 5.2), if it says so.
    fn in_words(&self, body: &[u8], refresh_token: &str) -> String {
        let Ok(Refused { error, error_description }) = serde_json::from_slice(body) else {
            return String::new();
        };
        let described = error_description.map_or_else(String::new, |text| format!(" ({text})"));
        let words = format!(", {error}{described}");
        // Some repeat what they were sent.
        match [refresh_token, &self.secret].iter().any(|secret| !secret.is_empty() && words.contains(secret))
        {
            true => String::new(),
            false => words.chars().take(SHOWN).collect(),
        }
    }
}

/// An address that a secret may be sent to: encrypted, or on this machine.
fn address(text: &str) -> Result<Uri, String> {
    let uri = text.parse::<Uri>().map_err(|error| format!("'{text}' is not a URL: {error}"))?;
    let Some(host) = uri.host().filter(|host| !host.is_empty()) else {
        return Err(format!("'{text}' is not the URL of a server"));
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if here => Ok(uri),
        _ => Err(format!("'{text}' is not https://, and tokens go nowhere unencrypted")),
    }
}

/// `https://HOST:PORT`.
fn origin(uri: &Uri) -> String {
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    format!("{}://{authority}", uri.scheme_str().unwrap_or("https"))
}

fn path(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |path| path.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_nowhere_unencrypted() {
        for right in
            ["https://id.test/x?y=1", "http://127.0.0.1:5556/token", "http://[::1]:1", "http://localhost"]
        {
            assert!(address(right).is_ok(), "{right}");
        }
        for wrong in ["http://id.test", "http://10.0.0.1", "ftp://localhost", "id.test", "/token", ""] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
        let uri = address("https://id.test:8443/realms/a/token?x=1").unwrap();
        assert_eq!((origin(&uri).as_str(), path(&uri)), ("https://id.test:8443", "/realms/a/token?x=1"));
    }

    #[test]
    fn what_a_provider_says_has_no_secret_in_it() {
        let config =
            [("idp-issuer-url", "https://id.test"), ("client-id", "me"), ("client-secret", "s3cret")];
        let get = |key: &str| config.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let provider = Provider::new(get).ok().unwrap();
        let says = |text: &str| provider.in_words(text.as_bytes(), "r3fresh");
        assert_eq!(says(r#"{"error":"invalid_grant"}"#), ", invalid_grant");
        assert_eq!(
            says(r#"{"error":"invalid_grant","error_description":"too old"}"#),
            ", invalid_grant (too old)"
        );
        assert_eq!(says(r#"{"error":"invalid_grant","error_description":"no r3fresh here"}"#), "");
        assert_eq!(says(r#"{"error":"invalid_client s3cret"}"#), "");
        assert_eq!(says("<html>"), "");
        assert!(says(&format!(r#"{{"error":"{}"}}"#, "x".repeat(9999))).len() <= SHOWN);
    }

    #[test]
    fn a_provider_needs_an_issuer_and_a_client() {
        let refused =
            |get: &dyn Fn(&str) -> Option<&'static str>| Provider::new(get).err().unwrap_or_default();
        assert!(refused(&|_| None).contains("no idp-issuer-url"));
        assert!(refused(&|key| (key == "idp-issuer-url").then_some("https://x")).contains("no client-id"));
        let wrong = refused(&|key| key.ends_with("-data").then_some("no base64!"));
        assert!(wrong.contains("idp-certificate-authority-data"), "{wrong}");
        let missing = refused(&|key| key.ends_with("authority").then_some("/no/such.pem"));
        assert!(missing.contains("/no/such.pem: No such file"), "{missing}");
    }
}
