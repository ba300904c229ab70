//! Scheduling: `linux/sched.h`, `linux/ioprio.h`.

use crate::types::{Flags, Symbols};

/// Scheduling policies.
pub static POLICIES: Symbols = Symbols {
    unknown: "SCHED_???",
    names: &[
        (0, "SCHED_OTHER"),
        (1, "SCHED_FIFO"),
        (2, "SCHED_RR"),
        (3, "SCHED_BATCH"),
        (4, "SCHED_ISO"),
        (5, "SCHED_IDLE"),
        (6, "SCHED_DEADLINE"),
        (7, "SCHED_EXT"),
    ],
};

/// The policies of `sched_setscheduler`, with the flag that may be or-ed to them.
pub static POLICIES_AND_FLAG: Symbols = Symbols {
    unknown: "SCHED_???",
    names: &[
        (0x0, "SCHED_OTHER"),
        (0x1, "SCHED_FIFO"),
        (0x2, "SCHED_RR"),
        (0x3, "SCHED_BATCH"),
        (0x4, "SCHED_ISO"),
        (0x5, "SCHED_IDLE"),
        (0x6, "SCHED_DEADLINE"),
        (0x7, "SCHED_EXT"),
        (0x40000000, "SCHED_RESET_ON_FORK|SCHED_OTHER"),
        (0x40000001, "SCHED_RESET_ON_FORK|SCHED_FIFO"),
        (0x40000002, "SCHED_RESET_ON_FORK|SCHED_RR"),
        (0x40000003, "SCHED_RESET_ON_FORK|SCHED_BATCH"),
        (0x40000004, "SCHED_RESET_ON_FORK|SCHED_ISO"),
        (0x40000005, "SCHED_RESET_ON_FORK|SCHED_IDLE"),
        (0x40000006, "SCHED_RESET_ON_FORK|SCHED_DEADLINE"),
        (0x40000007, "SCHED_RESET_ON_FORK|SCHED_EXT"),
    ],
};

/// `sched_flags` of `struct sched_attr`.
pub static ATTRIBUTE_FLAGS: Flags = Flags {
    unknown: "SCHED_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "SCHED_FLAG_RESET_ON_FORK"),
        (0x2, "SCHED_FLAG_RECLAIM"),
        (0x4, "SCHED_FLAG_DL_OVERRUN"),
        (0x8, "SCHED_FLAG_KEEP_POLICY"),
        (0x10, "SCHED_FLAG_KEEP_PARAMS"),
        (0x20, "SCHED_FLAG_UTIL_CLAMP_MIN"),
        (0x40, "SCHED_FLAG_UTIL_CLAMP_MAX"),
    ],
};

/// `sched_getattr`
pub static GETATTR_FLAGS: Flags = Flags {
    unknown: "SCHED_GETATTR_FLAG_???",
    field: (0, &[]),
    bits: &[(0x1, "SCHED_GETATTR_FLAG_DL_DYNAMIC")],
};

/// To whom an I/O priority applies.
pub static IOPRIO_WHO: Symbols = Symbols {
    unknown: "IOPRIO_WHO_???",
    names: &[(1, "IOPRIO_WHO_PROCESS"), (2, "IOPRIO_WHO_PGRP"), (3, "IOPRIO_WHO_USER")],
};

/// Classes of I/O priority.
pub static IOPRIO_CLASSES: Symbols = Symbols {
    unknown: "IOPRIO_CLASS_???",
    names: &[
        (0, "IOPRIO_CLASS_NONE"),
        (1, "IOPRIO_CLASS_RT"),
        (2, "IOPRIO_CLASS_BE"),
        (3, "IOPRIO_CLASS_IDLE"),
    ],
};
