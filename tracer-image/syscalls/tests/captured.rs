//! A range of a snapshot is bytes, unreadable, or not captured; what is written tells them apart.

use syscalls::{
    abi::Abi,
    decode,
    gather::{self, DecodeOptions},
    notation::Notation,
    snapshot::{Copied, Memory, Phase, Raw, Rest, Snapshot, Want},
    table::{self, Row},
    value::Names,
};

/// Memory from an address on, and what is behind its bytes.
struct Block {
    addr: u64,
    bytes: Vec<u8>,
    rest: Rest,
}

impl Memory for Block {
    fn read(&mut self, wants: &[Want], mut bytes: &mut [u8], copied: &mut [Copied]) {
        for (want, copied) in wants.iter().zip(copied) {
            let (part, behind) = bytes.split_at_mut(want.len);
            bytes = behind;
            let from = want.addr.checked_sub(self.addr).map_or(usize::MAX, |from| from as usize);
            let found = self.bytes.get(from..).unwrap_or_default();
            let len = found.len().min(want.len);
            part[..len].copy_from_slice(&found[..len]);
            *copied = Copied { bytes: len, rest: self.rest };
        }
    }
}

fn row(name: &str) -> (&'static Row, u64) {
    let row = table::rows().find(|row| row.name == name).expect("a call of this name");
    (row, u64::try_from(row.numbers[Abi::X86_64.index()]).expect("on x86-64"))
}

/// What a call's arguments read like if this is all of its memory.
fn written(
    name: &str,
    args: [u64; 6],
    depth: DecodeOptions,
    result: Option<Raw>,
    memory: &mut Block,
) -> String {
    let (row, number) = row(name);
    let (mut snapshot, mut names) = (Snapshot::default(), Names::default());
    snapshot.clear(Abi::X86_64, number, args);
    let mut gather = |snapshot: &mut Snapshot, phase| {
        let (mut wants, mut lookups) = (Vec::new(), gather::Lookups::default());
        for _ in 0..gather::PASSES {
            gather::wants(row, snapshot, depth, phase, &mut wants, &mut lookups);
            if wants.is_empty() {
                return;
            }
            assert!(
                wants.windows(2).all(|pair| pair[0] != pair[1]),
                "{name} asks for the same twice: {wants:?}"
            );
            snapshot.fill(phase, &wants, memory);
        }
        panic!("{name} asks without end");
    };
    gather(&mut snapshot, Phase::Entry);
    let mut values = decode::entry(row, &snapshot, depth, &mut names);
    if result.is_some() {
        snapshot.result = result;
        gather(&mut snapshot, Phase::Exit);
        values.extend(decode::exit(row, &snapshot, depth, &mut names).0);
    }
    let mut text = String::new();
    Notation::default().arguments(&mut text, &values, &names, true);
    text
}

const AT: u64 = 0x7ffe_1234_5678;
const TIME: [u64; 6] = [AT, 0, 0, 0, 0, 0];

fn time(bytes: &[u8], rest: Rest) -> String {
    let mut memory = Block { addr: AT, bytes: bytes.into(), rest };
    written("nanosleep", TIME, DecodeOptions::default(), None, &mut memory)
}

#[test]
fn a_structure_is_bytes_or_unreadable_or_not_captured() {
    let whole: Vec<u8> = [1u64, 2].iter().flat_map(|word| word.to_le_bytes()).collect();
    assert_eq!(time(&whole, Rest::NotCaptured), "{tv_sec=1, tv_nsec=2}");
    assert_eq!(time(&whole, Rest::Unreadable), "{tv_sec=1, tv_nsec=2}");
    assert_eq!(time(&[], Rest::Unreadable), "0x7ffe12345678");
    assert_eq!(time(&[], Rest::NotCaptured), "0x7ffe12345678 /* not captured */");
    // Of a structure, half is none.
    assert_eq!(time(&whole[..8], Rest::Unreadable), "0x7ffe12345678");
    assert_eq!(time(&whole[..8], Rest::NotCaptured), "0x7ffe12345678 /* not captured */");
}

#[test]
fn the_beginning_of_a_string_is_shown_as_one_that_is_cut() {
    let path = |bytes: &[u8], rest| {
        let mut memory = Block { addr: AT, bytes: bytes.into(), rest };
        written("unlink", TIME, DecodeOptions::default(), None, &mut memory)
    };
    assert_eq!(path(b"/etc/passwd\0", Rest::NotCaptured), "\"/etc/passwd\"");
    assert_eq!(path(b"/etc/pas", Rest::NotCaptured), "\"/etc/pas\"...");
    assert_eq!(path(b"/etc/pas", Rest::Unreadable), "0x7ffe12345678");
    assert_eq!(path(b"", Rest::NotCaptured), "0x7ffe12345678 /* not captured */");
    let buffer = |bytes: &[u8], rest| {
        let mut memory = Block { addr: AT, bytes: bytes.into(), rest };
        written("write", [1, AT, 20, 0, 0, 0], DecodeOptions::default(), None, &mut memory)
    };
    assert_eq!(buffer(b"hello", Rest::NotCaptured), "1, \"hello\"..., 20");
    assert_eq!(buffer(b"hello", Rest::Unreadable), "1, 0x7ffe12345678, 20");
}

#[test]
fn an_array_says_from_where_on_it_was_not_captured() {
    // Two buffers of no length, of three.
    let array = |rest| {
        let mut memory = Block { addr: AT, bytes: vec![0; 32], rest };
        written("writev", [1, AT, 3, 0, 0, 0], DecodeOptions::default(), None, &mut memory)
    };
    let two = "{iov_base=NULL, iov_len=0}, {iov_base=NULL, iov_len=0}";
    assert_eq!(array(Rest::Unreadable), format!("1, [{two}, ... /* 0x7ffe12345698 */], 3"));
    assert_eq!(array(Rest::NotCaptured), format!("1, [{two}, 0x7ffe12345698 /* not captured */], 3"));
}

#[test]
fn what_was_not_wanted_is_an_address() {
    // A call that failed has filled in nothing, and an address that nobody looks behind is one.
    let mut memory = Block { addr: AT, bytes: Vec::new(), rest: Rest::NotCaptured };
    let failed = Some(Raw::Error(14));
    assert_eq!(written("uname", TIME, DecodeOptions::default(), failed, &mut memory), "0x7ffe12345678");
    let args = [AT, 4096, 0, 0, 0, 0];
    assert_eq!(written("munmap", args, DecodeOptions::default(), None, &mut memory), "0x7ffe12345678, 4096");
}

#[test]
fn beyond_the_limit_nothing_is_captured_and_that_is_said() {
    // Buffers of more bytes than a call may take: the first two are whole, of the third only the beginning is there.
    const LEN: u64 = 100 << 10;
    let start = 0x10_0000;
    let mut bytes = vec![b'x'; 0x10_0000];
    for index in 0..4u64 {
        let at = 16 * index as usize;
        bytes[at..at + 8].copy_from_slice(&(start + 0x1000 + index * LEN).to_le_bytes());
        bytes[at + 8..at + 16].copy_from_slice(&LEN.to_le_bytes());
    }
    let mut memory = Block { addr: start, bytes, rest: Rest::Unreadable };
    let depth = DecodeOptions { strings: 1 << 20, ..DecodeOptions::default() };
    let text = written("writev", [1, start, 4, 0, 0, 0], depth, None, &mut memory);
    let shown: Vec<&str> = text.split("iov_base=").skip(1).collect();
    assert!(shown[0].starts_with('"') && shown[0].contains("\", iov_len=102400}"), "{}", &shown[0][..40]);
    assert!(shown[1].contains("\", iov_len"));
    assert!(shown[2].contains("\"..., iov_len"), "it is cut");
    let last = format!("{:#x} /* not captured */, iov_len=102400}}], 4", start + 0x1000 + 3 * LEN);
    assert_eq!(shown[3], last);
}

#[test]
fn more_ranges_than_may_be_are_not_captured() {
    let wants: Vec<Want> =
        (0..3 * Snapshot::MOST_RANGES as u64).map(|at| Want { addr: 0x1000 + 16 * at, len: 8 }).collect();
    let mut memory = Block { addr: 0, bytes: vec![7; 0x10_0000], rest: Rest::Unreadable };
    let mut snapshot = Snapshot::default();
    snapshot.clear(Abi::X86_64, 0, [0; 6]);
    snapshot.fill(Phase::Entry, &wants, &mut memory);
    let missed = wants.iter().filter(|want| snapshot.missed(want.addr)).count();
    let read = wants.iter().filter(|want| snapshot.read(Phase::Entry, want.addr, 8).len() == 8).count();
    assert_eq!((read, missed), (Snapshot::MOST_RANGES, Snapshot::MOST_RANGES));
    // A new call begins with nothing.
    snapshot.clear(Abi::X86_64, 0, [0; 6]);
    assert!(!snapshot.is_incomplete());
}
