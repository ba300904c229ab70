//! The API server does not answer, or says no.

use super::{
    Refusal, chain,
    kubeconfig::{client, no_token},
    token,
};
use kube::core::Status;

/// Why a server does not answer, in the words of the operating system or TLS. The layers above those only show how
/// kube and hyper are built.
fn why_unreachable(error: &kube::Error) -> String {
    let why = std::iter::successors(std::error::Error::source(error), |error| error.source());
    let why: Vec<String> =
        why.map(ToString::to_string).filter(|why| !why.starts_with("client error")).collect();
    match why.join(": ").as_str() {
        "" => chain(error),
        "deadline has elapsed" => "no connection was made in time".to_owned(),
        why => why.to_owned(),
    }
}

/// The server does not answer.
fn unreachable(server: &str, error: &kube::Error) -> Refusal {
    let why = why_unreachable(error);
    let refusal = Refusal::new(format!("the API server {server} cannot be reached")).cause(why.as_str());
    if why.contains("not valid for name") {
        return refusal.fix(
            "see whether it is the right server; if it is known by another name, say which: --tls-server-name NAME",
        );
    }
    if why.contains("certificate") {
        return refusal.fix(
            "see whether the kubeconfig belongs to this cluster: its certificate-authority does not vouch for the server",
        );
    }
    refusal.fix(
        "see whether it is the right cluster (kubectl config current-context) and whether kubectl reaches it",
    )
}

/// A request failed in a way that has no message of its own.
pub fn request(what: &str, server: &str, error: &kube::Error) -> Refusal {
    // The layer that asks for credentials wraps what went wrong in a service error.
    let mut causes = std::iter::successors(std::error::Error::source(error), |error| error.source());
    if let Some(error) = causes.find_map(|cause| cause.downcast_ref::<token::Error>()) {
        return no_token(error);
    }
    match error {
        kube::Error::Api(status) if status.code == 401 => {
            Refusal::new(format!("{what}: the API server does not accept your credentials"))
                .cause(said(status))
                .fix("log in again, or choose another user with --user or --context")
        }
        kube::Error::Api(status) => Refusal::new(what).cause(said(status)),
        kube::Error::Service(_) | kube::Error::HyperError(_) => unreachable(server, error),
        kube::Error::Auth(_) => client(error, None),
        _ => Refusal::new(what).cause(chain(error)),
    }
}

/// What the API server said, word for word.
pub fn said(status: &Status) -> String {
    let message = if status.message.is_empty() { &status.reason } else { &status.message };
    format!("the API server said: {message} ({})", status.code)
}
