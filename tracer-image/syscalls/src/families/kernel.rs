//! Calls that load something into the kernel, or watch what runs in it.

use crate::{
    names::{bpf::COMMANDS, kernel::*, lsm::*, perf::PERF},
    records::{
        bpf::{BPF_ATTRIBUTES, BPF_SIZES},
        kernel::*,
        perf::PERF_ATTRIBUTE,
    },
    rows,
    types::{Type::*, *},
};

/// The most segments that `kexec_load` accepts (`KEXEC_SEGMENT_MAX` of `linux/kexec.h`).
const SEGMENTS: u64 = 16;

/// An attribute of `bpf` is at most a page (`bpf_check_uarg_tail_zero` in `kernel/bpf/syscall.c`).
const PAGE: u64 = 4096;
/// Commands of `bpf` that return a descriptor.
const MADE: &[(u64, Type)] = &[
    (0, Fd),
    (5, Fd),
    (7, Fd),
    (13, Fd),
    (14, Fd),
    (17, Fd),
    (18, Fd),
    (19, Fd),
    (28, Fd),
    (30, Fd),
    (32, Fd),
    (33, Fd),
    (36, Fd),
];

rows! {
    /// Kernels, modules, programs and what watches them.
    pub ROWS:
    perf_event_open [298, 336, 241, 364] DESC (attr: In(&PERF_ATTRIBUTE), pid: Pid, cpu: Int(I32), group_fd: Fd, flags: Flags(Ulong, &PERF)) -> Fd;
    bpf [321, 357, 280, 386] DESC (cmd: Symbol(U32, &COMMANDS), attr: AtMost(size, PAGE, &Switch(cmd, BPF_ATTRIBUTES, &Addr)), size: Switch(cmd, BPF_SIZES, &Int(U32))) -> SwitchBits(size, u64::MAX, &[(0, Int(I32))], &Switch(cmd, MADE, &Int(I32)));
    finit_module [313, 350, 273, 379] DESC (fd: Fd, param_values: In(&Str), flags: Flags(I32, &MODULE)) -> Int(I32);
    kexec_file_load [320, -, 294, 401] DESC (kernel_fd: Fd, initrd_fd: Fd, cmdline_len: Int(Ulong), cmdline: In(&Bytes(Len::Arg(cmdline_len))), flags: Flags(Ulong, &KEXEC_FILE)) -> Int(I32);
    kexec_load [246, 283, 104, 347] (entry: Addr, nr_segments: Int(Ulong), segments: AtMost(nr_segments, SEGMENTS, &In(&Array(&Struct(&KEXEC_SEGMENT), Len::Arg(nr_segments)))), flags: Mixed(Ulong, &KEXEC_MACHINE, 0xffff_0000, &KEXEC)) -> Int(I32);
    lsm_get_self_attr [459, 459, 459, 459] (attr: Symbol(U32, &ATTRIBUTES), ctx: Custom(&CONTEXTS), size: Custom(&SIZE_TOLD), flags: Flags(U32, &LSM_FLAGS)) -> Int(I32);
    lsm_set_self_attr [460, 460, 460, 460] (attr: Symbol(U32, &ATTRIBUTES), ctx: Custom(&CONTEXT), size: Int(U32), flags: Hex(U32)) -> Int(I32);
    lsm_list_modules [461, 461, 461, 461] (ids: Custom(&MODULES_LISTED), size: Custom(&SIZE_TOLD), flags: Hex(U32)) -> Int(I32);
    listns [470, 470, 470, 470] (req: In(&Extensible(&NAMESPACES_ASKED, Len::AtArg(req), 4)), ns_ids: Out(&Array(&Hex(U64), Len::Ret(nr_ns_ids))), nr_ns_ids: Int(Ulong), flags: Hex(U32)) -> Int(Long);
    uretprobe [335, -, -, -] () -> Int(Long);
    uprobe [336, -, -, -] (arg1: Hex(Ulong), arg2: Hex(Ulong), arg3: Hex(Ulong), arg4: Hex(Ulong), arg5: Hex(Ulong), arg6: Hex(Ulong)) -> Int(Long);
}
