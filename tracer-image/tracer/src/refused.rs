//! Why the kernel refused to let us trace a process: gathers the evidence and concludes which of its checks said no.
//!
//! The kernel says no more than EPERM. What it asks is in ptrace(2), "Ptrace access mode checking", and in
//! `__ptrace_may_access` and `ptrace_attach` in kernel/ptrace.c: who the two are, what each may, what the security modules
//! say. The words are made in `render`.

use crate::{circle, procfs};
use nix::errno::Errno;
use render::refused::{Why, seccomp};
use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    time::{SystemTime, UNIX_EPOCH},
};
use wire::{
    message::Holder,
    refused::{Cause, Evidence, Refused, SYS_PTRACE, Side},
};

/// `PF_KTHREAD` (include/linux/sched.h).
const KERNEL_THREAD: u64 = 0x0020_0000;

/// Why a process could not be attached to, and how the kernel put it. `holders`: those of whose tracers we know.
pub fn refused(process: i32, error: &io::Error, holders: &[Holder]) -> Refused {
    let facts = Facts::of(process, holders);
    let cause = facts.cause();
    let error = error.raw_os_error().unwrap_or(0);
    Refused { process, error, cause, evidence: facts.evidence }
}

/// The same in words, with the evidence.
pub fn why(process: i32, error: &io::Error, holders: &[Holder]) -> String {
    Why(&refused(process, error, holders)).to_string()
}

/// Whether the kernel refuses `ptrace` itself, with which error.
fn filter() -> Option<i32> {
    // SAFETY: nothing is done to process 0, which is nobody's tracee: the kernel says ESRCH, a seccomp filter EPERM.
    let asked = unsafe { libc::ptrace(libc::PTRACE_CONT, 0, 0, 0) };
    (asked < 0 && Errno::last() != Errno::ESRCH).then_some(Errno::last_raw())
}

/// The same in words.
pub fn forbidden() -> Option<String> {
    filter().map(seccomp)
}

/// What is known: the evidence that is passed on, and what decides without it.
#[derive(Clone, Debug, Default)]
struct Facts {
    evidence: Evidence,
    /// Who traces it already.
    tracer: Option<Cause>,
    /// What our own seccomp filter says to `ptrace`.
    filter: Option<i32>,
    ourselves: bool,
    traces_us: bool,
    kernel_thread: bool,
}

impl Facts {
    fn of(process: i32, holders: &[Holder]) -> Facts {
        let (ours, its) = (side("self"), side(&process.to_string()));
        let by = procfs::status(process, "TracerPid").and_then(|tracer| tracer.parse().ok());
        let by = by.filter(|tracer| *tracer != 0);
        // The kernel gives the files of such a process to root, but not its directory (`task_dump_owner` in fs/proc/base.c).
        // Of a process of root this tells nothing.
        let owner = fs::metadata(format!("/proc/{process}/status")).map(|file| (file.uid(), file.gid()));
        let undumpable = owner.is_ok_and(|owner| owner != (its.users[1], its.groups[1]));
        // The link may be read by who may look into the process (`proc_pid_readlink` in fs/proc/base.c).
        let readable = fs::read_link(format!("/proc/{process}/exe"))
            .map_or_else(|error| error.kind() != io::ErrorKind::PermissionDenied, |_| true);
        Facts {
            tracer: by.map(|by| tracer(by, holders)),
            filter: filter(),
            traces_us: circle::traces_us(process),
            ourselves: procfs::process_of(process) == Some(std::process::id() as i32),
            kernel_thread: procfs::flags(process).is_some_and(|flags| flags & KERNEL_THREAD != 0),
            evidence: Evidence {
                yama: fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope")
                    .ok()
                    .and_then(|scope| scope.trim().parse().ok()),
                readable,
                undumpable,
                ours,
                its,
            },
        }
    }

    /// The checks in the kernel's order, as far as it matters.
    fn cause(&self) -> Cause {
        let Evidence { ours, its, yama, readable, undumpable } = &self.evidence;
        let able = ours.effective & SYS_PTRACE != 0;
        if self.traces_us {
            return Cause::TracesUs;
        }
        if let Some(tracer) = &self.tracer {
            return tracer.clone();
        }
        if let Some(error) = self.filter {
            return Cause::Seccomp { error };
        }
        if self.ourselves {
            return Cause::Ourselves;
        }
        if self.kernel_thread {
            return Cause::KernelThread;
        }
        match *yama {
            Some(scope) if scope >= 3 || scope > 0 && !able => return Cause::Yama { scope },
            _ => {}
        }
        if able {
            return if its.label != ours.label {
                Cause::Label
            } else if its.uid_map != ours.uid_map {
                Cause::UserNamespace
            } else if *readable {
                Cause::TracedUnseen
            } else {
                Cause::Unknown
            };
        }
        let same = |ids: &[u32; 4], of: u32| ids[..3].iter().all(|id| *id == of);
        if !same(&its.users, ours.users[0]) || !same(&its.groups, ours.groups[0]) {
            Cause::OtherUser
        } else if *undumpable {
            Cause::NotDumpable
        } else if its.permitted & !ours.permitted != 0 {
            Cause::Capabilities { missing: its.permitted & !ours.permitted }
        } else if its.label != ours.label {
            Cause::Label
        } else if *readable {
            Cause::TracedUnseen
        } else {
            // The same user, no capability more, no label of its own, and yet not even to be looked into.
            Cause::NotDumpable
        }
    }
}

/// Who the tracer is, a thread of which is this one.
fn tracer(tracer: i32, holders: &[Holder]) -> Cause {
    let process = procfs::process_of(tracer);
    match holders.iter().find(|holder| Some(holder.process) == process) {
        Some(Holder { who, since, .. }) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            Cause::TracedFor { who: who.clone(), seconds: now.saturating_sub(*since) }
        }
        None => Cause::TracedBy { process: tracer, name: procfs::comm(tracer).unwrap_or_default() },
    }
}

fn side(process: &str) -> Side {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap_or_default().trim()
    };
    let mask = |name: &str| u64::from_str_radix(field(name), 16).unwrap_or(0);
    let ids = |name: &str| {
        let mut ids = field(name).split_whitespace().map(|id| id.parse().unwrap_or(u32::MAX));
        [(); 4].map(|()| ids.next().unwrap_or(u32::MAX))
    };
    let words = |file: &str| {
        let text = fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
        text.trim_end_matches('\0').split_whitespace().collect::<Vec<_>>().join(" ")
    };
    Side {
        users: ids("Uid"),
        groups: ids("Gid"),
        permitted: mask("CapPrm"),
        effective: mask("CapEff"),
        no_new_privs: field("NoNewPrivs") == "1",
        seccomp: field("Seccomp").parse().unwrap_or(0),
        label: words("attr/current"),
        uid_map: words("uid_map"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process like ours, which the kernel would let us trace.
    fn usual() -> Facts {
        let side = Side {
            users: [1000; 4],
            groups: [1000; 4],
            seccomp: 2,
            uid_map: "0 0 4294967295".into(),
            ..Side::default()
        };
        let evidence = Evidence { ours: side.clone(), its: side, readable: true, ..Evidence::default() };
        Facts { evidence, ..Facts::default() }
    }

    fn with(change: impl FnOnce(&mut Facts)) -> Facts {
        let mut facts = usual();
        change(&mut facts);
        facts
    }

    fn able(change: impl FnOnce(&mut Facts)) -> Facts {
        with(|facts| {
            facts.evidence.ours.effective = SYS_PTRACE;
            facts.evidence.ours.permitted = SYS_PTRACE;
            change(facts);
        })
    }

    #[test]
    fn each_refusal_is_known_by_its_evidence() {
        let traced = Cause::TracedFor { who: "x".into(), seconds: 1 };
        let none = |_: &mut Facts| {};
        for (facts, expected) in [
            (with(|facts| facts.tracer = Some(traced.clone())), traced.clone()),
            (with(|facts| facts.filter = Some(1)), Cause::Seccomp { error: 1 }),
            (able(|facts| facts.ourselves = true), Cause::Ourselves),
            (able(|facts| facts.kernel_thread = true), Cause::KernelThread),
            (able(|facts| facts.evidence.yama = Some(3)), Cause::Yama { scope: 3 }),
            (with(|facts| facts.evidence.yama = Some(1)), Cause::Yama { scope: 1 }),
            (with(|facts| facts.evidence.yama = Some(2)), Cause::Yama { scope: 2 }),
            (with(|facts| facts.evidence.its.users = [33; 4]), Cause::OtherUser),
            (with(|facts| facts.evidence.its.users = [1000, 0, 0, 0]), Cause::OtherUser),
            // The kernel compares groups too.
            (with(|facts| facts.evidence.its.groups = [33; 4]), Cause::OtherUser),
            (with(|facts| facts.evidence.undumpable = true), Cause::NotDumpable),
            (with(|facts| facts.evidence.its.permitted = 1 << 12), Cause::Capabilities { missing: 1 << 12 }),
            (with(|facts| facts.evidence.its.label = "docker-default (enforce)".into()), Cause::Label),
            (able(|facts| facts.evidence.its.label = "docker-default (enforce)".into()), Cause::Label),
            (able(|facts| facts.evidence.its.uid_map = "0 100000 65536".into()), Cause::UserNamespace),
            // Of a process of root its files do not tell that it is not dumpable.
            (with(|facts| facts.evidence.readable = false), Cause::NotDumpable),
            (with(none), Cause::TracedUnseen),
            (able(none), Cause::TracedUnseen),
            (able(|facts| facts.evidence.readable = false), Cause::Unknown),
        ] {
            assert_eq!(facts.cause(), expected, "{facts:?}");
        }
        // With the capability, Yama's middle scopes refuse nobody.
        assert!(!matches!(able(|facts| facts.evidence.yama = Some(2)).cause(), Cause::Yama { .. }));
    }

    #[test]
    fn a_process_of_our_own_has_evidence() {
        let ourselves = std::process::id() as i32;
        let found = refused(ourselves, &io::Error::from_raw_os_error(libc::EPERM), &[]);
        assert_eq!((found.process, found.error), (ourselves, libc::EPERM));
        assert_eq!(found.evidence.ours, found.evidence.its);
        assert_ne!(found.evidence.ours.users[0], u32::MAX, "they were read");
        assert!(found.evidence.readable);
    }
}
