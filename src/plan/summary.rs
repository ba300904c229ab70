//! Whether calls are counted, and how their table looks.

use crate::{
    cli::SummaryArgs,
    refusal::{self, Refusal},
};
use render::summary::{self, Options};
use syscalls::filter::span;
use wire::summary::Counting;

/// What is counted. `separate`: each thread has a file of its own, and none of them is for the table.
pub fn plan(args: &SummaryArgs, separate: bool) -> Result<(Counting, Options), Refusal> {
    let counting = match (args.summary_only, args.summary) {
        (true, _) => Counting::Counts,
        (_, true) => Counting::Both,
        _ => Counting::Events,
    };
    if counting != Counting::Events && separate {
        return Err(refusal::usage(
            "a table of counts is one for all threads, so it has no place in a file for each thread",
        )
        .fix("leave -ff (--ff) out, or --summary-only (-C)"));
    }
    let looks = [
        ("-S", args.sort.is_some()),
        ("-U", args.columns.is_some()),
        ("-w", args.wall_clock),
        ("-O", args.overhead.is_some()),
    ];
    if counting == Counting::Events
        && let Some((letter, _)) = looks.into_iter().find(|(_, typed)| *typed)
    {
        return Err(refusal::usage(format!("{letter} is about a table of counts, and none was asked for"))
            .fix("ask for it: --summary-only (strace's -c), or -C to see the calls too"));
    }
    let mut options = Options { wall: args.wall_clock, ..Options::default() };
    if let Some(key) = &args.sort {
        options.sort = summary::sort_key(key).map_err(|error| refusal::usage(format!("-S: {error}")))?;
    }
    if let Some(list) = &args.columns {
        options.columns = summary::columns(list).map_err(|error| refusal::usage(format!("-U: {error}")))?;
    }
    if let Some(text) = &args.overhead {
        options.overhead =
            span(text).ok_or_else(|| refusal::usage(format!("-O: '{text}' is not a time such as 5us")))?;
    }
    Ok((counting, options))
}
