//! Counts of calls: `-c`, `-C`.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, btree_map::Entry};
use syscalls::abi::Abi;

/// Whether calls are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counting {
    /// Calls become events.
    #[default]
    Events,
    /// Calls are counted, and there are no events (`-c`).
    Counts,
    /// Both (`-C`).
    Both,
}

/// The counts of one call on one ABI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The ABI.
    pub abi: Abi,
    /// Its number there.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// How many times it returned.
    pub calls: u64,
    /// How many times it failed.
    pub errors: u64,
    /// The kernel's CPU time in it.
    pub system: Spans,
    /// The time from entry to exit.
    pub wall: Spans,
}

impl Count {
    /// Adds the counts of the same call from elsewhere, or from later.
    pub fn join(&mut self, other: &Count) {
        if other.calls == 0 {
            return;
        }
        let first = self.calls == 0;
        self.calls = self.calls.saturating_add(other.calls);
        self.errors = self.errors.saturating_add(other.errors);
        self.system.join(other.system, first);
        self.wall.join(other.wall, first);
    }
}

/// Counts by ABI and number.
pub type Counts = BTreeMap<(usize, u64), Count>;

/// Adds the counts of one call.
pub fn add(counts: &mut Counts, count: Count) {
    match counts.entry((count.abi.index(), count.number)) {
        Entry::Occupied(mut known) => known.get_mut().join(&count),
        Entry::Vacant(new) => drop(new.insert(count)),
    }
}

/// Durations, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spans {
    /// Their sum.
    pub total: u64,
    /// The shortest.
    pub least: u64,
    /// The longest.
    pub most: u64,
}

impl Spans {
    /// Adds a duration; `first`: there was none before.
    pub fn add(&mut self, span: u64, first: bool) {
        self.join(Spans { total: span, least: span, most: span }, first);
    }

    fn join(&mut self, other: Spans, first: bool) {
        self.total = self.total.saturating_add(other.total);
        self.least = if first { other.least } else { self.least.min(other.least) };
        self.most = self.most.max(other.most);
    }
}
