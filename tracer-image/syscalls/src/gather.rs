//! The gather plan of a row: which bytes to copy at a stop. It is found by walking the row's types over what is known.
//!
//! A pass asks for everything that the registers and the copied bytes point to. The tracer copies it and asks again until
//! nothing is missing. Flat arguments take one pass; nested pointers (`iovec`, `argv`) take one more each.

use crate::{
    abi::Abi,
    decode::{Decode, netlink},
    filter::{Qualifiers, pids},
    layout,
    records::poll::{FD_SET, POLLFD},
    snapshot::{Answer, Entered, Phase, Place, Question, Raw, Snapshot, Want},
    table::Row,
    types::{Custom, Len, RESULT, Record, Type, When, Width},
    value::{Names, Value},
};
use alloc::vec::Vec;

/// How deep to decode a call, as the user asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeOptions {
    /// `-s`: at most this many bytes of a string, or elements of an array, are written.
    pub strings: usize,
    /// `-v`: whole structures and arrays.
    pub verbose: bool,
    /// `-y`: show what descriptors are open on.
    pub paths: bool,
    /// `-e fd=`, `-P`: copy what tells which descriptors and paths a call works on, even if it is not shown.
    pub seek: bool,
    /// `-P`: look up what those descriptors are open on, even if it is not shown.
    pub look_up: bool,
    /// `-yy`: what else to show about descriptors, bits of [`crate::filter::detail`].
    pub details: u8,
    /// `-Y`: the names of processes.
    pub comm: bool,
    /// `-e decode-pids=pidns`: the ids of processes in the tracer's PID namespace.
    pub pidns: bool,
    /// `-e namespace=new`: which namespaces were entered.
    pub namespaces: bool,
    /// `-N`: the names of arguments.
    pub names: bool,
    /// `-e verbose=`: whether structures are decoded.
    pub dereference: bool,
    /// `-e raw=`: arguments as numbers.
    pub raw: bool,
    /// `-e read=`, `-e write=`: copy whole buffers.
    pub dump: bool,
}

impl DecodeOptions {
    /// Adds what `-e` and `-P` ask for.
    #[must_use]
    pub fn with(self, wanted: &Qualifiers) -> DecodeOptions {
        DecodeOptions {
            details: wanted.decode_fds,
            paths: self.paths || wanted.decode_fds != 0,
            seek: wanted.by_subject(),
            look_up: !wanted.paths.is_empty(),
            comm: wanted.decode_pids & pids::COMM != 0,
            pidns: wanted.decode_pids & pids::PIDNS != 0,
            namespaces: wanted.namespaces,
            ..self
        }
    }
}

impl Default for DecodeOptions {
    fn default() -> Self {
        DecodeOptions {
            strings: 32,
            verbose: false,
            paths: false,
            seek: false,
            look_up: false,
            details: 0,
            comm: false,
            pidns: false,
            namespaces: false,
            names: false,
            dereference: true,
            raw: false,
            dump: false,
        }
    }
}

/// Longest path that the kernel accepts, in bytes (`PATH_MAX`, including the NUL).
pub const PATH_MAX: usize = 4096;
/// A string is first read this far: most paths are shorter, and it seldom crosses a page.
const BITE: usize = 256;
/// At most this many elements of an array are read, even with `-v`.
const MOST_ELEMENTS: usize = 1024;

/// What gathering and decoding have in common: what types may ask and read.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The call.
    pub snapshot: &'a Snapshot,
    /// Its row.
    pub row: &'static Row,
    /// How deep to look.
    pub depth: DecodeOptions,
    /// The current stop.
    pub phase: Phase,
    /// How many bytes a [`Type::Sized`] type may read; set while it is visited.
    pub extent: usize,
    /// The family in the header of a netlink message; set while its attributes are visited.
    pub family: u8,
    /// The current nesting depth of attributes.
    pub nesting: u8,
    /// The length of an extensible structure according to the caller; set while it is visited.
    pub length: u64,
    /// The part of an extensible structure that the caller does not know, which reads as zeros: first address and end.
    zeros: (u64, u64),
    /// The record whose fields are the siblings, if the siblings are not the call's arguments.
    record: Option<(&'a Record, Place)>,
}

impl<'a> Scope<'a> {
    /// Where a binary value is cut, in bytes: `MAX_HANDLE_SZ` of `linux/exportfs.h`, plus one.
    pub const MOST_BINARY: usize = 129;

    /// The scope of a call's arguments.
    pub fn new(row: &'static Row, snapshot: &'a Snapshot, depth: DecodeOptions, phase: Phase) -> Self {
        let zeros = (u64::MAX, u64::MAX);
        Scope {
            snapshot,
            row,
            depth,
            phase,
            extent: 0,
            family: 0,
            nesting: 0,
            length: u64::MAX,
            zeros,
            record: None,
        }
    }

    /// The ABI of the call.
    pub fn abi(&self) -> Abi {
        self.snapshot.abi
    }

    /// The same call, from inside a record.
    pub fn inside(self, record: &'a Record, place: Place) -> Self {
        Scope { record: Some((record, place)), ..self }
    }

    /// The value of an argument of the call.
    pub fn argument(&self, index: u8) -> u64 {
        self.row.argument(index as usize, &self.snapshot.args, self.abi())
    }

    /// The value of a sibling: an argument, or a field of the current record; 0 if it was not readable.
    pub fn sibling(&self, index: u8) -> u64 {
        match self.record {
            _ if index == RESULT => self.snapshot.success().unwrap_or(u64::MAX),
            None => self.argument(index),
            Some((record, Place::Memory { addr, phase })) => {
                let Some(field) = record.fields.get(index as usize) else { return 0 };
                let addr = addr.wrapping_add(layout::offset(record, index as usize, self.abi()) as u64);
                let size = layout::size(&field.ty, self.abi());
                let load = |phase| self.load_bytes(Place::Memory { addr, phase }, size);
                // Once the kernel has written it, its value counts.
                let written = match field.ty {
                    Type::Later(_) | Type::Changing(_) => load(Phase::Exit),
                    _ => None,
                };
                written.or_else(|| load(phase)).unwrap_or(0)
            }
            Some(_) => 0,
        }
    }

    /// The copied bytes, up to the end of an extensible structure.
    pub fn bytes(&self, phase: Phase, addr: u64, len: usize) -> &'a [u8] {
        let (from, to) = self.zeros;
        let room = if addr < to { from.saturating_sub(addr) } else { u64::MAX };
        self.snapshot.read(phase, addr, len.min(usize::try_from(room).unwrap_or(usize::MAX)))
    }

    /// Whether `got` bytes are complete for `len`: all were read, or the rest is beyond an extensible structure's end.
    pub fn known(&self, got: usize, addr: u64, len: usize) -> bool {
        let (from, to) = self.zeros;
        got == len || (from..to).contains(&addr.saturating_add(got as u64))
    }

    /// The same call, with an extensible structure at `addr` of at most `size` bytes; `None` if its length is below
    /// the minimum.
    pub fn extended(self, len: Len, least: u32, addr: u64, size: usize) -> Option<(Self, usize)> {
        let mut count = self.count(len)? & 0xffff_ffff;
        let own = matches!(len, Len::AtArg(index) if self.sibling(index) == addr);
        if matches!(len, Len::Within(..)) && count == 0 {
            // As perf_copy_attr() of kernel/events/core.c: size 0 means the first version.
            count = u64::from(least);
        }
        let extent = usize::try_from(count).unwrap_or(usize::MAX).max(if own { least as usize } else { 0 });
        let extent = extent.min(size);
        let zeros = (addr.saturating_add(extent as u64), addr.saturating_add(size as u64));
        (own || count >= u64::from(least)).then_some((Scope { zeros, length: count, ..self }, extent))
    }

    /// The same call, with only `len` bytes of a structure of `size` bytes at `addr`.
    pub fn cut_at(self, addr: u64, len: usize, size: usize) -> Self {
        let zeros = (addr.saturating_add(len as u64), addr.saturating_add(size as u64));
        Scope { zeros, length: len as u64, ..self }
    }

    /// How many bytes of an extensible structure to read, including those beyond its known fields: no call accepts more than
    /// a page (`copy_struct_from_user` of linux/uaccess.h).
    pub fn beyond(&self) -> usize {
        self.length.min(4096) as usize
    }

    fn load_bytes(&self, place: Place, size: usize) -> Option<u64> {
        match place {
            Place::Register(value) => Some(value),
            Place::Memory { addr, phase } => {
                let bytes = self.bytes(phase, addr, size.min(8));
                let mut whole = [0; 8];
                whole[..bytes.len()].copy_from_slice(bytes);
                self.known(bytes.len(), addr, size.min(8)).then(|| u64::from_le_bytes(whole))
            }
        }
    }

    /// A scalar, sign-extended to 64 bits; `None` if the memory was not readable.
    pub fn load(&self, place: Place, width: Width) -> Option<u64> {
        let raw = self.load_bytes(place, layout::width(width, self.abi()))?;
        let word32 = self.abi().word() == 4;
        Some(match width {
            Width::I8 => raw as i8 as u64,
            Width::U8 => raw as u8 as u64,
            Width::I16 => raw as i16 as u64,
            Width::U16 => raw as u16 as u64,
            Width::I32 => raw as i32 as u64,
            Width::U32 => raw as u32 as u64,
            Width::Long if word32 => raw as i32 as u64,
            Width::Ulong | Width::Size if word32 => raw as u32 as u64,
            Width::I64 | Width::U64 | Width::Long | Width::Ulong | Width::Size => raw,
        })
    }

    /// A pointer; `None` if the memory that holds it was not readable.
    pub fn pointer(&self, place: Place) -> Option<u64> {
        self.load(place, Width::Size)
    }

    /// A pointer in 64 bits. A value that cannot be a pointer of the ABI is an error.
    pub fn wide(&self, place: Place) -> Option<Result<u64, u64>> {
        let addr = self.load(place, Width::U64)?;
        let fits = self.abi().word() == 8 || addr >> 32 == 0;
        Some(if fits { Ok(addr) } else { Err(addr) })
    }

    /// The number of elements that a length means; `None` if it is unknown.
    pub fn count(&self, len: Len) -> Option<u64> {
        match len {
            Len::Arg(index) => Some(self.sibling(index)),
            Len::Most(index, most) | Len::Room(index, most) => Some(self.sibling(index).min(u64::from(most))),
            Len::Each(index, size) => Some(self.sibling(index) / u64::from(size)),
            Len::Fixed(count) => Some(u64::from(count)),
            Len::AtArg(index) => {
                let addr = self.sibling(index);
                let exit = Place::Memory { addr, phase: Phase::Exit };
                let entry = Place::Memory { addr, phase: Phase::Entry };
                // The kernel may write the full length, which can be more than it wrote.
                match (self.load(entry, Width::U32), self.load(exit, Width::U32)) {
                    (Some(before), Some(after)) => Some(before.min(after)),
                    (before, after) => after.or(before),
                }
            }
            Len::Ret(index) => self.snapshot.success().map(|result| result.min(self.sibling(index))),
            Len::Zero => Some(u64::MAX),
            Len::Rest => Some(self.extent as u64),
            Len::Within(index, offset) => {
                let addr = self.sibling(index).wrapping_add(offset.into());
                self.load(Place::Memory { addr, phase: Phase::Entry }, Width::U32)
            }
            // As get_nodes() of mm/mempolicy.c: the number is one more than the number of bits.
            Len::Bits(index) => {
                let bits = 8 * self.abi().word() as u64;
                Some(self.sibling(index).saturating_sub(1).div_ceil(bits))
            }
        }
    }

    /// Whether an array of this length ends before the address space does. If not, strace does not read it.
    pub fn ends_within_space(&self, addr: u64, len: Len, size: usize) -> bool {
        match len {
            Len::Arg(index) => self.is_within_space(addr, self.sibling(index), size),
            // For a field of a record, no more counts than the maximum.
            Len::Most(index, _) if self.record.is_none() => {
                self.is_within_space(addr, self.sibling(index), size)
            }
            _ => true,
        }
    }

    /// The same for `count` elements.
    pub fn is_within_space(&self, addr: u64, count: u64, size: usize) -> bool {
        let end = u128::from(addr) + u128::from(count) * size as u128;
        end <= u128::from(u64::MAX)
    }

    /// A process by its id, with what is known about it.
    pub fn pid(&self, pid: i32) -> Value {
        let known = self.snapshot.process(self.phase, pid).filter(|_| self.depth.comm);
        let comm = known.and_then(|known| known.comm.clone());
        Value::Pid { pid, comm, ours: self.ours(pid) }
    }

    /// The id of a process, group or session in the tracer's PID namespace.
    pub fn ours(&self, pid: i32) -> Option<i32> {
        self.snapshot.process(self.phase, pid).filter(|_| self.depth.pidns)?.ours
    }

    /// At most this many elements of an array are written.
    pub fn most_elements(&self) -> usize {
        if self.depth.verbose { MOST_ELEMENTS } else { self.depth.strings.min(MOST_ELEMENTS) }
    }

    /// The type that a sibling's value selects; [`Type::Absent`] if the argument does not exist.
    pub fn resolve(&self, ty: &'static Type) -> &'static Type {
        self.resolve_by(ty, |_| true)
    }

    /// As [`Scope::resolve`], but stops at a type that is not wanted.
    fn resolve_by(&self, mut ty: &'static Type, wanted: fn(&Type) -> bool) -> &'static Type {
        let choose = |index: u8, mask: u64, cases: &'static [(u64, Type)], default| {
            let value = self.sibling(index) & mask;
            cases.iter().find(|(case, _)| *case == value).map_or(default, |(_, ty)| ty)
        };
        loop {
            ty = match ty {
                stop if !wanted(stop) => return stop,
                Type::Switch(index, cases, default) => choose(*index, 0xffff_ffff, cases, default),
                Type::SwitchBits(index, mask, cases, default) => choose(*index, *mask, cases, default),
                Type::PerAbi(types) => &types[self.abi().index()],
                Type::If(index, bits, _) if self.sibling(*index) & bits == 0 => return &Type::Absent,
                Type::If(_, _, ty) => ty,
                Type::AtMost(index, most, _) if self.sibling(*index) > *most => &Type::Addr,
                Type::AtMost(_, _, ty) => ty,
                Type::ByVerbosity(_, ty) if self.depth.verbose => ty,
                Type::ByVerbosity(ty, _) => ty,
                Type::Verbose(ty) if self.depth.verbose => ty,
                Type::Verbose(_) => &Type::Addr,
                Type::In(pointee) | Type::Out(pointee) | Type::InOut(pointee) | Type::Moved(pointee)
                    if !self.depth.dereference && !is_text(pointee) && !self.is_empty(pointee) =>
                {
                    return &Type::Addr;
                }
                // No buffers are none, wherever they are.
                Type::Sized(_, len @ Len::Arg(_)) if self.count(*len) == Some(0) => return ty,
                Type::Sized(..) | Type::Told(..) | Type::Failing(..) if !self.depth.dereference => {
                    return &Type::Addr;
                }
                other => return other,
            }
        }
    }

    /// What a call has filled in, either because it succeeded, or although it failed ([`Type::Failing`]).
    pub fn filled(&self, ty: &'static Type) -> Option<&'static Type> {
        match (ty, self.snapshot.result) {
            (Type::Failing(errors, ty), Some(Raw::Error(errno))) => {
                (errors.is_empty() || errors.contains(&errno)).then_some(*ty)
            }
            (Type::Failing(_, ty), Some(Raw::Value(_))) => Some(*ty),
            (ty, Some(Raw::Value(_))) => Some(ty),
            _ => None,
        }
    }

    /// The type that a number in the memory at an address selects; `None` while the number is unknown.
    pub fn choose_at(
        &self,
        place: Place,
        (offset, mask): (u32, u64),
        cases: &'static [(u64, Type)],
        default: &'static Type,
    ) -> Option<&'static Type> {
        let Place::Memory { addr, phase } = place else { return None };
        let at = Place::Memory { addr: addr.wrapping_add(offset.into()), phase };
        let value = self.load(at, Width::U32)? & mask;
        Some(cases.iter().find(|(case, _)| *case == value).map_or(default, |(_, ty)| ty))
    }

    /// Whether a pointer points to an empty array, which need not be read.
    fn is_empty(&self, pointee: &Type) -> bool {
        matches!(pointee, Type::Array(_, len) if !matches!(len, Len::AtArg(_)) && self.count(*len) == Some(0))
    }

    /// How many bytes a [`Type::Sized`] type may read: its length, but at most its own size.
    pub fn extent_of(&self, custom: &Custom, len: Len) -> Option<usize> {
        // A length is a C `int` or `socklen_t`: the upper half of its register is ignored, and negative lengths are invalid.
        let count = i32::try_from(self.count(len)? & 0xffff_ffff).ok()?;
        Some(usize::try_from(count).ok()?.min(custom.size))
    }

    /// The bytes of a NUL-terminated string without its NUL, and whether the NUL was found.
    pub fn text(&self, phase: Phase, addr: u64, most: usize) -> (Vec<u8>, bool) {
        let mut text = Vec::new();
        while text.len() < most {
            let bytes = self.snapshot.read(phase, addr.wrapping_add(text.len() as u64), most - text.len());
            if bytes.is_empty() {
                break;
            }
            if let Some(end) = bytes.iter().position(|byte| *byte == 0) {
                text.extend_from_slice(&bytes[..end]);
                return (text, true);
            }
            text.extend_from_slice(bytes);
        }
        (text, false)
    }
}

/// Whether the data beyond the known fields of a longer structure is written.
fn has_beyond(record: &Record) -> bool {
    record.fields.last().is_some_and(|field| matches!(field.ty, Type::Beyond))
}

/// Whether a pointer points to text, which is read even if structures are not.
fn is_text(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Path
            | Type::Str
            | Type::Bytes(_)
            | Type::Text(_)
            | Type::Binary(..)
            | Type::Terminated(_)
            | Type::Packet(_)
    )
}

/// Whether any part of the type is known only at the exit stop, so that its argument is written there.
pub fn is_late(ty: &'static Type, scope: &Scope<'_>) -> bool {
    match scope.resolve_by(ty, |ty| !matches!(ty, Type::Switch(RESULT, ..))) {
        Type::Switch(RESULT, ..) => true,
        Type::Out(_) | Type::InOut(_) | Type::Moved(_) => true,
        Type::Later(_) | Type::Changing(_) | Type::Retold(..) => true,
        Type::In(ty) | Type::Wide(ty) | Type::Array(ty, _) | Type::One(ty) => is_late(ty, scope),
        Type::Indirect(ty) => is_late(ty, scope),
        Type::Over(ty) => is_late(ty, scope),
        Type::SwitchAt(_, _, cases, default) => {
            is_late(default, scope) || cases.iter().any(|(_, ty)| is_late(ty, scope))
        }
        Type::Struct(record)
        | Type::Extensible(record, ..)
        | Type::Partial(record, _)
        | Type::Ordered(record, _) => record.fields.iter().any(|field| is_late(&field.ty, scope)),
        Type::Custom(custom) | Type::Sized(custom, _) => custom.when == When::Exit,
        _ => false,
    }
}

/// What to look up besides memory.
#[derive(Clone, Debug, Default)]
pub struct Lookups {
    /// What these descriptors are open on.
    pub descriptors: Vec<i32>,
    /// The names of these processes.
    pub processes: Vec<i32>,
    /// Questions for the kernel's tables.
    pub questions: Vec<Question>,
    /// Which namespaces were entered.
    pub entered: Option<Entered>,
}

impl Lookups {
    /// Whether there is nothing to look up.
    pub fn is_empty(&self) -> bool {
        self.descriptors.is_empty()
            && self.processes.is_empty()
            && self.questions.is_empty()
            && self.entered.is_none()
    }

    fn clear(&mut self) {
        self.descriptors.clear();
        self.processes.clear();
        self.questions.clear();
        self.entered = None;
    }
}

/// At most this many process names are looked up for one call.
const MOST_PROCESSES: usize = 64;

/// A pass over a call's types that collects what has not been copied yet.
pub struct Gather<'a> {
    /// What is known so far.
    pub scope: Scope<'a>,
    wants: &'a mut Vec<Want>,
    lookups: &'a mut Lookups,
    /// Whether the call created what is visited: before, the descriptor's number may have meant something else.
    made: bool,
    /// Collects what the call works on, if that is what is walked for.
    subjects: Option<&'a mut Subjects>,
}

/// Asks for what a call's types need at this stop and what has not been copied yet.
///
/// The caller copies `wants` (with [`Snapshot::fill`]) and looks `lookups` up, then asks again until both stay
/// empty, at most [`PASSES`] times.
pub fn wants(
    row: &'static Row,
    snapshot: &Snapshot,
    depth: DecodeOptions,
    phase: Phase,
    wants: &mut Vec<Want>,
    lookups: &mut Lookups,
) {
    wants.clear();
    lookups.clear();
    let scope = Scope::new(row, snapshot, depth, phase);
    if depth.seek && phase == Phase::Entry {
        seek(scope, wants, lookups);
    }
    if depth.raw {
        return;
    }
    let mut gather = Gather { scope, wants, lookups, made: false, subjects: None };
    for (index, param) in row.params.iter().enumerate() {
        gather.visit(&param.ty, Place::Register(scope.argument(index as u8)));
    }
    if phase == Phase::Exit {
        if let Some(result) = snapshot.success() {
            gather.made = true;
            gather.visit(&row.result, Place::Register(result));
            gather.made = false;
        }
        if let (Some(note), Some(result)) = (&row.note, snapshot.success()) {
            gather.visit(note, Place::Register(result));
        }
    }
}

/// What a call works on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subjects {
    /// Descriptors.
    pub fds: Vec<i32>,
    /// Paths, as they were given.
    pub paths: Vec<Vec<u8>>,
}

/// What a call works on, as far as it is known at its entry.
pub fn subjects(row: &'static Row, snapshot: &Snapshot, depth: DecodeOptions) -> Subjects {
    let (mut wants, mut lookups) = (Vec::new(), Lookups::default());
    seek(Scope::new(row, snapshot, depth, Phase::Entry), &mut wants, &mut lookups)
}

/// Asks for what tells what a call works on, however little of it is shown, and returns what is known of that. As in strace,
/// these are arguments, and what `poll` and `select` wait for: nothing else in memory counts.
fn seek(scope: Scope<'_>, wants: &mut Vec<Want>, lookups: &mut Lookups) -> Subjects {
    let mut subjects = Subjects::default();
    let depth = DecodeOptions { raw: false, dereference: true, ..scope.depth };
    let scope = Scope { depth, ..scope };
    let mut gather = Gather { scope, wants, lookups, made: false, subjects: Some(&mut subjects) };
    let row = scope.row;
    for (index, param) in row.params.iter().enumerate() {
        let place = Place::Register(scope.argument(index as u8));
        if NUMBERS_THAT_COUNT.contains(&(row.name, param.name)) {
            gather.descriptor(scope.argument(index as u8) as i32);
        } else if !DO_NOT_COUNT.contains(&(row.name, param.name)) {
            gather.subject(&param.ty, place);
        }
    }
    subjects
}

/// Arguments that strace takes for descriptors where calls are chosen by them, although it writes them as numbers.
const NUMBERS_THAT_COUNT: &[(&str, &str)] =
    &[("getpmsg", "arg1"), ("putpmsg", "arg1"), ("io_uring_register", "fd")];

/// Arguments that do not choose a call in strace, although they are descriptors and paths. The text of a symbolic link is not
/// a path that the call accesses, nor is the name of a message queue.
const DO_NOT_COUNT: &[(&str, &str)] = &[
    ("symlink", "target"),
    ("symlink", "oldpath"),
    ("symlinkat", "target"),
    ("symlinkat", "oldpath"),
    ("mq_open", "name"),
    ("mq_unlink", "path"),
    ("rename", "newpath"),
    ("epoll_ctl", "epfd"),
    ("fanotify_mark", "fanotify_fd"),
    ("fsconfig", "fd"),
    ("perf_event_open", "group_fd"),
    ("waitid", "id"),
];

/// How an argument tells what a call works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// It is a descriptor.
    Descriptor,
    /// It is a path.
    Path,
    /// It holds the descriptors that `poll` or `select` waits for.
    Waited,
}

/// The same as [`subjects`] for a call of which only the decoded arguments are left: how this one counts, by its type.
pub fn subject(row: &Row, index: usize) -> Option<Subject> {
    let param = row.params.get(index)?;
    let named = |list: &[(&str, &str)]| list.contains(&(row.name, param.name));
    if named(NUMBERS_THAT_COUNT) {
        return Some(Subject::Descriptor);
    }
    match &param.ty {
        _ if named(DO_NOT_COUNT) => None,
        Type::Fd | Type::Dirfd => Some(Subject::Descriptor),
        Type::In(pointee) | Type::Out(pointee) => match pointee {
            Type::Path => Some(Subject::Path),
            Type::Array(Type::Struct(record), _) if core::ptr::eq(*record, &POLLFD) => Some(Subject::Waited),
            Type::Custom(custom) if core::ptr::eq(*custom, &FD_SET) => Some(Subject::Waited),
            _ => None,
        },
        _ => None,
    }
}

/// At most this many passes per stop: protects against hostile memory, and is far more than any row needs.
pub const PASSES: usize = 8;

impl<'a> Gather<'a> {
    /// Asks for a range, at the current stop.
    pub fn want(&mut self, addr: u64, len: usize) {
        let phase = self.scope.phase;
        if addr != 0 && len != 0 && !self.scope.snapshot.asked(phase, addr, len) {
            self.wants.push(Want { addr, len });
        }
    }

    /// Asks for a descriptor's path, if descriptors are decoded.
    pub fn descriptor(&mut self, fd: i32) {
        let sought = match &mut self.subjects {
            Some(subjects) => {
                subjects.fds.push(fd);
                self.scope.depth.look_up
            }
            None => false,
        };
        if self.scope.depth.paths || sought {
            self.look_up(fd);
        }
    }

    /// Asks for a descriptor's path, even if it is not shown.
    pub fn look_up(&mut self, fd: i32) {
        let snapshot = self.scope.snapshot;
        let known = match self.made {
            true => snapshot.has_descriptor_at(self.scope.phase, fd),
            false => snapshot.has_descriptor(fd),
        };
        // Each lookup reads the tracee's descriptor table while the tracee is stopped.
        let room = snapshot.descriptors() + self.lookups.descriptors.len() < Snapshot::MOST_DESCRIPTORS;
        if room && !known && !self.lookups.descriptors.contains(&fd) {
            self.lookups.descriptors.push(fd);
        }
    }

    /// Asks for what is known about a process, if wanted. After the call, a process from before it may be gone.
    pub fn process(&mut self, pid: i32) {
        let (snapshot, phase) = (self.scope.snapshot, self.scope.phase);
        let seen = !self.made && phase == Phase::Exit && snapshot.has_process(Phase::Entry, pid);
        let known = seen || snapshot.has_process(phase, pid) || self.lookups.processes.contains(&pid);
        let wanted = self.scope.depth.comm && pid > 0 || self.scope.depth.pidns;
        if wanted && !matches!(pid, -1..=0) && !known && self.lookups.processes.len() < MOST_PROCESSES {
            self.lookups.processes.push(pid);
        }
    }

    /// Asks which namespaces were entered.
    pub fn entered(&mut self, entered: Entered) {
        if !self.scope.snapshot.has_namespaces() {
            self.lookups.entered = Some(entered);
        }
    }

    /// Asks the kernel's tables.
    pub fn ask(&mut self, question: Question) {
        let known = self.scope.snapshot.answer(question).is_some();
        let room = self.scope.snapshot.answers() + self.lookups.questions.len() < Snapshot::MOST_ANSWERS;
        if room && !known && !self.lookups.questions.contains(&question) {
            self.lookups.questions.push(question);
        }
    }

    /// Asks for what a decoder would ask the kernel's tables.
    pub fn ask_for(&mut self, decode: impl FnOnce(&mut Decode<'_>)) {
        let mut names = Names::default();
        let mut dry = Decode::new(self.scope, &mut names);
        decode(&mut dry);
        for question in dry.unanswered {
            self.ask(question);
        }
    }

    /// Asks for bytes that pass through the socket in the first argument: all of them if they are netlink messages.
    pub fn packet(&mut self, addr: u64, count: usize) {
        let scope = self.scope;
        self.want(addr, count.min(self.most_bytes().max(netlink::HEADER)));
        let question = Question::Netlink(scope.argument(0) as i32);
        match scope.snapshot.answer(question) {
            None => {
                if netlink::may_begin(scope.bytes(scope.phase, addr, count.min(netlink::HEADER)), count) {
                    self.ask(question);
                }
            }
            Some(Answer::Protocol(_)) => {
                self.want(addr, count.min(netlink::MOST));
                self.ask_for(|decode| {
                    decode.packet(addr, scope.phase, count);
                });
            }
            Some(_) => {}
        }
    }

    /// Asks for a NUL-terminated string of at most `most` bytes, piece by piece.
    pub fn text(&mut self, addr: u64, most: usize) {
        let phase = self.scope.phase;
        let mut seen = 0;
        while seen < most {
            let at = addr.wrapping_add(seen as u64);
            // What is known may end where another argument's memory ended. Only what was asked for and did not arrive is
            // unreadable.
            let bytes = self.scope.snapshot.read(phase, at, most - seen);
            if bytes.contains(&0) {
                return;
            }
            if bytes.is_empty() {
                if !self.scope.snapshot.asked(phase, at, 1) {
                    self.want(at, if seen == 0 { BITE.min(most) } else { most - seen });
                }
                return;
            }
            seen += bytes.len();
        }
    }

    /// Asks for what an argument tells about what the call works on.
    fn subject(&mut self, ty: &'static Type, place: Place) {
        let phase = self.scope.phase;
        match self.scope.resolve(ty) {
            Type::Fd | Type::Dirfd => self.visit(ty, place),
            // getcwd's buffer counts as a path too, whatever is in it before the call.
            Type::In(pointee) | Type::Out(pointee) => {
                let Some(addr) = self.scope.pointer(place).filter(|addr| *addr != 0) else { return };
                match self.scope.resolve(pointee) {
                    Type::Path => {
                        self.text(addr, PATH_MAX);
                        let (path, ends) = self.scope.text(phase, addr, PATH_MAX);
                        if let Some(subjects) = self.subjects.as_mut().filter(|_| ends) {
                            subjects.paths.push(path);
                        }
                    }
                    Type::Array(Type::Struct(record), len) if core::ptr::eq(*record, &POLLFD) => {
                        let size = layout::record_size(record, self.scope.abi());
                        let most = Snapshot::MOST_BYTES / 2 / size;
                        let count = self.scope.count(*len).map_or(0, |count| count.min(most as u64) as usize);
                        self.want(addr, count * size);
                        let whole = self.scope.bytes(phase, addr, count * size).len() / size;
                        for index in 0..whole {
                            let addr = addr.wrapping_add((index * size) as u64);
                            self.visit(&Type::Fd, Place::Memory { addr, phase });
                        }
                    }
                    Type::Custom(custom) if core::ptr::eq(*custom, &FD_SET) => {
                        self.follow(pointee, place, phase);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Asks for what a type needs at a place.
    pub fn visit(&mut self, ty: &'static Type, place: Place) {
        let failed = self.scope.phase == Phase::Exit && self.scope.snapshot.success().is_none();
        match self.scope.resolve(ty) {
            Type::In(pointee) => self.follow(pointee, place, Phase::Entry),
            Type::Out(pointee) if self.scope.phase == Phase::Exit && !failed => {
                let outer = core::mem::replace(&mut self.made, true);
                self.follow(pointee, place, Phase::Exit);
                self.made = outer;
            }
            Type::Failing(_, Type::Out(pointee)) if self.scope.phase == Phase::Exit => {
                self.follow(pointee, place, Phase::Exit);
            }
            Type::InOut(pointee) | Type::Moved(pointee) => {
                self.follow(pointee, place, Phase::Entry);
                if self.scope.phase == Phase::Exit && !failed {
                    self.follow(pointee, place, Phase::Exit);
                }
            }
            Type::Told(given, told) => {
                self.follow(given, place, Phase::Entry);
                if let (Phase::Exit, Some(told)) = (self.scope.phase, self.scope.filled(told)) {
                    let outer = core::mem::replace(&mut self.made, true);
                    let told = if let Type::Out(told) = told { told } else { told };
                    self.follow(told, place, Phase::Exit);
                    self.made = outer;
                }
            }
            Type::Fd | Type::Dirfd => {
                if let Some(fd) = self.scope.load(place, Width::I32) {
                    self.descriptor(fd as i32);
                }
            }
            Type::Interface => {
                if let Some(index) = self.scope.load(place, Width::U32).filter(|index| *index != 0) {
                    self.ask(Question::Interface(index as u32));
                }
            }
            Type::SinceBoot => self.ask(Question::Boot),
            Type::Pid | Type::Group if self.scope.depth.comm || self.scope.depth.pidns => {
                if let Some(pid) = self.scope.load(place, Width::I32) {
                    self.process(pid as i32);
                }
            }
            Type::Struct(record) | Type::Ordered(record, _) | Type::Spread(record) => {
                self.fields(record, place)
            }
            Type::Extensible(record, len, least) => {
                let outer = self.scope;
                let (Place::Memory { addr, .. } | Place::Register(addr)) = place;
                let size = layout::record_size(record, outer.abi());
                if let Some((inner, _)) = outer.extended(*len, *least, addr, size) {
                    self.scope = inner;
                    self.fields(record, place);
                    self.scope = outer;
                }
            }
            Type::Array(element, len) => {
                if let (Place::Memory { addr, phase }, Some(count)) = (place, self.scope.count(*len)) {
                    // At the end of a record: its length is in a field.
                    if matches!(len, Len::Arg(_) | Len::Most(..)) && phase == self.scope.phase {
                        let size = layout::size(element, self.scope.abi());
                        let most = self.most_elements() + 1;
                        self.want(addr, usize::try_from(count).unwrap_or(usize::MAX).min(most) * size);
                    }
                    self.elements(element, addr, phase, count);
                }
            }
            Type::Later(ty) | Type::Changing(ty) | Type::Retold(_, ty) => {
                if let (Place::Memory { addr, .. }, Phase::Exit) = (place, self.scope.phase) {
                    self.want(addr, layout::size(ty, self.scope.abi()));
                    self.visit(ty, Place::Memory { addr, phase: Phase::Exit });
                }
            }
            Type::One(ty) | Type::Over(ty) | Type::Indirect(ty) => self.visit(ty, place),
            Type::Wide(ty) => {
                if let Some(Ok(_)) = self.scope.wide(place) {
                    self.visit(ty, place);
                }
            }
            Type::Labeled(_, ty) | Type::Called(_, ty) | Type::Packed(ty) | Type::Located(ty) => {
                self.visit(ty, place);
            }
            // At the end of a record: an array whose length is in a field.
            Type::Bytes(len) | Type::Binary(len, _) => {
                if let (Place::Memory { addr, phase }, Some(count)) = (place, self.scope.count(*len))
                    && phase == self.scope.phase
                {
                    let most = self.most_bytes().max(Scope::MOST_BINARY);
                    self.want(addr, usize::try_from(count).unwrap_or(usize::MAX).min(most));
                }
            }
            Type::Custom(custom) => (custom.gather)(self, place),
            Type::Sized(custom, len) => {
                let outer = self.scope;
                self.scope.extent = outer.extent_of(custom, *len).unwrap_or(0);
                (custom.gather)(self, place);
                self.scope = outer;
            }
            _ => {}
        }
    }

    /// Copies what a pointer points to (if this is the stop to copy it at), then visits it.
    pub fn follow(&mut self, pointee: &'static Type, place: Place, phase: Phase) {
        let Some(addr) = self.scope.pointer(place).filter(|addr| *addr != 0) else { return };
        let pointee = self.scope.resolve(pointee);
        if let Type::SwitchAt(offset, mask, cases, default) = pointee {
            let at = Place::Memory { addr, phase };
            if phase == self.scope.phase {
                self.want(addr.wrapping_add(u64::from(*offset)), 4);
            }
            if let Some(chosen) = self.scope.choose_at(at, (*offset, *mask), cases, default) {
                self.follow(chosen, place, phase);
            }
            return;
        }
        if phase == self.scope.phase {
            match pointee {
                Type::Path => {
                    self.text(addr, PATH_MAX);
                }
                Type::Str => self.text(addr, self.scope.depth.strings.saturating_add(1)),
                Type::Terminated(len) => {
                    let count = self.scope.count(*len).unwrap_or(0);
                    let most = self.scope.depth.strings.saturating_add(1);
                    self.text(addr, usize::try_from(count).unwrap_or(usize::MAX).min(most));
                }
                Type::Bytes(len) | Type::Text(len) | Type::Binary(len, _) => {
                    if let Some(count) = self.scope.count(*len) {
                        let most = match pointee {
                            Type::Binary(..) => self.most_bytes().max(Scope::MOST_BINARY),
                            _ => self.most_bytes(),
                        };
                        self.want(addr, usize::try_from(count).unwrap_or(usize::MAX).min(most));
                    }
                }
                Type::Packet(len) => {
                    if let Some(count) = self.scope.count(*len) {
                        self.packet(addr, usize::try_from(count).unwrap_or(usize::MAX));
                    }
                }
                Type::Array(element, Len::Zero) => {
                    self.want(addr, (self.most_elements() + 1) * layout::size(element, self.scope.abi()));
                }
                Type::Array(element, len) => {
                    if let Some(count) = self.scope.count(*len) {
                        let count = usize::try_from(count).unwrap_or(usize::MAX);
                        let size = layout::size(element, self.scope.abi());
                        // Two times are one thing, however little of it is written.
                        let most =
                            if matches!(element, Type::Dated(..)) { 2 } else { self.most_elements() + 1 };
                        self.want(addr, count.min(most).saturating_mul(size));
                    }
                }
                Type::Partial(record, len) => {
                    let size = layout::record_size(record, self.scope.abi());
                    let given = self.scope.count(*len).map_or(0, |count| count & 0xffff_ffff);
                    self.want(addr, usize::try_from(given).unwrap_or(usize::MAX).min(size));
                }
                Type::Extensible(record, len, least) => {
                    let size = layout::record_size(record, self.scope.abi());
                    match (self.scope.extended(*len, *least, addr, size), len) {
                        (Some((inner, extent)), _) => {
                            self.want(addr, if has_beyond(record) { inner.beyond() } else { extent });
                        }
                        (None, Len::AtArg(index)) if self.scope.sibling(*index) == addr => self.want(addr, 4),
                        (None, Len::Within(index, offset)) if self.scope.sibling(*index) == addr => {
                            self.want(addr, 4 + usize::from(*offset));
                        }
                        (None, _) => {}
                    }
                }
                Type::Sized(custom, len) => {
                    if let Some(extent) = self.scope.extent_of(custom, *len) {
                        self.want(addr, extent);
                    }
                }
                // A custom type behind a pointer asks for its own bytes, because only it knows how many.
                Type::Custom(custom) if custom.size == 0 => {}
                other => self.want(addr, layout::size(other, self.scope.abi())),
            }
        }
        self.visit(pointee, Place::Memory { addr, phase });
    }

    /// At most this many elements of an array are read. A dump reads all of them, however many are written.
    pub fn most_elements(&self) -> usize {
        if self.scope.depth.dump { MOST_ELEMENTS } else { self.scope.most_elements() }
    }

    /// At most this many bytes of a buffer are needed. One more than is written shows whether it is cut.
    pub fn most_bytes(&self) -> usize {
        let most = if self.scope.depth.dump { usize::MAX } else { self.scope.depth.strings };
        most.saturating_add(1).min(Snapshot::MOST_BYTES / 2)
    }

    fn fields(&mut self, record: &'static Record, place: Place) {
        let Place::Memory { addr, phase } = place else { return };
        let outer = self.scope;
        self.scope = outer.inside(record, place);
        for (index, field) in record.fields.iter().enumerate() {
            let at = addr.wrapping_add(layout::offset(record, index, outer.abi()) as u64);
            self.visit(&field.ty, Place::Memory { addr: at, phase });
        }
        self.scope = outer;
    }

    fn elements(&mut self, element: &'static Type, addr: u64, phase: Phase, count: u64) {
        let size = layout::size(element, self.scope.abi());
        if size == 0 || matches!(element, Type::Int(_) | Type::Hex(_)) {
            return;
        }
        let most = usize::try_from(count).unwrap_or(usize::MAX).min(self.most_elements());
        for index in 0..most {
            let at = addr.wrapping_add((index * size) as u64);
            let bytes = self.scope.snapshot.read(phase, at, size);
            if bytes.len() < size || (count == u64::MAX && bytes.iter().all(|byte| *byte == 0)) {
                break;
            }
            self.visit(element, Place::Memory { addr: at, phase });
        }
    }
}
