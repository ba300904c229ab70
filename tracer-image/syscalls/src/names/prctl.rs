//! `prctl`: `linux/prctl.h`.

use crate::types::{Flags, Symbols};

/// The options of `prctl`.
pub static OPTIONS: Symbols = Symbols {
    unknown: "PR_???",
    names: &[
        (1, "PR_SET_PDEATHSIG"),
        (2, "PR_GET_PDEATHSIG"),
        (3, "PR_GET_DUMPABLE"),
        (4, "PR_SET_DUMPABLE"),
        (5, "PR_GET_UNALIGN"),
        (6, "PR_SET_UNALIGN"),
        (7, "PR_GET_KEEPCAPS"),
        (8, "PR_SET_KEEPCAPS"),
        (9, "PR_GET_FPEMU"),
        (10, "PR_SET_FPEMU"),
        (11, "PR_GET_FPEXC"),
        (12, "PR_SET_FPEXC"),
        (13, "PR_GET_TIMING"),
        (14, "PR_SET_TIMING"),
        (15, "PR_SET_NAME"),
        (16, "PR_GET_NAME"),
        (19, "PR_GET_ENDIAN"),
        (20, "PR_SET_ENDIAN"),
        (21, "PR_GET_SECCOMP"),
        (22, "PR_SET_SECCOMP"),
        (23, "PR_CAPBSET_READ"),
        (24, "PR_CAPBSET_DROP"),
        (25, "PR_GET_TSC"),
        (26, "PR_SET_TSC"),
        (27, "PR_GET_SECUREBITS"),
        (28, "PR_SET_SECUREBITS"),
        (29, "PR_SET_TIMERSLACK"),
        (30, "PR_GET_TIMERSLACK"),
        (31, "PR_TASK_PERF_EVENTS_DISABLE"),
        (32, "PR_TASK_PERF_EVENTS_ENABLE"),
        (33, "PR_MCE_KILL"),
        (34, "PR_MCE_KILL_GET"),
        (35, "PR_SET_MM"),
        (36, "PR_SET_CHILD_SUBREAPER"),
        (37, "PR_GET_CHILD_SUBREAPER"),
        (38, "PR_SET_NO_NEW_PRIVS"),
        (39, "PR_GET_NO_NEW_PRIVS"),
        (40, "PR_GET_TID_ADDRESS"),
        (41, "PR_SET_THP_DISABLE"),
        (42, "PR_GET_THP_DISABLE"),
        (43, "PR_MPX_ENABLE_MANAGEMENT"),
        (44, "PR_MPX_DISABLE_MANAGEMENT"),
        (45, "PR_SET_FP_MODE"),
        (46, "PR_GET_FP_MODE"),
        (47, "PR_CAP_AMBIENT"),
        (50, "PR_SVE_SET_VL"),
        (51, "PR_SVE_GET_VL"),
        (52, "PR_GET_SPECULATION_CTRL"),
        (53, "PR_SET_SPECULATION_CTRL"),
        (54, "PR_PAC_RESET_KEYS"),
        (55, "PR_SET_TAGGED_ADDR_CTRL"),
        (56, "PR_GET_TAGGED_ADDR_CTRL"),
        (57, "PR_SET_IO_FLUSHER"),
        (58, "PR_GET_IO_FLUSHER"),
        (59, "PR_SET_SYSCALL_USER_DISPATCH"),
        (60, "PR_PAC_SET_ENABLED_KEYS"),
        (61, "PR_PAC_GET_ENABLED_KEYS"),
        (62, "PR_SCHED_CORE"),
        (63, "PR_SME_SET_VL"),
        (64, "PR_SME_GET_VL"),
        (65, "PR_SET_MDWE"),
        (66, "PR_GET_MDWE"),
        (67, "PR_SET_MEMORY_MERGE"),
        (68, "PR_GET_MEMORY_MERGE"),
        (69, "PR_RISCV_V_SET_CONTROL"),
        (70, "PR_RISCV_V_GET_CONTROL"),
        (71, "PR_RISCV_SET_ICACHE_FLUSH_CTX"),
        (72, "PR_PPC_GET_DEXCR"),
        (73, "PR_PPC_SET_DEXCR"),
        (74, "PR_GET_SHADOW_STACK_STATUS"),
        (75, "PR_SET_SHADOW_STACK_STATUS"),
        (76, "PR_LOCK_SHADOW_STACK_STATUS"),
        (77, "PR_TIMER_CREATE_RESTORE_IDS"),
        (78, "PR_FUTEX_HASH"),
        (79, "PR_RSEQ_SLICE_EXTENSION"),
        (80, "PR_GET_CFI"),
        (81, "PR_SET_CFI"),
        (1096112214, "PR_GET_AUXV"),
        (1398164801, "PR_SET_VMA"),
        (1499557217, "PR_SET_PTRACER"),
    ],
};

/// `PR_SET_DUMPABLE`
pub static DUMPABLE: Symbols = Symbols {
    unknown: "SUID_DUMP_???",
    names: &[(0, "SUID_DUMP_DISABLE"), (1, "SUID_DUMP_USER"), (2, "SUID_DUMP_ROOT")],
};

/// `PR_SET_UNALIGN`
pub static UNALIGN: Flags = Flags {
    unknown: "PR_UNALIGN_???",
    field: (0, &[]),
    bits: &[(0x1, "PR_UNALIGN_NOPRINT"), (0x2, "PR_UNALIGN_SIGBUS")],
};

/// `PR_SET_TSC`
pub static TSC: Symbols =
    Symbols { unknown: "PR_TSC_???", names: &[(1, "PR_TSC_ENABLE"), (2, "PR_TSC_SIGSEGV")] };

/// `PR_SET_SECUREBITS`
pub static SECUREBITS: Flags = Flags {
    unknown: "SECBIT_???",
    field: (0, &[]),
    bits: &[
        (0x1, "SECBIT_NOROOT"),
        (0x2, "SECBIT_NOROOT_LOCKED"),
        (0x4, "SECBIT_NO_SETUID_FIXUP"),
        (0x8, "SECBIT_NO_SETUID_FIXUP_LOCKED"),
        (0x10, "SECBIT_KEEP_CAPS"),
        (0x20, "SECBIT_KEEP_CAPS_LOCKED"),
        (0x40, "SECBIT_NO_CAP_AMBIENT_RAISE"),
        (0x80, "SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED"),
        (0x100, "SECBIT_EXEC_RESTRICT_FILE"),
        (0x200, "SECBIT_EXEC_RESTRICT_FILE_LOCKED"),
        (0x400, "SECBIT_EXEC_DENY_INTERACTIVE"),
        (0x800, "SECBIT_EXEC_DENY_INTERACTIVE_LOCKED"),
    ],
};

/// `PR_MCE_KILL`
pub static MCE_KILL: Symbols =
    Symbols { unknown: "PR_MCE_KILL_???", names: &[(0, "PR_MCE_KILL_CLEAR"), (1, "PR_MCE_KILL_SET")] };

/// The policy that `PR_MCE_KILL_SET` sets.
pub static MCE_KILL_POLICY: Symbols = Symbols {
    unknown: "PR_MCE_KILL_???",
    names: &[(0, "PR_MCE_KILL_LATE"), (1, "PR_MCE_KILL_EARLY"), (2, "PR_MCE_KILL_DEFAULT")],
};

/// `PR_SET_MM`
pub static SET_MM: Symbols = Symbols {
    unknown: "PR_SET_MM_???",
    names: &[
        (1, "PR_SET_MM_START_CODE"),
        (2, "PR_SET_MM_END_CODE"),
        (3, "PR_SET_MM_START_DATA"),
        (4, "PR_SET_MM_END_DATA"),
        (5, "PR_SET_MM_START_STACK"),
        (6, "PR_SET_MM_START_BRK"),
        (7, "PR_SET_MM_BRK"),
        (8, "PR_SET_MM_ARG_START"),
        (9, "PR_SET_MM_ARG_END"),
        (10, "PR_SET_MM_ENV_START"),
        (11, "PR_SET_MM_ENV_END"),
        (12, "PR_SET_MM_AUXV"),
        (13, "PR_SET_MM_EXE_FILE"),
        (14, "PR_SET_MM_MAP"),
        (15, "PR_SET_MM_MAP_SIZE"),
    ],
};

/// `PR_SET_PTRACER`: a process, or any.
pub static SET_PTRACER: Symbols = Symbols {
    unknown: "",
    names: &[(18446744073709551615, "PR_SET_PTRACER_ANY"), (4294967295, "PR_SET_PTRACER_ANY")],
};

/// `PR_SET_SECCOMP`
pub static SECCOMP_MODES: Symbols = Symbols {
    unknown: "SECCOMP_MODE_???",
    names: &[(0, "SECCOMP_MODE_DISABLED"), (1, "SECCOMP_MODE_STRICT"), (2, "SECCOMP_MODE_FILTER")],
};

/// `PR_CAP_AMBIENT`
pub static CAP_AMBIENT: Symbols = Symbols {
    unknown: "PR_CAP_AMBIENT_???",
    names: &[
        (1, "PR_CAP_AMBIENT_IS_SET"),
        (2, "PR_CAP_AMBIENT_RAISE"),
        (3, "PR_CAP_AMBIENT_LOWER"),
        (4, "PR_CAP_AMBIENT_CLEAR_ALL"),
    ],
};

/// The kind of speculation that `PR_SET_SPECULATION_CTRL` controls.
pub static SPECULATION: Symbols = Symbols {
    unknown: "PR_SPEC_???",
    names: &[(0, "PR_SPEC_STORE_BYPASS"), (1, "PR_SPEC_INDIRECT_BRANCH"), (2, "PR_SPEC_L1D_FLUSH")],
};

/// `PR_SET_SPECULATION_CTRL`
pub static SPECULATION_CONTROL: Flags = Flags {
    unknown: "PR_SPEC_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PR_SPEC_PRCTL"),
        (0x2, "PR_SPEC_ENABLE"),
        (0x4, "PR_SPEC_DISABLE"),
        (0x8, "PR_SPEC_FORCE_DISABLE"),
        (0x10, "PR_SPEC_DISABLE_NOEXEC"),
    ],
};

/// `PR_SET_SYSCALL_USER_DISPATCH`
pub static DISPATCH: Symbols = Symbols {
    unknown: "PR_SYS_DISPATCH_???",
    names: &[
        (0, "PR_SYS_DISPATCH_OFF"),
        (1, "PR_SYS_DISPATCH_EXCLUSIVE_ON"),
        (2, "PR_SYS_DISPATCH_INCLUSIVE_ON"),
    ],
};

/// `PR_SET_MDWE`
pub static MDWE: Flags = Flags {
    unknown: "PR_MDWE_???",
    field: (0, &[]),
    bits: &[(0x1, "PR_MDWE_REFUSE_EXEC_GAIN"), (0x2, "PR_MDWE_NO_INHERIT")],
};

/// `PR_SET_VMA`
pub static SET_VMA: Symbols = Symbols { unknown: "PR_SET_VMA_???", names: &[(0, "PR_SET_VMA_ANON_NAME")] };

/// `PR_SCHED_CORE`
pub static SCHED_CORE: Symbols = Symbols {
    unknown: "PR_SCHED_CORE_???",
    names: &[
        (0, "PR_SCHED_CORE_GET"),
        (1, "PR_SCHED_CORE_CREATE"),
        (2, "PR_SCHED_CORE_SHARE_TO"),
        (3, "PR_SCHED_CORE_SHARE_FROM"),
    ],
};

/// The scope of `PR_SCHED_CORE`; strace writes the number followed by its name.
pub static PID_TYPES: Symbols = Symbols {
    unknown: "PIDTYPE_???",
    names: &[
        (0, "0 /* PIDTYPE_PID */"),
        (1, "0x1 /* PIDTYPE_TGID */"),
        (2, "0x2 /* PIDTYPE_PGID */"),
        (3, "0x3 /* PIDTYPE_SID */"),
    ],
};

/// `PR_SET_SPECULATION_CTRL`
pub static SPECULATION_SETTINGS: Symbols = Symbols {
    unknown: "PR_SPEC_???",
    names: &[
        (0x2, "PR_SPEC_ENABLE"),
        (0x4, "PR_SPEC_DISABLE"),
        (0x8, "PR_SPEC_FORCE_DISABLE"),
        (0x10, "PR_SPEC_DISABLE_NOEXEC"),
    ],
};

/// `PR_SET_FP_MODE`
pub static FP_MODES: Flags = Flags {
    unknown: "PR_FP_MODE_???",
    field: (0, &[]),
    bits: &[(0x1, "PR_FP_MODE_FR"), (0x2, "PR_FP_MODE_FRE")],
};

/// `PR_SVE_SET_VL`, without the length.
pub static SVE_VECTORS: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[(0x40000, "PR_SVE_SET_VL_ONEXEC"), (0x20000, "PR_SVE_VL_INHERIT")],
};

/// `PR_SME_SET_VL`, without the length.
pub static SME_VECTORS: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[(0x40000, "PR_SME_SET_VL_ONEXEC"), (0x20000, "PR_SME_VL_INHERIT")],
};

/// `PR_PAC_RESET_KEYS`
pub static KEYS: Flags = Flags {
    unknown: "PR_PAC_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PR_PAC_APIAKEY"),
        (0x2, "PR_PAC_APIBKEY"),
        (0x4, "PR_PAC_APDAKEY"),
        (0x8, "PR_PAC_APDBKEY"),
        (0x10, "PR_PAC_APGAKEY"),
    ],
};

/// `PR_PAC_SET_ENABLED_KEYS`
pub static ENABLED_KEYS: Flags = Flags {
    unknown: "PR_PAC_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PR_PAC_APIAKEY"),
        (0x2, "PR_PAC_APIBKEY"),
        (0x4, "PR_PAC_APDAKEY"),
        (0x8, "PR_PAC_APDBKEY"),
    ],
};

/// `PR_SET_TAGGED_ADDR_CTRL`: that tags are off is said as well.
pub static TAGGED_ADDRESSES: Flags = Flags {
    unknown: "",
    field: (
        0x7,
        &[
            (0, "!PR_TAGGED_ADDR_ENABLE|PR_MTE_TCF_NONE"),
            (1, "PR_TAGGED_ADDR_ENABLE|PR_MTE_TCF_NONE"),
            (2, "!PR_TAGGED_ADDR_ENABLE|PR_MTE_TCF_SYNC"),
            (3, "PR_TAGGED_ADDR_ENABLE|PR_MTE_TCF_SYNC"),
            (4, "!PR_TAGGED_ADDR_ENABLE|PR_MTE_TCF_ASYNC"),
            (5, "PR_TAGGED_ADDR_ENABLE|PR_MTE_TCF_ASYNC"),
            (6, "!PR_TAGGED_ADDR_ENABLE|PR_MTE_TCF_MASK"),
            (7, "PR_TAGGED_ADDR_ENABLE|PR_MTE_TCF_MASK"),
        ],
    ),
    bits: &[],
};

/// `PR_RISCV_SET_ICACHE_FLUSH_CTX`: what is wanted.
pub static ICACHE_CONTEXTS: Symbols = Symbols {
    unknown: "PR_RISCV_CTX_???",
    names: &[(0x0, "PR_RISCV_CTX_SW_FENCEI_ON"), (0x1, "PR_RISCV_CTX_SW_FENCEI_OFF")],
};

/// `PR_RISCV_SET_ICACHE_FLUSH_CTX`: for whom.
pub static ICACHE_SCOPES: Symbols = Symbols {
    unknown: "PR_RISCV_SCOPE_???",
    names: &[(0x0, "PR_RISCV_SCOPE_PER_PROCESS"), (0x1, "PR_RISCV_SCOPE_PER_THREAD")],
};

/// `PR_PPC_GET_DEXCR`, `PR_PPC_SET_DEXCR`
pub static DEXCR: Symbols = Symbols {
    unknown: "PR_PPC_DEXCR_???",
    names: &[
        (0x0, "PR_PPC_DEXCR_SBHE"),
        (0x1, "PR_PPC_DEXCR_IBRTPD"),
        (0x2, "PR_PPC_DEXCR_SRAPD"),
        (0x3, "PR_PPC_DEXCR_NPHIE"),
    ],
};

/// `PR_PPC_SET_DEXCR`
pub static DEXCR_CONTROL: Flags = Flags {
    unknown: "PR_PPC_DEXCR_CTRL_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PR_PPC_DEXCR_CTRL_EDITABLE"),
        (0x2, "PR_PPC_DEXCR_CTRL_SET"),
        (0x4, "PR_PPC_DEXCR_CTRL_CLEAR"),
        (0x8, "PR_PPC_DEXCR_CTRL_SET_ONEXEC"),
        (0x10, "PR_PPC_DEXCR_CTRL_CLEAR_ONEXEC"),
    ],
};
