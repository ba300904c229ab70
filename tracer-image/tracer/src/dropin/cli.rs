//! strace's command line, as far as it is understood; what is not is refused by name, never ignored.

use lexopt::{Arg, Parser, ValueExt};
use render::{
    clock::{Precision, Wall},
    text::{Options, Prefix},
};
use std::{ffi::OsString, path::PathBuf};
use syscalls::{
    filter::{self, CallSet},
    gather::Depth,
    notation::{HexStrings, Notation},
};

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    /// Trace something.
    Trace(Box<Wanted>),
    /// Print this and end well.
    Print(String),
}

/// A trace, as asked for.
#[derive(Debug)]
pub struct Wanted {
    /// Processes to attach to.
    pub attach: Vec<i32>,
    /// The command and its arguments; empty where only `-p` is given.
    pub command: Vec<OsString>,
    /// How many `-f`.
    pub follow: u8,
    /// `-o`
    pub output: Option<PathBuf>,
    /// Which calls.
    pub calls: CallSet,
    /// How deep.
    pub depth: Depth,
    /// How the text looks.
    pub text: Options,
    /// How many `-q`.
    pub quiet: u8,
    /// `-E`: variables to set (or without `=` to remove) in the command's environment.
    pub environment: Vec<OsString>,
}

/// Reads the arguments behind the program's name.
///
/// # Errors
/// What is wrong with them, as strace would begin it.
pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Request, String> {
    let mut parser = Parser::from_args(args);
    let mut wanted = Wanted {
        attach: Vec::new(),
        command: Vec::new(),
        follow: 0,
        output: None,
        calls: CallSet::all(),
        depth: Depth::default(),
        text: Options::default(),
        quiet: 0,
        environment: Vec::new(),
    };
    let mut filters = Vec::new();
    let (mut times, mut hex) = (0u8, 0u8);
    while let Some(arg) = parser.next().map_err(|error| error.to_string())? {
        match arg {
            Arg::Short('p') | Arg::Long("attach") => {
                let list = text(&mut parser)?;
                for pid in list.split([',', ' ', '\t', '\n']).filter(|pid| !pid.is_empty()) {
                    let pid = pid.parse().ok().filter(|pid| *pid > 0);
                    wanted.attach.push(pid.ok_or_else(|| format!("Invalid process id: '{list}'"))?);
                }
            }
            Arg::Short('f') | Arg::Long("follow-forks") => wanted.follow += 1,
            Arg::Long("output-separately") => wanted.text.split = true,
            Arg::Short('o') | Arg::Long("output") => {
                wanted.output = Some(parser.value().map_err(|error| error.to_string())?.into());
            }
            Arg::Short('e') => qualify(&text(&mut parser)?, &mut filters)?,
            Arg::Long("trace") => filters.push(text(&mut parser)?),
            Arg::Short('t') => times += 1,
            Arg::Long("absolute-timestamps") => {
                wanted.text.wall = Some(match parser.optional_value() {
                    None => Wall::Time(Precision::Seconds),
                    Some(format) => wall(&format.to_string_lossy())?,
                });
            }
            Arg::Short('r') => wanted.text.relative = Some(Precision::Micros),
            Arg::Long("relative-timestamps") => {
                wanted.text.relative = Some(optional_precision(&mut parser)?);
            }
            Arg::Short('T') => wanted.text.spent = Some(Precision::Micros),
            Arg::Long("syscall-times") => wanted.text.spent = Some(optional_precision(&mut parser)?),
            Arg::Short('y') | Arg::Long("decode-fds") => {
                if parser.optional_value().is_some_and(|value| value != "path" && value != "y") {
                    return Err("only paths of descriptors are decoded (-y), not yet what -yy adds".into());
                }
                if wanted.depth.paths {
                    return Err("-yy is not understood yet; -y is".into());
                }
                wanted.depth.paths = true;
            }
            Arg::Short('s') | Arg::Long("string-limit") => {
                let limit = text(&mut parser)?;
                wanted.depth.strings =
                    limit.parse().map_err(|_| format!("invalid -s argument: '{limit}'"))?;
            }
            Arg::Short('v') | Arg::Long("no-abbrev") => wanted.depth.verbose = true,
            Arg::Short('x') => hex += 1,
            Arg::Short('a') | Arg::Long("columns") => {
                let column = text(&mut parser)?;
                wanted.text.column =
                    column.parse().map_err(|_| format!("invalid -a argument: '{column}'"))?;
            }
            Arg::Short('q') | Arg::Long("quiet") => wanted.quiet += 1,
            Arg::Short('E') | Arg::Long("env") => {
                wanted.environment.push(parser.value().map_err(|error| error.to_string())?);
            }
            Arg::Short('V') | Arg::Long("version") => {
                return Ok(Request::Print(format!(
                    "strace -- version {} (kubectl-strace)\n",
                    env!("CARGO_PKG_VERSION")
                )));
            }
            Arg::Short('h') | Arg::Long("help") => return Ok(Request::Print(HELP.into())),
            Arg::Value(program) => {
                wanted.command.push(program);
                wanted.command.extend(parser.raw_args().map_err(|error| error.to_string())?);
            }
            other => {
                return Err(format!(
                    "{}\nTry 'strace -h' for the options that are understood.",
                    other.unexpected()
                ));
            }
        }
    }
    wanted.calls = filter::last(&filters)?;
    wanted.text.notation = Notation {
        hex: match hex {
            0 => HexStrings::Never,
            1 => HexStrings::NonAscii,
            _ => HexStrings::All,
        },
        ..Notation::default()
    };
    if times > 0 {
        wanted.text.wall = Some(match times {
            1 => Wall::Time(Precision::Seconds),
            2 => Wall::Time(Precision::Micros),
            _ => Wall::Epoch(Precision::Micros),
        });
    }
    if wanted.follow > 1 {
        wanted.text.split = true;
    }
    if wanted.text.split && wanted.output.is_none() {
        // As strace: without a file there is nothing to split.
        wanted.text.split = false;
    }
    wanted.text.prefix = match (&wanted.output, wanted.text.split) {
        (_, true) => Prefix::None,
        (Some(_), false) if wanted.follow > 0 => Prefix::Always,
        (Some(_), false) => Prefix::None,
        (None, false) => Prefix::Several,
    };
    if wanted.attach.is_empty() && wanted.command.is_empty() {
        return Err("must have PROG [ARGS] or -p PID\nTry 'strace -h' for more information.".into());
    }
    if !wanted.attach.is_empty() && !wanted.command.is_empty() {
        return Err("a command and -p PID together are not understood yet".into());
    }
    Ok(Request::Trace(Box::new(wanted)))
}

fn text(parser: &mut Parser) -> Result<String, String> {
    parser.value().and_then(|value| value.string()).map_err(|error| error.to_string())
}

fn optional_precision(parser: &mut Parser) -> Result<Precision, String> {
    parser.optional_value().map_or(Ok(Precision::Micros), |value| precision(&value.to_string_lossy()))
}

fn precision(word: &str) -> Result<Precision, String> {
    match word {
        "s" => Ok(Precision::Seconds),
        "ms" => Ok(Precision::Millis),
        "us" => Ok(Precision::Micros),
        "ns" => Ok(Precision::Nanos),
        other => Err(format!("invalid precision '{other}' (s, ms, us or ns)")),
    }
}

/// strace(1), `--absolute-timestamps=[[format:]FORMAT],[[precision:]PRECISION]`.
fn wall(list: &str) -> Result<Wall, String> {
    let (mut unix, mut digits) = (false, Precision::Seconds);
    for word in list.split(',') {
        match word {
            "unix" | "format:unix" => unix = true,
            "time" | "format:time" => unix = false,
            word => digits = precision(word.strip_prefix("precision:").unwrap_or(word))?,
        }
    }
    Ok(if unix { Wall::Epoch(digits) } else { Wall::Time(digits) })
}

/// `-e [QUALIFIER=]VALUE`: without a qualifier it is `trace`.
fn qualify(expression: &str, filters: &mut Vec<String>) -> Result<(), String> {
    match expression.split_once('=') {
        None => filters.push(expression.into()),
        Some(("trace" | "t", set)) => filters.push(set.into()),
        Some((qualifier, _)) => return Err(format!("-e {qualifier}= is not understood yet; -e trace= is")),
    }
    Ok(())
}

const HELP: &str = "\
usage: strace [-f[f]] [-tTrvxyq] [-a COLUMN] [-e trace=SET] [-o FILE] [-s SIZE] [-E VAR[=VAL]] { -p PID | PROG [ARGS] }

  -p PID      attach to PID (a list is allowed); with -f to all its threads
  -f          follow forks; -ff with -o: one file for each thread, FILE.TID
  -e trace=SET  only these calls: names, %classes, ! for all others
  -o FILE     write there instead of to stderr
  -s SIZE     most bytes of a string (default 32)
  -t -tt -ttt wall time, with microseconds, since the epoch;  -r time since the line before;  -T time in the call
  -v          structures whole;  -y paths of descriptors;  -x -xx strings in hexadecimal
  -a COLUMN   where the result stands (default 40);  -q fewer messages
  -E VAR[=VAL]  set or remove a variable for the command
  -V -h       version, this help
";
