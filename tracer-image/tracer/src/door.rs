//! The way of a tracer into the target's container.
//!
//! An ephemeral container has the lowest CPU weight there is, and a tracer in it waits for every computing thread of the
//! target at each stop. A process that is exec'd into the target's container has the target's weight. Its image need
//! not contain a tracer: `/proc/DOOR/root/tracer` leads to ours, if the exec'd process has ptrace access to the process
//! DOOR (proc_pid_root(5)): the same user and group, and at least its capabilities. So the agent has a child that has
//! given up every capability and sleeps: the door. The door also holds the tracer's ends of the pipes, which the tracer
//! opens under `/proc/DOOR/fd`.

use crate::{
    capabilities,
    headroom::Headroom,
    pipes::{Pipes, TraceesHeldPipe},
    procfs, refused,
    rendezvous::Peer,
    requests::ClientStdin,
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

/// The exit status of an engine that has found that it should not run there.
const UNFIT: i32 = 3;
/// How much of a container's memory limit must be left for us to run in it. Our own bound is a fraction of this, but the
/// target's next allocation must not fail because of us. If we were killed in its place, the end of the trace would be lost.
const HEADROOM: u64 = 64 << 20;

const MAGIC: [u8; 8] = *b"kstrace2";
/// The length of the first words on the pipe that tells whether tracees are held: from the door, and from an engine that
/// has come through it.
pub const WORDS: usize = 12;

/// The door says this when it can be used. The kernel refuses an exec that comes earlier.
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
    // In this order: it must not be accessible to the target while it has more rights than the target.
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

/// A process that has come through the door.
pub struct Entered {
    /// The agent's process id.
    pub agent: i32,
    /// Its pipes.
    pub pipes: Pipes,
}

/// Comes through the door: takes the agent's pipes as its own standard streams. Also returns the previous streams, on
/// which the process that has run us may speak.
///
/// # Errors
/// The exit status; the reason has been reported.
pub fn enter(mut args: impl Iterator<Item = OsString>) -> Result<(Entered, Option<ClientStdin>), i32> {
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
    let Entered { agent, pipes: Pipes { requests, messages, holding: TraceesHeldPipe::Own { end } } } =
        pass(process)?
    else {
        return Err(1);
    };
    let line = ClientStdin::keep().ok();
    let taken = dup2_stdin(&requests).and_then(|()| dup2_stdout(&messages)).and_then(|()| dup2_stderr(&end));
    match taken.map_err(io::Error::from).and_then(|()| Pipes::standard()) {
        Ok(pipes) => Ok((Entered { agent, pipes }, line)),
        Err(_) => Err(1),
    }
}

/// The same to run a command, which keeps the standard streams. Also returns the command's words.
///
/// # Errors
/// The exit status; the reason has been reported.
pub fn enter_with_command(mut args: impl Iterator<Item = OsString>) -> Result<(Entered, Vec<OsString>), i32> {
    let place = place(&mut args);
    let (Some((process, _)), Some("--")) = (place, args.next().as_ref().and_then(|word| word.to_str()))
    else {
        eprintln!("usage: tracer {COMMAND_FOR} DOOR CONTAINER -- COMMAND [ARGUMENT]...");
        return Err(1);
    };
    Ok((pass(process)?, args.collect()))
}

/// Which door, and which container.
fn place(args: &mut impl Iterator<Item = OsString>) -> Option<(i32, String)> {
    let process = args.next()?.to_str()?.parse::<i32>().ok()?;
    Some((process, args.next()?.into_string().ok()?))
}

fn pass(process: i32) -> Result<Entered, i32> {
    // The agent is the door's parent. Look it up before the agent ends the door.
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

/// Makes the OOM killer prefer us to the target (proc_pid_oom_score_adj(5)).
pub fn go_before_the_target() {
    let _ = fs::write("/proc/self/oom_score_adj", "1000");
}

/// What is left of the memory limit, if that is too little.
pub fn narrow() -> Option<String> {
    let left = Headroom::ours().map(|found| found.left).filter(|left| *left < HEADROOM)?;
    Some(format!("its memory limit leaves {} MiB, and the tracer wants {} MiB", left >> 20, HEADROOM >> 20))
}

/// Why we should not trace from here. `whole`: the alternative could trace every process, so we must be able to.
fn unfit(container: &str, whole: bool) -> Option<String> {
    if let Some(why) = refused::forbidden() {
        return Some(why);
    }
    let members = procfs::Container::from_inside(container).processes();
    // The kernel checks opening `mem` like attaching (`proc_mem_open` in fs/proc/base.c), including Yama.
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
    // Not opened in `Peer`'s usual way, because these must block, like the pipes of an engine that the agent starts.
    let peer = Peer::through_its_root(process)?;
    let requests = peer.blocking_pipe(0, OFlag::O_RDONLY)?;
    let messages = peer.blocking_pipe(1, OFlag::O_WRONLY)?;
    let holding = peer.blocking_pipe(2, OFlag::O_WRONLY)?;
    // Far below `PIPE_BUF`, so it is written atomically (pipe(7)).
    write(&holding, &words(std::process::id() as i32))?;
    Ok(Pipes { requests, messages, holding: TraceesHeldPipe::Own { end: holding } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_knows_the_words_has_arrived() {
        assert_eq!(arrival(&words(77)), Some(77));
        // Neither a number that stands for many processes, nor the target's first process.
        for process in [-1, 0, 1] {
            assert_eq!(arrival(&words(process)), None);
        }
        assert_eq!(arrival(&[0; WORDS]), None);
        assert_eq!(arrival(&OPEN), None);
    }
}
