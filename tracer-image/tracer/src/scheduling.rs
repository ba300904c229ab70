//! How soon we run when something waits for us.
//!
//! An ephemeral container has the least weight there is (2 against the 1,024 of a container with a request of one CPU),
//! and under EEVDF a task of little weight that wakes up has a deadline that is far away: beside busy neighbours the
//! agent and the relay would get their turn after a fifth of a second now and then, with every event and every sign of
//! life behind them. They need very little each time. A task that asks for short turns has a near deadline, and its
//! cgroup with it (kernel/sched/fair.c, `cfs_rq_min_slice`, 6.13 and newer); it gets no more of the CPU by it, and needs
//! no privilege. Measured on 6.18, five computing threads with 1,024 beside one with 2 that wakes every 10 ms: at the
//! worst 177 to 225 ms late with the usual turn, 10 ms with the shortest.

use nix::errno::Errno;

/// The shortest turn that may be asked for, in nanoseconds (kernel/sched/syscalls.c, `__setparam_fair`).
const SHORTEST: u64 = 100_000;

/// `struct sched_attr` of its first version (linux/sched/types.h, `SCHED_ATTR_SIZE_VER0`).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
struct Attributes {
    size: u32,
    policy: u32,
    flags: u64,
    nice: i32,
    priority: u32,
    runtime: u64,
    deadline: u64,
    period: u64,
}

/// How a thread is scheduled.
#[derive(Clone, Copy, Debug)]
pub struct Policy(Attributes);

impl Policy {
    /// Behind everybody else (`SCHED_IDLE`, sched(7)).
    pub fn idle() -> Policy {
        let size = size_of::<Attributes>() as u32;
        Policy(Attributes { size, policy: libc::SCHED_IDLE as u32, ..Attributes::default() })
    }

    /// That of a thread; 0: the calling one.
    ///
    /// # Errors
    /// Where there is no such thread.
    pub fn of(thread: i32) -> nix::Result<Policy> {
        let mut attributes = Attributes::default();
        let size = size_of::<Attributes>();
        // SAFETY: the kernel writes `size` bytes at most, and there is room for them (sched_getattr(2)).
        Errno::result(unsafe { libc::syscall(libc::SYS_sched_getattr, thread, &mut attributes, size, 0) })?;
        attributes.size = size as u32;
        Ok(Policy(attributes))
    }

    /// Gives it to a thread; 0: the calling one.
    ///
    /// # Errors
    /// Where the thread is gone, or may not have it: who has `SCHED_IDLE` needs CAP_SYS_NICE, or an RLIMIT_NICE as for
    /// its nice value, to leave it (kernel/sched/syscalls.c, `user_check_sched_setscheduler`).
    pub fn give(&self, thread: i32) -> nix::Result<()> {
        // SAFETY: the kernel reads as many bytes as `size` says, which are there (sched_setattr(2)).
        Errno::result(unsafe { libc::syscall(libc::SYS_sched_setattr, thread, &self.0, 0) }).map(drop)
    }

    #[cfg(test)]
    fn turn(&self) -> u64 {
        self.0.runtime
    }
}

/// Asks for short turns, for this thread and those that it starts (a program that it executes keeps them). Kernels
/// before 6.12 take it and change nothing.
pub fn short_turns() {
    // Where it is refused we run as everybody does.
    let _ = set_turn(SHORTEST);
}

fn set_turn(runtime: u64) -> nix::Result<()> {
    // SAFETY: the calling thread's own value is only read.
    let nice = unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) };
    let size = size_of::<Attributes>() as u32;
    Policy(Attributes { size, policy: libc::SCHED_OTHER as u32, nice, runtime, ..Attributes::default() })
        .give(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_short_until_they_are_not() {
        let turn = || Policy::of(0).expect("our own").turn();
        let usual = turn();
        set_turn(SHORTEST).expect("no privilege is needed");
        // Older kernels say nothing of it.
        if usual != 0 {
            assert_eq!(turn(), SHORTEST);
        }
        set_turn(0).expect("as before");
        assert_eq!(turn(), usual);
    }
}
