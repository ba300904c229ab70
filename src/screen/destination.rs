//! Where the text of a trace goes: stdout, a file, or a file for each thread.

use super::{
    TraceOutput,
    private_file::{Existing, PrivateFile},
    trouble::{Trouble, not_written},
};
use crate::{
    container_name::Container,
    refusal::{Refusal, count},
};
use std::{
    collections::{HashMap, HashSet},
    fs::DirBuilder,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// Most thread files that are open at the same time: a server may have thousands of threads, and this process as few
/// as 256 descriptors (macOS's default).
const OPEN: usize = 128;

/// An opened [`TraceOutput`].
#[derive(Debug)]
pub enum Destination {
    /// stdout.
    Stdout(BufWriter<io::Stdout>),
    /// stderr.
    Stderr(BufWriter<io::Stderr>),
    /// One file.
    File(PrivateFile),
    /// `BASE.TID` for each thread.
    Threads(Threads),
}

impl Destination {
    /// Opens everything that the containers' text goes to, before the cluster is touched. Gives the number of each
    /// container's destination, which is its own if there are files for containers. `several`: there are several
    /// containers, or more may come.
    ///
    /// # Errors
    /// A file or directory cannot be created, or holds an earlier trace.
    pub fn open_all(
        output: &TraceOutput,
        containers: &[Container],
        several: bool,
    ) -> Result<(Vec<Destination>, Vec<usize>), Refusal> {
        let own = output.of_each_container();
        let opened = if own { containers } else { containers.get(..1).unwrap_or_default() };
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
                Ok(Destination::File(PrivateFile::open(path, existing(*append))?))
            }
            TraceOutput::Threads { base, append } => {
                let mut base = base.clone().into_os_string();
                if several {
                    // Threads of different containers may have the same ids.
                    base.push(format!(".{name}"));
                }
                Ok(Destination::Threads(Threads::new(base.into(), existing(*append))))
            }
            TraceOutput::Directory { dir, separate, force } => {
                make_directory(dir).map_err(|error| not_written(dir, &error))?;
                let base = named(dir);
                let earlier = earlier(dir, &base).map_err(|error| not_written(dir, &error))?;
                if let (Some(first), false) = (earlier.first(), *force) {
                    return Err(Refusal::new(format!(
                        "{} files of an earlier trace of this container are in {}, such as {}",
                        earlier.len(),
                        dir.display(),
                        first.display()
                    ))
                    .cause("strace-log-merge would merge both into a trace that never happened")
                    .fix("name another directory, or remove them with --force"));
                }
                for path in earlier {
                    std::fs::remove_file(&path).map_err(|error| not_written(&path, &error))?;
                }
                if *separate {
                    return Ok(Destination::Threads(Threads::new(base, Existing::Refuse)));
                }
                Ok(Destination::File(PrivateFile::open(&base, Existing::Refuse)?))
            }
        }
    }

    /// Where a user finds it.
    pub fn describe(&self) -> Option<String> {
        match self {
            Destination::Stdout(_) | Destination::Stderr(_) => None,
            Destination::File(file) => file.name().map(|path| path.display().to_string()),
            Destination::Threads(threads) => {
                let files = count(threads.files() as u64, "file", "files");
                let name = if threads.restarts > 0 { "[.rN].TID" } else { ".TID" };
                Some(format!("{}{name} ({files})", threads.base.display()))
            }
        }
    }

    /// The number of files.
    pub fn files(&self) -> usize {
        match self {
            Destination::Stdout(_) | Destination::Stderr(_) => 0,
            Destination::File(file) => usize::from(file.name().is_some()),
            Destination::Threads(threads) => threads.files(),
        }
    }

    /// The trace begins. A thread's file begins with its first line.
    pub(super) fn begin(&mut self) -> Result<(), Trouble> {
        match self {
            Destination::File(file) => file.begin(),
            Destination::Stdout(_) | Destination::Stderr(_) | Destination::Threads(_) => Ok(()),
        }
    }

    /// What follows belongs to the container after this many restarts.
    pub(super) fn begin_life(&mut self, restarts: u32) -> Result<(), Trouble> {
        let flushed = self.flush();
        if let Destination::Threads(threads) = self {
            threads.before += threads.made.len();
            // A pod that returns under its name begins a life too, without restarts.
            threads.restarts = restarts.max(threads.restarts + 1);
            threads.made.clear();
            threads.open.clear();
        }
        flushed
    }

    pub(super) fn write(&mut self, tid: i32, text: &[u8]) -> Result<(), Trouble> {
        match self {
            Destination::Stdout(out) => out.write_all(text).map_err(Trouble::of_stdout),
            Destination::Stderr(out) => out.write_all(text).map_err(Trouble::of_stdout),
            Destination::File(file) => file.write(text),
            Destination::Threads(threads) => threads.write(tid, text),
        }
    }

    /// Whether writing this much more, with colours, would flush what is buffered.
    pub(super) fn is_nearly_full(&self, more: usize) -> bool {
        match self {
            Destination::Stdout(out) => out.buffer().len() + 2 * more + 64 > out.capacity(),
            _ => false,
        }
    }

    pub(super) fn flush(&mut self) -> Result<(), Trouble> {
        match self {
            Destination::Stdout(out) => out.flush().map_err(Trouble::of_stdout),
            Destination::Stderr(out) => out.flush().map_err(Trouble::of_stdout),
            Destination::File(file) => file.flush(),
            Destination::Threads(threads) => threads.flush(),
        }
    }
}

/// The files of threads.
#[derive(Debug)]
pub struct Threads {
    base: PathBuf,
    /// How often the container was restarted.
    restarts: u32,
    /// Files of its earlier lives.
    before: usize,
    existing: Existing,
    /// Threads whose file is already ours: a thread whose file was closed appends to it.
    made: HashSet<i32>,
    open: HashMap<i32, PrivateFile>,
}

impl Threads {
    fn new(base: PathBuf, existing: Existing) -> Threads {
        Threads { base, restarts: 0, before: 0, existing, made: HashSet::new(), open: HashMap::new() }
    }

    /// `BASE.TID`, or `BASE.rN.TID` after the Nth restart, because thread ids start again.
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
            let existing = if self.made.contains(&tid) { Existing::Append } else { self.existing };
            let file = PrivateFile::open(&self.path(tid), existing).map_err(Trouble::Failed)?;
            self.made.insert(tid);
            self.open.insert(tid, file);
        }
        self.open.get_mut(&tid).map_or(Ok(()), |file| file.write(text))
    }

    fn flush(&mut self) -> Result<(), Trouble> {
        self.open.values_mut().try_for_each(PrivateFile::flush)
    }
}

/// What `-o` does with an existing file: as in strace, it starts afresh unless `-A` is given.
fn existing(append: bool) -> Existing {
    if append { Existing::Append } else { Existing::Replace }
}

/// Creates a directory, and its missing parents, that only the user can look into.
fn make_directory(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
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

#[cfg(test)]
mod tests {
    use super::{super::output_file::OutputFile, *};

    fn api() -> Container {
        Container { pod: "api".into(), name: "app".into() }
    }

    /// A temporary directory of this test.
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
        let (mut opened, _) = Destination::open_all(&directory(&dir, true, false), &[api()], false).unwrap();
        let mut file = OutputFile::new(opened.remove(0));
        // More threads than files may be open, and one that writes again.
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
            Destination::open_all(&TraceOutput::File { path: dir.join("one"), append: false }, &two, true)
                .unwrap();
        assert_eq!((opened.len(), numbers), (1, vec![0, 0]));
        let (mut opened, numbers) =
            Destination::open_all(&TraceOutput::Threads { base: dir.join("t"), append: false }, &two, true)
                .unwrap();
        assert_eq!((opened.len(), numbers), (2, vec![0, 1]));
        let mut file = OutputFile::new(opened.remove(1));
        file.write(1, "x\n");
        file.flush();
        assert_eq!(std::fs::read_to_string(dir.join("t.web.app.1")).unwrap(), "x\n");
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn an_earlier_trace_is_kept_unless_forced() {
        let dir = scratch("earlier");
        std::fs::create_dir_all(&dir).unwrap();
        let (old, other) = (dir.join("api.app.7"), dir.join("api.app.log"));
        std::fs::write(&old, "old").unwrap();
        std::fs::write(&other, "other").unwrap();
        let said =
            Destination::open_all(&directory(&dir, true, false), &[api()], false).unwrap_err().to_string();
        assert!(said.contains("api.app.7") && said.contains("--force"), "{said}");
        Destination::open_all(&directory(&dir, true, true), &[api()], false).unwrap();
        assert!(!old.exists() && other.exists());
        std::fs::remove_dir_all(dir).unwrap();
    }
}
