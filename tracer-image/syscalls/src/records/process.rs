//! Process structures: start, end and resource limits.

use crate::{
    abi::Abi,
    decode::{Decode, open_fd},
    gather::{Gather, PASSES},
    names::{
        process::{CLONE, CLONE3},
        signal,
    },
    records::{ldt::SEGMENT, time::TIMEVAL},
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I32, Len, Record,
        Type::{self, *},
        U8, U16, U32, U64, Ulong, When,
    },
    value::{Name, Value},
};
use alloc::{boxed::Box, format, vec::Vec};

/// A wait status behind a pointer: `[{WIFEXITED(s) && WEXITSTATUS(s) == 0}]`.
pub static STATUS: Custom = Custom::inside("wait status", 4, status);

fn status(decode: &mut Decode<'_>, place: Place) -> Value {
    let (Place::Memory { addr, .. } | Place::Register(addr)) = place;
    let Some(status) = decode.scope.load(place, U32) else { return Value::Addr(addr) };
    let signal_of = |decode: &mut Decode<'_>, number| match signal::name(number) {
        Some(name) => Value::Word(decode.name(name)),
        None => Value::Unsigned(number),
    };
    // The macros of wait(2): the low seven bits say how it ended, the next byte is the detail.
    let (how, what, event) = (status & 0x7f, (status >> 8) & 0xff, status >> 16);
    let mut terms = Vec::new();
    match how {
        0 => {
            terms.push((Value::Word(decode.name("WIFEXITED(s)")), None));
            terms.push((Value::Word(decode.name("WEXITSTATUS(s)")), Some(Value::Unsigned(what))));
        }
        0x7f if status & 0xffff == 0xffff => {
            terms.push((Value::Word(decode.name("WIFCONTINUED(s)")), None));
        }
        0x7f => {
            terms.push((Value::Word(decode.name("WIFSTOPPED(s)")), None));
            let stop = match what {
                // PTRACE_O_TRACESYSGOOD marks the stop of a system call like this.
                0x85 => Value::Word(decode.name("SIGTRAP | 0x80")),
                what => signal_of(decode, what),
            };
            terms.push((Value::Word(decode.name("WSTOPSIG(s)")), Some(stop)));
        }
        signal => {
            terms.push((Value::Word(decode.name("WIFSIGNALED(s)")), None));
            let signal = signal_of(decode, signal);
            terms.push((Value::Word(decode.name("WTERMSIG(s)")), Some(signal)));
            if status & 0x80 != 0 {
                terms.push((Value::Word(decode.name("WCOREDUMP(s)")), None));
            }
        }
    }
    let terms = Value::Status(terms);
    let shifted = match event {
        _ if how != 0x7f || status & 0xffff == 0xffff => None,
        1 => Some("PTRACE_EVENT_FORK<<16"),
        2 => Some("PTRACE_EVENT_VFORK<<16"),
        3 => Some("PTRACE_EVENT_CLONE<<16"),
        4 => Some("PTRACE_EVENT_EXEC<<16"),
        5 => Some("PTRACE_EVENT_VFORK_DONE<<16"),
        6 => Some("PTRACE_EVENT_EXIT<<16"),
        7 => Some("PTRACE_EVENT_SECCOMP<<16"),
        128 => Some("PTRACE_EVENT_STOP<<16"),
        _ => None,
    };
    let value = match shifted {
        Some(event) => Value::Or([terms, Value::Word(decode.name(event))].into()),
        None => terms,
    };
    Value::Pointee(Box::new(value))
}

/// `struct rusage`: times first, the rest with `-v`.
pub static RUSAGE: Record = Record {
    name: "rusage",
    fields: &[
        Field::new("ru_utime", Struct(&TIMEVAL)),
        Field::new("ru_stime", Struct(&TIMEVAL)),
        Field::verbose("ru_maxrss", Int(Ulong)),
        Field::verbose("ru_ixrss", Int(Ulong)),
        Field::verbose("ru_idrss", Int(Ulong)),
        Field::verbose("ru_isrss", Int(Ulong)),
        Field::verbose("ru_minflt", Int(Ulong)),
        Field::verbose("ru_majflt", Int(Ulong)),
        Field::verbose("ru_nswap", Int(Ulong)),
        Field::verbose("ru_inblock", Int(Ulong)),
        Field::verbose("ru_oublock", Int(Ulong)),
        Field::verbose("ru_msgsnd", Int(Ulong)),
        Field::verbose("ru_msgrcv", Int(Ulong)),
        Field::verbose("ru_nsignals", Int(Ulong)),
        Field::verbose("ru_nvcsw", Int(Ulong)),
        Field::verbose("ru_nivcsw", Int(Ulong)),
    ],
};

/// `struct rlimit64`
pub static RLIMIT64: Record = Record {
    name: "rlimit64",
    fields: &[Field::new("rlim_cur", Limit(U64)), Field::new("rlim_max", Limit(U64))],
};

/// `struct rlimit`
pub static RLIMIT: Record = Record {
    name: "rlimit",
    fields: &[Field::new("rlim_cur", Limit(Ulong)), Field::new("rlim_max", Limit(Ulong))],
};

/// `struct tms`
pub static TMS: Record = Record {
    name: "tms",
    fields: &[
        Field::new("tms_utime", Int(Ulong)),
        Field::new("tms_stime", Int(Ulong)),
        Field::new("tms_cutime", Int(Ulong)),
        Field::new("tms_cstime", Int(Ulong)),
    ],
};

/// The environment of an `execve`: its address and size, or with `-v` all of it.
pub static ENVIRONMENT: Custom = Custom {
    name: "environment",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        let Some(addr) = gather.scope.pointer(place) else { return };
        if gather.scope.depth.verbose {
            return gather.visit(&STRINGS, place);
        }
        if gather.scope.phase == Phase::Entry {
            environment(gather.scope, addr, |at, len| gather.want(at, len));
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let addr = decode.scope.pointer(place).unwrap_or(0);
        if decode.scope.depth.verbose && decode.scope.depth.dereference {
            return decode.value(&STRINGS, place);
        }
        let (count, ended) = environment(decode.scope, addr, |_, _| {});
        if addr == 0 || (count == 0 && !ended) || !decode.scope.depth.dereference {
            return Value::Addr(addr);
        }
        let vars = if count == 1 { "var" } else { "vars" };
        let behind = addr.wrapping_add((count * decode.scope.abi().pointer()) as u64);
        let end = match ended {
            true => "",
            false if decode.scope.snapshot.missed(behind) => ", the rest not captured",
            false => ", unterminated",
        };
        Value::Noted(Box::new(Value::Addr(addr)), format!("{count} {vars}{end}"))
    },
};

/// `argv` and similar: pointers to strings, up to a null pointer.
pub static STRINGS: Type = In(&Array(&In(&Str), Len::Zero));

/// Counts pointers up to a null pointer. Says whether that was found, and asks for what is missing.
fn environment(
    scope: crate::gather::Scope<'_>,
    addr: u64,
    mut want: impl FnMut(u64, usize),
) -> (usize, bool) {
    let word = scope.abi().pointer();
    let mut count = 0;
    let mut at = addr;
    // In pieces of growing size, one after another: an environment is seldom larger than the first.
    for bite in 0..PASSES - 1 {
        let len = 1024 << bite;
        if !scope.snapshot.asked(Phase::Entry, at, len) {
            want(at, len);
            return (count, false);
        }
        let bytes = scope.snapshot.read(Phase::Entry, at, len);
        for pointer in bytes.chunks_exact(word) {
            if pointer.iter().all(|byte| *byte == 0) {
                return (count, true);
            }
            count += 1;
        }
        if bytes.len() < len {
            break;
        }
        at = at.wrapping_add(len as u64);
    }
    (count, false)
}

/// `clone`'s stack and flags, which are written at entry, in this order on every ABI.
pub static CLONE_ENTRY: Custom = Custom::inside("clone, before", 0, |decode: &mut Decode<'_>, _| {
    let [flags, stack, ..] = decode.scope.snapshot.args;
    let flags = if decode.scope.abi().word() == 8 { flags } else { flags & 0xffff_ffff };
    let mut parts = Vec::new();
    if flags & !0xff != 0 {
        parts.push(decode.flags(flags & !0xff, &CLONE));
    }
    // The low byte is the signal that the parent gets.
    match signal::name(flags & 0xff) {
        Some(name) => parts.push(Value::Named { number: flags & 0xff, name: decode.name(name) }),
        None if flags & 0xff != 0 || flags == 0 => parts.push(Value::Unsigned(flags & 0xff)),
        None => {}
    }
    let stack = Value::Field(decode.name("child_stack"), Box::new(Value::Addr(stack)));
    let flags = Value::Field(decode.name("flags"), Box::new(Value::Or(parts)));
    Value::List([stack, flags].into())
});

const CLONE_PIDFD: u64 = 0x1000;
/// The process begins in a control group.
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;
const CLONE_SETTLS: u64 = 0x8_0000;
const CLONE_PARENT_SETTID: u64 = 0x10_0000;
const CLONE_CHILD_CLEARTID: u64 = 0x20_0000;
const CLONE_CHILD_SETTID: u64 = 0x100_0000;

/// The arguments of `clone` that its flags ask for, and what it returned through them.
pub static CLONE_EXIT: Custom = Custom {
    name: "clone, after",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, _| {
        let [flags, _, parent, ..] = gather.scope.snapshot.args;
        let wanted = flags & (CLONE_PARENT_SETTID | CLONE_PIDFD) != 0;
        if wanted && gather.scope.phase == Phase::Exit && gather.scope.snapshot.success().is_some() {
            gather.want(parent, 4);
            gather_given_back(gather, parent, flags & CLONE_PIDFD != 0);
        }
    },
    decode: |decode: &mut Decode<'_>, _| {
        let [flags, _, parent, fourth, fifth, _] = decode.scope.snapshot.args;
        // CONFIG_CLONE_BACKWARDS: only x86_64 has the child's tid before the thread-local storage (clone(2)).
        let (child, tls) = if decode.scope.abi() == Abi::X86_64 { (fourth, fifth) } else { (fifth, fourth) };
        let mut items = Vec::new();
        if flags & (CLONE_PARENT_SETTID | CLONE_PIDFD) != 0 {
            let value = given_back(decode, parent, flags & CLONE_PIDFD != 0);
            items.push(Value::Field(decode.name("parent_tid"), Box::new(value)));
        }
        if flags & CLONE_SETTLS != 0 {
            items.push(Value::Field(decode.name("tls"), Box::new(Value::Addr(tls))));
        }
        if flags & (CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID) != 0 {
            items.push(Value::Field(decode.name("child_tidptr"), Box::new(Value::Addr(child))));
        }
        Value::List(items)
    },
};

/// Asks for what a descriptor behind a pointer is open on.
fn gather_given_back(gather: &mut Gather<'_>, addr: u64, descriptor: bool) {
    let place = Place::Memory { addr, phase: Phase::Exit };
    match gather.scope.load(place, I32) {
        Some(fd) if descriptor => gather.descriptor(fd as i32),
        Some(pid) => gather.process(pid as i32),
        None => {}
    }
}

/// A number that the kernel wrote behind a pointer: `[17]`, or the pointer if it did not.
fn given_back(decode: &mut Decode<'_>, addr: u64, descriptor: bool) -> Value {
    let place = Place::Memory { addr, phase: Phase::Exit };
    match decode.scope.load(place, I32).filter(|_| decode.scope.snapshot.success().is_some()) {
        Some(fd) if descriptor => Value::Pointee(Box::new(decode.fd(fd as i32, false))),
        Some(number) => Value::Pointee(Box::new(decode.pid(number as i32))),
        None => Value::Addr(addr),
    }
}

/// The thread-local storage, which on i386 is given as a segment.
static THREAD_STORAGE: [Type; 4] = [
    If(0, CLONE_SETTLS, &Wide(&Addr)),
    If(0, CLONE_SETTLS, &Wide(&In(&Struct(&SEGMENT)))),
    If(0, CLONE_SETTLS, &Wide(&Addr)),
    If(0, CLONE_SETTLS, &Wide(&Addr)),
];

/// The ids that the new process is to have in its PID namespaces, of which there is a limited number.
const CHOSEN_PIDS: Type =
    SwitchBits(9, u64::MAX, &[(0, Wide(&Addr))], &Wide(&AtMost(9, 32, &In(&Array(&Pid, Len::Arg(9))))));

/// `struct clone_args`. The types of its fields refer to other fields by index.
static CLONE_ARGS: Record = Record {
    name: "clone_args",
    fields: &[
        Field::new("flags", Flags(U64, &CLONE3)),
        Field::new("pidfd", If(0, CLONE_PIDFD, &Wide(&Addr))),
        Field::new("child_tid", If(0, CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID, &Wide(&Addr))),
        Field::new("parent_tid", If(0, CLONE_PARENT_SETTID, &Wide(&Addr))),
        // More than a signal's number does not fit any signal.
        Field::new("exit_signal", SwitchBits(4, !0x7f, &[(0, Signal)], &Int(U64))),
        Field::new("stack", Wide(&Addr)),
        Field::new("stack_size", Hex(U64)),
        Field::new("tls", PerAbi(&THREAD_STORAGE)),
        Field::new(
            "set_tid",
            SwitchBits(
                8,
                u64::MAX,
                &[(0, SwitchBits(9, u64::MAX, &[(0, Absent)], &CHOSEN_PIDS))],
                &CHOSEN_PIDS,
            ),
        ),
        Field::new(
            "set_tid_size",
            SwitchBits(8, u64::MAX, &[(0, SwitchBits(9, u64::MAX, &[(0, Absent)], &Int(U64)))], &Int(U64)),
        ),
        Field::since(
            81,
            "cgroup",
            SwitchBits(
                0,
                CLONE_INTO_CGROUP,
                &[(0, SwitchBits(10, u64::MAX, &[(0, Absent)], &Int(U64)))],
                &Int(U64),
            ),
        ),
        Field::new("", Beyond),
    ],
};

/// `clone3`'s structure as given, followed by what the kernel wrote through it.
pub static CLONE3_ARGS: Custom = Custom {
    name: "clone_args",
    size: 0,
    when: When::Both,
    gather: |gather: &mut Gather<'_>, place| {
        gather.visit(&CLONE3_GIVEN, place);
        if gather.scope.phase == Phase::Exit && gather.scope.snapshot.success().is_some() {
            let Some(addr) = gather.scope.pointer(place) else { return };
            for (_, flag, pointer) in clone3_results(gather.scope, addr) {
                gather.want(pointer, 4);
                gather_given_back(gather, pointer, flag == CLONE_PIDFD);
            }
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        if decode.scope.phase == Phase::Entry {
            return decode.value(&CLONE3_GIVEN, place);
        }
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let mut fields: Vec<(Option<Name>, Value)> = Vec::new();
        if decode.scope.snapshot.success().is_some() {
            for (name, flag, pointer) in clone3_results(decode.scope, addr) {
                let value = given_back(decode, pointer, flag == CLONE_PIDFD);
                fields.push((Some(decode.name(name)), value));
            }
        }
        match fields.is_empty() {
            true => Value::List(fields.into_iter().map(|(_, value)| value).collect()),
            false => Value::After(Box::new(Value::Struct { fields, cut: false })),
        }
    },
};

/// The first version of the structure has 64 bytes (`CLONE_ARGS_SIZE_VER0`); argument 1 is the size that the caller knows.
static CLONE3_GIVEN: Type = In(&Extensible(&CLONE_ARGS, Len::Arg(1), 64));

/// The pointers behind which the kernel wrote a number, for the flags that ask for it.
fn clone3_results(
    scope: crate::gather::Scope<'_>,
    addr: u64,
) -> impl Iterator<Item = (&'static str, u64, u64)> {
    let at = move |offset| Place::Memory { addr: addr.wrapping_add(offset), phase: Phase::Entry };
    let flags = scope.load(at(0), U64).unwrap_or(0);
    let results = [("pidfd", CLONE_PIDFD, 8), ("parent_tid", CLONE_PARENT_SETTID, 24)];
    results
        .into_iter()
        .filter(move |(_, flag, _)| flags & flag != 0)
        .map(move |(name, flag, offset)| (name, flag, scope.load(at(offset), U64).unwrap_or(0)))
}

/// `struct kcmp_epoll_slot`
pub static EPOLL_SLOT: Record = Record {
    name: "kcmp_epoll_slot",
    fields: &[Field::new("efd", Int(U32)), Field::new("tfd", Int(U32)), Field::new("toff", Int(U32))],
};

/// Instead of a CPU: why there is none.
const NO_CPU: &[(u64, Type)] = &[
    (0xffff_ffff, Symbol(I32, &crate::names::process::RSEQ_CPU_IDS)),
    (0xffff_fffe, Symbol(I32, &crate::names::process::RSEQ_CPU_IDS)),
];

/// `struct rseq`: 32 bytes that every thread registers. Fields that were added later are not part of the registered size.
pub static RSEQ: Record = Record {
    name: "rseq",
    fields: &[
        Field::new("cpu_id_start", Switch(0, NO_CPU, &Int(U32))),
        Field::new("cpu_id", Switch(1, NO_CPU, &Int(U32))),
        Field::new("rseq_cs", Located(&Wide(&In(&Struct(&RSEQ_SECTION))))),
        Field::new("flags", Flags(U32, &crate::names::process::RSEQ_CS_FLAGS)),
        Field::new("node_id", Int(U32)),
        Field::new("mm_cid", Int(U32)),
        Field::new("slice_ctrl", Struct(&RSEQ_SLICE)),
        Field::new("__reserved", Hex(U8)),
    ],
};

/// `struct rseq_cs`: the part of the program that is to be restarted.
static RSEQ_SECTION: Record = Record {
    name: "rseq_cs",
    fields: &[
        Field::new("version", Int(U32)),
        Field::new("flags", Flags(U32, &crate::names::process::RSEQ_CS_FLAGS)),
        Field::new("start_ip", Hex(U64)),
        Field::new("post_commit_offset", Hex(U64)),
        Field::new("abort_ip", Hex(U64)),
    ],
};

static RSEQ_SLICE: Record = Record {
    name: "rseq_slice_ctrl",
    fields: &[
        Field::new("request", Int(U8)),
        Field::new("granted", Int(U8)),
        Field::new("__reserved", Hex(U16)),
    ],
};

/// `struct seccomp_notif_sizes`
pub static NOTIF_SIZES: Record = Record {
    name: "seccomp_notif_sizes",
    fields: &[
        Field::new("seccomp_notif", Int(U16)),
        Field::new("seccomp_notif_resp", Int(U16)),
        Field::new("seccomp_data", Int(U16)),
    ],
};

/// The call that a `restart_syscall` continues.
pub static RESUMED: Custom = Custom::inside("restart_syscall", 0, |decode: &mut Decode<'_>, _| {
    Value::Resuming(decode.name(decode.scope.snapshot.interrupted.unwrap_or("system call")))
});

/// The call's copy of another process's descriptor: it is open on the same file.
pub static TARGET_FD: Custom = Custom {
    name: "descriptor of another process",
    size: 4,
    when: When::Exit,
    gather: |_: &mut Gather<'_>, _| {},
    decode: |decode: &mut Decode<'_>, place| {
        let fd = decode.scope.load(place, I32).unwrap_or(0) as i32;
        let snapshot = decode.scope.snapshot;
        let from = snapshot.descriptor(Phase::Entry, decode.scope.argument(0) as i32);
        // `anon_inode:[pidfd]`, or `pidfd:[1234]` since Linux 6.9.
        let known = from.is_some_and(|from| {
            from.path.starts_with(b"anon_inode:[pidfd]") || from.path.starts_with(b"pidfd:")
        });
        let made = snapshot.success().filter(|_| decode.scope.depth.paths && known);
        open_fd(fd, false, made.and_then(|made| snapshot.descriptor(Phase::Exit, made as i32)))
    },
};
