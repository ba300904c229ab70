//! All `-e QUALIFIER=SET` options together.

use super::{CallSet, Compile, Listed, NumberSet};
use crate::scope::DecodeOptions;
use alloc::{format, string::String, vec::Vec};

/// The outcomes of a call for `-e status=`.
pub mod status {
    /// It returned without an error.
    pub const SUCCESSFUL: u8 = 1;
    /// It returned with an error.
    pub const FAILED: u8 = 1 << 1;
    /// It did not return.
    pub const UNFINISHED: u8 = 1 << 2;
    /// It returned, but its result is unknown.
    pub const UNAVAILABLE: u8 = 1 << 3;
    /// The tracer detached before it returned.
    pub const DETACHED: u8 = 1 << 4;
    /// Any outcome.
    pub const ALL: u8 = 0x1f;
    pub(super) const WORDS: &[(&str, u8)] = &[
        ("successful", SUCCESSFUL),
        ("failed", FAILED),
        ("unfinished", UNFINISHED),
        ("unavailable", UNAVAILABLE),
        ("detached", DETACHED),
    ];
}

/// Messages that can be suppressed: `-e quiet=`.
pub mod quiet {
    /// `Process 12 attached`, `detached`.
    pub const ATTACH: u8 = 1;
    /// `+++ exited with 0 +++`
    pub const EXIT: u8 = 1 << 1;
    /// `Requested path "..." resolved into "..."`
    pub const PATH_RESOLUTION: u8 = 1 << 2;
    /// `[ Process PID=12 runs in 32 bit mode. ]`
    pub const PERSONALITY: u8 = 1 << 3;
    /// `+++ superseded by execve in pid 12 +++`
    pub const THREAD_EXECVE: u8 = 1 << 4;
    /// All of them.
    pub const ALL: u8 = 0x1f;
    /// What `-q`, given this many times, suppresses.
    pub const fn letters(times: u8) -> u8 {
        match times {
            0 => 0,
            1 => ATTACH | PERSONALITY,
            2 => ATTACH | PERSONALITY | EXIT,
            _ => ALL,
        }
    }
    pub(super) const WORDS: &[(&str, u8)] = &[
        ("attach", ATTACH),
        ("exit", EXIT),
        ("exits", EXIT),
        ("path-resolution", PATH_RESOLUTION),
        ("personality", PERSONALITY),
        ("thread-execve", THREAD_EXECVE),
        ("superseded", THREAD_EXECVE),
    ];
}

/// What to show about a descriptor: `-e decode-fds=`.
pub mod detail {
    /// What it is open on.
    pub const PATH: u8 = 1;
    /// Protocol and addresses of a socket.
    pub const SOCKET: u8 = 1 << 1;
    /// The number of a device.
    pub const DEV: u8 = 1 << 2;
    /// The counter of an eventfd.
    pub const EVENTFD: u8 = 1 << 3;
    /// The process of a pidfd.
    pub const PIDFD: u8 = 1 << 4;
    /// The signals of a signalfd.
    pub const SIGNALFD: u8 = 1 << 5;
    /// All of it.
    pub const ALL: u8 = 0x3f;
    pub(super) const WORDS: &[(&str, u8)] = &[
        ("path", PATH),
        ("socket", SOCKET),
        ("dev", DEV),
        ("eventfd", EVENTFD),
        ("pidfd", PIDFD),
        ("signalfd", SIGNALFD),
    ];
}

/// What to show about a process id: `-e decode-pids=`.
pub mod pids {
    /// The process's name.
    pub const COMM: u8 = 1;
    /// Its id in the tracer's PID namespace.
    pub const PIDNS: u8 = 1 << 1;
    pub(super) const WORDS: &[(&str, u8)] = &[("comm", COMM), ("pidns", PIDNS)];
}

/// Which events are wanted, and how deep to decode them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualifiers {
    /// `trace`: calls that become events.
    pub trace: CallSet,
    /// `abbrev`: calls whose structures are abbreviated.
    pub abbrev: CallSet,
    /// `verbose`: calls whose structures are decoded.
    pub verbose: CallSet,
    /// `raw`: calls whose arguments are not decoded.
    pub raw: CallSet,
    /// `signal`: signals to show.
    pub signals: NumberSet,
    /// `status`: outcomes of calls to show, bits of [`status`].
    pub status: u8,
    /// `fd`: only calls on these descriptors, if any are named.
    pub fds: Option<NumberSet>,
    /// `-P`: only calls on these paths, if any are given. Contains the paths as given, and as resolved.
    pub paths: Vec<String>,
    /// `read`: descriptors for which data is dumped that was read from them.
    pub read: NumberSet,
    /// `write`: descriptors for which data is dumped that was written to them.
    pub write: NumberSet,
    /// `quiet`: bits of [`quiet`].
    pub quiet: u8,
    /// `decode-fds`: bits of [`detail`].
    pub decode_fds: u8,
    /// `decode-pids`: bits of [`pids`].
    pub decode_pids: u8,
    /// `namespace=new`: show the namespaces that are entered.
    pub namespaces: bool,
}

impl Default for Qualifiers {
    fn default() -> Self {
        Qualifiers {
            trace: CallSet::all(),
            abbrev: CallSet::all(),
            verbose: CallSet::all(),
            raw: CallSet::none(),
            signals: NumberSet::all(),
            status: status::ALL,
            fds: None,
            paths: Vec::new(),
            read: NumberSet::none(),
            write: NumberSet::none(),
            quiet: 0,
            decode_fds: 0,
            decode_pids: 0,
            namespaces: false,
        }
    }
}

impl Qualifiers {
    /// Applies one expression: `QUALIFIER=SET`, or only a set of calls.
    ///
    /// ```
    /// use syscalls::filter::{Qualifiers, status};
    /// let mut wanted = Qualifiers::default();
    /// wanted.apply("status=failed", &|_| Err("no".into())).unwrap();
    /// assert_eq!(wanted.status, status::FAILED);
    /// let error = wanted.apply("signal=SIGFOO", &|_| Err("no".into())).unwrap_err();
    /// assert_eq!(error, "invalid signal 'SIGFOO'");
    /// ```
    ///
    /// # Errors
    /// The error in strace's words, with similar names on a line of their own.
    pub fn apply(&mut self, expression: &str, compile: Compile<'_>) -> Result<(), String> {
        let calls = |set: &str| {
            CallSet::parse_with(set, compile).map_err(|error| match error.hint() {
                Some(hint) => format!("{}\n({hint})", error.plain()),
                None => error.plain(),
            })
        };
        match expression.split_once('=') {
            Some(("trace" | "t", set)) => self.trace = calls(set)?,
            Some(("abbrev" | "a", set)) => self.abbrev = calls(set)?,
            Some(("verbose" | "v", set)) => self.verbose = calls(set)?,
            Some(("raw" | "x", set)) => self.raw = calls(set)?,
            Some(("signal" | "signals" | "s", set)) => self.signals = NumberSet::signals(set)?,
            Some(("status", set)) => self.status = words(set, "status", status::WORDS, status::ALL)?,
            Some(("fd" | "fds" | "trace-fd" | "trace-fds", set)) => {
                self.fds = Some(NumberSet::descriptors(set)?);
            }
            Some(("read" | "reads" | "r", set)) => self.read = NumberSet::descriptors(set)?,
            Some(("write" | "writes" | "w", set)) => self.write = NumberSet::descriptors(set)?,
            Some(("quiet" | "silent" | "silence" | "q", set)) => {
                self.quiet = words(set, "quiet", quiet::WORDS, quiet::ALL)?;
            }
            Some(("decode-fd" | "decode-fds", set)) => {
                self.decode_fds = words(set, "decode-fds", detail::WORDS, detail::ALL)?;
            }
            Some(("decode-pid" | "decode-pids", set)) => {
                self.decode_pids = words(set, "decode-pids", pids::WORDS, pids::COMM | pids::PIDNS)?;
            }
            Some(("namespace", "new")) => self.namespaces = true,
            Some(("namespace", other)) => return Err(format!("invalid -e namespace= argument: '{other}'")),
            _ => self.trace = calls(expression)?,
        }
        Ok(())
    }

    /// Whether calls are selected by the objects that they work on.
    pub fn by_subject(&self) -> bool {
        self.fds.is_some() || !self.paths.is_empty()
    }
}

/// The bits of a list of words.
fn words(list: &str, what: &str, words: &[(&str, u8)], all: u8) -> Result<u8, String> {
    let invalid = |item: &str| format!("invalid {what} '{item}'");
    let list = Listed::split(list).map_err(invalid)?;
    let mut bits = 0;
    match list.text {
        "all" => bits = all,
        "none" => {}
        _ => {
            for item in list.items {
                let found = words.iter().find(|(word, _)| *word == item);
                bits |= found.ok_or_else(|| invalid(item))?.1;
            }
        }
    }
    Ok(if list.complement { all & !bits } else { bits })
}

impl DecodeOptions {
    /// Adds what `-e` and `-P` ask for.
    #[must_use]
    pub fn with(self, wanted: &Qualifiers) -> DecodeOptions {
        DecodeOptions {
            details: wanted.decode_fds,
            paths: self.paths || wanted.decode_fds != 0,
            seek: wanted.by_subject(),
            look_up: !wanted.paths.is_empty(),
            comm: wanted.decode_pids & pids::COMM != 0,
            pidns: wanted.decode_pids & pids::PIDNS != 0,
            namespaces: wanted.namespaces,
            ..self
        }
    }
}
