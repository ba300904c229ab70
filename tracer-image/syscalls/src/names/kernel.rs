//! Calls that load or watch what runs in the kernel: `bpf(2)`, `perf_event_open(2)`, modules, `kexec_file_load(2)`.

use crate::types::{Flags, Symbols};

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
