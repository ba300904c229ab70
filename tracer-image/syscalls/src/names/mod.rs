//! Names of numbers: flags, constants, errors, signals. Data only.

pub mod at;
pub mod audit;
pub mod credentials;
pub mod errno;
pub mod fcntl;
pub mod file;
pub mod futex;
pub mod ioctl;
pub mod ipc;
pub mod kernel;
pub mod key;
pub mod landlock;
pub mod machine;
pub mod memory;
pub mod mount;
pub mod network;
pub mod notify;
pub mod open;
pub mod poll;
pub mod prctl;
pub mod process;
pub mod schedule;
pub mod signal;
pub mod terminal;
pub mod time;
pub mod uring;
