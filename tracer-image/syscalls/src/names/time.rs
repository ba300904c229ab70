//! Clocks and timers.

use crate::types::{Flags, Symbols};

/// Clocks.
pub static CLOCK: Symbols = Symbols {
    unknown: "CLOCK_???",
    names: &[
        (0, "CLOCK_REALTIME"),
        (1, "CLOCK_MONOTONIC"),
        (2, "CLOCK_PROCESS_CPUTIME_ID"),
        (3, "CLOCK_THREAD_CPUTIME_ID"),
        (4, "CLOCK_MONOTONIC_RAW"),
        (5, "CLOCK_REALTIME_COARSE"),
        (6, "CLOCK_MONOTONIC_COARSE"),
        (7, "CLOCK_BOOTTIME"),
        (8, "CLOCK_REALTIME_ALARM"),
        (9, "CLOCK_BOOTTIME_ALARM"),
        (10, "CLOCK_SGI_CYCLE"),
        (11, "CLOCK_TAI"),
    ],
};

/// `timer_settime(2)`.
pub static TIMER: Flags = Flags { unknown: "TIMER_???", field: (0, &[]), bits: &[(1, "TIMER_ABSTIME")] };

/// `sigev_notify` of `sigevent(3type)`.
pub static SIGEV: Symbols = Symbols {
    unknown: "SIGEV_???",
    names: &[(0, "SIGEV_SIGNAL"), (1, "SIGEV_NONE"), (2, "SIGEV_THREAD"), (4, "SIGEV_THREAD_ID")],
};

/// `which` of `setitimer(2)`.
pub static ITIMER: Symbols = Symbols {
    unknown: "ITIMER_???",
    names: &[(0, "ITIMER_REAL"), (1, "ITIMER_VIRTUAL"), (2, "ITIMER_PROF")],
};

/// `getrandom(2)`.
pub static GRND: Flags = Flags {
    unknown: "GRND_???",
    field: (0, &[]),
    bits: &[(1, "GRND_NONBLOCK"), (2, "GRND_RANDOM"), (4, "GRND_INSECURE")],
};
