//! General-purpose I/O lines: `linux/gpio.h`.

use crate::{
    names::gpio::*,
    types::{Field, Len, Record, Type::*, U8, U32, U64},
};

/// `struct gpiochip_info`
pub static GPIO_CHIP: Record = Record {
    name: "gpiochip_info",
    fields: &[Field::new("name", Chars(32)), Field::new("label", Chars(32)), Field::new("lines", Int(U32))],
};

/// The number of a line.
pub static GPIO_OFFSET: Record = Record { name: "__u32, offset", fields: &[Field::new("offset", Int(U32))] };

/// `struct gpioline_info`
pub static GPIO_LINE_KNOWN: Record = Record {
    name: "gpioline_info",
    fields: &[
        Field::new("line_offset", Int(U32)),
        Field::new("flags", Flags(U32, &GPIO_LINE)),
        Field::new("name", Chars(32)),
        Field::new("consumer", Chars(32)),
    ],
};

/// `struct gpioevent_request`
pub static GPIO_EVENT_REQUEST: Record = Record {
    name: "gpioevent_request",
    fields: &[
        Field::new("lineoffset", Int(U32)),
        Field::new("handleflags", Flags(U32, &GPIO_HANDLE)),
        Field::new("eventflags", Flags(U32, &GPIO_EVENT)),
        Field::new("consumer_label", Chars(32)),
        Field::new("fd", Fd),
    ],
};

/// `struct gpiohandle_data`
pub static GPIO_HANDLE_VALUES: Record =
    Record { name: "gpiohandle_data", fields: &[Field::new("values", Array(&Int(U8), Len::Fixed(64)))] };

/// `struct gpiohandle_config`
pub static GPIO_HANDLE_CONFIG: Record = Record {
    name: "gpiohandle_config",
    fields: &[
        Field::new("flags", Flags(U32, &GPIO_HANDLE)),
        Field::new("default_values", Array(&Int(U8), Len::Fixed(64))),
        Field::padding(Array(&Hex(U32), Len::Fixed(4))),
    ],
};

/// `struct gpiohandle_request`
pub static GPIO_HANDLE_REQUEST: Record = Record {
    name: "gpiohandle_request",
    fields: &[
        Field::new("lineoffsets", Array(&Int(U32), Len::Room(4, 64))),
        Field::new("flags", Flags(U32, &GPIO_HANDLE)),
        Field::new("default_values", Array(&Int(U8), Len::Room(4, 64))),
        Field::new("consumer_label", Chars(32)),
        Field::new("lines", Int(U32)),
        Field::new("fd", Fd),
    ],
};

/// `struct gpio_v2_line_values`
pub static GPIO_VALUES: Record = Record {
    name: "gpio_v2_line_values",
    fields: &[Field::new("bits", Hex(U64)), Field::new("mask", Hex(U64))],
};

/// `struct gpio_v2_line_attribute`
static GPIO_ATTRIBUTE: Record = Record {
    name: "gpio_v2_line_attribute",
    fields: &[Field::new("id", Int(U32)), Field::nonzero("padding", Hex(U32)), Field::new("data", Hex(U64))],
};

/// `struct gpio_v2_line_info`
pub static GPIO_V2_LINE_KNOWN: Record = Record {
    name: "gpio_v2_line_info",
    fields: &[
        Field::new("name", Chars(32)),
        Field::new("consumer", Chars(32)),
        Field::new("offset", Int(U32)),
        Field::new("num_attrs", Int(U32)),
        Field::new("flags", Flags(U64, &GPIO_V2_LINE)),
        Field::new("attrs", Switch(3, &[(0, Absent)], &Array(&Struct(&GPIO_ATTRIBUTE), Len::Room(3, 10)))),
        Field::nonzero("padding", Array(&Hex(U32), Len::Fixed(4))),
    ],
};

/// `struct gpio_v2_line_config_attribute`
static GPIO_CONFIG_ATTRIBUTE: Record = Record {
    name: "gpio_v2_line_config_attribute",
    fields: &[Field::new("attr", Struct(&GPIO_ATTRIBUTE)), Field::new("mask", Hex(U64))],
};

/// `struct gpio_v2_line_config`
pub static GPIO_CONFIG: Record = Record {
    name: "gpio_v2_line_config",
    fields: &[
        Field::new("flags", Flags(U64, &GPIO_V2_LINE)),
        Field::new("num_attrs", Int(U32)),
        Field::nonzero("padding", Array(&Hex(U32), Len::Fixed(5))),
        Field::new(
            "attrs",
            Switch(1, &[(0, Absent)], &Array(&Struct(&GPIO_CONFIG_ATTRIBUTE), Len::Room(1, 10))),
        ),
    ],
};

/// `struct gpio_v2_line_request`
pub static GPIO_REQUEST: Record = Record {
    name: "gpio_v2_line_request",
    fields: &[
        Field::new("offsets", Array(&Int(U32), Len::Room(3, 64))),
        Field::new("consumer", Chars(32)),
        Field::new("config", Struct(&GPIO_CONFIG)),
        Field::new("num_lines", Int(U32)),
        Field::nonzero("event_buffer_size", Int(U32)),
        Field::nonzero("padding", Array(&Hex(U32), Len::Fixed(5))),
        Field::new("fd", Fd),
    ],
};
