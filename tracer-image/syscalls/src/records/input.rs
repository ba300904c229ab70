//! Input devices: `linux/input.h`.

use crate::{
    decode::Decode,
    names::input::*,
    snapshot::Place,
    types::{
        Custom, Field, I16, Len, Record,
        Type::{self, *},
        U8, U16, U32,
    },
    value::Value,
};

const KEY: Type = Symbol(U32, &KEYS);
const NUMBER: Type = Int(U32);

/// Two numbers, or their address if one of them is not readable.
fn pair(decode: &mut Decode<'_>, place: Place, second: &'static Type) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let behind = Place::Memory { addr: addr.wrapping_add(4), phase };
    match (decode.try_value(&NUMBER, place), decode.try_value(second, behind)) {
        (Some(first), Some(second)) => Value::Array { items: [first, second].into(), cut: false },
        _ => Value::Addr(addr),
    }
}

/// A scan code and its key: `[30, KEY_A]`.
pub static KEY_OF_CODE: Custom =
    Custom::inside("key of a scan code", 8, |decode, place| pair(decode, place, &KEY));

/// The delay before a held key repeats, and the interval.
pub static REPETITION: Custom =
    Custom::inside("repetition of keys", 8, |decode, place| pair(decode, place, &NUMBER));

/// `struct input_keymap_entry`
pub static KEY_ENTRY_V2: Record = Record {
    name: "input_keymap_entry",
    fields: &[
        Field::new("flags", Int(U8)),
        Field::new("len", Int(U8)),
        Field::verbose("index", Int(U16)),
        Field::verbose("keycode", KEY),
        Field::verbose("scancode", Array(&Hex(U8), Len::Fixed(32))),
    ],
};

/// `struct input_id`
pub static INPUT_ID: Record = Record {
    name: "input_id",
    fields: &[
        Field::new("bustype", Int(U16)),
        Field::new("vendor", Int(U16)),
        Field::new("product", Int(U16)),
        Field::new("version", Int(U16)),
    ],
};

/// `struct ff_trigger`
static TRIGGER: Record = Record {
    name: "ff_trigger",
    fields: &[Field::new("button", Int(U16)), Field::new("interval", Int(U16))],
};
/// `struct ff_replay`
static REPLAY: Record =
    Record { name: "ff_replay", fields: &[Field::new("length", Int(U16)), Field::new("delay", Int(U16))] };
/// `struct ff_envelope`
static ENVELOPE: Record = Record {
    name: "ff_envelope",
    fields: &[
        Field::new("attack_length", Int(U16)),
        Field::new("attack_level", Int(U16)),
        Field::new("fade_length", Int(U16)),
        Field::new("fade_level", Hex(U16)),
    ],
};
/// `struct ff_constant_effect`
static CONSTANT: Record = Record {
    name: "ff_constant_effect",
    fields: &[Field::new("level", Int(I16)), Field::new("envelope", Struct(&ENVELOPE))],
};
/// `struct ff_ramp_effect`
static RAMP: Record = Record {
    name: "ff_ramp_effect",
    fields: &[
        Field::new("start_level", Int(I16)),
        Field::new("end_level", Int(I16)),
        Field::new("envelope", Struct(&ENVELOPE)),
    ],
};
/// `struct ff_periodic_effect`
static PERIODIC: Record = Record {
    name: "ff_periodic_effect",
    fields: &[
        Field::new("waveform", Int(U16)),
        Field::new("period", Int(U16)),
        Field::new("magnitude", Int(I16)),
        Field::new("offset", Int(I16)),
        Field::new("phase", Int(U16)),
        Field::new("envelope", Struct(&ENVELOPE)),
        Field::new("custom_len", Int(U32)),
        Field::new("custom_data", Addr),
    ],
};
/// `struct ff_rumble_effect`
static RUMBLE: Record = Record {
    name: "ff_rumble_effect",
    fields: &[Field::new("strong_magnitude", Int(U16)), Field::new("weak_magnitude", Int(U16))],
};

/// `struct ff_effect`
pub static EFFECT: Record = Record {
    name: "ff_effect",
    fields: &[
        Field::new("type", Symbol(U16, &FORCES)),
        Field::new("id", Int(I16)),
        Field::new("direction", Int(U16)),
        Field::verbose("trigger", Struct(&TRIGGER)),
        Field::verbose("replay", Struct(&REPLAY)),
        Field::padding(PerAbi(&[Int(U16), Int(U16), Int(U16), Int(U16)])),
        Field::verbose("rumble", Over(&Switch(0, &[(0x50, Struct(&RUMBLE))], &Absent))),
        Field::verbose("periodic", Over(&Switch(0, &[(0x51, Struct(&PERIODIC))], &Absent))),
        Field::verbose("constant", Over(&Switch(0, &[(0x52, Struct(&CONSTANT))], &Absent))),
        Field::verbose("ramp", Over(&Switch(0, &[(0x57, Struct(&RAMP))], &Absent))),
        Field::padding(Struct(&PERIODIC)),
    ],
};
