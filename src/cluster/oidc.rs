//! Users whose id-token comes from an OpenID Connect provider (`auth-provider: oidc` in the kubeconfig). kubectl refreshes an
//! expired token and stores the new one there, so we have it do that, and read the token again.

mod kubectl;

use crate::{refusal::token::Error, screen::Steps};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderValue, Request, Response, header::AUTHORIZATION};
use jiff::{SignedDuration, Timestamp};
use kube::client::Body;
pub use kubectl::{NAME, User};
use serde::Deserialize;
use std::{
    collections::HashMap,
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::{Mutex, Notify, RwLock, RwLockWriteGuard};
use tower::{BoxError, Layer, Service};

/// How much earlier a token counts as expired, because clocks differ. kubectl takes as much, so it will not say that a token
/// is still good which we want to replace.
const EARLIER: SignedDuration = SignedDuration::from_secs(10);

/// How often, and after which pauses, the kubeconfig is read for the new token.
const LOOKS: usize = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// Longest that [`settle`] waits for kubectl, and for it to be gone once it was told to.
const SETTLE: Duration = Duration::from_secs(5);
const GONE: Duration = Duration::from_secs(1);

/// Held while kubectl refreshes.
static REFRESHING: RwLock<()> = RwLock::const_new(());
/// Ends whatever [`REFRESHING`] is held for.
static GIVE_UP: Notify = Notify::const_new();

/// Waits, but not for ever, until no refresh is under way, and none begins while the answer is held: a provider may accept
/// a refresh token only once, so the one that replaces it must be stored before we leave.
pub async fn settle() -> Option<RwLockWriteGuard<'static, ()>> {
    if let Ok(held) = tokio::time::timeout(SETTLE, REFRESHING.write()).await {
        return Some(held);
    }
    GIVE_UP.notify_waiters();
    tokio::time::timeout(GONE, REFRESHING.write()).await.ok()
}

/// Gives each request its token.
#[derive(Clone)]
pub struct Oidc(Arc<Mutex<Session>>);

/// The user's tokens, for as long as the client lives.
struct Session {
    user: User,
    /// What the kubeconfig said of the user when it was last read. The user may know better.
    stored: HashMap<String, String>,
    steps: Steps,
}

impl Oidc {
    /// Nothing is run before there is a request.
    pub fn new(user: User, steps: &Steps) -> Oidc {
        let (stored, steps) = (user.config.clone(), steps.clone());
        Oidc(Arc::new(Mutex::new(Session { user, stored, steps })))
    }

    /// The Authorization header. Requests that need a new token wait for one and the same refresh.
    async fn header(&self) -> Result<HeaderValue, Error> {
        let mut session = self.0.clone().lock_owned().await;
        if let Some(header) = session.valid()? {
            return Ok(header);
        }
        // In a task of its own: a request that is given up must not end kubectl between the provider and the kubeconfig.
        let refreshed = tokio::spawn(async move {
            let _refreshing = REFRESHING.read().await;
            tokio::select! {
                refreshed = session.refresh() => refreshed,
                () = GIVE_UP.notified() => Err(Error::Expired("the refresh was not waited for".into())),
            }
        });
        refreshed.await.unwrap_or_else(|error| Err(Error::Expired(error.to_string())))
    }
}

impl Session {
    /// The header with the id-token, if that can still be used.
    fn valid(&self) -> Result<Option<HeaderValue>, Error> {
        let Some(token) = self.user.configured("id-token") else { return Ok(None) };
        let expires = expiry(token).map_err(|why| Error::NoToken(why.into()))?;
        (Timestamp::now() + EARLIER < expires).then(|| bearer(token)).transpose()
    }

    /// The header with the id-token, if it is a new one. It may have expired by our clock, which can be wrong.
    fn other_than(&self, old: Option<&str>) -> Result<Option<HeaderValue>, Error> {
        self.user.configured("id-token").filter(|token| Some(*token) != old).map(bearer).transpose()
    }

    async fn refresh(&mut self) -> Result<HeaderValue, Error> {
        self.look();
        if let Some(header) = self.valid()? {
            return Ok(header);
        }
        if self.user.configured("refresh-token").is_none() {
            return Err(Error::Expired("there is no refresh-token".into()));
        }
        let _step = self.steps.begin("waiting for kubectl to refresh the OIDC token");
        let old = self.user.configured("id-token").map(str::to_owned);
        // Tokens that could not be stored are newer than those in the kubeconfig, which a provider may accept no more.
        let newer = self.user.config != self.stored;
        let storable = if newer { Ok(()) } else { self.user.can_be_stored().await };
        if !newer && storable.is_ok() {
            return self.refresh_stored(old.as_deref()).await;
        }
        self.user.config = self.user.refresh_copy().await?;
        if let Err(why) = storable {
            self.steps.insist(&format!(
                "warning: the new OIDC token is not stored in the kubeconfig: {why}; if the provider gives a new refresh \
                 token each time, kubectl will need a new login"
            ));
        }
        self.other_than(old.as_deref())?.ok_or_else(|| Error::Expired("kubectl got no new one".into()))
    }

    /// Has kubectl replace the tokens in the kubeconfig.
    async fn refresh_stored(&mut self, old: Option<&str>) -> Result<HeaderValue, Error> {
        let ran = self.user.refresh().await;
        // Even when kubectl failed: another one, which was faster, has used the same refresh token up and stores what it got.
        for look in 0..LOOKS {
            if look > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            self.look();
            if let Some(header) = self.other_than(old)? {
                return Ok(header);
            }
        }
        ran.and_then(|()| Err(Error::Expired("kubectl stored no new one".into())))
    }

    /// Takes what kubectl, or a new login, has put into the kubeconfig meanwhile.
    fn look(&mut self) {
        if let Some(stored) = self.user.read().filter(|stored| *stored != self.stored) {
            self.stored.clone_from(&stored);
            self.user.config = stored;
        }
    }
}

/// When a token expires. Whether it is genuine is for the API server to judge.
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
    // A time out of range is long past, or never comes.
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
