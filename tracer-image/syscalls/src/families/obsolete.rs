//! Calls that have a number in Linux but no implementation, or none any more: their arguments mean nothing.

use crate::{
    names::{ipc::IPC_CALLS, network::SOCKET_CALLS},
    rows,
    types::{Type::*, *},
};

const WORD: Type = Hex(Ulong);

rows! {
    /// Calls without an implementation.
    pub ROWS:
    sysfs [139, 135, -, 135] (arg1: WORD, arg2: WORD, arg3: WORD) -> Int(I32);
    create_module [174, 127, -, 127] (arg1: WORD, arg2: WORD) -> Int(I32);
    get_kernel_syms [177, 130, -, 130] (arg1: WORD) -> Int(I32);
    query_module [178, 167, -, 167] (arg1: WORD, arg2: WORD, arg3: WORD, arg4: WORD, arg5: WORD) -> Int(I32);
    nfsservctl [180, 169, 42, 169] (arg1: WORD, arg2: WORD, arg3: WORD) -> Int(I32);
    getpmsg [181, 188, -, 188] NETWORK (arg1: WORD, arg2: WORD, arg3: WORD, arg4: WORD, arg5: WORD) -> Int(I32);
    putpmsg [182, 189, -, 189] NETWORK (arg1: WORD, arg2: WORD, arg3: WORD, arg4: WORD, arg5: WORD) -> Int(I32);
    afs_syscall [183, 137, -, 137] (arg1: WORD, arg2: WORD, arg3: WORD, arg4: WORD, arg5: WORD) -> Int(I32);
    tuxcall [184, -, -, -] (arg1: WORD, arg2: WORD, arg3: WORD) -> Int(I32);
    security [185, -, -, -] (arg1: WORD, arg2: WORD, arg3: WORD) -> Int(I32);
    epoll_ctl_old [214, -, -, -] (arg1: WORD, arg2: WORD, arg3: WORD, arg4: WORD) -> Int(I32);
    epoll_wait_old [215, -, -, -] (arg1: WORD, arg2: WORD, arg3: WORD, arg4: WORD) -> Int(I32);
    vserver [236, 273, -, 313] (arg1: WORD, arg2: WORD, arg3: WORD, arg4: WORD, arg5: WORD) -> Int(I32);
    break_ [-, 17, -, 17] MEMORY () -> Int(I32);
    stty [-, 31, -, 31] (arg1: WORD, arg2: WORD) -> Int(I32);
    gtty [-, 32, -, 32] (arg1: WORD, arg2: WORD) -> Int(I32);
    ftime [-, 35, -, 35] () -> Int(I32);
    prof [-, 44, -, 44] () -> Int(I32);
    lock [-, 53, -, 53] () -> Int(I32);
    mpx [-, 56, -, 56] () -> Int(I32);
    ulimit [-, 58, -, 58] (arg1: WORD, arg2: WORD) -> Int(I32);
    oldolduname [-, 59, -, 59] (arg1: WORD) -> Int(I32);
    profil [-, 98, -, 98] (arg1: WORD, arg2: WORD, arg3: WORD, arg4: WORD) -> Int(I32);
    olduname [-, 109, -, 109] (arg1: WORD) -> Int(I32);
    idle [-, 112, -, 112] () -> Int(I32);
    bdflush [-, 134, -, 134] (arg1: WORD, arg2: WORD) -> Int(I32);
    socketcall [-, -, -, 102] DESC (call: Symbol(I32, &SOCKET_CALLS), args: Addr) -> Int(Long);
    ipc [-, -, -, 117] IPC (call: Parts(U32, &[(16, 16, false, Int(U16)), (0, 16, true, Symbol(U16, &IPC_CALLS))]), arg2: WORD, arg3: WORD, arg4: WORD, arg5: WORD, arg6: WORD) -> Int(I32);
    syscall [-, -, -, 113] (arg1: WORD, arg2: WORD, arg3: WORD, arg4: WORD, arg5: WORD) -> Int(I32);
    lookup_dcookie [212, 253, 18, 249] (cookie: Int(U64), buffer: Out(&Bytes(Len::Ret(len))), len: Int(Ulong)) -> Int(Long);
}
