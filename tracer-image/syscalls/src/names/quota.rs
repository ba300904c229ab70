//! Disk quotas: `linux/quota.h`, `linux/dqblk_xfs.h`.

use crate::types::{Flags, Symbols};

/// The command of `quotactl(2)`, which is in the bits above the type.
pub static COMMANDS: Symbols = Symbols {
    unknown: "Q_???",
    names: &[
        (0x80_0001, "Q_SYNC"),
        (0x80_0002, "Q_QUOTAON"),
        (0x80_0003, "Q_QUOTAOFF"),
        (0x80_0004, "Q_GETFMT"),
        (0x80_0005, "Q_GETINFO"),
        (0x80_0006, "Q_SETINFO"),
        (0x80_0007, "Q_GETQUOTA"),
        (0x80_0008, "Q_SETQUOTA"),
        (0x80_0009, "Q_GETNEXTQUOTA"),
        (0x5801, "Q_XQUOTAON"),
        (0x5802, "Q_XQUOTAOFF"),
        (0x5803, "Q_XGETQUOTA"),
        (0x5804, "Q_XSETQLIM"),
        (0x5805, "Q_XGETQSTAT"),
        (0x5806, "Q_XQUOTARM"),
        (0x5807, "Q_XQUOTASYNC"),
        (0x5808, "Q_XGETQSTATV"),
        (0x5809, "Q_XGETNEXTQUOTA"),
    ],
};

/// The quota type: user, group or project.
pub static KINDS: Symbols =
    Symbols { unknown: "???QUOTA", names: &[(0, "USRQUOTA"), (1, "GRPQUOTA"), (2, "PRJQUOTA")] };

/// The formats of quota files.
pub static FORMATS: Symbols = Symbols {
    unknown: "QFMT_???",
    names: &[
        (1, "QFMT_VFS_OLD"),
        (2, "QFMT_VFS_V0"),
        (3, "QFMT_OCFS2"),
        (4, "QFMT_VFS_V1"),
        (5, "QFMT_SHMEM"),
    ],
};

/// `dqi_flags`
pub static FLAGS: Flags = Flags {
    unknown: "DQF_???",
    field: (0, &[]),
    bits: &[(1, "DQF_ROOT_SQUASH"), (0x1_0000, "DQF_SYS_FILE")],
};

/// `dqi_valid`
pub static FLAGS_VALID: Flags = Flags {
    unknown: "IIF_???",
    field: (0, &[]),
    bits: &[(1, "IIF_BGRACE"), (2, "IIF_IGRACE"), (4, "IIF_FLAGS")],
};

/// `dqb_valid`
pub static LIMITS_VALID: Flags = Flags {
    unknown: "QIF_???",
    field: (0, &[]),
    bits: &[
        (1, "QIF_BLIMITS"),
        (2, "QIF_SPACE"),
        (4, "QIF_ILIMITS"),
        (8, "QIF_INODES"),
        (0x10, "QIF_BTIME"),
        (0x20, "QIF_ITIME"),
    ],
};

/// `d_flags`
pub static XFS_KINDS: Flags = Flags {
    unknown: "FS_???_QUOTA",
    field: (0, &[]),
    bits: &[(1, "FS_USER_QUOTA"), (2, "FS_PROJ_QUOTA"), (4, "FS_GROUP_QUOTA")],
};

/// `qs_flags`
pub static XFS_STATE: Flags = Flags {
    unknown: "FS_QUOTA_???",
    field: (0, &[]),
    bits: &[
        (1, "FS_QUOTA_UDQ_ACCT"),
        (2, "FS_QUOTA_UDQ_ENFD"),
        (4, "FS_QUOTA_GDQ_ACCT"),
        (8, "FS_QUOTA_GDQ_ENFD"),
        (0x10, "FS_QUOTA_PDQ_ACCT"),
        (0x20, "FS_QUOTA_PDQ_ENFD"),
    ],
};
