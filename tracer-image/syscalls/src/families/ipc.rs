//! System V and POSIX queues, semaphores and shared memory.

use crate::{
    names::ipc::*,
    records::{
        file::OPEN_FLAGS,
        ipc::*,
        time::{SIGEVENT, TIMESPEC, TIMESPEC64},
    },
    rows,
    types::{Type::*, *},
};

/// 32-bit C libraries or this to a command, to select the newer structures.
const IPC_64: u64 = 0x100;
/// The rest of a command.
const COMMANDS: u64 = 0xffff_ffff & !IPC_64;

rows! {
    /// Queues, semaphores, shared memory.
    pub ROWS:
    shmget [29, 395, 194, 307] IPC (key: Symbol(U32, &KEYS), size: Int(Ulong), shmflg: Tail(I32, &Shifted(U32, &Flags(U32, &SHM_GET), 26, "SHM_HUGE_SHIFT"), 0o777, &Octal(U16))) -> Int(I32);
    shmat [30, 397, 196, 305] IPC|MEMORY (shmid: Int(I32), shmaddr: Addr, shmflg: Flags(I32, &SHM_AT)) -> Hex(Ulong);
    shmdt [67, 398, 197, 306] IPC|MEMORY (shmaddr: Addr) -> Int(I32);
    shmctl [31, 396, 195, 308] IPC (shmid: Int(I32), op: Leading(I32, IPC_64, "IPC_64", &Symbol(I32, &SHM_CTL)), buf: SwitchBits(op, COMMANDS, &[(1, SHM_SET), (2, SHM_STATUS), (13, SHM_STATUS), (15, SHM_STATUS), (3, Out(&Struct(&SHM_LIMITS))), (14, Out(&Struct(&SHM_USAGE)))], &Addr)) -> Int(I32);
    semget [64, 393, 190, 299] IPC (key: Symbol(U32, &KEYS), nsems: Int(I32), semflg: Tail(I32, &Flags(U32, &IPC_GET), 0o777, &Octal(U16))) -> Int(I32);
    semop [65, -, 193, 298] IPC (semid: Int(I32), sops: In(&Array(&Struct(&SEMAPHORE_OPERATION), Len::Arg(nsops))), nsops: Int(U32)) -> Int(I32);
    semtimedop [220, -, 192, 312] IPC (semid: Int(I32), sops: In(&Array(&Struct(&SEMAPHORE_OPERATION), Len::Arg(nsops))), nsops: Int(U32), timeout: In(&Struct(&TIMESPEC))) -> Int(I32);
    semtimedop_time64 [-, 420, -, 420] IPC (semid: Int(I32), sops: In(&Array(&Struct(&SEMAPHORE_OPERATION), Len::Arg(nsops))), nsops: Int(Ulong), timeout: In(&Struct(&TIMESPEC64))) -> Int(I32);
    semctl [66, 394, 191, 300] IPC (semid: Int(I32), semnum: Int(I32), op: Leading(I32, IPC_64, "IPC_64", &Symbol(I32, &SEM_CTL)), arg: SwitchBits(op, COMMANDS, &[(1, SEM_SET), (2, SEM_STATUS), (18, SEM_STATUS), (20, SEM_STATUS), (3, Out(&Struct(&SEM_LIMITS))), (19, Out(&Struct(&SEM_LIMITS)))], &Addr)) -> Int(I32);
    msgget [68, 399, 186, 303] IPC (key: Symbol(U32, &KEYS), msgflg: Tail(I32, &Flags(U32, &IPC_GET), 0o777, &Octal(U16))) -> Int(I32);
    msgsnd [69, 400, 189, 301] IPC (msqid: Int(I32), msgp: In(&Custom(&MESSAGE)), msgsz: Int(Ulong), msgflg: Flags(I32, &MSG_FLAGS)) -> Int(I32);
    msgrcv [70, 401, 188, 302] IPC (msqid: Int(I32), msgp: Out(&Custom(&MESSAGE)), msgsz: Int(Ulong), msgtyp: Int(Long), msgflg: Flags(I32, &MSG_FLAGS)) -> Int(Long);
    msgctl [71, 402, 187, 304] IPC (msqid: Int(I32), op: Leading(I32, IPC_64, "IPC_64", &Symbol(I32, &MSG_CTL)), buf: SwitchBits(op, COMMANDS, &[(1, MSG_SET), (2, MSG_STATUS), (11, MSG_STATUS), (13, MSG_STATUS), (3, Out(&Struct(&MSG_LIMITS))), (12, Out(&Struct(&MSG_LIMITS)))], &Addr)) -> Int(I32);
    mq_open [240, 277, 180, 274] DESC (name: In(&Path), flags: OPEN_FLAGS, mode: If(flags, 0o100, &Octal(U16)), attr: If(flags, 0o100, &In(&Struct(&MQ_GIVEN)))) -> Fd;
    mq_notify [244, 281, 184, 278] DESC (mqdes: Fd, sevp: In(&Struct(&SIGEVENT))) -> Int(I32);
    mq_unlink [241, 278, 181, 275] (path: In(&Path)) -> Int(I32);
    mq_timedsend [242, 279, 182, 276] DESC (mqdes: Fd, msg_ptr: In(&Bytes(Len::Arg(msg_len))), msg_len: Int(Ulong), msg_prio: Int(U32), abs_timeout: In(&Struct(&TIMESPEC))) -> Int(I32);
    mq_timedsend_time64 [-, 418, -, 418] DESC (mqdes: Fd, msg_ptr: In(&Bytes(Len::Arg(msg_len))), msg_len: Int(Ulong), msg_prio: Int(U32), abs_timeout: In(&Struct(&TIMESPEC64))) -> Int(I32);
    mq_timedreceive [243, 280, 183, 277] DESC (mqdes: Fd, msg_ptr: Out(&Bytes(Len::Ret(msg_len))), msg_len: Int(Ulong), msg_prio: Out(&One(&Int(U32))), abs_timeout: In(&Struct(&TIMESPEC))) -> Int(Long);
    mq_timedreceive_time64 [-, 419, -, 419] DESC (mqdes: Fd, msg_ptr: Out(&Bytes(Len::Ret(msg_len))), msg_len: Int(Ulong), msg_prio: Out(&One(&Int(U32))), abs_timeout: In(&Struct(&TIMESPEC64))) -> Int(Long);
    mq_getsetattr [245, 282, 185, 279] DESC (mqdes: Fd, newattr: In(&Struct(&MQ_ATTRIBUTES)), oldattr: Out(&Struct(&MQ_ATTRIBUTES))) -> Int(I32);
    ipc [-, 117, -, -] IPC (call: Parts(U32, &[(16, 16, false, Int(U16)), (0, 16, true, Int(U16))]), first: Hex(Ulong), second: Hex(Ulong), third: Hex(Ulong), ptr: Hex(Ulong), fifth: Hex(Ulong)) -> Int(Ulong);
}

rows! {
    /// Calls that have other arguments when they go through `ipc`: `semctl`, `shmat`, and `msgrcv` whose buffer and type
    /// could not be read.
    pub BEHIND:
    semctl [-, -, -, -] IPC (semid: Int(I32), semnum: Int(I32), op: Leading(I32, IPC_64, "IPC_64", &Symbol(I32, &SEM_CTL)), arg: SwitchBits(op, COMMANDS, &[(1, Indirect(&SEM_SET)), (2, Indirect(&SEM_STATUS)), (18, Indirect(&SEM_STATUS)), (20, Indirect(&SEM_STATUS)), (3, Out(&Struct(&SEM_LIMITS))), (19, Out(&Struct(&SEM_LIMITS)))], &Indirect(&Addr))) -> Int(I32);
    shmat [-, -, -, -] IPC|MEMORY (shmid: Int(I32), shmaddr: Addr, shmflg: Flags(I32, &SHM_AT)) -> Custom(&ATTACHED_AT);
    msgrcv [-, -, -, -] IPC (msqid: Int(I32), ipc_kludge: Addr, msgsz: Int(Ulong), msgflg: Flags(I32, &MSG_FLAGS)) -> Int(Long);
}
