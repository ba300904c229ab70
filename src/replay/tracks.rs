//! The recordings that are shown, each with its parts in order, all of them in one order by time.

use crate::{
    container_name::Container,
    recording::{Item, ReadError, Reader, about::About},
    refusal::Refusal,
};
use std::{
    collections::{BTreeMap, VecDeque},
    fs::File,
    io::{BufReader, ErrorKind},
    path::{Path, PathBuf},
};
use syscalls::value::Names;

/// Bytes that are read at once.
const BUFFER: usize = 1 << 17;

/// A file that is being read.
type FileReader = Reader<BufReader<File>>;

/// All recordings.
pub struct Tracks {
    tracks: Vec<Track>,
    containers: Vec<Container>,
    grow: bool,
}

/// One recording.
pub struct Track {
    /// The parts that are still to be read.
    parts: VecDeque<Part>,
    /// The one that is being read.
    reader: Option<FileReader>,
    path: PathBuf,
    /// Its number.
    part: u32,
    /// Whether the part before it was read to its end.
    continues: bool,
    /// Whether nothing but the beginning of the part was given out.
    beginning: bool,
    /// What comes next.
    head: Option<Item>,
    /// The time of the last event, by which recordings are put in order.
    time: u64,
    trouble: Option<Refusal>,
}

struct Part {
    path: PathBuf,
    about: About,
    /// It cannot be opened twice.
    reader: Option<FileReader>,
}

impl Tracks {
    /// Opens all files, and puts the parts of each recording in order.
    ///
    /// # Errors
    /// One of them is no recording that can be read.
    pub fn open(files: &[PathBuf]) -> Result<Tracks, Refusal> {
        let mut recordings: BTreeMap<String, Vec<Part>> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        for path in files {
            let reader = open(path)?;
            let about = reader.about().clone();
            let again = std::fs::metadata(path).is_ok_and(|there| there.is_file());
            let parts = recordings.entry(about.id.clone()).or_insert_with(|| {
                order.push(about.id.clone());
                Vec::new()
            });
            if parts.iter().any(|part| part.about.part == about.part) {
                return Err(Refusal::new(format!(
                    "{} is named twice, or a copy of another file",
                    path.display()
                ))
                .fix("name each file once"));
            }
            parts.push(Part { path: path.clone(), about, reader: (!again).then_some(reader) });
        }
        let (mut containers, mut grow) = (Vec::new(), false);
        let mut tracks = Vec::new();
        for id in order {
            let mut parts = recordings.remove(&id).unwrap_or_default();
            parts.sort_by_key(|part| part.about.part);
            for named in parts.iter().flat_map(|part| &part.about.containers) {
                let container = Container { pod: named.pod.clone(), name: named.container.clone() };
                if !containers.contains(&container) {
                    containers.push(container);
                }
            }
            grow |= parts.iter().any(|part| part.about.grows);
            let mut track = Track {
                parts: parts.into(),
                reader: None,
                path: PathBuf::new(),
                part: 0,
                continues: false,
                beginning: true,
                head: None,
                time: 0,
                trouble: None,
            };
            track.turn();
            track.fill();
            tracks.push(track);
        }
        Ok(Tracks { tracks, containers, grow })
    }

    /// The containers that they are of, as far as their beginnings say.
    pub fn containers(&self) -> Vec<Container> {
        self.containers.clone()
    }

    /// Whether others may come.
    pub fn grow(&self) -> bool {
        self.grow
    }

    /// The recording whose turn it is.
    pub fn next(&self) -> Option<usize> {
        let live = self.tracks.iter().enumerate().filter(|(_, track)| track.head.is_some());
        live.min_by_key(|(_, track)| track.time).map(|(number, _)| number)
    }

    /// A recording.
    pub fn track(&self, number: usize) -> &Track {
        &self.tracks[number]
    }

    /// Takes what comes next of a recording.
    pub fn take(&mut self, number: usize) -> Option<Item> {
        self.tracks[number].head.take()
    }

    /// Looks for what comes after what was taken.
    pub fn advance(&mut self, number: usize) {
        self.tracks[number].fill();
    }

    /// Why recordings could not be read to their ends.
    pub fn troubles(&self) -> Vec<&Refusal> {
        self.tracks.iter().filter_map(|track| track.trouble.as_ref()).collect()
    }
}

impl Track {
    /// The names of a shard.
    pub fn names(&self, shard: u16) -> Option<&Names> {
        self.reader.as_ref()?.names(shard)
    }

    /// Whether the part before the one that is read was read too.
    pub fn continues(&self) -> bool {
        self.continues
    }

    /// Whether this is still the beginning of a part, which repeats what the parts before it have said.
    pub fn is_beginning(&self) -> bool {
        self.continues && self.beginning
    }

    /// Begins to read the next part. `false`: there is none.
    fn turn(&mut self) -> bool {
        let Some(part) = self.parts.pop_front() else { return false };
        self.continues = self.reader.is_some() && part.about.part == self.part + 1;
        self.part = part.about.part;
        self.beginning = true;
        self.path = part.path;
        match part.reader.map_or_else(|| open(&self.path), Ok) {
            Ok(reader) => self.reader = Some(reader),
            Err(refusal) => {
                self.trouble = Some(refusal);
                return false;
            }
        }
        true
    }

    /// Looks for what comes next.
    fn fill(&mut self) {
        while self.head.is_none() {
            let Some(reader) = &mut self.reader else { return };
            match reader.next() {
                Ok(Some(item)) => {
                    if let Item::Event { event, before, .. } = &item {
                        self.beginning &= before;
                        self.time = self.time.max(event.time);
                    }
                    self.head = Some(item);
                }
                Ok(None) => {
                    if !self.turn() {
                        return;
                    }
                }
                Err(error) => {
                    self.trouble = Some(unreadable(&self.path, &error));
                    // What a damaged part hides, the next one does not know of.
                    self.reader = None;
                    if !self.turn() {
                        return;
                    }
                }
            }
        }
    }
}

/// Opens a file, and reads what it says of itself.
fn open(path: &Path) -> Result<FileReader, Refusal> {
    let file = File::open(path).map_err(|error| not_read(path, &error))?;
    Reader::new(BufReader::with_capacity(BUFFER, file)).map_err(|error| match error {
        ReadError::Io(error) => not_read(path, &error),
        error => unreadable(path, &error),
    })
}

fn not_read(path: &Path, error: &std::io::Error) -> Refusal {
    let refusal = Refusal::new(format!("cannot read {}", path.display())).cause(error.to_string());
    match error.kind() {
        ErrorKind::NotFound => {
            refusal.fix("name the file that --record wrote; a pod of the name replay is pod/replay")
        }
        _ => refusal,
    }
}

/// Why a recording is not shown, or not to its end.
fn unreadable(path: &Path, error: &ReadError) -> Refusal {
    let name = path.display();
    match error {
        ReadError::Foreign => Refusal::new(format!("{name} is no recording of kubectl strace"))
            .fix("name a file that --record wrote; the text of -o is read as it is"),
        ReadError::Format(_) | ReadError::Frames(_) => {
            Refusal::new(format!("{name} was made by another version of kubectl strace"))
                .cause(error.to_string())
                .fix("replay it with the version that made it, or with a newer one")
        }
        ReadError::Cut(_) => Refusal::new(format!("{name} is incomplete")).cause(error.to_string()).cause(
            "it is still being written, or whoever wrote it was killed or had no room; everything up to there was shown",
        ),
        ReadError::Damaged { .. } | ReadError::Io(_) => {
            Refusal::new(format!("{name} can be read only up to a point")).cause(error.to_string()).cause(
                "everything up to there was shown",
            )
        }
    }
}
