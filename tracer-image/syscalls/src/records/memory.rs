//! What calls on memory fill in.

use crate::{
    decode::Decode,
    gather::Gather,
    snapshot::{Phase, Place},
    types::{Custom, When, Width},
    value::Value,
};
use alloc::vec::Vec;

/// What `mincore` says: a byte for each page, of which only the lowest bit has a meaning.
pub static RESIDENT: Custom = Custom {
    name: "resident pages",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        if let (Place::Register(addr), Some(_)) = (place, gather.scope.snapshot.success()) {
            let count = pages(gather.scope.argument(1)).min(gather.scope.most_elements().max(1) as u64);
            gather.want(addr, count as usize);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let (Place::Register(addr) | Place::Memory { addr, .. }) = place;
        let (count, most) = (pages(decode.scope.argument(1)), decode.scope.most_elements() as u64);
        let mut items = Vec::new();
        for index in 0..count.min(most.max(1)) {
            let at = Place::Memory { addr: addr.wrapping_add(index), phase: Phase::Exit };
            let Some(page) = decode.scope.load(at, Width::U8) else { return Value::Addr(addr) };
            items.push(Value::Unsigned(page & 1));
        }
        items.truncate(most as usize);
        if decode.scope.snapshot.success().is_none() || addr == 0 {
            return Value::Addr(addr);
        }
        Value::Array { items, cut: count > most }
    },
};

/// How many pages of 4096 bytes a length takes.
fn pages(length: u64) -> u64 {
    length.div_ceil(4096)
}
