//! Answers questions about a target from `/proc` ([`wire::look`]). Nobody is traced or stopped.
//!
//! The agent starts this as a process of its own for each question: where the target's memory or files are on a file system
//! that does not answer, it is this process that hangs, and the agent kills it.

mod answer;
mod cgroup;
mod descriptors;
mod limits;
mod locks;
mod mounts;
mod path;
mod processes;
mod sched_clock;
mod sockets;
mod threads;
mod waits;

use crate::{
    agent_child::{self, exit_status},
    clock,
    engine::Programs,
    procfs::{self, Container},
    requests::Requests,
};
use answer::Answer;
use nix::unistd::getppid;
use std::{
    ffi::OsString,
    io,
    os::fd::AsFd,
    time::{Duration, Instant},
};
use wire::{
    look::{Fact, Look, Topic},
    message::{End, Hello, Message, Reason, Request, Target, VERSION},
};

/// How long the question may take to come.
const FIRST_REQUEST: Duration = Duration::from_secs(10);
/// At most this many processes are looked at.
const MOST_PROCESSES: usize = 4096;

/// Answers one question, which comes on standard input; returns the exit status.
pub fn main(args: impl Iterator<Item = OsString>) -> i32 {
    exit_status(agent_child::begin(args).and_then(|()| serve()).map(|()| 0))
}

fn serve() -> io::Result<()> {
    let mut requests = Requests::new(io::stdin().as_fd().try_clone_to_owned()?, None);
    let question = |request| if let Request::Look(look) = request { Some(look) } else { None };
    let Some(look) = requests.first(Instant::now() + FIRST_REQUEST, question) else {
        return Err(io::Error::other("no question has come"));
    };
    let mut answer = Answer::new(io::stdout().as_fd().try_clone_to_owned()?.into());
    answer.message(Message::Hello(Hello {
        version: VERSION,
        release: env!("CARGO_PKG_VERSION").into(),
        wall_offset: clock::wall_offset(),
    }));
    let reason = match look_at(&look, &mut answer) {
        Ok(()) => Reason::Stopped,
        Err(why) => Reason::Failed(why),
    };
    answer.end(Message::End(End { events: 0, lost: 0, time: clock::now(), reason }))
}

/// The processes of a target.
fn members(target: &Target) -> Result<Vec<i32>, String> {
    let agent = getppid().as_raw();
    match target {
        Target::Container { id, programs } => {
            let programs = Programs::new(programs)?;
            let all = Container::from_outside(id).processes().into_iter();
            let mut found: Vec<i32> = all
                .filter(|process| *process != agent && (programs.is_any() || programs.has(*process)))
                .collect();
            found.sort_unstable();
            Ok(found)
        }
        Target::Processes(processes) => Ok(processes.clone()),
        Target::Command => Err("a command that is yet to be run cannot be looked at".into()),
    }
}

fn look_at(look: &Look, answer: &mut Answer) -> Result<(), String> {
    let mut members = members(&look.target)?;
    members.retain(|process| procfs::state(*process).is_some());
    if members.is_empty() {
        return Err("none of the target's processes is there".into());
    }
    if members.len() > MOST_PROCESSES {
        answer.say(Fact::Cut { what: "processes".into(), more: (members.len() - MOST_PROCESSES) as u64 });
        members.truncate(MOST_PROCESSES);
    }
    let grows = cgroup::Before::take(look, &members);
    for topic in &look.topics {
        match topic {
            Topic::Threads => {
                processes::tell(look, &members, answer);
                threads::tell(look, &members, answer);
            }
            // With the threads.
            Topic::Waits => {}
            Topic::Descriptors => descriptors::tell_all(&members, answer),
            Topic::Limits => limits::tell(&members, answer),
            Topic::Cgroup => cgroup::tell(look, &members, &grows, answer),
            Topic::Mounts => mounts::tell(&members, answer),
            Topic::Locks => locks::tell(&members, answer),
            Topic::Path(path) => path::tell(&members, path, answer),
        }
    }
    Ok(())
}
