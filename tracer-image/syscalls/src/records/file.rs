//! File structures: `linux/openat2.h`, `fcntl.h`, `linux/dirent.h`, `linux/fs.h`, `struct cachestat` in `linux/mman.h`.

use crate::{
    decode::Decode,
    gather::Gather,
    names::{
        at, fcntl,
        file::{DIRENT, XATTR},
        ioctl::FS_XFLAG,
        open,
    },
    snapshot::{Phase, Place, Raw},
    types::{
        Custom, Field, I16, I32, I64, Len, Long, Record,
        Type::{self, *},
        U16, U32, U64, When, Width,
    },
    value::Value,
};
use alloc::{boxed::Box, format, vec::Vec};

/// `flags` of `open`.
pub const OPEN_FLAGS: Type = PerAbi(&[
    Flags(I32, &open::OPEN),
    Flags(I32, &open::OPEN),
    Flags(I32, &open::OPEN_ARM),
    Flags(I32, &open::OPEN_ARM),
]);
/// Flags of calls that create a descriptor without opening a file.
pub const DESCRIPTOR_FLAGS: Type = PerAbi(&[
    Flags(I32, &open::NEW_DESCRIPTOR),
    Flags(I32, &open::NEW_DESCRIPTOR),
    Flags(I32, &open::NEW_DESCRIPTOR_ARM),
    Flags(I32, &open::NEW_DESCRIPTOR_ARM),
]);
/// Flags of calls that accept `AT_SYMLINK_NOFOLLOW` and `AT_EMPTY_PATH`.
pub const AT_PATH: Type = Flags(I32, &at::AT_CHMOD);

/// `struct open_how`
pub static OPEN_HOW: Record = Record {
    name: "open_how",
    fields: &[
        Field::new(
            "flags",
            PerAbi(&[
                Flags(U64, &open::OPENAT2),
                Flags(U64, &open::OPENAT2),
                Flags(U64, &open::OPENAT2_ARM),
                Flags(U64, &open::OPENAT2_ARM),
            ]),
        ),
        // Written too where a file may be made: O_CREAT, __O_TMPFILE (`asm-generic/fcntl.h`).
        Field::new("mode", SwitchBits(1, u64::MAX, &[(0, If(0, 0o20_000_100, &Octal(U64)))], &Octal(U64))),
        Field::new("resolve", Flags(U64, &open::RESOLVE)),
        Field::new("", Beyond),
    ],
};

/// `struct flock` with the ABI's word size, for `F_SETLK`.
pub static FLOCK: Record = Record {
    name: "flock",
    fields: &[
        Field::new("l_type", Symbol(I16, &fcntl::LOCK_TYPE)),
        Field::new("l_whence", Symbol(I16, &open::SEEK)),
        Field::new("l_start", Int(Long)),
        Field::new("l_len", Int(Long)),
        Field::padding(Pid),
    ],
};
/// As [`FLOCK`], as filled by `F_GETLK`: with the owner of the lock.
pub static FLOCK_HELD: Record = Record {
    name: "flock, filled",
    fields: &[
        Field::new("l_type", Symbol(I16, &fcntl::LOCK_TYPE)),
        Field::new("l_whence", Symbol(I16, &open::SEEK)),
        Field::new("l_start", Int(Long)),
        Field::new("l_len", Int(Long)),
        Field::new("l_pid", Pid),
    ],
};
/// `struct flock64`, for `F_SETLK64` and `F_OFD_SETLK`.
pub static FLOCK64: Record = Record {
    name: "flock64",
    fields: &[
        Field::new("l_type", Symbol(I16, &fcntl::LOCK_TYPE)),
        Field::new("l_whence", Symbol(I16, &open::SEEK)),
        Field::new("l_start", Int(I64)),
        Field::new("l_len", Int(I64)),
        Field::padding(Pid),
    ],
};
/// As [`FLOCK64`], as filled by `F_GETLK64` and `F_OFD_GETLK`.
pub static FLOCK64_HELD: Record = Record {
    name: "flock64, filled",
    fields: &[
        Field::new("l_type", Symbol(I16, &fcntl::LOCK_TYPE)),
        Field::new("l_whence", Symbol(I16, &open::SEEK)),
        Field::new("l_start", Int(I64)),
        Field::new("l_len", Int(I64)),
        Field::new("l_pid", Pid),
    ],
};

/// `struct f_owner_ex`
pub static OWNER_EX: Record = Record {
    name: "f_owner_ex",
    fields: &[
        Field::new("type", Symbol(I32, &fcntl::OWNER)),
        Field::new("pid", Switch(0, &[(2, Group)], &Pid)),
    ],
};

/// `struct delegation`
pub static DELEGATION: Record = Record {
    name: "delegation",
    fields: &[
        Field::new("d_flags", Hex(U32)),
        Field::new("d_type", Symbol(U16, &fcntl::LOCK_TYPE)),
        Field::new("__pad", Hex(U16)),
    ],
};

/// `struct xattr_args`, for `setxattrat`.
pub static XATTR_ARGS: Record = Record {
    name: "xattr_args",
    fields: &[
        Field::new("value", Wide(&In(&Text(Len::Arg(1))))),
        Field::new("size", Int(U32)),
        Field::new("flags", Flags(U32, &XATTR)),
        Field::new("", Beyond),
    ],
};
/// As [`XATTR_ARGS`], with a value that the kernel fills in.
pub static XATTR_ROOM: Record = Record {
    name: "xattr_args, to fill",
    fields: &[
        Field::new("value", Wide(&Addr)),
        Field::new("size", Int(U32)),
        Field::new("flags", Flags(U32, &XATTR)),
        Field::new("", Beyond),
    ],
};

/// `MAX_HANDLE_SZ` of `linux/exportfs.h`.
const MAX_HANDLE: u32 = 128;

/// `struct file_handle`
pub static HANDLE: Record = Record {
    name: "file_handle",
    fields: &[
        Field::new("handle_bytes", Int(U32)),
        Field::new("handle_type", Int(I32)),
        Field::new("f_handle", Binary(Len::Arg(0), MAX_HANDLE)),
    ],
};
/// The part of a handle before its bytes.
const FIXED: usize = 8;

/// The handle that `name_to_handle_at` fills: its room and its length, which is returned even if the room was too small.
pub static HANDLE_TO_FILL: Custom = Custom {
    name: "file_handle, to fill",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        let scope = gather.scope;
        let Some(addr) = scope.pointer(place).filter(|addr| *addr != 0) else { return };
        if scope.phase == Phase::Entry || scope.snapshot.success().is_none() {
            gather.want(addr, FIXED);
        } else {
            gather.follow(&FILLED_HANDLE, place, Phase::Exit);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        const EOVERFLOW: u16 = 75;
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let length = |phase| decode.scope.load(Place::Memory { addr, phase }, U32);
        let whole = decode.scope.bytes(Phase::Entry, addr, FIXED).len() == FIXED;
        let Some(before) = length(Phase::Entry).filter(|_| whole) else { return Value::Addr(addr) };
        let after = length(Phase::Exit).filter(|after| *after != before);
        let name = decode.name("handle_bytes");
        let told = match decode.scope.snapshot.result {
            Some(Raw::Value(_)) | Some(Raw::Error(EOVERFLOW)) => after,
            _ => None,
        };
        let mut bytes = Value::Unsigned(before);
        if let Some(after) = told {
            bytes = Value::Changed(Box::new(bytes), Box::new(Value::Unsigned(after)));
        }
        let mut fields =
            match decode.scope.snapshot.success().map(|_| decode.pointee(&FILLED_HANDLE, place, Phase::Exit))
            {
                Some(Some(Value::Struct { fields, .. })) => fields,
                _ => Vec::from([(Some(name), Value::Unsigned(before))]),
            };
        fields[0] = (Some(name), bytes);
        Value::Struct { fields, cut: false }
    },
};

/// A handle that the kernel has filled.
static FILLED_HANDLE: Type = Struct(&HANDLE);

/// `struct cachestat_range`
pub static CACHE_RANGE: Record =
    Record { name: "cachestat_range", fields: &[Field::new("off", Hex(U64)), Field::new("len", Int(U64))] };
/// `struct cachestat`
pub static CACHESTAT: Record = Record {
    name: "cachestat",
    fields: &[
        Field::new("nr_cache", Int(U64)),
        Field::new("nr_dirty", Int(U64)),
        Field::new("nr_writeback", Int(U64)),
        Field::new("nr_evicted", Int(U64)),
        Field::new("nr_recently_evicted", Int(U64)),
    ],
};

/// `struct file_attr` for `file_setattr`: the caller does not set the number of extents.
pub static FILE_ATTR_SET: Record = Record {
    name: "file_attr",
    fields: &[
        Field::new("fa_xflags", Flags(U64, &FS_XFLAG)),
        Field::new("fa_extsize", Int(U32)),
        Field::padding(Int(U32)),
        Field::new("fa_projid", Hex(U32)),
        Field::new("fa_cowextsize", Int(U32)),
        Field::new("", Beyond),
    ],
};

/// `struct file_attr`
pub static FILE_ATTR: Record = Record {
    name: "file_attr",
    fields: &[
        Field::new("fa_xflags", Flags(U64, &FS_XFLAG)),
        Field::new("fa_extsize", Int(U32)),
        Field::new("fa_nextents", Int(U32)),
        Field::new("fa_projid", Hex(U32)),
        Field::new("fa_cowextsize", Int(U32)),
    ],
};

/// Offset of `mmap2` and similar calls: counted in pages of 4096 bytes, written in bytes.
pub static PAGES: Custom = Custom::inside("offset in pages", 0, |_: &mut Decode<'_>, place| match place {
    Place::Register(pages) => Value::Hex(pages << 12),
    Place::Memory { addr, .. } => Value::Addr(addr),
});

/// The result of `getdents`: `struct linux_dirent`, whose last byte is the type.
pub static DIRENTS: Custom = Custom {
    name: "linux_dirent",
    size: 0,
    when: When::Exit,
    gather: gather_entries,
    decode: |decode: &mut Decode<'_>, place| entries(decode, place, false),
};
/// The result of `getdents64`: `struct linux_dirent64`.
pub static DIRENTS64: Custom = Custom {
    name: "linux_dirent64",
    size: 0,
    when: When::Exit,
    gather: gather_entries,
    decode: |decode: &mut Decode<'_>, place| entries(decode, place, true),
};

/// At most this many bytes of directory entries are read: a C library asks for 32768.
const MOST_ENTRIES: u64 = 64 << 10;

fn gather_entries(gather: &mut Gather<'_>, place: Place) {
    if let (Place::Register(addr), Some(len)) = (place, gather.scope.snapshot.success()) {
        gather.want(addr, len.min(MOST_ENTRIES) as usize);
    }
}

/// `0x55d0... /* 5 entries */`, or with `-v` the entries themselves.
fn entries(decode: &mut Decode<'_>, place: Place, wide: bool) -> Value {
    let (Place::Register(addr) | Place::Memory { addr, .. }) = place;
    let Some(total) = decode.scope.snapshot.success() else { return Value::Addr(addr) };
    // d_ino and d_off are words of the ABI, or 64 bits. d_type precedes the name only in the newer form.
    let word = if wide { 8 } else { decode.scope.abi().word() };
    let header = 2 * word + 2 + usize::from(wide);
    let at = |offset: usize| Place::Memory { addr: addr.wrapping_add(offset as u64), phase: Phase::Exit };
    let (number, mut offset, total) = (if word == 8 { U64 } else { U32 }, 0, total as usize);
    let (mut items, mut count, mut cut) = (Vec::new(), 0, false);
    while offset < total {
        let scope = decode.scope;
        let (Some(ino), Some(off), Some(len)) = (
            scope.load(at(offset), number),
            scope.load(at(offset + word), number),
            scope.load(at(offset + 2 * word), U16),
        ) else {
            break;
        };
        let len = len as usize;
        // The kernel did not write a record that is too short or extends beyond the end.
        if len < header || len > total - offset {
            break;
        }
        count += 1;
        if scope.depth.verbose && items.len() < scope.most_elements() {
            let kind = at(if wide { offset + 2 * word + 2 } else { offset + len - 1 });
            let kind = scope.load(kind, Width::U8).unwrap_or(0);
            let room = len - header - usize::from(!wide);
            let name = scope.bytes(Phase::Exit, addr.wrapping_add((offset + header) as u64), room);
            let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
            let name = (Some(decode.name("d_name")), Value::bytes(&name[..end]));
            let kind = (Some(decode.name("d_type")), decode.symbol(kind, &DIRENT, Width::U8));
            let mut fields = Vec::from([
                (Some(decode.name("d_ino")), Value::Unsigned(ino)),
                (Some(decode.name("d_off")), Value::Unsigned(off)),
                (Some(decode.name("d_reclen")), Value::Unsigned(len as u64)),
            ]);
            fields.extend(if wide { [kind, name] } else { [name, kind] });
            items.push(Value::Struct { fields, cut: false });
        } else {
            cut = true;
        }
        offset += len;
    }
    if decode.scope.depth.verbose {
        return Value::Array { items, cut };
    }
    Value::Noted(Box::new(Value::Addr(addr)), format!("{count} entries"))
}
