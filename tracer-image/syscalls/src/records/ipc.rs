//! System V and POSIX IPC structures (`asm-generic/ipcbuf.h`, `shmbuf.h`, `sembuf.h`, `msgbuf.h`; `asm/sembuf.h` of
//! x86; `linux/mqueue.h`). On 32-bit ABIs, the upper halves of times are separate fields.

use crate::{
    decode::Decode,
    gather::Gather,
    names::{
        credentials::IDS,
        ipc::{MQ_FLAGS, SEM_FLAGS},
    },
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I16, I32, Long, Record,
        Type::{self, Absent, Flags, Hex, In, Int, Octal, Ordered, Out, PerAbi, Pid, Symbol},
        U16, U32, Ulong, When,
    },
    value::Value,
};

/// The upper half of the time before it, if a time takes two words.
const HIGH: Type = PerAbi(&[Absent, Int(Ulong), Absent, Int(Ulong)]);

static PERMISSIONS: Record = Record {
    name: "ipc64_perm",
    fields: &[
        Field::new("key", Int(U32)),
        Field::new("uid", Symbol(U32, &IDS)),
        Field::new("gid", Symbol(U32, &IDS)),
        Field::new("cuid", Symbol(U32, &IDS)),
        Field::new("cgid", Symbol(U32, &IDS)),
        Field::new("mode", PerAbi(&[Octal(U32), Octal(U16), Octal(U32), Octal(U16)])),
        Field::padding(Int(U32)),
        Field::padding(Int(Ulong)),
        Field::padding(Int(Ulong)),
    ],
};

static SHM: Record = Record {
    name: "shmid64_ds",
    fields: &[
        Field::new("shm_perm", Ordered(&PERMISSIONS, &["uid", "gid", "mode", "key", "cuid", "cgid"])),
        Field::new("shm_segsz", Int(Ulong)),
        Field::new("shm_atime", Int(Ulong)),
        Field::padding(HIGH),
        Field::new("shm_dtime", Int(Ulong)),
        Field::padding(HIGH),
        Field::new("shm_ctime", Int(Ulong)),
        Field::padding(HIGH),
        Field::new("shm_cpid", Pid),
        Field::new("shm_lpid", Pid),
        Field::new("shm_nattch", Int(Ulong)),
    ],
};

/// With a word after each time: on x86, and if a time takes two words.
static SEM_X86: Record = Record {
    name: "semid64_ds",
    fields: &[
        Field::new("sem_perm", Ordered(&PERMISSIONS, &["uid", "gid", "mode", "key", "cuid", "cgid"])),
        Field::new("sem_otime", Int(Ulong)),
        Field::padding(Int(Ulong)),
        Field::new("sem_ctime", Int(Ulong)),
        Field::padding(Int(Ulong)),
        Field::new("sem_nsems", Int(Ulong)),
    ],
};

static SEM_GENERIC: Record = Record {
    name: "semid64_ds",
    fields: &[
        Field::new("sem_perm", Ordered(&PERMISSIONS, &["uid", "gid", "mode", "key", "cuid", "cgid"])),
        Field::new("sem_otime", Int(Ulong)),
        Field::new("sem_ctime", Int(Ulong)),
        Field::new("sem_nsems", Int(Ulong)),
    ],
};

static MSG: Record = Record {
    name: "msqid64_ds",
    fields: &[
        Field::new("msg_perm", Ordered(&PERMISSIONS, &["uid", "gid", "mode", "key", "cuid", "cgid"])),
        Field::new("msg_stime", Int(Ulong)),
        Field::padding(HIGH),
        Field::new("msg_rtime", Int(Ulong)),
        Field::padding(HIGH),
        Field::new("msg_ctime", Int(Ulong)),
        Field::padding(HIGH),
        Field::padding(Int(Ulong)),
        Field::new("msg_qnum", Int(Ulong)),
        Field::new("msg_qbytes", Int(Ulong)),
        Field::new("msg_lspid", Pid),
        Field::new("msg_lrpid", Pid),
    ],
};

static SHM_SETTINGS: Record = Record {
    name: "shmid64_ds",
    fields: &[
        Field::new("shm_perm", Ordered(&PERMISSIONS, &["uid", "gid", "mode"])),
        Field::new("shm_segsz", Int(Ulong)),
        Field::new("shm_atime", Int(Ulong)),
        Field::padding(HIGH),
        Field::new("shm_dtime", Int(Ulong)),
        Field::padding(HIGH),
        Field::new("shm_ctime", Int(Ulong)),
        Field::padding(HIGH),
        Field::new("shm_cpid", Pid),
        Field::new("shm_lpid", Pid),
        Field::new("shm_nattch", Int(Ulong)),
    ],
};

static SEM_X86_SETTINGS: Record = Record {
    name: "semid64_ds",
    fields: &[
        Field::new("sem_perm", Ordered(&PERMISSIONS, &["uid", "gid", "mode"])),
        Field::new("sem_otime", Int(Ulong)),
        Field::padding(Int(Ulong)),
        Field::new("sem_ctime", Int(Ulong)),
        Field::padding(Int(Ulong)),
        Field::new("sem_nsems", Int(Ulong)),
    ],
};

static SEM_GENERIC_SETTINGS: Record = Record {
    name: "semid64_ds",
    fields: &[
        Field::new("sem_perm", Ordered(&PERMISSIONS, &["uid", "gid", "mode"])),
        Field::new("sem_otime", Int(Ulong)),
        Field::new("sem_ctime", Int(Ulong)),
        Field::new("sem_nsems", Int(Ulong)),
    ],
};

static MSG_SETTINGS: Record = Record {
    name: "msqid64_ds",
    fields: &[
        Field::new("msg_perm", Ordered(&PERMISSIONS, &["uid", "gid", "mode"])),
        Field::new("msg_stime", Int(Ulong)),
        Field::padding(HIGH),
        Field::new("msg_rtime", Int(Ulong)),
        Field::padding(HIGH),
        Field::new("msg_ctime", Int(Ulong)),
        Field::padding(HIGH),
        Field::padding(Int(Ulong)),
        Field::new("msg_qnum", Int(Ulong)),
        Field::new("msg_qbytes", Int(Ulong)),
        Field::new("msg_lspid", Pid),
        Field::new("msg_lrpid", Pid),
    ],
};

static SHM_STATUS_ORDER: &[&str] =
    &["shm_perm", "shm_segsz", "shm_cpid", "shm_lpid", "shm_nattch", "shm_atime", "shm_dtime", "shm_ctime"];
/// `shmctl(IPC_STAT)`
pub const SHM_STATUS: Type = Out(&Ordered(&SHM, SHM_STATUS_ORDER));
/// `shmctl(IPC_SET)`
pub const SHM_SET: Type = In(&Ordered(&SHM_SETTINGS, &["shm_perm"]));

static SEM_STATUS_ORDER: &[&str] = &["sem_perm", "sem_otime", "sem_ctime", "sem_nsems"];
const SEM_STATUS_X86: Type = Out(&Ordered(&SEM_X86, SEM_STATUS_ORDER));
/// `semctl(IPC_STAT)`. On 32-bit ABIs, the words that x86 has between the times are the upper halves of the times.
pub const SEM_STATUS: Type =
    PerAbi(&[SEM_STATUS_X86, SEM_STATUS_X86, Out(&Ordered(&SEM_GENERIC, SEM_STATUS_ORDER)), SEM_STATUS_X86]);
const SEM_SET_X86: Type = In(&Ordered(&SEM_X86_SETTINGS, &["sem_perm"]));
/// `semctl(IPC_SET)`
pub const SEM_SET: Type =
    PerAbi(&[SEM_SET_X86, SEM_SET_X86, In(&Ordered(&SEM_GENERIC_SETTINGS, &["sem_perm"])), SEM_SET_X86]);

static MSG_STATUS_ORDER: &[&str] =
    &["msg_perm", "msg_stime", "msg_rtime", "msg_ctime", "msg_qnum", "msg_qbytes", "msg_lspid", "msg_lrpid"];
/// `msgctl(IPC_STAT)`
pub const MSG_STATUS: Type = Out(&Ordered(&MSG, MSG_STATUS_ORDER));
/// `msgctl(IPC_SET)`
pub const MSG_SET: Type = In(&Ordered(&MSG_SETTINGS, &["msg_perm", "msg_qbytes"]));

/// `shmctl(IPC_INFO)`
pub static SHM_LIMITS: Record = Record {
    name: "shminfo64",
    fields: &[
        Field::new("shmmax", Int(Ulong)),
        Field::new("shmmin", Int(Ulong)),
        Field::new("shmmni", Int(Ulong)),
        Field::new("shmseg", Int(Ulong)),
        Field::new("shmall", Int(Ulong)),
    ],
};

/// `shmctl(SHM_INFO)`
pub static SHM_USAGE: Record = Record {
    name: "shm_info",
    fields: &[
        Field::new("used_ids", Int(I32)),
        Field::new("shm_tot", Int(Ulong)),
        Field::new("shm_rss", Int(Ulong)),
        Field::new("shm_swp", Int(Ulong)),
        Field::new("swap_attempts", Int(Ulong)),
        Field::new("swap_successes", Int(Ulong)),
    ],
};

/// `semctl(IPC_INFO)`
pub static SEM_LIMITS: Record = Record {
    name: "seminfo",
    fields: &[
        Field::new("semmap", Int(I32)),
        Field::new("semmni", Int(I32)),
        Field::new("semmns", Int(I32)),
        Field::new("semmnu", Int(I32)),
        Field::new("semmsl", Int(I32)),
        Field::new("semopm", Int(I32)),
        Field::new("semume", Int(I32)),
        Field::new("semusz", Int(I32)),
        Field::new("semvmx", Int(I32)),
        Field::new("semaem", Int(I32)),
    ],
};

/// `msgctl(IPC_INFO)`
pub static MSG_LIMITS: Record = Record {
    name: "msginfo",
    fields: &[
        Field::new("msgpool", Int(I32)),
        Field::new("msgmap", Int(I32)),
        Field::new("msgmax", Int(I32)),
        Field::new("msgmnb", Int(I32)),
        Field::new("msgmni", Int(I32)),
        Field::new("msgssz", Int(I32)),
        Field::new("msgtql", Int(I32)),
        Field::new("msgseg", Int(U16)),
    ],
};

/// `struct sembuf`
pub static SEMAPHORE_OPERATION: Record = Record {
    name: "sembuf",
    fields: &[
        Field::new("sem_num", Int(U16)),
        Field::new("sem_op", Int(I16)),
        Field::new("sem_flg", Flags(U16, &SEM_FLAGS)),
    ],
};

/// `struct mq_attr`
pub static MQ_ATTRIBUTES: Record = Record {
    name: "mq_attr",
    fields: &[
        Field::new("mq_flags", Flags(Ulong, &MQ_FLAGS)),
        Field::new("mq_maxmsg", Int(Long)),
        Field::new("mq_msgsize", Int(Long)),
        Field::new("mq_curmsgs", Int(Long)),
    ],
};

/// `struct mq_attr` for `mq_open`, which ignores its flags.
pub static MQ_GIVEN: Record = Record {
    name: "mq_attr",
    fields: &[
        Field::new("mq_flags", Hex(Ulong)),
        Field::new("mq_maxmsg", Int(Long)),
        Field::new("mq_msgsize", Int(Long)),
        Field::new("mq_curmsgs", Int(Long)),
    ],
};

/// `struct msgbuf`: a type, followed by as many bytes as argument 2 says.
pub static MESSAGE: Custom = Custom {
    name: "msgbuf",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| {
        let Place::Memory { addr, phase } = place else { return };
        if phase == gather.scope.phase {
            let text =
                gather.most_bytes().min(usize::try_from(gather.scope.argument(2)).unwrap_or(usize::MAX));
            gather.want(addr, gather.scope.abi().word() + text);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let (Place::Memory { addr, .. } | Place::Register(addr)) = place;
        message(decode, place).unwrap_or(Value::Addr(addr))
    },
};

fn message(decode: &mut Decode<'_>, place: Place) -> Option<Value> {
    let Place::Memory { addr, phase } = place else { return None };
    let kind = decode.scope.load(place, Long)?;
    let text = addr.wrapping_add(decode.scope.abi().word() as u64);
    let len = usize::try_from(decode.scope.argument(2)).unwrap_or(usize::MAX);
    let text = decode.buffer(text, phase, len).unwrap_or(Value::Addr(text));
    let fields = [(Some(decode.name("mtype")), Value::Int(kind as i64)), (Some(decode.name("mtext")), text)];
    Some(Value::Struct { fields: fields.into(), cut: false })
}

/// Where `shmat` through `ipc` attached the segment: it writes the address through its fourth argument, not as its result.
pub static ATTACHED_AT: Custom = Custom {
    name: "address that shmat wrote",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, _| {
        let addr = gather.scope.snapshot.args[3];
        gather.want(addr, gather.scope.abi().word());
    },
    decode: |decode: &mut Decode<'_>, _| {
        let place = Place::Memory { addr: decode.scope.snapshot.args[3], phase: Phase::Exit };
        match decode.scope.pointer(place) {
            Some(addr) => Value::Hex(addr),
            None => Value::Word(decode.name("?")),
        }
    },
};
