//! The rows, one file for each family of calls.

mod aio;
mod credentials;
mod desc;
mod file;
mod futex;
mod ioctl;
mod ipc;
mod kernel;
mod key;
mod machine;
mod memory;
mod mount;
mod network;
mod numa;
mod obsolete;
mod poll;
mod process;
mod requests;
mod schedule;
mod signal;
mod stat;
mod structures;
mod time;

use crate::row::Row;

pub use ipc::BEHIND as BEHIND_IPC;

/// Every family. The order has no meaning.
pub const ALL: &[&[Row]] = &[
    aio::ROWS,
    credentials::ROWS,
    desc::ROWS,
    file::ROWS,
    futex::ROWS,
    ipc::ROWS,
    ioctl::ROWS,
    kernel::ROWS,
    key::ROWS,
    machine::ROWS,
    memory::ROWS,
    mount::ROWS,
    network::ROWS,
    numa::ROWS,
    obsolete::ROWS,
    poll::ROWS,
    process::ROWS,
    schedule::ROWS,
    signal::ROWS,
    stat::ROWS,
    time::ROWS,
];
