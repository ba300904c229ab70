//! What a shard reports about itself with `-d`: each report of the kernel, and what was done. Only numbers and our own
//! text, and only after the resume, because the reader may be slow.

use super::{request::Cause, shard::Shard};
use crate::clock;

impl Shard<'_> {
    /// Reports something, if wanted.
    pub(super) fn debug(&mut self, text: impl FnOnce() -> String) {
        if self.plan.debug {
            self.assembly.note(format!("shard {}: {}", self.number, text()));
        }
    }

    /// Reports why a thread was stopped, and for how long.
    pub(super) fn debug_stop(&mut self, tid: i32, cause: Cause, since: u64) {
        let traced = self.tracees.len();
        self.debug(|| {
            let why = match cause {
                Cause::Syscall => "at a call".into(),
                Cause::Signal(signal) => format!("at signal {signal}"),
                Cause::Group(signal) => format!("with its process, by signal {signal}, and stays so"),
                Cause::Trap => "as it was born or interrupted".into(),
                Cause::Cloned => "behind a fork or clone".into(),
                Cause::Executed => "behind an execve".into(),
                Cause::Exiting => "before its end".into(),
                Cause::Filter => "at a call that its filter lets us see".into(),
                Cause::Other => "at something else".into(),
            };
            let span = clock::now().saturating_sub(since) / 1000;
            format!("thread {tid} stood still {why}; {span} us were spent; {traced} are traced")
        });
    }

    /// Reports how a thread ended.
    pub(super) fn debug_end(&mut self, tid: i32, how: &str, number: i32) {
        let traced = self.tracees.len();
        self.debug(|| format!("thread {tid} {how} {number}; {traced} are traced"));
    }
}
