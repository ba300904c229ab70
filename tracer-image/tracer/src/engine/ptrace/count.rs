//! Counting calls: `-c`, `-C`.

use super::request;
use std::collections::BTreeMap;
use syscalls::{abi::Abi, snapshot::Raw};
use wire::summary::Count;

/// The counts so far.
#[derive(Debug, Default)]
pub struct Counts {
    counts: BTreeMap<(Abi, u64), Count>,
    taken: bool,
}

/// A call that has begun.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    /// The CPU time that the kernel had spent on the thread's process.
    pub system: u64,
    /// When, in nanoseconds of the monotonic clock.
    pub entered: u64,
}

impl Counts {
    /// Counts a call that has returned.
    pub fn returned(&mut self, key: (Abi, u64), name: &str, begun: Begun, ended: Begun, result: Raw) {
        let (abi, number) = key;
        let count = self.counts.entry(key).or_insert_with(|| Count {
            abi,
            number,
            name: name.into(),
            calls: 0,
            errors: 0,
            system: Default::default(),
            wall: Default::default(),
        });
        let first = count.calls == 0;
        count.calls += 1;
        count.errors += u64::from(matches!(result, Raw::Error(_)));
        count.system.add(ended.system.saturating_sub(begun.system), first);
        count.wall.add(ended.entered.saturating_sub(begun.entered), first);
    }

    /// All counts, the first time.
    pub fn take(&mut self) -> Option<Vec<Count>> {
        let first = !std::mem::replace(&mut self.taken, true);
        first.then(|| std::mem::take(&mut self.counts).into_values().collect())
    }
}

/// The kernel's CPU time that a wait reported, in nanoseconds.
pub fn system_time(usage: &request::Usage) -> u64 {
    usage.ru_stime.tv_sec as u64 * 1_000_000_000 + usage.ru_stime.tv_usec as u64 * 1000
}
