//! Disks, flash devices and file systems: `linux/hdreg.h`, `linux/blkpg.h`, `linux/loop.h`, `linux/fs.h`,
//! `mtd/mtd-abi.h`, `mtd/ubi-user.h`.

use crate::{
    decode::Decode,
    gather::Scope,
    names::{devices::*, disks::*},
    records::devices::told,
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I8, I16, I32, I64, Len, RESULT, Record,
        Type::{self, *},
        U8, U16, U32, U64, Ulong, When,
    },
    value::Value,
};
use alloc::{format, string::String, vec::Vec};

/// `struct hd_geometry`
pub static GEOMETRY: Record = Record {
    name: "hd_geometry",
    fields: &[
        Field::new("heads", Int(U8)),
        Field::new("sectors", Int(U8)),
        Field::new("cylinders", Int(U16)),
        Field::new("start", Int(Ulong)),
    ],
};

/// The command of `HDIO_DRIVE_CMD`.
pub static DRIVE_COMMAND: Record = Record {
    name: "HDIO_DRIVE_CMD, given",
    fields: &[
        Field::new("command", Symbol(U8, &ATA_COMMANDS)),
        Field::new("sector_number", Int(U8)),
        Field::new("feature", Int(U8)),
        Field::new("sector_count", Int(U8)),
    ],
};

/// If the command failed with this error, the disk has reported why.
pub const EIO: u16 = 5;

/// The disk's answer.
pub static DRIVE_ANSWER: Record = Record {
    name: "HDIO_DRIVE_CMD, told",
    fields: &[
        Field::new("status", Hex(U8)),
        Field::new("error", Int(U8)),
        Field::new("nsector", Int(U8)),
        Field::padding(Int(U8)),
        Field::new("buf", Custom(&SECTORS)),
    ],
};

/// As many 512-byte sectors as were requested, after the answer.
static SECTORS: Custom = Custom {
    name: "sectors of a disk",
    size: 0,
    when: When::Exit,
    gather: |gather, place| {
        let count = sectors(&gather.scope, place);
        if let Place::Memory { addr, .. } = place {
            let most = gather.most_bytes();
            gather.want(addr, count.min(most));
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let count = sectors(&decode.scope, place);
        let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
        match decode.buffer(addr, phase, count) {
            _ if count == 0 => Value::List(Vec::new()),
            Some(Value::Str { bytes, cut }) => Value::Binary { bytes, cut },
            _ => Value::Addr(addr),
        }
    },
};

/// The requested count precedes the sectors, as it was at entry.
fn sectors(scope: &Scope<'_>, place: Place) -> usize {
    let Place::Memory { addr, .. } = place else { return 0 };
    let count = Place::Memory { addr: addr.wrapping_sub(1), phase: Phase::Entry };
    scope.load(count, U8).unwrap_or(0) as usize * 512
}

/// `struct blkpg_partition`
static PARTITION: Record = Record {
    name: "blkpg_partition",
    fields: &[
        Field::new("start", Int(I64)),
        Field::new("length", Int(I64)),
        Field::new("pno", Int(I32)),
        Field::new("devname", Chars(64)),
        Field::new("volname", Chars(64)),
    ],
};

/// `struct blkpg_ioctl_arg`
pub static PARTITION_CHANGE: Record = Record {
    name: "blkpg_ioctl_arg",
    fields: &[
        Field::new("op", Symbol(U32, &PARTITION_OPS)),
        Field::new("flags", Int(I32)),
        Field::new("datalen", Int(I32)),
        Field::new("data", In(&Struct(&PARTITION))),
    ],
};

/// `__kernel_old_dev_t`
const OLD_DEV: Type = PerAbi(&[Dev(Ulong), Dev(U16), Dev(U32), Dev(U16)]);
const KEY: Type = Bytes(Len::Room(6, 32));

/// `struct loop_info`
pub static LOOP_OLD_STATUS: Record = Record {
    name: "loop_info",
    fields: &[
        Field::new("lo_number", Int(I32)),
        Field::verbose("lo_device", OLD_DEV),
        Field::verbose("lo_inode", Int(Ulong)),
        Field::verbose("lo_rdevice", OLD_DEV),
        Field::new("lo_offset", Hex(U32)),
        Field::new(
            "lo_encrypt_type",
            ByVerbosity(&Switch(5, &[(0, Absent)], &Symbol(U32, &LOOP_CRYPT)), &Symbol(U32, &LOOP_CRYPT)),
        ),
        Field::new("lo_encrypt_key_size", ByVerbosity(&Switch(5, &[(0, Absent)], &Int(U32)), &Int(U32))),
        Field::new("lo_flags", Flags(U32, &LOOP_FLAGS)),
        Field::new("lo_name", Chars(64)),
        Field::new("lo_encrypt_key", ByVerbosity(&Switch(5, &[(0, Absent)], &KEY), &KEY)),
        Field::verbose("lo_init", Array(&Hex(Ulong), Len::Fixed(2))),
        Field::verbose("reserved", Array(&Hex(U8), Len::Fixed(4))),
    ],
};

/// A count, followed by that many bytes.
pub static UUID_KNOWN: Record = Record {
    name: "fsuuid2",
    fields: &[Field::new("len", Int(U8)), Field::new("uuid", Binary(Len::Room(0, 16), 16))],
};

/// `struct fs_sysfs_path`
pub static SYSFS_PATH: Record = Record {
    name: "fs_sysfs_path",
    fields: &[Field::new("len", Int(U8)), Field::new("name", Packed(&Custom(&SYSFS_NAME)))],
};
static SYSFS_NAME: Custom = Custom::inside("path in sysfs", 128, |decode: &mut Decode<'_>, place| {
    let length = decode.scope.sibling(0);
    decode.counted(place, length, 128)
});

/// `struct logical_block_metadata_cap`
pub static BLOCK_METADATA: Record = Record {
    name: "logical_block_metadata_cap",
    fields: &[
        Field::new("lbmd_flags", Flags(U32, &INTEGRITY)),
        Field::new("lbmd_interval", Int(U16)),
        Field::new("lbmd_size", Int(U8)),
        Field::new("lbmd_opaque_size", Int(U8)),
        Field::new("lbmd_opaque_offset", Int(U8)),
        Field::new("lbmd_pi_size", Int(U8)),
        Field::new("lbmd_pi_offset", Int(U8)),
        Field::new("lbmd_guard_tag_type", Symbol(U8, &INTEGRITY_SUMS)),
        Field::new("lbmd_app_tag_size", Int(U8)),
        Field::new("lbmd_ref_tag_size", Int(U8)),
        Field::new("lbmd_storage_tag_size", Int(U8)),
        Field::padding(Int(U8)),
    ],
};

/// `struct rand_pool_info`
pub static ENTROPY: Record = Record {
    name: "rand_pool_info",
    fields: &[
        Field::new("entropy_count", Int(I32)),
        Field::new("buf_size", Int(I32)),
        Field::new("buf", Bytes(Len::Arg(1))),
    ],
};

/// `struct erase_info_user`
pub static MTD_AREA: Record = Record {
    name: "erase_info_user",
    fields: &[Field::new("start", Hex(U32)), Field::new("length", Hex(U32))],
};

/// `struct erase_info_user64`
pub static MTD_AREA64: Record = Record {
    name: "erase_info_user64",
    fields: &[Field::new("start", Hex(U64)), Field::new("length", Hex(U64))],
};

/// `struct otp_info`
pub static MTD_OTP_AREA: Record = Record {
    name: "otp_info",
    fields: &[Field::new("start", Hex(U32)), Field::new("length", Hex(U32)), Field::new("locked", Int(U32))],
};

/// `struct mtd_info_user`
pub static MTD_KNOWN: Record = Record {
    name: "mtd_info_user",
    fields: &[
        Field::new("type", Symbol(U8, &MTD_TYPES)),
        Field::new("flags", Flags(U32, &MTD_FLAGS)),
        Field::new("size", Hex(U32)),
        Field::new("erasesize", Hex(U32)),
        Field::new("writesize", Hex(U32)),
        Field::new("oobsize", Hex(U32)),
        Field::new("padding", Hex(U64)),
    ],
};

/// `struct nand_oobinfo`
pub static MTD_OOB: Record = Record {
    name: "nand_oobinfo",
    fields: &[
        Field::new("useecc", Symbol(U32, &MTD_ECC)),
        Field::new("eccbytes", Hex(U32)),
        Field::new("oobfree", Array(&Array(&Hex(U32), Len::Fixed(2)), Len::Fixed(8))),
        Field::new("eccpos", Array(&Hex(U32), Len::Fixed(32))),
    ],
};

/// `struct nand_oobfree`
static MTD_FREE: Record = Record {
    name: "nand_oobfree",
    fields: &[Field::new("offset", Hex(U32)), Field::new("length", Hex(U32))],
};

/// `struct nand_ecclayout_user`
pub static MTD_LAYOUT: Record = Record {
    name: "nand_ecclayout_user",
    fields: &[
        Field::new("eccbytes", Hex(U32)),
        Field::new("eccpos", Array(&Hex(U32), Len::Fixed(64))),
        Field::new("oobavail", Hex(U32)),
        Field::new("oobfree", Array(&Struct(&MTD_FREE), Len::Fixed(8))),
    ],
};

/// `struct mtd_ecc_stats`
pub static MTD_STATISTICS: Record = Record {
    name: "mtd_ecc_stats",
    fields: &[
        Field::new("corrected", Hex(U32)),
        Field::new("failed", Hex(U32)),
        Field::new("badblocks", Hex(U32)),
        Field::new("bbtblocks", Hex(U32)),
    ],
};

/// `struct region_info_user` in a query.
pub static MTD_REGION: Record = Record {
    name: "region_info_user",
    fields: &[
        Field::new("offset", told!(Hex(U32))),
        Field::new("erasesize", told!(Hex(U32))),
        Field::new("numblocks", told!(Hex(U32))),
        Field::new("regionindex", Hex(U32)),
    ],
};

/// `struct mtd_oob_buf`
pub static MTD_OOB_BUFFER: Record = Record {
    name: "mtd_oob_buf",
    fields: &[Field::new("start", Hex(U32)), Field::new("length", Hex(U32)), Field::new("ptr", Addr)],
};

/// A 64-bit address.
const WIDE_ADDR: Type = Wide(&Addr);

/// `struct mtd_oob_buf64`
pub static MTD_OOB_BUFFER64: Record = Record {
    name: "mtd_oob_buf64",
    fields: &[
        Field::new("start", Hex(U64)),
        Field::padding(Int(U32)),
        Field::new("length", Hex(U32)),
        Field::new("usr_ptr", WIDE_ADDR),
    ],
};

/// `struct mtd_write_req`
pub static MTD_WRITE: Record = Record {
    name: "mtd_write_req",
    fields: &[
        Field::new("start", Hex(U64)),
        Field::new("len", Hex(U64)),
        Field::new("ooblen", Hex(U64)),
        Field::new("usr_data", WIDE_ADDR),
        Field::new("usr_oob", WIDE_ADDR),
        Field::new("mode", Symbol(U8, &MTD_OPS)),
        Field::padding(Chars(7)),
    ],
};

/// `struct ubi_attach_req`
pub static UBI_ATTACH: Record = Record {
    name: "ubi_attach_req",
    fields: &[
        Field::new("ubi_num", Int(I32)),
        Field::new("mtd_num", Int(I32)),
        Field::new("vid_hdr_offset", Int(I32)),
        Field::new("max_beb_per1024", Int(I16)),
        Field::new("disable_fm", Int(I8)),
        Field::new("need_resv_pool", Int(I8)),
        Field::padding(Chars(8)),
    ],
};

/// `struct ubi_mkvol_req`
pub static UBI_MAKE: Record = Record {
    name: "ubi_mkvol_req",
    fields: &[
        Field::new("vol_id", Int(I32)),
        Field::new("alignment", Int(I32)),
        Field::new("bytes", Int(I64)),
        Field::new("vol_type", Symbol(U8, &UBI_VOLUMES)),
        Field::new("flags", Flags(U8, &UBI_FLAGS)),
        Field::new("name_len", Int(I16)),
        Field::padding(Int(U32)),
        Field::new("name", Custom(&UBI_NAME)),
    ],
};
/// The length is in the field two before this one.
static UBI_NAME: Custom = Custom::inside("name of a volume", 128, |decode: &mut Decode<'_>, place| {
    let length = decode.scope.sibling(5) as i16;
    decode.counted(place, length.max(0) as u64, 128)
});

/// An entry of `struct ubi_rnvol_req`.
static UBI_RENAMED: Record = Record {
    name: "ubi_rnvol_req, entry",
    fields: &[
        Field::new("vol_id", Int(I32)),
        Field::new("name_len", Int(I16)),
        Field::padding(Int(U16)),
        Field::new("name", Custom(&UBI_NEW_NAME)),
    ],
};
static UBI_NEW_NAME: Custom =
    Custom::inside("new name of a volume", 128, |decode: &mut Decode<'_>, place| {
        let length = decode.scope.sibling(1) as i16;
        decode.counted(place, length.max(0) as u64, 128)
    });

/// `struct ubi_rnvol_req`
pub static UBI_RENAME: Record = Record {
    name: "ubi_rnvol_req",
    fields: &[
        Field::new("count", Int(I32)),
        Field::padding(Chars(12)),
        Field::new("ents", Custom(&UBI_RENAMES)),
    ],
};
const RENAMED: Type = Struct(&UBI_RENAMED);
/// None if the count is negative.
static UBI_RENAMES: Custom =
    Custom::inside("new names of volumes", 32 * 136, |decode: &mut Decode<'_>, place| {
        let count = (decode.scope.sibling(0) as i32).clamp(0, 32) as u64;
        decode.several(&RENAMED, count, place).unwrap_or(Value::List(Vec::new()))
    });

/// `struct ubi_rsvol_req`
pub static UBI_RESIZE: Record = Record {
    name: "ubi_rsvol_req",
    fields: &[Field::new("bytes", Packed(&Int(I64))), Field::new("vol_id", Packed(&Int(I32)))],
};

/// `struct ubi_leb_change_req`
pub static UBI_CHANGE: Record = Record {
    name: "ubi_leb_change_req",
    fields: &[
        Field::new("lnum", Int(I32)),
        Field::new("bytes", Int(I32)),
        Field::new("dtype", Symbol(U8, &UBI_DATA)),
        Field::padding(Chars(7)),
    ],
};

/// `struct ubi_map_req`
pub static UBI_MAP: Record = Record {
    name: "ubi_map_req",
    fields: &[
        Field::new("lnum", Packed(&Int(I32))),
        Field::new("dtype", Symbol(U8, &UBI_DATA)),
        Field::padding(Chars(3)),
    ],
};

/// `struct ubi_set_vol_prop_req`
pub static UBI_PROPERTY: Record = Record {
    name: "ubi_set_vol_prop_req",
    fields: &[
        Field::new("property", Symbol(U8, &UBI_PROPERTIES)),
        Field::padding(Chars(7)),
        Field::new("value", Hex(U64)),
    ],
};

/// `uuid_t`: `00112233-4455-6677-8899-aabbccddeeff`.
pub static UUID: Custom = Custom::inside("uuid", 16, |decode: &mut Decode<'_>, place| {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let mut text = String::new();
    for (at, byte) in decode.scope.bytes(phase, addr, 16).iter().enumerate() {
        text += if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
        text += &format!("{byte:02x}");
    }
    Value::Text(text)
});
