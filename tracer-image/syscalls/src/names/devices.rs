//! Structures of `ioctl(2)`: `linux/userfaultfd.h`, `linux/seccomp.h`, `linux/pidfd.h`, `linux/loop.h`.

use crate::types::{Flags, Symbols};

/// Features of a `userfaultfd`.
pub static UFFD_FEATURES: Flags = Flags {
    unknown: "UFFD_FEATURE_???",
    field: (0, &[]),
    bits: &[
        (0x1, "UFFD_FEATURE_PAGEFAULT_FLAG_WP"),
        (0x2, "UFFD_FEATURE_EVENT_FORK"),
        (0x4, "UFFD_FEATURE_EVENT_REMAP"),
        (0x8, "UFFD_FEATURE_EVENT_REMOVE"),
        (0x10, "UFFD_FEATURE_MISSING_HUGETLBFS"),
        (0x20, "UFFD_FEATURE_MISSING_SHMEM"),
        (0x40, "UFFD_FEATURE_EVENT_UNMAP"),
        (0x80, "UFFD_FEATURE_SIGBUS"),
        (0x100, "UFFD_FEATURE_THREAD_ID"),
        (0x200, "UFFD_FEATURE_MINOR_HUGETLBFS"),
        (0x400, "UFFD_FEATURE_MINOR_SHMEM"),
        (0x800, "UFFD_FEATURE_EXACT_ADDRESS"),
        (0x1000, "UFFD_FEATURE_WP_HUGETLBFS_SHMEM"),
        (0x2000, "UFFD_FEATURE_WP_UNPOPULATED"),
        (0x4000, "UFFD_FEATURE_POISON"),
        (0x8000, "UFFD_FEATURE_WP_ASYNC"),
        (0x10000, "UFFD_FEATURE_MOVE"),
    ],
};

/// Requests that a `userfaultfd` supports.
pub static UFFD_API_IOCTLS: Flags = Flags {
    unknown: "_UFFDIO_???",
    field: (0, &[]),
    bits: &[
        (0x1, "1<<_UFFDIO_REGISTER"),
        (0x2, "1<<_UFFDIO_UNREGISTER"),
        (0x8000000000000000, "1<<_UFFDIO_API"),
    ],
};

/// What to wait for.
pub static UFFD_REGISTER_MODE: Flags = Flags {
    unknown: "UFFDIO_REGISTER_MODE_???",
    field: (0, &[]),
    bits: &[
        (0x1, "UFFDIO_REGISTER_MODE_MISSING"),
        (0x2, "UFFDIO_REGISTER_MODE_WP"),
        (0x4, "UFFDIO_REGISTER_MODE_MINOR"),
    ],
};

/// Requests that a range supports.
pub static UFFD_REGISTER_IOCTLS: Flags = Flags {
    unknown: "1<<_UFFDIO_???",
    field: (0, &[]),
    bits: &[
        (0x4, "1<<_UFFDIO_WAKE"),
        (0x8, "1<<_UFFDIO_COPY"),
        (0x10, "1<<_UFFDIO_ZEROPAGE"),
        (0x20, "1<<_UFFDIO_MOVE"),
        (0x40, "1<<_UFFDIO_WRITEPROTECT"),
        (0x80, "1<<_UFFDIO_CONTINUE"),
        (0x100, "1<<_UFFDIO_POISON"),
    ],
};

/// `UFFDIO_ZEROPAGE`
pub static UFFD_ZEROPAGE: Flags = Flags {
    unknown: "UFFDIO_ZEROPAGE_MODE_???",
    field: (0, &[]),
    bits: &[(0x1, "UFFDIO_ZEROPAGE_MODE_DONTWAKE")],
};

/// `UFFDIO_COPY`
pub static UFFD_COPY: Flags = Flags {
    unknown: "UFFDIO_COPY_MODE_???",
    field: (0, &[]),
    bits: &[(0x1, "UFFDIO_COPY_MODE_DONTWAKE"), (0x2, "UFFDIO_COPY_MODE_WP")],
};

/// `UFFDIO_CONTINUE`
pub static UFFD_CONTINUE: Flags = Flags {
    unknown: "UFFDIO_CONTINUE_MODE_???",
    field: (0, &[]),
    bits: &[(0x1, "UFFDIO_CONTINUE_MODE_DONTWAKE")],
};

/// `UFFDIO_POISON`
pub static UFFD_POISON: Flags = Flags {
    unknown: "UFFDIO_POISON_MODE_???",
    field: (0, &[]),
    bits: &[(0x1, "UFFDIO_POISON_MODE_DONTWAKE")],
};

/// `UFFDIO_WRITEPROTECT`
pub static UFFD_WRITEPROTECT: Flags = Flags {
    unknown: "UFFDIO_WRITEPROTECT_MODE_???",
    field: (0, &[]),
    bits: &[(0x1, "UFFDIO_WRITEPROTECT_MODE_WP"), (0x2, "UFFDIO_WRITEPROTECT_MODE_DONTWAKE")],
};

/// How a notified call continues.
pub static NOTIFICATION_FLAGS: Flags = Flags {
    unknown: "SECCOMP_USER_NOTIF_FLAG_???",
    field: (0, &[]),
    bits: &[(0x1, "SECCOMP_USER_NOTIF_FLAG_CONTINUE")],
};

/// How a descriptor is added to a notified process.
pub static ADDFD_FLAGS: Flags = Flags {
    unknown: "SECCOMP_ADDFD_FLAG_???",
    field: (0, &[]),
    bits: &[(0x1, "SECCOMP_ADDFD_FLAG_SETFD"), (0x2, "SECCOMP_ADDFD_FLAG_SEND")],
};

/// Information about a process.
pub static PIDFD_INFO: Flags = Flags {
    unknown: "PIDFD_INFO_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PIDFD_INFO_PID"),
        (0x2, "PIDFD_INFO_CREDS"),
        (0x4, "PIDFD_INFO_CGROUPID"),
        (0x8, "PIDFD_INFO_EXIT"),
        (0x10, "PIDFD_INFO_COREDUMP"),
        (0x20, "PIDFD_INFO_SUPPORTED_MASK"),
        (0x40, "PIDFD_INFO_COREDUMP_SIGNAL"),
        (0x80, "PIDFD_INFO_COREDUMP_CODE"),
    ],
};

/// Flags of a loop device.
pub static LOOP_FLAGS: Flags = Flags {
    unknown: "LO_FLAGS_???",
    field: (0, &[]),
    bits: &[
        (0x1, "LO_FLAGS_READ_ONLY"),
        (0x2, "LO_FLAGS_USE_AOPS"),
        (0x4, "LO_FLAGS_AUTOCLEAR"),
        (0x8, "LO_FLAGS_PARTSCAN"),
        (0x10, "LO_FLAGS_DIRECT_IO"),
    ],
};

/// How a process was dumped.
pub static PIDFD_COREDUMP: Flags = Flags {
    unknown: "PIDFD_COREDUMP_???",
    field: (0, &[]),
    bits: &[
        (1, "PIDFD_COREDUMPED"),
        (2, "PIDFD_COREDUMP_SKIP"),
        (4, "PIDFD_COREDUMP_USER"),
        (8, "PIDFD_COREDUMP_ROOT"),
    ],
};

/// Encryption of a loop device.
pub static LOOP_CRYPT: Symbols = Symbols {
    unknown: "LO_CRYPT_???",
    names: &[
        (0, "LO_CRYPT_NONE"),
        (1, "LO_CRYPT_XOR"),
        (2, "LO_CRYPT_DES"),
        (3, "LO_CRYPT_FISH2"),
        (4, "LO_CRYPT_BLOW"),
        (5, "LO_CRYPT_CAST128"),
        (6, "LO_CRYPT_IDEA"),
        (9, "LO_CRYPT_DUMMY"),
        (10, "LO_CRYPT_SKIPJACK"),
        (18, "LO_CRYPT_CRYPTOAPI"),
    ],
};

/// Which perf events a request applies to.
pub static PERF_IOC: Flags =
    Flags { unknown: "PERF_IOC_FLAG_???", field: (0, &[]), bits: &[(1, "PERF_IOC_FLAG_GROUP")] };
