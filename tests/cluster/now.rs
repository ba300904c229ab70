//! `now` and `look`: what threads do at this moment and whom they wait for, without tracing anybody.

use super::{
    node::{Namespace, host_processes, root, status as process_status, traced},
    pods::{pod, probe},
    process::Running,
};
use serde_json::Value;
use std::{
    fs, thread,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(60);

/// A child that writes to a pipe which its parent, who reads another one, does not read.
const TWO_PIPES: &str = r"import subprocess, sys
child = 'import sys\nfor i in range(10**6): sys.stderr.write(\'warning %d: denied\' % i)'
p = subprocess.Popen([sys.executable, '-c', child], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
print(p.stdout.read())";

/// A pipe that is full, and whose other end is held by a process that sleeps.
const FULL_PIPE: &str = r"import os, time
r, w = os.pipe()
if os.fork() == 0:
    os.dup2(w, 1); os.close(w); os.close(r)
    while True: os.write(1, b'x' * 1000)
time.sleep(10**6)";

/// Two processes want the same file lock.
const FILE_LOCK: &str = r"import fcntl, os, time
os.fork()
f = open('/tmp/queue.lock', 'w')
fcntl.flock(f, fcntl.LOCK_EX)
while True: time.sleep(1)";

/// A child that was forked while another thread held a lock.
const FORKED: &str = r"import os, threading, time
lock = threading.Lock()
lock.acquire()
if os.fork() == 0:
    lock.acquire()
os.wait()";

/// Two threads that take two mutexes of the C library in opposite order.
const TWO_LOCKS: &str = r"import ctypes, threading, time
c = ctypes.CDLL(None)
a, b = (ctypes.create_string_buffer(64) for _ in range(2))
def take(one, other):
    c.pthread_mutex_lock(one); time.sleep(.5); c.pthread_mutex_lock(other)
threading.Thread(target=take, args=(a, b)).start()
threading.Thread(target=take, args=(b, a)).start()
time.sleep(10**6)";

/// A client of an abstract unix socket, whose server sleeps.
const SLOW_SERVER: &str = r"import os, socket, time
s = socket.socket(socket.AF_UNIX); s.bind('\0agent'); s.listen()
if os.fork() == 0:
    while True:
        c, _ = s.accept(); c.recv(99); time.sleep(999); c.close()
c = socket.socket(socket.AF_UNIX); c.connect('\0agent'); c.send(b'list'); c.recv(99)";

/// A connection on which nothing comes any more.
const SILENT: &str = r"import os, socket
s = socket.create_server(('127.0.0.1', 9300))
if os.fork() == 0:
    keep = []
    while True: c, _ = s.accept(); keep.append(c); c.recv(99); c.send(b'HTTP/1.1 200 OK')
c = socket.create_connection(('127.0.0.1', 9300)); c.sendall(b'GET /'); n = 0
while True: n += len(c.recv(65536))";

/// A connect that nobody answers: the queue of the listener is full.
const NO_ANSWER: &str = r"import socket
s = socket.socket(); s.bind(('127.0.0.1', 9301)); s.listen(0); keep = []
while True:
    c = socket.socket(); c.connect(('127.0.0.1', 9301)); keep.append(c)";

/// A connect to a service that has no endpoints, by its own address.
const NO_ENDPOINT: &str = r"import os, socket
socket.create_connection((os.environ['DB_SERVICE_HOST'], 5432))";

/// 5,000 threads that do nothing.
const MANY: &str = r"import threading, time
threading.stack_size(65536)
for _ in range(5000): threading.Thread(target=time.sleep, args=(10**6,)).start()";

/// Nothing is wrong: threads that wait for connections, for work and for the time.
const IDLE: &str = r"import queue, select, socket, threading, time
s = socket.create_server(('127.0.0.1', 9302)); q = queue.SimpleQueue(); e = select.epoll(); e.register(s)
for _ in range(40): threading.Thread(target=q.get).start()
threading.Thread(target=e.poll).start()
threading.Thread(target=s.accept).start()
time.sleep(10**6)";

fn python(space: &Namespace, name: &str, program: &str) {
    let program = program.replace('\\', "\\\\").replace('\n', "\\n").replace('"', "\\\"");
    let environment = format!("      env: [{{name: PROGRAM, value: \"{program}\"}}]\n");
    let command = ["/usr/bin/python3", "-c", "$(PROGRAM)"];
    space.apply(&pod(name, "localhost/kubectl-strace/python:test", &command, &environment));
    space.ready(name);
}

fn ask(space: &Namespace, args: &[&str]) -> String {
    let mut run = Running::start(space.plugin(args));
    let status = run.wait(SOON);
    println!("$ kubectl strace {}\n{}{}", args.join(" "), run.out(), run.err());
    assert_eq!(status.code(), Some(0), "{}", run.err());
    run.out()
}

/// Asks until an answer has all of these texts.
fn until(space: &Namespace, name: &str, texts: &[&str]) -> String {
    for _ in 0..10 {
        let out = ask(space, &["now", name]);
        if texts.iter().all(|text| out.contains(text)) {
            return out;
        }
        thread::sleep(Duration::from_millis(500));
    }
    panic!("now {name} never said {texts:?}");
}

#[test]
fn a_wait_is_followed_to_its_end() {
    let space = Namespace::new("now");
    let stories: [(&str, &str, &[&str]); 8] = [
        (
            "pipes",
            TWO_PIPES,
            &["DEADLOCK: ", " to write to ", "its standard error", " has open and does not read"],
        ),
        (
            "full",
            FULL_PIPE,
            &[
                "for room in its standard output",
                "pid 1 (python3) has open and does not read",
                "clock_nanosleep",
            ],
        ),
        ("flock", FILE_LOCK, &["for the lock on /tmp/queue.lock, which pid ", " holds; ", "clock_nanosleep"]),
        ("forked", FORKED, &["was forked from pid 1 (python3)", "NEVER ENDS: "]),
        ("locks", TWO_LOCKS, &["DEADLOCK: tid ", "for a lock (0x", " holds"]),
        ("server", SLOW_SERVER, &["to answer on a unix socket (@agent)", "clock_nanosleep"]),
        ("silent", SILENT, &["for data of 127.0.0.1:9300, which is pid ", "nothing has been received for "]),
        (
            "connect",
            NO_ANSWER,
            &["for 127.0.0.1:9301 to answer its connect: pid 1 (python3) listens there", "does not accept"],
        ),
    ];
    for (name, program, _) in stories {
        python(&space, name, program);
    }
    thread::sleep(Duration::from_secs(1));
    for (name, _, texts) in stories {
        until(&space, name, texts);
    }
}

#[test]
fn idle_is_said_as_idle_and_nobody_notices() {
    let space = Namespace::new("now-idle");
    python(&space, "idle", IDLE);
    thread::sleep(Duration::from_secs(1));
    let out =
        until(&space, "idle", &["40 threads  idle", "(waits for connections)", "(event loop)", "sleeps"]);
    assert_eq!(out.lines().count(), 4, "no chain, and a line for each kind: {out}");
    let processes = host_processes(&space.container_id("idle", "app"));
    let switches = |pid: i32| process_status(pid).map(|status| status["voluntary_ctxt_switches"].clone());
    let before: Vec<_> = processes.iter().map(|pid| switches(*pid)).collect();
    let json: Value = serde_json::from_str(&ask(&space, &["now", "idle", "-o", "json"])).expect("JSON");
    let after: Vec<_> = processes.iter().map(|pid| switches(*pid)).collect();
    assert_eq!(before, after, "none of them has run");
    assert!(!traced(&processes));
    let schema = fs::read_to_string(root().join("docs/now.schema.json")).expect("it is there");
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a schema");
    schema.validate(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
    let container = &json["containers"][0];
    assert_eq!(container["threads"].as_array().map(Vec::len), Some(43), "{container}");
    assert_eq!(container["chains"].as_array().map(Vec::len), Some(0), "{container}");
    let group = &container["groups"][0];
    assert!(group["untrusted"]["does"].is_string() && group["does"].is_null(), "{group}");
}

#[test]
fn an_address_has_the_name_of_its_service() {
    let space = Namespace::new("now-names");
    space.apply(
        "apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  selector: {app: nothing}
  ports: [{port: 5432}]",
    );
    python(&space, "client", NO_ENDPOINT);
    thread::sleep(Duration::from_secs(1));
    until(&space, "client", &["(svc/db, which has no ready endpoint) to answer its connect"]);
    let out = ask(&space, &["now", "client", "--names=off"]);
    assert!(!out.contains("svc/db") && out.contains(":5432 to answer its connect"), "{out}");
}

#[test]
fn a_path_has_the_name_of_its_volume() {
    let space = Namespace::new("look-volume");
    space.apply(
        "apiVersion: v1
kind: ConfigMap
metadata: {name: app-config}
data: {server.yaml: x}
---
apiVersion: v1
kind: Pod
metadata: {name: configured}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  containers:
    - name: app
      image: localhost/kubectl-strace/probe:test
      imagePullPolicy: Never
      command: [/counter, --quiet]
      volumeMounts: [{name: config, mountPath: /etc/app}]
  volumes: [{name: config, configMap: {name: app-config}}]",
    );
    space.ready("configured");
    let out = ask(&space, &["look", "configured", "path", "/etc/app/server.yaml"]);
    assert!(out.contains("server.yaml (ConfigMap app-config, key server.yaml) is there"), "{out}");
    let out = ask(&space, &["look", "configured", "path", "/etc/app/server.yml", "mounts"]);
    assert!(out.contains("it would be of ConfigMap app-config, key server.yml"), "{out}");
    assert!(
        out.contains("there is: server.yaml") && out.contains("/etc/app (ConfigMap app-config)"),
        "{out}"
    );
}

#[test]
fn thousands_of_threads_are_looked_at_in_time() {
    let space = Namespace::alone("now-many");
    python(&space, "many", MANY);
    let id = space.container_id("many", "app");
    space.until("all of them", SOON, || {
        let threads = host_processes(&id).first().and_then(|pid| process_status(*pid));
        threads.is_some_and(|status| status["Threads"].parse::<u32>().is_ok_and(|threads| threads > 5000))
    });
    ask(&space, &["now", "many"]);
    let begun = Instant::now();
    let out = ask(&space, &["now", "many"]);
    let lasted = begun.elapsed();
    println!("5,000 threads: {lasted:?}");
    assert!(out.contains("5000 threads  sleeps up to ") && out.lines().count() < 10, "{out}");
    assert!(lasted < Duration::from_secs(10), "{lasted:?}");
}

#[test]
fn facts_are_told_by_topic() {
    let space = Namespace::new("look");
    python(&space, "silent", SILENT);
    space.apply(&probe("counter", &["/counter", "--quiet"], ""));
    space.ready("counter");
    let out = ask(&space, &["look", "silent", "fds"]);
    assert!(out.contains("TCP:[127.0.0.1:9300] LISTEN") && out.contains("ESTAB"), "{out}");
    let out = ask(&space, &["look", "silent"]);
    for heading in ["PID   TID", "RLIMIT_NOFILE", "CONTROL GROUP", "MOUNT"] {
        assert!(out.contains(heading), "no {heading} in {out}");
    }
    let out = ask(&space, &["look", "silent", "path", "/usr/bin/pyton3"]);
    assert!(out.contains("has nothing of the next name (ENOENT)") && out.contains("python3"), "{out}");
    let out = ask(&space, &["look", "silent", "path", "/usr/bin/python3"]);
    assert!(out.contains("it is run by /lib64/ld-linux-x86-64.so.2, which is there"), "{out}");
    let out = ask(&space, &["look", "counter", "threads", "-o", "json"]);
    let json: Value = serde_json::from_str(&out).expect("JSON");
    assert!(json["containers"][0]["threads"][0]["untrusted"]["name"].is_string(), "{out}");
    // Nothing of another pod of the same node.
    assert!(!out.contains("python"), "{out}");

    let mut wrong = Running::start(space.plugin(&["look", "silent", "mount"]));
    assert_eq!(wrong.wait(SOON).code(), Some(2));
    assert!(wrong.err().contains("did you mean mounts?"), "{}", wrong.err());
}
