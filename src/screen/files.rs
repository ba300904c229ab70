//! Where the text of a trace goes: stdout, a file, or a file for each thread.

use super::{TraceOutput, paint::paint};
use crate::{
    container_name::Container,
    refusal::{Refusal, count},
    screen::Steps,
};
use std::{
    collections::{HashMap, HashSet},
    fs::{File, OpenOptions},
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};

/// Most files of threads that are open at a time: a server may have thousands of threads, and this process as few as
/// 256 descriptors (macOS's default).
const OPEN: usize = 128;

/// Most of an open line that is written again below a notice.
const LINE: usize = 4096;

/// An opened [`TraceOutput`].
#[derive(Debug)]
pub enum Destination {
    /// stdout.
    Stdout(BufWriter<io::Stdout>),
    /// stderr.
    Stderr(BufWriter<io::Stderr>),
    /// One file.
    File(BufWriter<File>, PathBuf),
    /// `BASE.TID` for each thread.
    Threads(Threads),
}

impl Destination {
    /// Opens what the text of all containers goes to, before anything of the cluster is touched. Gives for each
    /// container the number of its destination: one of its own, where there are files for containers.
    ///
    /// # Errors
    /// A file or directory that cannot be made, or that holds an earlier trace.
    pub fn open_all(
        output: &TraceOutput,
        containers: &[Container],
    ) -> Result<(Vec<Destination>, Vec<usize>), Refusal> {
        let own = match output {
            TraceOutput::Stdout | TraceOutput::Stderr | TraceOutput::File { .. } => false,
            TraceOutput::Threads { .. } | TraceOutput::Directory { .. } => true,
        };
        let opened = if own { containers } else { containers.get(..1).unwrap_or_default() };
        let several = containers.len() > 1;
        let opened: Result<Vec<_>, _> =
            opened.iter().map(|container| Destination::open(output, container, several)).collect();
        let numbers = (0..containers.len()).map(|number| if own { number } else { 0 });
        Ok((opened?, numbers.collect()))
    }

    fn open(output: &TraceOutput, container: &Container, several: bool) -> Result<Destination, Refusal> {
        let name = format!("{}.{}", container.pod, container.name);
        let named = |dir: &Path| dir.join(&name);
        match output {
            TraceOutput::Stdout => Ok(Destination::Stdout(BufWriter::with_capacity(1 << 16, io::stdout()))),
            TraceOutput::Stderr => Ok(Destination::Stderr(BufWriter::with_capacity(1 << 16, io::stderr()))),
            TraceOutput::File { path, append } => {
                let begun = if *append { Begun::Append } else { Begun::Truncate };
                let file = begin(path, begun).map_err(|error| not_made(path, &error))?;
                Ok(Destination::File(BufWriter::with_capacity(1 << 16, file), path.clone()))
            }
            TraceOutput::Threads { base, append } => {
                let mut base = base.clone().into_os_string();
                if several {
                    // Threads of several containers have the same ids.
                    base.push(format!(".{name}"));
                }
                let begun = if *append { Begun::Append } else { Begun::Truncate };
                Ok(Destination::Threads(Threads::new(base.into(), begun)))
            }
            TraceOutput::Directory { dir, separate, force } => {
                std::fs::create_dir_all(dir).map_err(|error| not_made(dir, &error))?;
                let base = named(dir);
                let earlier = earlier(dir, &base).map_err(|error| not_made(dir, &error))?;
                if let (Some(first), false) = (earlier.first(), *force) {
                    return Err(Refusal::new(format!(
                        "{} files of an earlier trace of this container are in {}, such as {}",
                        earlier.len(),
                        dir.display(),
                        first.display()
                    ))
                    .cause("two traces in one place would be merged into one that never was")
                    .fix("name another directory, or remove them with --force"));
                }
                for path in earlier {
                    std::fs::remove_file(&path).map_err(|error| not_made(&path, &error))?;
                }
                if *separate {
                    return Ok(Destination::Threads(Threads::new(base, Begun::Fresh)));
                }
                let file = begin(&base, Begun::Fresh).map_err(|error| not_made(&base, &error))?;
                Ok(Destination::File(BufWriter::with_capacity(1 << 16, file), base))
            }
        }
    }

    /// How a person finds it again.
    pub fn describe(&self) -> Option<String> {
        match self {
            Destination::Stdout(_) | Destination::Stderr(_) => None,
            Destination::File(_, path) => Some(path.display().to_string()),
            Destination::Threads(threads) => {
                let files = count(threads.files() as u64, "file", "files");
                let name = if threads.restarts > 0 { "[.rN].TID" } else { ".TID" };
                Some(format!("{}{name} ({files})", threads.base.display()))
            }
        }
    }

    /// How many files it is.
    pub fn files(&self) -> usize {
        match self {
            Destination::Stdout(_) | Destination::Stderr(_) => 0,
            Destination::File(..) => 1,
            Destination::Threads(threads) => threads.files(),
        }
    }

    /// What follows is of a container that was restarted so often.
    fn begin_life(&mut self, restarts: u32) -> Result<(), Trouble> {
        let flushed = self.flush();
        if let Destination::Threads(threads) = self {
            threads.before += threads.made.len();
            threads.restarts = restarts;
            threads.made.clear();
            threads.open.clear();
        }
        flushed
    }

    fn write(&mut self, tid: i32, text: &[u8]) -> Result<(), Trouble> {
        match self {
            Destination::Stdout(out) => out.write_all(text).map_err(Trouble::of_stdout),
            Destination::Stderr(out) => out.write_all(text).map_err(Trouble::of_stdout),
            Destination::File(out, path) => {
                out.write_all(text).map_err(|error| Trouble::of_file(path, &error))
            }
            Destination::Threads(threads) => threads.write(tid, text),
        }
    }

    /// Whether writing so much more, with colours, would write what waits.
    fn is_nearly_full(&self, more: usize) -> bool {
        match self {
            Destination::Stdout(out) => out.buffer().len() + 2 * more + 64 > out.capacity(),
            _ => false,
        }
    }

    fn flush(&mut self) -> Result<(), Trouble> {
        match self {
            Destination::Stdout(out) => out.flush().map_err(Trouble::of_stdout),
            Destination::Stderr(out) => out.flush().map_err(Trouble::of_stdout),
            Destination::File(out, path) => out.flush().map_err(|error| Trouble::of_file(path, &error)),
            Destination::Threads(threads) => threads.flush(),
        }
    }
}

/// How a file is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begun {
    /// It must not be there before.
    Fresh,
    /// What was in it is gone.
    Truncate,
    /// Behind what is in it.
    Append,
}

/// The files of threads.
#[derive(Debug)]
pub struct Threads {
    base: PathBuf,
    /// How often the container was restarted.
    restarts: u32,
    /// Files of its earlier lives.
    before: usize,
    begun: Begun,
    /// Threads whose file is ours already: a thread that comes again goes on in it.
    made: HashSet<i32>,
    open: HashMap<i32, BufWriter<File>>,
}

impl Threads {
    fn new(base: PathBuf, begun: Begun) -> Threads {
        Threads { base, restarts: 0, before: 0, begun, made: HashSet::new(), open: HashMap::new() }
    }

    /// `BASE.TID`, or `BASE.rN.TID` after the Nth restart: the ids of threads begin anew.
    fn path(&self, tid: i32) -> PathBuf {
        let mut path = self.base.clone().into_os_string();
        match self.restarts {
            0 => path.push(format!(".{tid}")),
            restarts => path.push(format!(".r{restarts}.{tid}")),
        }
        path.into()
    }

    fn files(&self) -> usize {
        self.before + self.made.len()
    }

    fn write(&mut self, tid: i32, text: &[u8]) -> Result<(), Trouble> {
        if !self.open.contains_key(&tid) {
            if self.open.len() >= OPEN {
                self.flush()?;
                self.open.clear();
            }
            let path = self.path(tid);
            let file = match self.begun {
                _ if self.made.contains(&tid) => OpenOptions::new().append(true).open(&path),
                begun => begin(&path, begun),
            };
            let file = file.map_err(|error| Trouble::of_file(&path, &error))?;
            self.made.insert(tid);
            self.open.insert(tid, BufWriter::new(file));
        }
        match self.open.get_mut(&tid) {
            Some(out) => out.write_all(text).map_err(|error| Trouble::of_file(&self.path(tid), &error)),
            None => Ok(()),
        }
    }

    fn flush(&mut self) -> Result<(), Trouble> {
        let wrong = self.open.iter_mut().find_map(|(tid, out)| out.flush().err().map(|error| (*tid, error)));
        match wrong {
            Some((tid, error)) => Err(Trouble::of_file(&self.path(tid), &error)),
            None => Ok(()),
        }
    }
}

/// Files in `dir` that are called `base`, `base.NUMBER` or `base.rNUMBER.NUMBER`.
fn earlier(dir: &Path, base: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(base) = base.file_name().and_then(|name| name.to_str()) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let rest = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(base));
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let ours = match rest {
            Some("") => true,
            Some(rest) => rest.strip_prefix('.').is_some_and(|rest| match rest.split_once('.') {
                None => number(rest),
                Some((life, tid)) => life.strip_prefix('r').is_some_and(number) && number(tid),
            }),
            None => false,
        };
        if ours {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A file that only its owner can read: a trace holds what passed through the target, secrets too.
fn begin(path: &Path, begun: Begun) -> io::Result<File> {
    let mut options = OpenOptions::new();
    match begun {
        Begun::Fresh => options.write(true).create_new(true),
        Begun::Truncate => options.write(true).create(true).truncate(true),
        Begun::Append => options.append(true).create(true),
    };
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn not_made(path: &Path, error: &io::Error) -> Refusal {
    Refusal::new(format!("cannot write to {}", path.display()))
        .cause(error.to_string())
        .fix("name another place with -o FILE or --out DIR")
}

/// Why no more text can be written.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// Whoever read stdout has gone, as `head` does: no error.
    Gone,
    /// Anything else.
    Failed(Refusal),
}

impl Trouble {
    fn of_stdout(error: io::Error) -> Trouble {
        match error.kind() {
            ErrorKind::BrokenPipe => Trouble::Gone,
            _ => {
                Trouble::Failed(Refusal::new("cannot write the trace to its stream").cause(error.to_string()))
            }
        }
    }

    fn of_file(path: &Path, error: &io::Error) -> Trouble {
        let refusal = Refusal::new(format!("cannot write to {}", path.display())).cause(error.to_string());
        Trouble::Failed(match error.kind() {
            ErrorKind::AlreadyExists => refusal.fix("name another directory, or use --force"),
            ErrorKind::StorageFull => refusal.fix("name a place with more room"),
            _ => refusal,
        })
    }
}

/// One place that text is written to.
#[derive(Debug)]
pub struct OutputFile {
    destination: Destination,
    trouble: Option<Trouble>,
    /// Nobody can be written to any more.
    mute: bool,
    /// The last line has no end yet.
    open: bool,
    /// What stands on it, at most [`LINE`] bytes, where somebody else writes to the same terminal.
    line: String,
    /// Bytes of text so far.
    written: u64,
    /// Whether lines have colours.
    coloured: bool,
    /// Who else writes to the same terminal.
    shared: Option<Steps>,
}

impl OutputFile {
    /// Nothing is written yet.
    pub fn new(destination: Destination) -> OutputFile {
        OutputFile {
            destination,
            trouble: None,
            mute: false,
            open: false,
            line: String::new(),
            written: 0,
            coloured: false,
            shared: None,
        }
    }

    /// The same with colours, or not.
    pub fn coloured(self, coloured: bool) -> OutputFile {
        OutputFile { coloured, ..self }
    }

    /// On a terminal to which these steps are written too.
    pub fn beside(self, steps: &Steps) -> OutputFile {
        OutputFile { shared: Some(steps.clone()), ..self }
    }

    /// Puts everything before someone's eyes that was written so far.
    pub fn flush(&mut self) {
        if !self.mute {
            let done = match &self.shared {
                Some(steps) => {
                    let line = self.open.then_some(self.line.as_str());
                    steps.above(line, || self.destination.flush())
                }
                None => self.destination.flush(),
            };
            self.note(done);
        }
    }

    /// What went wrong, once.
    pub fn trouble(&mut self) -> Option<Trouble> {
        self.trouble.take()
    }

    /// Whether nobody can be written to any more.
    pub fn is_mute(&self) -> bool {
        self.mute
    }

    /// Whether the last line has no end yet.
    pub fn has_open_line(&self) -> bool {
        self.open
    }

    /// How many bytes of text were written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// The place, for a person.
    pub fn destination(&self) -> &Destination {
        &self.destination
    }

    /// What follows is of a container that was restarted so often.
    pub fn begin_life(&mut self, restarts: u32) {
        let done = self.destination.begin_life(restarts);
        self.note(done);
    }

    /// Whether threads have files of their own.
    pub fn is_split(&self) -> bool {
        matches!(self.destination, Destination::Threads(_))
    }

    /// Writes text of a thread.
    pub fn write(&mut self, tid: i32, text: &str) {
        // What does not fit into the buffer any more would be written behind our back.
        if self.shared.is_some() && self.destination.is_nearly_full(text.len()) {
            self.flush();
        }
        if !self.mute && !text.is_empty() {
            let done = match self.coloured {
                false => self.destination.write(tid, text.as_bytes()),
                true => text
                    .split_inclusive('\n')
                    .try_for_each(|piece| self.destination.write(tid, paint(piece).as_bytes())),
            };
            self.note(done);
            self.open = !text.ends_with('\n');
            if self.shared.is_some() {
                keep(&mut self.line, text);
            }
            self.written += text.len() as u64;
        }
    }

    /// On a terminal words on stderr stand among the lines: those that are written already come before them.
    fn go_first(&mut self) {
        if matches!(self.destination, Destination::Stdout(_) | Destination::Stderr(_)) {
            self.flush();
        }
    }

    fn note(&mut self, done: Result<(), Trouble>) {
        if let Err(trouble) = done {
            self.trouble = Some(trouble);
            self.mute = true;
        }
    }
}

/// Keeps what stands on the last line.
fn keep(line: &mut String, text: &str) {
    let last = match text.rsplit_once('\n') {
        Some((_, last)) => {
            line.clear();
            last
        }
        None => text,
    };
    let room = LINE.saturating_sub(line.len());
    line.push_str(&last[..last.floor_char_boundary(room)]);
}

/// What the renderer of one stream writes with: text goes to the sheet, each line with a prefix, words to the steps.
pub struct LineWriter<'a> {
    file: &'a mut OutputFile,
    prefix: &'a str,
    steps: &'a Steps,
}

impl<'a> LineWriter<'a> {
    /// Writes on a sheet.
    pub fn new(file: &'a mut OutputFile, prefix: &'a str, steps: &'a Steps) -> LineWriter<'a> {
        LineWriter { file, prefix, steps }
    }
}

impl render::text::Output for LineWriter<'_> {
    fn write(&mut self, tid: i32, text: &str) {
        if self.prefix.is_empty() {
            return self.file.write(tid, text);
        }
        for piece in text.split_inclusive('\n') {
            if !self.file.has_open_line() {
                self.file.write(tid, self.prefix);
            }
            self.file.write(tid, piece);
        }
    }

    fn notice(&mut self, text: &str) {
        // At the end every thread is detached at once, which the totals say in one word.
        if !text.ends_with(" detached") {
            self.file.go_first();
            self.steps.say(text);
        }
    }
}

/// What went wrong with a destination, as a refusal; a reader that has gone is none.
impl From<Trouble> for Option<Refusal> {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Gone => None,
            Trouble::Failed(refusal) => Some(refusal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api() -> Container {
        Container { pod: "api".into(), name: "app".into() }
    }

    /// A directory of this test's own.
    fn scratch(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("kubectl-strace-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        dir
    }

    fn directory(dir: &Path, separate: bool, force: bool) -> TraceOutput {
        TraceOutput::Directory { dir: dir.to_owned(), separate, force }
    }

    #[test]
    fn each_thread_has_a_file_named_after_pod_and_container() {
        let dir = scratch("threads");
        let (mut opened, _) = Destination::open_all(&directory(&dir, true, false), &[api()]).unwrap();
        let mut file = OutputFile::new(opened.remove(0));
        // More threads than files may be open, and one that comes again.
        for tid in (1..=OPEN as i32 + 5).chain([1]) {
            file.write(tid, &format!("line of {tid}\n"));
        }
        file.flush();
        assert!(file.trouble().is_none());
        let first = dir.join("api.app.1");
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "line of 1\nline of 1\n");
        // A container that was restarted has threads of the same ids.
        file.begin_life(2);
        file.write(1, "another\n");
        file.flush();
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "line of 1\nline of 1\n");
        assert_eq!(std::fs::read_to_string(dir.join("api.app.r2.1")).unwrap(), "another\n");
        assert_eq!(std::fs::read_dir(&dir).unwrap().count(), OPEN + 6);
        assert_eq!(file.destination().files(), OPEN + 6);
        assert_eq!(earlier(&dir, &dir.join("api.app")).unwrap().len(), OPEN + 6);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&first).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn several_containers_share_what_is_one_and_have_files_of_their_own() {
        let dir = scratch("several");
        std::fs::create_dir_all(&dir).unwrap();
        let two = [api(), Container { pod: "web".into(), name: "app".into() }];
        let (opened, numbers) =
            Destination::open_all(&TraceOutput::File { path: dir.join("one"), append: false }, &two).unwrap();
        assert_eq!((opened.len(), numbers), (1, vec![0, 0]));
        let (mut opened, numbers) =
            Destination::open_all(&TraceOutput::Threads { base: dir.join("t"), append: false }, &two)
                .unwrap();
        assert_eq!((opened.len(), numbers), (2, vec![0, 1]));
        let mut file = OutputFile::new(opened.remove(1));
        file.write(1, "x\n");
        file.flush();
        assert_eq!(std::fs::read_to_string(dir.join("t.web.app.1")).unwrap(), "x\n");
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn lines_on_a_shared_sheet_have_prefixes() {
        use render::text::Output as _;
        let dir = scratch("prefixes");
        std::fs::create_dir_all(&dir).unwrap();
        let path = dir.join("trace");
        let (mut opened, _) =
            Destination::open_all(&TraceOutput::File { path: path.clone(), append: false }, &[api()])
                .unwrap();
        let mut file = OutputFile::new(opened.remove(0));
        let steps = Steps::new(true);
        LineWriter::new(&mut file, "a ", &steps).write(1, "read(");
        assert!(file.has_open_line());
        LineWriter::new(&mut file, "a ", &steps).write(1, "3) = 0\nclose(");
        LineWriter::new(&mut file, "a ", &steps).write(1, " <unfinished ...>\n");
        LineWriter::new(&mut file, "b ", &steps).write(1, "open() = 3\n");
        file.flush();
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(text, "a read(3) = 0\na close( <unfinished ...>\nb open() = 3\n");
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn an_earlier_trace_is_kept_unless_forced() {
        let dir = scratch("earlier");
        std::fs::create_dir_all(&dir).unwrap();
        let (old, other) = (dir.join("api.app.7"), dir.join("api.app.log"));
        std::fs::write(&old, "old").unwrap();
        std::fs::write(&other, "other").unwrap();
        let said = Destination::open_all(&directory(&dir, true, false), &[api()]).unwrap_err().to_string();
        assert!(said.contains("api.app.7") && said.contains("--force"), "{said}");
        Destination::open_all(&directory(&dir, true, true), &[api()]).unwrap();
        assert!(!old.exists() && other.exists());
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_full_place_is_trouble_and_a_gone_reader_is_not() {
        let gone = Trouble::of_stdout(io::Error::from(ErrorKind::BrokenPipe));
        assert!(Option::<Refusal>::from(gone).is_none());
        let full = Trouble::of_file(Path::new("/x/y"), &io::Error::from(ErrorKind::StorageFull));
        assert!(Option::<Refusal>::from(full).is_some_and(|r| r.to_string().contains("/x/y")));
    }
}
