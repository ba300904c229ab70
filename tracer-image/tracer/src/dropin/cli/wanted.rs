//! A trace, as the command line asks for it.

use crate::{dropin::tips::Tip, engine::ptrace::Distance};
use render::{summary, text::Options};
use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
};
use syscalls::{
    filter::{Injection, Qualifiers},
    gather::DecodeOptions,
};
use wire::summary::Counting;

/// When to colour text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// On a terminal that supports it, unless `NO_COLOR` is set.
    Terminal,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A trace, as asked for.
#[derive(Debug)]
pub struct Wanted {
    /// Processes to attach to.
    pub attach: Vec<i32>,
    /// The command and its arguments; empty if there is none.
    pub command: Vec<OsString>,
    /// How many `-f`.
    pub follow: u8,
    /// `-o`
    pub output: Option<OsString>,
    /// `-A`
    pub append: bool,
    /// Which events are wanted.
    pub qualifiers: Qualifiers,
    /// `-e inject=`, `-e fault=`
    pub injections: Vec<Injection>,
    /// `-c`, `-C`
    pub count: Counting,
    /// The format of the counts.
    pub summary: summary::Options,
    /// How deep to decode.
    pub depth: DecodeOptions,
    /// `--format json`: events as data instead of text.
    pub json: bool,
    /// The format of the text.
    pub text: Options,
    /// `--color`
    pub color: When,
    /// `-E`: variables to set (or without `=` to remove) in the command's environment.
    pub environment: Vec<OsString>,
    /// `--argv0`
    pub argv0: Option<OsString>,
    /// `-u`
    pub user: Option<String>,
    /// `-I`: 1: a signal ends us as it ends any program; 2: it ends the trace; 3: it does not; 4: nor does Ctrl-Z stop us.
    pub interruptible: u8,
    /// `-D`: the tracer's distance from the command, if it is not its parent.
    pub distance: Option<Distance>,
    /// `-b execve`
    pub leave_at_execve: bool,
    /// `--kill-on-exit`
    pub kill: bool,
    /// `--seccomp-bpf`, if it can be used.
    pub filtered: bool,
    /// `--syscall-limit`
    pub limit: Option<u64>,
    /// `--tracer-threads`
    pub shards: Option<usize>,
    /// `--engine-stats`
    pub engine_stats: bool,
    /// `-d`
    pub debug: bool,
    /// `--tips`
    pub tip: Tip,
    /// Both `-q` and `-e quiet=`, which strace refuses only after its other messages about the command line.
    pub quiet_twice: bool,
    /// Messages to print before the trace begins.
    pub notes: Vec<String>,
}

impl Wanted {
    /// Before the first argument.
    pub fn nothing() -> Wanted {
        Wanted {
            attach: Vec::new(),
            command: Vec::new(),
            follow: 0,
            output: None,
            append: false,
            qualifiers: Qualifiers::default(),
            injections: Vec::new(),
            count: Counting::Events,
            summary: summary::Options::default(),
            depth: DecodeOptions::default(),
            json: false,
            text: Options::default(),
            color: When::Terminal,
            environment: Vec::new(),
            argv0: None,
            user: None,
            interruptible: 0,
            distance: None,
            leave_at_execve: false,
            kill: false,
            filtered: false,
            limit: None,
            shards: None,
            engine_stats: false,
            debug: false,
            tip: Tip::default(),
            quiet_twice: false,
            notes: Vec::new(),
        }
    }
}

/// The command behind `|` or `!`.
pub fn piped(output: &OsStr) -> Option<&OsStr> {
    let (first, rest) = output.as_bytes().split_first()?;
    matches!(first, b'|' | b'!').then(|| OsStr::from_bytes(rest))
}
