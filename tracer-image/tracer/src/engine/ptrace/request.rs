//! The ptrace requests, as typed operations on a stopped tracee.
//!
//! A [`Stopped`] comes only from [`wait`], and whatever lets the tracee run again consumes it. So a request to a running
//! tracee does not compile, and forgetting a stopped tracee at least gives a warning.

use super::registers;
use crate::clock;
use std::{cell::Cell, io, mem, ptr};

use syscalls::abi::Abi;
use syscalls::snapshot::Raw;

/// Options of every tracee. Never `PTRACE_O_EXITKILL`: our death must not kill the target.
pub const FOLLOW: i32 = libc::PTRACE_O_TRACECLONE | libc::PTRACE_O_TRACEFORK | libc::PTRACE_O_TRACEVFORK;
/// Options that are wanted whether or not children are followed.
pub const ALWAYS: i32 = libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_TRACEEXEC;
/// The stop in which a dying thread still has its memory and its PID namespace.
pub const EXIT_STOP: i32 = libc::PTRACE_O_TRACEEXIT;

/// The tracees die with the tracer. Only for a command that we started ourselves.
pub const EXIT_KILL: i32 = libc::PTRACE_O_EXITKILL;

/// The stop at a call that a filter does not let through ([`super::filter`]).
pub const FILTER_STOP: i32 = libc::PTRACE_O_TRACESECCOMP;

/// A tracee that is stopped until one of the consuming methods resumes it.
#[derive(Debug)]
#[must_use = "a tracee that is not resumed is a frozen process"]
pub struct Stopped {
    tid: i32,
    /// How it is resumed.
    on: Request,
}

/// Why a tracee is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// At the entry or the exit of a system call.
    Syscall,
    /// At the entry of a system call that a filter does not let through.
    Filter,
    /// A signal is about to be delivered.
    Signal(i32),
    /// This signal stopped its process.
    Group(i32),
    /// It was just attached, interrupted or created.
    Trap,
    /// It has just created a child, and is in `clone`, `fork` or `vfork`.
    Cloned,
    /// It has just exec'd a program.
    Executed,
    /// It is about to exit.
    Exiting,
    /// Something that we did not ask for.
    Other,
}

/// What `wait4` reported.
#[derive(Debug)]
pub enum Report {
    /// A tracee has stopped.
    Stop(Stopped, Cause),
    /// A tracee is gone.
    Exited {
        /// Its id.
        tid: i32,
        /// Its exit code.
        code: i32,
    },
    /// A signal ended it.
    Killed {
        /// Its id.
        tid: i32,
        /// The signal.
        signal: i32,
        /// Whether it left a core dump.
        core: bool,
    },
}

impl Report {
    /// The thread of the report.
    pub fn tid(&self) -> i32 {
        match self {
            Report::Stop(stopped, _) => stopped.tid(),
            Report::Exited { tid, .. } | Report::Killed { tid, .. } => *tid,
        }
    }
}

/// Why there is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReport {
    /// A signal came, from the clock or to make us look up.
    Interrupted,
    /// This thread has no tracees and no children left.
    NoTracees,
}

/// A report, and the CPU time that the kernel had spent on the tracee's process by then, in nanoseconds; 0 where nobody
/// wants to know.
pub type Found = (Report, u64);

/// Waits for the next tracee of this thread. `timed`: see [`Found`].
///
/// # Errors
/// [`NoReport`].
pub fn wait(timed: bool) -> Result<Found, NoReport> {
    wait4(-1, timed, 0)
}

thread_local! {
    static RESUMED: Cell<Resume> = const { Cell::new(Resume { asked: 0, done: 0 }) };
}

/// A tracee goes on. A shard that yields to it on one CPU runs again when it has stopped, so the request may take as
/// long as the tracee runs.
#[derive(Clone, Copy, Debug)]
pub struct Resume {
    /// When it was asked for.
    pub asked: u64,
    /// When the shard went on.
    pub done: u64,
}

/// When this thread last let a tracee go on.
pub fn resumed() -> Resume {
    RESUMED.get()
}

/// As [`wait`], if a report is there already.
///
/// # Errors
/// [`NoReport::Interrupted`] if there is no report.
pub fn poll(timed: bool) -> Result<Found, NoReport> {
    wait4(-1, timed, libc::WNOHANG)
}

/// The same for one tracee.
///
/// # Errors
/// [`NoReport::Interrupted`] if there is no report; [`NoReport::NoTracees`] if it is not a tracee of this thread.
pub fn poll_one(tid: i32, timed: bool) -> Result<Found, NoReport> {
    wait4(tid, timed, libc::WNOHANG)
}

fn wait4(whom: i32, timed: bool, options: i32) -> Result<Found, NoReport> {
    let mut status = 0;
    // SAFETY: an all-zero rusage is a valid one.
    let mut usage: libc::rusage = unsafe { mem::zeroed() };
    let used = if timed { &raw mut usage } else { ptr::null_mut() };
    // SAFETY: `status` and `usage` outlive the call; a null rusage is allowed (wait4(2)).
    let tid = unsafe { libc::wait4(whom, &mut status, libc::__WALL | libc::__WNOTHREAD | options, used) };
    match tid {
        1.. => Ok((report(tid, status), system_time(&usage))),
        0 => Err(NoReport::Interrupted),
        _ if io::Error::last_os_error().raw_os_error() == Some(libc::EINTR) => Err(NoReport::Interrupted),
        _ => Err(NoReport::NoTracees),
    }
}

/// The kernel's CPU time, in nanoseconds.
fn system_time(usage: &libc::rusage) -> u64 {
    usage.ru_stime.tv_sec as u64 * 1_000_000_000 + usage.ru_stime.tv_usec as u64 * 1000
}

fn report(tid: i32, status: i32) -> Report {
    if libc::WIFEXITED(status) {
        return Report::Exited { tid, code: libc::WEXITSTATUS(status) };
    }
    if libc::WIFSIGNALED(status) {
        return Report::Killed { tid, signal: libc::WTERMSIG(status), core: libc::WCOREDUMP(status) };
    }
    let signal = libc::WSTOPSIG(status);
    let cause = match status >> 16 {
        0 if signal == libc::SIGTRAP | 0x80 => Cause::Syscall,
        0 => Cause::Signal(signal),
        // ptrace(2), "Group-stop": with PTRACE_SEIZE, the event distinguishes it from a signal.
        libc::PTRACE_EVENT_STOP if signal == libc::SIGTRAP => Cause::Trap,
        libc::PTRACE_EVENT_STOP => Cause::Group(signal),
        libc::PTRACE_EVENT_CLONE | libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK => Cause::Cloned,
        libc::PTRACE_EVENT_EXEC => Cause::Executed,
        libc::PTRACE_EVENT_EXIT => Cause::Exiting,
        libc::PTRACE_EVENT_SECCOMP => Cause::Filter,
        _ => Cause::Other,
    };
    Report::Stop(Stopped { tid, on: libc::PTRACE_SYSCALL }, cause)
}

/// Makes a thread our tracee. It keeps running; [`interrupt`] brings it to its first stop.
///
/// # Errors
/// `EPERM` if the kernel refuses, `ESRCH` if the thread is gone.
pub fn seize(tid: i32, options: i32) -> io::Result<()> {
    // SAFETY: PTRACE_SEIZE takes no address and the options as data (ptrace(2)); no memory is touched.
    check(unsafe {
        libc::ptrace(libc::PTRACE_SEIZE, tid, ptr::null_mut::<libc::c_void>(), options as libc::c_long)
    })
}

/// Makes a running tracee stop with [`Cause::Trap`].
///
/// # Errors
/// `ESRCH` if the thread is gone.
pub fn interrupt(tid: i32) -> io::Result<()> {
    // SAFETY: PTRACE_INTERRUPT touches no memory of ours.
    check(unsafe { libc::ptrace(libc::PTRACE_INTERRUPT, tid, ptr::null_mut::<libc::c_void>(), 0) })
}

fn check(result: libc::c_long) -> io::Result<()> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// `struct ptrace_syscall_info` of `linux/ptrace.h`, its largest variant.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
struct SyscallInfo {
    op: u8,
    pad: [u8; 3],
    arch: u32,
    instruction_pointer: u64,
    stack_pointer: u64,
    /// Entry: the number and six arguments. Exit: the result, then whether it is an error in the lowest byte.
    words: [u64; 7],
    more: u64,
}

/// Whether a tracee is stopped at the entry or the exit of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At the entry.
    Entry {
        /// The ABI of the call; `None` if we do not know it.
        abi: Option<Abi>,
        /// Its number.
        number: u64,
        /// The argument registers.
        args: [u64; 6],
        /// The stack pointer.
        stack: u64,
        /// The instruction pointer.
        instruction: u64,
    },
    /// At the exit.
    Exit(Raw),
    /// At neither.
    None,
}

impl Stopped {
    /// The thread.
    pub fn tid(&self) -> i32 {
        self.tid
    }

    /// Resumes it up to its next syscall-stop, delivering `signal` if not 0. It is not an error if it has died.
    pub fn resume(self, signal: i32) {
        let on = self.on;
        self.go(on, signal);
    }

    /// From now on it does not stop at entry and exit of its calls, but only where its filter says.
    pub fn leave_to_filter(&mut self) {
        self.on = libc::PTRACE_CONT;
    }

    /// Changes its options.
    pub fn set_options(&self, options: i32) {
        // SAFETY: takes the options as data and touches no memory of ours.
        unsafe {
            libc::ptrace(
                libc::PTRACE_SETOPTIONS,
                self.tid,
                ptr::null_mut::<libc::c_void>(),
                options as libc::c_long,
            )
        };
    }

    /// Leaves it in its group-stop, but lets the kernel tell us when that ends.
    pub fn listen(self) {
        self.go(libc::PTRACE_LISTEN, 0);
    }

    /// Detaches it, delivering `signal` if not 0.
    pub fn detach(self, signal: i32) {
        self.go(libc::PTRACE_DETACH, signal);
    }

    fn go(self, request: Request, signal: i32) {
        let asked = clock::now();
        // SAFETY: these requests take a signal number as data and touch no memory of ours. ESRCH (killed meanwhile)
        // needs no answer: wait reports its end.
        unsafe { libc::ptrace(request, self.tid, ptr::null_mut::<libc::c_void>(), signal as libc::c_long) };
        RESUMED.set(Resume { asked, done: clock::now() });
    }

    /// Whether it is at the entry or the exit of a call. Kernel 5.3 and later.
    ///
    /// # Errors
    /// `ESRCH` if it was killed; `EIO` on a kernel without the request.
    pub fn end(&self) -> io::Result<End> {
        let info = self.syscall_info()?;
        Ok(match info.op {
            ENTRY | FILTER => End::Entry {
                abi: Abi::of_call(info.arch, info.words[0]),
                number: info.words[0],
                args: [
                    info.words[1],
                    info.words[2],
                    info.words[3],
                    info.words[4],
                    info.words[5],
                    info.words[6],
                ],
                stack: info.stack_pointer,
                instruction: info.instruction_pointer,
            },
            EXIT if info.words[1] as u8 != 0 => {
                End::Exit(Raw::Error((info.words[0] as i64).unsigned_abs().min(u64::from(u16::MAX)) as u16))
            }
            EXIT => End::Exit(Raw::Value(info.words[0])),
            _ => End::None,
        })
    }

    /// The instruction pointer, at any stop. Kernel 5.3 and later.
    pub fn instruction(&self) -> Option<u64> {
        self.syscall_info().ok().map(|info| info.instruction_pointer)
    }

    fn syscall_info(&self) -> io::Result<SyscallInfo> {
        let mut info = SyscallInfo::default();
        // SAFETY: the kernel writes at most the given size into `info`, which is larger than its largest variant.
        let size = unsafe {
            libc::ptrace(
                GET_SYSCALL_INFO,
                self.tid,
                size_of::<SyscallInfo>() as libc::c_long,
                &mut info as *mut SyscallInfo,
            )
        };
        check(size)?;
        Ok(info)
    }

    /// Replaces the call that it is about to make by another one; -1: none.
    ///
    /// # Errors
    /// What ptrace(2) says.
    pub fn set_number(&self, number: i64) -> io::Result<()> {
        registers::set_number(self.tid, number)
    }

    /// Replaces the result of the call that it is about to return from.
    ///
    /// # Errors
    /// What ptrace(2) says.
    pub fn set_result(&self, result: u64) -> io::Result<()> {
        registers::set_result(self.tid, result)
    }

    /// The address of the rseq area that the thread shares with the kernel. Kernel 5.13 and later.
    pub fn rseq(&self) -> Option<u64> {
        // struct ptrace_rseq_configuration of linux/ptrace.h: an address, then four words of 32 bits.
        let mut words = [0u64; 3];
        // SAFETY: the kernel writes at most the given size into `words`, which is as large.
        let size = unsafe {
            libc::ptrace(
                GET_RSEQ_CONFIGURATION,
                self.tid,
                size_of_val(&words) as libc::c_long,
                words.as_mut_ptr(),
            )
        };
        (size > 0 && words[0] != 0).then_some(words[0])
    }

    /// The number that comes with an event stop: a child's id, a former id, an exit status.
    pub fn message(&self) -> Option<u64> {
        let mut message: libc::c_ulong = 0;
        // SAFETY: the kernel writes one unsigned long to `message`.
        let done = unsafe {
            libc::ptrace(
                libc::PTRACE_GETEVENTMSG,
                self.tid,
                ptr::null_mut::<libc::c_void>(),
                &mut message as *mut libc::c_ulong,
            )
        };
        (done >= 0).then_some(message)
    }

    /// The `siginfo_t` of the signal that is about to be delivered, as raw bytes.
    pub fn siginfo(&self) -> Option<[u8; 128]> {
        let mut siginfo = [0u64; 16];
        // SAFETY: the kernel writes one siginfo_t, which is 128 bytes on every ABI; the buffer is aligned for it.
        let done = unsafe {
            libc::ptrace(
                libc::PTRACE_GETSIGINFO,
                self.tid,
                ptr::null_mut::<libc::c_void>(),
                siginfo.as_mut_ptr(),
            )
        };
        if done < 0 {
            return None;
        }
        let mut bytes = [0; 128];
        for (bytes, word) in bytes.chunks_exact_mut(8).zip(siginfo) {
            bytes.copy_from_slice(&word.to_ne_bytes());
        }
        Some(bytes)
    }
}

/// C libraries disagree about the type of a request.
#[cfg(target_env = "musl")]
type Request = libc::c_int;
#[cfg(not(target_env = "musl"))]
type Request = libc::c_uint;

/// `PTRACE_GET_SYSCALL_INFO` of linux/ptrace.h; the libc crate lacks it for musl.
const GET_SYSCALL_INFO: Request = 0x420e;
/// `PTRACE_GET_RSEQ_CONFIGURATION` of linux/ptrace.h.
const GET_RSEQ_CONFIGURATION: Request = 0x420f;
// PTRACE_SYSCALL_INFO_* of linux/ptrace.h.
const ENTRY: u8 = 1;
const EXIT: u8 = 2;
const FILTER: u8 = 3;
