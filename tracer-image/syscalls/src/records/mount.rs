//! `linux/mount.h`, and `linux/landlock.h`, which is about the same trees.

use crate::{
    names::{
        landlock::{LANDLOCK_FS, LANDLOCK_NET, LANDLOCK_SCOPE},
        mount::{MOUNT_ATTR, PROPAGATION},
    },
    types::{Field, Record, Type::*, U64},
};

/// `struct mount_attr`
pub static ATTR: Record = Record {
    name: "mount_attr",
    fields: &[
        Field::new("attr_set", Flags(U64, &MOUNT_ATTR)),
        Field::new("attr_clr", Flags(U64, &MOUNT_ATTR)),
        Field::new("propagation", Symbol(U64, &PROPAGATION)),
        Field::new("userns_fd", Int(U64)),
    ],
};

/// `struct landlock_ruleset_attr`
pub static RULESET: Record = Record {
    name: "landlock_ruleset_attr",
    fields: &[
        Field::new("handled_access_fs", Flags(U64, &LANDLOCK_FS)),
        Field::nonzero("handled_access_net", Flags(U64, &LANDLOCK_NET)),
        Field::nonzero("scoped", Flags(U64, &LANDLOCK_SCOPE)),
    ],
};

/// `struct landlock_path_beneath_attr`, packed.
pub static PATH_BENEATH: Record = Record {
    name: "landlock_path_beneath_attr",
    fields: &[Field::new("allowed_access", Packed(&Flags(U64, &LANDLOCK_FS))), Field::new("parent_fd", Fd)],
};

/// `struct landlock_net_port_attr`
pub static NET_PORT: Record = Record {
    name: "landlock_net_port_attr",
    fields: &[Field::new("allowed_access", Flags(U64, &LANDLOCK_NET)), Field::new("port", Int(U64))],
};
