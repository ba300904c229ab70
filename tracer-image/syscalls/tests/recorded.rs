//! Every recorded call reads exactly as strace wrote it (`tests/oracle/record.py` makes the recordings).

#[path = "recorded/mod.rs"]
mod recorded;

use std::{fs, path::Path};

#[test]
fn every_recorded_call_reads_as_strace_wrote_it() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display())) {
        let path = entry.unwrap_or_else(|error| panic!("{}: {error}", dir.display())).path();
        if path.extension().is_none_or(|extension| extension != "calls") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for mut call in recorded::parse(&text) {
            count += 1;
            let ours = recorded::line(&mut call);
            let strace =
                call.line.unwrap_or_else(|| panic!("{}: a call without a line: {ours}", path.display()));
            if ours != strace {
                wrong.push(format!("{}\n  strace {strace}\n  ours   {ours}", path.display()));
            }
        }
    }
    println!("{count} recorded lines, {} different", wrong.len());
    assert!(count > 4000, "only {count} recorded calls were found in {}", dir.display());
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}
