//! When a thread that is blocked ran last, by the scheduler's own clock.
//!
//! `/proc/TID/sched` has it as `se.exec_start`, in milliseconds of the clock of the CPU on which it ran
//! (`proc_sched_show_task` in kernel/sched/debug.c, `update_curr` in kernel/sched/fair.c). These clocks leave out what
//! interrupts and a hypervisor took, so each CPU has its own. To read one, we run there for a moment: then our own
//! `exec_start` is the time.

use crate::{clock, procfs};
use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity, sched_yield},
    unistd::Pid,
};
use std::{collections::HashMap, fs};

/// How often a clock is read, to find how far it is from ours.
const READINGS: u32 = 3;

/// The clocks that were read.
pub struct SchedClock {
    /// By CPU: what to add to its time for nanoseconds of the monotonic clock; none: we may not run there.
    offsets: HashMap<usize, Option<i64>>,
    allowed: Option<CpuSet>,
}

impl SchedClock {
    /// No clock has been read yet.
    pub fn new() -> SchedClock {
        SchedClock { offsets: HashMap::new(), allowed: sched_getaffinity(Pid::from_raw(0)).ok() }
    }

    /// How long ago a blocked thread ran last, in nanoseconds; `None` if that cannot be known.
    pub fn ran(&mut self, process: i32, thread: i32, cpu: usize) -> Option<u64> {
        let allowed = self.allowed?;
        let offset = *self.offsets.entry(cpu).or_insert_with(|| offset(cpu, &allowed));
        let ran = exec_start(&format!("/proc/{process}/task/{thread}/sched"))?;
        let ran = ran.checked_add(offset?)?;
        u64::try_from(i64::try_from(clock::now()).ok()?.checked_sub(ran)?).ok()
    }
}

fn offset(cpu: usize, allowed: &CpuSet) -> Option<i64> {
    let ourselves = Pid::from_raw(0);
    let mut only = CpuSet::new();
    only.set(cpu).ok()?;
    sched_setaffinity(ourselves, &only).ok()?;
    let own = std::process::id() as i32;
    let reading = || {
        // The clock is read when we are switched to.
        let _ = sched_yield();
        let read = exec_start(&format!("/proc/{own}/sched"))?;
        Some(clock::now() as i64 - read)
    };
    // Whoever is preempted between the two reads finds too much.
    let found = (0..READINGS).filter_map(|_| reading()).min();
    let there = procfs::cpu(own) == Some(cpu);
    let _ = sched_setaffinity(ourselves, allowed);
    found.filter(|_| there)
}

/// In nanoseconds.
fn exec_start(path: &str) -> Option<i64> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with("se.exec_start"))?;
    let (whole, fraction) = line.split_once(':')?.1.trim().split_once('.')?;
    let (whole, fraction): (i64, i64) = (whole.parse().ok()?, fraction.parse().ok()?);
    whole.checked_mul(1_000_000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{process::Command, thread, time::Duration};

    #[test]
    fn a_thread_that_sleeps_ran_when_it_began_to() {
        let mut child = Command::new("sleep").arg("1234").spawn().expect("sleep");
        let process = child.id() as i32;
        while procfs::call(process).is_none() {
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_millis(700));
        let mut clock = SchedClock::new();
        let cpu = procfs::cpu(process).expect("it lives");
        let ran = clock.ran(process, process, cpu);
        child.kill().expect("it lives");
        child.wait().expect("our child");
        // A kernel without CONFIG_SCHED_DEBUG does not say.
        if let Some(ran) = ran {
            assert!((650_000_000..20_000_000_000).contains(&ran), "{ran}");
        }
    }
}
