//! Structures of the kernel's user-space API: a layout and its notation from the same lines.

pub mod credentials;
pub mod futex;
pub mod iovec;
pub mod process;
pub mod schedule;
pub mod sigaction;
pub mod siginfo;
pub mod sigset;
pub mod time;
