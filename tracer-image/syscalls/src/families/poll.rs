//! Waiting for descriptors.

use crate::{
    names::poll::*,
    records::{
        poll::*,
        sigset::SIGSET,
        time::{TIMESPEC, TIMESPEC64, TIMEVAL},
    },
    rows,
    types::{Type::*, *},
};

/// A signal mask of the only size that the kernel accepts; the given sibling is its length.
macro_rules! mask {
    ($size:expr) => {
        Switch($size, &[(8, In(&Custom(&SIGSET)))], &Addr)
    };
}

/// The arguments that i386's `select` takes in memory instead of registers (`struct sel_arg_struct` of `fs/select.c`).
static SELECT_ARGUMENTS: Record = Record {
    name: "sel_arg_struct",
    fields: &[
        Field::new("nfds", Int(I32)),
        Field::new("readfds", Addr),
        Field::new("writefds", Addr),
        Field::new("exceptfds", Addr),
        Field::new("timeout", In(&Struct(&TIMEVAL))),
    ],
};

// What follows the events in epoll_pwait and epoll_pwait2 is written as strace writes it: after the call, and read only
// if the call did not fail. That is why it is `Out`, although the kernel writes nothing there.
rows! {
    /// Waiting for descriptors.
    pub ROWS:
    poll [7, 168, -, 168] DESC (fds: In(&Array(&Struct(&POLLFD), Len::Arg(nfds))), nfds: Int(U32), timeout: Int(I32)) -> Int(I32) => Custom(&POLL_NOTE);
    ppoll [271, 309, 73, 336] DESC (fds: In(&Array(&Struct(&POLLFD), Len::Arg(nfds))), nfds: Int(U32), tmo_p: In(&Struct(&TIMESPEC)), sigmask: mask!(sigsetsize), sigsetsize: Int(Ulong)) -> Int(I32) => Custom(&POLL_NOTE);
    ppoll_time64 [-, 414, -, 414] DESC (fds: In(&Array(&Struct(&POLLFD), Len::Arg(nfds))), nfds: Int(U32), tmo_p: In(&Struct(&TIMESPEC64)), sigmask: mask!(sigsetsize), sigsetsize: Int(Ulong)) -> Int(I32) => Custom(&POLL_NOTE);
    select [23, -, -, -] DESC (nfds: Int(I32), readfds: In(&Custom(&FD_SET)), writefds: In(&Custom(&FD_SET)), exceptfds: In(&Custom(&FD_SET)), timeout: In(&Struct(&TIMEVAL))) -> Int(I32) => Custom(&SELECT_NOTE);
    select [-, 82, -, 82] DESC (arguments: In(&Spread(&SELECT_ARGUMENTS))) -> Int(I32) => Switch(RESULT, &[(0, Literal("Timeout"))], &Absent);
    _newselect [-, 142, -, 142] DESC (nfds: Int(I32), readfds: In(&Custom(&FD_SET)), writefds: In(&Custom(&FD_SET)), exceptfds: In(&Custom(&FD_SET)), timeout: In(&Struct(&TIMEVAL))) -> Int(I32) => Custom(&SELECT_NOTE);
    pselect6 [270, 308, 72, 335] DESC (nfds: Int(I32), readfds: In(&Custom(&FD_SET)), writefds: In(&Custom(&FD_SET)), exceptfds: In(&Custom(&FD_SET)), timeout: In(&Struct(&TIMESPEC)), sig: In(&Struct(&PSELECT_MASK))) -> Int(I32) => Custom(&SELECT_NOTE);
    pselect6_time64 [-, 413, -, 413] DESC (nfds: Int(I32), readfds: In(&Custom(&FD_SET)), writefds: In(&Custom(&FD_SET)), exceptfds: In(&Custom(&FD_SET)), timeout: In(&Struct(&TIMESPEC64)), sig: In(&Struct(&PSELECT_MASK))) -> Int(I32) => Custom(&SELECT_NOTE);
    epoll_create [213, 254, -, 250] DESC (size: Int(I32)) -> Fd;
    epoll_create1 [291, 329, 20, 357] DESC (flags: Flags(I32, &EPOLL_CREATE)) -> Fd;
    epoll_ctl [233, 255, 21, 251] DESC (epfd: Fd, op: Symbol(I32, &EPOLL_CTL), fd: Fd, event: Switch(op, &[(2, Addr)], &In(&Struct(&EPOLL_EVENT)))) -> Int(I32);
    epoll_wait [232, 256, -, 252] DESC (epfd: Fd, events: Out(&Array(&Struct(&EPOLL_EVENT), Len::Ret(maxevents))), maxevents: Int(I32), timeout: Int(I32)) -> Int(I32);
    epoll_pwait [281, 319, 22, 346] DESC (epfd: Fd, events: Out(&Array(&Struct(&EPOLL_EVENT), Len::Ret(maxevents))), maxevents: Int(I32), timeout: Int(I32), sigmask: Switch(sigsetsize, &[(8, Out(&Custom(&SIGSET)))], &Addr), sigsetsize: Int(Ulong)) -> Int(I32);
    epoll_pwait2 [441, 441, 441, 441] DESC (epfd: Fd, events: Out(&Array(&Struct(&EPOLL_EVENT), Len::Ret(maxevents))), maxevents: Int(I32), timeout: Out(&Struct(&TIMESPEC64)), sigmask: Switch(sigsetsize, &[(8, Out(&Custom(&SIGSET)))], &Addr), sigsetsize: Int(Ulong)) -> Int(I32);
}
