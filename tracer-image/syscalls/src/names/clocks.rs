//! Clocks and watchdogs: `linux/rtc.h`, `linux/ptp_clock.h`, `linux/watchdog.h`.

use crate::types::{Flags, Symbols};

/// Parameters of a real-time clock.
pub static RTC_PARAMS: Symbols = Symbols {
    unknown: "RTC_PARAM_???",
    names: &[(0, "RTC_PARAM_FEATURES"), (1, "RTC_PARAM_CORRECTION"), (2, "RTC_PARAM_BACKUP_SWITCH_MODE")],
};

/// The battery status of a real-time clock.
pub static RTC_VOLTAGE: Flags = Flags {
    unknown: "RTC_VL_???",
    field: (0, &[]),
    bits: &[
        (0x1, "RTC_VL_DATA_INVALID"),
        (0x2, "RTC_VL_BACKUP_LOW"),
        (0x4, "RTC_VL_BACKUP_EMPTY"),
        (0x8, "RTC_VL_ACCURACY_LOW"),
        (0x10, "RTC_VL_BACKUP_SWITCH"),
    ],
};

/// Which edges get a timestamp.
pub static PTP_EXTTS: Flags = Flags {
    unknown: "PTP_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PTP_ENABLE_FEATURE"),
        (0x2, "PTP_RISING_EDGE"),
        (0x4, "PTP_FALLING_EDGE"),
        (0x8, "PTP_STRICT_FLAGS"),
        (0x10, "PTP_EXT_OFFSET"),
    ],
};

/// Flags of a periodic output.
pub static PTP_PEROUT: Flags = Flags {
    unknown: "PTP_PEROUT_???",
    field: (0, &[]),
    bits: &[(0x1, "PTP_PEROUT_ONE_SHOT"), (0x2, "PTP_PEROUT_DUTY_CYCLE"), (0x4, "PTP_PEROUT_PHASE")],
};

/// The function of a clock's pin.
pub static PTP_PIN: Symbols = Symbols {
    unknown: "PTP_PF_???",
    names: &[(0, "PTP_PF_NONE"), (1, "PTP_PF_EXTTS"), (2, "PTP_PF_PEROUT"), (3, "PTP_PF_PHYSYNC")],
};

/// Options that can be set on a watchdog.
pub static WATCHDOG_OPTIONS: Flags = Flags {
    unknown: "WDIOS_???",
    field: (0, &[]),
    bits: &[(0x1, "WDIOS_DISABLECARD"), (0x2, "WDIOS_ENABLECARD"), (0x4, "WDIOS_TEMPPANIC")],
};

/// The capabilities of a watchdog.
pub static WATCHDOG_SUPPORT: Flags = Flags {
    unknown: "WDIOF_???",
    field: (0, &[]),
    bits: &[
        (0x1, "WDIOF_OVERHEAT"),
        (0x2, "WDIOF_FANFAULT"),
        (0x4, "WDIOF_EXTERN1"),
        (0x8, "WDIOF_EXTERN2"),
        (0x10, "WDIOF_POWERUNDER"),
        (0x20, "WDIOF_CARDRESET"),
        (0x40, "WDIOF_POWEROVER"),
        (0x80, "WDIOF_SETTIMEOUT"),
        (0x100, "WDIOF_MAGICCLOSE"),
        (0x200, "WDIOF_PRETIMEOUT"),
        (0x400, "WDIOF_ALARMONLY"),
        (0x8000, "WDIOF_KEEPALIVEPING"),
    ],
};
/// Features of a real-time clock.
pub static RTC_FEATURES: Flags = Flags {
    unknown: "1<<RTC_FEATURE_???",
    field: (0, &[]),
    bits: &[
        (0x1, "1<<RTC_FEATURE_ALARM"),
        (0x2, "1<<RTC_FEATURE_ALARM_RES_MINUTE"),
        (0x4, "1<<RTC_FEATURE_NEED_WEEK_DAY"),
        (0x8, "1<<RTC_FEATURE_ALARM_RES_2S"),
        (0x10, "1<<RTC_FEATURE_UPDATE_INTERRUPT"),
        (0x20, "1<<RTC_FEATURE_CORRECTION"),
        (0x40, "1<<RTC_FEATURE_BACKUP_SWITCH_MODE"),
        (0x80, "1<<RTC_FEATURE_ALARM_WAKEUP_ONLY"),
    ],
};

/// When the clock switches to its battery.
pub static RTC_SWITCH_MODES: Symbols = Symbols {
    unknown: "RTC_BSM_???",
    names: &[(0, "RTC_BSM_DISABLED"), (1, "RTC_BSM_DIRECT"), (2, "RTC_BSM_LEVEL"), (3, "RTC_BSM_STANDBY")],
};
