//! Counts of calls: `-c`, `-C`.

use serde::{Deserialize, Serialize};
use syscalls::abi::Abi;

/// What was counted of one call on one ABI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The ABI that it was made through.
    pub abi: Abi,
    /// Its number there.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// How often it returned.
    pub calls: u64,
    /// How often it failed.
    pub errors: u64,
    /// The kernel's CPU time in it.
    pub system: Spans,
    /// The time from its beginning to its end.
    pub wall: Spans,
}

/// Spans of time, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spans {
    /// All together.
    pub total: u64,
    /// The shortest.
    pub least: u64,
    /// The longest.
    pub most: u64,
}

impl Spans {
    /// Takes one more; `first`: there was none before.
    pub fn add(&mut self, span: u64, first: bool) {
        self.total = self.total.saturating_add(span);
        self.least = if first { span } else { self.least.min(span) };
        self.most = self.most.max(span);
    }
}
