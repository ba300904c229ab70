//! The drop-in `strace`: spawn or attach, text out.

mod cli;
mod command;
mod merged;
mod orphans;
mod output;
mod tips;

use crate::{
    clock,
    command::reason,
    engine::{
        self, Engine, Plan, Programs, Stop,
        ptrace::{self, Means, SeccompFilter, Spawned},
    },
    paths, pidfd,
};
use cli::{Request, Wanted, When};
use merged::Merged;
use nix::sys::signal::Signal;
use output::{Files, Place, TextSink, say};
use render::{
    color::{Painter, Palette},
    form::Form,
    json,
    refused::Why,
    text::Text,
};
use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    io::{self, IsTerminal},
    mem,
    os::fd::OwnedFd,
    path::Path,
    process::{self, Child, Stdio},
    ptr,
    sync::{Arc, OnceLock},
    thread,
};
use wire::{
    message::{Reason, Target},
    refused::{Cause, Refused},
};

/// The name that we were called by, which begins our messages on stderr.
fn program() -> String {
    env::args_os().next().map_or_else(|| "strace".into(), |name| name.to_string_lossy().into_owned())
}

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
    let mut means = Means {
        injections: wanted.injections.clone(),
        shards: wanted.shards,
        leave_at_execve: wanted.leave_at_execve,
        kill: wanted.kill,
    };
    let mut command = if wanted.command.is_empty() { None } else { Some(command::resolve(&wanted)?) };
    if let Some(command) = command.as_mut().filter(|_| wanted.filtered) {
        match filter(&wanted) {
            Ok(filter) => {
                command.filter = Some(filter);
                // Without us, the calls at which it stops would fail.
                means.kill = true;
            }
            Err(why) => say(why),
        }
    }
    let plan = Plan {
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
        engine: Engine::Ptrace(means),
    };
    // Otherwise the command that reads the text would be a child of the traced command, which does not know it.
    let through = wanted.output.as_deref().is_some_and(|output| cli::piped(output).is_some());
    let opened = if through && wanted.distance.is_some() { None } else { Some(place(&wanted)?) };
    let failed = |error: io::Error| format!("fork: {}", reason(&error));
    // From here on, the grandchild traces, and this process is the command.
    let waiting = match (&command, wanted.distance) {
        (Some(command), Some(distance)) => Some(command.start_from_grandchild(distance).map_err(failed)?),
        _ => None,
    };
    let (place, piped) = match opened {
        Some(opened) => opened,
        None => place(&wanted)?,
    };
    let stop = Arc::new(Stop::default());
    let mut options = wanted.text;
    options.wall_offset = clock::wall_offset();
    options.zone = local_zone;
    let form = match wanted.json {
        true => Form::Json(json::Lines::new(json::Context {
            wall_offset: options.wall_offset,
            ..json::Context::default()
        })),
        false => Form::Text(Box::new(Text::new(options))),
    };
    let painter = if wanted.json { None } else { painter(wanted.color, &place) };
    // If signals may end us, we end when nobody reads any more; otherwise we go on, and say so.
    let unread_ends = wanted.interruptible <= 2;
    let quiet = options.quiet;
    let sink = TextSink::new(form, place, unread_ends, painter, quiet, wanted.summary.clone(), stop.clone());
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
                Err(error) => Spawned::attached(Reason::Failed(failed(error))),
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
    let failures = match (&spawned.reason, &spawned.failure) {
        (Reason::Failed(reason), _) => vec![reason.clone()],
        (Reason::Refused(refusals), _) => refusals.first.iter().flat_map(unattached).collect(),
        (_, Some(error)) => vec![format!("exec: {}", reason(error))],
        _ => Vec::new(),
    };
    failures.iter().for_each(|failure| say(failure));
    wanted.tip.tell();
    if !failures.is_empty() {
        return Ok(1);
    }
    match (interrupted, spawned.code, spawned.signal) {
        (Some(signal), code, killed) => {
            if let Some(Ok(child)) = child.get().filter(|_| code.is_none() && killed.is_none()) {
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

/// What strace says of a process that it may not trace; behind it, on a line of its own, what we know of the reason.
fn unattached(refused: &Refused) -> Vec<String> {
    let Refused { process, error, .. } = refused;
    let error = io::Error::from_raw_os_error(*error);
    let mut said = vec![format!("attach: ptrace(PTRACE_SEIZE, {process}): {}", reason(&error))];
    if let Cause::TracedBy { process: by, .. } = &refused.cause {
        said.push(format!("Process {process} is already being traced by pid {by}"));
    }
    if let Some(last) = said.last_mut() {
        last.push_str(&format!("\n({})", Why(refused)));
    }
    said
}

/// A filter for the command's calls, or why there is none.
fn filter(wanted: &Wanted) -> Result<SeccompFilter, &'static str> {
    let nothing = "Seccomp filter is requested but there are no syscalls to filter.  \
                   See -e trace to filter syscalls.";
    let filter = SeccompFilter::new(&wanted.qualifiers.trace, &wanted.injections).ok_or(nothing)?;
    filter.try_out().map_err(|_| "seccomp filter is requested but unavailable")?;
    Ok(filter)
}

/// Colours, if they are wanted and the output can show them.
fn painter(when: When, place: &Place) -> Option<Painter> {
    let terminal = match place {
        Place::Stderr => io::stderr().is_terminal(),
        Place::File(file, _) => file.is_terminal(),
        Place::Split(_) => false,
    };
    // A terminal without a name, or a dumb one, shows no colours.
    let can = env::var_os("TERM").is_some_and(|name| !name.is_empty() && name != "dumb");
    let wanted = match when {
        When::Always => true,
        When::Never => false,
        When::Terminal => terminal && can && env::var_os("NO_COLOR").is_none(),
    };
    wanted.then(|| Painter::new(Palette::from(&env::var("STRACE_COLORS").unwrap_or_default())))
}

/// Where the text goes, and the command that it is piped to, if any.
fn place(wanted: &Wanted) -> Result<(Place, Option<Child>), String> {
    let Some(output) = &wanted.output else { return Ok((Place::Stderr, None)) };
    if let Some(command) = cli::piped(output) {
        let child = process::Command::new("/bin/sh").arg("-c").arg(command).stdin(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| format!("popen: {}", reason(&error)))?;
        let input = child.stdin.take().ok_or("popen: no pipe")?;
        let name = output.to_string_lossy().into_owned();
        return Ok((Place::File(File::from(OwnedFd::from(input)), name), Some(child)));
    }
    if wanted.text.split {
        return Ok((Place::Split(Files::new(output.into(), wanted.append)), None));
    }
    let path = Path::new(output);
    match output::open(path, wanted.append) {
        Ok(file) => Ok((Place::File(file, path.display().to_string()), None)),
        Err(error) => Err(output::unopened(path, &error)),
    }
}

/// The signals that end a trace, blocked in every thread so that one thread can wait for them.
struct Signals(libc::sigset_t);

impl Signals {
    /// Blocks them, before any thread is started; none if a signal should end us at once (`-I 1`).
    fn block(interruptible: u8) -> Signals {
        // SAFETY: an all-zero set is valid, and the calls fill it; signal numbers are valid.
        unsafe {
            let mut set = mem::zeroed();
            libc::sigemptyset(&mut set);
            libc::sigaddset(&mut set, Signals::ended());
            // Rust ignores SIGPIPE. Like strace, we ignore it only if nothing may end us.
            match interruptible {
                0..2 => {
                    libc::signal(libc::SIGPIPE, libc::SIG_DFL);
                }
                2 => {
                    libc::sigaddset(&mut set, libc::SIGPIPE);
                }
                _ => {}
            }
            if interruptible > 1 {
                for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT] {
                    libc::sigaddset(&mut set, signal);
                }
            }
            if interruptible > 3 {
                libc::sigaddset(&mut set, libc::SIGTSTP);
            }
            libc::pthread_sigmask(libc::SIG_BLOCK, &set, ptr::null_mut());
            Signals(set)
        }
    }

    /// The signal with which the engine's thread announces its end.
    fn ended() -> i32 {
        libc::SIGRTMIN() + 5
    }

    /// Tells the waiting thread that there is nothing more to wait for.
    fn end(waiting: i32) {
        // SAFETY: sends a signal, which that thread has blocked, to a thread of our own.
        unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), waiting, Signals::ended()) };
    }

    /// Waits until the engine has ended. A signal asks it to end; returns that signal.
    fn wait(&self, ignores: bool, stop: &Stop, finished: impl Fn() -> bool) -> Option<i32> {
        let mut by = None;
        loop {
            // Once asked to end, the engine is woken repeatedly until it reacts: the first wake-up may come too early.
            let pause = libc::timespec {
                tv_sec: 0,
                tv_nsec: if stop.requested() { 10_000_000 } else { 500_000_000 },
            };
            // SAFETY: the set is initialised; no siginfo is asked for.
            let signal = unsafe { libc::sigtimedwait(&self.0, ptr::null_mut(), &pause) };
            match signal {
                libc::SIGINT | libc::SIGTERM | libc::SIGHUP | libc::SIGQUIT | libc::SIGPIPE if !ignores => {
                    by.get_or_insert(signal);
                    stop.request();
                }
                _ => {}
            }
            if signal == Signals::ended() || finished() {
                // Signals for the whole process come after those for this thread.
                let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
                // SAFETY: as above.
                let late = unsafe { libc::sigtimedwait(&self.0, ptr::null_mut(), &at_once) };
                return by.or((late == libc::SIGPIPE && !ignores).then_some(late));
            }
            if stop.requested() {
                ptrace::wake();
            }
        }
    }
}

fn thread_id() -> i32 {
    // SAFETY: gettid has no preconditions.
    unsafe { libc::syscall(libc::SYS_gettid) as i32 }
}

/// Ends as the traced command did: by the same signal, without a core dump of our own.
fn die_of(signal: i32) -> Result<i32, String> {
    // SAFETY: only numbers and one initialised limit and set are passed; what follows the raise is reached when the
    // signal does not kill by default.
    unsafe {
        let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        libc::setrlimit(libc::RLIMIT_CORE, &none);
        libc::signal(signal, libc::SIG_DFL);
        let mut set: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &set, ptr::null_mut());
        libc::raise(signal);
    }
    Ok(128 + signal)
}

/// Seconds east of UTC at a time, in the C library's time zone.
fn local_zone(seconds: i64) -> i32 {
    // SAFETY: an all-zero tm is valid; localtime_r fills it and touches nothing else of ours.
    unsafe {
        let mut parts: libc::tm = mem::zeroed();
        if libc::localtime_r(&seconds, &mut parts).is_null() { 0 } else { parts.tm_gmtoff as i32 }
    }
}
