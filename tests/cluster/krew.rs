//! The usual installation: with the real krew, from an archive and a manifest of the release scripts.

use super::{
    node::{Namespace, dist, root, script},
    pods,
    process::Running,
};
use std::{
    env, fs,
    io::{Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

const SOON: Duration = Duration::from_secs(30);

/// The directories of krew and of what it installs.
struct Krew {
    space: Namespace,
    dir: PathBuf,
    /// The built krew, and its validator.
    programs: PathBuf,
}

impl Krew {
    fn new(test: &str) -> Krew {
        let programs = PathBuf::from(script(&["krew"]).trim());
        let space = Namespace::new(test);
        let dir = env::temp_dir().join(format!("kubectl-strace-{}", space.name));
        fs::create_dir_all(dir.join("krew")).expect("a temporary directory");
        // kubectl runs krew as a plugin. In the plugin directory, krew would think that an old krew had installed it.
        std::os::unix::fs::symlink(programs.join("krew"), dir.join("krew/kubectl-krew")).expect("new");
        Krew { space, dir, programs }
    }

    /// kubectl, with only krew and what krew installed as plugins on its PATH.
    fn kubectl(&self, args: &[&str]) -> Command {
        let kubectl = self.space.node().command("kubectl").get_program().to_owned();
        let kubectl = Path::new(&kubectl).parent().expect("a path").display().to_string();
        let mut command = self.space.node().command("kubectl");
        let bin = self.dir.join("root/bin");
        let krew = self.dir.join("krew");
        command.env("PATH", format!("{}:{}:{kubectl}:/usr/bin:/bin", bin.display(), krew.display()));
        command.env("KREW_ROOT", self.dir.join("root")).env("KREW_NO_UPGRADE_CHECK", "1");
        command.env("HOME", &self.dir).env("KREW_DEFAULT_INDEX_URI", self.index());
        command.args(args);
        command
    }

    fn index(&self) -> String {
        format!("file://{}", self.dir.join("release/index").display())
    }

    fn run(&self, command: Command) -> String {
        run(command)
    }
}

impl Drop for Krew {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn run(mut command: Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

/// Serves the files of a directory over HTTP, until the process ends.
fn serve(dir: PathBuf) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let length = client.read(&mut head).unwrap_or_default();
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            let name = head.split(' ').nth(1).and_then(|path| path.rsplit('/').next()).unwrap_or_default();
            let body = fs::read(dir.join(name)).unwrap_or_default();
            let _ = write!(
                client,
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = client.write_all(&body);
        }
    });
    port
}

#[test]
fn krew_installs_what_the_release_scripts_make() {
    let krew = Krew::new("krew");
    let release = krew.dir.join("release");
    fs::create_dir_all(&release).expect("a directory");
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let mut build = Command::new(root().join("krew/build.sh"));
    build.args(["linux", machine]).arg(&release).env("PLUGIN", dist("kubectl-strace"));
    build.env("IMAGE", format!("registry.test/tracer@sha256:{}", "0".repeat(64)));
    run(build);
    let url = format!("http://127.0.0.1:{}/download", serve(release.clone()));
    let mut manifest = Command::new(root().join("krew/manifest.sh"));
    manifest.arg(&url).arg(&release).env("HOMEPAGE", "https://example.com/kubectl-strace");
    run(manifest);
    let mut sums = Command::new("sha256sum");
    sums.args(["--check", "checksums.txt"]).current_dir(&release);
    run(sums);
    let file = release.join("strace.yaml");
    let file = file.to_str().expect("UTF-8");
    let mut validate = Command::new(krew.programs.join("validate-krew-manifest"));
    validate.args(["-skip-install", "-manifest", file]);
    println!("{}", run(validate));

    // krew needs an index before it does anything. Ours also stands in for the central one.
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.com"]).args(args);
        git.current_dir(release.join("index")).env("HOME", &krew.dir);
        run(git)
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "strace"]);
    krew.run(krew.kubectl(&["krew", "update"]));

    let archive = release.join(format!("kubectl-strace-linux-{machine}.tar.gz"));
    let archive = format!("--archive={}", archive.display());
    println!("{}", krew.run(krew.kubectl(&["krew", "install", &format!("--manifest={file}"), &archive])));
    works(&krew);
    krew.run(krew.kubectl(&["krew", "uninstall", "strace"]));
    assert!(!krew.kubectl(&["strace", "--help"]).output().expect("kubectl").status.success());

    // From our own index, by download.
    krew.run(krew.kubectl(&["krew", "index", "add", "ours", &krew.index()]));
    let found = krew.run(krew.kubectl(&["krew", "search", "strace"]));
    assert!(found.contains("ours/strace"), "{found}");
    println!("{}", krew.run(krew.kubectl(&["krew", "install", "ours/strace"])));
    works(&krew);
    let listed = krew.run(krew.kubectl(&["krew", "list"]));
    assert!(listed.contains("ours/strace"), "{listed}");
}

/// The installed plugin prints its version, traces, and completes.
fn works(krew: &Krew) {
    let help = krew.run(krew.kubectl(&["strace", "--help"]));
    assert!(help.contains("kubectl strace [POD | TYPE/NAME"), "{help}");
    let space = &krew.space;
    space.apply(&pods::probe("counter", &["/counter"], ""));
    space.ready("counter");
    let flags = ["strace", "-n", &space.name, "counter", "-e", "write", "--max-events", "2"];
    let mut trace = Running::start(krew.kubectl(&flags));
    trace.expect(SOON, &["write(1, \"tick "]);
    assert!(trace.wait(SOON).success(), "{}", trace.err());
    // As the caveats say.
    let script = krew.dir.join("krew/kubectl_complete-strace");
    fs::copy(root().join("krew/kubectl_complete-strace"), script).expect("it is there");
    let offered = krew.run(krew.kubectl(&["__complete", "strace", "-n", &space.name, "cou"]));
    assert!(offered.starts_with("counter\n"), "{offered}");
}
