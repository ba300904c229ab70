//! The `-e` language: which calls, signals, descriptors and results are wanted, and how deep to decode them.
//!
//! strace(1), "Filtering". The plugin checks expressions with it before it changes anything. The tracer parses them
//! again, because its table decides.

mod calls;
mod numbers;
mod qualifiers;
mod span;
mod tamper;

pub use calls::{CLASSES, CallSet, Compile, FilterError, Test};
pub use numbers::NumberSet;
pub use qualifiers::{Qualifiers, detail, pids, quiet, status};
pub use span::span;
pub use tamper::{Injected, Injection, Poke, When, take};

use alloc::vec::Vec;

/// A set as it is written: items between commas, of which empty ones do not count, and behind each `!` everything else.
struct Listed<'a> {
    /// Without the `!`. `all` and `none` are words only as the whole list.
    text: &'a str,
    items: Vec<&'a str>,
    complement: bool,
}

impl<'a> Listed<'a> {
    /// The whole, as it was written, if there is no item in it: strace refuses that.
    fn split(written: &'a str) -> Result<Listed<'a>, &'a str> {
        let text = written.trim_start_matches('!');
        let items: Vec<&str> = text.split(',').filter(|item| !item.is_empty()).collect();
        let complement = (written.len() - text.len()) % 2 == 1;
        if items.is_empty() { Err(written) } else { Ok(Listed { text, items, complement }) }
    }
}
