//! Waiting for descriptors, and descriptors created for waiting.

use crate::types::{Flags, Symbols};

/// `poll(2)`.
pub static POLL: Flags = Flags {
    unknown: "POLL???",
    field: (0, &[]),
    bits: &[
        (1, "POLLIN"),
        (2, "POLLPRI"),
        (4, "POLLOUT"),
        (8, "POLLERR"),
        (0x10, "POLLHUP"),
        (0x20, "POLLNVAL"),
        (0x40, "POLLRDNORM"),
        (0x80, "POLLRDBAND"),
        (0x100, "POLLWRNORM"),
        (0x200, "POLLWRBAND"),
        (0x400, "POLLMSG"),
        (0x1000, "POLLREMOVE"),
        (0x2000, "POLLRDHUP"),
        (0x8000, "POLL_BUSY_LOOP"),
    ],
};

/// `epoll_event.events`.
pub static EPOLL_EVENTS: Flags = Flags {
    unknown: "EPOLL???",
    field: (0, &[]),
    bits: &[
        (1, "EPOLLIN"),
        (2, "EPOLLPRI"),
        (4, "EPOLLOUT"),
        (8, "EPOLLERR"),
        (0x10, "EPOLLHUP"),
        (0x20, "EPOLLNVAL"),
        (0x40, "EPOLLRDNORM"),
        (0x80, "EPOLLRDBAND"),
        (0x100, "EPOLLWRNORM"),
        (0x200, "EPOLLWRBAND"),
        (0x400, "EPOLLMSG"),
        (0x2000, "EPOLLRDHUP"),
        (0x10000000, "EPOLLEXCLUSIVE"),
        (0x20000000, "EPOLLWAKEUP"),
        (0x40000000, "EPOLLONESHOT"),
        (0x80000000, "EPOLLET"),
    ],
};

/// `epoll_create1(2)`.
pub static EPOLL_CREATE: Flags =
    Flags { unknown: "EPOLL_???", field: (0, &[]), bits: &[(0x80000, "EPOLL_CLOEXEC")] };

/// `epoll_ctl(2)`.
pub static EPOLL_CTL: Symbols = Symbols {
    unknown: "EPOLL_CTL_???",
    names: &[(1, "EPOLL_CTL_ADD"), (2, "EPOLL_CTL_DEL"), (3, "EPOLL_CTL_MOD")],
};

/// `eventfd2(2)`.
pub static EVENTFD: Flags = Flags {
    unknown: "EFD_???",
    field: (0, &[]),
    bits: &[(1, "EFD_SEMAPHORE"), (0x80000, "EFD_CLOEXEC"), (0x800, "EFD_NONBLOCK")],
};

/// `timerfd_create(2)`.
pub static TIMERFD: Flags = Flags {
    unknown: "TFD_???",
    field: (0, &[]),
    bits: &[
        (1, "TFD_TIMER_ABSTIME"),
        (2, "TFD_TIMER_CANCEL_ON_SET"),
        (0x80000, "TFD_CLOEXEC"),
        (0x800, "TFD_NONBLOCK"),
    ],
};
