//! Starts a command under trace: the child waits until it is seized, then execs.

use super::seccomp_filter::SeccompFilter;
use std::{
    ffi::CString,
    io::{self, Write},
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
    ptr,
    sync::atomic::{AtomicI32, Ordering},
};

/// A command to trace.
#[derive(Debug)]
pub struct Command {
    /// The program's file.
    pub path: CString,
    /// Its arguments, including the zeroth.
    pub args: Vec<CString>,
    /// Its environment.
    pub environment: Vec<CString>,
    /// Whether it starts a session (setsid(2)), and with that a process group.
    pub session: bool,
    /// The user to run as, if not our own.
    pub user: Option<User>,
    /// At which of its calls it stops, if not at all of them.
    pub filter: Option<SeccompFilter>,
}

/// A user with groups.
#[derive(Debug)]
pub struct User {
    /// The user's id.
    pub uid: u32,
    /// The group's id.
    pub gid: u32,
    /// The other groups.
    pub groups: Vec<u32>,
}

/// The tracer's distance from the command, if it is not the command's parent (`-D`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// It is a grandchild.
    Grandchild,
    /// In its own process group.
    Group,
    /// In its own session.
    Session,
}

/// A process that waits to be started. If it never is, it ends without having exec'd anything.
pub struct Waiting {
    /// Its process id.
    pub process: i32,
    /// Whether it is our child; otherwise we are its grandchild.
    pub child: bool,
    /// Whether not all of its calls stop.
    pub filtered: bool,
    gate: OwnedFd,
    verdict: Verdict,
}

impl Waiting {
    /// Lets it exec its program.
    pub fn go(self) -> Verdict {
        // If it was killed meanwhile, whoever waits for it will see that.
        let _ = io::PipeWriter::from(self.gate).write_all(&[1]);
        self.verdict
    }

    /// It has ended before it could begin.
    pub fn has_ended(self) -> Verdict {
        self.verdict
    }
}

/// The child's report that the program cannot be executed: a word of memory that it shares with us, because a pipe
/// would add a call to the trace.
pub struct Verdict(ptr::NonNull<AtomicI32>);

// SAFETY: the word is atomic, and mapped until the only owner of this is gone.
unsafe impl Send for Verdict {}

impl Verdict {
    fn new() -> io::Result<Verdict> {
        let (rights, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
        // SAFETY: a new mapping, wherever the kernel likes; it is filled with zeros.
        let word = unsafe { libc::mmap(ptr::null_mut(), size_of::<AtomicI32>(), rights, kind, -1, 0) };
        match ptr::NonNull::new(word.cast::<AtomicI32>()) {
            Some(word) if word.as_ptr().cast() != libc::MAP_FAILED => Ok(Verdict(word)),
            _ => Err(io::Error::last_os_error()),
        }
    }

    fn word(&self) -> &AtomicI32 {
        // SAFETY: mapped, aligned to a page, and only ever used as this type, here and in the child.
        unsafe { self.0.as_ref() }
    }

    /// Why the program could not be executed, once that has been tried.
    pub fn failure(&self) -> Option<io::Error> {
        let errno = self.word().load(Ordering::SeqCst);
        (errno != 0).then(|| io::Error::from_raw_os_error(errno))
    }
}

impl Drop for Verdict {
    fn drop(&mut self) {
        // SAFETY: our own mapping, of that size, which nobody uses any more.
        unsafe { libc::munmap(self.0.as_ptr().cast(), size_of::<AtomicI32>()) };
    }
}

impl Command {
    /// Starts the child, which waits.
    ///
    /// # Errors
    /// The kernel refuses another process, a pipe or memory.
    pub fn start(&self) -> io::Result<Waiting> {
        let words = self.words();
        let verdict = Verdict::new()?;
        let (gate_in, gate_out) = gate()?;
        // SAFETY: between fork and exec the child makes only async-signal-safe calls and allocates nothing; all that
        // it uses was made before.
        let process = unsafe { libc::fork() };
        if process < 0 {
            return Err(io::Error::last_os_error());
        }
        if process == 0 {
            // SAFETY: as above; the pointers end in null and outlive the calls.
            unsafe {
                libc::close(gate_out.as_raw_fd());
                if self.session {
                    libc::setsid();
                }
                // Without a byte, our end was closed, and nobody would trace it.
                if !opens(&gate_in) {
                    libc::_exit(127);
                }
                self.execute(&words, &verdict);
            }
        }
        Ok(Waiting { process, child: true, filtered: self.filter.is_some(), gate: gate_out, verdict })
    }

    /// Makes this process the command, and returns in a grandchild, which traces it. So the command keeps its parent,
    /// and has no child that it does not know. Call it before there are threads.
    ///
    /// # Errors
    /// The kernel refuses another process, a pipe or memory; then this process is unchanged.
    pub fn start_from_grandchild(&self, distance: Distance) -> io::Result<Waiting> {
        let words = self.words();
        let verdict = Verdict::new()?;
        let (gate_in, gate_out) = gate()?;
        let process = std::process::id() as i32;
        // SAFETY: there is one thread, so the child has all of this process.
        let child = unsafe { libc::fork() };
        if child < 0 {
            return Err(io::Error::last_os_error());
        }
        if child > 0 {
            // SAFETY: plain numbers and pointers to what lives on; the grandchild has the other end of the gate.
            unsafe {
                libc::close(gate_out.as_raw_fd());
                // Wait until the grandchild exists: nobody else cares about the child's end.
                while libc::waitpid(child, ptr::null_mut(), 0) < 0
                    && io::Error::last_os_error().raw_os_error() == Some(libc::EINTR)
                {}
                // If Yama lets only ancestors trace a process, this one names an additional tracer.
                let tracer = verdict.word().swap(0, Ordering::SeqCst);
                libc::prctl(libc::PR_SET_PTRACER, tracer as libc::c_ulong, 0, 0, 0);
                if !opens(&gate_in) {
                    libc::_exit(1);
                }
                libc::prctl(libc::PR_SET_PTRACER, 0 as libc::c_ulong, 0, 0, 0);
                self.execute(&words, &verdict);
            }
        }
        // SAFETY: as above; between the two forks nothing is done but what concerns them.
        unsafe {
            let grandchild = libc::fork();
            if grandchild != 0 {
                // If there is none, its end of the gate is closed, and the command does not begin.
                verdict.word().store(grandchild.max(0), Ordering::SeqCst);
                libc::_exit(0);
            }
            match distance {
                Distance::Grandchild => {}
                Distance::Group => _ = libc::setpgid(0, 0),
                Distance::Session => _ = libc::setsid(),
            }
        }
        Ok(Waiting { process, child: false, filtered: self.filter.is_some(), gate: gate_out, verdict })
    }

    /// The arguments of execve(2).
    fn words(&self) -> [Vec<*const libc::c_char>; 2] {
        [&self.args, &self.environment]
            .map(|list| list.iter().map(|item| item.as_ptr()).chain([ptr::null()]).collect())
    }

    /// Becomes the command, and undoes everything that we changed for ourselves.
    ///
    /// # Safety
    /// Only in a process that is meant to be the command. Makes async-signal-safe calls and allocates nothing.
    unsafe fn execute(&self, [args, environment]: &[Vec<*const libc::c_char>; 2], verdict: &Verdict) -> ! {
        // SAFETY: the pointers end in null and outlive the calls.
        unsafe {
            let mut none: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &none, ptr::null_mut());
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
            // While it may still do so, whoever we are.
            if let Some(filter) = &self.filter
                && let Err(error) = filter.install()
            {
                verdict.word().store(error.raw_os_error().unwrap_or(0), Ordering::SeqCst);
                libc::_exit(127);
            }
            if let Some(User { uid, gid, groups }) = &self.user
                && (libc::setgroups(groups.len() as _, groups.as_ptr()) != 0
                    || libc::setregid(*gid, *gid) != 0
                    || libc::setreuid(*uid, *uid) != 0)
            {
                libc::_exit(126);
            }
            libc::execve(self.path.as_ptr(), args.as_ptr(), environment.as_ptr());
            verdict.word().store(io::Error::last_os_error().raw_os_error().unwrap_or(0), Ordering::SeqCst);
            // As in strace: the trace shows it.
            libc::_exit(1)
        }
    }
}

/// What a command waits at: a pipe.
fn gate() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [0; 2];
    // SAFETY: the kernel writes two descriptors to `ends`, which nobody else owns.
    unsafe {
        if libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok((OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])))
    }
}

/// Waits until the gate is opened; false if it never will be.
fn opens(gate: &OwnedFd) -> bool {
    let mut byte = 0u8;
    loop {
        // SAFETY: reads one byte into a place of ours.
        let read = unsafe { libc::read(gate.as_raw_fd(), ptr::from_mut(&mut byte).cast(), 1) };
        if read >= 0 || io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return read == 1;
        }
    }
}
