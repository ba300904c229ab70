//! What will be done: the command line with everything checked that can be checked without the cluster.

use crate::{
    cli::{Args, Color, DryRun, OnOverload, Place, Profile, PullPolicy, TargetArgs},
    letters::Letters,
    refusal::{self, Refusal},
    session::{custom, rung::Rung},
    targets::{Containers, Target, Wanted, Which},
};
use jiff::{Timestamp, tz::TimeZone};
use render::{
    clock::{Precision, Wall},
    text::{Options, Prefix},
};
use std::{path::PathBuf, sync::LazyLock, time::Duration};
use syscalls::filter;
use wire::message;

/// How long the tracer goes on when it does not hear from us.
pub const LEASE: Duration = Duration::from_secs(5);

/// Longest expression behind `-e trace=`: it must fit into a frame, and all calls there are take a tenth of it.
const LONGEST_SET: usize = 1 << 16;

/// Longest regular expression, and most of them: they must fit into a frame too.
const LONGEST_EXPRESSION: usize = 1024;
const MOST_EXPRESSIONS: usize = 16;

/// A checked command line.
#[derive(Debug)]
pub struct Plan {
    /// Which pods and containers.
    pub whom: Whom,
    /// What the tracer is asked for.
    pub depth: Depth,
    /// Where the text goes.
    pub output: Output,
    /// How lines look.
    pub lines: Options,
    /// How long a trace lasts; else until it is interrupted.
    pub duration: Option<Duration>,
    /// How many events are written; else all.
    pub max_events: Option<u64>,
    /// How many bytes of text are written; else all.
    pub max_bytes: Option<u64>,
    /// Whether a trace goes on when a probe of its container fails.
    pub keep_going: bool,
    /// Whether names of pods are coloured.
    pub color: Color,
    /// Image of the tracer.
    pub image: String,
    /// When it is pulled.
    pub pull: Option<PullPolicy>,
    /// `--profile`
    pub profile: Profile,
    /// `--custom`
    pub custom: Option<serde_json::Value>,
    /// `--in-place`: what the strace there is told.
    pub in_place: Option<Letters>,
    /// `--dry-run`
    pub dry_run: Option<(DryRun, Notation)>,
    /// Longest that a wait may last.
    pub timeout: Duration,
    /// What is accepted but does less than one may think.
    pub remarks: Vec<&'static str>,
}

/// How an object of the API is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}

/// Which pods and containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whom {
    /// What was named.
    pub wanted: Wanted,
    /// Which of its pods.
    pub which: Which,
    /// Which of their containers.
    pub containers: Containers,
    /// Whether those that do not run are waited for.
    pub wait: bool,
    /// How many restarts of a container are followed.
    pub restarts: u32,
}

impl Whom {
    fn new(args: &TargetArgs, what: &[String]) -> Result<Whom, Refusal> {
        let wanted = Wanted::new(what, args.selector.as_deref())?;
        if args.max_pods == 0 {
            return Err(refusal::usage("--max-pods: at least one"));
        }
        Ok(Whom {
            wanted,
            which: if args.all_pods { Which::All(args.max_pods) } else { Which::One },
            containers: match args.containers.as_slice() {
                _ if args.all_containers => Containers::All,
                [] => Containers::Default,
                names => Containers::Named(names.to_vec()),
            },
            wait: args.wait,
            restarts: args.follow_restarts.unwrap_or(0),
        })
    }
}

/// What the tracer is asked for, apart from whom to trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depth {
    /// The sets of calls of `-e trace=`.
    pub filter: Vec<String>,
    /// `-p`
    pub pids: Vec<i32>,
    /// `--comm`, `--exe`
    pub programs: message::Programs,
    /// The command that is to be run and traced; empty where what runs already is.
    pub command: Vec<String>,
    /// `-f`; without `-p` and a command always.
    pub follow: bool,
    /// Whether processes that enter the container later are traced too.
    pub entrants: bool,
    /// `-s`
    pub strings: u32,
    /// `-v`
    pub verbose: bool,
    /// `-y`
    pub paths: bool,
    /// `--place`
    pub place: Place,
    /// `--idle`, in seconds.
    pub idle: Option<u32>,
    /// `--on-overload`, `--max-stop`
    pub overload: message::Overload,
    /// `--max-slowdown`
    pub max_slowdown: Option<u32>,
    /// `--redact`
    pub redact: bool,
}

impl Depth {
    /// The request to the tracer.
    pub fn request(&self, whom: &Target, who: &str, session: u128) -> message::Trace {
        let container_id = &whom.id;
        let target = if !self.command.is_empty() {
            message::Target::Command
        } else if self.pids.is_empty() {
            message::Target::Container { id: container_id.to_owned(), programs: self.programs.clone() }
        } else {
            message::Target::Processes(self.pids.clone())
        };
        message::Trace {
            version: message::VERSION,
            session,
            target,
            follow: self.follow,
            entrants: self.entrants,
            filter: self.filter.clone(),
            qualifiers: Vec::new(),
            names: false,
            sites: false,
            strings: self.strings,
            verbose: self.verbose,
            paths: self.paths,
            lease: LEASE.as_millis() as u32,
            place: match self.place {
                _ if !self.command.is_empty() => message::Place::Target(container_id.to_owned()),
                Place::Auto => message::Place::Auto(container_id.to_owned()),
                Place::Target => message::Place::Target(container_id.to_owned()),
                Place::Agent => message::Place::Agent,
            },
            who: who.to_owned(),
            idle: self.idle,
            overload: self.overload,
            max_slowdown: self.max_slowdown,
            redact: self.redact.then(|| whom.secrets.clone()),
            holders: Vec::new(),
        }
    }
}

/// Where the text goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// stdout.
    Stdout,
    /// stderr: stdout is the command's.
    Stderr,
    /// `-o FILE`
    File(PathBuf),
    /// `-ff -o FILE`: FILE.TID
    Threads(PathBuf),
    /// `--out DIR`: DIR/POD.CONTAINER, with `--ff` DIR/POD.CONTAINER.TID
    Directory {
        /// DIR
        dir: PathBuf,
        /// `--ff`
        separate: bool,
        /// `--force`
        force: bool,
    },
}

impl Plan {
    /// Checks the command line.
    ///
    /// # Errors
    /// What is wrong with it; the cluster was not touched.
    pub fn new(args: &Args) -> Result<Plan, Refusal> {
        let whom = Whom::new(&args.target, &args.what)?;
        let mut remarks = Vec::new();

        let mut sets = Vec::new();
        for expression in args.trace.expressions.iter().filter(|_| !args.tracer.in_place) {
            sets.push(calls(expression)?.to_owned());
        }
        sets.extend(args.trace.trace.iter().cloned());
        // Another strace may know other words.
        for set in sets.iter().filter(|_| !args.tracer.in_place) {
            if set.len() > LONGEST_SET {
                return Err(refusal::usage(format!("-e trace= is longer than {LONGEST_SET} bytes")));
            }
            filter::last(std::slice::from_ref(set)).map_err(|error| {
                refusal::usage(error).cause(format!("it stands in -e trace={set}")).fix(
                    "names are those of system calls (openat) or classes (%file, %net, %process, %desc, ...); \
                     nothing was sent to the cluster",
                )
            })?;
        }
        // As in strace, the last one counts.
        let filter = sets.pop().into_iter().collect();

        let separate = args.output.separate || args.trace.follow > 1;
        let dry_run = dry_run(args)?;
        let output = match (&args.output.file, &args.output.out) {
            _ if dry_run.is_some() => Output::Stdout,
            (Some(file), _) => {
                if file.to_str().is_some_and(|name| name.starts_with(['|', '!'])) {
                    return Err(refusal::usage(
                        "-o with a command (| or !) is not there yet in kubectl strace",
                    )
                    .fix("write to a pipe: kubectl strace ... | COMMAND"));
                }
                if separate { Output::Threads(file.clone()) } else { Output::File(file.clone()) }
            }
            (None, Some(dir)) => Output::Directory { dir: dir.clone(), separate, force: args.output.force },
            (None, None) => {
                if args.output.separate {
                    remarks.push("--ff makes files only together with -o FILE or --out DIR");
                }
                if args.program.is_empty() { Output::Stdout } else { Output::Stderr }
            }
        };
        if args.trace.paths > 1 {
            remarks.push("-yy prints what -y prints: details of sockets and devices are not there yet");
        }
        let on_page = matches!(output, Output::Stdout | Output::Stderr);
        let split = separate && !on_page;
        let lines = Options {
            prefix: match output {
                _ if split => Prefix::None,
                _ if on_page => Prefix::Several,
                _ => Prefix::Always,
            },
            wall: match args.output.clock {
                // strace-log-merge takes only files with times.
                0 if matches!(output, Output::Directory { .. }) => Some(Wall::Epoch(Precision::Micros)),
                0 => None,
                1 => Some(Wall::Time(Precision::Seconds)),
                2 => Some(Wall::Time(Precision::Micros)),
                _ => Some(Wall::Epoch(Precision::Micros)),
            },
            relative: args.output.relative.then_some(Precision::Micros),
            spent: args.output.durations.then_some(Precision::Micros),
            split,
            zone: local,
            ..Options::default()
        };
        let command = command(args)?;
        let pids = pids(&args.trace.pids)?;
        let several = match &whom.containers {
            Containers::All => true,
            Containers::Named(names) => names.len() > 1,
            Containers::Default => false,
        };
        if !pids.is_empty() && (several || matches!(whom.which, Which::All(_))) {
            return Err(refusal::usage("-p names processes of one container, but several are to be traced")
                .fix("choose processes of all of them by name, --comm REGEX, or by program, --exe REGEX"));
        }
        if !command.is_empty() && (several || matches!(whom.which, Which::All(_))) {
            return Err(refusal::usage("a command is run in one container, but several are named")
                .fix("name one pod and, with -c, one container of it"));
        }
        if args.tracer.in_place && !command.is_empty() {
            return Err(refusal::usage("--in-place traces what runs already, and -- begins a command")
                .fix("leave --in-place out, or run its strace by kubectl exec"));
        }
        if args.tracer.in_place && several {
            return Err(refusal::usage(
                "--in-place: a strace is run in one container, but several are named",
            ));
        }
        let in_place = args.tracer.in_place.then(|| Letters::new(args, &pids, &lines, &output));
        let alone = pids.is_empty() && command.is_empty();
        if !alone && whom.restarts > 0 {
            return Err(refusal::usage(
                "--follow-restarts: -p and a command are of one life of the container only",
            )
            .fix("choose processes by name, --comm REGEX, or by program, --exe REGEX"));
        }
        Ok(Plan {
            whom,
            depth: Depth {
                filter,
                follow: args.trace.follow > 0 || alone,
                entrants: !args.trace.no_entrants && alone,
                pids,
                command,
                programs: message::Programs {
                    comm: expressions("--comm", &args.trace.comm)?,
                    exe: expressions("--exe", &args.trace.exe)?,
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
                redact: args.output.redact,
            },
            output,
            lines,
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
            dry_run,
            timeout: args.tracer.timeout,
            remarks,
        })
    }
}

impl Plan {
    /// Whether a tracer of more rights is added by itself where the kernel refuses one of this rung.
    pub fn climbs(&self, from: Rung) -> bool {
        self.profile == Profile::Auto && self.depth.command.is_empty() && Rung::Ptrace.is_above(from)
    }
}

/// The words behind `--`.
fn command(args: &Args) -> Result<Vec<String>, Refusal> {
    let words: Option<Vec<String>> =
        args.program.iter().map(|word| word.to_str().map(str::to_owned)).collect();
    let words =
        words.ok_or_else(|| refusal::usage("a word of the command is not UTF-8, which the API wants"))?;
    let Some(first) = words.first() else { return Ok(words) };
    if first.is_empty() {
        return Err(refusal::usage("the command's name is empty"));
    }
    let chooses = [
        ("-p", !args.trace.pids.is_empty()),
        ("--comm", !args.trace.comm.is_empty()),
        ("--exe", !args.trace.exe.is_empty()),
    ];
    if let Some((flag, _)) = chooses.into_iter().find(|(_, typed)| *typed) {
        return Err(refusal::usage(format!(
            "{flag} chooses processes that run already, and -- begins a command"
        ))
        .fix("leave one of them out"));
    }
    if args.tracer.place == Place::Agent {
        return Err(refusal::usage(
            "--place agent: a command runs in the target's container, and its tracer with it",
        )
        .fix("leave --place out"));
    }
    Ok(words)
}

/// `--dry-run`, with which `-o` means what it means to kubectl.
fn dry_run(args: &Args) -> Result<Option<(DryRun, Notation)>, Refusal> {
    let Some(who) = args.tracer.dry_run else { return Ok(None) };
    let notation = match args.output.file.as_deref().map(|format| format.to_str().unwrap_or_default()) {
        None | Some("yaml") => Notation::Yaml,
        Some("json") => Notation::Json,
        Some(other) => {
            return Err(refusal::usage(format!("-o {other}: with --dry-run, -o takes yaml or json"))
                .fix("leave --dry-run out to write a trace to a file"));
        }
    };
    Ok(Some((who, notation)))
}

/// Qualifiers of `-e` that strace has and this plugin has not.
const OTHER_QUALIFIERS: &[&str] = &[
    "abbrev",
    "verbose",
    "raw",
    "signal",
    "signals",
    "s",
    "read",
    "reads",
    "r",
    "write",
    "writes",
    "w",
    "fault",
    "inject",
    "status",
    "quiet",
    "silent",
    "silence",
    "q",
    "kvm",
    "decode-fds",
    "decode-fd",
    "trace-fds",
    "trace-fd",
    "fds",
    "fd",
    "namespace",
];

/// The set of calls in an expression of `-e`.
fn calls(expression: &str) -> Result<&str, Refusal> {
    match expression.split_once('=') {
        Some(("trace" | "t", set)) => Ok(set),
        Some((other, _)) if OTHER_QUALIFIERS.contains(&other) => {
            Err(refusal::usage(format!("strace's -e {other}= is not there yet in kubectl strace"))
                .fix("-e trace=SET chooses calls"))
        }
        _ => Ok(expression),
    }
}

/// The processes of `-p`: as in strace, separated by commas or blanks.
fn pids(typed: &[String]) -> Result<Vec<i32>, Refusal> {
    let items =
        typed.iter().flat_map(|list| list.split([',', ' ', '\t', '\n'])).filter(|item| !item.is_empty());
    let mut pids = Vec::new();
    for item in items {
        match item.parse::<i32>() {
            Ok(pid) if pid > 0 => pids.push(pid),
            _ => {
                return Err(refusal::usage(format!("-p: '{item}' is not the id of a process"))
                    .fix("ids are those inside of the container: its first process has 1"));
            }
        }
    }
    if pids.is_empty() && !typed.is_empty() {
        return Err(refusal::usage("-p: no process is named"));
    }
    pids.sort_unstable();
    pids.dedup();
    Ok(pids)
}

/// Regular expressions, compiled once to see whether they are any: the tracer does so with the same crate.
fn expressions(flag: &str, typed: &[String]) -> Result<Vec<String>, Refusal> {
    for text in typed {
        if text.len() > LONGEST_EXPRESSION {
            return Err(refusal::usage(format!("{flag} is longer than {LONGEST_EXPRESSION} bytes")));
        }
        regex_lite::Regex::new(text).map_err(|error| {
            refusal::usage(format!("{flag}: '{text}' is not a regular expression")).cause(error.to_string())
        })?;
    }
    if typed.len() > MOST_EXPRESSIONS {
        return Err(refusal::usage(format!("{flag}: more than {MOST_EXPRESSIONS} of them")));
    }
    Ok(typed.to_vec())
}

fn image(name: &str) -> Result<String, Refusal> {
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(refusal::usage(format!("--image: '{name}' is not the name of an image")));
    }
    Ok(name.to_owned())
}

/// Seconds east of UTC at a time, here.
fn local(seconds: i64) -> i32 {
    static HERE: LazyLock<TimeZone> = LazyLock::new(TimeZone::system);
    Timestamp::from_second(seconds).map_or(0, |time| HERE.to_offset(time).seconds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn plan(line: &str) -> Result<Plan, Refusal> {
        let line = std::iter::once("kubectl-strace").chain(line.split_whitespace()).map(OsString::from);
        Plan::new(&crate::cli::parse(line).unwrap())
    }

    fn target() -> Target {
        Target {
            namespace: "demo".into(),
            pod: "api".into(),
            container: "app".into(),
            id: "id".into(),
            started: None,
            secrets: message::Redact { paths: vec!["/run/x".into()], variables: Vec::new() },
        }
    }

    #[test]
    fn a_line_known_by_heart() {
        let plan = plan("-ffttTy -o FILE -s 200 pod/api").unwrap();
        assert_eq!(plan.output, Output::Threads("FILE".into()));
        assert_eq!(plan.lines.wall, Some(Wall::Time(Precision::Micros)));
        assert_eq!(plan.lines.spent, Some(Precision::Micros));
        assert_eq!((plan.lines.prefix, plan.lines.split), (Prefix::None, true));
        assert_eq!((plan.depth.strings, plan.depth.paths), (200, true));
    }

    #[test]
    fn prefixes_are_straces() {
        assert_eq!(plan("api").unwrap().lines.prefix, Prefix::Several);
        assert_eq!(plan("api -ff").unwrap().lines.prefix, Prefix::Several);
        assert_eq!(plan("api -o X").unwrap().lines.prefix, Prefix::Always);
        assert_eq!(plan("api -ff -o X").unwrap().lines.prefix, Prefix::None);
    }

    #[test]
    fn files_for_merging_have_times() {
        let epoch = Some(Wall::Epoch(Precision::Micros));
        assert_eq!(plan("--ff --out traces api").unwrap().lines.wall, epoch);
        assert_eq!(
            plan("--ff -t --out traces api").unwrap().lines.wall,
            Some(Wall::Time(Precision::Seconds))
        );
        assert_eq!(plan("-ff -o X api").unwrap().lines.wall, None);
    }

    #[test]
    fn the_last_filter_counts_and_every_one_is_checked() {
        assert_eq!(plan("api -e openat -e trace=!close").unwrap().depth.filter, ["!close"]);
        assert_eq!(plan("api -e t=%file --trace=openat").unwrap().depth.filter, ["openat"]);
        assert!(plan("api").unwrap().depth.filter.is_empty());
        let wrong = plan("api -e opnat -e close").unwrap_err();
        assert!(wrong.to_string().contains("did you mean 'openat'"), "{wrong}");
        assert_eq!(wrong.code(), refusal::USAGE);
    }

    #[test]
    fn what_is_not_there_yet_is_named() {
        assert!(plan("api -e signal=INT").unwrap_err().to_string().contains("strace's -e signal="));
        assert!(plan("api -o |gzip").unwrap_err().to_string().contains("| COMMAND"));
        assert_eq!(plan("api -yy").unwrap().remarks.len(), 1);
    }

    #[test]
    fn who_is_meant() {
        let whom = |line| plan(line).unwrap().whom;
        assert_eq!(whom("api").which, Which::One);
        assert_eq!(whom("api").containers, Containers::Default);
        assert_eq!(whom("-l app=x --all-pods").which, Which::All(50));
        assert_eq!(whom("deploy/x --all-pods --max-pods 3 --all-containers").containers, Containers::All);
        assert_eq!(whom("api -c a -c b").containers, Containers::Named(vec!["a".into(), "b".into()]));
        for wrong in [
            "",
            "api web",
            "cm/api",
            "deploy/x --all-pods -p 1",
            "x -c a -c b -p 1",
            "api -l app=x",
            "-l app=x --max-pods 0",
        ] {
            assert!(plan(wrong).is_err_and(|error| error.code() == refusal::USAGE), "{wrong}");
        }
    }

    #[test]
    fn processes_are_numbers() {
        assert_eq!(plan("api -p 7,1 -p 7").unwrap().depth.pids, [1, 7]);
        for wrong in ["api -p 0", "api -p x", "api -p ,"] {
            assert!(plan(wrong).is_err_and(|error| error.code() == refusal::USAGE), "{wrong}");
        }
        let request = plan("api -p 7").unwrap().depth.request(&target(), "me", 1);
        assert_eq!(request.target, message::Target::Processes(vec![7]));
        let request = plan("api").unwrap().depth.request(&target(), "me", 1);
        assert_eq!(
            request.target,
            message::Target::Container { id: "id".into(), programs: message::Programs::default() }
        );
    }

    #[test]
    fn programs_are_regular_expressions() {
        let programs = plan("api --comm ^nginx --comm php --exe ^/usr/").unwrap().depth.programs;
        assert_eq!((programs.comm.len(), programs.exe), (2, vec!["^/usr/".to_owned()]));
        let wrong = plan("api --exe (").unwrap_err();
        assert!(wrong.to_string().contains("--exe: '(' is not a regular expression"), "{wrong}");
        assert_eq!(wrong.code(), refusal::USAGE);
    }

    #[test]
    fn a_command_is_run_in_one_container_and_writes_to_stdout_itself() {
        let plan = |line| plan(line);
        let one = plan("api -- ls -l").unwrap();
        assert_eq!(
            (one.depth.command.as_slice(), &one.output),
            (&["ls".into(), "-l".into()][..], &Output::Stderr)
        );
        assert!(!one.depth.follow && !one.depth.entrants, "as strace: children only with -f");
        assert_eq!(one.lines.prefix, Prefix::Several);
        let request = one.depth.request(&target(), "me", 1);
        assert_eq!(request.target, message::Target::Command);
        assert_eq!(request.place, message::Place::Target("id".into()));
        assert!(plan("api -f -- ls").unwrap().depth.follow);
        assert_eq!(plan("api -o X -- ls").unwrap().output, Output::File("X".into()));
        for wrong in [
            "api -p 1 -- ls",
            "api --comm x -- ls",
            "api --place agent -- ls",
            "-l a=b --all-pods -- ls",
            "x -c a -c b -- ls",
        ] {
            assert!(plan(wrong).is_err_and(|error| error.code() == refusal::USAGE), "{wrong}");
        }
    }

    #[test]
    fn another_strace_is_told_what_was_typed() {
        let letters = |line: &str| plan(&format!("--in-place {line}")).unwrap().in_place.unwrap();
        let one = letters("api -e signal=INT -e trace=%file -tt -yy -T -s 9");
        assert_eq!(one.words.join(" "), "-f -e signal=INT -e trace=%file -s 9 -yy -tt -T");
        assert!(one.all && one.on_page);
        assert_eq!(letters("api -p 7,1 -o X").words.join(" "), "-s 32 -o /dev/stdout -p 1 -p 7");
        let files = letters("api --ff --out D");
        assert_eq!((files.words.join(" ").as_str(), files.on_page), ("-f -s 32 -ttt -o /dev/stdout", false));
        assert!(plan("api").unwrap().in_place.is_none());
        for wrong in ["--in-place api -c a -c b", "--in-place api -- ls"] {
            assert!(plan(wrong).is_err_and(|error| error.code() == refusal::USAGE), "{wrong}");
        }
    }

    #[test]
    fn restarts_are_followed_three_times_unless_told_otherwise() {
        let restarts = |line| plan(line).unwrap().whom.restarts;
        assert_eq!(restarts("api"), 0);
        assert_eq!(restarts("--follow-restarts api"), 3);
        assert_eq!(restarts("api --follow-restarts=7"), 7);
        assert!(plan("api --follow-restarts -p 1").is_err_and(|error| error.code() == refusal::USAGE));
    }

    #[test]
    fn with_dry_run_o_is_kubectls() {
        assert_eq!(plan("api --dry-run=client").unwrap().dry_run, Some((DryRun::Client, Notation::Yaml)));
        assert_eq!(
            plan("api --dry-run=server -o json").unwrap().dry_run,
            Some((DryRun::Server, Notation::Json))
        );
        assert!(plan("api --dry-run=server -o FILE").is_err_and(|error| error.code() == refusal::USAGE));
        assert_eq!(plan("api -o json").unwrap().output, Output::File("json".into()));
    }

    #[test]
    fn the_tracers_place_is_asked_for_by_the_containers_id() {
        let place = |line| plan(line).unwrap().depth.request(&target(), "me", 1).place;
        assert_eq!(place("api"), message::Place::Auto("id".into()));
        assert_eq!(place("api --place target"), message::Place::Target("id".into()));
        assert_eq!(place("api --place=agent"), message::Place::Agent);
    }

    #[test]
    fn care_is_asked_for() {
        let request = |line| plan(line).unwrap().depth.request(&target(), "me", 1);
        assert_eq!(request("api").overload, message::Overload::Drop);
        assert_eq!(request("api --on-overload block").overload, message::Overload::Block(1000));
        assert_eq!(request("api --on-overload=block --max-stop 50").overload, message::Overload::Block(50));
        assert_eq!(request("api").redact, None);
        assert_eq!(request("api --redact").redact, Some(target().secrets));
        assert_eq!((request("api --idle 90s").idle, request("api").idle), (Some(90), None));
        assert_eq!(request("api --max-slowdown 20").max_slowdown, Some(20));
    }

    #[test]
    fn what_is_followed_depends_on_who_was_named() {
        let depth = |line| plan(line).unwrap().depth;
        assert!(depth("api").follow && depth("api").entrants);
        assert!(!depth("api -p 1").follow && !depth("api -p 1").entrants);
        assert!(depth("api -fp 1").follow);
        assert!(!depth("api --no-entrants").entrants);
    }
}
