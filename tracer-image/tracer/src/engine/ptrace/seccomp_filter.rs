//! Which calls stop at all (`--seccomp-bpf`): a command installs a seccomp filter before it begins, so that the kernel does
//! not stop at calls that nobody wants to see. Everything that it starts inherits the filter.
//!
//! The filter cannot be removed. Without a tracer, a call at which it stops fails with ENOSYS (seccomp(2)). So a process
//! that has the filter ends with its tracer.

use std::{io, ptr};
use syscalls::{
    abi::Abi,
    filter::{CallSet, Injection},
    table,
};

/// The offsets of the call's number and its architecture in `struct seccomp_data` of linux/seccomp.h.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;

/// The calls of i386 that multiplex others (linux/net.h, linux/ipc.h).
const SOCKETCALL: u64 = 102;
const IPC: u64 = 117;

/// A filter that stops at the wanted calls.
#[derive(Debug)]
pub struct SeccompFilter(Vec<libc::sock_filter>);

impl SeccompFilter {
    /// For the calls that are `wanted` or tampered with; `None` if that is every call that has a name.
    pub fn new(wanted: &CallSet, injections: &[Injection]) -> Option<SeccompFilter> {
        let stops = |abi, number| stops(wanted, injections, abi, number);
        // The ABIs of each architecture, in the order of their numbers.
        let architectures: &[&[Abi]] = match Abi::NATIVE {
            Abi::Aarch64 => &[&[Abi::Aarch64], &[Abi::Arm]],
            _ => &[&[Abi::X86_64, Abi::X32], &[Abi::I386]],
        };
        let mut program = vec![load(ARCHITECTURE)];
        for abis in architectures {
            let mut inside = vec![load(NUMBER)];
            inside.extend(tree(&ranges(abis, stops)));
            program.push(jump(libc::BPF_JEQ, abis[0].audit(), 1, 0));
            program.push(ahead(inside.len()));
            program.extend(inside);
        }
        // An unknown architecture: the engine decides.
        program.push(verdict(true));
        let named = |abi| table::numbers(abi).filter(move |number| table::row(abi, *number).is_some());
        let mut abis = architectures.iter().copied().flatten();
        let stops_all = abis.all(|abi| named(*abi).all(|number| stops(*abi, number)));
        (!stops_all).then_some(SeccompFilter(program))
    }

    /// Installs it on this thread, permanently. Makes async-signal-safe calls and allocates nothing.
    ///
    /// # Errors
    /// What seccomp(2) says.
    pub fn install(&self) -> io::Result<()> {
        let program =
            libc::sock_fprog { len: self.0.len() as libc::c_ushort, filter: self.0.as_ptr().cast_mut() };
        let set = || {
            // SAFETY: plain numbers, and a program that outlives the call and is only read.
            match unsafe {
                libc::prctl(
                    libc::PR_SET_SECCOMP,
                    libc::c_ulong::from(libc::SECCOMP_MODE_FILTER),
                    ptr::from_ref(&program),
                )
            } {
                0 => Ok(()),
                _ => Err(io::Error::last_os_error()),
            }
        };
        // Without CAP_SYS_ADMIN, a thread may do it if no program that it execs gains privileges from it. No program does
        // under a tracer without privileges anyway (execve(2)).
        set().or_else(|_| {
            // SAFETY: plain numbers.
            unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1 as libc::c_ulong, 0, 0, 0) };
            set()
        })
    }

    /// Whether the kernel accepts such a filter, tested in a separate process. Call it before there are threads.
    ///
    /// # Errors
    /// What fork(2), waitpid(2) or seccomp(2) say.
    pub fn try_out(&self) -> io::Result<()> {
        // The same program, but without stops: without a tracer, not even the exit of that process would get through.
        let open = |step: &libc::sock_filter| if returns(step) { verdict(false) } else { *step };
        let open = SeccompFilter(self.0.iter().map(open).collect());
        // SAFETY: the child makes only async-signal-safe calls and allocates nothing.
        let child = unsafe { libc::fork() };
        if child < 0 {
            return Err(io::Error::last_os_error());
        }
        if child == 0 {
            let errno = open.install().err().and_then(|error| error.raw_os_error()).unwrap_or(0);
            // SAFETY: ends this process, which has nothing to clean up.
            unsafe { libc::_exit(errno) }
        }
        let mut status = 0;
        // SAFETY: our own child; the kernel writes one int.
        while unsafe { libc::waitpid(child, &mut status, 0) } != child {
            let error = io::Error::last_os_error();
            if error.raw_os_error() != Some(libc::EINTR) {
                return Err(error);
            }
        }
        match libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status)) {
            Some(0) => Ok(()),
            Some(errno) => Err(io::Error::from_raw_os_error(errno)),
            // What kills it for trying would kill the command.
            None => Err(io::Error::from_raw_os_error(libc::EPERM)),
        }
    }
}

/// Whether a call must stop.
fn stops(wanted: &CallSet, injections: &[Injection], abi: Abi, number: u64) -> bool {
    let meant = |number| {
        wanted.has(abi, number) || injections.iter().any(|injection| injection.calls.has(abi, number))
    };
    // A call without a name is always shown. A command begins with its first execve; strace looks at all calls of that kind.
    let Some(row) = table::row(abi, number) else { return true };
    row.name.starts_with("execve")
        || meant(number)
        // Which of them is meant is seen only at the stop.
        || abi == Abi::I386 && matches!(number, SOCKETCALL | IPC) && table::multiplexed().any(|(number, _)| meant(number))
}

/// From which number on calls stop, or do not, in ascending order; the first one is 0.
fn ranges(abis: &[Abi], stops: impl Fn(Abi, u64) -> bool) -> Vec<(u32, bool)> {
    let mut ranges: Vec<(u32, bool)> = Vec::new();
    let mut next = 0;
    let mut from = |number: u64, stops: bool| {
        if ranges.last().is_none_or(|(_, last)| *last != stops) {
            ranges.push((number as u32, stops));
        }
    };
    let numbers = abis.iter().flat_map(|abi| table::numbers(*abi).map(|number| (*abi, number)));
    for (abi, number) in numbers {
        // Between the numbers that have a place, none has a name.
        if number != next {
            from(next, true);
        }
        from(number, stops(abi, number));
        next = number + 1;
    }
    from(next, true);
    ranges
}

/// A search for the range that a number is in.
fn tree(ranges: &[(u32, bool)]) -> Vec<libc::sock_filter> {
    let (below, above) = ranges.split_at(ranges.len() / 2);
    let (false, [(first, _), ..]) = (below.is_empty(), above) else {
        return ranges.iter().map(|(_, stops)| verdict(*stops)).collect();
    };
    let [mut program, below, above] = [Vec::new(), tree(below), tree(above)];
    match u8::try_from(below.len()) {
        Ok(far) => program.push(jump(libc::BPF_JGE, *first, far, 0)),
        Err(_) => program.extend([jump(libc::BPF_JGE, *first, 0, 1), ahead(below.len())]),
    }
    program.extend(below);
    program.extend(above);
    program
}

// The steps of a filter program (linux/filter.h). Their codes have 16 bits.

fn step(code: u32, jt: u8, jf: u8, k: u32) -> libc::sock_filter {
    libc::sock_filter { code: code as u16, jt, jf, k }
}

fn load(at: u32) -> libc::sock_filter {
    step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, at)
}

/// Skips `holds` steps if the comparison holds, otherwise `fails` steps.
fn jump(comparison: u32, with: u32, holds: u8, fails: u8) -> libc::sock_filter {
    step(libc::BPF_JMP | comparison | libc::BPF_K, holds, fails, with)
}

/// Skips this many steps.
fn ahead(steps: usize) -> libc::sock_filter {
    step(libc::BPF_JMP | libc::BPF_JA, 0, 0, steps as u32)
}

fn returns(step: &libc::sock_filter) -> bool {
    u32::from(step.code) == libc::BPF_RET | libc::BPF_K
}

fn verdict(stops: bool) -> libc::sock_filter {
    let action = if stops { libc::SECCOMP_RET_TRACE } else { libc::SECCOMP_RET_ALLOW };
    step(libc::BPF_RET | libc::BPF_K, 0, 0, action)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The verdict of a program about a number: the kernel's machine, as far as we use it.
    fn run(program: &[libc::sock_filter], number: u32) -> bool {
        let (mut at, mut steps) = (0, 0);
        loop {
            let libc::sock_filter { code, jt, jf, k } = program[at];
            let code = u32::from(code);
            at += 1;
            steps += 1;
            if code == libc::BPF_RET | libc::BPF_K {
                assert!(steps < 40, "the tree is not one");
                return k == libc::SECCOMP_RET_TRACE;
            }
            at += match code & !libc::BPF_JMP {
                libc::BPF_JGE => usize::from(if number >= k { jt } else { jf }),
                libc::BPF_JA => k as usize,
                other => panic!("step {other:#x}"),
            };
        }
    }

    #[test]
    fn every_number_finds_its_range() {
        let mut random = 7u64;
        for every in [1, 2, 3, 40, 10_000] {
            let mut chosen = || {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (random >> 33).is_multiple_of(every)
            };
            let wanted: Vec<bool> = (0..1 << 20).map(|_| chosen()).collect();
            let ranges = ranges(&[Abi::NATIVE], |_, number| wanted[number as usize]);
            let program = tree(&ranges);
            for number in table::numbers(Abi::NATIVE) {
                assert_eq!(run(&program, number as u32), wanted[number as usize], "{number} of 1 in {every}");
            }
            for number in [5000, 0x0fff_ffff, u32::MAX] {
                assert!(run(&program, number), "{number} has no name");
            }
        }
    }
}
