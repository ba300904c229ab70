//! The console: `linux/kd.h`, `linux/keyboard.h`.

use crate::types::{Flags, Symbols};

/// LEDs of a keyboard.
pub static LEDS: Flags = Flags {
    unknown: "LED_???",
    field: (0, &[]),
    bits: &[(0x1, "LED_SCR"), (0x2, "LED_NUM"), (0x4, "LED_CAP")],
};

/// LEDs and locks of a keyboard.
pub static LOCKS: Flags = Flags {
    unknown: "LED_???",
    field: (0, &[]),
    bits: &[
        (0x1, "LED_SCR"),
        (0x2, "LED_NUM"),
        (0x4, "LED_CAP"),
        (0x10, "LED_SCR<<4"),
        (0x20, "LED_NUM<<4"),
        (0x40, "LED_CAP<<4"),
    ],
};

/// Kinds of keyboards.
pub static KEYBOARD_TYPES: Symbols =
    Symbols { unknown: "KB_???", names: &[(1, "KB_84"), (2, "KB_101"), (3, "KB_OTHER")] };

/// Text or graphics mode.
pub static CONSOLE_MODES: Symbols = Symbols {
    unknown: "KD_???",
    names: &[(0, "KD_TEXT"), (1, "KD_GRAPHICS"), (2, "KD_TEXT0"), (3, "KD_TEXT1")],
};

/// The encoding of key events.
pub static KEYBOARD_MODES: Symbols = Symbols {
    unknown: "=K_???",
    names: &[(0, "K_RAW"), (1, "K_XLATE"), (2, "K_MEDIUMRAW"), (3, "K_UNICODE"), (4, "K_OFF")],
};

/// The effect of the meta key.
pub static META_KEYS: Symbols = Symbols { unknown: "K_???", names: &[(3, "K_METABIT"), (4, "K_ESCPREFIX")] };

/// Operations on a font.
pub static FONT_OPS: Symbols = Symbols {
    unknown: "KD_FONT_OP_???",
    names: &[
        (0, "KD_FONT_OP_SET"),
        (1, "KD_FONT_OP_GET"),
        (2, "KD_FONT_OP_SET_DEFAULT"),
        (3, "KD_FONT_OP_COPY"),
    ],
};

/// Flags of these operations.
pub static FONT_FLAGS: Flags = Flags {
    unknown: "KD_FONT_FLAG_???",
    field: (0, &[]),
    bits: &[(0x1, "KD_FONT_FLAG_DONT_RECALC"), (0x80000000, "KD_FONT_FLAG_OLD")],
};

/// The meaning of keys, by type and value; functions are numbered.
pub static KEY_VALUES: Symbols = Symbols {
    unknown: "",
    names: &[
        (0x200, "K_HOLE"),
        (0x201, "K_ENTER"),
        (0x202, "K_SH_REGS"),
        (0x203, "K_SH_MEM"),
        (0x204, "K_SH_STAT"),
        (0x205, "K_BREAK"),
        (0x206, "K_CONS"),
        (0x207, "K_CAPS"),
        (0x208, "K_NUM"),
        (0x209, "K_HOLD"),
        (0x20a, "K_SCROLLFORW"),
        (0x20b, "K_SCROLLBACK"),
        (0x20c, "K_BOOT"),
        (0x20d, "K_CAPSON"),
        (0x20e, "K_COMPOSE"),
        (0x20f, "K_SAK"),
        (0x210, "K_DECRCONSOLE"),
        (0x211, "K_INCRCONSOLE"),
        (0x212, "K_SPAWNCONSOLE"),
        (0x213, "K_BARENUMLOCK"),
        (0x27e, "K_ALLOCATED"),
        (0x27f, "K_NOSUCHMAP"),
        (0x300, "K_P0"),
        (0x301, "K_P1"),
        (0x302, "K_P2"),
        (0x303, "K_P3"),
        (0x304, "K_P4"),
        (0x305, "K_P5"),
        (0x306, "K_P6"),
        (0x307, "K_P7"),
        (0x308, "K_P8"),
        (0x309, "K_P9"),
        (0x30a, "K_PPLUS"),
        (0x30b, "K_PMINUS"),
        (0x30c, "K_PSTAR"),
        (0x30d, "K_PSLASH"),
        (0x30e, "K_PENTER"),
        (0x30f, "K_PCOMMA"),
        (0x310, "K_PDOT"),
        (0x311, "K_PPLUSMINUS"),
        (0x312, "K_PPARENL"),
        (0x313, "K_PPARENR"),
        (0x400, "K_DGRAVE"),
        (0x401, "K_DACUTE"),
        (0x402, "K_DCIRCM"),
        (0x403, "K_DTILDE"),
        (0x404, "K_DDIERE"),
        (0x405, "K_DCEDIL"),
        (0x406, "K_DMACRON"),
        (0x407, "K_DBREVE"),
        (0x408, "K_DABDOT"),
        (0x409, "K_DABRING"),
        (0x40a, "K_DDBACUTE"),
        (0x40b, "K_DCARON"),
        (0x40c, "K_DOGONEK"),
        (0x40d, "K_DIOTA"),
        (0x40e, "K_DVOICED"),
        (0x40f, "K_DSEMVOICED"),
        (0x410, "K_DBEDOT"),
        (0x411, "K_DHOOK"),
        (0x412, "K_DHORN"),
        (0x413, "K_DSTROKE"),
        (0x414, "K_DABCOMMA"),
        (0x415, "K_DABREVCOMMA"),
        (0x416, "K_DDBGRAVE"),
        (0x417, "K_DINVBREVE"),
        (0x418, "K_DBECOMMA"),
        (0x419, "K_DCURRENCY"),
        (0x41a, "K_DGREEK"),
        (0x600, "K_DOWN"),
        (0x601, "K_LEFT"),
        (0x602, "K_RIGHT"),
        (0x603, "K_UP"),
        (0x700, "K_SHIFT"),
        (0x701, "K_ALTGR"),
        (0x702, "K_CTRL"),
        (0x703, "K_ALT"),
        (0x704, "K_SHIFTL"),
        (0x705, "K_SHIFTR"),
        (0x706, "K_CTRLL"),
        (0x707, "K_CTRLR"),
        (0x708, "K_CAPSSHIFT"),
        (0x900, "K_ASC0"),
        (0x901, "K_ASC1"),
        (0x902, "K_ASC2"),
        (0x903, "K_ASC3"),
        (0x904, "K_ASC4"),
        (0x905, "K_ASC5"),
        (0x906, "K_ASC6"),
        (0x907, "K_ASC7"),
        (0x908, "K_ASC8"),
        (0x909, "K_ASC9"),
        (0x90a, "K_HEX0"),
        (0x90b, "K_HEX1"),
        (0x90c, "K_HEX2"),
        (0x90d, "K_HEX3"),
        (0x90e, "K_HEX4"),
        (0x90f, "K_HEX5"),
        (0x910, "K_HEX6"),
        (0x911, "K_HEX7"),
        (0x912, "K_HEX8"),
        (0x913, "K_HEX9"),
        (0x914, "K_HEXa"),
        (0x915, "K_HEXb"),
        (0x916, "K_HEXc"),
        (0x917, "K_HEXd"),
        (0x918, "K_HEXe"),
        (0x919, "K_HEXf"),
        (0xa00, "K_SHIFTLOCK"),
        (0xa01, "K_ALTGRLOCK"),
        (0xa02, "K_CTRLLOCK"),
        (0xa03, "K_ALTLOCK"),
        (0xa04, "K_SHIFTLLOCK"),
        (0xa05, "K_SHIFTRLOCK"),
        (0xa06, "K_CTRLLLOCK"),
        (0xa07, "K_CTRLRLOCK"),
        (0xa08, "K_CAPSSHIFTLOCK"),
        (0xc00, "K_SHIFT_SLOCK"),
        (0xc01, "K_ALTGR_SLOCK"),
        (0xc02, "K_CTRL_SLOCK"),
        (0xc03, "K_ALT_SLOCK"),
        (0xc04, "K_SHIFTL_SLOCK"),
        (0xc05, "K_SHIFTR_SLOCK"),
        (0xc06, "K_CTRLL_SLOCK"),
        (0xc07, "K_CTRLR_SLOCK"),
        (0xc08, "K_CAPSSHIFT_SLOCK"),
        (0xe00, "K_BRL_BLANK"),
        (0xe01, "K_BRL_DOT1"),
        (0xe02, "K_BRL_DOT2"),
        (0xe03, "K_BRL_DOT3"),
        (0xe04, "K_BRL_DOT4"),
        (0xe05, "K_BRL_DOT5"),
        (0xe06, "K_BRL_DOT6"),
        (0xe07, "K_BRL_DOT7"),
        (0xe08, "K_BRL_DOT8"),
        (0xe09, "K_BRL_DOT9"),
        (0xe0a, "K_BRL_DOT10"),
    ],
};
