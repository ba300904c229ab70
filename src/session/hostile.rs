//! What the client does with something that only claims to be a tracer: nothing that it sends controls a terminal,
//! and every stream comes to an end.

use super::{
    Outcome, attach,
    printer::{Feed, Printer, Report, StreamInput, StreamOutput},
};
use crate::{
    cli::Events,
    page::{OutputLimits, RenderOptions},
    screen::{Destination, OutputFile, Steps, TraceOutput},
    targets::Container,
    totals,
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
    message::{End, Hello, Level, Message, Notice, Placement, Reason, VERSION},
    refused::{Cause, Evidence, Refusals, Refused, Side},
};

/// Random messages: random bytes, decoded as on the wire. Most bytes are small, because small ones choose variants,
/// lengths and control characters.
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
        // Mostly events; every kind of message now and then.
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

/// A stream of whole frames, which may then be damaged somewhere.
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

/// A character that a terminal would act on instead of showing it.
fn steers(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && *c != '\n' || ('\u{202a}'..='\u{202e}').contains(c))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stream_ends_and_controls_no_terminal() {
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
            false,
        )
        .unwrap();
        let files = destinations.into_iter().map(OutputFile::new).collect();
        let prefix = if random.bool() { String::new() } else { "api ".into() };
        let output = StreamOutput {
            file: 0,
            prefix,
            container,
            about: Default::default(),
            steps: Steps::kept(said.clone()),
            progress: Arc::default(),
        };
        let options = RenderOptions {
            format: if random.bool() { Events::Text } else { Events::Json },
            lines: Options { prefix: Prefix::Several, ..Options::default() },
            events: true,
            comms: true,
            summary: Default::default(),
        };
        let printer = Printer::start(options, files, OutputLimits::default(), None, false).unwrap();
        let Feed { inputs, mut reports } = printer.join(output, None, 1);
        let bytes = stream(&mut random);
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(random.usize(1..=rest.len()));
            rest = later;
            // It is taken in time, or the printer has gone.
            let sent = timeout(
                Duration::from_secs(20),
                inputs.send(StreamInput::Frames(Bytes::copy_from_slice(now))),
            );
            if sent.await.expect("the printer takes what comes").is_err() {
                break;
            }
        }
        drop(inputs);
        let mut ended = timeout(Duration::from_secs(20), printer.finish(Duration::from_secs(20))).await;
        assert!(ended.as_mut().is_ok_and(|files| files.is_some()), "seed {seed}: the printer does not end");
        while let Some(report) = reports.recv().await {
            if let Report::Unreadable(why) = report {
                assert_eq!(steers(&crate::screen::plain(&why)), None, "seed {seed}: {why:?}");
                unreadable += 1;
            }
        }
        // A stream that never became a trace leaves no file.
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
    // Not all is refused at the first byte, and not all is accepted.
    assert!(written > 500 && unreadable > 100, "{written} lines, {unreadable} unreadable");
}

/// What a tracer under the target's control would like us to print.
fn forged() -> String {
    let lines =
        "x\nerror: FORGED (--profile ptrace)\nfix:   kubectl delete pod FORGED\r\x1b[2J\u{2028}FORGED ";
    lines.to_owned() + "no CAP_SYS_PTRACE " + &"y".repeat(20_000)
}

fn forged_refusal(cause: Cause) -> Refused {
    let side = Side { label: forged(), uid_map: forged(), ..Side::default() };
    let evidence = Evidence { ours: side.clone(), its: side, ..Evidence::default() };
    Refused { process: 1, error: 1, cause, evidence }
}

/// Every line with forged text says where the text comes from.
fn assert_labelled(said: &str) {
    for line in said.lines() {
        let ours = !line.contains("FORGED") && !line.contains("yyyy");
        assert!(ours || line.starts_with("tracer: ") || line.starts_with("cause: tracer: "), "{:.300}", line);
        assert!(line.len() < 8000, "{} bytes: {line:.300}", line.len());
    }
    assert_eq!(steers(said), None);
}

/// A stream as a tracer would send it, not as its agent would.
fn frames(messages: &[Message]) -> Bytes {
    let mut encoder = Encoder::new();
    // As it arrives over the connection, texts included.
    Bytes::from(messages.iter().flat_map(|one| encoder.frame(&[one]).expect("small")).collect::<Vec<_>>())
}

/// What is printed of it, and what is reported about it.
async fn printed(stream: Bytes) -> (String, Vec<Report>) {
    let said = Arc::<Mutex<String>>::default();
    let container = Container { pod: "api".into(), name: "app".into() };
    let path = std::env::temp_dir().join(format!("forged-{}-{}", std::process::id(), fastrand::u64(..)));
    let (destinations, _) = Destination::open_all(
        &TraceOutput::File { path: path.clone(), append: false },
        std::slice::from_ref(&container),
        false,
    )
    .unwrap();
    let output = StreamOutput {
        file: 0,
        prefix: String::new(),
        container,
        about: Default::default(),
        steps: Steps::kept(said.clone()),
        progress: Arc::default(),
    };
    let options = RenderOptions {
        format: Events::Text,
        lines: Options::default(),
        summary: Default::default(),
        events: true,
        comms: true,
    };
    let files = destinations.into_iter().map(OutputFile::new).collect();
    let printer = Printer::start(options, files, OutputLimits::default(), None, false).unwrap();
    let Feed { inputs, mut reports } = printer.join(output, None, 1);
    inputs.send(StreamInput::Frames(stream)).await.unwrap();
    drop(inputs);
    assert!(printer.finish(Duration::from_secs(20)).await.is_some());
    let mut all = Vec::new();
    while let Some(report) = reports.recv().await {
        all.push(report);
    }
    // A stream that never becomes ready creates no file.
    let _ = fs::remove_file(path);
    let said = said.lock().unwrap().clone();
    (said, all)
}

fn hello(release: String) -> Message {
    Message::Hello(Hello { version: VERSION, release, wall_offset: 0 })
}

fn every_cause() -> Vec<Refused> {
    let causes = [
        Cause::TracedFor { who: forged(), seconds: 1 },
        Cause::TracedBy { process: 1, name: forged() },
        Cause::Label,
        Cause::Unknown,
    ];
    causes.into_iter().map(forged_refusal).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_tracer_cannot_pass_for_ours() {
    let mut messages = vec![hello(forged())];
    for level in [Level::Note, Level::Warning, Level::Error] {
        messages.push(Message::Notice(Notice { level, text: forged() }));
    }
    messages.extend(every_cause().into_iter().map(|refused| Message::NotTraced(Box::new(refused))));
    let (said, _) = printed(frames(&messages)).await;
    assert_eq!(said.lines().count(), messages.len() - 1, "{said:.2000}");
    assert!(said.lines().all(|line| line.starts_with("tracer: ")), "{said:.2000}");
    assert_labelled(&said);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_tracer_says_of_its_end_is_labelled_and_asks_for_no_more_rights() {
    let reasons = [
        Reason::Failed(forged()),
        Reason::Gone(forged()),
        Reason::NotRun { status: 127, why: forged() },
        Reason::Evicted(forged()),
        Reason::Refused(Refusals::new(every_cause())),
    ];
    for reason in reasons {
        let end = Message::End(End { events: 0, lost: 0, time: 0, reason });
        let (said, reports) = printed(frames(&[hello(String::new()), end])).await;
        assert_eq!(said, "");
        let found = reports.into_iter().find_map(|report| match report {
            Report::End(end) => Some(end),
            _ => None,
        });
        let outcome =
            Outcome { end: Some(found.expect("it was read")), pod: "pod/api".into(), ..Outcome::default() };
        assert_eq!(attach::refused(&outcome), None, "it would get a container with more rights");
        let said = Arc::<Mutex<String>>::default();
        totals::report(&Ok(outcome), Some(None), &Steps::kept(said.clone()));
        let said = said.lock().unwrap();
        assert!(said.contains("FORGED"), "{said:.2000}");
        assert_labelled(&said);
    }
}

/// Only the agent may say where the tracer runs, because that makes us exec there. The target may speak for an
/// engine.
#[tokio::test(flavor = "multi_thread")]
async fn a_tracer_cannot_speak_for_its_agent_nor_say_twice_what_is_said_once() {
    let door = || Message::Placement(Placement::Door { process: 1, whole: false });
    let ready = || Message::Ready { threads: 1, processes: 1, time: 0 };
    for (messages, expected) in [
        (vec![door()], "only its agent may say"),
        (vec![hello(String::new()), door()], "only its agent may say"),
        (vec![Message::Placement(Placement::Agent { why: forged() })], "only its agent may say"),
        (vec![hello(String::new()), hello(String::new())], "greeted twice"),
        (vec![hello(String::new()), ready(), ready()], "ready twice"),
    ] {
        let (said, reports) = printed(frames(&messages)).await;
        assert_eq!(said, "");
        assert!(
            matches!(reports.last(), Some(Report::Unreadable(why)) if why.contains(expected)),
            "{expected}: {reports:?}"
        );
        assert!(!reports.iter().any(|report| matches!(report, Report::Placement(_))), "{reports:?}");
    }
    // The agent may.
    let frame = Encoder::of_agent(0).frame(&[door()]).unwrap();
    let (_, reports) = printed(Bytes::from(frame)).await;
    assert!(matches!(reports[..], [Report::Placement(Placement::Door { .. }), ..]), "{reports:?}");
}

/// An agent of version 9 does not mark its messages, and refuses us in one of these ways.
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_of_another_version_is_said_to_be_one() {
    let end =
        |why: &str| Message::End(End { events: 0, lost: 0, time: 0, reason: Reason::Failed(why.into()) });
    for why in [
        "the client speaks version 10 of the protocol, this tracer version 9: use an image of the plugin's version",
        "what the client sent: frame 0 cannot be understood (a message is cut); do plugin and tracer image have the \
         same version?",
    ] {
        let (_, reports) = printed(frames(&[end(why)])).await;
        let both = format!(
            "the tracer speaks version 9 of the protocol or an older one, this plugin version {VERSION} "
        );
        assert!(
            matches!(reports.last(), Some(Report::Unreadable(why)) if why.starts_with(&both)),
            "{reports:?}"
        );
    }
    let newer = Hello { version: VERSION + 1, release: "2.0".into(), wall_offset: 0 };
    let (_, reports) = printed(frames(&[Message::Hello(newer), end("it is")])).await;
    let both = format!(
        "the tracer speaks version {} of the protocol (release 2.0), this plugin version ",
        VERSION + 1
    );
    assert!(matches!(reports.last(), Some(Report::Unreadable(why)) if why.starts_with(&both)), "{reports:?}");
    // A failure of the agent before anybody has greeted has nothing to do with versions.
    let frame = Encoder::of_agent(0).last(&[end("the tracer could not be started")]).unwrap();
    let (_, reports) = printed(Bytes::from(frame)).await;
    assert!(matches!(reports.last(), Some(Report::End(_))), "{reports:?}");
}
