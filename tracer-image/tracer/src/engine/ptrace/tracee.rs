//! What ptrace keeps of one traced thread. Belongs to one shard and never leaves its thread.

use super::request::Stopped;
use crate::engine::Meter;
use std::{collections::HashMap, sync::Arc};
use syscalls::{abi::Abi, decode::Tampered, filter::Poke, snapshot::Raw};

/// The process whose end is the end of its PID namespace, and of us if we are in it.
pub const INIT: i32 = 1;

/// A traced thread.
#[derive(Debug)]
pub struct Tracee {
    /// The process it belongs to (its thread group).
    pub process: i32,
    /// What its stops cost it.
    pub meter: Arc<Meter>,
    /// Whether its end was told already, at its exit stop.
    pub ended: bool,
    /// Whether it is about to execute the traced command, and nothing else yet.
    pub begins: bool,
    /// How often it made the calls that are tampered with: by injection, ABI and number.
    pub invocations: HashMap<(usize, Abi, u64), u32>,
    /// What is being done to the call that it is in.
    pub tampering: Option<Tampering>,
}

impl Tracee {
    /// A thread that has just become a tracee.
    pub fn new(process: i32) -> Tracee {
        Tracee {
            process,
            meter: Arc::default(),
            ended: false,
            begins: false,
            invocations: HashMap::new(),
            tampering: None,
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

/// A tracee that is held up.
#[derive(Debug)]
pub struct Delayed {
    /// Until when, in nanoseconds of the monotonic clock.
    pub(super) due: u64,
    pub(super) stopped: Stopped,
    /// The signal that it gets then.
    pub(super) signal: i32,
}
