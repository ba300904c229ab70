//! Walks through clap's flags in every mode, so that a new flag without a row is found.

use super::*;
use crate::{
    cli::{self, name_of},
    plan::{Plan, ReplayPlan},
};
use clap::{Arg, CommandFactory};
use std::ffi::OsString;

const MODES: &[(Mode, &[&str])] = &[
    (Mode::Attach, &["api"]),
    (Mode::Command, &["api", "--", "ls"]),
    (Mode::InPlace, &["api", "--in-place"]),
    (Mode::DryRun, &["api", "--dry-run=client"]),
    (Mode::Replay, &["replay", "file"]),
];

fn parse(words: &[String]) -> Result<Args, clap::Error> {
    cli::parse(std::iter::once("kubectl-strace").chain(words.iter().map(String::as_str)).map(OsString::from))
}

/// A command line for a mode with more words before `--`.
fn line(base: &[&str], more: &[String]) -> Vec<String> {
    let words = base.iter().map(|word| (*word).to_owned());
    match base.iter().position(|word| *word == "--") {
        Some(at) => words.clone().take(at).chain(more.iter().cloned()).chain(words.skip(at)).collect(),
        None => words.chain(more.iter().cloned()).collect(),
    }
}

/// How a flag is typed: once with each of its values, if these are few.
fn typed(arg: &Arg, mode: Mode) -> Vec<Vec<String>> {
    let flag = match (arg.get_long(), arg.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => return vec![vec!["--".into(), "ls".into()]],
    };
    if !arg.get_action().takes_values() {
        return vec![vec![flag]];
    }
    let possible: Vec<String> =
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let value = match arg.get_id().as_str() {
        _ if !possible.is_empty() => "",
        "file" if mode == Mode::DryRun => "json",
        "wall" => "unix,ns",
        "relative_precision" | "duration_precision" => "ns",
        "impersonate_extra" => "key=value",
        "sort" => "calls",
        "columns" => "name,calls",
        "request_timeout" | "timeout" | "duration" | "idle" | "watch" => "7s",
        "overhead" => "7us",
        "rotate" => "1MiB,3",
        "from" | "to" => "+3s",
        "around" => "openat",
        "verbosity" => "6",
        id => match arg.get_value_names().and_then(|names| names.first()).map(clap::builder::Str::as_str) {
            Some("NUMBER" | "PERCENT" | "MS" | "PID[,PID]" | "COLUMN" | "UID") => "3",
            Some("SIZE") if id == "strings" => "3",
            Some("SIZE") => "10k",
            Some("EXPR") => "openat",
            Some("FILE" | "NAME" | "REGEX" | "PATH" | "DIR" | "IMAGE" | "TOKEN" | "PASSWORD") => "x",
            Some("SELECTOR") => "app=x",
            Some("URL") => "https://server",
            other => panic!("--{id} takes {other:?}: add here how it is typed"),
        },
    };
    let values = if possible.is_empty() { vec![value.to_owned()] } else { possible };
    values.into_iter().map(|value| vec![format!("{flag}={value}")]).collect()
}

/// The other flags that a flag needs to have an effect.
fn beside(id: &str, mode: Mode) -> &'static str {
    match id {
        "follow" if mode != Mode::Command => "-p 7",
        "max_pods" => "--all-pods",
        "follow_pods" => "-l app=x --all-pods",
        "append" | "separate" if mode != Mode::DryRun => "-o file",
        "append" => "-o json",
        "force" => "--out dir",
        "rotate" => "--record file",
        "max_stop" => "--on-overload=block",
        "password" => "--username=x",
        "allow_tampering" => "-e fault=read",
        "sort" | "columns" | "wall_clock" | "overhead" => "-C",
        _ => "",
    }
}

/// Everything that a command line leads to in a mode. A flag that changes nothing of this does nothing.
fn planned(args: &Args, mode: Mode) -> Result<String, Refusal> {
    let of_cluster = format!("{:?} quiet: {}", args.cluster, args.output.quiet);
    if mode == Mode::Replay {
        return ReplayPlan::new(args).map(|plan| format!("{of_cluster}{plan:?}"));
    }
    let plan = Plan::new(args)?;
    let own = match mode {
        Mode::Attach | Mode::Command | Mode::Replay => format!("{plan:?}"),
        Mode::InPlace => {
            let Plan { selection, output, in_place, duration, max_bytes, keep_going, timeout, .. } = &plan;
            format!("{:?}", (selection, output, in_place, duration, max_bytes, keep_going, timeout))
        }
        Mode::DryRun => {
            let Plan { selection, dry_run, image, pull, profile, custom, timeout, depth, .. } = &plan;
            format!("{:?}", (selection, dry_run, image, pull, profile, custom, timeout, &depth.command))
        }
    };
    Ok(of_cluster + &own)
}

fn effect(args: &Args, mode: Mode) -> String {
    planned(args, mode).unwrap_or_else(|refusal| refusal.to_string())
}

/// The files that the flags name, in a temporary directory.
struct Custom(std::path::PathBuf);

impl Custom {
    fn new() -> Custom {
        let path = std::env::temp_dir().join(format!("kubectl-strace-custom-{}", std::process::id()));
        std::fs::write(&path, "env: []").unwrap();
        Custom(path)
    }
}

impl Drop for Custom {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Checks one flag in one mode.
fn look(arg: &Arg, mode: Mode, base: &[&str], custom: &Custom) {
    let id = arg.get_id().as_str();
    // A selector takes a pod's place.
    let base = if matches!(id, "selector" | "follow_pods") { &base[1..] } else { base };
    let used = mode.of_flag(id).unwrap_or_else(|| {
        panic!("{} has no row in FLAGS (src/plan/modes.rs): say what it does in each mode", name_of(arg))
    });
    let beside: Vec<String> = beside(id, mode).split_whitespace().map(str::to_owned).collect();
    let without = line(base, &beside);
    let before = parse(&without).map(|args| effect(&args, mode)).unwrap_or_default();
    let mut changed = false;
    for mut words in typed(arg, mode) {
        if id == "custom" {
            words = vec![format!("--custom={}", custom.0.display())];
        }
        let value = words[0].split_once('=').map(|(_, value)| value.to_owned()).unwrap_or_default();
        let all = match id {
            "program" => [line(base, &beside), words].concat(),
            _ => line(base, &[beside.clone(), words].concat()),
        };
        let args = match parse(&all) {
            Ok(args) => args,
            // A flag that replay does not have.
            Err(error) if mode == Mode::Replay && matches!(used, Refused(_)) => {
                assert!(error.to_string().contains("unexpected argument '--"), "{all:?}: {error}");
                return;
            }
            Err(error) => panic!("{all:?}: {error}"),
        };
        // What follows -- are files there.
        if Mode::of(&args) != mode || mode == Mode::Replay && id == "program" {
            return;
        }
        let (after, planned) = (effect(&args, mode), planned(&args, mode));
        let refused = |why: &str| {
            let refusal = planned.as_ref().err().unwrap_or_else(|| panic!("{all:?} is accepted in {mode:?}"));
            assert_eq!(refusal.code(), refusal::USAGE, "{all:?}: {refusal}");
            assert!(after.contains(&name_of(arg)) && after.contains(why), "{all:?}: {after}");
        };
        let accepted = || assert!(planned.is_ok(), "{all:?} is refused in {mode:?}: {after}");
        match used {
            Refused(why) => refused(why),
            Only(values, why) if !values.contains(&value.as_str()) => refused(why),
            Only(..) | Checked => accepted(),
            Honoured => {
                accepted();
                changed |= after != before;
            }
        }
    }
    // The base line already has it.
    let stands = id == "in_place" && mode == Mode::InPlace;
    assert!(changed || stands || used != Honoured, "{} changes nothing in {mode:?}", name_of(arg));
}

#[test]
fn every_flag_is_honoured_or_refused_in_every_mode() {
    let (command, custom) = (Args::command(), Custom::new());
    for (mode, base) in MODES {
        // Every line has the pod.
        for arg in command.get_arguments().filter(|arg| arg.get_id() != "what") {
            look(arg, *mode, base, &custom);
        }
    }
    for row in FLAGS {
        assert!(command.get_arguments().any(|arg| arg.get_id() == row.id), "there is no flag {}", row.id);
    }
}

#[test]
fn what_replay_refuses_is_not_in_its_help() {
    let root = Args::command();
    let replay = root.find_subcommand("replay").unwrap();
    for arg in replay.get_arguments().filter(|arg| !arg.is_positional() && !arg.is_global_set()) {
        let refused = matches!(Mode::Replay.of_flag(arg.get_id().as_str()), Some(Refused(_)));
        assert_eq!(arg.is_hide_set(), refused, "{}", name_of(arg));
    }
}

#[test]
fn a_command_that_is_no_trace_takes_its_own_flags_and_the_clusters() {
    let root = Args::command();
    for command in root.get_subcommands() {
        let name = command.get_name();
        let parsed =
            |words: &[String]| parse(words).map(|args| format!("{:?} {:?}", args.command, args.cluster));
        let bare = parsed(&[name.to_owned()]).unwrap();
        for arg in root.get_arguments().filter(|arg| !arg.is_positional()) {
            for words in typed(arg, Mode::Attach) {
                let with = [words, vec![name.to_owned()]].concat();
                // They need other flags.
                if ["password", "append"].contains(&arg.get_id().as_str()) {
                    continue;
                }
                match parsed(&with) {
                    Ok(read) => assert!(arg.is_global_set() && read != bare, "{with:?} does nothing"),
                    Err(error) => {
                        let said = error.to_string();
                        assert!(!arg.is_global_set(), "{with:?}: {said}");
                        let long = arg.get_long().map_or(name_of(arg), |long| format!("--{long}"));
                        assert!(said.contains(&long), "{with:?}: {said}");
                    }
                }
            }
        }
        for arg in command.get_arguments().filter(|arg| !arg.is_positional()) {
            // It needs another flag.
            if arg.get_id() == "append" {
                continue;
            }
            // One value of several may be what stands there anyway.
            let does = typed(arg, Mode::Attach)
                .into_iter()
                .any(|words| parsed(&[vec![name.to_owned()], words].concat()).unwrap() != bare);
            assert!(does, "{name} {} does nothing", name_of(arg));
        }
    }
}

fn refusal(line: &str) -> Refusal {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    Plan::new(&parse(&words).unwrap()).unwrap_err()
}

#[test]
fn a_refusal_names_every_flag_and_says_why() {
    let said = refusal("api --in-place --redact --max-slowdown 20").to_string();
    assert!(said.contains("--max-slowdown and --redact cannot be used with --in-place"), "{said}");
    assert!(said.contains("--redact: the container's own strace hides nothing"), "{said}");
    assert!(said.contains("leave --in-place out"), "{said}");
}

#[test]
fn flags_that_do_nothing_alone_are_refused_alone() {
    for (line, needs) in [
        ("-l a=b --max-pods 3", "--all-pods"),
        ("-l a=b --follow-pods", "--all-pods"),
        ("api --force", "--out DIR"),
        ("api --max-stop 5", "--on-overload block"),
        ("api --on-overload drop --max-stop 5", "--on-overload block"),
    ] {
        let said = refusal(line).to_string();
        assert!(said.contains(&format!("does nothing without {needs}")), "{line}: {said}");
    }
}

#[test]
fn json_refuses_flags_for_text() {
    for flags in ["-x", "--strings-in-hex", "-X raw", "-a 50", "--color always"] {
        let said = refusal(&format!("api --format json {flags}")).to_string();
        assert!(said.contains("cannot be used with --format json"), "{flags}: {said}");
    }
    let words = ["api", "--format=json", "-X", "abbrev", "-ttT", "--color", "never"].map(str::to_owned);
    assert!(Plan::new(&parse(&words).unwrap()).is_ok());
}

#[test]
fn defaults_are_not_refused() {
    // The environment and the configuration file are meant for other runs too.
    let mut args = parse(&["api", "--in-place"].map(str::to_owned)).unwrap();
    args.tracer.place = cli::TracerPlace::Agent;
    assert!(Plan::new(&args).is_ok());
}
