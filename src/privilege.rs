//! The rungs of the ladder of rights that a tracer may run with.

use k8s_openapi::api::core::v1::SecurityContext;
use std::fmt;

/// A set of rights: one rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privilege {
    /// No capability; the target's own user and group, whose processes it may trace (ptrace(2), "Ptrace access mode
    /// checking") unless a security module refuses.
    Unprivileged,
    /// root with `SYS_PTRACE`.
    Ptrace,
    /// Another user than root with `SYS_PTRACE`, by a capability of the tracer's file: added capabilities are not
    /// effective for such a user (capabilities(7)).
    FileCapability,
}

impl Privilege {
    /// Its name for `--profile`.
    pub fn name(self) -> &'static str {
        match self {
            Privilege::Unprivileged => "unprivileged",
            Privilege::Ptrace => "ptrace",
            Privilege::FileCapability => "file-capability",
        }
    }

    /// Whether it gives more rights than another.
    pub fn is_above(self, other: Privilege) -> bool {
        other == Privilege::Unprivileged && self != Privilege::Unprivileged
    }

    /// The rung of one of our containers.
    pub fn of(security: &SecurityContext) -> Privilege {
        let added = security.capabilities.as_ref().and_then(|capabilities| capabilities.add.as_ref());
        let ptrace = added.is_some_and(|added| added.iter().any(|capability| capability == "SYS_PTRACE"));
        match security.run_as_user {
            _ if !ptrace => Privilege::Unprivileged,
            Some(0) => Privilege::Ptrace,
            _ => Privilege::FileCapability,
        }
    }
}

impl fmt::Display for Privilege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Privilege::Unprivileged => "no capability, the target's own user",
            Privilege::Ptrace => "root with SYS_PTRACE",
            Privilege::FileCapability => "SYS_PTRACE without root",
        })
    }
}
