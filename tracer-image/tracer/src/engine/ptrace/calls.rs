//! A shard's work at the stops of a call: what is done before its resume, and what after.

use super::{
    request::{self, End, Stopped},
    shard::Shard,
    tamper::Release,
};
use crate::{clock, engine::assembly::Entry, memory::TraceeMemory};
use syscalls::{abi::Abi, decode::Tampered, multiplexed, snapshot::Raw};

impl Shard<'_> {
    /// A tracee stands at one of the ends of a call.
    pub(super) fn syscall(&mut self, stopped: Stopped) {
        let tid = stopped.tid();
        // Who has no roster has nobody who would read it.
        let meter = self.roster.and_then(|_| self.tracees.get(&tid)).map(|tracee| tracee.meter.clone());
        let now = if meter.is_some() { clock::now() } else { 0 };
        match stopped.end() {
            Ok(End::Entry { abi, number, args, stack, instruction }) => {
                meter.iter().for_each(|meter| meter.enters(now));
                let system = self.system;
                self.entry(stopped, &Entry { abi, number, args, stack, instruction, system });
                meter.iter().for_each(|meter| meter.goes_in(request::resumed().asked));
            }
            Ok(End::Exit(result)) => {
                meter.iter().for_each(|meter| meter.leaves(now));
                self.exit(stopped, result);
                let resume = request::resumed();
                meter.iter().for_each(|meter| meter.goes_out(resume.asked, clock::now() - resume.done));
            }
            // Killed while it stood, or no syscall-stop after all.
            Ok(End::None) | Err(_) => {
                stopped.resume(0);
                self.assembly.abandon(tid);
            }
        }
    }

    fn entry(&mut self, mut stopped: Stopped, entry: &Entry) {
        let tid = stopped.tid();
        self.assembly.sink.sees_a_call();
        let mut memory = TraceeMemory::new(tid, &mut self.pieces);
        let Some(mut opened) = self.assembly.opens(tid, entry, &mut memory) else {
            return stopped.resume(0);
        };
        if opened.begins
            && let Some(tracee) = self.tracees.get_mut(&tid)
        {
            tracee.begins = true;
        }
        let injects = !self.means.injections.is_empty() && !opened.hidden;
        // Where calls are chosen by what they work on, that is not known yet.
        let by_subject = self.plan.wanted.by_subject();
        let mut release = Release::default();
        if injects && !by_subject {
            release = self.tamper(&stopped, entry.abi, opened.number, opened.args);
        }
        let Some(mut call) = opened.call.take() else {
            if self.filtered && self.tracees.get(&tid).is_some_and(|tracee| tracee.tampering.is_none()) {
                stopped.leave_to_filter();
            }
            self.release(stopped, release);
            return self.assembly.tell_abi(tid, &opened);
        };
        let mut memory = TraceeMemory::new(tid, &mut self.pieces);
        let comm = self.assembly.copy_entry(tid, &mut call, &mut memory);
        let selected;
        if by_subject && injects {
            selected = self.assembly.selects(&call);
            if selected {
                release = self.tamper(&stopped, entry.abi, opened.number, opened.args);
            }
            self.release(stopped, release);
        } else {
            self.release(stopped, release);
            selected = self.assembly.selects(&call);
        }
        self.assembly.tell_abi(tid, &opened);
        if !selected {
            return self.assembly.reuse(call);
        }
        let tampered = self.tracees.get(&tid).is_some_and(|tracee| tracee.tampering.is_some());
        self.assembly.begins(tid, call, comm, tampered);
    }

    /// Does what is to be done to a call, and remembers it for its exit.
    fn tamper(&mut self, stopped: &Stopped, abi: Option<Abi>, number: u64, args: [u64; 6]) -> Release {
        let Some(abi) = abi else { return Release::default() };
        let (tampering, release) = self.tamper_entry(stopped, (abi, multiplexed::counted(number)), args);
        if let Some(tracee) = self.tracees.get_mut(&stopped.tid()) {
            tracee.tampering = tampering;
        }
        release
    }

    fn exit(&mut self, stopped: Stopped, mut result: Raw) {
        let tid = stopped.tid();
        let Some(tracee) = self.tracees.get_mut(&tid) else { return stopped.resume(0) };
        let mut tampering = tracee.tampering.take();
        let mut release = Release::default();
        if let Some(tampering) = &mut tampering {
            (result, release) = self.tamper_exit(&stopped, tampering, result);
        }
        let mut memory = TraceeMemory::new(tid, &mut self.pieces);
        let closed = self.assembly.closes(tid, result, &mut memory);
        self.release(stopped, release);
        if let Some(closed) = closed {
            let untouched = Tampered { result: false, args: false, delay: false };
            let tampered = tampering.map_or(untouched, |tampering| tampering.told);
            self.assembly.returned(tid, closed, self.system, tampered);
        }
    }

    /// Lets a thread go for good that executes a program.
    pub(super) fn let_one_go(&mut self, stopped: Stopped) {
        let tid = stopped.tid();
        stopped.detach(0);
        self.assembly.detached(tid, clock::now());
        // As in strace: how a command ends that it does not see is not its own status.
        self.spawned = self.spawned.filter(|spawned| *spawned != tid);
        self.forget(tid);
    }
}
