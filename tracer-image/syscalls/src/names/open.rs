//! `open(2)` and its family.
//!
//! Four bits differ between x86 (`asm-generic/fcntl.h`) and the Arm ABIs (`asm/fcntl.h` of arm and arm64).

use crate::types::{Flags, Symbols};

/// The bits of `flags` with which a mode follows: `O_CREAT` and `__O_TMPFILE`, the same on every ABI.
pub const O_MODE: u64 = 0o100 | 0o20000000;

/// The access mode, in the two lowest bits.
const ACCESS_MODE: (u64, &[(u64, &str)]) =
    (0o3, &[(0, "O_RDONLY"), (1, "O_WRONLY"), (2, "O_RDWR"), (3, "O_ACCMODE")]);

/// `flags` of `open` on x86.
pub static OPEN: Flags = Flags {
    unknown: "",
    field: ACCESS_MODE,
    bits: &[
        (0o100, "O_CREAT"),
        (0o200, "O_EXCL"),
        (0o400, "O_NOCTTY"),
        (0o1000, "O_TRUNC"),
        (0o2000, "O_APPEND"),
        (0o4000, "O_NONBLOCK"),
        (0o4010000, "O_SYNC"),
        (0o10000, "O_DSYNC"),
        (0o4000000, "__O_SYNC"),
        (0o40000, "O_DIRECT"),
        (0o100000, "O_LARGEFILE"),
        (0o400000, "O_NOFOLLOW"),
        (0o1000000, "O_NOATIME"),
        (0o2000000, "O_CLOEXEC"),
        (0o10000000, "O_PATH"),
        (0o20200000, "O_TMPFILE"),
        (0o20000000, "__O_TMPFILE"),
        (0o200000, "O_DIRECTORY"),
        (0o400000000, "O_EMPTYPATH"),
        (0o20000, "FASYNC"),
    ],
};

/// `flags` of `open` on Arm, 32 and 64 bits.
pub static OPEN_ARM: Flags = Flags {
    unknown: "",
    field: ACCESS_MODE,
    bits: &[
        (0o100, "O_CREAT"),
        (0o200, "O_EXCL"),
        (0o400, "O_NOCTTY"),
        (0o1000, "O_TRUNC"),
        (0o2000, "O_APPEND"),
        (0o4000, "O_NONBLOCK"),
        (0o4010000, "O_SYNC"),
        (0o10000, "O_DSYNC"),
        (0o4000000, "__O_SYNC"),
        (0o200000, "O_DIRECT"),
        (0o400000, "O_LARGEFILE"),
        (0o100000, "O_NOFOLLOW"),
        (0o1000000, "O_NOATIME"),
        (0o2000000, "O_CLOEXEC"),
        (0o10000000, "O_PATH"),
        (0o20040000, "O_TMPFILE"),
        (0o20000000, "__O_TMPFILE"),
        (0o40000, "O_DIRECTORY"),
        (0o400000000, "O_EMPTYPATH"),
        (0o20000, "FASYNC"),
    ],
};

/// `open_how.flags` of `openat2` on x86.
pub static OPENAT2: Flags = Flags {
    unknown: "",
    field: ACCESS_MODE,
    bits: &[
        (0o100, "O_CREAT"),
        (0o200, "O_EXCL"),
        (0o400, "O_NOCTTY"),
        (0o1000, "O_TRUNC"),
        (0o2000, "O_APPEND"),
        (0o4000, "O_NONBLOCK"),
        (0o4010000, "O_SYNC"),
        (0o10000, "O_DSYNC"),
        (0o4000000, "__O_SYNC"),
        (0o40000, "O_DIRECT"),
        (0o100000, "O_LARGEFILE"),
        (0o400000, "O_NOFOLLOW"),
        (0o1000000, "O_NOATIME"),
        (0o2000000, "O_CLOEXEC"),
        (0o10000000, "O_PATH"),
        (0o20200000, "O_TMPFILE"),
        (0o20000000, "__O_TMPFILE"),
        (0o200000, "O_DIRECTORY"),
        (0o400000000, "O_EMPTYPATH"),
        (0o20000, "FASYNC"),
        (0o40000000000, "OPENAT2_REGULAR"),
    ],
};

/// `open_how.flags` of `openat2` on Arm.
pub static OPENAT2_ARM: Flags = Flags {
    unknown: "",
    field: ACCESS_MODE,
    bits: &[
        (0o100, "O_CREAT"),
        (0o200, "O_EXCL"),
        (0o400, "O_NOCTTY"),
        (0o1000, "O_TRUNC"),
        (0o2000, "O_APPEND"),
        (0o4000, "O_NONBLOCK"),
        (0o4010000, "O_SYNC"),
        (0o10000, "O_DSYNC"),
        (0o4000000, "__O_SYNC"),
        (0o200000, "O_DIRECT"),
        (0o400000, "O_LARGEFILE"),
        (0o100000, "O_NOFOLLOW"),
        (0o1000000, "O_NOATIME"),
        (0o2000000, "O_CLOEXEC"),
        (0o10000000, "O_PATH"),
        (0o20040000, "O_TMPFILE"),
        (0o20000000, "__O_TMPFILE"),
        (0o40000, "O_DIRECTORY"),
        (0o400000000, "O_EMPTYPATH"),
        (0o20000, "FASYNC"),
        (0o40000000000, "OPENAT2_REGULAR"),
    ],
};

/// Flags of calls that take some of the `O_` bits but no access mode (`dup3`, `pipe2`), on x86.
pub static NEW_DESCRIPTOR: Flags = Flags {
    unknown: "O_???",
    field: (0, &[]),
    bits: &[
        (0o100, "O_CREAT"),
        (0o200, "O_EXCL"),
        (0o400, "O_NOCTTY"),
        (0o1000, "O_TRUNC"),
        (0o2000, "O_APPEND"),
        (0o4000, "O_NONBLOCK"),
        (0o4010000, "O_SYNC"),
        (0o10000, "O_DSYNC"),
        (0o4000000, "__O_SYNC"),
        (0o40000, "O_DIRECT"),
        (0o100000, "O_LARGEFILE"),
        (0o400000, "O_NOFOLLOW"),
        (0o1000000, "O_NOATIME"),
        (0o2000000, "O_CLOEXEC"),
        (0o10000000, "O_PATH"),
        (0o20200000, "O_TMPFILE"),
        (0o20000000, "__O_TMPFILE"),
        (0o200000, "O_DIRECTORY"),
        (0o400000000, "O_EMPTYPATH"),
        (0o20000, "FASYNC"),
    ],
};

/// Flags of calls that take some of the `O_` bits but no access mode, on Arm.
pub static NEW_DESCRIPTOR_ARM: Flags = Flags {
    unknown: "O_???",
    field: (0, &[]),
    bits: &[
        (0o100, "O_CREAT"),
        (0o200, "O_EXCL"),
        (0o400, "O_NOCTTY"),
        (0o1000, "O_TRUNC"),
        (0o2000, "O_APPEND"),
        (0o4000, "O_NONBLOCK"),
        (0o4010000, "O_SYNC"),
        (0o10000, "O_DSYNC"),
        (0o4000000, "__O_SYNC"),
        (0o200000, "O_DIRECT"),
        (0o400000, "O_LARGEFILE"),
        (0o100000, "O_NOFOLLOW"),
        (0o1000000, "O_NOATIME"),
        (0o2000000, "O_CLOEXEC"),
        (0o10000000, "O_PATH"),
        (0o20040000, "O_TMPFILE"),
        (0o20000000, "__O_TMPFILE"),
        (0o40000, "O_DIRECTORY"),
        (0o400000000, "O_EMPTYPATH"),
        (0o20000, "FASYNC"),
    ],
};

/// `open_how.resolve` of `openat2(2)`.
pub static RESOLVE: Flags = Flags {
    unknown: "RESOLVE_???",
    field: (0, &[]),
    bits: &[
        (1, "RESOLVE_NO_XDEV"),
        (2, "RESOLVE_NO_MAGICLINKS"),
        (4, "RESOLVE_NO_SYMLINKS"),
        (8, "RESOLVE_BENEATH"),
        (0x10, "RESOLVE_IN_ROOT"),
        (0x20, "RESOLVE_CACHED"),
    ],
};

/// `mode` of `access(2)`.
pub static ACCESS: Flags =
    Flags { unknown: "?_OK", field: (0, &[]), bits: &[(0, "F_OK"), (4, "R_OK"), (2, "W_OK"), (1, "X_OK")] };

/// `close_range(2)`.
pub static CLOSE_RANGE: Flags = Flags {
    unknown: "CLOSE_RANGE_???",
    field: (0, &[]),
    bits: &[(2, "CLOSE_RANGE_UNSHARE"), (4, "CLOSE_RANGE_CLOEXEC")],
};

/// `whence` of `lseek(2)`.
pub static SEEK: Symbols = Symbols {
    unknown: "SEEK_???",
    names: &[(0, "SEEK_SET"), (1, "SEEK_CUR"), (2, "SEEK_END"), (3, "SEEK_DATA"), (4, "SEEK_HOLE")],
};
