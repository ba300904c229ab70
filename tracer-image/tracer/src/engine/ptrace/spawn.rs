//! Starting a command under trace: the child waits until it is seized, then executes.

use std::{
    ffi::CString,
    io,
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
    ptr,
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

/// A child that waits to be let go.
pub struct Waiting {
    /// Its process id.
    pub process: i32,
    gate: OwnedFd,
}

impl Waiting {
    /// Lets it execute its program.
    pub fn go(self) {
        drop(self.gate);
    }
}

impl Command {
    /// Starts the child, which waits.
    ///
    /// # Errors
    /// Where the kernel refuses another process or a pipe.
    pub fn start(&self) -> io::Result<Waiting> {
        let pointers = |list: &[CString]| -> Vec<*const libc::c_char> {
            list.iter().map(|item| item.as_ptr()).chain([ptr::null()]).collect()
        };
        let (args, environment) = (pointers(&self.args), pointers(&self.environment));
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
                let mut byte = 0u8;
                // Nothing is ever written: the read ends when the gate is closed, by us or by our death.
                libc::read(gate_in.as_raw_fd(), ptr::from_mut(&mut byte).cast(), 1);
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
                libc::_exit(127);
            }
        }
        Ok(Waiting { process, gate: gate_out })
    }
}
