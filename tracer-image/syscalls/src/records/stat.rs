//! `struct stat` in its forms: `asm/stat.h` of x86 and arm, `asm-generic/stat.h` of arm64, `linux/stat.h` for `statx`;
//! and `struct statfs` (`asm-generic/statfs.h`).

use crate::{
    names::file::{FILESYSTEM, ST_FLAGS, STATX_ATTR, STATX_MASK},
    types::{
        Field, I32, I64, Len, Record,
        Type::{self, *},
        U16, U32, U64, Ulong,
    },
};

const S_IFMT: u64 = 0o170000;
const S_IFCHR: u64 = 0o020000;
const S_IFBLK: u64 = 0o060000;

/// The size, which devices do not have; `mode` is the index of `st_mode`.
const fn size(mode: u8, ty: &'static Type, hidden: &'static [(u64, Type)]) -> Field {
    Field::new("st_size", SwitchBits(mode, S_IFMT, hidden, ty))
}

/// The field is not written for devices.
const OF_DEVICES: &[(u64, Type)] = &[(S_IFCHR, Absent), (S_IFBLK, Absent)];
const DEVICE64: &[(u64, Type)] = &[(S_IFCHR, Dev(U64)), (S_IFBLK, Dev(U64))];
const DEVICE32: &[(u64, Type)] = &[(S_IFCHR, Dev(U32)), (S_IFBLK, Dev(U32))];
const DEVICE16: &[(u64, Type)] = &[(S_IFCHR, Dev(U16)), (S_IFBLK, Dev(U16))];

/// strace's order of the fields, which differs from every layout.
const ORDER: &[&str] = &[
    "st_dev",
    "st_ino",
    "st_mode",
    "st_nlink",
    "st_uid",
    "st_gid",
    "st_blksize",
    "st_blocks",
    "st_size",
    "st_rdev",
    "st_atime",
    "st_atime_nsec",
    "st_mtime",
    "st_mtime_nsec",
    "st_ctime",
    "st_ctime_nsec",
];

static X86_64: Record = Record {
    name: "stat",
    fields: &[
        Field::verbose("st_dev", Dev(U64)),
        Field::verbose("st_ino", Int(U64)),
        Field::verbose("st_nlink", Int(U64)),
        Field::new("st_mode", Mode(U32)),
        Field::verbose("st_uid", Int(U32)),
        Field::verbose("st_gid", Int(U32)),
        Field::padding(Int(U32)),
        Field::new("st_rdev", SwitchBits(3, S_IFMT, DEVICE64, &Absent)),
        size(3, &Int(U64), OF_DEVICES),
        Field::verbose("st_blksize", Int(U64)),
        Field::verbose("st_blocks", Int(U64)),
        Field::verbose("st_atime", Date(I64, Some(12))),
        Field::verbose("st_atime_nsec", Int(U64)),
        Field::verbose("st_mtime", Date(I64, Some(14))),
        Field::verbose("st_mtime_nsec", Int(U64)),
        Field::verbose("st_ctime", Date(I64, Some(16))),
        Field::verbose("st_ctime_nsec", Int(U64)),
        Field::padding(Array(&Int(I64), Len::Fixed(3))),
    ],
};

static GENERIC: Record = Record {
    name: "stat (asm-generic)",
    fields: &[
        Field::verbose("st_dev", Dev(U64)),
        Field::verbose("st_ino", Int(U64)),
        Field::new("st_mode", Mode(U32)),
        Field::verbose("st_nlink", Int(U32)),
        Field::verbose("st_uid", Int(U32)),
        Field::verbose("st_gid", Int(U32)),
        Field::new("st_rdev", SwitchBits(2, S_IFMT, DEVICE64, &Absent)),
        Field::padding(Int(U64)),
        size(2, &Int(U64), OF_DEVICES),
        Field::verbose("st_blksize", Int(U32)),
        Field::padding(Int(I32)),
        Field::verbose("st_blocks", Int(U64)),
        Field::verbose("st_atime", Date(I64, Some(13))),
        Field::verbose("st_atime_nsec", Int(U64)),
        Field::verbose("st_mtime", Date(I64, Some(15))),
        Field::verbose("st_mtime_nsec", Int(U64)),
        Field::verbose("st_ctime", Date(I64, Some(17))),
        Field::verbose("st_ctime_nsec", Int(U64)),
        Field::padding(Array(&Int(U32), Len::Fixed(2))),
    ],
};

/// i386 and arm.
static SHORT: Record = Record {
    name: "stat (32 bits)",
    fields: &[
        Field::verbose("st_dev", Dev(U32)),
        Field::verbose("st_ino", Int(U32)),
        Field::new("st_mode", Mode(U16)),
        Field::verbose("st_nlink", Int(U16)),
        Field::verbose("st_uid", Int(U16)),
        Field::verbose("st_gid", Int(U16)),
        Field::new("st_rdev", SwitchBits(2, S_IFMT, DEVICE32, &Absent)),
        size(2, &Int(U32), OF_DEVICES),
        Field::verbose("st_blksize", Int(U32)),
        Field::verbose("st_blocks", Int(U32)),
        Field::verbose("st_atime", Date(I32, Some(11))),
        Field::verbose("st_atime_nsec", Int(U32)),
        Field::verbose("st_mtime", Date(I32, Some(13))),
        Field::verbose("st_mtime_nsec", Int(U32)),
        Field::verbose("st_ctime", Date(I32, Some(15))),
        Field::verbose("st_ctime_nsec", Int(U32)),
        Field::padding(Array(&Int(U32), Len::Fixed(2))),
    ],
};

/// `struct stat64` of i386 and arm.
static LONG: Record = Record {
    name: "stat64",
    fields: &[
        Field::verbose("st_dev", Dev(U64)),
        Field::padding(Int(U32)),
        Field::padding(Int(U32)),
        Field::new("st_mode", Mode(U32)),
        Field::verbose("st_nlink", Int(U32)),
        Field::verbose("st_uid", Int(U32)),
        Field::verbose("st_gid", Int(U32)),
        Field::new("st_rdev", SwitchBits(3, S_IFMT, DEVICE64, &Absent)),
        Field::padding(Int(U32)),
        size(3, &Int(U64), OF_DEVICES),
        Field::verbose("st_blksize", Int(U32)),
        Field::verbose("st_blocks", Int(U64)),
        Field::verbose("st_atime", Date(I32, Some(13))),
        Field::verbose("st_atime_nsec", Int(U32)),
        Field::verbose("st_mtime", Date(I32, Some(15))),
        Field::verbose("st_mtime_nsec", Int(U32)),
        Field::verbose("st_ctime", Date(I32, Some(17))),
        Field::verbose("st_ctime_nsec", Int(U32)),
        Field::verbose("st_ino", Int(U64)),
    ],
};

/// `struct __old_kernel_stat` of i386 and arm.
static OLD: Record = Record {
    name: "__old_kernel_stat",
    fields: &[
        Field::verbose("st_dev", Dev(U16)),
        Field::verbose("st_ino", Int(U16)),
        Field::new("st_mode", Mode(U16)),
        Field::verbose("st_nlink", Int(U16)),
        Field::verbose("st_uid", Int(U16)),
        Field::verbose("st_gid", Int(U16)),
        Field::new("st_rdev", SwitchBits(2, S_IFMT, DEVICE16, &Absent)),
        size(2, &Int(U32), OF_DEVICES),
        Field::verbose("st_atime", Date(I32, None)),
        Field::verbose("st_mtime", Date(I32, None)),
        Field::verbose("st_ctime", Date(I32, None)),
    ],
};

/// `struct stat` of each ABI.
pub static STAT: Type = PerAbi(&[
    Ordered(&X86_64, ORDER),
    Ordered(&SHORT, ORDER),
    Ordered(&GENERIC, ORDER),
    Ordered(&SHORT, ORDER),
]);
/// `struct stat64` of the 32-bit ABIs.
pub static STAT64: Type = Ordered(&LONG, ORDER);
/// The result of `oldstat`.
pub static OLD_STAT: Type = Ordered(&OLD, ORDER);

static TIMESTAMP: Record = Record {
    name: "statx_timestamp",
    fields: &[Field::new("tv_sec", Int(I64)), Field::new("tv_nsec", Int(U32)), Field::padding(Int(I32))],
};

/// `struct statx`: a field is valid if its bit is set in `stx_mask`.
pub static STATX: Record = Record {
    name: "statx",
    fields: &[
        Field::new("stx_mask", Flags(U32, &STATX_MASK)),
        Field::verbose("stx_blksize", Int(U32)),
        Field::new("stx_attributes", Flags(U64, &STATX_ATTR)),
        Field::verbose("stx_nlink", If(0, 0x4, &Int(U32))),
        Field::verbose("stx_uid", If(0, 0x8, &Int(U32))),
        Field::verbose("stx_gid", If(0, 0x10, &Int(U32))),
        Field::new("stx_mode", If(0, 0x3, &Mode(U16))),
        Field::padding(Int(U16)),
        Field::verbose("stx_ino", If(0, 0x100, &Int(U64))),
        Field::new("stx_size", If(0, 0x200, &Int(U64))),
        Field::verbose("stx_blocks", If(0, 0x400, &Int(U64))),
        Field::verbose("stx_attributes_mask", Flags(U64, &STATX_ATTR)),
        Field::verbose("stx_atime", If(0, 0x20, &Dated(&TIMESTAMP, 9))),
        Field::verbose("stx_btime", If(0, 0x800, &Dated(&TIMESTAMP, 9))),
        Field::verbose("stx_ctime", If(0, 0x80, &Dated(&TIMESTAMP, 9))),
        Field::verbose("stx_mtime", If(0, 0x40, &Dated(&TIMESTAMP, 9))),
        Field::verbose("stx_rdev_major", Int(U32)),
        Field::verbose("stx_rdev_minor", Int(U32)),
        Field::verbose("stx_dev_major", Int(U32)),
        Field::verbose("stx_dev_minor", Int(U32)),
        Field::verbose("stx_mnt_id", If(0, 0x1000, &Hex(U64))),
        Field::verbose("stx_dio_mem_align", If(0, 0x2000, &Int(U32))),
        Field::verbose("stx_dio_offset_align", If(0, 0x2000, &Int(U32))),
        Field::verbose("stx_subvol", If(0, 0x8000, &Hex(U64))),
        // The limits of atomic writes, which strace does not write.
        Field::padding(Array(&Int(U32), Len::Fixed(3))),
        Field::verbose("stx_dio_read_offset_align", If(0, 0x20000, &Int(U32))),
        Field::padding(Array(&Int(U64), Len::Fixed(9))),
    ],
};

static FSID: Record =
    Record { name: "__kernel_fsid_t", fields: &[Field::new("val", Array(&Hex(U32), Len::Fixed(2)))] };

/// The kernel has filled `f_flags`.
const ST_VALID: u64 = 0x20;

/// `struct statfs` with the ABI's word size.
pub static STATFS: Record = Record {
    name: "statfs",
    fields: &[
        Field::new("f_type", Symbol(Ulong, &FILESYSTEM)),
        Field::new("f_bsize", Int(Ulong)),
        Field::new("f_blocks", Int(Ulong)),
        Field::new("f_bfree", Int(Ulong)),
        Field::new("f_bavail", Int(Ulong)),
        Field::new("f_files", Int(Ulong)),
        Field::new("f_ffree", Int(Ulong)),
        Field::new("f_fsid", Struct(&FSID)),
        Field::new("f_namelen", Int(Ulong)),
        Field::new("f_frsize", Int(Ulong)),
        Field::new("f_flags", If(10, ST_VALID, &Flags(Ulong, &ST_FLAGS))),
        Field::padding(Array(&Int(Ulong), Len::Fixed(4))),
    ],
};

/// `struct statfs64` of the 32-bit ABIs: packed on arm, which gives the natural alignment of i386.
pub static STATFS64: Record = Record {
    name: "statfs64",
    fields: &[
        Field::new("f_type", Symbol(U32, &FILESYSTEM)),
        Field::new("f_bsize", Int(U32)),
        Field::new("f_blocks", Packed(&Int(U64))),
        Field::new("f_bfree", Packed(&Int(U64))),
        Field::new("f_bavail", Packed(&Int(U64))),
        Field::new("f_files", Packed(&Int(U64))),
        Field::new("f_ffree", Packed(&Int(U64))),
        Field::new("f_fsid", Struct(&FSID)),
        Field::new("f_namelen", Int(U32)),
        Field::new("f_frsize", Int(U32)),
        Field::new("f_flags", If(10, ST_VALID, &Flags(U32, &ST_FLAGS))),
        Field::padding(Array(&Int(U32), Len::Fixed(4))),
    ],
};
