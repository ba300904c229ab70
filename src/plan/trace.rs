//! What the tracer is asked for.

use super::LEASE;
use crate::{
    cli::{Args, Place},
    refusal::{self, Refusal},
    targets::Target,
};
use syscalls::filter::{self, Qualifiers};
use wire::message;

/// Longest expression behind `-e`: it must fit into a frame, and all calls there are take a tenth of it.
const LONGEST_SET: usize = 1 << 16;

/// Longest regular expression, and most of them: they must fit into a frame too.
const LONGEST_EXPRESSION: usize = 1024;
const MOST_EXPRESSIONS: usize = 16;

/// What the tracer is asked for, apart from whom to trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depth {
    /// The sets of calls of `-e trace=`.
    pub filter: Vec<String>,
    /// The other expressions of `-e`, and letters that are short for some.
    pub qualifiers: Vec<String>,
    /// `-N`
    pub names: bool,
    /// `--syscall-number`
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
    pub place: Place,
    /// `--idle`, in seconds.
    pub idle: Option<u32>,
    /// `--on-overload`, `--max-stop`
    pub overload: message::Overload,
    /// `--max-slowdown`
    pub max_slowdown: Option<u32>,
    /// `--redact`
    pub redact: bool,
}

impl Depth {
    /// The request to the tracer.
    pub fn request(&self, whom: &Target, who: &str, session: u128) -> message::Trace {
        let container_id = &whom.id;
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
            filter: self.filter.clone(),
            qualifiers: self.qualifiers.clone(),
            names: self.names,
            sites: self.sites,
            strings: self.strings,
            verbose: self.verbose,
            paths: self.paths,
            lease: LEASE.as_millis() as u32,
            place: match self.place {
                _ if !self.command.is_empty() => message::Place::Target(container_id.to_owned()),
                Place::Auto => message::Place::Auto(container_id.to_owned()),
                Place::Target => message::Place::Target(container_id.to_owned()),
                Place::Agent => message::Place::Agent,
            },
            who: who.to_owned(),
            idle: self.idle,
            overload: self.overload,
            max_slowdown: self.max_slowdown,
            redact: self.redact.then(|| whom.secrets.clone()),
            holders: Vec::new(),
        }
    }
}

/// The expressions of `-e`, checked: the tracer's table decides, but what is wrong here is wrong there.
pub struct Expressions {
    /// The set of calls; none: all.
    pub filter: Vec<String>,
    /// The others.
    pub qualifiers: Vec<String>,
    /// What they say about words that are left out ([`filter::quiet`]).
    pub quiet: u8,
}

impl Expressions {
    /// Those of a command line. Another strace (`--in-place`) may know other words, and gets what was typed.
    ///
    /// # Errors
    /// One of them is wrong.
    pub fn new(args: &Args) -> Result<Expressions, Refusal> {
        let mut made = Expressions { filter: Vec::new(), qualifiers: Vec::new(), quiet: 0 };
        if args.tracer.in_place {
            return Ok(made);
        }
        let mut all = Qualifiers::default();
        let mut set = None;
        let sets = args.trace.trace.iter().map(|set| format!("trace={set}"));
        for expression in args.trace.expressions.iter().cloned().chain(sets) {
            if expression.len() > LONGEST_SET {
                return Err(refusal::usage(format!("-e is longer than {LONGEST_SET} bytes")));
            }
            match calls(&expression)? {
                Some(calls) => {
                    check_calls(calls, &mut all)?;
                    // As in strace, the last one counts.
                    set = Some(calls.to_owned());
                }
                None => {
                    all.apply(&expression, &compile).map_err(|error| {
                        refusal::usage(error)
                            .cause(format!("it stands in -e {expression}"))
                            .fix("nothing was sent to the cluster; strace(1) says what there is")
                    })?;
                    made.qualifiers.push(expression);
                }
            }
        }
        match set {
            // The tracer makes a test of a regular expression where it takes qualifiers.
            Some(set) if set.contains('/') => made.qualifiers.push(format!("trace={set}")),
            set => made.filter.extend(set),
        }
        let short = [
            (args.trace.successful, "status=successful"),
            (args.trace.failed, "status=failed"),
            (args.trace.paths > 1, "decode-fds=all"),
            (args.trace.names, "decode-pids=comm"),
        ];
        made.qualifiers
            .extend(short.into_iter().filter(|(typed, _)| *typed).map(|(_, long)| long.to_owned()));
        made.quiet = all.quiet;
        Ok(made)
    }
}

/// What strace's `-e` has besides and this plugin has not.
const NOT_THERE: &[&str] = &["fault", "inject", "kvm", "namespace"];

/// The set of calls in an expression of `-e`, unless it is about something else.
fn calls(expression: &str) -> Result<Option<&str>, Refusal> {
    match expression.split_once('=') {
        Some(("trace" | "t", set)) => Ok(Some(set)),
        Some((other, _)) if NOT_THERE.contains(&other) => {
            Err(refusal::usage(format!("strace's -e {other}= is not there in kubectl strace"))
                .fix("-e trace=SET chooses calls"))
        }
        Some((word, _)) if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') => Ok(None),
        _ => Ok(Some(expression)),
    }
}

fn check_calls(set: &str, all: &mut Qualifiers) -> Result<(), Refusal> {
    let checked = match set.contains('/') {
        true => all.apply(&format!("trace={set}"), &compile),
        false => filter::last(&[set.to_owned()]).map(drop),
    };
    checked.map_err(|error| {
        refusal::usage(error).cause(format!("it stands in -e trace={set}")).fix(
            "names are those of system calls (openat) or classes (%file, %net, %process, %desc, ...); nothing was sent \
             to the cluster",
        )
    })
}

/// A test of the name of a call; the tracer makes it with the same crate.
fn compile(expression: &str) -> filter::Test {
    let regex = regex_lite::Regex::new(expression)
        .map_err(|_| format!("{expression}: Invalid regular expression"))?;
    Ok(Box::new(move |name: &str| regex.is_match(name)))
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
    let chooses = [
        ("-p", !args.trace.pids.is_empty()),
        ("--comm", !args.trace.comm.is_empty()),
        ("--exe", !args.trace.exe.is_empty()),
    ];
    if let Some((flag, _)) = chooses.into_iter().find(|(_, typed)| *typed) {
        return Err(refusal::usage(format!(
            "{flag} chooses processes that run already, and -- begins a command"
        ))
        .fix("leave one of them out"));
    }
    if args.tracer.place == Place::Agent {
        return Err(refusal::usage(
            "--place agent: a command runs in the target's container, and its tracer with it",
        )
        .fix("leave --place out"));
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
