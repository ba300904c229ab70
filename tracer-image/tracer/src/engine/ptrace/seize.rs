//! Finding and seizing the processes of a target.

use super::request;
use crate::{
    engine::{Plan, Programs},
    procfs::{self, Container},
};
use std::{collections::HashSet, io, path::Path};
use wire::message::Target;

/// The current processes of the target, except ourselves. For a container, only those that run a selected program.
pub fn members(plan: &Plan, programs: &Programs) -> Vec<i32> {
    let mut members = match &plan.target {
        Target::Processes(processes) => return processes.clone(),
        Target::Command => return Vec::new(),
        Target::Container { id, .. } if plan.inside => Container::from_inside(id).processes(),
        Target::Container { id, .. } => {
            let agent = std::os::unix::process::parent_id() as i32;
            let mut members = Container::from_outside(id).processes();
            members.retain(|process| *process != agent);
            members
        }
    };
    if !programs.is_any() {
        members.retain(|process| programs.has(*process));
    }
    members
}

/// The result of seizing the threads of a process.
#[derive(Debug, Default)]
pub struct Seized {
    /// Threads that are tracees now, with the number of the call that each was in.
    pub threads: Vec<(i32, Option<u64>)>,
    /// The first refusal, not counting threads that died.
    pub refused: Option<io::Error>,
}

/// Seizes the threads of a process that `known` does not contain, and repeats that for threads that unseized threads
/// created meanwhile, until there are none. `whole`: all its threads, not only the one with this id.
pub fn process(process: i32, whole: bool, options: i32, known: &HashSet<i32>) -> Seized {
    let mut seized = Seized::default();
    loop {
        let threads = if whole { procfs::threads(process).unwrap_or_default() } else { vec![process] };
        let fresh: Vec<i32> = threads
            .into_iter()
            .filter(|tid| !known.contains(tid) && !seized.threads.iter().any(|(seized, _)| seized == tid))
            .collect();
        let mut progress = false;
        for tid in fresh {
            match thread(tid, options) {
                Ok(call) => {
                    seized.threads.push((tid, call));
                    progress = true;
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

/// Seizes one thread, and stops it. Returns the number of the call that it was in.
///
/// # Errors
/// As the kernel says.
pub fn thread(tid: i32, options: i32) -> io::Result<Option<u64>> {
    // Look up its call before the interruption, which turns it into a restart_syscall.
    let call = request::seize(tid, options).map(|()| procfs::call(tid))?;
    request::interrupt(tid).map(|()| call)
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
