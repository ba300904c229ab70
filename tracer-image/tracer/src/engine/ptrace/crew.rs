//! What the shards of one trace know of each other, and what they have to tell.
//!
//! A shard knows its own tracees only. Three things concern others: a program that a thread executes whose leader
//! another shard serves, the end of the target's PID 1, and who is traced already.

use super::wakeup;
use std::{
    collections::HashSet,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// How long the helpers may take until they have seized their shares. What is left is the leader's.
const SEIZING: Duration = Duration::from_secs(5);
/// How long a shard waits for the others' last words: PID 1 stands still meanwhile.
const LAST_WORDS: Duration = Duration::from_millis(50);

/// What one shard tells the others.
#[derive(Clone, Copy, Debug)]
pub enum Letter {
    /// This thread executes a program in the place of its process's leader, whose shard hears nothing of it (ptrace(2),
    /// "execve(2) under ptrace").
    Superseded {
        /// The id that it goes on under.
        leader: i32,
        /// The id that it had.
        by: i32,
        /// When.
        time: u64,
    },
    /// The target's PID 1 is about to be gone, and we may be too.
    LastWords {
        /// The fault that it dies of, where its threads will not come to an exit of their own.
        signal: Option<i32>,
        /// When.
        time: u64,
    },
}

/// What all shards of a trace know.
#[derive(Debug, Default)]
pub struct Crew {
    /// Who is traced by any of them.
    known: Mutex<HashSet<i32>>,
    /// Threads of PID 1 whose end is not told yet.
    init: AtomicUsize,
    boxes: Vec<Mailbox>,
    /// How many helpers have seized their shares.
    seized: Mutex<usize>,
    progress: Condvar,
    /// How many have said their last words.
    said: AtomicUsize,
}

#[derive(Debug, Default)]
struct Mailbox {
    letters: Mutex<Vec<Letter>>,
    full: AtomicBool,
    /// Its shard has ended, or was never there.
    closed: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of these half-way through a change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Crew {
    /// Of so many shards.
    pub fn new(shards: usize) -> Crew {
        Crew { boxes: (0..shards).map(|_| Mailbox::default()).collect(), ..Crew::default() }
    }

    /// Whether there are others.
    pub fn several(&self) -> bool {
        self.boxes.len() > 1
    }

    /// Whether another shard still serves.
    pub fn others(&self, number: u16) -> bool {
        self.boxes
            .iter()
            .enumerate()
            .any(|(other, mailbox)| other != number.into() && !mailbox.closed.load(Ordering::Acquire))
    }

    /// Who is traced.
    pub fn known(&self) -> HashSet<i32> {
        lock(&self.known).clone()
    }

    /// How many are traced.
    pub fn len(&self) -> usize {
        lock(&self.known).len()
    }

    /// A thread is traced from now on.
    pub fn enter(&self, tid: i32) {
        lock(&self.known).insert(tid);
    }

    /// It is no more.
    pub fn leave(&self, tid: i32) {
        lock(&self.known).remove(&tid);
    }

    /// A thread of PID 1 is traced.
    pub fn init_enters(&self) {
        self.init.fetch_add(1, Ordering::AcqRel);
    }

    /// The end of one is told. Whether it was the last one.
    pub fn init_leaves(&self) -> bool {
        self.init.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Tells all others, which are woken for it.
    pub fn tell(&self, from: u16, letter: Letter) {
        for (number, mailbox) in self.boxes.iter().enumerate() {
            if number != usize::from(from) && !mailbox.closed.load(Ordering::Acquire) {
                lock(&mailbox.letters).push(letter);
                mailbox.full.store(true, Ordering::Release);
            }
        }
        wakeup::wake();
    }

    /// What others have told this one.
    pub fn letters(&self, number: u16) -> Vec<Letter> {
        match self.boxes.get(usize::from(number)) {
            Some(mailbox) if mailbox.full.load(Ordering::Relaxed) => {
                mailbox.full.store(false, Ordering::Relaxed);
                std::mem::take(&mut lock(&mailbox.letters))
            }
            _ => Vec::new(),
        }
    }

    /// Lets the others say what they have to say before PID 1 is gone.
    pub fn hear_out(&self, from: u16, signal: Option<i32>, time: u64) {
        if !self.several() {
            return;
        }
        let asked = self.boxes.iter().filter(|mailbox| !mailbox.closed.load(Ordering::Acquire)).count() - 1;
        self.said.store(0, Ordering::Release);
        self.tell(from, Letter::LastWords { signal, time });
        let until = wakeup::now() + LAST_WORDS.as_nanos() as u64;
        while self.said.load(Ordering::Acquire) < asked && wakeup::now() < until {
            // Whoever is about to wait misses a signal that comes a moment earlier.
            wakeup::wake();
            thread::sleep(Duration::from_micros(200));
        }
    }

    /// This shard has said its last words.
    pub fn has_said(&self) {
        self.said.fetch_add(1, Ordering::AcqRel);
    }

    /// A helper has seized its share, or as much of it as it could.
    pub fn has_seized(&self) {
        *lock(&self.seized) += 1;
        self.progress.notify_all();
    }

    /// Waits until so many have.
    pub fn wait_for(&self, helpers: usize) {
        let seized = lock(&self.seized);
        drop(self.progress.wait_timeout_while(seized, SEIZING, |seized| *seized < helpers));
    }

    /// A shard serves nobody any more.
    pub fn close(&self, number: u16) {
        if let Some(mailbox) = self.boxes.get(usize::from(number)) {
            mailbox.closed.store(true, Ordering::Release);
        }
    }
}
