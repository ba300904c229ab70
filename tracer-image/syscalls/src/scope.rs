//! What gathering and decoding have in common: the call, how deep to look into it, and what its types ask of that.

use crate::{
    abi::Abi,
    layout,
    row::Row,
    snapshot::{Phase, Place, Raw, Snapshot},
    types::{Custom, Len, RESULT, Record, Type, When, Width},
    value::Value,
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
    /// `-yy`: what else to show about descriptors, bits of `filter::detail`.
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
/// At most this many elements of an array are read, even with `-v`.
pub(crate) const MOST_ELEMENTS: usize = 1024;

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

    /// The same call, looked into in another depth.
    pub fn looking(self, depth: DecodeOptions) -> Self {
        Scope { depth, ..self }
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
