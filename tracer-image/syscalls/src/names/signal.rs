//! Signal numbers, which are the same on every supported ABI (`asm-generic/signal.h`; x86 and arm agree).

use crate::types::{Flags, Symbols};

/// The name of a signal, with its `SIG`; real-time signals as strace writes them, counted from the kernel's first one (32).
pub fn name(signal: u64) -> Option<&'static str> {
    SIGNALS.get(usize::try_from(signal).ok()?.checked_sub(1)?).copied()
}

/// The signals, from 1 on.
pub const SIGNALS: &[&str] = &[
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS",
    "SIGRTMIN",
    "SIGRT_1",
    "SIGRT_2",
    "SIGRT_3",
    "SIGRT_4",
    "SIGRT_5",
    "SIGRT_6",
    "SIGRT_7",
    "SIGRT_8",
    "SIGRT_9",
    "SIGRT_10",
    "SIGRT_11",
    "SIGRT_12",
    "SIGRT_13",
    "SIGRT_14",
    "SIGRT_15",
    "SIGRT_16",
    "SIGRT_17",
    "SIGRT_18",
    "SIGRT_19",
    "SIGRT_20",
    "SIGRT_21",
    "SIGRT_22",
    "SIGRT_23",
    "SIGRT_24",
    "SIGRT_25",
    "SIGRT_26",
    "SIGRT_27",
    "SIGRT_28",
    "SIGRT_29",
    "SIGRT_30",
    "SIGRT_31",
    "SIGRT_32",
];

/// `sa_flags`, in strace's order.
pub static SA_FLAGS: Flags = Flags {
    unknown: "SA_???",
    field: (0, &[]),
    bits: &[
        (0x400_0000, "SA_RESTORER"),
        (0x800_0000, "SA_ONSTACK"),
        (0x1000_0000, "SA_RESTART"),
        (0x2000_0000, "SA_INTERRUPT"),
        (0x4000_0000, "SA_NODEFER"),
        (0x8000_0000, "SA_RESETHAND"),
        (0x4, "SA_SIGINFO"),
        (0x1, "SA_NOCLDSTOP"),
        (0x2, "SA_NOCLDWAIT"),
    ],
};

/// Handlers that are not functions.
pub static HANDLERS: Symbols =
    Symbols { unknown: "", names: &[(0, "SIG_DFL"), (1, "SIG_IGN"), (u64::MAX, "SIG_ERR")] };

/// The operations of `rt_sigprocmask`.
pub static SIGMASK_HOW: Symbols =
    Symbols { unknown: "SIG_???", names: &[(0, "SIG_BLOCK"), (1, "SIG_UNBLOCK"), (2, "SIG_SETMASK")] };

/// `ss_flags`
pub static SS_FLAGS: Flags = Flags {
    unknown: "SS_???",
    field: (0, &[]),
    bits: &[(1, "SS_ONSTACK"), (2, "SS_DISABLE"), (0x8000_0000, "SS_AUTODISARM")],
};

/// `signalfd4`
pub static SFD_FLAGS: Flags = Flags {
    unknown: "SFD_???",
    field: (0, &[]),
    bits: &[(0x8_0000, "SFD_CLOEXEC"), (0x800, "SFD_NONBLOCK")],
};
