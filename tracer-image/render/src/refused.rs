//! Why a process could not be traced, in words: one line for a person, with the evidence.

use std::fmt;
use syscalls::names::errno;
use wire::{
    refused::{Cause, Evidence, Refused, SYS_PTRACE, Side},
    text::plain,
};

/// A refusal as a line: which process, why, and in brackets what that is concluded from.
pub struct Line<'a>(pub &'a Refused);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refused { process, error, .. } = self.0;
        write!(f, "process {process} ({}): {}", Error(*error), Why(self.0))
    }
}

/// The same without the process.
pub struct Why<'a>(pub &'a Refused);

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refused { cause, evidence, .. } = self.0;
        words(cause, evidence, f)?;
        brackets(evidence, f)
    }
}

/// An error number of the kernel by its name: a client's system may number and describe them differently.
pub struct Error(pub i32);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match u16::try_from(self.0).ok().and_then(errno::describe) {
            Some((name, words)) => write!(f, "{name}: {words}"),
            None => write!(f, "error {}", self.0),
        }
    }
}

/// What a seccomp filter that refuses `ptrace` means.
pub fn seccomp(error: i32) -> String {
    format!("its seccomp profile refuses ptrace ({})", Error(error))
}

fn words(cause: &Cause, evidence: &Evidence, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Evidence { ours, its, .. } = evidence;
    let able = ours.effective & SYS_PTRACE != 0;
    match cause {
        Cause::TracedFor { who, seconds } => {
            return write!(f, "it is already traced for {}, since {seconds} s", plain(who));
        }
        Cause::TracedBy { process, name } => {
            let name = plain(name);
            return write!(f, "it is already traced by process {process} ({name}): end that tracer first");
        }
        Cause::TracedUnseen => {
            return f.write_str(
                "it is already traced by a process outside of this pod's processes: end that tracer first",
            );
        }
        Cause::Ourselves => return f.write_str("it is the tracer itself"),
        Cause::TracesUs => {
            return f.write_str(
                "it traces this tracer: each of the two would stand still and wait for the other",
            );
        }
        Cause::KernelThread => {
            return f.write_str("it is a thread of the kernel, which makes no system calls");
        }
        Cause::Seccomp { error } => {
            return write!(
                f,
                "{}: run the tracer where a profile lets ptrace through (RuntimeDefault does)",
                seccomp(*error)
            );
        }
        Cause::Yama { scope: scope @ ..3 } => {
            return write!(
                f,
                "Yama on this node (kernel.yama.ptrace_scope = {scope}) lets only CAP_SYS_PTRACE trace a running \
                 process, and we do not have it: give the tracer that capability, or have the node's administrator set \
                 it (sysctl -w kernel.yama.ptrace_scope=0)"
            );
        }
        Cause::Yama { scope } => {
            return write!(
                f,
                "Yama forbids all tracing on this node (kernel.yama.ptrace_scope = {scope}), until it is rebooted with \
                 another value"
            );
        }
        Cause::Label => {
            return write!(
                f,
                "a security module labels it {:?} and us {:?}: run the tracer with its label (securityContext \
                 appArmorProfile or seLinuxOptions), or have the policy let one trace the other",
                its.label, ours.label
            );
        }
        Cause::UserNamespace => {
            return f.write_str(
                "it is in another user namespace, over which our CAP_SYS_PTRACE does not reach: only a tracer in that \
                 namespace, or above it, may trace it",
            );
        }
        Cause::Unknown if able => {
            return f.write_str("we have CAP_SYS_PTRACE, so a security module refuses");
        }
        Cause::OtherUser | Cause::NotDumpable | Cause::Capabilities { .. } | Cause::Unknown => {}
    }
    if !able {
        f.write_str("we have no CAP_SYS_PTRACE, and ")?;
    }
    match cause {
        Cause::OtherUser => write!(f, "it runs as {}, we as {}", Identity(its), Identity(ours))?,
        Cause::NotDumpable => {
            f.write_str("it is not dumpable (PR_SET_DUMPABLE, or a program that its user may not read)")?;
            if !evidence.undumpable && !its.label.is_empty() {
                write!(f, ", or the policy for {:?} refuses", its.label)?;
            }
        }
        Cause::Capabilities { missing } => write!(f, "it has capabilities that we lack ({missing:#x})")?,
        _ => return f.write_str("a security module refuses, or a check that is not known here"),
    }
    f.write_str(": give the tracer that capability")
}

fn brackets(evidence: &Evidence, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Evidence { ours, its, yama, readable, undumpable } = evidence;
    let number = |set: bool| u8::from(set);
    write!(f, " [we: Uid {}, Gid {}", Ids(&ours.users), Ids(&ours.groups))?;
    write!(f, ", CapPrm {:x}, CapEff {:x}", ours.permitted, ours.effective)?;
    write!(f, ", NoNewPrivs {}, Seccomp {}", number(ours.no_new_privs), ours.seccomp)?;
    write!(f, "; it: Uid {}, Gid {}", Ids(&its.users), Ids(&its.groups))?;
    write!(f, ", CapPrm {:x}, NoNewPrivs {}", its.permitted, number(its.no_new_privs))?;
    f.write_str(if *readable { ", readable" } else { ", not readable" })?;
    if *undumpable {
        f.write_str(", not dumpable")?;
    }
    if !ours.label.is_empty() || !its.label.is_empty() {
        write!(f, "; labels {:?}, {:?}", ours.label, its.label)?;
    }
    if ours.uid_map != its.uid_map {
        write!(f, "; uid_map {}, {}", plain(&ours.uid_map), plain(&its.uid_map))?;
    }
    match yama {
        Some(scope) => write!(f, "; Yama {scope}]"),
        None => f.write_str("; no Yama]"),
    }
}

/// Ids, one where they are all the same.
struct Ids<'a>(&'a [u32; 4]);

impl fmt::Display for Ids<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, rest @ ..] = self.0;
        write!(f, "{first}")?;
        if rest.iter().all(|id| id == first) {
            return Ok(());
        }
        rest.iter().try_for_each(|id| write!(f, " {id}"))
    }
}

/// Who runs.
struct Identity<'a>(&'a Side);

impl fmt::Display for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user {} of group {}", Ids(&self.0.users), Ids(&self.0.groups))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(cause: Cause, change: impl Fn(&mut Evidence)) -> String {
        let side = Side { users: [1000; 4], groups: [1000; 4], seccomp: 2, ..Side::default() };
        let mut evidence = Evidence { ours: side.clone(), its: side, ..Evidence::default() };
        change(&mut evidence);
        Line(&Refused { process: 7, error: 1, cause, evidence }).to_string()
    }

    #[test]
    fn each_cause_is_told_with_its_evidence() {
        let same = |_: &mut Evidence| {};
        let able = |evidence: &mut Evidence| evidence.ours.effective = SYS_PTRACE;
        let labelled = |evidence: &mut Evidence| evidence.its.label = "docker-default (enforce)".into();
        let traced = Cause::TracedFor { who: "alice (root@laptop)".into(), seconds: 5 };
        for (said, expected) in [
            (
                said(traced, same),
                "process 7 (EPERM: Operation not permitted): it is already traced for alice",
            ),
            (said(Cause::TracedBy { process: 9, name: "gdb\n".into() }, same), "by process 9 (gdb\\u{a})"),
            (said(Cause::Yama { scope: 3 }, able), "ptrace_scope = 3), until it is rebooted"),
            (said(Cause::Yama { scope: 1 }, same), "sysctl -w kernel.yama.ptrace_scope=0"),
            (said(Cause::Seccomp { error: 1 }, same), "seccomp profile refuses ptrace (EPERM"),
            (
                said(Cause::OtherUser, |evidence| evidence.its.users = [33; 4]),
                "no CAP_SYS_PTRACE, and it runs as user 33 of group 1000, we as user 1000 of group 1000",
            ),
            (said(Cause::OtherUser, |evidence| evidence.its.users = [1000, 0, 0, 0]), "user 1000 0 0 0 of"),
            (said(Cause::NotDumpable, same), "and it is not dumpable (PR_SET_DUMPABLE"),
            (said(Cause::NotDumpable, labelled), "or the policy for \"docker-default (enforce)\" refuses"),
            (said(Cause::Capabilities { missing: 1 << 12 }, same), "that we lack (0x1000)"),
            (said(Cause::Label, labelled), "labels it \"docker-default (enforce)\" and us \"\""),
            (said(Cause::UserNamespace, able), "another user namespace"),
            (said(Cause::Unknown, able), "we have CAP_SYS_PTRACE"),
        ] {
            assert!(said.contains(expected), "{expected}: {said}");
            assert!(said.ends_with("no Yama]") && !said.contains('\n'), "{said}");
        }
    }
}
