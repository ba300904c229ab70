//! `ioctl`: the parts of a request number (`asm-generic/ioctl.h`), and structures for files and network interfaces.

use crate::{
    decode::Decode,
    gather::{Gather, Scope},
    names::{ioctl::*, requests},
    snapshot::Phase,
    types::{
        Custom, Field, I32, Record, Symbols,
        Type::{self, *},
        U16, U32, U64, When,
    },
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// Requests whose number means something else for devices that are not terminals.
static TERMINAL: Symbols =
    Symbols { unknown: "", names: &[(0x5402, "TCSETS"), (0x5403, "TCSETSW"), (0x5404, "TCSETSF")] };

/// Whether a path is that of a terminal (the kernel's `admin-guide/devices.txt`).
fn is_terminal(path: &[u8]) -> bool {
    const PLACES: &[&[u8]] = &[b"/dev/pts/", b"/dev/tty", b"/dev/vc/"];
    matches!(path, b"/dev/ptmx" | b"/dev/console") || PLACES.iter().any(|place| path.starts_with(place))
}

/// The request: its name, or its parts: `_IOC(_IOC_READ, 0x54, 0x30, 0x4)`.
pub static REQUEST_PARTS: Custom = Custom {
    name: "ioctl request",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        if gather
            .scope
            .load(place, U32)
            .is_some_and(|request| TERMINAL.names.iter().any(|(known, _)| *known == request))
        {
            gather.look_up(gather.scope.argument(0) as i32);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let request = decode.scope.load(place, U32).unwrap_or(0);
        let snapshot = decode.scope.snapshot;
        let path = snapshot.descriptor(decode.scope.phase, decode.scope.argument(0) as i32);
        if let Some((_, name)) = TERMINAL.names.iter().find(|(known, _)| *known == request)
            && path.is_some_and(|open_on| is_terminal(&open_on.path))
        {
            return Value::Symbol { bits: request, name: Some(decode.name(name)), unknown: None };
        }
        if let Some(name) = requests::name(snapshot.abi, request as u32) {
            return Value::Symbol { bits: request, name: Some(decode.name(name)), unknown: None };
        }
        if let Some(value) = sized(decode, request) {
            return value;
        }
        // Number and type take eight bits each, the size fourteen, and the direction the two highest bits.
        let direction = decode.name(match request >> 30 {
            0 => "_IOC_NONE",
            1 => "_IOC_WRITE",
            2 => "_IOC_READ",
            _ => "_IOC_READ|_IOC_WRITE",
        });
        let parts = [
            Value::Word(direction),
            Value::Hex((request >> 8) & 0xff),
            Value::Hex(request & 0xff),
            Value::Hex((request >> 16) & 0x3fff),
        ];
        Value::Macro(decode.name("_IOC"), parts.into())
    },
};

/// A request whose number contains more than its name: `EVIOCGNAME(256)`.
fn sized(decode: &mut Decode<'_>, request: u64) -> Option<Value> {
    const READ: u64 = 0x8000_0000;
    const WRITE: u64 = 0x4000_0000;
    const DIRECTION: u64 = READ | WRITE;
    let (kind, number, size) = (request >> 8 & 0xff, request & 0xff, request >> 16 & 0x3fff);
    let known = |(known, _): &&(u32, _)| u64::from(*known) == request & (DIRECTION | 0xffff);
    if let Some((_, name)) = requests::SIZED.iter().find(known) {
        return Some(Value::Macro(decode.name(name), [Value::Unsigned(size)].into()));
    }
    let (name, parts) = match (request & DIRECTION, kind, number) {
        (READ, 0x45, 0x20..=0x3f) => {
            let event = decode.symbol(number - 0x20, &requests::EVENTS, U32);
            ("EVIOCGBIT", Vec::from([event, Value::Unsigned(size)]))
        }
        (READ, 0x45, 0x40..=0x7f) => {
            ("EVIOCGABS", Vec::from([decode.symbol(number - 0x40, &requests::AXES, U32)]))
        }
        (WRITE, 0x45, 0xc0..=0xff) => {
            ("EVIOCSABS", Vec::from([decode.symbol(number - 0xc0, &requests::AXES, U32)]))
        }
        (READ, 0x4d, _) => ("MIXER_READ", Vec::from([Value::Unsigned(number)])),
        (WRITE, 0x4d, _) => ("MIXER_WRITE", Vec::from([Value::Unsigned(number)])),
        _ => return None,
    };
    Some(Value::Macro(decode.name(name), parts))
}

/// The data of a request that is not described elsewhere. Its number says how many bytes there are, and in which
/// direction they go (`asm-generic/ioctl.h`).
pub static CARRIED: Custom = Custom {
    name: "what a request carries",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        let (addr, size) = (gather.scope.pointer(place).unwrap_or(0), carried(&gather.scope));
        gather.want(addr, size.min(gather.most_bytes()));
    },
    decode: |decode: &mut Decode<'_>, place| {
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let size = carried(&decode.scope);
        let most = size.min(decode.scope.depth.strings);
        let bytes = |phase| {
            // Even if no bytes are to be shown, one must be readable.
            let bytes = decode.scope.snapshot.read(phase, addr, most.max(1));
            (addr != 0 && size > 0 && bytes.len() == most.max(1))
                .then(|| Value::Binary { bytes: bytes[..most].into(), cut: size > most })
        };
        let (given, told) = (bytes(Phase::Entry), bytes(Phase::Exit));
        let value = match decode.scope.argument(1) >> 30 & 3 {
            1 => given,
            2 => told,
            _ => match (given, told) {
                (Some(given), Some(told)) => Some(Value::Changed(Box::new(given), Box::new(told))),
                (given, _) => given,
            },
        };
        value.unwrap_or(Value::Hex(addr))
    },
};

/// The size in a request's number.
fn carried(scope: &Scope<'_>) -> usize {
    (scope.argument(1) >> 16 & 0x3fff) as usize
}

/// `struct file_clone_range`
pub static CLONE_RANGE: Record = Record {
    name: "file_clone_range",
    fields: &[
        Field::new("src_fd", Packed(&Int(I32))),
        Field::padding(Int(U32)),
        Field::new("src_offset", Int(U64)),
        Field::new("src_length", Int(U64)),
        Field::new("dest_offset", Int(U64)),
    ],
};

/// `struct fstrim_range`
pub static TRIM_RANGE: Record = Record {
    name: "fstrim_range",
    fields: &[Field::new("start", Hex(U64)), Field::new("len", Int(U64)), Field::new("minlen", Int(U64))],
};

/// `struct fsxattr` as `FS_IOC_FSGETXATTR` fills it.
pub static FSXATTR: Record = Record {
    name: "fsxattr",
    fields: &[
        Field::new("fsx_xflags", Flags(U32, &FS_XFLAG)),
        Field::new("fsx_extsize", Int(U32)),
        Field::new("fsx_nextents", Int(U32)),
        Field::new("fsx_projid", Hex(U32)),
        Field::new("fsx_cowextsize", Int(U32)),
        Field::padding(U64_PAIR),
    ],
};
/// As [`FSXATTR`], for `FS_IOC_FSSETXATTR`: without the number of extents.
pub static FSXATTR_SET: Record = Record {
    name: "fsxattr, to set",
    fields: &[
        Field::new("fsx_xflags", Flags(U32, &FS_XFLAG)),
        Field::new("fsx_extsize", Int(U32)),
        Field::padding(Int(U32)),
        Field::new("fsx_projid", Hex(U32)),
        Field::new("fsx_cowextsize", Int(U32)),
        Field::padding(U64_PAIR),
    ],
};
/// Eight reserved, unaligned bytes.
const U64_PAIR: Type = Packed(&Int(U64));

/// `struct uffdio_range`
pub static UFFD_RANGE: Record =
    Record { name: "uffdio_range", fields: &[Field::new("start", Hex(U64)), Field::new("len", Hex(U64))] };

/// `struct ifreq` with only the name.
pub static INTERFACE: Record = Record { name: "ifreq", fields: &[Field::new("ifr_name", Chars(16))] };

/// `struct ifreq` with one of the numbers of its union.
macro_rules! interface {
    ($($(#[$doc:meta])* $record:ident $name:literal $ty:expr;)*) => {
        $($(#[$doc])*
        pub static $record: Record = Record {
            name: concat!("ifreq, ", $name),
            fields: &[Field::new("ifr_name", Chars(16)), Field::new($name, $ty)],
        };)*
    };
}

interface! {
    /// With the interface's flags.
    INTERFACE_FLAGS "ifr_flags" Flags(U16, &IFF);
    /// With its metric.
    INTERFACE_METRIC "ifr_metric" Int(I32);
    /// With its largest packet.
    INTERFACE_MTU "ifr_mtu" Int(I32);
    /// With its number.
    INTERFACE_INDEX "ifr_ifindex" Int(I32);
    /// With the length of its queue.
    INTERFACE_QUEUE "ifr_qlen" Int(I32);
    /// With a new name.
    INTERFACE_RENAMED "ifr_newname" Chars(16);
}
