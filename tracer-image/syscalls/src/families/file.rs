//! Files by name: opening, creating, naming, removing, and their attributes.

use crate::{
    names::{at::*, credentials::IDS, file::*, open::*},
    records::file::*,
    rows,
    types::{Type::*, *},
};

/// A `uid_t` or `gid_t`; `-1` means unchanged.
const ID: Type = Symbol(U32, &IDS);
/// The 16-bit ids of old calls on the 32-bit ABIs.
const ID16: Type = PerAbi(&[Symbol(U32, &IDS), Symbol(U16, &IDS), Symbol(U32, &IDS), Symbol(U16, &IDS)]);
/// The device number of a device node.
const DEVICES: &[(u64, Type)] = &[(0o020000, Dev(U32)), (0o060000, Dev(U32))];
const S_IFMT: u64 = 0o170000;

/// `XATTR_SIZE_MAX` of `linux/limits.h`.
const ATTRIBUTE: u64 = 65_536;
/// No structure may be larger than a page (`copy_struct_from_user` in `linux/uaccess.h`).
const PAGE: u64 = 4096;

rows! {
    /// Files by name.
    pub ROWS:
    open [2, 5, -, 5] FILE|DESC (pathname: In(&Path), flags: OPEN_FLAGS, mode: If(flags, O_MODE, &Octal(U16))) -> Fd;
    openat [257, 295, 56, 322] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: OPEN_FLAGS, mode: If(flags, O_MODE, &Octal(U16))) -> Fd;
    openat2 [437, 437, 437, 437] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), how: In(&Extensible(&OPEN_HOW, Len::Arg(size), 24)), size: Int(Ulong)) -> Fd;
    creat [85, 8, -, 8] FILE|DESC (pathname: In(&Path), mode: Octal(U16)) -> Fd;
    mkdir [83, 39, -, 39] FILE (pathname: In(&Path), mode: Octal(U16)) -> Int(I32);
    mkdirat [258, 296, 34, 323] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), mode: Octal(U16)) -> Int(I32);
    mknod [133, 14, -, 14] FILE (pathname: In(&Path), mode: Mode(U16), dev: SwitchBits(mode, S_IFMT, DEVICES, &Absent)) -> Int(I32);
    mknodat [259, 297, 33, 324] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), mode: Mode(U16), dev: SwitchBits(mode, S_IFMT, DEVICES, &Absent)) -> Int(I32);
    rmdir [84, 40, -, 40] FILE (path: In(&Path)) -> Int(I32);
    unlink [87, 10, -, 10] FILE (path: In(&Path)) -> Int(I32);
    unlinkat [263, 301, 35, 328] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: Flags(I32, &AT)) -> Int(I32);
    rename [82, 38, -, 38] FILE (oldpath: In(&Path), newpath: In(&Path)) -> Int(I32);
    renameat [264, 302, 38, 329] FILE|DESC (olddirfd: Dirfd, oldpath: In(&Path), newdirfd: Dirfd, newpath: In(&Path)) -> Int(I32);
    renameat2 [316, 353, 276, 382] FILE|DESC (olddirfd: Dirfd, oldpath: In(&Path), newdirfd: Dirfd, newpath: In(&Path), flags: Flags(U32, &RENAME)) -> Int(I32);
    link [86, 9, -, 9] FILE (oldpath: In(&Path), newpath: In(&Path)) -> Int(I32);
    linkat [265, 303, 37, 330] FILE|DESC (olddirfd: Dirfd, oldpath: In(&Path), newdirfd: Dirfd, newpath: In(&Path), flags: Flags(I32, &AT)) -> Int(I32);
    symlink [88, 83, -, 83] FILE (oldpath: In(&Path), newpath: In(&Path)) -> Int(I32);
    symlinkat [266, 304, 36, 331] FILE|DESC (target: In(&Path), newdirfd: Dirfd, linkpath: In(&Path)) -> Int(I32);
    readlink [89, 85, -, 85] FILE (pathname: In(&Path), buf: Out(&Bytes(Len::Ret(bufsiz))), bufsiz: Int(Ulong)) -> Int(Long);
    readlinkat [267, 305, 78, 332] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), buf: Out(&Bytes(Len::Ret(bufsiz))), bufsiz: Int(Ulong)) -> Int(Long);
    chdir [80, 12, 49, 12] FILE (path: In(&Path)) -> Int(I32);
    fchdir [81, 133, 50, 133] DESC (fd: Fd) -> Int(I32);
    getcwd [79, 183, 17, 183] FILE (buf: Out(&Path), size: Int(Ulong)) -> Int(Long);
    chroot [161, 61, 51, 61] FILE (path: In(&Path)) -> Int(I32);
    access [21, 33, -, 33] FILE (pathname: In(&Path), mode: Flags(I32, &ACCESS)) -> Int(I32);
    faccessat [269, 307, 48, 334] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), mode: Flags(I32, &ACCESS)) -> Int(I32);
    faccessat2 [439, 439, 439, 439] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), mode: Flags(I32, &ACCESS), flags: Flags(I32, &AT_ACCESS)) -> Int(I32);
    chmod [90, 15, -, 15] FILE (pathname: In(&Path), mode: Octal(U16)) -> Int(I32);
    fchmod [91, 94, 52, 94] DESC (fd: Fd, mode: Octal(U16)) -> Int(I32);
    fchmodat [268, 306, 53, 333] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), mode: Octal(U16)) -> Int(I32);
    fchmodat2 [452, 452, 452, 452] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), mode: Octal(U16), flags: AT_PATH) -> Int(I32);
    chown [92, 182, -, 182] FILE (pathname: In(&Path), owner: ID16, group: ID16) -> Int(I32);
    lchown [94, 16, -, 16] FILE (pathname: In(&Path), owner: ID16, group: ID16) -> Int(I32);
    fchown [93, 95, 55, 95] DESC (fd: Fd, owner: ID16, group: ID16) -> Int(I32);
    chown32 [-, 212, -, 212] FILE (pathname: In(&Path), owner: ID, group: ID) -> Int(I32);
    lchown32 [-, 198, -, 198] FILE (pathname: In(&Path), owner: ID, group: ID) -> Int(I32);
    fchown32 [-, 207, -, 207] DESC (fd: Fd, owner: ID, group: ID) -> Int(I32);
    fchownat [260, 298, 54, 325] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), owner: ID, group: ID, flags: Flags(I32, &AT)) -> Int(I32);
    truncate [76, 92, 45, 92] FILE (path: In(&Path), length: Int(Ulong)) -> Int(I32);
    truncate64 [-, 193, -, 193] FILE (path: In(&Path), length: Int(U64)) -> Int(I32);
    ftruncate [77, 93, 46, 93] DESC (fd: Fd, length: Int(Ulong)) -> Int(I32);
    ftruncate64 [-, 194, -, 194] DESC (fd: Fd, length: Int(U64)) -> Int(I32);
    umask [95, 60, 166, 60] (mask: Octal(U16)) -> Octal(Ulong);
    setxattr [188, 226, 5, 226] FILE (pathname: In(&Path), name: In(&Str), value: AtMost(size, ATTRIBUTE, &In(&Text(Len::Arg(size)))), size: Int(Ulong), flags: Flags(I32, &XATTR)) -> Int(I32);
    lsetxattr [189, 227, 6, 227] FILE (pathname: In(&Path), name: In(&Str), value: AtMost(size, ATTRIBUTE, &In(&Text(Len::Arg(size)))), size: Int(Ulong), flags: Flags(I32, &XATTR)) -> Int(I32);
    fsetxattr [190, 228, 7, 228] DESC (fd: Fd, name: In(&Str), value: AtMost(size, ATTRIBUTE, &In(&Text(Len::Arg(size)))), size: Int(Ulong), flags: Flags(I32, &XATTR)) -> Int(I32);
    getxattr [191, 229, 8, 229] FILE (pathname: In(&Path), name: In(&Str), value: SwitchBits(size, u64::MAX, &[(0, Addr)], &Out(&Text(Len::Ret(size)))), size: Int(Ulong)) -> Int(Long);
    lgetxattr [192, 230, 9, 230] FILE (pathname: In(&Path), name: In(&Str), value: SwitchBits(size, u64::MAX, &[(0, Addr)], &Out(&Text(Len::Ret(size)))), size: Int(Ulong)) -> Int(Long);
    fgetxattr [193, 231, 10, 231] DESC (fd: Fd, name: In(&Str), value: SwitchBits(size, u64::MAX, &[(0, Addr)], &Out(&Text(Len::Ret(size)))), size: Int(Ulong)) -> Int(Long);
    listxattr [194, 232, 11, 232] FILE (pathname: In(&Path), list: SwitchBits(size, u64::MAX, &[(0, Addr)], &Out(&Bytes(Len::Ret(size)))), size: Int(Ulong)) -> Int(Long);
    llistxattr [195, 233, 12, 233] FILE (pathname: In(&Path), list: SwitchBits(size, u64::MAX, &[(0, Addr)], &Out(&Bytes(Len::Ret(size)))), size: Int(Ulong)) -> Int(Long);
    flistxattr [196, 234, 13, 234] DESC (fd: Fd, list: SwitchBits(size, u64::MAX, &[(0, Addr)], &Out(&Bytes(Len::Ret(size)))), size: Int(Ulong)) -> Int(Long);
    removexattr [197, 235, 14, 235] FILE (pathname: In(&Path), name: In(&Str)) -> Int(I32);
    lremovexattr [198, 236, 15, 236] FILE (pathname: In(&Path), name: In(&Str)) -> Int(I32);
    fremovexattr [199, 237, 16, 237] DESC (fd: Fd, name: In(&Str)) -> Int(I32);
    setxattrat [463, 463, 463, 463] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: AT_PATH, name: In(&Str), args: In(&Extensible(&XATTR_ARGS, Len::Arg(size), 16)), size: Int(Ulong)) -> Int(I32);
    getxattrat [464, 464, 464, 464] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: AT_PATH, name: In(&Str), args: In(&Extensible(&XATTR_ROOM, Len::Arg(size), 16)), size: Int(Ulong)) -> Int(Long);
    listxattrat [465, 465, 465, 465] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: AT_PATH, list: SwitchBits(size, u64::MAX, &[(0, Addr)], &Out(&Bytes(Len::Ret(size)))), size: Int(Ulong)) -> Int(Long);
    removexattrat [466, 466, 466, 466] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: AT_PATH, name: In(&Str)) -> Int(I32);
    file_getattr [468, 468, 468, 468] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), attr: AtMost(size, PAGE, &Out(&Extensible(&FILE_ATTR, Len::Arg(size), 24))), size: Int(Ulong), flags: AT_PATH) -> Int(I32);
    file_setattr [469, 469, 469, 469] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), attr: AtMost(size, PAGE, &In(&Extensible(&FILE_ATTR_SET, Len::Arg(size), 24))), size: Int(Ulong), flags: AT_PATH) -> Int(I32);
    name_to_handle_at [303, 341, 264, 370] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), handle: Sized(&HANDLE_TO_FILL, Len::Fixed(0)), mount_id: SwitchBits(flags, 1, &[(1, Out(&One(&Int(U64))))], &Out(&One(&Int(I32)))), flags: Flags(I32, &AT_HANDLE)) -> Int(I32);
    open_by_handle_at [304, 342, 265, 371] DESC (mount_fd: Fd, handle: In(&Struct(&HANDLE)), flags: OPEN_FLAGS) -> Fd;
    acct [163, 51, 89, 51] FILE (path: In(&Path)) -> Int(I32);
    uselib [134, 86, -, 86] FILE (path: In(&Path)) -> Int(I32);
}
