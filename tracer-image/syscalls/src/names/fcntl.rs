//! `fcntl(2)`.

use crate::types::{Flags, Symbols};

/// Commands.
pub static FCNTL: Symbols = Symbols {
    unknown: "F_???",
    names: &[
        (0, "F_DUPFD"),
        (1, "F_GETFD"),
        (2, "F_SETFD"),
        (3, "F_GETFL"),
        (4, "F_SETFL"),
        (5, "F_GETLK"),
        (6, "F_SETLK"),
        (7, "F_SETLKW"),
        (8, "F_SETOWN"),
        (9, "F_GETOWN"),
        (10, "F_SETSIG"),
        (11, "F_GETSIG"),
        (12, "F_GETLK64"),
        (13, "F_SETLK64"),
        (14, "F_SETLKW64"),
        (15, "F_SETOWN_EX"),
        (16, "F_GETOWN_EX"),
        (17, "F_GETOWNER_UIDS"),
        (36, "F_OFD_GETLK"),
        (37, "F_OFD_SETLK"),
        (38, "F_OFD_SETLKW"),
        (0x400, "F_SETLEASE"),
        (0x401, "F_GETLEASE"),
        (0x402, "F_NOTIFY"),
        (0x403, "F_DUPFD_QUERY"),
        (0x404, "F_CREATED_QUERY"),
        (0x405, "F_CANCELLK"),
        (0x406, "F_DUPFD_CLOEXEC"),
        (0x407, "F_SETPIPE_SZ"),
        (0x408, "F_GETPIPE_SZ"),
        (0x409, "F_ADD_SEALS"),
        (0x40a, "F_GET_SEALS"),
        (0x40b, "F_GET_RW_HINT"),
        (0x40c, "F_SET_RW_HINT"),
        (0x40d, "F_GET_FILE_RW_HINT"),
        (0x40e, "F_SET_FILE_RW_HINT"),
        (0x40f, "F_GETDELEG"),
        (0x410, "F_SETDELEG"),
    ],
};

/// Flags of a descriptor (`F_SETFD`).
pub static FD: Flags = Flags { unknown: "FD_???", field: (0, &[]), bits: &[(1, "FD_CLOEXEC")] };

/// Seals of a file (`F_ADD_SEALS`).
pub static SEAL: Flags = Flags {
    unknown: "F_SEAL_???",
    field: (0, &[]),
    bits: &[
        (1, "F_SEAL_SEAL"),
        (2, "F_SEAL_SHRINK"),
        (4, "F_SEAL_GROW"),
        (8, "F_SEAL_WRITE"),
        (0x10, "F_SEAL_FUTURE_WRITE"),
        (0x20, "F_SEAL_EXEC"),
    ],
};

/// Events of `F_NOTIFY`.
pub static NOTIFY: Flags = Flags {
    unknown: "DN_???",
    field: (0, &[]),
    bits: &[
        (1, "DN_ACCESS"),
        (2, "DN_MODIFY"),
        (4, "DN_CREATE"),
        (8, "DN_DELETE"),
        (0x10, "DN_RENAME"),
        (0x20, "DN_ATTRIB"),
        (0x80000000, "DN_MULTISHOT"),
    ],
};

/// Kinds of record locks and leases.
pub static LOCK_TYPE: Symbols = Symbols {
    unknown: "F_???",
    names: &[(0, "F_RDLCK"), (1, "F_WRLCK"), (2, "F_UNLCK"), (4, "F_EXLCK"), (8, "F_SHLCK")],
};

/// What kind of owner `F_SETOWN_EX` names.
pub static OWNER: Symbols =
    Symbols { unknown: "F_OWNER_???", names: &[(0, "F_OWNER_TID"), (1, "F_OWNER_PID"), (2, "F_OWNER_PGRP")] };

/// The lifetime hints of `F_SET_RW_HINT`.
pub static RW_HINT: Symbols = Symbols {
    unknown: "RWH_WRITE_LIFE_???",
    names: &[
        (0, "RWH_WRITE_LIFE_NOT_SET"),
        (1, "RWH_WRITE_LIFE_NONE"),
        (2, "RWH_WRITE_LIFE_SHORT"),
        (3, "RWH_WRITE_LIFE_MEDIUM"),
        (4, "RWH_WRITE_LIFE_LONG"),
        (5, "RWH_WRITE_LIFE_EXTREME"),
    ],
};
