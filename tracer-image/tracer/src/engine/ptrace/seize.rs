//! Seizing the threads of a process.

use super::request;
use crate::{circle, engine::members::Member, procfs};
use std::{collections::HashSet, io, path::Path};

/// The result of seizing the threads of a process.
#[derive(Debug, Default)]
pub struct Seized {
    /// Threads that are tracees now, with the number of the call that each was in.
    pub threads: Vec<(i32, Option<u64>)>,
    /// Tracees that were not meant. They are to be let go at their first stop.
    pub strangers: Vec<i32>,
    /// The first refusal, not counting threads that died.
    pub refused: Option<io::Error>,
    /// The process traces us, and we hold it: only our end frees both.
    pub circle: bool,
}

/// Seizes the threads of a process that are not `known`, and repeats that for threads that unseized threads created
/// meanwhile, until there are none. `whole`: all its threads, not only the one with this id.
pub fn process(member: Member, whole: bool, options: i32, known: impl Fn(i32) -> bool) -> Seized {
    let mut seized = Seized::default();
    let process = member.process;
    if circle::traces_us(process) {
        seized.refused = Some(io::Error::from_raw_os_error(libc::EPERM));
        return seized;
    }
    let mut tried = HashSet::new();
    loop {
        let threads = if whole { procfs::threads(process).unwrap_or_default() } else { vec![process] };
        let mut progress = false;
        for tid in threads.into_iter().filter(|tid| !known(*tid)) {
            if !tried.insert(tid) {
                continue;
            }
            match thread(member, tid, options, seized.threads.is_empty()) {
                Ok(Thread::Meant { call }) => {
                    seized.threads.push((tid, call));
                    progress = true;
                }
                Ok(Thread::Stranger) => seized.strangers.push(tid),
                Ok(Thread::Circle) => {
                    seized.circle = true;
                    return seized;
                }
                // It ended after the listing, or a tracee has just created it: then its own first stop is coming.
                Err(error) if error.raw_os_error() == Some(libc::ESRCH) => {}
                Err(_) if is_no_refusal(tid) => {}
                Err(error) => {
                    seized.refused.get_or_insert(error);
                }
            }
        }
        if !progress || !whole {
            return seized;
        }
    }
}

/// A thread that is our tracee now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thread {
    /// It was meant.
    Meant {
        /// The number of the call that it was in.
        call: Option<u64>,
    },
    /// It has the id of one that was meant and is gone.
    Stranger,
    /// It traces us, and was not interrupted, or not even seized.
    Circle,
}

/// Seizes one thread of a process, and stops it. `first`: this shard has seized none of that process before.
///
/// # Errors
/// As the kernel says.
pub fn thread(member: Member, tid: i32, options: i32, first: bool) -> io::Result<Thread> {
    // What would come to stand still for us is better not seized at all.
    if first && circle::traces_us(member.process) {
        return Ok(Thread::Circle);
    }
    request::seize(tid, options)?;
    if !member.has(tid) {
        // It can be let go only while it stands.
        return request::interrupt(tid).map(|()| Thread::Stranger);
    }
    // Two that begin at the same time: each seizes first and looks then, so that one of them sees the other.
    if first && circle::traces_us(member.process) {
        return Ok(Thread::Circle);
    }
    // Look up its call before the interruption, which turns it into a restart_syscall.
    let call = procfs::call(tid);
    request::interrupt(tid).map(|()| Thread::Meant { call })
}

/// Whether a refusal is none: a tracee's child is ours from its birth, a zombie has nothing left to trace, and whoever
/// enters the container is the runtime's own for a moment, which nobody may look into (runc, libcontainer/nsenter:
/// `PR_SET_DUMPABLE`), and another program, or gone, at the next look.
fn is_no_refusal(tid: i32) -> bool {
    let is_ours = |tracer: String| tracer != "0" && Path::new("/proc/self/task").join(tracer).exists();
    procfs::status(tid, "TracerPid").is_none_or(is_ours)
        || procfs::status(tid, "State").is_none_or(|state| state.starts_with(['Z', 'X']))
        || procfs::comm(tid).is_none_or(|name| name.starts_with("runc:["))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ptrace::request::Report;
    use std::process::{Child, Command};

    fn sleeper() -> (Child, i32) {
        let child = Command::new("sleep").arg("60").spawn().expect("sleep");
        let process = child.id() as i32;
        (child, process)
    }

    /// The id is the same, the process another one.
    #[test]
    fn a_stranger_with_the_id_of_a_member_is_no_tracee() {
        let (mut child, process) = sleeper();
        let gone = Member { process, started: Some(1) };
        assert_eq!(thread(gone, process, request::ALWAYS, true).expect("our child"), Thread::Stranger);
        while let Ok((report, _)) = request::wait(false) {
            if let Report::Stop(stopped, _) = report {
                stopped.detach(0);
                break;
            }
        }
        assert_eq!(procfs::status(process, "TracerPid").as_deref(), Some("0"));
        let found = self::process(Member::new(process), true, request::ALWAYS, |_| false);
        assert_eq!((found.threads.len(), found.strangers.len(), found.circle), (1, 0, false));
        child.kill().expect("it lives");
        while !matches!(request::wait(false), Ok((Report::Killed { .. }, _))) {}
        assert!(thread(Member::new(process), process, 0, true).is_err(), "it is gone");
    }
}
