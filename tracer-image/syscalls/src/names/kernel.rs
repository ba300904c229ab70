//! Calls that load or watch what runs in the kernel: `bpf(2)`, `perf_event_open(2)`, modules, `kexec_file_load(2)`.

use crate::types::{Flags, Symbols};

/// `bpf(2)`.
pub static BPF: Symbols = Symbols {
    unknown: "BPF_???",
    names: &[
        (0, "BPF_MAP_CREATE"),
        (1, "BPF_MAP_LOOKUP_ELEM"),
        (2, "BPF_MAP_UPDATE_ELEM"),
        (3, "BPF_MAP_DELETE_ELEM"),
        (4, "BPF_MAP_GET_NEXT_KEY"),
        (5, "BPF_PROG_LOAD"),
        (6, "BPF_OBJ_PIN"),
        (7, "BPF_OBJ_GET"),
        (8, "BPF_PROG_ATTACH"),
        (9, "BPF_PROG_DETACH"),
        (10, "BPF_PROG_TEST_RUN"),
        (11, "BPF_PROG_GET_NEXT_ID"),
        (12, "BPF_MAP_GET_NEXT_ID"),
        (13, "BPF_PROG_GET_FD_BY_ID"),
        (14, "BPF_MAP_GET_FD_BY_ID"),
        (15, "BPF_OBJ_GET_INFO_BY_FD"),
        (16, "BPF_PROG_QUERY"),
        (17, "BPF_RAW_TRACEPOINT_OPEN"),
        (18, "BPF_BTF_LOAD"),
        (19, "BPF_BTF_GET_FD_BY_ID"),
        (20, "BPF_TASK_FD_QUERY"),
        (21, "BPF_MAP_LOOKUP_AND_DELETE_ELEM"),
        (22, "BPF_MAP_FREEZE"),
        (23, "BPF_BTF_GET_NEXT_ID"),
        (24, "BPF_MAP_LOOKUP_BATCH"),
        (25, "BPF_MAP_LOOKUP_AND_DELETE_BATCH"),
        (26, "BPF_MAP_UPDATE_BATCH"),
        (27, "BPF_MAP_DELETE_BATCH"),
        (28, "BPF_LINK_CREATE"),
        (29, "BPF_LINK_UPDATE"),
        (30, "BPF_LINK_GET_FD_BY_ID"),
        (31, "BPF_LINK_GET_NEXT_ID"),
        (32, "BPF_ENABLE_STATS"),
        (33, "BPF_ITER_CREATE"),
        (34, "BPF_LINK_DETACH"),
        (35, "BPF_PROG_BIND_MAP"),
        (36, "BPF_TOKEN_CREATE"),
        (37, "BPF_PROG_STREAM_READ_BY_FD"),
        (38, "BPF_PROG_ASSOC_STRUCT_OPS"),
    ],
};

/// `perf_event_open(2)`.
pub static PERF: Flags = Flags {
    unknown: "PERF_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PERF_FLAG_FD_NO_GROUP"),
        (0x2, "PERF_FLAG_FD_OUTPUT"),
        (0x4, "PERF_FLAG_PID_CGROUP"),
        (0x8, "PERF_FLAG_FD_CLOEXEC"),
    ],
};

/// `finit_module(2)`.
pub static MODULE: Flags = Flags {
    unknown: "MODULE_INIT_???",
    field: (0, &[]),
    bits: &[
        (0x1, "MODULE_INIT_IGNORE_MODVERSIONS"),
        (0x2, "MODULE_INIT_IGNORE_VERMAGIC"),
        (0x4, "MODULE_INIT_COMPRESSED_FILE"),
    ],
};

/// The machine that `kexec_load` loads a kernel for.
pub static KEXEC_MACHINE: Symbols = Symbols {
    unknown: "KEXEC_ARCH_???",
    names: &[
        (0, "KEXEC_ARCH_DEFAULT"),
        (3 << 16, "KEXEC_ARCH_386"),
        (4 << 16, "KEXEC_ARCH_68K"),
        (8 << 16, "KEXEC_ARCH_MIPS"),
        (15 << 16, "KEXEC_ARCH_PARISC"),
        (20 << 16, "KEXEC_ARCH_PPC"),
        (21 << 16, "KEXEC_ARCH_PPC64"),
        (22 << 16, "KEXEC_ARCH_S390"),
        (40 << 16, "KEXEC_ARCH_ARM"),
        (42 << 16, "KEXEC_ARCH_SH"),
        (50 << 16, "KEXEC_ARCH_IA_64"),
        (62 << 16, "KEXEC_ARCH_X86_64"),
        (183 << 16, "KEXEC_ARCH_AARCH64"),
        (243 << 16, "KEXEC_ARCH_RISCV"),
        (258 << 16, "KEXEC_ARCH_LOONGARCH"),
    ],
};

/// `kexec_load`
pub static KEXEC: Flags = Flags {
    unknown: "KEXEC_???",
    field: (0, &[]),
    bits: &[
        (1, "KEXEC_ON_CRASH"),
        (2, "KEXEC_PRESERVE_CONTEXT"),
        (4, "KEXEC_UPDATE_ELFCOREHDR"),
        (8, "KEXEC_CRASH_HOTPLUG_SUPPORT"),
    ],
};

/// `kexec_file_load(2)`.
pub static KEXEC_FILE: Flags = Flags {
    unknown: "KEXEC_FILE_???",
    field: (0, &[]),
    bits: &[
        (0x1, "KEXEC_FILE_UNLOAD"),
        (0x2, "KEXEC_FILE_ON_CRASH"),
        (0x4, "KEXEC_FILE_NO_INITRAMFS"),
        (0x8, "KEXEC_FILE_DEBUG"),
        (0x10, "KEXEC_FILE_NO_CMA"),
        (0x20, "KEXEC_FILE_FORCE_DTB"),
    ],
};
