//! The node, and a namespace on it for each test.

use std::{
    collections::HashMap,
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    thread,
    time::{Duration, Instant},
};

/// The checkout under test, found at run time because several checkouts may share build output.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        env::var_os("CARGO_MANIFEST_DIR").map_or(env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
    })
}

/// A build result in `dist/`. If it is missing, the tests were started in the wrong way.
pub fn dist(name: &str) -> PathBuf {
    let path = root().join("dist").join(name);
    assert!(path.exists(), "{} is not built: run `make build image` (or just `make test`)", path.display());
    path
}

/// Access to the node.
pub struct Node {
    environment: Vec<(String, String)>,
}

impl Node {
    /// The node, started if it is down, with the images of the tracer and the workloads on it.
    pub fn up() -> &'static Node {
        static NODE: OnceLock<Node> = OnceLock::new();
        NODE.get_or_init(|| {
            script(&["up"]);
            script(&["load", dist("tracer.oci.tar").to_str().expect("the checkout's path is UTF-8")]);
            let images =
                Command::new(root().join("tests/workloads/build.sh")).output().expect("build.sh starts");
            assert!(images.status.success(), "workloads: {}", String::from_utf8_lossy(&images.stderr));
            let images = String::from_utf8(images.stdout).expect("paths are UTF-8");
            script(&["load"].into_iter().chain(images.lines()).collect::<Vec<_>>());
            let environment = script(&["env"]);
            let environment = environment.lines().filter_map(|line| {
                let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
                let value = value.trim_matches(['"', '\'']);
                // The script writes `PATH=...:$PATH` for a shell; here, put in our own PATH.
                Some((name.to_string(), value.replace("$PATH", &env::var("PATH").unwrap_or_default())))
            });
            let mut environment: Vec<_> = environment.collect();
            let plugin = dist("kubectl-strace").parent().expect("it is in dist").display().to_string();
            for (name, value) in &mut environment {
                if name == "PATH" {
                    *value = format!("{plugin}:{value}");
                }
            }
            assert!(environment.iter().any(|(name, _)| name == "KUBECONFIG"), "node.sh env: {environment:?}");
            Node { environment }
        })
    }

    /// A command with the node's environment: `kubectl` and the plugin are on its PATH.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.find(program));
        command.envs(self.environment.iter().map(|(name, value)| (name, value))).current_dir(root());
        command
    }

    fn find(&self, program: &str) -> PathBuf {
        let path = self.environment.iter().find(|(name, _)| name == "PATH").map_or("", |(_, path)| path);
        env::split_paths(path)
            .map(|dir| dir.join(program))
            .find(|path| path.exists())
            .unwrap_or(program.into())
    }

    /// The administrator's kubeconfig.
    pub fn kubeconfig(&self) -> PathBuf {
        self.environment
            .iter()
            .find(|(name, _)| name == "KUBECONFIG")
            .map(|(_, path)| path.into())
            .expect("checked")
    }
}

/// Runs `node.sh` and returns its stdout.
pub fn script(args: &[&str]) -> String {
    let output =
        Command::new(root().join("tests/cluster/node.sh")).args(args).output().expect("node.sh starts");
    assert!(output.status.success(), "node.sh {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("node.sh writes UTF-8")
}

/// A namespace that is deleted when the test ends. If the test fails, the node's state is printed first.
pub struct Namespace {
    /// Its name.
    pub name: String,
    node: &'static Node,
    _turn: Turn,
}

/// Which tests may run at the same time: most of them can; one that uses all CPUs must run alone.
enum Turn {
    Shared { _guard: RwLockReadGuard<'static, ()> },
    Alone { _guard: RwLockWriteGuard<'static, ()> },
}

static TURNS: RwLock<()> = RwLock::new(());

impl Namespace {
    /// A new namespace, ready for pods.
    pub fn new(test: &str) -> Namespace {
        Namespace::with(test, Turn::Shared { _guard: TURNS.read().unwrap_or_else(PoisonError::into_inner) })
    }

    /// The same, while no other test has one.
    pub fn alone(test: &str) -> Namespace {
        Namespace::with(test, Turn::Alone { _guard: TURNS.write().unwrap_or_else(PoisonError::into_inner) })
    }

    fn with(test: &str, turn: Turn) -> Namespace {
        let node = Node::up();
        let name = format!("{test}-{:x}", std::process::id());
        let namespace = Namespace { name, node, _turn: turn };
        // One left behind by a killed run has the same name only if it had the same process id.
        namespace.kubectl(&["create", "namespace", &namespace.name]);
        // Pods are refused until the service account exists, about a second later; longer if the API server was away and the
        // controller waits before it retries (client-go's reflector, 30 s and more).
        namespace.until("the default service account", Duration::from_secs(90), || {
            namespace.try_kubectl(&["get", "serviceaccount", "default"]).status.success()
        });
        namespace
    }

    /// Labels the namespace, for Pod Security.
    pub fn label(&self, label: &str) {
        self.kubectl(&["label", "--overwrite", "namespace", &self.name, label]);
    }

    /// `kubectl -n NAMESPACE ARGS`, whatever its result.
    pub fn try_kubectl(&self, args: &[&str]) -> Output {
        self.node.command("kubectl").args(["-n", &self.name]).args(args).output().expect("kubectl starts")
    }

    /// `kubectl -n NAMESPACE ARGS`, which must succeed; its stdout.
    pub fn kubectl(&self, args: &[&str]) -> String {
        let output = self.try_kubectl(args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "kubectl {args:?}: {error}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// `kubectl -n NAMESPACE` with a plugin, such as ours.
    pub fn plugin(&self, args: &[&str]) -> Command {
        let mut command = self.node.command("kubectl");
        command.args(["strace", "-n", &self.name]).args(args);
        command
    }

    /// Runs a line of bash in which `$STRACE` is the plugin in this namespace.
    pub fn bash(&self, line: &str) -> (Output, Duration) {
        let strace = self.plugin(&[]);
        let words: Vec<&str> =
            [strace.get_program()].into_iter().chain(strace.get_args()).filter_map(OsStr::to_str).collect();
        let mut command = Command::new("bash");
        for (name, value) in strace.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        let begun = Instant::now();
        // A terminal type for script(1): CI may not set one, and a dumb terminal gets no status line.
        command.env("STRACE", words.join(" ")).env("TERM", "xterm");
        let output = command.args(["-c", line]).output().expect("bash starts");
        println!("$ {line}\n{}", String::from_utf8_lossy(&output.stderr));
        (output, begun.elapsed())
    }

    /// A separate kubeconfig: the node's with changes, each given as arguments of `kubectl config`. The caller removes
    /// the file.
    pub fn kubeconfig(&self, changes: &[&[&str]]) -> PathBuf {
        let path = env::temp_dir().join(format!("{}.kubeconfig", self.name));
        fs::copy(self.node.kubeconfig(), &path).expect("the kubeconfig is there");
        for change in changes {
            let mut command = self.node.command("kubectl");
            command.arg("--kubeconfig").arg(&path).arg("config").args(*change);
            assert!(command.output().expect("kubectl starts").status.success(), "{command:?}");
        }
        path
    }

    /// The same for a service account: a real user, with its own token.
    pub fn kubeconfig_of(&self, account: &str) -> PathBuf {
        let token = self.kubectl(&["create", "token", account]);
        self.kubeconfig(&[
            &["set-credentials", account, "--token", token.trim()],
            &["set-context", "--current", "--user", account],
        ])
    }

    /// Applies a manifest given as text.
    pub fn apply(&self, manifest: &str) {
        let path = env::temp_dir().join(format!("{}-{:?}.yaml", self.name, thread::current().id()));
        fs::write(&path, manifest).expect("a temporary file can be written");
        let output = self.try_kubectl(&["apply", "-f", path.to_str().expect("UTF-8")]);
        fs::remove_file(&path).expect("it was written just now");
        assert!(output.status.success(), "kubectl apply: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Applies a workload's `pod.yaml`, with replacements, and waits until its pod runs.
    pub fn workload(&self, name: &str, replace: &[(&str, &str)]) {
        let path = root().join("tests/workloads").join(name).join("pod.yaml");
        let mut manifest =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (from, to) in replace {
            assert!(manifest.contains(from), "{} has no '{from}'", path.display());
            manifest = manifest.replace(from, to);
        }
        self.apply(&manifest);
    }

    /// Waits until a pod is Ready.
    pub fn ready(&self, pod: &str) {
        self.kubectl(&["wait", "--for=condition=Ready", "--timeout=60s", &format!("pod/{pod}")]);
    }

    /// A field of a pod.
    pub fn field(&self, pod: &str, path: &str) -> String {
        self.kubectl(&["get", "pod", pod, "-o", &format!("jsonpath={{{path}}}")])
    }

    /// The id of a container, 64 hexadecimal digits.
    pub fn container_id(&self, pod: &str, container: &str) -> String {
        let path = format!(".status.containerStatuses[?(@.name==\"{container}\")].containerID");
        let id = self.field(pod, &path);
        id.rsplit('/').next().unwrap_or_default().to_string()
    }

    /// Waits until a condition holds.
    pub fn until(&self, what: &str, most: Duration, mut so: impl FnMut() -> bool) {
        let start = Instant::now();
        while !so() {
            assert!(start.elapsed() < most, "{what}: not so after {most:?}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The node of this namespace.
    pub fn node(&self) -> &'static Node {
        self.node
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("--- the node's last words:");
            let logs = Command::new(root().join("tests/cluster/node.sh")).args(["logs", "15"]).output();
            logs.iter().for_each(|logs| eprintln!("{}", String::from_utf8_lossy(&logs.stdout)));
            let pods = self.try_kubectl(&["get", "pods,events"]);
            eprintln!("--- the namespace:\n{}", String::from_utf8_lossy(&pods.stdout));
        }
        let args = ["delete", "namespace", &self.name, "--wait=false", "--grace-period=1"];
        let pods = ["delete", "pods", "--all", "--wait=false", "--grace-period=1"];
        self.try_kubectl(&pods);
        self.try_kubectl(&args);
    }
}

/// The processes of a container on this machine, with their ids on the host.
pub fn host_processes(container: &str) -> Vec<i32> {
    let entries = fs::read_dir("/proc").expect("/proc is there");
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &i32| {
        fs::read_to_string(format!("/proc/{pid}/cgroup")).is_ok_and(|cgroup| cgroup.contains(container))
    })
    .collect()
}

/// The fields of `/proc/PID/status`.
pub fn status(pid: i32) -> Option<HashMap<String, String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    Some(
        text.lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(k, v)| (k.into(), v.trim().into()))
            .collect(),
    )
}

/// Whether any thread of these processes is traced now.
pub fn traced(processes: &[i32]) -> bool {
    threads(processes).into_iter().any(is_traced)
}

/// Whether all threads of these processes are traced.
pub fn all_traced(processes: &[i32]) -> bool {
    threads(processes).into_iter().all(is_traced)
}

fn threads(processes: &[i32]) -> Vec<i32> {
    let tasks =
        processes.iter().flat_map(|pid| fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten());
    tasks.filter_map(|task| task.ok()?.file_name().to_str()?.parse().ok()).collect()
}

fn is_traced(tid: i32) -> bool {
    status(tid).is_some_and(|status| status["TracerPid"] != "0")
}
