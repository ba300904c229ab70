//! Structures of `ioctl(2)`: `linux/userfaultfd.h`, `linux/seccomp.h`, `linux/pidfd.h`, `linux/nsfs.h`, `linux/loop.h`,
//! `linux/eventpoll.h`.

use crate::{
    names::{credentials::IDS, devices::*},
    records::{
        file::DESCRIPTOR_FLAGS, ioctl::UFFD_RANGE, memory::PAGE_STATUS, process::STATUS, socket::ADDRESS,
    },
    types::{
        Field, I32, I64, Len, RESULT, Record,
        Type::{self, *},
        U32, U64,
    },
};

/// A field that the kernel fills in, unless the call fails.
macro_rules! told {
    ($ty:expr) => {
        Switch(RESULT, &[(u32::MAX as u64, Absent)], &Later(&$ty))
    };
}
pub(crate) use told;

/// A field that is only valid if the mask, which is the first field, says so.
macro_rules! masked {
    ($bit:literal, $ty:expr) => {
        Switch(RESULT, &[(u32::MAX as u64, Absent)], &SwitchBits(0, $bit, &[(0, Absent)], &Later(&$ty)))
    };
}

/// `struct uffdio_api`
pub static UFFD_API: Record = Record {
    name: "uffdio_api",
    fields: &[
        Field::new("api", Hex(U64)),
        Field::new(
            "features",
            Switch(
                RESULT,
                &[(u32::MAX as u64, Flags(U64, &UFFD_FEATURES))],
                &Retold("features", &Flags(U64, &UFFD_FEATURES)),
            ),
        ),
        Field::new("ioctls", told!(Flags(U64, &UFFD_API_IOCTLS))),
    ],
};

/// `struct uffdio_register`
pub static UFFD_REGISTER: Record = Record {
    name: "uffdio_register",
    fields: &[
        Field::new("range", Struct(&UFFD_RANGE)),
        Field::new("mode", Flags(U64, &UFFD_REGISTER_MODE)),
        Field::new("ioctls", told!(Flags(U64, &UFFD_REGISTER_IOCTLS))),
    ],
};

/// `struct uffdio_zeropage`
pub static UFFD_ZERO: Record = Record {
    name: "uffdio_zeropage",
    fields: &[
        Field::new("range", Struct(&UFFD_RANGE)),
        Field::new("mode", Flags(U64, &UFFD_ZEROPAGE)),
        Field::new("zeropage", told!(Hex(U64))),
    ],
};

/// `struct uffdio_copy`
pub static UFFD_COPIED: Record = Record {
    name: "uffdio_copy",
    fields: &[
        Field::new("dst", Hex(U64)),
        Field::new("src", Hex(U64)),
        Field::new("len", Hex(U64)),
        Field::new("mode", Flags(U64, &UFFD_COPY)),
        Field::new("copy", told!(Hex(U64))),
    ],
};

/// `struct uffdio_continue`
pub static UFFD_CONTINUED: Record = Record {
    name: "uffdio_continue",
    fields: &[
        Field::new("range", Struct(&UFFD_RANGE)),
        Field::new("mode", Flags(U64, &UFFD_CONTINUE)),
        Field::new("mapped", told!(Int(U64))),
    ],
};

/// `struct uffdio_poison`
pub static UFFD_POISONED: Record = Record {
    name: "uffdio_poison",
    fields: &[
        Field::new("range", Struct(&UFFD_RANGE)),
        Field::new("mode", Flags(U64, &UFFD_POISON)),
        Field::new("updated", told!(Int(U64))),
    ],
};

/// `struct uffdio_writeprotect`
pub static UFFD_PROTECTED: Record = Record {
    name: "uffdio_writeprotect",
    fields: &[Field::new("range", Struct(&UFFD_RANGE)), Field::new("mode", Flags(U64, &UFFD_WRITEPROTECT))],
};

/// `struct seccomp_notif_resp`
pub static NOTIFICATION_ANSWER: Record = Record {
    name: "seccomp_notif_resp",
    fields: &[
        Field::new("id", Hex(U64)),
        Field::new("val", Int(I64)),
        Field::new("error", Custom(&PAGE_STATUS)),
        Field::new("flags", Flags(U32, &NOTIFICATION_FLAGS)),
    ],
};

/// `struct seccomp_notif_addfd`
pub static NOTIFICATION_FD: Record = Record {
    name: "seccomp_notif_addfd",
    fields: &[
        Field::new("id", Hex(U64)),
        Field::new("flags", Flags(U32, &ADDFD_FLAGS)),
        Field::new("srcfd", Fd),
        Field::new("newfd", Int(I32)),
        Field::new("newfd_flags", DESCRIPTOR_FLAGS),
    ],
};

/// `struct pidfd_info`
pub static PIDFD_INFORMATION: Record = Record {
    name: "pidfd_info",
    fields: &[
        Field::new("mask", Changing(&Flags(U64, &PIDFD_INFO))),
        Field::new("cgroupid", masked!(4, Int(U64))),
        Field::new("pid", masked!(1, Pid)),
        Field::new("tgid", masked!(1, Pid)),
        Field::new("ppid", masked!(1, Pid)),
        Field::new("ruid", masked!(2, Symbol(U32, &IDS))),
        Field::new("rgid", masked!(2, Symbol(U32, &IDS))),
        Field::new("euid", masked!(2, Symbol(U32, &IDS))),
        Field::new("egid", masked!(2, Symbol(U32, &IDS))),
        Field::new("suid", masked!(2, Symbol(U32, &IDS))),
        Field::new("sgid", masked!(2, Symbol(U32, &IDS))),
        Field::new("fsuid", masked!(2, Symbol(U32, &IDS))),
        Field::new("fsgid", masked!(2, Symbol(U32, &IDS))),
        Field::new("exit_code", masked!(8, Custom(&STATUS))),
        Field::new("coredump_mask", masked!(0x10, Flags(U32, &PIDFD_COREDUMP))),
        Field::new("coredump_signal", masked!(0x40, Signal)),
        Field::new("coredump_code", masked!(0x80, Int(I32))),
        Field::padding(Int(U32)),
        Field::new("supported_mask", masked!(0x20, Flags(U64, &PIDFD_INFO))),
    ],
};

/// `struct mnt_ns_info`
pub static MOUNT_SPACE: Record = Record {
    name: "mnt_ns_info",
    fields: &[
        Field::new("size", Int(U32)),
        Field::new("nr_mounts", Int(U32)),
        Field::new("mnt_ns_id", Hex(U64)),
    ],
};

/// The encryption of a loop device; with `-v` it is written even if there is none.
const LOOP_TYPE: Type = Symbol(U32, &LOOP_CRYPT);
/// As many bytes as the field before says, but at most the array's size (`LO_KEY_SIZE`).
const LOOP_KEY: Type = Bytes(Len::Most(7, 32));

/// `struct loop_info64`
pub static LOOP_STATUS: Record = Record {
    name: "loop_info64",
    fields: &[
        Field::verbose("lo_device", Dev(U64)),
        Field::verbose("lo_inode", Int(U64)),
        Field::verbose("lo_rdevice", Dev(U64)),
        Field::new("lo_offset", Hex(U64)),
        Field::verbose("lo_sizelimit", Int(U64)),
        Field::new("lo_number", Int(U32)),
        Field::new("lo_encrypt_type", ByVerbosity(&Switch(6, &[(0, Absent)], &LOOP_TYPE), &LOOP_TYPE)),
        Field::new("lo_encrypt_key_size", ByVerbosity(&Switch(6, &[(0, Absent)], &Int(U32)), &Int(U32))),
        Field::new("lo_flags", Flags(U32, &LOOP_FLAGS)),
        Field::new("lo_file_name", Chars(64)),
        Field::new("lo_crypt_name", ByVerbosity(&Switch(6, &[(0, Absent)], &Chars(64)), &Chars(64))),
        Field::new("lo_encrypt_key", ByVerbosity(&Switch(6, &[(0, Absent)], &LOOP_KEY), &LOOP_KEY)),
        Field::padding(Chars(32)),
        Field::verbose("lo_init", Array(&Hex(U64), Len::Fixed(2))),
    ],
};

/// `struct loop_config`
pub static LOOP_CONFIGURATION: Record = Record {
    name: "loop_config",
    fields: &[
        Field::new("fd", Fd),
        Field::new("block_size", Int(U32)),
        Field::new("info", Struct(&LOOP_STATUS)),
        Field::nonzero("__reserved", Array(&Hex(U64), Len::Fixed(8))),
    ],
};

/// `struct ifreq` with the interface's address.
pub static INTERFACE_ADDR: Record = Record {
    name: "ifreq, ifr_addr",
    fields: &[
        Field::new("ifr_name", Chars(16)),
        Field::new("ifr_addr", Over(&Sized(&ADDRESS, Len::Fixed(16)))),
        Field::padding(Chars(16)),
    ],
};

/// `struct ifreq` with the address of the interface's peer.
pub static INTERFACE_DSTADDR: Record = Record {
    name: "ifreq, ifr_dstaddr",
    fields: &[
        Field::new("ifr_name", Chars(16)),
        Field::new("ifr_dstaddr", Over(&Sized(&ADDRESS, Len::Fixed(16)))),
        Field::padding(Chars(16)),
    ],
};

/// `struct ifreq` with the interface's broadcast address.
pub static INTERFACE_BROADADDR: Record = Record {
    name: "ifreq, ifr_broadaddr",
    fields: &[
        Field::new("ifr_name", Chars(16)),
        Field::new("ifr_broadaddr", Over(&Sized(&ADDRESS, Len::Fixed(16)))),
        Field::padding(Chars(16)),
    ],
};

/// `struct ifreq` with the interface's netmask.
pub static INTERFACE_NETMASK: Record = Record {
    name: "ifreq, ifr_netmask",
    fields: &[
        Field::new("ifr_name", Chars(16)),
        Field::new("ifr_netmask", Over(&Sized(&ADDRESS, Len::Fixed(16)))),
        Field::padding(Chars(16)),
    ],
};

/// `struct ifreq` with the name of a slave.
pub static INTERFACE_SLAVE: Record = Record {
    name: "ifreq, ifr_slave",
    fields: &[Field::new("ifr_name", Chars(16)), Field::new("ifr_slave", Chars(16))],
};

/// `struct ifreq` that asks for the name of an interface number.
pub static INTERFACE_BY_INDEX: Record = Record {
    name: "ifreq, by index",
    fields: &[
        Field::new("ifr_name", told!(Chars(16))),
        Field::new("ifr_ifindex", Int(I32)),
        Field::padding(Chars(20)),
    ],
};

/// `struct ifreq` with only the interface number.
pub static BRIDGE_PORT: Record = Record {
    name: "ifreq, ifr_ifindex",
    fields: &[Field::padding(Chars(16)), Field::new("ifr_ifindex", Int(I32)), Field::padding(Chars(20))],
};
