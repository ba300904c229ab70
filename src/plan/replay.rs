//! What to show of recordings.

use super::{Expressions, lines, modes, output, summary, trace};
use crate::{
    cli::{Args, Color, Command, Events},
    refusal::{self, Refusal},
    screen::TraceOutput,
};
use render::text::Options;
use std::path::PathBuf;
use wire::summary::Counting;

/// A checked command line of `replay`.
#[derive(Debug)]
pub struct ReplayPlan {
    /// The recordings.
    pub files: Vec<PathBuf>,
    /// `--from`, `--to`, `--around`, as typed.
    pub from: Option<String>,
    /// The end.
    pub to: Option<String>,
    /// What is shown with a second before and after it.
    pub around: Option<String>,
    /// `--pod`; none: all.
    pub pods: Vec<String>,
    /// `-c`; none: all.
    pub containers: Vec<String>,
    /// The expressions of `-e`, and of the letters that stand for one.
    pub expressions: Vec<String>,
    /// `-P`
    pub trace_paths: Vec<String>,
    /// `-p`
    pub pids: Vec<i32>,
    /// `-f`: with `-p`, all threads of the processes.
    pub follow: bool,
    /// `--comm`
    pub comm: Vec<String>,
    /// How deep events must be, as far as it was typed.
    pub depth: Depth,
    /// Whether calls are counted.
    pub counting: Counting,
    /// Where the text goes.
    pub output: TraceOutput,
    /// How lines look.
    pub lines: Options,
    /// How events are written.
    pub format: Events,
    /// How a table of counts looks.
    pub summary: render::summary::Options,
    /// How many events are written; `None`: all.
    pub max_events: Option<u64>,
    /// How many bytes of text are written; `None`: all.
    pub max_bytes: Option<u64>,
    /// Whether names of pods have colours.
    pub color: Color,
    /// Notes about flags that do less than they seem to.
    pub remarks: Vec<&'static str>,
}

/// What must have been recorded for it to be shown. What was not asked for is shown as it was recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Depth {
    /// `-s`
    pub strings: Option<u32>,
    /// `-v`
    pub verbose: bool,
    /// `-y`
    pub paths: bool,
    /// `-N`
    pub names: bool,
    /// `--syscall-number`, `-i`
    pub sites: bool,
}

impl ReplayPlan {
    /// Checks the command line.
    ///
    /// # Errors
    /// It is wrong.
    pub fn new(args: &Args) -> Result<ReplayPlan, Refusal> {
        modes::check(args)?;
        let Some(Command::Replay(replay)) = &args.command else {
            return Err(refusal::usage("this is not a command line of replay"));
        };
        if replay.files.is_empty() {
            return Err(refusal::usage("replay which recording?")
                .fix("name the file that --record wrote: kubectl strace replay FILE")
                .fix("a pod of that name is pod/replay"));
        }
        if replay.around.is_some() && (replay.from.is_some() || replay.to.is_some()) {
            return Err(refusal::usage(
                "--around chooses a part of the recording by itself, without --from and --to",
            ));
        }
        let tampers = |one: &&String| one.starts_with("inject=") || one.starts_with("fault=");
        if let Some(tampering) = args.trace.expressions.iter().find(tampers) {
            return Err(refusal::usage(format!("-e {tampering} cannot be used with replay"))
                .cause("what is recorded has happened"));
        }
        let expressions = Expressions::new(&args.trace, false)?;
        let mut remarks = Vec::new();
        let separate = args.output.separate || args.trace.follow > 1;
        let output = output(args, separate, false, &mut remarks)?;
        let split = separate && !matches!(output, TraceOutput::Stdout | TraceOutput::Stderr);
        let (counting, table) = summary::plan(&args.summary, split)?;
        let lines = lines(args, &output, split, expressions.quiet);
        Ok(ReplayPlan {
            files: replay.files.clone(),
            from: replay.from.clone(),
            to: replay.to.clone(),
            around: replay.around.clone(),
            pods: replay.pods.clone(),
            containers: replay.containers.clone(),
            expressions: expressions.all,
            trace_paths: trace::paths(&args.trace.trace_paths)?,
            pids: trace::pids(&args.trace.pids)?,
            follow: args.trace.follow > 0,
            comm: trace::regexes("--comm", &args.trace.comm)?,
            depth: Depth {
                strings: args.typed.contains_key("strings").then_some(args.trace.strings),
                verbose: args.trace.verbose,
                paths: args.trace.paths > 0,
                names: args.trace.arguments,
                sites: args.output.syscall_number || args.output.instruction_pointer,
            },
            counting,
            output,
            lines,
            format: args.output.format,
            summary: table,
            max_events: args.output.max_events,
            max_bytes: args.output.max_bytes,
            color: args.output.color,
            remarks,
        })
    }
}
