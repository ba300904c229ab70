//! The device mapper: `linux/dm-ioctl.h`. A header, and the data of the request at an offset in the header. An offset that
//! is out of range is marked as misplaced.

use crate::{
    decode::Decode,
    gather::Gather,
    names::mapper::MAPPED,
    snapshot::{Phase, Place},
    types::{Custom, Field, I32, Len, Record, Type::*, U32, U64, When},
    value::{Name, Value},
};
use alloc::{boxed::Box, vec::Vec};

/// `struct dm_ioctl`, without its unused last bytes.
static HEADER: Record = Record {
    name: "dm_ioctl",
    fields: &[
        Field::new("version", Packed(&Array(&Int(U32), Len::Fixed(3)))),
        Field::new("data_size", Packed(&Int(U32))),
        Field::new("data_start", Packed(&Int(U32))),
        Field::new("target_count", Packed(&Int(U32))),
        Field::new("open_count", Packed(&Int(I32))),
        Field::new("flags", Packed(&Flags(U32, &MAPPED))),
        Field::new("event_nr", Packed(&Int(U32))),
        Field::padding(Packed(&Int(U32))),
        Field::nonzero("dev", Packed(&Dev(U64))),
        Field::nonzero("name", Chars(128)),
        Field::nonzero("uuid", Chars(129)),
    ],
};
const SIZE: u64 = 305;
/// The supported version of the interface (`DM_VERSION_MAJOR`).
const VERSION: u64 = 4;
/// At most this many bytes of a request's data are read.
const MOST: u64 = 64 * 1024;

/// The requests, by number.
const REMOVE_ALL: u64 = 1;
const LIST_DEVICES: u64 = 2;
const CREATE: u64 = 3;
const REMOVE: u64 = 4;
const RENAME: u64 = 5;
const SUSPEND: u64 = 6;
const STATUS: u64 = 7;
const WAIT: u64 = 8;
const LOAD: u64 = 9;
const CLEAR: u64 = 10;
const DEPENDENCIES: u64 = 11;
const TABLE: u64 = 12;
const LIST_VERSIONS: u64 = 13;
const MESSAGE: u64 = 14;
const GEOMETRY: u64 = 15;
/// `DM_SUSPEND_FLAG`
const TO_SUSPEND: u64 = 2;

/// The data after the header.
enum About {
    /// Nothing.
    Nothing,
    /// A string.
    Text,
    /// Several targets. Each says where the next one is, from itself or from the first one.
    Targets { told: bool },
    /// Devices that this device depends on.
    Dependencies,
    /// Devices by name.
    Devices,
    /// Target types.
    Versions,
    /// A message to a target.
    Message,
}

/// The data of a request, before and after the call.
fn about(request: u64, told: bool) -> About {
    match (request, told) {
        (RENAME | GEOMETRY, false) => About::Text,
        (LOAD, false) => About::Targets { told },
        (MESSAGE, false) => About::Message,
        (TABLE | WAIT, true) => About::Targets { told },
        (DEPENDENCIES, true) => About::Dependencies,
        (LIST_DEVICES, true) => About::Devices,
        (LIST_VERSIONS, true) => About::Versions,
        _ => About::Nothing,
    }
}

/// Whether a request has data after its header, so that its offset is written.
fn has_data(request: u64) -> bool {
    matches!(
        request,
        LIST_DEVICES | RENAME | WAIT | LOAD | DEPENDENCIES | TABLE | LIST_VERSIONS | MESSAGE | GEOMETRY
    )
}

/// Whether a field of the header has a meaning for a request.
fn is_meant(field: &str, request: u64, told: bool, flags: u64) -> bool {
    let counted = matches!(
        request,
        CREATE | RENAME | SUSPEND | STATUS | WAIT | LOAD | CLEAR | DEPENDENCIES | TABLE | MESSAGE
    );
    match field {
        "data_start" => has_data(request),
        "dev" | "name" | "uuid" => !matches!(request, REMOVE_ALL | LIST_DEVICES | LIST_VERSIONS),
        "open_count" => told && counted,
        "target_count" => told && counted || request == LOAD,
        "event_nr" if told => counted,
        "event_nr" => {
            matches!(request, REMOVE | RENAME | WAIT) || request == SUSPEND && flags & TO_SUSPEND == 0
        }
        _ => true,
    }
}

/// The request.
pub static MAPPER_GIVEN: Custom = Custom {
    name: "dm_ioctl, given",
    size: 0,
    when: When::Entry,
    gather,
    decode: |decode, place| device(decode, place, false),
};

/// The result.
pub static MAPPER_TOLD: Custom = Custom {
    name: "dm_ioctl, told",
    size: 0,
    when: When::Entry,
    gather,
    decode: |decode, place| device(decode, place, true),
};

fn gather(gather: &mut Gather<'_>, place: Place) {
    let Place::Memory { addr, phase } = place else { return };
    if phase != gather.scope.phase {
        return;
    }
    gather.want(addr, SIZE as usize);
    if gather.scope.depth.verbose {
        let size = Place::Memory { addr: addr.wrapping_add(12), phase };
        gather.want(addr, gather.scope.load(size, U32).unwrap_or(0).min(MOST) as usize);
    }
}

fn device(decode: &mut Decode<'_>, place: Place, told: bool) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let request = decode.scope.argument(1) & 0xff;
    let at = |offset: u64| Place::Memory { addr: addr.wrapping_add(offset), phase };
    let number = |decode: &Decode<'_>, offset| decode.scope.load(at(offset), U32).unwrap_or(0);
    let Some(Value::Struct { mut fields, .. }) = decode.record(&HEADER, place) else {
        return Value::Addr(addr);
    };
    // Too small to contain its own size: not a header.
    if number(decode, 12) < 12 {
        return Value::Addr(addr);
    }
    let (version, size, start) = (number(decode, 0), number(decode, 12), number(decode, 16));
    let (targets, flags) = (number(decode, 20), number(decode, 28));
    // For a header that is not understood, only what shows that is written.
    let strange = match () {
        () if version != VERSION => Some((1, "unsupported device mapper ABI version")),
        () if size < SIZE => Some((2, "data_size too small")),
        () => None,
    };
    if let Some((kept, remark)) = strange {
        fields.truncate(kept);
        if let Some((name, value)) = fields.pop() {
            fields.push((name, Value::Noted(Box::new(value), remark.into())));
        }
        return Value::Array { items: [Value::Struct { fields, cut: false }].into(), cut: false };
    }
    let header = sorted(decode, fields, |field| is_meant(field, request, told, flags));
    let mut data = Data { decode, addr, phase, size, items: [header].into() };
    let (about, verbose) = (about(request, told), data.decode.scope.depth.verbose);
    let there = match about {
        About::Nothing => false,
        About::Targets { .. } => targets > 0,
        About::Text => true,
        _ => size != start,
    };
    if there && verbose {
        match about {
            About::Nothing => {}
            About::Text => data.text(start),
            About::Targets { told } => data.targets(start, targets, told),
            About::Dependencies => data.dependencies(start),
            About::Devices => data.list(start, &DEVICE, "??? /* misplaced struct dm_name_list */", "name", 8),
            About::Versions => {
                data.list(start, &KIND, "??? /* misplaced struct dm_target_versions */", "name", 0)
            }
            About::Message => data.message(start),
        }
    }
    Value::Array { items: data.items, cut: there && !verbose }
}

/// The fields that have a meaning, in output order: the flags last, the device before the counts.
fn sorted(decode: &Decode<'_>, fields: Vec<(Option<Name>, Value)>, meant: impl Fn(&str) -> bool) -> Value {
    const ORDER: [&str; 10] = [
        "version",
        "data_size",
        "data_start",
        "dev",
        "name",
        "uuid",
        "target_count",
        "open_count",
        "event_nr",
        "flags",
    ];
    let place = |name: &Option<Name>| {
        let name = name.map_or("", |name| decode.known(name));
        ORDER.iter().position(|known| *known == name && meant(known))
    };
    let mut kept: Vec<_> = fields.into_iter().filter_map(|field| Some((place(&field.0)?, field))).collect();
    kept.sort_by_key(|(place, _)| *place);
    Value::Struct { fields: kept.into_iter().map(|(_, field)| field).collect(), cut: false }
}

/// `struct dm_target_spec`
static TARGET: Record = Record {
    name: "dm_target_spec",
    fields: &[
        Field::new("sector_start", Int(U64)),
        Field::new("length", Int(U64)),
        Field::new("status", Int(I32)),
        Field::padding(Int(U32)),
        Field::new("target_type", Chars(16)),
    ],
};
/// `struct dm_target_spec` in a request, when the status is not known yet.
static TARGET_GIVEN: Record = Record {
    name: "dm_target_spec, given",
    fields: &[
        Field::new("sector_start", Int(U64)),
        Field::new("length", Int(U64)),
        Field::padding(Int(U64)),
        Field::new("target_type", Chars(16)),
    ],
};
/// `struct dm_name_list`
static DEVICE: Record = Record {
    name: "dm_name_list",
    fields: &[Field::new("dev", Packed(&Dev(U64))), Field::padding(Int(U32))],
};
/// `struct dm_target_versions`
static KIND: Record = Record {
    name: "dm_target_versions",
    fields: &[Field::padding(Int(U32)), Field::new("version", Array(&Int(U32), Len::Fixed(3)))],
};

/// The data after a header, item by item.
struct Data<'a, 'b> {
    decode: &'a mut Decode<'b>,
    addr: u64,
    phase: Phase,
    size: u64,
    items: Vec<Value>,
}

impl Data<'_, '_> {
    fn place(&self, offset: u64) -> Place {
        Place::Memory { addr: self.addr.wrapping_add(offset), phase: self.phase }
    }

    fn misplaced(&mut self, remark: &'static str) {
        let word = Value::Word(self.decode.name(remark));
        self.items.push(word);
    }

    /// A string that ends with the data.
    fn string(&mut self, offset: u64) -> Value {
        let Place::Memory { addr, phase } = self.place(offset) else { return Value::Addr(0) };
        let (room, most) = (self.size.saturating_sub(offset) as usize, self.decode.scope.depth.strings);
        if room == 0 {
            return Value::bytes(&[]);
        }
        let (mut bytes, ended) = self.decode.scope.text(phase, addr, room);
        if !ended && bytes.len() < room.min(most.saturating_add(1)) {
            return Value::Addr(addr);
        }
        let cut = !ended || bytes.len() > most;
        bytes.truncate(most);
        Value::Str { bytes, cut }
    }

    /// A record followed by a string, which is written under a name.
    fn item(&mut self, record: &'static Record, offset: u64, size: u64, name: &'static str) -> bool {
        let place = self.place(offset);
        let Place::Memory { addr, .. } = place else { return false };
        if self.items.len() > self.decode.scope.most_elements() {
            self.misplaced("...");
            return false;
        }
        let Some(Value::Struct { mut fields, cut }) = self.decode.record(record, place) else {
            self.items.push(Value::Addr(addr));
            return false;
        };
        let string = (Some(self.decode.name(name)), self.string(offset + size));
        // A version follows its name.
        let before = usize::from(!core::ptr::eq(record, &raw const KIND)) * fields.len();
        fields.insert(before, string);
        self.items.push(Value::Struct { fields, cut });
        true
    }

    fn text(&mut self, start: u64) {
        if start > self.size {
            return self.misplaced("??? /* misplaced string */");
        }
        let name = self.decode.name("string");
        let fields = [(Some(name), self.string(start))].into();
        self.items.push(Value::Struct { fields, cut: false });
    }

    fn targets(&mut self, start: u64, count: u64, told: bool) {
        let (mut offset, mut least) = (start, start);
        for _ in 0..count {
            if offset < least || offset + 40 > self.size {
                return self.misplaced("??? /* misplaced struct dm_target_spec */");
            }
            let record = if told { &TARGET } else { &TARGET_GIVEN };
            if !self.item(record, offset, 40, "string") {
                return;
            }
            let next = self.decode.scope.load(self.place(offset + 20), U32).unwrap_or(0);
            least = offset + 40 + 1;
            offset = next + if told { start } else { offset };
        }
    }

    fn dependencies(&mut self, start: u64) {
        let place = self.place(start);
        let Place::Memory { addr, .. } = place else { return };
        const MISPLACED: &str = "??? /* misplaced struct dm_target_deps */";
        if start + 8 > self.size {
            return self.misplaced(MISPLACED);
        }
        let Some(count) = self.decode.scope.load(place, U32) else {
            return self.items.push(Value::Addr(addr));
        };
        if start + 8 + 8 * count > self.size {
            return self.misplaced(MISPLACED);
        }
        let devices = self.decode.several(&Dev(U64), count, self.place(start + 8));
        let devices = devices.unwrap_or(Value::Addr(addr.wrapping_add(8)));
        let fields = [
            (Some(self.decode.name("count")), Value::Unsigned(count)),
            (Some(self.decode.name("deps")), devices),
        ];
        self.items.push(Value::Struct { fields: fields.into(), cut: false });
    }

    /// Records. A field at an offset in each says where the next one is, counted from the record itself.
    fn list(
        &mut self,
        start: u64,
        record: &'static Record,
        misplaced: &'static str,
        name: &'static str,
        next_at: u64,
    ) {
        let size = if next_at == 0 { 16 } else { 12 };
        let mut offset = start;
        loop {
            if offset + size > self.size {
                return self.misplaced(misplaced);
            }
            if !self.item(record, offset, size, name) {
                return;
            }
            match self.decode.scope.load(self.place(offset + next_at), U32) {
                None | Some(0) => return,
                Some(next) => {
                    if next_at != 0 {
                        self.event(offset + size, offset, next);
                    }
                    // The next record is at least after the end of this one's string.
                    if next <= size {
                        return self.misplaced(misplaced);
                    }
                    offset += next;
                }
            }
        }
    }

    /// After the name of a device, newer kernels (interface 4.37) return the number of its last event.
    fn event(&mut self, name: u64, from: u64, next: u64) {
        let Place::Memory { addr, phase } = self.place(name) else { return };
        let (text, _) = self.decode.scope.text(phase, addr, next as usize);
        let at = (name + text.len() as u64 + 1).next_multiple_of(8);
        let minor = self.decode.scope.load(self.place(4), U32).unwrap_or(0);
        if minor < 37 || at + 4 > from + next {
            return;
        }
        let number = self.decode.scope.load(self.place(at), U32);
        let word = self.decode.name("event_nr");
        if let (Some(number), Some(Value::Struct { fields, .. })) = (number, self.items.last_mut()) {
            fields.push((Some(word), Value::Unsigned(number)));
        }
    }

    fn message(&mut self, start: u64) {
        let place = self.place(start);
        let Place::Memory { addr, .. } = place else { return };
        if start + 8 > self.size {
            return self.misplaced("??? /* misplaced struct dm_target_msg */");
        }
        let Some(sector) = self.decode.scope.load(place, U64) else {
            return self.items.push(Value::Addr(addr));
        };
        let fields = [
            (Some(self.decode.name("sector")), Value::Unsigned(sector)),
            (Some(self.decode.name("message")), self.string(start + 8)),
        ];
        self.items.push(Value::Struct { fields: fields.into(), cut: false });
    }
}
