//! `ioctl`: what its third argument is, by its second.

use crate::{
    names::{ioctl::*, terminal::*},
    records::{ioctl::*, terminal::*},
    rows,
    types::{Type::*, *},
};

/// A number that the kernel reads, or fills in.
const GIVEN: Type = In(&One(&Int(I32)));
const FILLED: Type = Out(&One(&Int(I32)));
const FILLED_LONG: Type = Out(&One(&Int(Ulong)));
const FILLED64: Type = Out(&One(&Int(U64)));
const RANGE64: Type = In(&Array(&Int(U64), Len::Fixed(2)));
/// A number in the argument itself.
const PLAIN: Type = Int(I32);

/// A structure of an interface that the kernel fills in; where it refuses, only the name was given.
macro_rules! asked {
    ($record:ident) => {
        Switch(RESULT, &[(u32::MAX as u64, In(&Struct(&INTERFACE)))], &Out(&Struct(&$record)))
    };
}

const ARGUMENT: &[(u64, Type)] = &[
    // Terminals.
    (0x5401, Out(&Custom(&TERMIOS))),
    (0x5402, In(&Custom(&TERMIOS))),
    (0x5403, In(&Custom(&TERMIOS))),
    (0x5404, In(&Custom(&TERMIOS))),
    (0x5405, Out(&Custom(&TERMIO))),
    (0x5406, In(&Custom(&TERMIO))),
    (0x5407, In(&Custom(&TERMIO))),
    (0x5408, In(&Custom(&TERMIO))),
    (0x802c542a, Out(&Custom(&TERMIOS2))),
    (0x402c542b, In(&Custom(&TERMIOS2))),
    (0x402c542c, In(&Custom(&TERMIOS2))),
    (0x402c542d, In(&Custom(&TERMIOS2))),
    (0x5456, Out(&Custom(&TERMIOS))),
    (0x5457, In(&Custom(&TERMIOS))),
    (0x5409, PLAIN),
    (0x540a, Symbol(U32, &TCXONC)),
    (0x540b, Symbol(U32, &TCFLSH)),
    (0x540c, Absent),
    (0x540d, Absent),
    (0x540e, PLAIN),
    (0x540f, FILLED),
    (0x5410, GIVEN),
    (0x5411, FILLED),
    (0x5412, In(&Bytes(Len::Fixed(1)))),
    (0x5413, Out(&Struct(&WINSIZE))),
    (0x5414, In(&Struct(&WINSIZE))),
    (0x5415, Out(&One(&Flags(U32, &TIOCM)))),
    (0x5416, In(&One(&Flags(U32, &TIOCM)))),
    (0x5417, In(&One(&Flags(U32, &TIOCM)))),
    (0x5418, In(&One(&Flags(U32, &TIOCM)))),
    (0x5419, FILLED),
    (0x541a, GIVEN),
    (0x541b, FILLED),
    (0x541d, Absent),
    (0x5420, GIVEN),
    (0x5421, GIVEN),
    (0x5422, Absent),
    (0x5423, GIVEN),
    (0x5424, FILLED),
    (0x5425, PLAIN),
    (0x5427, Absent),
    (0x5428, Absent),
    (0x5429, FILLED),
    (0x5437, Absent),
    (0x5450, Absent),
    (0x5451, Absent),
    (0x5452, GIVEN),
    (0x80045430, FILLED),
    (0x40045431, GIVEN),
    (0x80045432, FILLED),
    (0x80045440, FILLED),
    // Sockets and network interfaces.
    (0x8901, GIVEN),
    (0x8902, GIVEN),
    (0x8903, FILLED),
    (0x8904, FILLED),
    (0x8905, FILLED),
    (0x894b, FILLED),
    (0x8913, asked!(INTERFACE_FLAGS)),
    (0x8914, In(&Struct(&INTERFACE_FLAGS))),
    (0x891d, asked!(INTERFACE_METRIC)),
    (0x891e, In(&Struct(&INTERFACE_METRIC))),
    (0x8921, asked!(INTERFACE_MTU)),
    (0x8922, In(&Struct(&INTERFACE_MTU))),
    (0x8923, In(&Struct(&INTERFACE_RENAMED))),
    (0x8933, asked!(INTERFACE_INDEX)),
    (0x8942, asked!(INTERFACE_QUEUE)),
    (0x8943, In(&Struct(&INTERFACE_QUEUE))),
    // Files and file systems.
    (0x40049409, PLAIN),
    (0x4020940d, In(&Struct(&CLONE_RANGE))),
    (0x80086601, Out(&One(&Flags(U32, &FS_FLAGS)))),
    (0x40086602, In(&One(&Flags(U32, &FS_FLAGS)))),
    (0x80046601, Out(&One(&Flags(U32, &FS_FLAGS)))),
    (0x40046602, In(&One(&Flags(U32, &FS_FLAGS)))),
    (0x801c581f, Out(&Struct(&FSXATTR))),
    (0x401c5820, In(&Struct(&FSXATTR_SET))),
    (0xc0045877, Absent),
    (0xc0045878, Absent),
    (0xc0185879, In(&Struct(&TRIM_RANGE))),
    // Block devices and loops.
    (0x125d, GIVEN),
    (0x125e, FILLED),
    (0x125f, Absent),
    (0x1260, FILLED_LONG),
    (0x1261, Absent),
    (0x1262, PLAIN),
    (0x1263, FILLED_LONG),
    (0x1264, PLAIN),
    (0x1265, FILLED_LONG),
    (0x1267, Out(&One(&Int(U16)))),
    (0x1268, FILLED),
    (0x1274, Absent),
    (0x1275, Absent),
    (0x1276, Absent),
    (0x1277, RANGE64),
    (0x1278, FILLED),
    (0x1279, FILLED),
    (0x127a, FILLED),
    (0x127b, FILLED),
    (0x127c, FILLED),
    (0x127d, RANGE64),
    (0x127e, Out(&One(&Int(U16)))),
    (0x127f, RANGE64),
    (0x80081270, FILLED),
    (0x40081271, GIVEN),
    (0x80081272, FILLED64),
    (0x80081280, FILLED64),
    (0x4c00, Fd),
    (0x4c01, Absent),
    (0x4c06, Fd),
    (0x4c07, Absent),
    (0x4c08, PLAIN),
    (0x4c09, PLAIN),
    (0x4c80, PLAIN),
    (0x4c81, PLAIN),
    (0x4c82, Absent),
    // Random numbers, name spaces, inotify, userfaultfd, perf.
    (0x80045200, FILLED),
    (0x40045201, GIVEN),
    (0x5204, Absent),
    (0x5206, Absent),
    (0x5207, Absent),
    (0xb701, Absent),
    (0xb702, Absent),
    (0xb703, Absent),
    (0xb704, FILLED),
    (0x8008b705, Out(&One(&Hex(U64)))),
    (0x8004b706, PLAIN),
    (0x8004b707, PLAIN),
    (0x8004b708, PLAIN),
    (0x8004b709, PLAIN),
    (0x40044900, PLAIN),
    (0x8010aa01, In(&Struct(&UFFD_RANGE))),
    (0x8010aa02, In(&Struct(&UFFD_RANGE))),
    (0x2402, PLAIN),
    (0x2405, Fd),
    (0x40042408, Fd),
    (0x40042409, PLAIN),
    (0x80082407, FILLED64),
];

/// Groups of requests whose arguments are structures: sockets, `userfaultfd`, watchdogs, `epoll`, loops, files.
const POINTERS: &[(u64, Type)] =
    &[(0x8900, Addr), (0xaa00, Addr), (0x5700, Addr), (0x8a00, Addr), (0x4c00, Addr), (0x1500, Addr)];

rows! {
    /// Controlling devices.
    pub ROWS:
    ioctl [16, 54, 29, 54] DESC (fd: Fd, op: Custom(&REQUEST_PARTS), argp: Switch(op, ARGUMENT, &SwitchBits(op, 0xff00, POINTERS, &Hex(Ulong)))) -> Int(I32);
}
