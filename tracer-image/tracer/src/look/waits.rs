//! What a thread in a call waits for.

use crate::{current_call::Copied, memory, pid_translator::PidTranslator, procfs};
use wire::look::WaitsFor;

// linux/futex.h
const FUTEX_CMD_MASK: u64 = 0x7f;
const FUTEX_PRIVATE: u64 = 0x80;
const FUTEX_WAIT: u64 = 0;
const FUTEX_LOCK_PI: u64 = 6;
const FUTEX_WAIT_BITSET: u64 = 9;
const FUTEX_LOCK_PI2: u64 = 13;
const FUTEX_TID_MASK: u32 = 0x3fff_ffff;
/// A mutex of glibc that somebody waits for (`lll_lock_wait` of nptl).
const CONTENDED: u32 = 2;
/// The largest kind of a mutex, with its flags (`__kind` of `struct __pthread_mutex_s`).
const MOST_KIND: u32 = 0x3ff;
// asm-generic/fcntl.h, linux/fcntl.h: 7, and 14 where a 32-bit program locks a 64-bit range.
const F_SETLKW: [u64; 3] = [7, 14, 38];

/// What is kept from one thread to the next.
#[derive(Default)]
pub struct Waiter {
    numbers: PidTranslator,
}

/// What a thread in this call waits for. Empty: that cannot be told.
pub fn of(process: i32, tid: i32, copied: &Copied, waiter: &mut Waiter) -> Vec<WaitsFor> {
    let args = copied.snapshot.args;
    match copied.row.name {
        "futex" | "futex_time64" => vec![futex(process, tid, args, waiter)],
        "futex_wait" => vec![WaitsFor::Futex {
            addr: args[0],
            timed: args[4] != 0,
            private: args[3] & FUTEX_PRIVATE != 0,
        }],
        "futex_waitv" => vec![WaitsFor::Futex { addr: 0, timed: args[3] != 0, private: false }],
        "wait4" | "waitpid" => vec![child(tid, args[0] as i32, waiter)],
        // P_PID of linux/wait.h.
        "waitid" if args[0] == 1 => vec![child(tid, args[1] as i32, waiter)],
        "waitid" => vec![WaitsFor::Child(0)],
        "flock" => vec![WaitsFor::FileLock(args[0] as i32)],
        "fcntl" | "fcntl64" if F_SETLKW.contains(&args[1]) => vec![WaitsFor::FileLock(args[0] as i32)],
        "nanosleep" | "clock_nanosleep" | "clock_nanosleep_time64" => vec![WaitsFor::Time],
        "pause" | "rt_sigsuspend" | "sigsuspend" | "rt_sigtimedwait" | "rt_sigtimedwait_time64" => {
            vec![WaitsFor::Signal]
        }
        name => {
            let found = copied.descriptors();
            let several = matches!(
                name,
                "epoll_wait"
                    | "epoll_pwait"
                    | "epoll_pwait2"
                    | "poll"
                    | "ppoll"
                    | "ppoll_time64"
                    | "select"
                    | "_newselect"
                    | "pselect6"
                    | "pselect6_time64"
            );
            let writes = WRITES.contains(&name);
            found.into_iter().map(|fd| WaitsFor::Descriptor { fd, writes, one_of: several }).collect()
        }
    }
}

/// Calls that want to write to their descriptor, or wait for what was written to arrive.
const WRITES: [&str; 19] = [
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "pwritev2",
    "send",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "sendfile",
    "sendfile64",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "fallocate",
    "ftruncate",
    "connect",
    "syncfs",
    "tee",
];

fn futex(process: i32, tid: i32, args: [u64; 6], waiter: &mut Waiter) -> WaitsFor {
    let (addr, command, value) = (args[0], args[1] & FUTEX_CMD_MASK, args[2] as u32);
    let timed = args[3] != 0;
    match command {
        FUTEX_LOCK_PI | FUTEX_LOCK_PI2 => {
            if let Some(word) = memory::word(tid, addr)
                && let Some(found) = owner(process, tid, (word & FUTEX_TID_MASK) as i32, waiter)
            {
                let (owner, thread) = found;
                return WaitsFor::Mutex { addr, owner, thread };
            }
        }
        FUTEX_WAIT | FUTEX_WAIT_BITSET => {
            // pthread_join(3) waits until the kernel clears the thread's own id (`CLONE_CHILD_CLEARTID`).
            let joined = memory::word(tid, addr) == Some(value) && value > CONTENDED;
            if joined
                && let Some((_, thread)) = owner(process, tid, value as i32, waiter)
                && thread != 0
            {
                return WaitsFor::Thread(thread);
            }
            if value == CONTENDED
                && let Some((owner, thread)) = mutex_owner(process, tid, addr, waiter)
            {
                return WaitsFor::Mutex { addr, owner, thread };
            }
        }
        _ => {}
    }
    WaitsFor::Futex { addr, timed, private: args[1] & FUTEX_PRIVATE != 0 }
}

/// The owner of a mutex of glibc: `struct __pthread_mutex_s` begins with the lock, a count, the owner, the number of users
/// and the kind.
fn mutex_owner(process: i32, tid: i32, addr: u64, waiter: &mut Waiter) -> Option<(i32, i32)> {
    let word = |at: u64| memory::word(tid, addr.wrapping_add(4 * at));
    let (lock, number, users, kind) = (word(0)?, word(2)?, word(3)?, word(4)?);
    if lock != CONTENDED || users == 0 || users > 1 << 20 || kind > MOST_KIND {
        return None;
    }
    owner(process, tid, i32::try_from(number).ok()?, waiter)
}

/// A thread as a lock names it: in the numbering of its process, and in ours, 0 if it does not live.
fn owner(process: i32, tid: i32, number: i32, waiter: &mut Waiter) -> Option<(i32, i32)> {
    // What nobody is called is no owner (`PID_MAX_LIMIT` of linux/threads.h).
    if !(1..1 << 22).contains(&number) {
        return None;
    }
    let thread = waiter.numbers.process(tid, number).unwrap_or(0);
    if thread == tid {
        return None;
    }
    let lives = thread != 0 && procfs::has_thread(process, thread);
    Some((number, if lives { thread } else { 0 }))
}

fn child(tid: i32, number: i32, waiter: &mut Waiter) -> WaitsFor {
    WaitsFor::Child(if number > 0 { waiter.numbers.process(tid, number).unwrap_or(0) } else { 0 })
}
