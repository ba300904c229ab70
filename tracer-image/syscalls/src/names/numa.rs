//! NUMA memory policies: `linux/mempolicy.h`.

use crate::types::{Flags, Symbols};

const POLICIES: &[(u64, &str)] = &[
    (0, "MPOL_DEFAULT"),
    (1, "MPOL_PREFERRED"),
    (2, "MPOL_BIND"),
    (3, "MPOL_INTERLEAVE"),
    (4, "MPOL_LOCAL"),
    (5, "MPOL_PREFERRED_MANY"),
    (6, "MPOL_WEIGHTED_INTERLEAVE"),
];

/// A policy.
pub static POLICY: Symbols = Symbols { unknown: "MPOL_???", names: POLICIES };

/// A policy with its flags. All bits that are not flags (`MPOL_MODE_FLAGS`) are the policy.
pub static MODE: Flags = Flags {
    unknown: "MPOL_???",
    field: (!0xe000, POLICIES),
    bits: &[
        (0x8000, "MPOL_F_STATIC_NODES"),
        (0x4000, "MPOL_F_RELATIVE_NODES"),
        (0x2000, "MPOL_F_NUMA_BALANCING"),
    ],
};

/// The request to `get_mempolicy`.
pub static ASKED: Flags = Flags {
    unknown: "MPOL_F_???",
    field: (0, &[]),
    bits: &[(1, "MPOL_F_NODE"), (2, "MPOL_F_ADDR"), (4, "MPOL_F_MEMS_ALLOWED")],
};

/// What `mbind` does with existing pages.
pub static BIND: Flags = Flags {
    unknown: "MPOL_MF_???",
    field: (0, &[]),
    bits: &[(1, "MPOL_MF_STRICT"), (2, "MPOL_MF_MOVE"), (4, "MPOL_MF_MOVE_ALL")],
};

/// Which pages `move_pages` moves.
pub static MOVE: Flags =
    Flags { unknown: "MPOL_MF_???", field: (0, &[]), bits: &[(2, "MPOL_MF_MOVE"), (4, "MPOL_MF_MOVE_ALL")] };
