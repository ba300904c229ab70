//! Mounting, and confining a process to a directory tree.

use crate::{
    names::{at::*, credentials::IDS, landlock::*, mount::*, quota::*},
    records::{mount::*, quota::*},
    rows,
    types::{Type::*, *},
};

/// Mounts that take neither a type nor data: `MS_BIND`, `MS_MOVE`, and the propagation flags.
const CHANGES: u64 = 0x1000 | 0x2000 | 0x2_0000 | 0x4_0000 | 0x8_0000 | 0x10_0000;
const MS_REMOUNT: u64 = 0x20;
/// Old programs put this into the upper half, where it is not flags (`MS_MGC_VAL`).
const MAGIC: u64 = 0xc0ed_0000;
const MAGIC_MASK: u64 = 0xffff_0000;

/// The command of `quotactl`, without the quota type.
const QUOTA: u64 = 0xffff_ff00;
/// The meaning of the id, by command.
const QUOTA_ID: &[(u64, Type)] = &[
    (0x8000_0100, Absent),
    (0x8000_0200, Symbol(U32, &FORMATS)),
    (0x8000_0300, Absent),
    (0x8000_0400, Absent),
    (0x8000_0500, Absent),
    (0x8000_0600, Absent),
    (0x58_0100, Absent),
    (0x58_0200, Absent),
    (0x58_0500, Absent),
    (0x58_0600, Absent),
    (0x58_0700, Absent),
    (0x58_0800, Absent),
];
/// What the command reads or writes.
const QUOTA_ADDR: &[(u64, Type)] = &[
    (0x8000_0100, Absent),
    (0x8000_0200, In(&Path)),
    (0x8000_0300, Absent),
    (0x8000_0400, Out(&One(&Symbol(U32, &FORMATS)))),
    (0x8000_0500, Out(&Struct(&GRACE))),
    (0x8000_0600, In(&Struct(&GRACE))),
    (0x8000_0700, Out(&Struct(&LIMITS))),
    (0x8000_0800, In(&Struct(&LIMITS))),
    (0x8000_0900, Out(&Struct(&NEXT_LIMITS))),
    (0x58_0100, In(&One(&Flags(U32, &XFS_STATE)))),
    (0x58_0200, In(&One(&Flags(U32, &XFS_STATE)))),
    (0x58_0300, Out(&Struct(&XFS_LIMITS))),
    (0x58_0400, In(&Struct(&XFS_LIMITS))),
    (0x58_0500, Out(&Struct(&XFS_STATUS))),
    (0x58_0600, In(&One(&Flags(U32, &XFS_KINDS)))),
    (0x58_0700, Absent),
    (0x58_0800, Out(&Struct(&XFS_STATUS_V))),
    (0x58_0900, Out(&Struct(&XFS_LIMITS))),
];

rows! {
    /// Mounting.
    pub ROWS:
    mount [165, 21, 40, 21] FILE (source: In(&Path), target: In(&Path), filesystemtype: SwitchBits(mountflags, MAGIC_MASK, &[(MAGIC, SwitchBits(mountflags, 0xffff & (MS_REMOUNT | CHANGES), &[(0, In(&Str))], &Addr))], &SwitchBits(mountflags, MS_REMOUNT | CHANGES, &[(0, In(&Str))], &Addr)), mountflags: Flags(Ulong, &MOUNT), data: SwitchBits(mountflags, MS_REMOUNT, &[(MS_REMOUNT, In(&Str))], &SwitchBits(mountflags, MAGIC_MASK, &[(MAGIC, SwitchBits(mountflags, 0xffff & CHANGES, &[(0, In(&Str))], &Addr))], &SwitchBits(mountflags, CHANGES, &[(0, In(&Str))], &Addr)))) -> Int(I32);
    umount2 [166, 52, 39, 52] FILE (target: In(&Path), flags: Flags(I32, &UMOUNT)) -> Int(I32);
    umount [-, 22, -, 22] FILE (target: In(&Path)) -> Int(I32);
    pivot_root [155, 217, 41, 218] FILE (oldpath: In(&Path), newpath: In(&Path)) -> Int(I32);
    swapon [167, 87, 224, 87] FILE (path: In(&Path), swapflags: Tail(I32, &Flags(U32, &SWAP), 0x7fff, &Int(U32))) -> Int(I32);
    swapoff [168, 115, 225, 115] FILE (path: In(&Path)) -> Int(I32);
    open_tree [428, 428, 428, 428] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: Flags(U32, &OPEN_TREE)) -> Fd;
    open_tree_attr [467, 467, 467, 467] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: Flags(U32, &OPEN_TREE), attr: In(&Extensible(&ATTR, Len::Arg(size), 32)), size: Int(Ulong)) -> Fd;
    move_mount [429, 429, 429, 429] FILE|DESC (from_dfd: Dirfd, from_pathname: In(&Path), to_dfd: Dirfd, to_pathname: In(&Path), flags: Flags(U32, &MOVE_MOUNT)) -> Int(I32);
    fsopen [430, 430, 430, 430] DESC (fsname: In(&Str), flags: Flags(U32, &FSOPEN)) -> Fd;
    fsconfig [431, 431, 431, 431] FILE|DESC (fd: Fd, cmd: Symbol(U32, &FSCONFIG), key: Switch(cmd, FSCONFIG_KEY, &Addr), value: Switch(cmd, FSCONFIG_VALUE, &Addr), aux: Switch(cmd, &[(3, Dirfd), (4, Dirfd), (5, Fd)], &Int(I32))) -> Int(I32);
    fsmount [432, 432, 432, 432] DESC (fd: Fd, flags: Flags(U32, &FSMOUNT), attr_flags: Flags(U32, &MOUNT_ATTR)) -> Fd;
    fspick [433, 433, 433, 433] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: Flags(U32, &FSPICK)) -> Fd;
    mount_setattr [442, 442, 442, 442] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: Flags(U32, &AT_MOUNT), attr: In(&Extensible(&ATTR, Len::Arg(size), 32)), size: Int(Ulong)) -> Int(I32);
    quotactl [179, 131, 60, 131] FILE (op: Custom(&QCMD), special: In(&Path), id: SwitchBits(op, QUOTA, QUOTA_ID, &Symbol(U32, &IDS)), addr: SwitchBits(op, QUOTA, QUOTA_ADDR, &Addr)) -> Int(I32);
    quotactl_fd [443, 443, 443, 443] DESC (fd: Fd, op: Custom(&QCMD), id: SwitchBits(op, QUOTA, QUOTA_ID, &Symbol(U32, &IDS)), addr: SwitchBits(op, QUOTA, QUOTA_ADDR, &Addr)) -> Int(I32);
    statmount [457, 457, 457, 457] (req: In(&Extensible(&MOUNT_ASKED, Len::AtArg(req), 4)), buf: Out(&Extensible(&MOUNT_TOLD, Len::Arg(bufsize), 8)), bufsize: Int(Ulong), flags: Flags(U32, &STATMOUNT)) -> Int(I32);
    listmount [458, 458, 458, 458] (req: In(&Extensible(&MOUNTS_ASKED, Len::AtArg(req), 4)), mnt_ids: Out(&Array(&Hex(U64), Len::Ret(nr_mnt_ids))), nr_mnt_ids: Int(Ulong), flags: Flags(U32, &LISTMOUNT)) -> Int(Long);
    landlock_create_ruleset [444, 444, 444, 444] DESC (attr: In(&Extensible(&RULESET, Len::Arg(size), 8)), size: Int(Ulong), flags: Flags(U32, &CREATE_RULESET)) -> SwitchBits(flags, 3, &[(0, Fd)], &Int(I32));
    landlock_add_rule [445, 445, 445, 445] DESC (ruleset_fd: Fd, rule_type: Symbol(U32, &RULE), rule_attr: Switch(rule_type, &[(1, In(&Struct(&PATH_BENEATH))), (2, In(&Struct(&NET_PORT)))], &Addr), flags: Flags(U32, &ADD_RULE)) -> Int(I32);
    landlock_restrict_self [446, 446, 446, 446] DESC (ruleset_fd: Fd, flags: Hex(U32)) -> Int(I32);
}

/// Whether `fsconfig`'s command names a key.
const FSCONFIG_KEY: &[(u64, Type)] =
    &[(0, In(&Str)), (1, In(&Str)), (2, In(&Str)), (3, In(&Str)), (4, In(&Str)), (5, In(&Str))];
/// The value of `fsconfig`'s commands.
const FSCONFIG_VALUE: &[(u64, Type)] =
    &[(1, In(&Str)), (2, In(&Binary(Len::Arg(4), 0))), (3, In(&Path)), (4, In(&Path))];
