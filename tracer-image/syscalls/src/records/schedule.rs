//! Structures of scheduling: `linux/sched/types.h`, CPU masks, I/O priorities.

use crate::{
    decode::Decode,
    gather::Gather,
    names::schedule::{ATTRIBUTE_FLAGS, IOPRIO_CLASSES, POLICIES},
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I32, Record, Shown, Type,
        Type::{Absent, Flags, Int, SwitchBits, Symbol},
        U32, U64, When,
    },
    value::Value,
};
use alloc::vec::Vec;

/// `struct sched_param`
pub static PARAMETER: Record =
    Record { name: "sched_param", fields: &[Field::new("sched_priority", Int(I32))] };

/// The policy, unless it is kept. A negative one is none in any case, and is shown.
const POLICY: Type = SwitchBits(
    2,
    0x8,
    &[(0, Symbol(U32, &POLICIES))],
    &SwitchBits(1, 0x8000_0000, &[(0, Absent)], &Symbol(U32, &POLICIES)),
);

/// A parameter of a policy, unless they are kept.
const fn parameter(meant: &'static [(u64, Type)]) -> Type {
    SwitchBits(2, 0x10, meant, &Absent)
}

/// `struct sched_attr`: field 0 is its size, and field 2 says which parameters are kept and so do not matter. The clamps
/// were added in its second version, of 56 bytes. Less than the first version is nothing.
pub static ATTRIBUTES: Record = Record {
    name: "sched_attr",
    fields: &[
        Field::new("size", Int(U32)),
        Field::since(48, "sched_policy", POLICY),
        Field::since(48, "sched_flags", Flags(U64, &ATTRIBUTE_FLAGS)),
        Field::since(48, "sched_nice", parameter(&[(0, Int(I32))])),
        Field::since(48, "sched_priority", parameter(&[(0, Int(U32))])),
        Field::since(48, "sched_runtime", parameter(&[(0, Int(U64))])),
        Field::since(48, "sched_deadline", parameter(&[(0, Int(U64))])),
        Field::since(48, "sched_period", parameter(&[(0, Int(U64))])),
        Field::since(56, "sched_util_min", Int(U32)),
        Field::since(56, "sched_util_max", Int(U32)),
        Field { name: "", ty: Absent, shown: Shown::More },
    ],
};

/// A size of 0 means the first version.
pub static FIRST_ATTRIBUTES: Record = Record {
    name: "sched_attr, first version",
    fields: &[
        Field::new("size", Int(U32)),
        Field::new("sched_policy", POLICY),
        Field::new("sched_flags", Flags(U64, &ATTRIBUTE_FLAGS)),
        Field::new("sched_nice", parameter(&[(0, Int(I32))])),
        Field::new("sched_priority", parameter(&[(0, Int(U32))])),
        Field::new("sched_runtime", parameter(&[(0, Int(U64))])),
        Field::new("sched_deadline", parameter(&[(0, Int(U64))])),
        Field::new("sched_period", parameter(&[(0, Int(U64))])),
    ],
};

/// `struct sched_attr` as the kernel returns it: as much as its size says, whatever its flags.
pub static ATTRIBUTES_HELD: Record = Record {
    name: "sched_attr",
    fields: &[
        Field::new("size", Int(U32)),
        Field::since(48, "sched_policy", Symbol(U32, &POLICIES)),
        Field::since(48, "sched_flags", Flags(U64, &ATTRIBUTE_FLAGS)),
        Field::since(48, "sched_nice", Int(I32)),
        Field::since(48, "sched_priority", Int(U32)),
        Field::since(48, "sched_runtime", Int(U64)),
        Field::since(48, "sched_deadline", Int(U64)),
        Field::since(48, "sched_period", Int(U64)),
        Field::since(56, "sched_util_min", Int(U32)),
        Field::since(56, "sched_util_max", Int(U32)),
    ],
};

/// At most this many bytes of a CPU set from a caller are read: glibc's `cpu_set_t`.
const GIVEN: usize = 128;

/// A CPU set with as many bytes as its length says: `[0 1 65]`.
pub static CPUS: Custom = Custom {
    name: "cpu_set_t",
    // As many CPUs as a kernel can be built for (`CONFIG_NR_CPUS`).
    size: 8192 / 8,
    when: When::Entry,
    gather: |_: &mut Gather<'_>, _| {},
    decode: |decode: &mut Decode<'_>, place| {
        let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
        let most = if phase == Phase::Entry { GIVEN } else { decode.scope.extent };
        let bytes = decode.scope.snapshot.read(phase, addr, decode.scope.extent.min(most));
        if bytes.len() < decode.scope.extent.min(most) {
            return Value::Addr(addr);
        }
        let cpus = (0..8 * bytes.len()).filter(|cpu| bytes[cpu / 8] & (1 << (cpu % 8)) != 0);
        let mut items: Vec<Value> = cpus.map(|cpu| Value::Unsigned(cpu as u64)).collect();
        if decode.scope.extent > most {
            items.push(Value::Word(decode.name("...")));
        }
        Value::Set { items, complement: false }
    },
};

/// An I/O priority: `IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4)`.
pub static IOPRIO: Custom = Custom::inside("ioprio", 4, |decode: &mut Decode<'_>, place| {
    let value = decode.scope.load(place, U32).unwrap_or(0);
    let class = decode.symbol(value >> 13, &IOPRIO_CLASSES, U32);
    let parts: Vec<Value> = [class, Value::Unsigned(value & 0x1fff)].into();
    Value::Macro(decode.name("IOPRIO_PRIO_VALUE"), parts)
});
