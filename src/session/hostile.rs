//! What the client does with a tracer that is none: whatever comes in its place, nothing of it steers a terminal, and
//! every stream comes to an end.

use super::printer::{Feed, OutputLimits, Printer, RenderOptions, Report, StreamInput, StreamOutput};
use crate::{
    cli::Events,
    plan::TraceOutput,
    screen::{Destination, OutputFile, Steps},
    targets::Container,
};
use render::text::{Options, Prefix};
use std::{
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};
use syscalls::value::Name;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Bytes;
use wire::{
    codec::Encoder,
    event::Event,
    message::{Hello, Message, VERSION},
};

/// Messages of random contents: bytes read as what they would be on the wire, small ones mostly, because those choose
/// variants, lengths and control characters.
fn messages(random: &mut fastrand::Rng) -> Vec<Message> {
    let hello = Hello { version: VERSION, release: "\x1b[2J".into(), wall_offset: random.i64(..) };
    let mut messages = vec![Message::Hello(hello)];
    for name in 0..random.u32(..30) {
        let text = if random.u8(..200) == 0 { "open\x1bat\n" } else { "openat" };
        messages.push(Message::Define { shard: 0, name: Name(name), text: text.into() });
    }
    let wanted = messages.len() + random.usize(1..60);
    while messages.len() < wanted {
        let byte =
            |random: &mut fastrand::Rng| if random.u8(..10) < 8 { random.u8(..40) } else { random.u8(..) };
        let bytes: Vec<u8> = (0..random.usize(1..300)).map(|_| byte(random)).collect();
        // Events mostly; every kind of message now and then.
        if random.u8(..8) > 0 {
            if let Ok((what, _)) = postcard::take_from_bytes(&bytes) {
                let event = Event { tid: random.i32(1..9), time: random.u64(..), what, site: None };
                messages.push(Message::Event { shard: random.u16(..3), event });
            }
        } else if let Ok((message, _)) = postcard::take_from_bytes::<Message>(&bytes)
            // These end the stream: one at the end is enough.
            && !matches!(message, Message::Hello(_) | Message::End(_) | Message::Define { .. } | Message::Event { .. })
        {
            messages.push(message);
        }
    }
    messages
}

/// A stream of whole frames, then damaged somewhere, or not.
fn stream(random: &mut fastrand::Rng) -> Vec<u8> {
    let mut encoder = Encoder::new();
    let mut bytes = Vec::new();
    for _ in 0..random.usize(1..4) {
        bytes.extend(encoder.frame(&messages(random)).expect("small"));
    }
    match random.u8(..4) {
        0 => (0..random.usize(..9)).for_each(|_| {
            let at = random.usize(..bytes.len());
            bytes[at] = random.u8(..);
        }),
        1 => bytes.truncate(random.usize(..bytes.len())),
        2 => bytes = (0..random.usize(1..9000)).map(|_| random.u8(..)).collect(),
        _ => {}
    }
    bytes
}

/// Whether a terminal would do something else with it than show it.
fn steers(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && *c != '\n' || ('\u{202a}'..='\u{202e}').contains(c))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_comes_is_read_to_its_end_and_steers_no_terminal() {
    let directory = std::env::temp_dir().join(format!("hostile-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    let (mut written, mut unreadable) = (0, 0);
    let said = Arc::<Mutex<String>>::default();
    for seed in 0..1000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let path = directory.join("trace");
        let container = Container { pod: "api".into(), name: "app".into() };
        let (destinations, _) = Destination::open_all(
            &TraceOutput::File { path: path.clone(), append: false },
            std::slice::from_ref(&container),
        )
        .unwrap();
        let files = destinations.into_iter().map(OutputFile::new).collect();
        let prefix = if random.bool() { String::new() } else { "api ".into() };
        let output = StreamOutput {
            file: 0,
            prefix,
            container,
            steps: Steps::kept(said.clone()),
            progress: Arc::default(),
        };
        let options = RenderOptions {
            format: if random.bool() { Events::Text } else { Events::Json },
            lines: Options { prefix: Prefix::Several, ..Options::default() },
            summary: Default::default(),
        };
        let (printer, mut feeds) =
            Printer::start(options, files, vec![output], OutputLimits::default()).unwrap();
        let Feed { inputs, mut reports } = feeds.remove(0);
        let bytes = stream(&mut random);
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(random.usize(1..=rest.len()));
            rest = later;
            // It is taken in time, or nobody is there any more.
            let sent = timeout(
                Duration::from_secs(20),
                inputs.send(StreamInput::Frames(Bytes::copy_from_slice(now))),
            );
            if sent.await.expect("the printer takes what comes").is_err() {
                break;
            }
        }
        drop(inputs);
        let mut ended = timeout(Duration::from_secs(20), printer.into_files(Duration::from_secs(20))).await;
        assert!(ended.as_mut().is_ok_and(|files| files.is_some()), "seed {seed}: the printer does not end");
        while let Some(report) = reports.recv().await {
            if let Report::Unreadable(why) = report {
                assert_eq!(steers(&crate::screen::plain(&why)), None, "seed {seed}: {why:?}");
                unreadable += 1;
            }
        }
        // A stream that did not come to a trace leaves no file.
        let text = String::from_utf8(fs::read(&path).unwrap_or_default()).expect("a trace is text");
        let _ = fs::remove_file(&path);
        assert_eq!(steers(&text), None, "seed {seed}: {text:?}");
        assert!(
            text.len() < 64 * (bytes.len() + 1000),
            "seed {seed}: {} of {} bytes",
            text.len(),
            bytes.len()
        );
        written += text.lines().count();
    }
    fs::remove_dir_all(&directory).unwrap();
    let said = said.lock().unwrap();
    assert!(said.contains("warning: "), "no notice was read");
    assert_eq!(steers(&said), None, "{said:?}");
    // It is not all refused at the first byte, nor all taken.
    assert!(written > 500 && unreadable > 100, "{written} lines, {unreadable} unreadable");
}
