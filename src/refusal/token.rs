//! Why somebody has no token.

use std::fmt;

/// Why there is no token. It says nothing that is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// What the kubeconfig holds is no token.
    NoToken(String),
    /// It has expired (or is not there), and there is no other one.
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
