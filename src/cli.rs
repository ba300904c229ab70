//! The command line as it is typed. No I/O happens here.
//!
//! kubectl's short letters win where they collide with strace's (`-n`, `-c`); every other letter is strace's, with the
//! same meaning, so that a line of letters known by heart works verbatim: `-ffttTy -o FILE -s 200`.

mod command;
mod connection;
mod trace;

pub use command::{Command, DetachArgs, Format, StatusArgs, VersionArgs};
pub use connection::ClusterArgs;
pub use trace::{Style, TraceArgs};

use clap::{
    ArgAction, CommandFactory, FromArgMatches, Parser,
    error::{ContextKind, ContextValue, ErrorKind},
    parser::ValueSource,
};
use std::{collections::HashSet, ffi::OsString, path::PathBuf};

/// The image that holds the tracer, where neither `--image` nor the environment says otherwise.
///
/// It is of this plugin's own version: both sides must speak the same version of the conversation. A release is built
/// with `KUBECTL_STRACE_DEFAULT_IMAGE` set to where it was pushed. Without that the name begins with `localhost/`, which
/// nobody else can answer for: a name without a registry would be looked up in a public one.
pub const DEFAULT_IMAGE: &str = match option_env!("KUBECTL_STRACE_DEFAULT_IMAGE") {
    Some(image) => image,
    None => concat!("localhost/kubectl-strace/tracer:", env!("CARGO_PKG_VERSION")),
};

/// Show the system calls of a running pod
///
/// Adds a small tracer to the pod as an ephemeral container (once: later runs use it again), attaches to every process
/// of the target container and prints what they ask of the kernel, as strace does. The pod is not restarted; the
/// processes run on when the trace ends.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl-strace",
    bin_name = "kubectl strace",
    version,
    max_term_width = 100,
    args_override_self = true,
    override_usage = USAGE,
    disable_help_subcommand = true,
    subcommand_value_name = "COMMAND",
    after_help = AFTER_HELP,
)]
pub struct Args {
    /// What else than a trace is wanted
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The pod: `POD` or `pod/POD`; or what has pods: `deploy/NAME`, `sts/`, `ds/`, `rs/`, `rc/`, `job/`, `cronjob/`,
    /// `svc/`, of which one pod is chosen as kubectl does
    #[arg(value_name = "POD | TYPE/NAME")]
    pub what: Vec<String>,

    /// A command to run in the container under the tracer, as `kubectl exec` would, with its input and output; without it
    /// what runs there already is traced
    #[arg(last = true, value_name = "PROGRAM")]
    pub program: Vec<OsString>,

    #[command(flatten)]
    pub target: TargetArgs,

    #[command(flatten)]
    pub cluster: ClusterArgs,

    #[command(flatten)]
    pub trace: TraceArgs,

    #[command(flatten)]
    pub output: OutputArgs,

    #[command(flatten)]
    pub tracer: TracerArgs,

    /// Which of the arguments were given, on the command line or in the environment.
    #[arg(skip)]
    pub given: HashSet<String>,
}

const USAGE: &str = "kubectl strace [POD | TYPE/NAME | TYPE NAME | -l SELECTOR] [flags] [-- PROGRAM [ARG]...]
       kubectl strace COMMAND [flags]";

/// Which pods and containers.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Whom")]
pub struct TargetArgs {
    /// Pods by their labels: `app=api,tier!=test`
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,

    /// Container of the pod, a running init container too; may be repeated. Else the one that its annotation names,
    /// else the first
    #[arg(short = 'c', long = "container", value_name = "NAME")]
    pub containers: Vec<String>,

    /// All containers of the pod at once
    #[arg(long, conflicts_with = "containers")]
    pub all_containers: bool,

    /// All running pods at once, in one order, each line with its pod's name
    #[arg(long)]
    pub all_pods: bool,

    /// Most pods that `--all-pods` traces at once
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    pub max_pods: usize,

    /// Begin as soon as a container that waits or is restarted runs; each wait lasts `--timeout` at most
    #[arg(long)]
    pub wait: bool,

    /// When the container is restarted, add a tracer to the new one and go on: so many times at most. Each adds a container to
    /// the pod's list, which Kubernetes cannot remove
    #[arg(long, value_name = "NUMBER", num_args = 0..=1, require_equals = true, default_missing_value = "3",
          value_parser = clap::value_parser!(u32).range(1..=100))]
    pub follow_restarts: Option<u32>,
}

/// How the trace is written and where to.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Time of day before each line; `-tt` with microseconds, `-ttt` as seconds since 1970
    #[arg(short = 't', long = "absolute-timestamps", action = ArgAction::Count)]
    pub clock: u8,

    /// Time since the line before
    #[arg(short = 'r', long = "relative-timestamps")]
    pub relative: bool,

    /// Time spent in each call
    #[arg(short = 'T', long = "syscall-times")]
    pub durations: bool,

    /// Column of the results
    #[arg(short = 'a', long = "columns", value_name = "COLUMN", default_value_t = 40)]
    pub column: u16,

    /// The number of each call (strace's `-n`)
    #[arg(long)]
    pub syscall_number: bool,

    /// Write the trace to FILE; with `-ff` each thread's to FILE.TID
    #[arg(short = 'o', long = "output", value_name = "FILE", conflicts_with = "out")]
    pub file: Option<PathBuf>,

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

    /// End the trace when the target stands still for more than so many percent of the time that it wants to run
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(1..100))]
    pub max_slowdown: Option<u32>,

    /// Go on when a probe of the container fails, or the pod is not Ready any more, while it is traced
    #[arg(long)]
    pub keep_going: bool,

    /// Hide what is read from Secret volumes, what holds a secret of the environment, and what looks like a password, a
    /// token or a key. Where nothing at all may be shown, `-s 0` prints no strings
    #[arg(long)]
    pub redact: bool,

    /// Colour the names of pods, what failed, signals and ends: `auto` on a terminal, where NO_COLOR is not set
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    /// Do not say what is being done
    #[arg(short = 'q', long = "quiet")]
    pub quiet: bool,

    /// Typed out of habit (`-it`): only to say that it is not needed.
    #[arg(short = 'i', hide = true)]
    pub interactive: bool,
}

/// The tracer container.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Tracer")]
pub struct TracerArgs {
    /// Image of the tracer
    #[arg(long, value_name = "IMAGE", env = "KUBECTL_STRACE_IMAGE", default_value = DEFAULT_IMAGE)]
    pub image: String,

    /// When the node pulls it
    #[arg(long, value_name = "POLICY", env = "KUBECTL_STRACE_IMAGE_PULL_POLICY")]
    pub image_pull_policy: Option<PullPolicy>,

    /// Rights that it gets: the least that serve; `unprivileged` none but the target's own user, `ptrace` root with
    /// SYS_PTRACE, `file-capability` SYS_PTRACE without root
    #[arg(long, value_name = "PROFILE", env = "KUBECTL_STRACE_PROFILE", default_value = "auto")]
    pub profile: Profile,

    /// Where it runs: in the `target` container, with its share of the CPU (many times faster on a busy one, but its memory
    /// counts there), in its own container (`agent`), or where nothing is lost (`auto`)
    #[arg(long, value_name = "PLACE", env = "KUBECTL_STRACE_PLACE", default_value = "auto")]
    pub place: Place,

    /// Add nothing to the pod: run the strace that the container's own image has (or a /tracer), which takes the letters as
    /// they are. It needs a shell there, and the rights that the container has itself
    #[arg(long, conflicts_with_all = ["custom", "dry_run", "follow_restarts", "all_pods", "all_containers", "comm", "exe", "max_events"])]
    pub in_place: bool,

    /// Part of a container, YAML or JSON, to merge into the tracer's (as kubectl debug --custom)
    #[arg(long, value_name = "FILE")]
    pub custom: Option<PathBuf>,

    /// Print what would be sent, touch nothing: `client` asks nobody, `server` has the API server check it (-o yaml|json)
    #[arg(long, value_name = "WHO")]
    pub dry_run: Option<DryRun>,

    /// How long the tracer container stays when nobody uses it: `10m`, which it is unless this was ever given
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub idle: Option<std::time::Duration>,

    /// Longest that any single wait may last: `30s`, `2m`
    #[arg(long, value_name = "TIME", env = "KUBECTL_STRACE_TIMEOUT", default_value = "60s", value_parser = duration)]
    pub timeout: std::time::Duration,
}

/// With which rights the tracer comes into the pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// The least that serve.
    Auto,
    /// No capability, the target's own user.
    Unprivileged,
    /// root with SYS_PTRACE.
    Ptrace,
    /// SYS_PTRACE without root, by a capability of the tracer's file.
    FileCapability,
}

/// In which container the tracer runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Place {
    /// In the target's where nothing is lost by it, else in its own.
    Auto,
    /// In the target's.
    Target,
    /// In its own.
    Agent,
}

/// Who checks what is only printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum DryRun {
    /// Nobody.
    Client,
    /// The API server, with everything that it would check.
    Server,
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

/// `imagePullPolicy` of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "PascalCase")]
pub enum PullPolicy {
    /// Before every start
    Always,
    /// When the node does not have it
    IfNotPresent,
    /// Never
    Never,
}

impl PullPolicy {
    /// As the API spells it.
    pub fn name(self) -> &'static str {
        match self {
            PullPolicy::Always => "Always",
            PullPolicy::IfNotPresent => "IfNotPresent",
            PullPolicy::Never => "Never",
        }
    }
}

const AFTER_HELP: &str = "\
Examples:
  kubectl strace pod/api -e trace=%file             which files it opens, and which it does not find
  kubectl strace api -e trace=%net -y -T            what it talks to, and how long each call takes
  kubectl strace deploy/api                         one pod of a deployment (or sts/, ds/, job/, svc/ ...)
  kubectl strace -l app=api --all-pods -e %network  all pods with that label at once
  kubectl strace --ff --out traces api              a file for each thread (strace-log-merge traces/api.app)
  kubectl strace -ffttTy -o api.strace -s 200 api   strace's letters as one knows them
  kubectl strace -f pod/api -- /api --check         a command in the container, from its first instruction

Ctrl-C ends the trace and detaches. The commands above come first; a pod that is called like one is pod/NAME.

Exit status: 0 the trace is complete; 1 it is not, or there was none; 2 the command line is wrong;
130 interrupted before the trace began, or twice. With a command: the command's, if it is not 0.";

/// Reads the command line.
///
/// # Errors
/// What clap says, with a word on letters of strace and kubectl that mean nothing here. `--help` and `--version` are
/// such "errors" too.
pub fn parse(line: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let mut command = Args::command();
    let matches = command.try_get_matches_from_mut(line).map_err(|error| explain(&mut command, error))?;
    let mut args = Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    let given = matches.ids().map(clap::Id::as_str).filter(|id| {
        matches.try_contains_id(id).is_ok() && matches.value_source(id) != Some(ValueSource::DefaultValue)
    });
    args.given = given.map(str::to_owned).collect();
    if let Some(name) = args.command.as_ref().map(Command::name)
        && let Some(stray) = of_a_trace(&command, &matches)
    {
        return Err(command.error(
            ErrorKind::ArgumentConflict,
            format!(
                "'{stray}' belongs to a trace, and {name} is a command here: a pod of that name is pod/{name}"
            ),
        ));
    }
    if args.output.interactive {
        return Err(command.error(
            ErrorKind::UnknownArgument,
            "-i and -it are not needed: a trace has no terminal and takes no input. Leave -it out; \
             strace's -t (time of day) works without it. strace's own -i (instruction pointer) is not there yet",
        ));
    }
    Ok(args)
}

/// What was typed before a command and has no meaning for it.
fn of_a_trace(command: &clap::Command, matches: &clap::ArgMatches) -> Option<String> {
    let typed = |arg: &&clap::Arg| {
        !arg.is_global_set() && matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
    };
    let stray = command.get_arguments().find(typed)?;
    Some(match (stray.get_long(), stray.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => {
            let words = matches.get_raw(stray.get_id().as_str()).into_iter().flatten();
            words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
        }
    })
}

/// Letters that strace has and this plugin has not, with what they do there.
const OF_STRACE: &[(&str, &str)] = &[
    ("-A", "append to the file of -o"),
    ("-b", "detach on execve"),
    ("-C", "count calls and print them too"),
    ("-D", "run as a grandchild"),
    ("-E", "environment of the command"),
    ("-I", "interruptible"),
    ("-k", "stack traces"),
    ("-O", "overhead of counting"),
    ("-P", "trace a path"),
    ("-S", "sort counts"),
    ("-U", "columns of counts"),
    ("-u", "user of the command"),
    ("-w", "count wall clock time"),
];

fn explain(command: &mut clap::Command, error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg) else { return error };
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    match OF_STRACE.iter().find(|(letter, _)| letter == typed) {
        Some((letter, meaning)) => command.error(
            ErrorKind::UnknownArgument,
            format!("strace's {letter} ({meaning}) is not there yet in kubectl strace"),
        ),
        None => error,
    }
}

/// `10M`, `1Gi`, or bytes as a bare number, as Kubernetes writes quantities.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let scale: u64 = match unit.strip_suffix('B').unwrap_or(unit) {
        "" => 1,
        "k" | "K" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        _ => return Err("a size is written as 500k, 10M, 1G, or 10Mi".to_owned()),
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(scale)) {
        Some(bytes) if bytes > 0 => Ok(bytes),
        _ => Err("a size is more than nothing: 500k, 10M, 1G".to_owned()),
    }
}

/// `30s`, `1m30s`, or seconds as a bare number, as kubectl takes them.
///
/// # Errors
/// It is neither, or too long.
pub fn duration(text: &str) -> Result<std::time::Duration, String> {
    let span = match text.parse::<u32>() {
        Ok(seconds) => jiff::SignedDuration::from_secs(seconds.into()),
        Err(_) => text
            .parse::<jiff::SignedDuration>()
            .map_err(|_| "a time is written as 30s, 2m or 1m30s".to_owned())?,
    };
    match std::time::Duration::try_from(span) {
        Ok(span) if !span.is_zero() && span.as_secs() <= 86_400 => Ok(span),
        _ => Err("a time limit is more than nothing and at most a day".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Args, clap::Error> {
        parse(std::iter::once("kubectl-strace").chain(line.split_whitespace()).map(OsString::from))
    }

    #[test]
    fn the_declaration_holds_together() {
        Args::command().debug_assert();
    }

    #[test]
    fn letters_work_verbatim() {
        let args = read("-ffttTy -o FILE -s 200 pod/api").unwrap();
        assert_eq!(args.what, ["pod/api"]);
        assert_eq!((args.trace.follow, args.output.clock, args.output.durations), (2, 2, true));
        assert_eq!((args.trace.paths, args.trace.strings), (1, 200));
        assert_eq!(args.output.file.as_deref(), Some("FILE".as_ref()));
    }

    #[test]
    fn values_may_be_attached_to_their_letter() {
        let args = read("api -eopenat -s200 -p1,2 -p 3 -oX -nprod -capp -e trace=!futex").unwrap();
        assert_eq!(args.trace.expressions, ["openat", "trace=!futex"]);
        assert_eq!(args.trace.strings, 200);
        assert_eq!(args.trace.pids, ["1,2", "3"]);
        assert_eq!(args.cluster.namespace.as_deref(), Some("prod"));
        assert_eq!(args.target.containers, ["app"]);
    }

    #[test]
    fn the_last_of_a_repeated_flag_counts() {
        let args = read("api -s 10 -s 20 -n a -n b").unwrap();
        assert_eq!((args.trace.strings, args.cluster.namespace.as_deref()), (20, Some("b")));
    }

    #[test]
    fn what_follows_two_dashes_is_a_command() {
        let args = read("pod/api -f -- ls -l -- x").unwrap();
        assert_eq!((args.what, args.trace.follow), (vec!["pod/api".to_owned()], 1));
        assert_eq!(args.program, ["ls", "-l", "--", "x"]);
        assert!(read("api").unwrap().program.is_empty());
    }

    #[test]
    fn it_is_explained() {
        for line in ["-it api", "-ti api", "api -i -t"] {
            let said = read(line).unwrap_err().to_string();
            assert!(said.contains("Leave -it out"), "{said}");
        }
    }

    #[test]
    fn what_strace_has_and_we_have_not_is_named() {
        let said = read("api -k").unwrap_err().to_string();
        assert!(said.contains("strace's -k (stack traces)"), "{said}");
        assert!(said.contains("kubectl strace"), "{said}");
    }

    #[test]
    fn pods_are_chosen() {
        let args = read("-l app=api --all-pods -c app -c side").unwrap();
        assert_eq!((args.target.selector.as_deref(), args.target.all_pods), (Some("app=api"), true));
        assert_eq!(args.target.containers, ["app", "side"]);
        assert_eq!(read("deploy api").unwrap().what, ["deploy", "api"]);
        assert!(read("api -c app --all-containers").is_err());
    }

    #[test]
    fn a_command_is_told_from_a_pod_of_its_name() {
        for line in ["status", "-n demo status", "status -n demo", "status api", "status -l app=x"] {
            assert!(matches!(read(line).unwrap().command, Some(Command::Status(_))), "{line}");
        }
        assert_eq!(read("-n demo status").unwrap().cluster.namespace.as_deref(), Some("demo"));
        assert_eq!(read("status -n demo").unwrap().cluster.namespace.as_deref(), Some("demo"));
        for line in ["pod/status", "pod status", "pod/status -e openat", "deploy detach"] {
            assert!(read(line).unwrap().command.is_none(), "{line}");
        }
        for line in ["-e openat status", "-f detach"] {
            let said = read(line).unwrap_err().to_string();
            assert!(said.contains("a pod of that name is pod/"), "{line}: {said}");
        }
        assert!(matches!(read("detach pod/status").unwrap().command, Some(Command::Detach(_))));
        // There is no command of that name.
        assert_eq!(read("help").unwrap().what, ["help"]);
    }

    #[test]
    fn sizes_are_quantities() {
        let sizes = ["7", "3k", "10M", "1Gi", "2MB"].map(size);
        assert_eq!(sizes, [Ok(7), Ok(3000), Ok(10_000_000), Ok(1 << 30), Ok(2_000_000)]);
        for wrong in ["", "0", "M", "-1", "1x", "99999999999G"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_read_as_kubectl_does() {
        assert_eq!(duration("30"), Ok(std::time::Duration::from_secs(30)));
        assert_eq!(duration("1m30s"), Ok(std::time::Duration::from_secs(90)));
        assert!(duration("0s").is_err() && duration("-1s").is_err() && duration("soon").is_err());
    }

    #[test]
    fn help_speaks_of_kubectl_strace() {
        let help = read("-h").unwrap_err().to_string();
        assert!(
            help.contains("kubectl strace [POD | TYPE/NAME | TYPE NAME | -l SELECTOR] [flags] [-- PROGRAM"),
            "{help}"
        );
    }
}
