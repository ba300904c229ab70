//! Results of memory calls.

use crate::{
    decode::Decode,
    gather::{Gather, Scope},
    names::errno,
    snapshot::{Phase, Place},
    types::{Custom, When, Width},
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// A number, or the name of a negative error: where a page of `move_pages` is, or why it is nowhere.
pub static PAGE_STATUS: Custom = Custom::inside("number or error", 4, |decode: &mut Decode<'_>, place| {
    let status = decode.scope.load(place, Width::I32).unwrap_or(0) as i64;
    let error = u16::try_from(status.wrapping_neg()).ok().and_then(errno::describe);
    match error.filter(|_| status < 0) {
        Some((name, _)) => {
            let name = decode.name(name);
            Value::Prefixed(decode.name("-"), Box::new(Value::Word(name)))
        }
        None => Value::Int(status),
    }
});

/// The result of `mincore`: one byte per page, of which only the lowest bit has a meaning.
pub static RESIDENT: Custom = Custom {
    name: "resident pages",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        if let (Place::Register(addr), Some(_)) = (place, gather.scope.snapshot.success()) {
            let count = pages(gather.scope.argument(1)).min(most(&gather.scope).max(1));
            gather.want(addr, count as usize);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let (Place::Register(addr) | Place::Memory { addr, .. }) = place;
        let (count, most) = (pages(decode.scope.argument(1)), most(&decode.scope));
        let mut items = Vec::new();
        let mut cut = count > most;
        for index in 0..count.min(most.max(1)) {
            let at = addr.wrapping_add(index);
            let Some(page) = decode.scope.load(Place::Memory { addr: at, phase: Phase::Exit }, Width::U8)
            else {
                if index == 0 || !decode.scope.depth.verbose {
                    return Value::Addr(addr);
                }
                items.push(decode.unreadable(at));
                cut = false;
                break;
            };
            items.push(Value::Unsigned(page & 1));
        }
        if most == 0 {
            items.clear();
        }
        if decode.scope.snapshot.success().is_none() || addr == 0 {
            return Value::Addr(addr);
        }
        Value::Array { items, cut }
    },
};

/// At most this many pages are written; with `-v`, those of half a gigabyte, at a byte each.
fn most(scope: &Scope<'_>) -> u64 {
    if scope.depth.verbose { 1 << 17 } else { scope.most_elements() as u64 }
}

/// How many pages of 4096 bytes a length takes.
fn pages(length: u64) -> u64 {
    length.div_ceil(4096)
}
