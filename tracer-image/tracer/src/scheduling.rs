//! How soon we run after waking up.
//!
//! An ephemeral container has the lowest weight there is (2, against the 1,024 of a container with a request of one CPU). And
//! under EEVDF, a task of low weight that wakes up has a distant deadline. So beside busy neighbours, the agent and the relay
//! would now and then get their turn only after a fifth of a second, and hold up every event and every sign of life. They
//! need very little CPU each time. A task that asks for short time slices has a near deadline, and so has its cgroup
//! (kernel/sched/fair.c, `cfs_rq_min_slice`, 6.13 and newer). It gets no more CPU by that, and needs no privilege.
//! Measured on 6.18, five computing threads with weight 1,024 beside one with weight 2 that wakes every 10 ms: at worst
//! 177 to 225 ms late with the usual time slice, 10 ms with the shortest.

use nix::errno::Errno;

/// The shortest time slice that can be requested, in nanoseconds (kernel/sched/syscalls.c, `__setparam_fair`).
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
    /// After everybody else (`SCHED_IDLE`, sched(7)).
    pub fn idle() -> Policy {
        let size = size_of::<Attributes>() as u32;
        Policy(Attributes { size, policy: libc::SCHED_IDLE as u32, ..Attributes::default() })
    }

    /// The policy of a thread; 0: the calling thread.
    ///
    /// # Errors
    /// There is no such thread.
    pub fn of(thread: i32) -> nix::Result<Policy> {
        let mut attributes = Attributes::default();
        let size = size_of::<Attributes>();
        // SAFETY: the kernel writes `size` bytes at most, and there is room for them (sched_getattr(2)).
        Errno::result(unsafe { libc::syscall(libc::SYS_sched_getattr, thread, &mut attributes, size, 0) })?;
        attributes.size = size as u32;
        Ok(Policy(attributes))
    }

    /// Sets it for a thread; 0: the calling thread.
    ///
    /// # Errors
    /// The thread is gone, or may not have it: leaving `SCHED_IDLE` takes CAP_SYS_NICE, or an RLIMIT_NICE that allows the
    /// thread's nice value (kernel/sched/syscalls.c, `user_check_sched_setscheduler`).
    pub fn give(&self, thread: i32) -> nix::Result<()> {
        // SAFETY: the kernel reads as many bytes as `size` says, which are there (sched_setattr(2)).
        Errno::result(unsafe { libc::syscall(libc::SYS_sched_setattr, thread, &self.0, 0) }).map(drop)
    }

    #[cfg(test)]
    fn turn(&self) -> u64 {
        self.0.runtime
    }
}

/// Asks for short time slices, for this thread and those that it starts (a program that it execs keeps them). Kernels
/// before 6.12 accept that and change nothing.
pub fn short_turns() {
    // If it is refused, we run like everybody else.
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
        // Older kernels do not report it.
        if usual != 0 {
            assert_eq!(turn(), SHORTEST);
        }
        set_turn(0).expect("as before");
        assert_eq!(turn(), usual);
    }
}
