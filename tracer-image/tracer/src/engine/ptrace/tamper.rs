//! Tampering with calls: `-e inject=`, `-e fault=`. Only on request, because it changes what a program does.

use super::{
    request::Stopped,
    shard::Shard,
    tracee::{Delayed, Tampering},
};
use crate::clock;
use std::{fs::File, os::unix::fs::FileExt};
use syscalls::{
    abi::Abi,
    decode::Tampered,
    filter::{Injected, Injection, Poke},
    snapshot::Raw,
};

/// How a tracee is resumed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Release {
    /// The signal that it gets.
    pub signal: i32,
    /// How long it is delayed, in nanoseconds.
    pub delay: Option<u64>,
}

impl Shard<'_> {
    /// Tampers with a call before it is made.
    pub(super) fn tamper_entry(
        &mut self,
        stopped: &Stopped,
        call: (Abi, u64),
        args: [u64; 6],
    ) -> (Option<Tampering>, Release) {
        let tid = stopped.tid();
        let mut release = Release::default();
        let mut done: Option<Tampering> = None;
        for (index, injection) in self.means.injections.iter().enumerate() {
            if !injection.calls.has(call.0, call.1) {
                continue;
            }
            let Some(tracee) = self.tracees.get_mut(&tid) else { break };
            let invocation = tracee.invocations.entry((index, call.0, call.1)).or_default();
            *invocation = invocation.saturating_add(1);
            if !injection.when.has(*invocation) {
                continue;
            }
            release.signal = injection.signal.map_or(release.signal, |signal| signal as i32);
            release.delay = injection.delay_enter.or(release.delay);
            let poked = poke(tid, &injection.poke_enter, &args);
            let result = inject(stopped, injection, call.0);
            let told =
                Tampered { result: result.is_some(), args: poked, delay: injection.delay_enter.is_some() };
            done = Some(Tampering {
                result,
                poke_exit: injection.poke_exit.clone(),
                args,
                delay_exit: injection.delay_exit,
                told,
            });
        }
        (done, release)
    }

    /// Tampers with a call before it returns. Its result is then this one.
    pub(super) fn tamper_exit(
        &mut self,
        stopped: &Stopped,
        tampering: &mut Tampering,
        result: Raw,
    ) -> (Raw, Release) {
        tampering.told.args |= poke(stopped.tid(), &tampering.poke_exit, &tampering.args);
        tampering.told.delay |= tampering.delay_exit.is_some();
        let release = Release { signal: 0, delay: tampering.delay_exit };
        let Some(wanted) = tampering.result else { return (result, release) };
        let set = stopped.set_result(match wanted {
            Raw::Value(value) => value,
            Raw::Error(errno) => -i64::from(errno) as u64,
        });
        tampering.told.result = set.is_ok();
        (if set.is_ok() { wanted } else { result }, release)
    }

    /// Resumes a tracee, at once or later.
    pub(super) fn release(&mut self, stopped: Stopped, release: Release) {
        match release.delay {
            None => stopped.resume(release.signal),
            Some(delay) => {
                let due = clock::now().saturating_add(delay);
                self.delayed.push(Delayed { due, stopped, signal: release.signal });
            }
        }
    }

    /// Resumes those whose time has come.
    pub(super) fn release_due(&mut self) {
        let now = clock::now();
        while let Some(index) = self.delayed.iter().position(|delayed| delayed.due <= now) {
            let Delayed { stopped, signal, .. } = self.delayed.swap_remove(index);
            stopped.resume(signal);
        }
    }
}

/// Replaces a call by none, or by a harmless one, whose result is replaced when it returns.
fn inject(stopped: &Stopped, injection: &Injection, abi: Abi) -> Option<Raw> {
    let result = match injection.result? {
        Injected::Error(errno) => Raw::Error(errno),
        Injected::Value(value) if abi.word() == 4 => Raw::Value(value & 0xffff_ffff),
        Injected::Value(value) => Raw::Value(value),
    };
    stopped.set_number(injection.number(abi)).is_ok().then_some(result)
}

/// Overwrites what arguments point to; returns whether anything was written.
fn poke(tid: i32, pokes: &[Poke], args: &[u64; 6]) -> bool {
    if pokes.is_empty() {
        return false;
    }
    let Ok(memory) = File::options().write(true).open(format!("/proc/{tid}/mem")) else { return false };
    let mut written = false;
    for poke in pokes {
        let Some(addr) = args.get(usize::from(poke.argument)).filter(|addr| **addr != 0) else { continue };
        written |= memory.write_all_at(&poke.bytes, *addr).is_ok();
    }
    written
}
