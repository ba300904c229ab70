//! Recordings are made of random streams, shown live and replayed: both must read the same. Then they are cut, damaged and
//! made by somebody else.

use super::*;
use crate::{
    cli::{self, Rotation},
    gap::GapCause,
    recording::{ReadError, Reader, Recorder, about},
    screen::{Destination, TraceOutput},
};
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};
use syscalls::{
    decode::Outcome,
    value::{Name, Names as CallNames, Value},
};
use wire::{
    codec::Encoder,
    event::Birth,
    message::{End, Hello, Reason, VERSION},
    recording::{FORMAT, Header, Kind, block},
};

/// When random streams begin, in nanoseconds since 1970.
const START: i64 = 1_796_097_381_000_000_000;

/// The calls of random streams.
const CALLS: [&str; 5] = ["read", "openat", "close", "futex", "nanosleep"];

fn container(number: usize) -> Container {
    Container { pod: ["api", "web-long", "db"][number].into(), name: "app".into() }
}

fn options(format: Events) -> RenderOptions {
    let args =
        cli::parse(["kubectl-strace", "replay", "x", "-tt", "-T", "-f", "-o", "x"].map(OsString::from))
            .unwrap();
    let plan = ReplayPlan::new(&args).unwrap();
    RenderOptions {
        format,
        lines: plan.lines,
        summary: plan.summary,
        events: true,
        comms: format == Events::Json,
    }
}

fn output_file(path: &Path) -> OutputFile {
    let output = TraceOutput::File { path: path.to_owned(), append: false };
    let (mut opened, _) = Destination::open_all(&output, &[container(0)], true).unwrap();
    OutputFile::new(opened.remove(0))
}

/// A random live trace of three containers: recorded, and written as text or JSON.
fn live(
    directory: &Path,
    seed: u64,
    events: u64,
    rotation: Option<Rotation>,
    format: Events,
) -> (PathBuf, String) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (text, file) = (directory.join("live"), directory.join("recording"));
    let containers: Vec<Container> = (0..3).map(container).collect();
    let named = |one: &Container| about::Named { pod: one.pod.clone(), container: one.name.clone() };
    let about = about::About {
        id: format!("{seed:032x}"),
        containers: containers.iter().map(named).collect(),
        ..Default::default()
    };
    let recorder = Recorder::open(&file, rotation, about).unwrap();
    let options = options(format);
    let mut page = Page::new(&options, vec![output_file(&text)], OutputLimits::default(), Some(recorder));
    let names = Names::new(containers.clone(), false, false);
    for (place, container) in containers.iter().enumerate() {
        let prefix = if format == Events::Text { names.prefix(container) } else { String::new() };
        let lane = Lane::new(&options, container, 0, prefix, Steps::new(true));
        page.open(place, lane, || Stream {
            pod: container.pod.clone(),
            container: container.name.clone(),
            asked: about::Asked { strings: 32, comms: true, names: true, sites: true, ..Default::default() },
            ..Default::default()
        });
        let hello = Hello { version: VERSION, release: "1".into(), wall_offset: 1_000_000 * place as i64 };
        page.hear(place, &Message::Hello(hello));
    }
    let mut tables: Vec<CallNames> = (0..3).map(|_| CallNames::default()).collect();
    let mut inside: HashMap<(usize, i32), Name> = HashMap::new();
    for (place, table) in tables.iter_mut().enumerate() {
        for tid in 1..4 {
            let attached = What::Attached { process: 1, how: Birth::Seized };
            write(&mut page, place, tid, 0, attached, table);
        }
        page.hear(place, &Message::Ready { threads: 3, processes: 1, time: 1 });
    }
    for number in 0..events {
        let (place, tid) = (random.usize(0..3), random.i32(1..4));
        let table = &mut tables[place];
        let call = table.intern(CALLS[random.usize(0..CALLS.len())]);
        let outcome = match random.u8(0..3) {
            0 => Outcome::Error(2),
            _ => Outcome::Value(Value::Int(random.i64(0..9)), None),
        };
        let length = random.usize(0..40);
        let bytes: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(length).collect();
        let args = vec![
            Value::Fd { fd: random.i32(0..5), dir: false, path: None, detail: None },
            Value::bytes(&bytes),
        ];
        let duration = Some(random.u64(1..9_000_000));
        let open = inside.remove(&(place, tid));
        let what = match (open, random.u8(0..20)) {
            (Some(call), _) => What::Exit { call, args: vec![Value::Int(1)], before: 2, outcome, duration },
            (None, 0) => {
                What::Signal { signal: Value::Symbol { bits: 17, name: None, unknown: None }, siginfo: None }
            }
            (None, 1) => What::Lost { events: 3 },
            (None, 2..6) => {
                inside.insert((place, tid), call);
                What::Enter { call, args }
            }
            (None, 6) => What::Renamed { comm: b"worker".to_vec() },
            _ => What::Call { call, args, outcome, duration },
        };
        write(&mut page, place, tid, number * 1000, what, table);
        match random.u8(..) {
            0 => page.flush(),
            1 => page.gap(place, tid, 0, START + number as i64 * 1000, GapCause::Suspended),
            2 => {
                page.finish(place, None);
                page.anew(place);
                *table = CallNames::default();
                inside.retain(|(of, _), _| *of != place);
            }
            _ => {}
        }
    }
    for place in 0..3 {
        let end = End { events, lost: 0, time: 1, reason: Reason::Stopped };
        page.hear(place, &Message::End(end));
        page.finish(place, Some(&[]));
    }
    page.flush();
    assert!(page.troubles().is_empty());
    (file, fs::read_to_string(text).unwrap())
}

fn write(page: &mut Page, place: usize, tid: i32, time: u64, what: What, names: &CallNames) {
    let mut event = Event { tid, time: START as u64 + time, site: None, what };
    page.event(place, 0, &mut event, names, &mut None);
}

/// What a replay of these files writes, and the exit status.
fn replayed(files: &[PathBuf], flags: &str) -> (String, Result<u8, Refusal>) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("text");
    let words = ["kubectl-strace", "replay"].map(OsString::from).into_iter();
    let words = words.chain(files.iter().map(|file| file.as_os_str().to_owned()));
    let words = words.chain(flags.split_whitespace().map(OsString::from));
    let words = words.chain([OsString::from("-o"), path.as_os_str().to_owned()]);
    let args = cli::parse(words).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let code = runtime.block_on(replay(&args, &Steps::kept(Default::default())));
    (fs::read_to_string(path).unwrap_or_default(), code)
}

/// Compares two texts, and shows where they differ.
fn same(read: &str, text: &str) {
    let (mut lines, mut others) = (read.lines(), text.lines());
    for number in 1.. {
        match (lines.next(), others.next()) {
            (None, None) => break,
            (one, other) => assert_eq!(one, other, "line {number}"),
        }
    }
    assert!(read == text);
}

#[test]
fn a_replay_reads_as_the_live_trace_did() {
    for seed in 0..6 {
        for (format, flags) in [(Events::Text, "-tt -T -f"), (Events::Json, "--format json")] {
            let directory = tempfile::tempdir().unwrap();
            let (file, text) = live(directory.path(), seed, 3000, None, format);
            let (again, code) = replayed(&[file], flags);
            assert!(text.lines().count() > 2000);
            same(&again, &text);
            // Events were lost.
            assert_eq!(code, Ok(INCOMPLETE));
        }
    }
}

#[test]
fn the_parts_of_a_recording_read_as_one() {
    let directory = tempfile::tempdir().unwrap();
    let rotation = Some(Rotation { size: 1 << 16, files: 100 });
    let (file, text) = live(directory.path(), 9, 20_000, rotation, Events::Text);
    let mut parts: Vec<PathBuf> = fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("recording"))
        .collect();
    assert!(parts.len() > 3, "{parts:?}");
    // In whatever order they are named.
    fastrand::Rng::with_seed(1).shuffle(&mut parts);
    same(&replayed(&parts, "-tt -T -f").0, &text);
    // The last part alone reads as the end of the whole, but for the line in which it begins.
    let (last, _) = replayed(&[file], "-tt -T -f");
    let (mut whole, mut alone) = (text.lines().rev(), last.lines().rev());
    let same = alone.by_ref().zip(whole.by_ref()).take_while(|(one, other)| one == other).count();
    assert_eq!(last.lines().last(), text.lines().last());
    assert!(same + 1 >= last.lines().count() && same > 100, "{same} of {} lines", last.lines().count());
}

#[test]
fn only_so_many_parts_are_kept() {
    let directory = tempfile::tempdir().unwrap();
    let rotation = Some(Rotation { size: 1 << 16, files: 3 });
    live(directory.path(), 9, 20_000, rotation, Events::Text);
    let mut names: Vec<_> = fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["live", "recording", "recording.1", "recording.2"]);
}

#[test]
fn a_cut_recording_reads_up_to_the_cut() {
    let directory = tempfile::tempdir().unwrap();
    let (file, text) = live(directory.path(), 3, 400, None, Events::Text);
    let bytes = fs::read(&file).unwrap();
    let cut = directory.path().join("cut");
    let mut random = fastrand::Rng::with_seed(5);
    let mut longest = 0;
    for _ in 0..60 {
        let length = random.usize(0..bytes.len());
        fs::write(&cut, &bytes[..length]).unwrap();
        let (read, code) = replayed(std::slice::from_ref(&cut), "-tt -T -f");
        longest = longest.max(read.len());
        // What was open at the cut is ended.
        let whole: String = read
            .lines()
            .take(read.lines().count().saturating_sub(3))
            .map(|line| format!("{line}\n"))
            .collect();
        assert!(text.starts_with(&whole), "cut at {length}");
        assert!(code != Ok(0), "cut at {length}: {code:?}");
    }
    assert!(longest > text.len() / 2, "nothing could be read of any");
}

#[test]
fn a_damaged_recording_reads_up_to_the_damage() {
    let directory = tempfile::tempdir().unwrap();
    let (file, text) = live(directory.path(), 4, 400, None, Events::Text);
    let bytes = fs::read(&file).unwrap();
    let bad = directory.path().join("bad");
    let mut random = fastrand::Rng::with_seed(6);
    for _ in 0..150 {
        let mut bytes = bytes.clone();
        let at = random.usize(0..bytes.len());
        bytes[at] ^= 1 << random.u8(0..8);
        fs::write(&bad, &bytes).unwrap();
        let (read, code) = replayed(std::slice::from_ref(&bad), "-tt -T -f");
        let whole: String = read
            .lines()
            .take(read.lines().count().saturating_sub(3))
            .map(|line| format!("{line}\n"))
            .collect();
        assert!(text.starts_with(&whole), "flipped at {at}");
        assert!(code != Ok(0), "flipped at {at}: {code:?}");
    }
}

#[test]
fn unknown_blocks_are_skipped() {
    let directory = tempfile::tempdir().unwrap();
    let (file, text) = live(directory.path(), 7, 300, None, Events::Text);
    let bytes = fs::read(&file).unwrap();
    // Between any two blocks, one of a kind that is not known yet, and one that is reserved.
    let (mut at, mut more) = (Header::SIZE, bytes[..Header::SIZE].to_vec());
    while at < bytes.len() {
        let length = u32::from_le_bytes(bytes[at + 8..at + 12].try_into().unwrap()) as usize;
        more.extend_from_slice(&bytes[at..at + 16 + length]);
        at += 16 + length;
        let begin = more.len();
        block(Kind::Facts, &mut more, |out| out.extend_from_slice(b"whatever it is"));
        let mut unknown = more[begin..].to_vec();
        unknown[4..6].copy_from_slice(&4321u16.to_le_bytes());
        let mut crc = crc32fast::Hasher::new();
        crc.update(&unknown[..12]);
        crc.update(&unknown[16..]);
        unknown[12..16].copy_from_slice(&crc.finalize().to_le_bytes());
        more.extend_from_slice(&unknown);
    }
    fs::write(&file, more).unwrap();
    same(&replayed(&[file], "-tt -T -f").0, &text);
}

#[test]
fn a_recording_of_another_version_says_so() {
    let of = |header: Header| Reader::new(&header.bytes()[..]).err().unwrap();
    assert!(matches!(of(Header { format: FORMAT + 1, frames: VERSION }), ReadError::Format(_)));
    assert!(matches!(of(Header { format: FORMAT, frames: VERSION + 1 }), ReadError::Frames(_)));
    assert!(matches!(of(Header { format: FORMAT, frames: 1 }), ReadError::Frames(1)));
    assert!(matches!(Reader::new(&b"openat(AT_FDCWD, \"/etc/passwd\")"[..]).err(), Some(ReadError::Foreign)));
    assert!(matches!(Reader::new(&b""[..]).err(), Some(ReadError::Foreign)));
}

/// Whoever wrote it may know the checksums: blocks with any content, as their writer could have made them.
#[test]
fn whatever_is_in_a_recording_is_read_in_bounded_memory() {
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..400 {
        let mut file = Header { format: FORMAT, frames: VERSION }.bytes().to_vec();
        block(Kind::Recording, &mut file, |out| out.extend_from_slice(b"{}"));
        let mut encoder = Encoder::new();
        for _ in 0..random.usize(1..30) {
            let kinds = [
                Kind::Stream,
                Kind::Shard,
                Kind::Events,
                Kind::Message,
                Kind::Gap,
                Kind::Life,
                Kind::Over,
                Kind::Before,
            ];
            let kind = kinds[random.usize(0..kinds.len())];
            let length = random.usize(0..300);
            block(kind, &mut file, |out| match (kind, random.u8(0..3)) {
                (Kind::Stream, 0) => out.extend_from_slice(b"{\"stream\":0}"),
                (Kind::Shard, 0) => out.extend_from_slice(b"{\"shard\":0,\"stream\":0}"),
                (Kind::Over, 0) => out.extend_from_slice(b"{\"stream\":0,\"last\":true}"),
                (Kind::Events | Kind::Before, 0 | 1) => {
                    let plain: Vec<u8> = std::iter::repeat_with(|| random.u8(0..6)).take(length).collect();
                    encoder.payload(&plain, 0, false, out).unwrap();
                }
                _ => out.extend(std::iter::repeat_with(|| random.u8(..)).take(length)),
            });
        }
        let mut reader = Reader::new(&file[..]).unwrap();
        let mut items = 0;
        while let Ok(Some(_)) = reader.next() {
            items += 1;
        }
        assert!(items < 10_000);
    }
}

#[test]
fn filters_apply_afterwards() {
    let directory = tempfile::tempdir().unwrap();
    let (file, text) = live(directory.path(), 12, 3000, None, Events::Text);
    let calls = |text: &str, call: &str| text.matches(&format!("{call}(")).count();
    let (read, _) = replayed(std::slice::from_ref(&file), "-tt -T -f -e trace=openat,close");
    assert_eq!(calls(&read, "openat"), calls(&text, "openat"));
    assert_eq!((calls(&read, "read"), calls(&read, "futex")), (0, 0));
    let (failed, _) = replayed(std::slice::from_ref(&file), "-Z -e signal=none");
    let lines = failed.lines().filter(|line| !line.contains("+++"));
    assert!(lines.clone().count() > 300 && lines.clone().all(|line| line.contains("ENOENT")), "{failed}");
    let (pod, _) = replayed(std::slice::from_ref(&file), "--pod db");
    assert!(!pod.contains("api") && pod.lines().count() > 500);
    let (thread, _) = replayed(std::slice::from_ref(&file), "--pod db -p 2");
    let mut thread = thread.lines().filter(|line| !line.contains("nothing was traced"));
    assert!(thread.all(|line| line.contains("db") && line.contains("2    ")));
    let refused = |flags| replayed(std::slice::from_ref(&file), flags).1.unwrap_err().to_string();
    for (flags, says) in [
        ("-s 99", "recorded with -s 32"),
        ("-v", "recorded shortened"),
        ("-y", "was not looked up"),
        ("-e raw=all", "decided while they are traced"),
        ("--summary-only", "the time from the beginning of a call to its end: -w"),
        ("--around SIGSEGV", "no such event is recorded"),
    ] {
        assert!(refused(flags).contains(says), "{flags}: {}", refused(flags));
    }
    let (table, _) = replayed(&[file], "--summary-only -w -e trace=openat");
    assert!(table.contains("openat") && !table.contains("futex"), "{table}");
}

#[test]
fn a_part_is_chosen_by_time_and_by_event() {
    let directory = tempfile::tempdir().unwrap();
    let (file, text) = live(directory.path(), 13, 3000, None, Events::Text);
    // Events are a microsecond apart, on three clocks that a millisecond separates.
    let (read, _) =
        replayed(std::slice::from_ref(&file), "-ttt --from 1796097381.001000 --to 1796097381.001500");
    let times: Vec<&str> = read.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert!(times.len() > 300, "{read}");
    assert!(times.iter().all(|time| ("1796097381.001000".."1796097381.001501").contains(time)), "{times:?}");
    let (all, _) = replayed(std::slice::from_ref(&file), "-tt -T --around SIGCHLD,1h");
    assert_eq!(all.lines().count(), text.lines().count());
    let (some, _) = replayed(&[file], "-tt -T --from +1s");
    assert_eq!(some, "");
}

#[test]
fn recordings_merge_by_time() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, text) = live(one.path(), 20, 500, None, Events::Text);
    let (second, other) = live(two.path(), 21, 500, None, Events::Text);
    let (read, _) = replayed(&[first, second], "-ttt");
    let times: Vec<&str> = read.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert!(read.lines().count() >= text.lines().count() + other.lines().count());
    // What each recording has in its own order stays so; none is shown before the other has come so far.
    let first_half = &times[..times.len() / 2];
    assert!(first_half.iter().all(|time| *time < "1796097381.0005"), "{first_half:?}");
}

#[test]
fn a_full_disk_ends_a_recording_and_is_said() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let mut recorder = Recorder::open(full, None, about::About::default()).unwrap();
    let stream = recorder.stream(Stream::default());
    let mut event = Event { tid: 1, time: 1, site: None, what: What::Exited { code: 0 } };
    recorder.event(stream, 0, &mut event, &CallNames::default());
    recorder.flush();
    assert!(
        matches!(recorder.trouble(), Some(Trouble::Failed(refusal)) if refusal.to_string().contains("/dev/full"))
    );
    recorder.event(stream, 0, &mut event, &CallNames::default());
    recorder.flush();
    assert!(recorder.trouble().is_none(), "it is said once");
}

/// Recordings of every version of the format: none may ever become unreadable.
#[test]
fn recordings_of_every_version_can_be_read() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    for version in 1..=FORMAT {
        let file = directory.join(format!("version-{version}.rec"));
        for (flags, text) in [("-N -T -y --absolute-timestamps=unix,ns", "txt"), ("--format json", "json")] {
            let (read, code) = replayed(std::slice::from_ref(&file), flags);
            let known = fs::read_to_string(directory.join(format!("version-{version}.{text}"))).unwrap();
            same(&read, &known);
            assert_eq!(code, Ok(0), "version {version}");
        }
        let (few, code) = replayed(&[file], "--max-events 3");
        assert!(few.lines().count() < 9 && code == Ok(0), "{few}: {code:?}");
    }
}
