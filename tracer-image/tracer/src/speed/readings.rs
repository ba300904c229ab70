//! What the kernel counts of a thread.

use std::{fs, time::Instant};

/// A thread's counters at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// When.
    pub at: Instant,
    /// Time on a CPU, in nanoseconds.
    pub cpu: u64,
    /// Time that it waited for a CPU, in nanoseconds.
    pub delay: u64,
    /// How often it slept: in its calls, and at our stops.
    pub sleeps: u64,
    /// How often it called `read`, `write` and their kind.
    pub transfers: u64,
}

impl Reading {
    /// Of a thread; none where it is gone.
    ///
    /// Documentation/scheduler/sched-stats.rst has `schedstat`, proc_pid_status(5) and proc_pid_io(5) the others.
    pub fn of(process: i32, thread: i32) -> Option<Reading> {
        let task = format!("/proc/{process}/task/{thread}");
        let at = Instant::now();
        let times = fs::read_to_string(format!("{task}/schedstat")).ok()?;
        let mut times = times.split_ascii_whitespace().map_while(|word| word.parse().ok());
        let (cpu, delay) = (times.next()?, times.next()?);
        let status = fs::read_to_string(format!("{task}/status")).ok()?;
        let sleeps = field(&status, "voluntary_ctxt_switches:")?;
        // Not every kernel counts these, and not everybody may read them.
        let io = fs::read_to_string(format!("{task}/io")).unwrap_or_default();
        let transfers = field(&io, "syscr:").unwrap_or(0) + field(&io, "syscw:").unwrap_or(0);
        Some(Reading { at, cpu, delay, sleeps, transfers })
    }
}

fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::unistd::gettid;

    #[test]
    fn the_kernel_counts_what_this_thread_does() {
        let process = std::process::id() as i32;
        let before = Reading::of(process, gettid().as_raw()).unwrap();
        for _ in 0..100 {
            fs::read("/proc/self/comm").unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
        let after = Reading::of(process, gettid().as_raw()).unwrap();
        assert!(after.cpu > before.cpu && after.sleeps > before.sleeps, "{before:?} {after:?}");
        assert!(after.transfers >= before.transfers + 100, "{before:?} {after:?}");
        assert!(Reading::of(process, -1).is_none());
        assert_eq!(
            field(
                "nonvoluntary_ctxt_switches:\t3\nvoluntary_ctxt_switches:\t2\n",
                "voluntary_ctxt_switches:"
            ),
            Some(2)
        );
    }
}
