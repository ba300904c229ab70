//! Clocks, timers, file times, and information about the machine.

use crate::{
    names::{at::*, time::*},
    records::{system::*, time::*, timex::*},
    rows,
    types::{Type::*, *},
};

/// `__NEW_UTS_LEN` of `linux/utsname.h`.
const NAME: u64 = 64;

rows! {
    /// Clocks and timers.
    pub ROWS:
    time [201, 13, -, 13] CLOCK (tloc: Out(&One(&Date(Long, None)))) -> Int(Long) => Custom(&CALENDAR);
    gettimeofday [96, 78, 169, 78] CLOCK (tv: Out(&Struct(&TIMEVAL)), tz: Out(&Struct(&TIMEZONE))) -> Int(I32);
    settimeofday [164, 79, 170, 79] CLOCK (tv: In(&Struct(&TIMEVAL)), tz: In(&Struct(&TIMEZONE))) -> Int(I32);
    clock_gettime [228, 265, 113, 263] CLOCK (clockid: Symbol(U32, &CLOCK), tp: Out(&Struct(&TIMESPEC))) -> Int(I32);
    clock_settime [227, 264, 112, 262] CLOCK (clockid: Symbol(U32, &CLOCK), tp: In(&Struct(&TIMESPEC))) -> Int(I32);
    clock_getres [229, 266, 114, 264] CLOCK (clockid: Symbol(U32, &CLOCK), tp: Out(&Struct(&TIMESPEC))) -> Int(I32);
    clock_gettime64 [-, 403, -, 403] CLOCK (clockid: Symbol(U32, &CLOCK), tp: Out(&Struct(&TIMESPEC64))) -> Int(I32);
    clock_settime64 [-, 404, -, 404] CLOCK (clockid: Symbol(U32, &CLOCK), tp: In(&Struct(&TIMESPEC64))) -> Int(I32);
    clock_getres_time64 [-, 406, -, 406] CLOCK (clockid: Symbol(U32, &CLOCK), tp: Out(&Struct(&TIMESPEC64))) -> Int(I32);
    adjtimex [159, 124, 171, 124] CLOCK (buf: Out(&Struct(&TIMEX))) -> Int(I32) => Custom(&STATE);
    clock_adjtime [305, 343, 266, 372] CLOCK (clockid: Symbol(U32, &CLOCK), buf: Out(&Struct(&TIMEX))) -> Int(I32) => Custom(&STATE);
    clock_adjtime64 [-, 405, -, 405] CLOCK (clockid: Symbol(U32, &CLOCK), buf: Out(&Struct(&TIMEX64))) -> Int(I32) => Custom(&STATE);
    stime [-, 25, -, 25] (t: Out(&One(&Date(Long, None)))) -> Int(I32);
    nanosleep [35, 162, 101, 162] (req: In(&Struct(&TIMESPEC)), rem: Custom(&REMAINING)) -> Int(I32);
    clock_nanosleep [230, 267, 115, 265] (clockid: Symbol(U32, &CLOCK), flags: Flags(I32, &TIMER), request: In(&Struct(&TIMESPEC)), remain: Custom(&REMAINING)) -> Int(I32);
    clock_nanosleep_time64 [-, 407, -, 407] (clockid: Symbol(U32, &CLOCK), flags: Flags(I32, &TIMER), request: In(&Struct(&TIMESPEC64)), remain: Custom(&REMAINING)) -> Int(I32);
    alarm [37, 27, -, 27] (seconds: Int(U32)) -> Int(U32);
    getitimer [36, 105, 102, 105] (which: Symbol(I32, &ITIMER), curr_value: Out(&Struct(&ITIMERVAL))) -> Int(I32);
    setitimer [38, 104, 103, 104] (which: Symbol(I32, &ITIMER), new_value: In(&Struct(&ITIMERVAL)), old_value: Out(&Struct(&ITIMERVAL))) -> Int(I32);
    timer_create [222, 259, 107, 257] (clockid: Symbol(U32, &CLOCK), sevp: In(&Struct(&SIGEVENT)), timerid: Out(&One(&Int(I32)))) -> Int(I32);
    timer_settime [223, 260, 110, 258] (timerid: Int(I32), flags: Flags(I32, &TIMER), new_value: In(&Struct(&ITIMERSPEC)), old_value: Out(&Struct(&ITIMERSPEC))) -> Int(I32);
    timer_gettime [224, 261, 108, 259] (timerid: Int(I32), curr_value: Out(&Struct(&ITIMERSPEC))) -> Int(I32);
    timer_settime64 [-, 409, -, 409] (timerid: Int(I32), flags: Flags(I32, &TIMER), new_value: In(&Struct(&ITIMERSPEC64)), old_value: Out(&Struct(&ITIMERSPEC64))) -> Int(I32);
    timer_gettime64 [-, 408, -, 408] (timerid: Int(I32), curr_value: Out(&Struct(&ITIMERSPEC64))) -> Int(I32);
    timer_getoverrun [225, 262, 109, 260] (timerid: Int(I32)) -> Int(I32);
    timer_delete [226, 263, 111, 261] (timerid: Int(I32)) -> Int(I32);
    utime [132, 30, -, 30] FILE (filename: In(&Path), times: In(&Struct(&UTIMBUF))) -> Int(I32);
    utimes [235, 271, -, 269] FILE (pathname: In(&Path), times: In(&Array(&Dated(&TIMEVAL, 6), Len::Fixed(2)))) -> Int(I32);
    futimesat [261, 299, -, 326] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), times: In(&Array(&Dated(&TIMEVAL, 6), Len::Fixed(2)))) -> Int(I32);
    utimensat [280, 320, 88, 348] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), times: In(&Custom(&UTIME)), flags: Flags(I32, &AT)) -> Int(I32);
    utimensat_time64 [-, 412, -, 412] FILE|DESC (dirfd: Dirfd, pathname: In(&Path), times: In(&Custom(&UTIME64)), flags: Flags(I32, &AT)) -> Int(I32);
    uname [63, 122, 160, 122] (buf: Out(&Struct(&UTSNAME))) -> Int(I32);
    sethostname [170, 74, 161, 74] (name: AtMost(len, NAME, &In(&Bytes(Len::Arg(len)))), len: Int(U32)) -> Int(I32);
    setdomainname [171, 121, 162, 121] (name: AtMost(len, NAME, &In(&Bytes(Len::Arg(len)))), len: Int(U32)) -> Int(I32);
    sysinfo [99, 116, 179, 116] (info: Out(&Struct(&SYSINFO))) -> Int(I32);
    getcpu [309, 318, 168, 345] (cpu: Out(&One(&Int(U32))), node: Out(&One(&Int(U32))), tcache: Addr) -> Int(I32);
    getrandom [318, 355, 278, 384] (buf: Out(&Binary(Len::Ret(buflen), 0)), buflen: Int(Ulong), flags: Flags(U32, &GRND)) -> Int(Long);
}
