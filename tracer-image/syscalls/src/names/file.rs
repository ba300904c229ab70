//! Files: reading, writing, locking, attributes.

use crate::types::{Flags, Symbols};

/// `renameat2(2)`.
pub static RENAME: Flags = Flags {
    unknown: "RENAME_???",
    field: (0, &[]),
    bits: &[(1, "RENAME_NOREPLACE"), (2, "RENAME_EXCHANGE"), (4, "RENAME_WHITEOUT")],
};

/// `flock(2)`.
pub static LOCK: Flags = Flags {
    unknown: "LOCK_???",
    field: (0, &[]),
    bits: &[
        (1, "LOCK_SH"),
        (2, "LOCK_EX"),
        (4, "LOCK_NB"),
        (8, "LOCK_UN"),
        (0x20, "LOCK_MAND"),
        (0xc0, "LOCK_RW"),
        (0x40, "LOCK_READ"),
        (0x80, "LOCK_WRITE"),
    ],
};

/// `fallocate(2)`.
pub static FALLOC: Flags = Flags {
    unknown: "FALLOC_FL_???",
    field: (0, &[]),
    bits: &[
        (1, "FALLOC_FL_KEEP_SIZE"),
        (2, "FALLOC_FL_PUNCH_HOLE"),
        (4, "FALLOC_FL_NO_HIDE_STALE"),
        (8, "FALLOC_FL_COLLAPSE_RANGE"),
        (0x10, "FALLOC_FL_ZERO_RANGE"),
        (0x20, "FALLOC_FL_INSERT_RANGE"),
        (0x40, "FALLOC_FL_UNSHARE_RANGE"),
        (0x80, "FALLOC_FL_WRITE_ZEROES"),
    ],
};

/// `sync_file_range(2)`.
pub static SYNC_RANGE: Flags = Flags {
    unknown: "SYNC_FILE_RANGE_???",
    field: (0, &[]),
    bits: &[
        (1, "SYNC_FILE_RANGE_WAIT_BEFORE"),
        (2, "SYNC_FILE_RANGE_WRITE"),
        (4, "SYNC_FILE_RANGE_WAIT_AFTER"),
    ],
};

/// `fadvise64(2)`.
pub static FADV: Symbols = Symbols {
    unknown: "POSIX_FADV_???",
    names: &[
        (0, "POSIX_FADV_NORMAL"),
        (1, "POSIX_FADV_RANDOM"),
        (2, "POSIX_FADV_SEQUENTIAL"),
        (3, "POSIX_FADV_WILLNEED"),
        (4, "POSIX_FADV_DONTNEED"),
        (5, "POSIX_FADV_NOREUSE"),
    ],
};

/// `setxattr(2)`.
pub static XATTR: Flags =
    Flags { unknown: "XATTR_???", field: (0, &[]), bits: &[(1, "XATTR_CREATE"), (2, "XATTR_REPLACE")] };

/// `preadv2(2)`.
pub static RWF: Flags = Flags {
    unknown: "RWF_???",
    field: (0, &[]),
    bits: &[
        (1, "RWF_HIPRI"),
        (2, "RWF_DSYNC"),
        (4, "RWF_SYNC"),
        (8, "RWF_NOWAIT"),
        (0x10, "RWF_APPEND"),
        (0x20, "RWF_NOAPPEND"),
        (0x40, "RWF_ATOMIC"),
        (0x80, "RWF_DONTCACHE"),
        (0x100, "RWF_NOSIGNAL"),
    ],
};

/// `splice(2)`.
pub static SPLICE: Flags = Flags {
    unknown: "SPLICE_F_???",
    field: (0, &[]),
    bits: &[(1, "SPLICE_F_MOVE"), (2, "SPLICE_F_NONBLOCK"), (4, "SPLICE_F_MORE"), (8, "SPLICE_F_GIFT")],
};

/// `mask` of `statx(2)`.
pub static STATX_MASK: Flags = Flags {
    unknown: "STATX_???",
    field: (0, &[]),
    bits: &[
        (0xfff, "STATX_ALL"),
        (0x7ff, "STATX_BASIC_STATS"),
        (1, "STATX_TYPE"),
        (2, "STATX_MODE"),
        (4, "STATX_NLINK"),
        (8, "STATX_UID"),
        (0x10, "STATX_GID"),
        (0x20, "STATX_ATIME"),
        (0x40, "STATX_MTIME"),
        (0x80, "STATX_CTIME"),
        (0x100, "STATX_INO"),
        (0x200, "STATX_SIZE"),
        (0x400, "STATX_BLOCKS"),
        (0x800, "STATX_BTIME"),
        (0x1000, "STATX_MNT_ID"),
        (0x2000, "STATX_DIOALIGN"),
        (0x4000, "STATX_MNT_ID_UNIQUE"),
        (0x8000, "STATX_SUBVOL"),
        (0x10000, "STATX_WRITE_ATOMIC"),
        (0x20000, "STATX_DIO_READ_ALIGN"),
    ],
};

/// `stx_attributes`.
pub static STATX_ATTR: Flags = Flags {
    unknown: "STATX_ATTR_???",
    field: (0, &[]),
    bits: &[
        (4, "STATX_ATTR_COMPRESSED"),
        (0x10, "STATX_ATTR_IMMUTABLE"),
        (0x20, "STATX_ATTR_APPEND"),
        (0x40, "STATX_ATTR_NODUMP"),
        (0x800, "STATX_ATTR_ENCRYPTED"),
        (0x1000, "STATX_ATTR_AUTOMOUNT"),
        (0x2000, "STATX_ATTR_MOUNT_ROOT"),
        (0x100000, "STATX_ATTR_VERITY"),
        (0x200000, "STATX_ATTR_DAX"),
        (0x400000, "STATX_ATTR_WRITE_ATOMIC"),
    ],
};

/// `f_flags` of `statfs(2)`.
pub static ST_FLAGS: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[
        (0x20, "ST_VALID"),
        (1, "ST_RDONLY"),
        (2, "ST_NOSUID"),
        (4, "ST_NODEV"),
        (8, "ST_NOEXEC"),
        (0x10, "ST_SYNCHRONOUS"),
        (0x40, "ST_MANDLOCK"),
        (0x400, "ST_NOATIME"),
        (0x800, "ST_NODIRATIME"),
        (0x1000, "ST_RELATIME"),
        (0x2000, "ST_NOSYMFOLLOW"),
    ],
};

/// `f_type` of `statfs(2)` (`linux/magic.h`; some file systems define theirs only inside the kernel).
pub static FILESYSTEM: Symbols = Symbols {
    unknown: "#",
    names: &[
        (47, "QNX4_SUPER_MAGIC"),
        (391, "AUTOFS_SUPER_MAGIC"),
        (0x1373, "DEVFS_SUPER_MAGIC"),
        (0x137d, "EXT_SUPER_MAGIC"),
        (0x137f, "MINIX_SUPER_MAGIC"),
        (0x138f, "MINIX_SUPER_MAGIC2"),
        (0x1cd1, "DEVPTS_SUPER_MAGIC"),
        (0x2468, "MINIX2_SUPER_MAGIC"),
        (0x2478, "MINIX2_SUPER_MAGIC2"),
        (0x3434, "NILFS_SUPER_MAGIC"),
        (0x4244, "HFS_SUPER_MAGIC"),
        (0x482b, "HFSPLUS_SUPER_MAGIC"),
        (0x4d44, "MSDOS_SUPER_MAGIC"),
        (0x4d5a, "MINIX3_SUPER_MAGIC"),
        (0x517b, "SMB_SUPER_MAGIC"),
        (0x564c, "NCP_SUPER_MAGIC"),
        (0x5df5, "EXOFS_SUPER_MAGIC"),
        (0x6969, "NFS_SUPER_MAGIC"),
        (0x72b6, "JFFS2_SUPER_MAGIC"),
        (0x9660, "ISOFS_SUPER_MAGIC"),
        (0x9fa0, "PROC_SUPER_MAGIC"),
        (0x9fa1, "OPENPROM_SUPER_MAGIC"),
        (0x9fa2, "USBDEVICE_SUPER_MAGIC"),
        (0xadf5, "ADFS_SUPER_MAGIC"),
        (0xadff, "AFFS_SUPER_MAGIC"),
        (0xef51, "EXT2_OLD_SUPER_MAGIC"),
        (0xef53, "EXT2_SUPER_MAGIC"),
        (0xf15f, "ECRYPTFS_SUPER_MAGIC"),
        (0x11954, "UFS_MAGIC"),
        (0x27e0eb, "CGROUP_SUPER_MAGIC"),
        (0x414a53, "EFS_SUPER_MAGIC"),
        (0xc0ffee, "HOSTFS_SUPER_MAGIC"),
        (0xc36400, "CEPH_SUPER_MAGIC"),
        (0x1021994, "TMPFS_MAGIC"),
        (0x1021997, "V9FS_MAGIC"),
        (0x12fd16d, "XIAFS_SUPER_MAGIC"),
        (0x12ff7b4, "XENIX_SUPER_MAGIC"),
        (0x12ff7b5, "SYSV4_SUPER_MAGIC"),
        (0x9041934, "ANON_INODE_FS_MAGIC"),
        (0xbad1dea, "FUTEXFS_SUPER_MAGIC"),
        (0xbd00bd0, "LL_SUPER_MAGIC"),
        (0x11307854, "MTD_INODE_FS_MAGIC"),
        (0x15013346, "UDF_SUPER_MAGIC"),
        (0x1badface, "BFS_MAGIC"),
        (0x2011bab0, "EXFAT_SUPER_MAGIC"),
        (0x24051905, "UBIFS_SUPER_MAGIC"),
        (0x28cd3d45, "CRAMFS_MAGIC"),
        (0x2fc12fc1, "ZFS_SUPER_MAGIC"),
        (0x3153464a, "JFS_SUPER_MAGIC"),
        (0x42465331, "BEFS_SUPER_MAGIC"),
        (0x42494e4d, "BINFMTFS_MAGIC"),
        (0x43415d53, "SMACK_MAGIC"),
        (0x444d4142, "DMA_BUF_MAGIC"),
        (0x453dcd28, "CRAMFS_MAGIC_WEND"),
        (0x454d444d, "DEVMEM_MAGIC"),
        (0x474d454d, "GUEST_MEMFD_MAGIC"),
        (0x47504653, "GPFS_SUPER_MAGIC"),
        (0x4e554c4c, "NULL_FS_MAGIC"),
        (0x50494446, "PID_FS_MAGIC"),
        (0x50495045, "PIPEFS_MAGIC"),
        (0x52654973, "REISERFS_SUPER_MAGIC"),
        (0x5345434d, "SECRETMEM_MAGIC"),
        (0x5346414f, "AFS_SUPER_MAGIC"),
        (0x5346544e, "NTFS_SB_MAGIC"),
        (0x534f434b, "SOCKFS_MAGIC"),
        (0x57ac6e9d, "STACK_END_MAGIC"),
        (0x58465342, "XFS_SUPER_MAGIC"),
        (0x5a3c69f0, "AAFS_MAGIC"),
        (0x5a4f4653, "ZONEFS_MAGIC"),
        (0x6165676c, "PSTOREFS_MAGIC"),
        (0x61756673, "AUFS_SUPER_MAGIC"),
        (0x62646576, "BDEVFS_MAGIC"),
        (0x62656572, "SYSFS_MAGIC"),
        (0x63677270, "CGROUP2_SUPER_MAGIC"),
        (0x64626720, "DEBUGFS_MAGIC"),
        (0x64646178, "DAXFS_MAGIC"),
        (0x65735543, "FUSE_CTL_SUPER_MAGIC"),
        (0x65735546, "FUSE_SUPER_MAGIC"),
        (0x68191122, "QNX6_SUPER_MAGIC"),
        (0x6b414653, "AFS_FS_MAGIC"),
        (0x6c6f6f70, "BINDERFS_SUPER_MAGIC"),
        (0x6e736673, "NSFS_MAGIC"),
        (0x73636673, "SECURITYFS_MAGIC"),
        (0x73717368, "SQUASHFS_MAGIC"),
        (0x73727279, "BTRFS_TEST_MAGIC"),
        (0x73757245, "CODA_SUPER_MAGIC"),
        (0x7461636f, "OCFS2_SUPER_MAGIC"),
        (0x74726163, "TRACEFS_MAGIC"),
        (0x794c7630, "OVERLAYFS_SUPER_MAGIC"),
        (0x858458f6, "RAMFS_MAGIC"),
        (0x9123683e, "BTRFS_SUPER_MAGIC"),
        (0x958458f6, "HUGETLBFS_MAGIC"),
        (0xa501fcf5, "VXFS_SUPER_MAGIC"),
        (0xabba1974, "XENFS_SUPER_MAGIC"),
        (0xca451a4e, "BCACHEFS_SUPER_MAGIC"),
        (0xcafe4a11, "BPF_FS_MAGIC"),
        (0xde5e81e4, "EFIVARFS_MAGIC"),
        (0xe0f5e1e2, "EROFS_SUPER_MAGIC_V1"),
        (0xf2f52010, "F2FS_SUPER_MAGIC"),
        (0xf97cff8c, "SELINUX_MAGIC"),
        (0xf995e849, "HPFS_SUPER_MAGIC"),
        (0xfe534d42, "SMB2_SUPER_MAGIC"),
        (0xff534d42, "CIFS_SUPER_MAGIC"),
    ],
};

/// `d_type` of a directory entry.
pub static DIRENT: Symbols = Symbols {
    unknown: "DT_???",
    names: &[
        (0, "DT_UNKNOWN"),
        (1, "DT_FIFO"),
        (2, "DT_CHR"),
        (4, "DT_DIR"),
        (6, "DT_BLK"),
        (8, "DT_REG"),
        (10, "DT_LNK"),
        (12, "DT_SOCK"),
        (14, "DT_WHT"),
    ],
};

/// `memfd_create(2)`.
pub static MFD: Flags = Flags {
    unknown: "MFD_???",
    field: (0, &[]),
    bits: &[
        (1, "MFD_CLOEXEC"),
        (2, "MFD_ALLOW_SEALING"),
        (4, "MFD_HUGETLB"),
        (8, "MFD_NOEXEC_SEAL"),
        (0x10, "MFD_EXEC"),
    ],
};
