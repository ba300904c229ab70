//! Kernel keys and the keyrings that hold them.

use crate::{
    names::key::*,
    records::iovec::IOVEC,
    rows,
    types::{Type::*, *},
};

rows! {
    /// Keys.
    pub ROWS:
    add_key [248, 286, 217, 309] (type_: In(&Str), description: In(&Str), payload: In(&Bytes(Len::Arg(plen))), plen: Int(Ulong), keyring: Symbol(I32, &SERIALS)) -> Int(I32);
    request_key [249, 287, 218, 310] (type_: In(&Str), description: In(&Str), callout_info: In(&Str), dest_keyring: Symbol(I32, &SERIALS)) -> Int(I32);
    keyctl [250, 288, 219, 311] (
        operation: Symbol(I32, &OPERATIONS),
        arg2: Switch(operation, &[(0, Symbol(I32, &SERIALS)), (1, In(&Str)), (2, Symbol(I32, &SERIALS)), (3, Symbol(I32, &SERIALS)), (4, Symbol(I32, &SERIALS)), (5, Symbol(I32, &SERIALS)), (6, Symbol(I32, &SERIALS)), (7, Symbol(I32, &SERIALS)), (8, Symbol(I32, &SERIALS)), (9, Symbol(I32, &SERIALS)), (10, Symbol(I32, &SERIALS)), (11, Symbol(I32, &SERIALS)), (12, Symbol(I32, &SERIALS)), (13, Symbol(I32, &SERIALS)), (14, Symbol(I32, &DEFAULT_KEYRINGS)), (15, Symbol(I32, &SERIALS)), (16, Symbol(I32, &SERIALS)), (17, Symbol(I32, &SERIALS)), (18, Absent), (19, Symbol(I32, &SERIALS)), (20, Symbol(I32, &SERIALS)), (21, Symbol(I32, &SERIALS)), (22, Int(U32)), (23, Addr), (24, Symbol(I32, &SERIALS)), (25, Addr), (26, Addr), (27, Addr), (28, Addr), (29, Symbol(I32, &SERIALS)), (30, Symbol(I32, &SERIALS)), (31, Addr)], &Hex(Ulong)),
        arg3: Switch(operation, &[(0, Int(I32)), (1, Absent), (2, In(&Bytes(Len::Arg(arg4)))), (3, Absent), (4, SwitchBits(arg3, 0xffff_ffff, &[(0xffff_ffff, Int(I32))], &Int(U32))), (5, Flags(U32, &PERMISSIONS)), (6, Out(&Text(Len::Ret(arg4)))), (7, Absent), (8, Symbol(I32, &SERIALS)), (9, Symbol(I32, &SERIALS)), (10, In(&Str)), (11, Out(&Bytes(Len::Ret(arg4)))), (12, In(&Bytes(Len::Arg(arg4)))), (13, Int(U32)), (14, Absent), (15, Int(U32)), (16, Absent), (17, Out(&Bytes(Len::Ret(arg4)))), (18, Absent), (19, Int(U32)), (20, In(&Array(&Struct(&IOVEC), Len::Arg(arg4)))), (21, Absent), (22, Symbol(I32, &SERIALS)), (23, Addr), (25, In(&Str)), (26, In(&Str)), (27, In(&Str)), (28, In(&Str)), (29, In(&Str)), (30, Symbol(I32, &SERIALS)), (31, Int(Ulong))], &Hex(Ulong)),
        arg4: Switch(operation, &[(0, Absent), (1, Absent), (2, Int(Ulong)), (3, Absent), (4, SwitchBits(arg4, 0xffff_ffff, &[(0xffff_ffff, Int(I32))], &Int(U32))), (5, Absent), (6, Int(Ulong)), (7, Absent), (8, Absent), (9, Absent), (10, In(&Str)), (11, Int(Ulong)), (12, Int(Ulong)), (13, Symbol(I32, &SERIALS)), (14, Absent), (15, Absent), (16, Absent), (17, Int(Ulong)), (18, Absent), (19, Int(U32)), (20, Int(Ulong)), (21, Absent), (22, Absent), (23, Int(Ulong)), (24, In(&Str)), (25, Addr), (26, Addr), (27, Addr), (28, Addr), (29, In(&Str)), (30, Symbol(I32, &SERIALS)), (31, Absent)], &Hex(Ulong)),
        arg5: Switch(operation, &[(0, Absent), (1, Absent), (2, Absent), (3, Absent), (4, Absent), (5, Absent), (6, Absent), (7, Absent), (8, Absent), (9, Absent), (10, Symbol(I32, &SERIALS)), (11, Absent), (12, Symbol(I32, &SERIALS)), (13, Absent), (14, Absent), (15, Absent), (16, Absent), (17, Absent), (18, Absent), (19, Symbol(I32, &SERIALS)), (20, Symbol(I32, &SERIALS)), (21, Absent), (22, Absent), (23, Addr), (24, Addr), (25, Addr), (26, Addr), (27, Addr), (28, Addr), (29, Absent), (30, Flags(U32, &MOVE)), (31, Absent)], &Hex(Ulong)),
    ) -> Int(Long);
}
