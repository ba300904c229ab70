//! The command line of a strace that is not ours (`--in-place`): the letters as they were typed.

use crate::{
    cli::{Args, HexStyle, Style},
    screen::TraceOutput,
};
use render::{
    clock::{Precision, Wall},
    text::Options,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StraceArgs {
    /// Its arguments.
    pub words: Vec<String>,
    /// Whether to trace all processes of the container, which the script there finds.
    pub all: bool,
    /// Whether the trace goes to stdout or stderr here, and not to files.
    pub on_page: bool,
}

impl StraceArgs {
    /// From the command line.
    pub fn new(args: &Args, pids: &[i32], lines: &Options, output: &TraceOutput) -> StraceArgs {
        let (trace, mut words) = (&args.trace, Vec::new());
        let on_page = matches!(output, TraceOutput::Stdout | TraceOutput::Stderr);
        let repeated =
            |letter: &str, times: u8| (times > 0).then(|| format!("-{}", letter.repeat(times.into())));
        if trace.follow > 0 || pids.is_empty() || lines.split {
            words.push("-f".to_owned());
        }
        for expression in &trace.expressions {
            words.extend(["-e".to_owned(), expression.clone()]);
        }
        for path in &trace.trace_paths {
            words.extend(["-P".to_owned(), path.clone()]);
        }
        words.extend(["-s".to_owned(), trace.strings.to_string()]);
        words.extend(repeated("y", trace.paths));
        words.extend(match trace.strings_in_hex {
            None => repeated("x", trace.hex),
            Some(HexStyle::None) => None,
            Some(HexStyle::NonAscii) => repeated("x", 1),
            Some(HexStyle::All) => repeated("x", 2),
            // strace has no letter for this.
            Some(HexStyle::NonAsciiChars) => Some("--strings-in-hex=non-ascii-chars".to_owned()),
        });
        if trace.constants != Style::Abbrev {
            words.extend(["-X", trace.constants.name()].map(str::to_owned));
        }
        if args.output.column != 40 {
            words.extend(["-a".to_owned(), args.output.column.to_string()]);
        }
        words.extend(lines.wall.map(clock));
        words.extend(lines.relative.map(|precision| exact("-r", "--relative-timestamps", precision)));
        words.extend(lines.spent.map(|precision| exact("-T", "--syscall-times", precision)));
        words.extend(repeated("q", args.output.quiet));
        words.extend(trace.syscall_limit.map(|limit| format!("--syscall-limit={limit}")));
        let plain = [
            ("-v", trace.verbose),
            ("-z", trace.successful),
            ("-Z", trace.failed),
            ("-Y", trace.names),
            ("-N", trace.arguments),
            ("-n", args.output.syscall_number),
            ("-i", args.output.instruction_pointer),
            ("--always-show-pid", args.output.always_show_pid),
            ("-c", args.summary.summary_only),
            ("-C", args.summary.summary),
            ("-w", args.summary.wall_clock),
        ];
        words.extend(plain.into_iter().filter(|(_, typed)| *typed).map(|(letter, _)| letter.to_owned()));
        let with_words = [
            ("-S", args.summary.sort.as_ref()),
            ("-U", args.summary.columns.as_ref()),
            ("-O", args.summary.overhead.as_ref()),
            ("-b", trace.detach_on.as_ref()),
        ];
        for (letter, word) in with_words {
            words.extend(word.into_iter().flat_map(|word| [letter.to_owned(), word.clone()]));
        }
        if !on_page {
            words.extend(["-o", "/dev/stdout"].map(str::to_owned));
        }
        for pid in pids {
            words.extend(["-p".to_owned(), pid.to_string()]);
        }
        StraceArgs { words, all: pids.is_empty(), on_page }
    }
}

/// A time of day, as a letter if there is one, because every strace knows those. The long options are newer; a strace
/// that lacks one says so and ends.
fn clock(wall: Wall) -> String {
    match wall {
        Wall::Time(Precision::Seconds) => "-t".to_owned(),
        Wall::Time(Precision::Micros) => "-tt".to_owned(),
        Wall::Epoch(Precision::Micros) => "-ttt".to_owned(),
        Wall::Time(precision) => format!("--absolute-timestamps=time,{}", name(precision)),
        Wall::Epoch(precision) => format!("--absolute-timestamps=unix,{}", name(precision)),
    }
}

/// The same for a time span; its letter means microseconds.
fn exact(letter: &str, long: &str, precision: Precision) -> String {
    match precision {
        Precision::Micros => letter.to_owned(),
        precision => format!("{long}={}", name(precision)),
    }
}

fn name(precision: Precision) -> &'static str {
    match precision {
        Precision::Seconds => "s",
        Precision::Millis => "ms",
        Precision::Micros => "us",
        Precision::Nanos => "ns",
    }
}
