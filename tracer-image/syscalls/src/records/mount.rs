//! `linux/mount.h`, and `linux/landlock.h`, which works on the same directory trees.

use crate::{
    decode::Decode,
    gather::{Gather, Scope},
    names::{
        file::FILESYSTEM,
        landlock::{LANDLOCK_FS, LANDLOCK_NET, LANDLOCK_SCOPE},
        mount::{MOUNT_ATTR, MOUNT_ATTR_GIVEN, PROPAGATION, PROPAGATIONS, STATMOUNT_MASK, SUPERBLOCK},
    },
    snapshot::{Phase, Place},
    types::{Custom, Field, Record, Type::*, U32, U64, When},
    value::Value,
};
use alloc::vec::Vec;

/// `struct mount_attr`
pub static ATTR: Record = Record {
    name: "mount_attr",
    fields: &[
        Field::new("attr_set", Flags(U64, &MOUNT_ATTR_GIVEN)),
        Field::new("attr_clr", Flags(U64, &MOUNT_ATTR_GIVEN)),
        Field::new("propagation", Symbol(U64, &PROPAGATION)),
        // A descriptor, if one is needed and it can be one.
        Field::new(
            "userns_fd",
            SwitchBits(
                0,
                0x10_0000,
                &[(0x10_0000, SwitchBits(3, !0x7fff_ffff, &[(0, Fd)], &Int(U64)))],
                &Int(U64),
            ),
        ),
        Field::new("", Beyond),
    ],
};

/// `struct landlock_ruleset_attr`
pub static RULESET: Record = Record {
    name: "landlock_ruleset_attr",
    fields: &[
        Field::new("handled_access_fs", Flags(U64, &LANDLOCK_FS)),
        Field::since(9, "handled_access_net", Flags(U64, &LANDLOCK_NET)),
        Field::since(17, "scoped", Flags(U64, &LANDLOCK_SCOPE)),
        Field::since(25, "quiet_access_fs", Flags(U64, &LANDLOCK_FS)),
        Field::since(33, "quiet_access_net", Flags(U64, &LANDLOCK_NET)),
        Field::since(41, "quiet_scoped", Flags(U64, &LANDLOCK_SCOPE)),
        Field::MORE,
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

/// `struct mnt_id_req` of `statmount`
pub static MOUNT_ASKED: Record = Record {
    name: "mnt_id_req",
    fields: &[
        Field::new("size", Int(U32)),
        Field::since(24, "mnt_ns_fd", Fd),
        Field::since(24, "mnt_id", Hex(U64)),
        Field::since(24, "param", Flags(U64, &STATMOUNT_MASK)),
        Field::since(32, "mnt_ns_id", Hex(U64)),
    ],
};

/// `struct mnt_id_req` of `listmount`
pub static MOUNTS_ASKED: Record = Record {
    name: "mnt_id_req",
    fields: &[
        Field::new("size", Int(U32)),
        Field::since(24, "mnt_ns_fd", Fd),
        Field::since(24, "mnt_id", Hex(U64)),
        Field::since(24, "param", Hex(U64)),
        Field::since(32, "mnt_ns_id", Hex(U64)),
    ],
};

/// `struct statmount`: field 2 says what was filled. Its texts follow it.
pub static MOUNT_TOLD: Record = Record {
    name: "statmount",
    fields: &[
        Field::new("size", Int(U32)),
        Field::new("mnt_opts", If(2, 0x80, &Custom(&MOUNT_TEXT))),
        Field::new("mask", Flags(U64, &STATMOUNT_MASK)),
        Field::new("sb_dev_major", If(2, 1, &Int(U32))),
        Field::new("sb_dev_minor", If(2, 1, &Int(U32))),
        Field::new("sb_magic", If(2, 1, &Symbol(U64, &FILESYSTEM))),
        Field::new("sb_flags", If(2, 1, &Flags(U32, &SUPERBLOCK))),
        Field::new("fs_type", If(2, 0x20, &Custom(&MOUNT_TEXT))),
        Field::new("mnt_id", If(2, 2, &Hex(U64))),
        Field::new("mnt_parent_id", If(2, 2, &Hex(U64))),
        Field::new("mnt_id_old", If(2, 2, &Hex(U32))),
        Field::new("mnt_parent_id_old", If(2, 2, &Hex(U32))),
        Field::new("mnt_attr", If(2, 2, &Flags(U64, &MOUNT_ATTR))),
        Field::new("mnt_propagation", If(2, 2, &Flags(U64, &PROPAGATIONS))),
        Field::new("mnt_peer_group", If(2, 2, &Hex(U64))),
        Field::new("mnt_master", If(2, 2, &Hex(U64))),
        Field::new("propagate_from", If(2, 4, &Hex(U64))),
        Field::new("mnt_root", If(2, 8, &Custom(&MOUNT_TEXT))),
        Field::new("mnt_point", If(2, 0x10, &Custom(&MOUNT_TEXT))),
        Field::new("mnt_ns_id", If(2, 0x40, &Hex(U64))),
        Field::new("fs_subtype", If(2, 0x100, &Custom(&MOUNT_TEXT))),
        Field::new("sb_source", If(2, 0x200, &Custom(&MOUNT_TEXT))),
        Field::new("opt_num", If(2, 0x400, &Int(U32))),
        Field::new("opt_array", If(2, 0x400, &Custom(&MOUNT_TEXTS))),
        Field::new("opt_sec_num", If(2, 0x800, &Int(U32))),
        Field::new("opt_sec_array", If(2, 0x800, &Custom(&MOUNT_TEXTS))),
        Field::new("supported_mask", If(2, 0x1000, &Flags(U64, &STATMOUNT_MASK))),
        Field::new("mnt_uidmap_num", If(2, 0x2000, &Int(U32))),
        Field::new("mnt_uidmap", If(2, 0x2000, &Custom(&MOUNT_TEXTS))),
        Field::new("mnt_gidmap_num", If(2, 0x4000, &Int(U32))),
        Field::new("mnt_gidmap", If(2, 0x4000, &Custom(&MOUNT_TEXTS))),
    ],
};

/// Where the texts begin: after the structure and its spare room.
const TEXTS: u64 = 512;
/// At most this many bytes of the texts are read: two paths and the options of a file system (a page).
const MOST_TEXT: u64 = 3 * 4096;

/// Where a text of `struct statmount` begins and where the structure ends; `None` if the text is outside.
fn text(scope: &Scope<'_>, place: Place) -> Option<(u64, usize)> {
    let (base, room) = (scope.argument(1), scope.argument(2));
    let size = scope.load(Place::Memory { addr: base, phase: Phase::Exit }, U32)?;
    let begin = TEXTS + scope.load(place, U32)?;
    let left = size.checked_sub(begin).filter(|left| *left > 0 && size <= room)?;
    Some((base.wrapping_add(begin), left.min(MOST_TEXT) as usize))
}

fn gather_text(gather: &mut Gather<'_>, place: Place) {
    if let Some((at, left)) = text(&gather.scope, place).filter(|_| gather.scope.phase == Phase::Exit) {
        gather.want(at, left);
    }
}

/// One text up to its NUL, and how many bytes it takes; `None` if it is not readable.
fn one(scope: &Scope<'_>, at: u64, left: usize) -> Option<(Value, usize)> {
    let (bytes, ended) = scope.text(Phase::Exit, at, left);
    match ended {
        true => Some((Value::bytes(&bytes), bytes.len() + 1)),
        false if left > 0 && bytes.len() == left => {
            Some((Value::Str { bytes: bytes[..left - 1].into(), cut: true }, left))
        }
        false => None,
    }
}

/// A text of `struct statmount`, by its offset.
static MOUNT_TEXT: Custom = Custom {
    name: "statmount's text",
    size: 4,
    when: When::Exit,
    gather: gather_text,
    decode: |decode: &mut Decode<'_>, place| {
        let found = text(&decode.scope, place).and_then(|(at, left)| one(&decode.scope, at, left));
        found.map_or_else(|| Value::Hex(decode.scope.load(place, U32).unwrap_or(0)), |(value, _)| value)
    },
};

/// Texts of `struct statmount`, one after another; the field before says how many.
static MOUNT_TEXTS: Custom = Custom {
    name: "statmount's texts",
    size: 4,
    when: When::Exit,
    gather: gather_text,
    decode: |decode: &mut Decode<'_>, place| {
        let offset = Value::Hex(decode.scope.load(place, U32).unwrap_or(0));
        let Place::Memory { addr, phase } = place else { return offset };
        let count = decode.scope.load(Place::Memory { addr: addr.wrapping_sub(4), phase }, U32).unwrap_or(0);
        let Some((mut at, mut left)) = text(&decode.scope, place) else { return offset };
        let most = decode.scope.most_elements() as u64;
        let mut items = Vec::new();
        for _ in 0..count.min(most) {
            let Some((value, taken)) = one(&decode.scope, at, left) else {
                items.push(decode.unknown(at));
                return Value::Array { items, cut: false };
            };
            items.push(value);
            at = at.wrapping_add(taken as u64);
            left -= taken;
        }
        Value::Array { items, cut: count > most }
    },
};
