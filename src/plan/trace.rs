//! What the tracer is asked to do.

use crate::{
    cli::{Args, TraceArgs, TracerPlace},
    refusal::{self, Refusal},
    targets::Target,
};
use std::time::Duration;
use syscalls::filter::{self, Qualifiers};
use wire::{message, summary::Counting};

/// How long the tracer goes on without hearing from us.
pub const LEASE: Duration = Duration::from_secs(5);

/// Longest expression after `-e`: it must fit into a frame. An expression with all calls takes a tenth of this.
const LONGEST_SET: usize = 1 << 16;

/// Longest regular expression; like the number of them it is limited because they must fit into a frame too.
const LONGEST_EXPRESSION: usize = 1024;
const MOST_EXPRESSIONS: usize = 16;
/// `PATH_MAX` of linux/limits.h.
const LONGEST_PATH: usize = 4096;

/// What the tracer is asked to do, apart from whom to trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceRequest {
    /// The expressions of `-e`, and of the letters that stand for one.
    pub expressions: Vec<String>,
    /// `-P`
    pub trace_paths: Vec<String>,
    /// `--summary-only`, `-C`
    pub counting: Counting,
    /// `--syscall-limit`
    pub limit: Option<u64>,
    /// `-b execve`
    pub leave_at_execve: bool,
    /// `--tracer-threads`
    pub shards: Option<u8>,
    /// `--engine-stats`
    pub engine_stats: bool,
    /// `-N`, JSON
    pub names: bool,
    /// Whether the tracer reports the names of threads (JSON).
    pub comms: bool,
    /// `--syscall-number`, `-i`, JSON
    pub sites: bool,
    /// `-p`
    pub pids: Vec<i32>,
    /// `--comm`, `--exe`
    pub programs: message::Programs,
    /// The command to run and trace; empty to trace what already runs.
    pub command: Vec<String>,
    /// `-f`; always on without `-p` and without a command.
    pub follow: bool,
    /// Whether processes that enter the container later are traced too.
    pub entrants: bool,
    /// `-s`
    pub strings: u32,
    /// `-v`
    pub verbose: bool,
    /// `-y`
    pub paths: bool,
    /// `--place`
    pub place: TracerPlace,
    /// `--idle`, in seconds.
    pub idle: Option<u32>,
    /// `--on-overload`, `--max-stop`
    pub overload: message::Overload,
    /// `--max-slowdown`
    pub max_slowdown: Option<u32>,
    /// Whether the trace ends before the target reaches its memory limit.
    pub spares_memory: bool,
    /// `--redact`
    pub redact: bool,
}

impl TraceRequest {
    /// The request to the tracer.
    pub fn request(&self, container: &Target, who: &str, session: u128) -> message::Trace {
        let container_id = &container.id;
        let target = if !self.command.is_empty() {
            message::Target::Command
        } else if self.pids.is_empty() {
            message::Target::Container { id: container_id.to_owned(), programs: self.programs.clone() }
        } else {
            message::Target::Processes(self.pids.clone())
        };
        message::Trace {
            version: message::VERSION,
            session,
            target,
            follow: self.follow,
            entrants: self.entrants,
            expressions: self.expressions.clone(),
            trace_paths: self.trace_paths.clone(),
            counting: self.counting,
            limit: self.limit,
            leave_at_execve: self.leave_at_execve,
            shards: self.shards,
            engine_stats: self.engine_stats,
            names: self.names,
            comms: self.comms,
            sites: self.sites,
            strings: self.strings,
            verbose: self.verbose,
            paths: self.paths,
            lease: LEASE.as_millis() as u32,
            place: match self.place {
                _ if !self.command.is_empty() => message::Place::Target(container_id.to_owned()),
                TracerPlace::Auto => message::Place::Auto(container_id.to_owned()),
                TracerPlace::Target => message::Place::Target(container_id.to_owned()),
                TracerPlace::Agent => message::Place::Agent,
            },
            who: who.to_owned(),
            idle: self.idle,
            overload: self.overload,
            max_slowdown: self.max_slowdown,
            spares_memory: self.spares_memory,
            redact: self.redact.then(|| container.secrets.clone()),
            holders: Vec::new(),
        }
    }
}

/// The expressions of `-e`, checked. The tracer decides by its own table, but what is wrong here is wrong there.
pub struct Expressions {
    /// In the form that the tracer takes.
    pub all: Vec<String>,
    /// Which messages they suppress ([`filter::quiet`]).
    pub quiet: u8,
    /// Whether processes have their names.
    pub comms: bool,
}

/// What else strace's `-e` has and this plugin lacks.
const NOT_THERE: &[&str] = &["kvm", "secontext"];

impl Expressions {
    /// The expressions of a command line. Another strace (`--in-place`) may know other words, so it gets what was
    /// typed.
    ///
    /// # Errors
    /// One of them is wrong, or tampers with calls without being allowed to.
    pub fn new(args: &TraceArgs, in_place: bool) -> Result<Expressions, Refusal> {
        let (mut made, mut wanted) = (Vec::new(), Qualifiers::default());
        for typed in &args.expressions {
            if typed.len() > LONGEST_SET {
                return Err(refusal::usage(format!("-e is longer than {LONGEST_SET} bytes")));
            }
            let (qualifier, set) = match typed.split_once('=') {
                Some(("t", set)) => ("trace", set),
                Some((word, set)) if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') => {
                    (word, set)
                }
                _ => ("trace", typed.as_str()),
            };
            if matches!(qualifier, "inject" | "fault") && !args.allow_tampering {
                return Err(refusal::usage(format!(
                    "-e {qualifier}= changes what the calls of a running pod do"
                ))
                .cause("it can break what runs there, and others that depend on it")
                .fix("if that is what you want, say so: --allow-tampering"));
            }
            if in_place {
                continue;
            }
            if NOT_THERE.contains(&qualifier) {
                return Err(refusal::usage(format!(
                    "kubectl strace does not support strace's -e {qualifier}="
                ))
                .fix("-e trace=SET chooses calls"));
            }
            let expression = format!("{qualifier}={set}");
            // The tracer reads them again. Here only errors matter, and what is suppressed.
            let read = filter::take(&expression, &mut wanted, &mut Vec::new(), &compile);
            read.map_err(|error| {
                let refusal = refusal::usage(error).cause(format!("it stands in -e {expression}"));
                refusal.fix(match qualifier {
                    "trace" => {
                        "names are those of system calls (openat) or classes (%file, %net, %process, %desc, ...); nothing \
                         was sent to the cluster"
                    }
                    _ => "nothing was sent to the cluster; strace(1) says what there is",
                })
            })?;
            made.push(expression);
        }
        let short = [
            (args.successful, "status=successful"),
            (args.failed, "status=failed"),
            (args.paths > 1, "decode-fds=all"),
            (args.names, "decode-pids=comm"),
        ];
        made.extend(short.into_iter().filter(|(typed, _)| *typed).map(|(_, long)| long.to_owned()));
        let comms = args.names || wanted.decode_pids & filter::pids::COMM != 0;
        Ok(Expressions { all: made, quiet: wanted.quiet, comms })
    }
}

/// A test for a call's name; the tracer builds it with the same crate.
pub fn compile(expression: &str) -> filter::Test {
    let regex = regex_lite::Regex::new(expression)
        .map_err(|_| format!("{expression}: Invalid regular expression"))?;
    Ok(Box::new(move |name: &str| regex.is_match(name)))
}

/// The paths of `-P`.
pub fn paths(typed: &[String]) -> Result<Vec<String>, Refusal> {
    if typed.len() > MOST_EXPRESSIONS || typed.iter().any(|path| path.len() > LONGEST_PATH) {
        return Err(refusal::usage(format!(
            "-P: more than {MOST_EXPRESSIONS} paths, or one that is longer than {LONGEST_PATH} bytes"
        )));
    }
    Ok(typed.to_vec())
}

/// The words after `--`.
pub fn command(args: &Args) -> Result<Vec<String>, Refusal> {
    let words: Option<Vec<String>> =
        args.program.iter().map(|word| word.to_str().map(str::to_owned)).collect();
    let words =
        words.ok_or_else(|| refusal::usage("a word of the command is not UTF-8, which the API requires"))?;
    let Some(first) = words.first() else { return Ok(words) };
    if first.is_empty() {
        return Err(refusal::usage("the command's name is empty"));
    }
    Ok(words)
}

/// The processes of `-p`, separated by commas or blanks as in strace.
pub fn pids(typed: &[String]) -> Result<Vec<i32>, Refusal> {
    let items =
        typed.iter().flat_map(|list| list.split([',', ' ', '\t', '\n'])).filter(|item| !item.is_empty());
    let mut pids = Vec::new();
    for item in items {
        match item.parse::<i32>() {
            Ok(pid) if pid > 0 => pids.push(pid),
            _ => {
                return Err(refusal::usage(format!("-p: '{item}' is not the id of a process"))
                    .fix("ids are those inside of the container: its first process has 1"));
            }
        }
    }
    if pids.is_empty() && !typed.is_empty() {
        return Err(refusal::usage("-p: no process is named"));
    }
    pids.sort_unstable();
    pids.dedup();
    Ok(pids)
}

/// Regular expressions, compiled once to check them: the tracer compiles them with the same crate.
pub fn regexes(flag: &str, typed: &[String]) -> Result<Vec<String>, Refusal> {
    for text in typed {
        if text.len() > LONGEST_EXPRESSION {
            return Err(refusal::usage(format!("{flag} is longer than {LONGEST_EXPRESSION} bytes")));
        }
        regex_lite::Regex::new(text).map_err(|error| {
            refusal::usage(format!("{flag}: '{text}' is not a regular expression")).cause(error.to_string())
        })?;
    }
    if typed.len() > MOST_EXPRESSIONS {
        return Err(refusal::usage(format!("{flag}: more than {MOST_EXPRESSIONS} of them")));
    }
    Ok(typed.to_vec())
}
