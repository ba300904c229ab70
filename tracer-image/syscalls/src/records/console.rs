//! The console: `linux/kd.h`.

use crate::{
    decode::Decode,
    gather::{Gather, Scope},
    names::console::*,
    records::devices::told,
    snapshot::Place,
    types::{
        Custom, Field, I32, Len, RESULT, Record,
        Type::{self, *},
        U8, U16, U32, Ulong, When,
    },
    value::Value,
};
use alloc::{boxed::Box, format, string::String};

/// The frequency of the speaker's clock (`PIT_TICK_RATE` of linux/timex.h).
const TICKS: u64 = 1_193_182;

/// A tone, in ticks of the speaker's clock: `1193 /* 1000 Hz */`.
pub static SOUND: Custom = Custom::inside("tone of the speaker", 0, |decode: &mut Decode<'_>, place| {
    let ticks = decode.scope.load(place, Ulong).unwrap_or(0);
    Value::Noted(Box::new(Value::Unsigned(ticks)), frequency(ticks))
});

/// A tone and its duration in one number: `5<<16|1024 /* 1165 Hz, 5 ms */`.
pub static TONE: Custom = Custom::inside("tone and its length", 0, |decode: &mut Decode<'_>, place| {
    let both = decode.scope.load(place, U32).unwrap_or(0);
    let (length, ticks) = (both >> 16, both & 0xffff);
    if length == 0 || ticks == 0 {
        let value = match length {
            0 => Value::Unsigned(both),
            _ => Value::Text(format!("{length}<<16|{ticks}")),
        };
        return Value::Noted(Box::new(value), String::from("off"));
    }
    let remark = format!("{}, {length} ms", frequency(ticks));
    Value::Noted(Box::new(Value::Text(format!("{length}<<16|{ticks}"))), remark)
});

fn frequency(ticks: u64) -> String {
    match TICKS.checked_div(ticks) {
        None | Some(0) => String::from("off"),
        Some(frequency) => format!("{frequency} Hz"),
    }
}

/// A character: `'A'`, `'\n'`, `'\xe9'`.
pub static CHARACTER: Custom = Custom::inside("character", 1, |decode: &mut Decode<'_>, place| {
    let byte = decode.scope.load(place, U8).unwrap_or(0) as u8;
    Value::Text(match byte {
        b'\'' | b'\\' => format!("'\\{}'", char::from(byte)),
        b'\t' => String::from("'\\t'"),
        b'\n' => String::from("'\\n'"),
        0x0b => String::from("'\\v'"),
        0x0c => String::from("'\\f'"),
        b'\r' => String::from("'\\r'"),
        b' '..=b'~' => format!("'{}'", char::from(byte)),
        _ => format!("'\\x{byte:02x}'"),
    })
});

/// A key table: the modifiers that select it.
static KEY_TABLE: Custom = Custom::inside("table of keys", 1, |decode: &mut Decode<'_>, place| {
    const TABLES: [&str; 4] = ["K_NORMTAB", "K_SHIFTTAB", "K_ALTTAB", "K_ALTSHIFTTAB"];
    const MODIFIERS: [&str; 8] = [
        "1<<KG_SHIFT",
        "1<<KG_ALTGR",
        "1<<KG_CTRL",
        "1<<KG_ALT",
        "1<<KG_SHIFTL",
        "1<<KG_SHIFTR",
        "1<<KG_CTRLL",
        "1<<KG_CTRLR",
    ];
    let table = decode.scope.load(place, U8).unwrap_or(0);
    if let Some(name) = TABLES.get(table as usize) {
        return Value::Word(decode.name(name));
    }
    let chosen = MODIFIERS.iter().enumerate().filter(|(bit, _)| table >> bit & 1 != 0);
    Value::Or(chosen.map(|(_, name)| Value::Word(decode.name(name))).collect())
});

/// The name of a key's function; functions without a name are numbered.
fn function(decode: &mut Decode<'_>, number: u64) -> Value {
    const NAMED: [&str; 10] = [
        "K_FIND", "K_INSERT", "K_REMOVE", "K_SELECT", "K_PGUP", "K_PGDN", "K_MACRO", "K_HELP", "K_DO",
        "K_PAUSE",
    ];
    match number {
        0..20 => Value::Text(format!("K_F{}", number + 1)),
        20..30 => Value::Word(decode.name(NAMED[number as usize - 20])),
        255 => Value::Word(decode.name("K_UNDO")),
        _ => Value::Text(format!("K_F{}", number - 9)),
    }
}

/// The function of a key: `KVAL(K_F1)`.
static KEY_FUNCTION: Custom = Custom::inside("function of a key", 1, |decode: &mut Decode<'_>, place| {
    let number = decode.scope.load(place, U8).unwrap_or(0);
    Value::Macro(decode.name("KVAL"), [function(decode, number)].into())
});

/// The meaning of a key, by type: `0x41 /* K(KT_LATIN, 'A') */`.
static KEY_VALUE: Custom = Custom::inside("meaning of a key", 2, |decode: &mut Decode<'_>, place| {
    const KINDS: [&str; 16] = [
        "KT_LATIN",
        "KT_FN",
        "KT_SPEC",
        "KT_PAD",
        "KT_DEAD",
        "KT_CONS",
        "KT_CUR",
        "KT_SHIFT",
        "KT_META",
        "KT_ASCII",
        "KT_LOCK",
        "KT_LETTER",
        "KT_SLOCK",
        "KT_DEAD2",
        "KT_BRL",
        "KT_CSI",
    ];
    let whole = decode.scope.load(place, U16).unwrap_or(0);
    let (kind, value) = (whole >> 8, whole & 0xff);
    let known = KEY_VALUES.names.iter().find(|(known, _)| *known == whole);
    let meaning = match (kind, known) {
        (1, _) => function(decode, value),
        (_, Some((_, name))) => Value::Word(decode.name(name)),
        (kind, None) => {
            let kind_name = KINDS.get(kind as usize).map(|name| Value::Word(decode.name(name)));
            let value = match kind {
                0 | 8 | 11 | 13 => (CHARACTER.decode)(decode, Place::Register(value)),
                _ => Value::Hex(value),
            };
            Value::Macro(decode.name("K"), [kind_name.unwrap_or(Value::Hex(kind)), value].into())
        }
    };
    Value::Commented(Box::new(Value::Hex(whole)), Box::new(meaning))
});

/// `struct kbentry`
pub static KEY_ENTRY: Record = Record {
    name: "kbentry",
    fields: &[
        Field::new("kb_table", Custom(&KEY_TABLE)),
        Field::new("kb_index", Int(U8)),
        Field::new("kb_value", Custom(&KEY_VALUE)),
    ],
};

/// `struct kbentry` in a query.
pub static KEY_ENTRY_ASKED: Record = Record {
    name: "kbentry, asked for",
    fields: &[
        Field::new("kb_table", Custom(&KEY_TABLE)),
        Field::new("kb_index", Int(U8)),
        Field::new("kb_value", told!(Custom(&KEY_VALUE))),
    ],
};

/// The string of a function key, as long as it fits (`struct kbsentry`).
static KEY_STRING: Custom = Custom {
    name: "string of a key",
    size: 0,
    when: When::Entry,
    gather: |gather, place| {
        if let Place::Memory { addr, phase } = place
            && phase == gather.scope.phase
        {
            gather.text(addr, MOST_KEY_STRING.min(gather.scope.depth.strings + 1));
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let most = MOST_KEY_STRING.min(decode.scope.depth.strings);
        decode.text(place, most).unwrap_or(match place {
            Place::Memory { addr, .. } | Place::Register(addr) => Value::Addr(addr),
        })
    },
};
const MOST_KEY_STRING: usize = 512;

/// `struct kbsentry`
pub static KEY_STRING_ENTRY: Record = Record {
    name: "kbsentry",
    fields: &[Field::new("kb_func", Custom(&KEY_FUNCTION)), Field::new("kb_string", Custom(&KEY_STRING))],
};

/// `struct kbsentry` in a query.
pub static KEY_STRING_ASKED: Record = Record {
    name: "kbsentry, asked for",
    fields: &[
        Field::new("kb_func", Custom(&KEY_FUNCTION)),
        Field::new("kb_string", told!(Custom(&KEY_STRING))),
    ],
};

/// `struct kbdiacr`
static ACCENT: Record = Record {
    name: "kbdiacr",
    fields: &[
        Field::new("diacr", Custom(&CHARACTER)),
        Field::new("base", Custom(&CHARACTER)),
        Field::new("result", Custom(&CHARACTER)),
    ],
};

/// `struct kbdiacrs`
pub static ACCENTS: Record = Record {
    name: "kbdiacrs",
    fields: &[
        Field::new("kb_cnt", Int(U32)),
        Field::new("kbdiacr", Array(&Struct(&ACCENT), Len::Most(0, 256))),
    ],
};

/// `struct kbdiacruc`
static ACCENT_UNICODE: Record = Record {
    name: "kbdiacruc",
    fields: &[Field::new("diacr", Hex(U32)), Field::new("base", Hex(U32)), Field::new("result", Hex(U32))],
};

/// `struct kbdiacrsuc`
pub static ACCENTS_UNICODE: Record = Record {
    name: "kbdiacrsuc",
    fields: &[
        Field::new("kb_cnt", Int(U32)),
        Field::new("kbdiacruc", Array(&Struct(&ACCENT_UNICODE), Len::Most(0, 256))),
    ],
};

/// `struct kbkeycode`
pub static KEY_CODE: Record = Record {
    name: "kbkeycode",
    fields: &[Field::new("scancode", Hex(U32)), Field::new("keycode", Hex(U32))],
};

/// `struct kbkeycode` in a query.
pub static KEY_CODE_ASKED: Record = Record {
    name: "kbkeycode, asked for",
    fields: &[Field::new("scancode", Hex(U32)), Field::new("keycode", Changing(&Hex(U32)))],
};

/// `struct kbd_repeat`
pub static KEY_REPEAT: Record =
    Record { name: "kbd_repeat", fields: &[Field::new("delay", Int(I32)), Field::new("period", Int(I32))] };

/// A character on a console; the glyphs of the font itself have a separate range (`UNI_DIRECT_BASE`).
pub static UNICODE: Custom = Custom::inside("character of a console", 2, |decode: &mut Decode<'_>, place| {
    match decode.scope.load(place, U16).unwrap_or(0) {
        direct @ 0xf001..=0xf1ff => Value::Text(format!("UNI_DIRECT_BASE+{:#x}", direct - 0xf000)),
        0xf000 => Value::Text(String::from("UNI_DIRECT_BASE+0")),
        other => Value::Hex(other),
    }
});

/// `struct unipair`
static UNICODE_PAIR: Record =
    Record { name: "unipair", fields: &[Field::new("unicode", Hex(U16)), Field::new("fontpos", Hex(U16))] };
const PAIRS: Type = Array(&Struct(&UNICODE_PAIR), Len::Arg(0));

/// `struct unimapdesc`
pub static UNICODE_MAP: Record = Record {
    name: "unimapdesc",
    fields: &[Field::new("entry_ct", Int(U16)), Field::new("entries", In(&PAIRS))],
};

/// `struct unimapdesc` in a query.
pub static UNICODE_MAP_ASKED: Record = Record {
    name: "unimapdesc, asked for",
    fields: &[Field::new("entry_ct", Changing(&Int(U16))), Field::new("entries", Out(&PAIRS))],
};

/// `struct unimapinit`
pub static UNICODE_MAP_CLEAR: Record = Record {
    name: "unimapinit",
    fields: &[
        Field::new("advised_hashsize", Int(U16)),
        Field::new("advised_hashstep", Int(U16)),
        Field::new("advised_hashlevel", Int(U16)),
    ],
};

/// A glyph takes 32 bytes for each eight pixels of width, whatever its height.
fn glyphs(scope: &Scope<'_>, count: u8, width: u64) -> usize {
    usize::try_from(scope.sibling(count).saturating_mul(32 * width.div_ceil(8))).unwrap_or(usize::MAX)
}

/// Asks for bytes behind a pointer that are written in hexadecimal.
fn want_bytes(gather: &mut Gather<'_>, place: Place, count: usize) {
    if let Place::Memory { phase, .. } = place
        && phase == gather.scope.phase
    {
        let (addr, most) = (gather.scope.pointer(place).unwrap_or(0), gather.most_bytes());
        gather.want(addr, count.min(most));
    }
}

fn hex_bytes(decode: &mut Decode<'_>, place: Place, count: usize) -> Value {
    let Place::Memory { phase, .. } = place else { return Value::Addr(0) };
    let addr = decode.scope.pointer(place).unwrap_or(0);
    match decode.buffer(addr, phase, count) {
        Some(Value::Str { bytes, cut }) if addr != 0 => Value::Binary { bytes, cut },
        _ => Value::Addr(addr),
    }
}

/// A font whose glyphs are eight pixels wide.
static NARROW: Custom = Custom {
    name: "characters of a font",
    size: 0,
    when: When::Entry,
    gather: |gather, place| want_bytes(gather, place, glyphs(&gather.scope, 0, 8)),
    decode: |decode, place| hex_bytes(decode, place, glyphs(&decode.scope, 0, 8)),
};

/// A font of any width.
static WIDE: Custom = Custom {
    name: "characters of a wide font",
    size: 0,
    when: When::Entry,
    gather: |gather, place| want_bytes(gather, place, glyphs(&gather.scope, 4, gather.scope.sibling(2))),
    decode: |decode, place| hex_bytes(decode, place, glyphs(&decode.scope, 4, decode.scope.sibling(2))),
};

/// `struct consolefontdesc`
pub static FONT: Record = Record {
    name: "consolefontdesc",
    fields: &[
        Field::new("charcount", Int(U16)),
        Field::new("charheight", Int(U16)),
        Field::padding(PerAbi(&[Int(U32), Absent, Int(U32), Absent])),
        Field::new("chardata", Over(&Custom(&NARROW))),
        Field::padding(Addr),
    ],
};

/// `struct consolefontdesc` in a query.
pub static FONT_ASKED: Record = Record {
    name: "consolefontdesc, asked for",
    fields: &[
        Field::new("charcount", Int(U16)),
        Field::new("charheight", Int(U16)),
        Field::new("chardata", Addr),
    ],
};

/// `struct console_font_op` with an address that is not followed.
static FONT_OP: Record = Record {
    name: "console_font_op",
    fields: &[
        Field::new("op", Symbol(U32, &FONT_OPS)),
        Field::new("flags", Flags(U32, &FONT_FLAGS)),
        Field::new("width", Int(U32)),
        Field::new("height", Int(U32)),
        Field::new("charcount", Int(U32)),
        Field::new("data", Addr),
    ],
};

/// `struct console_font_op` with the font.
static FONT_OP_DATA: Record = Record {
    name: "console_font_op, with its font",
    fields: &[
        Field::new("op", Symbol(U32, &FONT_OPS)),
        Field::new("flags", Flags(U32, &FONT_FLAGS)),
        Field::new("width", Int(U32)),
        Field::new("height", Int(U32)),
        Field::new("charcount", Int(U32)),
        Field::padding(PerAbi(&[Int(U32), Absent, Int(U32), Absent])),
        Field::new("data", Over(&Custom(&WIDE))),
        Field::padding(Addr),
    ],
};

/// `struct console_font_op` with the name of a font.
static FONT_OP_NAME: Record = Record {
    name: "console_font_op, with a name",
    fields: &[
        Field::new("op", Symbol(U32, &FONT_OPS)),
        Field::padding(Int(U32)),
        Field::new("width", Int(U32)),
        Field::new("height", Int(U32)),
        Field::padding(Int(U32)),
        Field::new("data", In(&Chars(32))),
    ],
};

const MASK: u64 = u32::MAX as u64;
/// Operations on a font: set it, get it, set it to a known one, copy it from another console.
pub const FONT_CHANGE: Type = Told(
    &SwitchAt(
        0,
        MASK,
        &[(0, Struct(&FONT_OP_DATA)), (2, Struct(&FONT_OP_NAME)), (3, Ordered(&FONT_OP, &["op", "height"]))],
        &Struct(&FONT_OP),
    ),
    &SwitchAt(
        0,
        MASK,
        &[
            (0, Absent),
            (1, Ordered(&FONT_OP_DATA, &["width", "height", "charcount", "data"])),
            (2, Ordered(&FONT_OP, &["width", "height"])),
            (3, Absent),
        ],
        &Ordered(&FONT_OP, &["width", "height", "charcount", "data"]),
    ),
);
