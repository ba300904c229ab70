//! Why the kernel did not let a process be traced: which of its checks said no, and the evidence. As data: the reader
//! makes the words, and what may be done about it never depends on a text.
//!
//! The kernel itself says no more than EPERM. What it checks is in ptrace(2), "Ptrace access mode checking", and in
//! `__ptrace_may_access` and `ptrace_attach` in kernel/ptrace.c.

use crate::text;
use serde::{Deserialize, Serialize};

/// The bit of `CAP_SYS_PTRACE` (linux/capability.h).
pub const SYS_PTRACE: u64 = 1 << 19;

/// A process that could not be attached to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Its id, in the tracer's numbering.
    pub process: i32,
    /// The kernel's error number for `PTRACE_SEIZE`.
    pub error: i32,
    /// Which check said no, as far as can be told.
    pub cause: Cause,
    /// What that is concluded from.
    pub evidence: Evidence,
}

impl Refused {
    /// Whether the same tracer with `CAP_SYS_PTRACE` would have been let in.
    pub fn capability_helps(&self) -> bool {
        let able = self.evidence.ours.effective & SYS_PTRACE != 0;
        let lacking = match self.cause {
            Cause::Yama { scope } => scope < 3,
            Cause::OtherUser | Cause::NotDumpable | Cause::Capabilities { .. } => true,
            Cause::TracedFor { .. }
            | Cause::TracedBy { .. }
            | Cause::TracedUnseen
            | Cause::Ourselves
            | Cause::KernelThread
            | Cause::Seccomp { .. }
            | Cause::Label
            | Cause::UserNamespace
            | Cause::TracesUs
            | Cause::Unknown => false,
        };
        lacking && !able
    }
}

/// Which check of the kernel said no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// Somebody traces it by way of the same agent.
    TracedFor {
        /// A person's name and machine.
        #[serde(deserialize_with = "text::decode")]
        who: String,
        /// For so many seconds.
        seconds: u64,
    },
    /// This process traces it.
    TracedBy {
        /// Its id.
        process: i32,
        /// Its name.
        #[serde(deserialize_with = "text::decode")]
        name: String,
    },
    /// It may be looked into but not attached to, and nothing else explains that: a process traces it that is not in our
    /// PID namespace.
    TracedUnseen,
    /// It is the tracer itself.
    Ourselves,
    /// It is a thread of the kernel.
    KernelThread,
    /// The tracer's own seccomp filter refuses `ptrace`.
    Seccomp {
        /// With this error number.
        error: i32,
    },
    /// Yama: 1 and 2 want `CAP_SYS_PTRACE`, 3 refuses everybody.
    Yama {
        /// `kernel.yama.ptrace_scope`
        scope: u8,
    },
    /// It runs as another user or group.
    OtherUser,
    /// It is not dumpable (`PR_SET_DUMPABLE`, prctl(2); or its user may not read its program).
    NotDumpable,
    /// It has capabilities that the tracer lacks.
    Capabilities {
        /// Those, as a mask.
        missing: u64,
    },
    /// A security module gives the two different labels.
    Label,
    /// It is in another user namespace, over which our `CAP_SYS_PTRACE` does not reach.
    UserNamespace,
    /// None of these.
    Unknown,
    /// It traces us, itself or by way of other tracers: each of the two would stand still and wait for the other.
    TracesUs,
}

/// What the kernel compares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The tracer.
    pub ours: Side,
    /// The process that it wants to trace.
    pub its: Side,
    /// `kernel.yama.ptrace_scope`, where there is Yama.
    pub yama: Option<u8>,
    /// Whether the process may be looked into (`PTRACE_MODE_READ`): neither Yama nor another tracer have a say in that.
    pub readable: bool,
    /// Whether the owner of its files in `/proc` says that it is not dumpable.
    pub undumpable: bool,
}

/// One of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Real, effective, saved set and file system user id.
    pub users: [u32; 4],
    /// The same of the group.
    pub groups: [u32; 4],
    /// Permitted capabilities, as a mask.
    pub permitted: u64,
    /// Effective ones.
    pub effective: u64,
    /// `no_new_privs`
    pub no_new_privs: bool,
    /// 0, 1 or 2, as in `/proc/PID/status`.
    pub seccomp: u8,
    /// What AppArmor, SELinux or Smack calls it; empty where none of them is in force.
    #[serde(deserialize_with = "text::decode")]
    pub label: String,
    /// How its user namespace looks from the tracer's.
    #[serde(deserialize_with = "text::decode")]
    pub uid_map: String,
}

/// Processes that could not be attached to, where none could.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusals {
    /// The first of them.
    #[serde(deserialize_with = "text::few")]
    pub first: Vec<Refused>,
    /// How many more there are.
    pub more: u32,
}

impl Refusals {
    /// Of all that were refused.
    pub fn new(mut all: Vec<Refused>) -> Refusals {
        let more = all.len().saturating_sub(text::MOST) as u32;
        all.truncate(text::MOST);
        Refusals { first: all, more }
    }

    /// Whether a tracer with `CAP_SYS_PTRACE` would have got further.
    pub fn capability_helps(&self) -> bool {
        self.first.iter().any(Refused::capability_helps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(cause: Cause, effective: u64) -> Refused {
        let ours = Side { effective, ..Side::default() };
        Refused { process: 1, error: 1, cause, evidence: Evidence { ours, ..Evidence::default() } }
    }

    #[test]
    fn only_what_a_capability_overcomes_asks_for_one() {
        for cause in [
            Cause::Yama { scope: 1 },
            Cause::Yama { scope: 2 },
            Cause::OtherUser,
            Cause::NotDumpable,
            Cause::Capabilities { missing: 1 },
        ] {
            assert!(refused(cause.clone(), 0).capability_helps(), "{cause:?}");
            assert!(!refused(cause.clone(), SYS_PTRACE).capability_helps(), "{cause:?}");
        }
        // Words that ask for it are words.
        let forged = "x (--profile ptrace) no CAP_SYS_PTRACE".to_owned();
        for cause in [
            Cause::TracedFor { who: forged.clone(), seconds: 1 },
            Cause::TracedBy { process: 1, name: forged },
            Cause::TracedUnseen,
            Cause::Ourselves,
            Cause::KernelThread,
            Cause::Seccomp { error: 1 },
            Cause::Yama { scope: 3 },
            Cause::Label,
            Cause::UserNamespace,
            Cause::Unknown,
            Cause::TracesUs,
        ] {
            assert!(!refused(cause.clone(), 0).capability_helps(), "{cause:?}");
        }
    }

    #[test]
    fn few_are_told_and_the_others_counted() {
        let all = Refusals::new(vec![refused(Cause::Unknown, 0); text::MOST + 5]);
        assert_eq!((all.first.len(), all.more), (text::MOST, 5));
    }
}
