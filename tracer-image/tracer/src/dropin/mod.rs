//! The drop-in `strace`: spawn or attach, text out.

mod cli;
mod command;
mod destination;
mod merged;
mod orphans;
mod output;
mod program;
mod refused;
mod signals;
mod tips;

use crate::{
    clock,
    command::reason,
    engine::{
        self, Engine, Plan, Programs, Stop,
        ptrace::{Means, SeccompFilter, Spawned},
    },
    paths, pidfd,
};
use cli::{Request, Wanted};
use merged::Merged;
use nix::sys::signal::Signal;
use output::TextSink;
use program::say;
use refused::unattached;
use render::{form::Form, json, text::Text};
use signals::{Signals, die_of, thread_id};
use std::{
    ffi::OsString,
    fs, io, mem,
    os::fd::OwnedFd,
    sync::{Arc, OnceLock},
    thread,
};
use wire::message::{Reason, Target};

/// Runs as strace would, and returns its exit status.
pub fn main(args: impl Iterator<Item = OsString>) -> i32 {
    match cli::parse(args) {
        Ok(Request::Print(text)) => {
            print!("{text}");
            0
        }
        Ok(Request::Tip(tip)) => {
            tip.tell();
            0
        }
        Ok(Request::Trace(wanted)) => trace(*wanted).unwrap_or_else(|error| {
            say(&error);
            1
        }),
        Err(error) => {
            say(&error);
            1
        }
    }
}

fn trace(mut wanted: Wanted) -> Result<i32, String> {
    wanted.notes.iter().for_each(|note| say(note));
    for said in paths::resolve(&mut wanted.qualifiers, |path| fs::canonicalize(path).ok()) {
        say(&said);
    }
    if wanted.quiet_twice {
        return Err("-q and -e quiet/--quiet cannot be provided simultaneously".into());
    }
    let mut command = if wanted.command.is_empty() { None } else { Some(command::resolve(&wanted)?) };
    if let Some(command) = command.as_mut().filter(|_| wanted.filtered) {
        match filter(&wanted) {
            Ok(filter) => command.filter = Some(filter),
            Err(why) => say(why),
        }
    }
    // Without us, the calls at which a filter stops would fail.
    let kill = wanted.kill || command.as_ref().is_some_and(|command| command.filter.is_some());
    let plan = plan(&wanted, kill);
    // Otherwise the command that reads the text would be a child of the traced command, which does not know it.
    let through = wanted.output.as_deref().is_some_and(|output| cli::piped(output).is_some());
    let opened = if through && wanted.distance.is_some() { None } else { Some(destination::place(&wanted)?) };
    // From here on, the grandchild traces, and this process is the command.
    let waiting = match (&command, wanted.distance) {
        (Some(command), Some(distance)) => Some(command.start_from_grandchild(distance).map_err(unstarted)?),
        _ => None,
    };
    let (place, piped) = match opened {
        Some(opened) => opened,
        None => destination::place(&wanted)?,
    };
    let stop = Arc::new(Stop::default());
    let painter = if wanted.json { None } else { destination::painter(wanted.color, &place) };
    // If signals may end us, we end when nobody reads any more; otherwise we go on, and say so.
    let unread_ends = wanted.interruptible <= 2;
    let (quiet, summary) = (wanted.text.quiet, wanted.summary.clone());
    let sink = TextSink::new(form(&wanted), place, unread_ends, painter, quiet, summary, stop.clone());
    let sinks = Merged::new(sink);
    let signals = Signals::block(wanted.interruptible);
    let never = wanted.interruptible > 2;
    // A command that is our child ends with us when somebody ends us.
    let child = Arc::new(OnceLock::new());
    let started = child.clone();
    orphans::leave_to_the_kernel();
    // The engine has its own thread, because its end is what detaches. Meanwhile, this thread waits for signals.
    let main_thread = thread_id();
    let engine_stop = stop.clone();
    let engine = thread::spawn(move || {
        let spawned = match (waiting, command) {
            (None, None) => Spawned::attached(engine::run(&plan, &sinks, &engine_stop, None)),
            (Some(waiting), _) => engine::run_command(&plan, waiting, &sinks, &engine_stop, None),
            (None, Some(command)) => match command.start() {
                Ok(waiting) => {
                    // It waits, so that its number is its own.
                    let _ = started.set(pidfd::open(waiting.process));
                    engine::run_command(&plan, waiting, &sinks, &engine_stop, None)
                }
                Err(error) => Spawned::attached(Reason::Failed(unstarted(error))),
            },
        };
        let written = sinks.finish();
        Signals::end(main_thread);
        (spawned, written)
    });
    let interrupted = signals.wait(never, &stop, || engine.is_finished());
    let (spawned, written) =
        engine.join().map_err(|_| "the engine panicked; every tracee runs on".to_string())?;
    if let Some(mut piped) = piped {
        // Its input has ended with the sink. What it still writes belongs to the trace.
        let _ = piped.wait();
    }
    let failures = failures(&spawned);
    failures.iter().for_each(|failure| say(failure));
    wanted.tip.tell();
    if !failures.is_empty() {
        return Ok(1);
    }
    end(interrupted, &spawned, child.get(), written)
}

/// What the engine is to do.
fn plan(wanted: &Wanted, kill: bool) -> Plan {
    Plan {
        target: Target::Processes(wanted.attach.clone()),
        programs: Programs::default(),
        wanted: wanted.qualifiers.clone(),
        count: wanted.count,
        comms: wanted.depth.comm || wanted.json,
        sites: wanted.text.numbers || wanted.text.instructions || wanted.json,
        engine_stats: wanted.engine_stats,
        debug: wanted.debug,
        limit: wanted.limit,
        depth: wanted.depth,
        follow: wanted.follow > 0,
        entrants: None,
        inside: false,
        holders: Vec::new(),
        engine: Engine::Ptrace(Means {
            injections: wanted.injections.clone(),
            shards: wanted.shards,
            leave_at_execve: wanted.leave_at_execve,
            kill,
        }),
    }
}

/// How events are written.
fn form(wanted: &Wanted) -> Form {
    let mut options = wanted.text;
    options.wall_offset = clock::wall_offset();
    options.zone = local_zone;
    match wanted.json {
        true => Form::Json(json::Lines::new(json::Context {
            wall_offset: options.wall_offset,
            ..json::Context::default()
        })),
        false => Form::Text(Box::new(Text::new(options))),
    }
}

/// A command that could not be started.
fn unstarted(error: io::Error) -> String {
    format!("fork: {}", reason(&error))
}

/// Why nothing, or not what was asked for, was traced.
fn failures(spawned: &Spawned) -> Vec<String> {
    match (&spawned.reason, &spawned.failure) {
        (Reason::Failed(reason), _) => vec![reason.clone()],
        (Reason::Refused(refusals), _) => refusals.first.iter().flat_map(unattached).collect(),
        (_, Some(error)) => vec![format!("exec: {}", reason(error))],
        _ => Vec::new(),
    }
}

/// Ends as the trace did: by the signal that ended it, which its command gets too, or as the command ended.
fn end(
    interrupted: Option<i32>,
    spawned: &Spawned,
    child: Option<&io::Result<OwnedFd>>,
    written: bool,
) -> Result<i32, String> {
    match (interrupted, spawned.code, spawned.signal) {
        (Some(signal), code, killed) => {
            if let Some(Ok(child)) = child.filter(|_| code.is_none() && killed.is_none()) {
                let signals = [Signal::try_from(signal).ok(), Some(Signal::SIGCONT)];
                signals.into_iter().flatten().for_each(|signal| pidfd::kill(child, signal));
            }
            die_of(signal)
        }
        (None, Some(code), _) => Ok(code),
        (None, None, Some(signal)) => die_of(signal),
        (None, None, None) => Ok(if written { 0 } else { 1 }),
    }
}

/// Seconds east of UTC at a time, in the C library's time zone.
fn local_zone(seconds: i64) -> i32 {
    // SAFETY: an all-zero tm is valid; localtime_r fills it and touches nothing else of ours.
    unsafe {
        let mut parts: libc::tm = mem::zeroed();
        if libc::localtime_r(&seconds, &mut parts).is_null() { 0 } else { parts.tm_gmtoff as i32 }
    }
}

/// A filter for the command's calls, or why there is none.
fn filter(wanted: &Wanted) -> Result<SeccompFilter, &'static str> {
    let nothing = "Seccomp filter is requested but there are no syscalls to filter.  \
                   See -e trace to filter syscalls.";
    let filter = SeccompFilter::new(&wanted.qualifiers.trace, &wanted.injections).ok_or(nothing)?;
    filter.try_out().map_err(|_| "seccomp filter is requested but unavailable")?;
    Ok(filter)
}
