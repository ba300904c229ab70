//! Starting a command under trace: the child waits until it is seized, then executes.

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
    /// Its arguments, the zeroth too.
    pub args: Vec<CString>,
    /// Its environment.
    pub environment: Vec<CString>,
    /// Whether it begins a session of its own (setsid(2)), and with it a process group.
    pub session: bool,
    /// Whom to be, if not whom we are.
    pub user: Option<User>,
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

/// A child that waits to be let go. One that is not ends without having executed anything.
pub struct Waiting {
    /// Its process id.
    pub process: i32,
    gate: OwnedFd,
    verdict: Verdict,
}

impl Waiting {
    /// Lets it execute its program.
    pub fn go(self) -> Verdict {
        // That it may have been killed is no error: whoever waits for it will see.
        let _ = io::PipeWriter::from(self.gate).write_all(&[1]);
        self.verdict
    }
}

/// What the child says where the program cannot be executed: a word of memory that it shares with us, because a pipe
/// would be one more call in the trace.
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
    /// Where the kernel refuses another process, a pipe or memory.
    pub fn start(&self) -> io::Result<Waiting> {
        let pointers = |list: &[CString]| -> Vec<*const libc::c_char> {
            list.iter().map(|item| item.as_ptr()).chain([ptr::null()]).collect()
        };
        let (args, environment) = (pointers(&self.args), pointers(&self.environment));
        let verdict = Verdict::new()?;
        let mut ends = [0; 2];
        // SAFETY: the kernel writes two descriptors to `ends`, which nobody else owns.
        let (gate_in, gate_out) = unsafe {
            if libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) != 0 {
                return Err(io::Error::last_os_error());
            }
            (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1]))
        };
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
                let mut byte = 0u8;
                // Without a byte the gate was closed by our end, and nobody would trace it.
                if libc::read(gate_in.as_raw_fd(), ptr::from_mut(&mut byte).cast(), 1) != 1 {
                    libc::_exit(127);
                }
                // What we changed for ourselves is not the program's business.
                let mut none: libc::sigset_t = std::mem::zeroed();
                libc::sigemptyset(&mut none);
                libc::sigprocmask(libc::SIG_SETMASK, &none, ptr::null_mut());
                libc::signal(libc::SIGPIPE, libc::SIG_DFL);
                if let Some(User { uid, gid, groups }) = &self.user
                    && (libc::setgroups(groups.len() as _, groups.as_ptr()) != 0
                        || libc::setregid(*gid, *gid) != 0
                        || libc::setreuid(*uid, *uid) != 0)
                {
                    libc::_exit(126);
                }
                libc::execve(self.path.as_ptr(), args.as_ptr(), environment.as_ptr());
                verdict
                    .word()
                    .store(io::Error::last_os_error().raw_os_error().unwrap_or(0), Ordering::SeqCst);
                libc::_exit(127);
            }
        }
        Ok(Waiting { process, gate: gate_out, verdict })
    }
}
