//! One number for many calls: `socketcall` and `ipc` of i386 (linux/net.h, linux/ipc.h). The first argument says which
//! call is meant. The arguments of socket calls are in memory.

use crate::{
    abi::Abi,
    snapshot::{Copied, Memory, Want},
};

/// The first of our own numbers for such calls: larger than any number in a register.
pub const FIRST: u64 = 1 << 32;
/// How many of those numbers there are.
pub const COUNT: usize = 64;

/// The numbers of `socketcall` and `ipc`.
const SOCKETCALL: u64 = 102;
const IPC: u64 = 117;

/// Where the calls of `ipc` begin among our own numbers.
const OF_IPC: usize = 32;
/// Calls of `ipc` that differ from the calls on other ABIs.
const SEMCTL: usize = 3;
const MSGRCV: usize = 12;
const SHMAT: usize = 21;
/// `msgrcv` whose buffer and type could not be read.
const BLIND_MSGRCV: usize = COUNT - 1;
/// `semctl` whose argument could not be read.
const BLIND_SEMCTL: usize = COUNT - 2;

/// The calls of `socketcall`, from 1 on: how many words of memory each takes, and its number on another ABI.
const SOCKET_CALLS: &[(usize, Abi, u64)] = &[
    (3, Abi::X86_64, 41),
    (3, Abi::X86_64, 49),
    (3, Abi::X86_64, 42),
    (2, Abi::X86_64, 50),
    (3, Abi::X86_64, 43),
    (3, Abi::X86_64, 51),
    (3, Abi::X86_64, 52),
    (4, Abi::X86_64, 53),
    // i386 has no numbers for `send` and `recv`, so take arm's.
    (4, Abi::Arm, 289),
    (4, Abi::Arm, 291),
    (6, Abi::X86_64, 44),
    (6, Abi::X86_64, 45),
    (2, Abi::X86_64, 48),
    (5, Abi::X86_64, 54),
    (5, Abi::X86_64, 55),
    (3, Abi::X86_64, 46),
    (3, Abi::X86_64, 47),
    (4, Abi::X86_64, 288),
    (5, Abi::X86_64, 299),
    (4, Abi::X86_64, 307),
];

/// The calls of `ipc` that are as on other ABIs: their code in the first argument, and their numbers on x86_64.
const IPC_CALLS: &[(usize, u64)] =
    &[(1, 65), (2, 64), (4, 220), (11, 69), (12, 70), (13, 68), (14, 71), (22, 67), (23, 29), (24, 31)];

/// What one of our own numbers means.
pub enum Meaning {
    /// The call of this number on this ABI.
    As(Abi, u64),
    /// The call at this index of those that differ ([`crate::families::BEHIND_IPC`]).
    BehindIpc(usize),
}

/// What one of our own numbers means, from [`FIRST`] on.
pub fn meaning(number: u64) -> Option<Meaning> {
    let slot = slot(number)?;
    let (ipc, of_ipc) = (slot.wrapping_sub(OF_IPC), slot >= OF_IPC);
    Some(match slot {
        BLIND_MSGRCV => Meaning::BehindIpc(2),
        BLIND_SEMCTL => Meaning::As(Abi::X86_64, 66),
        _ if of_ipc && ipc == SEMCTL => Meaning::BehindIpc(0),
        _ if of_ipc && ipc == SHMAT => Meaning::BehindIpc(1),
        _ if of_ipc => {
            let (_, number) = IPC_CALLS.iter().find(|(call, _)| *call == ipc)?;
            Meaning::As(Abi::X86_64, *number)
        }
        _ => {
            let (_, abi, number) = SOCKET_CALLS.get(slot.checked_sub(1)?)?;
            Meaning::As(*abi, *number)
        }
    })
}

/// The index of one of our own numbers, from [`FIRST`] on.
pub fn slot(number: u64) -> Option<usize> {
    number.checked_sub(FIRST).and_then(|slot| usize::try_from(slot).ok()).filter(|slot| *slot < COUNT)
}

/// How a call of `ipc` is written when it is not decoded: its registers, and how many of them. To know what is in memory
/// behind them, and which argument each is, would already be decoding.
pub fn raw(number: u64, args: [u64; 6]) -> Option<([u64; 6], usize)> {
    let call = slot(counted(number))?.checked_sub(OF_IPC)?;
    let count = match call {
        13 => 2,
        2 | 23 => 3,
        4 | MSGRCV => 5,
        _ => 4,
    };
    let [_, first, second, third, ptr, fifth] = args;
    Some(([first, second, third, ptr, fifth, 0], count))
}

/// The number under which a call is counted. A call that could not be read completely counts as the same call.
pub fn counted(number: u64) -> u64 {
    match slot(number) {
        Some(BLIND_MSGRCV) => FIRST + (OF_IPC + MSGRCV) as u64,
        Some(BLIND_SEMCTL) => FIRST + (OF_IPC + SEMCTL) as u64,
        _ => number,
    }
}

/// Number and arguments of the actual call: a number from [`FIRST`] on, if it is one of `socketcall` or `ipc`. Reads at
/// most six words of memory.
pub fn resolve(abi: Abi, number: u64, args: [u64; 6], memory: &mut dyn Memory) -> (u64, [u64; 6]) {
    let found = match (abi, number) {
        (Abi::I386, SOCKETCALL) => behind_socketcall(args, memory),
        (Abi::I386, IPC) => behind_ipc(args, memory),
        _ => None,
    };
    found.map_or((number, args), |(slot, args)| (FIRST + slot as u64, args))
}

/// The kernel takes the call's code from the whole register.
fn behind_socketcall(args: [u64; 6], memory: &mut dyn Memory) -> Option<(usize, [u64; 6])> {
    let slot = usize::try_from(args[0] & 0xffff_ffff).ok()?;
    let (count, ..) = SOCKET_CALLS.get(slot.checked_sub(1)?)?;
    Some((slot, words(args[1], *count, memory)?))
}

/// The call's code is in the lower half of its register, and a version above it. In the first version of `msgrcv`, type
/// and buffer are in memory (linux/ipc.h, `struct ipc_kludge`).
fn behind_ipc(args: [u64; 6], memory: &mut dyn Memory) -> Option<(usize, [u64; 6])> {
    let [call, first, second, third, ptr, fifth] = args;
    let (call, version) = ((call & 0xffff) as usize, call >> 16 & 0xffff);
    let args = match call {
        1 => [first, ptr, second, 0, 0, 0],
        2 | 23 => [first, second, third, 0, 0, 0],
        SEMCTL => match words(ptr, 1, memory) {
            Some([arg, ..]) => [first, second, third, arg, 0, 0],
            // As if there were no indirection: the pointer is shown instead of what it points to.
            None => return Some((BLIND_SEMCTL, [first, second, third, ptr, 0, 0])),
        },
        4 => [first, ptr, second, fifth, 0, 0],
        11 => [first, ptr, second, third, 0, 0],
        MSGRCV if version != 0 => [first, ptr, second, fifth, third, 0],
        MSGRCV => match words(ptr, 2, memory) {
            Some([buffer, kind, ..]) => [first, buffer, second, kind, third, 0],
            None => return Some((BLIND_MSGRCV, [first, ptr, second, third, 0, 0])),
        },
        13 => [first, second, 0, 0, 0, 0],
        14 | 24 => [first, second, ptr, 0, 0, 0],
        // The kernel writes the address of the mapping to where the third argument points.
        SHMAT => [first, ptr, second, third, 0, 0],
        22 => [ptr, 0, 0, 0, 0, 0],
        _ => return None,
    };
    Some((OF_IPC + call, args))
}

/// This many words at an address, if all of them are readable.
fn words(addr: u64, count: usize, memory: &mut dyn Memory) -> Option<[u64; 6]> {
    let (mut bytes, mut got) = ([0; 24], [Copied::readable(0)]);
    let bytes = &mut bytes[..4 * count];
    memory.read(&[Want { addr: addr & 0xffff_ffff, len: bytes.len() }], bytes, &mut got);
    let mut words = [0; 6];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(4)) {
        *word = u64::from(u32::from_le_bytes(bytes.try_into().ok()?));
    }
    (addr != 0 && got[0].bytes == 4 * count).then_some(words)
}
