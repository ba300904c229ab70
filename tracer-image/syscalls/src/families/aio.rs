//! Asynchronous input and output.

use crate::{
    records::{aio::*, time::*},
    rows,
    types::{Type::*, *},
};

/// The most operations that `io_submit` accepts: a non-negative `long`.
const MOST: u64 = i32::MAX as u64;

rows! {
    /// Asynchronous input and output.
    pub ROWS:
    io_setup [206, 245, 0, 243] MEMORY (nr_events: Int(U32), ctx_idp: Out(&One(&Addr))) -> Int(I32);
    io_destroy [207, 246, 1, 244] MEMORY (ctx_id: Addr) -> Int(I32);
    io_submit [209, 248, 2, 246] (ctx_id: Addr, nr: Int(Long), iocbpp: AtMost(nr, MOST, &In(&Array(&In(&Struct(&IOCB)), Len::Arg(nr))))) -> Int(I32);
    io_cancel [210, 249, 3, 247] (ctx_id: Addr, iocb: In(&Ordered(&IOCB, IOCB_NAMED)), result: Out(&Struct(&IO_EVENT))) -> Int(I32);
    io_getevents [208, 247, 4, 245] (ctx_id: Addr, min_nr: Int(Long), nr: Int(Long), events: Out(&Array(&Struct(&IO_EVENT), Len::Ret(nr))), timeout: In(&Struct(&TIMESPEC))) -> Int(I32);
    io_pgetevents [333, 385, 292, 399] (ctx_id: Addr, min_nr: Int(Long), nr: Int(Long), events: Out(&Array(&Struct(&IO_EVENT), Len::Ret(nr))), timeout: In(&Struct(&TIMESPEC)), sig: In(&Struct(&AIO_SIGSET))) -> Int(I32);
    io_pgetevents_time64 [-, 416, -, 416] (ctx_id: Addr, min_nr: Int(Long), nr: Int(Long), events: Out(&Array(&Struct(&IO_EVENT), Len::Ret(nr))), timeout: In(&Struct(&TIMESPEC64)), sig: In(&Struct(&AIO_SIGSET))) -> Int(I32);
}
