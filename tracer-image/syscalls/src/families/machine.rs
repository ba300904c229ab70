//! The machine as a whole.

use crate::{
    names::machine::*,
    records::ldt::*,
    rows,
    types::{Type::*, *},
};

rows! {
    /// The kernel's log, restarting, hanging up.
    pub ROWS:
    syslog [103, 103, 116, 103] (type_: Numbered(I32, &LOG_ACTIONS), buf: Switch(type_, &[(0, Absent), (1, Absent), (5, Absent), (6, Absent), (7, Absent), (9, Absent), (10, Absent), (2, Out(&Bytes(Len::Ret(len)))), (3, Out(&Bytes(Len::Ret(len)))), (4, Out(&Bytes(Len::Ret(len))))], &Addr), len: Switch(type_, &[(0, Absent), (1, Absent), (5, Absent), (6, Absent), (7, Absent), (9, Absent), (10, Absent), (8, Numbered(I32, &LOG_LEVELS))], &Int(I32))) -> Int(I32);
    reboot [169, 88, 142, 88] (magic: Symbol(U32, &REBOOT_FIRST), magic2: Symbol(U32, &REBOOT_SECOND), op: Symbol(U32, &REBOOT), arg: Switch(op, &[(0xa1b2_c3d4, In(&Str))], &Absent)) -> Int(I32);
    iopl [172, 110, -, 110] (level: Int(I32)) -> Int(I32);
    ioperm [173, 101, -, 101] (from: Hex(Ulong), num: Hex(Ulong), turn_on: Int(I32)) -> Int(I32);
    modify_ldt [154, 123, -, -] (func: Int(I32), ptr: Switch(bytecount, &[(16, In(&Struct(&SEGMENT)))], &Addr), bytecount: Int(Ulong)) -> Int(I32);
    modify_ldt [-, -, -, 123] (func: Hex(Ulong), ptr: Hex(Ulong), bytecount: Hex(Ulong)) -> Int(I32);
    set_thread_area [205, 243, -, -] (u_info: In(&Struct(&SEGMENT))) -> Int(I32) => Custom(&ENTRY_NUMBER);
    get_thread_area [211, 244, -, -] (u_info: Switch(RESULT, &[(u32::MAX as u64, In(&Struct(&SEGMENT_ASKED)))], &Out(&Struct(&SEGMENT)))) -> Int(I32);
    vm86old [-, 113, -, -] (v86: Hex(Ulong)) -> Int(I32);
    vm86 [-, 166, -, 166] (cmd: Hex(Ulong), arg: Hex(Ulong), arg3: Hex(Ulong), arg4: Hex(Ulong), arg5: Hex(Ulong)) -> Int(I32);
    _sysctl [156, 149, -, 149] (args: In(&Struct(&SYSCTL))) -> Int(I32);
    pciconfig_iobase [-, -, -, 271] (which: Hex(Ulong), bus: Hex(Ulong), dfn: Hex(Ulong)) -> Int(I32);
    pciconfig_read [-, -, -, 272] (bus: Hex(Ulong), dfn: Hex(Ulong), off: Hex(Ulong), len: Hex(Ulong), buf: Hex(Ulong)) -> Int(I32);
    pciconfig_write [-, -, -, 273] (bus: Hex(Ulong), dfn: Hex(Ulong), off: Hex(Ulong), len: Hex(Ulong), buf: Hex(Ulong)) -> Int(I32);
    init_module [175, 128, 105, 128] (module_image: Addr, len: Int(Ulong), param_values: In(&Str)) -> Int(I32);
    delete_module [176, 129, 106, 129] (name: In(&Str), flags: Flags(U32, &DELETE_MODULE)) -> Int(I32);
    breakpoint [-, -, -, 0xf0001] () -> Int(I32);
    cacheflush [-, -, -, 0xf0002] (start: Hex(Ulong), end: Hex(Ulong), flags: Hex(U32)) -> Int(I32);
    usr26 [-, -, -, 0xf0003] () -> Int(I32);
    usr32 [-, -, -, 0xf0004] () -> Int(I32);
    set_tls [-, -, -, 0xf0005] (val: Hex(Ulong)) -> Int(I32);
    get_tls [-, -, -, 0xf0006] () -> Hex(Ulong);
    vhangup [153, 111, 58, 111] () -> Int(I32);
}
