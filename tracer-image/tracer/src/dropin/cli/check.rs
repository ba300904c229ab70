//! Relations between options: some exclude others, some have no effect without others.

use super::{
    reader::try_help,
    said::Said,
    wanted::{Wanted, piped},
};
use wire::summary::Counting;

/// Refuses options that exclude each other, and returns warnings about those without effect.
pub fn check(wanted: &Wanted, said: &Said) -> Result<Vec<String>, String> {
    let refuse = |text: &str| Err(format!("{text}\n{}", try_help()));
    let mut notes = Vec::new();
    if wanted.command.is_empty() && wanted.attach.is_empty() {
        return refuse("must have PROG [ARGS] or -p PID");
    }
    if wanted.command.is_empty() && wanted.distance.is_some() {
        return refuse("PROG [ARGS] must be specified with -D/--daemonize");
    }
    if said.summary && said.summary_only {
        return refuse("-c/--summary-only and -C/--summary are mutually exclusive");
    }
    let counted = wanted.count != Counting::Events;
    if counted && said.separately {
        return refuse(
            "(-c/--summary-only or -C/--summary) and -ff/--output-separately are mutually exclusive",
        );
    }
    if !counted && said.wall_clock {
        return refuse("-w/--summary-wall-clock must be given with (-c/--summary-only or -C/--summary)");
    }
    if !counted && said.columns {
        return refuse("-U/--summary-columns must be given with (-c/--summary-only or -C/--summary)");
    }
    let is_piped = wanted.output.as_deref().is_some_and(|output| piped(output).is_some());
    if is_piped && said.separately {
        return refuse("piping the output and -ff/--output-separately are mutually exclusive");
    }
    if wanted.kill && !wanted.attach.is_empty() {
        return Err("--kill-on-exit and -p/--attach are mutually exclusive options".into());
    }
    if said.seccomp {
        notes.extend(without_filter(wanted, said).map(String::from));
    }
    if said.deprecated_follow {
        notes.push("option -F is deprecated, please use -f/--follow-forks instead".into());
    }
    if said.append && wanted.output.is_none() {
        notes.push("-A/--output-append-mode has no effect without -o/--output".into());
    }
    if said.successful && said.failed {
        notes.push(
            "Only the last of -z/--successful-only/-Z/--failed-only options will take effect. See status \
             qualifier for more complex filters."
                .into(),
        );
    }
    if wanted.count == Counting::Counts {
        let text = &wanted.text;
        for (given, option) in [
            (text.instructions, "-i/--instruction-pointer"),
            (text.numbers, "-n/--syscall-number"),
            (wanted.depth.names, "-N/--arg-names"),
            (text.relative.is_some(), "-r/--relative-timestamps"),
            (text.wall.is_some(), "-t/--absolute-timestamps"),
            (text.spent.is_some(), "-T/--syscall-times"),
            (wanted.qualifiers.decode_fds != 0, "-y/--decode-fds"),
        ] {
            if given {
                notes.push(format!("{option} has no effect with -c/--summary-only"));
            }
        }
    }
    Ok(notes)
}

/// Why no filter is used although one was asked for (`--seccomp-bpf`), in strace's words. A process that may be detached
/// must not have one: its calls would fail.
pub fn without_filter(wanted: &Wanted, said: &Said) -> Option<&'static str> {
    // `-F` does not count.
    if said.unfollowed {
        Some("--seccomp-bpf cannot be used without -f/--follow-forks, disabling")
    } else if wanted.leave_at_execve {
        Some("--seccomp-bpf is not enabled because it is not compatible with -b")
    } else if wanted.limit.is_some() {
        Some("--seccomp-bpf is not enabled because it is not compatible with --syscall-limit")
    } else if !wanted.attach.is_empty() {
        Some("--seccomp-bpf is not enabled for processes attached with -p")
    } else {
        None
    }
}
