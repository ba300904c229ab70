//! The classes of `-e trace=%class` contain the same calls as strace's, and follow from the calls' types.

use std::collections::{BTreeMap, BTreeSet};
use syscalls::{
    filter::CLASSES,
    table::{self, Row, class},
    types::Type,
};

/// The contents of strace's classes, on x86_64 and i386.
const RECORDED: &str = include_str!("recorded/classes");

fn recorded() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let lines = RECORDED.lines().filter(|line| !line.starts_with('#'));
    let classes: BTreeMap<_, _> = lines
        .map(|line| {
            let (class, calls) = line.split_once(": ").unwrap_or_else(|| panic!("no class: {line}"));
            (
                class.strip_prefix('%').unwrap_or_else(|| panic!("no class: {line}")),
                calls.split(' ').collect(),
            )
        })
        .collect();
    assert!(classes.len() >= 17, "only {} classes are recorded", classes.len());
    classes
}

/// Calls that only Arm has, and that are therefore not in the recording.
const OF_ARM: &[&str] = &["recv", "send", "sync_file_range2"];

#[test]
fn every_class_holds_what_strace_holds() {
    let mut wrong = Vec::new();
    for (name, strace) in recorded() {
        let Some((_, bit)) = CLASSES.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("no class %{name}"));
            continue;
        };
        for row in table::rows().filter(|row| !OF_ARM.contains(&row.name)) {
            match (row.classes & bit != 0, strace.contains(row.name)) {
                (true, false) => wrong.push(format!("{} is in %{name}, but not in strace's", row.name)),
                (false, true) => wrong.push(format!("{} is not in %{name}, but in strace's", row.name)),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the call has an argument or result of a wanted type.
fn takes(row: &'static Row, wanted: fn(&Type) -> bool) -> bool {
    row.params.iter().any(|param| wanted(&param.ty)) || wanted(&row.result)
}

/// Calls that take a path but are in no class of files, as in strace.
const PATHS_OF_OTHERS: &[&str] = &[
    // Names of queues look like paths, but have a namespace of their own.
    "mq_open",
    "mq_unlink",
];

#[test]
fn a_call_that_takes_a_path_is_one_of_files() {
    for row in table::rows() {
        let path = takes(row, |ty| matches!(ty, Type::In(Type::Path) | Type::Out(Type::Path)));
        let exception = PATHS_OF_OTHERS.contains(&row.name);
        if path {
            assert_eq!(row.classes & class::FILE != 0, !exception, "{}", row.name);
        } else {
            assert!(!exception, "{} takes no path", row.name);
        }
    }
}

/// Calls that take or return a descriptor but are not in strace's `%desc`.
const DESCRIPTORS_OF_OTHERS: &[&str] = &[];

#[test]
fn a_call_that_takes_a_descriptor_is_one_of_descriptors() {
    for row in table::rows() {
        let fd = takes(row, |ty| matches!(ty, Type::Fd | Type::Dirfd));
        // strace has socket calls only in %network.
        let exception = row.classes & class::NETWORK != 0 || DESCRIPTORS_OF_OTHERS.contains(&row.name);
        if fd && !exception {
            assert!(row.classes & class::DESC != 0, "{}", row.name);
        }
    }
}
