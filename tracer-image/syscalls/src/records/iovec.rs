//! `struct iovec`: buffers that a call gathers from or scatters into.

use crate::{
    decode::Decode,
    gather::Gather,
    snapshot::{Phase, Place},
    types::{
        Custom, Field, Len, Record, Size,
        Type::{Addr, Bytes, In, Int},
        When,
    },
    value::Value,
};
use alloc::vec::Vec;

/// A buffer that the kernel reads.
pub static IOVEC: Record = Record {
    name: "iovec",
    fields: &[Field::new("iov_base", In(&Bytes(Len::Arg(1)))), Field::new("iov_len", Int(Size))],
};

/// A buffer whose bytes are not read: it belongs to another process, or was not filled.
pub static IOVEC_ADDRESSES: Record =
    Record { name: "iovec", fields: &[Field::new("iov_base", Addr), Field::new("iov_len", Int(Size))] };

/// At most this many buffers are read: the kernel accepts `UIO_MAXIOV`.
const MOST: usize = 1024;

/// An array of buffers that the kernel has filled one after another, with as many bytes as the call returned. Its length
/// is the number of buffers.
pub static FILLED_IOVECS: Custom = Custom {
    name: "iovec, filled",
    size: MOST,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        if let Some(addr) = gather.scope.pointer(place) {
            let total = gather.scope.snapshot.success();
            let count = gather.scope.extent;
            gather_buffers(gather, FILLED, addr, count, total);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let total = decode.scope.snapshot.success();
        let count = decode.scope.extent;
        buffers(decode, FILLED, addr, count, total)
    },
};

const FILLED: Stops = Stops { array: Phase::Entry, bytes: Phase::Exit, socket: false };

/// When the parts of an array of buffers are read.
#[derive(Clone, Copy, Debug)]
pub struct Stops {
    /// The array itself.
    pub array: Phase,
    /// The bytes in its buffers.
    pub bytes: Phase,
    /// Whether they pass through a socket, which may be a netlink socket.
    pub socket: bool,
}

/// Asks for an array of buffers and the first `total` bytes in them.
pub fn gather_buffers(gather: &mut Gather<'_>, stops: Stops, addr: u64, count: usize, total: Option<u64>) {
    let scope = gather.scope;
    let size = 2 * scope.abi().pointer();
    let most = count.min(gather.most_elements());
    if scope.phase == stops.array {
        gather.want(addr, count.min(most + 1).saturating_mul(size));
    }
    let Some(mut left) = total.filter(|_| scope.phase == stops.bytes) else { return };
    for index in 0..most {
        let (Some(base), Some(len)) = buffer(&scope, stops.array, addr, index) else { break };
        let taken = len.min(left);
        left -= taken;
        let taken = usize::try_from(taken).unwrap_or(usize::MAX);
        match stops.socket {
            true => gather.packet(base, taken),
            false => gather.want(base, taken.min(gather.most_bytes())),
        }
    }
}

/// The buffers with the first `total` bytes in them; without a total, their addresses.
pub fn buffers(decode: &mut Decode<'_>, stops: Stops, addr: u64, count: usize, total: Option<u64>) -> Value {
    let size = 2 * decode.scope.abi().pointer();
    let most = decode.scope.most_elements();
    let mut left = total.unwrap_or(0);
    let mut items = Vec::new();
    if addr == 0 {
        return Value::Addr(0);
    }
    for index in 0..count.min(most + 1) {
        let (Some(base), Some(len)) = buffer(&decode.scope, stops.array, addr, index) else {
            if index == 0 {
                return Value::Addr(addr);
            }
            items.push(decode.unreadable(addr.wrapping_add((index * size) as u64)));
            return Value::Array { items, cut: false };
        };
        if index == most {
            break;
        }
        let taken = len.min(left);
        left -= taken;
        let bytes = match total {
            Some(_) if base != 0 => {
                let taken = usize::try_from(taken).unwrap_or(usize::MAX);
                match stops.socket {
                    true => decode.packet(base, stops.bytes, taken),
                    false => decode.buffer(base, stops.bytes, taken),
                }
            }
            _ => None,
        };
        let fields = [
            (Some(decode.name("iov_base")), bytes.unwrap_or(Value::Addr(base))),
            (Some(decode.name("iov_len")), Value::Unsigned(len)),
        ];
        items.push(Value::Struct { fields: fields.into(), cut: false });
    }
    Value::Array { items, cut: count > most }
}

/// Address and length of one buffer.
fn buffer(
    scope: &crate::gather::Scope<'_>,
    home: Phase,
    addr: u64,
    index: usize,
) -> (Option<u64>, Option<u64>) {
    let word = scope.abi().pointer();
    let at =
        |offset| Place::Memory { addr: addr.wrapping_add((2 * word * index + offset) as u64), phase: home };
    (scope.load(at(0), Size), scope.load(at(word), Size))
}
