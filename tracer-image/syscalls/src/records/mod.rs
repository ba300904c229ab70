//! Structures of the kernel's user-space API: a layout and its notation from the same lines.

pub mod siginfo;
pub mod sigset;
pub mod time;
