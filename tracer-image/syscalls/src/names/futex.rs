//! Futexes: `linux/futex.h`.

use crate::types::{Flags, Symbols};

/// Operations of `futex` with their flags, in the combinations that the kernel accepts.
pub static OPERATIONS: Symbols = Symbols {
    unknown: "FUTEX_???",
    names: &[
        (0, "FUTEX_WAIT"),
        (1, "FUTEX_WAKE"),
        (2, "FUTEX_FD"),
        (3, "FUTEX_REQUEUE"),
        (4, "FUTEX_CMP_REQUEUE"),
        (5, "FUTEX_WAKE_OP"),
        (6, "FUTEX_LOCK_PI"),
        (7, "FUTEX_UNLOCK_PI"),
        (8, "FUTEX_TRYLOCK_PI"),
        (9, "FUTEX_WAIT_BITSET"),
        (10, "FUTEX_WAKE_BITSET"),
        (11, "FUTEX_WAIT_REQUEUE_PI"),
        (12, "FUTEX_CMP_REQUEUE_PI"),
        (13, "FUTEX_LOCK_PI2"),
        (128, "FUTEX_WAIT_PRIVATE"),
        (129, "FUTEX_WAKE_PRIVATE"),
        (130, "FUTEX_FD|FUTEX_PRIVATE_FLAG"),
        (131, "FUTEX_REQUEUE_PRIVATE"),
        (132, "FUTEX_CMP_REQUEUE_PRIVATE"),
        (133, "FUTEX_WAKE_OP_PRIVATE"),
        (134, "FUTEX_LOCK_PI_PRIVATE"),
        (135, "FUTEX_UNLOCK_PI_PRIVATE"),
        (136, "FUTEX_TRYLOCK_PI_PRIVATE"),
        (137, "FUTEX_WAIT_BITSET_PRIVATE"),
        (138, "FUTEX_WAKE_BITSET_PRIVATE"),
        (139, "FUTEX_WAIT_REQUEUE_PI_PRIVATE"),
        (140, "FUTEX_CMP_REQUEUE_PI_PRIVATE"),
        (141, "FUTEX_LOCK_PI2_PRIVATE"),
        (256, "FUTEX_WAIT|FUTEX_CLOCK_REALTIME"),
        (384, "FUTEX_WAIT_PRIVATE|FUTEX_CLOCK_REALTIME"),
        (265, "FUTEX_WAIT_BITSET|FUTEX_CLOCK_REALTIME"),
        (393, "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME"),
        (267, "FUTEX_WAIT_REQUEUE_PI|FUTEX_CLOCK_REALTIME"),
        (395, "FUTEX_WAIT_REQUEUE_PI_PRIVATE|FUTEX_CLOCK_REALTIME"),
        (513, "FUTEX_UNLOCK_WAKE_LIST64"),
        (641, "FUTEX_UNLOCK_WAKE_LIST64_PRIVATE"),
        (519, "FUTEX_UNLOCK_PI_LIST64"),
        (647, "FUTEX_UNLOCK_PI_LIST64_PRIVATE"),
        (522, "FUTEX_UNLOCK_BITSET_LIST64"),
        (650, "FUTEX_UNLOCK_BITSET_LIST64_PRIVATE"),
        (1537, "FUTEX_UNLOCK_WAKE_LIST32"),
        (1665, "FUTEX_UNLOCK_WAKE_LIST32_PRIVATE"),
        (1543, "FUTEX_UNLOCK_PI_LIST32"),
        (1671, "FUTEX_UNLOCK_PI_LIST32_PRIVATE"),
        (1546, "FUTEX_UNLOCK_BITSET_LIST32"),
        (1674, "FUTEX_UNLOCK_BITSET_LIST32_PRIVATE"),
    ],
};

/// The flags of `futex_waitv` and similar calls: a size, then bits.
pub static FUTEX2: Flags = Flags {
    unknown: "FUTEX2_???",
    field: (
        3,
        &[(0, "FUTEX2_SIZE_U8"), (1, "FUTEX2_SIZE_U16"), (2, "FUTEX2_SIZE_U32"), (3, "FUTEX2_SIZE_U64")],
    ),
    bits: &[(0x4, "FUTEX2_NUMA"), (0x8, "FUTEX2_MPOL"), (0x80, "FUTEX2_PRIVATE")],
};

/// `mask` of `futex_wait` and `futex_wake`. The bitset that matches every waiter is written by name.
pub static MASKS: Symbols = Symbols { unknown: "#", names: &[(0xffff_ffff, "FUTEX_BITSET_MATCH_ANY")] };

/// `FUTEX_BITSETS`
pub static BITSETS: Symbols = Symbols { unknown: "", names: &[(4294967295, "FUTEX_BITSET_MATCH_ANY")] };

/// The clock of a timeout.
pub static CLOCKS: Symbols = Symbols {
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
        (16, "CLOCK_AUX"),
        (23, "CLOCK_AUX_LAST"),
    ],
};

/// What `FUTEX_WAKE_OP` does to the second futex.
pub static WAKE_OPS: Symbols = Symbols {
    unknown: "FUTEX_OP_???",
    names: &[
        (0, "FUTEX_OP_SET"),
        (1, "FUTEX_OP_ADD"),
        (2, "FUTEX_OP_OR"),
        (3, "FUTEX_OP_ANDN"),
        (4, "FUTEX_OP_XOR"),
    ],
};

/// How `FUTEX_WAKE_OP` compares the second futex.
pub static WAKE_COMPARISONS: Symbols = Symbols {
    unknown: "FUTEX_OP_CMP_???",
    names: &[
        (0, "FUTEX_OP_CMP_EQ"),
        (1, "FUTEX_OP_CMP_NE"),
        (2, "FUTEX_OP_CMP_LT"),
        (3, "FUTEX_OP_CMP_LE"),
        (4, "FUTEX_OP_CMP_GT"),
        (5, "FUTEX_OP_CMP_GE"),
    ],
};
