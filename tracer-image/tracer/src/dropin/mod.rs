//! The drop-in `strace`: spawn or attach, text out.

mod cli;
mod output;

use crate::{
    command::{self, NotFound, reason},
    engine::{
        Plan, Programs, Stop,
        ptrace::{self, Command, Spawned},
    },
};
use cli::{Request, Wanted};
use output::{Place, TextSink, say};
use render::text::Text;
use std::{collections::HashMap, ffi::OsString, fs::File, mem, ptr, sync::Arc, thread};
use wire::message::{Reason, Target};

/// Runs as strace would, and returns its exit status.
pub fn main(args: impl Iterator<Item = OsString>) -> i32 {
    match cli::parse(args) {
        Ok(Request::Print(text)) => {
            print!("{text}");
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

fn trace(wanted: Wanted) -> Result<i32, String> {
    let plan = Plan {
        target: Target::Processes(wanted.attach.clone()),
        programs: Programs::default(),
        calls: wanted.calls.clone(),
        depth: wanted.depth,
        follow: wanted.follow > 0,
        entrants: None,
        inside: false,
        holders: Vec::new(),
    };
    let command = if wanted.command.is_empty() { None } else { Some(command(&wanted)?) };
    let place = place(&wanted)?;
    let stop = Arc::new(Stop::default());
    let mut options = wanted.text;
    options.wall_offset = ptrace::wall_offset();
    options.zone = local_zone;
    let mut sink = TextSink::new(Text::new(options), place, wanted.quiet > 0, stop.clone());
    let signals = Signals::block();
    let spawns = command.is_some();
    // The engine has a thread of its own, because its end is what detaches; this one waits for signals meanwhile.
    let main_thread = thread_id();
    let engine_stop = stop.clone();
    let engine = thread::spawn(move || {
        let spawned = match command {
            Some(command) => match command.start() {
                Ok(waiting) => ptrace::run_command(&plan, waiting, &mut sink, &engine_stop, None),
                Err(error) => Spawned::attached(Reason::Failed(format!("fork: {error}"))),
            },
            None => Spawned::attached(ptrace::run(&plan, &mut sink, &engine_stop, None)),
        };
        let written = sink.finish();
        Signals::end(main_thread);
        (spawned, written)
    });
    let interrupted = signals.wait(spawns, &stop, || engine.is_finished());
    let (spawned, written) =
        engine.join().map_err(|_| "the engine panicked; every tracee runs on".to_string())?;
    if let Reason::Failed(reason) | Reason::Refused(reason) = &spawned.reason {
        return Err(reason.clone());
    }
    if let Some(error) = &spawned.failure {
        return Err(format!("exec: {}", reason(error)));
    }
    match (spawned.code, spawned.signal, interrupted) {
        (Some(code), _, _) => Ok(code),
        (None, Some(signal), _) => die_of(signal),
        (None, None, Some(signal)) if spawns => die_of(signal),
        (None, None, Some(_)) => Ok(if written { 0 } else { 1 }),
        (None, None, None) => Ok(if written { 0 } else { 1 }),
    }
}

fn place(wanted: &Wanted) -> Result<Place, String> {
    match &wanted.output {
        None => Ok(Place::Stderr),
        Some(prefix) if wanted.text.split => Ok(Place::Split(prefix.clone(), HashMap::new())),
        Some(path) => match File::create(path) {
            Ok(file) => Ok(Place::File(file)),
            Err(error) => Err(format!("Can't fopen '{}': {}", path.display(), reason(&error))),
        },
    }
}

/// The command with its file found on the PATH, and its environment.
fn command(wanted: &Wanted) -> Result<Command, String> {
    let program = &wanted.command[0];
    let file = command::find(program).map_err(|error| match error {
        NotFound::OnPath => format!("Cannot find executable '{}'", program.to_string_lossy()),
        NotFound::AtPath(error) => format!("Can't stat '{}': {}", program.to_string_lossy(), reason(&error)),
    })?;
    command::prepare(file, &wanted.command, &wanted.environment)
        .map_err(|_| "an argument has a NUL byte".to_string())
}

/// The signals that end a trace, blocked in every thread so that one can wait for them.
struct Signals(libc::sigset_t);

impl Signals {
    /// Blocks them, before any thread is started.
    fn block() -> Signals {
        // SAFETY: an all-zero set is valid, and the calls fill it; signal numbers are valid.
        unsafe {
            let mut set = mem::zeroed();
            libc::sigemptyset(&mut set);
            for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT, Signals::ended()] {
                libc::sigaddset(&mut set, signal);
            }
            libc::pthread_sigmask(libc::SIG_BLOCK, &set, ptr::null_mut());
            Signals(set)
        }
    }

    /// The signal by which the engine's thread says that it has ended.
    fn ended() -> i32 {
        libc::SIGRTMIN() + 5
    }

    /// Says to the waiting thread that there is nothing to wait for any more.
    fn end(waiting: i32) {
        // SAFETY: sends a signal, which that thread has blocked, to a thread of our own.
        unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), waiting, Signals::ended()) };
    }

    /// Waits until the engine has ended. A signal asks it to end; returns the one that did.
    fn wait(&self, spawns: bool, stop: &Stop, finished: impl Fn() -> bool) -> Option<i32> {
        let mut by = None;
        loop {
            // Once asked to end, the engine is woken again until it has heard: the first wake-up may come too early.
            let pause = libc::timespec {
                tv_sec: 0,
                tv_nsec: if stop.requested() { 10_000_000 } else { 500_000_000 },
            };
            // SAFETY: the set is initialised; no siginfo is asked for.
            let signal = unsafe { libc::sigtimedwait(&self.0, ptr::null_mut(), &pause) };
            match signal {
                // A command in the foreground gets these from the terminal itself; its end is ours.
                libc::SIGINT | libc::SIGQUIT if spawns => {}
                libc::SIGINT | libc::SIGTERM | libc::SIGHUP | libc::SIGQUIT => {
                    by.get_or_insert(signal);
                    stop.request();
                }
                _ => {}
            }
            if signal == Signals::ended() || finished() {
                return by;
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

/// Ends as the traced command did: by the same signal, without a core of our own.
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

/// Seconds east of UTC at a time, by the C library's time zone.
fn local_zone(seconds: i64) -> i32 {
    // SAFETY: an all-zero tm is valid; localtime_r fills it and touches nothing else of ours.
    unsafe {
        let mut parts: libc::tm = mem::zeroed();
        if libc::localtime_r(&seconds, &mut parts).is_null() { 0 } else { parts.tm_gmtoff as i32 }
    }
}
