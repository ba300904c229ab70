//! Sizes and offsets of C types on each ABI, from the same records that say how they are written.

use crate::{
    abi::Abi,
    types::{Record, Type, Width},
};

/// Size of a scalar in bytes.
pub const fn width(width: Width, abi: Abi) -> usize {
    match width {
        Width::I8 | Width::U8 => 1,
        Width::I16 | Width::U16 => 2,
        Width::I32 | Width::U32 => 4,
        Width::I64 | Width::U64 => 8,
        Width::Long | Width::Ulong => abi.word(),
    }
}

/// Size of a type inside a record or array, in bytes.
pub fn size(ty: &Type, abi: Abi) -> usize {
    match ty {
        Type::Int(w)
        | Type::Net(w)
        | Type::NetHex(w)
        | Type::Hex(w)
        | Type::Octal(w)
        | Type::Mode(w)
        | Type::Dev(w)
        | Type::Limit(w) => width(*w, abi),
        Type::Flags(w, _) | Type::Symbol(w, _) | Type::NetSymbol(w, _) => width(*w, abi),
        Type::Mixed(w, ..) | Type::Padded(w) => width(*w, abi),
        Type::Tail(w, ..) | Type::Leading(w, ..) | Type::Numbered(w, _) => width(*w, abi),
        Type::Fd | Type::Dirfd | Type::Pid | Type::Signal | Type::Interface => 4,
        Type::Addr | Type::In(_) | Type::Out(_) | Type::InOut(_) => abi.word(),
        Type::Wide(_) => 8,
        Type::Shifted(w, ..) | Type::Date(w, _) => width(*w, abi),
        Type::Moved(_) | Type::AtMost(..) | Type::Verbose(_) => abi.word(),
        Type::Chars(count) => *count as usize,
        Type::PerAbi(types) => size(&types[abi.index()], abi),
        Type::Packed(ty)
        | Type::Labeled(_, ty)
        | Type::Remarked(ty, _)
        | Type::Later(ty)
        | Type::Changing(ty)
        | Type::Retold(_, ty) => size(ty, abi),
        Type::Macro(w, ..) | Type::Parts(w, _) => width(*w, abi),
        Type::Ordered(record, _) | Type::Dated(record, _) | Type::Spread(record) => record_size(record, abi),
        Type::Array(element, len) => match len {
            crate::types::Len::Fixed(count) => size(element, abi) * *count as usize,
            _ => 0,
        },
        Type::Bytes(crate::types::Len::Fixed(count)) | Type::Binary(crate::types::Len::Fixed(count), _) => {
            *count as usize
        }
        Type::Struct(record) | Type::Extensible(record, ..) => record_size(record, abi),
        Type::One(ty) | Type::If(_, _, ty) | Type::ByVerbosity(ty, _) => size(ty, abi),
        Type::Switch(_, cases, default)
        | Type::SwitchBits(_, _, cases, default)
        | Type::SwitchAt(_, _, cases, default) => {
            // A union is as large as its largest member.
            cases.iter().map(|(_, ty)| size(ty, abi)).fold(size(default, abi), usize::max)
        }
        Type::Custom(custom) => custom.size,
        Type::Path
        | Type::Text(_)
        | Type::Str
        | Type::Bytes(_)
        | Type::Binary(..)
        | Type::Sized(..)
        | Type::Packet(_)
        | Type::Attributes(_)
        | Type::Indexed(..)
        | Type::Bits(..)
        | Type::Literal(_)
        | Type::Beyond
        | Type::Over(_)
        | Type::Terminated(_)
        | Type::Absent
        | Type::Pair(_) => 0,
    }
}

/// Alignment of a type inside a record, in bytes.
pub fn align(ty: &Type, abi: Abi) -> usize {
    let scalar = |w| match width(w, abi) {
        8 => abi.align_of_u64(),
        other => other,
    };
    match ty {
        Type::Int(w)
        | Type::Net(w)
        | Type::NetHex(w)
        | Type::Hex(w)
        | Type::Octal(w)
        | Type::Mode(w)
        | Type::Dev(w)
        | Type::Limit(w) => scalar(*w),
        Type::Flags(w, _) | Type::Symbol(w, _) | Type::NetSymbol(w, _) | Type::Mixed(w, ..) => scalar(*w),
        Type::Padded(w) | Type::Bits(w, ..) => scalar(*w),
        Type::Tail(w, ..) | Type::Leading(w, ..) | Type::Numbered(w, _) => scalar(*w),
        Type::Fd | Type::Dirfd | Type::Pid | Type::Signal | Type::Interface => 4,
        Type::Addr | Type::In(_) | Type::Out(_) | Type::InOut(_) => abi.word(),
        Type::Wide(_) => 8,
        Type::Shifted(w, ..) | Type::Date(w, _) => scalar(*w),
        Type::Moved(_) | Type::AtMost(..) | Type::Verbose(_) => abi.word(),
        Type::Chars(_) | Type::Packed(_) => 1,
        Type::PerAbi(types) => align(&types[abi.index()], abi),
        Type::Labeled(_, ty)
        | Type::Remarked(ty, _)
        | Type::Later(ty)
        | Type::Changing(ty)
        | Type::Retold(_, ty)
        | Type::Over(ty) => align(ty, abi),
        Type::Macro(w, ..) | Type::Parts(w, _) => scalar(*w),
        Type::Array(element, _) => align(element, abi),
        Type::Struct(record)
        | Type::Extensible(record, ..)
        | Type::Ordered(record, _)
        | Type::Dated(record, _)
        | Type::Spread(record) => record.fields.iter().map(|f| align(&f.ty, abi)).fold(1, usize::max),
        Type::One(ty) | Type::If(_, _, ty) | Type::ByVerbosity(ty, _) => align(ty, abi),
        Type::Switch(_, cases, default)
        | Type::SwitchBits(_, _, cases, default)
        | Type::SwitchAt(_, _, cases, default) => {
            cases.iter().map(|(_, ty)| align(ty, abi)).fold(align(default, abi), usize::max)
        }
        Type::Custom(custom) if custom.size.is_multiple_of(8) && custom.size > 0 => abi.align_of_u64(),
        Type::Custom(custom) if custom.size.is_multiple_of(4) && custom.size > 0 => 4,
        Type::Custom(_) | Type::Path | Type::Str | Type::Text(_) | Type::Bytes(_) | Type::Binary(..) => 1,
        Type::Terminated(_) | Type::Packet(_) | Type::Attributes(_) | Type::Indexed(..) => 1,
        Type::Sized(..) | Type::Literal(_) | Type::Beyond | Type::Absent | Type::Pair(_) => 1,
    }
}

/// Offset of a record's field in bytes.
pub fn offset(record: &Record, index: usize, abi: Abi) -> usize {
    let mut at: usize = 0;
    for (i, field) in record.fields.iter().enumerate() {
        at = at.next_multiple_of(align(&field.ty, abi));
        if i == index {
            break;
        }
        at += size(&field.ty, abi);
    }
    at
}

/// Size of a record in bytes, with the padding at its end.
pub fn record_size(record: &Record, abi: Abi) -> usize {
    let mut end = 0;
    let mut most = 1;
    for field in record.fields {
        let align = align(&field.ty, abi);
        most = most.max(align);
        end = usize::next_multiple_of(end, align) + size(&field.ty, abi);
    }
    end.next_multiple_of(most)
}
