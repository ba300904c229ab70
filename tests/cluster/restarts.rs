//! A trace continues: across restarts of its container, and with more rights if the kernel refuses fewer.

use super::{
    node::Namespace,
    pods::{pod, probe},
    process::Running,
};
use std::{fs, time::Duration};

const SOON: Duration = Duration::from_secs(40);
/// The kubelet waits 10 s or more before it starts a container for the third time.
const LATER: Duration = Duration::from_secs(90);
const BUSYBOX: &str = "localhost/kubectl-strace/busybox:test";

/// A container whose user can do and gain nothing.
const CONFINED: &str = "      securityContext:
        runAsUser: 1234
        runAsGroup: 4321
        runAsNonRoot: true
        allowPrivilegeEscalation: false
        capabilities: {drop: [ALL]}
        seccompProfile: {type: RuntimeDefault}
";

fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "'{part}' is missing in:\n{text}");
    }
}

fn interrupt(trace: &mut Running) -> (i32, String) {
    trace.signal("INT");
    let status = trace.wait(Duration::from_secs(20));
    (status.code().unwrap_or(-1), trace.err())
}

#[test]
fn each_life_of_a_container_is_traced_into_files_of_its_own() {
    let space = Namespace::new("lives");
    // Each life of the container lasts until it is traced, however long that takes on this machine.
    let script = "traced() { while read key value; do [ \"$key\" = TracerPid: ] && [ $value != 0 ] && return; done \
                  </proc/1/status; return 1; }; until traced; do sleep 1; done; sleep 1; ls /late; exit 3";
    let manifest = pod("api", BUSYBOX, &["sh", "-c", script], "")
        .replace("restartPolicy: Never", "restartPolicy: Always");
    space.apply(&manifest);
    space.ready("api");
    let directory = std::env::temp_dir().join(&space.name);
    let out = directory.to_str().expect("UTF-8");
    let args = ["api", "--follow-restarts=2", "--ff", "--out", out, "-e", "trace=%file,%process"];
    let mut trace = Running::start(space.plugin(&args));
    trace.expect_err(SOON, &["Container app of pod api was restarted", "(1 of 2, --follow-restarts)"]);
    trace.expect_err(LATER, &["(2 of 2, --follow-restarts)"]);
    let status = trace.wait(LATER);
    let said = trace.err();
    println!("{said}");
    let read =
        |life: &str| fs::read_to_string(directory.join(format!("api.app{life}.1"))).unwrap_or_default();
    let lives = ["", ".r1", ".r2"].map(read);
    let late = fs::read_dir(&directory)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| fs::read_to_string(path).is_ok_and(|text| text.contains("\"/late\"")))
        .count();
    fs::remove_dir_all(&directory).unwrap();
    for life in &lives {
        says(life, &["exit_group(3)", "+++ exited with 3 +++"]);
    }
    assert_eq!(late, 3);
    says(
        &said,
        &[
            "nothing was traced for ",
            ": the container was restarted (ended with exit code 3 (Error))",
            "Followed it through 2 restarts",
            "api.app[.rN].TID (",
        ],
    );
    assert_eq!(said.matches("nothing was traced for ").count(), 2, "{said}");
    assert!(status.success(), "{status}: {said}");
    let agents = space.field("api", ".spec.ephemeralContainers[*].name");
    assert_eq!(agents.split_whitespace().count(), 3, "{agents}");
}

#[test]
fn one_restart_does_not_end_the_others() {
    let space = Namespace::new("others");
    let script = "trap 'exit 3' USR1; while :; do ls /tick; sleep 0.2; done";
    for name in ["one", "two"] {
        let manifest = pod(name, BUSYBOX, &["sh", "-c", script], "")
            .replace("restartPolicy: Never", "restartPolicy: Always")
            .replace("  name: ", "  labels: {app: api}\n  name: ");
        space.apply(&manifest);
    }
    ["one", "two"].iter().for_each(|name| space.ready(name));
    let args = ["-l", "app=api", "--all-pods", "--follow-restarts", "-e", "trace=%file,exit_group"];
    let mut trace = Running::start(space.plugin(&args));
    let ticks = |pod: &str| {
        trace.out().lines().filter(|line| line.starts_with(pod) && line.contains("\"/tick\"")).count()
    };
    space.until("both are traced", SOON, || ticks("one") > 3 && ticks("two") > 3);
    space.kubectl(&["exec", "one", "-c", "app", "--", "kill", "-USR1", "1"]);
    trace.expect(SOON, &["one", "+++ exited with 3 +++"]);
    let (one, two) = (ticks("one"), ticks("two"));
    trace.expect_err(LATER, &["one: Container app of pod one was restarted", "(1 of 3"]);
    space.until("both go on", SOON, || ticks("one") > one + 3 && ticks("two") > two + 3);
    let (code, said) = interrupt(&mut trace);
    println!("{said}");
    assert_eq!(code, 0, "{said}");
    says(&said, &["one: nothing was traced for ", ", 0 lost, ", "2 containers: stopped, detached"]);
    assert!(!said.contains("two: nothing was traced"), "{said}");
}

#[test]
fn a_container_that_does_not_come_again_is_not_waited_for() {
    let space = Namespace::new("once");
    space.apply(&pod("api", BUSYBOX, &["sh", "-c", "sleep 8; exit 3"], ""));
    space.ready("api");
    let mut trace = Running::start(space.plugin(&["api", "--follow-restarts"]));
    let status = trace.wait(SOON);
    says(&trace.err(), &["No longer following it"]);
    assert!(status.success(), "{}", trace.err());
    assert!(trace.out().contains("+++ exited with 3 +++"), "{}", trace.out());
}

#[test]
fn the_wait_for_the_next_life_has_an_end() {
    let space = Namespace::new("waits");
    let crash = |name: &str| {
        let script = "sleep 20; exit 3";
        let manifest = pod(name, BUSYBOX, &["sh", "-c", script], "");
        space.apply(&manifest.replace("restartPolicy: Never", "restartPolicy: Always"));
    };
    let restarts = |name: &str| space.field(name, ".status.containerStatuses[0].restartCount");
    for name in ["late", "long"] {
        crash(name);
    }
    // The first restart is at once; from the second on the kubelet waits for 10 s and more.
    space.until("both were restarted", LATER, || restarts("late") == "1" && restarts("long") == "1");
    let follow = "--follow-restarts=9";
    let mut late = Running::start(space.plugin(&["late", "--wait", follow, "--timeout", "6s"]));
    let mut long = Running::start(space.plugin(&["long", "--wait", follow, "--duration", "20s"]));
    let status = late.wait(LATER);
    println!("{}", late.err());
    assert_eq!(status.code(), Some(1), "{}", late.err());
    says(&late.err(), &["was not started again within 6 s", "--timeout"]);
    let status = long.wait(LATER);
    println!("{}", long.err());
    assert_eq!(status.code(), Some(0), "{}", long.err());
    says(&long.err(), &["The trace has lasted 20 s (--duration)"]);
}

#[test]
fn what_the_kubelet_waits_for_is_named() {
    let space = Namespace::new("backoff");
    let manifest = pod("crash", BUSYBOX, &["sh", "-c", "exit 3"], "");
    space.apply(&manifest.replace("restartPolicy: Never", "restartPolicy: Always"));
    let status = |field: &str| space.field("crash", &format!(".status.containerStatuses[0].{field}"));
    // The kubelet says so only some seconds after it has begun to wait: by the second restart it waits for 20 s. When we
    // come, it may be about to start the container again.
    let named = |args: &[&str], texts: &[&str]| {
        for _ in 0..4 {
            space.until("the kubelet waits", LATER, || {
                status("state.waiting.reason") == "CrashLoopBackOff" && status("restartCount") >= "2".into()
            });
            let mut run = Running::start(space.plugin(args));
            let code = run.wait(SOON).code();
            println!("{args:?}: {code:?}\n{}", run.err());
            if code == Some(1) && texts.iter().all(|text| run.err().contains(text)) {
                return;
            }
        }
        panic!("{args:?} never says {texts:?}");
    };
    named(&["crash", "--wait", "--timeout", "4s"], &["did not run within 4 s", "CrashLoopBackOff"]);
    named(&["crash"], &["CrashLoopBackOff", "--wait"]);
}

#[test]
fn what_the_kernel_refuses_is_tried_with_more_rights_once() {
    let space = Namespace::new("climb");
    space.apply(&probe("opaque", &["/opaque"], CONFINED));
    space.ready("opaque");
    let mut trace = Running::start(space.plugin(&["opaque"]));
    trace.expect(SOON, &["clock_nanosleep("]);
    let (code, said) = interrupt(&mut trace);
    println!("{said}");
    assert_eq!(code, 0, "{said}");
    says(
        &said,
        &[
            "profile unprivileged",
            "it is not dumpable",
            "[we: Uid 1234, Gid 4321, CapPrm 0, CapEff 0, NoNewPrivs 1",
            "It has the profile ptrace (root with SYS_PTRACE): the kernel refused less",
        ],
    );
    let agents = space.field("opaque", ".spec.ephemeralContainers[*].name");
    assert_eq!(agents.split_whitespace().count(), 2, "{agents}");
    // The next run starts with the higher profile at once.
    let mut trace = Running::start(space.plugin(&["opaque", "--profile", "ptrace"]));
    trace.expect(SOON, &["clock_nanosleep("]);
    assert_eq!(interrupt(&mut trace).0, 0);
    let again = space.field("opaque", ".spec.ephemeralContainers[*].name");
    assert_eq!(agents, again);
    // With a lower profile requested, the plugin uses that, and explains.
    let mut trace = Running::start(space.plugin(&["opaque", "--profile", "unprivileged"]));
    assert_eq!(trace.wait(SOON).code(), Some(1));
    says(
        &trace.err(),
        &["the kernel let none of the processes be traced", "it is not dumpable", "--profile ptrace"],
    );
}

#[test]
fn who_may_have_no_more_rights_is_told_by_whom() {
    let space = Namespace::new("noclimb");
    space.label("pod-security.kubernetes.io/enforce=restricted");
    space.apply(&probe("opaque", &["/opaque"], CONFINED));
    space.ready("opaque");
    let mut trace = Running::start(space.plugin(&["opaque"]));
    assert_eq!(trace.wait(SOON).code(), Some(1));
    println!("{}", trace.err());
    says(
        &trace.err(),
        &[
            "it is not dumpable",
            "level restricted",
            "violates PodSecurity",
            "kubectl label --overwrite namespace",
        ],
    );
    assert_eq!(space.field("opaque", ".spec.ephemeralContainers[*].name").split_whitespace().count(), 1);
}
