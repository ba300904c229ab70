//! File status: `stat` and `statfs` in all their forms.

use crate::{
    names::{at::*, file::*},
    records::stat::*,
    rows,
    types::{Type::*, *},
};

rows! {
    /// File status.
    pub ROWS:
    stat [4, 106, -, 106] FILE|STAT|STAT_LIKE (pathname: In(&Path), statbuf: Out(&STAT)) -> Int(I32);
    lstat [6, 107, -, 107] FILE|LSTAT|STAT_LIKE (pathname: In(&Path), statbuf: Out(&STAT)) -> Int(I32);
    fstat [5, 108, 80, 108] DESC|FSTAT|STAT_LIKE (fd: Fd, statbuf: Out(&STAT)) -> Int(I32);
    newfstatat [262, -, 79, -] FILE|DESC|FSTAT|STAT_LIKE (dirfd: Dirfd, pathname: In(&Path), statbuf: Out(&STAT), flags: Flags(I32, &AT)) -> Int(I32);
    stat64 [-, 195, -, 195] FILE|STAT|STAT_LIKE (pathname: In(&Path), statbuf: Out(&STAT64)) -> Int(I32);
    lstat64 [-, 196, -, 196] FILE|LSTAT|STAT_LIKE (pathname: In(&Path), statbuf: Out(&STAT64)) -> Int(I32);
    fstat64 [-, 197, -, 197] DESC|FSTAT|STAT_LIKE (fd: Fd, statbuf: Out(&STAT64)) -> Int(I32);
    fstatat64 [-, 300, -, 327] FILE|DESC|FSTAT|STAT_LIKE (dirfd: Dirfd, pathname: In(&Path), statbuf: Out(&STAT64), flags: Flags(I32, &AT)) -> Int(I32);
    oldstat [-, 18, -, 18] FILE|STAT|STAT_LIKE (pathname: In(&Path), statbuf: Out(&OLD_STAT)) -> Int(I32);
    oldlstat [-, 84, -, 84] FILE|LSTAT|STAT_LIKE (pathname: In(&Path), statbuf: Out(&OLD_STAT)) -> Int(I32);
    oldfstat [-, 28, -, 28] DESC|FSTAT|STAT_LIKE (fd: Fd, statbuf: Out(&OLD_STAT)) -> Int(I32);
    statx [332, 383, 291, 397] FILE|DESC|FSTAT|STAT_LIKE (dirfd: Dirfd, pathname: In(&Path), flags: Flags(I32, &AT_STATX), mask: Flags(U32, &STATX_MASK), statxbuf: Out(&Struct(&STATX))) -> Int(I32);
    statfs [137, 99, 43, 99] FILE|STATFS|STATFS_LIKE (pathname: In(&Path), buf: Out(&Struct(&STATFS))) -> Int(I32);
    fstatfs [138, 100, 44, 100] DESC|FSTATFS|STATFS_LIKE (fd: Fd, buf: Out(&Struct(&STATFS))) -> Int(I32);
    statfs64 [-, 268, -, 266] FILE|STATFS|STATFS_LIKE (pathname: In(&Path), sz: Int(Ulong), buf: Switch(sz, &[(84, Out(&Struct(&STATFS64)))], &Addr)) -> Int(I32);
    fstatfs64 [-, 269, -, 267] DESC|FSTATFS|STATFS_LIKE (fd: Fd, sz: Int(Ulong), buf: Switch(sz, &[(84, Out(&Struct(&STATFS64)))], &Addr)) -> Int(I32);
    ustat [136, 62, -, 62] STATFS_LIKE (dev: Dev(U32), ubuf: Addr) -> Int(I32);
}
