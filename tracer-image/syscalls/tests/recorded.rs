//! Every recorded call reads exactly as strace wrote it (`tests/oracle/record.py` makes the recordings).

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "recorded/coverage.rs"]
mod coverage;
#[path = "recorded/files.rs"]
mod files;
#[path = "recorded/mod.rs"]
mod recorded;

#[test]
fn every_recorded_call_reads_as_strace_wrote_it() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (path, mut call) in files::all() {
        count += 1;
        let ours = recorded::line(&mut call);
        let strace = call.line.unwrap_or_else(|| panic!("{}: a call without a line: {ours}", path.display()));
        if ours != strace {
            wrong.push(format!("{}\n  strace {strace}\n  ours   {ours}", path.display()));
        }
    }
    println!("{count} recorded lines, {} different", wrong.len());
    assert!(count > 4000, "only {count} recorded calls were found");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}
