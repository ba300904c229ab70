//! The flags of `replay`.

use super::{OutputArgs, SummaryArgs, TraceArgs};
use std::path::PathBuf;

/// Flags of a trace that are understood only to be refused with a reason: they are in no help.
pub const REFUSED: &[&str] = &[
    "allow_tampering",
    "exe",
    "detach_on",
    "syscall_limit",
    "tracer_threads",
    "engine_stats",
    "no_entrants",
    "record",
    "rotate",
    "duration",
    "on_overload",
    "max_stop",
    "max_slowdown",
    "keep_going",
    "redact",
];

/// Hides them.
pub fn hide(arg: clap::Arg) -> clap::Arg {
    let refused = REFUSED.contains(&arg.get_id().as_str());
    if refused { arg.hide(true) } else { arg }
}

/// Which recordings to show, and how: the flags of a trace, as far as they choose among what was recorded or say how it is
/// written.
#[derive(Debug, Clone, clap::Args)]
pub struct ReplayArgs {
    /// Recordings, made with `--record`; several are shown in one order
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Only what happened from this time on: `14:03:07.5`, `2026-05-04T14:03:07Z`, seconds since 1970 (as `-ttt` shows
    /// them), or `+30s` after the beginning
    #[arg(long, value_name = "TIME", help_heading = "Which part")]
    pub from: Option<String>,

    /// Only what happened up to this time
    #[arg(long, value_name = "TIME", help_heading = "Which part")]
    pub to: Option<String>,

    /// Only what happened within a second of such an event: a call (`openat`), one that failed (`openat=ENOENT`, `=EIO`), a
    /// signal (`SIGSEGV`), `exit`, `killed`, `lost`; another time after a comma: `SIGSEGV,5s`
    #[arg(long, value_name = "EVENT", help_heading = "Which part")]
    pub around: Option<String>,

    /// Only this pod; may be repeated
    #[arg(long = "pod", value_name = "NAME", help_heading = "Whom")]
    pub pods: Vec<String>,

    /// Only this container; may be repeated
    #[arg(short = 'c', long = "container", value_name = "NAME", help_heading = "Whom")]
    pub containers: Vec<String>,

    #[command(flatten)]
    pub trace: TraceArgs,

    #[command(flatten)]
    pub output: OutputArgs,

    #[command(flatten)]
    pub summary: SummaryArgs,
}
