use super::{writer::PULSE, *};
use crate::engine::Sink;
use std::{
    io::{self, PipeReader, Read},
    sync::mpsc,
    time::Instant,
};
use syscalls::{
    abi::Abi,
    decode::Outcome,
    value::{Name, Names, Value},
};
use wire::{
    codec::Decoder,
    event::{Birth, Event, What},
    message::{End, Level, Notice},
    summary::Count,
};

fn stopped(number: u64, names: &mut Names) -> Event {
    const TEXTS: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];
    let name = names.intern(TEXTS[(number / 50) as usize % TEXTS.len()]);
    let signal = Value::Symbol { bits: number, name: Some(name), unknown: None };
    Event { tid: 7, time: number, site: None, what: What::Stopped { signal } }
}

/// The totals of one shard's stream; checks order, places of losses and definitions on the way.
#[derive(Default)]
struct Tally {
    sent: u64,
    lost: u64,
    gaps: u64,
    next: u64,
    names: Names,
    notices: usize,
    end: Option<End>,
}

impl Tally {
    fn take(&mut self, message: Message) {
        assert!(self.end.is_none(), "nothing follows the end");
        match message {
            Message::Define { name, text, .. } => assert!(self.names.define(name, text.into_owned())),
            Message::Event { event: Event { what: What::Lost { events }, time, .. }, .. } => {
                assert_eq!(time, self.next, "the loss stands where it happened");
                self.lost += events;
                self.gaps += 1;
                self.next += events;
            }
            Message::Event { event, .. } => {
                assert_eq!(event.time, self.next, "in order, with nothing missing that was not counted");
                let What::Stopped { signal: Value::Symbol { name: Some(name), .. } } = event.what else {
                    panic!("not what was sent")
                };
                assert_ne!(self.names.text(name), "?", "defined before its first use");
                self.next += 1;
                self.sent += 1;
            }
            Message::Notice(_) => self.notices += 1,
            Message::End(end) => self.end = Some(end),
            _ => {}
        }
    }
}

struct Reading {
    pipe: PipeReader,
    decoder: Decoder,
    tally: Tally,
}

impl Reading {
    fn new(pipe: PipeReader) -> Reading {
        Reading { pipe, decoder: Decoder::new(), tally: Tally::default() }
    }

    /// Reads until enough is read or the stream ends.
    fn until(&mut self, enough: impl Fn(&Tally) -> bool, pause: Duration) {
        let mut buffer = vec![0; 4096];
        while !enough(&self.tally) {
            let length = self.pipe.read(&mut buffer).expect("a pipe");
            if length == 0 {
                return;
            }
            self.decoder.push(&buffer[..length]);
            while let Some(messages) = self.decoder.next().expect("good frames") {
                messages.into_iter().for_each(|message| self.tally.take(message));
            }
            thread::sleep(pause);
        }
    }
}

fn read_all(pipe: PipeReader, pause: Duration) -> Reading {
    let mut reading = Reading::new(pipe);
    reading.until(|_| false, pause);
    reading
}

#[test]
fn what_a_slow_reader_misses_is_counted_exactly() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let outbox = Outbox::start(writer, 64 << 10, 0).expect("a thread");
    let mut shard = outbox.shard(0);
    let reading = thread::spawn(move || read_all(reader, Duration::from_millis(1)));
    let mut names = Names::default();
    let made = 200_000;
    for number in 0..made {
        shard.event(stopped(number, &mut names), &names);
        if number % 20_000 == 0 {
            thread::sleep(Duration::from_millis(20));
        }
    }
    outbox.end(Reason::Stopped);
    assert!(outbox.wait(Duration::from_secs(60)));
    let Reading { tally, decoder, .. } = reading.join().expect("a good stream");
    assert!(decoder.ended());
    assert!(tally.gaps > 0 && tally.sent > 0, "{} gaps, {} sent", tally.gaps, tally.sent);
    assert_eq!(tally.sent + tally.lost, made);
    let end = tally.end.expect("an end");
    assert_eq!((end.events, end.lost, end.reason), (tally.sent, tally.lost, Reason::Stopped));
}

#[test]
fn a_call_counts_once_however_it_was_told() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let outbox = Outbox::start(writer, 64 << 10, 0).expect("a thread");
    let mut shard = outbox.shard(0);
    let names = Names::default();
    let made = 20_000;
    shard.event(
        Event { tid: 7, time: 0, site: None, what: What::Attached { process: 7, how: Birth::Seized } },
        &names,
    );
    for number in 0..made {
        let mut tell = |what| shard.event(Event { tid: 7, time: number, site: None, what }, &names);
        let call = Name(0);
        tell(What::Enter { call, args: vec![Value::Int(number as i64)] });
        let outcome = Outcome::Value(Value::Int(0), None);
        tell(What::Exit { call, args: Vec::new(), before: 1, outcome, duration: None });
    }
    outbox.end(Reason::Stopped);
    let mut decoder = Decoder::new();
    let mut reader = reader;
    let (mut announced, mut returned, mut lost, mut open) = (0, 0, 0, false);
    let mut buffer = vec![0; 4096];
    let end = 'read: loop {
        let length = reader.read(&mut buffer).expect("a pipe");
        decoder.push(&buffer[..length]);
        while let Some(messages) = decoder.next().expect("good frames") {
            for message in messages {
                match message {
                    Message::Event { event: Event { what: What::Enter { args, .. }, .. }, .. } => {
                        assert_eq!(
                            args,
                            [Value::Int(announced + lost as i64)],
                            "what is missing is counted before it"
                        );
                        announced += 1;
                        open = true;
                    }
                    Message::Event { event: Event { what: What::Exit { .. }, .. }, .. } => {
                        assert!(open, "a return without its announcement");
                        returned += 1;
                        open = false;
                    }
                    Message::Event { event: Event { what: What::Lost { events }, .. }, .. } => lost += events,
                    Message::End(end) => break 'read end,
                    _ => {}
                }
            }
        }
    };
    assert_eq!(announced, returned);
    assert!(lost > 0, "the pipe and the store hold less");
    assert_eq!((end.events, end.lost), (returned as u64, lost));
    assert_eq!(end.events + end.lost, made);
}

#[test]
fn the_table_of_counts_is_never_lost() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let outbox = Outbox::start(writer, 64 << 10, 0).expect("a thread");
    let mut shard = outbox.shard(0);
    let mut names = Names::default();
    // Nobody reads, so that neither events nor notices have room any more.
    for number in 0..50_000 {
        shard.event(stopped(number, &mut names), &names);
        shard.notice(Notice { level: Level::Note, text: "x".repeat(100) });
    }
    let count = |number| Count {
        abi: Abi::NATIVE,
        number,
        name: "read".into(),
        calls: 1,
        errors: 0,
        system: Default::default(),
        wall: Default::default(),
    };
    shard.summary((0..3000).map(count).collect());
    outbox.end(Reason::Stopped);
    let (mut reader, mut decoder, mut counted, mut buffer) = (reader, Decoder::new(), 0, vec![0; 64 << 10]);
    while !decoder.ended() {
        let length = reader.read(&mut buffer).expect("a pipe");
        decoder.push(&buffer[..length]);
        while let Some(messages) = decoder.next().expect("good frames") {
            for message in messages {
                counted += if let Message::Summary(counts) = message { counts.len() } else { 0 };
            }
        }
    }
    assert_eq!(counted, 3000);
}

#[test]
fn a_reader_that_never_reads_stops_nobody() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let outbox = Outbox::start(writer, 1 << 20, 0).expect("a thread");
    let mut shard = outbox.shard(0);
    let mut names = Names::default();
    let mut longest = Duration::ZERO;
    for number in 0..300_000 {
        let begin = Instant::now();
        shard.event(stopped(number, &mut names), &names);
        longest = longest.max(begin.elapsed());
    }
    let begin = Instant::now();
    shard.flush(Duration::from_millis(50));
    assert!(begin.elapsed() < Duration::from_secs(1));
    assert!(longest < Duration::from_secs(1), "{longest:?}");
    let store = outbox.shared.lock();
    assert_eq!(store.events + store.lost, 300_000);
    assert!(store.lost > 0 && store.held < (1 << 20) + (1 << 10), "{} lost, {} held", store.lost, store.held);
    drop(store);
    drop(reader);
    assert!(!outbox.wait(Duration::from_secs(10)), "nobody reads any more");
}

#[test]
fn a_shard_that_waits_loses_nothing_to_a_slow_reader() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let outbox = Outbox::start(writer, 64 << 10, 0).expect("a thread");
    outbox.block(Duration::from_secs(20));
    let mut shard = outbox.shard(0);
    let reading = thread::spawn(move || read_all(reader, Duration::from_micros(500)));
    let mut names = Names::default();
    let made = 100_000;
    (0..made).for_each(|number| shard.event(stopped(number, &mut names), &names));
    outbox.end(Reason::Stopped);
    let tally = reading.join().expect("a good stream").tally;
    assert_eq!((tally.sent, tally.lost), (made, 0));
}

#[test]
fn a_shard_waits_no_longer_than_it_may_and_then_counts() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let outbox = Outbox::start(writer, 1 << 20, 0).expect("a thread");
    outbox.block(Duration::from_millis(300));
    let mut shard = outbox.shard(0);
    let mut names = Names::default();
    let (begin, mut longest) = (Instant::now(), Duration::ZERO);
    for number in 0..300_000 {
        let begin = Instant::now();
        shard.event(stopped(number, &mut names), &names);
        longest = longest.max(begin.elapsed());
    }
    // Once: after that, what nobody takes is dropped at once.
    assert!((Duration::from_millis(300)..Duration::from_millis(900)).contains(&longest), "{longest:?}");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    let store = outbox.shared.lock();
    assert_eq!(store.events + store.lost, 300_000);
    assert!(store.lost > 0);
    drop((store, reader));
}

#[test]
fn whoever_ends_the_trace_ends_the_waiting() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let outbox = Arc::new(Outbox::start(writer, 64 << 10, 0).expect("a thread"));
    outbox.block(Duration::from_secs(60));
    let mut shard = outbox.shard(0);
    let other = outbox.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        other.never_block();
    });
    let mut names = Names::default();
    let begin = Instant::now();
    (0..20_000).for_each(|number| shard.event(stopped(number, &mut names), &names));
    assert!((Duration::from_millis(200)..Duration::from_secs(5)).contains(&begin.elapsed()));
    drop(reader);
}

#[test]
fn a_loss_is_told_without_waiting_for_the_next_event() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let outbox = Outbox::start(writer, 8 << 10, 0).expect("a thread");
    let mut shard = outbox.shard(0);
    let mut names = Names::default();
    // The pipe takes 64 KiB, and what the writer holds counts for the store.
    let made = 40_000;
    (0..made).for_each(|number| shard.event(stopped(number, &mut names), &names));
    assert!(outbox.shared.lock().lost > 0);
    let (told, tally) = mpsc::channel();
    let reading = thread::spawn(move || {
        let mut reading = Reading::new(reader);
        reading.until(|tally| tally.next >= made, Duration::ZERO);
        told.send((reading.tally.sent, reading.tally.lost)).expect("somebody waits");
        reading.until(|_| false, Duration::ZERO);
        reading.tally.end
    });
    let (sent, lost) =
        tally.recv_timeout(Duration::from_secs(10)).expect("all are sent or counted before the end");
    assert_eq!(sent + lost, made);
    outbox.end(Reason::TraceesGone);
    let end = reading.join().expect("a good stream").expect("an end");
    assert_eq!((end.events, end.lost), (sent, lost));
}

#[test]
fn the_first_event_goes_at_once_and_silence_is_filled() {
    let (mut reader, writer) = io::pipe().expect("a pipe");
    let outbox = Outbox::start(writer, CAPACITY, 0).expect("a thread");
    let mut shard = outbox.shard(0);
    let (mut decoder, mut buffer) = (Decoder::new(), [0; 4096]);
    let mut receive = || {
        let length = reader.read(&mut buffer).expect("a pipe");
        decoder.push(&buffer[..length]);
        decoder.next::<Message>().expect("a good frame").expect("a whole frame")
    };
    let begin = Instant::now();
    shard.notice(Notice { level: Level::Note, text: "hello".into() });
    assert_eq!(receive().len(), 1);
    assert!(begin.elapsed() < Duration::from_millis(500));
    assert_eq!(receive(), [], "a sign of life");
    assert!(begin.elapsed() >= PULSE);
}

#[test]
fn an_event_that_fits_into_no_frame_is_lost_alone() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let outbox = Outbox::start(writer, CAPACITY, 0).expect("a thread");
    let mut shard = outbox.shard(3);
    let reading = thread::spawn(move || read_all(reader, Duration::ZERO));
    let mut names = Names::default();
    shard.event(stopped(0, &mut names), &names);
    let huge = What::Stopped { signal: Value::bytes(&vec![1; codec::MOST]) };
    shard.event(Event { tid: 7, time: 1, site: None, what: huge }, &names);
    shard.event(stopped(2, &mut names), &names);
    outbox.end(Reason::Stopped);
    let tally = reading.join().expect("a good stream").tally;
    assert_eq!((tally.sent, tally.lost, tally.gaps), (2, 1, 1));
}

#[test]
fn flush_waits_for_the_agents_word() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let outbox = Arc::new(Outbox::start(writer, CAPACITY, 0).expect("a thread"));
    let mut shard = outbox.shard(0);
    let agent = outbox.clone();
    let reading = thread::spawn(move || {
        let tally = read_all(reader, Duration::ZERO).tally;
        thread::sleep(Duration::from_millis(100));
        agent.delivered();
        tally
    });
    let mut names = Names::default();
    shard.event(stopped(0, &mut names), &names);
    let begin = Instant::now();
    shard.flush(Duration::from_secs(20));
    assert!((Duration::from_millis(100)..Duration::from_secs(10)).contains(&begin.elapsed()));
    shard.event(stopped(1, &mut names), &names);
    let end = reading.join().expect("a good stream").end;
    let end = end.expect("an end");
    assert_eq!((end.events, end.lost, end.reason), (1, 0, Reason::InitExiting));
}
