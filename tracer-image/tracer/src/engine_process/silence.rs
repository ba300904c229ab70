//! A trace that shows no call says so.

use crate::{
    engine::{Roster, blocked},
    outbox::Outbox,
};
use std::{
    mem,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};
use syscalls::{abi::Abi, filter::CallSet, table};
use wire::{
    message::{Message, Silence},
    summary::Counting,
};

/// After how many pulses without anything to see it is said why that may be.
const SILENCE: u32 = 5;
/// How long the end of a trace waits for what threads are blocked in.
const LAST_LOOK: Duration = Duration::from_millis(200);

/// Says why nothing may be shown, once.
pub(super) struct Silent {
    roster: Arc<Roster>,
    counting: Counting,
    /// Whether arguments of calls may be told.
    arguments: bool,
    instead: Vec<(String, String)>,
    pulses: u32,
    told: bool,
}

impl Silent {
    pub(super) fn new(roster: Arc<Roster>, counting: Counting, arguments: bool, wanted: &CallSet) -> Silent {
        Silent {
            roster,
            counting,
            arguments,
            instead: instead(wanted),
            pulses: 0,
            // Whoever asks for no calls, but for signals, misses none.
            told: counting == Counting::Events && !asks_for_any(wanted),
        }
    }

    /// A second has passed.
    pub(super) fn pulse(&mut self, outbox: &Outbox) {
        if self.told || self.counting == Counting::Counts || self.roster.len() == 0 {
            return;
        }
        self.pulses += 1;
        let Some(calls) = outbox.silence() else {
            self.told = self.counting == Counting::Events;
            return;
        };
        if self.pulses >= SILENCE {
            self.told = true;
            self.look(outbox, calls, false);
        }
    }

    /// The trace is about to end.
    pub(super) fn ends(&mut self, outbox: &Outbox) {
        if self.counting != Counting::Events && !mem::replace(&mut self.told, true) {
            let calls = outbox.silence().unwrap_or_default();
            // Whoever wants the end does not wait for memory of the target that hangs.
            if let Some(looked) = self.look(outbox, calls, true) {
                let _ = looked.recv_timeout(LAST_LOOK);
            }
        }
    }

    /// Looks, on a thread of its own, and says what is found. Whoever waits hears when that is done.
    fn look(&mut self, outbox: &Outbox, calls: u64, ends: bool) -> Option<mpsc::Receiver<()>> {
        let mut threads = Vec::new();
        self.roster.read(&mut threads);
        let (arguments, instead, outbox) = (self.arguments, mem::take(&mut self.instead), outbox.clone());
        let (looked, waits) = mpsc::channel();
        let look = move || {
            let count = threads.len() as u32;
            let threads = threads.into_iter().map(|(thread, entry)| (thread, entry.process)).collect();
            let blocked = blocked(threads, arguments);
            outbox.send(&Message::Silence(Silence { threads: count, calls, ends, instead, blocked }));
            // Nobody may wait.
            let _ = looked.send(());
        };
        thread::Builder::new().name("silence".into()).spawn(look).ok().map(|_| waits)
    }
}

/// Whether a filter lets any call through.
fn asks_for_any(wanted: &CallSet) -> bool {
    let mut numbers = table::rows().filter_map(|row| row.number(Abi::NATIVE));
    numbers.any(|number| wanted.has(Abi::NATIVE, number))
}

/// Calls that a filter lets through, each with the one that C libraries make in its place and that it does not.
fn instead(wanted: &CallSet) -> Vec<(String, String)> {
    // glibc and musl make the calls of the right where the machine has both.
    const INSTEAD: [(&str, &str); 8] = [
        ("open", "openat"),
        ("creat", "openat"),
        ("stat", "newfstatat"),
        ("lstat", "newfstatat"),
        ("fork", "clone"),
        ("getdents", "getdents64"),
        ("epoll_create", "epoll_create1"),
        ("send", "sendto"),
    ];
    let number = |name: &str| table::rows().find(|row| row.name == name)?.number(Abi::NATIVE);
    let has = |name| number(name).is_some_and(|number| wanted.has(Abi::NATIVE, number));
    let pairs = INSTEAD.into_iter().filter(|(old, new)| has(old) && number(new).is_some() && !has(new));
    pairs.map(|(old, new)| (old.to_owned(), new.to_owned())).collect()
}
