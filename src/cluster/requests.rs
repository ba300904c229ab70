//! What kubectl shows of requests: the requests themselves (`--v=6` and more,
//! k8s.io/client-go/transport/round_trippers.go), and the warnings in the API server's answers
//! (k8s.io/client-go/rest/warnings.go).

use crate::screen::Steps;
use http::{HeaderMap, Request, Response, StatusCode, header::WARNING};
use http_body_util::BodyExt;
use jiff::Zoned;
use kube::client::{Body, DynBody};
use std::{
    collections::HashSet,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Instant,
};
use tower::{BoxError, Layer, Service};

/// The verbosity that shows requests with the status and time of their answers.
const TIMES: u8 = 6;
/// The verbosity that adds headers.
const HEADERS: u8 = 7;
/// The verbosity that adds bodies.
const BODIES: u8 = 8;
/// Most bytes of a body that are shown; [`WHOLE`] shows all.
const SHOWN: usize = 1024;
const WHOLE: u8 = 10;
/// Most warnings that are remembered, so that each is shown once.
const REMEMBERED: usize = 64;

/// Logs requests as they pass.
#[derive(Clone)]
pub struct Watch(Arc<Watched>);

struct Watched {
    verbosity: u8,
    /// Without a trailing slash.
    server: String,
    steps: Steps,
    said: Mutex<HashSet<String>>,
}

impl Watch {
    /// Logs what `verbosity` asks for.
    pub fn new(verbosity: u8, server: &str, steps: &Steps) -> Watch {
        let server = server.trim_end_matches('/').to_owned();
        Watch(Arc::new(Watched { verbosity, server, steps: steps.clone(), said: Mutex::default() }))
    }
}

impl Watched {
    /// Writes a line in klog's format.
    fn log(&self, text: &str) {
        let now = Zoned::now().strftime("%m%d %H:%M:%S%.6f").to_string();
        self.steps.insist(&format!("I{now} {:>7} requests] {text}", std::process::id()));
    }

    fn headers(&self, of: &str, headers: &HeaderMap) {
        for (name, value) in headers {
            self.log(&format!("{of} header {name}: {}", String::from_utf8_lossy(value.as_bytes())));
        }
    }

    fn body(&self, of: &str, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let most = if self.verbosity >= WHOLE { bytes.len() } else { bytes.len().min(SHOWN) };
        let left = match bytes.len() - most {
            0 => String::new(),
            left => format!(" [{left} more bytes]"),
        };
        self.log(&format!("{of} body {}{left}", String::from_utf8_lossy(&bytes[..most])));
    }

    /// Shows each warning once: a dry run is warned about like the real request.
    fn warn(&self, headers: &HeaderMap) {
        for warning in
            headers.get_all(WARNING).iter().filter_map(|value| value.to_str().ok()).filter_map(text)
        {
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            if said.len() < REMEMBERED && said.insert(warning.clone()) {
                self.steps.say(&format!("Warning: {warning}"));
            }
        }
    }
}

/// The text of a warning header, `299 - "text"`, as Kubernetes sends it.
fn text(header: &str) -> Option<String> {
    let quoted = header.strip_prefix("299 ")?.split_once(' ')?.1;
    let inner = quoted.strip_prefix('"')?;
    let mut text = String::new();
    let mut letters = inner.chars();
    loop {
        match letters.next()? {
            '"' => return Some(text),
            '\\' => text.push(letters.next()?),
            letter => text.push(letter),
        }
    }
}

impl<S> Layer<S> for Watch {
    type Service = Watching<S>;

    fn layer(&self, inner: S) -> Watching<S> {
        Watching { inner, watched: self.0.clone() }
    }
}

/// A service whose requests are logged.
pub struct Watching<S> {
    inner: S,
    watched: Arc<Watched>,
}

impl<S> Service<Request<Body>> for Watching<S>
where
    S: Service<Request<Body>, Response = Response<Box<DynBody>>, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = Response<Box<DynBody>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let watched = self.watched.clone();
        let verbosity = watched.verbosity;
        let what = format!("{} {}{}", request.method(), watched.server, request.uri());
        if verbosity >= HEADERS {
            watched.log(&what);
            watched.headers("Request", request.headers());
        }
        let body = (verbosity >= BODIES).then(|| request.body().try_clone()).flatten();
        let begun = Instant::now();
        let answer = self.inner.call(request);
        Box::pin(async move {
            if let Some(Ok(body)) =
                futures_util::future::OptionFuture::from(body.map(Body::collect_bytes)).await
            {
                watched.body("Request", &body);
            }
            let answer = answer.await;
            let time = begun.elapsed().as_millis();
            match answer {
                Err(error) => {
                    if verbosity >= TIMES {
                        watched.log(&format!("{what} failed in {time} milliseconds: {error}"));
                    }
                    Err(error)
                }
                Ok(answer) => {
                    watched.warn(answer.headers());
                    if verbosity >= TIMES {
                        watched.log(&format!("{what} {} in {time} milliseconds", answer.status()));
                    }
                    if verbosity >= HEADERS {
                        watched.headers("Response", answer.headers());
                    }
                    // The body is passed on as it comes, because a watch has no end.
                    if verbosity < BODIES || answer.status() == StatusCode::SWITCHING_PROTOCOLS {
                        return Ok(answer);
                    }
                    Ok(answer.map(|body| {
                        let seen = body.map_frame(move |frame| {
                            if let Some(bytes) = frame.data_ref() {
                                watched.body("Response", bytes);
                            }
                            frame
                        });
                        Box::new(seen) as Box<DynBody>
                    }))
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn warnings_are_read() {
        assert_eq!(text(r#"299 - "would violate \"x\" \\ y""#).as_deref(), Some(r#"would violate "x" \ y"#));
        assert_eq!(text(r#"199 - "not Kubernetes'""#), None);
        assert_eq!(text("299 - "), None);
        assert_eq!(text(r#"299 - "open"#), None);
    }
}
