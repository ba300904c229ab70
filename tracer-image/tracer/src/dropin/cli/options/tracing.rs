//! `-f`, `-D`, `-b` and others: how to trace.

use crate::{
    dropin::cli::reader::{Given, Given::Short, Reader},
    engine::ptrace::{Distance, MOST_SHARDS},
};

impl Reader {
    /// How to trace: whom to follow, when to let go, by what means.
    pub(super) fn tracing(&mut self, given: &Given, long: &str) -> Result<bool, String> {
        match (given, long) {
            (Short('f'), _) | (_, "follow-forks") => self.wanted.follow += 1,
            (Short('F'), _) => self.said.deprecated_follow = true,
            (_, "output-separately") => self.wanted.text.split = true,
            (Short('b'), _) | (_, "detach-on") => match self.text()?.as_str() {
                "execve" => self.wanted.leave_at_execve = true,
                other => return Err(format!("Syscall '{other}' for -b isn't supported")),
            },
            (Short('D'), _) => {
                self.wanted.distance = Some(match self.wanted.distance {
                    None => Distance::Grandchild,
                    Some(Distance::Grandchild) => Distance::Group,
                    Some(_) => Distance::Session,
                });
            }
            (_, "daemonize") => {
                self.wanted.distance = Some(match self.optional().as_deref() {
                    None | Some("grandchild") => Distance::Grandchild,
                    Some("pgroup" | "pgrp") => Distance::Group,
                    Some("session") => Distance::Session,
                    Some(other) => return Err(self.invalid(other)),
                });
            }
            (Short('I'), _) | (_, "interruptible") => {
                let when = self.text()?;
                self.wanted.interruptible = match when.as_str() {
                    "1" | "anywhere" => 1,
                    "2" | "waiting" => 2,
                    "3" | "never" => 3,
                    "4" | "never_tstp" => 4,
                    _ => return Err(self.invalid(&when)),
                };
            }
            (_, "tracer-threads") => {
                let threads = self.text()?;
                let number = threads.parse().ok().filter(|number| (1..=MOST_SHARDS).contains(number));
                self.wanted.shards = Some(number.ok_or_else(|| self.invalid(&threads))?);
            }
            (_, "engine-stats") => self.wanted.engine_stats = true,
            (_, "kill-on-exit") => self.wanted.kill = true,
            (_, "seccomp-bpf") => self.said.seccomp = true,
            (_, "syscall-limit") => {
                let limit = self.text()?;
                let number = limit.parse().ok().filter(|limit| *limit > 0);
                self.wanted.limit = Some(number.ok_or_else(|| self.invalid(&limit))?);
            }
            (Short('k'), _) | (_, "stack-trace" | "stack-trace-frame-limit") => {
                return Err("-k/--stack-trace: there is no stack unwinder in this tracer; perf trace \
                            --call-graph dwarf has one"
                    .into());
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
