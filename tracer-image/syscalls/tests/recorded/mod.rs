//! Calls as text: registers, memory and result of a call, and the line that strace wrote for it.
//!
//! ```text
//! call x86_64 257 [v] [s=N]
//! args 0xffffff9c 0x10000000 0x80000
//! mem 0x10000000 2f746d7000
//! open 230 anon_inode:bpf-map    (what descriptor 230 is open on; for the others it is unknown)
//! netlink 200 0    (descriptor 200 is a netlink socket of protocol 0; interface 1 is always lo)
//! boot 1795823255938000000    (when the machine booted, in nanoseconds since 1970)
//! ret 0x3          (or: err ENOENT, or: none)
//! line openat(AT_FDCWD, "/tmp", O_RDONLY|O_CLOEXEC) = 3
//! ```

use std::collections::BTreeMap;
use syscalls::{
    abi::Abi,
    decode::{self, Outcome},
    gather::{self, DecodeOptions},
    multiplexed,
    names::errno,
    notation::Notation,
    snapshot::{Answer, Copied, Memory, OpenOn, Phase, Question, Raw, Snapshot, Want},
    table,
    value::Names,
};

/// A page of the traced process.
const PAGE: u64 = 4096;

/// Memory in pages. The pages that a case names exist and are zero-filled; no others do.
#[derive(Clone, Default)]
pub struct Pages(BTreeMap<u64, Vec<u8>>);

impl Pages {
    /// Stores bytes at an address.
    pub fn put(&mut self, addr: u64, bytes: &[u8]) {
        self.page(addr);
        for (at, byte) in (addr..).zip(bytes) {
            self.page(at)[(at % PAGE) as usize] = *byte;
        }
    }

    fn page(&mut self, addr: u64) -> &mut Vec<u8> {
        self.0.entry(addr / PAGE).or_insert_with(|| vec![0; PAGE as usize])
    }
}

impl Memory for Pages {
    fn read(&mut self, wants: &[Want], mut bytes: &mut [u8], got: &mut [Copied]) {
        for (want, got) in wants.iter().zip(got) {
            let (part, rest) = bytes.split_at_mut(want.len);
            bytes = rest;
            *got = Copied::readable(0);
            for (index, byte) in part.iter_mut().enumerate() {
                let Some(at) = want.addr.checked_add(index as u64) else { break };
                let Some(page) = self.0.get(&(at / PAGE)) else { break };
                *byte = page[(at % PAGE) as usize];
                got.bytes = index + 1;
            }
        }
    }
}

/// A call, and what strace wrote for it.
pub struct Call {
    /// Its ABI.
    pub abi: Abi,
    /// Its number.
    pub number: u64,
    /// Its registers.
    pub args: [u64; 6],
    /// The memory of its process, the same at both stops.
    pub memory: Pages,
    netlink: Option<(i32, u8)>,
    open: Option<(i32, String)>,
    boot: Option<i64>,
    /// How it ended.
    pub result: Option<Raw>,
    /// `-s` and `-v`.
    pub depth: DecodeOptions,
    /// strace's line, with `-a 1`.
    pub line: Option<String>,
}

/// Parses calls. Panics on invalid text, because only tests and developers write it.
pub fn parse(text: &str) -> Vec<Call> {
    let number = |word: &str| match word.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).unwrap_or_else(|_| panic!("not a number: {word}")),
        None => word.parse().unwrap_or_else(|_| panic!("not a number: {word}")),
    };
    let mut calls: Vec<Call> = Vec::new();
    for line in text.lines() {
        let (key, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut words = rest.split_whitespace();
        let mut word = || words.next().unwrap_or_else(|| panic!("too short: {line}"));
        if key == "call" {
            let abi = match word() {
                "x86_64" => Abi::X86_64,
                "i386" => Abi::I386,
                "aarch64" => Abi::Aarch64,
                "arm" => Abi::Arm,
                other => panic!("no such ABI: {other}"),
            };
            let mut call = Call {
                abi,
                number: number(word()),
                args: [0; 6],
                memory: Pages::default(),
                netlink: None,
                open: None,
                boot: None,
                result: None,
                depth: DecodeOptions::default(),
                line: None,
            };
            for option in words {
                match option.strip_prefix("s=") {
                    Some(strings) => call.depth.strings = number(strings) as usize,
                    None if option == "v" => call.depth.verbose = true,
                    None => panic!("no such option: {option}"),
                }
            }
            calls.push(call);
            continue;
        }
        if line.is_empty() || key == "#" {
            continue;
        }
        let Some(call) = calls.last_mut() else { panic!("before the first call: {line}") };
        match key {
            "args" => call.args.iter_mut().zip(rest.split_whitespace()).for_each(|(arg, w)| *arg = number(w)),
            "mem" => {
                let (addr, hex) = (number(word()), words.next().unwrap_or(""));
                let digits: Vec<u8> = hex
                    .chars()
                    .map(|c| c.to_digit(16).unwrap_or_else(|| panic!("not hex: {hex}")) as u8)
                    .collect();
                let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
                call.memory.put(addr, &bytes);
            }
            "netlink" => call.netlink = Some((number(word()) as i32, number(word()) as u8)),
            "open" => call.open = Some((number(word()) as i32, word().to_owned())),
            "boot" => call.boot = Some(number(word()) as i64),
            "ret" => call.result = Some(Raw::Value(number(word()))),
            "err" => {
                let name = word();
                // The kernel's own restart codes are written as numbers.
                let known = |number: &u16| errno::describe(*number).is_some_and(|(known, _)| known == name);
                let found = name.parse().ok().or_else(|| (1..600).find(known));
                call.result = Some(Raw::Error(found.unwrap_or_else(|| panic!("no such error: {name}"))));
            }
            "none" => call.result = None,
            "line" => call.line = Some(rest.to_owned()),
            _ => panic!("not understood: {line}"),
        }
    }
    calls
}

/// Gathers and decodes a call as an engine does, and returns its line.
pub fn line(call: &mut Call) -> String {
    let (number, args) = multiplexed::resolve(call.abi, call.number, call.args, &mut call.memory);
    let Some(row) = table::row(call.abi, number) else {
        return format!("syscall_{:#x}", call.number);
    };
    let mut snapshot = Snapshot::default();
    snapshot.clear(call.abi, number, args);
    fill(row, &mut snapshot, call, Phase::Entry);
    let mut names = Names::default();
    let notation = Notation::default();
    let mut text = String::from(row.name);
    text.push('(');
    let early = decode::entry(row, &snapshot, call.depth, &mut names);
    notation.arguments(&mut text, &early, &names, true);
    snapshot.result = call.result;
    if call.result.is_some() {
        fill(row, &mut snapshot, call, Phase::Exit);
    }
    let (late, outcome) = decode::exit(row, &snapshot, call.depth, &mut names);
    notation.arguments(&mut text, &late, &names, early.is_empty());
    text.push_str(") = ");
    let outcome = if call.result.is_none() { Outcome::Unknown } else { outcome };
    notation.outcome(&mut text, &outcome, &names);
    text
}

fn fill(row: &'static table::Row, snapshot: &mut Snapshot, call: &mut Call, phase: Phase) {
    let (mut wants, mut lookups) = (Vec::new(), gather::Lookups::default());
    for _ in 0..gather::PASSES {
        gather::wants(row, snapshot, call.depth, phase, &mut wants, &mut lookups);
        if wants.is_empty() && lookups.is_empty() {
            break;
        }
        snapshot.fill(phase, &wants, &mut call.memory);
        for fd in &lookups.descriptors {
            let open = call.open.as_ref().filter(|(known, _)| known == fd);
            let open_on =
                open.map(|(_, path)| OpenOn { path: path.clone().into_bytes(), detail: None, silent: false });
            snapshot.set_descriptor(phase, *fd, open_on);
        }
        for question in &lookups.questions {
            let answer = match (question, call.netlink) {
                (Question::Netlink(fd), Some((known, protocol))) if *fd == known => {
                    Answer::Protocol(Some(protocol))
                }
                (Question::Boot, _) => call.boot.map_or(Answer::No, Answer::Time),
                (Question::Interface(1), _) => Answer::Name(b"lo".to_vec()),
                _ => Answer::No,
            };
            snapshot.set_answer(*question, answer);
        }
    }
}
