//! What each flag does in each mode: a flag is honoured or refused by name, never ignored.
//!
//! [`FLAGS`] has a row for every flag of a trace. A test walks through clap's flags and fails if a row is missing, if
//! a refused flag is accepted, or if an honoured one changes nothing.

use crate::{
    cli::{Args, Command},
    refusal::{self, Refusal},
};

/// What kind of run a command line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Trace what already runs.
    Attach,
    /// `-- PROGRAM`
    Command,
    /// `--in-place`
    InPlace,
    /// `--dry-run`
    DryRun,
    /// `replay`
    Replay,
}

/// What a flag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// What its help says.
    Honoured,
    /// Only its value is checked, because a dry run does not trace.
    Checked,
    /// It is refused, for this reason.
    Refused(&'static str),
    /// These values are honoured; any other is refused, for this reason.
    Only(&'static [&'static str], &'static str),
}

use Use::{Checked, Honoured, Only, Refused};

/// One flag: its id in clap, and what it does in each mode.
pub struct Row {
    id: &'static str,
    attach: Use,
    command: Use,
    in_place: Use,
    dry_run: Use,
    replay: Use,
}

const fn row(id: &'static str, attach: Use, command: Use, in_place: Use, dry_run: Use, replay: Use) -> Row {
    Row { id, attach, command, in_place, dry_run, replay }
}

// Reasons that several flags share.
const ONE_CONTAINER: Use = Refused("a command runs in one container of one pod");
const ONE_STRACE: Use = Refused("one strace is run, in one container of one pod");
const CHOOSES: Use = Refused("it chooses running processes, but the command is yet to be started");
const NO_NAMES: Use = Refused("strace chooses processes by their ids only: -p PID");
const OUR_TRACER: Use = Refused("it is about this plugin's own tracer, which does not run");
const ADDS_NOTHING: Use = Refused("it is about the added container, and none is added");
const NOTHING_TO_RECORD: Use =
    Refused("the container's own strace writes text, and a recording is of events");
const NO_CLUSTER: Use = Refused("a recording is a file, and no cluster is asked");
const IS_OVER: Use =
    Refused("what is recorded is over: nothing can be chosen or changed in the pod any more");
const OF_TRACE_FILE: Use = Refused("-o is the format of what is shown here, yaml or json");

/// Every flag of a trace.
pub const FLAGS: &[Row] = &[
    // The target.
    row("what", Honoured, Honoured, Honoured, Honoured, IS_OVER),
    row(
        "program",
        Honoured,
        Honoured,
        Refused("it traces what runs already, but -- begins a command"),
        Honoured,
        IS_OVER,
    ),
    row("selector", Honoured, Honoured, Honoured, Honoured, IS_OVER),
    row("containers", Honoured, Honoured, Honoured, Honoured, Honoured),
    row("all_containers", Honoured, ONE_CONTAINER, ONE_STRACE, Honoured, IS_OVER),
    row("all_pods", Honoured, ONE_CONTAINER, ONE_STRACE, Honoured, IS_OVER),
    row("max_pods", Honoured, ONE_CONTAINER, ONE_STRACE, Honoured, IS_OVER),
    row("follow_pods", Honoured, ONE_CONTAINER, ONE_STRACE, Checked, IS_OVER),
    row("wait", Honoured, Honoured, Honoured, Honoured, IS_OVER),
    row(
        "follow_restarts",
        Honoured,
        Refused("nothing starts a command again when its container is restarted"),
        Refused("that strace ends with the container, and nothing starts it again"),
        Checked,
        IS_OVER,
    ),
    // The cluster: the same for every request.
    row("namespace", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("kubeconfig", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("context", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("cluster", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("user", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("server", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("tls_server_name", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("certificate_authority", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("insecure_skip_tls_verify", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("client_certificate", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("client_key", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("token", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("username", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("password", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("impersonate", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("impersonate_groups", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("impersonate_uid", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("impersonate_extra", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("request_timeout", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("disable_compression", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("cache_dir", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    row("verbosity", Honoured, Honoured, Honoured, Honoured, NO_CLUSTER),
    // What is traced.
    row("expressions", Honoured, Honoured, Honoured, Checked, Honoured),
    row("trace_paths", Honoured, Honoured, Honoured, Checked, Honoured),
    row("allow_tampering", Honoured, Honoured, Honoured, Checked, IS_OVER),
    row("pids", Honoured, CHOOSES, Honoured, Checked, Honoured),
    row("comm", Honoured, CHOOSES, NO_NAMES, Checked, Honoured),
    row(
        "exe",
        Honoured,
        CHOOSES,
        NO_NAMES,
        Checked,
        Refused("which programs ran is not in a recording; --comm chooses by name"),
    ),
    row("follow", Honoured, Honoured, Honoured, Checked, Honoured),
    row("detach_on", Honoured, Honoured, Honoured, Checked, IS_OVER),
    row(
        "syscall_limit",
        Honoured,
        Honoured,
        Honoured,
        Checked,
        Refused("the trace is over; --max-events bounds what is shown"),
    ),
    row("tracer_threads", Honoured, Honoured, OUR_TRACER, Checked, IS_OVER),
    row("engine_stats", Honoured, Honoured, OUR_TRACER, Checked, IS_OVER),
    row(
        "no_entrants",
        Honoured,
        Refused("only the command is traced, so there is nothing to leave out"),
        Refused("that strace never traces what enters the container later, so there is nothing to leave out"),
        Checked,
        IS_OVER,
    ),
    row("successful", Honoured, Honoured, Honoured, Checked, Honoured),
    row("failed", Honoured, Honoured, Honoured, Checked, Honoured),
    row("strings", Honoured, Honoured, Honoured, Checked, Honoured),
    row("verbose", Honoured, Honoured, Honoured, Checked, Honoured),
    row("paths", Honoured, Honoured, Honoured, Checked, Honoured),
    row("names", Honoured, Honoured, Honoured, Checked, Honoured),
    row("arguments", Honoured, Honoured, Honoured, Checked, Honoured),
    row("hex", Honoured, Honoured, Honoured, Checked, Honoured),
    row("strings_in_hex", Honoured, Honoured, Honoured, Checked, Honoured),
    row("constants", Honoured, Honoured, Honoured, Checked, Honoured),
    // How it is written, and how much of it.
    row(
        "format",
        Honoured,
        Honoured,
        Only(&["text"], "the container's own strace writes text only"),
        Only(&["text"], "it is the format of a trace; what is shown here becomes JSON with -o json"),
        Honoured,
    ),
    row("clock", Honoured, Honoured, Honoured, Checked, Honoured),
    row("wall", Honoured, Honoured, Honoured, Checked, Honoured),
    row("relative", Honoured, Honoured, Honoured, Checked, Honoured),
    row("relative_precision", Honoured, Honoured, Honoured, Checked, Honoured),
    row("durations", Honoured, Honoured, Honoured, Checked, Honoured),
    row("duration_precision", Honoured, Honoured, Honoured, Checked, Honoured),
    row("column", Honoured, Honoured, Honoured, Checked, Honoured),
    row("syscall_number", Honoured, Honoured, Honoured, Checked, Honoured),
    row("instruction_pointer", Honoured, Honoured, Honoured, Checked, Honoured),
    row("always_show_pid", Honoured, Honoured, Honoured, Checked, Honoured),
    row("file", Honoured, Honoured, Honoured, Honoured, Honoured),
    row("append", Honoured, Honoured, Honoured, OF_TRACE_FILE, Honoured),
    row("out", Honoured, Honoured, Honoured, Checked, Honoured),
    row("separate", Honoured, Honoured, Honoured, Checked, Honoured),
    row("force", Honoured, Honoured, Honoured, Checked, Honoured),
    row("record", Honoured, Honoured, NOTHING_TO_RECORD, Checked, Refused("it is recorded already")),
    row("rotate", Honoured, Honoured, NOTHING_TO_RECORD, Checked, IS_OVER),
    row(
        "duration",
        Honoured,
        Honoured,
        Honoured,
        Checked,
        Refused("--from and --to choose a part of a recording"),
    ),
    row(
        "max_events",
        Honoured,
        Honoured,
        Refused("its text is passed on as it is, without counting events; --max-bytes bounds it"),
        Checked,
        Honoured,
    ),
    row("max_bytes", Honoured, Honoured, Honoured, Checked, Honoured),
    row(
        "on_overload",
        Honoured,
        Honoured,
        Refused("strace always makes its processes wait for its reader"),
        Checked,
        IS_OVER,
    ),
    row(
        "max_stop",
        Honoured,
        Honoured,
        Refused("strace makes its processes wait for its reader, for as long as that takes"),
        Checked,
        IS_OVER,
    ),
    row(
        "max_slowdown",
        Honoured,
        Honoured,
        Refused("strace does not measure what it costs; --duration and probes bound the trace"),
        Checked,
        IS_OVER,
    ),
    row("keep_going", Honoured, Honoured, Honoured, Checked, IS_OVER),
    row(
        "redact",
        Honoured,
        Honoured,
        Refused(
            "the container's own strace hides nothing: every secret would be shown. -s 0 prints no strings",
        ),
        Checked,
        Refused("secrets are known only where they are: redact while you record"),
    ),
    row(
        "color",
        Honoured,
        Honoured,
        Only(&["auto", "never"], "the container's own strace writes no colours"),
        Checked,
        Honoured,
    ),
    row("quiet", Honoured, Honoured, Honoured, Honoured, Honoured),
    // Tables of counts.
    row("summary_only", Honoured, Honoured, Honoured, Checked, Honoured),
    row("summary", Honoured, Honoured, Honoured, Checked, Honoured),
    row("sort", Honoured, Honoured, Honoured, Checked, Honoured),
    row("columns", Honoured, Honoured, Honoured, Checked, Honoured),
    row("wall_clock", Honoured, Honoured, Honoured, Checked, Honoured),
    row("overhead", Honoured, Honoured, Honoured, Checked, Honoured),
    // The tracer.
    row("image", Honoured, Honoured, ADDS_NOTHING, Honoured, IS_OVER),
    row("image_pull_policy", Honoured, Honoured, ADDS_NOTHING, Honoured, IS_OVER),
    row(
        "profile",
        Honoured,
        Honoured,
        Refused("that strace has the rights of its container, and no others can be given to it"),
        Honoured,
        IS_OVER,
    ),
    row(
        "place",
        Honoured,
        Only(&["auto", "target"], "a command runs in the target's container, and its tracer with it"),
        Refused("that strace runs in the target's container"),
        Checked,
        IS_OVER,
    ),
    row(
        "in_place",
        Honoured,
        Refused("it traces what runs already, but -- begins a command"),
        Honoured,
        Refused("it adds nothing to the pod, so there is nothing to show"),
        IS_OVER,
    ),
    row("custom", Honoured, Honoured, ADDS_NOTHING, Honoured, IS_OVER),
    row("dry_run", Honoured, Honoured, Honoured, Honoured, IS_OVER),
    row("idle", Honoured, Honoured, ADDS_NOTHING, Checked, IS_OVER),
    row("timeout", Honoured, Honoured, Honoured, Honoured, IS_OVER),
];

/// Everything that is refused: the flag's id, the mode, and why.
pub fn refusals() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let modes = [Mode::Attach, Mode::Command, Mode::InPlace, Mode::DryRun, Mode::Replay];
    let of_modes = modes.into_iter().flat_map(|mode| {
        FLAGS.iter().map(move |row| (row.id, mode.words(), mode.of_flag(row.id).unwrap_or(Honoured)))
    });
    let in_json = NOT_IN_JSON.iter().map(|(id, used)| (*id, JSON, *used));
    of_modes.chain(in_json).filter_map(|(id, mode, used)| match used {
        Honoured | Checked => None,
        Refused(why) => Some((id, mode, why.to_owned())),
        Only(values, why) => Some((id, mode, format!("other than {}: {why}", values.join(", ")))),
    })
}

/// Flags that JSON does not honour, because they are about the layout of text.
const NOT_IN_JSON: &[(&str, Use)] = &[
    ("column", Refused("JSON has no columns")),
    ("hex", Refused("JSON has strings as they are, and bytes that are not text in hexadecimal")),
    ("strings_in_hex", Refused("JSON has strings as they are, and bytes that are not text in hexadecimal")),
    ("constants", Only(&["abbrev"], "JSON has constants by their names and as numbers")),
    ("color", Only(&["auto", "never"], "JSON has no colours")),
];

/// The flag that asks for it.
const JSON: &str = "--format json";

/// Flags that mean nothing without another one.
const ONLY_WITH: &[(&str, &str, &str)] = &[
    ("max_pods", "all_pods", "--all-pods"),
    ("follow_pods", "all_pods", "--all-pods"),
    ("force", "out", "--out DIR"),
    ("rotate", "record", "--record FILE"),
    ("max_stop", "on_overload=block", "--on-overload block"),
];

impl Mode {
    /// The mode of a command line. A dry run comes first, because it does nothing else.
    pub fn of(args: &Args) -> Mode {
        match args {
            _ if matches!(args.command, Some(Command::Replay(_))) => Mode::Replay,
            _ if args.tracer.dry_run.is_some() => Mode::DryRun,
            _ if args.tracer.in_place => Mode::InPlace,
            _ if !args.program.is_empty() => Mode::Command,
            _ => Mode::Attach,
        }
    }

    /// How a user asks for it.
    fn words(self) -> &'static str {
        match self {
            Mode::Attach => "a trace",
            Mode::Command => "-- PROGRAM",
            Mode::InPlace => "--in-place",
            Mode::DryRun => "--dry-run",
            Mode::Replay => "replay",
        }
    }

    /// What a flag does here. `None` if its row is missing, which a test rules out.
    pub fn of_flag(self, id: &str) -> Option<Use> {
        let row = FLAGS.iter().find(|row| row.id == id)?;
        Some(match self {
            Mode::Attach => row.attach,
            Mode::Command => row.command,
            Mode::InPlace => row.in_place,
            Mode::DryRun => row.dry_run,
            Mode::Replay => row.replay,
        })
    }
}

/// Refuses flags that were typed but are not honoured.
///
/// # Errors
/// All such flags, by name.
pub fn check(args: &Args) -> Result<(), Refusal> {
    let mode = Mode::of(args);
    refuse(args, mode.words(), |id| mode.of_flag(id).unwrap_or(Refused("its meaning here is not known")))
        .map_or(Ok(()), |refusal| Err(refusal.fix(way_out(mode))))?;
    if args.output.format == crate::cli::Events::Json {
        let in_json =
            |id: &str| NOT_IN_JSON.iter().find(|(flag, _)| *flag == id).map_or(Honoured, |(_, used)| *used);
        refuse(args, JSON, in_json)
            .map_or(Ok(()), |refusal| Err(refusal.fix("leave it out, or --format json")))?;
    }
    for (id, other, words) in ONLY_WITH {
        let (on, value) = other.split_once('=').map_or((*other, None), |(on, value)| (on, Some(value)));
        let there = |typed: &crate::cli::Typed| {
            value.is_none_or(|value| typed.values.iter().any(|typed| typed == value))
        };
        if let Some(typed) = args.typed.get(*id)
            && !args.typed.get(on).is_some_and(there)
        {
            return Err(refusal::usage(format!("{} does nothing without {words}", typed.name))
                .fix(format!("leave it out, or add {words}")));
        }
    }
    Ok(())
}

/// All flags that were typed but are refused, with the reason for each.
fn refuse(args: &Args, with: &str, used: impl Fn(&str) -> Use) -> Option<Refusal> {
    let refused: Vec<(String, &str)> = args
        .typed
        .iter()
        .filter_map(|(id, typed)| match used(id) {
            Honoured | Checked => None,
            Refused(why) => Some((typed.name.clone(), why)),
            Only(values, why) => {
                let other = typed.values.iter().find(|value| !values.contains(&value.as_str()))?;
                Some((format!("{} {other}", typed.name), why))
            }
        })
        .collect();
    let names: Vec<&str> = refused.iter().map(|(name, _)| name.as_str()).collect();
    let refusal = refusal::usage(match names.as_slice() {
        [] => return None,
        [one] => format!("{one} cannot be used with {with}"),
        [some @ .., last] => format!("{} and {last} cannot be used with {with}", some.join(", ")),
    });
    Some(match refused.as_slice() {
        [(_, why)] => refusal.cause(*why),
        several => {
            several.iter().fold(refusal, |refusal, (name, why)| refusal.cause(format!("{name}: {why}")))
        }
    })
}

/// What to do about a refused flag.
fn way_out(mode: Mode) -> &'static str {
    match mode {
        Mode::Attach | Mode::Replay => "leave it out",
        Mode::Command => "leave it out, or trace what runs already, without -- PROGRAM",
        Mode::InPlace => {
            "leave it out, or leave --in-place out: the tracer then comes with a container of its own"
        }
        Mode::DryRun => "leave it out, or leave --dry-run out",
    }
}

#[cfg(test)]
mod tests;
