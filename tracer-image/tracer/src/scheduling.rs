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
#[derive(Default)]
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

/// Asks for short turns, for this thread and those that it starts (a program that it executes keeps them). Kernels before 6.12 take it and change nothing.
pub fn short_turns() {
    // Where it is refused we run as everybody does.
    let _ = set_turn(SHORTEST);
}

fn set_turn(runtime: u64) -> nix::Result<()> {
    // SAFETY: the calling thread's own value is only read.
    let nice = unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) };
    let size = size_of::<Attributes>() as u32;
    let attributes =
        Attributes { size, policy: libc::SCHED_OTHER as u32, nice, runtime, ..Attributes::default() };
    // SAFETY: the kernel reads `size` bytes, which are there (sched_setattr(2)).
    Errno::result(unsafe { libc::syscall(libc::SYS_sched_setattr, 0, &attributes, 0) }).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel has for this thread: from 6.12 on the length of its turns.
    fn turn() -> u64 {
        let mut attributes = Attributes::default();
        let size = size_of::<Attributes>();
        // SAFETY: the kernel writes `size` bytes at most, and there is room for them (sched_getattr(2)).
        let got = unsafe { libc::syscall(libc::SYS_sched_getattr, 0, &mut attributes, size, 0) };
        assert_eq!(got, 0);
        attributes.runtime
    }

    #[test]
    fn turns_are_short_until_they_are_not() {
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
