//! `landlock(7)`, and `userfaultfd(2)`.

use crate::types::{Flags, Symbols};

/// Accesses of files.
pub static LANDLOCK_FS: Flags = Flags {
    unknown: "LANDLOCK_ACCESS_FS_???",
    field: (0, &[]),
    bits: &[
        (1, "LANDLOCK_ACCESS_FS_EXECUTE"),
        (2, "LANDLOCK_ACCESS_FS_WRITE_FILE"),
        (4, "LANDLOCK_ACCESS_FS_READ_FILE"),
        (8, "LANDLOCK_ACCESS_FS_READ_DIR"),
        (0x10, "LANDLOCK_ACCESS_FS_REMOVE_DIR"),
        (0x20, "LANDLOCK_ACCESS_FS_REMOVE_FILE"),
        (0x40, "LANDLOCK_ACCESS_FS_MAKE_CHAR"),
        (0x80, "LANDLOCK_ACCESS_FS_MAKE_DIR"),
        (0x100, "LANDLOCK_ACCESS_FS_MAKE_REG"),
        (0x200, "LANDLOCK_ACCESS_FS_MAKE_SOCK"),
        (0x400, "LANDLOCK_ACCESS_FS_MAKE_FIFO"),
        (0x800, "LANDLOCK_ACCESS_FS_MAKE_BLOCK"),
        (0x1000, "LANDLOCK_ACCESS_FS_MAKE_SYM"),
        (0x2000, "LANDLOCK_ACCESS_FS_REFER"),
        (0x4000, "LANDLOCK_ACCESS_FS_TRUNCATE"),
        (0x8000, "LANDLOCK_ACCESS_FS_IOCTL_DEV"),
        (0x10000, "LANDLOCK_ACCESS_FS_RESOLVE_UNIX"),
    ],
};

/// Accesses of ports.
pub static LANDLOCK_NET: Flags = Flags {
    unknown: "LANDLOCK_ACCESS_NET_???",
    field: (0, &[]),
    bits: &[
        (1, "LANDLOCK_ACCESS_NET_BIND_TCP"),
        (2, "LANDLOCK_ACCESS_NET_CONNECT_TCP"),
        (4, "LANDLOCK_ACCESS_NET_BIND_UDP"),
        (8, "LANDLOCK_ACCESS_NET_CONNECT_SEND_UDP"),
    ],
};

/// Scopes.
pub static LANDLOCK_SCOPE: Flags = Flags {
    unknown: "LANDLOCK_SCOPE_???",
    field: (0, &[]),
    bits: &[(1, "LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET"), (2, "LANDLOCK_SCOPE_SIGNAL")],
};

/// `landlock_create_ruleset(2)`.
pub static CREATE_RULESET: Flags = Flags {
    unknown: "LANDLOCK_CREATE_RULESET_???",
    field: (0, &[]),
    bits: &[(1, "LANDLOCK_CREATE_RULESET_VERSION"), (2, "LANDLOCK_CREATE_RULESET_ERRATA")],
};

/// `landlock_add_rule(2)`.
pub static RULE: Symbols = Symbols {
    unknown: "LANDLOCK_RULE_???",
    names: &[(1, "LANDLOCK_RULE_PATH_BENEATH"), (2, "LANDLOCK_RULE_NET_PORT")],
};

/// `landlock_add_rule(2)`.
pub static ADD_RULE: Flags =
    Flags { unknown: "LANDLOCK_ADD_RULE_???", field: (0, &[]), bits: &[(1, "LANDLOCK_ADD_RULE_QUIET")] };

/// `userfaultfd(2)`.
pub static USERFAULTFD: Flags = Flags {
    unknown: "UFFD_???",
    field: (0, &[]),
    bits: &[(1, "UFFD_USER_MODE_ONLY"), (0x800, "O_NONBLOCK"), (0x80000, "O_CLOEXEC")],
};
