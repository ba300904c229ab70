//! What to do: the command line, with everything checked that can be checked without the cluster.

pub mod custom;
pub mod modes;
mod replay;
mod strace_args;
mod summary;
mod trace;

use crate::{
    cli::{
        Args, Color, Command, DryRun, Events, HexStyle, OnOverload, Profile, PullPolicy, Rotation, Style,
        TargetArgs,
    },
    privilege::Privilege,
    refusal::{self, Refusal},
    screen::TraceOutput,
    targets::{Containers, PodChoice, TargetQuery},
};
use jiff::{Timestamp, tz::TimeZone};
use render::{
    clock::{Precision, Wall},
    text::{Options, Prefix},
};
pub use replay::ReplayPlan;
use std::{path::PathBuf, sync::LazyLock, time::Duration};
pub use strace_args::StraceArgs;
use syscalls::{
    filter::quiet,
    notation::{Constants, HexStrings, Notation},
};
use trace::Expressions;
pub use trace::{LEASE, TraceRequest, compile};
use wire::{message, summary::Counting};

/// A checked command line.
#[derive(Debug)]
pub struct Plan {
    /// Which pods and containers.
    pub selection: TargetSelection,
    /// What the tracer is asked to do.
    pub depth: TraceRequest,
    /// Where the text goes.
    pub output: TraceOutput,
    /// Where it is recorded, and in files of which size.
    pub recording: Option<(PathBuf, Option<Rotation>)>,
    /// How lines look.
    pub lines: Options,
    /// How events are written.
    pub format: Events,
    /// Whether events are shown, and not only counts.
    pub shows_events: bool,
    /// Whether the names of threads are shown.
    pub shows_comms: bool,
    /// How a table of counts looks, if there is one.
    pub summary: render::summary::Options,
    /// How long a trace lasts; `None`: until it is interrupted.
    pub duration: Option<Duration>,
    /// How many events are written; `None`: all.
    pub max_events: Option<u64>,
    /// How many bytes of text are written; `None`: all.
    pub max_bytes: Option<u64>,
    /// Whether a trace goes on when a probe of its container fails.
    pub keep_going: bool,
    /// Whether names of pods have colours.
    pub color: Color,
    /// Image of the tracer.
    pub image: String,
    /// When it is pulled.
    pub pull: Option<PullPolicy>,
    /// `--profile`
    pub profile: Profile,
    /// `--custom`
    pub custom: Option<serde_json::Value>,
    /// `--in-place`: the arguments of the strace there.
    pub in_place: Option<StraceArgs>,
    /// Whether nobody is traced: `now`, `look`.
    pub looks: bool,
    /// `--dry-run`
    pub dry_run: Option<(DryRun, ManifestFormat)>,
    /// Longest that a wait may last.
    pub timeout: Duration,
    /// Notes about flags that are accepted but do less than they seem to.
    pub remarks: Vec<&'static str>,
}

/// The format of a printed API object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManifestFormat {
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}

/// Which pods and containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetSelection {
    /// What the command line names.
    pub query: TargetQuery,
    /// Which of its pods.
    pub choice: PodChoice,
    /// Which of their containers.
    pub containers: Containers,
    /// Whether pods that come later are traced too.
    pub follow_pods: bool,
    /// Whether to wait for those that do not run yet.
    pub wait: bool,
    /// How many restarts of a container are followed.
    pub restarts: u32,
}

impl TargetSelection {
    fn new(args: &TargetArgs, what: &[String]) -> Result<TargetSelection, Refusal> {
        let query = TargetQuery::new(what, args.selector.as_deref()).map_err(|refusal| {
            match what.is_empty() && args.selector.is_none() && !args.containers.is_empty() {
                true => refusal
                    .fix("-c names a container here; strace's -c, a table of counts, is --summary-only"),
                false => refusal,
            }
        })?;
        if args.max_pods == 0 {
            return Err(refusal::usage("--max-pods: at least one"));
        }
        if let (true, TargetQuery::Pod(name)) = (args.follow_pods, &query) {
            return Err(refusal::usage(format!(
                "--follow-pods: pod {name} is one pod, and no other comes in its place"
            ))
            .fix("name something that has pods (deployment/NAME, statefulset/NAME, ...) or choose them: -l SELECTOR")
            .fix("to go on after a restart of the container: --follow-restarts"));
        }
        Ok(TargetSelection {
            query,
            follow_pods: args.follow_pods,
            choice: if args.all_pods { PodChoice::All(args.max_pods) } else { PodChoice::One },
            containers: match args.containers.as_slice() {
                _ if args.all_containers => Containers::All,
                [] => Containers::Default,
                names => Containers::Named(names.to_vec()),
            },
            // New pods are yet to start.
            wait: args.wait || args.follow_pods,
            restarts: args.follow_restarts.unwrap_or(0),
        })
    }
}

impl Plan {
    /// Checks the command line.
    ///
    /// # Errors
    /// The command line is wrong. Nothing was sent to the cluster.
    pub fn new(args: &Args) -> Result<Plan, Refusal> {
        modes::check(args)?;
        let selection = TargetSelection::new(&args.target, &args.what)?;
        let mut remarks = Vec::new();

        let expressions = Expressions::new(&args.trace, args.tracer.in_place)?;

        let separate = args.output.separate || args.trace.follow > 1;
        let dry_run = dry_run(args)?;
        let output = output(args, separate, dry_run.is_some(), &mut remarks)?;
        let on_page = matches!(output, TraceOutput::Stdout | TraceOutput::Stderr);
        let split = separate && !on_page;
        let (counting, table) = summary::plan(&args.summary, split)?;
        let shows_events = counting != Counting::Counts;
        let recording = recording(args, &output)?;
        // What is only counted could not be recorded.
        let counting = match recording.is_some() && !shows_events {
            true => Counting::Both,
            false => counting,
        };
        let lines = lines(args, &output, split, expressions.quiet);
        let command = trace::command(args)?;
        let pids = trace::pids(&args.trace.pids)?;
        let several = match &selection.containers {
            Containers::All => true,
            Containers::Named(names) => names.len() > 1,
            Containers::Default => false,
        };
        if !pids.is_empty() && (several || matches!(selection.choice, PodChoice::All(_))) {
            return Err(refusal::usage("-p names processes of one container, but several are to be traced")
                .fix("choose processes of all of them by name, --comm REGEX, or by program, --exe REGEX"));
        }
        if !command.is_empty() && (several || matches!(selection.choice, PodChoice::All(_))) {
            return Err(refusal::usage("a command is run in one container, but several are named")
                .fix("name one pod and, with -c, one container of it"));
        }
        if args.tracer.in_place && several {
            return Err(refusal::usage(
                "--in-place: a strace is run in one container, but several are named",
            ));
        }
        let in_place = args.tracer.in_place.then(|| StraceArgs::new(args, &pids, &lines, &output));
        let alone = pids.is_empty() && command.is_empty();
        if !alone && selection.restarts > 0 {
            return Err(refusal::usage(
                "--follow-restarts: -p and a command count only until the container is restarted",
            )
            .fix("choose processes by name, --comm REGEX, or by program, --exe REGEX"));
        }
        Ok(Plan {
            selection,
            depth: request(args, expressions.all, counting, pids, command)?,
            output,
            recording,
            shows_events,
            shows_comms: args.output.format == Events::Json || expressions.comms,
            lines,
            format: args.output.format,
            summary: table,
            duration: args.output.duration,
            max_events: args.output.max_events,
            max_bytes: args.output.max_bytes,
            keep_going: args.output.keep_going,
            color: args.output.color,
            image: image(&args.tracer.image)?,
            pull: args.tracer.image_pull_policy,
            profile: args.tracer.profile,
            custom: args.tracer.custom.as_deref().map(custom::read).transpose()?,
            in_place,
            looks: args.command.as_ref().is_some_and(Command::looks),
            dry_run,
            timeout: args.tracer.timeout,
            remarks,
        })
    }
}

/// Where the trace is written.
fn output(
    args: &Args,
    separate: bool,
    dry_run: bool,
    remarks: &mut Vec<&'static str>,
) -> Result<TraceOutput, Refusal> {
    Ok(match (&args.output.file, &args.output.out) {
        _ if dry_run => TraceOutput::Stdout,
        (Some(file), _) => {
            if file.to_str().is_some_and(|name| name.starts_with(['|', '!'])) {
                return Err(refusal::usage("kubectl strace does not support -o with a command (| or !) yet")
                    .fix("write to a pipe: kubectl strace ... | COMMAND"));
            }
            if let Some(format @ ("json" | "yaml")) = file.to_str() {
                return Err(refusal::usage(format!(
                    "-o {format}: -o names a file here, as in strace, and not a format"
                ))
                .fix("did you mean --format json? A trace has no other formats but text")
                .fix(format!("a file of that name is -o ./{format}")));
            }
            match separate {
                true => TraceOutput::Threads { base: file.clone(), append: args.output.append },
                false => TraceOutput::File { path: file.clone(), append: args.output.append },
            }
        }
        (None, Some(dir)) => TraceOutput::Directory { dir: dir.clone(), separate, force: args.output.force },
        (None, None) => {
            if args.output.separate {
                remarks.push("--ff makes files only together with -o FILE or --out DIR");
            }
            if args.program.is_empty() { TraceOutput::Stdout } else { TraceOutput::Stderr }
        }
    })
}

/// Where the trace is recorded.
fn recording(args: &Args, output: &TraceOutput) -> Result<Option<(PathBuf, Option<Rotation>)>, Refusal> {
    let Some(file) = &args.output.record else { return Ok(None) };
    if matches!(output, TraceOutput::File { path, .. } if path == file) {
        return Err(refusal::usage(format!("--record and -o name the same file, {}", file.display()))
            .fix("one is for text, the other for kubectl strace replay; -o /dev/null writes no text"));
    }
    Ok(Some((file.clone(), args.output.rotate)))
}

/// How lines look. `split`: each thread has a file of its own.
fn lines(args: &Args, output: &TraceOutput, split: bool, quiet: u8) -> Options {
    let on_page = matches!(output, TraceOutput::Stdout | TraceOutput::Stderr);
    Options {
        prefix: match output {
            _ if split => Prefix::None,
            _ if args.output.always_show_pid => Prefix::Always,
            _ if on_page => Prefix::Several,
            _ => Prefix::Always,
        },
        wall: match args.output.clock {
            _ if let Some(form) = args.output.wall => form.0,
            // strace-log-merge needs times.
            0 if matches!(output, TraceOutput::Directory { .. }) => Some(Wall::Epoch(Precision::Micros)),
            0 => None,
            1 => Some(Wall::Time(Precision::Seconds)),
            2 => Some(Wall::Time(Precision::Micros)),
            _ => Some(Wall::Epoch(Precision::Micros)),
        },
        relative: args.output.relative_precision.or(args.output.relative.then_some(Precision::Micros)),
        spent: args.output.duration_precision.or(args.output.durations.then_some(Precision::Micros)),
        split,
        column: args.output.column.into(),
        notation: Notation {
            constants: match args.trace.constants {
                Style::Abbrev => Constants::Abbrev,
                Style::Raw => Constants::Raw,
                Style::Verbose => Constants::Verbose,
            },
            hex: match (args.trace.strings_in_hex, args.trace.hex) {
                (Some(HexStyle::None), _) | (None, 0) => HexStrings::Never,
                (Some(HexStyle::NonAscii), _) | (None, 1) => HexStrings::NonAscii,
                (Some(HexStyle::NonAsciiChars), _) => HexStrings::Chars,
                (Some(HexStyle::All), _) | (None, _) => HexStrings::All,
            },
            zone: local,
        },
        numbers: args.output.syscall_number,
        instructions: args.output.instruction_pointer,
        quiet: quiet | quiet::letters(args.output.quiet),
        zone: local,
        ..Options::default()
    }
}

/// What to ask of the tracer.
fn request(
    args: &Args,
    expressions: Vec<String>,
    counting: Counting,
    pids: Vec<i32>,
    command: Vec<String>,
) -> Result<TraceRequest, Refusal> {
    let json = args.output.format == Events::Json;
    // They cost next to nothing, and a recording may be looked at in any form.
    let recorded = args.output.record.is_some();
    let alone = pids.is_empty() && command.is_empty();
    Ok(TraceRequest {
        expressions,
        trace_paths: trace::paths(&args.trace.trace_paths)?,
        counting,
        limit: args.trace.syscall_limit,
        shards: args.trace.tracer_threads,
        engine_stats: args.trace.engine_stats,
        leave_at_execve: args.trace.detach_on.is_some(),
        names: args.trace.arguments || json,
        comms: json || recorded,
        sites: args.output.syscall_number || args.output.instruction_pointer || json || recorded,
        follow: args.trace.follow > 0 || alone,
        entrants: !args.trace.no_entrants && alone,
        pids,
        command,
        programs: message::Programs {
            comm: trace::regexes("--comm", &args.trace.comm)?,
            exe: trace::regexes("--exe", &args.trace.exe)?,
        },
        strings: args.trace.strings,
        verbose: args.trace.verbose,
        paths: args.trace.paths > 0,
        place: args.tracer.place,
        // At most a day (`cli::duration`), and at least a second.
        idle: args.tracer.idle.map(|idle| idle.as_secs().clamp(1, 86_400) as u32),
        overload: match args.output.on_overload {
            OnOverload::Drop => message::Overload::Drop,
            OnOverload::Block => message::Overload::Block(args.output.max_stop),
        },
        max_slowdown: args.output.max_slowdown,
        spares_memory: !args.output.keep_going,
        redact: args.output.redact,
    })
}

impl Plan {
    /// Whether a tracer with more rights is added without asking if the kernel refuses one with these.
    pub fn climbs(&self, from: Privilege) -> bool {
        self.profile == Profile::Auto && self.depth.command.is_empty() && Privilege::Ptrace.is_above(from)
    }
}

/// `--dry-run`, with which `-o` means what it means to kubectl.
fn dry_run(args: &Args) -> Result<Option<(DryRun, ManifestFormat)>, Refusal> {
    let Some(who) = args.tracer.dry_run else { return Ok(None) };
    let notation = match args.output.file.as_deref().map(|format| format.to_str().unwrap_or_default()) {
        None | Some("yaml") => ManifestFormat::Yaml,
        Some("json") => ManifestFormat::Json,
        Some(other) => {
            return Err(refusal::usage(format!("-o {other}: with --dry-run, -o takes yaml or json"))
                .fix("leave --dry-run out to write a trace to a file"));
        }
    };
    Ok(Some((who, notation)))
}

fn image(name: &str) -> Result<String, Refusal> {
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(refusal::usage(format!("--image: '{name}' is not the name of an image")));
    }
    Ok(name.to_owned())
}

/// The local offset at a time, in seconds east of UTC.
fn local(seconds: i64) -> i32 {
    static HERE: LazyLock<TimeZone> = LazyLock::new(TimeZone::system);
    Timestamp::from_second(seconds).map_or(0, |time| HERE.to_offset(time).seconds())
}

#[cfg(test)]
mod tests;
