//! One layer: a file tree in memory and its tar. File contents stay on disk until the tar is written.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use walkdir::WalkDir;

/// Who owns the entries of a packed tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Everything belongs to root, and only the executable bit of the mode is kept: the author's intent, whoever
    /// unpacked the tree and with whatever umask.
    Root,
    /// Owner, mode and set-id bits as on disk: for root file systems.
    AsOnDisk,
}

#[derive(Clone, Debug)]
struct Entry {
    kind: Kind,
    mode: u32,
    uid: u64,
    gid: u64,
    /// `security.capability`, as the file system stores it.
    capability: Option<[u8; 20]>,
}

impl Entry {
    fn of_root(kind: Kind, mode: u32) -> Entry {
        Entry { kind, mode, uid: 0, gid: 0, capability: None }
    }
}

/// Device and inode of a file, and the tree (of this layer's trees) that it was found in. Names in different
/// trees are not linked, because the trees may differ in owners and modes.
type Identity = (usize, u64, u64);

#[derive(Clone, Debug)]
enum Kind {
    Directory,
    /// `link` is the file's identity if it has several names on disk.
    File {
        source: PathBuf,
        link: Option<Identity>,
    },
    Symlink {
        target: PathBuf,
    },
}

/// A file tree that becomes one layer of an image. A later addition replaces an earlier one with the
/// same path. Parents that nobody added become directories of root with mode 0755.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Keys are relative (`usr/bin/x`), so that a parent sorts before everything in it.
    entries: BTreeMap<PathBuf, Entry>,
    trees: usize,
}

impl Layer {
    /// An empty layer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the regular file `source` as `dst`, owned by root. The default mode is 0755 if the source is
    /// executable and 0644 if not.
    pub fn file(&mut self, source: &Path, dst: &Path, mode: Option<u32>) -> Result<()> {
        let meta = fs::metadata(source).with_context(|| format!("cannot read {}", source.display()))?;
        ensure!(meta.is_file(), "{} is not a regular file", source.display());
        let mode = mode.unwrap_or_else(|| plain_mode(meta.mode()));
        let kind = Kind::File { source: source.to_owned(), link: None };
        self.insert(dst, Entry::of_root(kind, mode))
    }

    /// Adds a symbolic link at `dst`, owned by root. `target` is stored as given.
    pub fn symlink(&mut self, target: &Path, dst: &Path) -> Result<()> {
        let kind = Kind::Symlink { target: target.to_owned() };
        self.insert(dst, Entry::of_root(kind, 0o777))
    }

    /// Gives a file that is already in the layer these file capabilities (one bit each, linux/capability.h). A process that
    /// executes it gets them in its permitted set, within its bounding set, and has to make them effective itself.
    pub fn permit(&mut self, dst: &Path, capabilities: u64) -> Result<()> {
        let entry = self.entries.get_mut(&relative(dst)?);
        let entry = entry.filter(|entry| matches!(entry.kind, Kind::File { .. }));
        let entry = entry.with_context(|| format!("{} is no file of the layer", dst.display()))?;
        // struct vfs_cap_data (linux/capability.h): revision 2, without VFS_CAP_FLAGS_EFFECTIVE; then permitted and
        // inheritable, for the low and for the high 32 bits.
        let words = [0x0200_0000, capabilities as u32, 0, (capabilities >> 32) as u32, 0];
        let mut bytes = [0; 20];
        for (at, word) in words.into_iter().enumerate() {
            bytes[at * 4..][..4].copy_from_slice(&word.to_le_bytes());
        }
        entry.capability = Some(bytes);
        Ok(())
    }

    /// Adds a directory at `dst`, owned by root.
    pub fn directory(&mut self, dst: &Path, mode: u32) -> Result<()> {
        self.insert(dst, Entry::of_root(Kind::Directory, mode))
    }

    /// Adds everything below the directory `source` below `dst`: directories, files, symbolic and
    /// hard links. Devices, sockets and pipes are refused; a runtime makes the ones it needs.
    pub fn tree(&mut self, source: &Path, dst: &Path, owner: Owner) -> Result<()> {
        ensure!(source.is_dir(), "{} is not a directory", source.display());
        self.trees += 1;
        for found in WalkDir::new(source).min_depth(1).sort_by_file_name() {
            let found = found.with_context(|| format!("cannot read the tree {}", source.display()))?;
            let path = found.path();
            let meta = found.metadata().with_context(|| format!("cannot read {}", path.display()))?;
            let relative = path.strip_prefix(source).context("a walked path lies below its root")?;
            let kind = if meta.is_dir() {
                Kind::Directory
            } else if meta.is_symlink() {
                let target =
                    fs::read_link(path).with_context(|| format!("cannot read {}", path.display()))?;
                Kind::Symlink { target }
            } else if meta.is_file() {
                let link = (meta.nlink() > 1).then_some((self.trees, meta.dev(), meta.ino()));
                Kind::File { source: path.to_owned(), link }
            } else {
                bail!("{} is a device, a socket or a pipe: remove it from the tree first", path.display());
            };
            let (mode, uid, gid) = match (owner, &kind) {
                (_, Kind::Symlink { .. }) if owner == Owner::Root => (0o777, 0, 0),
                (Owner::Root, Kind::Directory) => (0o755, 0, 0),
                (Owner::Root, _) => (plain_mode(meta.mode()), 0, 0),
                (Owner::AsOnDisk, _) => (meta.mode() & 0o7777, u64::from(meta.uid()), u64::from(meta.gid())),
            };
            self.insert(&dst.join(relative), Entry { kind, mode, uid, gid, capability: None })?;
        }
        Ok(())
    }

    fn insert(&mut self, dst: &Path, entry: Entry) -> Result<()> {
        let key = relative(dst)?;
        for parent in key.ancestors().skip(1).filter(|p| !p.as_os_str().is_empty()) {
            let made =
                self.entries.entry(parent.to_owned()).or_insert(Entry::of_root(Kind::Directory, 0o755));
            ensure!(
                matches!(made.kind, Kind::Directory),
                "{}: its parent /{} is in the layer and is no directory",
                dst.display(),
                parent.display()
            );
        }
        if !matches!(entry.kind, Kind::Directory) {
            let below = self
                .entries
                .range(key.clone()..)
                .nth(1)
                .is_some_and(|(next, _)| next.starts_with(&key) && self.entries.contains_key(&key));
            ensure!(!below, "{}: is a directory with entries in the layer already", dst.display());
        }
        self.entries.insert(key, entry);
        Ok(())
    }

    /// Writes the layer as an uncompressed tar in which every time is `mtime`.
    pub fn write_tar(&self, out: impl Write, mtime: u64) -> Result<()> {
        let mut tar = tar::Builder::new(out);
        // The first name of a file with several names carries its content. That is decided here and not while
        // walking the tree, because another entry may have replaced any of the names since.
        let mut first_names: HashMap<Identity, &Path> = HashMap::new();
        for (path, entry) in &self.entries {
            if let Some(bytes) = &entry.capability {
                // The key that tar, Docker and containerd use for extended attributes.
                tar.append_pax_extensions([("SCHILY.xattr.security.capability", &bytes[..])])?;
            }
            let mut header = tar::Header::new_gnu();
            header.set_mode(entry.mode);
            header.set_uid(entry.uid);
            header.set_gid(entry.gid);
            header.set_mtime(mtime);
            header.set_size(0);
            match &entry.kind {
                Kind::Directory => {
                    header.set_entry_type(tar::EntryType::Directory);
                    tar.append_data(&mut header, path.join(""), std::io::empty())
                }
                Kind::Symlink { target } => {
                    header.set_entry_type(tar::EntryType::Symlink);
                    tar.append_link(&mut header, path, target)
                }
                Kind::File { link: Some(link), .. } if first_names.contains_key(link) => {
                    header.set_entry_type(tar::EntryType::Link);
                    tar.append_link(&mut header, path, first_names[link])
                }
                Kind::File { source, link } => {
                    if let Some(link) = link {
                        first_names.insert(*link, path);
                    }
                    let file =
                        File::open(source).with_context(|| format!("cannot open {}", source.display()))?;
                    let size = file.metadata()?.len();
                    header.set_entry_type(tar::EntryType::Regular);
                    header.set_size(size);
                    // A file that grows or shrinks while it is read would break the archive.
                    tar.append_data(&mut header, path, ExactRead { file, left: size, source })
                }
            }
            .with_context(|| format!("cannot pack /{}", path.display()))?;
        }
        tar.into_inner()?.flush()?;
        Ok(())
    }
}

/// Reads exactly the length announced in the header, or fails.
struct ExactRead<'a> {
    file: File,
    left: u64,
    source: &'a Path,
}

impl std::io::Read for ExactRead<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let read = std::io::Read::by_ref(&mut self.file).take(self.left).read(buf)?;
        if read == 0 && self.left > 0 && !buf.is_empty() {
            return Err(std::io::Error::other(format!(
                "{} became shorter while it was read",
                self.source.display()
            )));
        }
        self.left -= read as u64;
        Ok(read)
    }
}

fn plain_mode(mode: u32) -> u32 {
    if mode & 0o111 == 0 { 0o644 } else { 0o755 }
}

/// The path as it is written into a layer. Refuses paths outside the image.
fn relative(dst: &Path) -> Result<PathBuf> {
    ensure!(dst.is_absolute(), "{}: a path inside the image starts with /", dst.display());
    let mut key = PathBuf::new();
    for part in dst.components() {
        match part {
            Component::RootDir => {}
            Component::Normal(name) => {
                // image-spec, layer.md, "Whiteouts": such a name deletes a file of a lower layer.
                ensure!(
                    !name.as_encoded_bytes().starts_with(b".wh."),
                    "{}: a name that starts with .wh. means a deletion in a layer",
                    dst.display()
                );
                key.push(name);
            }
            _ => bail!("{}: no .. inside the image", dst.display()),
        }
    }
    ensure!(!key.as_os_str().is_empty(), "{}: names the root itself", dst.display());
    Ok(key)
}
