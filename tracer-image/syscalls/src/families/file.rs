//! Files by name and descriptors on them.

use crate::{
    names::open::{O_MODE, OPEN},
    rows,
    types::{Len, Type::*, *},
};

rows! {
    /// Opening, reading, writing, closing.
    pub ROWS:
    read [0, 3, 63, 3] DESC (fd: Fd, buf: Out(&Bytes(Len::Ret(count))), count: Int(Ulong)) -> Int(Long);
    write [1, 4, 64, 4] DESC (fd: Fd, buf: In(&Bytes(Len::Arg(count))), count: Int(Ulong)) -> Int(Long);
    open [2, 5, -, 5] FILE|DESC (pathname: In(&Path), flags: Flags(I32, &OPEN), mode: If(flags, O_MODE, &Octal(U32))) -> Fd;
    close [3, 6, 57, 6] DESC (fd: Fd) -> Int(I32);
    openat [257, 295, 56, 322] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), flags: Flags(I32, &OPEN), mode: If(flags, O_MODE, &Octal(U32))) -> Fd;
}
