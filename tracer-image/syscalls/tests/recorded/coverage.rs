//! `docs/coverage.md`: the calls, their ABIs, how they are decoded and what they are compared with.

use crate::files;
use std::{collections::BTreeMap, env, fmt::Write, fs, path::Path};
use syscalls::{
    abi::Abi,
    table::{self, Row},
    types::Type,
};

/// Whether the target of a pointer is shown.
fn looks_behind(ty: &Type) -> bool {
    match ty {
        Type::In(_) | Type::Out(_) | Type::InOut(_) | Type::Moved(_) | Type::Told(..) => true,
        Type::Custom(_) | Type::Sized(..) => true,
        Type::Switch(_, cases, default) | Type::SwitchBits(_, _, cases, default) => {
            cases.iter().any(|(_, ty)| looks_behind(ty)) || looks_behind(default)
        }
        Type::If(_, _, ty) | Type::AtMost(_, _, ty) | Type::Verbose(ty) | Type::Wide(ty) => looks_behind(ty),
        Type::PerAbi(types) => types.iter().any(looks_behind),
        _ => false,
    }
}

/// How many lines of strace are compared with ours, by ABI and number.
fn lines() -> BTreeMap<(usize, u64), usize> {
    let mut lines = BTreeMap::new();
    for (_, call) in files::all() {
        *lines.entry((call.abi.index(), call.number)).or_insert(0) += 1;
    }
    lines
}

fn page() -> String {
    let lines = lines();
    let rows: BTreeMap<&str, Vec<&Row>> = table::rows().fold(BTreeMap::new(), |mut rows, row| {
        rows.entry(row.name).or_insert_with(Vec::new).push(row);
        rows
    });
    let count = |abi: Abi| table::rows().filter(|row| row.numbers[abi.index()] >= 0).count();
    let recorded: usize = lines.values().sum();
    let mut page = format!(
        "# Coverage

Made by a test (`make coverage`), from the table itself and from what strace 7.2 wrote.

{} calls are described: {} of x86_64, {} of i386, {} of aarch64, {} of arm. {recorded} lines of strace 7.2, of calls that
were made up, are in the repository, and every one reads the same here. Every call is also made by number, with numbers,
pointers and both as arguments, under strace 7.2 and under this tracer, and compared line by line: those of x86_64 and
i386 on the machine that runs the tests (`tests/differential`, `make fidelity`), those of aarch64 and arm in an emulated one
(`tests/kernel/traces.rs`).

*behind pointers*: what arguments point at is shown. *arguments*: there is nothing behind them, or nobody says what. A number
is how many recorded lines are compared; `-`: the ABI has no such call. Numbers and constants are those of the kernel's
headers (`tracer-image/syscalls/tests/headers.rs`); arm's calls of before the EABI have theirs of i386, as in strace.

| call | shown | x86_64 | i386 | aarch64 | arm |
|---|---|---|---|---|---|
",
        rows.len(),
        count(Abi::X86_64),
        count(Abi::I386),
        count(Abi::Aarch64),
        count(Abi::Arm),
    );
    for (name, rows) in rows {
        let deep = rows.iter().flat_map(|row| row.params).any(|param| looks_behind(&param.ty));
        let _ = write!(page, "| {name} | {} |", if deep { "behind pointers" } else { "arguments" });
        for abi in Abi::ALL {
            let numbers: Vec<u64> =
                rows.iter().filter_map(|row| u64::try_from(row.numbers[abi.index()]).ok()).collect();
            let compared: usize =
                numbers.iter().filter_map(|number| lines.get(&(abi.index(), *number))).sum();
            let _ = match (numbers.is_empty(), compared) {
                (true, _) => write!(page, " - |"),
                (false, 0) => write!(page, " yes |"),
                (false, compared) => write!(page, " {compared} |"),
            };
        }
        page.push('\n');
    }
    page
}

#[test]
fn the_coverage_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/coverage.md");
    if env::var_os("WRITE_COVERAGE").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(), "docs/coverage.md is not what the table says: run make coverage");
}

/// The code in `docs/adding-a-call.md` is in the sources.
#[test]
fn the_example_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../../docs/adding-a-call.md")).unwrap();
    let mut sources = String::new();
    for part in ["src/families", "src/records"] {
        let files = fs::read_dir(root.join(part)).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.is_file()).for_each(|path| sources += &fs::read_to_string(path).unwrap());
    }
    let blocks = page.split("```rust\n").skip(1).filter_map(|block| Some(block.split_once("```")?.0));
    let lines: Vec<&str> = blocks.flat_map(str::lines).collect();
    assert!(lines.len() > 5);
    lines.iter().for_each(|line| assert!(sources.contains(line.trim()), "not in the sources: {line}"));
}
