//! What `bpf(2)` returns about maps and programs, and how far a batch got.

use super::bpf::INSTRUCTION;
use crate::{
    decode::Decode,
    gather::{Gather, Scope},
    names::{
        bpf::{LOOKUP_FLAGS, MAP_FLAGS, MAPS, PROGRAMS, UPDATE_FLAGS, WHOLE},
        credentials::IDS,
    },
    snapshot::{Phase, Place},
    types::{
        Custom, Field, Len, RESULT, Record,
        Type::{self, *},
        U32, U64, When,
    },
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

const ADDRESS: Type = Wide(&Addr);
const PART: Type = Int(U32);
/// The room for elements before the call, and their number after it.
const COUNT: Type = Changing(&PART);

/// `struct bpf_map_info`
static MAP: Record = Record {
    name: "bpf_map_info",
    fields: &[
        Field::new("type", Symbol(U32, &MAPS)),
        Field::new("id", PART),
        Field::new("key_size", PART),
        Field::new("value_size", PART),
        Field::new("max_entries", PART),
        Field::new("map_flags", Flags(U32, &MAP_FLAGS)),
        Field::since(25, "name", Chars(16)),
        Field::since(41, "ifindex", Interface),
        Field::since(41, "btf_vmlinux_value_type_id", PART),
        Field::since(41, "netns_dev", Dev(U64)),
        Field::since(41, "netns_ino", Int(U64)),
        Field::since(65, "btf_id", PART),
        Field::since(65, "btf_key_type_id", PART),
        Field::since(65, "btf_value_type_id", PART),
        Field::since(81, "btf_vmlinux_id", PART),
        Field::since(81, "map_extra", Hex(U64)),
        Field::since(89, "hash", Hex(U64)),
        Field::since(89, "hash_size", PART),
        Field::new("extra_data", Beyond),
    ],
};

/// The target of an address to which the kernel writes only if the call succeeds.
macro_rules! written {
    ($pointee:expr) => {
        Wide(&Out(&$pointee))
    };
}

/// `struct bpf_prog_info`
static PROGRAM: Record = Record {
    name: "bpf_prog_info",
    fields: &[
        Field::new("type", Symbol(U32, &PROGRAMS)),
        Field::new("id", PART),
        Field::new("tag", Binary(Len::Fixed(8), 8)),
        Field::new("jited_prog_len", COUNT),
        Field::new("xlated_prog_len", COUNT),
        Field::new("jited_prog_insns", Switch(RESULT, &[(0xffff_ffff, Wide(&In(&JITED)))], &written!(JITED))),
        Field::new("xlated_prog_insns", written!(Array(&Struct(&INSTRUCTION), Len::Each(4, 8)))),
        Field::since(41, "load_time", ByVerbosity(&Int(U64), &SinceBoot)),
        Field::since(41, "created_by_uid", Symbol(U32, &IDS)),
        Field::since(41, "nr_map_ids", COUNT),
        Field::since(41, "map_ids", written!(Array(&PART, Len::Arg(9)))),
        Field::since(41, "name", Chars(16)),
        Field::since(81, "ifindex", Interface),
        Field::since(81, "gpl_compatible", Bits(U32, 0, 1, &PART)),
        Field::padding(PART),
        Field::since(81, "netns_dev", Dev(U64)),
        Field::since(81, "netns_ino", Int(U64)),
        Field::since(105, "nr_jited_ksyms", COUNT),
        Field::since(105, "nr_jited_func_lens", COUNT),
        Field::since(105, "jited_ksyms", ADDRESS),
        Field::since(105, "jited_func_lens", ADDRESS),
        Field::since(129, "btf_id", PART),
        Field::since(129, "func_info_rec_size", COUNT),
        Field::since(129, "func_info", ADDRESS),
        Field::since(129, "nr_func_info", COUNT),
        Field::since(129, "nr_line_info", COUNT),
        Field::since(129, "line_info", ADDRESS),
        Field::since(129, "jited_line_info", ADDRESS),
        Field::since(129, "nr_jited_line_info", COUNT),
        Field::since(129, "line_info_rec_size", COUNT),
        Field::since(129, "jited_line_info_rec_size", COUNT),
        Field::since(129, "nr_prog_tags", COUNT),
        Field::since(129, "prog_tags", ADDRESS),
        Field::since(193, "run_time_ns", Int(U64)),
        Field::since(193, "run_cnt", Int(U64)),
        Field::since(209, "recursion_misses", Symbol(U64, &WHOLE)),
        Field::since(217, "verified_insns", PART),
        Field::since(221, "attach_btf_obj_id", PART),
        Field::since(221, "attach_btf_id", PART),
        Field::new("extra_data", Beyond),
    ],
};
const JITED: Type = Binary(Len::Arg(3), 0);

/// A map or a program, whose size is in the field before, `info_len`.
static MAP_KNOWN: Type = Extensible(&MAP, Len::Arg(1), 1);
static PROGRAM_KNOWN: Type = Extensible(&PROGRAM, Len::Arg(1), 1);

/// `info` of `BPF_OBJ_GET_INFO_BY_FD`: only with `-v`, and by what `bpf_fd`, its first sibling, is open on.
pub static DESCRIBED: Custom = Custom {
    name: "bpf_map_info or bpf_prog_info",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        if gather.scope.depth.verbose {
            gather.look_up(gather.scope.sibling(0) as i32);
            let phase = gather.scope.phase;
            if let Some(object) = object(&gather.scope) {
                gather.follow(object, place, phase);
            }
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let Some(object) = object(&decode.scope).filter(|_| decode.scope.depth.verbose) else {
            return Value::Addr(addr);
        };
        let mut value = decode.pointee(object, place, Phase::Exit).unwrap_or(Value::Addr(addr));
        if let (Value::Struct { fields, .. }, Extensible(Record { name: "bpf_prog_info", .. }, ..)) =
            (&mut value, object)
        {
            // strace writes each length before the instructions.
            fields.swap(4, 5);
        }
        value
    },
};

/// What the descriptor is open on, if there is information about that.
fn object(scope: &Scope<'_>) -> Option<&'static Type> {
    let open_on = scope.snapshot.descriptor(scope.phase, scope.sibling(0) as i32)?;
    match open_on.path.as_slice() {
        b"anon_inode:bpf-map" => Some(&MAP_KNOWN),
        b"anon_inode:bpf-prog" => Some(&PROGRAM_KNOWN),
        _ => None,
    }
}

/// The member `batch`.
static BATCH_LOOKUP_MEMBER: Record = Record {
    name: "batch",
    fields: &[
        Field::new("in_batch", ADDRESS),
        Field::new("out_batch", ADDRESS),
        Field::new("keys", ADDRESS),
        Field::new("values", ADDRESS),
        Field::new("count", Int(U32)),
        Field::new("map_fd", Fd),
        Field::new("elem_flags", Flags(U64, &LOOKUP_FLAGS)),
        Field::new("flags", Hex(U64)),
    ],
};

/// `batch`, the member of `union bpf_attr`.
static BATCH_LOOKUP: Record = Record {
    name: "bpf_attr, batch",
    fields: &[Field::new("batch", Struct(&BATCH_LOOKUP_MEMBER)), Field::new("extra_data", Beyond)],
};

/// The member `batch`.
static BATCH_UPDATE_MEMBER: Record = Record {
    name: "batch",
    fields: &[
        Field::padding(ADDRESS),
        Field::padding(ADDRESS),
        Field::new("keys", ADDRESS),
        Field::new("values", ADDRESS),
        Field::new("count", Int(U32)),
        Field::new("map_fd", Fd),
        Field::new("elem_flags", Flags(U64, &UPDATE_FLAGS)),
        Field::new("flags", Hex(U64)),
    ],
};

/// `batch`, the member of `union bpf_attr`.
static BATCH_UPDATE: Record = Record {
    name: "bpf_attr, batch",
    fields: &[Field::new("batch", Struct(&BATCH_UPDATE_MEMBER)), Field::new("extra_data", Beyond)],
};

/// The member `batch`.
static BATCH_DELETE_MEMBER: Record = Record {
    name: "batch",
    fields: &[
        Field::padding(ADDRESS),
        Field::padding(ADDRESS),
        Field::new("keys", ADDRESS),
        Field::padding(ADDRESS),
        Field::new("count", Int(U32)),
        Field::new("map_fd", Fd),
        Field::new("elem_flags", Flags(U64, &LOOKUP_FLAGS)),
        Field::new("flags", Hex(U64)),
    ],
};

/// `batch`, the member of `union bpf_attr`.
static BATCH_DELETE: Record = Record {
    name: "bpf_attr, batch",
    fields: &[Field::new("batch", Struct(&BATCH_DELETE_MEMBER)), Field::new("extra_data", Beyond)],
};

/// Start and end of `count` in `union bpf_attr`.
const BATCH_COUNT: (u64, u64) = (32, 36);

/// A batch, and how much of it was done if not all.
pub static BATCH: Custom = Custom {
    name: "bpf_attr, batch",
    size: 0,
    when: When::Both,
    gather: |gather: &mut Gather<'_>, place| {
        gather.visit(batch(&gather.scope), place);
        if let (Some(addr), Phase::Exit) = (gather.scope.pointer(place), gather.scope.phase) {
            gather.want(addr.wrapping_add(BATCH_COUNT.0), 4);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let scope = decode.scope;
        if scope.phase == Phase::Entry {
            return decode.value(batch(&scope), place);
        }
        let addr = scope.pointer(place).unwrap_or(0).wrapping_add(BATCH_COUNT.0);
        let count = |phase| scope.load(Place::Memory { addr, phase }, U32);
        match (count(Phase::Entry), count(Phase::Exit)) {
            (Some(before), Some(after))
                if before != after && scope.depth.dereference && scope.argument(2) >= BATCH_COUNT.1 =>
            {
                let count = [(Some(decode.name("count")), Value::Unsigned(after))];
                let batch = Value::Struct { fields: count.into(), cut: false };
                let fields = [(Some(decode.name("batch")), batch)];
                Value::After(Box::new(Value::Struct { fields: fields.into(), cut: false }))
            }
            _ => Value::List(Vec::new()),
        }
    },
};

/// A batch as given, by command.
fn batch(scope: &Scope<'_>) -> &'static Type {
    static LOOKUP: Type = In(&Extensible(&BATCH_LOOKUP, Len::Arg(2), 1));
    static UPDATE: Type = In(&Extensible(&BATCH_UPDATE, Len::Arg(2), 1));
    static DELETE: Type = In(&Extensible(&BATCH_DELETE, Len::Arg(2), 1));
    match scope.argument(0) as u32 {
        26 => &UPDATE,
        27 => &DELETE,
        _ => &LOOKUP,
    }
}
