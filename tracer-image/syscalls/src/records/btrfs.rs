//! Btrfs: `linux/btrfs.h`.

use crate::{
    decode::Decode,
    gather::Gather,
    names::btrfs::*,
    records::disks::UUID,
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I32, Len, Record,
        Type::{self, *},
        U16, U32, U64, When,
    },
    value::Value,
};
use alloc::{boxed::Box, format, vec::Vec};

/// `struct btrfs_ioctl_vol_args`
pub static VOLUME: Record = Record {
    name: "btrfs_ioctl_vol_args",
    fields: &[Field::new("fd", Fd), Field::padding(Int(U32)), Field::new("name", Chars(4088))],
};

/// `struct btrfs_qgroup_limit`
static QGROUP_LIMIT: Record = Record {
    name: "btrfs_qgroup_limit",
    fields: &[
        Field::new("flags", Flags(U64, &QGROUP_LIMITS)),
        Field::new("max_rfer", Int(U64)),
        Field::new("max_excl", Int(U64)),
        Field::new("rsv_rfer", Int(U64)),
        Field::new("rsv_excl", Int(U64)),
    ],
};

/// `struct btrfs_qgroup_inherit`
static INHERITED: Record = Record {
    name: "btrfs_qgroup_inherit",
    fields: &[
        Field::new("flags", Flags(U64, &QGROUP_INHERIT)),
        Field::new("num_qgroups", Int(U64)),
        Field::new("num_ref_copies", Int(U64)),
        Field::new("num_excl_copies", Int(U64)),
        Field::new("lim", Struct(&QGROUP_LIMIT)),
        Field::verbose("qgroups", Array(&Int(U64), Len::Arg(1))),
    ],
};

/// `struct btrfs_ioctl_vol_args_v2`
pub static VOLUME_V2: Record = Record {
    name: "btrfs_ioctl_vol_args_v2",
    fields: &[
        Field::new("fd", Fd),
        Field::padding(Int(U32)),
        Field::new("transid", Int(U64)),
        Field::new("flags", Flags(U64, &SUBVOLUME_FLAGS)),
        Field::new("size", Over(&SwitchBits(3, 4, &[(0, Absent)], &Int(U64)))),
        Field::padding(Int(U64)),
        Field::new("qgroup_inherit", Over(&SwitchBits(3, 4, &[(0, Absent)], &In(&Struct(&INHERITED))))),
        Field::padding(Array(&Int(U64), Len::Fixed(3))),
        Field::new("name", Chars(4040)),
    ],
};

/// `struct btrfs_ioctl_defrag_range_args`
pub static DEFRAGMENTED: Record = Record {
    name: "btrfs_ioctl_defrag_range_args",
    fields: &[
        Field::new("start", Int(U64)),
        Field::new("len", NUMBER),
        Field::new("flags", Flags(U64, &DEFRAGMENT)),
        Field::new("extent_thresh", Int(U32)),
        Field::new("compress_type", Symbol(U32, &COMPRESSION)),
        Field::padding(Array(&Int(U32), Len::Fixed(4))),
    ],
};

/// `struct btrfs_ioctl_feature_flags`
pub static FEATURES: Record = Record {
    name: "btrfs_ioctl_feature_flags",
    fields: &[
        Field::new("compat_flags", Flags(U64, &COMPATIBLE)),
        Field::new("compat_ro_flags", Flags(U64, &COMPATIBLE_RO)),
        Field::new("incompat_flags", Flags(U64, &INCOMPATIBLE)),
    ],
};

/// Several sets of features, each with its label.
fn features(decode: &mut Decode<'_>, place: Place, about: &[&str]) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let mut items = Vec::new();
    for (at, what) in (0..).step_by(24).zip(about) {
        let place = Place::Memory { addr: addr.wrapping_add(at), phase };
        let Some(item) = decode.record(&FEATURES, place) else { return Value::Addr(addr) };
        items.push(match *what {
            "" => item,
            what => Value::Noted(Box::new(item), what.into()),
        });
    }
    Value::Array { items, cut: false }
}

/// Features that are supported, that can be set, and that can be cleared.
pub static FEATURES_SUPPORTED: Custom = Custom::inside("features of btrfs", 72, |decode, place| {
    features(decode, place, &["supported", "safe to set", "safe to clear"])
});

/// Features to change, and their new values.
pub static FEATURES_CHANGED: Custom =
    Custom::inside("features of btrfs that change", 48, |decode, place| features(decode, place, &["", ""]));

/// `struct btrfs_ioctl_quota_rescan_args`
pub static RESCAN: Record = Record {
    name: "btrfs_ioctl_quota_rescan_args",
    fields: &[
        Field::new("flags", Int(U64)),
        Field::new("progress", Symbol(U64, &OBJECTS)),
        Field::padding(Array(&Int(U64), Len::Fixed(6))),
    ],
};

/// `struct btrfs_ioctl_send_args`
pub static SENT: Record = Record {
    name: "btrfs_ioctl_send_args",
    fields: &[
        Field::new("send_fd", Fd),
        Field::padding(Int(U32)),
        Field::new("clone_sources_count", Int(U64)),
        Field::new("clone_sources", Verbose(&In(&Array(&Symbol(U64, &OBJECTS), Len::Arg(2))))),
        Field::new("parent_root", Symbol(U64, &OBJECTS)),
        Field::new("flags", Flags(U64, &SEND_FLAGS)),
        Field::padding(Array(&Int(U64), Len::Fixed(4))),
    ],
};

/// `struct btrfs_ioctl_qgroup_assign_args`
pub static QGROUP_ASSIGN: Record = Record {
    name: "btrfs_ioctl_qgroup_assign_args",
    fields: &[Field::new("assign", Int(U64)), Field::new("src", Int(U64)), Field::new("dst", Int(U64))],
};

/// `struct btrfs_ioctl_qgroup_create_args`
pub static QGROUP_CREATE: Record = Record {
    name: "btrfs_ioctl_qgroup_create_args",
    fields: &[Field::new("create", Int(U64)), Field::new("qgroupid", Int(U64))],
};

/// `struct btrfs_ioctl_qgroup_limit_args`
pub static QGROUP_SET: Record = Record {
    name: "btrfs_ioctl_qgroup_limit_args",
    fields: &[Field::new("qgroupid", Int(U64)), Field::new("lim", Struct(&QGROUP_LIMIT))],
};

/// `struct btrfs_ioctl_quota_ctl_args`
pub static QUOTA: Record = Record {
    name: "btrfs_ioctl_quota_ctl_args",
    fields: &[Field::new("cmd", Symbol(U64, &QUOTA_COMMANDS)), Field::padding(Int(U64))],
};

/// `struct btrfs_ioctl_fs_info_args`
pub static FILE_SYSTEM: Record = Record {
    name: "btrfs_ioctl_fs_info_args",
    fields: &[
        Field::new("max_id", Int(U64)),
        Field::new("num_devices", Int(U64)),
        Field::new("fsid", Custom(&UUID)),
        Field::new("nodesize", Int(U32)),
        Field::new("sectorsize", Int(U32)),
        Field::new("clone_alignment", Int(U32)),
        Field::new("csum_type", Over(&SwitchBits(10, 1, &[(0, Absent)], &Symbol(U16, &CHECKSUMS)))),
        Field::padding(Int(U16)),
        Field::new("csum_size", Over(&SwitchBits(10, 1, &[(0, Absent)], &Int(U16)))),
        Field::padding(Int(U16)),
        Field::new("flags", Flags(U64, &FS_INFO_FLAGS)),
        Field::new("generation", Over(&SwitchBits(10, 2, &[(0, Absent)], &Int(U64)))),
        Field::padding(Int(U64)),
        Field::new("metadata_uuid", SwitchBits(10, 4, &[(0, Absent)], &Custom(&UUID))),
        Field::padding(Chars(944)),
    ],
};

/// `struct btrfs_balance_args`
static BALANCED: Record = Record {
    name: "btrfs_balance_args",
    fields: &[
        Field::new("profiles", Flags(U64, &PROFILES)),
        Field::new("usage", NUMBER),
        Field::new("devid", Dev(U64)),
        Field::new("pstart", NUMBER),
        Field::new("pend", NUMBER),
        Field::new("vstart", NUMBER),
        Field::new("vend", NUMBER),
        Field::new("target", NUMBER),
        Field::new("flags", Flags(U64, &BALANCE_ARGS)),
        Field::padding(Array(&Int(U64), Len::Fixed(8))),
    ],
};

/// `struct btrfs_ioctl_balance_args`; only the kinds of block groups that are balanced are written.
pub static BALANCE: Record = Record {
    name: "btrfs_ioctl_balance_args",
    fields: &[
        Field::new("flags", Flags(U64, &BALANCE_FLAGS)),
        Field::new("state", Flags(U64, &BALANCE_STATES)),
        Field::new("data", SwitchBits(0, 1, &[(0, Absent)], &Struct(&BALANCED))),
        Field::new("meta", SwitchBits(0, 4, &[(0, Absent)], &Struct(&BALANCED))),
        Field::new("sys", SwitchBits(0, 2, &[(0, Absent)], &Struct(&BALANCED))),
        Field::padding(Chars(600)),
    ],
};

/// `struct btrfs_ioctl_space_info`
static SPACE: Record = Record {
    name: "btrfs_ioctl_space_info",
    fields: &[
        Field::new("flags", Flags(U64, &GROUP_TYPES)),
        Field::new("total_bytes", Int(U64)),
        Field::new("used_bytes", Int(U64)),
    ],
};
/// If only the count was requested, the items are not returned.
macro_rules! where_asked {
    ($ty:expr) => {
        SwitchBits(0, u64::MAX, &[(0, SwitchBits(1, u64::MAX, &[(0, $ty)], &Absent))], &$ty)
    };
}

/// `struct btrfs_ioctl_space_args`
pub static SPACES: Record =
    Record { name: "btrfs_ioctl_space_args", fields: &[Field::new("space_slots", Int(U64))] };
/// The part that is returned.
pub static SPACES_TOLD: Record = Record {
    name: "btrfs_ioctl_space_args, told",
    fields: &[
        Field::padding(Int(U64)),
        Field::new("total_spaces", Int(U64)),
        Field::new("", where_asked!(ByVerbosity(&Literal("..."), &Absent))),
        Field::new("spaces", where_asked!(ByVerbosity(&Absent, &Array(&Struct(&SPACE), Len::Arg(1))))),
    ],
};

/// `struct btrfs_data_container` with inodes.
static INODES_FOUND: Record = Record {
    name: "btrfs_data_container, inodes",
    fields: &[
        Field::new("bytes_left", Int(U32)),
        Field::new("bytes_missing", Int(U32)),
        Field::new("elem_cnt", Int(U32)),
        Field::new("elem_missed", Int(U32)),
        Field::verbose("val", Custom(&INODES)),
    ],
};
/// `struct btrfs_data_container` with paths.
static PATHS_FOUND: Record = Record {
    name: "btrfs_data_container, paths",
    fields: &[
        Field::new("bytes_left", Int(U32)),
        Field::new("bytes_missing", Int(U32)),
        Field::new("elem_cnt", Int(U32)),
        Field::new("elem_missed", Int(U32)),
        Field::verbose("val", Custom(&PATHS)),
    ],
};

/// An inode, as three numbers.
static INODE: Record = Record {
    name: "btrfs_data_container, inode",
    fields: &[Field::new("inum", Int(U64)), Field::new("offset", Int(U64)), Field::new("root", Int(U64))],
};
const INODE_TYPE: Type = Struct(&INODE);

fn want_values(gather: &mut Gather<'_>, place: Place) -> (u64, usize) {
    let Place::Memory { addr, phase } = place else { return (0, 0) };
    if phase != gather.scope.phase || !gather.scope.depth.verbose {
        return (addr, 0);
    }
    let count = gather.scope.sibling(2).min(gather.scope.most_elements() as u64 + 1) as usize;
    gather.want(addr, count * 8);
    (addr, count)
}

static INODES: Custom = Custom {
    name: "inodes of btrfs",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        want_values(gather, place);
    },
    decode: |decode: &mut Decode<'_>, place| {
        let count = decode.scope.sibling(2) / 3;
        decode.several(&INODE_TYPE, count, place).unwrap_or(Value::List(Vec::new()))
    },
};

/// The paths, which are given as offsets from the start of the numbers.
static PATHS: Custom = Custom {
    name: "paths of btrfs",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        let (addr, count) = want_values(gather, place);
        for at in 0..count as u64 {
            let place = Place::Memory { addr: addr.wrapping_add(8 * at), phase: gather.scope.phase };
            if let Some(offset) = gather.scope.load(place, U64) {
                gather.text(addr.wrapping_add(offset), gather.scope.depth.strings.saturating_add(1));
            }
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
        let (mut items, count, mut cut) = (Vec::new(), decode.scope.sibling(2), false);
        for at in 0..count {
            let at = addr.wrapping_add(8 * at);
            let Some(offset) = decode.scope.load(Place::Memory { addr: at, phase }, U64) else {
                items.push(decode.unreadable(at));
                break;
            };
            if items.len() >= decode.scope.most_elements() {
                cut = true;
                break;
            }
            let path = addr.wrapping_add(offset);
            let most = decode.scope.depth.strings;
            items.push(decode.text(Place::Memory { addr: path, phase }, most).unwrap_or(Value::Addr(path)));
        }
        Value::Array { items, cut }
    },
};

/// `struct btrfs_ioctl_ino_path_args`
pub static INODE_PATHS: Record = Record {
    name: "btrfs_ioctl_ino_path_args",
    fields: &[
        Field::new("inum", Int(U64)),
        Field::new("size", Int(U64)),
        Field::padding(Array(&Int(U64), Len::Fixed(4))),
        Field::new("fspath", Wide(&Addr)),
    ],
};
/// The part that is returned.
pub static INODE_PATHS_TOLD: Record = Record {
    name: "btrfs_ioctl_ino_path_args, told",
    fields: &[
        Field::padding(Array(&Int(U64), Len::Fixed(6))),
        Field::new("fspath", Wide(&Out(&Struct(&PATHS_FOUND)))),
    ],
};

/// `struct btrfs_ioctl_logical_ino_args`
pub static LOGICAL: Record = Record {
    name: "btrfs_ioctl_logical_ino_args",
    fields: &[
        Field::new("logical", Int(U64)),
        Field::new("size", Int(U64)),
        Field::nonzero("reserved", Array(&Hex(U64), Len::Fixed(3))),
        Field::new("flags", Flags(U64, &LOGICAL_FLAGS)),
        Field::new("inodes", Wide(&Addr)),
    ],
};
/// The part that is returned.
pub static LOGICAL_TOLD: Record = Record {
    name: "btrfs_ioctl_logical_ino_args, told",
    fields: &[
        Field::padding(Array(&Int(U64), Len::Fixed(6))),
        Field::new("inodes", Wide(&Out(&Struct(&INODES_FOUND)))),
    ],
};

/// `struct btrfs_ioctl_ino_lookup_args`
pub static LOOKUP: Record = Record {
    name: "btrfs_ioctl_ino_lookup_args",
    fields: &[
        Field::new("treeid", Symbol(U64, &OBJECTS)),
        Field::new("objectid", Symbol(U64, &OBJECTS)),
        Field::padding(Chars(4080)),
    ],
};
/// The part that is returned.
pub static LOOKUP_TOLD: Record = Record {
    name: "btrfs_ioctl_ino_lookup_args, told",
    fields: &[
        Field::new("treeid", Custom(&TREE_FOUND)),
        Field::padding(Int(U64)),
        Field::new("name", Chars(4080)),
    ],
};
const TREE: Type = Symbol(U64, &OBJECTS);
/// The tree is returned if none was given.
static TREE_FOUND: Custom = Custom::inside("tree of an inode", 8, |decode: &mut Decode<'_>, place| {
    let Place::Memory { addr, .. } = place else { return Value::Addr(0) };
    match decode.scope.load(Place::Memory { addr, phase: Phase::Entry }, U64) {
        Some(0) => decode.value(&TREE, place),
        _ => Value::List(Vec::new()),
    }
});

/// `struct btrfs_ioctl_dev_info_args`
pub static DEVICE: Record = Record {
    name: "btrfs_ioctl_dev_info_args",
    fields: &[
        Field::new("devid", Dev(U64)),
        Field::nonzero("uuid", Custom(&UUID)),
        Field::new("bytes_used", Int(U64)),
        Field::new("total_bytes", Int(U64)),
        Field::padding(Chars(3032)),
        Field::new("path", Chars(1024)),
    ],
};

/// `struct btrfs_scrub_progress`
static SCRUBBED: Record = Record {
    name: "btrfs_scrub_progress",
    fields: &[
        Field::new("data_extents_scrubbed", Int(U64)),
        Field::new("tree_extents_scrubbed", Int(U64)),
        Field::new("data_bytes_scrubbed", Int(U64)),
        Field::new("tree_bytes_scrubbed", Int(U64)),
        Field::new("read_errors", Int(U64)),
        Field::new("csum_errors", Int(U64)),
        Field::new("verify_errors", Int(U64)),
        Field::new("no_csum", Int(U64)),
        Field::new("csum_discards", Int(U64)),
        Field::new("super_errors", Int(U64)),
        Field::new("malloc_errors", Int(U64)),
        Field::new("uncorrectable_errors", Int(U64)),
        Field::new("corrected_errors", Int(U64)),
        Field::new("last_physical", Int(U64)),
        Field::new("unverified_errors", Int(U64)),
    ],
};

/// `struct btrfs_ioctl_scrub_args`
pub static SCRUB: Record = Record {
    name: "btrfs_ioctl_scrub_args",
    fields: &[
        Field::new("devid", Dev(U64)),
        Field::new("start", Int(U64)),
        Field::new("end", NUMBER),
        Field::new("flags", Flags(U64, &SCRUB_FLAGS)),
        Field::new("progress", Struct(&SCRUBBED)),
        Field::padding(Chars(872)),
    ],
};

/// `struct btrfs_ioctl_get_dev_stats`
pub static STATISTICS: Record = Record {
    name: "btrfs_ioctl_get_dev_stats",
    fields: &[
        Field::new("devid", Dev(U64)),
        Field::new("nr_items", Int(U64)),
        Field::new("flags", Flags(U64, &STATS_FLAGS)),
        Field::padding(Chars(1008)),
    ],
};
/// The part that is returned.
pub static STATISTICS_TOLD: Record = Record {
    name: "btrfs_ioctl_get_dev_stats, told",
    fields: &[
        Field::padding(Int(U64)),
        Field::new("nr_items", Int(U64)),
        Field::new("flags", Flags(U64, &STATS_FLAGS)),
        Field::new("", Custom(&COUNTERS)),
        Field::padding(Chars(968)),
    ],
};

/// Error counters, each with its name: `[[BTRFS_DEV_STAT_WRITE_ERRS]=0, ...]`.
static COUNTERS: Custom =
    Custom::inside("counters of a btrfs device", 40, |decode: &mut Decode<'_>, place| {
        const NAMES: [&str; 5] = [
            "[BTRFS_DEV_STAT_WRITE_ERRS]",
            "[BTRFS_DEV_STAT_READ_ERRS]",
            "[BTRFS_DEV_STAT_FLUSH_ERRS]",
            "[BTRFS_DEV_STAT_CORRUPTION_ERRS]",
            "[BTRFS_DEV_STAT_GENERATION_ERRS]",
        ];
        let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
        let count = decode.scope.sibling(1);
        let mut items = Vec::new();
        for (at, name) in (0..count.min(5)).zip(NAMES) {
            let number = Place::Memory { addr: addr.wrapping_add(8 * at), phase };
            let number = decode.scope.load(number, U64).unwrap_or(0);
            items.push(Value::Field(decode.name(name), Box::new(Value::Unsigned(number))));
        }
        Value::Array { items, cut: count > 5 }
    });

/// `struct btrfs_ioctl_dev_replace_start_params`
static REPLACE_START: Record = Record {
    name: "btrfs_ioctl_dev_replace_start_params",
    fields: &[
        Field::new("srcdevid", Dev(U64)),
        Field::new("cont_reading_from_srcdev_mode", Symbol(U64, &REPLACE_MODES)),
        Field::new("srcdev_name", Chars(1025)),
        Field::new("tgtdev_name", Chars(1025)),
    ],
};

/// Thousandths, also in percent.
static PROGRESS: Custom = Custom::inside("thousandths", 8, |decode: &mut Decode<'_>, place| {
    let number = decode.scope.load(place, U64).unwrap_or(0);
    match number {
        0..=1000 => {
            Value::Noted(Box::new(Value::Unsigned(number)), format!("{}.{}%", number / 10, number % 10))
        }
        _ => Value::Unsigned(number),
    }
});

/// `struct btrfs_ioctl_dev_replace_status_params`
static REPLACE_STATUS: Record = Record {
    name: "btrfs_ioctl_dev_replace_status_params",
    fields: &[
        Field::new("replace_state", Symbol(U64, &REPLACE_STATES)),
        Field::new("progress_1000", Custom(&PROGRESS)),
        Field::new("time_started", Date(U64, None)),
        Field::new("time_stopped", Date(U64, None)),
        Field::new("num_write_errors", Int(U64)),
        Field::new("num_uncorrectable_read_errors", Int(U64)),
    ],
};

/// `struct btrfs_ioctl_dev_replace_args`
pub static REPLACE: Record = Record {
    name: "btrfs_ioctl_dev_replace_args",
    fields: &[
        Field::new("cmd", Symbol(U64, &REPLACE_COMMANDS)),
        Field::new("result", Symbol(U64, &REPLACE_RESULTS)),
        Field::new("start", Over(&SwitchBits(0, u64::MAX, &[(0, Struct(&REPLACE_START))], &Absent))),
        Field::new("status", Over(&SwitchBits(0, u64::MAX, &[(1, Struct(&REPLACE_STATUS))], &Absent))),
        Field::padding(Struct(&REPLACE_START)),
        Field::padding(Array(&Int(U64), Len::Fixed(64))),
    ],
};

/// `struct btrfs_ioctl_timespec`
static TIME: Record = Record {
    name: "btrfs_ioctl_timespec",
    fields: &[Field::new("sec", Int(U64)), Field::new("nsec", Int(U32))],
};

/// `struct btrfs_ioctl_received_subvol_args`
pub static RECEIVED: Record = Record {
    name: "btrfs_ioctl_received_subvol_args",
    fields: &[
        Field::new("uuid", Custom(&UUID)),
        Field::new("stransid", Int(U64)),
        Field::new("rtransid", Int(U64)),
        Field::new("stime", Dated(&TIME, 9)),
        Field::new("rtime", Dated(&TIME, 9)),
        Field::new("flags", Int(U64)),
        Field::padding(Array(&Int(U64), Len::Fixed(16))),
    ],
};

/// `struct file_dedupe_range_info`
static DUPLICATE: Record = Record {
    name: "file_dedupe_range_info",
    fields: &[
        Field::new("dest_fd", Fd),
        Field::padding(Int(U32)),
        Field::new("dest_offset", Int(U64)),
        Field::padding(Int(U64)),
        Field::padding(Int(U64)),
    ],
};
static DUPLICATE_TOLD: Record = Record {
    name: "file_dedupe_range_info, told",
    fields: &[
        Field::padding(Int(U64)),
        Field::padding(Int(U64)),
        Field::new("bytes_deduped", Int(U64)),
        Field::new("status", Int(I32)),
        Field::padding(Int(U32)),
    ],
};
/// Only two of them are written without `-v`.
macro_rules! some {
    ($record:ident) => {
        ByVerbosity(&Array(&Struct(&$record), Len::Most(2, 2)), &Array(&Struct(&$record), Len::Arg(2)))
    };
}

/// `struct file_dedupe_range`
pub static DEDUPLICATED: Record = Record {
    name: "file_dedupe_range",
    fields: &[
        Field::new("src_offset", Int(U64)),
        Field::new("src_length", Int(U64)),
        Field::new("dest_count", Int(U16)),
        Field::padding(Int(U16)),
        Field::padding(Int(U32)),
        Field::new("info", some!(DUPLICATE)),
    ],
};
/// The part that is returned.
pub static DEDUPLICATED_TOLD: Record = Record {
    name: "file_dedupe_range, told",
    fields: &[
        Field::padding(Int(U64)),
        Field::padding(Int(U64)),
        Field::padding(Int(U16)),
        Field::padding(Int(U16)),
        Field::padding(Int(U32)),
        Field::new("info", some!(DUPLICATE_TOLD)),
    ],
};

const FIRST_FREE: u64 = 256;
const LAST_FREE: u64 = u64::MAX - 255;
const NUMBER: Type = Symbol(U64, &ALL);

/// `struct btrfs_ioctl_search_key`; fields that every search has are left out without `-v`.
static SEARCH_KEY: Record = Record {
    name: "btrfs_ioctl_search_key",
    fields: &[
        Field::new("tree_id", TREE),
        Field::new(
            "min_objectid",
            Over(&ByVerbosity(&SwitchBits(2, u64::MAX, &[(FIRST_FREE, Absent)], &TREE), &TREE)),
        ),
        Field::padding(Int(U64)),
        Field::new(
            "max_objectid",
            Over(&ByVerbosity(&SwitchBits(4, u64::MAX, &[(LAST_FREE, Absent)], &TREE), &TREE)),
        ),
        Field::padding(Int(U64)),
        Field::new("min_offset", NUMBER),
        Field::new("max_offset", NUMBER),
        Field::new("min_transid", NUMBER),
        Field::new("max_transid", NUMBER),
        Field::new("min_type", Symbol(U32, &KEYS)),
        Field::new("max_type", Symbol(U32, &KEYS)),
        Field::new("nr_items", Int(U32)),
        Field::padding(Array(&Int(U32), Len::Fixed(9))),
    ],
};
static SEARCH_COUNT: Record = Record {
    name: "btrfs_ioctl_search_key, told",
    fields: &[
        Field::padding(Array(&Int(U64), Len::Fixed(8))),
        Field::new("nr_items", Int(U32)),
        Field::padding(Array(&Int(U32), Len::Fixed(9))),
    ],
};

/// `struct btrfs_ioctl_search_args`
pub static SEARCH: Record = Record {
    name: "btrfs_ioctl_search_args",
    fields: &[Field::new("key", Struct(&SEARCH_KEY)), Field::padding(Chars(3992))],
};
/// The part that is returned.
pub static SEARCH_TOLD: Record = Record {
    name: "btrfs_ioctl_search_args, told",
    fields: &[
        Field::new("key", Struct(&SEARCH_COUNT)),
        Field::verbose("buf", Custom(&ITEMS)),
        Field::padding(Chars(3992)),
    ],
};

/// `struct btrfs_ioctl_search_args_v2`
pub static SEARCH_V2: Record = Record {
    name: "btrfs_ioctl_search_args_v2",
    fields: &[Field::new("key", Struct(&SEARCH_KEY)), Field::new("buf_size", Int(U64))],
};
/// The part that is returned.
pub static SEARCH_V2_TOLD: Record = Record {
    name: "btrfs_ioctl_search_args_v2, told",
    fields: &[
        Field::new("key", Struct(&SEARCH_COUNT)),
        Field::new("buf_size", Int(U64)),
        Field::verbose("buf", Custom(&ITEMS_V2)),
    ],
};

/// `struct btrfs_ioctl_search_header`
static ITEM: Record = Record {
    name: "btrfs_ioctl_search_header",
    fields: &[
        Field::new("transid", Int(U64)),
        Field::new("objectid", TREE),
        Field::new("offset", Int(U64)),
        Field::new("type", Symbol(U32, &KEYS)),
        Field::new("len", Int(U32)),
    ],
};
const HEADER: u64 = 32;

/// At most this many bytes of a search result are read.
const MOST_ITEMS: u64 = 64 * 1024;

/// The items that were found, one after another, each with its header.
fn items(decode: &mut Decode<'_>, place: Place, key: u64, size: u64) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let count = Place::Memory { addr: addr.wrapping_sub(key).wrapping_add(64), phase };
    let count = decode.scope.load(count, U32).unwrap_or(0);
    let (mut items, mut at) = (Vec::new(), 0u64);
    for _ in 0..count {
        if at.saturating_add(HEADER) > size {
            return Value::Array { items, cut: true };
        }
        let here = addr.wrapping_add(at);
        let Some(item) = decode.record(&ITEM, Place::Memory { addr: here, phase }) else {
            items.push(decode.unreadable(here));
            break;
        };
        let len = Place::Memory { addr: here.wrapping_add(28), phase };
        at = at.saturating_add(HEADER + decode.scope.load(len, U32).unwrap_or(0));
        items.push(item);
    }
    Value::Array { items, cut: false }
}

static ITEMS: Custom = Custom {
    name: "items of a search",
    size: 0,
    when: When::Entry,
    gather: |_, _| {},
    decode: |decode, place| items(decode, place, 104, 3992),
};

static ITEMS_V2: Custom = Custom {
    name: "items of a larger search",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        if let Place::Memory { addr, phase } = place
            && phase == gather.scope.phase
            && gather.scope.depth.verbose
        {
            gather.want(addr, gather.scope.sibling(1).min(MOST_ITEMS) as usize);
        }
    },
    decode: |decode, place| {
        let size = decode.scope.sibling(1);
        items(decode, place, 112, size)
    },
};
