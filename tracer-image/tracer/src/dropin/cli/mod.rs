//! strace's command line. Anything unknown is refused by name, never ignored.

mod check;
mod help;
mod long;

use super::tips::{Form, Tip};
use crate::engine::{
    compile,
    ptrace::{Distance, MOST_SHARDS},
};
use check::Said;
use lexopt::{Arg, Parser, ValueExt};
use long::Takes;
use render::{
    clock::{Precision, Wall},
    summary,
    text::{Options, Prefix},
};
use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
};
use syscalls::{
    filter::{self, Injection, Qualifiers, detail, pids, quiet, status},
    gather::DecodeOptions,
    notation::{Constants, HexStrings},
};
use wire::summary::Counting;

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    /// Trace something.
    Trace(Box<Wanted>),
    /// Print this and exit successfully.
    Print(String),
    /// Only show a tip.
    Tip(Tip),
}

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

/// strace's refusal if it was built without SELinux, as Debian's is.
const NO_SECONTEXT: &str =
    "SELinux context printing (--secontext option) is not supported by this build of strace";

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

/// What follows an error about the command line.
fn try_help() -> String {
    format!("Try '{} -h' for more information.", super::program())
}

/// The command behind `|` or `!`.
pub fn piped(output: &OsStr) -> Option<&OsStr> {
    let (first, rest) = output.as_bytes().split_first()?;
    matches!(first, b'|' | b'!').then(|| OsStr::from_bytes(rest))
}

/// Parses the arguments after the program's name.
///
/// # Errors
/// What is wrong with them, in strace's words.
pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Request, String> {
    let mut reader = Reader::new(args);
    while let Some(given) = reader.parser.next().map_err(usage)?.map(arg_of) {
        if let Some(text) = reader.take(given)? {
            return Ok(Request::Print(text));
        }
    }
    let wanted = &reader.wanted;
    if wanted.tip.form != Form::None && wanted.command.is_empty() && wanted.attach.is_empty() {
        return Ok(Request::Tip(wanted.tip));
    }
    reader.finish().map(|wanted| Request::Trace(Box::new(wanted)))
}

/// An option or a value, independent of the parser.
enum Given {
    Short(char),
    Long(String),
    Value(OsString),
}

fn arg_of(arg: Arg<'_>) -> Given {
    match arg {
        Arg::Short(letter) => Given::Short(letter),
        Arg::Long(name) => Given::Long(name.into()),
        Arg::Value(value) => Given::Value(value),
    }
}

/// The state of parsing.
struct Reader {
    parser: Parser,
    /// The option that is being read, as strace names it in its messages.
    option: String,
    wanted: Wanted,
    said: Said,
    times: u8,
    quiets: u8,
    paths: u8,
    hex: u8,
    always_pid: bool,
}

impl Reader {
    fn new(args: impl Iterator<Item = OsString>) -> Reader {
        let wanted = Wanted {
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
        };
        Reader {
            parser: Parser::from_args(args),
            option: String::new(),
            wanted,
            said: Said::default(),
            times: 0,
            quiets: 0,
            paths: 0,
            hex: 0,
            always_pid: false,
        }
    }

    /// Takes one argument. Returns the text to print, if that is all there is to do.
    fn take(&mut self, given: Given) -> Result<Option<String>, String> {
        use Given::{Long, Short};
        let long = self.begin(&given)?;
        match (&given, long) {
            (Given::Value(program), _) => {
                self.wanted.command.push(program.clone());
                self.wanted.command.extend(self.parser.raw_args().map_err(usage)?);
            }
            (Short('p'), _) | (_, "attach") => {
                let list = self.text()?;
                for pid in list.split([',', ' ', '\t', '\n']).filter(|pid| !pid.is_empty()) {
                    let number = pid.parse().ok().filter(|pid| *pid > 0);
                    let number = number.ok_or_else(|| format!("Invalid process id: '{pid}'"))?;
                    if number == std::process::id() as i32 {
                        return Err("I'm sorry, I can't let you do that, Dave.".into());
                    }
                    self.wanted.attach.push(number);
                }
            }
            (Short('f'), _) | (_, "follow-forks") => self.wanted.follow += 1,
            (Short('F'), _) => self.said.deprecated_follow = true,
            (_, "output-separately") => self.wanted.text.split = true,
            (Short('o'), _) | (_, "output") => self.wanted.output = Some(self.value()?),
            (Short('A'), _) | (_, "output-append-mode") => {
                (self.wanted.append, self.said.append) = (true, true);
            }
            (Short('e'), _) => {
                let expression = self.text()?;
                self.qualify(&expression)?;
            }
            (
                _,
                "trace" | "abbrev" | "verbose" | "raw" | "signals" | "status" | "trace-fds" | "read"
                | "write" | "decode-pids" | "inject" | "fault" | "kvm",
            ) => {
                let set = self.text()?;
                self.qualify(&format!("{long}={set}"))?;
            }
            (_, "secontext") => return Err(NO_SECONTEXT.into()),
            (_, "namespace") => {
                let set = self.optional().unwrap_or_else(|| "new".into());
                self.qualify(&format!("namespace={set}"))?;
            }
            (Short('P'), _) | (_, "trace-path") => {
                let path = self.text()?;
                self.wanted.qualifiers.paths.push(path);
            }
            (Short('z'), _) | (_, "successful-only") => {
                self.said.successful = true;
                self.wanted.qualifiers.status = status::SUCCESSFUL;
            }
            (Short('Z'), _) | (_, "failed-only") => {
                self.said.failed = true;
                self.wanted.qualifiers.status = status::FAILED;
            }
            (Short('t'), _) => self.times += 1,
            (_, "absolute-timestamps") => {
                let form = self.optional();
                self.wanted.text.wall = match form {
                    None => Some(Wall::Time(Precision::Seconds)),
                    Some(form) => Wall::named(&form).ok_or_else(|| self.invalid(&form))?,
                };
                self.times = 0;
            }
            (Short('r'), _) => self.wanted.text.relative = Some(Precision::Micros),
            (_, "relative-timestamps") => {
                self.wanted.text.relative = Some(self.precision()?);
            }
            (Short('T'), _) => self.wanted.text.spent = Some(Precision::Micros),
            (_, "syscall-times") => self.wanted.text.spent = Some(self.precision()?),
            (Short('y'), _) => self.paths += 1,
            (_, "decode-fds") => match self.optional() {
                None => self.wanted.qualifiers.decode_fds |= detail::PATH,
                Some(set) => self.qualify(&format!("decode-fds={set}"))?,
            },
            (Short('Y'), _) => self.wanted.qualifiers.decode_pids |= pids::COMM,
            (_, "pidns-translation") => self.wanted.qualifiers.decode_pids |= pids::PIDNS,
            (Short('s'), _) | (_, "string-limit") => {
                self.wanted.depth.strings = self.number()?;
            }
            (Short('v'), _) | (_, "no-abbrev") => self.qualify("abbrev=none")?,
            (Short('x'), _) => self.hex += 1,
            (_, "strings-in-hex") => {
                self.wanted.text.notation.hex = match self.optional().as_deref() {
                    None | Some("all") => HexStrings::All,
                    Some("none") => HexStrings::Never,
                    Some("non-ascii-chars") => HexStrings::Chars,
                    Some("non-ascii") => HexStrings::NonAscii,
                    Some(other) => return Err(self.invalid(other)),
                };
            }
            (Short('X'), _) | (_, "const-print-style") => {
                let style = self.text()?;
                self.wanted.text.notation.constants = match style.as_str() {
                    "raw" => Constants::Raw,
                    "abbrev" => Constants::Abbrev,
                    "verbose" => Constants::Verbose,
                    _ => return Err(self.invalid(&style)),
                };
            }
            (Short('a'), _) | (_, "columns") => self.wanted.text.column = self.number()?,
            (Short('i'), _) | (_, "instruction-pointer") => self.wanted.text.instructions = true,
            (Short('n'), _) | (_, "syscall-number") => self.wanted.text.numbers = true,
            (Short('N'), _) | (_, "arg-names") => self.wanted.depth.names = true,
            (_, "format") => {
                let form = self.text()?;
                self.wanted.json = match form.as_str() {
                    "json" => true,
                    "text" => false,
                    _ => return Err(self.invalid(&form)),
                };
            }
            (_, "always-show-pid") => self.always_pid = true,
            (Short('q'), _) => self.quiets += 1,
            (_, "quiet") => match self.optional() {
                None => {
                    self.said.quiet_set = true;
                    self.wanted.qualifiers.quiet = quiet::letters(1);
                }
                Some(set) => self.qualify(&format!("quiet={set}"))?,
            },
            (_, "color") => {
                self.wanted.color = match self.optional().as_deref() {
                    None | Some("auto") => When::Terminal,
                    Some("never") => When::Never,
                    Some("always") => When::Always,
                    Some(other) => return Err(self.invalid(other)),
                };
            }
            (Short('c'), _) | (_, "summary-only") => {
                self.said.summary_only = true;
                self.wanted.count = Counting::Counts;
            }
            (Short('C'), _) | (_, "summary") => {
                self.said.summary = true;
                self.wanted.count = Counting::Both;
            }
            (Short('w'), _) | (_, "summary-wall-clock") => {
                (self.said.wall_clock, self.wanted.summary.wall) = (true, true);
            }
            (Short('S'), _) | (_, "summary-sort-by") => {
                let key = self.text()?;
                self.wanted.summary.sort =
                    summary::sort_key(&key).map_err(|error| format!("{error}\n{}", try_help()))?;
            }
            (Short('U'), _) | (_, "summary-columns") => {
                let list = self.text()?;
                self.said.columns = true;
                self.wanted.summary.columns =
                    summary::columns(&list).map_err(|error| format!("{error}\n{}", try_help()))?;
            }
            (Short('O'), _) | (_, "summary-syscall-overhead") => {
                let span = self.text()?;
                self.wanted.summary.overhead = filter::span(&span).ok_or_else(|| self.invalid(&span))?;
            }
            (Short('E'), _) | (_, "env") => {
                let variable = self.value()?;
                self.wanted.environment.push(variable);
            }
            (_, "argv0") => self.wanted.argv0 = Some(self.value()?),
            (Short('u'), _) | (_, "user") => self.wanted.user = Some(self.text()?),
            (Short('b'), _) | (_, "detach-on") => match self.text()?.as_str() {
                "execve" => self.wanted.leave_at_execve = true,
                other => return Err(format!("Syscall '{other}' for -b isn't supported")),
            },
            (Short('D'), _) => {
                self.wanted.distance = Some(match self.wanted.distance {
                    None => Distance::Grandchild,
                    Some(Distance::Grandchild) => Distance::Group,
                    Some(_) => Distance::Session,
                });
            }
            (_, "daemonize") => {
                self.wanted.distance = Some(match self.optional().as_deref() {
                    None | Some("grandchild") => Distance::Grandchild,
                    Some("pgroup" | "pgrp") => Distance::Group,
                    Some("session") => Distance::Session,
                    Some(other) => return Err(self.invalid(other)),
                });
            }
            (Short('I'), _) | (_, "interruptible") => {
                let when = self.text()?;
                self.wanted.interruptible = match when.as_str() {
                    "1" | "anywhere" => 1,
                    "2" | "waiting" => 2,
                    "3" | "never" => 3,
                    "4" | "never_tstp" => 4,
                    _ => return Err(self.invalid(&when)),
                };
            }
            (_, "tracer-threads") => {
                let threads = self.text()?;
                let number = threads.parse().ok().filter(|number| (1..=MOST_SHARDS).contains(number));
                self.wanted.shards = Some(number.ok_or_else(|| self.invalid(&threads))?);
            }
            (_, "engine-stats") => self.wanted.engine_stats = true,
            (_, "kill-on-exit") => self.wanted.kill = true,
            (_, "seccomp-bpf") => self.said.seccomp = true,
            (_, "syscall-limit") => {
                let limit = self.text()?;
                let number = limit.parse().ok().filter(|limit| *limit > 0);
                self.wanted.limit = Some(number.ok_or_else(|| self.invalid(&limit))?);
            }
            (_, "tips") => {
                let form = self.optional();
                let tip = Tip::named(form.as_deref());
                self.wanted.tip = tip.ok_or_else(|| self.invalid(&form.unwrap_or_default()))?;
            }
            (Short('k'), _) | (_, "stack-trace" | "stack-trace-frame-limit") => {
                return Err("-k/--stack-trace: there is no stack unwinder in this tracer; perf trace \
                            --call-graph dwarf has one"
                    .into());
            }
            (Short('d'), _) | (_, "debug") => self.wanted.debug = true,
            (Short('V'), _) | (_, "version") => return Ok(Some(help::version())),
            (Short('h'), _) | (_, "help") => return Ok(Some(help::HELP.into())),
            (Short(letter), _) => return Err(format!("invalid option -- '{letter}'\n{}", try_help())),
            // `begin` knows no others.
            (Long(name), _) => return Err(format!("unrecognized option '--{name}'\n{}", try_help())),
        }
        Ok(None)
    }

    fn finish(self) -> Result<Wanted, String> {
        let Reader { mut wanted, mut said, times, quiets, paths, hex, always_pid, .. } = self;
        said.unfollowed = wanted.follow == 0;
        wanted.follow = wanted.follow.max(u8::from(said.deprecated_follow));
        match paths {
            0 => {}
            1 => wanted.qualifiers.decode_fds |= detail::PATH,
            _ => wanted.qualifiers.decode_fds = detail::ALL,
        }
        wanted.quiet_twice = quiets > 0 && said.quiet_set;
        wanted.qualifiers.quiet |= quiet::letters(quiets);
        match hex {
            0 => {}
            1 => wanted.text.notation.hex = HexStrings::NonAscii,
            _ => wanted.text.notation.hex = HexStrings::All,
        }
        match times {
            0 => {}
            1 => wanted.text.wall = Some(Wall::Time(Precision::Seconds)),
            2 => wanted.text.wall = Some(Wall::Time(Precision::Micros)),
            _ => wanted.text.wall = Some(Wall::Epoch(Precision::Micros)),
        }
        if wanted.follow > 1 {
            wanted.text.split = true;
        }
        said.separately = wanted.text.split;
        wanted.notes.extend(check::check(&wanted, &said)?);
        wanted.filtered = said.seccomp && check::without_filter(&wanted, &said).is_none();
        // As in strace: without a file, there is nothing to split.
        wanted.text.split &= wanted.output.is_some();
        // With its output elsewhere and a command of its own, strace does not report attaching.
        if wanted.output.is_some() && !wanted.command.is_empty() {
            wanted.qualifiers.quiet |= quiet::ATTACH | quiet::PERSONALITY;
        }
        if wanted.interruptible == 0 {
            wanted.interruptible = match wanted.distance {
                Some(_) => 4,
                None if wanted.output.is_some() && !wanted.command.is_empty() => 3,
                None => 2,
            };
        }
        // JSON names every argument.
        wanted.depth.names |= wanted.json;
        wanted.depth = wanted.depth.with(&wanted.qualifiers);
        wanted.text.quiet = wanted.qualifiers.quiet;
        let several = wanted.attach.len() + usize::from(!wanted.command.is_empty()) > 1;
        wanted.text.prefix = match (wanted.output.is_some(), wanted.text.split) {
            (_, true) => Prefix::None,
            (true, false) if wanted.follow > 0 || several => Prefix::Always,
            _ if always_pid => Prefix::Always,
            (true, false) => Prefix::None,
            (false, false) => Prefix::Several,
        };
        Ok(wanted)
    }

    /// One `-e`.
    fn qualify(&mut self, expression: &str) -> Result<(), String> {
        match expression.split_once('=') {
            Some(("kvm", _)) => Err("-e kvm= is not understood by this tracer".into()),
            Some(("secontext", _)) => Err(NO_SECONTEXT.into()),
            other => {
                self.said.quiet_set |= matches!(other, Some(("quiet" | "silent" | "silence" | "q", _)));
                let Wanted { qualifiers, injections, .. } = &mut self.wanted;
                filter::take(expression, qualifiers, injections, &compile).map_err(|error| {
                    if error.starts_with("incorrect") { format!("{error}\n{}", try_help()) } else { error }
                })
            }
        }
    }

    /// Begins with an argument. Returns the name of a long option in full, whatever spelling was given.
    fn begin(&mut self, given: &Given) -> Result<&'static str, String> {
        let name = match given {
            Given::Value(_) => return Ok(""),
            Given::Short(letter) => {
                self.option = format!("-{letter}");
                return Ok("");
            }
            Given::Long(name) => name,
        };
        let wrong = |text: String| Err(format!("{text}\n{}", try_help()));
        match long::find(name) {
            Ok(long) => {
                self.option = format!("--{}", long.name);
                if long.takes == Takes::Nothing && self.parser.optional_value().is_some() {
                    return wrong(format!("option '{}' doesn't allow an argument", self.option));
                }
                Ok(long.means)
            }
            Err(possible) => {
                let value = self.optional().map_or(String::new(), |value| format!("={value}"));
                if possible.is_empty() {
                    return wrong(format!("unrecognized option '--{name}{value}'"));
                }
                let possible: String = possible.iter().map(|name| format!(" '--{name}'")).collect();
                wrong(format!("option '--{name}{value}' is ambiguous; possibilities:{possible}"))
            }
        }
    }

    fn value(&mut self) -> Result<OsString, String> {
        self.parser.value().map_err(|error| match error {
            lexopt::Error::MissingValue { .. } => {
                let needed = match self.option.strip_prefix("--") {
                    Some(_) => format!("option '{}' requires an argument", self.option),
                    None => {
                        format!("option requires an argument -- '{}'", self.option.trim_start_matches('-'))
                    }
                };
                format!("{needed}\n{}", try_help())
            }
            other => usage(other),
        })
    }

    fn text(&mut self) -> Result<String, String> {
        self.value()?.string().map_err(usage)
    }

    fn optional(&mut self) -> Option<String> {
        self.parser.optional_value().map(|value| value.to_string_lossy().into_owned())
    }

    fn number(&mut self) -> Result<usize, String> {
        let text = self.text()?;
        let number = text.parse::<usize>().ok().filter(|number| *number <= i32::MAX as usize);
        number.ok_or_else(|| self.invalid(&text))
    }

    fn precision(&mut self) -> Result<Precision, String> {
        match self.optional() {
            None => Ok(Precision::Micros),
            Some(word) => Precision::named(&word).ok_or_else(|| self.invalid(&word)),
        }
    }

    fn invalid(&self, value: &str) -> String {
        format!("invalid {} argument: '{value}'\n{}", self.option, try_help())
    }
}

/// The message of getopt_long(3), for which `-f=1` asks for an option named `=`.
fn usage(error: lexopt::Error) -> String {
    match error {
        lexopt::Error::UnexpectedValue { .. } => format!("invalid option -- '='\n{}", try_help()),
        other => format!("{other}\n{}", try_help()),
    }
}
