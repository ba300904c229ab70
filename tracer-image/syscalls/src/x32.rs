//! x32: x86_64's calls with 32-bit pointers in memory (asm/unistd_x32.h). One bit of the number marks a call as x32;
//! otherwise the numbers are mostly x86_64's. Calls whose memory differs have numbers of their own. x86_64's numbers for
//! them mean nothing in x32, but strace names them all the same: `writev#64`.

use crate::{
    abi::X32_BIT as BIT,
    records::sigaction::SIGFRAME,
    row::{Param, Row, class::*},
    types::{Type::*, *},
};

/// How many places for numbers there are, not counting that bit.
pub(crate) const NUMBERS: usize = 576;

/// Numbers of x86_64, and the numbers that x32 has instead.
const OWN: &[(u16, u16)] = &[
    (13, 512),
    (15, 513),
    (16, 514),
    (19, 515),
    (20, 516),
    (45, 517),
    (46, 518),
    (47, 519),
    (59, 520),
    (101, 521),
    (127, 522),
    (128, 523),
    (129, 524),
    (131, 525),
    (222, 526),
    (244, 527),
    (246, 528),
    (247, 529),
    (273, 530),
    (274, 531),
    (278, 532),
    (279, 533),
    (295, 534),
    (296, 535),
    (297, 536),
    (299, 537),
    (307, 538),
    (310, 539),
    (311, 540),
    (54, 541),
    (55, 542),
    (206, 543),
    (209, 544),
    (322, 545),
    (327, 546),
    (328, 547),
];

/// Numbers of x86_64 that x32 also has, but for which strace has no name: `uretprobe`, `uprobe`.
pub const NAMELESS: [u64; 2] = [335, 336];

/// The place of an x32 number's row, if it can have one.
pub fn place(number: u64) -> Option<usize> {
    number.checked_sub(BIT).and_then(|number| usize::try_from(number).ok()).filter(|place| *place < NUMBERS)
}

/// The number at a place.
pub fn at(place: u64) -> u64 {
    BIT | place
}

/// The x32 number of an x86_64 call.
pub fn number(native: u64) -> Option<u64> {
    let own = OWN.iter().find(|(old, _)| u64::from(*old) == native).map(|(_, own)| u64::from(*own));
    match own {
        Some(own) => Some(BIT | own),
        None if x86_64_only(native).is_some() || NAMELESS.contains(&native) => None,
        None => Some(BIT | native),
    }
}

/// What an x32 number means.
pub enum Meaning {
    /// The x86_64 call of this number.
    Native(u64),
    /// A call of x86_64's alone, which x32 does not accept.
    Own(&'static Row),
}

/// What an x32 number means, if anything.
pub fn meaning(number: u64) -> Option<Meaning> {
    let number = place(number)? as u64;
    match OWN.iter().find(|(_, own)| u64::from(*own) == number) {
        Some((native, _)) => Some(Meaning::Native(u64::from(*native))),
        None => match x86_64_only(number) {
            Some(row) => Some(Meaning::Own(row)),
            None if NAMELESS.contains(&number) => None,
            None => Some(Meaning::Native(number)),
        },
    }
}

/// Every number that is x86_64's alone, with its row.
pub fn only() -> impl Iterator<Item = (u64, &'static Row)> {
    X86_64_ONLY.iter().map(|(number, row)| (BIT | u64::from(*number), row))
}

fn x86_64_only(number: u64) -> Option<&'static Row> {
    X86_64_ONLY.iter().find(|(known, _)| u64::from(*known) == number).map(|(_, row)| row)
}

const fn word(name: &'static str) -> Param {
    Param { name, ty: Hex(Ulong) }
}

static WORDS: [Param; 6] =
    [word("arg1"), word("arg2"), word("arg3"), word("arg4"), word("arg5"), word("arg6")];

const fn words(count: usize) -> &'static [Param] {
    WORDS.split_at(count).0
}

macro_rules! only {
    ($($number:literal $name:ident $($class:ident)|* ($params:expr);)*) => {
        &[$(($number, Row {
            name: concat!(stringify!($name), "#64"),
            constant: concat!("__NR_", stringify!($name), "#64"),
            numbers: [-1; 4],
            classes: 0 $(| $class)*,
            params: $params,
            result: Int(Long),
            note: None,
        })),*]
    };
}

/// Numbers of x86_64 that x32 does not accept. Their registers are shown undecoded.
static X86_64_ONLY: &[(u16, Row)] = only! {
    13 rt_sigaction SIGNAL (words(4));
    15 rt_sigreturn SIGNAL (&[Param { name: "sigmask", ty: Custom(&SIGFRAME) }]);
    16 ioctl DESC (words(3));
    19 readv DESC (words(3));
    20 writev DESC (words(3));
    45 recvfrom NETWORK (words(6));
    46 sendmsg NETWORK (words(3));
    47 recvmsg NETWORK (words(3));
    54 setsockopt NETWORK (words(5));
    55 getsockopt NETWORK (words(5));
    59 execve FILE|PROCESS (words(3));
    101 ptrace (words(4));
    127 rt_sigpending SIGNAL (words(2));
    128 rt_sigtimedwait SIGNAL (words(4));
    129 rt_sigqueueinfo SIGNAL|PROCESS (words(3));
    131 sigaltstack SIGNAL (words(2));
    134 uselib FILE (words(1));
    156 _sysctl (words(1));
    174 create_module (words(2));
    177 get_kernel_syms (words(1));
    178 query_module (words(5));
    180 nfsservctl (words(3));
    205 set_thread_area (words(1));
    206 io_setup MEMORY (words(2));
    209 io_submit (words(3));
    211 get_thread_area (words(1));
    214 epoll_ctl_old (words(4));
    215 epoll_wait_old (words(4));
    222 timer_create (words(3));
    236 vserver (words(5));
    244 mq_notify (words(2));
    246 kexec_load (words(4));
    247 waitid PROCESS (words(5));
    273 set_robust_list (words(2));
    274 get_robust_list (words(3));
    278 vmsplice DESC (words(4));
    279 move_pages MEMORY (words(6));
    295 preadv DESC (words(4));
    296 pwritev DESC (words(4));
    297 rt_tgsigqueueinfo SIGNAL|PROCESS (words(4));
    299 recvmmsg NETWORK (words(5));
    307 sendmmsg NETWORK (words(4));
    310 process_vm_readv (words(6));
    311 process_vm_writev (words(6));
    322 execveat FILE|DESC|PROCESS (words(5));
    327 preadv2 DESC (words(6));
    328 pwritev2 DESC (words(6));
};
