//! Sizes and offsets of C types on each ABI, computed from the records.

use crate::{
    abi::Abi,
    types::{Len, Record, Type, Width},
};

/// Size of a scalar in bytes.
pub const fn width(width: Width, abi: Abi) -> usize {
    match width {
        Width::I8 | Width::U8 => 1,
        Width::I16 | Width::U16 => 2,
        Width::I32 | Width::U32 => 4,
        Width::I64 | Width::U64 => 8,
        Width::Long | Width::Ulong => abi.word(),
        Width::Size => abi.pointer(),
    }
}

/// Size and alignment of a type inside a record or array, in bytes.
#[derive(Clone, Copy)]
struct Layout {
    size: usize,
    align: usize,
}

impl Layout {
    /// For something that takes no space there.
    const NONE: Layout = Layout { size: 0, align: 1 };

    /// For a scalar that is aligned to its size.
    const fn plain(size: usize) -> Layout {
        Layout { size, align: size }
    }

    const fn scalar(scalar: Width, abi: Abi) -> Layout {
        let size = width(scalar, abi);
        Layout { size, align: if size == 8 { abi.align_of_u64() } else { size } }
    }

    fn record(record: &Record, abi: Abi) -> Layout {
        let (mut end, mut align) = (0, 1);
        for field in record.fields {
            let field = Layout::of(&field.ty, abi);
            align = align.max(field.align);
            end = usize::next_multiple_of(end, field.align) + field.size;
        }
        Layout { size: end.next_multiple_of(align), align }
    }

    fn of(ty: &Type, abi: Abi) -> Layout {
        match ty {
            Type::Int(w)
            | Type::Net(w)
            | Type::NetHex(w)
            | Type::Hex(w)
            | Type::Octal(w)
            | Type::Mode(w)
            | Type::Dev(w)
            | Type::Limit(w)
            | Type::Padded(w) => Layout::scalar(*w, abi),
            Type::Flags(w, _) | Type::Symbol(w, _) | Type::NetSymbol(w, _) | Type::Mixed(w, ..) => {
                Layout::scalar(*w, abi)
            }
            Type::Tail(w, ..) | Type::Leading(w, ..) | Type::Numbered(w, _) | Type::Commented(_, w, _) => {
                Layout::scalar(*w, abi)
            }
            Type::Explained(w, _) => Layout::scalar(*w, abi),
            Type::Shifted(w, ..) | Type::Date(w, _) | Type::Macro(w, ..) | Type::Parts(w, _) => {
                Layout::scalar(*w, abi)
            }
            Type::Fd | Type::Dirfd | Type::Pid | Type::Group | Type::Signal | Type::Interface => {
                Layout::plain(4)
            }
            Type::Addr | Type::In(_) | Type::Out(_) | Type::InOut(_) => Layout::plain(abi.pointer()),
            Type::Moved(_)
            | Type::Told(..)
            | Type::Failing(..)
            | Type::AtMost(..)
            | Type::Verbose(_)
            | Type::Indirect(_) => Layout::plain(abi.pointer()),
            Type::Wide(_) | Type::SinceBoot => Layout::plain(8),
            Type::Chars(count) => Layout { size: *count as usize, align: 1 },
            Type::PerAbi(types) => Layout::of(&types[abi.index()], abi),
            Type::Packed(ty) => Layout { align: 1, ..Layout::of(ty, abi) },
            Type::Labeled(_, ty)
            | Type::Called(_, ty)
            | Type::Remarked(ty, _)
            | Type::Located(ty)
            | Type::Later(ty)
            | Type::Changing(ty)
            | Type::Retold(_, ty) => Layout::of(ty, abi),
            Type::One(ty) | Type::If(_, _, ty) | Type::ByVerbosity(ty, _) => Layout::of(ty, abi),
            // The fields that it overlays take the space.
            Type::Over(ty) => Layout { size: 0, ..Layout::of(ty, abi) },
            Type::Bits(w, ..) => Layout { size: 0, ..Layout::scalar(*w, abi) },
            Type::Struct(record)
            | Type::Extensible(record, ..)
            | Type::Partial(record, _)
            | Type::Ordered(record, _)
            | Type::Dated(record, _)
            | Type::Spread(record) => Layout::record(record, abi),
            Type::Array(element, len) => {
                let element = Layout::of(element, abi);
                let count =
                    if let Len::Fixed(count) | Len::Room(_, count) = len { *count as usize } else { 0 };
                Layout { size: element.size * count, ..element }
            }
            Type::Bytes(Len::Fixed(count) | Len::Room(_, count))
            | Type::Binary(Len::Fixed(count) | Len::Room(_, count), _) => {
                Layout { size: *count as usize, align: 1 }
            }
            Type::Switch(_, cases, default)
            | Type::SwitchBits(_, _, cases, default)
            | Type::SwitchAt(_, _, cases, default) => {
                // A union is as large as its largest member.
                cases.iter().map(|(_, ty)| Layout::of(ty, abi)).fold(Layout::of(default, abi), |a, b| {
                    Layout { size: a.size.max(b.size), align: a.align.max(b.align) }
                })
            }
            Type::Custom(custom) => Layout {
                size: custom.size,
                align: match custom.size {
                    0 => 1,
                    size if size.is_multiple_of(8) => abi.align_of_u64(),
                    size if size.is_multiple_of(4) => 4,
                    _ => 1,
                },
            },
            Type::Path | Type::Text(_) | Type::Str | Type::Bytes(_) | Type::Binary(..) => Layout::NONE,
            Type::Sized(..) | Type::Packet(_) | Type::Attributes(_) | Type::Indexed(..) => Layout::NONE,
            Type::Literal(_) | Type::Beyond | Type::Terminated(_) | Type::Absent | Type::Pair(_) => {
                Layout::NONE
            }
        }
    }
}

/// Size of a type inside a record or array, in bytes.
pub fn size(ty: &Type, abi: Abi) -> usize {
    Layout::of(ty, abi).size
}

/// Alignment of a type inside a record, in bytes.
pub fn align(ty: &Type, abi: Abi) -> usize {
    Layout::of(ty, abi).align
}

/// Offset of a record's field in bytes.
pub fn offset(record: &Record, index: usize, abi: Abi) -> usize {
    let mut at: usize = 0;
    for (i, field) in record.fields.iter().enumerate() {
        let field = Layout::of(&field.ty, abi);
        at = at.next_multiple_of(field.align);
        if i == index {
            break;
        }
        at += field.size;
    }
    at
}

/// Size of a record in bytes, including the padding at its end.
pub fn record_size(record: &Record, abi: Abi) -> usize {
    Layout::record(record, abi).size
}
