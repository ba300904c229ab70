//! Wakes a shard that sleeps in `wait4`, with a signal to its thread: from another thread that has asked it to stop, or from
//! its own clock.
//!
//! Without `SA_RESTART`, the signal makes `wait4` return EINTR. A signal that arrives between the last look at what was asked
//! for and the beginning of `wait4` interrupts nothing. So its handler has the shard's timer repeat it soon
//! (timer_settime(2) is async-signal-safe), until the shard has seen that it was woken.

use std::{
    cell::Cell,
    io, mem, ptr,
    sync::atomic::{AtomicBool, AtomicI32, Ordering, compiler_fence},
    time::Duration,
};

/// At most this many shards.
pub const MOST: usize = 16;

/// The threads of the running shards; 0 for none.
static SHARDS: [AtomicI32; MOST] = [const { AtomicI32::new(0) }; MOST];

/// A signal that nobody else uses: the C library reserves the first real-time signals.
fn signal() -> i32 {
    libc::SIGRTMIN() + 4
}

/// Whether the clock of a shard ticked, or somebody woke it, since it last looked: the signal may arrive while no `wait4`
/// sleeps.
static TICKED: [AtomicBool; MOST] = [const { AtomicBool::new(false) }; MOST];

/// How soon a signal is repeated that may have come too early.
const AGAIN: Duration = Duration::from_millis(1);

/// What the handler knows of its thread's clock.
#[derive(Clone, Copy)]
struct Hands {
    /// None: there is no clock.
    timer: Option<libc::timer_t>,
    /// At which interval it ticks; zero: not at all.
    every: Duration,
    /// The shard waits, or is about to.
    asleep: bool,
}

// Constant and without drop, so that a signal handler may use them.
thread_local! {
    /// The number of this thread's shard.
    static NUMBER: Cell<usize> = const { Cell::new(0) };
    static HANDS: Cell<Hands> = const { Cell::new(Hands { timer: None, every: Duration::ZERO, asleep: false }) };
}

extern "C" fn note(_: i32) {
    TICKED[NUMBER.get()].store(true, Ordering::Relaxed);
    let hands = HANDS.get();
    if hands.asleep && (hands.every.is_zero() || hands.every > AGAIN) {
        hands.set(AGAIN);
    }
}

impl Hands {
    /// Lets the clock tick after this time, zero: not at all; and then at its interval.
    fn set(self, first: Duration) {
        let Some(timer) = self.timer else { return };
        let span = |time: Duration| libc::timespec {
            tv_sec: time.as_secs() as _,
            tv_nsec: time.subsec_nanos() as _,
        };
        let both = libc::itimerspec { it_interval: span(self.every), it_value: span(first) };
        // SAFETY: the timer is ours and lives; the old setting is not asked for.
        unsafe { libc::timer_settime(timer, 0, &both, ptr::null_mut()) };
    }
}

/// From here until this is dropped, no signal is lost: whoever has looked for something after this was made may wait.
pub struct Asleep(());

impl Asleep {
    /// The shard is about to wait.
    pub fn new() -> Asleep {
        HANDS.set(Hands { asleep: true, ..HANDS.get() });
        // The handler runs on this thread.
        compiler_fence(Ordering::SeqCst);
        Asleep(())
    }
}

impl Drop for Asleep {
    fn drop(&mut self) {
        compiler_fence(Ordering::SeqCst);
        HANDS.set(Hands { asleep: false, ..HANDS.get() });
    }
}

/// Whether the clock of this thread's shard ticked, or somebody woke it, since this was last called.
pub fn ticked() -> bool {
    let ticked = &TICKED[NUMBER.get()];
    let ticked = ticked.load(Ordering::Relaxed) && ticked.swap(false, Ordering::Relaxed);
    if ticked {
        // It need not be repeated.
        let hands = HANDS.get();
        hands.set(hands.every);
    }
    ticked
}

/// Whether [`ticked`] will return true.
pub fn has_ticked() -> bool {
    TICKED[NUMBER.get()].load(Ordering::Relaxed)
}

/// Wakes the running shards, so that they look at what they were asked for. Repeat it until they have ended.
pub fn wake() {
    for thread in shards() {
        // SAFETY: sends a signal, whose handler is installed before the thread is in `SHARDS`, to a thread of our own
        // process.
        unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), thread, signal()) };
    }
}

/// The threads of the running shards.
pub fn shards() -> impl Iterator<Item = i32> {
    SHARDS.iter().map(|thread| thread.load(Ordering::SeqCst)).filter(|thread| *thread != 0)
}

/// The clock of a shard; while it exists, [`wake`] finds the thread that created it.
pub struct Clock {
    timer: libc::timer_t,
}

impl Clock {
    /// Makes this thread the one that is woken for a shard.
    ///
    /// # Errors
    /// The kernel provides no timer.
    pub fn new(number: u16) -> io::Result<Clock> {
        NUMBER.set(usize::from(number) % MOST);
        // SAFETY: gettid has no preconditions.
        let thread = unsafe { libc::syscall(libc::SYS_gettid) } as i32;
        // SAFETY: an all-zero sigaction is valid; the handler is async-signal-safe because it stores to an atomic.
        unsafe {
            let mut action: libc::sigaction = mem::zeroed();
            action.sa_sigaction = note as *const () as usize;
            if libc::sigaction(signal(), &action, ptr::null_mut()) != 0 {
                return Err(io::Error::last_os_error());
            }
        }
        // SAFETY: an all-zero sigevent is valid; the kernel writes the timer's id to `timer`.
        let timer = unsafe {
            let mut event: libc::sigevent = mem::zeroed();
            event.sigev_notify = libc::SIGEV_THREAD_ID;
            event.sigev_signo = signal();
            event.sigev_notify_thread_id = thread;
            let mut timer = mem::zeroed();
            if libc::timer_create(libc::CLOCK_MONOTONIC, &mut event, &mut timer) != 0 {
                return Err(io::Error::last_os_error());
            }
            timer
        };
        HANDS.set(Hands { timer: Some(timer), every: Duration::ZERO, asleep: false });
        SHARDS[NUMBER.get()].store(thread, Ordering::SeqCst);
        Ok(Clock { timer })
    }

    /// Ticks at this interval from now on; zero: not at all.
    pub fn tick(&mut self, every: Duration) {
        let hands = HANDS.get();
        if every != hands.every {
            HANDS.set(Hands { every, ..hands });
            HANDS.get().set(every);
        }
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        SHARDS[NUMBER.get()].store(0, Ordering::SeqCst);
        HANDS.set(Hands { timer: None, ..HANDS.get() });
        compiler_fence(Ordering::SeqCst);
        // SAFETY: the timer is ours and is not used again.
        unsafe { libc::timer_delete(self.timer) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_signal_between_looking_and_waiting_is_not_lost() {
        // Whatever runs in this process has fewer shards.
        let mut clock = Clock::new(MOST as u16 - 1).unwrap();
        for every in [Duration::ZERO, Duration::from_secs(3600)] {
            clock.tick(every);
            assert!(!ticked());
            let asleep = Asleep::new();
            assert!(!has_ticked(), "the look");
            // SAFETY: sends a signal, whose handler is installed, to this thread.
            unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), libc::gettid(), signal()) };
            let (begin, long) = (Instant::now(), libc::timespec { tv_sec: 5, tv_nsec: 0 });
            // SAFETY: one timespec is read; the rest is not asked for.
            let slept = unsafe { libc::nanosleep(&long, ptr::null_mut()) };
            drop(asleep);
            assert!(slept < 0 && begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
            assert!(ticked());
            std::thread::sleep(10 * AGAIN);
            assert!(!ticked(), "it is not repeated for ever");
        }
    }
}
