//! What the codec does with streams that are whole, cut, damaged or hostile.

use peak_alloc::PeakAlloc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use syscalls::{
    decode::Outcome,
    value::{Name, Value},
};
use wire::{
    codec::{CodecError, Decoder, Encoder, Head, MOST, Oversize, encode},
    event::{Event, What},
    message::{End, Hello, Level, Message, Notice, Reason, Request, VERSION},
};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// One test at a time, because the allocator counts for the whole process.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn call(random: &mut fastrand::Rng) -> Message {
    let path: Vec<u8> = (0..random.usize(0..80)).map(|_| random.u8(b'a'..=b'z')).collect();
    let args = vec![
        Value::Fd { fd: -100, dir: true, path: None, detail: None },
        Value::bytes(&path),
        Value::Flags {
            bits: random.u64(..),
            names: vec![Name(1), Name(2)],
            rest: random.u64(0..4),
            unknown: Name(3),
        },
        Value::Struct {
            fields: vec![(
                Some(Name(4)),
                Value::Array { items: vec![Value::Int(random.i64(..))], cut: true },
            )],
            cut: false,
        },
    ];
    let outcome = if random.bool() { Outcome::Error(2) } else { Outcome::Value(Value::Int(3), None) };
    let what = What::Call { call: Name(0), args, outcome, duration: Some(random.u64(..1 << 40)) };
    Message::Event {
        shard: random.u16(..4),
        event: Event { tid: random.i32(1..9999), time: random.u64(..), site: None, what },
    }
}

fn batch(random: &mut fastrand::Rng) -> Vec<Message> {
    let mut batch = vec![
        Message::Hello(Hello { version: VERSION, release: "1.2.3".into(), wall_offset: random.i64(..) }),
        Message::Define { shard: 0, name: Name(0), text: "openat".into() },
        Message::Notice(Notice { level: Level::Warning, text: "ä".into() }),
    ];
    batch.extend((0..random.usize(0..40)).map(|_| call(random)));
    batch.push(Message::Ready { threads: 3, processes: 1, time: 5 });
    batch
}

/// A stream of several frames, and the messages in it.
fn stream(random: &mut fastrand::Rng) -> (Vec<u8>, Vec<Message>) {
    let mut encoder = Encoder::new();
    let (mut bytes, mut all) = (Vec::new(), Vec::new());
    for _ in 0..random.usize(1..6) {
        let batch = batch(random);
        bytes.extend(encoder.frame(&batch).expect("small"));
        all.extend(batch);
    }
    let end = Message::End(End { events: 1, lost: 2, time: 6, reason: Reason::Failed("x".into()) });
    bytes.extend(encoder.last(std::slice::from_ref(&end)).expect("small"));
    all.push(end);
    (bytes, all)
}

/// Everything that can be read, and how reading ended.
fn read(bytes: &[u8], mut piece: impl FnMut() -> usize) -> (Vec<Message>, Result<Decoder, CodecError>) {
    let (mut decoder, mut rest, mut all) = (Decoder::new(), bytes, Vec::new());
    loop {
        match decoder.next::<Message>() {
            Ok(Some(messages)) => all.extend(messages),
            Ok(None) if rest.is_empty() => return (all, Ok(decoder)),
            Ok(None) => {
                let (now, later) = rest.split_at(piece().clamp(1, rest.len()));
                decoder.push(now);
                rest = later;
            }
            Err(error) => {
                assert_eq!(decoder.next::<Message>(), Err(error.clone()), "a broken stream stays broken");
                return (all, Err(error));
            }
        }
    }
}

#[test]
fn any_pieces_give_the_same_messages() {
    let _alone = alone();
    for seed in 0..100 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (bytes, sent) = stream(&mut random);
        let largest = [1, 7, 100, 100_000][seed as usize % 4];
        let (got, end) = read(&bytes, || random.usize(1..=largest));
        let decoder = end.expect("a good stream");
        assert_eq!(got, sent, "seed {seed}");
        assert!(decoder.ended() && decoder.waiting() == 0);
    }
}

#[test]
fn events_shrink_on_the_way() {
    let _alone = alone();
    let mut random = fastrand::Rng::with_seed(1);
    let path = b"/usr/lib/x86_64-linux-gnu/libc.so.6";
    let batch: Vec<Message> = (0..200)
        .map(|time| {
            let what = What::Call {
                call: Name(0),
                args: vec![Value::Fd { fd: -100, dir: true, path: None, detail: None }, Value::bytes(path)],
                outcome: Outcome::Error(2),
                duration: Some(random.u64(1000..5000)),
            };
            Message::Event { shard: 0, event: Event { tid: 7, time: 1_000_000 * time, site: None, what } }
        })
        .collect();
    let mut plain = Vec::new();
    batch.iter().for_each(|message| encode(message, &mut plain));
    let frame = Encoder::new().frame(&batch).expect("small");
    assert!(frame.len() * 3 < plain.len(), "{} of {} bytes", frame.len(), plain.len());
}

#[test]
fn what_does_not_shrink_travels_as_it_is() {
    let _alone = alone();
    let mut random = fastrand::Rng::with_seed(2);
    let noise: Vec<u64> = (0..1000).map(|_| random.u64(..)).collect();
    let frame = Encoder::new().frame(&noise).expect("small");
    let head = Head::read(&frame).expect("a frame").expect("whole");
    assert!(!head.packed);
    let mut decoder = Decoder::new();
    decoder.push(&frame);
    assert_eq!(decoder.next::<u64>(), Ok(Some(noise)));
}

#[test]
fn an_empty_frame_says_that_its_sender_lives() {
    let _alone = alone();
    let mut encoder = Encoder::new();
    let mut decoder = Decoder::new();
    decoder.push(&encoder.frame::<Message>(&[]).expect("empty"));
    decoder.push(&encoder.frame(&[Request::Stop]).expect("small"));
    assert_eq!(decoder.next::<Request>(), Ok(Some(vec![])));
    assert_eq!(decoder.next::<Request>(), Ok(Some(vec![Request::Stop])));
    assert_eq!(decoder.frames(), encoder.sequence());
}

#[test]
fn frames_are_found_without_opening_them() {
    let _alone = alone();
    let mut random = fastrand::Rng::with_seed(3);
    let (bytes, sent) = stream(&mut random);
    let (mut rest, mut decoder, mut got, mut number) = (&bytes[..], Decoder::new(), Vec::new(), 0);
    while let Some(head) = Head::read(rest).expect("a good stream") {
        assert_eq!(head.sequence, number);
        number += 1;
        let (frame, after) = rest.split_at(head.frame().end);
        assert_eq!(head.last, after.is_empty());
        decoder.push(frame);
        got.extend(decoder.next::<Message>().expect("whole").expect("one"));
        rest = after;
    }
    assert_eq!(got, sent);
}

#[test]
fn another_hand_can_end_a_stream() {
    let _alone = alone();
    let mut plain = Vec::new();
    encode(&call(&mut fastrand::Rng::with_seed(4)), &mut plain);
    let mut encoder = Encoder::new();
    let mut bytes = Vec::new();
    encoder.payload(&plain, 1, false, &mut bytes).expect("small");
    let head = Head::read(&bytes).expect("a frame").expect("whole");
    assert_eq!(head.events, 1);
    let end = Message::End(End { events: 1, lost: 0, time: 6, reason: Reason::LeaseExpired });
    bytes.extend(Encoder::resume(head.sequence + 1).last(&[end]).expect("small"));
    let (got, decoder) = read(&bytes, || 50);
    assert_eq!(got.len(), 2);
    assert!(decoder.expect("a good stream").ended());
    bytes.push(b'K');
    assert_eq!(read(&bytes, || 50).1.err(), Some(CodecError::AfterLast));
}

#[test]
fn gaps_and_repetitions_are_named() {
    let _alone = alone();
    let mut encoder = Encoder::new();
    let frames: Vec<Vec<u8>> = (0..3).map(|_| encoder.frame::<Message>(&[]).expect("empty")).collect();
    let gap = [&frames[0][..], &frames[2]].concat();
    assert_eq!(read(&gap, || 9).1.err(), Some(CodecError::Gap { expected: 1, found: 2 }));
    let twice = [&frames[0][..], &frames[0]].concat();
    assert_eq!(read(&twice, || 9).1.err(), Some(CodecError::Gap { expected: 1, found: 0 }));
    let text = CodecError::Gap { expected: 1, found: 2 }.to_string();
    assert_eq!(text, "the stream has a gap: frame 1 should follow, frame 2 did");
}

#[test]
fn what_is_too_long_is_neither_sent_nor_taken() {
    let _alone = alone();
    let long = Message::Notice(Notice { level: Level::Note, text: "x".repeat(MOST) });
    let mut encoder = Encoder::new();
    assert!(matches!(encoder.frame(&[long]), Err(Oversize(length)) if length > MOST));
    assert_eq!(encoder.sequence(), 0, "the number is not used up");
    for at in [4, 8] {
        let mut frame = encoder.frame(&[Request::Stop]).expect("small");
        frame[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        let error = CodecError::TooLong { claimed: u32::MAX as usize };
        assert_eq!(read(&frame, || 64).1.err(), Some(error));
    }
}

/// A text that comes from the target's side ends up on somebody's terminal, between lines of ours.
#[test]
fn every_text_is_one_bounded_harmless_line() {
    use wire::{
        message::{AgentStatus, Holder, Placement, SessionStatus},
        refused::{Cause, Evidence, Refusals, Refused, Side},
        text::{LONGEST, MOST as FEW},
    };
    let _alone = alone();
    let bad = || format!("a\nerror: b\r\x1b[2J\u{202e}{}", "x".repeat(5000));
    let side = || Side { label: bad(), uid_map: bad(), ..Side::default() };
    let refused = |cause| Refused {
        process: 1,
        error: 1,
        cause,
        evidence: Evidence { ours: side(), its: side(), ..Evidence::default() },
    };
    let end = |reason| Message::End(End { events: 0, lost: 0, time: 0, reason });
    let session =
        SessionStatus { who: bad(), since: 0, in_target: true, connected: true, events: 0, filter: bad() };
    let messages = [
        Message::Hello(Hello { version: VERSION, release: bad(), wall_offset: 0 }),
        Message::Notice(Notice { level: Level::Error, text: bad() }),
        Message::Placement(Placement::Agent { why: bad() }),
        Message::Status(AgentStatus { release: bad(), idle: 0, unused: None, sessions: vec![session] }),
        Message::NotTraced(Box::new(refused(Cause::TracedFor { who: bad(), seconds: 0 }))),
        end(Reason::Failed(bad())),
        end(Reason::Gone(bad())),
        end(Reason::NotRun { status: 1, why: bad() }),
        end(Reason::Evicted(bad())),
        end(Reason::Refused(Refusals { first: vec![refused(Cause::Unknown)], more: 0 })),
        end(Reason::Refused(Refusals {
            first: vec![refused(Cause::TracedBy { process: 1, name: bad() })],
            more: 0,
        })),
    ];
    let check = |debug: String| {
        for harm in ["\\n", "\\r", "\\u{1b}[", "\n"] {
            // As `Debug` writes what is in a text: a control character has one backslash, an escape of ours two.
            assert!(!debug.replace("\\\\", "").contains(harm), "{harm:?} in {}", &debug[..300]);
        }
        assert!(debug.len() < 7 * (LONGEST + 500), "{} bytes", debug.len());
    };
    for message in messages {
        let mut decoder = Decoder::new();
        decoder.push(&Encoder::new().frame(&[message]).expect("small"));
        check(format!("{:?}", decoder.next::<Message>().expect("a frame").expect("whole")));
    }
    for request in [Request::Leave { who: bad() }, Request::Evicted { who: bad() }] {
        let mut decoder = Decoder::new();
        decoder.push(&Encoder::new().frame(&[request]).expect("small"));
        check(format!("{:?}", decoder.next::<Request>().expect("a frame").expect("whole")));
    }
    let mut plain = Vec::new();
    encode(&Holder { process: 1, who: bad(), since: 0 }, &mut plain);
    assert!(postcard::from_bytes::<Holder>(&plain).expect("good").who.len() <= LONGEST);
    let many = Refusals { first: vec![refused(Cause::Unknown); FEW * 2], more: 0 };
    let mut decoder = Decoder::new();
    decoder.push(&Encoder::new().frame(&[end(Reason::Refused(many))]).expect("small"));
    let [Message::End(End { reason: Reason::Refused(kept), .. })] =
        &decoder.next::<Message>().expect("a frame").expect("whole")[..]
    else {
        panic!("not what was sent")
    };
    assert_eq!(kept.first.len(), FEW);
}

#[test]
fn what_the_agent_says_itself_is_marked() {
    let _alone = alone();
    let mut bytes = Encoder::of_agent(0).frame::<Message>(&[]).expect("empty");
    bytes.extend(Encoder::resume(1).frame::<Message>(&[]).expect("empty"));
    assert!(Head::read(&bytes).expect("a frame").expect("whole").agent);
    let mut decoder = Decoder::new();
    decoder.push(&bytes);
    for agents in [true, false] {
        assert_eq!(decoder.next::<Message>(), Ok(Some(vec![])));
        assert_eq!(decoder.is_agents(), agents);
    }
}

#[test]
fn a_foreign_stream_is_known_by_its_first_byte() {
    let _alone = alone();
    let shell = b"sh: /tracer: not found\n";
    let (_, end) = read(shell, || 1);
    assert_eq!(end.err(), Some(CodecError::Magic(*b"s\0\0\0")));
}

#[test]
fn every_flipped_bit_is_noticed() {
    let _alone = alone();
    let mut random = fastrand::Rng::with_seed(5);
    let mut bytes = Encoder::new().frame(&batch(&mut random)).expect("small");
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        let (got, end) = read(&bytes, || usize::MAX);
        // A longer length makes the decoder wait for more; it must not return anything.
        assert!(got.is_empty(), "bit {bit}");
        assert!(end.is_err() || end.is_ok_and(|decoder| decoder.waiting() == bytes.len()), "bit {bit}");
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn a_cut_stream_gives_whole_frames_only() {
    let _alone = alone();
    let mut random = fastrand::Rng::with_seed(6);
    let (bytes, sent) = stream(&mut random);
    for cut in (0..bytes.len()).step_by(3) {
        let (got, end) = read(&bytes[..cut], || usize::MAX);
        let decoder = end.expect("no error, only too little");
        assert_eq!(got[..], sent[..got.len()]);
        assert!(!decoder.ended());
    }
}

/// Frames with correct checksums and bad payloads, as a hostile sender makes them.
#[test]
fn hostile_payloads_neither_panic_nor_fill_memory() {
    let _alone = alone();
    let (mut refused, mut taken) = (0, 0);
    for seed in 0..900 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut plain = Vec::new();
        batch(&mut random).iter().for_each(|message| encode(message, &mut plain));
        match seed % 3 {
            // Random bytes.
            0 => random.fill(&mut plain),
            // A good payload with some bytes changed, including lengths.
            1 => (0..8).for_each(|_| {
                let at = random.usize(..plain.len());
                plain[at] = [0xff, 0, random.u8(..)][random.usize(..3)];
            }),
            // A truncated payload.
            _ => plain.truncate(random.usize(..plain.len())),
        }
        let mut bytes = Vec::new();
        Encoder::new().payload(&plain, 0, false, &mut bytes).expect("small");
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        match read(&bytes, || usize::MAX).1 {
            Ok(_) => taken += 1,
            Err(_) => refused += 1,
        }
        let peak = MEMORY.peak_usage() - before;
        assert!(peak < 4 << 20, "seed {seed}: {peak} bytes for {} of payload", plain.len());
    }
    assert!(refused > 300, "{refused} refused, {taken} taken");
}

#[test]
fn hostile_bytes_neither_panic_nor_fill_memory() {
    let _alone = alone();
    for seed in 0..900 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (mut bytes, _) = stream(&mut random);
        for _ in 0..random.usize(1..20) {
            let at = random.usize(..bytes.len());
            bytes[at] = random.u8(..);
        }
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let _ = read(&bytes, || random.usize(1..5000));
        assert!(MEMORY.peak_usage() - before < 8 << 20, "seed {seed}");
    }
}

/// The largest size that one frame of allowed length can decompress to.
#[test]
fn the_densest_frame_stays_within_bounds() {
    let _alone = alone();
    let mut item = Vec::new();
    encode(&Value::Int(0), &mut item);
    let mut plain = Vec::new();
    let count = 524_000_u32;
    encode(&Value::Array { items: vec![], cut: false }, &mut plain);
    plain.truncate(1);
    encode(&count, &mut plain);
    (0..count).for_each(|_| plain.extend_from_slice(&item));
    plain.push(0);
    let mut bytes = Vec::new();
    Encoder::new().payload(&plain, 0, false, &mut bytes).expect("below the limit");
    assert!(bytes.len() < 8 << 10, "{} bytes on the way", bytes.len());
    let mut decoder = Decoder::new();
    decoder.push(&bytes);
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let values = decoder.next::<Value>().expect("a good frame").expect("whole");
    assert!(matches!(&values[..], [Value::Array { items, .. }] if items.len() == count as usize));
    let peak = MEMORY.peak_usage() - before;
    assert!(peak < 96 << 20, "{peak} bytes");
}

/// Values nested in values, two bytes per level, read on a stack of a quarter of the usual size.
#[test]
fn a_deeply_nested_frame_does_not_overflow_the_stack() {
    let _alone = alone();
    let mut plain = Vec::new();
    let Message::Event { shard, mut event } = call(&mut fastrand::Rng::with_seed(7)) else { unreachable!() };
    event.what = What::Stopped { signal: Value::Array { items: vec![Value::Int(1)], cut: false } };
    encode(&Message::Event { shard, event }, &mut plain);
    let array = plain.split_off(plain.len() - 5);
    for _ in 0..400_000 {
        plain.extend_from_slice(&array[..2]);
    }
    let mut bytes = Vec::new();
    Encoder::new().payload(&plain, 1, false, &mut bytes).expect("below the limit");
    let reading =
        std::thread::Builder::new().stack_size(512 << 10).spawn(move || read(&bytes, || usize::MAX).1);
    let end = reading.expect("a thread").join().expect("no overflow");
    let why = "a message is of an unknown kind or nested too deep";
    assert_eq!(end.err(), Some(CodecError::Malformed { sequence: 0, why }));
}
