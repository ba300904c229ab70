//! What is traced: the pods of a workload as kubectl finds them, many at once, and only the right processes in each.

use super::{
    node::{Namespace, host_processes, traced},
    pods::pod,
    process::Running,
};
use std::{
    collections::BTreeSet,
    fs,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(40);

/// A workload of counting probes, of a kind with the usual spec.
fn workload(kind: &str, api: &str, name: &str, more: &str) -> String {
    format!(
        "apiVersion: {api}
kind: {kind}
metadata:
  name: {name}
spec:
{more}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}, tier: test}}}}
    spec:
{COUNTER}
"
    )
}

const COUNTER: &str = "      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 1
      containers:
        - name: app
          image: localhost/kubectl-strace/probe:test
          imagePullPolicy: Never
          command: [/counter, --quiet]";

/// Ends a trace with Ctrl-C.
fn interrupt(mut trace: Running) -> (i32, String, String) {
    trace.signal("INT");
    let status = trace.wait(Duration::from_secs(20));
    (status.code().unwrap_or(-1), trace.out(), trace.err())
}

/// Runs the plugin, which must fail, and returns what it said.
fn fails(space: &Namespace, args: &[&str]) -> String {
    let mut run = Running::start(space.plugin(args));
    let status = run.wait(Duration::from_secs(20));
    assert!(!status.success() && run.out().is_empty(), "it succeeded:\n{}", run.err());
    println!("{}\n", run.err());
    run.err()
}

fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "'{part}' is missing in:\n{text}");
    }
}

#[test]
fn every_kind_of_workload_leads_to_a_pod() {
    let space = Namespace::new("kinds");
    space.apply(&workload("Deployment", "apps/v1", "dep", "  replicas: 1"));
    space.apply(&workload("StatefulSet", "apps/v1", "set", "  replicas: 1\n  serviceName: set"));
    space.apply(&workload("DaemonSet", "apps/v1", "dae", ""));
    space.apply(
        "apiVersion: v1\nkind: Service\nmetadata: {name: front}\nspec: {selector: {app: dep}, ports: [{port: 80}]}\n",
    );
    space.apply(&format!(
        "apiVersion: v1\nkind: ReplicationController\nmetadata: {{name: old}}\nspec:\n  replicas: 1\n  \
         selector: {{app: old}}\n  template:\n    metadata: {{labels: {{app: old}}}}\n    spec:\n{COUNTER}\n"
    ));
    let job = format!(
        "  template:\n    metadata: {{labels: {{job: yes-it-is}}}}\n    spec:\n      restartPolicy: Never\n{COUNTER}\n"
    );
    space.apply(&format!("apiVersion: batch/v1\nkind: Job\nmetadata: {{name: once}}\nspec:\n{job}"));
    let indented: String = job.lines().map(|line| format!("    {line}\n")).collect();
    space.apply(&format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: often}}\nspec:\n  schedule: '0 0 1 1 *'\n  \
         jobTemplate:\n    spec:\n{indented}"
    ));
    says(
        &fails(&space, &["cj/often"]),
        &["cronjob often", "none of its jobs is active", "--from=cronjob/often"],
    );
    space.kubectl(&["create", "job", "--from=cronjob/often", "often-now"]);
    let running = || space.kubectl(&["get", "pods", "--field-selector=status.phase=Running", "-o", "name"]);
    space.until("all run", SOON, || running().lines().count() == 6);
    let replicas = space.kubectl(&["get", "rs", "-o", "jsonpath={.items[0].metadata.name}"]);
    let set = format!("rs/{replicas}");
    for (typed, pod) in [
        (&["deploy/dep"][..], "dep-"),
        (&["Deployment.v1.apps", "dep"], "dep-"),
        (&["sts/set"], "set-0"),
        (&["ds", "dae"], "dae-"),
        (&[set.as_str()], "dep-"),
        (&["svc/front"], "dep-"),
        (&["rc/old"], "old-"),
        (&["job/once"], "once-"),
        (&["cronjob/often"], "often-now-"),
        (&["-l", "app in (dep),tier!=x"], "dep-"),
    ] {
        let trace = Running::start(space.plugin(typed));
        trace.expect(SOON, &["clock_nanosleep("]);
        let (code, _, err) = interrupt(trace);
        assert_eq!(code, 0, "{err}");
        says(&err, &[&format!("Chose pod {pod}"), "the only one of"]);
    }
}

#[test]
fn what_leads_to_no_pod_is_said() {
    let space = Namespace::new("nopods");
    space.apply(&workload("Deployment", "apps/v1", "empty", "  replicas: 0"));
    let stuck = workload("Deployment", "apps/v1", "stuck", "  replicas: 2");
    space.apply(&stuck.replace(
        "imagePullPolicy: Never",
        "imagePullPolicy: Never\n          resources: {requests: {cpu: 900}}",
    ));
    says(
        &fails(&space, &["deploy/emty"]),
        &["there is no deployment emty in namespace", "did you mean deployment/empty?"],
    );
    says(
        &fails(&space, &["deploy/empty"]),
        &["deployment empty", "has no pods", "scaled to 0", "kubectl scale"],
    );
    space.until("its pods are there", SOON, || {
        space.kubectl(&["get", "pods", "-o", "name"]).lines().count() == 2
    });
    space.until("they cannot be scheduled", SOON, || {
        space
            .kubectl(&["get", "pods", "-o", "jsonpath={.items[*].status.conditions[*].reason}"])
            .contains("Unschedulable")
    });
    says(
        &fails(&space, &["deploy/stuck"]),
        &["none of the 2 pods of deployment stuck runs", "Insufficient cpu", "--wait"],
    );
    says(
        &fails(&space, &["-l", "app=nobody"]),
        &["no pod", "matches the selector app=nobody", "--show-labels"],
    );
    says(&fails(&space, &["-l", "a=b=c"]), &["a=b=c"]);
    says(&fails(&space, &["depoly/empty"]), &["did you mean deploy/"]);
    // A user who may see pods, but not deployments.
    space.kubectl(&["create", "role", "pods", "--verb=get,list", "--resource=pods"]);
    space.kubectl(&["create", "serviceaccount", "looker"]);
    let account = format!("--serviceaccount={}:looker", space.name);
    space.kubectl(&["create", "rolebinding", "pods", "--role=pods", &account]);
    let impersonated = format!("--as=system:serviceaccount:{}:looker", space.name);
    let text = fails(&space, &["deploy/empty", &impersonated]);
    says(&text, &["may not get deployments.apps", "kind: Role", "deployments"]);
}

#[test]
fn the_pod_that_kubectl_would_choose_is_chosen() {
    let space = Namespace::new("chosen");
    space.apply(&workload("Deployment", "apps/v1", "dep", "  replicas: 1"));
    let up = || space.kubectl(&["rollout", "status", "deploy/dep", "--timeout=60s"]);
    up();
    // Creation times are whole seconds: those of the other pods must differ.
    std::thread::sleep(Duration::from_secs(2));
    space.kubectl(&["scale", "deploy/dep", "--replicas=3"]);
    up();
    // kubectl's request is in its log: .../pods/NAME/exec.
    let kubectl = space.try_kubectl(&["exec", "-v=6", "deploy/dep", "--", "/nothing-of-that-name"]);
    let kubectl = String::from_utf8_lossy(&kubectl.stderr).into_owned();
    let kubectls = kubectl.split("/exec?").next().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
    let trace = Running::start(space.plugin(&["deploy/dep"]));
    let said = format!("Chose pod {kubectls}, one of the 3 of deployment dep (--all-pods traces them all)");
    trace.expect_err(SOON, &[&said]);
    trace.expect(SOON, &["clock_nanosleep("]);
    assert_eq!(interrupt(trace).0, 0);
}

/// The pods that lines belong to, by their prefix.
fn names(out: &str) -> BTreeSet<&str> {
    out.lines().filter_map(|line| line.split_whitespace().next()).collect()
}

#[test]
fn ten_pods_at_once_in_one_order() {
    many("ten", 10);
}

fn many(name: &str, replicas: usize) {
    let space = Namespace::new(name);
    space.apply(&workload("Deployment", "apps/v1", "dep", &format!("  replicas: {replicas}")));
    space.kubectl(&["rollout", "status", "deploy/dep", "--timeout=120s"]);
    let start = Instant::now();
    let trace = Running::start(space.plugin(&["deploy/dep", "--all-pods", "-ttt", "-e", "clock_nanosleep"]));
    let pods = space.kubectl(&["get", "pods", "-l", "app=dep", "-o", "jsonpath={.items[*].metadata.name}"]);
    let pods: BTreeSet<&str> = pods.split_whitespace().collect();
    assert_eq!(pods.len(), replicas);
    space.until("every pod is seen", Duration::from_secs(120), || {
        let out = trace.out();
        names(&out) == pods
    });
    println!("{replicas} pods: all seen after {:?}", start.elapsed());
    std::thread::sleep(Duration::from_secs(5));
    // One that fails does not end the others.
    let victim = pods.first().expect("there are some");
    space.kubectl(&["delete", "pod", victim, "--grace-period=0", "--force"]);
    trace.expect_err(SOON, &[&format!("{victim}: ")]);
    let before = trace.out().lines().count();
    space.until("the others go on", SOON, || trace.out().lines().count() > before + 20);
    let (code, out, err) = interrupt(trace);
    println!("{}", err.lines().last().unwrap_or_default());
    says(
        &err,
        &[&format!("Tracing {replicas} pods of the {replicas} of deployment dep"), " events, 0 lost, "],
    );
    let totals = err.lines().rev().find(|line| line.contains(&format!("{replicas} containers: ")));
    let total: usize = totals.and_then(|line| line.split(' ').next()?.parse().ok()).expect(&err);
    assert!(total > replicas * 20, "{total}: {err}");
    // Whether the victim's end was seen or its connection was cut first, the others are complete.
    assert!(code == 0 || err.contains(&format!("{victim}: error:")), "{code}: {err}");
    // Each line begins with its pod and has a time; the times of whole calls are in order.
    let times: Vec<f64> = out
        .lines()
        .filter(|line| line.contains(" = 0") && !line.contains("resumed"))
        .map(|line| {
            line.split_whitespace()
                .find_map(|word| word.contains('.').then(|| word.parse().ok())?)
                .expect(line)
        })
        .collect();
    assert!(times.len() > 50, "{out}");
    // An event that travels for longer than the merge waits comes late, which happens on a busy machine.
    let wrong: Vec<_> = times.windows(2).filter(|pair| pair[0] > pair[1]).collect();
    assert!(wrong.len() * 1000 <= times.len(), "{wrong:?} of {} lines are out of order", times.len());
}

#[test]
fn more_pods_than_wanted_are_refused() {
    let space = Namespace::new("toomany");
    space.apply(&workload("Deployment", "apps/v1", "dep", "  replicas: 3"));
    space.kubectl(&["rollout", "status", "deploy/dep", "--timeout=60s"]);
    let text = fails(&space, &["-l", "app=dep", "--all-pods", "--max-pods", "2"]);
    says(&text, &["3 running pods, more than the 2", "--max-pods"]);
    let agents = space.kubectl(&["get", "pods", "-o", "jsonpath={.items[*].spec.ephemeralContainers}"]);
    assert!(agents.is_empty(), "{agents}");
}

#[test]
fn files_for_each_pod_container_and_thread() {
    let space = Namespace::new("files");
    space.apply(&workload("Deployment", "apps/v1", "dep", "  replicas: 2"));
    space.kubectl(&["rollout", "status", "deploy/dep", "--timeout=60s"]);
    let directory = std::env::temp_dir().join(&space.name);
    let arguments = ["-l", "app=dep", "--all-pods", "--ff", "--out", directory.to_str().expect("UTF-8")];
    let trace = Running::start(space.plugin(&arguments));
    space.until("both are traced", SOON, || trace.err().matches("Tracing ").count() == 3);
    std::thread::sleep(Duration::from_secs(2));
    let (code, out, err) = interrupt(trace);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    let files: Vec<String> = fs::read_dir(&directory)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let text = fs::read_to_string(directory.join(&files[0])).unwrap();
    fs::remove_dir_all(&directory).unwrap();
    let pods = space.kubectl(&["get", "pods", "-o", "jsonpath={.items[*].metadata.name}"]);
    for pod in pods.split_whitespace() {
        let own = files.iter().filter(|file| file.starts_with(&format!("{pod}.app.")));
        assert!(own.count() > 3, "{files:?}");
    }
    assert!(text.starts_with("1") && !text.contains("dep-"), "no prefix in a file of its own: {text}");
    says(&err, &["POD.CONTAINER.TID (", "2 containers: stopped, detached"]);
}

/// A pod of two containers that do different things, with additional lines for its spec.
fn pair(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata:
  name: {name}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
{spec}
  initContainers:
    - name: side
      restartPolicy: Always
      image: localhost/kubectl-strace/busybox:test
      imagePullPolicy: Never
      command: [sh, -c, 'while :; do ls /side >/dev/null 2>&1; sleep 0.1; done']
  containers:
    - name: app
      image: localhost/kubectl-strace/busybox:test
      imagePullPolicy: Never
      command: [sh, -c, 'while :; do ls /app >/dev/null 2>&1; sleep 0.1; done']
    - name: other
      image: localhost/kubectl-strace/busybox:test
      imagePullPolicy: Never
      command: [sh, -c, 'while :; do ls /other >/dev/null 2>&1; sleep 0.1; done']
"
    )
}

/// Traces a container, and compares what is traced on the host, and what was seen, with the processes that belong to it.
fn only_its_own(space: &Namespace, pod: &str, container: &str) {
    let trace = Running::start(space.plugin(&[pod, "-c", container, "-e", "trace=%file"]));
    trace.expect(SOON, &[&format!("\"/{container}\"")]);
    let id = |path: &str| {
        let id = space.field(pod, path);
        id.rsplit('/').next().unwrap_or_default().to_owned()
    };
    for name in ["app", "other", "side"] {
        let kind = if name == "side" { "initContainerStatuses" } else { "containerStatuses" };
        let processes = host_processes(&id(&format!(".status.{kind}[?(@.name==\"{name}\")].containerID")));
        assert!(!processes.is_empty(), "{name} has no process");
        // A child of its own may be between two forks; another container's process is never traced.
        space.until(name, Duration::from_secs(5), || traced(&processes) == (name == container));
    }
    let agents = space.field(pod, ".status.ephemeralContainerStatuses[*].containerID");
    for agent in agents.split_whitespace() {
        let agent = host_processes(agent.rsplit('/').next().unwrap_or_default());
        assert!(!traced(&agent), "the tracer traces itself");
    }
    std::thread::sleep(Duration::from_secs(1));
    let (code, out, err) = interrupt(trace);
    assert_eq!(code, 0, "{err}");
    for name in ["app", "other", "side"].into_iter().filter(|name| *name != container) {
        assert!(!out.contains(&format!("\"/{name}\"")), "a call of {name}:\n{out}");
    }
    assert!(!out.contains("tracer"), "a call of the tracer:\n{out}");
}

#[test]
fn containers_that_share_their_processes_are_told_apart() {
    let space = Namespace::new("shared");
    space.apply(&pair("plain", ""));
    space.apply(&pair("shared", "  shareProcessNamespace: true"));
    space.apply(&pair("host", "  hostPID: true\n  hostNetwork: true"));
    for pod in ["plain", "shared", "host"] {
        space.ready(pod);
        for container in ["app", "side"] {
            only_its_own(&space, pod, container);
        }
    }
    // Two tracers in one PID namespace: each client finds its own.
    let both = Running::start(space.plugin(&["shared", "-c", "app", "-c", "side", "-e", "trace=%file"]));
    both.expect(SOON, &["app ", "\"/app\""]);
    both.expect(SOON, &["side ", "\"/side\""]);
    let (code, out, err) = interrupt(both);
    assert_eq!(code, 0, "{err}");
    for line in out.lines() {
        let wrong = if line.starts_with("app ") { "\"/side\"" } else { "\"/app\"" };
        assert!(!line.contains(wrong) && !line.contains("\"/other\""), "{line}");
    }
}

#[test]
fn all_containers_of_a_pod() {
    let space = Namespace::new("allcont");
    space.apply(&pair("pair", ""));
    space.ready("pair");
    let trace = Running::start(space.plugin(&["pair", "--all-containers", "-e", "trace=%file"]));
    for name in ["app", "other", "side"] {
        trace.expect(SOON, &[&format!("{name:5} "), &format!("\"/{name}\"")]);
    }
    let (code, out, err) = interrupt(trace);
    assert_eq!(code, 0, "{err}");
    assert_eq!(names(&out), BTreeSet::from(["app", "other", "side"]));
    says(&err, &["3 containers: stopped, detached"]);
}

#[test]
fn a_rollout_is_no_failure_and_its_new_pods_are_named() {
    let space = Namespace::new("rollout");
    space.apply(&workload("Deployment", "apps/v1", "dep", "  replicas: 2"));
    space.kubectl(&["rollout", "status", "deploy/dep", "--timeout=60s"]);
    let mut trace =
        Running::start(space.plugin(&["deploy/dep", "--all-pods", "-e", "trace=clock_nanosleep"]));
    space.until("both are traced", Duration::from_secs(120), || {
        trace.err().matches(" (Ctrl-C ends it)").count() == 2
    });
    space.kubectl(&["rollout", "restart", "deploy/dep"]);
    let status = trace.wait(Duration::from_secs(180));
    let said = trace.err();
    println!("{said}");
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(!said.contains("error:") && !said.contains("told to end"), "{said}");
    assert_eq!(said.matches("its trace is over").count(), 2, "{said}");
    says(&said, &["is being deleted; its trace is over", "new pod", "not traced (--follow-pods"]);
}

/// The pods of which a trace has lines.
fn pods_of(trace: &Running) -> BTreeSet<String> {
    let out = trace.out();
    out.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn pods_that_come_are_traced_until_the_end_is_asked_for() {
    let space = Namespace::new("follow");
    space.apply(&workload("Deployment", "apps/v1", "dep", "  replicas: 2"));
    space.kubectl(&["rollout", "status", "deploy/dep", "--timeout=60s"]);
    let trace = Running::start(space.plugin(&[
        "deploy/dep",
        "--all-pods",
        "--follow-pods",
        "-e",
        "trace=clock_nanosleep",
    ]));
    space.until("both are traced", Duration::from_secs(120), || pods_of(&trace).len() == 2);
    let old = pods_of(&trace);
    space.kubectl(&["rollout", "restart", "deploy/dep"]);
    space.until("the new ones are traced too", Duration::from_secs(180), || pods_of(&trace).len() >= 4);
    space.kubectl(&["rollout", "status", "deploy/dep", "--timeout=60s"]);
    let (code, out, said) = interrupt(trace);
    println!("{said}");
    assert_eq!(code, 0, "{said}");
    says(&said, &["of deployment dep: dep-", "is being deleted; its trace is over", "containers: "]);
    assert!(!said.contains("error:") && !said.contains("Not complete"), "{said}");
    assert!(old.iter().all(|pod| out.contains(pod.as_str())));
}

#[test]
fn the_next_pod_of_a_stateful_set_has_files_of_its_own() {
    let space = Namespace::new("followset");
    space.apply(&workload("StatefulSet", "apps/v1", "set", "  replicas: 1\n  serviceName: set"));
    space.kubectl(&["rollout", "status", "sts/set", "--timeout=60s"]);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let set = ["sts/set", "--all-pods", "--follow-pods", "--out", path, "-e", "trace=clock_nanosleep"];
    let files = |name: &str| {
        let found = fs::read_dir(dir.path()).unwrap().flatten();
        found.filter(|file| file.file_name().to_string_lossy().starts_with(name)).count()
    };
    let trace = Running::start(space.plugin(&[&set[..], &["--ff"]].concat()));
    space.until("it is traced", Duration::from_secs(60), || files("set-0.app.") == 1);
    space.kubectl(&["delete", "pod", "set-0", "--wait=false"]);
    space.until("so is the next", Duration::from_secs(120), || files("set-0.app.r1.") == 1);
    let (code, _, said) = interrupt(trace);
    println!("{said}");
    assert_eq!(code, 0, "{said}");
    says(
        &said,
        &["No pod of statefulset set is traced any more; waiting", "Tracing 1 new pod of statefulset set"],
    );
}

#[test]
fn pods_that_come_are_bounded_in_number_and_time() {
    let space = Namespace::new("followmax");
    space.apply(&workload("Deployment", "apps/v1", "dep", "  replicas: 1"));
    space.kubectl(&["rollout", "status", "deploy/dep", "--timeout=60s"]);
    let mut trace = Running::start(space.plugin(&[
        "deploy/dep",
        "--all-pods",
        "--follow-pods",
        "--max-pods",
        "1",
        "--duration",
        "60s",
        "-e",
        "trace=clock_nanosleep",
    ]));
    space.until("it is traced", Duration::from_secs(60), || pods_of(&trace).len() == 1);
    let first = pods_of(&trace).into_iter().next().unwrap();
    space.kubectl(&["scale", "deploy/dep", "--replicas=2"]);
    trace.expect_err(SOON, &["1 new pod waits until another one ends (--max-pods 1): dep-"]);
    assert_eq!(pods_of(&trace).len(), 1);
    space.kubectl(&["delete", "pod", &first, "--wait=false"]);
    space.until("the second is traced", Duration::from_secs(40), || pods_of(&trace).len() == 2);
    let status = trace.wait(Duration::from_secs(90));
    println!("{}", trace.err());
    assert_eq!(status.code(), Some(0), "{}", trace.err());
    says(&trace.err(), &["No more pods of deployment dep are traced: the time is over (--duration)"]);

    says(&fails(&space, &["pod/api", "--all-pods", "--follow-pods"]), &["--follow-pods: pod api is one pod"]);
    says(
        &fails(&space, &["deploy/dep", "--follow-pods"]),
        &["--follow-pods does nothing without --all-pods"],
    );
}

#[test]
fn a_container_that_cannot_be_traced_makes_the_run_incomplete() {
    let space = Namespace::new("omitted");
    space
        .apply(&pair("pair", "").replace("while :; do ls /other >/dev/null 2>&1; sleep 0.1; done", "exit 3"));
    let waits = "status.containerStatuses[?(@.name==\"other\")].state.waiting.reason";
    let waits = || space.field("pair", &format!(".{waits}"));
    // The kubelet waits longer each time: by then it does not run in the middle of the test.
    let restarts = || space.field("pair", ".status.containerStatuses[?(@.name==\"other\")].restartCount");
    space.until("it crashes", Duration::from_secs(90), || {
        waits() == "CrashLoopBackOff" && restarts() >= "2".into()
    });
    for (args, code) in [
        (&["pair", "-c", "app", "-c", "other"][..], 1),
        (&["pair", "--all-containers"], 1),
        (&["pair", "-c", "app"], 0),
    ] {
        let mut trace = Running::start(space.plugin(&[args, &["-e", "%file", "--duration", "1s"]].concat()));
        let status = trace.wait(SOON);
        println!("{args:?}: {}", trace.err());
        assert_eq!(status.code(), Some(code), "{}", trace.err());
        if code == 1 {
            // Whether it runs for a moment just then is chance: either way it is not traced.
            says(
                &trace.err(),
                &["Not complete (exit status 1), 1 of ", ": pair other: container other of pod pair"],
            );
        }
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let space = Namespace::new("colours");
    space.apply(&pair("pair", ""));
    space.ready("pair");
    for (color, wanted) in [("auto", false), ("always", true), ("never", false)] {
        let trace =
            Running::start(space.plugin(&["pair", "--all-containers", "-e", "%file", "--color", color]));
        trace.expect(SOON, &["\"/app\""]);
        let (_, out, _) = interrupt(trace);
        assert_eq!(out.contains("\x1b["), wanted, "{color}: {out}");
    }
}

const BUSYBOX: &str = "localhost/kubectl-strace/busybox:test";

#[test]
fn processes_are_chosen_by_what_they_run() {
    let space = Namespace::new("programs");
    // PID 1 is an init that only waits, like tini. One child sleeps, and the other starts programs.
    let init = "sleep 100000 & (while :; do ls /app >/dev/null 2>&1; usleep 100000; done) & wait";
    space.apply(&pod("api", BUSYBOX, &["sh", "-c", init], ""));
    space.ready("api");
    let trace = Running::start(space.plugin(&["api", "--comm", "^sle+p$"]));
    trace.expect_err(SOON, &["Tracing 1 thread of 1 process"]);
    // It has been asleep since before the tracer attached.
    trace.expect(SOON, &["restart_syscall(<... resuming interrupted clock_nanosleep ...>"]);
    std::thread::sleep(Duration::from_secs(3));
    let (code, out, err) = interrupt(trace);
    assert_eq!(code, 0, "{err}");
    assert!(!out.contains("ls") && !out.contains("execve"), "{out}");

    let trace =
        Running::start(space.plugin(&["api", "--exe", "^/bin/busybox$", "-e", "trace=%process,%file"]));
    trace.expect(SOON, &["(AT_FDCWD, \"/app\"", "ENOENT"]);
    trace.expect(SOON, &["wait4("]);
    assert_eq!(interrupt(trace).0, 0);

    let text = fails(&space, &["api", "--exe", "^/counter$"]);
    says(&text, &["no process of the container matches", "sh, sleep"]);
    says(&fails(&space, &["api", "--comm", "("]), &["--comm: '(' is not a regular expression"]);
}

#[test]
fn a_container_that_is_yet_to_run_is_waited_for() {
    let space = Namespace::new("wait");
    // A pod that waits for an init container.
    let first = format!(
        "  initContainers:\n    - {{name: first, image: {BUSYBOX}, imagePullPolicy: Never, command: [sleep, '12']}}\n  containers"
    );
    space.apply(
        &pod("slow", BUSYBOX, &["sh", "-c", "while :; do ls /app; sleep 1; done"], "")
            .replace("  containers", &first),
    );
    says(&fails(&space, &["slow"]), &["container app of pod slow does not run", "PodInitializing", "--wait"]);
    let trace = Running::start(space.plugin(&["slow", "--wait", "-e", "trace=%file"]));
    trace.expect_err(SOON, &["waiting for container app of pod slow to run", "PodInitializing"]);
    trace.expect(SOON, &["\"/app\"", "ENOENT"]);
    assert_eq!(interrupt(trace).0, 0);

    // A container that crashes again and again. If it ends before the tracer is there, the next one is traced.
    let crash = "ls /early; sleep 5; ls /late; exit 3";
    let manifest = pod("crash", BUSYBOX, &["sh", "-c", crash], "")
        .replace("restartPolicy: Never", "restartPolicy: Always");
    space.apply(&manifest);
    let restarts = || space.field("crash", ".status.containerStatuses[0].restartCount");
    space.until("it was restarted", SOON, || restarts() == "1");
    let mut trace = Running::start(space.plugin(&["crash", "--wait", "-e", "trace=%file"]));
    trace.expect(Duration::from_secs(90), &["\"/late\""]);
    trace.expect(SOON, &["+++ exited with 3 +++"]);
    assert!(trace.wait(SOON).success(), "{}", trace.err());

    // A workload without pods.
    space.apply(&workload("Deployment", "apps/v1", "dep", "  replicas: 0"));
    let trace = Running::start(space.plugin(&["deploy/dep", "--wait"]));
    trace.expect_err(SOON, &["it has none; waiting for one (--wait)"]);
    space.kubectl(&["scale", "deploy/dep", "--replicas=1"]);
    trace.expect(SOON, &["clock_nanosleep("]);
    assert_eq!(interrupt(trace).0, 0);

    let stuck = pod("stuck", "localhost/no/such:1", &["x"], "");
    space.apply(&stuck);
    let text = fails(&space, &["stuck", "--wait", "--timeout", "3s"]);
    says(&text, &["container app of pod stuck did not run within 3 s", "ErrImageNeverPull", "--timeout"]);
}

#[test]
fn a_trace_ends_when_it_was_told_to() {
    let space = Namespace::new("ends");
    space.apply(&workload("Deployment", "apps/v1", "dep", "  replicas: 2"));
    space.kubectl(&["rollout", "status", "deploy/dep", "--timeout=60s"]);
    let mut trace = Running::start(space.plugin(&["deploy/dep", "--duration", "2s"]));
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    says(&trace.err(), &["The trace has lasted 2 s (--duration)", "stopped, detached"]);
    let limited = ["deploy/dep", "--all-pods", "--max-events", "25", "-e", "clock_nanosleep"];
    let mut trace = Running::start(space.plugin(&limited));
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    assert_eq!(trace.out().matches(") = ").count(), 25, "{}", trace.out());
    says(&trace.err(), &["25 events are written (--max-events)", "2 containers: stopped, detached"]);
}

#[test]
fn a_pod_with_a_user_namespace_is_traced_and_runs_commands() {
    let space = Namespace::new("userns");
    let spec = "  hostUsers: false\n  containers:";
    for (name, user) in [("root", 0), ("user", 1234)] {
        let context = format!("      securityContext: {{runAsUser: {user}, runAsGroup: {user}}}\n");
        let script = "while :; do ls /app >/dev/null 2>&1; sleep 0.1; done";
        let manifest = pod(name, BUSYBOX, &["sh", "-c", script], &context);
        space.apply(&manifest.replace("  containers:", spec));
        space.ready(name);
        let map = space.kubectl(&["exec", name, "-c", "app", "--", "cat", "/proc/self/uid_map"]);
        let outside = map.split_whitespace().nth(1).unwrap_or_default();
        assert_ne!(outside, "0", "the pod has no user namespace: {map}");
        let trace = Running::start(space.plugin(&[name, "-e", "trace=%file"]));
        trace.expect(SOON, &["\"/app\"", "ENOENT"]);
        let (code, _, err) = interrupt(trace);
        assert_eq!(code, 0, "{err}");
        assert!(!err.contains("not traced"), "{err}");
        let mut run = Running::start(space.plugin(&[name, "--", "id", "-u"]));
        assert!(run.wait(SOON).success(), "{}", run.err());
        assert_eq!(run.out().trim(), user.to_string());
    }
}

#[test]
fn an_image_may_be_named_by_its_digest() {
    let space = Namespace::new("digest");
    space.apply(&pod("api", BUSYBOX, &["sh", "-c", "while :; do ls /app; sleep 0.2; done"], ""));
    space.ready("api");
    let trace = Running::start(space.plugin(&["api", "-e", "trace=%file"]));
    trace.expect(SOON, &["\"/app\""]);
    assert_eq!(interrupt(trace).0, 0);
    let id = space.field("api", ".status.ephemeralContainerStatuses[0].imageID");
    assert!(id.contains("@sha256:"), "{id}");
    let trace = Running::start(space.plugin(&["api", "--image", &id, "-e", "trace=%file"]));
    trace.expect_err(SOON, &[&format!("(image {id})")]);
    trace.expect(SOON, &["\"/app\""]);
    assert_eq!(interrupt(trace).0, 0);
    // It is used again under that name.
    let trace = Running::start(space.plugin(&["api", "--image", &id, "-e", "trace=%file"]));
    trace.expect_err(SOON, &["Using the tracer container"]);
    trace.expect(SOON, &["\"/app\""]);
    assert_eq!(interrupt(trace).0, 0);
    let (name, _) = id.split_once("@sha256:").expect("asserted");
    let missing = format!("{name}@sha256:{}", "0".repeat(64));
    let text =
        fails(&space, &["api", "--image", &missing, "--image-pull-policy", "Never", "--timeout", "10s"]);
    says(&text, &["ErrImageNeverPull", &missing]);
}
