//! What the tracer is asked for.

use crate::{
    cli::{Args, TraceArgs, TracerPlace},
    refusal::{self, Refusal},
    targets::Target,
};
use std::time::Duration;
use syscalls::filter::{self, Qualifiers};
use wire::{message, summary::Counting};

/// How long the tracer goes on when it does not hear from us.
pub const LEASE: Duration = Duration::from_secs(5);

/// Longest expression behind `-e`: it must fit into a frame, and all calls there are take a tenth of it.
const LONGEST_SET: usize = 1 << 16;

/// Longest regular expression, and most of them: they must fit into a frame too.
const LONGEST_EXPRESSION: usize = 1024;
const MOST_EXPRESSIONS: usize = 16;
/// `PATH_MAX` of linux/limits.h.
const LONGEST_PATH: usize = 4096;

/// What the tracer is asked for, apart from whom to trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceRequest {
    /// The expressions of `-e`, and letters that are short for some.
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
    /// Whether the names of threads are told (JSON).
    pub comms: bool,
    /// `--syscall-number`, `-i`, JSON
    pub sites: bool,
    /// `-p`
    pub pids: Vec<i32>,
    /// `--comm`, `--exe`
    pub programs: message::Programs,
    /// The command that is to be run and traced; empty where what runs already is.
    pub command: Vec<String>,
    /// `-f`; without `-p` and a command always.
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
    /// Whether it ends before the target's memory limit is reached.
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

/// The expressions of `-e`, checked: the tracer's table decides, but what is wrong here is wrong there.
pub struct Expressions {
    /// As the tracer takes them.
    pub all: Vec<String>,
    /// What they say about words that are left out ([`filter::quiet`]).
    pub quiet: u8,
}

/// What strace's `-e` has besides and this plugin has not.
const NOT_THERE: &[&str] = &["kvm", "secontext"];

impl Expressions {
    /// Those of a command line. Another strace (`--in-place`) may know other words, and gets what was typed.
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
                .cause("it can break what runs there, and others that it works for")
                .fix("if that is what you want, say so: --allow-tampering"));
            }
            if in_place {
                continue;
            }
            if NOT_THERE.contains(&qualifier) {
                return Err(refusal::usage(format!(
                    "strace's -e {qualifier}= is not there in kubectl strace"
                ))
                .fix("-e trace=SET chooses calls"));
            }
            let expression = format!("{qualifier}={set}");
            // The tracer reads them again: only what is wrong is of interest here, and what is left out.
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
        Ok(Expressions { all: made, quiet: wanted.quiet })
    }
}

/// A test of the name of a call; the tracer makes it with the same crate.
fn compile(expression: &str) -> filter::Test {
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

/// The words behind `--`.
pub fn command(args: &Args) -> Result<Vec<String>, Refusal> {
    let words: Option<Vec<String>> =
        args.program.iter().map(|word| word.to_str().map(str::to_owned)).collect();
    let words =
        words.ok_or_else(|| refusal::usage("a word of the command is not UTF-8, which the API wants"))?;
    let Some(first) = words.first() else { return Ok(words) };
    if first.is_empty() {
        return Err(refusal::usage("the command's name is empty"));
    }
    Ok(words)
}

/// The processes of `-p`: as in strace, separated by commas or blanks.
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

/// Regular expressions, compiled once to see whether they are any: the tracer does so with the same crate.
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
