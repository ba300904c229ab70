//! `siginfo_t`: the data of a signal, or `waitid`'s report about a child.
//!
//! `si_code` and `si_signo` select the member of its union, as in the kernel's `siginfo_layout` (`kernel/signal.c`). The
//! offsets are those of `asm-generic/siginfo.h`.

use crate::{
    abi::Abi,
    decode::Decode,
    gather::Gather,
    names::{audit, errno, signal},
    snapshot::Place,
    table,
    types::Custom,
    value::{Name, Names, Value},
};
use alloc::{boxed::Box, format, vec::Vec};
use core::cell::Cell;

/// Size of `siginfo_t` on every ABI, in bytes.
pub const SIZE: usize = 128;

/// A `siginfo_t` behind a pointer or inside a structure.
pub static SIGINFO: Custom = Custom { gather, ..Custom::inside("siginfo_t", SIZE, place) };

fn gather(gather: &mut Gather<'_>, place: Place) {
    let Place::Memory { addr, phase } = place else { return };
    let depth = gather.scope.depth;
    if phase == gather.scope.phase && (depth.comm || depth.pidns) {
        let bytes = gather.scope.snapshot.read(phase, addr, SIZE);
        if bytes.len() == SIZE
            && let Some(pid) = sender(bytes, gather.scope.abi())
        {
            gather.process(pid);
        }
    }
}

/// The process that a structure names, if any.
pub fn sender(bytes: &[u8], abi: Abi) -> Option<i32> {
    let found = Cell::new(None);
    decode_with(bytes, abi, &mut Names::default(), &|pid| {
        found.set(Some(pid));
        Value::Int(0)
    });
    found.get()
}

fn place(decode: &mut Decode<'_>, place: Place) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let abi = decode.scope.abi();
    let bytes = decode.scope.snapshot.read(phase, addr, SIZE);
    if bytes.len() < SIZE {
        return Value::Addr(addr);
    }
    let scope = decode.scope;
    let pid = |pid| scope.pid(pid);
    decode_with(bytes, abi, decode.names(), &pid)
}

const SI_USER: i32 = 0;
const SI_KERNEL: i32 = 0x80;
const SI_TIMER: i32 = -2;
const SI_SIGIO: i32 = -5;
const SI_TKILL: i32 = -6;
const CLD_EXITED: i32 = 1;
const BUS_MCEERR_AR: i32 = 4;
const BUS_MCEERR_AO: i32 = 5;
const SEGV_BNDERR: i32 = 3;
const SEGV_PKUERR: i32 = 4;

/// The structure as strace writes it. `abi` is that of the layout: a 64-bit tracer gets its own layout from
/// `PTRACE_GETSIGINFO`, even for a 32-bit tracee. Missing bytes at the end count as zero.
///
/// ```
/// use syscalls::{abi::Abi, notation::Notation, records::siginfo, value::Names};
/// let (mut bytes, mut names, mut text) = ([0; siginfo::SIZE], Names::default(), String::new());
/// bytes[0] = 15;
/// bytes[16] = 7;
/// let value = siginfo::decode(&bytes, Abi::X86_64, &mut names);
/// Notation::default().value(&mut text, &value, &names);
/// assert_eq!(text, "{si_signo=SIGTERM, si_code=SI_USER, si_pid=7, si_uid=0}");
/// ```
pub fn decode(bytes: &[u8], abi: Abi, names: &mut Names) -> Value {
    decode_with(bytes, abi, names, &|pid| Value::Pid { pid, comm: None, ours: None })
}

/// The same, if more is known about the process that it names.
pub fn decode_with(bytes: &[u8], abi: Abi, names: &mut Names, pid: &dyn Fn(i32) -> Value) -> Value {
    let raw = Raw { bytes, abi };
    let (signo, error, code) = (raw.int(0), raw.int(4), raw.int(8));
    let mut fields = Fields { names, pid, fields: Vec::new() };
    if signo == 0 {
        return Value::Struct { fields: fields.fields, cut: false };
    }
    let signal = signal_name(signo, fields.names);
    fields.put("si_signo", signal);
    let value = code_name(signo, code, fields.names);
    fields.put("si_code", value);
    if error != 0 {
        let value = match u16::try_from(error).ok().and_then(errno::describe) {
            Some((name, _)) => Value::Word(fields.names.intern(name)),
            None => Value::Unsigned(u64::from(error as u32)),
        };
        fields.put("si_errno", value);
    }
    match (code, SIGNALS.get(signo.wrapping_sub(1) as usize).copied().unwrap_or(Kind::Other)) {
        (SI_USER | SI_TKILL, _) => fields.sender(&raw),
        (SI_TIMER, _) => {
            fields.put("si_timerid", Value::Hex(u64::from(raw.int(raw.union()) as u32)));
            fields.put("si_overrun", Value::Int(i64::from(raw.int(raw.union() + 4))));
            fields.attached(&raw);
        }
        (SI_SIGIO, _) | (1..=6, Kind::Poll) => {
            fields.put("si_band", Value::Int(raw.long(raw.union())));
            let fd = raw.int(raw.union() + abi.word());
            fields.put("si_fd", Value::Fd { fd, dir: false, path: None, detail: None });
        }
        (..0, _) => {
            fields.sender(&raw);
            fields.attached_unless_zero(&raw);
        }
        (_, Kind::Poll) => {}
        (_, Kind::Child) => fields.child(&raw, code),
        (_, Kind::Fault) => fields.fault(&raw, signo, code),
        (_, Kind::Call) => fields.call(&raw),
        (_, Kind::Other) => {
            if raw.int(raw.union()) != 0 || raw.int(raw.union() + 4) != 0 {
                fields.sender(&raw);
            }
            fields.attached_unless_zero(&raw);
        }
    }
    Value::Struct { fields: fields.fields, cut: false }
}

struct Raw<'a> {
    bytes: &'a [u8],
    abi: Abi,
}

impl Raw<'_> {
    /// Where the union begins: after three integers, aligned for the pointers in it.
    fn union(&self) -> usize {
        (3 * 4usize).next_multiple_of(self.abi.word())
    }

    fn int(&self, at: usize) -> i32 {
        let bytes = self.bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, i32::from_le_bytes)
    }

    fn word(&self, at: usize) -> u64 {
        let low = u64::from(self.int(at) as u32);
        if self.abi.word() == 8 { low | u64::from(self.int(at + 4) as u32) << 32 } else { low }
    }

    fn long(&self, at: usize) -> i64 {
        if self.abi.word() == 8 { self.word(at) as i64 } else { i64::from(self.int(at)) }
    }
}

struct Fields<'a> {
    names: &'a mut Names,
    pid: &'a dyn Fn(i32) -> Value,
    fields: Vec<(Option<Name>, Value)>,
}

impl Fields<'_> {
    fn put(&mut self, name: &'static str, value: Value) {
        self.fields.push((Some(self.names.intern(name)), value));
    }

    fn sender(&mut self, raw: &Raw<'_>) {
        let value = (self.pid)(raw.int(raw.union()));
        self.put("si_pid", value);
        // strace writes the uid -1, which means nobody, with its sign.
        let uid = raw.int(raw.union() + 4);
        self.put("si_uid", if uid == -1 { Value::Int(-1) } else { Value::Unsigned(u64::from(uid as u32)) });
    }

    fn attached(&mut self, raw: &Raw<'_>) {
        self.put("si_int", Value::Int(i64::from(raw.int(raw.union() + 8))));
        self.put("si_ptr", Value::Addr(raw.word(raw.union() + 8)));
    }

    fn attached_unless_zero(&mut self, raw: &Raw<'_>) {
        if raw.word(raw.union() + 8) != 0 {
            self.attached(raw);
        }
    }

    fn child(&mut self, raw: &Raw<'_>, code: i32) {
        self.sender(raw);
        let status = raw.int(raw.union() + 8);
        let value =
            if code == CLD_EXITED { Value::Int(i64::from(status)) } else { signal_name(status, self.names) };
        self.put("si_status", value);
        let times = (raw.union() + 12).next_multiple_of(raw.abi.word());
        self.put("si_utime", ticks(raw.word(times)));
        self.put("si_stime", ticks(raw.word(times + raw.abi.word())));
    }

    fn fault(&mut self, raw: &Raw<'_>, signo: i32, code: i32) {
        const SIGBUS: i32 = 7;
        const SIGSEGV: i32 = 11;
        let (union, word) = (raw.union(), raw.abi.word());
        self.put("si_addr", Value::Addr(raw.word(union)));
        match (signo, code) {
            (SIGBUS, BUS_MCEERR_AR | BUS_MCEERR_AO) => {
                self.put("si_addr_lsb", Value::Hex(u64::from(raw.int(union + word) as u16)));
            }
            (SIGSEGV, SEGV_BNDERR) => {
                self.put("si_lower", Value::Addr(raw.word(union + 2 * word)));
                self.put("si_upper", Value::Addr(raw.word(union + 3 * word)));
            }
            (SIGSEGV, SEGV_PKUERR) => {
                self.put("si_pkey", Value::Unsigned(u64::from(raw.int(union + 2 * word) as u32)));
            }
            _ => {}
        }
    }

    fn call(&mut self, raw: &Raw<'_>) {
        let (union, word) = (raw.union(), raw.abi.word());
        self.put("si_call_addr", Value::Addr(raw.word(union)));
        let number = u64::from(raw.int(union + word) as u32);
        let arch = u64::from(raw.int(union + word + 4) as u32);
        let value = call_number(raw.abi, arch, number, self.names);
        self.put("si_syscall", value);
        let found = audit::ARCHITECTURES.names.iter().find(|(value, _)| *value == arch);
        let name = found.map(|(_, name)| self.names.intern(name));
        let unknown = Some(self.names.intern(audit::ARCHITECTURES.unknown));
        self.put("si_arch", Value::Symbol { bits: arch, name, unknown });
    }
}

/// The number of a call on some architecture: by name if it is our own, else with the architecture.
pub fn call_number(own: Abi, arch: u64, number: u64, names: &mut Names) -> Value {
    let row = audit::abi(arch).and_then(|abi| Some((abi, table::row(abi, number)?)));
    match row {
        Some((abi, row)) if abi == own => Value::Word(names.intern(row.constant)),
        Some((_, row)) => Value::Noted(Box::new(Value::Unsigned(number)), row.name.into()),
        None => Value::Unsigned(number),
    }
}

/// `si_utime` is in clock ticks; every ABI has 100 per second.
fn ticks(ticks: u64) -> Value {
    match ticks {
        0 => Value::Unsigned(0),
        _ => Value::Noted(Box::new(Value::Unsigned(ticks)), format!("{}.{:02} s", ticks / 100, ticks % 100)),
    }
}

fn signal_name(signo: i32, names: &mut Names) -> Value {
    match u64::try_from(signo).ok().and_then(signal::name) {
        Some(name) => Value::Named { number: signo as u64, name: names.intern(name) },
        None => Value::Int(i64::from(signo)),
    }
}

fn code_name(signo: i32, code: i32, names: &mut Names) -> Value {
    const ANY: &[(i32, &str)] = &[
        (SI_USER, "SI_USER"),
        (SI_KERNEL, "SI_KERNEL"),
        (-1, "SI_QUEUE"),
        (SI_TIMER, "SI_TIMER"),
        (-3, "SI_MESGQ"),
        (-4, "SI_ASYNCIO"),
        (SI_SIGIO, "SI_SIGIO"),
        (SI_TKILL, "SI_TKILL"),
        (-7, "SI_DETHREAD"),
        (-60, "SI_ASYNCNL"),
    ];
    let any = ANY.iter().find(|(number, _)| *number == code).map(|(_, name)| *name);
    let own = || {
        let index = usize::try_from(code).ok()?.checked_sub(1)?;
        let table = CODES.iter().find(|(number, _)| *number == signo)?.1;
        table.get(index).copied().filter(|name| !name.is_empty())
    };
    match any.or_else(own) {
        Some(name) => {
            Value::Symbol { bits: u64::from(code as u32), name: Some(names.intern(name)), unknown: None }
        }
        None => Value::Hex(u64::from(code as u32)),
    }
}

/// The union member that a kernel-generated signal uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Other,
    Fault,
    Child,
    Poll,
    Call,
}

/// By signal number, from 1.
const SIGNALS: [Kind; 31] = {
    let mut kinds = [Kind::Other; 31];
    let faults = [4, 5, 7, 8, 11];
    let mut at = 0;
    while at < faults.len() {
        kinds[faults[at] - 1] = Kind::Fault;
        at += 1;
    }
    kinds[17 - 1] = Kind::Child;
    kinds[29 - 1] = Kind::Poll;
    kinds[31 - 1] = Kind::Call;
    kinds
};

/// The codes of a signal, from 1.
const CODES: &[(i32, &[&str])] = &[
    (
        4,
        &[
            "ILL_ILLOPC",
            "ILL_ILLOPN",
            "ILL_ILLADR",
            "ILL_ILLTRP",
            "ILL_PRVOPC",
            "ILL_PRVREG",
            "ILL_COPROC",
            "ILL_BADSTK",
            "ILL_BADIADDR",
        ],
    ),
    (5, &["TRAP_BRKPT", "TRAP_TRACE", "TRAP_BRANCH", "TRAP_HWBKPT", "TRAP_UNK", "TRAP_PERF"]),
    (7, &["BUS_ADRALN", "BUS_ADRERR", "BUS_OBJERR", "BUS_MCEERR_AR", "BUS_MCEERR_AO"]),
    (
        8,
        &[
            "FPE_INTDIV",
            "FPE_INTOVF",
            "FPE_FLTDIV",
            "FPE_FLTOVF",
            "FPE_FLTUND",
            "FPE_FLTRES",
            "FPE_FLTINV",
            "FPE_FLTSUB",
            "",
            "",
            "",
            "",
            "",
            "FPE_FLTUNK",
            "FPE_CONDTRAP",
        ],
    ),
    (
        11,
        &[
            "SEGV_MAPERR",
            "SEGV_ACCERR",
            "SEGV_BNDERR",
            "SEGV_PKUERR",
            "SEGV_ACCADI",
            "SEGV_ADIDERR",
            "SEGV_ADIPERR",
            "SEGV_MTEAERR",
            "SEGV_MTESERR",
            "SEGV_CPERR",
        ],
    ),
    (17, &["CLD_EXITED", "CLD_KILLED", "CLD_DUMPED", "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED"]),
    (29, &["POLL_IN", "POLL_OUT", "POLL_MSG", "POLL_ERR", "POLL_PRI", "POLL_HUP"]),
    (31, &["SYS_SECCOMP", "SYS_USER_DISPATCH"]),
];
