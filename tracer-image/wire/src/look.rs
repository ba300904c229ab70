//! Facts: what the kernel says of a target at one moment. Nobody is traced or stopped for them.
//!
//! A client asks [`Look`]; the answer is a stream of [`Fact`]s. Names in values are defined before their first use, by
//! [`Message::Define`](crate::message::Message::Define) of shard 0. A topic that could not be looked at is a fact too
//! ([`Fact::Refused`]). Everything is bounded by the sender, and what was left out is counted ([`Fact::Cut`]).

use crate::{
    target::{Redact, Target},
    text,
};
use serde::{Deserialize, Serialize};
use syscalls::value::{Name, Value};

/// The first request of a stream: what a client wants to know of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// [`VERSION`](crate::message::VERSION) of the client.
    pub version: u32,
    /// Of which processes.
    pub target: Target,
    /// What about.
    pub topics: Vec<Topic>,
    /// Threads are looked at twice, so many milliseconds apart; 0: once.
    pub pause: u32,
    /// `-s`: most bytes of a string.
    pub strings: u32,
    /// Whether command lines are told. They may hold secrets.
    pub command_lines: bool,
    /// What is hidden in the arguments of calls, if secrets are.
    pub redact: Option<Redact>,
    /// Who asks ([`Trace::who`](crate::message::Trace::who)).
    #[serde(deserialize_with = "text::decode")]
    pub who: String,
}

/// What to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Topic {
    /// Processes and threads: [`Fact::Process`], [`Fact::Thread`].
    Threads,
    /// What blocked threads wait for: the descriptors of their calls, and every descriptor of the target that leads to
    /// the same object. With [`Topic::Threads`] only.
    Waits,
    /// All descriptors.
    Descriptors,
    /// Limits, and what is used of them.
    Limits,
    /// The control group: limits, use, throttling.
    Cgroup,
    /// Mounts.
    Mounts,
    /// File locks that a process of the target holds or waits for.
    Locks,
    /// One path of the target, as the target sees it.
    Path(Vec<u8>),
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fact {
    /// A process.
    Process(Process),
    /// A thread.
    Thread(Box<Thread>),
    /// A descriptor.
    Descriptor(Box<Descriptor>),
    /// A limit.
    Limit(Limit),
    /// A number of the control group.
    Group(Group),
    /// A mount.
    Mount(Mount),
    /// A file lock.
    Lock(Lock),
    /// A path.
    Path(Box<PathFact>),
    /// Something could not be looked at.
    Refused(Refused),
    /// So many more of a topic were left out.
    Cut {
        /// What they are, in words.
        #[serde(deserialize_with = "text::decode")]
        what: String,
        /// How many; 0: it is not known how many.
        more: u64,
    },
}

/// Something that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// What, in words.
    #[serde(deserialize_with = "text::decode")]
    pub what: String,
    /// Of which process or thread; 0: of none in particular.
    pub of: i32,
    /// Why.
    #[serde(deserialize_with = "text::decode")]
    pub why: String,
    /// Whether it is a lack of rights, which another profile may have.
    pub rights: bool,
}

/// A process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its id in the tracer's PID namespace.
    pub pid: i32,
    /// Its parent's.
    pub parent: i32,
    /// Its name, at most 15 bytes. The target's own words.
    pub comm: Vec<u8>,
    /// Its program.
    pub exe: Option<Vec<u8>>,
    /// Its command line, if asked for: words that end in NUL.
    pub command_line: Option<Vec<u8>>,
    /// Its state, as a letter (proc_pid_stat(5)).
    pub state: char,
    /// How many threads it has.
    pub threads: u32,
    /// Its effective user and group.
    pub user: (u32, u32),
    /// Nanoseconds since its start.
    pub age: u64,
    /// The process that traces it; 0: none.
    pub tracer: i32,
    /// Its seccomp mode: 0 none, 1 strict, 2 filter.
    pub seccomp: u8,
    /// Of a process that was forked and has not executed a program since: that of its parent. None: not known.
    pub forked: Option<bool>,
}

/// A thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its id in the tracer's PID namespace.
    pub tid: i32,
    /// Its process.
    pub process: i32,
    /// Its name. The target's own words.
    pub comm: Vec<u8>,
    /// Its state, as a letter (proc_pid_stat(5)).
    pub state: char,
    /// What it does.
    pub doing: Doing,
    /// What it waits for.
    pub waits: Vec<WaitsFor>,
    /// CPU time that it has used so far, in nanoseconds.
    pub cpu: u64,
    /// CPU time that it used between the two looks, in nanoseconds, and how long it waited for a CPU.
    pub used: u64,
    /// See [`Thread::used`].
    pub delayed: u64,
    /// Whether it did not run between the two looks, and was in the same call at both.
    pub still: bool,
    /// Since when it has done this.
    pub since: Since,
    /// Where in the kernel it is blocked (`/proc/TID/wchan`), if that is known.
    #[serde(deserialize_with = "text::decode")]
    pub wchan: String,
    /// Nanoseconds since its start.
    pub age: u64,
}

/// What a thread does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doing {
    /// It runs, or waits for a CPU.
    Runs,
    /// It is in a call.
    Call {
        /// The call.
        call: Name,
        /// Its arguments, as far as the kernel has been told them.
        args: Vec<Value>,
    },
    /// It is blocked, but in no call: in a page fault.
    Fault,
    /// It was stopped by a signal, or stands still for its tracer.
    Stopped,
    /// It has ended, and its parent has not waited for it.
    Zombie,
    /// It is blocked in something that we could not look at.
    Blocked,
}

/// Since when a thread has been in its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Since {
    /// The scheduler says when it ran last: so many nanoseconds ago.
    Ran(u64),
    /// At least for so many nanoseconds: it was seen so twice.
    AtLeast(u64),
    /// It is not known.
    Unknown,
}

/// What a thread waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaitsFor {
    /// What this descriptor of its process is open on: to read from it, or to write to it.
    Descriptor {
        /// The number.
        fd: i32,
        /// Whether it wants to write.
        writes: bool,
        /// Whether it is one of several that it waits for (poll(2), epoll(7)).
        one_of: bool,
    },
    /// A lock of glibc that this thread of its process holds.
    Mutex {
        /// The address.
        addr: u64,
        /// The owner as the lock names it, in the numbering of the process.
        owner: i32,
        /// The same thread in ours; 0: no such thread lives.
        thread: i32,
    },
    /// An address: whoever changes it wakes the thread. It is not known who that will be.
    Futex {
        /// The address.
        addr: u64,
        /// Whether the wait ends by itself after a time.
        timed: bool,
        /// Whether only threads of the same process can wake it (`FUTEX_PRIVATE_FLAG`).
        private: bool,
    },
    /// The end of this thread of its process (pthread_join(3)).
    Thread(i32),
    /// The end of a child: of this one, or of any (0).
    Child(i32),
    /// A file lock, through this descriptor.
    FileLock(i32),
    /// A point in time.
    Time,
    /// A signal.
    Signal,
}

/// A descriptor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    /// The process.
    pub process: i32,
    /// The number.
    pub fd: i32,
    /// What `/proc/PID/fd/N` says. Hostile.
    pub path: Vec<u8>,
    /// What it is open on.
    pub object: Object,
    /// The flags of the open file (open(2)), if known.
    pub flags: Option<u32>,
    /// Its offset, if known.
    pub offset: Option<u64>,
}

/// What a descriptor is open on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Object {
    /// A file, directory or device.
    File,
    /// A pipe.
    Pipe(u64),
    /// A unix socket.
    Unix {
        /// Its inode.
        inode: u64,
        /// The inode of the socket at the other end.
        peer: Option<u64>,
        /// Its name, and the peer's. Hostile.
        name: Option<Vec<u8>>,
        /// Whether it listens.
        listens: bool,
    },
    /// A socket of IPv4 or IPv6.
    Inet(Inet),
    /// An epoll instance, and the descriptors in it.
    Epoll(Vec<i32>),
    /// Something else: an eventfd, a timer, another socket.
    Other,
}

/// An internet socket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inet {
    /// Its inode.
    pub inode: u64,
    /// `TCP`, `UDP`, `TCPv6`, `UDPv6`.
    #[serde(deserialize_with = "text::decode")]
    pub protocol: String,
    /// Its own address, with the port.
    #[serde(deserialize_with = "text::decode")]
    pub local: String,
    /// The other end's; empty where there is none.
    #[serde(deserialize_with = "text::decode")]
    pub remote: String,
    /// Its state (`include/net/tcp_states.h`): 1 established, 2 SYN sent, 10 listens.
    pub state: u8,
    /// Bytes that wait to be read; of a listener, connections that wait to be accepted.
    pub unread: u32,
    /// Bytes that the other end has not acknowledged; of a listener, the most connections that may wait.
    pub unsent: u32,
    /// Milliseconds since data was last received and sent, of a TCP connection.
    pub received: Option<u32>,
    /// See [`Inet::received`].
    pub sent: Option<u32>,
}

/// A limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Of which process; 0: of all of them.
    pub process: i32,
    /// What is limited: `RLIMIT_NOFILE`, `pids.max`, `vm.max_map_count`.
    #[serde(deserialize_with = "text::decode")]
    pub name: String,
    /// The most; none: no limit.
    pub most: Option<u64>,
    /// What is used; none: not known.
    pub used: Option<u64>,
}

/// A number of the control group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The file, and the key in it: `memory.max`, `cpu.stat nr_throttled`.
    #[serde(deserialize_with = "text::decode")]
    pub name: String,
    /// The number; none: `max`.
    pub value: Option<u64>,
    /// How much it grew between two looks, if there were two.
    pub grew: Option<u64>,
}

/// A mount of the target's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// Where. Hostile.
    pub at: Vec<u8>,
    /// The type of the file system.
    #[serde(deserialize_with = "text::decode")]
    pub kind: String,
    /// What is mounted.
    pub source: Vec<u8>,
    /// Whether it is read-only.
    pub read_only: bool,
    /// Bytes and inodes: all and free; none: not asked, because the file system has a server that may not answer.
    pub space: Option<Space>,
}

/// The room of a file system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// Bytes.
    pub bytes: u64,
    /// Bytes that somebody without privilege may still use.
    pub free_bytes: u64,
    /// Inodes; 0: there is no limit.
    pub inodes: u64,
    /// Inodes that are free.
    pub free_inodes: u64,
}

/// A file lock (proc_locks(5)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Which lock: those who wait for it have the same number.
    pub id: u64,
    /// `FLOCK`, `POSIX`, `OFDLCK`, `LEASE`.
    #[serde(deserialize_with = "text::decode")]
    pub kind: String,
    /// `READ`, `WRITE`.
    #[serde(deserialize_with = "text::decode")]
    pub mode: String,
    /// The process; 0: it is none of the target's.
    pub process: i32,
    /// The file: device and inode.
    #[serde(deserialize_with = "text::decode")]
    pub file: String,
    /// The range.
    #[serde(deserialize_with = "text::decode")]
    pub range: String,
    /// Whether the process waits for the lock, which another holds.
    pub waits: bool,
}

/// What there is at a path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathFact {
    /// The path that was asked for.
    pub path: Vec<u8>,
    /// The components from the root on, up to the first that is missing or refuses.
    pub parts: Vec<Part>,
    /// The error of the last of them; 0: all are there.
    pub error: i32,
    /// The path once links are followed.
    pub resolved: Option<Vec<u8>>,
    /// The file system.
    #[serde(deserialize_with = "text::decode")]
    pub file_system: String,
    /// Whether it is mounted read-only.
    pub read_only: bool,
    /// What runs it, if it is a program: the ELF interpreter, or what its `#!` line names.
    pub interpreter: Option<Vec<u8>>,
    /// Whether that is there.
    pub interpreter_there: bool,
    /// The ELF machine; 0: it is no ELF file.
    pub machine: u16,
    /// Where it is missing: names in its directory that are alike.
    pub alike: Vec<Vec<u8>>,
    /// The ids of the process as which access was judged: user, group, and further groups.
    pub user: u32,
    /// See [`PathFact::user`].
    pub group: u32,
    /// See [`PathFact::user`].
    pub groups: Vec<u32>,
}

/// One component of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The path up to it.
    pub path: Vec<u8>,
    /// The mode, with the type.
    pub mode: u32,
    /// The owner.
    pub user: u32,
    /// The group.
    pub group: u32,
    /// Where it leads, if it is a link.
    pub link: Option<Vec<u8>>,
    /// What the process may do: read 4, write 2, execute or search 1.
    pub may: u8,
    /// Its size in bytes.
    pub size: u64,
}
