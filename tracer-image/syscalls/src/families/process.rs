//! Processes: creating, executing, waiting for and controlling them.

use crate::{
    names::{credentials::CAPABILITY, prctl::*, process::*},
    records::{
        filter::CALL_FILTER,
        iovec::{FILLED_IOVECS, IOVEC, IOVEC_ADDRESSES},
        namespaces::ENTERED,
        process::*,
        siginfo::SIGINFO,
    },
    rows,
    types::{Type::*, *},
};

/// The extended states of an x86 processor that a program may use, and one of them that it asks for.
const HELD_STATES: Type = Out(&One(&Explained(U64, &Flags(U64, &STATES))));
const STATE: Type = Explained(Ulong, &Symbol(Ulong, &STATE_NUMBERS));

/// What a speculation feature is set to.
const SPECULATION_SET: Type = Symbol(Ulong, &SPECULATION_SETTINGS);

/// The length of vectors that `prctl` returns, if anything is said beside it.
const SVE_LENGTH: Type = SwitchBits(
    RESULT,
    !0xffff,
    &[(0, Absent)],
    &Tail(Ulong, &Flags(Ulong, &SVE_VECTORS), 0xffff, &Hex(Ulong)),
);
const SME_LENGTH: Type = SwitchBits(
    RESULT,
    !0xffff,
    &[(0, Absent)],
    &Tail(Ulong, &Flags(Ulong, &SME_VECTORS), 0xffff, &Hex(Ulong)),
);

rows! {
    /// Creating, executing, waiting for and controlling processes.
    pub ROWS:
    clone [56, 120, 220, 120] PROCESS|CLONE (before: Custom(&CLONE_ENTRY), after: Custom(&CLONE_EXIT)) -> Pid => Custom(&ENTERED);
    clone3 [435, 435, 435, 435] PROCESS|CLONE (cl_args: Custom(&CLONE3_ARGS), size: Switch(RESULT, &[], &Int(Ulong))) -> Pid => Custom(&ENTERED);
    fork [57, 2, -, 2] PROCESS|CLONE () -> Pid;
    vfork [58, 190, -, 190] PROCESS|CLONE () -> Pid;
    execve [59, 11, 221, 11] FILE|PROCESS (pathname: In(&Path), argv: In(&Array(&In(&Str), Len::Zero)), envp: Custom(&ENVIRONMENT)) -> Int(I32);
    execveat [322, 358, 281, 387] FILE|DESC|PROCESS (dirfd: Dirfd, pathname: In(&Path), argv: In(&Array(&In(&Str), Len::Zero)), envp: Custom(&ENVIRONMENT), flags: Flags(I32, &EXECVEAT)) -> Int(I32);
    exit [60, 1, 93, 1] PROCESS (status: Int(I32)) -> Absent;
    exit_group [231, 252, 94, 248] PROCESS (status: Int(I32)) -> Absent;
    wait4 [61, 114, 260, 114] PROCESS (pid: Pid, status: Switch(RESULT, &[(0, Addr)], &Out(&Custom(&STATUS))), options: Flags(I32, &WAIT), usage: Switch(RESULT, &[(0, Addr)], &Out(&Struct(&RUSAGE)))) -> Pid;
    waitpid [-, 7, -, 7] PROCESS (pid: Pid, wstatus: Switch(RESULT, &[(0, Addr)], &Out(&Custom(&STATUS))), options: Flags(I32, &WAIT)) -> Pid;
    waitid [247, 284, 95, 280] PROCESS (idtype: Symbol(I32, &WAIT_IDS), id: Switch(idtype, &[(1, Pid), (2, Group), (3, Fd)], &Int(I32)), siginfo: Out(&Custom(&SIGINFO)), options: Flags(I32, &WAIT), usage: Out(&Struct(&RUSAGE))) -> Int(I32);
    pidfd_open [434, 434, 434, 434] DESC (pid: Pid, flags: Flags(U32, &PIDFD_OPEN)) -> Fd;
    pidfd_getfd [438, 438, 438, 438] DESC (pidfd: Fd, targetfd: Custom(&TARGET_FD), flags: Hex(U32)) -> Fd;
    getpid [39, 20, 172, 20] PURE () -> Pid;
    getppid [110, 64, 173, 64] PURE () -> Pid;
    gettid [186, 224, 178, 224] PURE () -> Pid;
    getpgrp [111, 65, -, 65] PURE () -> Group;
    getpgid [121, 132, 155, 132] (pid: Pid) -> Group;
    setpgid [109, 57, 154, 57] (pid: Pid, pgid: Group) -> Int(I32);
    getsid [124, 147, 156, 147] (pid: Pid) -> Group;
    setsid [112, 66, 157, 66] () -> Int(I32);
    set_tid_address [218, 258, 96, 256] (tidptr: Addr) -> Pid;
    set_robust_list [273, 311, 99, 338] (addr: Addr, length: Int(Ulong)) -> Int(I32);
    get_robust_list [274, 312, 100, 339] (pid: Pid, head_ptr: Out(&One(&Addr)), len_ptr: Out(&One(&Int(Ulong)))) -> Int(I32);
    rseq [334, 386, 293, 398] (rseq: In(&Extensible(&RSEQ, Len::Arg(rseq_len), 32)), rseq_len: Int(U32), flags: Flags(I32, &RSEQ_FLAGS), sig: Hex(U32)) -> Int(I32);
    membarrier [324, 375, 283, 389] (cmd: Symbol(I32, &MEMBARRIER), flags: Flags(U32, &MEMBARRIER_FLAGS), cpu_id: If(flags, 1, &Int(I32))) -> Switch(cmd, &[(0, Hex(I32))], &Int(I32)) => Switch(cmd, &[(0, Switch(RESULT, &[(0, Absent)], &Flags(I32, &MEMBARRIER_SET)))], &Absent);
    arch_prctl [158, 384, -, -] (op: Symbol(I32, &ARCH_PRCTL), addr: Switch(op, &[(0x1003, Out(&One(&Addr))), (0x1004, Out(&One(&Addr))), (0x1011, Absent), (0x1021, HELD_STATES), (0x1022, HELD_STATES), (0x1023, STATE), (0x1024, HELD_STATES), (0x1025, STATE)], &Hex(Ulong))) -> Int(I32);
    prctl [157, 172, 167, 172] CREDS (
        op: Symbol(I32, &OPTIONS),
        arg2: Switch(op, &[
            (1, SwitchBits(1, !0x7f, &[(0, Signal)], &Int(Ulong))), (2, Out(&One(&Signal))), (3, Absent), (4, Symbol(U32, &DUMPABLE)), (5, Out(&One(&Flags(U32, &UNALIGN)))), (6, Flags(U32, &UNALIGN)), (7, Absent), (8, Int(Ulong)),
            (9, Out(&One(&Int(U32)))), (10, Int(Ulong)), (11, Out(&One(&Int(U32)))), (12, Int(Ulong)), (13, Absent), (14, Int(Ulong)), (15, In(&Terminated(Len::Fixed(15)))), (16, Out(&Terminated(Len::Fixed(16)))),
            (19, Out(&One(&Int(U32)))), (20, Int(Ulong)), (21, Absent), (22, Symbol(Ulong, &SECCOMP_MODES)), (23, Symbol(Ulong, &CAPABILITY)), (24, Symbol(Ulong, &CAPABILITY)),
            (25, Out(&One(&Symbol(U32, &TSC)))), (26, Symbol(U32, &TSC)), (27, Absent), (28, Flags(Ulong, &SECUREBITS)), (29, PerAbi(&[Int(Long), Int(Ulong), Int(Long), Int(Long)])), (30, Absent), (31, Absent), (32, Absent),
            (33, Symbol(Ulong, &MCE_KILL)), (35, Symbol(U32, &SET_MM)), (36, Int(Ulong)), (37, Out(&One(&Int(U32)))), (38, Int(Ulong)), (40, Out(&One(&Addr))), (41, Int(Ulong)),
            (45, Flags(U32, &FP_MODES)), (46, Absent), (47, Symbol(Ulong, &CAP_AMBIENT)), (50, Tail(Ulong, &Flags(Ulong, &SVE_VECTORS), 0xffff, &Hex(Ulong))), (51, Absent), (52, Symbol(Ulong, &SPECULATION)), (53, Symbol(Ulong, &SPECULATION)),
            (54, Flags(Ulong, &KEYS)), (55, Flags(Ulong, &TAGGED_ADDRESSES)), (57, Int(Ulong)),
            (59, Symbol(Ulong, &DISPATCH)), (60, Flags(Ulong, &ENABLED_KEYS)), (62, Symbol(U32, &SCHED_CORE)), (63, Tail(Ulong, &Flags(Ulong, &SME_VECTORS), 0xffff, &Hex(Ulong))), (64, Absent), (65, Flags(U32, &MDWE)), (70, Absent),
            (71, Symbol(Ulong, &ICACHE_CONTEXTS)), (72, Symbol(Ulong, &DEXCR)), (73, Symbol(Ulong, &DEXCR)),
            (0x53564d41, Symbol(Ulong, &SET_VMA)), (0x59616d61, SwitchBits(1, 0xffff_ffff, &[(0xffff_ffff, Symbol(I32, &SET_PTRACER))], &Pid)),
        ], &Hex(Ulong)),
        arg3: Switch(op, &[
            (1, Absent), (2, Absent), (3, Absent), (4, Absent), (5, Absent), (6, Absent), (7, Absent), (8, Absent), (9, Absent), (10, Absent), (11, Absent), (12, Absent), (13, Absent), (14, Absent),
            (15, Absent), (16, Absent), (19, Absent), (20, Absent), (21, Absent), (22, SwitchBits(arg2, u64::MAX, &[(1, Absent), (2, In(&Struct(&CALL_FILTER)))], &Hex(Ulong))), (23, Absent), (24, Absent), (25, Absent), (26, Absent), (27, Absent),
            (28, Absent), (29, Absent), (30, Absent), (31, Absent), (32, Absent), (33, Switch(arg2, &[(1, Symbol(Ulong, &MCE_KILL_POLICY))], &Hex(Ulong))), (36, Absent), (37, Absent), (40, Absent), (45, Absent), (46, Absent),
            (47, Switch(arg2, &[(1, Symbol(Ulong, &CAPABILITY)), (2, Symbol(Ulong, &CAPABILITY)), (3, Symbol(Ulong, &CAPABILITY))], &Hex(Ulong))),
            (50, Absent), (51, Absent), (52, Absent), (53, SwitchBits(1, u64::MAX, &[(0, SPECULATION_SET), (1, SPECULATION_SET), (2, SPECULATION_SET)], &Hex(Ulong))), (60, Flags(Ulong, &ENABLED_KEYS)), (62, Pid), (63, Absent), (64, Absent), (69, Absent), (70, Absent), (71, Symbol(Ulong, &ICACHE_SCOPES)),
            (73, Flags(Ulong, &DEXCR_CONTROL)), (0x53564d41, SwitchBits(1, u64::MAX, &[(0, Addr)], &Hex(Ulong))), (0x59616d61, Absent),
        ], &Hex(Ulong)),
        arg4: Switch(op, &[
            (1, Absent), (2, Absent), (3, Absent), (4, Absent), (5, Absent), (6, Absent), (7, Absent), (8, Absent), (9, Absent), (10, Absent), (11, Absent), (12, Absent), (13, Absent), (14, Absent),
            (15, Absent), (16, Absent), (19, Absent), (20, Absent), (21, Absent), (22, SwitchBits(arg2, u64::MAX, &[(1, Absent), (2, Absent)], &Hex(Ulong))), (23, Absent), (24, Absent), (25, Absent), (26, Absent), (27, Absent),
            (28, Absent), (29, Absent), (30, Absent), (31, Absent), (32, Absent), (36, Absent), (37, Absent), (40, Absent), (45, Absent), (46, Absent),
            (50, Absent), (51, Absent), (52, Absent), (53, Absent), (62, Symbol(U32, &PID_TYPES)), (63, Absent), (64, Absent), (69, Absent), (70, Absent), (71, Absent), (0x53564d41, SwitchBits(1, u64::MAX, &[(0, Int(Ulong))], &Hex(Ulong))), (0x59616d61, Absent),
        ], &Hex(Ulong)),
        arg5: Switch(op, &[
            (1, Absent), (2, Absent), (3, Absent), (4, Absent), (5, Absent), (6, Absent), (7, Absent), (8, Absent), (9, Absent), (10, Absent), (11, Absent), (12, Absent), (13, Absent), (14, Absent),
            (15, Absent), (16, Absent), (19, Absent), (20, Absent), (21, Absent), (22, SwitchBits(arg2, u64::MAX, &[(1, Absent), (2, Absent)], &Hex(Ulong))), (23, Absent), (24, Absent), (25, Absent), (26, Absent), (27, Absent),
            (28, Absent), (29, Absent), (30, Absent), (31, Absent), (32, Absent), (36, Absent), (37, Absent), (40, Absent), (45, Absent), (46, Absent),
            (50, Absent), (51, Absent), (52, Absent), (53, Absent), (59, Addr), (63, Absent), (64, Absent), (69, Absent), (70, Absent), (71, Absent), (0x53564d41, SwitchBits(1, u64::MAX, &[(0, In(&Str))], &Hex(Ulong))), (0x59616d61, Absent),
        ], &Hex(Ulong)),
    ) -> Switch(op, &[(27, Hex(I32)), (50, Hex(I32)), (51, Hex(I32)), (63, Hex(I32)), (64, Hex(I32)), (52, Hex(I32)), (66, Hex(I32)), (30, Int(Ulong))], &Int(Long)) => Switch(op, &[(3, Symbol(I32, &DUMPABLE)), (27, Switch(RESULT, &[(0, Absent)], &Flags(I32, &SECUREBITS))), (34, Symbol(I32, &MCE_KILL_POLICY)), (50, SVE_LENGTH), (51, SVE_LENGTH), (63, SME_LENGTH), (64, SME_LENGTH), (52, Switch(RESULT, &[(0, Absent)], &Flags(I32, &SPECULATION_CONTROL))), (66, SwitchBits(RESULT, 3, &[(0, Absent)], &Flags(I32, &MDWE)))], &Absent);
    ptrace [101, 26, 117, 26] (
        op: Symbol(Long, &PTRACE),
        pid: Switch(op, &[(0, Absent)], &Pid),
        addr: Switch(op, &[(0, Absent), (8, Absent), (12, Absent), (13, Absent), (14, Absent), (15, Absent), (16, Absent), (0x4204, Symbol(Ulong, &REGISTER_SETS)), (0x4205, Symbol(Ulong, &REGISTER_SETS)), (0x4207, Absent), (0x4208, Absent),
            (0x420a, Int(Ulong)), (0x420b, Int(Ulong)), (0x420c, Int(Ulong)), (0x420d, Int(Ulong)), (0x420e, Int(Ulong)), (0x4212, Int(Ulong))], &Addr),
        data: Switch(op, &[(0, Absent), (8, Absent), (16, Absent), (0x4207, Absent), (0x4208, Absent), (7, Signal), (9, Signal), (17, Signal), (24, Signal), (31, Signal), (32, Signal), (33, Signal), (21, Flags(Ulong, &PTRACE_OPTIONS)), (0x4200, Flags(Ulong, &PTRACE_OPTIONS)),
            (0x4201, Out(&One(&Int(Ulong)))), (1, Out(&One(&Addr))), (2, Out(&One(&Addr))), (3, Out(&One(&Addr))), (0x4204, In(&Struct(&IOVEC_ADDRESSES))), (0x4205, In(&Struct(&IOVEC_ADDRESSES))), (0x4202, Out(&Custom(&SIGINFO))), (0x4203, In(&Custom(&SIGINFO))), (0x4206, Flags(Ulong, &PTRACE_OPTIONS))], &Addr),
    ) -> Int(Long);
    seccomp [317, 354, 277, 383] (operation: Symbol(U32, &SECCOMP), flags: Switch(operation, &[(0, Hex(U32)), (1, Flags(U32, &SECCOMP_FILTER))], &Hex(U32)), args: Switch(operation, &[(1, In(&Struct(&CALL_FILTER))), (2, In(&One(&Symbol(U32, &SECCOMP_RETURNS)))), (3, Out(&Struct(&NOTIF_SIZES)))], &Addr)) -> Int(I32);
    unshare [272, 310, 97, 337] (flags: Flags(Ulong, &UNSHARE)) -> Int(I32) => Custom(&ENTERED);
    setns [308, 346, 268, 375] DESC (fd: Fd, nstype: Flags(I32, &SETNS)) -> Int(I32) => Custom(&ENTERED);
    personality [135, 136, 92, 136] (persona: Switch(persona, &[(0xffff_ffff, Hex(U32))], &Mixed(U32, &PERSONALITY, 0xff, &PERSONALITY_FLAGS))) -> Hex(U32) => Mixed(U32, &PERSONALITY, 0xff, &PERSONALITY_FLAGS);
    kcmp [312, 349, 272, 378] (pid1: Pid, pid2: Pid, type_: Symbol(I32, &KCMP), idx1: Switch(type_, &[(0, Int(I32)), (1, Absent), (2, Absent), (3, Absent), (4, Absent), (5, Absent), (6, Absent), (7, Int(I32))], &Hex(Ulong)), idx2: Switch(type_, &[(0, Int(I32)), (1, Absent), (2, Absent), (3, Absent), (4, Absent), (5, Absent), (6, Absent), (7, In(&Struct(&EPOLL_SLOT)))], &Hex(Ulong))) -> Int(I32);
    process_vm_readv [310, 347, 270, 376] (pid: Pid, local_iov: Sized(&FILLED_IOVECS, Len::Arg(liovcnt)), liovcnt: Int(Ulong), remote_iov: In(&Array(&Struct(&IOVEC_ADDRESSES), Len::Arg(riovcnt))), riovcnt: Int(Ulong), flags: Int(Ulong)) -> Int(Long);
    process_vm_writev [311, 348, 271, 377] (pid: Pid, local_iov: In(&Array(&Struct(&IOVEC), Len::Arg(liovcnt))), liovcnt: Int(Ulong), remote_iov: In(&Array(&Struct(&IOVEC_ADDRESSES), Len::Arg(riovcnt))), riovcnt: Int(Ulong), flags: Int(Ulong)) -> Int(Long);
    process_mrelease [448, 448, 448, 448] DESC (pidfd: Fd, flags: Hex(U32)) -> Int(I32);
    getrlimit [97, 76, 163, 76] (resource: Symbol(U32, &RLIMITS), rlim: Out(&Struct(&RLIMIT))) -> Int(I32);
    ugetrlimit [-, 191, -, 191] (resource: Symbol(U32, &RLIMITS), rlim: Out(&Struct(&RLIMIT))) -> Int(I32);
    setrlimit [160, 75, 164, 75] (resource: Symbol(U32, &RLIMITS), rlim: In(&Struct(&RLIMIT))) -> Int(I32);
    prlimit64 [302, 340, 261, 369] (pid: Pid, resource: Symbol(U32, &RLIMITS), new_limit: In(&Struct(&RLIMIT64)), old_limit: Out(&Struct(&RLIMIT64))) -> Int(I32);
    getrusage [98, 77, 165, 77] (who: Symbol(I32, &RUSAGE_WHO), usage: Out(&Struct(&RUSAGE))) -> Int(I32);
    times [100, 43, 153, 43] (buf: Out(&Struct(&TMS))) -> Int(Long);
}
