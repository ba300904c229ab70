//! What we know of one traced thread. Belongs to one shard and never leaves its thread.

use super::{shard::NATIVE, tamper::Tampering};
use std::collections::HashMap;
use syscalls::abi::Abi;
use syscalls::{gather::Depth, snapshot::Snapshot, table::Row};
use wire::event::Site;

/// A traced thread.
#[derive(Debug)]
pub struct Tracee {
    /// The process it belongs to (its thread group).
    pub process: i32,
    /// Where it is.
    pub at: At,
    /// Whether its end was told already, at its exit stop.
    pub ended: bool,
    /// Whether it is a program of ours that has not executed the traced command yet: nothing of it is shown.
    pub hidden: bool,
    /// Whether it is about to execute the traced command, and nothing else yet.
    pub begins: bool,
    /// The way in which it made its last call.
    pub abi: Abi,
    /// The last call that was seen to begin: what a `restart_syscall` goes on with.
    pub last: Option<&'static str>,
    /// The number of the call that it was in when it was attached to.
    pub found_in: Option<u64>,
    /// How often it made the calls that are tampered with: by injection, ABI and number.
    pub invocations: HashMap<(usize, Abi, u64), u32>,
    /// What is being done to the call that it is in.
    pub tampering: Option<Tampering>,
    /// Where it was last, where that is wanted.
    pub site: Option<Site>,
    /// The name that it had last, where names are wanted.
    pub comm: Option<Vec<u8>>,
}

/// Where a traced thread is.
#[derive(Debug)]
pub enum At {
    /// In its own code.
    Outside,
    /// In a call that nobody wants to see.
    Unwanted,
    /// In a call that becomes an event.
    Inside(Box<Call>),
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
    pub depth: Depth,
    /// The CPU time that the kernel had spent for its process when it began, where calls are counted.
    pub system: u64,
    /// Where it was made, where that is wanted.
    pub site: Option<Site>,
}

impl Tracee {
    /// A thread that has just become a tracee.
    pub fn new(process: i32) -> Tracee {
        Tracee {
            process,
            at: At::Outside,
            ended: false,
            hidden: false,
            begins: false,
            abi: NATIVE,
            invocations: HashMap::new(),
            tampering: None,
            last: None,
            found_in: None,
            site: None,
            comm: None,
        }
    }
}
