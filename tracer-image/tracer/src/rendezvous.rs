//! How a relay and the agent find each other: through pipes that only a process of our own can reach.
//!
//! The target shares the PID and network namespaces with us, and perhaps the user. A named socket, abstract or not, would
//! be open to it. But `/proc/PID/fd` is open only to processes that may trace PID (proc_pid_fd(5)), and both sides check
//! that the other is the same program in the same mount namespace, which the target cannot be. This needs no capability
//! and no writable file system.
//!
//! The agent reads calls from its standard input. The relay makes two pipes and writes its process id and the two
//! descriptor numbers there, atomically. The agent opens the pipes under `/proc/RELAY/fd` and writes [`TAKEN`] into one of
//! them. Then the relay closes the ends that are now the agent's, so that each side sees when the other is gone.

use crate::{procfs, roles::AGENT};
use nix::{
    errno::Errno,
    fcntl::{AtFlags, FcntlArg, OFlag, fcntl, open, openat},
    sys::stat::{FileStat, Mode, SFlag, fstat, fstatat},
};
use std::{
    fs,
    os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd},
};

/// The first byte in the message pipe: the agent has opened both pipes. Not part of the stream.
pub const TAKEN: u8 = b'+';

const MAGIC: [u8; 8] = *b"kstrace1";

/// What a relay writes to the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The relay's process id.
    pub process: i32,
    /// Its descriptor of the request pipe, client to tracer.
    pub requests: RawFd,
    /// Its descriptor of the message pipe, tracer to client.
    pub messages: RawFd,
}

impl Call {
    /// Its length in bytes: far below `PIPE_BUF`, so that calls do not mix (pipe(7)).
    pub const SIZE: usize = 20;

    /// Its encoding.
    pub fn bytes(&self) -> [u8; Call::SIZE] {
        let mut bytes = [0; Call::SIZE];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&self.process.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.requests.to_le_bytes());
        bytes[16..].copy_from_slice(&self.messages.to_le_bytes());
        bytes
    }

    /// All calls in the bytes. Anything else is skipped: a stranger can only be ignored.
    pub fn all(bytes: &[u8]) -> Vec<Call> {
        let mut calls = Vec::new();
        let mut rest = bytes;
        while rest.len() >= Call::SIZE {
            if !rest.starts_with(&MAGIC) {
                rest = &rest[1..];
                continue;
            }
            let number = |at: usize| i32::from_le_bytes([rest[at], rest[at + 1], rest[at + 2], rest[at + 3]]);
            calls.push(Call { process: number(8), requests: number(12), messages: number(16) });
            rest = &rest[Call::SIZE..];
        }
        calls
    }
}

/// A process that runs our program in our mount namespace, held by its directory in `/proc`: once the process is gone,
/// the directory stays empty, even if the id is reused.
pub struct Peer(OwnedFd);

impl Peer {
    /// Accepts a process as a peer, if it is one.
    ///
    /// # Errors
    /// `ESRCH` or `ENOENT` if it is gone, `EACCES` if we may not look, `EXDEV` if it is a stranger.
    pub fn new(process: i32) -> nix::Result<Peer> {
        Peer::like_us_in(process, &["exe", "ns/mnt"])
    }

    /// The same for a process through whose root we were started: it runs our program in another mount namespace.
    ///
    /// # Errors
    /// As for [`Peer::new`].
    pub fn through_its_root(process: i32) -> nix::Result<Peer> {
        Peer::like_us_in(process, &["exe"])
    }

    fn like_us_in(process: i32, links: &[&str]) -> nix::Result<Peer> {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let directory = open(format!("/proc/{process}").as_str(), flags, Mode::empty())?;
        let ourselves = open("/proc/self", flags, Mode::empty())?;
        for link in links {
            if identity(&directory, link)? != identity(&ourselves, link)? {
                return Err(Errno::EXDEV);
            }
        }
        Ok(Peer(directory))
    }

    /// Opens one of its pipes again. `O_NONBLOCK` applies to our own opening, not to the peer's.
    ///
    /// # Errors
    /// As the kernel says; `EINVAL` if the descriptor is not a pipe.
    pub fn pipe(&self, fd: RawFd, way: OFlag) -> nix::Result<OwnedFd> {
        let link = format!("fd/{fd}");
        let is_pipe = |stat: FileStat| SFlag::from_bits_truncate(stat.st_mode).contains(SFlag::S_IFIFO);
        if !is_pipe(fstatat(&self.0, link.as_str(), AtFlags::empty())?) {
            return Err(Errno::EINVAL);
        }
        let flags = way | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC | OFlag::O_NOCTTY;
        let pipe = openat(&self.0, link.as_str(), flags, Mode::empty())?;
        if is_pipe(fstat(&pipe)?) { Ok(pipe) } else { Err(Errno::EINVAL) }
    }

    /// The same for a pipe that should block once it is open. Opening it must not block, because the other end may be gone
    /// (fifo(7)).
    ///
    /// # Errors
    /// As for [`Peer::pipe`].
    pub fn blocking_pipe(&self, fd: RawFd, way: OFlag) -> nix::Result<OwnedFd> {
        let pipe = self.pipe(fd, way)?;
        fcntl(&pipe, FcntlArg::F_SETFL(OFlag::empty()))?;
        Ok(pipe)
    }
}

/// The file that a link in a process's directory points to.
fn identity(directory: &OwnedFd, link: &str) -> nix::Result<(libc::dev_t, libc::ino_t)> {
    fstatat(directory, link, AtFlags::empty()).map(|stat| (stat.st_dev, stat.st_ino))
}

/// The agent of our container, and the pipe from which it reads calls.
///
/// # Errors
/// In words: no agent runs here, or it cannot be reached.
pub fn find_agent() -> Result<(i32, OwnedFd), String> {
    let processes = procfs::processes().map_err(|error| format!("/proc cannot be read: {error}"))?;
    let mut refused = None;
    for process in processes.into_iter().filter(|process| is_agent(*process)) {
        match Peer::new(process).and_then(|peer| peer.pipe(0, OFlag::O_WRONLY)) {
            Ok(calls) => return Ok((process, calls)),
            // Another program with an option of that name, or the agent of another container.
            Err(Errno::EXDEV | Errno::ENOENT | Errno::ESRCH) => {}
            Err(error) => refused = Some((process, error)),
        }
    }
    Err(match refused {
        None => "no agent runs in this container".into(),
        Some((process, error)) => {
            format!("the agent (process {process}) cannot be reached: {}", error.desc())
        }
    })
}

fn is_agent(process: i32) -> bool {
    let command = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    command.split(|byte| *byte == 0).nth(1) == Some(AGENT.as_bytes())
}

/// How many bytes are still in a pipe.
pub fn unread(pipe: BorrowedFd<'_>) -> usize {
    let mut bytes: libc::c_int = 0;
    // SAFETY: FIONREAD writes one int (pipe(7)), and the descriptor is open.
    let asked = unsafe { libc::ioctl(pipe.as_raw_fd(), libc::FIONREAD, &mut bytes) };
    if asked == 0 { usize::try_from(bytes).unwrap_or(0) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::unistd::{pipe2, read, write};
    use std::os::fd::AsFd;

    #[test]
    fn calls_are_found_among_anything_else() {
        let call = Call { process: 77, requests: 4, messages: 5 };
        let other = Call { process: 1 << 22, requests: 1000, messages: 0 };
        let bytes = [&b"kstrace"[..], &call.bytes(), &call.bytes()[..9], &other.bytes(), b"ks"].concat();
        // The fragment in the middle is read as an invalid call, which leads nowhere.
        let calls = Call::all(&bytes);
        assert_eq!(calls[0], call);
        assert_eq!(Call::all(&[0; 100]), []);
        assert_eq!(Call::all(&[call.bytes(), other.bytes()].concat()), [call, other]);
    }

    #[test]
    fn our_own_pipes_can_be_opened_again_and_nothing_else() {
        let peer = Peer::new(std::process::id() as i32).expect("we are like ourselves");
        let (reader, writer) = pipe2(OFlag::O_CLOEXEC).expect("a pipe");
        // Either end gives access to both.
        let again = peer.pipe(writer.as_raw_fd(), OFlag::O_RDONLY).expect("our own");
        let mut byte = [0];
        assert_eq!(read(&again, &mut byte), Err(Errno::EAGAIN), "ours does not block");
        write(&writer, b"x").expect("a pipe");
        assert_eq!(unread(reader.as_fd()), 1);
        assert_eq!(read(&again, &mut byte), Ok(1));
        assert_eq!(unread(reader.as_fd()), 0);
        let file = fs::File::open("/proc/self/exe").expect("our own program");
        assert_eq!(peer.pipe(file.as_raw_fd(), OFlag::O_RDONLY).err(), Some(Errno::EINVAL));
    }

    #[test]
    fn another_program_is_a_stranger() {
        let mut cat =
            std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().expect("cat");
        // Until it has exec'd its program, it is still ours.
        let begin = std::time::Instant::now();
        while Peer::new(cat.id() as i32).is_ok() && begin.elapsed().as_secs() < 10 {}
        assert_eq!(Peer::new(cat.id() as i32).err(), Some(Errno::EXDEV));
        drop(cat.stdin.take());
        cat.wait().expect("our child");
        assert!(Peer::new(cat.id() as i32).is_err(), "gone");
    }
}
