//! How a trace is written and where to.

use super::quantity::{duration, size};
use clap::ArgAction;
use render::clock::{Precision, Wall};
use std::path::PathBuf;

/// How the trace is written and where to.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// As text that reads as strace's, or as JSON, one event on a line (docs/events.schema.json)
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Events,

    /// Time of day before each line; `-tt` with microseconds, `-ttt` as seconds since 1970
    #[arg(short = 't', action = ArgAction::Count)]
    pub clock: u8,

    /// The same in another form: `none`, `time` or `unix`, with `s`, `ms`, `us` or `ns` behind a comma
    #[arg(long = "absolute-timestamps", alias = "timestamps", value_name = "FORM", num_args = 0..=1, require_equals = true,
          default_missing_value = "time", value_parser = wall, conflicts_with = "clock")]
    pub wall: Option<ClockFormat>,

    /// Time since the line before
    #[arg(short = 'r')]
    pub relative: bool,

    /// The same, as exact as is said: `s`, `ms`, `us` or `ns`
    #[arg(long = "relative-timestamps", value_name = "PRECISION", num_args = 0..=1, require_equals = true,
          default_missing_value = "us", value_parser = precision)]
    pub relative_precision: Option<Precision>,

    /// Time spent in each call
    #[arg(short = 'T')]
    pub durations: bool,

    /// The same, as exact as is said: `s`, `ms`, `us` or `ns`
    #[arg(long = "syscall-times", value_name = "PRECISION", num_args = 0..=1, require_equals = true,
          default_missing_value = "us", value_parser = precision)]
    pub duration_precision: Option<Precision>,

    /// Column of the results
    #[arg(short = 'a', long = "columns", value_name = "COLUMN", default_value_t = 40)]
    pub column: u16,

    /// The number of each call (strace's `-n`)
    #[arg(long)]
    pub syscall_number: bool,

    /// The instruction pointer at each call
    #[arg(short = 'i', long)]
    pub instruction_pointer: bool,

    /// The process before each line, also where there is only one
    #[arg(long)]
    pub always_show_pid: bool,

    /// Write the trace to FILE; with `-ff` each thread's to FILE.TID
    #[arg(short = 'o', long = "output", value_name = "FILE", conflicts_with = "out")]
    pub file: Option<PathBuf>,

    /// Go on in the file of `-o`, behind what it has
    #[arg(short = 'A', long = "output-append-mode", requires = "file")]
    pub append: bool,

    /// With `--ff` write each thread's trace to DIR/POD.CONTAINER.TID (implies `-ttt`, which strace-log-merge needs)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// A file for each thread, with `-o` or `--out` (the same as `-ff`)
    #[arg(long = "ff", alias = "output-separately")]
    pub separate: bool,

    /// Overwrite files of an earlier trace in the directory of `--out`
    #[arg(long)]
    pub force: bool,

    /// End the trace so long after it began: `30s`, `2m`
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub duration: Option<std::time::Duration>,

    /// End the trace when so many events are written (calls that returned, signals, exits), of all pods together
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_events: Option<u64>,

    /// End the trace when so many bytes of it are written, of all pods together: `10M`, `1Gi`
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_bytes: Option<u64>,

    /// What becomes of events that nobody takes in time: they are dropped and counted where they are missing, or the
    /// target waits, `--max-stop` at a time at most
    #[arg(long, value_name = "HOW", default_value = "drop")]
    pub on_overload: OnOverload,

    /// Longest that the target waits for us at a time, with `--on-overload block`, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub max_stop: u32,

    /// End the trace when the target loses more than this much of its speed: with 60, when it runs at less than 40 % of the
    /// speed that it would have
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(1..100))]
    pub max_slowdown: Option<u32>,

    /// Begin where the pod's memory limit leaves next to nothing, and go on when it comes to that, a probe of the container
    /// fails, or the pod is not Ready any more
    #[arg(long)]
    pub keep_going: bool,

    /// Hide what is read from Secret volumes, what holds a secret of the environment, and what looks like a password, a
    /// token or a key. Where nothing at all may be shown, `-s 0` prints no strings
    #[arg(long)]
    pub redact: bool,

    /// Colour the names of pods, what failed, signals and ends: `auto` on a terminal, where NO_COLOR is not set
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    /// Do not say what is being done; `-qq` nor which processes exit, `-qqq` nothing but the calls and signals
    #[arg(short = 'q', long = "quiet", action = ArgAction::Count)]
    pub quiet: u8,
}

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Events {
    /// As strace's text
    Text,
    /// As JSON, one on a line
    Json,
}

/// How the time of day is written, if it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockFormat(pub Option<Wall>);

fn wall(text: &str) -> Result<ClockFormat, String> {
    Wall::named(text)
        .map(ClockFormat)
        .ok_or_else(|| "it is written as time, unix or none, and s, ms, us or ns: unix,ns".into())
}

fn precision(text: &str) -> Result<Precision, String> {
    Precision::named(text).ok_or_else(|| "it is s, ms, us or ns".into())
}

/// When to write in colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, where the variable NO_COLOR is not set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What becomes of events that nobody takes in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OnOverload {
    /// They are dropped, and counted where they are missing
    Drop,
    /// The target waits, for a bounded time
    Block,
}
