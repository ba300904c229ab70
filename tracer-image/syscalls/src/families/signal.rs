//! Signals: handlers, masks, sending and waiting.

use crate::{
    names::{
        process::PIDFD_SIGNAL,
        signal::{HANDLERS, SFD_FLAGS, SIGMASK_HOW},
    },
    records::{
        process::RESUMED,
        sigaction::{OLD_SIGACTION, OLD_SIGFRAME, SIGACTION, SIGFRAME, STACK},
        siginfo::SIGINFO,
        sigset::{OLD_SIGSET, SIGSET},
        time::{TIMESPEC, TIMESPEC64},
    },
    rows,
    types::{Type::*, *},
};

/// A handler in an argument, on a 32-bit ABI.
macro_rules! handler {
    ($handler:expr) => {
        Switch($handler, &[(0, HANDLER), (1, HANDLER)], &Hex(U32))
    };
}
const HANDLER: Type = Symbol(U32, &HANDLERS);

rows! {
    /// Signal handlers, masks, sending and waiting.
    pub ROWS:
    rt_sigaction [13, 174, 134, 174] SIGNAL (signum: Signal, act: In(&Custom(&SIGACTION)), oldact: Out(&Custom(&SIGACTION)), sigsetsize: Int(Ulong)) -> Int(I32);
    rt_sigprocmask [14, 175, 135, 175] SIGNAL (how: Symbol(I32, &SIGMASK_HOW), set: Switch(sigsetsize, &[(8, In(&Custom(&SIGSET)))], &Addr), oldset: Switch(sigsetsize, &[(8, Out(&Custom(&SIGSET)))], &Addr), sigsetsize: Int(Ulong)) -> Int(I32);
    rt_sigreturn [15, 173, 139, 173] SIGNAL (sigmask: Custom(&SIGFRAME)) -> Int(Long);
    rt_sigpending [127, 176, 136, 176] SIGNAL (set: AtMost(sigsetsize, 8, &Switch(sigsetsize, &[(0, Addr), (4, Out(&Custom(&OLD_SIGSET)))], &Out(&Custom(&SIGSET)))), sigsetsize: Int(Ulong)) -> Int(I32);
    rt_sigsuspend [130, 179, 133, 179] SIGNAL (set: Switch(sigsetsize, &[(8, In(&Custom(&SIGSET)))], &Addr), sigsetsize: Int(Ulong)) -> Int(I32);
    rt_sigtimedwait [128, 177, 137, 177] SIGNAL (set: Switch(sigsetsize, &[(8, In(&Custom(&SIGSET)))], &Addr), info: SwitchBits(info, u64::MAX, &[(0, Addr)], &Out(&Custom(&SIGINFO))), timeout: In(&Struct(&TIMESPEC)), sigsetsize: Int(Ulong)) -> Int(I32) => Switch(RESULT, &[(0, Absent)], &Signal);
    rt_sigtimedwait_time64 [-, 421, -, 421] SIGNAL (set: Switch(sigsetsize, &[(8, In(&Custom(&SIGSET)))], &Addr), info: SwitchBits(info, u64::MAX, &[(0, Addr)], &Out(&Custom(&SIGINFO))), timeout: In(&Struct(&TIMESPEC64)), sigsetsize: Int(Ulong)) -> Int(I32) => Switch(RESULT, &[(0, Absent)], &Signal);
    rt_sigqueueinfo [129, 178, 138, 178] SIGNAL|PROCESS (tgid: Pid, signum: Signal, info: In(&Custom(&SIGINFO))) -> Int(I32);
    rt_tgsigqueueinfo [297, 335, 240, 363] SIGNAL|PROCESS (tgid: Pid, tid: Pid, signum: Signal, info: In(&Custom(&SIGINFO))) -> Int(I32);
    signal [-, 48, -, 48] SIGNAL (signum: Signal, handler: handler!(handler)) -> Hex(U32) => Switch(RESULT, &[(0, HANDLER), (1, HANDLER)], &Absent);
    sigaction [-, 67, -, 67] SIGNAL (signum: Signal, act: In(&Struct(&OLD_SIGACTION)), oldact: Out(&Struct(&OLD_SIGACTION))) -> Int(I32);
    sgetmask [-, 68, -, 68] SIGNAL () -> Hex(U32) => Labeled("mask", &Custom(&OLD_SIGSET));
    ssetmask [-, 69, -, 69] SIGNAL (newmask: Custom(&OLD_SIGSET)) -> Hex(U32) => Labeled("old mask", &Custom(&OLD_SIGSET));
    sigsuspend [-, 72, -, 72] SIGNAL (unused1: Absent, unused2: Absent, mask: Custom(&OLD_SIGSET)) -> Int(I32);
    sigpending [-, 73, -, 73] SIGNAL (set: Out(&Custom(&OLD_SIGSET))) -> Int(I32);
    sigprocmask [-, 126, -, 126] SIGNAL (how: Symbol(U32, &SIGMASK_HOW), set: In(&Custom(&OLD_SIGSET)), oldset: Out(&Custom(&OLD_SIGSET))) -> Int(I32);
    sigreturn [-, 119, -, 119] SIGNAL (sigmask: Custom(&OLD_SIGFRAME)) -> Int(Long);
    kill [62, 37, 129, 37] SIGNAL|PROCESS (pid: Pid, signum: Signal) -> Int(I32);
    tkill [200, 238, 130, 238] SIGNAL|PROCESS (tid: Pid, signum: Signal) -> Int(I32);
    tgkill [234, 270, 131, 268] SIGNAL|PROCESS (tgid: Pid, tid: Pid, signum: Signal) -> Int(I32);
    pidfd_send_signal [424, 424, 424, 424] DESC|SIGNAL|PROCESS (pidfd: Fd, signum: Signal, info: In(&Custom(&SIGINFO)), flags: Flags(U32, &PIDFD_SIGNAL)) -> Int(I32);
    sigaltstack [131, 186, 132, 186] SIGNAL (ss: In(&Struct(&STACK)), old_ss: Out(&Struct(&STACK))) -> Int(I32);
    signalfd [282, 321, -, 349] DESC|SIGNAL (fd: Fd, mask: Switch(sizemask, &[(8, In(&Custom(&SIGSET)))], &Addr), sizemask: Int(Ulong)) -> Fd;
    signalfd4 [289, 327, 74, 355] DESC|SIGNAL (fd: Fd, mask: Switch(sizemask, &[(8, In(&Custom(&SIGSET)))], &Addr), sizemask: Int(Ulong), flags: Flags(I32, &SFD_FLAGS)) -> Fd;
    pause [34, 29, -, 29] SIGNAL () -> Int(I32);
    restart_syscall [219, 0, 128, 0] (interrupted: Custom(&RESUMED)) -> Int(Long);
}
