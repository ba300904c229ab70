//! Counts the types that need code of their own, and the calls that are described.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use syscalls::{
    abi::Abi,
    records::netlink,
    table,
    types::{Attributes, Record, Type},
};

/// Finds the custom types and structures in a type.
#[derive(Default)]
struct Customs {
    seen: BTreeSet<usize>,
    found: BTreeMap<usize, &'static str>,
    /// The written field names of each structure.
    structures: BTreeMap<usize, (&'static str, Vec<&'static str>)>,
}

impl Customs {
    /// Those of all calls.
    fn of_all() -> Customs {
        let mut customs = Customs::default();
        for row in table::rows() {
            row.params.iter().for_each(|param| customs.visit(&param.ty));
            customs.visit(&row.result);
            row.note.iter().for_each(|note| customs.visit(note));
        }
        customs
    }

    fn record(&mut self, record: &'static Record) {
        let names = record.fields.iter().map(|field| field.name).filter(|name| !name.is_empty());
        self.structures.insert(std::ptr::from_ref(record) as usize, (record.name, names.collect()));
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
            Type::Explained(_, ty) | Type::Located(ty) => self.visit(ty),
            Type::Told(given, told) => [given, told].into_iter().for_each(|ty| self.visit(ty)),
            Type::ByVerbosity(plain, verbose) => [plain, verbose].into_iter().for_each(|ty| self.visit(ty)),
            Type::If(_, _, ty) | Type::AtMost(_, _, ty) | Type::Verbose(ty) => self.visit(ty),
            Type::Shifted(_, ty, ..) | Type::Leading(_, _, _, ty) | Type::Bits(_, _, _, ty) => self.visit(ty),
            Type::Tail(_, head, _, tail) => [head, tail].into_iter().for_each(|ty| self.visit(ty)),
            Type::Struct(record)
            | Type::Extensible(record, ..)
            | Type::Partial(record, _)
            | Type::Ordered(record, _) => self.record(record),
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

/// The most custom types. A call that would need another one is described with the existing types, or this is raised
/// deliberately, with the reason in the commit.
const CEILING: usize = 126;

#[test]
fn the_types_that_the_algebra_does_not_carry_stay_few() {
    let customs = Customs::of_all();
    let names: Vec<_> = customs.found.values().collect();
    assert!(names.len() <= CEILING, "{} custom types, at most {CEILING} are wanted: {names:?}", names.len());
}

#[test]
fn most_calls_are_described() {
    // Of the calls in the kernel's headers. A missing one is written as strace writes an unknown call.
    for (abi, least) in Abi::ALL.into_iter().zip([377, 459, 327, 422]) {
        let described = table::rows().filter(|row| row.numbers[abi.index()] >= 0).count();
        assert!(described >= least, "{abi:?}: only {described} calls are described");
    }
}

/// What structures begin with in the lines that strace wrote: the names of first fields.
fn beginnings() -> BTreeSet<String> {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let files =
        fs::read_dir(recorded).expect("the recorded lines").map(|entry| entry.expect("a file").path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "calls"));
    let text: Vec<String> = files.map(|path| fs::read_to_string(path).expect("text")).collect();
    let after = text.iter().flat_map(|text| text.split('{').skip(1));
    after.filter_map(|rest| Some(rest.get(..64.min(rest.len()))?.split_once('=')?.0.to_string())).collect()
}

/// strace has written a structure of most kinds, and it reads the same here (`tests/recorded.rs`). Structures in custom
/// types are not counted.
#[test]
fn most_structures_are_compared() {
    let customs = Customs::of_all();
    let begins = beginnings();
    // The first field may be one that is not always written.
    let seen = |fields: &[&str]| fields.iter().take(2).any(|field| begins.contains(*field));
    let named = customs.structures.values().filter(|(_, fields)| !fields.is_empty());
    let (compared, others): (Vec<_>, Vec<_>) = named.partition(|(_, fields)| seen(fields));
    let all = compared.len() + others.len();
    println!("{all} structures, {} of them compared", compared.len());
    let others: Vec<_> = others.iter().map(|(name, _)| name).collect();
    assert!(10 * compared.len() >= 9 * all, "not compared: {others:?}");
}
