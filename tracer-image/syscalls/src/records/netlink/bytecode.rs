//! Socket filters: `INET_DIAG_REQ_BYTECODE`, of whose program strace writes the first step (`linux/inet_diag.h`).

use crate::{
    decode::Decode,
    names::{netlink_diag::INET_DIAG_BC, network::FAMILIES},
    records::socket,
    snapshot::Place,
    types::{
        Custom, Field, Record,
        Type::{self, *},
        U8, U16, U32,
    },
    value::Value,
};
use alloc::vec::Vec;

/// `struct inet_diag_bc_op`
static STEP: Record = Record {
    name: "inet_diag_bc_op",
    fields: &[
        Field::new("code", Symbol(U8, &INET_DIAG_BC)),
        Field::new("yes", Int(U8)),
        Field::new("no", Int(U16)),
    ],
};
/// `struct inet_diag_hostcond`, without the address after it.
static HOST: Record = Record {
    name: "inet_diag_hostcond",
    fields: &[
        Field::new("family", Symbol(U8, &FAMILIES)),
        Field::new("prefix_len", Int(U8)),
        Field::new("port", Int(U32)),
    ],
};
/// `struct inet_diag_markcond`
static MARK: Record = Record {
    name: "inet_diag_markcond",
    fields: &[Field::new("mark", Int(U32)), Field::new("mask", Int(U32))],
};
const DEVICE: Type = Interface;
const SIZE: usize = 4;
const AF_INET: u64 = 2;
const AF_INET6: u64 = 10;

/// The first step, and its operand.
pub(super) static BYTECODE: Custom =
    Custom::inside("bytecode of inet_diag", 0, |decode: &mut Decode<'_>, place| {
        let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
        let len = decode.scope.extent;
        let Some(step) = decode.record(&STEP, place).filter(|_| len >= SIZE) else {
            return decode.rest_in_hex(phase, addr, len);
        };
        let (behind, left) = (addr.wrapping_add(SIZE as u64), len - SIZE);
        let at = Place::Memory { addr: behind, phase };
        let code = decode.scope.load(place, U8).unwrap_or(0);
        let mut parts = Vec::from([step]);
        if left == 0 {
            return Value::List(parts);
        }
        let operand = match code {
            // A port is in a step of its own.
            2..=5 if left >= SIZE => decode.record(&STEP, at),
            7 | 8 if left >= 8 => host(decode, at, left - 8),
            9 if left >= SIZE => decode.try_value(&DEVICE, at),
            10 if left >= 8 => decode.record(&MARK, at),
            _ => None,
        };
        let operand = operand.unwrap_or_else(|| decode.rest_in_hex(phase, behind, left));
        parts.push(operand);
        Value::List(parts)
    });

/// A host, with an address as long as its family's; for other families, the remaining bytes.
fn host(decode: &mut Decode<'_>, place: Place, left: usize) -> Option<Value> {
    let Place::Memory { addr, phase } = place else { return None };
    let Value::Struct { mut fields, cut } = decode.record(&HOST, place)? else { return None };
    let behind = addr.wrapping_add(8);
    let bytes = decode.scope.bytes(phase, behind, left.min(16));
    let name = decode.name("addr");
    match decode.scope.load(place, U8) {
        _ if left == 0 => {}
        Some(AF_INET) if let Some(host) = bytes.first_chunk::<4>() => {
            fields.push((Some(name), socket::inet_addr(decode, u32::from_be_bytes(*host))));
        }
        Some(AF_INET6) if let Some(host) = bytes.first_chunk::<16>() => {
            fields.push((None, socket::inet_pton(decode, *host, "addr")));
        }
        _ => fields.push((Some(name), decode.rest_in_hex(phase, behind, left))),
    }
    Some(Value::Struct { fields, cut })
}
