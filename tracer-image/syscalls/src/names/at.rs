//! The `AT_` flags: each call accepts some of them, and strace names those that the call accepts (`linux/fcntl.h`).

use crate::types::Flags;

/// Calls that accept any of them (`unlinkat`, `fstatat`...).
pub static AT: Flags = Flags {
    unknown: "AT_???",
    field: (0, &[]),
    bits: &[
        (0x100, "AT_SYMLINK_NOFOLLOW"),
        (0x200, "AT_REMOVEDIR"),
        (0x400, "AT_SYMLINK_FOLLOW"),
        (0x800, "AT_NO_AUTOMOUNT"),
        (0x1000, "AT_EMPTY_PATH"),
        (0x8000, "AT_RECURSIVE"),
    ],
};

/// `faccessat2(2)`.
pub static AT_ACCESS: Flags = Flags {
    unknown: "AT_???",
    field: (0, &[]),
    bits: &[(0x100, "AT_SYMLINK_NOFOLLOW"), (0x200, "AT_EACCESS"), (0x1000, "AT_EMPTY_PATH")],
};

/// `fchmodat2(2)`, `setxattrat(2)`.
pub static AT_CHMOD: Flags = Flags {
    unknown: "AT_???",
    field: (0, &[]),
    bits: &[(0x100, "AT_SYMLINK_NOFOLLOW"), (0x1000, "AT_EMPTY_PATH")],
};

/// `statx(2)`.
pub static AT_STATX: Flags = Flags {
    unknown: "",
    field: (0x6000, &[(0, "AT_STATX_SYNC_AS_STAT")]),
    bits: &[
        (0x2000, "AT_STATX_FORCE_SYNC"),
        (0x4000, "AT_STATX_DONT_SYNC"),
        (0x100, "AT_SYMLINK_NOFOLLOW"),
        (0x200, "AT_REMOVEDIR"),
        (0x400, "AT_SYMLINK_FOLLOW"),
        (0x800, "AT_NO_AUTOMOUNT"),
        (0x1000, "AT_EMPTY_PATH"),
        (0x8000, "AT_RECURSIVE"),
    ],
};

/// `name_to_handle_at(2)`.
pub static AT_HANDLE: Flags = Flags {
    unknown: "AT_???",
    field: (0, &[]),
    bits: &[
        (1, "AT_HANDLE_MNT_ID_UNIQUE"),
        (2, "AT_HANDLE_CONNECTABLE"),
        (0x200, "AT_HANDLE_FID"),
        (0x400, "AT_SYMLINK_FOLLOW"),
        (0x1000, "AT_EMPTY_PATH"),
    ],
};

/// `mount_setattr(2)`.
pub static AT_MOUNT: Flags = Flags {
    unknown: "AT_???",
    field: (0, &[]),
    bits: &[
        (0x100, "AT_SYMLINK_NOFOLLOW"),
        (0x800, "AT_NO_AUTOMOUNT"),
        (0x1000, "AT_EMPTY_PATH"),
        (0x8000, "AT_RECURSIVE"),
    ],
};
