//! The full data that a call read or wrote: `-e read=`, `-e write=`.

use super::{entry, exit};
use crate::{
    row::Row,
    scope::DecodeOptions,
    snapshot::Snapshot,
    value::{Names, Value},
};
use alloc::vec::Vec;

/// The direction in which a call moves data between its memory and the descriptor in its first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the descriptor.
    Read,
    /// To the descriptor.
    Write,
}

const READ: &[&str] = &[
    "read",
    "pread64",
    "readv",
    "preadv",
    "preadv2",
    "recv",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "recvmmsg_time64",
];
const WRITE: &[&str] = &[
    "write", "pwrite64", "writev", "pwritev", "pwritev2", "vmsplice", "send", "sendto", "sendmsg", "sendmmsg",
];

/// In which direction a call moves data, if it does.
pub fn direction(row: &Row) -> Option<Direction> {
    match row.name {
        name if READ.contains(&name) => Some(Direction::Read),
        name if WRITE.contains(&name) => Some(Direction::Write),
        _ => None,
    }
}

/// What a call moved.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Data {
    /// The copied buffers.
    pub buffers: Vec<Vec<u8>>,
    /// Whether they are numbered, as the buffers of a vector are.
    pub vector: bool,
    /// Of a call of several messages: how many of the buffers, in their order, belong to each that was moved.
    pub messages: Vec<u32>,
}

/// Calls of several messages; they return how many.
const MESSAGES: &[&str] = &["recvmmsg", "recvmmsg_time64", "sendmmsg"];

/// The data of a call that has returned.
pub fn data(row: &'static Row, snapshot: &Snapshot, depth: DecodeOptions, names: &mut Names) -> Data {
    let whole =
        DecodeOptions { strings: Snapshot::MOST_BYTES, names: false, raw: false, dump: true, ..depth };
    let mut args = entry(row, snapshot, whole, names);
    args.extend(exit(row, snapshot, whole, names).0);
    let mut data = Data::default();
    let Some(moved) = args.into_iter().nth(1) else { return data };
    let vector = !matches!(moved, Value::Str { .. });
    // Of buffers whose array could not be read to its end, none is dumped.
    if matches!(&moved, Value::Array { items, .. } if matches!(items.last(), Some(Value::Noted(..)))) {
        return data;
    }
    data.vector = vector;
    match moved {
        Value::Array { items, .. } if MESSAGES.contains(&row.name) => {
            let count = snapshot.success().and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
            for message in items.into_iter().take(count) {
                let before = data.buffers.len();
                collect(message, names, &mut data.buffers);
                data.messages.push((data.buffers.len() - before) as u32);
            }
        }
        moved => collect(moved, names, &mut data.buffers),
    }
    data
}

/// The buffers in an argument: the argument itself, or those of a vector in it.
fn collect(value: Value, names: &Names, buffers: &mut Vec<Vec<u8>>) {
    match value {
        Value::Str { bytes, .. } => buffers.push(bytes),
        Value::Array { items, .. } => items.into_iter().for_each(|item| collect(item, names, buffers)),
        Value::Struct { fields, .. } => {
            for (name, value) in fields {
                // A buffer that is not there still keeps its place.
                if let (Some(name), Value::Addr(_) | Value::NotCaptured(_)) = (name, &value)
                    && names.text(name) == "iov_base"
                {
                    buffers.push(Vec::new());
                }
                if name.is_some_and(|name| matches!(names.text(name), "iov_base" | "msg_iov" | "msg_hdr")) {
                    collect(value, names, buffers);
                }
            }
        }
        _ => {}
    }
}
