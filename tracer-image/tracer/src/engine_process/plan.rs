//! What the client asked for, as the engine's plan.

use crate::{
    engine::{self, Engine, Plan, Programs, members, ptrace::Means},
    outbox::Outbox,
    paths,
    root::Root,
};
use std::time::Duration;
use syscalls::{
    filter::{self, Qualifiers},
    gather::DecodeOptions,
};
use wire::message::{Level, Message, Notice, Target, Trace};

/// How often processes that enter the target are looked for.
const ENTRANTS: Duration = Duration::from_secs(1);

/// The plan of a trace; `inside`: we are in the target's container.
///
/// # Errors
/// What is wrong with its expressions.
pub(super) fn plan(trace: Trace, inside: bool) -> Result<Plan, String> {
    let programs = match &trace.target {
        Target::Container { programs, .. } => Programs::new(programs)?,
        Target::Processes(_) | Target::Command => Programs::default(),
    };
    let mut wanted = Qualifiers { paths: trace.trace_paths, ..Qualifiers::default() };
    let mut injections = Vec::new();
    for expression in &trace.expressions {
        filter::take(expression, &mut wanted, &mut injections, &engine::compile)?;
    }
    let depth = DecodeOptions {
        strings: trace.strings as usize,
        verbose: trace.verbose,
        paths: trace.paths,
        names: trace.names,
        ..DecodeOptions::default()
    };
    let depth = depth.with(&wanted);
    let (shards, leave_at_execve) = (trace.shards.map(usize::from), trace.leave_at_execve);
    let means = Means { injections, shards, leave_at_execve, kill: false };
    #[cfg(not(feature = "synthetic"))]
    let engine = Engine::Ptrace(means);
    #[cfg(feature = "synthetic")]
    let (engine, _) = (Engine::Synthetic, means);
    Ok(Plan {
        programs,
        target: trace.target,
        count: trace.counting,
        comms: trace.comms || depth.comm,
        sites: trace.sites,
        engine_stats: trace.engine_stats,
        debug: false,
        limit: trace.limit,
        depth,
        wanted,
        follow: trace.follow,
        entrants: trace.entrants.then_some(ENTRANTS),
        inside,
        holders: trace.holders,
        engine,
    })
}

/// The paths of `-P`, as the target sees them.
pub(super) fn resolve(plan: &mut Plan, outbox: &Outbox) {
    let root = (!plan.wanted.paths.is_empty()).then(|| Root::of(&members::processes_now(plan))).flatten();
    let Some(root) = root else { return };
    for text in paths::resolve(&mut plan.wanted, |path| root.resolve(path)) {
        outbox.send(&Message::Notice(Notice { level: Level::Note, text }));
    }
}
