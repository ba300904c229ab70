//! Structures about the machine and the kernel: `linux/utsname.h`, `linux/sysinfo.h`.

use crate::types::{Field, Len, Long, Record, Type::*, U16, U32, Ulong};

/// `struct new_utsname`
pub static UTSNAME: Record = Record {
    name: "new_utsname",
    fields: &[
        Field::new("sysname", Chars(65)),
        Field::new("nodename", Chars(65)),
        Field::verbose("release", Chars(65)),
        Field::verbose("version", Chars(65)),
        Field::verbose("machine", Chars(65)),
        Field::verbose("domainname", Chars(65)),
    ],
};

/// `struct sysinfo`
pub static SYSINFO: Record = Record {
    name: "sysinfo",
    fields: &[
        Field::new("uptime", Int(Long)),
        Field::new("loads", Array(&Int(Ulong), Len::Fixed(3))),
        Field::new("totalram", Int(Ulong)),
        Field::new("freeram", Int(Ulong)),
        Field::new("sharedram", Int(Ulong)),
        Field::new("bufferram", Int(Ulong)),
        Field::new("totalswap", Int(Ulong)),
        Field::new("freeswap", Int(Ulong)),
        Field::new("procs", Int(U16)),
        Field::padding(Int(U16)),
        Field::new("totalhigh", Int(Ulong)),
        Field::new("freehigh", Int(Ulong)),
        Field::new("mem_unit", Int(U32)),
    ],
};
