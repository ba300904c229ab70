//! Futexes: what mutexes and condition variables wait on.

use crate::{
    names::futex::*,
    records::{
        futex::{WAITER, WAKE_OP},
        time::{TIMESPEC, TIMESPEC64},
    },
    rows,
    types::{Type::*, *},
};

/// How many waiters to wake or requeue; other operations have a timeout here.
const WAKEN: Type = Called("val2", &Int(U32));

rows! {
    /// Waiting and waking.
    pub ROWS:
    futex [202, 240, 98, 240] (
        uaddr: Addr,
        futex_op: Symbol(I32, &OPERATIONS),
        val: SwitchBits(futex_op, 0x7f, &[(6, Absent), (7, Absent), (8, Absent), (13, Absent)], &Int(U32)),
        timeout: SwitchBits(futex_op, 0x7f, &[(0, In(&Struct(&TIMESPEC))), (6, In(&Struct(&TIMESPEC))), (9, In(&Struct(&TIMESPEC))), (11, In(&Struct(&TIMESPEC))), (13, In(&Struct(&TIMESPEC))), (3, WAKEN), (4, WAKEN), (5, WAKEN), (12, WAKEN), (1, Absent), (2, Absent), (7, Absent), (8, Absent), (10, Absent)], &Addr),
        uaddr2: SwitchBits(futex_op, 0x7f, &[(0, Absent), (1, Absent), (2, Absent), (6, Absent), (7, Absent), (8, Absent), (9, Absent), (10, Absent), (13, Absent)], &Addr),
        val3: SwitchBits(futex_op, 0x7f, &[(4, Int(U32)), (12, Int(U32)), (5, Custom(&WAKE_OP)), (9, Switch(val3, &[(0xffff_ffff, Symbol(U32, &BITSETS))], &Hex(U32))), (10, Switch(val3, &[(0xffff_ffff, Symbol(U32, &BITSETS))], &Hex(U32))), (0, Absent), (1, Absent), (2, Absent), (3, Absent), (6, Absent), (7, Absent), (8, Absent), (11, Absent), (13, Absent)], &Hex(U32)),
    ) -> Int(I32);
    futex_time64 [-, 422, -, 422] (
        uaddr: Addr,
        futex_op: Symbol(I32, &OPERATIONS),
        val: SwitchBits(futex_op, 0x7f, &[(6, Absent), (7, Absent), (8, Absent), (13, Absent)], &Int(U32)),
        timeout: SwitchBits(futex_op, 0x7f, &[(0, In(&Struct(&TIMESPEC64))), (6, In(&Struct(&TIMESPEC64))), (9, In(&Struct(&TIMESPEC64))), (11, In(&Struct(&TIMESPEC64))), (13, In(&Struct(&TIMESPEC64))), (3, WAKEN), (4, WAKEN), (5, WAKEN), (12, WAKEN), (1, Absent), (2, Absent), (7, Absent), (8, Absent), (10, Absent)], &Addr),
        uaddr2: SwitchBits(futex_op, 0x7f, &[(0, Absent), (1, Absent), (2, Absent), (6, Absent), (7, Absent), (8, Absent), (9, Absent), (10, Absent), (13, Absent)], &Addr),
        val3: SwitchBits(futex_op, 0x7f, &[(4, Int(U32)), (12, Int(U32)), (5, Custom(&WAKE_OP)), (9, Switch(val3, &[(0xffff_ffff, Symbol(U32, &BITSETS))], &Hex(U32))), (10, Switch(val3, &[(0xffff_ffff, Symbol(U32, &BITSETS))], &Hex(U32))), (0, Absent), (1, Absent), (2, Absent), (3, Absent), (6, Absent), (7, Absent), (8, Absent), (11, Absent), (13, Absent)], &Hex(U32)),
    ) -> Int(I32);
    futex_waitv [449, 449, 449, 449] (waiters: In(&Array(&Struct(&WAITER), Len::Most(nr_futexes, 128))), nr_futexes: Int(U32), flags: Hex(U32), timeout: In(&Struct(&TIMESPEC64)), clockid: Symbol(I32, &CLOCKS)) -> Int(I32);
    futex_wake [454, 454, 454, 454] (uaddr: Addr, mask: Symbol(Ulong, &MASKS), nr: Int(I32), flags: Flags(U32, &FUTEX2)) -> Int(I32);
    futex_wait [455, 455, 455, 455] (uaddr: Addr, val: Int(Ulong), mask: Symbol(Ulong, &MASKS), flags: Flags(U32, &FUTEX2), timeout: In(&Struct(&TIMESPEC64)), clockid: Symbol(I32, &CLOCKS)) -> Int(I32);
    futex_requeue [456, 456, 456, 456] (waiters: In(&Array(&Struct(&WAITER), Len::Fixed(2))), flags: Hex(U32), nr_wake: Int(I32), nr_requeue: Int(I32)) -> Int(I32);
}
