//! Values in some `ioctl(2)` requests. The names of the requests are in [`super::requests`].

use crate::types::Flags;

/// `FS_IOC_SETFLAGS`.
pub static FS_FLAGS: Flags = Flags {
    unknown: "FS_???_FL",
    field: (0, &[]),
    bits: &[
        (0x1, "FS_SECRM_FL"),
        (0x2, "FS_UNRM_FL"),
        (0x4, "FS_COMPR_FL"),
        (0x8, "FS_SYNC_FL"),
        (0x10, "FS_IMMUTABLE_FL"),
        (0x20, "FS_APPEND_FL"),
        (0x40, "FS_NODUMP_FL"),
        (0x80, "FS_NOATIME_FL"),
        (0x100, "FS_DIRTY_FL"),
        (0x200, "FS_COMPRBLK_FL"),
        (0x400, "FS_NOCOMP_FL"),
        (0x800, "FS_ENCRYPT_FL"),
        (0x1000, "FS_INDEX_FL"),
        (0x2000, "FS_IMAGIC_FL"),
        (0x4000, "FS_JOURNAL_DATA_FL"),
        (0x8000, "FS_NOTAIL_FL"),
        (0x10000, "FS_DIRSYNC_FL"),
        (0x20000, "FS_TOPDIR_FL"),
        (0x40000, "FS_HUGE_FILE_FL"),
        (0x80000, "FS_EXTENT_FL"),
        (0x100000, "FS_VERITY_FL"),
        (0x200000, "FS_EA_INODE_FL"),
        (0x400000, "FS_EOFBLOCKS_FL"),
        (0x800000, "FS_NOCOW_FL"),
        (0x2000000, "FS_DAX_FL"),
        (0x10000000, "FS_INLINE_DATA_FL"),
        (0x20000000, "FS_PROJINHERIT_FL"),
        (0x40000000, "FS_CASEFOLD_FL"),
        (0x80000000, "FS_RESERVED_FL"),
    ],
};

/// `fsx_xflags`.
pub static FS_XFLAG: Flags = Flags {
    unknown: "FS_XFLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "FS_XFLAG_REALTIME"),
        (0x2, "FS_XFLAG_PREALLOC"),
        (0x8, "FS_XFLAG_IMMUTABLE"),
        (0x10, "FS_XFLAG_APPEND"),
        (0x20, "FS_XFLAG_SYNC"),
        (0x40, "FS_XFLAG_NOATIME"),
        (0x80, "FS_XFLAG_NODUMP"),
        (0x100, "FS_XFLAG_RTINHERIT"),
        (0x200, "FS_XFLAG_PROJINHERIT"),
        (0x400, "FS_XFLAG_NOSYMLINKS"),
        (0x800, "FS_XFLAG_EXTSIZE"),
        (0x1000, "FS_XFLAG_EXTSZINHERIT"),
        (0x2000, "FS_XFLAG_NODEFRAG"),
        (0x4000, "FS_XFLAG_FILESTREAM"),
        (0x8000, "FS_XFLAG_DAX"),
        (0x10000, "FS_XFLAG_COWEXTSIZE"),
        (0x20000, "FS_XFLAG_VERITY"),
        (0x80000000, "FS_XFLAG_HASATTR"),
        (0x40000, "FS_XFLAG_CASEFOLD"),
        (0x80000, "FS_XFLAG_CASENONPRESERVING"),
    ],
};

/// Flags of a network interface (linux/if.h). The first [`SHORT_FLAGS`] of them fit into `ifr_flags`.
pub const IFF_BITS: &[(u64, &str)] = &[
    (0x1, "IFF_UP"),
    (0x2, "IFF_BROADCAST"),
    (0x4, "IFF_DEBUG"),
    (0x8, "IFF_LOOPBACK"),
    (0x10, "IFF_POINTOPOINT"),
    (0x20, "IFF_NOTRAILERS"),
    (0x40, "IFF_RUNNING"),
    (0x80, "IFF_NOARP"),
    (0x100, "IFF_PROMISC"),
    (0x200, "IFF_ALLMULTI"),
    (0x400, "IFF_MASTER"),
    (0x800, "IFF_SLAVE"),
    (0x1000, "IFF_MULTICAST"),
    (0x2000, "IFF_PORTSEL"),
    (0x4000, "IFF_AUTOMEDIA"),
    (0x8000, "IFF_DYNAMIC"),
    (0x10000, "IFF_LOWER_UP"),
    (0x20000, "IFF_DORMANT"),
    (0x40000, "IFF_ECHO"),
];
const SHORT_FLAGS: usize = 16;

/// Flags of a network interface in an ioctl.
pub static IFF: Flags = Flags { unknown: "", field: (0, &[]), bits: IFF_BITS.split_at(SHORT_FLAGS).0 };
