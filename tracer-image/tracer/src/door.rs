//! The way of a tracer into the target's container.
//!
//! An ephemeral container has the least CPU weight there is, and a tracer in it waits for every computing thread of the
//! target at each stop. A process that is exec'd into the target's container has the target's weight. Its image need
//! not have a tracer: `/proc/DOOR/root/tracer` leads to ours, if the exec'd process may look at the process DOOR as a
//! tracer may (proc_pid_root(5)): same user and group, and no capability more. So the agent has a child that has given
//! up every capability and sleeps: the door. It also holds the ends of the pipes that are the tracer's, which that one
//! opens under `/proc/DOOR/fd`.

use crate::{
    capabilities,
    headroom::Headroom,
    pipes::{Holding, Pipes},
    procfs, refused,
    rendezvous::Peer,
    requests::Line,
    roles::{COMMAND_FOR, ENGINE_FOR},
};
use nix::{
    fcntl::OFlag,
    sys::{
        prctl,
        signal::{SigSet, Signal},
    },
    unistd::{dup2_stderr, dup2_stdin, dup2_stdout, getppid, pause, write},
};
use std::{
    ffi::OsString,
    fs::{self, File},
    io,
};

/// The exit status of one that has found that it should not run there.
const UNFIT: i32 = 3;
/// What a container's memory limit must leave for us to run in it: our own bound is a fraction, but the target's next
/// allocation must not meet us there. Being killed in the target's stead would also cost the end of the trace.
const HEADROOM: u64 = 64 << 20;

const MAGIC: [u8; 8] = *b"kstrace2";
/// How long what the door says is, and what an engine's process that has come through it says first, both on the pipe
/// that tells that tracees are held.
pub const WORDS: usize = 12;

/// What the door says when it can be gone through. An exec that comes earlier is refused by the kernel.
pub const OPEN: [u8; WORDS] = words(0);

/// The process that has come through the door, if these are its words.
pub fn arrival(said: &[u8; WORDS]) -> Option<i32> {
    let process = i32::from_le_bytes([said[8], said[9], said[10], said[11]]);
    (process > 1 && *said == words(process)).then_some(process)
}

const fn words(process: i32) -> [u8; WORDS] {
    let [a, b, c, d] = process.to_le_bytes();
    let [m, n, o, p, q, r, s, t] = MAGIC;
    [m, n, o, p, q, r, s, t, a, b, c, d]
}

/// Sleeps until the agent ends it; returns only on failure.
pub fn main(mut args: impl Iterator<Item = OsString>) -> i32 {
    let agent = args.next().and_then(|agent| agent.to_str()?.parse().ok());
    let bound = prctl::set_pdeathsig(Signal::SIGKILL);
    if bound.is_err() || agent != Some(getppid().as_raw()) {
        return 1;
    }
    let _ = prctl::set_name(c"door");
    let _ = SigSet::empty().thread_set_mask();
    // In this order: it must not be open to the target while it has more than the target.
    if capabilities::drop_all().is_err() || prctl::set_dumpable(true).is_err() {
        return 1;
    }
    if write(io::stderr(), &OPEN).is_err() {
        return 1;
    }
    loop {
        pause();
    }
}

/// Who has come through the door.
pub struct Entered {
    /// The agent's process id.
    pub agent: i32,
    /// Its pipes.
    pub pipes: Pipes,
}

/// Comes through the door: takes the agent's pipes as its own standard streams. Gives what these were, too: who has run us
/// may speak there.
///
/// # Errors
/// The status to exit with; why is said.
pub fn enter(mut args: impl Iterator<Item = OsString>) -> Result<(Entered, Option<Line>), i32> {
    let place = place(&mut args);
    let whole = args.next();
    let (Some((process, container)), None | Some("--whole")) =
        (place, whole.as_ref().and_then(|word| word.to_str()))
    else {
        eprintln!("usage: tracer {ENGINE_FOR} DOOR CONTAINER [--whole]");
        return Err(1);
    };
    go_before_the_target();
    if let Some(why) = unfit(&container, whole.is_some()) {
        eprintln!("{why}");
        return Err(UNFIT);
    }
    let Entered { agent, pipes: Pipes { requests, messages, holding: Holding::Own { end } } } =
        pass(process)?
    else {
        return Err(1);
    };
    let line = Line::keep().ok();
    let taken = dup2_stdin(&requests).and_then(|()| dup2_stdout(&messages)).and_then(|()| dup2_stderr(&end));
    match taken.map_err(io::Error::from).and_then(|()| Pipes::standard()) {
        Ok(pipes) => Ok((Entered { agent, pipes }, line)),
        Err(_) => Err(1),
    }
}

/// The same for one that is to run a command, to which the standard streams belong. Gives the command's words too.
///
/// # Errors
/// The status to exit with; why is said.
pub fn enter_with_command(mut args: impl Iterator<Item = OsString>) -> Result<(Entered, Vec<OsString>), i32> {
    let place = place(&mut args);
    let (Some((process, _)), Some("--")) = (place, args.next().as_ref().and_then(|word| word.to_str()))
    else {
        eprintln!("usage: tracer {COMMAND_FOR} DOOR CONTAINER -- COMMAND [ARGUMENT]...");
        return Err(1);
    };
    Ok((pass(process)?, args.collect()))
}

/// Which door, to which container.
fn place(args: &mut impl Iterator<Item = OsString>) -> Option<(i32, String)> {
    let process = args.next()?.to_str()?.parse::<i32>().ok()?;
    Some((process, args.next()?.into_string().ok()?))
}

fn pass(process: i32) -> Result<Entered, i32> {
    // The door's parent; asked before the agent ends the door.
    let agent = procfs::status(process, "PPid").and_then(|agent| agent.parse().ok());
    let taken =
        take_pipes(process).map_err(|error| format!("the agent's pipes cannot be opened: {}", error.desc()));
    match (agent, taken) {
        (Some(agent), Ok(pipes)) => Ok(Entered { agent, pipes }),
        (None, _) => {
            eprintln!("the door has no agent");
            Err(1)
        }
        (_, Err(error)) => {
            eprintln!("{error}");
            Err(1)
        }
    }
}

/// When memory is short we go before the target does (proc_pid_oom_score_adj(5)).
pub fn go_before_the_target() {
    let _ = fs::write("/proc/self/oom_score_adj", "1000");
}

/// What its memory limit leaves, where that is little.
pub fn narrow() -> Option<String> {
    let left = Headroom::ours().map(|found| found.left).filter(|left| *left < HEADROOM)?;
    Some(format!("its memory limit leaves {} MiB, and the tracer wants {} MiB", left >> 20, HEADROOM >> 20))
}

/// Why we should not trace from where we are. `whole`: another could trace every process, so we must be able to.
fn unfit(container: &str, whole: bool) -> Option<String> {
    if let Some(why) = refused::forbidden() {
        return Some(why);
    }
    let members = procfs::Container::from_inside(container).processes();
    // The kernel checks who opens `mem` as it checks who attaches (`proc_mem_open` in fs/proc/base.c), Yama included.
    let refused: Vec<_> = members
        .iter()
        .filter_map(|process| Some((process, File::open(format!("/proc/{process}/mem")).err()?)))
        .filter(|(_, error)| error.raw_os_error() != Some(libc::ENOENT))
        .collect();
    if let Some((process, error)) = refused.first()
        && (whole || refused.len() == members.len())
    {
        let why = refused::why(**process, error, &[]);
        return Some(format!("process {process} may not be traced from there: {why}"));
    }
    narrow()
}

fn take_pipes(process: i32) -> nix::Result<Pipes> {
    // Not `Peer`'s way of opening: ours are to block, as an engine's do whom the agent starts.
    let peer = Peer::through_its_root(process)?;
    let requests = peer.blocking_pipe(0, OFlag::O_RDONLY)?;
    let messages = peer.blocking_pipe(1, OFlag::O_WRONLY)?;
    let holding = peer.blocking_pipe(2, OFlag::O_WRONLY)?;
    // Far below `PIPE_BUF`: it is written in one piece (pipe(7)).
    write(&holding, &words(std::process::id() as i32))?;
    Ok(Pipes { requests, messages, holding: Holding::Own { end: holding } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_knows_the_words_has_arrived() {
        assert_eq!(arrival(&words(77)), Some(77));
        // Nobody who stands for many, nor the target's first process.
        for process in [-1, 0, 1] {
            assert_eq!(arrival(&words(process)), None);
        }
        assert_eq!(arrival(&[0; WORDS]), None);
        assert_eq!(arrival(&OPEN), None);
    }
}
