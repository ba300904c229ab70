//! How a trace is written, and where to.

use super::quantity::{duration, size};
use clap::ArgAction;
use render::clock::{Precision, Wall};
use std::path::PathBuf;

/// Smallest file of a recording that is rotated: each begins with what is known of every thread.
const LEAST_PART: u64 = 1 << 20;
/// Most files of a recording.
const MOST_PARTS: u32 = 10_000;

/// How the trace is written, and where to.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Text that reads like strace's, or JSON with one event per line (docs/events.schema.json)
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Events,

    /// Time of day before each line; `-tt` with microseconds, `-ttt` as seconds since 1970
    #[arg(short = 't', action = ArgAction::Count)]
    pub clock: u8,

    /// The same in another form: `none`, `time` or `unix`, with `s`, `ms`, `us` or `ns` after a comma
    #[arg(long = "absolute-timestamps", alias = "timestamps", value_name = "FORM", num_args = 0..=1, require_equals = true,
          default_missing_value = "time", value_parser = wall, conflicts_with = "clock")]
    pub wall: Option<ClockFormat>,

    /// Time since the previous line
    #[arg(short = 'r')]
    pub relative: bool,

    /// The same, with this precision: `s`, `ms`, `us` or `ns`
    #[arg(long = "relative-timestamps", value_name = "PRECISION", num_args = 0..=1, require_equals = true,
          default_missing_value = "us", value_parser = precision)]
    pub relative_precision: Option<Precision>,

    /// Time spent in each call
    #[arg(short = 'T')]
    pub durations: bool,

    /// The same, with this precision: `s`, `ms`, `us` or `ns`
    #[arg(long = "syscall-times", value_name = "PRECISION", num_args = 0..=1, require_equals = true,
          default_missing_value = "us", value_parser = precision)]
    pub duration_precision: Option<Precision>,

    /// Column in which results are aligned
    #[arg(short = 'a', long = "columns", value_name = "COLUMN", default_value_t = 40)]
    pub column: u16,

    /// The number of each call (strace's `-n`)
    #[arg(long)]
    pub syscall_number: bool,

    /// The instruction pointer at each call
    #[arg(short = 'i', long)]
    pub instruction_pointer: bool,

    /// The process before each line, even if there is only one
    #[arg(long)]
    pub always_show_pid: bool,

    /// Write the trace to FILE; with `-ff`, each thread's to FILE.TID
    #[arg(short = 'o', long = "output", value_name = "FILE", conflicts_with = "out")]
    pub file: Option<PathBuf>,

    /// Append to the file of `-o` instead of replacing it
    #[arg(short = 'A', long = "output-append-mode", requires = "file")]
    pub append: bool,

    /// With `--ff`, write each thread's trace to DIR/POD.CONTAINER.TID (implies `-ttt`, which strace-log-merge needs)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// A file for each thread, with `-o` or `--out` (the same as `-ff`)
    #[arg(long = "ff", alias = "output-separately")]
    pub separate: bool,

    /// Overwrite the files of an earlier trace in the directory of `--out`
    #[arg(long)]
    pub force: bool,

    /// Also record the trace in FILE, from which `kubectl strace replay` shows it again in any form (`-o /dev/null` to
    /// show nothing now). What is not asked for now is not recorded
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,

    /// Begin another file of the recording when it has this size, and keep at most so many: `100MiB,10`. The older ones
    /// are FILE.1, FILE.2 and so on
    #[arg(long, value_name = "SIZE,NUMBER", value_parser = rotation)]
    pub rotate: Option<Rotation>,

    /// End the trace after this time: `30s`, `2m`
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub duration: Option<std::time::Duration>,

    /// End the trace once this many events are written (calls that returned, signals, exits), of all pods together
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_events: Option<u64>,

    /// End the trace once this many bytes are written, of all pods together: `10M`, `1Gi`
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_bytes: Option<u64>,

    /// What happens to events that are not taken in time: they are dropped and counted where they are missing, or the
    /// target waits, at most `--max-stop` at a time
    #[arg(long, value_name = "HOW", default_value = "drop")]
    pub on_overload: OnOverload,

    /// Longest single wait of the target for us with `--on-overload block`, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub max_stop: u32,

    /// End the trace when the target loses more than this percentage of its speed: with 60, when it runs at less than
    /// 40 % of the speed that it would have untraced
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub max_slowdown: Option<u32>,

    /// Begin even if the pod's memory limit leaves next to nothing, and go on even if it comes to that, a probe of
    /// the container fails, or the pod is no longer Ready
    #[arg(long)]
    pub keep_going: bool,

    /// Hide what is read from Secret volumes, what contains a secret of the environment, and what looks like a
    /// password, a token or a key. To show no strings at all, use `-s 0`
    #[arg(long)]
    pub redact: bool,

    /// Colour the names of pods, failures, signals and exits: `auto` on a terminal, unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    /// Do not report progress; `-qq` nor which processes exit, `-qqq` nothing but the calls and signals
    #[arg(short = 'q', long = "quiet", action = ArgAction::Count)]
    pub quiet: u8,
}

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Events {
    /// Text like strace's
    Text,
    /// JSON, one event per line
    Json,
}

/// When another file is begun, and how many are kept: `--rotate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The size of a file in bytes, above which the next block goes to another one.
    pub size: u64,
    /// How many there are at most, the one that is written to included.
    pub files: u32,
}

/// How the time of day is written; `None`: not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockFormat(pub Option<Wall>);

/// `100MiB,10`
fn rotation(text: &str) -> Result<Rotation, String> {
    let wrong = || "write it as a size and a number of files: 100MiB,10".to_owned();
    let (bytes, files) = text.split_once(',').ok_or_else(wrong)?;
    let files = files.parse::<u32>().map_err(|_| wrong())?;
    let bytes = size(bytes)?;
    if bytes < LEAST_PART {
        return Err("a file of a recording has 1 MiB at least".to_owned());
    }
    if !(2..=MOST_PARTS).contains(&files) {
        return Err(format!("at least 2 files are kept, and at most {MOST_PARTS}"));
    }
    Ok(Rotation { size: bytes, files })
}

fn wall(text: &str) -> Result<ClockFormat, String> {
    Wall::named(text)
        .map(ClockFormat)
        .ok_or_else(|| "write it as time, unix or none, with s, ms, us or ns: unix,ns".into())
}

fn precision(text: &str) -> Result<Precision, String> {
    Precision::named(text).ok_or_else(|| "write it as s, ms, us or ns".into())
}

/// `60` or `60%`. At 0 every target is too slow, and at 100 none.
fn percent(text: &str) -> Result<u32, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse();
    number
        .ok()
        .filter(|percent| (1..100).contains(percent))
        .ok_or_else(|| "write it as a whole number from 1 to 99".into())
}

/// When to write in colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless the variable NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What happens to events that are not taken in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OnOverload {
    /// Drop them, and count them where they are missing
    Drop,
    /// Let the target wait, for a bounded time
    Block,
}
