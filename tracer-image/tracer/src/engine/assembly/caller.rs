//! What is known of one thread whose calls are put together.

use syscalls::{abi::Abi, gather::DecodeOptions, snapshot::Snapshot, table::Row};
use wire::event::Site;

/// A traced thread. Belongs to one assembly.
#[derive(Debug)]
pub struct Caller {
    /// The process it belongs to (its thread group).
    pub process: i32,
    /// The call that it is in, if that becomes an event.
    pub call: Option<Box<Call>>,
    /// Whether it is a program of ours that has not executed the traced command yet: nothing of it is shown.
    pub hidden: bool,
    /// The way in which it made its last call.
    pub abi: Abi,
    /// The last call that was seen to begin: what a `restart_syscall` goes on with.
    pub last: Option<&'static str>,
    /// The number of the call that it was in when it was attached to.
    pub found_in: Option<u64>,
    /// Where it was last, where that is wanted.
    pub site: Option<Site>,
    /// The name that it had last, where names are wanted.
    pub comm: Option<Vec<u8>>,
}

/// A call that has begun.
#[derive(Debug)]
pub struct Call {
    /// Its row; none for a call that the table does not have.
    pub row: Option<&'static Row>,
    /// What was copied of it.
    pub snapshot: Snapshot,
    /// When it began, in nanoseconds of the monotonic clock.
    pub entered: u64,
    /// How many arguments were told in an `Enter` event; none: no such event was sent yet.
    pub told: Option<u32>,
    /// How deep it is looked into.
    pub depth: DecodeOptions,
    /// The CPU time that the kernel had spent for its process when it began, where calls are counted.
    pub system: u64,
    /// Where it was made, where that is wanted.
    pub site: Option<Site>,
}

impl Caller {
    /// A thread of this process that is traced from now on.
    pub fn new(process: i32) -> Caller {
        Caller {
            process,
            call: None,
            hidden: false,
            abi: Abi::NATIVE,
            last: None,
            found_in: None,
            site: None,
            comm: None,
        }
    }
}
