//! Why the kernel refused to let us trace a process: the evidence that can be had, what it means, and what would help.
//!
//! The kernel says no more than EPERM. What it asks is in ptrace(2), "Ptrace access mode checking", and in `__ptrace_may_access`
//! in kernel/ptrace.c: who the two are, what each may, what the security modules say.

use crate::procfs;
use nix::errno::Errno;
use std::{
    fmt, fs,
    os::unix::fs::MetadataExt,
    time::{SystemTime, UNIX_EPOCH},
};
use wire::message::Holder;

/// The bit of `CAP_SYS_PTRACE` (linux/capability.h).
const SYS_PTRACE: u64 = 1 << 19;

/// What is known of one of the two.
#[derive(Clone, Debug, Default, PartialEq)]
struct Side {
    /// Real, effective, saved set and file system user id, as `/proc/PID/status` has them.
    users: String,
    permitted: u64,
    effective: u64,
    no_new_privs: String,
    seccomp: String,
    /// What AppArmor, SELinux or Smack calls it; nothing where none of them is in force.
    label: String,
    /// How its user namespace looks from ours.
    uid_map: String,
}

/// The evidence.
#[derive(Clone, Debug, Default)]
struct Evidence {
    ours: Side,
    its: Side,
    /// Who traces it already, in words.
    tracer: Option<String>,
    /// `kernel.yama.ptrace_scope`, where there is Yama.
    yama: Option<u8>,
    /// Whether it has made itself, or was made, opaque to its own user (`PR_SET_DUMPABLE`, prctl(2)).
    undumpable: bool,
    /// What our own seccomp filter says to `ptrace`.
    filter: Option<String>,
}

/// Why the kernel refused to let us trace a process, what would help, and the evidence. `holders`: those of whose tracers
/// we know.
pub fn why(thread: i32, holders: &[Holder]) -> String {
    Evidence::of(thread, holders).to_string()
}

/// Who the tracer is, a thread of which is this one.
fn tracer(tracer: i32, holders: &[Holder]) -> String {
    let process = procfs::process_of(tracer);
    match holders.iter().find(|holder| Some(holder.process) == process) {
        Some(Holder { who, since, .. }) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            format!("it is already traced for {who}, since {} s", now.saturating_sub(*since))
        }
        None => {
            let name = procfs::comm(tracer).unwrap_or_default();
            let name = name.escape_default();
            format!("it is already traced by process {tracer} ({name}): end that tracer first")
        }
    }
}

impl Side {
    fn of(process: &str) -> Side {
        let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
        };
        let mask = |name: &str| u64::from_str_radix(&field(name), 16).unwrap_or(0);
        let words = |file: &str| {
            let text = fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
            text.trim_end_matches('\0').split_whitespace().collect::<Vec<_>>().join(" ")
        };
        Side {
            users: field("Uid"),
            permitted: mask("CapPrm"),
            effective: mask("CapEff"),
            no_new_privs: field("NoNewPrivs"),
            seccomp: field("Seccomp"),
            label: words("attr/current"),
            uid_map: words("uid_map"),
        }
    }

    /// The user, if it is one.
    fn user(&self) -> Option<&str> {
        let mut users = self.users.split(' ').take(3);
        let first = users.next()?;
        users.all(|user| user == first).then_some(first)
    }
}

/// Whether the kernel refuses `ptrace` itself.
pub fn forbidden() -> Option<String> {
    // SAFETY: nothing is done to process 0, which is nobody's tracee: the kernel says ESRCH, a seccomp filter EPERM.
    let asked = unsafe { libc::ptrace(libc::PTRACE_CONT, 0, 0, 0) };
    (asked < 0 && Errno::last() != Errno::ESRCH)
        .then(|| format!("its seccomp profile refuses ptrace ({})", Errno::last().desc()))
}

impl Evidence {
    fn of(thread: i32, holders: &[Holder]) -> Evidence {
        let (ours, its) = (Side::of("self"), Side::of(&thread.to_string()));
        let by = procfs::status(thread, "TracerPid").and_then(|tracer| tracer.parse().ok());
        let by = by.filter(|tracer| *tracer != 0);
        // The kernel gives the files of such a process to root, but not its directory (`task_dump_owner` in fs/proc/base.c).
        let owner = fs::metadata(format!("/proc/{thread}/status")).map(|file| file.uid().to_string()).ok();
        let undumpable =
            owner.is_some_and(|owner| its.users.split(' ').nth(1).is_some_and(|user| user != owner));
        Evidence {
            tracer: by.map(|by| tracer(by, holders)),
            yama: fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope")
                .ok()
                .and_then(|scope| scope.trim().parse().ok()),
            undumpable,
            filter: forbidden(),
            ours,
            its,
        }
    }

    /// What the evidence means, and what would help.
    fn diagnosis(&self) -> String {
        let Evidence { ours, its, .. } = self;
        let able = ours.effective & SYS_PTRACE != 0;
        if let Some(tracer) = &self.tracer {
            return tracer.clone();
        }
        if let Some(filter) = &self.filter {
            return format!(
                "{filter}: run the tracer where a profile lets ptrace through (RuntimeDefault does)"
            );
        }
        match self.yama {
            Some(3) => {
                return "Yama forbids all tracing on this node (kernel.yama.ptrace_scope = 3), until it is rebooted with \
                        another value"
                    .into();
            }
            Some(scope @ (1 | 2)) if !able => {
                return format!(
                    "Yama on this node (kernel.yama.ptrace_scope = {scope}) lets only CAP_SYS_PTRACE trace a running \
                     process, and we do not have it: give the tracer that capability (--profile ptrace), or have the \
                     node's administrator set it (sysctl -w kernel.yama.ptrace_scope=0)"
                );
            }
            _ => {}
        }
        if !able {
            let what = if its.user().is_none() || its.user() != ours.user() {
                format!("it runs as user {}, we as user {}", its.users, ours.user().unwrap_or(&ours.users))
            } else if self.undumpable {
                "it is not dumpable (PR_SET_DUMPABLE, or a program that its user may not read)".into()
            } else if its.permitted & !ours.permitted != 0 {
                format!("it has capabilities that we lack ({:#x})", its.permitted & !ours.permitted)
            } else if its.label != ours.label {
                return self.labels();
            } else {
                "it may be traced by somebody whom we do not see, or a security module refuses".into()
            };
            return format!(
                "we have no CAP_SYS_PTRACE, and {what}: give the tracer that capability (--profile ptrace)"
            );
        }
        if its.label != ours.label {
            return self.labels();
        }
        if its.uid_map != ours.uid_map {
            return "it is in another user namespace, over which our CAP_SYS_PTRACE does not reach: only a tracer in that \
                    namespace, or above it, may trace it"
                .into();
        }
        "we have CAP_SYS_PTRACE, so somebody whom we do not see traces it already, or a security module refuses".into()
    }

    fn labels(&self) -> String {
        format!(
            "a security module labels it {:?} and us {:?}: run the tracer with its label (--custom FILE with \
             securityContext.appArmorProfile or seLinuxOptions), or have the policy let one trace the other",
            self.its.label, self.ours.label
        )
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Evidence { ours, its, .. } = self;
        write!(f, "{} [we: Uid {}, CapEff {:x}", self.diagnosis(), ours.users, ours.effective)?;
        write!(f, ", NoNewPrivs {}, Seccomp {}", ours.no_new_privs, ours.seccomp)?;
        write!(f, "; it: Uid {}, CapPrm {:x}, NoNewPrivs {}", its.users, its.permitted, its.no_new_privs)?;
        if self.undumpable {
            f.write_str(", not dumpable")?;
        }
        if !ours.label.is_empty() || !its.label.is_empty() {
            write!(f, "; labels {:?}, {:?}", ours.label, its.label)?;
        }
        if ours.uid_map != its.uid_map {
            write!(f, "; uid_map {}, {}", ours.uid_map, its.uid_map)?;
        }
        match self.yama {
            Some(scope) => write!(f, "; Yama {scope}]"),
            None => f.write_str("; no Yama]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Evidence {
        let side = Side {
            users: "1000 1000 1000 1000".into(),
            no_new_privs: "0".into(),
            seccomp: "2".into(),
            uid_map: "0 0 4294967295".into(),
            ..Side::default()
        };
        Evidence { ours: side.clone(), its: side, ..Evidence::default() }
    }

    #[test]
    fn each_refusal_is_told_by_its_evidence() {
        let able = |mut evidence: Evidence| {
            evidence.ours.effective = SYS_PTRACE;
            evidence.ours.permitted = SYS_PTRACE;
            evidence
        };
        let other = |users: &str| {
            let mut evidence = usual();
            evidence.its.users = users.into();
            evidence
        };
        let labelled = || {
            let mut evidence = usual();
            evidence.its.label = "docker-default (enforce)".into();
            evidence
        };
        let mut capable = usual();
        capable.its.permitted = 1 << 12;
        let mut elsewhere = able(usual());
        elsewhere.its.uid_map = "0 100000 65536".into();
        for (evidence, expected) in [
            (
                Evidence { tracer: Some("it is already traced for x".into()), ..usual() },
                "already traced for x",
            ),
            (Evidence { yama: Some(3), ..able(usual()) }, "ptrace_scope = 3"),
            (Evidence { yama: Some(1), ..usual() }, "sysctl -w kernel.yama.ptrace_scope=0"),
            (Evidence { yama: Some(2), ..usual() }, "lets only CAP_SYS_PTRACE"),
            (
                Evidence { filter: Some("its seccomp profile refuses ptrace".into()), ..usual() },
                "seccomp profile",
            ),
            (other("33 33 33 33"), "no CAP_SYS_PTRACE, and it runs as user 33 33 33 33, we as user 1000"),
            (other("1000 0 0 0"), "it runs as user 1000 0 0 0"),
            (Evidence { undumpable: true, ..usual() }, "it is not dumpable"),
            (capable, "it has capabilities that we lack (0x1000)"),
            (labelled(), "labels it \"docker-default (enforce)\" and us \"\""),
            (able(labelled()), "--custom FILE"),
            (elsewhere, "another user namespace"),
            (able(usual()), "we have CAP_SYS_PTRACE"),
        ] {
            let said = evidence.to_string();
            assert!(said.contains(expected), "{expected}: {said}");
        }
        // With the capability, Yama's middle scopes refuse nobody.
        assert!(!Evidence { yama: Some(2), ..able(usual()) }.diagnosis().contains("Yama"));
    }

    #[test]
    fn a_process_of_our_own_has_evidence() {
        let said = why(std::process::id() as i32, &[]);
        assert!(said.contains("[we: Uid ") && said.contains("Yama"), "{said}");
    }
}
