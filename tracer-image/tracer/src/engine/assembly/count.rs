//! Counting calls: `-c`, `-C`.

use std::collections::BTreeMap;
use syscalls::{abi::Abi, snapshot::Raw, table};
use wire::summary::Count;

/// At most this many calls that are in no table are counted by their numbers. A program may make up any number of them.
const MOST_UNKNOWN: usize = 1000;
/// What the others are counted as; their name is the one that `Names::intern_number` gives.
const OTHERS: (u64, &str) = (u64::MAX, "syscall_???");

/// The counts so far.
#[derive(Debug, Default)]
pub struct Counts {
    counts: BTreeMap<(Abi, u64), Count>,
    unknown: usize,
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
        let (mut key, mut name) = (key, name);
        if !self.counts.contains_key(&key) && table::row(key.0, key.1).is_none() {
            if self.unknown < MOST_UNKNOWN {
                self.unknown += 1;
            } else {
                (key.1, name) = OTHERS;
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_a_program_makes_up_do_not_make_the_table_grow() {
        let mut counts = Counts::default();
        let at = Begun { system: 0, entered: 0 };
        for number in 0..5000 {
            counts.returned((Abi::NATIVE, 1 << 40 | number), "made_up", at, at, Raw::Error(38));
        }
        counts.returned((Abi::NATIVE, 0), "read", at, at, Raw::Value(0));
        let table = counts.take().unwrap();
        assert_eq!(table.len(), MOST_UNKNOWN + 2);
        let others = table.iter().find(|count| count.name == OTHERS.1).unwrap();
        assert_eq!((others.calls, others.errors), (4000, 4000));
        assert_eq!(table.iter().map(|count| count.calls).sum::<u64>(), 5001);
    }
}
