//! The arguments of `bpf(2)`: a member of `union bpf_attr` (`linux/bpf.h`) for each command, which grew with kernel
//! versions, and instructions.

use super::objects::{BATCH, DESCRIBED};
use crate::{
    decode::Decode,
    names::{
        bpf::*,
        filter::{COMPUTED, JUMPS, SIZES, SOURCES},
    },
    types::{
        Custom, Field, I16, I32, Len, RESULT, Record,
        Type::{self, *},
        U8, U32, U64,
    },
    value::Value,
};
use alloc::vec::Vec;

const ADDRESS: Type = Wide(&Addr);
const ATTACH: Type = Symbol(U32, &ATTACH_TYPES);
const PART: Type = Int(U32);

/// A descriptor, or an interface number if the attach type (a sibling) is for interfaces.
macro_rules! target {
    ($attach:literal, fd) => {
        Switch($attach, &[(37, Absent), (46, Absent), (47, Absent), (54, Absent), (55, Absent)], &Fd)
    };
    ($attach:literal, ifindex) => {
        Switch($attach, &[(37, PART), (46, PART), (47, PART), (54, PART), (55, PART)], &Absent)
    };
}
/// `BPF_F_ID`: a program is given by its id, not by a descriptor.
const BY_ID: u64 = 0x20;

/// `struct bpf_insn`
pub static INSTRUCTION: Record = Record {
    name: "bpf_insn",
    fields: &[
        Field::new("code", Custom(&CODE)),
        Field::new("dst_reg", Bits(U8, 0, 4, &Symbol(U8, &REGISTERS))),
        Field::new("src_reg", Bits(U8, 4, 4, &Symbol(U8, &REGISTERS))),
        Field::padding(Int(U8)),
        Field::new("off", Int(I16)),
        Field::new("imm", Hex(U32)),
    ],
};

/// The parts of an instruction's opcode.
static CODE: Custom = Custom::inside("code of an eBPF instruction", 1, |decode: &mut Decode<'_>, place| {
    let code = decode.scope.load(place, U8).unwrap_or(0);
    let mut parts = Vec::from([decode.symbol(code & 7, &CLASSES, U8)]);
    match code & 7 {
        0..=3 => {
            parts.extend([decode.symbol(code & 0x18, &SIZES, U8), decode.symbol(code & 0xe0, &MODES, U8)])
        }
        4 | 7 => {
            parts.extend([decode.symbol(code & 8, &SOURCES, U8), decode.symbol(code & 0xf0, &COMPUTED, U8)])
        }
        5 => parts.extend([decode.symbol(code & 8, &SOURCES, U8), decode.symbol(code & 0xf0, &JUMPS, U8)]),
        // As in strace, which has no names for 32-bit jumps.
        _ if code & !7 != 0 => parts.push(Value::Symbol {
            bits: code & !7,
            name: None,
            unknown: Some(decode.name(CLASSES.unknown)),
        }),
        _ => {}
    }
    match parts.len() {
        1 => parts.remove(0),
        _ => Value::Or(parts),
    }
});

/// `BPF_MAP_CREATE`.
static MAP_CREATE: Record = Record {
    name: "bpf_attr, BPF_MAP_CREATE",
    fields: &[
        Field::new("map_type", Symbol(U32, &MAPS)),
        Field::new("key_size", Int(U32)),
        Field::new("value_size", Int(U32)),
        Field::new("max_entries", Int(U32)),
        Field::since(17, "map_flags", Flags(U32, &MAP_FLAGS)),
        Field::since(21, "inner_map_fd", Fd),
        Field::since(
            25,
            "numa_node",
            SwitchBits(
                4,
                4,
                &[(4, Switch(6, &[(u32::MAX as u64, Numbered(U32, &NO_NODE))], &PART))],
                &Absent,
            ),
        ),
        Field::since(29, "map_name", Chars(16)),
        Field::since(45, "map_ifindex", Int(U32)),
        Field::since(49, "btf_fd", Fd),
        Field::since(49, "btf_key_type_id", Int(U32)),
        Field::since(49, "btf_value_type_id", Int(U32)),
        Field::since(61, "btf_vmlinux_value_type_id", Int(U32)),
        Field::since(65, "map_extra", Symbol(U64, &WHOLE)),
        Field::since(73, "value_type_btf_obj_fd", Fd),
        Field::since(77, "map_token_fd", Fd),
        Field::since(81, "excl_prog_hash", ADDRESS),
        Field::since(81, "excl_prog_hash_size", PART),
        Field::new("extra_data", Beyond),
    ],
};

/// `BPF_MAP_LOOKUP_ELEM`.
static LOOKUP: Record = Record {
    name: "bpf_attr, BPF_MAP_LOOKUP_ELEM",
    fields: &[
        Field::new("map_fd", Fd),
        Field::padding(PART),
        Field::new("key", ADDRESS),
        Field::new("value", ADDRESS),
        Field::since(25, "flags", Flags(U64, &LOOKUP_FLAGS)),
        Field::new("extra_data", Beyond),
    ],
};

/// `BPF_MAP_UPDATE_ELEM`.
static UPDATE: Record = Record {
    name: "bpf_attr, BPF_MAP_UPDATE_ELEM",
    fields: &[
        Field::new("map_fd", Fd),
        Field::padding(PART),
        Field::new("key", ADDRESS),
        Field::new("value", ADDRESS),
        Field::since(1, "flags", Flags(U64, &UPDATE_FLAGS)),
        Field::new("extra_data", Beyond),
    ],
};

/// `BPF_MAP_DELETE_ELEM`.
static DELETE: Record = Record {
    name: "bpf_attr, BPF_MAP_DELETE_ELEM",
    fields: &[
        Field::new("map_fd", Fd),
        Field::padding(PART),
        Field::new("key", ADDRESS),
        Field::new("extra_data", Beyond),
    ],
};

/// `BPF_MAP_GET_NEXT_KEY`.
static NEXT_KEY: Record = Record {
    name: "bpf_attr, BPF_MAP_GET_NEXT_KEY",
    fields: &[
        Field::new("map_fd", Fd),
        Field::padding(PART),
        Field::new("key", ADDRESS),
        Field::new("next_key", ADDRESS),
        Field::new("extra_data", Beyond),
    ],
};

/// `BPF_PROG_LOAD`.
static PROGRAM_LOAD: Record = Record {
    name: "bpf_attr, BPF_PROG_LOAD",
    fields: &[
        Field::new("prog_type", Symbol(U32, &PROGRAMS)),
        Field::new("insn_cnt", Int(U32)),
        Field::new("insns", Wide(&Verbose(&In(&Array(&Struct(&INSTRUCTION), Len::Arg(1)))))),
        Field::new("license", Wide(&In(&Str))),
        Field::since(25, "log_level", Int(U32)),
        Field::since(25, "log_size", Int(U32)),
        Field::since(25, "log_buf", Wide(&In(&Terminated(Len::Arg(5))))),
        Field::since(
            41,
            "kern_version",
            Macro(
                U32,
                "KERNEL_VERSION",
                &[Bits(U32, 16, 16, &PART), Bits(U32, 8, 8, &PART), Bits(U32, 0, 8, &PART)],
            ),
        ),
        Field::since(45, "prog_flags", Flags(U32, &PROGRAM_FLAGS)),
        Field::since(49, "prog_name", Chars(16)),
        Field::since(65, "prog_ifindex", Int(U32)),
        Field::since(69, "expected_attach_type", ATTACH),
        Field::since(73, "prog_btf_fd", Fd),
        Field::since(73, "func_info_rec_size", Int(U32)),
        Field::since(73, "func_info", ADDRESS),
        Field::since(73, "func_info_cnt", Int(U32)),
        Field::since(73, "line_info_rec_size", Int(U32)),
        Field::since(73, "line_info", ADDRESS),
        Field::since(73, "line_info_cnt", Int(U32)),
        Field::since(109, "attach_btf_id", Int(U32)),
        Field::since(113, "attach_prog_fd", Fd),
        Field::since(129, "core_relo_cnt", Int(U32)),
        Field::since(121, "fd_array", ADDRESS),
        Field::since(129, "core_relos", ADDRESS),
        Field::since(129, "core_relo_rec_size", Int(U32)),
        Field::since(141, "log_true_size", Later(&PART)),
        Field::since(145, "prog_token_fd", Fd),
        Field::since(149, "fd_array_cnt", Int(U32)),
        Field::since(153, "signature", Wide(&In(&Binary(Len::Arg(29), 0)))),
        Field::since(153, "signature_size", Int(U32)),
        Field::since(153, "keyring_id", Int(I32)),
        Field::new("extra_data", Beyond),
    ],
};

/// `BPF_OBJ_PIN` and `BPF_OBJ_GET`.
static OBJECT: Record = Record {
    name: "bpf_attr, BPF_OBJ_*",
    fields: &[
        Field::new("pathname", Wide(&In(&Path))),
        Field::new("bpf_fd", Fd),
        Field::since(13, "file_flags", Flags(U32, &FILE_FLAGS)),
        Field::since(17, "path_fd", Dirfd),
        Field::new("extra_data", Beyond),
    ],
};

/// `BPF_PROG_ATTACH` and `BPF_PROG_DETACH`.
static PROGRAM_ATTACH: Record = Record {
    name: "bpf_attr, BPF_PROG_ATTACH",
    fields: &[
        Field::new("target_fd", Over(&target!(4, fd))),
        Field::new("target_ifindex", Over(&target!(4, ifindex))),
        Field::padding(PART),
        Field::new("attach_bpf_fd", Fd),
        Field::new("attach_type", ATTACH),
        Field::new("attach_flags", Flags(U32, &ATTACH_FLAGS)),
        Field::since(17, "replace_bpf_fd", Fd),
        Field::since(21, "relative_fd", Over(&SwitchBits(5, BY_ID, &[(0, Fd)], &Absent))),
        Field::since(21, "relative_id", Over(&SwitchBits(5, BY_ID, &[(0, Absent)], &PART))),
        Field::padding(PART),
        Field::since(21, "expected_revision", Int(U64)),
        Field::new("extra_data", Beyond),
    ],
};

/// The member `test`.
static TEST_MEMBER: Record = Record {
    name: "test",
    fields: &[
        Field::new("prog_fd", Fd),
        Field::new("retval", Int(U32)),
        Field::new("data_size_in", Int(U32)),
        Field::new("data_size_out", Int(U32)),
        Field::new("data_in", ADDRESS),
        Field::new("data_out", ADDRESS),
        Field::new("repeat", Int(U32)),
        Field::new("duration", Int(U32)),
        Field::since(41, "ctx_size_in", Int(U32)),
        Field::since(41, "ctx_size_out", Int(U32)),
        Field::since(41, "ctx_in", ADDRESS),
        Field::since(41, "ctx_out", ADDRESS),
        Field::since(65, "flags", Flags(U32, &TEST_FLAGS)),
        Field::since(65, "cpu", Int(U32)),
        Field::since(73, "batch_size", PART),
    ],
};

/// `test`, the member of `union bpf_attr`.
static TEST: Record = Record {
    name: "bpf_attr, test",
    fields: &[
        Field::new("test", Over(&Struct(&TEST_MEMBER))),
        Field::padding(Chars(76)),
        Field::new("extra_data", Beyond),
    ],
};

/// `BPF_*_GET_NEXT_ID`.
static NEXT_ID: Record = Record {
    name: "bpf_attr, BPF_*_GET_NEXT_ID",
    fields: &[
        Field::new("start_id", Int(U32)),
        Field::new("next_id", Later(&PART)),
        Field::new("extra_data", Beyond),
    ],
};

/// Opens a program by `prog_id`.
static PROGRAM_BY_ID: Record = Record {
    name: "bpf_attr, prog_id",
    fields: &[Field::new("prog_id", Int(U32)), Field::new("extra_data", Beyond)],
};

/// Opens a link by `link_id`.
static LINK_BY_ID: Record = Record {
    name: "bpf_attr, link_id",
    fields: &[Field::new("link_id", Int(U32)), Field::new("extra_data", Beyond)],
};

/// Opens a map by `map_id`.
static MAP_BY_ID: Record = Record {
    name: "bpf_attr, map_id",
    fields: &[
        Field::new("map_id", Int(U32)),
        Field::padding(PART),
        Field::since(9, "open_flags", Flags(U32, &OPEN_FLAGS)),
        Field::new("extra_data", Beyond),
    ],
};

/// Opens BTF by `btf_id`.
static BTF_BY_ID: Record = Record {
    name: "bpf_attr, btf_id",
    fields: &[
        Field::new("btf_id", Int(U32)),
        Field::padding(PART),
        Field::since(9, "open_flags", Flags(U32, &OPEN_FLAGS)),
        Field::since(9, "fd_by_id_token_fd", Fd),
        Field::new("extra_data", Beyond),
    ],
};

/// The member `info`.
static DESCRIPTION_MEMBER: Record = Record {
    name: "info",
    fields: &[
        Field::new("bpf_fd", Fd),
        Field::new("info_len", Changing(&PART)),
        Field::new("info", Wide(&Custom(&DESCRIBED))),
    ],
};

/// `info`, the member of `union bpf_attr`.
static DESCRIPTION: Record = Record {
    name: "bpf_attr, info",
    fields: &[Field::new("info", Struct(&DESCRIPTION_MEMBER)), Field::new("extra_data", Beyond)],
};

/// The member `query`. What the kernel fills in is read at exit, when it is at most as much as was asked for.
static QUERY_MEMBER: Record = Record {
    name: "query",
    fields: &[
        Field::new("target_fd", Over(&target!(3, fd))),
        Field::new("target_ifindex", Over(&target!(3, ifindex))),
        Field::padding(PART),
        Field::new("attach_type", ATTACH),
        Field::new("query_flags", Flags(U32, &QUERY_FLAGS)),
        Field::new("attach_flags", Later(&Flags(U32, &ATTACH_FLAGS))),
        Field::new("prog_ids", Wide(&Out(&Array(&PART, Len::Arg(7))))),
        Field::new("prog_cnt", Changing(&PART)),
        Field::padding(PART),
        Field::since(33, "prog_attach_flags", Wide(&Out(&Array(&Flags(U32, &ATTACH_FLAGS), Len::Arg(7))))),
        Field::since(41, "link_ids", Wide(&Out(&Array(&PART, Len::Arg(7))))),
        Field::since(41, "link_attach_flags", Wide(&Out(&Array(&Flags(U32, &ATTACH_FLAGS), Len::Arg(7))))),
        Field::since(41, "revision", Later(&Hex(U64))),
    ],
};

/// `query`, the member of `union bpf_attr`.
static QUERY: Record = Record {
    name: "bpf_attr, query",
    fields: &[Field::new("query", Struct(&QUERY_MEMBER)), Field::new("extra_data", Beyond)],
};

/// The member `raw_tracepoint`.
static RAW_TRACEPOINT_MEMBER: Record = Record {
    name: "raw_tracepoint",
    fields: &[
        Field::new("name", Wide(&In(&Str))),
        Field::new("prog_fd", Fd),
        Field::padding(PART),
        Field::since(24, "cookie", Hex(U64)),
    ],
};

/// `raw_tracepoint`, the member of `union bpf_attr`.
static RAW_TRACEPOINT: Record = Record {
    name: "bpf_attr, raw_tracepoint",
    fields: &[Field::new("raw_tracepoint", Struct(&RAW_TRACEPOINT_MEMBER)), Field::new("extra_data", Beyond)],
};

/// `BPF_BTF_LOAD`.
static BTF_LOAD: Record = Record {
    name: "bpf_attr, BPF_BTF_LOAD",
    fields: &[
        Field::new("btf", Wide(&In(&Bytes(Len::Arg(2))))),
        Field::new("btf_log_buf", ADDRESS),
        Field::new("btf_size", Int(U32)),
        Field::new("btf_log_size", Int(U32)),
        Field::new("btf_log_level", Int(U32)),
        Field::since(29, "btf_log_true_size", Later(&PART)),
        Field::since(33, "btf_flags", Flags(U32, &FILE_FLAGS)),
        Field::since(33, "btf_token_fd", Fd),
        Field::new("extra_data", Beyond),
    ],
};

/// The member `task_fd_query`.
static TASK_FD_MEMBER: Record = Record {
    name: "task_fd_query",
    fields: &[
        Field::new("pid", Pid),
        Field::new("fd", Int(U32)),
        Field::new("flags", Int(U32)),
        Field::new("buf_len", Later(&PART)),
        Field::new("buf", Wide(&Out(&Terminated(Len::Arg(3))))),
        Field::new("prog_id", Later(&PART)),
        Field::new("fd_type", Later(&Symbol(U32, &FD_TYPES))),
        Field::new("probe_offset", Later(&Hex(U64))),
        Field::new("probe_addr", Later(&Hex(U64))),
    ],
};

/// `task_fd_query`, the member of `union bpf_attr`.
static TASK_FD: Record = Record {
    name: "bpf_attr, task_fd_query",
    fields: &[Field::new("task_fd_query", Struct(&TASK_FD_MEMBER)), Field::new("extra_data", Beyond)],
};

/// `BPF_MAP_FREEZE`.
static FREEZE: Record = Record {
    name: "bpf_attr, BPF_MAP_FREEZE",
    fields: &[Field::new("map_fd", Fd), Field::new("extra_data", Beyond)],
};

/// A program relative to another one.
static LINK_CGROUP: Record = Record {
    name: "cgroup",
    fields: &[Field::new("relative_fd", Fd), Field::padding(PART), Field::new("expected_revision", Hex(U64))],
};

/// A program relative to another one, which is given by its id.
static LINK_CGROUP_ID: Record = Record {
    name: "cgroup, by id",
    fields: &[
        Field::new("relative_id", Int(U32)),
        Field::padding(PART),
        Field::new("expected_revision", Hex(U64)),
    ],
};

/// A link to a kernel function.
static LINK_TRACING: Record = Record {
    name: "tracing",
    fields: &[Field::new("target_btf_id", Int(U32)), Field::padding(PART), Field::new("cookie", Hex(U64))],
};

/// A link to a perf event.
static LINK_PERF: Record = Record { name: "perf_event", fields: &[Field::new("bpf_cookie", Hex(U64))] };

/// A link to many kernel functions.
static LINK_KPROBES: Record = Record {
    name: "kprobe_multi",
    fields: &[
        Field::new("flags", Flags(U32, &KPROBE_MULTI)),
        Field::new("cnt", Int(U32)),
        Field::new("syms", Wide(&In(&Array(&Wide(&In(&Str)), Len::Arg(1))))),
        Field::new("addrs", Wide(&In(&Array(&Hex(U64), Len::Arg(1))))),
        Field::new("cookies", Wide(&In(&Array(&Hex(U64), Len::Arg(1))))),
    ],
};

/// A link to many functions of a user program.
static LINK_UPROBES: Record = Record {
    name: "uprobe_multi",
    fields: &[
        Field::new("path", Wide(&In(&Path))),
        Field::new("offsets", Wide(&In(&Array(&Hex(U64), Len::Arg(4))))),
        Field::new("ref_ctr_offsets", Wide(&In(&Array(&Hex(U64), Len::Arg(4))))),
        Field::new("cookies", Wide(&In(&Array(&Hex(U64), Len::Arg(4))))),
        Field::new("cnt", Int(U32)),
        Field::new("flags", Flags(U32, &UPROBE_MULTI)),
        Field::new("pid", Pid),
        Field::since(61, "path_fd", Dirfd),
    ],
};

/// A link to netfilter.
static LINK_NETFILTER: Record = Record {
    name: "netfilter",
    fields: &[
        Field::new("pf", Int(U32)),
        Field::new("hooknum", Int(U32)),
        Field::new("priority", Int(I32)),
        Field::new("flags", Flags(U32, &NETFILTER)),
    ],
};

/// A link to entry and exit of many functions.
static LINK_TRACINGS: Record = Record {
    name: "tracing_multi",
    fields: &[
        Field::new("ids", Wide(&In(&Array(&PART, Len::Arg(2))))),
        Field::new("cookies", Wide(&In(&Array(&Hex(U64), Len::Arg(2))))),
        Field::new("cnt", PART),
    ],
};

/// What an iterator iterates over.
static ITERATED: Record =
    Record { name: "bpf_iter_link_info", fields: &[Field::new("map", Struct(&ITERATED_MAP))] };

/// A map to iterate over.
static ITERATED_MAP: Record = Record { name: "map", fields: &[Field::new("map_fd", Fd)] };

/// `link_create` for one kind of link: the common fields, and those of this kind.
macro_rules! link {
    ($($(#[$doc:meta])* $member:ident, $record:ident[$size:literal]: $target:literal $target_type:expr $(, $($field:literal $ty:expr),+)?;)*) => {
        $(static $member: Record = Record {
            name: concat!("link_create, ", stringify!($member)),
            fields: &[
                Field::new("prog_fd", Fd),
                Field::new($target, $target_type),
                Field::new("attach_type", ATTACH),
                Field::new("flags", Flags(U32, &ATTACH_FLAGS)),
                $($(Field::since(17, $field, $ty)),+)?
            ],
        };
        $(#[$doc])*
        static $record: Record = Record {
            name: concat!("bpf_attr, ", stringify!($record)),
            fields: &[
                Field::new("link_create", Over(&Struct(&$member))),
                Field::padding(Chars($size)),
                Field::new("extra_data", Beyond),
            ],
        };)*
    };
}

link! {
    /// A link without fields of its own.
    PLAIN_MEMBER, LINK_PLAIN[16]: "target_fd" Fd;
    /// A link to an interface.
    INTERFACE_MEMBER, LINK_INTERFACE[16]: "target_ifindex" PART;
    /// A link to a cgroup.
    GROUP_MEMBER, LINK_GROUP[20]: "target_fd" Fd, "target_btf_id" Switch(4, &[(0, Absent)], &PART);
    /// A link to a cgroup, relative to another link.
    BESIDE_MEMBER, LINK_BESIDE[32]: "target_fd" Fd, "cgroup" BESIDE;
    /// A link of an interface's traffic control.
    TCX_MEMBER, LINK_TCX[32]: "target_ifindex" PART, "tcx" BESIDE;
    /// A link of a `netkit` device.
    NETKIT_MEMBER, LINK_NETKIT[32]: "target_ifindex" PART, "netkit" BESIDE;
    /// A link to a kernel function.
    TRACING_MEMBER, LINK_TRACING_ONE[32]: "target_fd" Fd, "tracing" Struct(&LINK_TRACING);
    /// A link to an iterator.
    ITERATED_MEMBER, LINK_ITERATOR[28]: "target_fd" Fd, "iter_info" Wide(&In(&Array(&Struct(&ITERATED), Len::Arg(5)))), "iter_info_len" PART;
    /// A link to a perf event.
    PERF_MEMBER, LINK_PERF_EVENT[24]: "target_fd" Fd, "perf_event" Struct(&LINK_PERF);
    /// A link to many kernel functions.
    KPROBES_MEMBER, LINK_KPROBE_MULTI[48]: "target_fd" Fd, "kprobe_multi" Struct(&LINK_KPROBES);
    /// A link to many functions of a user program.
    UPROBES_MEMBER, LINK_UPROBE_MULTI[64]: "target_fd" Fd, "uprobe_multi" Struct(&LINK_UPROBES);
    /// A link to netfilter.
    NETFILTER_MEMBER, LINK_NETFILTER_HOOK[32]: "target_fd" Fd, "netfilter" Struct(&LINK_NETFILTER);
    /// A link to entry and exit of many functions.
    TRACINGS_MEMBER, LINK_TRACING_MULTI[36]: "target_fd" Fd, "tracing_multi" Struct(&LINK_TRACINGS);
}

/// The program relative to which this one is placed; given by its id if the link's flags (at offset 12) say so.
const BESIDE: Type = SwitchBits(3, BY_ID, &[(0, Struct(&LINK_CGROUP))], &Struct(&LINK_CGROUP_ID));

/// An attribute whose length is the third argument of `bpf`.
macro_rules! sized {
    ($record:ident) => {
        Extensible(&$record, Len::Arg(2), 1)
    };
}
/// Offset of `attach_type` and `flags` in `link_create`.
const LINK_TYPE: u32 = 8;
const LINK_FLAGS: u32 = 12;
/// `BPF_F_BEFORE` and `BPF_F_AFTER`
const BESIDE_ANOTHER: u64 = 0x18;
const OF_A_GROUP: Type =
    SwitchAt(LINK_FLAGS, BESIDE_ANOTHER, &[(0, sized!(LINK_GROUP))], &sized!(LINK_BESIDE));

/// A link, by attach type.
static LINK_CREATE: Type = SwitchAt(
    LINK_TYPE,
    u64::MAX,
    &[
        (0, OF_A_GROUP),
        (1, OF_A_GROUP),
        (2, OF_A_GROUP),
        (3, OF_A_GROUP),
        (6, OF_A_GROUP),
        (8, OF_A_GROUP),
        (9, OF_A_GROUP),
        (10, OF_A_GROUP),
        (11, OF_A_GROUP),
        (12, OF_A_GROUP),
        (13, OF_A_GROUP),
        (14, OF_A_GROUP),
        (15, OF_A_GROUP),
        (18, OF_A_GROUP),
        (19, OF_A_GROUP),
        (20, OF_A_GROUP),
        (21, OF_A_GROUP),
        (22, OF_A_GROUP),
        (24, sized!(LINK_TRACING_ONE)),
        (25, sized!(LINK_TRACING_ONE)),
        (26, sized!(LINK_TRACING_ONE)),
        (27, sized!(LINK_TRACING_ONE)),
        (28, sized!(LINK_ITERATOR)),
        (29, OF_A_GROUP),
        (30, OF_A_GROUP),
        (31, OF_A_GROUP),
        (32, OF_A_GROUP),
        (34, OF_A_GROUP),
        (37, sized!(LINK_INTERFACE)),
        (41, sized!(LINK_PERF_EVENT)),
        (42, sized!(LINK_KPROBE_MULTI)),
        (45, sized!(LINK_NETFILTER_HOOK)),
        (46, sized!(LINK_TCX)),
        (47, sized!(LINK_TCX)),
        (48, sized!(LINK_UPROBE_MULTI)),
        (49, OF_A_GROUP),
        (50, OF_A_GROUP),
        (51, OF_A_GROUP),
        (52, OF_A_GROUP),
        (53, OF_A_GROUP),
        (54, sized!(LINK_NETKIT)),
        (55, sized!(LINK_NETKIT)),
        (58, sized!(LINK_TRACING_ONE)),
        (59, sized!(LINK_TRACING_MULTI)),
        (60, sized!(LINK_TRACING_MULTI)),
        (61, sized!(LINK_TRACING_MULTI)),
    ],
    &sized!(LINK_PLAIN),
);

/// The member `link_update`.
static LINK_UPDATE_MEMBER: Record = Record {
    name: "link_update",
    fields: &[
        Field::new("link_fd", Fd),
        Field::new("new_prog_fd", Fd),
        Field::new("flags", Flags(U32, &ATTACH_FLAGS)),
        Field::new("old_prog_fd", SwitchBits(2, 4, &[(4, Fd)], &Absent)),
    ],
};

/// `link_update`, the member of `union bpf_attr`.
static LINK_UPDATE: Record = Record {
    name: "bpf_attr, link_update",
    fields: &[Field::new("link_update", Struct(&LINK_UPDATE_MEMBER)), Field::new("extra_data", Beyond)],
};

/// The member `enable_stats`.
static STATS_MEMBER: Record =
    Record { name: "enable_stats", fields: &[Field::new("type", Symbol(U32, &STATISTICS))] };

/// `enable_stats`, the member of `union bpf_attr`.
static STATS: Record = Record {
    name: "bpf_attr, enable_stats",
    fields: &[Field::new("enable_stats", Struct(&STATS_MEMBER)), Field::new("extra_data", Beyond)],
};

/// The member `iter_create`.
static ITERATOR_MEMBER: Record =
    Record { name: "iter_create", fields: &[Field::new("link_fd", Fd), Field::new("flags", Hex(U32))] };

/// `iter_create`, the member of `union bpf_attr`.
static ITERATOR: Record = Record {
    name: "bpf_attr, iter_create",
    fields: &[Field::new("iter_create", Struct(&ITERATOR_MEMBER)), Field::new("extra_data", Beyond)],
};

/// The member `link_detach`.
static LINK_DETACH_MEMBER: Record = Record { name: "link_detach", fields: &[Field::new("link_fd", Fd)] };

/// `link_detach`, the member of `union bpf_attr`.
static LINK_DETACH: Record = Record {
    name: "bpf_attr, link_detach",
    fields: &[Field::new("link_detach", Struct(&LINK_DETACH_MEMBER)), Field::new("extra_data", Beyond)],
};

/// The member `prog_bind_map`.
static BIND_MEMBER: Record = Record {
    name: "prog_bind_map",
    fields: &[Field::new("prog_fd", Fd), Field::new("map_fd", Fd), Field::new("flags", Hex(U32))],
};

/// `prog_bind_map`, the member of `union bpf_attr`.
static BIND: Record = Record {
    name: "bpf_attr, prog_bind_map",
    fields: &[Field::new("prog_bind_map", Struct(&BIND_MEMBER)), Field::new("extra_data", Beyond)],
};

/// The member `token_create`.
static TOKEN_MEMBER: Record =
    Record { name: "token_create", fields: &[Field::new("flags", Hex(U32)), Field::new("bpffs_fd", Fd)] };

/// `token_create`, the member of `union bpf_attr`.
static TOKEN: Record = Record {
    name: "bpf_attr, token_create",
    fields: &[Field::new("token_create", Struct(&TOKEN_MEMBER)), Field::new("extra_data", Beyond)],
};

/// The member `prog_stream_read`.
static STREAM_MEMBER: Record = Record {
    name: "prog_stream_read",
    fields: &[
        Field::new("stream_buf", Wide(&Out(&Bytes(Len::Arg(1))))),
        Field::new("stream_buf_len", Int(U32)),
        Field::new("stream_id", Int(U32)),
        Field::new("prog_fd", Fd),
    ],
};

/// `prog_stream_read`, the member of `union bpf_attr`.
static STREAM: Record = Record {
    name: "bpf_attr, prog_stream_read",
    fields: &[
        Field::new("prog_stream_read", Over(&Struct(&STREAM_MEMBER))),
        Field::padding(Chars(20)),
        Field::new("extra_data", Beyond),
    ],
};

/// The member `prog_assoc_struct_ops`.
static ASSOCIATE_MEMBER: Record = Record {
    name: "prog_assoc_struct_ops",
    fields: &[Field::new("map_fd", Fd), Field::new("prog_fd", Fd), Field::new("flags", Hex(U32))],
};

/// `prog_assoc_struct_ops`, the member of `union bpf_attr`.
static ASSOCIATE: Record = Record {
    name: "bpf_attr, prog_assoc_struct_ops",
    fields: &[
        Field::new("prog_assoc_struct_ops", Struct(&ASSOCIATE_MEMBER)),
        Field::new("extra_data", Beyond),
    ],
};

/// The arguments of `bpf`, by command.
pub const BPF_ATTRIBUTES: &[(u64, Type)] = &[
    (0, In(&sized!(MAP_CREATE))),
    (1, In(&sized!(LOOKUP))),
    (2, In(&sized!(UPDATE))),
    (3, In(&sized!(DELETE))),
    (4, In(&sized!(NEXT_KEY))),
    (5, In(&sized!(PROGRAM_LOAD))),
    (6, In(&sized!(OBJECT))),
    (7, In(&sized!(OBJECT))),
    (8, In(&sized!(PROGRAM_ATTACH))),
    (9, In(&sized!(PROGRAM_ATTACH))),
    (10, In(&sized!(TEST))),
    (11, In(&sized!(NEXT_ID))),
    (12, In(&sized!(NEXT_ID))),
    (13, In(&sized!(PROGRAM_BY_ID))),
    (14, In(&sized!(MAP_BY_ID))),
    (15, In(&sized!(DESCRIPTION))),
    (16, In(&sized!(QUERY))),
    (17, In(&sized!(RAW_TRACEPOINT))),
    (18, In(&sized!(BTF_LOAD))),
    (19, In(&sized!(BTF_BY_ID))),
    (20, In(&sized!(TASK_FD))),
    (21, In(&sized!(LOOKUP))),
    (22, In(&sized!(FREEZE))),
    (23, In(&sized!(NEXT_ID))),
    (24, Custom(&BATCH)),
    (25, Custom(&BATCH)),
    (26, Custom(&BATCH)),
    (27, Custom(&BATCH)),
    (28, In(&LINK_CREATE)),
    (29, In(&sized!(LINK_UPDATE))),
    (30, In(&sized!(LINK_BY_ID))),
    (31, In(&sized!(NEXT_ID))),
    (32, In(&sized!(STATS))),
    (33, In(&sized!(ITERATOR))),
    (34, In(&sized!(LINK_DETACH))),
    (35, In(&sized!(BIND))),
    (36, In(&sized!(TOKEN))),
    (37, In(&sized!(STREAM))),
    (38, In(&sized!(ASSOCIATE))),
];

/// The sizes that are written at exit: for batches, after their results.
pub const BPF_SIZES: &[(u64, Type)] = &[(24, LATE), (25, LATE), (26, LATE), (27, LATE)];
const LATE: Type = Switch(RESULT, &[], &PART);
