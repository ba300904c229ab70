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

/// The copied buffers of a call that has returned, and whether they belong to a vector.
pub fn data(
    row: &'static Row,
    snapshot: &Snapshot,
    depth: DecodeOptions,
    names: &mut Names,
) -> (Vec<Vec<u8>>, bool) {
    let whole =
        DecodeOptions { strings: Snapshot::MOST_BYTES, names: false, raw: false, dump: true, ..depth };
    let mut args = entry(row, snapshot, whole, names);
    args.extend(exit(row, snapshot, whole, names).0);
    let mut buffers = Vec::new();
    let Some(moved) = args.into_iter().nth(1) else { return (buffers, false) };
    let vector = !matches!(moved, Value::Str { .. });
    // Of buffers whose array could not be read to its end, none is dumped.
    if matches!(&moved, Value::Array { items, .. } if matches!(items.last(), Some(Value::Noted(..)))) {
        return (buffers, false);
    }
    collect(moved, names, &mut buffers);
    (buffers, vector)
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
