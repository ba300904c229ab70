//! What command lines are planned as.

use super::*;
use crate::targets::Target;
use std::ffi::OsString;
use wire::summary::Counting;

fn plan(line: &str) -> Result<Plan, Refusal> {
    let line = std::iter::once("kubectl-strace").chain(line.split_whitespace()).map(OsString::from);
    Plan::new(&crate::cli::parse(line).unwrap())
}

fn target() -> Target {
    Target {
        namespace: "demo".into(),
        pod: "api".into(),
        container: "app".into(),
        id: "id".into(),
        started: None,
        secrets: message::Redact { paths: vec!["/run/x".into()], variables: Vec::new() },
    }
}

#[test]
fn strace_letters_work_together() {
    let plan = plan("-ffttTy -o FILE -s 200 pod/api").unwrap();
    assert_eq!(plan.output, TraceOutput::Threads { base: "FILE".into(), append: false });
    assert_eq!(plan.lines.wall, Some(Wall::Time(Precision::Micros)));
    assert_eq!(plan.lines.spent, Some(Precision::Micros));
    assert_eq!((plan.lines.prefix, plan.lines.split), (Prefix::None, true));
    assert_eq!((plan.depth.strings, plan.depth.paths), (200, true));
}

#[test]
fn prefixes_are_straces() {
    assert_eq!(plan("api").unwrap().lines.prefix, Prefix::Several);
    assert_eq!(plan("api -ff").unwrap().lines.prefix, Prefix::Several);
    assert_eq!(plan("api -o X").unwrap().lines.prefix, Prefix::Always);
    assert_eq!(plan("api -ff -o X").unwrap().lines.prefix, Prefix::None);
}

#[test]
fn files_for_merging_have_times() {
    let epoch = Some(Wall::Epoch(Precision::Micros));
    assert_eq!(plan("--ff --out traces api").unwrap().lines.wall, epoch);
    assert_eq!(plan("--ff -t --out traces api").unwrap().lines.wall, Some(Wall::Time(Precision::Seconds)));
    assert_eq!(plan("-ff -o X api").unwrap().lines.wall, None);
}

#[test]
fn every_expression_is_checked_and_sent_in_its_order() {
    let sent = |line| plan(line).unwrap().depth.expressions;
    assert_eq!(sent("api -e openat -e trace=!close"), ["trace=openat", "trace=!close"]);
    assert_eq!(sent("api -e t=%file --trace=openat"), ["trace=%file", "trace=openat"]);
    assert!(sent("api").is_empty());
    let wrong = plan("api -e opnat -e close").unwrap_err();
    assert!(wrong.to_string().contains("did you mean 'openat'"), "{wrong}");
    assert_eq!(wrong.code(), refusal::USAGE);
}

#[test]
fn missing_features_are_named() {
    assert!(plan("api -e kvm=vcpu").unwrap_err().to_string().contains("strace's -e kvm="));
    assert!(plan("api -o |gzip").unwrap_err().to_string().contains("| COMMAND"));
}

#[test]
fn qualifiers_are_checked_here_and_sent_as_they_were_typed() {
    let depth = |line| plan(line).unwrap().depth;
    assert_eq!(depth("api --status=failed -e fd=3,4").expressions, ["status=failed", "fd=3,4"]);
    assert_eq!(depth("api -Z -yy -Y").expressions, ["status=failed", "decode-fds=all", "decode-pids=comm"]);
    assert_eq!(depth("api -z -e trace=/^open").expressions, ["trace=/^open", "status=successful"]);
    let quiet = plan("api -e quiet=exit -x -X raw -a 50 --syscall-number").unwrap();
    assert_eq!(quiet.lines.quiet, quiet::EXIT);
    assert_eq!(plan("api -qq").unwrap().lines.quiet, quiet::ATTACH | quiet::PERSONALITY | quiet::EXIT);
    assert_eq!(
        (quiet.lines.notation.hex, quiet.lines.notation.constants),
        (HexStrings::NonAscii, Constants::Raw)
    );
    assert!(quiet.lines.column == 50 && quiet.lines.numbers && quiet.depth.sites);
    for (line, says) in [
        ("api -e signal=SIGFOO", "invalid signal 'SIGFOO'"),
        ("api -e status=odd", "invalid status 'odd'"),
        ("api -e trace=/(", "Invalid regular expression"),
        ("api --allow-tampering -e inject=read:error=EFOO", "invalid inject argument"),
    ] {
        let wrong = plan(line).unwrap_err();
        assert!(wrong.to_string().contains(says) && wrong.code() == refusal::USAGE, "{wrong}");
    }
}

#[test]
fn tampering_must_be_allowed() {
    for line in
        ["api -e fault=read", "api --inject=read:error=EIO", "--in-place api -e inject=read:error=EIO"]
    {
        let wrong = plan(line).unwrap_err();
        assert!(wrong.to_string().contains("--allow-tampering") && wrong.code() == refusal::USAGE, "{wrong}");
    }
    let sent = plan("api --allow-tampering -e fault=read:error=EIO:when=3").unwrap().depth.expressions;
    assert_eq!(sent, ["fault=read:error=EIO:when=3"]);
}

#[test]
fn counts_have_one_table() {
    let plan = |line| plan(line);
    assert_eq!(plan("api").unwrap().depth.counting, Counting::Events);
    let counts = plan("api --summary-only -S calls -w -U name,calls -O 5us").unwrap();
    assert_eq!(counts.depth.counting, Counting::Counts);
    assert_eq!((counts.summary.wall, counts.summary.overhead), (true, 5000));
    assert_eq!(plan("api -C").unwrap().depth.counting, Counting::Both);
    for (line, says) in [
        ("api -w", "-w is about a table of counts"),
        ("api -C -S size", "invalid sortby: 'size'"),
        ("api -C --ff --out X", "one for all threads"),
    ] {
        let wrong = plan(line).unwrap_err();
        assert!(wrong.to_string().contains(says) && wrong.code() == refusal::USAGE, "{wrong}");
    }
}

#[test]
fn json_asks_for_everything() {
    let json = plan("api --format json").unwrap();
    assert_eq!(json.format, Events::Json);
    assert!(json.depth.names && json.depth.comms && json.depth.sites);
    assert!(plan("--in-place api --format json").is_err());
}

#[test]
fn times_have_long_spellings() {
    let lines = |line| plan(line).unwrap().lines;
    assert_eq!(lines("api --absolute-timestamps=unix,ns").wall, Some(Wall::Epoch(Precision::Nanos)));
    assert_eq!(lines("api --timestamps").wall, Some(Wall::Time(Precision::Seconds)));
    assert_eq!(lines("--ff --out X api --absolute-timestamps=none").wall, None);
    assert_eq!(lines("api --syscall-times=ns").spent, Some(Precision::Nanos));
    assert_eq!(lines("api --relative-timestamps").relative, Some(Precision::Micros));
}

#[test]
fn pods_and_containers_are_selected() {
    let selection = |line| plan(line).unwrap().selection;
    assert_eq!(selection("api").choice, PodChoice::One);
    assert_eq!(selection("api").containers, Containers::Default);
    assert_eq!(selection("-l app=x --all-pods").choice, PodChoice::All(50));
    assert_eq!(selection("deploy/x --all-pods --max-pods 3 --all-containers").containers, Containers::All);
    assert_eq!(selection("api -c a -c b").containers, Containers::Named(vec!["a".into(), "b".into()]));
    for wrong in [
        "",
        "api web",
        "cm/api",
        "deploy/x --all-pods -p 1",
        "x -c a -c b -p 1",
        "api -l app=x",
        "-l app=x --max-pods 0",
    ] {
        assert!(plan(wrong).is_err_and(|error| error.code() == refusal::USAGE), "{wrong}");
    }
}

#[test]
fn processes_are_numbers() {
    assert_eq!(plan("api -p 7,1 -p 7").unwrap().depth.pids, [1, 7]);
    for wrong in ["api -p 0", "api -p x", "api -p ,"] {
        assert!(plan(wrong).is_err_and(|error| error.code() == refusal::USAGE), "{wrong}");
    }
    let request = plan("api -p 7").unwrap().depth.request(&target(), "me", 1);
    assert_eq!(request.target, message::Target::Processes(vec![7]));
    let request = plan("api").unwrap().depth.request(&target(), "me", 1);
    assert_eq!(
        request.target,
        message::Target::Container { id: "id".into(), programs: message::Programs::default() }
    );
}

#[test]
fn programs_are_regular_expressions() {
    let programs = plan("api --comm ^nginx --comm php --exe ^/usr/").unwrap().depth.programs;
    assert_eq!((programs.comm.len(), programs.exe), (2, vec!["^/usr/".to_owned()]));
    let wrong = plan("api --exe (").unwrap_err();
    assert!(wrong.to_string().contains("--exe: '(' is not a regular expression"), "{wrong}");
    assert_eq!(wrong.code(), refusal::USAGE);
}

#[test]
fn a_command_is_run_in_one_container_and_writes_to_stdout_itself() {
    let plan = |line| plan(line);
    let one = plan("api -- ls -l").unwrap();
    assert_eq!(
        (one.depth.command.as_slice(), &one.output),
        (&["ls".into(), "-l".into()][..], &TraceOutput::Stderr)
    );
    assert!(!one.depth.follow && !one.depth.entrants, "as strace: children only with -f");
    assert_eq!(one.lines.prefix, Prefix::Several);
    let request = one.depth.request(&target(), "me", 1);
    assert_eq!(request.target, message::Target::Command);
    assert_eq!(request.place, message::Place::Target("id".into()));
    assert!(plan("api -f -- ls").unwrap().depth.follow);
    assert_eq!(plan("api -o X -- ls").unwrap().output, TraceOutput::File { path: "X".into(), append: false });
    for wrong in [
        "api -p 1 -- ls",
        "api --comm x -- ls",
        "api --place agent -- ls",
        "-l a=b --all-pods -- ls",
        "x -c a -c b -- ls",
    ] {
        assert!(plan(wrong).is_err_and(|error| error.code() == refusal::USAGE), "{wrong}");
    }
}

#[test]
fn another_strace_is_told_what_was_typed() {
    let strace_args = |line: &str| plan(&format!("--in-place {line}")).unwrap().in_place.unwrap();
    let one = strace_args("api -e signal=INT -e trace=%file -tt -yy -T -s 9");
    assert_eq!(one.words.join(" "), "-f -e signal=INT -e trace=%file -s 9 -yy -tt -T");
    assert!(one.all && one.on_page);
    assert_eq!(strace_args("api -p 7,1 -o X").words.join(" "), "-s 32 -o /dev/stdout -p 1 -p 7");
    let files = strace_args("api --ff --out D");
    assert_eq!((files.words.join(" ").as_str(), files.on_page), ("-f -s 32 -ttt -o /dev/stdout", false));
    assert!(plan("api").unwrap().in_place.is_none());
    for wrong in ["--in-place api -c a -c b", "--in-place api -- ls"] {
        assert!(plan(wrong).is_err_and(|error| error.code() == refusal::USAGE), "{wrong}");
    }
}

#[test]
fn restarts_are_followed_three_times_unless_told_otherwise() {
    let restarts = |line| plan(line).unwrap().selection.restarts;
    assert_eq!(restarts("api"), 0);
    assert_eq!(restarts("--follow-restarts api"), 3);
    assert_eq!(restarts("api --follow-restarts=7"), 7);
    assert!(plan("api --follow-restarts -p 1").is_err_and(|error| error.code() == refusal::USAGE));
}

#[test]
fn with_dry_run_o_is_kubectls() {
    assert_eq!(plan("api --dry-run=client").unwrap().dry_run, Some((DryRun::Client, ManifestFormat::Yaml)));
    assert_eq!(
        plan("api --dry-run=server -o json").unwrap().dry_run,
        Some((DryRun::Server, ManifestFormat::Json))
    );
    assert!(plan("api --dry-run=server -o FILE").is_err_and(|error| error.code() == refusal::USAGE));
    let file = plan("api -o ./json").unwrap().output;
    assert_eq!(file, TraceOutput::File { path: "./json".into(), append: false });
}

#[test]
fn habits_get_a_hint() {
    for (line, says) in [
        ("api -o json", "did you mean --format json?"),
        ("api -o yaml", "a file of that name is -o ./yaml"),
        ("-c api", "strace's -c, a table of counts, is --summary-only"),
        ("api ls -la", "kubectl strace api -- ls ..."),
        ("api ls", "kubectl strace api -- ls ..."),
        ("pod/api cat x", "kubectl strace pod/api -- cat ..."),
    ] {
        let refusal = plan(line).unwrap_err();
        assert!(refusal.to_string().contains(says) && refusal.code() == refusal::USAGE, "{line}: {refusal}");
    }
    let said = plan("deploy api web").unwrap_err().to_string();
    assert!(said.contains("one argument too many"), "{said}");
}

#[test]
fn the_tracers_place_is_asked_for_by_the_containers_id() {
    let place = |line| plan(line).unwrap().depth.request(&target(), "me", 1).place;
    assert_eq!(place("api"), message::Place::Auto("id".into()));
    assert_eq!(place("api --place target"), message::Place::Target("id".into()));
    assert_eq!(place("api --place=agent"), message::Place::Agent);
}

#[test]
fn limits_reach_the_request() {
    let request = |line| plan(line).unwrap().depth.request(&target(), "me", 1);
    assert_eq!(request("api").overload, message::Overload::Drop);
    assert_eq!(request("api --on-overload block").overload, message::Overload::Block(1000));
    assert_eq!(request("api --on-overload=block --max-stop 50").overload, message::Overload::Block(50));
    assert_eq!(request("api").redact, None);
    assert_eq!(request("api --redact").redact, Some(target().secrets));
    assert_eq!((request("api --idle 90s").idle, request("api").idle), (Some(90), None));
    assert_eq!(request("api --max-slowdown 20").max_slowdown, Some(20));
}

#[test]
fn what_is_followed_depends_on_who_was_named() {
    let depth = |line| plan(line).unwrap().depth;
    assert!(depth("api").follow && depth("api").entrants);
    assert!(!depth("api -p 1").follow && !depth("api -p 1").entrants);
    assert!(depth("api -fp 1").follow);
    assert!(!depth("api --no-entrants").entrants);
}
