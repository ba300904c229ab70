//! What the shards of one trace know of each other, and what they have to tell.
//!
//! A shard knows its own tracees only. Four things concern others: who is traced already, how many threads of a process
//! are left, a program that a thread executes whose leader another shard serves, and the end of the target's PID 1.
//!
//! A newborn thread stands still while it is entered here: another shard may see its siblings' end at once, and must know
//! that it lives. So whoever holds one of these locks does nothing but change one entry. A shard that yields to everybody
//! may be preempted meanwhile; its watch gives it its usual policy back ([`super::affinity`]).

use super::wakeup;
use crate::clock;
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};
use wire::event::Site;

/// How long the helpers may take until they have seized their shares. What is left is the leader's.
const SEIZING: Duration = Duration::from_secs(5);
/// How long a shard waits for the others' last words: PID 1 stands still meanwhile.
const LAST_WORDS: Duration = Duration::from_millis(50);

/// What one shard tells the others.
#[derive(Clone, Copy, Debug)]
pub enum ShardMessage {
    /// A tracee of another shard executed a program and has taken the place of this leader, whose shard hears nothing of
    /// it (ptrace(2), "execve(2) under ptrace"). It is told already.
    Superseded {
        /// The leader.
        leader: i32,
    },
    /// The target's PID 1 is about to be gone, and we may be too.
    LastWords {
        /// The fault that it dies of, where its threads will not come to an exit of their own.
        signal: Option<i32>,
        /// When.
        time: u64,
    },
}

/// What the end of a thread means for its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Others of the process run on.
    One,
    /// It is the leader, and others run on. The kernel reports the end of a leader after that of all others, and not at
    /// all if one of them executes a program, so the end of the leader is not told yet.
    LeaderWaits,
    /// Nobody is left.
    Last {
        /// The leader waits for this: its end is to be told now, and where it was.
        leader: Option<Option<Site>>,
    },
}

/// The traced threads of a process.
#[derive(Debug, Default)]
struct Process {
    /// How many have not come to their end.
    alive: usize,
    /// The leader has come to its end, which is not told yet: where it was.
    leader: Option<Option<Site>>,
}

/// What all shards of a trace know.
#[derive(Debug, Default)]
pub struct ShardRegistry {
    /// Who is traced by any of them.
    known: Mutex<HashSet<i32>>,
    /// The processes that they belong to.
    processes: Mutex<HashMap<i32, Process>>,
    boxes: Vec<Mailbox>,
    /// How many helpers have seized their shares.
    seized: Mutex<usize>,
    progress: Condvar,
    /// How many have said their last words.
    said: AtomicUsize,
}

#[derive(Debug, Default)]
struct Mailbox {
    messages: Mutex<Vec<ShardMessage>>,
    full: AtomicBool,
    /// Its shard has ended, or was never there.
    closed: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of these half-way through a change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ShardRegistry {
    /// Of so many shards.
    pub fn new(shards: usize) -> ShardRegistry {
        ShardRegistry { boxes: (0..shards).map(|_| Mailbox::default()).collect(), ..ShardRegistry::default() }
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

    /// How many processes are traced.
    pub fn processes(&self) -> usize {
        lock(&self.processes).len()
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

    /// Whether a thread is traced.
    pub fn knows(&self, tid: i32) -> bool {
        lock(&self.known).contains(&tid)
    }

    /// A thread of this process is traced from now on.
    pub fn joins(&self, process: i32) {
        lock(&self.processes).entry(process).or_default().alive += 1;
    }

    /// One is not traced any more, but for another reason than its end.
    pub fn parts(&self, process: i32) {
        let mut processes = lock(&self.processes);
        if let Some(found) = processes.get_mut(&process) {
            found.alive = found.alive.saturating_sub(1);
            if found.alive == 0 && found.leader.is_none() {
                processes.remove(&process);
            }
        }
    }

    /// One comes to its end, at this site.
    pub fn ends(&self, tid: i32, process: i32, site: Option<Site>) -> Ending {
        let mut processes = lock(&self.processes);
        let Some(found) = processes.get_mut(&process) else { return Ending::Last { leader: None } };
        found.alive = found.alive.saturating_sub(1);
        match found.alive {
            0 => Ending::Last { leader: processes.remove(&process).and_then(|process| process.leader) },
            _ if tid == process => {
                found.leader = Some(site);
                Ending::LeaderWaits
            }
            _ => Ending::One,
        }
    }

    /// The end of a leader that has waited is to be told now, or never, if another thread took its place. Where the
    /// leader was; nothing if its end was told.
    pub fn leader_ends(&self, process: i32) -> Option<Option<Site>> {
        let mut processes = lock(&self.processes);
        let found = processes.get_mut(&process)?;
        let leader = found.leader.take();
        if found.alive == 0 {
            processes.remove(&process);
        }
        leader
    }

    /// Tells all others that still serve, which are woken for it.
    pub fn tell(&self, from: u16, message: ShardMessage) {
        for (number, mailbox) in self.boxes.iter().enumerate() {
            let mut messages = lock(&mailbox.messages);
            // Looked at under the lock: one that has closed reads no more, and has settled everything.
            if number != usize::from(from) && !mailbox.closed.load(Ordering::Acquire) {
                messages.push(message);
                mailbox.full.store(true, Ordering::Release);
            }
        }
        wakeup::wake();
    }

    /// What others have told this one.
    pub fn messages(&self, number: u16) -> Vec<ShardMessage> {
        match self.boxes.get(usize::from(number)) {
            Some(mailbox) if mailbox.full.load(Ordering::Relaxed) => {
                mailbox.full.store(false, Ordering::Relaxed);
                std::mem::take(&mut lock(&mailbox.messages))
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
        self.tell(from, ShardMessage::LastWords { signal, time });
        let until = clock::now() + LAST_WORDS.as_nanos() as u64;
        while self.said.load(Ordering::Acquire) < asked && clock::now() < until {
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

    /// A shard serves nobody any more. It settles what it has read last before others can know that.
    pub fn close(&self, number: u16, settle: impl FnOnce(Vec<ShardMessage>)) {
        if let Some(mailbox) = self.boxes.get(usize::from(number)) {
            let mut messages = lock(&mailbox.messages);
            settle(std::mem::take(&mut messages));
            mailbox.closed.store(true, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(threads: usize) -> ShardRegistry {
        let registry = ShardRegistry::new(2);
        (0..threads).for_each(|_| registry.joins(7));
        registry
    }

    #[test]
    fn a_leader_ends_with_the_last_of_its_threads() {
        let site = Some(Site { number: 60, instruction: None });
        let registry = with(3);
        assert_eq!(registry.ends(8, 7, None), Ending::One);
        assert_eq!(registry.ends(7, 7, site), Ending::LeaderWaits);
        assert_eq!(registry.ends(9, 7, None), Ending::Last { leader: Some(site) });
        assert_eq!(registry.leader_ends(7), None, "it is told once");
        assert!(lock(&registry.processes).is_empty());
    }

    #[test]
    fn a_process_of_one_thread_ends_at_once() {
        let registry = with(1);
        assert_eq!(registry.ends(7, 7, None), Ending::Last { leader: None });
        assert!(lock(&registry.processes).is_empty());
    }

    #[test]
    fn a_leader_whose_place_is_taken_has_no_end() {
        let registry = with(2);
        assert_eq!(registry.ends(7, 7, None), Ending::LeaderWaits);
        assert_eq!(registry.leader_ends(7), Some(None), "another thread executes a program");
        registry.parts(7);
        registry.joins(7);
        assert_eq!(registry.ends(7, 7, None), Ending::Last { leader: None }, "the end of the new program");
    }
}
