//! The machine as a whole: `linux/reboot.h`, the kernel's log.

use crate::types::{Flags, Symbols};

/// `syslog`
pub static LOG_ACTIONS: Symbols = Symbols {
    unknown: "SYSLOG_ACTION_???",
    names: &[
        (0, "SYSLOG_ACTION_CLOSE"),
        (1, "SYSLOG_ACTION_OPEN"),
        (2, "SYSLOG_ACTION_READ"),
        (3, "SYSLOG_ACTION_READ_ALL"),
        (4, "SYSLOG_ACTION_READ_CLEAR"),
        (5, "SYSLOG_ACTION_CLEAR"),
        (6, "SYSLOG_ACTION_CONSOLE_OFF"),
        (7, "SYSLOG_ACTION_CONSOLE_ON"),
        (8, "SYSLOG_ACTION_CONSOLE_LEVEL"),
        (9, "SYSLOG_ACTION_SIZE_UNREAD"),
        (10, "SYSLOG_ACTION_SIZE_BUFFER"),
    ],
};

/// The first magic number of `reboot`.
pub static REBOOT_FIRST: Symbols =
    Symbols { unknown: "LINUX_REBOOT_MAGIC1???", names: &[(0xfee1dead, "LINUX_REBOOT_MAGIC1")] };

/// The second magic number of `reboot`.
pub static REBOOT_SECOND: Symbols = Symbols {
    unknown: "LINUX_REBOOT_MAGIC2???",
    names: &[
        (0x28121969, "LINUX_REBOOT_MAGIC2"),
        (0x5121996, "LINUX_REBOOT_MAGIC2A"),
        (0x16041998, "LINUX_REBOOT_MAGIC2B"),
        (0x20112000, "LINUX_REBOOT_MAGIC2C"),
    ],
};

/// `reboot`
pub static REBOOT: Symbols = Symbols {
    unknown: "LINUX_REBOOT_CMD_???",
    names: &[
        (0x0, "LINUX_REBOOT_CMD_CAD_OFF"),
        (0x1234567, "LINUX_REBOOT_CMD_RESTART"),
        (0x4321fedc, "LINUX_REBOOT_CMD_POWER_OFF"),
        (0x45584543, "LINUX_REBOOT_CMD_KEXEC"),
        (0x89abcdef, "LINUX_REBOOT_CMD_CAD_ON"),
        (0xa1b2c3d4, "LINUX_REBOOT_CMD_RESTART2"),
        (0xcdef0123, "LINUX_REBOOT_CMD_HALT"),
        (0xd000fce2, "LINUX_REBOOT_CMD_SW_SUSPEND"),
    ],
};

/// Flags for removing a module: the flags of `open` that have a meaning there.
pub static DELETE_MODULE: Flags =
    Flags { unknown: "O_???", field: (0, &[]), bits: &[(0o4000, "O_NONBLOCK"), (0o1000, "O_TRUNC")] };

/// Levels of `SYSLOG_ACTION_CONSOLE_LEVEL`: messages below it appear on the console.
pub static LOG_LEVELS: Symbols = Symbols {
    unknown: "LOGLEVEL_???",
    names: &[
        (0, "LOGLEVEL_EMERG"),
        (1, "LOGLEVEL_ALERT"),
        (2, "LOGLEVEL_CRIT"),
        (3, "LOGLEVEL_ERR"),
        (4, "LOGLEVEL_WARNING"),
        (5, "LOGLEVEL_NOTICE"),
        (6, "LOGLEVEL_INFO"),
        (7, "LOGLEVEL_DEBUG"),
        (8, "LOGLEVEL_DEBUG+1"),
    ],
};
