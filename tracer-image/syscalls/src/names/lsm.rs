//! Security modules: `linux/lsm.h`; namespaces under the names of `listns`.

use crate::types::{Flags, Symbols};

/// A module's attributes of a process.
pub static ATTRIBUTES: Symbols = Symbols {
    unknown: "LSM_ATTR_???",
    names: &[
        (0, "LSM_ATTR_UNDEF"),
        (100, "LSM_ATTR_CURRENT"),
        (101, "LSM_ATTR_EXEC"),
        (102, "LSM_ATTR_FSCREATE"),
        (103, "LSM_ATTR_KEYCREATE"),
        (104, "LSM_ATTR_PREV"),
        (105, "LSM_ATTR_SOCKCREATE"),
    ],
};

/// `lsm_get_self_attr`
pub static LSM_FLAGS: Flags =
    Flags { unknown: "LSM_FLAG_???", field: (0, &[]), bits: &[(1, "LSM_FLAG_SINGLE")] };

const IDS: &[(u64, &str)] = &[
    (0, "LSM_ID_UNDEF"),
    (100, "LSM_ID_CAPABILITY"),
    (101, "LSM_ID_SELINUX"),
    (102, "LSM_ID_SMACK"),
    (103, "LSM_ID_TOMOYO"),
    (104, "LSM_ID_APPARMOR"),
    (105, "LSM_ID_YAMA"),
    (106, "LSM_ID_LOADPIN"),
    (107, "LSM_ID_SAFESETID"),
    (108, "LSM_ID_LOCKDOWN"),
    (109, "LSM_ID_BPF"),
    (110, "LSM_ID_LANDLOCK"),
    (111, "LSM_ID_IMA"),
    (112, "LSM_ID_EVM"),
    (113, "LSM_ID_IPE"),
];

/// A module in a list.
pub static MODULES: Symbols = Symbols { unknown: "LSM_ID_???", names: IDS };
/// A module in a context.
pub static OWNER: Symbols = Symbols { unknown: "#", names: IDS };

/// Kinds of namespaces, as bits.
pub static NAMESPACES: Flags = Flags {
    unknown: "???_NS",
    field: (0, &[]),
    bits: &[
        (0x80, "TIME_NS"),
        (0x2_0000, "MNT_NS"),
        (0x200_0000, "CGROUP_NS"),
        (0x400_0000, "UTS_NS"),
        (0x800_0000, "IPC_NS"),
        (0x1000_0000, "USER_NS"),
        (0x2000_0000, "PID_NS"),
        (0x4000_0000, "NET_NS"),
    ],
};
