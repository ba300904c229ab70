//! How many types the algebra does not carry, and how many calls are described.

use std::collections::{BTreeMap, BTreeSet};
use syscalls::{
    abi::Abi,
    records::netlink,
    table,
    types::{Attributes, Record, Type},
};

/// Finds the custom types below a type.
#[derive(Default)]
struct Customs {
    seen: BTreeSet<usize>,
    found: BTreeMap<usize, &'static str>,
}

impl Customs {
    fn record(&mut self, record: &'static Record) {
        record.fields.iter().for_each(|field| self.visit(&field.ty));
    }

    fn attributes(&mut self, attributes: &'static Attributes) {
        attributes.types.iter().for_each(|(.., ty)| self.visit(ty));
    }

    fn visit(&mut self, ty: &'static Type) {
        if !self.seen.insert(std::ptr::from_ref(ty) as usize) {
            return;
        }
        match ty {
            Type::Custom(custom) | Type::Sized(custom, _) => {
                self.found.insert(std::ptr::from_ref(*custom) as usize, custom.name);
            }
            Type::Packet(_) => {
                for (header, attributes) in netlink::headers() {
                    self.record(header);
                    attributes.iter().for_each(|attributes| self.attributes(attributes));
                }
            }
            Type::Attributes(attributes) => self.attributes(attributes),
            Type::PerAbi(types) => types.iter().for_each(|ty| self.visit(ty)),
            Type::In(ty) | Type::Out(ty) | Type::InOut(ty) | Type::Moved(ty) | Type::Array(ty, _) => {
                self.visit(ty)
            }
            Type::Wide(ty) | Type::One(ty) | Type::Indirect(ty) | Type::Packed(ty) | Type::Labeled(_, ty) => {
                self.visit(ty)
            }
            Type::Later(ty) | Type::Changing(ty) | Type::Retold(_, ty) | Type::Over(ty) => self.visit(ty),
            Type::Macro(_, _, parts) => parts.iter().for_each(|part| self.visit(part)),
            Type::Parts(_, parts) => parts.iter().for_each(|(.., part)| self.visit(part)),
            Type::Failing(_, ty) | Type::Called(_, ty) | Type::Remarked(ty, _) => self.visit(ty),
            Type::Told(given, told) => [given, told].into_iter().for_each(|ty| self.visit(ty)),
            Type::ByVerbosity(plain, verbose) => [plain, verbose].into_iter().for_each(|ty| self.visit(ty)),
            Type::If(_, _, ty) | Type::AtMost(_, _, ty) | Type::Verbose(ty) => self.visit(ty),
            Type::Shifted(_, ty, ..) | Type::Leading(_, _, _, ty) | Type::Bits(_, _, _, ty) => self.visit(ty),
            Type::Tail(_, head, _, tail) => [head, tail].into_iter().for_each(|ty| self.visit(ty)),
            Type::Struct(record) | Type::Extensible(record, ..) | Type::Ordered(record, _) => {
                self.record(record)
            }
            Type::Spread(record) | Type::Dated(record, _) => self.record(record),
            Type::Switch(_, cases, default)
            | Type::SwitchBits(_, _, cases, default)
            | Type::SwitchAt(_, _, cases, default) => {
                cases.iter().for_each(|(_, ty)| self.visit(ty));
                self.visit(default);
            }
            _ => {}
        }
    }
}

/// Most custom types. A call that needs another one is described with the types that are there, or this is raised on
/// purpose, with the reason in the commit.
const CEILING: usize = 126;

#[test]
fn the_types_that_the_algebra_does_not_carry_stay_few() {
    let mut customs = Customs::default();
    for row in table::rows() {
        row.params.iter().for_each(|param| customs.visit(&param.ty));
        customs.visit(&row.result);
        row.note.iter().for_each(|note| customs.visit(note));
    }
    let names: Vec<_> = customs.found.values().collect();
    assert!(names.len() <= CEILING, "{} custom types, at most {CEILING} are wanted: {names:?}", names.len());
}

#[test]
fn most_calls_are_described() {
    // Of those in the kernel's headers: what is missing prints as strace prints a call that it does not know.
    for (abi, least) in Abi::ALL.into_iter().zip([377, 459, 327, 422]) {
        let described = table::rows().filter(|row| row.numbers[abi.index()] >= 0).count();
        assert!(described >= least, "{abi:?}: only {described} calls are described");
    }
}
