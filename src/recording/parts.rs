//! The file of a recording, or its files: `FILE` is written to, `FILE.1` was before it, `FILE.2` before that.

use crate::{
    cli::Rotation,
    refusal::{self, Refusal},
    screen::{Existing, PrivateFile, Trouble},
};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The open file.
#[derive(Debug)]
pub struct Parts {
    path: PathBuf,
    file: PrivateFile,
    rotation: Option<Rotation>,
    /// Bytes of the open file.
    written: u64,
}

impl Parts {
    /// Opens it. A regular file gets its name when something is written.
    ///
    /// # Errors
    /// It cannot be written to, or it is none that could be rotated.
    pub fn open(path: &Path, rotation: Option<Rotation>) -> Result<Parts, Refusal> {
        if rotation.is_some() && std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(refusal::usage(format!("--rotate: {} is no regular file", path.display()))
                .fix("name a file with --record, or leave --rotate out"));
        }
        let file = PrivateFile::open(path, Existing::Replace)?;
        Ok(Parts { path: path.to_owned(), file, rotation, written: 0 })
    }

    /// Its name, once something was written.
    pub fn name(&self) -> Option<&Path> {
        self.file.name()
    }

    /// Whether it is rotated at all.
    pub fn rotates(&self) -> bool {
        self.rotation.is_some()
    }

    /// Whether the next block belongs to another file.
    pub fn is_full(&self) -> bool {
        self.rotation.is_some_and(|rotation| self.written >= rotation.size)
    }

    /// Writes, possibly only into a buffer.
    ///
    /// # Errors
    /// The system reports an error.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.written += bytes.len() as u64;
        self.file.write(bytes)
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    /// The system reports an error.
    pub fn flush(&mut self) -> Result<(), Trouble> {
        self.file.flush()
    }

    /// Begins the next file: the older ones are renamed, and one that is too many goes.
    ///
    /// # Errors
    /// The system reports an error, or something is in the way that is not ours.
    pub fn turn(&mut self) -> Result<(), Trouble> {
        let Some(Rotation { files, .. }) = self.rotation else { return Ok(()) };
        self.flush()?;
        for age in (1..files).rev() {
            let from = if age == 1 { self.path.clone() } else { self.aged(age - 1) };
            if from.symlink_metadata().is_ok() {
                crate::screen::rename(&from, &self.aged(age))?;
            }
        }
        self.file = PrivateFile::open(&self.path, Existing::Replace).map_err(Trouble::Failed)?;
        self.written = 0;
        Ok(())
    }

    fn aged(&self, age: u32) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(format!(".{age}"));
        name.into()
    }
}
