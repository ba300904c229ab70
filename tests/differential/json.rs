//! `--format json`: every line fits the schema, and passes through jq unchanged.

use super::run::{Bench, Output, Tracer};
use serde_json::Value;
use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
    thread,
};

#[test]
fn every_event_fits_the_schema() {
    let bench = Bench::new("json");
    let path = crate::cluster::root().join("docs/events.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let (mut lines, mut calls) = (0, 0);
    for program in ["files", "fork", "inet", "unix_sockets", "signals", "threads", "every_call 2pp2p2 0"] {
        for options in [&["-f"][..], &["-f", "-v", "-yy", "-Y", "-e", "read=all"]] {
            let options = [options, &["--format", "json"]].concat();
            for text in bench.trace(Tracer::Ours, program, "json", &options, Output::File) {
                for line in text.lines() {
                    assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "raw bytes: {line}");
                    let event: Value = serde_json::from_str(line).unwrap();
                    schema.validate(&event).unwrap_or_else(|why| panic!("{why}: {line}"));
                    calls += usize::from(event["event"] == "call");
                    lines += 1;
                }
            }
        }
    }
    println!("{lines} events fit the schema, {calls} of them calls");
    assert!(calls > 1000, "only {calls} calls");
}

/// jq 1.6 reads numbers as doubles. It writes what it has read, because no number in our output exceeds what a double
/// can hold.
#[test]
fn jq_rounds_nothing() {
    let bench = Bench::new("jq");
    let texts = bench.trace(Tracer::Ours, "every_call ------ 0", "jq", &["--format", "json"], Output::File);
    let text = texts.concat();
    let jq = Command::new("jq").args(["-c", "."]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut jq) = jq else {
        println!("no jq here: not compared");
        return;
    };
    let mut input = jq.stdin.take().unwrap();
    let given = text.clone();
    let writer = thread::spawn(move || input.write_all(given.as_bytes()).unwrap());
    let output = jq.wait_with_output().unwrap();
    writer.join().unwrap();
    let through = String::from_utf8(output.stdout).unwrap();
    let values =
        |text: &str| -> Vec<Value> { text.lines().map(|line| serde_json::from_str(line).unwrap()).collect() };
    assert_eq!(values(&text), values(&through));
}
