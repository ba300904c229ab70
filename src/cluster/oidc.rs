//! Users of a provider of OpenID Connect, as client-go has them
//! (k8s.io/client-go/plugin/pkg/client/auth/oidc): each request carries an id-token, and when that expires, a refresh token
//! gets another one, which is kept in the kubeconfig.

mod keep;
mod provider;

use crate::refusal::token::Error;
use crate::screen::Steps;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderValue, Request, Response, header::AUTHORIZATION};
use jiff::{SignedDuration, Timestamp};
use keep::Place;
use kube::client::Body;
use provider::Provider;
use serde::Deserialize;
use std::{
    collections::HashMap,
    future::poll_fn,
    path::PathBuf,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::{Mutex, RwLock, RwLockWriteGuard};
use tower::{BoxError, Layer, Service};

/// What the kubeconfig calls this kind of `auth-provider`.
pub const NAME: &str = "oidc";

const ID_TOKEN: &str = "id-token";
const REFRESH_TOKEN: &str = "refresh-token";
const ISSUER: &str = "idp-issuer-url";
const CLIENT: &str = "client-id";

/// How much earlier a token counts as expired, for clocks that differ.
const EARLIER: SignedDuration = SignedDuration::from_secs(10);

/// Longest that [`settle`] takes.
const SETTLE: Duration = Duration::from_secs(5);
/// How often, and after which times, another one's tokens are looked for when ours are refused.
const LOOKS: usize = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// Held by whoever has shown a refresh token, until what came of it is kept.
static SHOWN: RwLock<()> = RwLock::const_new(());

/// Waits, but not for ever, until no refresh token is under way, and none sets out while the answer is held: whoever asked may
/// have given up, but the provider may take the old token no more.
pub async fn settle() -> Option<RwLockWriteGuard<'static, ()>> {
    tokio::time::timeout(SETTLE, SHOWN.write()).await.ok()
}

/// A user's tokens.
#[derive(Clone, Default, PartialEq, Eq)]
struct Tokens {
    id: Option<String>,
    refresh: Option<String>,
}

/// A user of a kubeconfig whose tokens come from a provider.
pub struct User {
    /// The user's name.
    pub name: String,
    /// The file that it stands in.
    pub file: PathBuf,
    /// What the `auth-provider` is configured with.
    pub config: HashMap<String, String>,
}

/// Gives each request its token.
#[derive(Clone)]
pub struct Oidc(Arc<Mutex<Session>>);

/// Who we are, for as long as the client lives.
struct Session {
    config: HashMap<String, String>,
    place: Place,
    tokens: Tokens,
    /// What stands in the kubeconfig, as far as is known.
    kept: Tokens,
    provider: Option<Provider>,
    steps: Steps,
    warned: bool,
}

impl Oidc {
    /// Nothing is asked before there is a request.
    pub fn new(user: User, steps: &Steps) -> Oidc {
        let token = |key: &str| user.config.get(key).cloned();
        let tokens = Tokens { id: token(ID_TOKEN), refresh: token(REFRESH_TOKEN) };
        Oidc(Arc::new(Mutex::new(Session {
            kept: tokens.clone(),
            tokens,
            place: Place { file: user.file, user: user.name },
            config: user.config,
            provider: None,
            steps: steps.clone(),
            warned: false,
        })))
    }

    /// What a request says of us; where the token has expired, after one refresh for all that wait for it.
    async fn header(&self) -> Result<HeaderValue, Error> {
        let mut session = self.0.clone().lock_owned().await;
        if let Some(token) = session.valid()? {
            return bearer(token);
        }
        // In a task of its own: who asks may give up waiting, and a refresh token that nobody keeps would be lost.
        let refreshed = tokio::spawn(async move {
            session.refresh().await?;
            bearer(session.tokens.id.as_deref().unwrap_or_default())
        });
        refreshed.await.unwrap_or_else(|error| Err(Error::Expired(error.to_string())))
    }
}

impl Session {
    /// The id-token, if it can still be used.
    fn valid(&self) -> Result<Option<&str>, Error> {
        let Some(token) = self.tokens.id.as_deref().filter(|token| !token.is_empty()) else {
            return Ok(None);
        };
        let expires = expiry(token).map_err(|why| Error::NoToken(why.into()))?;
        Ok((Timestamp::now() + EARLIER < expires).then_some(token))
    }

    async fn refresh(&mut self) -> Result<(), Error> {
        self.look().await;
        if self.valid()?.is_some() {
            return Ok(());
        }
        let old = self.tokens.refresh.clone().filter(|token| !token.is_empty());
        let old = old.ok_or_else(|| Error::Expired(format!("there is no {REFRESH_TOKEN}")))?;
        let provider = match &mut self.provider {
            Some(provider) => provider,
            none => {
                let get = |key: &str| self.config.get(key).map(String::as_str).filter(|it| !it.is_empty());
                none.insert(Provider::new(get).map_err(Error::Expired)?)
            }
        };
        let there = provider.discover().await.map_err(Error::Expired)?;
        let _shown = SHOWN.read().await;
        let new = match provider.refresh(there, &old).await {
            Ok(new) => new,
            Err(_) if self.another_was_faster().await => return Ok(()),
            Err(why) => return Err(Error::Expired(why)),
        };
        self.tokens = Tokens { id: new.id, refresh: new.refresh.or(Some(old)) };
        self.keep().await;
        Ok(())
    }

    /// Whether somebody else has used our refresh token up at the same time, and has kept what there was for it.
    async fn another_was_faster(&mut self) -> bool {
        for _ in 0..LOOKS {
            tokio::time::sleep(PAUSE).await;
            self.look().await;
            if let Ok(Some(_)) = self.valid() {
                return true;
            }
        }
        false
    }

    /// Takes what kubectl, or a new login, has put into the kubeconfig meanwhile: ours may be used up.
    async fn look(&mut self) {
        let (place, config) = (self.place.clone(), self.config.clone());
        let there = tokio::task::spawn_blocking(move || {
            let of = |key| (key, config.get(key).map_or("", String::as_str));
            place.read(&[of(ISSUER), of(CLIENT)])
        });
        if let Some(there) = there.await.ok().flatten().filter(|there| *there != self.kept) {
            self.kept.clone_from(&there);
            self.tokens = there;
        }
    }

    async fn keep(&mut self) {
        let (place, old, new) = (self.place.clone(), self.kept.clone(), self.tokens.clone());
        let steps = (!self.warned).then(|| self.steps.clone());
        let written = tokio::task::spawn_blocking(move || {
            let written = place.write(&old, &new);
            if let (Err(why), Some(steps)) = (&written, steps) {
                steps.insist(&format!(
                    "warning: the new OIDC token is not kept in the kubeconfig: {why}; if the provider gives a new refresh \
                     token each time, kubectl will need a new login"
                ));
            }
            written.is_ok()
        });
        match written.await {
            Ok(true) => self.kept.clone_from(&self.tokens),
            _ => self.warned = true,
        }
    }
}

/// When a token expires. It is only read: to judge it is the API server's business.
fn expiry(token: &str) -> Result<Timestamp, &'static str> {
    #[derive(Deserialize)]
    struct Claims {
        #[serde(default)]
        exp: f64,
    }
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("is not a JSON web token");
    };
    let payload =
        BASE64_URL_SAFE_NO_PAD.decode(payload).map_err(|_| "is not encoded as a JSON web token is")?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| "does not say when it expires")?;
    // Whatever is no time at all lies behind us, or for ever before us.
    let latest = Timestamp::MAX.as_second();
    Ok(Timestamp::from_second((claims.exp as i64).clamp(0, latest)).unwrap_or(Timestamp::UNIX_EPOCH))
}

fn bearer(token: &str) -> Result<HeaderValue, Error> {
    let value = HeaderValue::try_from(format!("Bearer {token}"));
    let mut value = value.map_err(|_| Error::NoToken("has letters that no token has".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

impl<S> Layer<S> for Oidc {
    type Service = Bearing<S>;

    fn layer(&self, inner: S) -> Bearing<S> {
        Bearing { inner: Arc::new(Mutex::new(inner)), oidc: self.clone() }
    }
}

/// A service whose requests carry a token.
pub struct Bearing<S> {
    /// Each request comes to it when it has its token.
    inner: Arc<Mutex<S>>,
    oidc: Oidc,
}

impl<S, R> Service<Request<Body>> for Bearing<S>
where
    S: Service<Request<Body>, Response = Response<R>, Error = BoxError> + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<R>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let (inner, oidc) = (self.inner.clone(), self.oidc.clone());
        Box::pin(async move {
            request.headers_mut().insert(AUTHORIZATION, oidc.header().await?);
            let mut inner = inner.lock().await;
            poll_fn(|context| inner.poll_ready(context)).await?;
            let answer = inner.call(request);
            drop(inner);
            answer.await
        })
    }
}

#[cfg(test)]
mod tests;
