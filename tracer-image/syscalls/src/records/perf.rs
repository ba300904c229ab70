//! `struct perf_event_attr` of `perf_event_open(2)` (`linux/perf_event.h`): it contains its own size, and grew with
//! kernel versions.

use crate::{
    names::{perf::*, time::CLOCK},
    records::devices::told,
    types::{
        Field, Len, RESULT, Record,
        Shown::{Notable, VerboseSince},
        Type::{self, *},
        U8, U16, U32, U64,
    },
};

const ONE: Type = Int(U32);
/// Indexes of the fields that other fields depend on: the sample contents, and the padding under the bit-fields.
const SAMPLES: u8 = 6;
const BITS: u8 = 46;
/// `freq`
const FREQUENCY: u64 = 1 << 10;
/// `watermark`
const WATERMARK: u64 = 1 << 14;
/// `PERF_TYPE_BREAKPOINT`
const IS_BREAKPOINT: u64 = 5;

/// The event, by type.
const CONFIG: Type = Switch(
    0,
    &[
        (0, Parts(U64, &[(32, 32, false, Hex(U64)), (0, 32, true, Symbol(U64, &HARDWARE))])),
        (1, Symbol(U64, &SOFTWARE)),
        (2, Int(U64)),
        (
            3,
            Parts(
                U64,
                &[
                    (32, 32, false, Hex(U64)),
                    (24, 8, false, Hex(U64)),
                    (16, 8, true, Symbol(U64, &CACHE_RESULTS)),
                    (8, 8, true, Symbol(U64, &CACHE_OPERATIONS)),
                    (0, 8, true, Symbol(U64, &CACHES)),
                ],
            ),
        ),
    ],
    &Hex(U64),
);

/// The argument of `perf_event_open`. Its size follows its type; size 0 means `PERF_ATTR_SIZE_VER0` bytes.
pub static PERF_ATTRIBUTE: Type = Extensible(&ATTRIBUTE, Len::Within(0, 4), 64);
/// As [`PERF_ATTRIBUTE`], in the third argument.
pub static PERF_ATTRIBUTE_CHANGED: Type = Extensible(&ATTRIBUTE, Len::Within(2, 4), 64);

/// `struct perf_event_query_bpf`
pub static PERF_PROGRAMS: Record = Record {
    name: "perf_event_query_bpf",
    fields: &[
        Field::new("ids_len", Int(U32)),
        Field::new("", Switch(RESULT, &[(u32::MAX as u64, Literal("..."))], &Absent)),
        Field::new("prog_cnt", Over(&told!(Int(U32)))),
        Field::padding(Later(&Int(U32))),
        Field::new("ids", told!(Array(&Int(U32), Len::Arg(3)))),
    ],
};

/// `struct perf_event_attr`
static ATTRIBUTE: Record = Record {
    name: "perf_event_attr",
    fields: &[
        Field::new("type", Symbol(U32, &TYPES)),
        Field::new("size", Symbol(U32, &SIZES)),
        Field::new("config", CONFIG),
        Field::new("sample_period", Over(&SwitchBits(BITS, FREQUENCY, &[(0, Int(U64))], &Absent))),
        Field::new("sample_freq", Over(&SwitchBits(BITS, FREQUENCY, &[(0, Absent)], &Int(U64)))),
        Field::padding(Int(U64)),
        Field::new("sample_type", Flags(U64, &SAMPLE)),
        Field::new("read_format", Flags(U64, &READ)),
        Field { name: "disabled", ty: Bits(U64, 0, 1, &ONE), shown: Notable },
        Field { name: "inherit", ty: Bits(U64, 1, 1, &ONE), shown: Notable },
        Field { name: "pinned", ty: Bits(U64, 2, 1, &ONE), shown: Notable },
        Field { name: "exclusive", ty: Bits(U64, 3, 1, &ONE), shown: Notable },
        Field { name: "exclude_user", ty: Bits(U64, 4, 1, &ONE), shown: Notable },
        Field { name: "exclude_kernel", ty: Bits(U64, 5, 1, &ONE), shown: Notable },
        Field { name: "exclude_hv", ty: Bits(U64, 6, 1, &ONE), shown: Notable },
        Field { name: "exclude_idle", ty: Bits(U64, 7, 1, &ONE), shown: Notable },
        Field { name: "mmap", ty: Bits(U64, 8, 1, &ONE), shown: Notable },
        Field { name: "comm", ty: Bits(U64, 9, 1, &ONE), shown: Notable },
        Field { name: "freq", ty: Bits(U64, 10, 1, &ONE), shown: Notable },
        Field { name: "inherit_stat", ty: Bits(U64, 11, 1, &ONE), shown: Notable },
        Field { name: "enable_on_exec", ty: Bits(U64, 12, 1, &ONE), shown: Notable },
        Field { name: "task", ty: Bits(U64, 13, 1, &ONE), shown: Notable },
        Field { name: "watermark", ty: Bits(U64, 14, 1, &ONE), shown: Notable },
        Field::new("precise_ip", Bits(U64, 15, 2, &Numbered(U8, &PRECISE))),
        Field { name: "mmap_data", ty: Bits(U64, 17, 1, &ONE), shown: Notable },
        Field { name: "sample_id_all", ty: Bits(U64, 18, 1, &ONE), shown: Notable },
        Field { name: "exclude_host", ty: Bits(U64, 19, 1, &ONE), shown: Notable },
        Field { name: "exclude_guest", ty: Bits(U64, 20, 1, &ONE), shown: Notable },
        Field { name: "exclude_callchain_kernel", ty: Bits(U64, 21, 1, &ONE), shown: Notable },
        Field { name: "exclude_callchain_user", ty: Bits(U64, 22, 1, &ONE), shown: Notable },
        Field { name: "mmap2", ty: Bits(U64, 23, 1, &ONE), shown: Notable },
        Field { name: "comm_exec", ty: Bits(U64, 24, 1, &ONE), shown: Notable },
        Field { name: "use_clockid", ty: Bits(U64, 25, 1, &ONE), shown: Notable },
        Field { name: "context_switch", ty: Bits(U64, 26, 1, &ONE), shown: Notable },
        Field { name: "write_backward", ty: Bits(U64, 27, 1, &ONE), shown: Notable },
        Field { name: "namespaces", ty: Bits(U64, 28, 1, &ONE), shown: Notable },
        Field { name: "ksymbol", ty: Bits(U64, 29, 1, &ONE), shown: Notable },
        Field { name: "bpf_event", ty: Bits(U64, 30, 1, &ONE), shown: Notable },
        Field { name: "aux_output", ty: Bits(U64, 31, 1, &ONE), shown: Notable },
        Field { name: "cgroup", ty: Bits(U64, 32, 1, &ONE), shown: Notable },
        Field { name: "text_poke", ty: Bits(U64, 33, 1, &ONE), shown: Notable },
        Field { name: "build_id", ty: Bits(U64, 34, 1, &ONE), shown: Notable },
        Field { name: "inherit_thread", ty: Bits(U64, 35, 1, &ONE), shown: Notable },
        Field { name: "remove_on_exec", ty: Bits(U64, 36, 1, &ONE), shown: Notable },
        Field { name: "sigtrap", ty: Bits(U64, 37, 1, &ONE), shown: Notable },
        Field::nonzero("__reserved_1", Bits(U64, 38, 26, &Remarked(&Hex(U64), "Bits 63..38"))),
        Field::padding(Int(U64)),
        Field {
            name: "wakeup_events",
            ty: Over(&SwitchBits(BITS, WATERMARK, &[(0, Int(U32))], &Absent)),
            shown: VerboseSince(0),
        },
        Field {
            name: "wakeup_watermark",
            ty: Over(&SwitchBits(BITS, WATERMARK, &[(0, Absent)], &Int(U32))),
            shown: VerboseSince(0),
        },
        Field::padding(Int(U32)),
        Field {
            name: "bp_type",
            ty: Over(&Switch(0, &[(IS_BREAKPOINT, Symbol(U32, &BREAKPOINT))], &Absent)),
            shown: VerboseSince(0),
        },
        Field::padding(Int(U32)),
        Field {
            name: "bp_addr",
            ty: Over(&Switch(0, &[(IS_BREAKPOINT, Hex(U64))], &Absent)),
            shown: VerboseSince(0),
        },
        Field {
            name: "config1",
            ty: Over(&Switch(0, &[(IS_BREAKPOINT, Absent)], &Hex(U64))),
            shown: VerboseSince(0),
        },
        Field::padding(Int(U64)),
        Field {
            name: "bp_len",
            ty: Over(&Switch(0, &[(IS_BREAKPOINT, Int(U64))], &Absent)),
            shown: VerboseSince(65),
        },
        Field {
            name: "config2",
            ty: Over(&Switch(0, &[(IS_BREAKPOINT, Absent)], &Hex(U64))),
            shown: VerboseSince(65),
        },
        Field::padding(Int(U64)),
        Field {
            name: "branch_sample_type",
            ty: SwitchBits(SAMPLES, 1 << 11, &[(0, Absent)], &Flags(U64, &BRANCH)),
            shown: VerboseSince(73),
        },
        Field { name: "sample_regs_user", ty: Hex(U64), shown: VerboseSince(81) },
        Field {
            name: "sample_stack_user",
            ty: SwitchBits(SAMPLES, 1 << 13, &[(0, Absent)], &Hex(U32)),
            shown: VerboseSince(89),
        },
        Field {
            name: "clockid",
            ty: SwitchBits(BITS, 1 << 25, &[(0, Absent)], &Symbol(U32, &CLOCK)),
            shown: VerboseSince(93),
        },
        Field { name: "sample_regs_intr", ty: Hex(U64), shown: VerboseSince(97) },
        Field { name: "aux_watermark", ty: Int(U32), shown: VerboseSince(105) },
        Field { name: "sample_max_stack", ty: Int(U16), shown: VerboseSince(109) },
        Field::padding(Int(U16)),
        Field { name: "aux_sample_size", ty: Int(U32), shown: VerboseSince(113) },
        Field { name: "aux_start_paused", ty: Bits(U32, 0, 1, &ONE), shown: VerboseSince(117) },
        Field { name: "aux_pause", ty: Bits(U32, 1, 1, &ONE), shown: VerboseSince(117) },
        Field { name: "aux_resume", ty: Bits(U32, 2, 1, &ONE), shown: VerboseSince(117) },
        Field::nonzero(
            "__reserved_3",
            Bits(U32, 3, 29, &ByVerbosity(&Absent, &Remarked(&Hex(U32), "Bits 931..959"))),
        ),
        Field::padding(Int(U32)),
        Field { name: "sig_data", ty: Hex(U64), shown: VerboseSince(121) },
        Field { name: "config3", ty: Hex(U64), shown: VerboseSince(129) },
        Field { name: "config4", ty: Hex(U64), shown: VerboseSince(137) },
        Field::MORE,
    ],
};
