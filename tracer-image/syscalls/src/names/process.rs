//! Processes: `linux/sched.h`, `linux/wait.h`, `linux/pidfd.h` and similar headers.

use crate::types::{Flags, Symbols};

/// The flags of `clone`, above the exit signal in the low byte.
pub static CLONE: Flags = Flags {
    unknown: "CLONE_???",
    field: (0, &[]),
    bits: &[
        (0x100, "CLONE_VM"),
        (0x200, "CLONE_FS"),
        (0x400, "CLONE_FILES"),
        (0x800, "CLONE_SIGHAND"),
        (0x1000, "CLONE_PIDFD"),
        (0x2000, "CLONE_PTRACE"),
        (0x4000, "CLONE_VFORK"),
        (0x8000, "CLONE_PARENT"),
        (0x10000, "CLONE_THREAD"),
        (0x20000, "CLONE_NEWNS"),
        (0x40000, "CLONE_SYSVSEM"),
        (0x80000, "CLONE_SETTLS"),
        (0x100000, "CLONE_PARENT_SETTID"),
        (0x200000, "CLONE_CHILD_CLEARTID"),
        (0x800000, "CLONE_UNTRACED"),
        (0x1000000, "CLONE_CHILD_SETTID"),
        (0x2000000, "CLONE_NEWCGROUP"),
        (0x4000000, "CLONE_NEWUTS"),
        (0x8000000, "CLONE_NEWIPC"),
        (0x10000000, "CLONE_NEWUSER"),
        (0x20000000, "CLONE_NEWPID"),
        (0x40000000, "CLONE_NEWNET"),
        (0x80000000, "CLONE_IO"),
    ],
};

/// The flags of `clone3`.
pub static CLONE3: Flags = Flags {
    unknown: "CLONE_???",
    field: (0, &[]),
    bits: &[
        (0x100, "CLONE_VM"),
        (0x200, "CLONE_FS"),
        (0x400, "CLONE_FILES"),
        (0x800, "CLONE_SIGHAND"),
        (0x1000, "CLONE_PIDFD"),
        (0x2000, "CLONE_PTRACE"),
        (0x4000, "CLONE_VFORK"),
        (0x8000, "CLONE_PARENT"),
        (0x10000, "CLONE_THREAD"),
        (0x20000, "CLONE_NEWNS"),
        (0x40000, "CLONE_SYSVSEM"),
        (0x80000, "CLONE_SETTLS"),
        (0x100000, "CLONE_PARENT_SETTID"),
        (0x200000, "CLONE_CHILD_CLEARTID"),
        (0x800000, "CLONE_UNTRACED"),
        (0x1000000, "CLONE_CHILD_SETTID"),
        (0x2000000, "CLONE_NEWCGROUP"),
        (0x4000000, "CLONE_NEWUTS"),
        (0x8000000, "CLONE_NEWIPC"),
        (0x10000000, "CLONE_NEWUSER"),
        (0x20000000, "CLONE_NEWPID"),
        (0x40000000, "CLONE_NEWNET"),
        (0x80000000, "CLONE_IO"),
        (0x80, "CLONE_NEWTIME"),
        (0x100000000, "CLONE_CLEAR_SIGHAND"),
        (0x200000000, "CLONE_INTO_CGROUP"),
        (0x400000000, "CLONE_AUTOREAP"),
        (0x800000000, "CLONE_NNP"),
        (0x1000000000, "CLONE_PIDFD_AUTOKILL"),
        (0x2000000000, "CLONE_EMPTY_MNTNS"),
    ],
};

/// `unshare`
pub static UNSHARE: Flags = Flags {
    unknown: "CLONE_???",
    field: (0, &[]),
    bits: &[
        (0x80, "CLONE_NEWTIME"),
        (0x100, "CLONE_VM"),
        (0x200, "CLONE_FS"),
        (0x400, "CLONE_FILES"),
        (0x800, "CLONE_SIGHAND"),
        (0x10000, "CLONE_THREAD"),
        (0x20000, "CLONE_NEWNS"),
        (0x40000, "CLONE_SYSVSEM"),
        (0x2000000, "CLONE_NEWCGROUP"),
        (0x4000000, "CLONE_NEWUTS"),
        (0x8000000, "CLONE_NEWIPC"),
        (0x10000000, "CLONE_NEWUSER"),
        (0x20000000, "CLONE_NEWPID"),
        (0x40000000, "CLONE_NEWNET"),
    ],
};

/// `setns`
pub static SETNS: Flags = Flags {
    unknown: "CLONE_NEW???",
    field: (0, &[]),
    bits: &[
        (0x80, "CLONE_NEWTIME"),
        (0x20000, "CLONE_NEWNS"),
        (0x2000000, "CLONE_NEWCGROUP"),
        (0x4000000, "CLONE_NEWUTS"),
        (0x8000000, "CLONE_NEWIPC"),
        (0x10000000, "CLONE_NEWUSER"),
        (0x20000000, "CLONE_NEWPID"),
        (0x40000000, "CLONE_NEWNET"),
    ],
};

/// Options of `wait4` and `waitid`.
pub static WAIT: Flags = Flags {
    unknown: "W???",
    field: (0, &[]),
    bits: &[
        (0x1, "WNOHANG"),
        (0x4, "WEXITED"),
        (0x2, "WSTOPPED"),
        (0x8, "WCONTINUED"),
        (0x1000000, "WNOWAIT"),
        (0x80000000, "__WCLONE"),
        (0x40000000, "__WALL"),
        (0x20000000, "__WNOTHREAD"),
    ],
};

/// What `waitid` waits for.
pub static WAIT_IDS: Symbols =
    Symbols { unknown: "P_???", names: &[(0, "P_ALL"), (1, "P_PID"), (2, "P_PGID"), (3, "P_PIDFD")] };

/// `pidfd_open`
pub static PIDFD_OPEN: Flags = Flags {
    unknown: "PIDFD_???",
    field: (0, &[]),
    bits: &[(0x800, "PIDFD_NONBLOCK"), (0x80, "PIDFD_THREAD"), (0x200, "PIDFD_AUTOKILL")],
};

/// `pidfd_send_signal`
pub static PIDFD_SIGNAL: Flags = Flags {
    unknown: "PIDFD_SIGNAL_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PIDFD_SIGNAL_THREAD"),
        (0x2, "PIDFD_SIGNAL_THREAD_GROUP"),
        (0x4, "PIDFD_SIGNAL_PROCESS_GROUP"),
    ],
};

/// `execveat`
pub static EXECVEAT: Flags = Flags {
    unknown: "AT_???",
    field: (0, &[]),
    bits: &[(0x100, "AT_SYMLINK_NOFOLLOW"), (0x1000, "AT_EMPTY_PATH"), (0x10000, "AT_EXECVE_CHECK")],
};

/// `kcmp`
pub static KCMP: Symbols = Symbols {
    unknown: "KCMP_???",
    names: &[
        (0, "KCMP_FILE"),
        (1, "KCMP_VM"),
        (2, "KCMP_FILES"),
        (3, "KCMP_FS"),
        (4, "KCMP_SIGHAND"),
        (5, "KCMP_IO"),
        (6, "KCMP_SYSVSEM"),
        (7, "KCMP_EPOLL_TFD"),
    ],
};

/// Resources of `getrlimit` and similar calls.
pub static RLIMITS: Symbols = Symbols {
    unknown: "RLIMIT_???",
    names: &[
        (0, "RLIMIT_CPU"),
        (1, "RLIMIT_FSIZE"),
        (2, "RLIMIT_DATA"),
        (3, "RLIMIT_STACK"),
        (4, "RLIMIT_CORE"),
        (5, "RLIMIT_RSS"),
        (6, "RLIMIT_NPROC"),
        (7, "RLIMIT_NOFILE"),
        (8, "RLIMIT_MEMLOCK"),
        (9, "RLIMIT_AS"),
        (10, "RLIMIT_LOCKS"),
        (11, "RLIMIT_SIGPENDING"),
        (12, "RLIMIT_MSGQUEUE"),
        (13, "RLIMIT_NICE"),
        (14, "RLIMIT_RTPRIO"),
        (15, "RLIMIT_RTTIME"),
    ],
};

/// Whose usage `getrusage` reports.
pub static RUSAGE_WHO: Symbols = Symbols {
    unknown: "RUSAGE_???",
    names: &[
        (0, "RUSAGE_SELF"),
        (18446744073709551615, "RUSAGE_CHILDREN"),
        (18446744073709551614, "RUSAGE_BOTH"),
        (1, "RUSAGE_THREAD"),
    ],
};

/// Whose priority it is (`linux/resource.h`).
pub static PRIORITY: Symbols =
    Symbols { unknown: "PRIO_???", names: &[(0, "PRIO_PROCESS"), (1, "PRIO_PGRP"), (2, "PRIO_USER")] };

/// Requests of `ptrace`.
pub static PTRACE: Symbols = Symbols {
    unknown: "PTRACE_???",
    names: &[
        (0, "PTRACE_TRACEME"),
        (1, "PTRACE_PEEKTEXT"),
        (2, "PTRACE_PEEKDATA"),
        (3, "PTRACE_PEEKUSER"),
        (4, "PTRACE_POKETEXT"),
        (5, "PTRACE_POKEDATA"),
        (6, "PTRACE_POKEUSER"),
        (7, "PTRACE_CONT"),
        (8, "PTRACE_KILL"),
        (9, "PTRACE_SINGLESTEP"),
        (12, "PTRACE_GETREGS"),
        (13, "PTRACE_SETREGS"),
        (14, "PTRACE_GETFPREGS"),
        (15, "PTRACE_SETFPREGS"),
        (16, "PTRACE_ATTACH"),
        (17, "PTRACE_DETACH"),
        (18, "PTRACE_GETFPXREGS"),
        (19, "PTRACE_SETFPXREGS"),
        (21, "PTRACE_OLDSETOPTIONS"),
        (24, "PTRACE_SYSCALL"),
        (25, "PTRACE_GET_THREAD_AREA"),
        (26, "PTRACE_SET_THREAD_AREA"),
        (30, "PTRACE_ARCH_PRCTL"),
        (31, "PTRACE_SYSEMU"),
        (32, "PTRACE_SYSEMU_SINGLESTEP"),
        (33, "PTRACE_SINGLEBLOCK"),
        (16896, "PTRACE_SETOPTIONS"),
        (16897, "PTRACE_GETEVENTMSG"),
        (16898, "PTRACE_GETSIGINFO"),
        (16899, "PTRACE_SETSIGINFO"),
        (16900, "PTRACE_GETREGSET"),
        (16901, "PTRACE_SETREGSET"),
        (16902, "PTRACE_SEIZE"),
        (16903, "PTRACE_INTERRUPT"),
        (16904, "PTRACE_LISTEN"),
        (16905, "PTRACE_PEEKSIGINFO"),
        (16906, "PTRACE_GETSIGMASK"),
        (16907, "PTRACE_SETSIGMASK"),
        (16908, "PTRACE_SECCOMP_GET_FILTER"),
        (16909, "PTRACE_SECCOMP_GET_METADATA"),
        (16910, "PTRACE_GET_SYSCALL_INFO"),
        (16911, "PTRACE_GET_RSEQ_CONFIGURATION"),
        (16912, "PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG"),
        (16913, "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG"),
        (16914, "PTRACE_SET_SYSCALL_INFO"),
    ],
};

/// Options of `PTRACE_SETOPTIONS` and `PTRACE_SEIZE`.
pub static PTRACE_OPTIONS: Flags = Flags {
    unknown: "PTRACE_O_???",
    field: (0, &[]),
    bits: &[
        (0x1, "PTRACE_O_TRACESYSGOOD"),
        (0x2, "PTRACE_O_TRACEFORK"),
        (0x4, "PTRACE_O_TRACEVFORK"),
        (0x8, "PTRACE_O_TRACECLONE"),
        (0x10, "PTRACE_O_TRACEEXEC"),
        (0x20, "PTRACE_O_TRACEVFORKDONE"),
        (0x40, "PTRACE_O_TRACEEXIT"),
        (0x80, "PTRACE_O_TRACESECCOMP"),
        (0x100000, "PTRACE_O_EXITKILL"),
        (0x200000, "PTRACE_O_SUSPEND_SECCOMP"),
    ],
};

/// Register sets that `PTRACE_GETREGSET` reads (`linux/elf.h`).
pub static REGISTER_SETS: Symbols = Symbols {
    unknown: "NT_???",
    names: &[
        (1, "NT_PRSTATUS"),
        (2, "NT_PRFPREG"),
        (3, "NT_PRPSINFO"),
        (4, "NT_TASKSTRUCT"),
        (6, "NT_AUXV"),
        (512, "NT_386_TLS"),
        (513, "NT_386_IOPERM"),
        (514, "NT_X86_XSTATE"),
        (516, "NT_X86_SHSTK"),
        (517, "NT_X86_XSAVE_LAYOUT"),
        (1024, "NT_ARM_VFP"),
        (1025, "NT_ARM_TLS"),
        (1026, "NT_ARM_HW_BREAK"),
        (1027, "NT_ARM_HW_WATCH"),
        (1028, "NT_ARM_SYSTEM_CALL"),
        (1029, "NT_ARM_SVE"),
        (1030, "NT_ARM_PAC_MASK"),
        (1031, "NT_ARM_PACA_KEYS"),
        (1032, "NT_ARM_PACG_KEYS"),
        (1033, "NT_ARM_TAGGED_ADDR_CTRL"),
        (1034, "NT_ARM_PAC_ENABLED_KEYS"),
        (1035, "NT_ARM_SSVE"),
        (1036, "NT_ARM_ZA"),
        (1037, "NT_ARM_ZT"),
        (1038, "NT_ARM_FPMR"),
        (1039, "NT_ARM_POE"),
        (1040, "NT_ARM_GCS"),
        (1179208773, "NT_FILE"),
        (1189489535, "NT_PRXFPREG"),
        (1397311305, "NT_SIGINFO"),
    ],
};

/// `arch_prctl` of x86 (`asm/prctl.h`).
pub static ARCH_PRCTL: Symbols = Symbols {
    unknown: "ARCH_???",
    names: &[
        (4097, "ARCH_SET_GS"),
        (4098, "ARCH_SET_FS"),
        (4099, "ARCH_GET_FS"),
        (4100, "ARCH_GET_GS"),
        (4113, "ARCH_GET_CPUID"),
        (4114, "ARCH_SET_CPUID"),
        (4129, "ARCH_GET_XCOMP_SUPP"),
        (4130, "ARCH_GET_XCOMP_PERM"),
        (4131, "ARCH_REQ_XCOMP_PERM"),
        (4132, "ARCH_GET_XCOMP_GUEST_PERM"),
        (4133, "ARCH_REQ_XCOMP_GUEST_PERM"),
        (8193, "ARCH_MAP_VDSO_X32"),
        (8194, "ARCH_MAP_VDSO_32"),
        (8195, "ARCH_MAP_VDSO_64"),
        (16385, "ARCH_GET_UNTAG_MASK"),
        (16386, "ARCH_ENABLE_TAGGED_ADDR"),
        (16387, "ARCH_GET_MAX_TAG_BITS"),
        (16388, "ARCH_FORCE_TAGGED_SVA"),
        (20481, "ARCH_SHSTK_ENABLE"),
        (20482, "ARCH_SHSTK_DISABLE"),
        (20483, "ARCH_SHSTK_LOCK"),
        (20484, "ARCH_SHSTK_UNLOCK"),
        (20485, "ARCH_SHSTK_STATUS"),
    ],
};

/// The extended states of an x86 processor (`asm/fpu/types.h`), as a set.
pub static STATES: Flags = Flags {
    unknown: "XFEATURE_MASK_???",
    field: (0, &[]),
    bits: &[
        (0x3, "XFEATURE_MASK_FPSSE"),
        (0x1, "XFEATURE_MASK_FP"),
        (0x2, "XFEATURE_MASK_SSE"),
        (0x4, "XFEATURE_MASK_YMM"),
        (0x8, "XFEATURE_MASK_BNDREGS"),
        (0x10, "XFEATURE_MASK_BNDCSR"),
        (0xe0, "XFEATURE_MASK_AVX512"),
        (0x20, "XFEATURE_MASK_OPMASK"),
        (0x40, "XFEATURE_MASK_ZMM_Hi256"),
        (0x80, "XFEATURE_MASK_Hi16_ZMM"),
        (0x100, "XFEATURE_MASK_PT"),
        (0x200, "XFEATURE_MASK_PKRU"),
        (0x400, "XFEATURE_MASK_PASID"),
        (0x8000, "XFEATURE_MASK_LBR"),
        (0x60000, "XFEATURE_MASK_XTILE"),
        (0x20000, "XFEATURE_MASK_XTILE_CFG"),
        (0x40000, "XFEATURE_MASK_XTILE_DATA"),
    ],
};

/// One extended state, by its number.
pub static STATE_NUMBERS: Symbols = Symbols {
    unknown: "XFEATURE_???",
    names: &[
        (0, "XFEATURE_FP"),
        (1, "XFEATURE_SSE"),
        (2, "XFEATURE_YMM"),
        (3, "XFEATURE_BNDREGS"),
        (4, "XFEATURE_BNDCSR"),
        (5, "XFEATURE_OPMASK"),
        (6, "XFEATURE_ZMM_Hi256"),
        (7, "XFEATURE_Hi16_ZMM"),
        (8, "XFEATURE_PT_UNIMPLEMENTED_SO_FAR"),
        (9, "XFEATURE_PKRU"),
        (10, "XFEATURE_PASID"),
        (15, "XFEATURE_LBR"),
        (17, "XFEATURE_XTILE_CFG"),
        (18, "XFEATURE_XTILE_DATA"),
    ],
};

/// Execution domains.
pub static PERSONALITY: Symbols = Symbols {
    unknown: "PER_???",
    names: &[
        (0, "PER_LINUX"),
        (6, "PER_BSD"),
        (8, "PER_LINUX32"),
        (12, "PER_RISCOS"),
        (15, "PER_OSF4"),
        (16, "PER_HPUX"),
    ],
};

/// The flags of a personality.
pub static PERSONALITY_FLAGS: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[
        (0x20000, "UNAME26"),
        (0x40000, "ADDR_NO_RANDOMIZE"),
        (0x80000, "FDPIC_FUNCPTRS"),
        (0x100000, "MMAP_PAGE_ZERO"),
        (0x200000, "ADDR_COMPAT_LAYOUT"),
        (0x400000, "READ_IMPLIES_EXEC"),
        (0x800000, "ADDR_LIMIT_32BIT"),
        (0x1000000, "SHORT_INODE"),
        (0x2000000, "WHOLE_SECONDS"),
        (0x4000000, "STICKY_TIMEOUTS"),
        (0x8000000, "ADDR_LIMIT_3GB"),
    ],
};

/// Operations of `seccomp`.
pub static SECCOMP: Symbols = Symbols {
    unknown: "SECCOMP_???",
    names: &[
        (0, "SECCOMP_SET_MODE_STRICT"),
        (1, "SECCOMP_SET_MODE_FILTER"),
        (2, "SECCOMP_GET_ACTION_AVAIL"),
        (3, "SECCOMP_GET_NOTIF_SIZES"),
    ],
};

/// `SECCOMP_SET_MODE_FILTER`
pub static SECCOMP_FILTER: Flags = Flags {
    unknown: "SECCOMP_FILTER_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "SECCOMP_FILTER_FLAG_TSYNC"),
        (0x2, "SECCOMP_FILTER_FLAG_LOG"),
        (0x4, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"),
        (0x8, "SECCOMP_FILTER_FLAG_NEW_LISTENER"),
        (0x10, "SECCOMP_FILTER_FLAG_TSYNC_ESRCH"),
        (0x20, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"),
    ],
};

/// Commands of `membarrier`; the answer to a query is a set of them.
pub static MEMBARRIER: Symbols = Symbols {
    unknown: "MEMBARRIER_CMD_???",
    names: &[
        (0, "MEMBARRIER_CMD_QUERY"),
        (1, "MEMBARRIER_CMD_GLOBAL"),
        (2, "MEMBARRIER_CMD_GLOBAL_EXPEDITED"),
        (4, "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED"),
        (8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED"),
        (16, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED"),
        (32, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE"),
        (64, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"),
        (128, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ"),
        (256, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"),
        (512, "MEMBARRIER_CMD_GET_REGISTRATIONS"),
    ],
};

/// The answer to `MEMBARRIER_CMD_QUERY`.
pub static MEMBARRIER_SET: Flags = Flags {
    unknown: "MEMBARRIER_CMD_???",
    field: (0, &[]),
    bits: &[
        (0x1, "MEMBARRIER_CMD_GLOBAL"),
        (0x2, "MEMBARRIER_CMD_GLOBAL_EXPEDITED"),
        (0x4, "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED"),
        (0x8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED"),
        (0x10, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED"),
        (0x20, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE"),
        (0x40, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"),
        (0x80, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ"),
        (0x100, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"),
        (0x200, "MEMBARRIER_CMD_GET_REGISTRATIONS"),
    ],
};

/// `membarrier`
pub static MEMBARRIER_FLAGS: Flags =
    Flags { unknown: "MEMBARRIER_CMD_FLAG_???", field: (0, &[]), bits: &[(0x1, "MEMBARRIER_CMD_FLAG_CPU")] };

/// `cpu_id` of `struct rseq`: a CPU, or none yet.
pub static RSEQ_CPU_IDS: Symbols = Symbols {
    unknown: "",
    names: &[
        (18446744073709551615, "RSEQ_CPU_ID_UNINITIALIZED"),
        (18446744073709551614, "RSEQ_CPU_ID_REGISTRATION_FAILED"),
    ],
};

/// `flags` of `struct rseq`.
pub static RSEQ_CS_FLAGS: Flags = Flags {
    unknown: "RSEQ_CS_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT"),
        (0x2, "RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL"),
        (0x4, "RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE"),
        (0x10, "RSEQ_CS_FLAG_SLICE_EXT_AVAILABLE"),
        (0x20, "RSEQ_CS_FLAG_SLICE_EXT_ENABLED"),
    ],
};

/// `rseq`
pub static RSEQ_FLAGS: Flags = Flags {
    unknown: "RSEQ_FLAG_???",
    field: (0, &[]),
    bits: &[(0x1, "RSEQ_FLAG_UNREGISTER"), (0x2, "RSEQ_FLAG_SLICE_EXT_DEFAULT_ON")],
};

/// The actions that a seccomp filter may return.
pub static SECCOMP_RETURNS: Symbols = Symbols {
    unknown: "SECCOMP_RET_???",
    names: &[
        (0x0, "SECCOMP_RET_KILL_THREAD"),
        (0x30000, "SECCOMP_RET_TRAP"),
        (0x50000, "SECCOMP_RET_ERRNO"),
        (0x7fc00000, "SECCOMP_RET_USER_NOTIF"),
        (0x7ff00000, "SECCOMP_RET_TRACE"),
        (0x7ffc0000, "SECCOMP_RET_LOG"),
        (0x7fff0000, "SECCOMP_RET_ALLOW"),
        (0x80000000, "SECCOMP_RET_KILL_PROCESS"),
    ],
};
