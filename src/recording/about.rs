//! What a recording says of itself, apart from the events: JSON objects, in which a reader ignores what it does not know.

use crate::gap::GapCause;
use serde::{Deserialize, Serialize};

/// About the recording as a whole: the first block of each part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct About {
    /// Its name, which all parts have: 32 hexadecimal digits.
    pub id: String,
    /// Which part this is, from 0.
    pub part: u32,
    /// The release of the plugin that wrote it.
    pub release: String,
    /// When the part was begun, in nanoseconds since 1970 by the clock of the plugin's machine.
    pub begun: i64,
    /// Every container that had been found when the recording was begun.
    pub containers: Vec<Named>,
    /// Whether containers of other pods could come later (`--follow-pods`).
    pub grows: bool,
    /// Whether secrets were hidden (`--redact`).
    pub redacted: bool,
}

/// A container by its names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Named {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
}

/// A container whose stream begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Stream {
    /// The number that the other blocks call it by.
    pub stream: u32,
    /// The pod's namespace.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// Its `metadata.uid`.
    pub pod_uid: String,
    /// Its node.
    pub node: String,
    /// The container.
    pub container: String,
    /// Its id as the kubelet reports it: `containerd://...`.
    pub container_id: String,
    /// Its image as the pod asks for it.
    pub image: String,
    /// The image that runs, by digest where that is known.
    pub image_id: String,
    /// What was asked of the tracer.
    pub asked: Asked,
}

/// What was asked of the tracer: what the events can show, and what they cannot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Asked {
    /// The expressions of `-e`, and of the letters that stand for one.
    pub expressions: Vec<String>,
    /// `-P`
    pub trace_paths: Vec<String>,
    /// `-p`
    pub pids: Vec<i32>,
    /// `--comm`
    pub comm: Vec<String>,
    /// `--exe`
    pub exe: Vec<String>,
    /// The words of the command; none if secrets were hidden.
    pub command: Vec<String>,
    /// `-s`, in bytes.
    pub strings: u32,
    /// `-v`
    pub verbose: bool,
    /// `-y`
    pub paths: bool,
    /// `-N`, JSON
    pub names: bool,
    /// Whether threads have names.
    pub comms: bool,
    /// Whether events say where in the program they happened.
    pub sites: bool,
    /// Whether calls were counted (`--summary-only`, `-C`).
    pub counted: bool,
}

/// Which shard of which stream a shard's number stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// The number.
    pub shard: u16,
    /// The stream.
    pub stream: u32,
    /// Its shard there.
    pub of: u16,
}

/// Nothing of a stream was traced before its next event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapBlock {
    /// The stream.
    pub stream: u32,
    /// The thread of the next event.
    pub tid: i32,
    /// When it began, in nanoseconds since 1970.
    pub from: i64,
    /// When it ended.
    pub to: i64,
    /// Why.
    pub why: GapCause,
}

/// A stream goes on with its container's next life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// The stream.
    pub stream: u32,
    /// After how many restarts.
    pub restarts: u32,
}

/// Everything of a stream so far is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Over {
    /// The stream.
    pub stream: u32,
    /// Whether it is over for good.
    pub last: bool,
}
