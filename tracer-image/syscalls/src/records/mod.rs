//! Structures of the kernel's user-space API: a layout and its notation from the same lines.

pub mod credentials;
pub mod file;
pub mod filter;
pub mod futex;
pub mod ioctl;
pub mod iovec;
pub mod ipc;
pub mod memory;
pub mod message;
pub mod mount;
pub mod netlink;
pub mod poll;
pub mod process;
pub mod quota;
pub mod schedule;
pub mod sigaction;
pub mod siginfo;
pub mod sigset;
pub mod socket;
pub mod stat;
pub mod system;
pub mod terminal;
pub mod time;
pub mod uring;
