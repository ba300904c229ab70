//! Adjusting the kernel's clock: `linux/timex.h`.

use crate::types::{Flags, Symbols};

/// `modes` of `struct timex`.
pub static ADJ: Flags = Flags {
    unknown: "ADJ_???",
    field: (0, &[]),
    bits: &[
        (0xa001, "ADJ_OFFSET_SS_READ"),
        (0x8001, "ADJ_OFFSET_SINGLESHOT"),
        (0x1, "ADJ_OFFSET"),
        (0x2, "ADJ_FREQUENCY"),
        (0x4, "ADJ_MAXERROR"),
        (0x8, "ADJ_ESTERROR"),
        (0x10, "ADJ_STATUS"),
        (0x20, "ADJ_TIMECONST"),
        (0x80, "ADJ_TAI"),
        (0x100, "ADJ_SETOFFSET"),
        (0x1000, "ADJ_MICRO"),
        (0x2000, "ADJ_NANO"),
        (0x4000, "ADJ_TICK"),
    ],
};

/// `status` of `struct timex`.
pub static STA: Flags = Flags {
    unknown: "STA_???",
    field: (0, &[]),
    bits: &[
        (0x1, "STA_PLL"),
        (0x2, "STA_PPSFREQ"),
        (0x4, "STA_PPSTIME"),
        (0x8, "STA_FLL"),
        (0x10, "STA_INS"),
        (0x20, "STA_DEL"),
        (0x40, "STA_UNSYNC"),
        (0x80, "STA_FREQHOLD"),
        (0x100, "STA_PPSSIGNAL"),
        (0x200, "STA_PPSJITTER"),
        (0x400, "STA_PPSWANDER"),
        (0x800, "STA_PPSERROR"),
        (0x1000, "STA_CLOCKERR"),
        (0x2000, "STA_NANO"),
        (0x4000, "STA_MODE"),
        (0x8000, "STA_CLK"),
    ],
};

/// The state of the clock, which the calls return.
pub static STATES: Symbols = Symbols {
    unknown: "",
    names: &[
        (0, "TIME_OK"),
        (1, "TIME_INS"),
        (2, "TIME_DEL"),
        (3, "TIME_OOP"),
        (4, "TIME_WAIT"),
        (5, "TIME_ERROR"),
    ],
};
