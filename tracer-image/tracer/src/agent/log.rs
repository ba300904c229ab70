//! The tracer container's log, which `kubectl logs` shows: what the agent does, and who traced what for how long.
//!
//! Standard error is a pipe to the container runtime. When the runtime does not read (its disk is full, or it was
//! stopped) the pipe fills up, and the agent must not stand still for that: it guards tracees. So a line that does not fit
//! is dropped and counted, and the next one that fits says how many are missing.

use nix::{
    poll::{PollFd, PollFlags, PollTimeout, poll},
    unistd::write,
};
use std::{
    fmt, io,
    os::fd::{AsFd, BorrowedFd},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};
use wire::{
    message::{End, Reason},
    text::{one_line, plain},
};

/// Lines that were dropped since the last one that fitted.
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// Writes a line: harmless, bounded, and only if that does not block.
pub fn say(words: fmt::Arguments<'_>) {
    say_to(io::stderr().as_fd(), words, &DROPPED);
}

fn say_to(log: BorrowedFd<'_>, words: fmt::Arguments<'_>, dropped: &AtomicU64) {
    let before = dropped.swap(0, Ordering::Relaxed);
    let mut line = match before {
        0 => String::new(),
        lines => format!("tracer: {lines} lines are missing here: the log was full\n"),
    };
    line.push_str(&one_line(&format!("tracer: {words}")));
    line.push('\n');
    // A pipe that is ready takes PIPE_BUF bytes at once without blocking (pipe(7)), and the line is shorter.
    debug_assert!(line.len() < libc::PIPE_BUF);
    let mut fds = [PollFd::new(log, PollFlags::POLLOUT)];
    let ready = poll(&mut fds, PollTimeout::ZERO).is_ok_and(|ready| ready > 0)
        && fds[0].revents().is_some_and(|events| events.contains(PollFlags::POLLOUT));
    if !ready || write(log, line.as_bytes()).is_err() {
        dropped.fetch_add(before + 1, Ordering::Relaxed);
    }
}

/// What the log says of one run: a line when the tracer begins and one when it has ended.
pub struct Run {
    /// Who traces and from where, quoted.
    who: String,
    begun: Instant,
}

/// What a run does.
pub struct Details<'a> {
    /// A person's name and machine.
    pub who: &'a str,
    /// Where the engine runs, and its process id.
    pub engine: (&'static str, i32),
    /// With which rights.
    pub profile: &'static str,
    /// Which calls.
    pub filter: &'a str,
    /// Which processes.
    pub target: String,
}

impl Run {
    /// It begins.
    pub fn begin(now: Instant, details: &Details<'_>) -> Run {
        let Details { who, engine: (place, process), profile, filter, target } = details;
        let run = Run { who: quoted(who), begun: now };
        let filter = if filter.is_empty() { "all".to_owned() } else { quoted(filter) };
        say(format_args!(
            "trace begins: who={} engine={place} process={process} profile={profile} filter={filter} target={target}",
            run.who
        ));
        run
    }

    /// It has ended. `end`: what the stream says of that.
    pub fn end(&self, now: Instant, events: u64, end: Option<&End>) {
        let lasted = now.duration_since(self.begun);
        let (lost, why) = end.map_or((0, "unknown"), |end| (end.lost, name(&end.reason)));
        say(format_args!(
            "trace ends: who={} lasted={} events={events} lost={lost} end={why}",
            self.who,
            Seconds(lasted)
        ));
    }
}

struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}s", self.0.as_secs(), self.0.subsec_millis() / 100)
    }
}

/// So that nobody's name looks like another field.
fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text).replace('\\', "\\\\").replace('"', "\\\""))
}

fn name(reason: &Reason) -> &'static str {
    match reason {
        Reason::Stopped => "stopped",
        Reason::TraceesGone => "target-ended",
        Reason::InitExiting => "container-ended",
        Reason::LeaseExpired => "client-lost",
        Reason::Failed(_) => "failed",
        Reason::Gone(_) => "engine-gone",
        Reason::Forgotten => "forgotten",
        Reason::Refused(_) => "refused",
        Reason::CommandEnded { .. } => "command-ended",
        Reason::NotRun { .. } => "command-not-run",
        Reason::Evicted(_) => "ended-by-somebody-else",
        Reason::TooSlow { .. } => "slowed-down-too-much",
        Reason::MemoryShort { .. } => "memory-short",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{PipeReader, Read};

    fn all(mut log: PipeReader) -> String {
        let mut text = String::new();
        log.read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn a_full_log_blocks_nobody_and_says_what_is_missing() {
        let (mut reader, writer) = io::pipe().expect("a pipe");
        let dropped = AtomicU64::new(0);
        let begun = Instant::now();
        // A pipe holds 64 KiB.
        for number in 0..3000 {
            say_to(writer.as_fd(), format_args!("line {number} {}", "x".repeat(100)), &dropped);
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "it blocked");
        let missing = dropped.load(Ordering::Relaxed);
        assert!((1..3000).contains(&missing), "{missing}");
        let mut buffer = vec![0; 64 << 10];
        let length = reader.read(&mut buffer).expect("there is something");
        let written = buffer[..length].iter().filter(|byte| **byte == b'\n').count() as u64;
        assert_eq!(written + missing, 3000);
        say_to(writer.as_fd(), format_args!("again"), &dropped);
        drop(writer);
        let rest = all(reader);
        let expected = format!("tracer: {missing} lines are missing here: the log was full\ntracer: again\n");
        assert_eq!(rest, expected);
    }

    #[test]
    fn what_is_said_is_one_short_harmless_line() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let bad = format!("a\ntracer: trace ends: who=\x1b[2J{}", "x".repeat(100_000));
        say_to(writer.as_fd(), format_args!("{bad}"), &AtomicU64::new(0));
        drop(writer);
        let text = all(reader);
        assert_eq!(text.lines().count(), 1);
        assert!(text.len() < 2000 && text.starts_with("tracer: a\\u{a}tracer: ") && !text.contains('\x1b'));
        assert_eq!(quoted("a\" who=\\"), "\"a\\\" who=\\\\\"");
    }
}
