//! Counts calls of a recording: `--summary-only`, `-C`. Only the time from entry to exit is in a recording; the kernel's CPU
//! time was counted by the tracer, if it was asked to.

use syscalls::{abi::Abi, decode::Outcome, table, value::Names};
use wire::{
    event::{Event, What},
    summary::{Count, Counts, Spans},
};

/// The number of a call that is in no table; each has its own.
const NAMELESS: u64 = 1 << 32;

/// Most calls that are counted: the tables of all ABIs together have fewer.
const MOST: usize = 1 << 12;

/// Adds an event to the counts of its stream.
pub fn count(event: &Event, names: &Names, counts: &mut Counts) {
    let (What::Call { call, outcome, duration, .. } | What::Exit { call, outcome, duration, .. }) =
        &event.what
    else {
        return;
    };
    // It did not return.
    let Some(duration) = *duration else { return };
    let name = names.text(*call);
    let full = counts.len() >= MOST;
    let known = counts.iter_mut().find(|(_, count)| count.name == name).map(|(_, count)| count);
    let count = match known {
        Some(count) => count,
        None if full => return,
        None => {
            let row = table::rows().find(|row| row.name == name);
            let number = row.and_then(|row| row.number(Abi::X86_64).or_else(|| row.number(Abi::Aarch64)));
            let number = number.unwrap_or(NAMELESS + counts.len() as u64);
            let none = Spans::default();
            let count = Count {
                abi: Abi::X86_64,
                number,
                name: name.to_owned(),
                calls: 0,
                errors: 0,
                system: none,
                wall: none,
            };
            counts.entry((Abi::X86_64.index(), number)).or_insert(count)
        }
    };
    let first = count.calls == 0;
    count.calls += 1;
    count.errors += u64::from(is_error(outcome));
    count.wall.add(duration, first);
}

fn is_error(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Error(_) => true,
        Outcome::Tampered(outcome, _) => is_error(outcome),
        Outcome::Value(..) | Outcome::Unknown => false,
    }
}
