//! General-purpose I/O lines: `linux/gpio.h`.

use crate::types::Flags;

/// How a line is used.
pub static GPIO_HANDLE: Flags = Flags {
    unknown: "GPIOHANDLE_REQUEST_???",
    field: (0, &[]),
    bits: &[
        (0x1, "GPIOHANDLE_REQUEST_INPUT"),
        (0x2, "GPIOHANDLE_REQUEST_OUTPUT"),
        (0x4, "GPIOHANDLE_REQUEST_ACTIVE_LOW"),
        (0x8, "GPIOHANDLE_REQUEST_OPEN_DRAIN"),
        (0x10, "GPIOHANDLE_REQUEST_OPEN_SOURCE"),
        (0x20, "GPIOHANDLE_REQUEST_BIAS_PULL_UP"),
        (0x40, "GPIOHANDLE_REQUEST_BIAS_PULL_DOWN"),
        (0x80, "GPIOHANDLE_REQUEST_BIAS_DISABLE"),
    ],
};

/// Which edges are events.
pub static GPIO_EVENT: Flags = Flags {
    unknown: "GPIOEVENT_REQUEST_???",
    field: (0, &[]),
    bits: &[
        (0x3, "GPIOEVENT_REQUEST_BOTH_EDGES"),
        (0x1, "GPIOEVENT_REQUEST_RISING_EDGE"),
        (0x2, "GPIOEVENT_REQUEST_FALLING_EDGE"),
    ],
};

/// How a line is used.
pub static GPIO_LINE: Flags = Flags {
    unknown: "GPIOLINE_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "GPIOLINE_FLAG_KERNEL"),
        (0x2, "GPIOLINE_FLAG_IS_OUT"),
        (0x4, "GPIOLINE_FLAG_ACTIVE_LOW"),
        (0x8, "GPIOLINE_FLAG_OPEN_DRAIN"),
        (0x10, "GPIOLINE_FLAG_OPEN_SOURCE"),
        (0x20, "GPIOLINE_FLAG_BIAS_PULL_UP"),
        (0x40, "GPIOLINE_FLAG_BIAS_PULL_DOWN"),
        (0x80, "GPIOLINE_FLAG_BIAS_DISABLE"),
    ],
};

/// How a line is used, in the second version.
pub static GPIO_V2_LINE: Flags = Flags {
    unknown: "GPIO_V2_LINE_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "GPIO_V2_LINE_FLAG_USED"),
        (0x2, "GPIO_V2_LINE_FLAG_ACTIVE_LOW"),
        (0x4, "GPIO_V2_LINE_FLAG_INPUT"),
        (0x8, "GPIO_V2_LINE_FLAG_OUTPUT"),
        (0x10, "GPIO_V2_LINE_FLAG_EDGE_RISING"),
        (0x20, "GPIO_V2_LINE_FLAG_EDGE_FALLING"),
        (0x40, "GPIO_V2_LINE_FLAG_OPEN_DRAIN"),
        (0x80, "GPIO_V2_LINE_FLAG_OPEN_SOURCE"),
        (0x100, "GPIO_V2_LINE_FLAG_BIAS_PULL_UP"),
        (0x200, "GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN"),
        (0x400, "GPIO_V2_LINE_FLAG_BIAS_DISABLED"),
        (0x800, "GPIO_V2_LINE_FLAG_EVENT_CLOCK_REALTIME"),
        (0x1000, "GPIO_V2_LINE_FLAG_EVENT_CLOCK_HTE"),
    ],
};
