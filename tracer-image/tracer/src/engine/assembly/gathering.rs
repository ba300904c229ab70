//! Asks for everything that a call's row wants to know, as deep as it is looked into.

use super::caller::Call;
use crate::{
    descriptors::{self, Networks, Sockets},
    namespaces,
    pid_translator::PidTranslator,
};
use syscalls::{
    gather::{self, DecodeOptions, Lookups},
    snapshot::{Entered, Known, Memory, Phase, Want},
};

/// What is remembered from one call to the next: room to work in, and what is known of sockets and processes.
#[derive(Debug, Default)]
pub struct Gathering {
    wants: Vec<Want>,
    lookups: Lookups,
    /// What is known of sockets (`-yy`).
    sockets: Sockets,
    networks: Networks,
    /// What is known of processes by their ids.
    numbers: PidTranslator,
    /// How often memory was copied.
    pub reads: u64,
}

impl Gathering {
    /// Copies into the snapshot of a call of this thread, at one of its ends, what the call's row asks for.
    pub fn gather(&mut self, tid: i32, process: i32, call: &mut Call, phase: Phase, memory: &mut dyn Memory) {
        let Some(row) = call.row else { return };
        for _ in 0..gather::PASSES {
            gather::wants(row, &call.snapshot, call.depth, phase, &mut self.wants, &mut self.lookups);
            if self.wants.is_empty() && self.lookups.is_empty() {
                return;
            }
            if !self.wants.is_empty() {
                self.reads += 1;
                call.snapshot.fill(phase, &self.wants, memory);
            }
            for fd in &self.lookups.descriptors {
                let open_on = descriptors::open_on(process, *fd, call.depth, &mut self.sockets);
                call.snapshot.set_descriptor(phase, *fd, open_on);
            }
            for pid in &self.lookups.processes {
                let known = self.numbers.known(tid, *pid, call.depth);
                call.snapshot.set_process(phase, *pid, known);
            }
            if let Some(Entered { child, flags }) = self.lookups.entered {
                let who = child.map_or(Some(tid), |child| self.numbers.process(tid, child));
                call.snapshot.set_namespaces(who.map(|who| namespaces::of(who, flags)).unwrap_or_default());
            }
            for question in &self.lookups.questions {
                call.snapshot.set_answer(*question, self.networks.answer(process, *question));
            }
        }
        // What is still wanted after the last pass is left out.
        gather::wants(row, &call.snapshot, call.depth, phase, &mut self.wants, &mut self.lookups);
        call.snapshot.leave(phase, &self.wants);
    }

    /// What is known of a process that this thread calls `number`.
    pub fn known(&mut self, tid: i32, number: i32, depth: DecodeOptions) -> Known {
        self.numbers.known(tid, number, depth)
    }
}
