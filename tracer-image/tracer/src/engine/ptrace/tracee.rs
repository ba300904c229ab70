//! What we know of one traced thread. Belongs to one shard and never leaves its thread.

use super::{registers::NATIVE, request::Stopped};
use crate::engine::Meter;
use std::{collections::HashMap, sync::Arc};
use syscalls::{
    abi::Abi,
    decode::{Outcome, Tampered},
    filter::Poke,
    gather::Depth,
    snapshot::{Raw, Snapshot},
    table::Row,
};

use wire::event::Site;

/// The process whose end is the end of its PID namespace, and of us if we are in it.
pub const INIT: i32 = 1;

/// A traced thread.
#[derive(Debug)]
pub struct Tracee {
    /// The process it belongs to (its thread group).
    pub process: i32,
    /// Where it is.
    pub at: At,
    /// What its stops cost it.
    pub meter: Arc<Meter>,
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
            meter: Arc::default(),
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

/// What is being done to the call that a thread is in.
#[derive(Clone, Debug)]
pub struct Tampering {
    /// What it returns in the end.
    pub(super) result: Option<Raw>,
    /// What is written over what its arguments point at, when it returns.
    pub(super) poke_exit: Vec<Poke>,
    /// The arguments that it began with.
    pub(super) args: [u64; 6],
    /// How long it is held up when it returns, in nanoseconds.
    pub(super) delay_exit: Option<u64>,
    /// What is said of it.
    pub(super) told: Tampered,
}

impl Tampering {
    /// The outcome, with what was done to it.
    pub fn mark(self, outcome: Outcome) -> Outcome {
        match self.told {
            Tampered { result: false, args: false, delay: false } => outcome,
            told => Outcome::Tampered(Box::new(outcome), told),
        }
    }
}

/// A tracee that is held up.
#[derive(Debug)]
pub struct Delayed {
    /// Until when, in nanoseconds of the monotonic clock.
    pub(super) due: u64,
    pub(super) stopped: Stopped,
    /// The signal that it gets then.
    pub(super) signal: i32,
}
