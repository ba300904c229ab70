//! A file that only the user can read: a trace holds whatever passed through the target, secrets included.
//!
//! Only Unix tells who owns a file and who may read it. On Windows a file has the access list of its directory, and
//! only links are checked.

use super::trouble::{Trouble, not_written};
use crate::refusal::Refusal;
use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};
use tempfile::TempPath;

/// Bytes in the buffer.
const BUFFER: usize = 1 << 15;

/// What happens to an existing file of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It is an error.
    Refuse,
    /// The new file takes its place when the trace begins.
    Replace,
    /// Text is appended to it.
    Append,
}

/// An open file, pipe or device.
#[derive(Debug)]
pub struct PrivateFile {
    out: BufWriter<File>,
    path: PathBuf,
    /// The temporary name that the file has until the trace begins. If it never does, dropping this removes the file.
    unbegun: Option<TempPath>,
}

impl PrivateFile {
    /// Opens `path`. A regular file has mode 0600 and belongs to the user; it has a temporary name until
    /// [`PrivateFile::begin`]. Pipes, devices and descriptors (`/dev/stdout`, `/dev/fd/3`) are used as they are.
    ///
    /// # Errors
    /// It is a symbolic link or somebody else's file, or the system reports an error.
    pub fn open(path: &Path, existing: Existing) -> Result<PrivateFile, Refusal> {
        let failed = |error: io::Error| not_written(path, &error);
        let there = match fs::symlink_metadata(path) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let (file, unbegun) = match there {
            Some(there) if there.is_symlink() && is_descriptor(path) => {
                (descriptor(path).map_err(failed)?, None)
            }
            Some(there) if there.is_symlink() => return Err(link(path)),
            Some(there) if there.is_dir() => return Err(failed(ErrorKind::IsADirectory.into())),
            // Opening a FIFO waits for its reader, as in every program.
            Some(there) if !there.is_file() => (options().write(true).open(path).map_err(failed)?, None),
            there => match existing {
                Existing::Refuse => {
                    let file = options().write(true).create_new(true).open(path).map_err(failed)?;
                    (file, Some(TempPath::try_from_path(path).map_err(failed)?))
                }
                Existing::Replace => {
                    if let Some(there) = there {
                        check_own(path, &there)?;
                    }
                    let (file, unbegun) = beside(path).map_err(failed)?;
                    (file, Some(unbegun))
                }
                Existing::Append => (append(path)?, None),
            },
        };
        Ok(PrivateFile { out: BufWriter::with_capacity(BUFFER, file), path: path.to_owned(), unbegun })
    }

    /// The trace begins: the file gets its name, and replaces what had it.
    ///
    /// # Errors
    /// The system cannot rename it.
    pub fn begin(&mut self) -> Result<(), Trouble> {
        let Some(unbegun) = self.unbegun.take() else { return Ok(()) };
        let done = match is_same(&unbegun, &self.path) {
            true => unbegun.keep().map(drop).map_err(|error| error.error),
            false => unbegun.persist(&self.path).map_err(|error| error.error),
        };
        done.map_err(|error| self.trouble(&error))
    }

    /// Writes, possibly only into the buffer.
    ///
    /// # Errors
    /// The system reports an error.
    pub fn write(&mut self, text: &[u8]) -> Result<(), Trouble> {
        self.begin()?;
        self.out.write_all(text).map_err(|error| self.trouble(&error))
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    /// The system reports an error.
    pub fn flush(&mut self) -> Result<(), Trouble> {
        self.out.flush().map_err(|error| self.trouble(&error))
    }

    /// Its name, once the trace has begun.
    pub fn name(&self) -> Option<&Path> {
        self.unbegun.is_none().then_some(&*self.path)
    }

    fn trouble(&self, error: &io::Error) -> Trouble {
        Trouble::of_file(&self.path, error)
    }
}

/// Gives a file of ours another name, and removes what had that name, if that is a file of ours too.
///
/// # Errors
/// It is somebody else's file or none at all, or the system reports an error.
pub fn rename(from: &Path, to: &Path) -> Result<(), Trouble> {
    match fs::symlink_metadata(to) {
        Ok(there) if there.is_symlink() => return Err(Trouble::Failed(link(to))),
        Ok(there) if !there.is_file() => {
            return Err(Trouble::Failed(
                refused(to).cause("something that is no regular file has this name"),
            ));
        }
        Ok(there) => check_own(to, &there).map_err(Trouble::Failed)?,
        Err(_) => {}
    }
    fs::rename(from, to).map_err(|error| Trouble::of_file(to, &error))
}

fn is_same(unbegun: &TempPath, path: &Path) -> bool {
    // `unbegun` is absolute.
    std::path::absolute(path).is_ok_and(|path| path == **unbegun)
}

fn options() -> OpenOptions {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "only Unix has more to set"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NOCTTY;
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }
    options
}

/// A new file in the same directory, so that it can be renamed to `path`.
fn beside(path: &Path) -> io::Result<(File, TempPath)> {
    let Some(name) = path.file_name() else { return Err(ErrorKind::IsADirectory.into()) };
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    // tempfile gives it mode 0600.
    Ok(tempfile::Builder::new().prefix(&prefix).tempfile_in(directory)?.into_parts())
}

/// Opens a file to append to it, or creates it. The checks are made on the open file, not on what had its name
/// before.
fn append(path: &Path) -> Result<File, Refusal> {
    let file = options().append(true).create(true).open(path);
    let file = file.map_err(|error| match fs::symlink_metadata(path) {
        Ok(there) if there.is_symlink() => link(path),
        _ => not_written(path, &error),
    })?;
    let there = file.metadata().map_err(|error| not_written(path, &error))?;
    check_own(path, &there)?;
    check_alone(path, &there)?;
    Ok(file)
}

/// Refuses a file that the user may not replace.
#[cfg(unix)]
fn check_own(path: &Path, there: &fs::Metadata) -> Result<(), Refusal> {
    use std::os::unix::fs::MetadataExt as _;
    let (owner, own) = (there.uid(), rustix::process::geteuid().as_raw());
    if owner != own {
        return Err(refused(path)
            .cause(format!("it belongs to user {owner}, and you are user {own}"))
            .fix("name another file with -o FILE"));
    }
    if there.mode() & 0o200 == 0 {
        return Err(refused(path)
            .cause(format!("it is read-only (mode {:04o})", there.mode() & 0o7777))
            .fix(format!(
                "name another file with -o FILE, or make it writable: chmod 600 {}",
                path.display()
            )));
    }
    Ok(())
}

/// Refuses a file that others can read, or that has another name.
#[cfg(unix)]
fn check_alone(path: &Path, there: &fs::Metadata) -> Result<(), Refusal> {
    use std::os::unix::fs::MetadataExt as _;
    if there.mode() & 0o077 != 0 {
        return Err(refused(path)
            .cause(format!(
                "its mode is {:04o}: others could read the trace, which may hold secrets",
                there.mode() & 0o7777
            ))
            .fix(format!("chmod 600 {}, or leave -A out: a new file then takes its place", path.display())));
    }
    if there.nlink() > 1 {
        return Err(refused(path)
            .cause(format!("the same file has {} names (hard links)", there.nlink()))
            .fix("name another file with -o FILE, or leave -A out: a new file then takes its place"));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_own(_: &Path, _: &fs::Metadata) -> Result<(), Refusal> {
    Ok(())
}

#[cfg(not(unix))]
fn check_alone(_: &Path, _: &fs::Metadata) -> Result<(), Refusal> {
    Ok(())
}

fn refused(path: &Path) -> Refusal {
    Refusal::new(format!("{} is not written to", path.display()))
}

fn link(path: &Path) -> Refusal {
    let target = fs::read_link(path).map_or_else(|_| "somewhere else".into(), |to| to.display().to_string());
    refused(path)
        .cause(format!("it is a symbolic link to {target}, and the trace may hold secrets"))
        .fix("name the file itself with -o FILE, or remove the link")
}

/// Whether a link is one that the system makes for an open descriptor or a device: `/dev/stdout`, `/dev/fd/3`,
/// `/proc/self/fd/3`. Only root can put others there.
fn is_descriptor(path: &Path) -> bool {
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok()).unwrap_or_default();
    parent == Path::new("/dev")
        || parent == Path::new("/dev/fd")
        || parent.starts_with("/proc") && parent.file_name().is_some_and(|name| name == "fd")
}

/// The descriptor behind such a link. stdout and stderr are duplicated, so that other output to them stays in order.
/// A regular file that is opened again would be written from its beginning, so the others are appended to.
fn descriptor(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        let is = |names: &[&str]| names.iter().any(|name| path == Path::new(name));
        if is(&["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]) {
            return Ok(io::stdout().as_fd().try_clone_to_owned()?.into());
        }
        if is(&["/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"]) {
            return Ok(io::stderr().as_fd().try_clone_to_owned()?.into());
        }
    }
    OpenOptions::new().append(true).open(path)
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use std::{
        io::Read,
        os::{
            fd::AsRawFd,
            unix::fs::{MetadataExt, PermissionsExt, symlink},
        },
    };

    fn scratch() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn said(path: &Path, existing: Existing) -> String {
        PrivateFile::open(path, existing).unwrap_err().to_string()
    }

    /// Writes a line to it.
    fn trace(path: &Path, existing: Existing) {
        let mut file = PrivateFile::open(path, existing).unwrap();
        file.write(b"line\n").unwrap();
        file.flush().unwrap();
    }

    #[test]
    fn a_file_that_others_read_is_replaced_when_the_trace_begins() {
        let dir = scratch();
        let path = dir.path().join("trace");
        fs::write(&path, "old").unwrap();
        set_mode(&path, 0o644);
        let mut reader = File::open(&path).unwrap();
        let mut file = PrivateFile::open(&path, Existing::Replace).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old", "the trace has not begun");
        file.begin().unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), mode(&path)), ("", 0o600));
        // As `tail -f` sees it: text arrives in the file of that name while the trace runs.
        file.write(b"line\n").unwrap();
        file.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "line\n");
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "old", "whoever had opened the old file sees nothing of the new one");
    }

    #[test]
    fn a_trace_that_never_begins_leaves_everything_as_it_was() {
        let dir = scratch();
        let (old, new) = (dir.path().join("old"), dir.path().join("new"));
        fs::write(&old, "old").unwrap();
        for (path, existing) in
            [(&old, Existing::Replace), (&new, Existing::Replace), (&new, Existing::Refuse)]
        {
            let file = PrivateFile::open(path, existing).unwrap();
            assert_eq!(file.name(), None);
            drop(file);
        }
        let names: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["old"]);
        assert_eq!(fs::read_to_string(old).unwrap(), "old");
    }

    #[test]
    fn links_are_refused_by_name() {
        let dir = scratch();
        let (target, path) = (dir.path().join("target"), dir.path().join("trace"));
        fs::write(&target, "old").unwrap();
        symlink(&target, &path).unwrap();
        for existing in [Existing::Replace, Existing::Append, Existing::Refuse] {
            let said = said(&path, existing);
            assert!(said.contains("trace is not written to") && said.contains("symbolic link to"), "{said}");
            assert!(said.contains(&target.display().to_string()), "{said}");
        }
        // A link that appears between the check and the open.
        assert!(append(&path).unwrap_err().to_string().contains("symbolic link"));
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        // A link to nothing counts too: the file behind it would be created.
        fs::remove_file(&target).unwrap();
        assert!(said(&path, Existing::Replace).contains("symbolic link"));
        assert!(!target.exists());
    }

    #[test]
    fn somebody_elses_file_is_left_alone() {
        let dir = scratch();
        let path = dir.path().join("trace");
        fs::write(&path, "theirs").unwrap();
        set_mode(&path, 0o600);
        if std::os::unix::fs::chown(&path, Some(4321), None).is_err() {
            eprintln!("not root: nobody's file can be given away");
            return;
        }
        for existing in [Existing::Replace, Existing::Append] {
            let said = said(&path, existing);
            assert!(said.contains("belongs to user 4321"), "{said}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }

    #[test]
    fn what_is_read_only_is_not_replaced() {
        let dir = scratch();
        let path = dir.path().join("trace");
        fs::write(&path, "old").unwrap();
        set_mode(&path, 0o444);
        assert!(said(&path, Existing::Replace).contains("read-only (mode 0444)"));
        assert!(said(dir.path(), Existing::Replace).contains("directory"));
    }

    #[test]
    fn appending_checks_the_same() {
        let dir = scratch();
        let path = dir.path().join("trace");
        trace(&path, Existing::Append);
        trace(&path, Existing::Append);
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), mode(&path)), ("line\nline\n", 0o600));
        set_mode(&path, 0o644);
        let said_of_mode = said(&path, Existing::Append);
        assert!(said_of_mode.contains("0644") && said_of_mode.contains("chmod 600"), "{said_of_mode}");
        set_mode(&path, 0o600);
        fs::hard_link(&path, dir.path().join("other")).unwrap();
        assert!(said(&path, Existing::Append).contains("2 names"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "line\nline\n");
    }

    #[test]
    fn pipes_and_devices_are_taken_as_they_are() {
        let dir = scratch();
        let path = dir.path().join("pipe");
        let made = std::process::Command::new("mkfifo").args(["-m", "644"]).arg(&path).status();
        assert!(made.unwrap().success());
        for existing in [Existing::Replace, Existing::Append] {
            let reader = std::thread::spawn({
                let path = path.clone();
                move || fs::read_to_string(path).unwrap()
            });
            trace(&path, existing);
            assert_eq!(reader.join().unwrap(), "line\n");
        }
        assert_eq!(mode(&path), 0o644);
        trace(Path::new("/dev/null"), Existing::Replace);
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn descriptors_are_taken_as_they_are() {
        let dir = scratch();
        let path = dir.path().join("log");
        fs::write(&path, "before\n").unwrap();
        set_mode(&path, 0o644);
        let log = OpenOptions::new().append(true).open(&path).unwrap();
        for directory in ["/dev/fd", "/proc/self/fd"] {
            trace(&Path::new(directory).join(log.as_raw_fd().to_string()), Existing::Replace);
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\nline\nline\n");
        assert_eq!(mode(&path), 0o644);
        // Nothing is written: this test's stdout is the test runner's.
        let stdout = PrivateFile::open(Path::new("/dev/stdout"), Existing::Replace).unwrap();
        let same = |a: fs::Metadata, b: fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
        let behind = fs::metadata("/proc/self/fd/1").unwrap();
        assert!(same(stdout.out.get_ref().metadata().unwrap(), behind));
        assert_eq!(stdout.name(), Some(Path::new("/dev/stdout")));
    }
}
