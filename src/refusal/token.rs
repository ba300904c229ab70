//! Why there is no OIDC token.

use std::fmt;

/// Why there is no token. The text contains no secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// What the kubeconfig holds is not a token.
    NoToken(String),
    /// The token has expired or is missing, and there is no other.
    Expired(String),
    /// It has expired, and kubectl, which would get another one, cannot be run.
    NoKubectl(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoToken(why) => write!(f, "its id-token {why}"),
            Error::Expired(why) => write!(f, "its id-token has expired, and there is no other one: {why}"),
            Error::NoKubectl(why) => {
                write!(f, "its id-token has expired, and kubectl, which refreshes it, cannot be run: {why}")
            }
        }
    }
}

impl std::error::Error for Error {}
