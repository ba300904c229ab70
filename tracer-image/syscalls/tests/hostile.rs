//! Every row, on every ABI, decodes whatever a tracee puts into its registers and memory, without panics or endless loops.

use syscalls::{
    abi::Abi,
    decode,
    filter::{self, Qualifiers},
    gather::{self, DecodeOptions},
    multiplexed,
    notation::Notation,
    snapshot::{Answer, Copied, Detail, Known, Memory, OpenOn, Phase, Question, Raw, Rest, Snapshot, Want},
    table,
    value::Names,
};

/// xorshift64*: the same numbers on every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A word that a program might pass: a small number, a flag, a pointer into memory, a type's limit, or anything.
    fn word(&mut self) -> u64 {
        match self.next() % 8 {
            0 => 0,
            1 => self.next() % 300,
            2 => 1 << (self.next() % 64),
            3 => u64::MAX - self.next() % 200,
            4 => u64::from(u32::MAX) - self.next() % 3,
            5 | 6 => BASE + self.next() % SIZE,
            _ => self.next(),
        }
    }
}

const BASE: u64 = 0x1000_0000;
const SIZE: u64 = 0x4000;

/// Memory with a beginning, an end, and a missing page in between.
struct Patches(Vec<u8>);

impl Patches {
    fn new(numbers: &mut Numbers) -> Patches {
        let words = (0..SIZE / 8).flat_map(|_| numbers.word().to_le_bytes()).collect();
        Patches(words)
    }
}

impl Memory for Patches {
    fn read(&mut self, wants: &[Want], mut bytes: &mut [u8], got: &mut [Copied]) {
        for (want, got) in wants.iter().zip(got) {
            let (part, rest) = bytes.split_at_mut(want.len);
            bytes = rest;
            *got = Copied::readable(0);
            for (index, byte) in part.iter_mut().enumerate() {
                let at = want.addr.wrapping_add(index as u64).wrapping_sub(BASE);
                if at >= SIZE || (0x2000..0x3000).contains(&at) {
                    break;
                }
                *byte = self.0[at as usize];
                got.bytes = index + 1;
            }
        }
    }
}

fn fill(
    row: &'static table::Row,
    snapshot: &mut Snapshot,
    depth: DecodeOptions,
    phase: Phase,
    memory: &mut dyn Memory,
) {
    let (mut wants, mut lookups) = (Vec::new(), gather::Lookups::default());
    for _ in 0..gather::PASSES {
        gather::wants(row, snapshot, depth, phase, &mut wants, &mut lookups);
        for pid in &lookups.processes {
            snapshot.set_process(phase, *pid, Known { comm: Some(b"a\x1b>".to_vec()), ours: Some(7) });
        }
        for fd in &lookups.descriptors {
            let detail = Some(Detail::Behind("<\x1b".into()));
            snapshot.set_descriptor(
                phase,
                *fd,
                Some(OpenOn { path: b"/a\x1b>".to_vec(), detail, silent: false }),
            );
        }
        if let Some(entered) = lookups.entered {
            snapshot.set_namespaces(vec![(entered.flags & 0x80, 1), (0x2_0000, u64::MAX), (3, 3)]);
        }
        for question in &lookups.questions {
            let answer = match question {
                // The protocol depends on the descriptor; some have none.
                Question::Netlink(fd) if fd % 3 == 0 => Answer::No,
                Question::Netlink(fd) if fd % 7 == 0 => Answer::Protocol(None),
                Question::Netlink(fd) => Answer::Protocol(Some((fd % 24) as u8)),
                Question::Boot => Answer::Time(i64::MAX),
                Question::Interface(_) | Question::Family(_) => Answer::Name(b"a\x1b>\xff".to_vec()),
            };
            snapshot.set_answer(*question, answer);
        }
        if wants.is_empty() && lookups.is_empty() {
            break;
        }
        snapshot.fill(phase, &wants, memory);
    }
}

#[test]
fn any_registers_and_memory_decode() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut names = Names::default();
    let mut snapshot = Snapshot::default();
    let (mut decoded, mut text) = (0, String::new());
    for round in 0..6 {
        let (mut before, mut after) = (Patches::new(&mut numbers), Patches::new(&mut numbers));
        let plain = table::rows().flat_map(|row| {
            let numbers = Abi::ALL.into_iter().zip(row.numbers);
            numbers.filter_map(move |(abi, number)| Some((row, abi, u64::try_from(number).ok()?)))
        });
        let behind = table::multiplexed().map(|(number, row)| (row, Abi::I386, number));
        // Memory may even determine which call it is, and with what arguments.
        let multiplexed = [102, 117].into_iter().cycle().take(600).map(|number| (None, number));
        let calls = plain.chain(behind).map(|(row, abi, number)| (Some((row, abi)), number));
        for (row, number) in calls.chain(multiplexed).collect::<Vec<_>>() {
            let mut args = [(); 6].map(|()| numbers.word());
            let (row, abi, number) = match row {
                Some((row, abi)) => (row, abi, number),
                None => {
                    args[0] = (numbers.next() % 0x30) | ((numbers.next() % 2) << 16);
                    let (number, inner) = multiplexed::resolve(Abi::I386, number, args, &mut before);
                    args = inner;
                    (table::row(Abi::I386, number).unwrap(), Abi::I386, number)
                }
            };
            let depth = DecodeOptions {
                strings: [32, 0, 5, 4096][round % 4],
                verbose: round % 3 == 1,
                paths: round % 2 == 1,
                comm: round % 2 == 0,
                pidns: round % 2 == 1,
                names: round == 2,
                raw: round == 4,
                dereference: round != 5,
                details: 0x3f,
                dump: round == 3,
                seek: round == 0,
                look_up: round == 0,
                namespaces: round % 2 == 1,
            };
            snapshot.clear(abi, number, args);
            snapshot.stack = numbers.word();
            fill(row, &mut snapshot, depth, Phase::Entry, &mut before);
            let early = decode::entry(row, &snapshot, depth, &mut names);
            snapshot.result = match numbers.next() % 4 {
                0 => None,
                1 => Some(Raw::Error((numbers.next() % 600) as u16)),
                _ => Some(Raw::Value(numbers.word())),
            };
            fill(row, &mut snapshot, depth, Phase::Exit, &mut after);
            let (late, outcome) = decode::exit(row, &snapshot, depth, &mut names);
            text.clear();
            let notation = Notation::default();
            notation.arguments(&mut text, &early, &names, true);
            notation.arguments(&mut text, &late, &names, early.is_empty());
            notation.outcome(&mut text, &outcome, &names);
            let odd = text.chars().find(|c| !(' '..='~').contains(c));
            assert!(odd.is_none(), "{} wrote {odd:?}", row.name);
            // A byte of memory takes at most four characters; names and fields are the rest.
            assert!(text.len() < 16 * Snapshot::MOST_BYTES, "{} wrote {} bytes", row.name, text.len());
            decoded += 1;
        }
    }
    assert!(decoded > 8_000, "only {decoded} calls were decoded");
}

/// Memory of which nobody has captured more than so many bytes of each range, or (`true`) of which that is all.
struct Scraps<'a>(&'a mut Patches, usize, bool);

impl Memory for Scraps<'_> {
    fn read(&mut self, wants: &[Want], bytes: &mut [u8], copied: &mut [Copied]) {
        self.0.read(wants, bytes, copied);
        let rest = if self.2 { Rest::Unreadable } else { Rest::NotCaptured };
        for copied in copied.iter_mut().filter(|copied| copied.bytes >= self.1) {
            *copied = Copied { bytes: self.1, rest };
        }
    }
}

/// An engine that captures little, or nothing, is never taken for a kernel that refused, and otherwise decodes alike.
#[test]
fn what_nobody_captured_is_never_said_to_be_unreadable() {
    let mut numbers = Numbers(0x1234_5678_9abc_def1);
    let (mut names, mut snapshot) = (Names::default(), Snapshot::default());
    let mut said = 0;
    let mut written = |row: &'static table::Row, args, memory: &mut dyn Memory| {
        let number = u64::try_from(row.numbers[0]).expect("on x86-64");
        let depth = DecodeOptions { names: true, ..DecodeOptions::default() };
        snapshot.clear(Abi::X86_64, number, args);
        fill(row, &mut snapshot, depth, Phase::Entry, memory);
        let mut values = decode::entry(row, &snapshot, depth, &mut names);
        snapshot.result = Some(Raw::Value(1));
        fill(row, &mut snapshot, depth, Phase::Exit, memory);
        values.extend(decode::exit(row, &snapshot, depth, &mut names).0);
        let mut text = String::new();
        Notation::default().arguments(&mut text, &values, &names, true);
        text
    };
    for most in [0, 0, 4, 12, 40] {
        for row in table::rows().filter(|row| row.numbers[0] >= 0) {
            let mut memory = Patches::new(&mut numbers);
            // Pointers to what is readable, far from each other, and small numbers.
            let args = [0, 1, 2, 3, 4, 5].map(|index| match numbers.next() % 2 {
                0 => BASE + 0x100 * index + numbers.next() % 0x80,
                _ => index,
            });
            let text = written(row, args, &mut Scraps(&mut memory, most, false));
            said += text.matches(NOT_CAPTURED).count();
            if most == 0 {
                let refused = written(row, args, &mut Scraps(&mut memory, most, true));
                assert_eq!(text.replace(NOT_CAPTURED, ""), refused, "{}", row.name);
                assert!(!text.contains("... /* 0x"), "{}({text})", row.name);
            }
        }
    }
    assert!(said > 500, "said {said} times");
}

const NOT_CAPTURED: &str = " /* not captured */";

/// Parts of `-e` expressions, valid and invalid.
const PIECES: &[&str] = &[
    "trace=",
    "status=",
    "signal=",
    "fd=",
    "quiet=",
    "abbrev=",
    "raw=",
    "read=",
    "decode-fds=",
    "inject=",
    "fault=",
    "t=",
    "openat",
    "read",
    "%file",
    "%%stat",
    "%net",
    "file",
    "all",
    "none",
    "SIGCHLD",
    "RTMIN+3",
    "chld",
    "failed",
    "exit",
    "path",
    "!",
    "!!",
    "?",
    ",",
    ",,",
    "/",
    "/^open",
    "/(",
    "@64",
    "@32",
    "@x32",
    "@",
    ":",
    "error=EIO",
    "error=",
    "retval=0x",
    "retval=-1",
    "signal=9",
    "delay_enter=1ms",
    "delay_exit=",
    "poke_enter=@arg1=00ff",
    "poke_exit=@arg9=0",
    "when=3..5+2",
    "when=99999999999",
    "syscall=getpid",
    "0",
    "511",
    "512",
    "-1",
    "18446744073709551616",
    "=",
    " ",
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "é",
    "\u{1f600}",
    "@arg",
];

#[test]
fn any_expression_is_read_to_its_end() {
    let mut numbers = Numbers(0x0dd_ba11);
    let compile = |expression: &str| -> filter::Test {
        let text = expression.to_owned();
        if text.contains('(') {
            Err("no".into())
        } else {
            Ok(Box::new(move |name: &str| name.contains(&text)))
        }
    };
    let (mut good, mut wrong) = (0, 0);
    for _ in 0..20_000 {
        let pieces = 1 + numbers.next() % 8;
        let text: String =
            (0..pieces).map(|_| PIECES[(numbers.next() % PIECES.len() as u64) as usize]).collect();
        match filter::take(&text, &mut Qualifiers::default(), &mut Vec::new(), &compile) {
            Ok(()) => good += 1,
            // An error message is about as long as what was typed.
            Err(why) => {
                assert!(!why.is_empty() && why.len() < 300 + 4 * text.len(), "{text:?}: {why:?}");
                wrong += 1;
            }
        }
    }
    assert!(good > 500 && wrong > 5000, "{good} good, {wrong} wrong");
}
