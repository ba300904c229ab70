//! Who belongs to the target.

use super::{Plan, Programs};
use crate::procfs::{self, Container};
use wire::message::Target;

/// A process that is meant: its id may be another's by the time that it is seized, in particular where the PID namespace is
/// shared with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub process: i32,
    /// When it was started.
    pub(super) started: Option<u64>,
}

impl Member {
    /// The process that has this id now.
    pub fn new(process: i32) -> Member {
        Member { process, started: procfs::started(process) }
    }

    /// Whether a thread is one of that process. Of a tracee the answer is for good: its id is not used again before we
    /// have waited for its end.
    pub fn has(self, tid: i32) -> bool {
        self.started == procfs::started(self.process)
            && (tid == self.process || procfs::has_thread(self.process, tid))
    }
}

/// The current processes of the target, except ourselves. For a container, only those that run a selected program.
pub fn members(plan: &Plan, programs: &Programs) -> Vec<Member> {
    let found = |container: Container, without: Option<i32>| {
        let listed = container.processes().into_iter().filter(|process| Some(*process) != without);
        let members = listed.map(Member::new);
        // Looked at again, so that it is the process of that start which belongs to the container.
        let members = members.filter(|member| container.has(member.process));
        members.filter(|member| programs.is_any() || programs.has(member.process)).collect()
    };
    match &plan.target {
        Target::Processes(processes) => processes.iter().copied().map(Member::new).collect(),
        Target::Command => Vec::new(),
        Target::Container { id, .. } if plan.inside => found(Container::from_inside(id), None),
        Target::Container { id, .. } => {
            let agent = std::os::unix::process::parent_id() as i32;
            found(Container::from_outside(id), Some(agent))
        }
    }
}

/// A thread that is meant.
#[derive(Clone, Copy, Debug)]
pub struct Meant {
    /// Its id.
    pub tid: i32,
    /// Its process.
    pub process: i32,
    /// What was named: that process, or only this thread.
    pub member: Member,
}

/// The threads of the target.
pub fn threads(plan: &Plan, members: &[Member]) -> Vec<Meant> {
    let whole = plan.follow || matches!(plan.target, Target::Container { .. });
    let of = |member: &Member| {
        let (member, named) = (*member, member.process);
        let threads = if whole { procfs::threads(named).unwrap_or_default() } else { vec![named] };
        let process = if whole { named } else { procfs::process_of(named).unwrap_or(named) };
        threads.into_iter().map(move |tid| Meant { tid, process, member })
    };
    members.iter().flat_map(of).collect()
}

/// The threads that are to be traced, as they are now, each with its process.
pub fn threads_now(plan: &Plan) -> Vec<(i32, i32)> {
    let threads = threads(plan, &members(plan, &plan.programs));
    threads.into_iter().map(|thread| (thread.tid, thread.process)).collect()
}

/// Who is to be traced, as it is now.
pub fn processes_now(plan: &Plan) -> Vec<i32> {
    members(plan, &plan.programs).into_iter().map(|member| member.process).collect()
}
