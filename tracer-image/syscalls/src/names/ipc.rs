//! System V inter-process communication: `linux/ipc.h`, `linux/shm.h`, `linux/sem.h`, `linux/msg.h`.

use crate::types::{Flags, Symbols};

/// Keys: numbers, except the private one.
pub static KEYS: Symbols = Symbols { unknown: "#", names: &[(0, "IPC_PRIVATE")] };

/// `shmget`
pub static SHM_GET: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[(0x200, "IPC_CREAT"), (0x400, "IPC_EXCL"), (0x800, "SHM_HUGETLB"), (0x1000, "SHM_NORESERVE")],
};

/// `shmat`
pub static SHM_AT: Flags = Flags {
    unknown: "SHM_???",
    field: (0, &[]),
    bits: &[(0x1000, "SHM_RDONLY"), (0x2000, "SHM_RND"), (0x4000, "SHM_REMAP"), (0x8000, "SHM_EXEC")],
};

/// `semget`, `msgget`
pub static IPC_GET: Flags = Flags {
    unknown: "IPC_???",
    field: (0, &[]),
    bits: &[(0x200, "IPC_CREAT"), (0x400, "IPC_EXCL"), (0x800, "IPC_NOWAIT")],
};

/// `sem_flg` of a semaphore's operation.
pub static SEM_FLAGS: Flags =
    Flags { unknown: "SEM_???", field: (0, &[]), bits: &[(0x1000, "SEM_UNDO"), (0x800, "IPC_NOWAIT")] };

/// `msgsnd`, `msgrcv`
pub static MSG_FLAGS: Flags = Flags {
    unknown: "MSG_???",
    field: (0, &[]),
    bits: &[(0x1000, "MSG_NOERROR"), (0x2000, "MSG_EXCEPT"), (0x4000, "MSG_COPY"), (0x800, "IPC_NOWAIT")],
};

/// `mq_flags`
pub static MQ_FLAGS: Flags = Flags { unknown: "O_???", field: (0, &[]), bits: &[(0x800, "O_NONBLOCK")] };

macro_rules! commands {
    ($(#[$doc:meta])* $name:ident, $unknown:literal: $($value:literal $text:literal),*) => {
        $(#[$doc])*
        pub static $name: Symbols = Symbols {
            unknown: $unknown,
            names: &[$(($value, $text)),*],
        };
    };
}

commands! {
    /// `shmctl`
    SHM_CTL, "SHM_???":
    0 "IPC_RMID", 1 "IPC_SET", 2 "IPC_STAT", 3 "IPC_INFO", 11 "SHM_LOCK", 12 "SHM_UNLOCK", 13 "SHM_STAT",
    14 "SHM_INFO", 15 "SHM_STAT_ANY"
}

commands! {
    /// `semctl`
    SEM_CTL, "SEM_???":
    0 "IPC_RMID", 1 "IPC_SET", 2 "IPC_STAT", 3 "IPC_INFO", 11 "GETPID", 12 "GETVAL", 13 "GETALL", 14 "GETNCNT",
    15 "GETZCNT", 16 "SETVAL", 17 "SETALL", 18 "SEM_STAT", 19 "SEM_INFO", 20 "SEM_STAT_ANY"
}

commands! {
    /// `msgctl`
    MSG_CTL, "MSG_???":
    0 "IPC_RMID", 1 "IPC_SET", 2 "IPC_STAT", 3 "IPC_INFO", 11 "MSG_STAT", 12 "MSG_INFO", 13 "MSG_STAT_ANY"
}

/// `call` of `ipc(2)` (`linux/ipc.h`).
pub static IPC_CALLS: Symbols = Symbols {
    unknown: "",
    names: &[
        (1, "SEMOP"),
        (2, "SEMGET"),
        (3, "SEMCTL"),
        (4, "SEMTIMEDOP"),
        (11, "MSGSND"),
        (12, "MSGRCV"),
        (13, "MSGGET"),
        (14, "MSGCTL"),
        (21, "SHMAT"),
        (22, "SHMDT"),
        (23, "SHMGET"),
        (24, "SHMCTL"),
    ],
};
