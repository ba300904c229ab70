//! The tracer gets the least rights that suffice, runs where it costs least, and the plugin says which rights and why.

use super::{
    node::{Namespace, all_traced, host_processes, root, status, traced},
    pods,
    process::Running,
};
use serde_json::Value;
use std::{fs, process::Command, thread, time::Duration};

const SOON: Duration = Duration::from_secs(30);

/// A container whose user can do and gain nothing, as Pod Security's `restricted` requires.
const RESTRICTED: &str = "      securityContext:
        runAsUser: 1234
        runAsGroup: 4321
        runAsNonRoot: true
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
        seccompProfile: {type: RuntimeDefault}
";
/// The user of an ordinary pod, who could execute a set-user-id program.
const USER: &str = "      securityContext: {runAsUser: 1234, runAsGroup: 4321}\n";

fn interrupt(mut trace: Running) -> String {
    trace.signal("INT");
    let status = trace.wait(Duration::from_secs(10));
    let said = trace.err();
    assert!(status.success(), "{status}: {said}");
    println!("{said}");
    said
}

/// The security contexts of the tracer containers of a pod.
fn contexts(space: &Namespace, pod: &str) -> Vec<Value> {
    let containers = space.field(pod, ".spec.ephemeralContainers");
    let containers: Value = serde_json::from_str(&containers).unwrap_or_default();
    containers
        .as_array()
        .into_iter()
        .flatten()
        .map(|container| container["securityContext"].clone())
        .collect()
}

/// The host's id of the tracer that holds a container's processes, and its cgroup.
///
/// Waits for it: on a saturated machine the relay may get no CPU for longer than the lease, and the target is then free
/// until the trace goes on.
fn tracer(space: &Namespace, pod: &str) -> (i32, String) {
    let target = host_processes(&space.container_id(pod, "app"));
    let look = || {
        let tracer = |pid: &i32| status(*pid)?["TracerPid"].parse().ok().filter(|tracer: &i32| *tracer != 0);
        let tracer = target.iter().find_map(tracer)?;
        Some((tracer, fs::read_to_string(format!("/proc/{tracer}/cgroup")).ok()?))
    };
    let mut found = None;
    space.until("it is traced", SOON, || {
        found = look();
        found.is_some()
    });
    found.expect("until() returns only when it is there")
}

#[test]
fn under_restricted_the_tracer_has_no_capability_and_runs_in_the_target() {
    let space = Namespace::new("restricted");
    space.label("pod-security.kubernetes.io/enforce=restricted");
    space.apply(&pods::probe("counter", &["/counter"], RESTRICTED));
    space.ready("counter");
    let trace = Running::start(space.plugin(&["counter", "-y"]));
    trace.expect_err(SOON, &["profile unprivileged", "The tracer runs in container app"]);
    trace.expect(SOON, &["write(1<pipe:["]);
    let id = space.container_id("counter", "app");
    let (process, cgroup) = tracer(&space, "counter");
    println!("the tracer's cgroup:\n{cgroup}");
    assert!(cgroup.contains(&id), "it is not in the target's");
    let tracer = status(process).expect("it lives");
    assert_eq!((tracer["CapEff"].as_str(), tracer["NoNewPrivs"].as_str()), ("0000000000000000", "1"));
    assert!(tracer["Uid"].starts_with("1234\t"), "{}", tracer["Uid"]);
    interrupt(trace);
    let contexts = contexts(&space, "counter");
    assert_eq!(contexts.len(), 1, "{contexts:?}");
    assert_eq!(contexts[0]["capabilities"], serde_json::json!({"drop": ["ALL"]}));
    assert_eq!((&contexts[0]["runAsUser"], &contexts[0]["runAsGroup"]), (&1234.into(), &4321.into()));
    // Nothing of ours stays in the target.
    space.until("the tracer has left the target", SOON, || host_processes(&id).len() == 1);
}

#[test]
fn the_same_without_the_target() {
    let space = Namespace::new("here");
    space.label("pod-security.kubernetes.io/enforce=restricted");
    space.apply(&pods::probe("counter", &["/counter"], RESTRICTED));
    space.ready("counter");
    let trace = Running::start(space.plugin(&["counter", "--place", "agent"]));
    trace.expect(SOON, &["clock_nanosleep("]);
    let (_, cgroup) = tracer(&space, "counter");
    assert!(!cgroup.contains(&space.container_id("counter", "app")), "{cgroup}");
    interrupt(trace);
}

#[test]
fn under_baseline_root_is_traced_by_root_without_a_capability() {
    let space = Namespace::new("root");
    space.label("pod-security.kubernetes.io/enforce=baseline");
    space.apply(&pods::probe("counter", &["/counter"], ""));
    space.ready("counter");
    let trace = Running::start(space.plugin(&["counter", "-y"]));
    trace.expect_err(
        SOON,
        &["profile unprivileged", "SYS_PTRACE is refused", "The tracer runs in container app"],
    );
    trace.expect(SOON, &["clock_nanosleep("]);
    interrupt(trace);
}

#[test]
fn a_privileged_pod_is_traced_with_one_capability() {
    let space = Namespace::new("privileged");
    space.apply(&pods::probe("counter", &["/counter"], "      securityContext: {privileged: true}\n"));
    space.ready("counter");
    for place in ["agent", "auto"] {
        let trace = Running::start(space.plugin(&["counter", "--place", place]));
        trace.expect(SOON, &["clock_nanosleep("]);
        interrupt(trace);
    }
    let contexts = contexts(&space, "counter");
    assert_eq!(contexts.len(), 1, "the second run added another: {contexts:?}");
    assert_eq!(contexts[0]["capabilities"], serde_json::json!({"add": ["SYS_PTRACE"], "drop": ["ALL"]}));
    assert_eq!(contexts[0]["privileged"], false);
}

#[test]
fn workers_of_another_user_are_traced_from_the_tracers_own_container() {
    let space = Namespace::new("workers");
    space.workload("nginx", &[]);
    space.ready("nginx");
    let trace = Running::start(space.plugin(&["nginx"]));
    trace.expect_err(
        SOON,
        &["profile ptrace", "The tracer runs in its own container, not in app", "runs as user"],
    );
    trace.expect(SOON, &["epoll_wait("]);
    let said = interrupt(trace);
    assert!(!said.contains("not traced"), "{said}");
}

#[test]
fn a_user_that_is_not_root_can_have_the_capability_by_the_tracers_file() {
    let space = Namespace::new("file");
    space.apply(&pods::probe("counter", &["/counter"], USER));
    space.ready("counter");
    let args = ["counter", "--profile", "file-capability", "--place", "agent"];
    let trace = Running::start(space.plugin(&args));
    trace.expect(SOON, &["clock_nanosleep("]);
    let (process, _) = tracer(&space, "counter");
    let tracer = status(process).expect("it lives");
    // CAP_SYS_PTRACE, linux/capability.h.
    assert_eq!((tracer["CapEff"].as_str(), &tracer["Uid"][..5]), ("0000000000080000", "1234\t"));
    interrupt(trace);
    // By default the plugin uses root here, and no capability only when told to, with a warning.
    let trace = Running::start(space.plugin(&["counter"]));
    trace.expect_err(SOON, &["profile ptrace", "not in app"]);
    trace.expect(SOON, &["clock_nanosleep("]);
    interrupt(trace);
    let trace = Running::start(space.plugin(&["counter", "--profile", "unprivileged"]));
    trace.expect_err(
        SOON,
        &["warning: while it is traced", "set-user-id", "The tracer runs in container app"],
    );
    trace.expect(SOON, &["clock_nanosleep("]);
    interrupt(trace);
    assert_eq!(contexts(&space, "counter").len(), 3);
}

/// What a busy pod has counted, and when.
fn counts(space: &Namespace, pod: &str) -> Vec<(u64, u64)> {
    let count = |line: &str| {
        let (calls, time) = line.strip_prefix("calls ")?.split_once(' ')?;
        Some((calls.parse().ok()?, time.trim().parse().ok()?))
    };
    space.kubectl(&["logs", pod, "-c", "app"]).lines().filter_map(count).collect()
}

/// Calls per second from now on, by the pod's own clock: the median of nine seconds for which `counted` is true.
///
/// Not the mean: a single second in which a thread is not attached, because the tracer waits for a CPU and its agent
/// detaches, outweighs a minute of tracing.
fn rate(space: &Namespace, pod: &str, counted: impl Fn(u64) -> bool) -> u64 {
    // The next line began before.
    let from = counts(space, pod).len() + 1;
    let mut rates = Vec::new();
    // Do not poll meanwhile: a kubectl on the same two CPUs makes the scheduler redistribute them, which is measured too.
    thread::sleep(Duration::from_secs(11));
    space.until("the busy pod has counted for nine seconds", Duration::from_secs(240), || {
        let counts = counts(space, pod);
        let seconds = counts.windows(2).skip(from);
        let second = |pair: &[(u64, u64)]| (pair[1].0 - pair[0].0) * 1000 / (pair[1].1 - pair[0].1).max(1);
        rates = seconds.map(second).filter(|rate| counted(*rate)).collect();
        rates.len() >= 9
    });
    println!("{pod}: calls/s, second by second: {rates:?}");
    rates.sort_unstable();
    rates[rates.len() / 2]
}

/// Whether a second has so few calls that every thread was attached. Two stops of ptrace take some 13 us, which gives
/// 75,000 calls on one CPU; without us, the pod makes millions.
fn attached(rate: u64) -> bool {
    rate < 400_000
}

/// A pod that takes every CPU, and is ready.
fn busy(space: &Namespace, pod: &str) {
    space.apply(&pods::busy(pod));
    space.ready(pod);
}

#[test]
fn beside_computing_threads_a_tracer_in_the_target_has_its_weight() {
    let space = Namespace::alone("busy");
    busy(&space, "busy");
    let untraced = rate(&space, "busy", |_| true);
    assert!(!attached(untraced), "{untraced} calls/s without a tracer");
    let traced = |place: &str| {
        let mut trace = Running::start(space.plugin(&["busy", "--place", place, "-e", "trace=none"]));
        trace.expect_err(Duration::from_secs(60), &["Tracing 6 threads"]);
        let rate = rate(&space, "busy", attached);
        let (_, cgroup) = tracer(&space, "busy");
        let memory =
            cgroup.lines().find(|line| line.contains("memory") || line.starts_with("0::")).unwrap_or("");
        println!("--place {place}: {rate} calls/s, the tracer's cgroup {memory}");
        assert_eq!(cgroup.contains(&space.container_id("busy", "app")), place == "target");
        // The totals come through the tracer's container, which has almost no CPU here, so they may take a while.
        trace.signal("INT");
        let status = trace.wait(Duration::from_secs(60));
        // A tracer that waits for a CPU may have detached before it was asked to; then it says so.
        assert!(status.success() || trace.err().contains("error:"), "{status}: {}", trace.err());
        rate
    };
    // Alternately, because the load of the machine changes.
    let (agent, target) = (traced("agent"), traced("target"));
    let (again, target_again) = (traced("agent"), traced("target"));
    space.kubectl(&["delete", "pod", "busy", "--grace-period=0", "--force"]);
    // What people do without us: an image with strace, in kubectl debug.
    busy(&space, "plain");
    space.kubectl(
        &[
            &["debug", "plain", "--image=localhost/kubectl-strace/strace:test", "--image-pull-policy=Never"]
                [..],
            &["--target=app", "--profile=general", "--", "strace", "-f", "-p", "1", "-e", "trace=none"],
        ]
        .concat(),
    );
    let processes = host_processes(&space.container_id("plain", "app"));
    space.until("strace has attached to every thread", Duration::from_secs(120), || all_traced(&processes));
    let plain = rate(&space, "plain", attached);
    println!(
        "calls/s: untraced {untraced}; strace in an ephemeral container {plain}; ours in its own container {agent} and \
         {again}, in the target's {target} and {target_again}"
    );
    let (own, target) = (agent.min(again), target.max(target_again));
    assert!(target >= 20 * own, "only {target} against {own} in a container of our own");
    assert!(target >= 20 * plain, "only {target} against {plain} of strace in an ephemeral container");
}

#[test]
fn two_people_trace_one_pod_and_the_second_is_told() {
    let space = Namespace::new("both");
    space.apply(&pods::probe("counter", &["/counter"], ""));
    space.ready("counter");
    let first = Running::start(space.plugin(&["counter"]));
    first.expect_err(SOON, &["The tracer runs in container app", "Tracing "]);
    let mut second = Running::start(space.plugin(&["counter"]));
    assert!(!second.wait(SOON).success(), "{}", second.err());
    assert!(second.err().contains("already traced for "), "{}", second.err());
    let so_far = first.out().lines().count();
    space.until("the first goes on", SOON, || first.out().lines().count() > so_far + 100);
    // Neither tracer has traced the other, nor been stopped by it.
    assert!(traced(&host_processes(&space.container_id("counter", "app"))));
    interrupt(first);
}

#[test]
fn a_dry_run_prints_what_would_be_sent_and_touches_nothing() {
    let space = Namespace::new("dry");
    space.label("pod-security.kubernetes.io/enforce=baseline");
    space.apply(&pods::probe("counter", &["/counter"], ""));
    space.ready("counter");
    let print = |args: &[&str]| {
        let output = space.plugin(args).output().expect("kubectl starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let rights = |text: &str| {
        let patch: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        patch["spec"]["ephemeralContainers"][0]["securityContext"]["capabilities"].clone()
    };
    // Without the API server's answer, this is the first choice; the API server refuses it here.
    let client = print(&["counter", "--dry-run=client", "-o", "json"]);
    assert_eq!(rights(&client), serde_json::json!({"add": ["SYS_PTRACE"], "drop": ["ALL"]}));
    let server = print(&["counter", "--dry-run=server", "-o", "json"]);
    assert_eq!(rights(&server), serde_json::json!({"drop": ["ALL"]}));
    let yaml = print(&["counter", "--dry-run=server", "-o", "yaml"]);
    assert!(yaml.contains("targetContainerName: app") && yaml.contains("drop:"), "{yaml}");
    assert!(space.field("counter", ".spec.ephemeralContainers").is_empty());
    // kubectl could send it.
    let patch = |patch: &str| {
        let how = ["--subresource=ephemeralcontainers", "--type=strategic", "-p", patch];
        space.try_kubectl(&[&["patch", "pod", "counter"][..], &how].concat())
    };
    let refused = patch(&client);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("violates PodSecurity"), "{refused:?}");
    assert!(patch(&yaml).status.success());
    // The next run uses a container that was added like that.
    let agent = space.field("counter", ".spec.ephemeralContainers[0].name");
    space.until("it runs", SOON, || {
        space.field("counter", ".status.ephemeralContainerStatuses[0].state.running").contains("startedAt")
    });
    let trace = Running::start(space.plugin(&["counter"]));
    trace.expect_err(SOON, &[&format!("Using the tracer container {agent}")]);
    trace.expect(SOON, &["clock_nanosleep("]);
    interrupt(trace);
}

#[test]
fn a_part_of_a_container_is_merged() {
    let space = Namespace::new("custom");
    space.apply(&pods::probe("counter", &["/counter"], RESTRICTED));
    space.ready("counter");
    let path = std::env::temp_dir().join(format!("{}.yaml", space.name));
    let run = |custom: &str| {
        fs::write(&path, custom).expect("a temporary file");
        Running::start(space.plugin(&["counter", "--custom", path.to_str().expect("UTF-8")]))
    };
    let mut refused = run("resources: {limits: {cpu: 1}}\n");
    assert_eq!(refused.wait(SOON).code(), Some(2));
    for part in ["an ephemeral container cannot have resources", "the API forbids it", "nothing was sent"] {
        assert!(refused.err().contains(part), "{part}: {}", refused.err());
    }
    assert!(space.field("counter", ".spec.ephemeralContainers").is_empty());
    let trace =
        run("env: [{name: TEAM, value: blue}]\nsecurityContext: {seccompProfile: {type: Unconfined}}\n");
    trace.expect(SOON, &["clock_nanosleep("]);
    interrupt(trace);
    fs::remove_file(&path).expect("written just now");
    assert_eq!(space.field("counter", ".spec.ephemeralContainers[0].env[0].value"), "blue");
    assert_eq!(contexts(&space, "counter")[0]["seccompProfile"]["type"], "Unconfined");
    assert_eq!(contexts(&space, "counter")[0]["runAsUser"], 1234);
}

/// The plugin fails in time. Returns what it said.
fn fails(command: Command) -> String {
    let mut run = Running::start(command);
    let status = run.wait(Duration::from_secs(15));
    assert!(!status.success() && run.out().is_empty(), "{}", run.err());
    println!("{}\n", run.err());
    run.err()
}

#[test]
fn what_no_rung_gets_past_is_said_for_each_and_nothing_is_added() {
    let space = Namespace::new("refused");
    space.apply(&pods::probe("user", &["/counter"], USER));
    space.apply(&pods::probe("root", &["/counter"], ""));
    space.ready("user");
    space.ready("root");
    space.label("pod-security.kubernetes.io/enforce=restricted");
    let said = fails(space.plugin(&["root"]));
    for part in [
        "level restricted",
        "as ptrace (root with SYS_PTRACE)",
        "as unprivileged",
        "kubectl label --overwrite",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("--profile unprivileged"), "{said}");
    space.label("pod-security.kubernetes.io/enforce=baseline");
    let said = fails(space.plugin(&["user"]));
    assert!(said.contains("as file-capability") && said.contains("--profile unprivileged"), "{said}");
    for pod in ["user", "root"] {
        assert!(space.field(pod, ".spec.ephemeralContainers").is_empty(), "{pod}");
    }
    // Its advice works.
    let trace = Running::start(space.plugin(&["user", "--profile", "unprivileged"]));
    trace.expect(SOON, &["clock_nanosleep("]);
    interrupt(trace);
}

/// Removes what a test applied outside its namespace.
struct Applied<'a>(&'a Namespace, std::path::PathBuf);

impl Drop for Applied<'_> {
    fn drop(&mut self) {
        self.0.try_kubectl(&["delete", "-f", self.1.to_str().expect("UTF-8"), "--ignore-not-found"]);
        let _ = fs::remove_file(&self.1);
    }
}

/// A manifest of the repository, with replacements.
fn manifest<'a>(space: &'a Namespace, name: &str, replace: &[(&str, &str)]) -> Applied<'a> {
    let mut text = fs::read_to_string(root().join("manifests").join(name)).expect("it is in the repository");
    for (from, to) in replace {
        assert!(text.contains(from), "{name} has no '{from}'");
        text = text.replace(from, to);
    }
    let path = std::env::temp_dir().join(format!("{}-{name}", space.name));
    fs::write(&path, text).expect("a temporary file");
    space.kubectl(&["apply", "-f", path.to_str().expect("UTF-8")]);
    Applied(space, path)
}

#[test]
fn the_policy_of_the_manifests_lets_only_the_tracer_have_the_capability() {
    let space = Namespace::new("policy");
    space.apply(&pods::probe("counter", &["/counter"], ""));
    space.ready("counter");
    let dry = space.plugin(&["counter", "--dry-run=client", "-o", "json"]).output().expect("it starts");
    let patch: Value = serde_json::from_slice(&dry.stdout).expect("JSON");
    let image = patch["spec"]["ephemeralContainers"][0]["image"].as_str().expect("text").to_owned();
    let policy = format!("kubectl-strace-{}", space.name);
    let _policy = manifest(
        &space,
        "admission.yaml",
        &[
            ("localhost/kubectl-strace/tracer:0.1.0", &image),
            ("kubectl-strace-baseline-and-tracer", &policy),
            (
                "kubectl-strace/enforce: baseline-and-tracer",
                &format!("kubectl-strace/enforce: {}", space.name),
            ),
        ],
    );
    space.label(&format!("kubectl-strace/enforce={}", space.name));
    let bad = |container: &str| {
        let pod = pods::probe("bad", &["/counter"], container);
        let path = std::env::temp_dir().join(format!("{}-bad.yaml", space.name));
        fs::write(&path, pod).expect("a temporary file");
        let output = space.try_kubectl(&["apply", "--dry-run=server", "-f", path.to_str().expect("UTF-8")]);
        fs::remove_file(&path).expect("written just now");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    // A policy takes effect a few moments after it is created.
    let ptrace = "      securityContext: {capabilities: {add: [SYS_PTRACE]}}\n";
    space.until("the policy is in force", SOON, || {
        bad(ptrace).contains("only the capabilities of Pod Security's baseline")
    });
    for (container, refused) in [
        ("      securityContext: {privileged: true}\n", "privileged containers"),
        ("      securityContext: {seccompProfile: {type: Unconfined}}\n", "seccomp"),
        ("      securityContext: {seLinuxOptions: {type: spc_t}}\n", "SELinux"),
        ("      ports: [{containerPort: 80, hostPort: 80}]\n", "host ports"),
        ("  hostNetwork: true\n", "the host's namespaces"),
        ("  volumes: [{name: x, hostPath: {path: /}}]\n", "hostPath"),
        ("  securityContext: {sysctls: [{name: kernel.msgmax, value: \"1\"}]}\n", "sysctls"),
    ] {
        let said = bad(container);
        assert!(said.contains(refused), "{container}: {said}");
    }
    assert_eq!(bad("      securityContext: {capabilities: {add: [CHOWN]}}\n"), "", "baseline allows it");
    // The policy admits the tracer with its capability, but no image of another name.
    let other = ["counter", "--image", "localhost/kubectl-strace/probe:test", "--profile", "ptrace"];
    let said = fails(space.plugin(&other));
    assert!(
        said.contains("ValidatingAdmissionPolicy") && said.contains("manifests/admission.yaml"),
        "{said}"
    );
    assert!(space.field("counter", ".spec.ephemeralContainers").is_empty());
    let trace = Running::start(space.plugin(&["counter"]));
    trace.expect_err(SOON, &["profile ptrace"]);
    trace.expect(SOON, &["clock_nanosleep("]);
    interrupt(trace);
}

#[test]
fn the_roles_of_the_manifests_are_enough_and_no_more() {
    let space = Namespace::new("roles");
    space.apply(&pods::probe("counter", &["/counter"], RESTRICTED));
    space.ready("counter");
    let (user, cluster) = (format!("{}-adder", space.name), format!("kubectl-strace-{}", space.name));
    space.kubectl(&["apply", "-f", root().join("manifests/rbac.yaml").to_str().expect("UTF-8")]);
    space.kubectl(&["apply", "-f", root().join("manifests/rbac-use.yaml").to_str().expect("UTF-8")]);
    let _role =
        manifest(&space, "rbac-cluster.yaml", &[("name: kubectl-strace", &format!("name: {cluster}"))]);
    let bind = |role: &str, name: &str| {
        space.kubectl(&["create", "rolebinding", name, role, &format!("--user={name}")]);
    };
    bind("--role=kubectl-strace", &user);
    bind("--role=kubectl-strace-use", "user-of-tracers");
    bind(&format!("--clusterrole={cluster}"), "cluster-adder");
    let as_user = |name: &str| space.plugin(&["counter", "--as", name]);
    // No tracer runs yet, so a user who may only use one is told what is missing.
    let said = fails(as_user("user-of-tracers"));
    assert!(said.contains("user-of-tracers may not patch pods/ephemeralcontainers"), "{said}");
    for name in [user.as_str(), "user-of-tracers", "cluster-adder"] {
        let trace = Running::start(as_user(name));
        trace.expect(SOON, &["clock_nanosleep("]);
        interrupt(trace);
    }
    assert_eq!(contexts(&space, "counter").len(), 1);
    // What has pods is found by its name too.
    space.apply(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: none}\nspec:\n  replicas: 0\n  \
         selector: {matchLabels: {app: none}}\n  template:\n    metadata: {labels: {app: none}}\n    \
         spec: {containers: [{name: app, image: none}]}\n",
    );
    for name in [user.as_str(), "cluster-adder"] {
        let said = fails(space.plugin(&["deploy/none", "--as", name]));
        assert!(!said.contains("may not") && said.contains("no pod"), "{said}");
    }
    let said = fails(as_user("nobody"));
    assert!(said.contains("nobody may not get pods"), "{said}");
}

#[test]
fn the_namespace_of_the_manifests_lets_the_tracer_in_and_warns() {
    let space = Namespace::new("levels");
    let name = format!("{}-traced", space.name);
    let _namespace = manifest(&space, "pod-security.yaml", &[("name: traced", &format!("name: {name}"))]);
    let labels = space.kubectl(&["get", "namespace", &name, "-o", "jsonpath={.metadata.labels}"]);
    assert!(labels.contains("\"pod-security.kubernetes.io/warn\":\"baseline\""), "{labels}");
    let pod = pods::probe("counter", &["/counter"], "")
        .replace("  name: counter\n", &format!("  name: counter\n  namespace: {name}\n"));
    let path = std::env::temp_dir().join(format!("{name}.yaml"));
    fs::write(&path, pod).expect("a temporary file");
    space.until("its service account is there", SOON, || {
        space
            .node()
            .command("kubectl")
            .args(["apply", "-f"])
            .arg(&path)
            .output()
            .expect("kubectl")
            .status
            .success()
    });
    fs::remove_file(&path).expect("written just now");
    let wait = ["wait", "-n", &name, "--for=condition=Ready", "--timeout=60s", "pod/counter"];
    assert!(space.node().command("kubectl").args(wait).output().expect("kubectl").status.success());
    let mut command = space.node().command("kubectl");
    command.args(["strace", "-n", &name, "counter"]);
    let trace = Running::start(command);
    trace.expect_err(SOON, &["profile ptrace"]);
    trace.expect(SOON, &["clock_nanosleep("]);
    interrupt(trace);
}
