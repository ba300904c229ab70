//! Btrfs: `linux/btrfs.h`, `linux/btrfs_tree.h`.

use crate::types::{Flags, Symbols};

/// Control of a balance.
pub static BALANCE_CONTROL: Symbols = Symbols {
    unknown: "BTRFS_BALANCE_CTL_???",
    names: &[(1, "BTRFS_BALANCE_CTL_PAUSE"), (2, "BTRFS_BALANCE_CTL_CANCEL")],
};

/// Flags for creating a subvolume.
pub static SUBVOLUME_FLAGS: Flags = Flags {
    unknown: "BTRFS_SUBVOL_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_SUBVOL_CREATE_ASYNC"),
        (0x2, "BTRFS_SUBVOL_RDONLY"),
        (0x4, "BTRFS_SUBVOL_QGROUP_INHERIT"),
    ],
};

/// Flags for defragmenting.
pub static DEFRAGMENT: Flags = Flags {
    unknown: "BTRFS_DEFRAG_RANGE_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_DEFRAG_RANGE_COMPRESS"),
        (0x2, "BTRFS_DEFRAG_RANGE_START_IO"),
        (0x4, "BTRFS_DEFRAG_RANGE_COMPRESS_LEVEL"),
        (0x8, "BTRFS_DEFRAG_RANGE_NOCOMPRESS"),
    ],
};

/// How data is compressed.
pub static COMPRESSION: Symbols = Symbols {
    unknown: "BTRFS_COMPRESS_???",
    names: &[
        (0, "BTRFS_COMPRESS_NONE"),
        (1, "BTRFS_COMPRESS_ZLIB"),
        (2, "BTRFS_COMPRESS_LZO"),
        (3, "BTRFS_COMPRESS_ZSTD"),
    ],
};

/// Features that others may ignore.
pub static COMPATIBLE: Flags = Flags { unknown: "BTRFS_FEATURE_COMPAT_???", field: (0, &[]), bits: &[] };

/// Features that a writer must know.
pub static COMPATIBLE_RO: Flags = Flags {
    unknown: "BTRFS_FEATURE_COMPAT_RO_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_FEATURE_COMPAT_RO_FREE_SPACE_TREE"),
        (0x2, "BTRFS_FEATURE_COMPAT_RO_FREE_SPACE_TREE_VALID"),
        (0x4, "BTRFS_FEATURE_COMPAT_RO_VERITY"),
        (0x8, "BTRFS_FEATURE_COMPAT_RO_BLOCK_GROUP_TREE"),
    ],
};

/// Features that everybody must know.
pub static INCOMPATIBLE: Flags = Flags {
    unknown: "BTRFS_FEATURE_INCOMPAT_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_FEATURE_INCOMPAT_MIXED_BACKREF"),
        (0x2, "BTRFS_FEATURE_INCOMPAT_DEFAULT_SUBVOL"),
        (0x4, "BTRFS_FEATURE_INCOMPAT_MIXED_GROUPS"),
        (0x8, "BTRFS_FEATURE_INCOMPAT_COMPRESS_LZO"),
        (0x10, "BTRFS_FEATURE_INCOMPAT_COMPRESS_ZSTD"),
        (0x20, "BTRFS_FEATURE_INCOMPAT_BIG_METADATA"),
        (0x40, "BTRFS_FEATURE_INCOMPAT_EXTENDED_IREF"),
        (0x80, "BTRFS_FEATURE_INCOMPAT_RAID56"),
        (0x100, "BTRFS_FEATURE_INCOMPAT_SKINNY_METADATA"),
        (0x200, "BTRFS_FEATURE_INCOMPAT_NO_HOLES"),
        (0x400, "BTRFS_FEATURE_INCOMPAT_METADATA_UUID"),
        (0x800, "BTRFS_FEATURE_INCOMPAT_RAID1C34"),
        (0x1000, "BTRFS_FEATURE_INCOMPAT_ZONED"),
        (0x2000, "BTRFS_FEATURE_INCOMPAT_EXTENT_TREE_V2"),
        (0x4000, "BTRFS_FEATURE_INCOMPAT_RAID_STRIPE_TREE"),
        (0x10000, "BTRFS_FEATURE_INCOMPAT_SIMPLE_QUOTA"),
        (0x20000, "BTRFS_FEATURE_INCOMPAT_REMAP_TREE"),
    ],
};

/// Flags for sending a subvolume.
pub static SEND_FLAGS: Flags = Flags {
    unknown: "BTRFS_SEND_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_SEND_FLAG_NO_FILE_DATA"),
        (0x2, "BTRFS_SEND_FLAG_OMIT_STREAM_HEADER"),
        (0x4, "BTRFS_SEND_FLAG_OMIT_END_CMD"),
        (0x8, "BTRFS_SEND_FLAG_VERSION"),
        (0x10, "BTRFS_SEND_FLAG_COMPRESSED"),
    ],
};

/// Limits of a quota group.
pub static QGROUP_LIMITS: Flags = Flags {
    unknown: "BTRFS_QGROUP_LIMIT_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_QGROUP_LIMIT_MAX_RFER"),
        (0x2, "BTRFS_QGROUP_LIMIT_MAX_EXCL"),
        (0x4, "BTRFS_QGROUP_LIMIT_RSV_RFER"),
        (0x8, "BTRFS_QGROUP_LIMIT_RSV_EXCL"),
        (0x10, "BTRFS_QGROUP_LIMIT_RFER_CMPR"),
        (0x20, "BTRFS_QGROUP_LIMIT_EXCL_CMPR"),
    ],
};

/// Checksums of blocks.
pub static CHECKSUMS: Symbols = Symbols {
    unknown: "BTRFS_CSUM_TYPE_???",
    names: &[
        (0, "BTRFS_CSUM_TYPE_CRC32"),
        (1, "BTRFS_CSUM_TYPE_XXHASH"),
        (2, "BTRFS_CSUM_TYPE_SHA256"),
        (3, "BTRFS_CSUM_TYPE_BLAKE2"),
    ],
};

/// Optional information.
pub static FS_INFO_FLAGS: Flags = Flags {
    unknown: "BTRFS_FS_INFO_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_FS_INFO_FLAG_CSUM_INFO"),
        (0x2, "BTRFS_FS_INFO_FLAG_GENERATION"),
        (0x4, "BTRFS_FS_INFO_FLAG_METADATA_UUID"),
    ],
};

/// What to balance.
pub static BALANCE_FLAGS: Flags = Flags {
    unknown: "BTRFS_BALANCE_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_BALANCE_DATA"),
        (0x2, "BTRFS_BALANCE_SYSTEM"),
        (0x4, "BTRFS_BALANCE_METADATA"),
        (0x8, "BTRFS_BALANCE_FORCE"),
        (0x10, "BTRFS_BALANCE_RESUME"),
    ],
};

/// States of a balance.
pub static BALANCE_STATES: Flags = Flags {
    unknown: "BTRFS_BALANCE_STATE_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_BALANCE_STATE_RUNNING"),
        (0x2, "BTRFS_BALANCE_STATE_PAUSE_REQ"),
        (0x4, "BTRFS_BALANCE_STATE_CANCEL_REQ"),
    ],
};

/// Kinds of block groups.
pub static GROUP_TYPES: Flags = Flags {
    unknown: "BTRFS_SPACE_INFO_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_BLOCK_GROUP_DATA"),
        (0x2, "BTRFS_BLOCK_GROUP_SYSTEM"),
        (0x4, "BTRFS_BLOCK_GROUP_METADATA"),
        (0x8, "BTRFS_BLOCK_GROUP_RAID0"),
        (0x10, "BTRFS_BLOCK_GROUP_RAID1"),
        (0x20, "BTRFS_BLOCK_GROUP_DUP"),
        (0x40, "BTRFS_BLOCK_GROUP_RAID10"),
        (0x80, "BTRFS_BLOCK_GROUP_RAID5"),
        (0x100, "BTRFS_BLOCK_GROUP_RAID6"),
        (0x200, "BTRFS_BLOCK_GROUP_RAID1C3"),
        (0x400, "BTRFS_BLOCK_GROUP_RAID1C4"),
        (0x800, "BTRFS_BLOCK_GROUP_REMAPPED"),
        (0x1000, "BTRFS_BLOCK_GROUP_METADATA_REMAP"),
        (0x1000000000000, "BTRFS_AVAIL_ALLOC_BIT_SINGLE"),
        (0x2000000000000, "BTRFS_SPACE_INFO_GLOBAL_RSV"),
    ],
};

/// Commands for quotas.
pub static QUOTA_COMMANDS: Symbols = Symbols {
    unknown: "BTRFS_QUOTA_CTL_???",
    names: &[
        (1, "BTRFS_QUOTA_CTL_ENABLE"),
        (2, "BTRFS_QUOTA_CTL_DISABLE"),
        (3, "BTRFS_QUOTA_CTL_RESCAN__NOTUSED"),
        (4, "BTRFS_QUOTA_CTL_ENABLE_SIMPLE_QUOTA"),
    ],
};

/// Flags for looking up an inode.
pub static LOGICAL_FLAGS: Flags = Flags {
    unknown: "BTRFS_LOGICAL_INO_ARGS_???",
    field: (0, &[]),
    bits: &[(0x1, "BTRFS_LOGICAL_INO_ARGS_IGNORE_OFFSET")],
};

/// Flags of a scrub.
pub static SCRUB_FLAGS: Flags =
    Flags { unknown: "BTRFS_SCRUB_???", field: (0, &[]), bits: &[(0x1, "BTRFS_SCRUB_READONLY")] };

/// Flags for the statistics.
pub static STATS_FLAGS: Flags =
    Flags { unknown: "BTRFS_DEV_STATS_???", field: (0, &[]), bits: &[(0x1, "BTRFS_DEV_STATS_RESET")] };

/// Commands for a device replacement.
pub static REPLACE_COMMANDS: Symbols = Symbols {
    unknown: "BTRFS_IOCTL_DEV_REPLACE_CMD_???",
    names: &[
        (0, "BTRFS_IOCTL_DEV_REPLACE_CMD_START"),
        (1, "BTRFS_IOCTL_DEV_REPLACE_CMD_STATUS"),
        (2, "BTRFS_IOCTL_DEV_REPLACE_CMD_CANCEL"),
    ],
};

/// Results of a device replacement.
pub static REPLACE_RESULTS: Symbols = Symbols {
    unknown: "BTRFS_IOCTL_DEV_REPLACE_RESULT_???",
    names: &[
        (0, "BTRFS_IOCTL_DEV_REPLACE_RESULT_NO_ERROR"),
        (1, "BTRFS_IOCTL_DEV_REPLACE_RESULT_NOT_STARTED"),
        (2, "BTRFS_IOCTL_DEV_REPLACE_RESULT_ALREADY_STARTED"),
        (3, "BTRFS_IOCTL_DEV_REPLACE_RESULT_SCRUB_INPROGRESS"),
    ],
};

/// From where to read the data.
pub static REPLACE_MODES: Symbols = Symbols {
    unknown: "BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_???",
    names: &[
        (0, "BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_ALWAYS"),
        (1, "BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_AVOID"),
    ],
};

/// States of a device replacement.
pub static REPLACE_STATES: Symbols = Symbols {
    unknown: "BTRFS_IOCTL_DEV_REPLACE_STATE_???",
    names: &[
        (0, "BTRFS_IOCTL_DEV_REPLACE_STATE_NEVER_STARTED"),
        (1, "BTRFS_IOCTL_DEV_REPLACE_STATE_STARTED"),
        (2, "BTRFS_IOCTL_DEV_REPLACE_STATE_FINISHED"),
        (3, "BTRFS_IOCTL_DEV_REPLACE_STATE_CANCELED"),
        (4, "BTRFS_IOCTL_DEV_REPLACE_STATE_SUSPENDED"),
    ],
};

/// Trees and objects of the file system.
pub static OBJECTS: Symbols = Symbols {
    unknown: "",
    names: &[
        (1, "BTRFS_ROOT_TREE_OBJECTID"),
        (2, "BTRFS_EXTENT_TREE_OBJECTID"),
        (3, "BTRFS_CHUNK_TREE_OBJECTID"),
        (4, "BTRFS_DEV_TREE_OBJECTID"),
        (5, "BTRFS_FS_TREE_OBJECTID"),
        (6, "BTRFS_ROOT_TREE_DIR_OBJECTID"),
        (7, "BTRFS_CSUM_TREE_OBJECTID"),
        (8, "BTRFS_QUOTA_TREE_OBJECTID"),
        (9, "BTRFS_UUID_TREE_OBJECTID"),
        (10, "BTRFS_FREE_SPACE_TREE_OBJECTID"),
        (11, "BTRFS_BLOCK_GROUP_TREE_OBJECTID"),
        (12, "BTRFS_RAID_STRIPE_TREE_OBJECTID"),
        (13, "BTRFS_REMAP_TREE_OBJECTID"),
        (0x100, "BTRFS_FIRST_FREE_OBJECTID"),
        (0xffffffffffffff00, "BTRFS_LAST_FREE_OBJECTID"),
        (0xffffffffffffffff, "UINT64_MAX"),
    ],
};

/// Kinds of keys.
pub static KEYS: Symbols = Symbols {
    unknown: "",
    names: &[
        (1, "BTRFS_INODE_ITEM_KEY"),
        (12, "BTRFS_INODE_REF_KEY"),
        (13, "BTRFS_INODE_EXTREF_KEY"),
        (24, "BTRFS_XATTR_ITEM_KEY"),
        (36, "BTRFS_VERITY_DESC_ITEM_KEY"),
        (37, "BTRFS_VERITY_MERKLE_ITEM_KEY"),
        (48, "BTRFS_ORPHAN_ITEM_KEY"),
        (60, "BTRFS_DIR_LOG_ITEM_KEY"),
        (72, "BTRFS_DIR_LOG_INDEX_KEY"),
        (84, "BTRFS_DIR_ITEM_KEY"),
        (96, "BTRFS_DIR_INDEX_KEY"),
        (108, "BTRFS_EXTENT_DATA_KEY"),
        (128, "BTRFS_EXTENT_CSUM_KEY"),
        (132, "BTRFS_ROOT_ITEM_KEY"),
        (144, "BTRFS_ROOT_BACKREF_KEY"),
        (156, "BTRFS_ROOT_REF_KEY"),
        (168, "BTRFS_EXTENT_ITEM_KEY"),
        (169, "BTRFS_METADATA_ITEM_KEY"),
        (172, "BTRFS_EXTENT_OWNER_REF_KEY"),
        (176, "BTRFS_TREE_BLOCK_REF_KEY"),
        (178, "BTRFS_EXTENT_DATA_REF_KEY"),
        (180, "BTRFS_EXTENT_REF_V0_KEY"),
        (182, "BTRFS_SHARED_BLOCK_REF_KEY"),
        (184, "BTRFS_SHARED_DATA_REF_KEY"),
        (192, "BTRFS_BLOCK_GROUP_ITEM_KEY"),
        (198, "BTRFS_FREE_SPACE_INFO_KEY"),
        (199, "BTRFS_FREE_SPACE_EXTENT_KEY"),
        (200, "BTRFS_FREE_SPACE_BITMAP_KEY"),
        (204, "BTRFS_DEV_EXTENT_KEY"),
        (216, "BTRFS_DEV_ITEM_KEY"),
        (228, "BTRFS_CHUNK_ITEM_KEY"),
        (230, "BTRFS_RAID_STRIPE_KEY"),
        (234, "BTRFS_IDENTITY_REMAP_KEY"),
        (235, "BTRFS_REMAP_KEY"),
        (236, "BTRFS_REMAP_BACKREF_KEY"),
        (240, "BTRFS_QGROUP_STATUS_KEY"),
        (242, "BTRFS_QGROUP_INFO_KEY"),
        (244, "BTRFS_QGROUP_LIMIT_KEY"),
        (246, "BTRFS_QGROUP_RELATION_KEY"),
        (248, "BTRFS_TEMPORARY_ITEM_KEY"),
        (249, "BTRFS_PERSISTENT_ITEM_KEY"),
        (250, "BTRFS_DEV_REPLACE_KEY"),
        (251, "BTRFS_UUID_KEY_SUBVOL"),
        (252, "BTRFS_UUID_KEY_RECEIVED_SUBVOL"),
        (253, "BTRFS_STRING_ITEM_KEY"),
        (0xffffffff, "UINT32_MAX"),
    ],
};

/// Which block groups to balance.
pub static BALANCE_ARGS: Flags = Flags {
    unknown: "BTRFS_BALANCE_ARGS_???",
    field: (0, &[]),
    bits: &[
        (0x1, "BTRFS_BALANCE_ARGS_PROFILES"),
        (0x2, "BTRFS_BALANCE_ARGS_USAGE"),
        (0x4, "BTRFS_BALANCE_ARGS_DEVID"),
        (0x8, "BTRFS_BALANCE_ARGS_DRANGE"),
        (0x10, "BTRFS_BALANCE_ARGS_VRANGE"),
        (0x20, "BTRFS_BALANCE_ARGS_LIMIT"),
        (0x40, "BTRFS_BALANCE_ARGS_LIMIT_RANGE"),
        (0x80, "BTRFS_BALANCE_ARGS_STRIPES_RANGE"),
        (0x100, "BTRFS_BALANCE_ARGS_CONVERT"),
        (0x200, "BTRFS_BALANCE_ARGS_SOFT"),
        (0x400, "BTRFS_BALANCE_ARGS_USAGE_RANGE"),
    ],
};

/// How limits are inherited.
pub static QGROUP_INHERIT: Flags = Flags {
    unknown: "BTRFS_QGROUP_INHERIT_???",
    field: (0, &[]),
    bits: &[(0x1, "BTRFS_QGROUP_INHERIT_SET_LIMITS")],
};

/// The end of a range.
pub static ALL: Symbols = Symbols { unknown: "", names: &[(u64::MAX, "UINT64_MAX")] };

/// Profiles of block groups, of which several may be set.
pub static PROFILES: Flags =
    Flags { unknown: "BTRFS_BLOCK_GROUP_???", field: (0, &[]), bits: GROUP_TYPES.bits };
