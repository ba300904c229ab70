//! `inotify(7)` and `fanotify(7)`.

use crate::types::{Flags, Symbols};

/// Events and options of a watch.
pub static INOTIFY: Flags = Flags {
    unknown: "IN_???",
    field: (0, &[]),
    bits: &[
        (1, "IN_ACCESS"),
        (2, "IN_MODIFY"),
        (4, "IN_ATTRIB"),
        (8, "IN_CLOSE_WRITE"),
        (0x10, "IN_CLOSE_NOWRITE"),
        (0x20, "IN_OPEN"),
        (0x40, "IN_MOVED_FROM"),
        (0x80, "IN_MOVED_TO"),
        (0x100, "IN_CREATE"),
        (0x200, "IN_DELETE"),
        (0x400, "IN_DELETE_SELF"),
        (0x800, "IN_MOVE_SELF"),
        (0x2000, "IN_UNMOUNT"),
        (0x4000, "IN_Q_OVERFLOW"),
        (0x8000, "IN_IGNORED"),
        (0x1000000, "IN_ONLYDIR"),
        (0x2000000, "IN_DONT_FOLLOW"),
        (0x4000000, "IN_EXCL_UNLINK"),
        (0x10000000, "IN_MASK_CREATE"),
        (0x20000000, "IN_MASK_ADD"),
        (0x40000000, "IN_ISDIR"),
        (0x80000000, "IN_ONESHOT"),
    ],
};

/// `inotify_init1(2)`.
pub static INOTIFY_INIT: Flags =
    Flags { unknown: "IN_???", field: (0, &[]), bits: &[(0x800, "IN_NONBLOCK"), (0x80000, "IN_CLOEXEC")] };

/// Notification classes, under [`FAN_CLASS_MASK`].
pub static FAN_CLASS: Symbols = Symbols {
    unknown: "FAN_CLASS_???",
    names: &[(0, "FAN_CLASS_NOTIF"), (4, "FAN_CLASS_CONTENT"), (8, "FAN_CLASS_PRE_CONTENT")],
};

/// The bits of a notification class.
pub const FAN_CLASS_MASK: u64 = 0xc;

/// `fanotify_init(2)`.
pub static FAN_INIT: Flags = Flags {
    unknown: "FAN_???",
    field: (0, &[]),
    bits: &[
        (1, "FAN_CLOEXEC"),
        (2, "FAN_NONBLOCK"),
        (0x10, "FAN_UNLIMITED_QUEUE"),
        (0x20, "FAN_UNLIMITED_MARKS"),
        (0x40, "FAN_ENABLE_AUDIT"),
        (0x80, "FAN_REPORT_PIDFD"),
        (0x100, "FAN_REPORT_TID"),
        (0x200, "FAN_REPORT_FID"),
        (0x400, "FAN_REPORT_DIR_FID"),
        (0x800, "FAN_REPORT_NAME"),
        (0x1000, "FAN_REPORT_TARGET_FID"),
        (0x2000, "FAN_REPORT_FD_ERROR"),
        (0x4000, "FAN_REPORT_MNT"),
    ],
};

/// `flags` of `fanotify_mark(2)`.
pub static FAN_MARK: Flags = Flags {
    unknown: "FAN_MARK_???",
    field: (0, &[]),
    bits: &[
        (1, "FAN_MARK_ADD"),
        (2, "FAN_MARK_REMOVE"),
        (0x80, "FAN_MARK_FLUSH"),
        (4, "FAN_MARK_DONT_FOLLOW"),
        (8, "FAN_MARK_ONLYDIR"),
        (0x110, "FAN_MARK_MNTNS"),
        (0x10, "FAN_MARK_MOUNT"),
        (0x100, "FAN_MARK_FILESYSTEM"),
        (0x20, "FAN_MARK_IGNORED_MASK"),
        (0x40, "FAN_MARK_IGNORED_SURV_MODIFY"),
        (0x400, "FAN_MARK_IGNORE"),
        (0x200, "FAN_MARK_EVICTABLE"),
    ],
};

/// `mask` of `fanotify_mark(2)`.
pub static FAN: Flags = Flags {
    unknown: "FAN_???",
    field: (0, &[]),
    bits: &[
        (1, "FAN_ACCESS"),
        (2, "FAN_MODIFY"),
        (4, "FAN_ATTRIB"),
        (8, "FAN_CLOSE_WRITE"),
        (0x10, "FAN_CLOSE_NOWRITE"),
        (0x20, "FAN_OPEN"),
        (0x40, "FAN_MOVED_FROM"),
        (0x80, "FAN_MOVED_TO"),
        (0x100, "FAN_CREATE"),
        (0x200, "FAN_DELETE"),
        (0x400, "FAN_DELETE_SELF"),
        (0x800, "FAN_MOVE_SELF"),
        (0x1000, "FAN_OPEN_EXEC"),
        (0x4000, "FAN_Q_OVERFLOW"),
        (0x8000, "FAN_FS_ERROR"),
        (0x10000, "FAN_OPEN_PERM"),
        (0x20000, "FAN_ACCESS_PERM"),
        (0x40000, "FAN_OPEN_EXEC_PERM"),
        (0x80000, "FAN_DIR_MODIFY"),
        (0x100000, "FAN_PRE_ACCESS"),
        (0x1000000, "FAN_MNT_ATTACH"),
        (0x2000000, "FAN_MNT_DETACH"),
        (0x8000000, "FAN_EVENT_ON_CHILD"),
        (0x10000000, "FAN_RENAME"),
        (0x40000000, "FAN_ONDIR"),
    ],
};

/// No descriptor.
pub static FAN_NO_DIRECTORY: Symbols = Symbols { unknown: "", names: &[(0xffffffff, "FAN_NOFD")] };
