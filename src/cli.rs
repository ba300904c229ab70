//! The command line as it is typed. No I/O happens here.
//!
//! Where kubectl's short flags and strace's collide (`-n`, `-c`), kubectl's win. Every other letter means what it
//! means to strace, so a strace command line works verbatim: `-ffttTy -o FILE -s 200`.

mod command;
mod connection;
mod format;
mod habits;
mod look;
mod output;
mod quantity;
mod replay;
mod spelling;
mod summary;
mod trace;
mod tracer;

pub use command::{Command, DetachArgs, StatusArgs, VersionArgs};
pub use connection::ClusterArgs;
pub use format::Format;
pub use look::{LookArgs, Names, NowArgs};
pub use output::{Color, Events, OnOverload, OutputArgs, Rotation};
pub use quantity::duration;
pub use replay::ReplayArgs;
pub use summary::SummaryArgs;
pub use trace::{HexStyle, Style, TraceArgs};
pub use tracer::{DryRun, Profile, PullPolicy, TracerArgs, TracerPlace};

use clap::{CommandFactory, FromArgMatches, Parser, error::ErrorKind, parser::ValueSource};
use std::{
    collections::{BTreeMap, HashSet},
    ffi::OsString,
};

/// The tracer's image, unless `--image` or the environment says otherwise.
///
/// It has this plugin's own version, because both sides must speak the same version of the protocol. A release is
/// built with `KUBECTL_STRACE_DEFAULT_IMAGE` set to where its image was pushed. Without that the name begins with
/// `localhost/`: a name without a registry would be looked up in a public one, where anyone may own it.
pub const DEFAULT_IMAGE: &str = match option_env!("KUBECTL_STRACE_DEFAULT_IMAGE") {
    Some(image) => image,
    None => concat!("localhost/kubectl-strace/tracer:", env!("CARGO_PKG_VERSION")),
};

/// Show the system calls of a running pod
///
/// Adds a small tracer to the pod as an ephemeral container (once; later runs use it again), attaches to every process
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
    /// A command other than a trace
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The pod: `POD` or `pod/POD`; or something that has pods: `deploy/NAME`, `sts/`, `ds/`, `rs/`, `rc/`, `job/`,
    /// `cronjob/`, `svc/`, of which one pod is chosen as kubectl chooses it
    #[arg(value_name = "POD | TYPE/NAME")]
    pub what: Vec<String>,

    /// A command to run in the container under the tracer, as `kubectl exec` would, with its input and output.
    /// Without it, the processes that already run there are traced
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
    pub summary: SummaryArgs,

    #[command(flatten)]
    pub tracer: TracerArgs,

    /// Which arguments were given, on the command line or in the environment.
    #[arg(skip)]
    pub given: HashSet<String>,

    /// The arguments that were typed, by their ids. The environment and the configuration file only set defaults, so
    /// a mode that cannot use one of them does not refuse it.
    #[arg(skip)]
    pub typed: BTreeMap<String, Typed>,
}

/// An argument as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The name that users know: `--redact`, `-p (--attach)`, `-t`.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

const USAGE: &str = "kubectl strace [POD | TYPE/NAME | TYPE NAME | -l SELECTOR] [flags] [-- PROGRAM [ARG]...]
       kubectl strace COMMAND [flags]";

/// Which pods and containers to trace.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Whom")]
pub struct TargetArgs {
    /// Pods by their labels: `app=api,tier!=test`
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,

    /// Container of the pod, which may be a running init container; may be repeated. Default: the one that the pod's
    /// annotation names, else the first
    #[arg(short = 'c', long = "container", value_name = "NAME")]
    pub containers: Vec<String>,

    /// All containers of the pod at once
    #[arg(long, conflicts_with = "containers")]
    pub all_containers: bool,

    /// All running pods at once, in one order, each line with its pod's name
    #[arg(long)]
    pub all_pods: bool,

    /// Maximum number of pods that `--all-pods` traces at once
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    pub max_pods: usize,

    /// With `--all-pods`: also trace pods that come later, as soon as they run, until Ctrl-C or `--duration`. A pod
    /// beyond `--max-pods` waits until another one ends. Each gets a container that Kubernetes cannot remove. Implies
    /// `--wait`
    #[arg(long)]
    pub follow_pods: bool,

    /// If a container does not run yet or is being restarted, wait until it runs, at most `--timeout` each time
    #[arg(long)]
    pub wait: bool,

    /// When the container is restarted, add a tracer to the new one and go on, at most this many times. Each restart
    /// adds a container to the pod's list, which Kubernetes cannot remove
    #[arg(long, value_name = "NUMBER", num_args = 0..=1, require_equals = true, default_missing_value = "3",
          value_parser = clap::value_parser!(u32).range(1..=100))]
    pub follow_restarts: Option<u32>,
}

const AFTER_HELP: &str = "\
Examples:
  kubectl strace pod/api -e trace=%file             which files it opens, and which it does not find
  kubectl strace api -e trace=%net -y -T            what it talks to, and how long each call takes
  kubectl strace deploy/api                         one pod of a deployment (or sts/, ds/, job/, svc/ ...)
  kubectl strace -l app=api --all-pods -e %network  all pods with that label at once
  kubectl strace --ff --out traces api              a file for each thread (strace-log-merge traces/api.app)
  kubectl strace -ffttTy -o api.strace -s 200 api   strace's letters, unchanged
  kubectl strace -f pod/api -- /api --check         a command in the container, from its first instruction
  kubectl strace --record api.rec -o /dev/null api  everything into a file; kubectl strace replay api.rec -e %net

Ctrl-C ends the trace and detaches. The commands above come first; a pod with the name of a command is pod/NAME.

Exit status: 0 the trace is complete; 1 it is not, or there was none; 2 the command line is wrong;
130 interrupted before the trace began, or twice. With a command: the command's, if it is not 0.";

/// Reads the command line.
///
/// # Errors
/// clap's own error, with an explanation if a flag of strace or kubectl means nothing here. `--help` and `--version`
/// are such "errors" too.
pub fn parse(line: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let mut command = Args::command();
    let line: Vec<OsString> = spelling::expressions(line.into_iter().collect());
    if line.iter().take_while(|word| *word != "--").any(|word| word == "-it" || word == "-ti") {
        return Err(command.error(
            ErrorKind::UnknownArgument,
            "-it is not needed: a trace has no terminal and takes no input. Leave it out; strace's -i (instruction \
             pointer) and -t (time of day) exist as separate letters",
        ));
    }
    let matches =
        command.try_get_matches_from_mut(line).map_err(|error| habits::explain(&mut command, error))?;
    let mut args = Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    (args.given, args.typed) = (given(&matches), typed(&command, &matches));
    if let Some(name) = args.command.as_ref().map(Command::name)
        && let Some(stray) = of_a_trace(&command, &matches)
    {
        return Err(command.error(
            ErrorKind::ArgumentConflict,
            format!(
                "'{stray}' is only for a trace, but {name} is a command: a pod of that name is pod/{name}"
            ),
        ));
    }
    let typed_there = matches.subcommand().map(|(_, sub)| given(sub)).unwrap_or_default();
    match args.command.take() {
        Some(Command::Now(now)) => {
            args.adopt(now.what.clone(), &now.target, typed_there);
            args.command = Some(Command::Now(now));
        }
        Some(Command::Look(look)) => {
            args.adopt(look.what.clone(), &look.target, typed_there);
            args.command = Some(Command::Look(look));
        }
        other => args.command = other,
    }
    if let (Some(Command::Replay(replay)), Some((name, of_replay))) = (&args.command, matches.subcommand()) {
        // From here on they are the flags of a trace that happened before.
        (args.trace, args.output, args.summary) =
            (replay.trace.clone(), replay.output.clone(), replay.summary.clone());
        args.given = given(of_replay);
        args.typed =
            command.find_subcommand(name).map(|command| typed(command, of_replay)).unwrap_or_default();
        // What only a replay has is none of a trace's.
        args.typed.retain(|id, _| command.get_arguments().any(|arg| arg.get_id() == id.as_str()));
    }
    Ok(args)
}

/// Which arguments were given, on the command line or in the environment.
fn given(matches: &clap::ArgMatches) -> HashSet<String> {
    let given = matches.ids().map(clap::Id::as_str).filter(|id| {
        matches.try_contains_id(id).is_ok() && matches.value_source(id) != Some(ValueSource::DefaultValue)
    });
    given.map(str::to_owned).collect()
}

/// The arguments that were typed.
fn typed(command: &clap::Command, matches: &clap::ArgMatches) -> BTreeMap<String, Typed> {
    let typed = command
        .get_arguments()
        .filter(|arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine));
    typed
        .map(|arg| {
            let values = matches.get_raw(arg.get_id().as_str()).into_iter().flatten();
            let values = values.map(|value| value.to_string_lossy().into_owned()).collect();
            (arg.get_id().to_string(), Typed { name: name_of(arg), values })
        })
        .collect()
}

/// The name of an argument as users know it.
pub fn name_of(arg: &clap::Arg) -> String {
    match (arg.get_short(), arg.get_long()) {
        (Some(short), Some(long)) => format!("-{short} (--{long})"),
        (Some(short), None) => format!("-{short}"),
        (None, Some(long)) => format!("--{long}"),
        (None, None) if arg.is_last_set() => "-- PROGRAM".to_owned(),
        (None, None) => "POD".to_owned(),
    }
}

/// An argument before the command that only a trace takes.
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
    fn a_percentage_may_have_its_sign() {
        for text in ["60", "60%"] {
            assert_eq!(read(&format!("api --max-slowdown {text}")).unwrap().output.max_slowdown, Some(60));
        }
        for text in ["0", "100", "-1", "6.5", "60%%", "%"] {
            let said = read(&format!("api --max-slowdown={text}")).unwrap_err().to_string();
            assert!(said.contains("a whole number from 1 to 99"), "{text}: {said}");
        }
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
    fn dash_it_is_explained() {
        for line in ["-it api", "api -ti"] {
            let said = read(line).unwrap_err().to_string();
            assert!(said.contains("-it is not needed"), "{said}");
        }
        assert!(read("api -i -t -- ls -it").is_ok());
    }

    #[test]
    fn letters_that_only_strace_has_are_explained() {
        let said = read("api -k").unwrap_err().to_string();
        assert!(said.contains("strace's -k prints stack traces"), "{said}");
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
    fn help_speaks_of_kubectl_strace() {
        let help = read("-h").unwrap_err().to_string();
        assert!(
            help.contains("kubectl strace [POD | TYPE/NAME | TYPE NAME | -l SELECTOR] [flags] [-- PROGRAM"),
            "{help}"
        );
    }
}
