//! The signals that end a trace, and dying of the signal that the command died of.

use crate::engine::{Stop, ptrace};
use std::{mem, ptr};

/// The signals that end a trace, blocked in every thread so that one thread can wait for them.
pub struct Signals(libc::sigset_t);

impl Signals {
    /// Blocks them, before any thread is started; none if a signal should end us at once (`-I 1`).
    pub fn block(interruptible: u8) -> Signals {
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
    pub fn end(waiting: i32) {
        // SAFETY: sends a signal, which that thread has blocked, to a thread of our own.
        unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), waiting, Signals::ended()) };
    }

    /// Waits until the engine has ended. A signal asks it to end; returns that signal.
    pub fn wait(&self, ignores: bool, stop: &Stop, finished: impl Fn() -> bool) -> Option<i32> {
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

/// The id of the calling thread.
pub fn thread_id() -> i32 {
    // SAFETY: gettid has no preconditions.
    unsafe { libc::syscall(libc::SYS_gettid) as i32 }
}

/// Ends as the traced command did: by the same signal, without a core dump of our own.
pub fn die_of(signal: i32) -> Result<i32, String> {
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
