//! Descriptors: reading, writing, duplicating, controlling, and descriptors for things other than files.

use crate::{
    names::{fcntl::*, file::*, notify::*, open::*, poll::*, uring::*},
    records::{
        file::*,
        iovec::{FILLED_IOVECS, IOVEC, IOVEC_ADDRESSES},
        sigset::SIGSET,
        time::{ITIMERSPEC, ITIMERSPEC64},
        uring::*,
    },
    rows,
    types::{Type::*, *},
};

/// A whole register as a number. One of i386 is only a part of the tracer's, and has no sign.
const REGISTER: Type = PerAbi(&[Int(Long), Int(Ulong), Int(Long), Int(Long)]);

/// The third argument of `fcntl`, by command. The plain lock commands take a structure of the ABI's own word size.
const FCNTL_ARG: &[(u64, Type)] = &[
    (0, REGISTER),
    (1, Absent),
    (2, Flags(U32, &FD)),
    (3, Absent),
    (4, OPEN_FLAGS),
    (5, Out(&Struct(&FLOCK_HELD))),
    (6, In(&Struct(&FLOCK))),
    (7, In(&Struct(&FLOCK))),
    (8, Pid),
    (9, Absent),
    (10, Signal),
    (11, Absent),
    (15, In(&Struct(&OWNER_EX))),
    (16, Out(&Struct(&OWNER_EX))),
    (36, Out(&Struct(&FLOCK64_HELD))),
    (37, In(&Struct(&FLOCK64))),
    (38, In(&Struct(&FLOCK64))),
    (1024, Symbol(Ulong, &LOCK_TYPE)),
    (1025, Absent),
    (1026, Flags(Ulong, &NOTIFY)),
    (1027, Fd),
    (1030, REGISTER),
    (1031, REGISTER),
    (1032, Absent),
    (1033, Flags(Ulong, &SEAL)),
    (1034, Absent),
    (1035, Out(&One(&Symbol(U64, &RW_HINT)))),
    (1036, In(&One(&Symbol(U64, &RW_HINT)))),
    (1037, Out(&One(&Symbol(U64, &RW_HINT)))),
    (1038, In(&One(&Symbol(U64, &RW_HINT)))),
    (1039, Out(&Struct(&DELEGATION))),
    (1040, In(&Struct(&DELEGATION))),
];

/// As [`FCNTL_ARG`], for `fcntl64`, which is the only one to know the commands for 64-bit locks.
const FCNTL64_ARG: &[(u64, Type)] =
    &[(12, Out(&Struct(&FLOCK64_HELD))), (13, In(&Struct(&FLOCK64))), (14, In(&Struct(&FLOCK64)))];

/// The result of `fcntl`, by command.
const FCNTL_RESULT: &[(u64, Type)] =
    &[(0, Fd), (1030, Fd), (1, Hex(U32)), (3, Hex(U32)), (1025, Hex(U32)), (1034, Hex(U32)), (9, Pid)];

/// The note after the result of `fcntl`.
const FCNTL_NOTE: &[(u64, Type)] = &[
    (1, Switch(RESULT, &[(0, Absent)], &Labeled("flags", &Flags(U32, &FD)))),
    (3, Labeled("flags", &OPEN_FLAGS)),
    (11, Switch(RESULT, &[(0, Absent)], &Signal)),
    (1025, Symbol(I32, &LOCK_TYPE)),
    (1034, Switch(RESULT, &[(0, Absent)], &Labeled("seals", &Flags(U32, &SEAL)))),
];

rows! {
    /// Descriptors.
    pub ROWS:
    read [0, 3, 63, 3] DESC (fd: Fd, buf: Out(&Bytes(Len::Ret(count))), count: Int(Ulong)) -> Int(Long);
    write [1, 4, 64, 4] DESC (fd: Fd, buf: In(&Bytes(Len::Arg(count))), count: Int(Ulong)) -> Int(Long);
    pread64 [17, 180, 67, 180] DESC (fd: Fd, buf: Out(&Bytes(Len::Ret(count))), count: Int(Ulong), offset: Int(I64)) -> Int(Long);
    pwrite64 [18, 181, 68, 181] DESC (fd: Fd, buf: In(&Bytes(Len::Arg(count))), count: Int(Ulong), offset: Int(I64)) -> Int(Long);
    readv [19, 145, 65, 145] DESC (fd: Fd, iov: Sized(&FILLED_IOVECS, Len::Arg(iovcnt)), iovcnt: Int(Ulong)) -> Int(Long);
    writev [20, 146, 66, 146] DESC (fd: Fd, iov: In(&Array(&Struct(&IOVEC), Len::Arg(iovcnt))), iovcnt: Int(Ulong)) -> Int(Long);
    preadv [295, 333, 69, 361] DESC (fd: Fd, iov: Sized(&FILLED_IOVECS, Len::Arg(iovcnt)), iovcnt: Int(Ulong), offset: Pair(First::Low)) -> Int(Long);
    pwritev [296, 334, 70, 362] DESC (fd: Fd, iov: In(&Array(&Struct(&IOVEC), Len::Arg(iovcnt))), iovcnt: Int(Ulong), offset: Pair(First::Low)) -> Int(Long);
    preadv2 [327, 378, 286, 392] DESC (fd: Fd, iov: Sized(&FILLED_IOVECS, Len::Arg(iovcnt)), iovcnt: Int(Ulong), offset: Pair(First::Low), flags: Flags(I32, &RWF)) -> Int(Long);
    pwritev2 [328, 379, 287, 393] DESC (fd: Fd, iov: In(&Array(&Struct(&IOVEC), Len::Arg(iovcnt))), iovcnt: Int(Ulong), offset: Pair(First::Low), flags: Flags(I32, &RWF)) -> Int(Long);
    lseek [8, 19, 62, 19] DESC (fd: Fd, offset: Int(Long), whence: Symbol(U32, &SEEK)) -> Int(Long);
    _llseek [-, 140, -, 140] DESC (fd: Fd, offset: Pair(First::High), result: Out(&One(&Int(U64))), whence: Symbol(U32, &SEEK)) -> Int(I32);
    close [3, 6, 57, 6] DESC (fd: Fd) -> Int(I32);
    close_range [436, 436, 436, 436] (first: Int(U32), last: Int(U32), flags: Flags(I32, &CLOSE_RANGE)) -> Int(I32);
    dup [32, 41, 23, 41] DESC (oldfd: Fd) -> Fd;
    dup2 [33, 63, -, 63] DESC (oldfd: Fd, newfd: Fd) -> Fd;
    dup3 [292, 330, 24, 358] DESC (oldfd: Fd, newfd: Fd, flags: DESCRIPTOR_FLAGS) -> Fd;
    pipe [22, 42, -, 42] DESC (pipefd: Out(&Array(&Fd, Len::Fixed(2)))) -> Int(I32);
    pipe2 [293, 331, 59, 359] DESC (pipefd: Out(&Array(&Fd, Len::Fixed(2))), flags: DESCRIPTOR_FLAGS) -> Int(I32);
    fcntl [72, 55, 25, 55] DESC (fd: Fd, op: Symbol(U32, &FCNTL), arg: Switch(op, FCNTL_ARG, &Hex(Ulong))) -> Switch(op, FCNTL_RESULT, &Int(I32)) => Switch(op, FCNTL_NOTE, &Absent);
    fcntl64 [-, 221, -, 221] DESC (fd: Fd, op: Symbol(U32, &FCNTL), arg: Switch(op, FCNTL64_ARG, &Switch(op, FCNTL_ARG, &Hex(Ulong)))) -> Switch(op, FCNTL_RESULT, &Int(I32)) => Switch(op, FCNTL_NOTE, &Absent);
    flock [73, 143, 32, 143] DESC (fd: Fd, op: Flags(U32, &LOCK)) -> Int(I32);
    fsync [74, 118, 82, 118] DESC (fd: Fd) -> Int(I32);
    fdatasync [75, 148, 83, 148] DESC (fd: Fd) -> Int(I32);
    sync [162, 36, 81, 36] () -> Int(I32);
    syncfs [306, 344, 267, 373] DESC (fd: Fd) -> Int(I32);
    sync_file_range [277, 314, 84, -] DESC (fd: Fd, offset: Int(I64), nbytes: Int(I64), flags: Flags(U32, &SYNC_RANGE)) -> Int(I32);
    sync_file_range2 [-, -, -, 341] DESC (fd: Fd, flags: Flags(U32, &SYNC_RANGE), offset: Int(I64), nbytes: Int(I64)) -> Int(I32);
    fallocate [285, 324, 47, 352] DESC (fd: Fd, mode: Flags(I32, &FALLOC), offset: Int(I64), len: Int(I64)) -> Int(I32);
    fadvise64 [221, 250, 223, -] DESC (fd: Fd, offset: Int(I64), len: Int(Ulong), advice: Symbol(U32, &FADV)) -> Int(I32);
    fadvise64_64 [-, 272, -, 270] DESC (fd: Fd, offset: Int(I64), len: Int(I64), advice: Symbol(U32, &FADV)) -> Int(I32);
    readahead [187, 225, 213, 225] DESC (fd: Fd, offset: Int(I64), count: Int(Ulong)) -> Int(Long);
    cachestat [451, 451, 451, 451] DESC (fd: Fd, cstat_range: In(&Struct(&CACHE_RANGE)), cstat: Out(&Struct(&CACHESTAT)), flags: Hex(U32)) -> Int(I32);
    getdents [78, 141, -, 141] DESC (fd: Fd, dirp: Custom(&DIRENTS), count: Int(U32)) -> Int(I32);
    readdir [-, 89, -, 89] DESC (fd: Fd, dirp: Addr, count: Int(U32)) -> Int(I32);
    getdents64 [217, 220, 61, 217] DESC (fd: Fd, dirp: Custom(&DIRENTS64), count: Int(U32)) -> Int(I32);
    sendfile [40, 187, 71, 187] DESC|NETWORK (out_fd: Fd, in_fd: Fd, offset: Moved(&One(&Int(Ulong))), count: Int(Ulong)) -> Int(Long);
    sendfile64 [-, 239, -, 239] DESC|NETWORK (out_fd: Fd, in_fd: Fd, offset: Moved(&One(&Int(U64))), count: Int(Ulong)) -> Int(Long);
    splice [275, 313, 76, 340] DESC (fd_in: Fd, off_in: In(&One(&Int(I64))), fd_out: Fd, off_out: In(&One(&Int(I64))), len: Int(Ulong), flags: Flags(U32, &SPLICE)) -> Int(Long);
    tee [276, 315, 77, 342] DESC (fd_in: Fd, fd_out: Fd, len: Int(Ulong), flags: Flags(U32, &SPLICE)) -> Int(Long);
    vmsplice [278, 316, 75, 343] DESC (fd: Fd, iov: In(&Array(&Struct(&IOVEC), Len::Arg(nr_segs))), nr_segs: Int(Ulong), flags: Flags(U32, &SPLICE)) -> Int(Long);
    copy_file_range [326, 377, 285, 391] DESC (fd_in: Fd, off_in: In(&One(&Int(I64))), fd_out: Fd, off_out: In(&One(&Int(I64))), len: Int(Ulong), flags: Int(U32)) -> Int(Long);
    inotify_init [253, 291, -, 316] DESC () -> Fd;
    inotify_init1 [294, 332, 26, 360] DESC (flags: Flags(U32, &INOTIFY_INIT)) -> Fd;
    inotify_add_watch [254, 292, 27, 317] FILE|DESC (fd: Fd, pathname: In(&Path), mask: Flags(U32, &INOTIFY)) -> Int(I32);
    inotify_rm_watch [255, 293, 28, 318] DESC (fd: Fd, wd: Int(I32)) -> Int(I32);
    fanotify_init [300, 338, 262, 367] DESC (flags: Mixed(U32, &FAN_CLASS, FAN_CLASS_MASK, &FAN_INIT), event_f_flags: OPEN_FLAGS) -> Fd;
    fanotify_mark [301, 339, 263, 368] FILE|DESC (fanotify_fd: Fd, flags: Flags(U32, &FAN_MARK), mask: Flags(U64, &FAN), dirfd: Switch(dirfd, &[(0xffff_ffff, Symbol(I32, &FAN_NO_DIRECTORY))], &Dirfd), pathname: In(&Path)) -> Int(I32);
    eventfd [284, 323, -, 351] DESC (initval: Int(U32)) -> Fd;
    eventfd2 [290, 328, 19, 356] DESC (initval: Int(U32), flags: Flags(I32, &EVENTFD)) -> Fd;
    timerfd_create [283, 322, 85, 350] DESC (clockid: Symbol(I32, &crate::names::time::CLOCK), flags: Flags(I32, &TIMERFD)) -> Fd;
    timerfd_settime [286, 325, 86, 353] DESC (fd: Fd, flags: Flags(I32, &TIMERFD), new_value: In(&Struct(&ITIMERSPEC)), old_value: Out(&Struct(&ITIMERSPEC))) -> Int(I32);
    timerfd_gettime [287, 326, 87, 354] DESC (fd: Fd, curr_value: Out(&Struct(&ITIMERSPEC))) -> Int(I32);
    timerfd_settime64 [-, 411, -, 411] DESC (fd: Fd, flags: Flags(I32, &TIMERFD), new_value: In(&Struct(&ITIMERSPEC64)), old_value: Out(&Struct(&ITIMERSPEC64))) -> Int(I32);
    timerfd_gettime64 [-, 410, -, 410] DESC (fd: Fd, curr_value: Out(&Struct(&ITIMERSPEC64))) -> Int(I32);
    memfd_create [319, 356, 279, 385] DESC (name: In(&Terminated(Len::Fixed(250))), flags: Shifted(U32, &Flags(U32, &MFD), 26, "MFD_HUGE_SHIFT")) -> Fd;
    io_uring_setup [425, 425, 425, 425] DESC (entries: Int(U32), params: Switch(RESULT, &[(u32::MAX as u64, In(&Struct(&PARAMS)))], &Out(&Ordered(&FILLED_PARAMS, FILLED_ORDER)))) -> Fd;
    io_uring_enter [426, 426, 426, 426] DESC|SIGNAL (fd: Fd, to_submit: Int(U32), min_complete: Int(U32), flags: Flags(U32, &URING_ENTER), sigset: SwitchBits(flags, 0x48, &[(8, In(&Struct(&GETEVENTS))), (0x40, Hex(Ulong)), (0x48, Addr)], &Switch(sigsetsize, &[(8, In(&Custom(&SIGSET)))], &Addr)), sigsetsize: Int(Ulong)) -> Int(I32);
    io_uring_register [427, 427, 427, 427] DESC|MEMORY (fd: SwitchBits(opcode, 1 << 31, &[(1 << 31, Int(U32))], &Fd), opcode: Mixed(U32, &URING_REGISTER, 0x7fff_ffff, &URING_REGISTER_FLAGS), arg: SwitchBits(opcode, 0x7fff_ffff, URING_REGISTER_ARG, &Addr), nr_args: Int(U32)) -> Int(I32);
}

/// The argument of `io_uring_register`, by operation.
const URING_REGISTER_ARG: &[(u64, Type)] = &[
    (0, In(&Array(&Struct(&IOVEC_ADDRESSES), Len::Arg(3)))),
    (2, In(&Array(&Fd, Len::Arg(3)))),
    (4, In(&Array(&Fd, Len::Arg(3)))),
    (7, In(&Array(&Fd, Len::Arg(3)))),
];
