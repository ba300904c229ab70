//! `--format json`: every line fits the schema, and goes through jq unchanged.

use super::run::{Bench, Output, Tracer};
use regex::Regex;
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
    let (mut lines, mut calls) = (0, 0);
    for program in ["files", "fork", "inet", "unix_sockets", "signals", "threads", "every_call 2pp2p2 0"] {
        for options in [&["-f"][..], &["-f", "-v", "-yy", "-Y", "-e", "read=all"]] {
            let options = [options, &["--format", "json"]].concat();
            for text in bench.trace(Tracer::Ours, program, "json", &options, Output::File) {
                for line in text.lines() {
                    assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "raw bytes: {line}");
                    let event: Value = serde_json::from_str(line).unwrap();
                    check(&schema, &schema, &event).unwrap_or_else(|why| panic!("{why}: {line}"));
                    calls += usize::from(event["event"] == "call");
                    lines += 1;
                }
            }
        }
    }
    println!("{lines} events fit the schema, {calls} of them calls");
    assert!(calls > 1000, "only {calls} calls");
}

/// jq 1.6 reads numbers as doubles: what it writes again is what it read, because nothing is a number that a double
/// does not hold.
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

/// Checks a value against that part of JSON Schema which our schema uses.
fn check(root: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let Value::Object(rules) = schema else { return Err("a schema is an object".into()) };
    for (rule, with) in rules {
        let good = match rule.as_str() {
            "$schema" | "title" | "description" | "$defs" => true,
            "$ref" => {
                let name = with.as_str().and_then(|name| name.strip_prefix("#/$defs/")).unwrap();
                check(root, &root["$defs"][name], value)?;
                true
            }
            "const" => value == with,
            "enum" => with.as_array().unwrap().contains(value),
            "type" => {
                let one = |name: &Value| match name.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    other => panic!("no such type: {other}"),
                };
                with.as_array().map_or_else(|| one(with), |names| names.iter().any(one))
            }
            "required" => {
                value.is_object()
                    && with.as_array().unwrap().iter().all(|key| {
                        !value[key.as_str().unwrap()].is_null() || value.get(key.as_str().unwrap()).is_some()
                    })
            }
            "properties" => {
                for (key, schema) in with.as_object().unwrap() {
                    if let Some(member) = value.get(key) {
                        check(root, schema, member).map_err(|why| format!("{key}: {why}"))?;
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = rules.get("properties").and_then(Value::as_object);
                for (key, member) in value.as_object().into_iter().flatten() {
                    if known.is_none_or(|known| !known.contains_key(key)) {
                        if *with == Value::Bool(false) {
                            return Err(format!("a property too many: {key}"));
                        }
                        check(root, with, member).map_err(|why| format!("{key}: {why}"))?;
                    }
                }
                true
            }
            "items" => {
                value.as_array().into_iter().flatten().try_for_each(|item| check(root, with, item))?;
                true
            }
            "anyOf" => with.as_array().unwrap().iter().any(|schema| check(root, schema, value).is_ok()),
            "not" => check(root, with, value).is_err(),
            "pattern" => {
                let pattern = Regex::new(with.as_str().unwrap()).unwrap();
                value.as_str().is_some_and(|text| pattern.is_match(text))
            }
            "minimum" => value.as_i64().is_some_and(|number| number >= with.as_i64().unwrap()),
            "maximum" => value.as_i64().is_some_and(|number| number <= with.as_i64().unwrap()),
            other => panic!("the schema has a rule that this test does not know: {other}"),
        };
        if !good {
            return Err(format!("{value} is not {rule} {with}"));
        }
    }
    Ok(())
}
