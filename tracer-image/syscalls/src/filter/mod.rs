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
