//! Runs the documentation: every command in it, in order, on the node, and compares the output.
//!
//! How to write a page (add it to [`pages!`] below; a test refuses pages that are not listed):
//!
//! - A fenced block ```` ```console ```` is a terminal session. bash runs the lines that begin with `$ `, one after
//!   another (a line that ends with `\` continues in the next). Each page has its own namespace, which its kubeconfig
//!   selects, and a working directory that contains only the checkout's `manifests/` and `tests/`.
//! - The lines below a command must occur in its output (stdout and stderr together, as on a terminal), in that order.
//!   Other lines may come between them. A number matches any number, except a lone `0`. A random name
//!   (`strace-x2k4b`) or the tracer's image matches any other. Several blanks match one. `...` within a line matches
//!   anything; on a line of its own it only shows readers that something was left out. `[pid 7] ` at the start of a line
//!   is optional.
//! - `^C` on a line: once everything above it has been printed, the command is interrupted as by a terminal.
//! - Commands must exit with 0. In ```` ```console exit=1 ````, the last command exits with 1.
//! - ```` ```console parsed ````: commands are not run, but each `kubectl strace` must have a valid command line (it is
//!   started without a cluster). For lists of examples.
//! - ```` ```console elsewhere="REASON" ````: not run, for one of the reasons in [`ELSEWHERE`].
//! - ```` ```yaml file=NAME ```` (or any other language) is written to NAME in the working directory.
//! - `<!-- run: COMMAND -->` on a line of its own runs a command that readers do not see, to set the stage. It must succeed.
//!
//! `sh`, `bash` and `shell` blocks are refused, so that no command is left out by mistake.

use super::node::{Namespace, Node, root};
use regex::Regex;
use std::{
    fs,
    io::Read,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

macro_rules! pages {
    ($($name:ident $path:literal)*) => {
        /// The pages that are run.
        const PAGES: &[&str] = &[$($path),*];
        $(#[test] fn $name() { run($path); })*
    };
}

pages! {
    cookbook "docs/cookbook.md"
    readme "README.md"
    production "docs/production.md"
    install "docs/install.md"
    privileges "docs/privileges.md"
    how_it_works "docs/how-it-works.md"
    recording "docs/recording.md"
}

/// Pages without commands for users.
const WITHOUT_COMMANDS: &[&str] = &[
    "docs/conversation.md",
    "docs/adding-a-call.md",
    "docs/architecture.md",
    "docs/comparison.md",
    "docs/coverage.md",
    "docs/options.md",
    "docs/performance.md",
    "docs/reference.md",
];

/// Why some commands cannot run on the node.
const ELSEWHERE: &[&str] = &[
    // It would build everything inside a test that uses the result.
    "builds the project",
    "needs a registry",
    "needs another kind of cluster",
    "needs the Internet",
    "changes this machine",
];

/// Longest time that a command may take.
const MOST: Duration = Duration::from_secs(90);

#[test]
fn every_page_is_run() {
    let mut pages = vec!["README.md".to_owned()];
    for entry in fs::read_dir(root().join("docs")).expect("there is a docs directory") {
        let name = entry.expect("it can be read").file_name().into_string().expect("UTF-8");
        pages.extend(name.ends_with(".md").then(|| format!("docs/{name}")));
    }
    for page in pages {
        let known = PAGES.contains(&page.as_str());
        assert!(known || WITHOUT_COMMANDS.contains(&page.as_str()), "{page} is not in tests/cluster/docs.rs");
        let text = fs::read_to_string(root().join(&page)).expect("it can be read");
        let parts = parse(&text).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(known || parts.is_empty(), "{page} has commands that are not run");
    }
}

/// A step of a page.
#[derive(Debug, PartialEq)]
enum Part {
    /// Run the command on this line.
    Run { line: usize, command: String, expected: Vec<String>, exit: i32 },
    /// Check that the command line is valid.
    Parse { line: usize, command: String },
    /// Write a file.
    File { name: String, text: String },
}

/// The steps of a page.
fn parse(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if let Some(command) = line.strip_prefix("<!-- run: ").and_then(|rest| rest.strip_suffix(" -->")) {
            parts.push(Part::Run { line: number, command: command.into(), expected: Vec::new(), exit: 0 });
            continue;
        }
        let Some(kind) = line.strip_prefix("```") else { continue };
        let mut block = Vec::new();
        loop {
            match lines.next() {
                Some((line, _)) if line.starts_with("```") => break,
                Some(line) => block.push(line),
                None => return Err(format!("line {number}: the block has no end")),
            }
        }
        let (language, options) = kind.split_once(' ').unwrap_or((kind, ""));
        match (language, options) {
            ("sh" | "bash" | "shell", _) => {
                return Err(format!("line {number}: a block of commands is ```console"));
            }
            ("console", options) => console(number, options, &block, &mut parts)?,
            (_, options) => {
                if let Some(name) = options.strip_prefix("file=") {
                    let text = block.iter().map(|(line, _)| format!("{line}\n")).collect();
                    parts.push(Part::File { name: name.into(), text });
                }
            }
        }
    }
    Ok(parts)
}

fn console(
    number: usize,
    options: &str,
    block: &[(&str, usize)],
    parts: &mut Vec<Part>,
) -> Result<(), String> {
    if let Some(reason) = options.strip_prefix("elsewhere=") {
        let reason = reason.trim_matches('"');
        return match ELSEWHERE.contains(&reason) {
            true => Ok(()),
            false => {
                Err(format!("line {number}: '{reason}' is not among the reasons in tests/cluster/docs.rs"))
            }
        };
    }
    let last = match options {
        "" | "parsed" => 0,
        options => options
            .strip_prefix("exit=")
            .and_then(|code| code.parse().ok())
            .ok_or_else(|| format!("line {number}: what is '{options}'?"))?,
    };
    let mut commands: Vec<(usize, String, Vec<String>)> = Vec::new();
    let mut continued = false;
    for (line, number) in block {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (_, Some((_, command, _))) if continued => {
                command.push('\n');
                command.push_str(line);
            }
            (Some(command), _) => commands.push((*number, command.to_owned(), Vec::new())),
            (None, Some((_, _, expected))) => expected.push((*line).to_owned()),
            (None, None) if line.starts_with('#') || line.is_empty() => {}
            (None, None) => return Err(format!("line {number}: output of which command?")),
        }
        let command = commands.last().filter(|(_, _, expected)| expected.is_empty());
        continued = command.is_some_and(|(_, command, _)| command.ends_with('\\'));
    }
    if commands.is_empty() {
        return Err(format!("line {number}: a ```console block without a command"));
    }
    let count = commands.len();
    for (index, (line, command, expected)) in commands.into_iter().enumerate() {
        let exit = if index + 1 == count { last } else { 0 };
        parts.push(match options {
            "parsed" => Part::Parse { line, command },
            _ => Part::Run { line, command, expected, exit },
        });
    }
    Ok(())
}

/// The pattern that a line of output must match.
fn pattern(line: &str) -> Regex {
    let random = Regex::new(
        r"(?x) (?<image> localhost/kubectl-strace/tracer[:@][\w.:-]+ ) | (?<name> strace-[a-z0-9]{5}\b )
          | (?<number> 0x[0-9a-f]+ | \d+\.\d+ | [1-9]\d* | 0\d+ ) | (?<zero> 0 ) | (?<blank> \s+ ) | (?<any> \.\.\. )",
    )
    .expect("it is one");
    // A line names its thread only if there are several at that moment.
    let thread = Regex::new(r"^\[pid\s+\d+\] ").expect("it is one");
    let mut wanted = String::from(r"^\s*(\[pid\s+\d+\] )?");
    let mut end = 0;
    let line = thread.replace(line.trim(), "");
    for found in random.captures_iter(&line) {
        let whole = found.get(0).expect("there is always a whole");
        wanted.push_str(&regex::escape(&line[end..whole.start()]));
        end = whole.end();
        let is = |name: &str| found.name(name).is_some();
        wanted.push_str(match () {
            () if is("image") => r"localhost/kubectl-strace/tracer[:@][\w.:-]+",
            () if is("name") => "strace-[a-z0-9]{5}",
            () if is("zero") => r"0",
            () if is("number") => r"(0x[0-9a-f]+|\d+(\.\d+)?)",
            () if is("blank") => r"\s+",
            () => ".*",
        });
    }
    wanted.push_str(&regex::escape(&line[end..]));
    wanted.push_str(r"\s*$");
    // There may be only one.
    let wanted = wanted.replace(r"\s+events,", r"\s+events?,");
    Regex::new(&wanted).expect("everything else is escaped")
}

/// The first expected line that is missing from the output, in order.
fn missing<'a>(expected: &[&'a str], output: &str) -> Option<&'a str> {
    let mut lines = output.lines();
    expected.iter().copied().find(|wanted| {
        let wanted = pattern(wanted);
        !lines.any(|line| wanted.is_match(line))
    })
}

/// Where a page runs.
struct Stage {
    space: Namespace,
    dir: PathBuf,
    kubeconfig: PathBuf,
}

impl Stage {
    fn new(page: &str) -> Stage {
        let name = Path::new(page).file_stem().and_then(|name| name.to_str()).expect("a name").to_lowercase();
        let space = Namespace::new(&format!("docs-{name}"));
        let dir = std::env::temp_dir().join(format!("kubectl-strace-{}", space.name));
        fs::create_dir_all(&dir).expect("a temporary directory");
        for part in ["manifests", "tests"] {
            std::os::unix::fs::symlink(root().join(part), dir.join(part)).expect("it is empty");
        }
        let kubeconfig = dir.join(".kubeconfig");
        fs::copy(space.node().kubeconfig(), &kubeconfig).expect("the node's kubeconfig");
        let stage = Stage { space, dir, kubeconfig };
        let here = format!("kubectl config set-context --current --namespace {}", stage.space.name);
        assert_eq!(stage.execute(&here, &[]).1, Some(0));
        stage
    }

    fn shell(&self, command: &str) -> Command {
        let mut shell = Node::up().command("bash");
        shell.args(["-c", command]).current_dir(&self.dir).env("KUBECONFIG", &self.kubeconfig);
        shell.env("HOME", &self.dir).env_remove("KUBECTL_STRACE_IMAGE").stdin(Stdio::null());
        shell
    }

    /// Runs a command until it ends, or interrupts it where `^C` is expected. Returns its output and exit status.
    fn execute(&self, command: &str, expected: &[String]) -> (String, Option<i32>) {
        let (mut reader, writer) = std::io::pipe().expect("a pipe");
        let mut shell = self.shell(command);
        // A process group of its own, like a terminal's foreground group: all of it gets the SIGINT.
        shell.process_group(0).stdout(writer.try_clone().expect("a pipe")).stderr(writer);
        let mut child = shell.spawn().expect("bash starts");
        // Now only the command has the write end, so the pipe ends with the command.
        drop(shell);
        let output = Arc::<Mutex<Vec<u8>>>::default();
        let sink = Arc::clone(&output);
        let collector = thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length) = reader.read(&mut buffer)
                && length > 0
            {
                sink.lock().expect("nobody panics with it").extend_from_slice(&buffer[..length]);
            }
        });
        let so_far = || {
            let output = output.lock().expect("nobody panics with it");
            String::from_utf8_lossy(&output).into_owned()
        };
        let before: Vec<&str> =
            expected.iter().map(String::as_str).take_while(|line| *line != "^C").collect();
        let mut interrupt = before.len() < expected.len();
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("it is our child") {
                break Some(status);
            }
            if begun.elapsed() > MOST {
                break None;
            }
            if interrupt && missing(&kept(&before), &so_far()).is_none() {
                interrupt = false;
                let group = format!("-{}", child.id());
                let _ = Command::new("kill").args(["-INT", "--", &group]).status();
            }
            thread::sleep(Duration::from_millis(20));
        };
        if status.is_none() {
            let group = format!("-{}", child.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
            let _ = child.wait();
        }
        let _ = collector.join();
        (so_far(), status.and_then(|status| status.code()))
    }
}

/// The lines to compare.
fn kept<'a>(expected: &[&'a str]) -> Vec<&'a str> {
    expected.iter().copied().filter(|line| !matches!(line.trim(), "" | "..." | "^C")).collect()
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn run(page: &str) {
    let text = fs::read_to_string(root().join(page)).expect("the page is there");
    let parts = parse(&text).unwrap_or_else(|error| panic!("{page}: {error}"));
    let stage = Stage::new(page);
    for part in &parts {
        match part {
            Part::File { name, text } => {
                assert!(!name.contains('/'), "{page}: {name} is not a name");
                fs::write(stage.dir.join(name), text).expect("it can be written");
            }
            Part::Parse { line, command } => {
                let output = stage.shell(command).env("KUBECONFIG", "/none").output().expect("bash starts");
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(
                    output.status.code() != Some(2) && said.contains("no cluster to talk to"),
                    "{page}, line {line}: {command}\n{said}"
                );
            }
            Part::Run { line, command, expected, exit } => {
                let begun = Instant::now();
                let (output, status) = stage.execute(command, expected);
                println!("{page}, line {line} ({:.1?}): {command}", begun.elapsed());
                let told = format!("{page}, line {line}: {command}\n--- it printed:\n{output}---");
                assert_eq!(status, Some(*exit), "{told}\nthe exit status is another one");
                let wanted: Vec<&str> = expected.iter().map(String::as_str).collect();
                if let Some(line) = missing(&kept(&wanted), &output) {
                    panic!("{told}\nit lacks, at its place:\n{line}\nwhich is to match {}", pattern(line));
                }
            }
        }
    }
}

#[test]
fn pages_are_read_as_said_above() {
    let page = "<!-- run: true -->\n```console\n$ a \\\n  b\nout\n...\n$ c\n```\n```yaml file=x.yaml\nk: v\n```\n\
                ```console exit=1\n$ d\n^C\n```\n```console parsed\n$ e\n```\n\
                ```console elsewhere=\"needs a registry\"\n$ f\n```\n";
    let run = |line, command: &str, expected: &[&str], exit| Part::Run {
        line,
        command: command.into(),
        expected: expected.iter().map(ToString::to_string).collect(),
        exit,
    };
    assert_eq!(
        parse(page).unwrap(),
        [
            run(1, "true", &[], 0),
            run(3, "a \\\n  b", &["out", "..."], 0),
            run(7, "c", &[], 0),
            Part::File { name: "x.yaml".into(), text: "k: v\n".into() },
            run(13, "d", &["^C"], 1),
            Part::Parse { line: 17, command: "e".into() },
        ]
    );
    for wrong in
        ["```sh\nx\n```", "```console\nx\n```", "```console\n$ x", "```console elsewhere=\"no\"\n$ x\n```"]
    {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
    let line = pattern("[pid    12] openat(AT_FDCWD, \"...\") = -1 ENOENT (No such file) <0.000012>");
    assert!(line.is_match("[pid 7] openat(AT_FDCWD, \"/etc/x\") = -1 ENOENT (No such file) <1.5>"));
    assert!(!line.is_match("[pid 7] openat(AT_FDCWD, \"/etc/x\") = 3"));
    assert!(pattern("5 events, 0 lost, 2.8 s").is_match("47 events, 0 lost, 3 s"));
    assert!(!pattern("5 events, 0 lost").is_match("47 events, 3 lost"));
    assert_eq!(missing(&["b", "a"], "a\nb"), Some("a"), "the order counts");
}
