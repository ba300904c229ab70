//! Structures of `quotactl`: `linux/quota.h`, and XFS's own in `linux/dqblk_xfs.h`.

use crate::{
    decode::Decode,
    names::quota::*,
    types::{
        Custom, Field, I8, I32, Record,
        Type::{Flags, Hex, Int, Struct},
        U16, U32, U64,
    },
    value::Value,
};

/// A command and the quota type below it: `QCMD(Q_GETINFO, USRQUOTA)`.
pub static QCMD: Custom = Custom::inside("QCMD", 0, |decode: &mut Decode<'_>, place| {
    let bits = decode.scope.load(place, U32).unwrap_or(0);
    let parts = [decode.symbol(bits >> 8, &COMMANDS, U32), decode.symbol(bits & 0xff, &KINDS, U32)];
    Value::Macro(decode.name("QCMD"), parts.into())
});

/// `struct if_dqinfo`
pub static GRACE: Record = Record {
    name: "if_dqinfo",
    fields: &[
        Field::new("dqi_bgrace", Int(U64)),
        Field::new("dqi_igrace", Int(U64)),
        Field::new("dqi_flags", Flags(U32, &FLAGS)),
        Field::new("dqi_valid", Flags(U32, &FLAGS_VALID)),
    ],
};

/// `struct if_dqblk`
pub static LIMITS: Record = Record {
    name: "if_dqblk",
    fields: &[
        Field::new("dqb_bhardlimit", Int(U64)),
        Field::new("dqb_bsoftlimit", Int(U64)),
        Field::new("dqb_curspace", Int(U64)),
        Field::new("dqb_ihardlimit", Int(U64)),
        Field::new("dqb_isoftlimit", Int(U64)),
        Field::new("dqb_curinodes", Int(U64)),
        Field::verbose("dqb_btime", Int(U64)),
        Field::verbose("dqb_itime", Int(U64)),
        Field::verbose("dqb_valid", Flags(U32, &LIMITS_VALID)),
    ],
};

/// `struct if_nextdqblk`
pub static NEXT_LIMITS: Record = Record {
    name: "if_nextdqblk",
    fields: &[
        Field::new("dqb_bhardlimit", Int(U64)),
        Field::new("dqb_bsoftlimit", Int(U64)),
        Field::new("dqb_curspace", Int(U64)),
        Field::new("dqb_ihardlimit", Int(U64)),
        Field::new("dqb_isoftlimit", Int(U64)),
        Field::new("dqb_curinodes", Int(U64)),
        Field::verbose("dqb_btime", Int(U64)),
        Field::verbose("dqb_itime", Int(U64)),
        Field::verbose("dqb_valid", Flags(U32, &LIMITS_VALID)),
        Field::new("dqb_id", Int(U32)),
    ],
};

/// `struct fs_disk_quota`
pub static XFS_LIMITS: Record = Record {
    name: "fs_disk_quota",
    fields: &[
        Field::new("d_version", Int(I8)),
        Field::new("d_flags", Flags(crate::types::U8, &XFS_KINDS)),
        Field::new("d_fieldmask", Hex(U16)),
        Field::new("d_id", Int(U32)),
        Field::new("d_blk_hardlimit", Int(U64)),
        Field::new("d_blk_softlimit", Int(U64)),
        Field::new("d_ino_hardlimit", Int(U64)),
        Field::new("d_ino_softlimit", Int(U64)),
        Field::new("d_bcount", Int(U64)),
        Field::new("d_icount", Int(U64)),
        Field::verbose("d_itimer", Int(I32)),
        Field::verbose("d_btimer", Int(I32)),
        Field::verbose("d_iwarns", Int(U16)),
        Field::verbose("d_bwarns", Int(U16)),
        Field::padding(Int(U32)),
        Field::verbose("d_rtb_hardlimit", Int(U64)),
        Field::verbose("d_rtb_softlimit", Int(U64)),
        Field::verbose("d_rtbcount", Int(U64)),
        Field::verbose("d_rtbtimer", Int(I32)),
        Field::verbose("d_rtbwarns", Int(U16)),
        Field::padding(Int(U16)),
        Field::padding(Int(U64)),
    ],
};

static XFS_FILE: Record = Record {
    name: "fs_qfilestat",
    fields: &[
        Field::new("qfs_ino", Int(U64)),
        Field::new("qfs_nblks", Int(U64)),
        Field::new("qfs_nextents", Int(U32)),
    ],
};

/// `struct fs_quota_stat`
pub static XFS_STATUS: Record = Record {
    name: "fs_quota_stat",
    fields: &[
        Field::new("qs_version", Int(I8)),
        Field::verbose("qs_flags", Flags(U16, &XFS_STATE)),
        Field::padding(Int(I8)),
        Field::verbose("qs_uquota", Struct(&XFS_FILE)),
        Field::verbose("qs_gquota", Struct(&XFS_FILE)),
        Field::verbose("qs_incoredqs", Int(U32)),
        Field::verbose("qs_btimelimit", Int(I32)),
        Field::verbose("qs_itimelimit", Int(I32)),
        Field::verbose("qs_rtbtimelimit", Int(I32)),
        Field::verbose("qs_bwarnlimit", Int(U16)),
        Field::verbose("qs_iwarnlimit", Int(U16)),
    ],
};

/// `struct fs_qfilestatv`, padded on every ABI.
static XFS_FILE_V: Record = Record {
    name: "fs_qfilestatv",
    fields: &[
        Field::new("qfs_ino", Int(U64)),
        Field::new("qfs_nblks", Int(U64)),
        Field::new("qfs_nextents", Int(U32)),
        Field::padding(Int(U32)),
    ],
};

/// `struct fs_quota_statv`
pub static XFS_STATUS_V: Record = Record {
    name: "fs_quota_statv",
    fields: &[
        Field::new("qs_version", Int(I8)),
        Field::padding(Int(I8)),
        Field::verbose("qs_flags", Flags(U16, &XFS_STATE)),
        Field::verbose("qs_incoredqs", Int(U32)),
        Field::verbose("qs_uquota", Struct(&XFS_FILE_V)),
        Field::verbose("qs_gquota", Struct(&XFS_FILE_V)),
        Field::verbose("qs_pquota", Struct(&XFS_FILE_V)),
        Field::verbose("qs_btimelimit", Int(I32)),
        Field::verbose("qs_itimelimit", Int(I32)),
        Field::verbose("qs_rtbtimelimit", Int(I32)),
        Field::verbose("qs_bwarnlimit", Int(U16)),
        Field::verbose("qs_iwarnlimit", Int(U16)),
        Field::padding(Int(U32)),
        Field::padding(Int(U32)),
        Field::padding(crate::types::Type::Array(&Int(U64), crate::types::Len::Fixed(7))),
    ],
};
