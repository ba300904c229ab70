//! strace's long options. As with getopt_long(3), the beginning of a name is enough as long as it fits only one option.

/// Whether an option has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// None.
    Nothing,
    /// One behind `=`, or none.
    Perhaps,
    /// One, which may also be the next word.
    Value,
}
use Takes::{Nothing, Perhaps, Value};

/// A long option.
#[derive(Debug, PartialEq, Eq)]
pub struct Long {
    pub name: &'static str,
    pub takes: Takes,
    /// The option that it is another spelling of, or itself.
    pub means: &'static str,
}

const fn long(name: &'static str, takes: Takes) -> Long {
    Long { name, takes, means: name }
}

const fn same(name: &'static str, takes: Takes, means: &'static str) -> Long {
    Long { name, takes, means }
}

/// Those whose names begin alike stand in the order in which strace enumerates them.
const LONG: &[Long] = &[
    long("arg-names", Nothing),
    long("attach", Value),
    long("absolute-timestamps", Perhaps),
    long("argv0", Value),
    long("always-show-pid", Nothing),
    long("abbrev", Value),
    long("columns", Value),
    long("const-print-style", Value),
    long("color", Perhaps),
    long("detach-on", Value),
    long("debug", Nothing),
    long("daemonize", Perhaps),
    same("daemonised", Perhaps, "daemonize"),
    same("daemonized", Perhaps, "daemonize"),
    long("decode-fds", Perhaps),
    long("decode-pids", Value),
    long("env", Value),
    long("follow-forks", Nothing),
    long("failed-only", Nothing),
    same("failing-only", Nothing, "failed-only"),
    long("fault", Value),
    long("help", Nothing),
    long("instruction-pointer", Nothing),
    long("interruptible", Value),
    long("inject", Value),
    long("kill-on-exit", Nothing),
    long("kvm", Value),
    long("no-abbrev", Nothing),
    long("namespace", Perhaps),
    long("output-append-mode", Nothing),
    long("output-separately", Nothing),
    long("output", Value),
    long("pidns-translation", Nothing),
    long("quiet", Perhaps),
    long("relative-timestamps", Perhaps),
    long("raw", Value),
    long("read", Value),
    long("summary-only", Nothing),
    long("summary", Nothing),
    long("stack-trace", Perhaps),
    same("stack-traces", Perhaps, "stack-trace"),
    long("stack-trace-frame-limit", Value),
    long("syscall-limit", Value),
    long("syscall-number", Nothing),
    long("summary-syscall-overhead", Value),
    long("string-limit", Value),
    long("summary-sort-by", Value),
    long("syscall-times", Perhaps),
    long("summary-columns", Value),
    long("summary-wall-clock", Nothing),
    long("strings-in-hex", Perhaps),
    long("successful-only", Nothing),
    long("seccomp-bpf", Nothing),
    long("signals", Value),
    long("status", Value),
    same("silent", Perhaps, "quiet"),
    same("silence", Perhaps, "quiet"),
    long("secontext", Perhaps),
    long("trace-path", Value),
    same("timestamps", Perhaps, "absolute-timestamps"),
    long("tips", Perhaps),
    long("trace", Value),
    long("trace-fds", Value),
    long("user", Value),
    long("version", Nothing),
    long("verbose", Value),
    long("write", Value),
];

/// What only we have. Never abbreviated, so that strace's names stay as unambiguous as in strace.
const OURS: &[Long] = &[long("format", Value), long("tracer-threads", Value), long("engine-stats", Nothing)];

/// The option of a name, or of its beginning.
///
/// # Errors
/// The options that it may be the beginning of, if any.
pub fn find(name: &str) -> Result<&'static Long, Vec<&'static str>> {
    if let Some(exact) = LONG.iter().chain(OURS).find(|long| long.name == name) {
        return Ok(exact);
    }
    let begun = || LONG.iter().filter(|long| long.name.starts_with(name));
    let first = begun().next().ok_or_else(Vec::new)?;
    // What does the same as the first one is not another possibility.
    let others = begun().filter(|other| (other.takes, other.means) != (first.takes, first.means));
    let possible: Vec<&str> = [first.name].into_iter().chain(others.map(|other| other.name)).collect();
    if possible.len() == 1 { Ok(first) } else { Err(possible) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_name_is_enough() {
        let name = |name: &str| find(name).map(|long| (long.name, long.means));
        assert_eq!(name("sil"), Ok(("silent", "quiet")));
        assert_eq!(name("trace"), Ok(("trace", "trace")));
        assert_eq!(name("da"), Ok(("daemonize", "daemonize")));
        assert_eq!(name("form"), Err(vec![]));
        assert_eq!(name("fa"), Err(vec!["failed-only", "fault"]));
    }

    #[test]
    fn every_spelling_means_an_option() {
        for long in LONG {
            let meant = LONG.iter().find(|other| other.name == long.means);
            assert_eq!(meant.map(|meant| (meant.takes, meant.means)), Some((long.takes, long.means)));
        }
    }
}
