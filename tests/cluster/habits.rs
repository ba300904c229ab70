//! What people expect of any kubectl plugin: completion, defaults, versions, a manual page.

use super::{
    node::{Namespace, dist, root},
    pods,
};
use std::{fs, process::Command};

/// The completions that `kubectl __complete strace WORDS` offers, with the directive.
fn offered(space: &Namespace, words: &[&str]) -> (Vec<String>, String) {
    let mut command = space.node().command("kubectl");
    command.args(["__complete", "strace"]).args(words);
    let output = command.output().expect("kubectl starts");
    assert!(output.status.success(), "{words:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines: Vec<String> =
        text.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect();
    let directive = lines.pop().expect("the directive is last");
    (lines, directive)
}

#[test]
fn kubectl_completes() {
    let space = Namespace::new("complete");
    space.workload("api", &[]);
    space.apply(&pods::probe("other", &["/counter"], ""));
    space.kubectl(&["create", "deployment", "front", "--image=localhost/none:1", "--replicas=0"]);
    let here = ["-n", &space.name];
    let offer = |words: &[&str]| offered(&space, &[&here[..], words].concat());
    let is = |words: &[&str], candidates: &[&str], directive: &str| {
        let (found, ended) = offer(words);
        assert_eq!(
            (found.as_slice(), ended.as_str()),
            (&candidates.map(str::to_owned)[..], directive),
            "{words:?}"
        );
    };
    trait Map {
        fn map(&self, f: fn(&str) -> String) -> Vec<String>;
    }
    impl Map for &[&str] {
        fn map(&self, f: fn(&str) -> String) -> Vec<String> {
            self.iter().map(|word| f(word)).collect()
        }
    }
    is(&["ap"], &["api"], ":4");
    is(&["pod/"], &["pod/api", "pod/other"], ":4");
    is(&["deploy", ""], &["front"], ":4");
    is(&["deploy/"], &["deploy/front"], ":4");
    is(&["statef"], &["statefulsets/"], ":6");
    is(&["api", "-c", ""], &["app", "client"], ":4");
    is(&["pod", "api", "--container=cl"], &["--container=client"], ":4");
    // No pod is named yet.
    is(&["-c", ""], &[], ":4");
    is(&["api", "-ffttTye", "trace=openat,clos"], &["trace=openat,close", "trace=openat,close_range"], ":6");
    is(&["api", "--profile", "un"], &["unprivileged"], ":4");
    let (all, _) = offer(&[""]);
    assert!(
        ["api", "other", "pods/", "deployments/"].iter().all(|word| all.contains(&(*word).to_owned())),
        "{all:?}"
    );
    let (namespaces, _) = offered(&space, &["-n", &space.name[..6]]);
    assert!(namespaces.contains(&space.name), "{namespaces:?}");
    let (contexts, _) = offered(&space, &["--context", ""]);
    assert_eq!(contexts.len(), 1, "{contexts:?}");
    let (flags, _) = offer(&["--all-"]);
    assert!(flags.contains(&"--all-containers".to_owned()), "{flags:?}");
    // Without a cluster there are no completions and no messages.
    let mut command = space.node().command("kubectl");
    command.args(["__complete", "strace", "--server", "https://127.0.0.1:1", "ap"]);
    let output = command.output().unwrap();
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains("error"), "{output:?}");
}

#[test]
fn the_configuration_file_stands_for_flags() {
    let space = Namespace::new("settings");
    space.apply(&pods::probe("counter", &["/counter"], ""));
    space.ready("counter");
    let home = std::env::temp_dir().join(format!("kubectl-strace-{}", space.name));
    let dir = home.join("kubectl-strace");
    fs::create_dir_all(&dir).unwrap();
    let file = dir.join("config.yaml");
    let run = |environment: &[(&str, &str)], flags: &[&str]| {
        let mut command = space.plugin(&[&["counter", "--dry-run=client"], flags].concat());
        command.env("XDG_CONFIG_HOME", &home).envs(environment.iter().copied());
        let output = command.output().expect("kubectl starts");
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let context = space.kubectl(&["config", "current-context"]);
    fs::write(
        &file,
        format!(
            "defaults:\n  image: one.test/x:1\ncontexts:\n  {}: {{imagePullPolicy: Never}}\n",
            context.trim()
        ),
    )
    .unwrap();
    let has = |said: &(Option<i32>, String), text: &str| assert!(said.1.contains(text), "{text}: {said:?}");
    let said = run(&[], &[]);
    has(&said, "image: one.test/x:1\n");
    has(&said, "imagePullPolicy: Never\n");
    has(&run(&[("KUBECTL_STRACE_IMAGE", "two.test/x:2")], &[]), "image: two.test/x:2\n");
    has(
        &run(&[("KUBECTL_STRACE_IMAGE", "two.test/x:2")], &["--image", "three.test/x:3"]),
        "image: three.test/x:3\n",
    );
    has(&run(&[("KUBECTL_STRACE_CONFIG", "")], &[]), "kubectl-strace/tracer");
    fs::write(&file, "defaults:\n  profil: ptrace\n").unwrap();
    let said = run(&[], &[]);
    assert_eq!(said.0, Some(2), "{said:?}");
    has(&said, "config.yaml, line 2: there is no setting 'profil'");
    has(&said, "did you mean profile?");
    fs::write(&file, format!("namespaces:\n  {}:\n    denyNamespaces: ['*']\n", space.name)).unwrap();
    let said = run(&[], &[]);
    assert_eq!(said.0, Some(1), "{said:?}");
    has(&said, "must not be traced from here");
    has(&said, "line 3");
    fs::remove_dir_all(home).unwrap();
}

#[test]
fn there_is_a_manual_page_that_man_can_show() {
    let page = std::env::temp_dir().join(format!("kubectl-strace-{}.1", std::process::id()));
    let made = Command::new(dist("kubectl-strace")).arg("__man").output().unwrap();
    assert!(made.status.success());
    fs::write(&page, &made.stdout).unwrap();
    let text = String::from_utf8(made.stdout).unwrap().replace("\\-", "-");
    for flag in ["--selector", "--certificate-authority", "--profile", "--syscall-times"] {
        assert!(text.contains(flag), "{flag}");
    }
    // If groff is installed, it must not complain.
    if let Ok(shown) = Command::new("groff").args(["-man", "-Tutf8", "-ww"]).arg(&page).output() {
        assert!(
            shown.status.success() && shown.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&shown.stderr)
        );
    }
    fs::remove_file(page).unwrap();
}

#[test]
fn make_install_puts_all_of_it_in_place() {
    let to = std::env::temp_dir().join(format!("kubectl-strace-install-{}", std::process::id()));
    let mut make = Command::new("make");
    // Install what the tests have built.
    make.args(["--silent", "install", "PREFIX=/usr", &format!("DESTDIR={}", to.display())]);
    make.args(["--assume-old=plugin", "--assume-old=man"]).current_dir(root());
    let page = root().join("dist/kubectl-strace.1");
    fs::write(&page, Command::new(dist("kubectl-strace")).arg("__man").output().unwrap().stdout).unwrap();
    let done = make.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let completion =
        Command::new(to.join("usr/bin/kubectl_complete-strace")).args(["-e", "trace=pivot"]).output();
    assert_eq!(String::from_utf8_lossy(&completion.unwrap().stdout), "trace=pivot_root\n:6\n");
    assert!(to.join("usr/share/man/man1/kubectl-strace.1").exists());
    fs::remove_dir_all(to).unwrap();
}

#[test]
fn versions_are_said() {
    let space = Namespace::new("version");
    let output = space.plugin(&["version"]).output().expect("kubectl starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && text.starts_with("Client: ") && text.contains("\nServer: v1."),
        "{text}"
    );
    let output = space.plugin(&["version", "-o", "json"]).output().expect("kubectl starts");
    let versions: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(versions["client"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(versions["tracer"]["wireVersion"].as_u64().is_some_and(|version| version > 0), "{versions}");
    assert!(
        versions["server"]["gitVersion"].as_str().is_some_and(|version| version.starts_with("v1.")),
        "{versions}"
    );
    // The part that is known comes first, then the error.
    let output =
        space.plugin(&["version", "--server", "https://127.0.0.1:1", "-o", "yaml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("client:\n"), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be reached"), "{output:?}");
    let output = space.plugin(&["version", "--client", "--server", "https://127.0.0.1:1"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}
