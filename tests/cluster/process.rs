//! A running program whose output is read line by line, with the time of each line.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// A line, and when it arrived.
pub type Line = (Instant, String);

/// A running program.
pub struct Running {
    child: Child,
    /// When it was started.
    pub started: Instant,
    stdout: Arc<Mutex<Vec<Line>>>,
    stderr: Arc<Mutex<Vec<Line>>>,
    readers: Vec<thread::JoinHandle<()>>,
}

impl Running {
    /// Starts a program.
    pub fn start(mut command: Command) -> Running {
        let started = Instant::now();
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (stdout, stderr) = (Arc::default(), Arc::default());
        let out = child.stdout.take().expect("it was asked for");
        let err = child.stderr.take().expect("it was asked for");
        let readers = vec![read(out, Arc::clone(&stdout)), read(err, Arc::clone(&stderr))];
        Running { child, started, stdout, stderr, readers }
    }

    /// Its process id.
    pub fn pid(&self) -> i32 {
        self.child.id() as i32
    }

    /// Waits for a line on stdout that contains all the texts. A partial line counts, because a call that hangs has no end.
    pub fn expect(&self, most: Duration, texts: &[&str]) -> Line {
        let from = Instant::now();
        loop {
            let lines = self.stdout.lock().expect("no reader panics");
            if let Some(line) = lines.iter().find(|(_, line)| texts.iter().all(|text| line.contains(text))) {
                return line.clone();
            }
            drop(lines);
            if from.elapsed() > most {
                panic!(
                    "no line with {texts:?} within {most:?}\n--- stdout:\n{}\n--- stderr:\n{}",
                    tail(&self.out()),
                    self.err()
                );
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for a line on stderr.
    pub fn expect_err(&self, most: Duration, texts: &[&str]) {
        let from = Instant::now();
        while !texts.iter().all(|text| self.err().contains(text)) {
            assert!(from.elapsed() < most, "no {texts:?} on stderr within {most:?}:\n{}", self.err());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// All of stdout so far.
    pub fn out(&self) -> String {
        text(&self.stdout)
    }

    /// All of stderr so far.
    pub fn err(&self) -> String {
        text(&self.stderr)
    }

    /// Sends it a signal, by its id.
    pub fn signal(&self, signal: &str) {
        let done = Command::new("kill").args([&format!("-{signal}"), &self.pid().to_string()]).status();
        assert!(done.is_ok_and(|status| status.success()), "kill -{signal}");
    }

    /// Whether it has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("it is our child")
    }

    /// Waits for its end.
    pub fn wait(&mut self, most: Duration) -> ExitStatus {
        let from = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                for reader in self.readers.drain(..) {
                    reader.join().expect("readers do not panic");
                }
                return status;
            }
            assert!(from.elapsed() < most, "not ended after {most:?}\n--- stderr:\n{}", self.err());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It must go, whether stopped or not.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(lines: &Mutex<Vec<Line>>) -> String {
    lines.lock().expect("no reader panics").iter().map(|(_, line)| line.as_str()).collect()
}

/// Collects output; a line grows until it is complete.
fn read(from: impl Read + Send + 'static, into: Arc<Mutex<Vec<Line>>>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut open = false;
        loop {
            let Ok(bytes) = from.fill_buf() else { return };
            if bytes.is_empty() {
                return;
            }
            let used = bytes.len();
            let now = Instant::now();
            let mut lines = into.lock().expect("nobody panics with it");
            for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
                let piece = String::from_utf8_lossy(piece);
                match lines.last_mut().filter(|_| open) {
                    Some((_, line)) => line.push_str(&piece),
                    None => lines.push((now, piece.into_owned())),
                }
                open = !lines.last().is_some_and(|(_, line)| line.ends_with('\n'));
            }
            drop(lines);
            from.consume(used);
        }
    })
}

fn tail(text: &str) -> &str {
    let from = text.len().saturating_sub(4000);
    text.get(text.ceil_char_boundary(from)..).unwrap_or_default()
}
