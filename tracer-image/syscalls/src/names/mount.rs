//! Mounting.

use crate::types::{Flags, Symbols};

/// `mount(2)`.
pub static MOUNT: Flags = Flags {
    unknown: "MS_???",
    field: (0xffff_0000, &[(0xc0ed_0000, "MS_MGC_VAL")]),
    bits: &[
        (1, "MS_RDONLY"),
        (2, "MS_NOSUID"),
        (4, "MS_NODEV"),
        (8, "MS_NOEXEC"),
        (0x10, "MS_SYNCHRONOUS"),
        (0x20, "MS_REMOUNT"),
        (0x40, "MS_MANDLOCK"),
        (0x80, "MS_DIRSYNC"),
        (0x100, "MS_NOSYMFOLLOW"),
        (0x400, "MS_NOATIME"),
        (0x800, "MS_NODIRATIME"),
        (0x1000, "MS_BIND"),
        (0x2000, "MS_MOVE"),
        (0x4000, "MS_REC"),
        (0x8000, "MS_SILENT"),
        (0x10000, "MS_POSIXACL"),
        (0x20000, "MS_UNBINDABLE"),
        (0x40000, "MS_PRIVATE"),
        (0x80000, "MS_SLAVE"),
        (0x100000, "MS_SHARED"),
        (0x200000, "MS_RELATIME"),
        (0x400000, "MS_KERNMOUNT"),
        (0x800000, "MS_I_VERSION"),
        (0x1000000, "MS_STRICTATIME"),
        (0x2000000, "MS_LAZYTIME"),
        (0x4000000, "MS_SUBMOUNT"),
        (0x8000000, "MS_NOREMOTELOCK"),
        (0x10000000, "MS_NOSEC"),
        (0x20000000, "MS_BORN"),
        (0x40000000, "MS_ACTIVE"),
        (0x80000000, "MS_NOUSER"),
    ],
};

/// The propagation of a mount.
pub static PROPAGATION: Symbols = Symbols {
    unknown: "MS_???",
    names: &[
        (0x20000, "MS_UNBINDABLE"),
        (0x40000, "MS_PRIVATE"),
        (0x80000, "MS_SLAVE"),
        (0x100000, "MS_SHARED"),
    ],
};

/// `umount2(2)`.
pub static UMOUNT: Flags = Flags {
    unknown: "MNT_???",
    field: (0, &[]),
    bits: &[(1, "MNT_FORCE"), (2, "MNT_DETACH"), (4, "MNT_EXPIRE"), (8, "UMOUNT_NOFOLLOW")],
};

/// `swapon(2)`.
pub static SWAP: Flags = Flags {
    unknown: "SWAP_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x8000, "SWAP_FLAG_PREFER"),
        (0x10000, "SWAP_FLAG_DISCARD"),
        (0x20000, "SWAP_FLAG_DISCARD_ONCE"),
        (0x40000, "SWAP_FLAG_DISCARD_PAGES"),
    ],
};

/// `open_tree(2)`.
pub static OPEN_TREE: Flags = Flags {
    unknown: "OPEN_TREE_???",
    field: (0, &[]),
    bits: &[
        (1, "OPEN_TREE_CLONE"),
        (2, "OPEN_TREE_NAMESPACE"),
        (0x80000, "OPEN_TREE_CLOEXEC"),
        (0x100, "AT_SYMLINK_NOFOLLOW"),
        (0x800, "AT_NO_AUTOMOUNT"),
        (0x1000, "AT_EMPTY_PATH"),
        (0x8000, "AT_RECURSIVE"),
    ],
};

/// `move_mount(2)`.
pub static MOVE_MOUNT: Flags = Flags {
    unknown: "MOVE_MOUNT_???",
    field: (0, &[]),
    bits: &[
        (1, "MOVE_MOUNT_F_SYMLINKS"),
        (2, "MOVE_MOUNT_F_AUTOMOUNTS"),
        (4, "MOVE_MOUNT_F_EMPTY_PATH"),
        (0x10, "MOVE_MOUNT_T_SYMLINKS"),
        (0x20, "MOVE_MOUNT_T_AUTOMOUNTS"),
        (0x40, "MOVE_MOUNT_T_EMPTY_PATH"),
        (0x100, "MOVE_MOUNT_SET_GROUP"),
        (0x200, "MOVE_MOUNT_BENEATH"),
    ],
};

/// `fsopen(2)`.
pub static FSOPEN: Flags = Flags { unknown: "FSOPEN_???", field: (0, &[]), bits: &[(1, "FSOPEN_CLOEXEC")] };

/// `fsconfig(2)`.
pub static FSCONFIG: Symbols = Symbols {
    unknown: "FSCONFIG_???",
    names: &[
        (0, "FSCONFIG_SET_FLAG"),
        (1, "FSCONFIG_SET_STRING"),
        (2, "FSCONFIG_SET_BINARY"),
        (3, "FSCONFIG_SET_PATH"),
        (4, "FSCONFIG_SET_PATH_EMPTY"),
        (5, "FSCONFIG_SET_FD"),
        (6, "FSCONFIG_CMD_CREATE"),
        (7, "FSCONFIG_CMD_RECONFIGURE"),
        (8, "FSCONFIG_CMD_CREATE_EXCL"),
    ],
};

/// `flags` of `fsmount(2)`.
pub static FSMOUNT: Flags = Flags {
    unknown: "FSMOUNT_???",
    field: (0, &[]),
    bits: &[(1, "FSMOUNT_CLOEXEC"), (2, "FSMOUNT_NAMESPACE")],
};

/// `attr_flags` of `fsmount(2)`.
pub static MOUNT_ATTR: Flags = Flags {
    unknown: "MOUNT_ATTR_???",
    field: (0, &[]),
    bits: &[
        (1, "MOUNT_ATTR_RDONLY"),
        (2, "MOUNT_ATTR_NOSUID"),
        (4, "MOUNT_ATTR_NODEV"),
        (8, "MOUNT_ATTR_NOEXEC"),
        (0x70, "MOUNT_ATTR__ATIME"),
        (0x10, "MOUNT_ATTR_NOATIME"),
        (0x20, "MOUNT_ATTR_STRICTATIME"),
        (0x80, "MOUNT_ATTR_NODIRATIME"),
        (0x200000, "MOUNT_ATTR_NOSYMFOLLOW"),
    ],
};

/// As [`MOUNT_ATTR`], with what only an existing mount can be given.
pub static MOUNT_ATTR_GIVEN: Flags = Flags {
    unknown: "MOUNT_ATTR_???",
    field: (0, &[]),
    bits: &[
        (1, "MOUNT_ATTR_RDONLY"),
        (2, "MOUNT_ATTR_NOSUID"),
        (4, "MOUNT_ATTR_NODEV"),
        (8, "MOUNT_ATTR_NOEXEC"),
        (0x70, "MOUNT_ATTR__ATIME"),
        (0x10, "MOUNT_ATTR_NOATIME"),
        (0x20, "MOUNT_ATTR_STRICTATIME"),
        (0x80, "MOUNT_ATTR_NODIRATIME"),
        (0x100000, "MOUNT_ATTR_IDMAP"),
        (0x200000, "MOUNT_ATTR_NOSYMFOLLOW"),
    ],
};

/// `fspick(2)`.
pub static FSPICK: Flags = Flags {
    unknown: "FSPICK_???",
    field: (0, &[]),
    bits: &[
        (1, "FSPICK_CLOEXEC"),
        (2, "FSPICK_SYMLINK_NOFOLLOW"),
        (4, "FSPICK_NO_AUTOMOUNT"),
        (8, "FSPICK_EMPTY_PATH"),
    ],
};

/// `mnt_propagation` of `statmount(2)`.
pub static PROPAGATIONS: Flags = Flags {
    unknown: "MS_???",
    field: (0, &[]),
    bits: &[
        (0x20000, "MS_UNBINDABLE"),
        (0x40000, "MS_PRIVATE"),
        (0x80000, "MS_SLAVE"),
        (0x100000, "MS_SHARED"),
    ],
};

/// `sb_flags` of `statmount(2)`, which reports only these flags of a file system.
pub static SUPERBLOCK: Flags = Flags {
    unknown: "MS_???",
    field: (0, &[]),
    bits: &[(1, "MS_RDONLY"), (0x10, "MS_SYNCHRONOUS"), (0x80, "MS_DIRSYNC"), (0x2000000, "MS_LAZYTIME")],
};

/// What `statmount(2)` can be asked for and report.
pub static STATMOUNT_MASK: Flags = Flags {
    unknown: "STATMOUNT_???",
    field: (0, &[]),
    bits: &[
        (0x1, "STATMOUNT_SB_BASIC"),
        (0x2, "STATMOUNT_MNT_BASIC"),
        (0x4, "STATMOUNT_PROPAGATE_FROM"),
        (0x8, "STATMOUNT_MNT_ROOT"),
        (0x10, "STATMOUNT_MNT_POINT"),
        (0x20, "STATMOUNT_FS_TYPE"),
        (0x40, "STATMOUNT_MNT_NS_ID"),
        (0x80, "STATMOUNT_MNT_OPTS"),
        (0x100, "STATMOUNT_FS_SUBTYPE"),
        (0x200, "STATMOUNT_SB_SOURCE"),
        (0x400, "STATMOUNT_OPT_ARRAY"),
        (0x800, "STATMOUNT_OPT_SEC_ARRAY"),
        (0x1000, "STATMOUNT_SUPPORTED_MASK"),
        (0x2000, "STATMOUNT_MNT_UIDMAP"),
        (0x4000, "STATMOUNT_MNT_GIDMAP"),
    ],
};

/// `statmount(2)`.
pub static STATMOUNT: Flags =
    Flags { unknown: "STATMOUNT_???", field: (0, &[]), bits: &[(1, "STATMOUNT_BY_FD")] };

/// `listmount(2)`.
pub static LISTMOUNT: Flags =
    Flags { unknown: "LISTMOUNT_???", field: (0, &[]), bits: &[(1, "LISTMOUNT_REVERSE")] };
